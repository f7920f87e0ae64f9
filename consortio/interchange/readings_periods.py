"""Periods as people write them, for tables that nobody else explains: days, weeks, months, quarters, halves, years."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from consortio.interchange.values import FIRST_DAY, LAST_DAY
from consortio.interchange.words import month_of

Span: TypeAlias = tuple[date, date]
# Returns the first and the last day, or None where the text names no period.
ParsePeriod: TypeAlias = Callable[[str], Span | None]

_YEAR = r"(?P<year>[0-9]{4})"
_SHORT = r"(?P<short>[0-9]{2})"  # spreadsheets write Jan-30 over a column
_PATTERNS = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        _YEAR,
        rf"{_YEAR}-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?",
        rf"(?P<month>[0-9]{{1,2}})[./]{_YEAR}",
        rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.{_YEAR}",
        rf"{_YEAR}[-\s/]?(?:(?P<part>[QTHSWК])|(?:KW|CW))\s?(?P<number>[0-9]{{1,2}})",
        rf"(?:(?P<part>[QTHSWК])|(?:KW|CW))\s?(?P<number>[0-9]{{1,2}})[-\s/.]*{_YEAR}",
        rf"(?P<number>[1-4])\.?\s*(?P<part>[QT])(?:uartal|rimestre|uarter)?\s*{_YEAR}",
        rf"(?P<name>[^\W\d_]{{3,12}})\.?[-\s,]*{_YEAR}",
        rf"(?P<part>[QTHS])(?P<number>[1-4])[-\s/.’']+{_SHORT}",
        rf"(?P<name>[^\W\d_]{{3,12}})\.?[-\s/’']+{_SHORT}",
        rf"{_YEAR}[-\s,]*(?P<name>[^\W\d_]{{3,12}})\.?",
    )
)
_MONTHS = {"Q": 3, "T": 3, "К": 3, "H": 6, "S": 6}


def plain_period(text: str) -> Span | None:
    """Return the first and last day of 2026, 2026-Q1, H1 2026, 2026-03, March 2026, 2026-W12 or 2026-03-31."""
    words = " ".join(text.split())
    found = next((match for one in _PATTERNS if (match := one.fullmatch(words))), None) if len(words) < 40 else None
    if found is None:
        return None
    try:
        span = _span({name: value for name, value in found.groupdict().items() if value})
    except ValueError:
        return None
    return span if span and FIRST_DAY <= span[0] and span[1] <= LAST_DAY else None


def _span(parts: dict[str, str]) -> Span | None:
    year = int(parts["year"]) if "year" in parts else 2000 + int(parts["short"])
    if "number" in parts:
        return _numbered(year, parts.get("part", "W").upper(), int(parts["number"]))
    if "name" in parts:
        month = month_of(parts["name"])
        return _months(year, month, 1) if month else None
    if "day" in parts:
        day = date(year, int(parts["month"]), int(parts["day"]))
        return day, day
    return _months(year, int(parts["month"]), 1) if "month" in parts else _months(year, 1, 12)


def _numbered(year: int, part: str, number: int) -> Span:
    if part == "W":
        monday = date.fromisocalendar(year, number, 1)
        return monday, monday + timedelta(days=6)
    length = _MONTHS[part]
    return _months(year, (number - 1) * length + 1, length)


def _months(year: int, first: int, count: int) -> Span:
    last = first + count - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
