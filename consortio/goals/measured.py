"""
Which KPIs goals rest on: nobody is asked whether to go on watching those, and what all agreed by, or are asked to agree by,
stays as it is.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Kind
from consortio.approvals.reads import undecided_with
from consortio.kpis.uses import agrees_by_kpis, uses_kpis

from .agreeing import GOAL
from .models import Goal, GoalState


def _measured(actor: Actor, kpi_ids: Collection[UUID]) -> Collection[UUID]:
    open_ones = access.visible(actor, Goal).filter(kpi__in=kpi_ids, withdrawn_at=None)
    return set(open_ones.exclude(state=GoalState.RETIRED).values_list("kpi_id", flat=True))


def _agreed(actor: Actor, kpi_ids: Collection[UUID]) -> Sequence[str]:
    joint = {"circle__kind": Kind.JOINT, "circle__organisation": None}
    return _numbers(access.visible(actor, Goal).filter(kpi__in=kpi_ids, state=GoalState.AGREED, **joint))


def _asked(actor: Actor, kpi_ids: Collection[UUID]) -> Sequence[str]:
    asked = undecided_with(actor, GOAL, "kpi_id", [str(pk) for pk in kpi_ids])
    return _numbers(access.visible(actor, Goal).filter(pk__in=asked))


def _numbers(goals: QuerySet) -> Sequence[str]:
    found = goals.order_by("number").values_list("circle__mark", "number")
    return [f"{mark}G-{number}" for mark, number in found]


uses_kpis("goals", _measured)
agrees_by_kpis("goals", _agreed, _asked)
