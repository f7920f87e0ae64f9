"""What a person wrote in a cell: dates, durations, percentages, links, constraints, yes and no."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Literal, TypeAlias

from consortio.interchange.amounts import amount_written, bounded
from consortio.interchange.plan import Constraint, ConstraintKind, ItemKind, LinkKind
from consortio.interchange.sheet import Value
from consortio.interchange.values import AN_AMOUNT, FIRST_DAY, LAST_DAY, MINUTES_MAX, parse_iso_duration
from consortio.interchange.wording import Wording
from consortio.interchange.words import (
    ABSENT,
    AUTOMATIC,
    CONSTRAINT_WORDS,
    ELAPSED_WORDS,
    KIND_WORDS,
    MANUAL,
    NO,
    YES,
    Unit,
    index,
    link_kinds,
    month_of,
    normal,
    units,
)
from consortio.interchange.xlsx_cells import moment_of_serial

DateOrder: TypeAlias = Literal["dmy", "mdy", "ymd"]
DecimalSign: TypeAlias = Literal[".", ","]

_CLOCK = r"(?P<hour>\d{1,2})[:.hH](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]\.?\s?m\b\.?)?"
_AT = rf"(?:(?:\s*[T,]?\s*|-){_CLOCK}(?:\s*(?:uhr|h|Z|-?[+-]\d\d:?\d\d|UTC))?)?"
_DAY = r"(?:[^\W\d_]{1,12}\.?,?\s+)?"
_YEAR_END = r"\.?\s*(?:г\.?|р\.?|roku|year)?"
DATES = tuple(
    re.compile(rf"{one}{_AT}\s*", re.IGNORECASE)
    for one in (
        rf"{_DAY}(?P<ymd>\d{{4}})[-/. ](?P<second_part>\d{{1,2}})[-/. ](?P<third_part>\d{{1,2}})\.?",
        rf"{_DAY}(?P<first>\d{{1,2}})[-/. ](?P<second_part>\d{{1,2}})[-/. ](?P<third>\d{{4}}|\d{{2}}){_YEAR_END}",
        rf"{_DAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.ºª°])?[\s\-/.]*(?:de\s+|of\s+)?"
        rf"(?P<month>[^\W\d_]{{3,12}})[\s\-/.,]*(?:de\s+|del\s+)?(?P<year>\d{{4}}|\d{{2}}){_YEAR_END}",
        rf"{_DAY}(?P<month>[^\W\d_]{{3,12}})\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}|\d{{2}})",
        r"(?P<packed>\d{8})",
    )
)
_NUMBER = r"\d[\d  ' ]*(?:[.,]\d+)*"
_PART = re.compile(
    rf"\s*(?P<number>{_NUMBER}|[.,]\d+)\s*(?P<words>(?:[^\W\d]+\.?\s*)*)(?:\([^)]*\))?\s*(?:,|and|und|et|y|e|и|і)?"
)
# What was expected, made once: a large table is full of cells that are none of these.
A_DATE = Wording("a date such as 2026-03-31")
A_NUMBER = Wording("a number")
A_DURATION = Wording("a duration such as 5 d or 12 h")
PREDECESSORS = Wording("predecessors such as 12FS+3d; 14SS")
REFERENCE_CHARS_MAX = 200
MINUTES: dict[Unit, int] = {"min": 1, "h": 60, "d": 480, "w": 2400, "mon": 9600, "y": 115_200}
ELAPSED_MINUTES: dict[Unit, int] = {"min": 1, "h": 60, "d": 1440, "w": 10_080, "mon": 43_200, "y": 525_600}


class Unreadable(ValueError):
    """A cell that holds something else than was expected there."""

    def __init__(self, expected: Wording) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    has_time: bool


@dataclass(frozen=True, slots=True)
class Span:
    minutes: int
    elapsed: bool = False
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """One predecessor as written: `key` names a row, `last` the end of a range of rows."""

    key: str
    kind: LinkKind = "FS"
    lag: Span = Span(0)
    lag_percent: float | None = None
    last: str | None = None


def is_absent(value: Value) -> bool:
    """Return whether the cell says nothing: empty, a dash, or a program's word for "not available"."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in ABSENT)


def as_text(value: Value) -> str:
    """Return a cell's text as people see it: 3.0 is "3"."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return "" if value is None else str(value)


def read_moment(value: Value, order: DateOrder) -> Moment:
    """
    Return the date, and whether the cell names a time of day. A zone is dropped: plans hold wall times.

    Raises:
        Unreadable: no date, or one outside 1900 to 2199.
    """
    found = _moment(value, order)
    if found is None or not FIRST_DAY <= found.at.date() <= LAST_DAY:
        raise Unreadable(A_DATE)
    return Moment(found.at.replace(second=0, microsecond=0), found.has_time)


def _moment(value: Value, order: DateOrder) -> Moment | None:
    if isinstance(value, datetime):
        return Moment(value, True)
    if isinstance(value, date):
        return Moment(datetime.combine(value, time()), False)
    if isinstance(value, str):
        return _written_moment(" ".join(value.split()), order)
    # A date whose cell lost its format is a number of days; no other number of a plan looks like 1954 to 2119.
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 <= value < 80_000:
        found = moment_of_serial(float(value))
        return Moment(found, float(value) % 1 != 0) if isinstance(found, datetime) else None
    return None


def _written_moment(text: str, order: DateOrder) -> Moment | None:
    if len(text) > 60:
        return None
    for pattern in DATES:
        found = pattern.fullmatch(text)
        if found is not None:
            parts = found.groupdict()
            try:
                return Moment(datetime.combine(_date(parts, order), _time(parts)), parts["hour"] is not None)
            except (ValueError, OverflowError):
                return None
    return None


def _date(parts: dict[str, str | None], order: DateOrder) -> date:
    def number(name: str) -> int:
        return int(parts.get(name) or 0)

    if parts.get("packed"):
        packed = parts["packed"] or ""
        return date(int(packed[:4]), int(packed[4:6]), int(packed[6:]))
    if parts.get("ymd"):
        return date(number("ymd"), number("second_part"), number("third_part"))
    if parts.get("month"):
        return date(_full_year(parts["year"] or ""), month_of(parts["month"] or "") or 0, number("day"))
    first, second, third = number("first"), number("second_part"), parts["third"] or ""
    if order == "ymd" and len(third) == 2:
        return date(_full_year(f"{first:02}"), second, int(third))
    day, month = (second, first) if order == "mdy" else (first, second)
    return date(_full_year(third), month, day)


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _time(parts: dict[str, str | None]) -> time:
    if parts["hour"] is None:
        return time()
    hour = int(parts["hour"])
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower().startswith("p") else 0)
    return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))


def read_number(value: Value, sign: DecimalSign) -> float:
    """
    Return the number. One separator with other than three digits after it is a decimal sign whatever the setting.

    Raises:
        Unreadable: no number.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = re.sub(r"[\s  ']", "", as_text(value))
    single = re.fullmatch(r"[+-]?\d*[.,](\d+)", text)
    if single and len(single[1]) != 3:
        text = text.replace(",", ".")
    elif sign == ",":
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)", text):
        raise Unreadable(A_NUMBER)
    return float(text)


def read_amount(value: Value) -> tuple[Decimal, str]:
    """
    Return an exact amount of money, and the currency that stands in its cell, "" where none does.

    A number of a spreadsheet has the fifteen digits that it shows.

    Raises:
        Unreadable: no amount.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return bounded(Decimal(f"{value:.15g}")), ""
        return amount_written(as_text(value))
    except ValueError:
        raise Unreadable(AN_AMOUNT) from None


def read_duration(value: Value, unit: Unit, sign: DecimalSign, unit_word: Value = None) -> Span:
    """
    Return working minutes, or minutes by the clock where the cell says so; days have 8 hours, weeks 5 days.

    Args:
        unit: of a number without one.
        unit_word: the cell of the table's own column for units.

    Raises:
        Unreadable: no duration, a negative one, or more than a thousand years.
    """
    if isinstance(value, timedelta):
        return _checked(Span(round(value.total_seconds() / 60)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        given = units().get(normal(as_text(unit_word)), (unit, False))
        return _checked(_span(float(value), given))
    text = as_text(value).strip()
    if text[:1].upper() == "P":
        return _checked(Span(_iso_minutes(text)))
    estimated = text.endswith("?")
    given = units().get(normal(as_text(unit_word)), (unit, False))
    spans = _spans(text.rstrip("? "), given, sign)
    elapsed = any(one.elapsed for one in spans)
    return _checked(Span(sum(one.minutes for one in spans), elapsed, estimated))


def _iso_minutes(text: str) -> int:
    try:
        return parse_iso_duration(text.upper())
    except ValueError:
        raise Unreadable(A_DURATION) from None


def _spans(text: str, given: tuple[Unit, bool], sign: DecimalSign) -> list[Span]:
    if len(text) > 60:
        raise Unreadable(A_DURATION)
    found: list[Span] = []
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise Unreadable(A_DURATION)
        found.append(_span(read_number(part["number"], sign), _unit(part["words"], given)))
        at = part.end()
    if not found:
        raise Unreadable(A_DURATION)
    return found


def _unit(words: str, given: tuple[Unit, bool]) -> tuple[Unit, bool]:
    plain = [word for word in normal(words.casefold()).split() if word not in ("and", "und", "et", "y", "и", "і")]
    if not plain:
        return given
    known = [units()[word] for word in plain if word in units()]
    elapsed = any(word in ELAPSED_WORDS for word in plain)
    if not known and elapsed:
        known = [("d", True)]
    if not known or any(word not in units() and word not in ELAPSED_WORDS for word in plain):
        raise Unreadable(A_DURATION)
    return known[0][0], known[0][1] or elapsed


def _span(number: float, unit: tuple[Unit, bool]) -> Span:
    minutes = (ELAPSED_MINUTES if unit[1] else MINUTES)[unit[0]]
    if not abs(number) * minutes <= MINUTES_MAX:
        raise Unreadable(Wording("less than a thousand years"))
    return Span(round(number * minutes), unit[1])


def _checked(span: Span) -> Span:
    if not 0 <= span.minutes <= MINUTES_MAX:
        raise Unreadable(Wording("a duration of 0 to a thousand years"))
    return span


def read_percent(value: Value, sign: DecimalSign, *, as_share: bool) -> float:
    """
    Return 0 to 100; `as_share` says that a number without "%" runs from 0 to 1.

    Raises:
        Unreadable: no percentage.
    """
    text = as_text(value).strip()
    has_sign = text.endswith("%")
    number = read_number(text.rstrip("% ") if isinstance(value, str) else value, sign)
    if as_share and not has_sign:
        number *= 100
    if not 0 <= number <= 100:
        raise Unreadable(Wording("a percentage from 0 to 100"))
    return round(number, 6)


def read_flag(value: Value) -> bool:
    """
    Raises:
        Unreadable: neither yes nor no.
    """
    plain = normal(as_text(value))
    if plain in NO:
        return False
    if plain in YES or _kind_index().get(plain) == "milestone":
        return True
    raise Unreadable(Wording("yes or no"))


def read_kind(value: Value) -> ItemKind:
    """
    Raises:
        Unreadable: no kind of item that we know.
    """
    plain = normal(as_text(value))
    found = _kind_index().get(plain) or _kind_index().get(plain.removesuffix("s"))
    if found is None:
        raise Unreadable(Wording("task, milestone, phase or deliverable"))
    return found


def read_mode(value: Value) -> bool:
    """
    Return whether the dates are set by hand.

    Raises:
        Unreadable: neither manual nor automatic.
    """
    plain = normal(as_text(value))
    if plain in MANUAL:
        return True
    if plain in AUTOMATIC:
        return False
    raise Unreadable(Wording("manually or auto scheduled"))


def read_constraint(value: Value, at: datetime | None) -> Constraint | None:
    """
    Raises:
        Unreadable: no constraint that we know, or one without its date.
    """
    kind = _constraint_index().get(normal(as_text(value)))
    if kind is None:
        raise Unreadable(Wording("a constraint such as “Start No Earlier Than” or SNET"))
    if kind == "asap":
        return None
    if kind != "alap" and at is None:
        raise Unreadable(Wording("a constraint date beside it"))
    return Constraint(kind, None if kind == "alap" else at)


@cache
def _kind_index() -> dict[str, ItemKind]:
    return index(KIND_WORDS)


@cache
def _constraint_index() -> dict[str, ConstraintKind]:
    return index(CONSTRAINT_WORDS)


@cache
def _reference_pattern() -> re.Pattern[str]:
    kinds = "|".join(sorted(link_kinds(), key=len, reverse=True))
    lag = r"(?P<sign>[+\-−–])\s*(?P<lag>\d+(?:[.,]\d+)?)\s*(?P<unit>%|e%|[^\W\d]+(?:\s[^\W\d]+)?)?"
    return re.compile(
        rf"(?:#|no\.?\s|nr\.?\s|№)?\s*(?P<key>[^\W\d]{{0,8}}[-_.]?\d[\w.\-]*?)\.?\s*(?::\s*)?(?:(?P<kind>{kinds})\s*(?:{lag})?)?",
        re.IGNORECASE,
    )


def split_references(value: Value) -> list[str]:
    """Return each reference of a cell; a comma separates them unless it stands in a lag's number (12FS+1,5d)."""
    text = as_text(value).replace("\r", "\n")
    pieces = re.split(r"[;\n|]|(?<![+\-−–]\d)(?<![+\-−–]\d\d)(?<![+\-−–]\d\d\d),|,(?!\d+\s*[^\W\d])", text)
    return [piece.strip() for piece in pieces if piece.strip()]


def read_reference(text: str, unit: Unit, sign: DecimalSign) -> Reference:
    """
    Return one reference: a row, perhaps a type of link and a lag ("12FS+3d", "7EA-50%"), or a range of rows ("1-15").

    Raises:
        Unreadable: none of these.
    """
    if len(text) > REFERENCE_CHARS_MAX:
        raise Unreadable(PREDECESSORS)
    ranged = re.fullmatch(r"(\d{1,9})\s*[-–]\s*(\d{1,9})", text)
    if ranged:
        return Reference(ranged[1], last=ranged[2])
    found = _reference_pattern().fullmatch(text)
    if found is None:
        raise Unreadable(PREDECESSORS)
    kind = link_kinds()[found["kind"].upper()] if found["kind"] else "FS"
    if found["lag"] is None:
        return Reference(found["key"], kind)
    direction = -1 if found["sign"] != "+" else 1
    number = read_number(found["lag"], sign) * direction
    if (found["unit"] or "").endswith("%"):
        return Reference(found["key"], kind, lag_percent=number)
    span = _span(number, _unit(found["unit"] or "", (unit, False)))
    return Reference(found["key"], kind, span)
