"""The actor of a request or job, loaded."""

from dataclasses import replace
from uuid import UUID

from django.apps import apps
from django.db import models

from .actor import Actor, Door, Permission
from .gate import reading, visible
from .questions import Question

COLUMNS = ("circle_id", "circle__kind", "circle__partnership_id", "role__permissions", "employer_id")


def actor_for(person_id: UUID | None, organisation_id: UUID | None, door: Door = "web") -> Actor:
    """Load the actor, or one who sees nothing: an unknown person and one without a seat look alike."""
    nobody = Actor(person_id, organisation_id, door=door)
    with reading(nobody):
        seats = _OWN_SEATS.ask(nobody)
    granted = {circle: frozenset(permissions or ()) for circle, _, _, permissions, _ in seats}
    joint = {partnership: granted[circle] for circle, kind, partnership, *_ in seats if kind == "joint"}
    for circle, kind, partnership, *_ in seats:  # roles lie in the joint circle, so the right to publish does too
        if kind == "public" and Permission.CIRCLE_PUBLISH in joint.get(partnership, ()):
            granted[circle] = joint[partnership]
    return replace(
        nobody,
        permissions=granted,
        employer_id=next((employer for *_, employer in seats if employer), None),
        houses={partnership: circle for circle, kind, partnership, *_ in seats if kind == "house"},
    )


def _own_seats(actor: Actor) -> models.QuerySet:
    own = visible(actor, apps.get_model("access.Seat")).filter(
        person=actor.person_id, organisation=actor.organisation_id, ended_at=None
    )
    return own.values_list(*COLUMNS)


_OWN_SEATS = Question(_own_seats, Actor)
