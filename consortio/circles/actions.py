"""Opening side circles and bodies, and naming the people of a body."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, Refused
from consortio.access.models import Circle, Kind, Seat
from consortio.access.seating import Sitting, open_circle, require_role_to_take, role_to_give, seat_many
from consortio.partnerships.reads import partnership
from consortio.record.log import action, record


class AloneInCircle(Refused):
    """A side circle of one organisation would be its in-house circle again."""


class LettersWorn(Refused):
    """Numbers of two circles would look alike to somebody who sees both."""


@action
def open_side_circle(
    *, actor: Actor, joint_id: UUID, name: str, letters: str, organisation_ids: Sequence[UUID], at: datetime
) -> UUID:
    """Open a circle of some members; everybody who takes part for one of them sits in it."""
    joint = access.lock(actor, Permission.CIRCLE_OPEN, Circle, joint_id)
    circle = _open(actor, joint, Kind.SIDE, name, letters, organisation_ids)
    with access.unscoped("seats of the other organisations' people are copied from the joint circle"):
        own = Seat.objects.filter(circle=joint, organisation__in=organisation_ids, ended_at=None)
        people = list(own.order_by("pk").values_list("person_id", "organisation_id", "role_id", "employer_id"))
    seat_many(Sitting(circle.pk, *person) for person in people)
    record("circle.opened", circle, kind=circle.kind)
    return circle.pk


@action
def open_body(
    *,
    actor: Actor,
    joint_id: UUID,
    name: str,
    letters: str,
    organisation_ids: Sequence[UUID],
    role_id: UUID,
    at: datetime,
) -> UUID:
    """Open a circle of named people. It begins with its founder; each organisation then names its own."""
    joint = access.lock(actor, Permission.CIRCLE_OPEN, Circle, joint_id)
    role = role_to_give(actor, role_id, joint.pk)
    circle = _open(actor, joint, Kind.BODY, name, letters, organisation_ids)
    seat_many([Sitting(circle.pk, actor.person_id, actor.organisation_id, role.pk)])
    record("circle.opened", circle, kind=circle.kind)
    return circle.pk


def _open(actor: Actor, joint: Circle, kind: Kind, name: str, letters: str, organisation_ids: Sequence[UUID]) -> Circle:
    members = {
        member.organisation_id for member in partnership(actor=actor, partnership_id=joint.partnership_id).present
    }
    if joint.kind != Kind.JOINT or not {actor.organisation_id} <= set(organisation_ids) <= members:
        raise NotVisible
    if kind == Kind.SIDE and len(set(organisation_ids)) < 2:
        raise AloneInCircle(_("Choose another organisation: what only yours sees lies in its in-house circle."))
    _require_free(actor, joint.partnership_id, letters)
    return open_circle(
        partnership_id=joint.partnership_id, kind=kind, name=name, mark=f"{letters}/", organisation_ids=organisation_ids
    )


def _require_free(actor: Actor, partnership_id: UUID, letters: str) -> None:
    """Refuse letters that the actor sees worn; those of a circle that they do not see tell nothing of it."""
    row = partnership(actor=actor, partnership_id=partnership_id)
    circles = access.visible(actor, Circle).filter(partnership=partnership_id)
    if letters in {member.letters for member in row.members} or circles.filter(mark=f"{letters}/").exists():
        raise LettersWorn(_("The letters %(letters)s are worn already.") % {"letters": letters})


@action
def appoint(*, actor: Actor, body_id: UUID, person_id: UUID, role_id: UUID, at: datetime) -> None:
    """Name one of our own people, who takes part already, for a body."""
    body = access.lock(actor, Permission.CIRCLE_SEAT, Circle, body_id)
    require_role_to_take(actor, person_id, body.pk)
    role = role_to_give(actor, role_id, body.pk)
    ours = access.visible(actor, Seat).filter(organisation=actor.organisation_id, person=person_id, ended_at=None)
    if body.kind != Kind.BODY or not ours.filter(circle=role.circle_id).exists():
        raise NotVisible
    seat_many([Sitting(body.pk, person_id, actor.organisation_id, role.pk)])
    record("person.appointed", body, person=str(person_id))
