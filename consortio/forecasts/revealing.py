"""
Revealing a round: what each organisation kept in its own house is copied into the circle of all who see the goal.

It happens with the last forecast that is asked for, when the last that was waited for has left, or when the time is up.
Until then nobody reads another's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from consortio import access
from consortio.access import Actor
from consortio.access.models import Circle, Kind, Place
from consortio.jobs.periodic import Clock, every_minute
from consortio.partnerships.reads import active_in, partnership
from consortio.record.log import nothing_changed, record, system_action

from .models import Given, OwnForecast, Revealed, Round
from .rules import is_complete

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
    """Reveal the rounds whose time is up, with as many forecasts as were given, and those that wait for nobody any more."""
    at = clock()
    with access.unscoped("the time of a round is up while nobody asks"):
        due = list(_open().filter(closes_at__lte=at).values_list("pk", flat=True)[:AT_ONCE])
        due += _waiting_for_nobody(at)
    if due:
        reveal_due(round_ids=due, at=at)


def _open() -> QuerySet:
    return Round.objects.filter(revealed_at=None).order_by("closes_at", "pk")


def _waiting_for_nobody(at: datetime) -> list[UUID]:
    """Return the open rounds for which all that are active and see the goal have given theirs: the others have left."""
    given: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Given.objects.filter(round__revealed_at=None, round__closes_at__gt=at)
    for round_id, organisation_id in rows.values_list("round_id", "organisation_id"):
        given[round_id].add(organisation_id)
    if not given:
        return []
    circles = dict(_open().filter(pk__in=given).values_list("pk", "circle_id"))
    places: dict[UUID, set[UUID]] = defaultdict(set)
    for circle_id, organisation_id in _active_places(set(circles.values())):
        places[circle_id].add(organisation_id)
    return [pk for pk, circle_id in circles.items() if is_complete(places[circle_id], given[pk])][:AT_ONCE]


def _active_places(circle_ids: Collection[UUID]) -> Iterator[tuple[UUID, UUID]]:
    joint = Circle.objects.filter(kind=Kind.JOINT, organisation=None, partnership=OuterRef("circle__partnership"))
    rows = Place.objects.filter(circle__in=circle_ids).annotate(joint=Subquery(joint.values("pk")[:1]))
    found = list(rows.values_list("circle_id", "organisation_id", "joint"))
    active = active_in({joint_id for _, _, joint_id in found})
    for circle_id, organisation_id, joint_id in found:
        if organisation_id in active.get(joint_id, ()):
            yield circle_id, organisation_id


@system_action("the time of a round is up for everybody")
def reveal_due(*, round_ids: list[UUID], at: datetime) -> None:
    due = _open().filter(pk__in=round_ids).select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = list(due)
    for one in found:
        reveal(one, at)
    if not found:
        nothing_changed()
