"""The last readings of a KPI in one row, for lists that show many KPIs; and how many of its readings hold."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from consortio import access
from consortio.access import Actor

from .measuring import RECENT
from .models import Course, Kpi, Reading, ReadingState

AT_ONCE = 500  # rows in one statement


def keep_course(actor: Actor, kpi: Kpi) -> None:
    """Make a KPI's course anew, after its readings have changed."""
    keep_courses(actor, [kpi])


def keep_courses(actor: Actor, kpis: Sequence[Kpi]) -> None:
    """Make the courses of KPIs anew; the number of statements does not grow with them."""
    kept = courses(actor, [kpi.pk for kpi in kpis])
    counted, recent = _counted(actor, kpis), _recent(actor, kpis)
    new: list[Course] = []
    old: list[Course] = []
    for kpi in kpis:
        course = kept.get(kpi.pk) or Course(circle_id=kpi.circle_id, kpi=kpi)
        course.recent = recent.get(kpi.pk, [])
        course.readings, course.contested, course.unconfirmed = counted.get(kpi.pk, (0, 0, 0))
        (old if kpi.pk in kept else new).append(course)
    rows = access.visible(actor, Course)
    rows.bulk_create(new, batch_size=AT_ONCE)
    rows.bulk_update(old, ["recent", "readings", "contested", "unconfirmed"], batch_size=AT_ONCE)


def _holding(actor: Actor, kpis: Sequence[Kpi]) -> Any:
    return access.visible(actor, Reading).filter(kpi__in=[kpi.pk for kpi in kpis]).exclude(state=ReadingState.CORRECTED)


def _counted(actor: Actor, kpis: Sequence[Kpi]) -> dict[UUID, tuple[int, int, int]]:
    counts = {
        "all": Count("pk"),
        "contested": Count("pk", filter=Q(state=ReadingState.CONTESTED)),
        "unconfirmed": Count("pk", filter=Q(state=ReadingState.PROPOSED)),
    }
    found = _holding(actor, kpis).order_by().values_list("kpi_id").annotate(**counts)
    return {kpi_id: tuple(each) for kpi_id, *each in found}


def _recent(actor: Actor, kpis: Sequence[Kpi]) -> dict[UUID, list[list[str]]]:
    nth = Window(RowNumber(), partition_by=F("kpi_id"), order_by=F("start_on").desc())
    columns = ("kpi_id", "start_on", "end_on", "low", "high", "state")
    newest = _holding(actor, kpis).annotate(nth=nth).filter(nth__lte=RECENT).order_by("start_on")
    found: dict[UUID, list[list[str]]] = defaultdict(list)
    for kpi_id, *point in newest.values_list(*columns):
        found[kpi_id].append(_plain(point))
    return found


def _plain(row: Sequence[Any]) -> list[str]:
    start_on, end_on, low, high, state = row
    return [start_on.isoformat(), end_on.isoformat(), format(low, "f"), format(high, "f"), state]


def courses(actor: Actor, kpi_ids: list[UUID]) -> dict[UUID, Course]:
    return {row.kpi_id: row for row in _COURSES.ask(actor, kpi_ids)}


_COURSES = access.Question(lambda actor, kpi_ids: access.visible(actor, Course).filter(kpi__in=kpi_ids), Actor, [UUID])
