"""The last readings of a KPI in one row, for lists that show many KPIs; and how many of its readings hold."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from consortio import access
from consortio.access import Actor

from .measuring import RECENT
from .models import Course, Kpi, Reading, ReadingState


def keep_course(actor: Actor, kpi: Kpi) -> None:
    """Make a KPI's course anew, after its readings have changed."""
    holding = access.visible(actor, Reading).filter(kpi=kpi).exclude(state=ReadingState.CORRECTED)
    newest = holding.order_by("-start_on").values_list("start_on", "end_on", "low", "high", "state")[:RECENT]
    counted = holding.aggregate(
        readings=Count("pk"),
        contested=Count("pk", filter=Q(state=ReadingState.CONTESTED)),
        unconfirmed=Count("pk", filter=Q(state=ReadingState.PROPOSED)),
    )
    values: dict[str, Any] = counted | {"recent": [_plain(row) for row in reversed(newest)]}
    kept = access.visible(actor, Course).filter(kpi=kpi)
    if not kept.update(**values):
        Course(circle_id=kpi.circle_id, kpi=kpi, **values).save()


def _plain(row: tuple) -> list[str]:
    start_on, end_on, low, high, state = row
    return [start_on.isoformat(), end_on.isoformat(), format(low, "f"), format(high, "f"), state]


def courses(actor: Actor, kpi_ids: list[UUID]) -> dict[UUID, Course]:
    return {row.kpi_id: row for row in access.visible(actor, Course).filter(kpi__in=kpi_ids)}
