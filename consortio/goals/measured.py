"""Which KPIs goals rest on: nobody is asked whether to go on watching those, and what all agreed by stays as it is."""

from collections.abc import Collection, Sequence
from uuid import UUID

from consortio import access
from consortio.access import Actor
from consortio.access.models import Kind
from consortio.kpis.uses import agrees_by_kpis, uses_kpis

from .models import Goal, GoalState


def _measured(actor: Actor, kpi_ids: Collection[UUID]) -> Collection[UUID]:
    open_ones = access.visible(actor, Goal).filter(kpi__in=kpi_ids, withdrawn_at=None)
    return set(open_ones.exclude(state=GoalState.RETIRED).values_list("kpi_id", flat=True))


def _agreed(actor: Actor, kpi_ids: Collection[UUID]) -> Sequence[str]:
    joint = {"circle__kind": Kind.JOINT, "circle__organisation": None}
    goals = access.visible(actor, Goal).filter(kpi__in=kpi_ids, state=GoalState.AGREED, **joint).order_by("number")
    return [f"{mark}G-{number}" for mark, number in goals.values_list("circle__mark", "number")]


uses_kpis("goals", _measured)
agrees_by_kpis("goals", _agreed)
