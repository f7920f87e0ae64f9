"""What is uncertain about an item, on its own page: how long it may take, and which risks concern it."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from consortio import access
from consortio.access import Actor
from consortio.gathered import gathered, lists_in
from consortio.record.beside import Part, beside

from .entering import amount_words
from .models import Estimate


def _said(actor: Actor, kind: str) -> Subquery:
    rows = access.visible(actor, Estimate).filter(
        item=OuterRef("pk"), circle=OuterRef("circle"), likely_minutes__isnull=False
    )
    return gathered(
        rows, "item", "low_minutes", "likely_minutes", "high_minutes", "item__plan__day_minutes", "item__plan_id"
    )


@beside("plans.item", order=5, gathers=_said)
def estimate_of(_actor: Actor, _pk: UUID, gathered: str | None) -> Part | None:
    found: list[list[Any]] = lists_in(gathered)
    if not found:
        return None
    low, likely, high, day_minutes, plan_id = found[0]
    three = [amount_words(amount, day_minutes) for amount in (low, likely, high)]
    return Part("plans/estimate_beside.html", {"three": three, "plan_id": UUID(plan_id)})
