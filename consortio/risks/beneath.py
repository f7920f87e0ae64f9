"""What lies of risks beneath a figure that is computed of a plan, as `plans.beneath` tells it of other rows."""

from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from consortio import access
from consortio.access import Actor
from consortio.gathered import gathered

from .models import Risk, RiskState, Threat


def risks_beneath(actor: Actor, plan_id: UUID) -> Subquery:
    """
    Return the open risks of a plan in the `wider` one of a pair of circles, each with what counts of it.

    Of the items that it concerns that is how often somebody named one, or took one back.
    """
    named = access.visible(actor, Threat).filter(risk=OuterRef("pk")).order_by().values("risk")
    rows = access.visible(actor, Risk).filter(plan=plan_id, state=RiskState.OPEN, circle=OuterRef("wider"))
    rows = rows.annotate(named=Subquery(named.annotate(times=Count("pk")).values("times")))
    return gathered(rows, "plan", "pk", "kind", "chance", "low", "likely", "high", "named")
