"""The course of a KPI as a chart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.ui.charts.measure import Claim, Measure, Reading
from consortio.ui.charts.measure_figure import MeasureFigure, measure_figure
from consortio.ui.marks import Mark

from .measuring import Point
from .models import ReadingState
from .periods import Frequency, periods_between
from .reads import KpiPage, ReadingRow
from .showing import ended_period, shown_unit

GRAINS = {"week": "day", "month": "month", "quarter": "quarter", "half-year": "quarter", "year": "year"}
SHOWN = 24  # periods


def figure_of(page: KpiPage, today: date) -> MeasureFigure | None:
    """Return the last periods of a KPI as a chart, none where there is nothing to draw; its table stands on the page."""
    if not page.row.points:
        return None
    grain = GRAINS[page.row.frequency]
    measure = Measure(page.row.name, shown_unit(page.row), tuple(_readings(page, today)), grain=grain)
    figure = replace(measure_figure(measure, today=today), rows=())
    if page.row.formula:  # what its values lie between is nobody's claim
        figure = replace(figure, pictures=tuple(replace(picture, marks=()) for picture in figure.pictures))
    return figure


def _readings(page: KpiPage, today: date) -> Iterator[Reading]:
    row, claims = page.row, {reading.start_on: reading for reading in page.readings}
    points = {point.start_on: point for point in row.points}
    frequency = Frequency(row.frequency)
    end = row.points[-1].end_on if row.retired_at else max(row.points[-1].end_on, ended_period(row, today).end)
    for period in periods_between(row.points[0].start_on, end, frequency, row.fiscal_start)[-SHOWN:]:
        yield _reading(points.get(period.start), claims.get(period.start), period.end - timedelta(days=1))


def _reading(point: Point | None, claimed: ReadingRow | None, on: date) -> Reading:
    if point is None:
        return Reading(on, "missing")
    way = reverse("reading", args=[claimed.id]) if claimed else ""
    struck = claimed.before[-1] if claimed and claimed.before else None
    if point.state == ReadingState.CONTESTED:
        return Reading(on, "contested", claims=_claims(point, claimed), href=way)
    return Reading(on, point.state, point.low, struck=struck, href=way)


def _claims(point: Point, claimed: ReadingRow | None) -> tuple[Claim, ...]:
    if claimed:
        return tuple(Claim(mark, value) for mark, value in claimed.values)
    ends = [(point.low, _("at least")), (point.high, _("at most"))]
    return tuple(Claim(Mark(words, ""), value) for value, words in ends)
