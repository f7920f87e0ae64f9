"""
What lies beneath a figure that is computed of a plan beside its dates, in columns that tell whether it is as it was.

Each is a column of a pair of circles (`access.models.Within`): it tells of the rows of the `wider` one. What everybody in a
circle sees is what its pairs tell together.
"""

from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When

from consortio import access
from consortio.access import Actor
from consortio.gathered import gathered

from .models import Estimate, OwnSide, Schedule


def dates_beneath(actor: Actor, plan_id: UUID) -> Subquery:
    """
    Return of what the circle's dates were computed: items, links, calendars, progress, data date and what was agreed.

    Empty while the dates do not follow from these; none of a circle that keeps no dates.
    """
    rows = access.visible(actor, Schedule).filter(plan=plan_id, circle=OuterRef("wider"))
    follows = Case(When(outdated_at=None, then=F("fingerprint")), default=Value(""))
    return Subquery(rows.annotate(follows=follows).values("follows"))


def estimates_beneath(actor: Actor, plan_id: UUID) -> Subquery:
    """
    Return how often somebody has said how long an item may take; none where nobody has.

    A version counts on where an estimate becomes another one, and no estimate goes: the sum is as it was if each is.
    """
    rows = access.visible(actor, Estimate).filter(item__plan=plan_id, circle=OuterRef("wider"))
    return Subquery(rows.order_by().values("item__plan").annotate(times=Sum("version")).values("times"))


def own_estimates_beneath(actor: Actor, plan_id: UUID) -> Subquery:
    """Return what a house thinks by itself of how long items may take; of a circle by itself, of wider ones nothing."""
    itself = Q(circle=OuterRef("wider")) & Q(circle=OuterRef("circle"))
    rows = access.visible(actor, OwnSide).filter(itself, item__plan=plan_id)
    # Their versions would not do: the note beside them is changed more often.
    rows = rows.exclude(Q(low_minutes=None) | Q(likely_minutes=None) | Q(high_minutes=None))
    return gathered(rows, "item__plan", "item", "low_minutes", "likely_minutes", "high_minutes")
