"""Which items a risk concerns: the newest word on each holds."""

from collections.abc import Collection
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .models import Threat


def items_of(actor: Actor, risk_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the items that each risk concerns, in the order in which they were named; one query."""
    said = access.visible(actor, Threat).filter(risk__in=risk_ids).order_by("said_at", "pk")
    newest: dict[UUID, dict[UUID, bool]] = {pk: {} for pk in risk_ids}
    for risk_id, item_id, is_meant in said.values_list("risk_id", "item_id", "is_meant"):
        newest[risk_id][item_id] = is_meant
    return {pk: [item_id for item_id, is_meant in own.items() if is_meant] for pk, own in newest.items()}
