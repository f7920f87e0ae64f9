"""Which goals a list shows, and in which order: as its address says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from consortio.kpis.attainment import Status

from .models import GoalState
from .rows import GoalRow

VIEWS = ("board", "tree", "list")
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
TEXT_MAX = 100


@dataclass(frozen=True, slots=True)
class Look:
    """What an address asks for; what it says wrongly is left out."""

    view: str = "board"
    organisation: UUID | None = None
    state: str = ""  # of STATES or of STANDINGS
    text: str = ""
    sort: str = "due"  # of SORTS; with - before it the other way round

    @property
    def is_filtered(self) -> bool:
        return bool(self.organisation or self.state or self.text)

    def query(self, **other: str) -> str:
        """Return the address of this look with something else; "" takes something away."""
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
    )


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


def in_tree(rows: Sequence[GoalRow]) -> list[tuple[int, GoalRow]]:
    """Return goals below one another, each with its depth; one whose parent is not among them stands at the top."""
    there = {row.id for row in rows}
    below: dict[UUID | None, list[GoalRow]] = {}
    for row in rows:
        parent = row.terms.parent_id
        below.setdefault(parent if parent in there else None, []).append(row)
    found: list[tuple[int, GoalRow]] = []
    waiting = [(0, row) for row in reversed(below.get(None, []))]
    while waiting:
        depth, row = waiting.pop()
        found.append((depth, row))
        waiting += [(depth + 1, child) for child in reversed(below.get(row.id, []))]
    return found
