"""The actor of a request or job, loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from django.apps import apps
from django.db import models

from .actor import Actor, Door, Permission
from .gate import as_other_hat, reading, visible
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


@contextmanager
def other_hat(actor: Actor, organisation_id: UUID) -> Iterator[Actor]:
    """
    Load the same person acting for another organisation, and read as them: a page that tells of all somebody's hats.

    It stands inside the page's reading and reads the same state of the database. Meanwhile the first hat sees nothing,
    and nothing that was kept under the one is found under the other.

    Raises:
        Unscoped: no reading for this actor is under way, they write, or they come by another door than a page of ours.
    """
    other = Actor(actor.person_id, organisation_id, door=actor.door)
    with as_other_hat(actor, other):
        yield actor_for(other.person_id, other.organisation_id, other.door)


def _own_seats(actor: Actor) -> models.QuerySet:
    own = visible(actor, apps.get_model("access.Seat")).filter(
        person=actor.person_id, organisation=actor.organisation_id, ended_at=None
    )
    return own.values_list(*COLUMNS)


_OWN_SEATS = Question(_own_seats, Actor)
