"""Which goals a page of a list shows, and in which order: as its address says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from consortio.kpis.attainment import Status

from .models import GoalState
from .outlines import Outline
from .rows import GoalRow

VIEWS: Mapping[str, int] = {"board": 10, "tree": 25, "list": 25}  # goals on a page
ENDED = (GoalState.ACHIEVED, GoalState.MISSED, GoalState.RETIRED)
STATES: Mapping[str, Sequence[str]] = {
    "agreed": (GoalState.AGREED,),
    "proposed": (GoalState.PROPOSED,),
    "draft": (GoalState.DRAFT,),
    "ended": ENDED,
}
STANDINGS = {status.value.replace(" ", "-"): status for status in Status}
SORTS: Mapping[str, Callable[[GoalRow], Any]] = {
    "due": lambda row: row.terms.due_on,
    "name": lambda row: row.terms.name.casefold(),
    "number": lambda row: row.serial,
    "chance": lambda row: row.chance.low if row.chance and row.chance.low is not None else 2.0,
    "progress": lambda row: _health(row),
}
PLAIN: Mapping[str, Callable[[Outline], Any]] = {  # those of SORTS that ask for no figures
    "due": lambda one: one.due_on,
    "name": lambda one: one.name.casefold(),
    "number": lambda one: one.serial,
}
PLACES = (GoalState.AGREED, GoalState.PROPOSED, GoalState.DRAFT)  # of joint goals on the board
TEXT_MAX, PAGE_MAX = 100, 10_000


@dataclass(frozen=True, slots=True)
class Look:
    """What an address asks for; what it says wrongly is left out."""

    view: str = "board"
    organisation: UUID | None = None
    state: str = ""  # of STATES or of STANDINGS
    text: str = ""
    sort: str = "due"  # of SORTS; with - before it the other way round
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        return bool(self.organisation or self.state or self.text)

    @property
    def wants_figures(self) -> bool:
        """Tell whether the figures of all goals decide which are shown."""
        return bool(self.text) or self.state in STANDINGS or self.sort.removeprefix("-") not in PLAIN

    def query(self, **other: str) -> str:
        """Return the address of this look with something else, from its first page; "" takes something away."""
        own = {"view": self.view, "organisation": self.organisation.hex if self.organisation else ""}
        asked = own | {"state": self.state, "text": self.text, "sort": self.sort} | other
        plain = {"view": "board", "sort": "due"}
        return "?" + urlencode({name: said for name, said in asked.items() if said and plain.get(name) != said})


def look_in(asked: Mapping[str, str]) -> Look:
    view, state, sort = asked.get("view", ""), asked.get("state", ""), asked.get("sort", "")
    return Look(
        view=view if view in VIEWS else "board",
        organisation=_id(asked.get("organisation", "")),
        state=state if state in STATES or state in STANDINGS else "",
        text=asked.get("text", "").replace("\x00", "").strip()[:TEXT_MAX],
        sort=sort if sort.removeprefix("-") in SORTS else "due",
        page=_page(asked.get("page", "")),
    )


def _page(text: str) -> int:
    return min(max(int(text), 1), PAGE_MAX) if text.isdecimal() and len(text) < 6 else 1


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def looked(rows: Iterable[GoalRow], look: Look) -> tuple[GoalRow, ...]:
    """Return the rows that a look shows, in its order; equal ones as they came."""
    found = [row for row in rows if _is_wanted(row, look)]
    return tuple(sorted(found, key=SORTS[look.sort.removeprefix("-")], reverse=look.sort.startswith("-")))


def _is_wanted(row: GoalRow, look: Look) -> bool:
    words = f"{row.number} {row.terms.name} {row.kpi.name if row.kpi else ''}".casefold()
    return (
        (look.organisation is None or row.terms.organisation_id == look.organisation)
        and (not look.state or _is_in(row, look.state))
        and look.text.casefold() in words
    )


def _is_in(row: GoalRow, state: str) -> bool:
    return row.state in STATES[state] if state in STATES else row.status == STANDINGS[state] and row.state not in ENDED


def _health(row: GoalRow) -> float:
    """Return how far a goal is of what is expected; those of which nothing is known come last."""
    standing = row.measured.standing if row.measured else None
    if row.finished and row.finished.of:
        return row.finished.done / row.finished.of
    if standing is None or standing.attainment is None:
        return 9.0
    return float((standing.health or standing.attainment).low)


@dataclass(frozen=True, slots=True)
class Listing:
    """
    Which goals a page shows.

    Attributes:
        places: each with its depth in the tree, in order.
        first: which of all is the first one here, from 1.
        total: how many there are on all pages; `ended` were left out, for they have come to an end.
    """

    places: tuple[tuple[int, UUID], ...]
    first: int
    total: int
    ended: int

    @property
    def last(self) -> int:
        return self.first + len(self.places) - 1


def listing(
    found: Sequence[Outline], look: Look, joint_id: UUID | None, figures: Callable[[], Sequence[GoalRow]]
) -> Listing:
    """
    Return a page of a list of these goals.

    Args:
        joint_id: the circle whose goals the board shows first, by how far they are agreed on.
        figures: the goals with their figures; called only where these decide.
    """
    kept = _by_figures(found, look, figures()) if look.wants_figures else _plainly(found, look)
    leaves_out = look.view == "board" and look.state != "ended"
    shown = [one for one in kept if not (leaves_out and one.state in ENDED)]
    placed = in_tree(shown) if look.view == "tree" else [(0, one) for one in shown]
    if look.view == "board":
        placed.sort(key=lambda place: _section(place[1], joint_id))
    size = VIEWS[look.view]
    start = (min(look.page, max(-(-len(placed) // size), 1)) - 1) * size
    places = tuple((depth, one.id) for depth, one in placed[start : start + size])
    return Listing(places, start + 1, len(placed), len(kept) - len(shown))


def _by_figures(found: Iterable[Outline], look: Look, rows: Sequence[GoalRow]) -> list[Outline]:
    known = {one.id: one for one in found}
    return [known[row.id] for row in looked(rows, look)]


def _plainly(found: Iterable[Outline], look: Look) -> list[Outline]:
    kept = [
        one
        for one in found
        if look.organisation in (None, one.organisation_id) and (not look.state or one.state in STATES[look.state])
    ]
    return sorted(kept, key=PLAIN[look.sort.removeprefix("-")], reverse=look.sort.startswith("-"))


def _section(one: Outline, joint_id: UUID | None) -> tuple[int, str]:
    """Return where a goal stands on the board: those of all members first, then circle by circle, what has ended last."""
    if one.circle_id != joint_id:
        return len(PLACES), one.circle_id.hex
    return (PLACES.index(GoalState(one.state)) if one.state in PLACES else len(PLACES) + 1), ""


def in_tree(found: Sequence[Outline]) -> list[tuple[int, Outline]]:
    """Return goals below one another, each with its depth; one whose parent is not among them stands at the top."""
    there = {one.id for one in found}
    below: dict[UUID | None, list[Outline]] = {}
    for one in found:
        below.setdefault(one.parent_id if one.parent_id in there else None, []).append(one)
    placed: list[tuple[int, Outline]] = []
    waiting = [(0, one) for one in reversed(below.get(None, []))]
    while waiting:
        depth, one = waiting.pop()
        placed.append((depth, one))
        waiting += [(depth + 1, child) for child in reversed(below.get(one.id, []))]
    return placed
