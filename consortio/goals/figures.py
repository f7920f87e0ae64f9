"""Goals as figures: numbers of the rows in, what `consortio.ui.charts` draws out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from consortio.kpis.measuring import Point
from consortio.kpis.periods import Frequency, periods_between
from consortio.kpis.reads import KpiRow, ReadingRow
from consortio.kpis.units import Kind, unit_of, unit_words
from consortio.ui.charts.chance import Share, chance
from consortio.ui.charts.measure import Band, Claim, ForecastStep, Measure, Reading, Stop, TargetPath
from consortio.ui.charts.measure_figure import MeasureFigure, measure_figure
from consortio.ui.charts.plane import Number, Span
from consortio.ui.charts.spark import LARGE, Spark, spark
from consortio.ui.charts.units import Unit
from consortio.ui.marks import Mark

from .models import Direction
from .rows import ChanceRow, GoalRow
from .rules import ENDS
from .standing import counted, expected_value
from .terms import GoalTerms
from .words import method_words, needs_words

DAYS = {"week": 7.0, "month": 30.4375, "quarter": 91.3125, "half-year": 182.625, "year": 365.25}
GRAINS = {"week": "day", "month": "month", "quarter": "quarter", "half-year": "month", "year": "year"}
SPARK_MAX, CHART_MAX = 60, 36


def chart_unit(kpi: KpiRow) -> Unit:
    made = unit_of(kpi.unit)
    if made.per is None and made.kind == Kind.MONEY:
        return Unit(currency=made.name, digits=kpi.decimals)
    if made.per is None and made.kind == Kind.PERCENT:
        return Unit("%", digits=kpi.decimals)
    is_bare = made.per is None and made.kind == Kind.NUMBER
    return Unit("" if is_bare else unit_words(made), digits=kpi.decimals)


def spark_of(row: GoalRow) -> Spark | None:
    """Return the course of the last readings, with the way to the target; none of a milestone."""
    if row.kpi is None:
        return None
    points = counted(row.terms, row.points, row.kpi.aggregation)
    first = points[0].start_on if points else row.terms.start_on
    length = DAYS[row.kpi.frequency]
    values: list[Span | None] = []
    for point in points:
        at = round((point.start_on - first).days / length)
        values.extend([None] * (at - len(values)))
        values.append(Span(point.low, point.high))
    values = values[-SPARK_MAX:]
    return spark(values, chart_unit(row.kpi), expected=_way(row.terms, first, length, len(values)), size=LARGE)


def _way(terms: GoalTerms, first: date, length: float, shown: int) -> Sequence[Number | None]:
    """Return the straight way from the first place to the target's: what lies between is drawn, and not computed."""
    if terms.baseline is None or terms.target is None:
        return ()
    last = round((terms.due_on - first).days / length)
    if not 0 < last < SPARK_MAX:
        return ()
    begins = max(round((terms.start_on - first).days / length), 0)
    between: list[Number | None] = [None] * (last + 1)
    between[begins] = expected_value(terms, first) if begins == 0 else terms.baseline
    between[last] = terms.target
    return between


def share_of(row: GoalRow) -> Share | None:
    """Return the chance with its interval and its method, or what it needs; none of a milestone, and none once it ended."""
    kept = row.chance
    if row.kpi is None or row.state in ENDS:
        return None
    if kept is None:
        return chance(None, lacking=_("is being computed"))
    if kept.low is None or kept.high is None or kept.start is None or kept.end is None:
        return chance(None, lacking=needs_words(kept.findings, kept.readings))
    method = _("one for each claim") if kept.low != kept.high else method_words(kept.method)
    return chance(Span(kept.low, kept.high), low=kept.start, high=kept.end, method=method)


def chart_of(
    row: GoalRow,
    counts: Sequence[Point],
    readings: Mapping[date, ReadingRow],
    hrefs: Mapping[date, str],
    today: date,
) -> MeasureFigure | None:
    """
    Return the course of a goal towards its target; none of a milestone.

    Args:
        counts: its points as they tell of the goal; of added periods, running totals.
        readings, hrefs: by the first day of the period: who says what, and where that is read.
    """
    if row.kpi is None:
        return None
    terms, kpi = row.terms, row.kpi
    shown = counts[-CHART_MAX:]
    measure = Measure(
        terms.name,
        chart_unit(kpi),
        tuple(_read(row, shown, readings, hrefs)),
        path=_path(row),
        band=Band(terms.band_low, terms.band_high) if terms.direction == Direction.BAND else None,
        forecast=tuple(_fan(row.chance, shown, terms)),
        grain=GRAINS[kpi.frequency],
    )
    return measure_figure(measure, today=today)


def _path(row: GoalRow) -> TargetPath | None:
    terms = row.terms
    if terms.baseline is None or terms.target is None:
        return None
    stops = (Stop(terms.start_on, terms.baseline), Stop(terms.due_on, terms.target))
    return TargetPath(stops, is_agreed=bool(row.agreed_number))


def _read(
    row: GoalRow, shown: Sequence[Point], readings: Mapping[date, ReadingRow], hrefs: Mapping[date, str]
) -> Iterator[Reading]:
    if not shown or row.kpi is None:
        return
    by_start = {point.start_on: point for point in shown}
    calendar = (Frequency(row.kpi.frequency), row.kpi.fiscal_start)
    marks = (Mark(_("smallest"), "min"), Mark(_("greatest"), "max"))  # of a range that nobody claims by themselves
    periods = periods_between(shown[0].start_on, shown[-1].end_on, *calendar)
    for period in periods[-SPARK_MAX:]:  # of long gaps only the end
        on, expected = period.end - timedelta(days=1), _expected(row.terms, period.end)
        point, href = by_start.get(period.start), hrefs.get(period.start, "")
        if point is None:
            yield Reading(on, "missing", expected=expected)
            continue
        claims = sorted(said.values, key=lambda one: one[1]) if (said := readings.get(period.start)) else []
        marks = (claims[0][0], claims[-1][0]) if len(claims) > 1 else marks
        yield _reading(point, marks, on, expected, href)


def _reading(point: Point, marks: tuple[Mark, Mark], on: date, expected: Decimal | None, href: str) -> Reading:
    if not point.is_exact:
        ends = tuple(Claim(mark, value) for mark, value in zip(marks, (point.low, point.high), strict=True))
        return Reading(on, "contested", claims=ends, expected=expected, href=href)
    state = "proposed" if point.state == "contested" else point.state
    return Reading(on, state, point.low, expected=expected, href=href)


def _expected(terms: GoalTerms, on: date) -> Decimal | None:
    return expected_value(terms, on) if terms.start_on <= on <= terms.due_on else None


def _fan(kept: ChanceRow | None, shown: Sequence[Point], terms: GoalTerms) -> Iterator[ForecastStep]:
    """Yield the last reading and what is to be expected by the date; between them the picture draws straight lines."""
    if kept is None or not kept.quantiles or not shown or shown[-1].end_on >= terms.due_on:
        return
    last, by = shown[-1], {percent: (low, high) for percent, low, high in kept.quantiles}
    ends = (float(last.low), float(last.high))
    middle = sum(ends) / 2
    yield ForecastStep(last.end_on - timedelta(days=1), ends[0], ends[0], middle, ends[1], ends[1])
    yield ForecastStep(terms.due_on, by[10][0], by[25][0], sum(by[50]) / 2, by[75][1], by[90][1])
