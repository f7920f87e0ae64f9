"""The goals that hold, in few words: which are past their date, and whether there are any that all agreed on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.beside_seats import circles_beside

from .models import Goal, GoalState

HELD_MAX = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A goal that was agreed on, or adopted; `may_end` where the actor says how it ended, or proposes that."""

    id: UUID
    number: str
    name: str
    circle_id: UUID
    partnership_id: UUID
    organisation_id: UUID | None
    due_on: date
    may_end: bool


@access.read
def goals_held(*, actor: Actor, partnership_ids: Collection[UUID]) -> tuple[Held, ...]:
    """Return the goals that hold in some partnerships, as far as the actor sees them; one query for a page."""
    key = ("goals_held", tuple(partnership_ids))
    return access.once(key, lambda: _held(actor, list(partnership_ids)))


def _held(actor: Actor, partnership_ids: list[UUID]) -> tuple[Held, ...]:
    rows = access.visible(actor, Goal).filter(state=GoalState.AGREED, circle__partnership__in=partnership_ids)
    columns = (
        "pk",
        "circle__mark",
        "number",
        "name",
        "circle_id",
        "circle__partnership_id",
        "organisation_id",
        "due_on",
    )
    found = rows.order_by("due_on", "circle", "number").values_list(*columns)[:HELD_MAX]
    return tuple(
        Held(pk, f"{mark}G-{number}", name, circle, place, organisation, due_on, _may_end(actor, circle))
        for pk, mark, number, name, circle, place, organisation, due_on in found
    )


def _may_end(actor: Actor, circle_id: UUID) -> bool:
    return Permission.PLAN_EDIT in actor.permissions.get(circle_id, ())


def past_beside(today: date) -> QuerySet:
    """Return the goals of a seat's organisation that hold and are past their date: beside rows of open seats."""
    circles = circles_beside()
    rows = Goal.objects.filter(state=GoalState.AGREED, organisation=OuterRef("organisation"), due_on__lt=today)
    return rows.filter(circle__partnership=OuterRef("circle__partnership"), circle__in=circles)


def agreed_beside() -> QuerySet:
    """Return the goals that all members of a seat's partnership agreed on: beside rows of open seats in joint circles."""
    return Goal.objects.filter(state=GoalState.AGREED, circle=OuterRef("circle"))
