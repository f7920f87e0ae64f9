"""How the load of a plan is looked at, all of it in the address. What nobody could have been given says nothing."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

HOUSE = "house"
COUNT_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Look:
    """
    Attributes:
        view: "house" for our own, or nothing.
        who: whose weeks are listed.
        since: a day of the first week shown.
        before, results: rows that come before those shown.
    """

    view: str = ""
    who: str = ""
    since: date | None = None
    before: int = 0
    results: int = 0

    @property
    def is_house(self) -> bool:
        return self.view == HOUSE

    def but(self, **changes: Any) -> str:
        """Return the query of an address with something else in it."""
        other = replace(self, **changes)
        said = {own.name: getattr(other, own.name) for own in fields(Look)}
        return "?" + urlencode({name: str(value) for name, value in said.items() if value})


def look_of(sent: QueryDict) -> Look:
    return Look(
        view=HOUSE if sent.get("view") == HOUSE else "",
        who=sent.get("who", "")[:200].replace("\0", ""),
        since=_day(sent.get("since", "")),
        before=_count(sent.get("before", "")),
        results=_count(sent.get("results", "")),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 < found.year < 2200 else None


def _count(text: str) -> int:
    return min(int(text), COUNT_MAX) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
