"""What KPIs rest on, whoever sees it: for what is computed after a change, within `access.unscoped`."""

from collections.abc import Collection
from uuid import UUID

from .measuring import Point, measure_of, points_of, resting_among, with_computed
from .models import Course, Kpi, Reading, ReadingState
from .words import number_of


def common_points(kpi_id: UUID, circle_ids: Collection[UUID]) -> tuple[tuple[Point, ...], str]:
    """
    Return all points of a KPI and how its periods add up, from the KPIs of some circles.

    A computed one has its last periods only, as its formula gives them.
    """
    kpis = list(Kpi.objects.filter(circle__in=circle_ids).select_related("circle").order_by("pk"))
    own = next(kpi for kpi in kpis if kpi.pk == kpi_id)
    if not own.formula:
        rows = Reading.objects.filter(kpi=own).exclude(state=ReadingState.CORRECTED).order_by("start_on")
        found = rows.values_list("start_on", "end_on", "low", "high", "state")
        return tuple(Point(*row) for row in found), own.aggregation
    kept = Course.objects.filter(kpi__in=[kpi.pk for kpi in kpis])
    read = {course.kpi_id: points_of(course.recent) for course in kept}
    points, _missing = with_computed([measure_of(kpi) for kpi in kpis], read)
    return points[own.pk], own.aggregation


def resting_on(kpi_id: UUID | None) -> set[UUID]:
    """Return a KPI and all that are computed from it, by whatever way."""
    first = Kpi.objects.filter(pk=kpi_id).select_related("circle").first()
    if first is None:
        return set()
    computed = Kpi.objects.filter(circle__partnership=first.circle.partnership_id).exclude(formula="")
    return resting_among(first.pk, number_of(first), computed.select_related("circle"))
