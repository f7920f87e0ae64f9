"""
How a plan is looked at, all of it in the address: what is open, the filters, the sorting, the zoom, the place.

An address that nobody could have been given (a word for an id, a zoom that does not exist) looks as if it said nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from .gantt import Signs
from .window import Look

ZOOMS = ("day", "week", "month", "quarter", "whole")
COLUMNS = (
    "number", "code", "organisation", "person", "start", "finish", "house", "baseline", "duration", "percent", "float",
    "latest", "deadline",
)  # fmt: skip
USUAL = tuple(name for name in COLUMNS if name not in ("code", "latest", "deadline"))
IDS_MAX = 60
WORDS = {"critical_path": "critical-path", "floats": "float", "ghosts": "baseline-dates"}  # fields with other names
NO_FILTER: dict[str, Any] = {
    "organisation": None, "person": None, "critical": False, "late": False, "undone": False, "nobody": False, "text": "",
}  # fmt: skip
ROWS_BYTES_MAX = 255_000  # of a page's 300,000: what stands around the rows takes the rest
HIDES_NOTHING = {"zoom", "since", "after", "critical_path", "floats", "ghosts", "baseline", "columns", "paper", "peek"}


@dataclass(frozen=True, slots=True)
class Address:
    level: int | None = None
    open: tuple[UUID, ...] = ()
    shut: tuple[UUID, ...] = ()
    after: str = ""
    organisation: UUID | None = None
    person: UUID | None = None
    critical: bool = False
    late: bool = False
    undone: bool = False
    nobody: bool = False
    text: str = ""
    sort: str = ""
    view: str = ""
    baseline: UUID | None = None
    zoom: str = "month"
    since: date | None = None  # the first day of the bars
    critical_path: bool = True  # these three: signs of the chart
    floats: bool = True
    ghosts: bool = True
    columns: tuple[str, ...] = USUAL
    paper: bool = False
    peek: UUID | None = None  # the item shown beside the rows

    @property
    def look(self) -> Look:
        level = {} if self.level is None else {"level": self.level}
        return Look(
            **level,
            opened=self.open,
            folded=self.shut,
            after=self.after,
            organisation=self.organisation,
            person=self.person,
            critical=self.critical,
            late=self.late,
            undone=self.undone,
            nobody=self.nobody,
            text=self.text,
            sort=self.sort,
            view="joint" if self.view == "joint" else "house",
            baseline=self.baseline,
            bytes_max=ROWS_BYTES_MAX,
        )

    @property
    def signs(self) -> Signs:
        return Signs(critical=self.critical_path, floats=self.floats, baseline=self.ghosts)

    @property
    def is_filtered(self) -> bool:
        return self.look.is_filtered

    def but(self, **changes: Any) -> str:
        """Return the query of this address with something else in it; another filter or sorting begins at the top."""
        if not set(changes) <= HIDES_NOTHING:
            changes = {"after": ""} | changes
        return "?" + urlencode(list(_said(replace(self, **changes))), safe=",")

    def folding(self, item_id: UUID, is_open: bool) -> str:
        """Return the query that folds an open item, or opens a folded one."""
        return self.folds()(item_id, is_open)

    def folds(self) -> Callable[[UUID, bool], str]:
        """Return `folding` for many items: what all their queries have in common is written once."""
        common = urlencode(list(_said(replace(self, open=(), shut=()))), safe=",")

        def folding(item_id: UUID, is_open: bool) -> str:
            opened = tuple(pk for pk in self.open if pk != item_id)
            shut = tuple(pk for pk in self.shut if pk != item_id)
            if is_open:
                shut = (*shut, item_id)[-IDS_MAX:]
            else:
                opened = (*opened, item_id)[-IDS_MAX:]
            parts = [common, f"open={_word(opened)}" if opened else "", f"shut={_word(shut)}" if shut else ""]
            return "?" + "&".join(part for part in parts if part)

        return folding

    @property
    def peeking(self) -> str:
        """Return the query that shows an item beside the rows, up to the item's id in hexadecimal."""
        query = self.but(peek=None)
        return f"{query}&peek=" if query != "?" else "?peek="

    def folding_all(self, level: int) -> str:
        """Return the query that opens the tree down to a level, whatever was opened and folded by hand."""
        return self.but(level=level, open=(), shut=())

    def sorting(self, order: str) -> str:
        return self.but(sort=order)

    @property
    def without_filter(self) -> str:
        """Return the query of this address that filters nothing."""
        return self.but(**NO_FILTER)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return what a form of filters carries along unseen."""
        kept = replace(self, **NO_FILTER, after="")
        return list(_said(kept))

    @property
    def hidden_beside_columns(self) -> list[tuple[str, str]]:
        """Return what the form of columns carries along unseen."""
        return list(_said(replace(self, columns=USUAL)))


def _said(address: Address) -> Iterable[tuple[str, str]]:
    for field, word, default in FIELDS:
        value = getattr(address, field)
        if value != default:
            yield word, _word(value)


FIELDS = tuple((field.name, WORDS.get(field.name, field.name), field.default) for field in fields(Address))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return ",".join(one.hex if isinstance(one, UUID) else one for one in value)
    return value.hex if isinstance(value, UUID) else str(value)


def address_of(sent: QueryDict) -> Address:
    """Read an address."""
    zoom = sent.get("zoom", "")
    return Address(
        level=number_of(sent.get("level", "")),
        open=_ids(sent.get("open", "")),
        shut=_ids(sent.get("shut", "")),
        after=sent.get("after", "")[:400],
        organisation=id_of(sent.get("organisation", "")),
        person=id_of(sent.get("person", "")),
        critical=sent.get("critical") == "1",
        late=sent.get("late") == "1",
        undone=sent.get("undone") == "1",
        nobody=sent.get("nobody") == "1",
        text=sent.get("text", "")[:100].replace("\x00", "").strip(),
        sort=sent.get("sort", "")[:20],
        view="joint" if sent.get("view") == "joint" else "",
        baseline=id_of(sent.get("baseline", "")),
        zoom=zoom if zoom in ZOOMS else "month",
        since=_day(sent.get("since", "")),
        critical_path=sent.get("critical-path") != "0",
        floats=sent.get("float") != "0",
        ghosts=sent.get("baseline-dates") != "0",
        columns=_columns(sent.getlist("columns")),
        paper=sent.get("paper") == "1",
        peek=id_of(sent.get("peek", "")),
    )


def _columns(texts: list[str]) -> tuple[str, ...]:
    """Return the columns chosen, in their own order; a form sends an empty one along, so that none is a choice too."""
    asked = {name for text in texts for name in text.split(",")}
    return tuple(name for name in COLUMNS if name in asked) if texts else USUAL


def number_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _ids(text: str) -> tuple[UUID, ...]:
    return tuple(pk for pk in map(id_of, text.split(",")[:IDS_MAX]) if pk)


def id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
