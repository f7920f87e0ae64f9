"""Which KPIs goals rest on: nobody is asked whether to go on watching those."""

from collections.abc import Collection
from uuid import UUID

from consortio import access
from consortio.access import Actor
from consortio.kpis.uses import uses_kpis

from .models import Goal, GoalState


def _measured(actor: Actor, kpi_ids: Collection[UUID]) -> Collection[UUID]:
    open_ones = access.visible(actor, Goal).filter(kpi__in=kpi_ids, withdrawn_at=None)
    return set(open_ones.exclude(state=GoalState.RETIRED).values_list("kpi_id", flat=True))


uses_kpis("goals", _measured)
