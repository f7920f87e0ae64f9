"""What people write in the forms of a plan: amounts of work, days, shares, other items; and how it is written back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from consortio.lines import NotALine, line

AMOUNT = re.compile(r"^\s*([+-]?\d{1,9}(?:[.,]\d{1,2})?)\s*([a-zA-Z]*)\.?\s*$")
MINUTES_MAX = 60 * 24 * 366 * 50
DAYS_OF_WEEK = 5
OPENS, CLOSES = time(8), time(17)
FRIDAY = 4  # as `weekday` counts
UNITS = {  # in minutes; days and weeks follow from the plan's day
    "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1,
    "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60, "std": 60,
}  # fmt: skip
DAYS = {"", "d", "day", "days", "t", "j"}
WEEKS = {"w", "wk", "week", "weeks"}
INDENT = re.compile(r"^[ \t]*")
BULLET = re.compile(r"^(?:[-*•·]|\d+(?:\.\d+)*[.)]?)\s+")
SPACES = 2  # of an indentation by one level


class NotUnderstood(ValueError):
    """The words say no such thing; the message says what was expected."""


def minutes_of(words: str, day_minutes: int) -> int:
    """
    Return an amount of working time: "11 d", "3h", "1.5 w"; a bare number is days.

    Raises:
        NotUnderstood: it is no amount, below nothing, or longer than fifty years.
    """
    minutes = signed_minutes_of(words, day_minutes)
    if minutes < 0:
        raise NotUnderstood(_("Write an amount of work that is not below nothing, as in 11 d, 6 h or 2 w."))
    return minutes


def signed_minutes_of(words: str, day_minutes: int) -> int:
    """Return an amount that may lie before: "-2 d". Raises: NotUnderstood."""
    found = AMOUNT.match(words)
    unit = found[2].lower() if found else None
    if found is None or unit is None or unit not in UNITS.keys() | DAYS | WEEKS:
        raise NotUnderstood(_("Write days, hours or weeks, as in 11 d, 6 h or 2 w."))
    per_day = max(day_minutes, 1)
    size = UNITS.get(unit) or (per_day if unit in DAYS else per_day * DAYS_OF_WEEK)
    minutes = int(round(Decimal(found[1].replace(",", ".")) * size))
    if abs(minutes) > MINUTES_MAX:
        raise NotUnderstood(_("Write less than fifty years."))
    return minutes


def amount_words(minutes: int | None, day_minutes: int) -> str:
    """Return an amount of work as a form shows it, to be written back as it is: "11 d", "0.5 d", "35 min"."""
    if minutes is None:
        return ""
    per_day = max(day_minutes, 1)
    hundredths = minutes * 100
    if hundredths % per_day == 0:
        return f"{_plain(Decimal(hundredths // per_day) / 100)} d"
    return f"{_plain(Decimal(minutes) / 60)} h" if minutes * 100 % 60 == 0 else f"{minutes} min"


def _plain(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def share_of(words: str) -> int:
    """Return a share from 0 to 100: "73%", "73". Raises: NotUnderstood."""
    found = re.fullmatch(r"\s*(\d{1,3})\s*%?\s*", words)
    if found is None or int(found[1]) > 100:
        raise NotUnderstood(_("Write a whole number from 0 to 100."))
    return int(found[1])


@dataclass(frozen=True, slots=True)
class Hours:
    """When work begins and ends on each day of the week, Monday first: what a bare day means as a start or an end."""

    opens: tuple[time, ...]
    closes: tuple[time, ...]

    def at(self, day: date, *, is_end: bool, before: datetime | None = None) -> datetime:
        """Return the instant that a day stands for; where it is the day of `before`, that instant is kept."""
        if before is not None and before.date() == day:
            return before
        return datetime.combine(day, (self.closes if is_end else self.opens)[day.weekday()])


def hours_of(week: Sequence[Any]) -> Hours:
    """Return the hours of a calendar's week; a day without work has those of an office."""
    pairs = [(min(spans)[0], max(to for _from, to in spans)) if spans else None for spans in week] or [None]
    pairs = (pairs * 7)[:7] if len(pairs) < 7 else pairs
    opens = tuple(_time(pair[0], OPENS) if pair else OPENS for pair in pairs)
    closes = tuple(_time(pair[1], CLOSES) if pair else CLOSES for pair in pairs)
    return Hours(opens, closes)


def rest_days_of(week: Sequence[Any] | None) -> tuple[int, ...]:
    """Return the days of a calendar's week without work; what the week itself does not say is as in an office."""
    said = [*(week or ()), *[None] * 7][:7]
    found = tuple(day for day, spans in enumerate(said) if (day > FRIDAY if spans is None else not spans))
    return found if len(found) < 7 else ()


def _time(minutes: int, otherwise: time) -> time:
    """Return a time of the day; what lies after midnight cannot be said of this day."""
    return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else otherwise


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a pasted list: its name, how deep it lies below the first, and its work if that was written."""

    name: str
    depth: int
    minutes: int | None


def lines_of(text: str, day_minutes: int) -> list[Line]:
    """
    Return the items of a pasted list, one a line; two spaces or a tab lie one level deeper.

    What a spreadsheet gives has a name, a tab, and the work: "Survey\t5 d". Bullets and numbers before a name fall away.

    Raises:
        NotUnderstood: a line cannot be read; the message names it.
    """
    found: list[Line] = []
    for count, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        indent = INDENT.match(raw)[0].expandtabs(SPACES)  # type: ignore[index]  # it matches nothing, too
        name, _tab, rest = raw.strip().partition("\t")
        name = _name_in(BULLET.sub("", name), count)
        if not name or len(name) > 500:
            raise NotUnderstood(_("Line %(n)d: write a name of at most 500 characters.") % {"n": count})
        depth = min(len(indent) // SPACES, found[-1].depth + 1 if found else 0)
        found.append(Line(name, depth, _minutes_in(rest, day_minutes, count)))
    return found


def _name_in(text: str, count: int) -> str:
    try:
        return line(text)
    except NotALine as fault:
        raise NotUnderstood(_("Line %(n)d: %(says)s") % {"n": count, "says": fault}) from None


def _minutes_in(cells: str, day_minutes: int, count: int) -> int | None:
    first = next((cell for cell in cells.split("\t") if cell.strip()), "")
    if not first:
        return None
    try:
        return minutes_of(first, day_minutes)
    except NotUnderstood as fault:
        raise NotUnderstood(_("Line %(n)d: %(says)s") % {"n": count, "says": fault}) from None
