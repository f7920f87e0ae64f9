"""
How a plan is looked at, all of it in the address: what is open, the filters, the sorting, the zoom, the place.

An address that nobody could have been given (a word for an id, a zoom that does not exist) looks as if it said nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from .window import Look

ZOOMS = ("day", "week", "month", "quarter")
IDS_MAX = 60


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
    text: str = ""
    sort: str = ""
    view: str = ""
    baseline: UUID | None = None
    zoom: str = "month"
    since: date | None = None  # the first day of the bars

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
            text=self.text,
            sort=self.sort,
            view=self.view or "house",
            baseline=self.baseline,
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.organisation or self.person or self.critical or self.late or self.text)

    def but(self, **changes: Any) -> str:
        """Return the query of this address with something else in it; another filter or sorting begins at the top."""
        if not set(changes) <= {"zoom", "since", "after"}:
            changes = {"after": ""} | changes
        return "?" + urlencode(list(_said(replace(self, **changes))))

    def folding(self, item_id: UUID, is_open: bool) -> str:
        """Return the query that folds an open item, or opens a folded one."""
        opened = tuple(pk for pk in self.open if pk != item_id)
        shut = tuple(pk for pk in self.shut if pk != item_id)
        if is_open:
            return self.but(open=opened, shut=(*shut, item_id)[-IDS_MAX:], after=self.after)
        return self.but(open=(*opened, item_id)[-IDS_MAX:], shut=shut, after=self.after)

    def sorting(self, key: str) -> str:
        """Return the query that sorts by a column, the other way round where it is sorted so already."""
        return self.but(sort=f"-{key}" if self.sort == key else key)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return what a form of filters carries along unseen."""
        kept = replace(self, organisation=None, person=None, critical=False, late=False, text="", after="")
        return list(_said(kept))


def _said(address: Address) -> Iterable[tuple[str, str]]:
    default = Address()
    for field in fields(Address):
        value = getattr(address, field.name)
        if value == getattr(default, field.name):
            continue
        if isinstance(value, tuple):
            value = ",".join(pk.hex for pk in value)
        yield field.name, {True: "1"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def address_of(sent: QueryDict) -> Address:
    """Read an address."""
    zoom = sent.get("zoom", "")
    return Address(
        level=_number(sent.get("level", "")),
        open=_ids(sent.get("open", "")),
        shut=_ids(sent.get("shut", "")),
        after=sent.get("after", "")[:400],
        organisation=_id(sent.get("organisation", "")),
        person=_id(sent.get("person", "")),
        critical=sent.get("critical") == "1",
        late=sent.get("late") == "1",
        text=sent.get("text", "")[:100].replace("\x00", "").strip(),
        sort=sent.get("sort", "")[:20],
        view="joint" if sent.get("view") == "joint" else "",
        baseline=_id(sent.get("baseline", "")),
        zoom=zoom if zoom in ZOOMS else "month",
        since=_day(sent.get("since", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 3 else None


def _ids(text: str) -> tuple[UUID, ...]:
    return tuple(pk for pk in map(_id, text.split(",")[:IDS_MAX]) if pk)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
