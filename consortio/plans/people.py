"""Who answers for items of a plan: what the filter by person offers."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Seat

from .models import Item

PEOPLE_MAX = 500


@access.read
def people_in(*, actor: Actor, plan_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Return the people accountable for items that the actor sees, by name; one query, whatever the plan's size."""
    return tuple(_PEOPLE.ask(actor, plan_id))


def _people(actor: Actor, plan_id: UUID) -> QuerySet:
    items = access.visible(actor, Item).filter(plan=plan_id, withdrawn_at=None, person=OuterRef("person"))
    found = access.visible(actor, Seat).filter(Exists(items)).order_by("person__name", "person")
    return found.values_list("person", "person__name").distinct()[:PEOPLE_MAX]


_PEOPLE = access.Question(_people, Actor, UUID)
