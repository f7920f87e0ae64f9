"""What pages draw and say of KPIs: their course as a line, what is due, the readings beside each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from consortio.partnerships.reads import Member
from consortio.ui.charts.plane import Span
from consortio.ui.charts.spark import SMALL, Spark, spark
from consortio.ui.charts.units import Unit as Shown
from consortio.ui.formats import listing

from .evaluating import Missing, Reason
from .measuring import Point
from .models import ReadingState
from .periods import Frequency, Period, period_of, periods_between, previous_period
from .reads import KpiRow, ReadingRow, WordRow
from .units import Kind, unit_of, unit_words

SPARK_PERIODS = 12
SILENT_PERIODS = 2
STATE_SIGNS = {
    ReadingState.PROPOSED: ("clock", ""),
    ReadingState.CONFIRMED: ("check", ""),
    ReadingState.CONTESTED: ("contest", ""),
    ReadingState.RESOLVED: ("decision", ""),
    ReadingState.CORRECTED: ("history", ""),
}


def shown_unit(row: KpiRow) -> Shown:
    """Return the unit of a KPI as charts write it."""
    made = unit_of(row.unit)
    if made.per is None and made.kind == Kind.MONEY:
        return Shown(currency=made.name, digits=row.decimals)
    if made.per is None and made.kind == Kind.NUMBER:
        return Shown(digits=row.decimals)
    is_percent = made.per is None and made.kind == Kind.PERCENT
    return Shown("%" if is_percent else unit_words(made), digits=row.decimals)


def spark_of(row: KpiRow, today: date, size: tuple[int, int] = SMALL) -> Spark:
    """Return the last periods of a KPI as a line, those without a reading as gaps."""
    return spark(list(_spans(row, today)), shown_unit(row), size=size)


def _spans(row: KpiRow, today: date) -> Iterator[Span | None]:
    points = {point.start_on: point for point in row.points}
    if not points:
        return
    frequency = Frequency(row.frequency)
    end = max(row.points[-1].end_on, ended_period(row, today).end if row.retired_at is None else row.points[-1].end_on)
    for period in periods_between(row.points[0].start_on, end, frequency, row.fiscal_start)[-SPARK_PERIODS:]:
        point = points.get(period.start)
        yield Span(point.low, point.high) if point else None


def ended_period(row: KpiRow, today: date) -> Period:
    """Return the newest period that has ended."""
    frequency = Frequency(row.frequency)
    return previous_period(period_of(today, frequency, row.fiscal_start), frequency, row.fiscal_start)


def is_silent(row: KpiRow, today: date) -> bool:
    """Tell whether nobody has read a KPI for two periods, though it had readings once."""
    period = ended_period(row, today)
    for _each in range(SILENT_PERIODS - 1):
        period = previous_period(period, Frequency(row.frequency), row.fiscal_start)
    return row.retired_at is None and row.last is not None and row.last.start_on < period.start


def missing_words(missing: Missing) -> str:
    """Say why a computed KPI has no value."""
    names = listing(missing.references)
    if missing.reason == Reason.NOT_READ:
        return _("%(kpis)s missing") % {"kpis": names}
    if missing.reason == Reason.MAY_DIVIDE_BY_ZERO:
        return _("the divisor may be zero: %(kpis)s") % {"kpis": names}
    return _("too large to be shown")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one organisation says of a period: a value of its own, that it confirms or contests, or nothing."""

    claims: Decimal | None = None
    word: WordRow | None = None
    is_claimant: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A period, with what each organisation says. Without a reading it is missing; `point` is of a computed KPI."""

    start_on: date
    reading: ReadingRow | None
    cells: tuple[Cell, ...]


def lines_of(
    row: KpiRow, readings: Sequence[ReadingRow], columns: Sequence[Member], *, newest: date | None
) -> tuple[Line, ...]:
    """
    Return readings period by period, newest first, with those between them that are missing.

    Args:
        newest: where the lines begin, if that is later than the newest reading.
    """
    by_start = {reading.start_on: reading for reading in readings}
    if newest and row.due_start and not by_start:
        by_start = {}
    starts = sorted({*by_start, *([newest] if newest else [])})
    if not starts:
        return ()
    last = period_of(starts[-1], Frequency(row.frequency), row.fiscal_start)
    periods = periods_between(starts[0], last.end, Frequency(row.frequency), row.fiscal_start)
    return tuple(_line(period.start, by_start.get(period.start), columns) for period in reversed(periods))


def _line(start_on: date, reading: ReadingRow | None, columns: Sequence[Member]) -> Line:
    cells = tuple(_cell(reading, member.organisation_id) for member in columns) if reading else ()
    return Line(start_on, reading, cells)


def _cell(reading: ReadingRow, organisation_id: UUID) -> Cell:
    if reading.claimant_id == organisation_id:
        return Cell(reading.value, is_claimant=True)
    word = reading.said_by(organisation_id)
    return Cell(word.value if word and not word.is_confirming else None, word)


def columns_of(
    members: Sequence[Member], readings: Iterable[ReadingRow], everybody: Mapping[UUID, Member]
) -> tuple[Member, ...]:
    """Return whose words the readings hold: all who see them now, and who said something before they left, by name."""
    said = {
        pk for reading in readings for pk in (reading.claimant_id, *(word.organisation_id for word in reading.words))
    }
    found = {member.organisation_id: member for member in members}
    found |= {pk: everybody[pk] for pk in said if pk in everybody}
    return tuple(sorted(found.values(), key=lambda member: (member.name.casefold(), member.organisation_id)))


def points_newest_first(row: KpiRow) -> tuple[Point, ...]:
    return tuple(reversed(row.points))
