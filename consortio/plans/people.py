"""Who answers for items of a plan: what the filter by person offers."""

from uuid import UUID

from consortio import access
from consortio.access import Actor

from .models import Item

PEOPLE_MAX = 500


@access.read
def people_in(*, actor: Actor, plan_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Return the people accountable for items that the actor sees, by name; one query."""
    rows = access.visible(actor, Item).filter(plan=plan_id, withdrawn_at=None).exclude(person=None)
    found = rows.order_by("person__name", "person").values_list("person", "person__name").distinct()
    return tuple(found[:PEOPLE_MAX])
