"""Which calendar the periods of an indicator follow, and what becomes of those that follow none."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from consortio.kpis.periods import FIRST_YEAR, MONTHS, Frequency, Period, period_of

LENGTHS = ((10, Frequency.WEEK), (45, Frequency.MONTH), (135, Frequency.QUARTER), (270, Frequency.HALF_YEAR))  # days
ORDER = tuple(Frequency)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often an indicator is read, and the month in which its years begin."""

    frequency: Frequency
    fiscal_start: int = 1


def span_of(start: date | None, end: date | None) -> Period | None:
    """Return a period of a file, whose last day is inside it; none where a day lacks or they are exchanged."""
    if start is None or end is None or end < start:
        return None
    return Period(start, end + timedelta(days=1))


def rhythm_of(spans: Sequence[Period]) -> Rhythm:
    """
    Return the calendar that most of the spans follow, the longer of two that are followed alike.

    Where none follows any, it is taken from their usual length, with years that begin in January.
    """
    found = Counter(rhythm for span in spans if (rhythm := whole_period(span)))
    if found:
        return max(found, key=lambda one: (found[one], ORDER.index(one.frequency), -one.fiscal_start))
    days = sorted(span.days for span in spans)
    usual = days[len(days) // 2] if days else 365
    return Rhythm(next((frequency for most, frequency in LENGTHS if usual <= most), Frequency.YEAR))


def whole_period(span: Period) -> Rhythm | None:
    """Return the calendar of which a span is a whole period, if there is one."""
    if span.start.weekday() == 0 and span.days == 7:
        return Rhythm(Frequency.WEEK)
    if span.start.day != 1 or span.end.day != 1:
        return None
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
    frequency = next((one for one, length in MONTHS.items() if length == months), None)
    return Rhythm(frequency, (span.start.month - 1) % months + 1) if frequency else None


def placed(span: Period, rhythm: Rhythm) -> tuple[Period, bool] | None:
    """Return the period of a calendar in which a span ends, and whether it is that very period; none before 1900."""
    last = span.end - timedelta(days=1)
    period = period_of(last, rhythm.frequency, rhythm.fiscal_start)
    return None if period.start.year < FIRST_YEAR else (period, period == span)


def listed(spans: Iterable[Period], most: int = 3) -> str:
    """Return spans as "2031-01-01 to 2031-12-31", the first few of them."""
    written = [f"{span.start.isoformat()}–{(span.end - timedelta(days=1)).isoformat()}" for span in spans]
    return ", ".join(written[:most]) + (" …" if len(written) > most else "")
