"""Other programs' texts, numbers, dates and hours as ours; what cannot be read becomes a finding."""

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from consortio.interchange.amounts import exact, parse_amount
from consortio.interchange.plan import (
    TEXT_MAX,
    DayHours,
    Finding,
    MinuteRange,
    Severity,
)
from consortio.interchange.wording import Wording
from consortio.unseen import NOT_IN_LINES

MINUTES_PER_DAY = 1440
FINDINGS_PER_CODE_MAX = 50
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
# A thousand years of minutes: whatever is larger is a mistake, and stays clear of 64-bit sums.
MINUTES_MAX = 1000 * 366 * MINUTES_PER_DAY

# What was expected, made once: values are read by the million.
A_DATE = Wording("a date such as 2026-03-31T08:00")
A_NUMBER = Wording("a number")
AN_AMOUNT = Wording("an amount of money such as 1200.50")
A_PERCENTAGE = Wording("a percentage from 0 to 100")
A_DURATION = Wording("a duration such as PT8H0M0S")
LESS = Wording("less than a thousand years")

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_UNSEEN = re.compile(f"[{''.join(sorted(NOT_IN_LINES))}]")
_ISO_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9}(?:\.\d{1,9})?)H)?(?:(\d{1,9}(?:\.\d{1,9})?)M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?"
)
_WRITTEN_DATE = re.compile(r"(\d{1,2})[- /.]([A-Za-z]{3})[- /.](\d{4}|\d{2})(?:[ T]+(\d{1,2}):(\d{2}))?[A* ]*")
_CLOCK = re.compile(r"(\d{1,2})[:.hH](\d{2})(?:[:.]\d{2})?\s*([AaPp][Mm])?")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


class Findings:
    """Collects findings; of one code only the first fifty stand alone, so that a broken file stays readable."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counts: Counter[tuple[Severity, str]] = Counter()

    def add(self, severity: Severity, code: str, message: Wording | Callable[[], Wording], **where: Any) -> None:
        """Keep a finding; a message that is a function is made only if it stands alone."""
        self._counts[severity, code] += 1
        if self._counts[severity, code] <= FINDINGS_PER_CODE_MAX:
            self._kept.append(Finding(severity, code, where, message() if callable(message) else message))

    def all(self) -> tuple[Finding, ...]:
        return tuple(self._kept) + tuple(
            Finding(
                severity,
                code,
                {"more": count - FINDINGS_PER_CODE_MAX},
                Wording("… and {count:,} more like these.", count=count - 50),
            )
            for (severity, code), count in self._counts.items()
            if count > FINDINGS_PER_CODE_MAX
        )


class Values:
    """
    Reads the named values of one row and says where one cannot be understood.

    An empty value is None, and so is one that cannot be read: then a finding names it.
    """

    __slots__ = ("_findings", "_values", "_where")

    def __init__(self, values: Mapping[str, str], findings: Findings, **where: Any) -> None:
        self._values = values
        self._findings = findings
        self._where = where

    def raw(self, name: str) -> str:
        return (self._values.get(name) or "").strip()

    def text(self, name: str, length: int = 1000) -> str:
        raw = self._values.get(name) or ""
        if hides(raw):
            self._findings.add("info", "unseen", unseen_words(name), field=name, **self._where)
        return clean_line(raw, length)

    def date(self, name: str) -> datetime | None:
        return cast("datetime | None", self._read(name, parse_date, A_DATE))

    def number(self, name: str) -> float | None:
        return cast("float | None", self._read(name, parse_number, A_NUMBER))

    def amount(self, name: str, scale: int = 0) -> Decimal | None:
        """Return an exact amount of money, its decimal point moved by `scale` places; hundredths are -2."""
        number = cast("Decimal | None", self._read(name, parse_amount, AN_AMOUNT))
        return exact(number.scaleb(scale)) if number is not None else None

    def integer(self, name: str) -> int | None:
        number = self.number(name)
        return None if number is None else round(number)

    def percent(self, name: str) -> float | None:
        number = self.number(name)
        if number is None or 0 <= number <= 100:
            return number
        self._say(name, A_PERCENTAGE)
        return None

    def flag(self, name: str, default: bool = False) -> bool:
        raw = self.raw(name)
        return raw in ("1", "Y", "y", "true", "True") if raw else default

    def duration(self, name: str) -> int | None:
        return cast("int | None", self._read(name, parse_iso_duration, A_DURATION))

    def hours(self, name: str) -> int | None:
        """Return decimal hours as minutes."""
        return self._scaled(name, 60)

    def tenths(self, name: str) -> int | None:
        """Return tenths of minutes as minutes."""
        return self._scaled(name, 0.1)

    def _scaled(self, name: str, factor: float) -> int | None:
        number = self.number(name)
        if number is None:
            return None
        minutes = round(number * factor)
        if abs(minutes) <= MINUTES_MAX:
            return minutes
        self._say(name, LESS)
        return None

    def _read(self, name: str, parse: Any, expected: Wording) -> Any:
        raw = self.raw(name)
        if not raw:
            return None
        try:
            return parse(raw)
        except ValueError:
            self._say(name, expected)
            return None

    def _say(self, name: str, expected: Wording) -> None:
        def message() -> Wording:
            shown = shorten(self.raw(name))
            return Wording(
                "{name} is “{shown}”, expected {expected}; it was left empty.",
                name=name,
                shown=shown,
                expected=expected,
            )

        self._findings.add("warning", "value", message, field=name, **self._where)


def clean_line(text: str, length: int = 1000) -> str:
    """Return the text on one line, without controls and what hides or turns letters, cut to the length."""
    if not text.isprintable():
        text = _UNSEEN.sub("", _CONTROLS.sub("", text))
    return " ".join(text[: 4 * length].split())[:length]


def hides(text: str) -> bool:
    """Tell whether a line holds characters that are not seen, and hide or turn others."""
    return not text.isprintable() and _UNSEEN.search(text) is not None


def unseen_words(field: str) -> Wording:
    return Wording("{field} held characters that are not seen; it came in without them.", field=field)


def clean_lines(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:TEXT_MAX].strip()


def plain_text(markup: str) -> str:
    """Return the words of a note in HTML, as P6 keeps them, with DEL characters for line breaks."""
    text = _BREAK.sub("\n", markup.replace("\x7f\x7f", "\n").replace("\x7f", "\n"))
    lines = [" ".join(line.split()) for line in html.unescape(_TAG.sub("", text)).split("\n")]
    return clean_lines(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))


def shorten(text: str, length: int = 40) -> str:
    """Return the text for a sentence about it."""
    line = clean_line(text, length + 1)
    return line if len(line) <= length else line[:length] + "…"


@lru_cache(maxsize=20_000)
def parse_date(raw: str) -> datetime:
    """
    Return the local wall time to the minute; a zone is dropped, because plans hold wall times.

    Raises:
        ValueError: no date that we know how to read, or one outside 1900 to 2199.
    """
    if len(raw) > 40:
        raise ValueError(raw)
    try:
        instant = datetime.fromisoformat(raw)
    except ValueError:
        instant = _parse_written_date(raw)
    if not FIRST_DAY <= instant.date() <= LAST_DAY:
        raise ValueError(raw)
    return instant.replace(second=0, microsecond=0, tzinfo=None)


def _parse_written_date(raw: str) -> datetime:
    match = _WRITTEN_DATE.fullmatch(raw)
    month = _MONTHS.get(match[2].lower()) if match else None
    if match is None or month is None:
        raise ValueError(raw)
    year = int(match[3])
    if len(match[3]) == 2:
        year += 2000 if year < 70 else 1900
    return datetime(year, month, int(match[1]), int(match[4] or 0), int(match[5] or 0))


@lru_cache(maxsize=20_000)
def parse_number(raw: str) -> float:
    """
    Return the finite number; a single comma is a decimal comma.

    Raises:
        ValueError: no number, not finite, or beyond a million million.
    """
    if len(raw) > 40:
        raise ValueError(raw)
    number = float(raw.replace(",", ".") if "." not in raw and raw.count(",") == 1 else raw)
    if not abs(number) <= 1e12:
        raise ValueError(raw)
    return number


@lru_cache(maxsize=20_000)
def parse_iso_duration(raw: str) -> int:
    """
    Return minutes, rounded; a day in an ISO duration has 24 hours.

    Raises:
        ValueError: no duration, or more than a thousand years.
    """
    match = _ISO_DURATION.fullmatch(raw)
    if match is None or not any(match.groups()[1:]):
        raise ValueError(raw)
    days, hours, minutes, seconds = (float(one or 0) for one in match.groups()[1:])
    total = round(days * MINUTES_PER_DAY + hours * 60 + minutes + seconds / 60)
    if total > MINUTES_MAX:
        raise ValueError(raw)
    return -total if match[1] else total


def parse_clock(raw: str) -> int:
    """
    Return minutes after midnight.

    Raises:
        ValueError: no time of day.
    """
    match = _CLOCK.fullmatch(raw.strip())
    if match is None:
        raise ValueError(raw)
    hour, minute = int(match[1]), int(match[2])
    if match[3]:
        hour = hour % 12 + (12 if match[3].lower() == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(raw)
    return hour * 60 + minute


def minute_range(start: int, finish: int) -> MinuteRange:
    """Return the range; a finish that is not later lies on the next day, so midnight to midnight is a whole day."""
    return (start, finish if finish > start else finish + MINUTES_PER_DAY)


def merge_ranges(ranges: list[MinuteRange]) -> DayHours:
    """Return the ranges in order, with overlapping and touching ones merged."""
    merged: list[MinuteRange] = []
    for start, finish in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], finish))
        else:
            merged.append((start, finish))
    return tuple(merged)


def minute_of(instant: time) -> int:
    return instant.hour * 60 + instant.minute


def last_day_of(finish: datetime) -> date:
    """Return the last day of a span that ends here: midnight belongs to the day before."""
    return finish.date() - timedelta(days=1) if minute_of(finish.time()) == 0 else finish.date()
