"""The readings of a goal's KPI as a table: who claims what for which period, and what was expected then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.attachments.reads import FileBeside
from consortio.kpis.periods import Frequency, period_of, periods_between
from consortio.kpis.reads import KpiRow, ReadingRow
from consortio.kpis.words import period_words, range_words, reading_state_words
from consortio.partnerships.reads import Member, PartnershipRow
from consortio.ui.formats import number

from .reads import GoalPage
from .standing import expected_value

SHOWN = 12
SIGNS = {"proposed": "clock", "confirmed": "check", "contested": "contest", "resolved": "decision"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What an organisation says of a period; `is_value` where that is a figure of its own."""

    words: str
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One period; `sign` is empty where nobody has read anything."""

    period: str
    url: str
    cells: tuple[Cell, ...]
    state: str
    sign: str
    so_far: str
    expected: str
    is_open: bool
    files: tuple[FileBeside, ...]  # by which it is so


@dataclass(frozen=True, slots=True)
class ClaimsTable:
    """`is_summed` where each row also says what has come together since the goal began."""

    members: tuple[Member, ...]
    rows: tuple[ClaimRow, ...]  # newest first
    is_summed: bool
    total: int


def claims_table(page: GoalPage, hrefs: Mapping[date, str]) -> ClaimsTable | None:
    """
    Return the newest readings; none of a milestone, or of a KPI that is computed.

    Args:
        hrefs: where each is read, by the first day of its period.
    """
    kpi = page.row.kpi
    if kpi is None or kpi.formula:
        return None
    shown = page.readings[:SHOWN]
    members = _members(page.partnership, kpi, shown)
    rows = tuple(_rows(page, kpi, shown, members, hrefs))
    return ClaimsTable(members, rows, kpi.aggregation == "sum", kpi.readings)


def _members(here: PartnershipRow, kpi: KpiRow, readings: Sequence[ReadingRow]) -> tuple[Member, ...]:
    """Return who is asked for readings or has said something, by name."""
    said = {word.organisation_id for reading in readings for word in reading.words}
    said |= {reading.claimant_id for reading in readings}
    said |= {kpi.owner.organisation_id} if kpi.owner else set()
    return tuple(member for member in here.members if member.organisation_id in said)


def _rows(
    page: GoalPage,
    kpi: KpiRow,
    readings: Sequence[ReadingRow],
    members: Sequence[Member],
    hrefs: Mapping[date, str],
) -> Iterator[ClaimRow]:
    by_start = {reading.start_on: reading for reading in readings}
    sums = {point.start_on: point for point in page.counted}
    first = min(by_start, default=kpi.due_start)
    last = max([*(reading.end_on for reading in readings)], default=first)
    if first is None or last is None:
        return
    calendar = (Frequency(kpi.frequency), kpi.fiscal_start)
    periods = list(periods_between(first, last, *calendar))
    if kpi.due_start and kpi.due_start >= last:
        periods += periods_between(last, period_of(kpi.due_start, *calendar).end, *calendar)
    for period in reversed(periods[-2 * SHOWN :]):  # of long gaps only the end
        reading = by_start.get(period.start)
        inside = page.row.terms.start_on <= period.end <= page.row.terms.due_on
        expected = expected_value(page.row.terms, period.end) if inside else None
        so_far = sums.get(period.start)
        yield ClaimRow(
            period=period_words(kpi, period.start),
            url=hrefs[period.start] if reading else reverse("kpi", args=[kpi.id]),
            cells=tuple(_cell(kpi, reading, member) for member in members),
            state=reading_state_words(reading.state).capitalize() if reading else _("Missing"),
            sign=SIGNS[reading.state] if reading else "",
            so_far=range_words(kpi, so_far.low, so_far.high) if so_far else "",
            expected=number(expected, kpi.decimals) if expected is not None else "",
            is_open=bool(reading and reading.state == "contested"),
            files=reading.files if reading else (),
        )


def _cell(kpi: KpiRow, reading: ReadingRow | None, member: Member) -> Cell:
    if reading is None:
        return Cell("")
    if reading.claimant_id == member.organisation_id:
        return Cell(number(reading.value, kpi.decimals), is_value=True)
    word = reading.said_by(member.organisation_id)
    if word is None:
        return Cell(_("no claim"))
    if word.is_confirming:
        return Cell(_("confirms"))
    return Cell(number(word.value, kpi.decimals), is_value=True) if word.value is not None else Cell(_("contests"))
