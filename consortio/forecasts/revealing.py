"""
Revealing a round: what each organisation kept in its own house is copied into the circle of all who see the goal.

It happens with the last forecast that is asked for, or when the time is up. Until then nobody reads another's.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Circle, Place
from consortio.jobs.periodic import Clock, every_minute
from consortio.partnerships.reads import partnership
from consortio.record.log import nothing_changed, record, system_action

from .models import Given, OwnForecast, Revealed, Round

ACTIVE = "active"
AT_ONCE = 200  # rounds closed in one go; the others wait for the next minute


def asked_in(actor: Actor, circle: Circle) -> frozenset[UUID]:
    """Return the active members of the partnership that sit in a circle: who is asked for a forecast."""
    row = partnership(actor=actor, partnership_id=circle.partnership_id)
    active = {member.organisation_id for member in row.members if member.state == ACTIVE}
    places = access.visible(actor, Place).filter(circle=circle.pk).values_list("organisation_id", flat=True)
    return frozenset(active & set(places))


def given_in(actor: Actor, round_id: UUID) -> set[UUID]:
    rows = access.visible(actor, Given).filter(round=round_id)
    return set(rows.values_list("organisation_id", flat=True))


def reveal(found: Round, at: datetime) -> None:
    """Copy what was kept for a round into its circle, and close it; within `access.unscoped` or a system action."""
    for own in OwnForecast.objects.filter(round=found).order_by("organisation_id"):
        made = Revealed(circle_id=found.circle_id, round=found, organisation_id=own.organisation_id)
        made.person_id, made.given_at = own.person_id, own.given_at
        made.p10, made.p50, made.p90, made.words = own.p10, own.p50, own.p90, own.words
        made.save()
    found.revealed_at = at
    found.save(update_fields=["revealed_at"])
    record("round.revealed", found, goal=str(found.goal_id), number=found.number)


@every_minute
def sweep(clock: Clock) -> None:
    """Reveal the rounds whose time is up, with as many forecasts as were given."""
    at = clock()
    with access.unscoped("the time of a round is up while nobody asks"):
        due = list(_due(at).values_list("pk", flat=True)[:AT_ONCE])
    if due:
        reveal_due(round_ids=due, at=at)


def _due(at: datetime) -> QuerySet:
    return Round.objects.filter(revealed_at=None, closes_at__lte=at).order_by("closes_at", "pk")


@system_action("the time of a round is up for everybody")
def reveal_due(*, round_ids: list[UUID], at: datetime) -> None:
    due = _due(at).filter(pk__in=round_ids).select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = list(due)
    for one in found:
        reveal(one, at)
    if not found:
        nothing_changed()
