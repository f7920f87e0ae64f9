"""Founding, joining, taking part, leaving."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, Refused
from consortio.access.actor import ROLES
from consortio.access.models import Circle, Kind, Place, Role, Seat
from consortio.access.seating import (
    keep_a_lead,
    open_circle,
    own_person,
    require_own_house,
    require_role_to_take,
    role_to_give,
    seat_in_partnership,
    unseat,
)
from consortio.ids import salt
from consortio.organisations.actions import create_organisation
from consortio.record.log import action, nothing_changed, record, system_action

from .models import Invitation, Membership, Partnership

INVITED_DAYS = 14


class LettersTaken(Refused):
    """Two members of a partnership do not wear the same letters."""


class NameTaken(Refused):
    """An organisation takes part in two partnerships of one name only if others named the second so."""


@system_action("registering serves somebody who is nobody yet")
def register_organisation(*, name: str, letters: str, lead: str, at: datetime) -> tuple[UUID, UUID, UUID]:
    """Make an organisation, its first person and its house. The first-run page and the operator's command call it."""
    organisation_id, person_id = create_organisation(name=name, lead=lead)
    house = _open_partnership(name, organisation_id)
    _let_in(house, organisation_id, person_id, letters)
    record("organisation.registered", house, texts={"name": name})
    return organisation_id, person_id, house.pk


@action
def found_partnership(*, actor: Actor, house_id: UUID, name: str, letters: str, at: datetime) -> UUID:
    """Found a partnership from one's own house; the founder is its first member and keeps no other right."""
    house = access.lock(actor, Permission.PARTNERSHIP_FOUND, Circle, house_id)
    require_own_house(actor, house)
    if access.visible(actor, Partnership).filter(name=name).exists():
        raise NameTaken(_("You take part in a partnership called %(name)s already.") % {"name": name})
    joint = _open_partnership(name, None)
    _let_in(joint, actor.organisation_id, actor.person_id, letters)
    record("partnership.founded", joint)
    return joint.pk


@action
def invite_organisation(*, actor: Actor, joint_id: UUID, name: str, at: datetime) -> str:
    """Return the secret of a link by which one organisation joins. (In the product: after the members' approval.)"""
    joint = access.lock(actor, Permission.PARTNERSHIP_INVITE, Circle, joint_id)
    if joint.kind != Kind.JOINT or joint.organisation_id:
        raise NotVisible
    secret = salt().hex()
    invitation = Invitation(circle=joint, name=name, secret_hash=_hash(secret))
    invitation.expires_at = at + timedelta(days=INVITED_DAYS)
    invitation.save()
    record("organisation.invited", invitation, texts={"name": name})
    return secret


@action
def accept_invitation(*, actor: Actor, house_id: UUID, secret: str, letters: str, at: datetime) -> UUID:
    """Join a partnership as a lead of the invited house. A link that is spent, old or false looks like none."""
    house = access.lock(actor, Permission.PARTNERSHIP_JOIN, Circle, house_id)
    require_own_house(actor, house)
    with access.unscoped("the invited see nothing of the partnership yet"):
        open_ones = Invitation.objects.filter(secret_hash=_hash(secret), accepted_by=None, expires_at__gte=at)
        invitation = open_ones.select_for_update(no_key=True, of=("self",)).select_related("circle").first()
        if invitation is None or Place.objects.filter(circle=invitation.circle_id, organisation=actor.organisation_id):
            raise NotVisible
        _let_in(invitation.circle, actor.organisation_id, actor.person_id, letters)
        invitation.accepted_by_id = actor.organisation_id
        invitation.save(update_fields=["accepted_by"])
    record("partnership.joined", house, partnership=str(invitation.circle_id))
    record("organisation.joined", invitation.circle, organisation=str(actor.organisation_id))
    return invitation.circle_id


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _open_partnership(name: str, organisation_id: UUID | None) -> Circle:
    """Return the joint circle of a new partnership without members, or of an organisation's house."""
    with access.unscoped("a new partnership has no members"):
        partnership = Partnership(name=name)
        partnership.save()
        own = {"partnership_id": partnership.pk}
        joint = open_circle(**own, kind=Kind.JOINT, name="Everyone", organisation_id=organisation_id)
        open_circle(**own, kind=Kind.PUBLIC, name="Public")
        Role.objects.bulk_create([Role(circle=joint, name=role, permissions=may) for role, may in ROLES.items()])
    return joint


def _let_in(joint: Circle, organisation_id: UUID, person_id: UUID, letters: str) -> None:
    """Place an organisation, open its in-house circle, and seat its first lead."""
    with access.unscoped("the newcomer sees nothing yet"):
        members = list(Membership.objects.filter(circle=joint).values_list("letters", flat=True))
        if letters in members:
            raise LettersTaken(_("Another member wears the letters %(letters)s.") % {"letters": letters})
        lead = Role.objects.get(circle=joint, name="lead")
        whole = Circle.objects.filter(partnership=joint.partnership_id, kind__in=[Kind.JOINT, Kind.PUBLIC])
        Place.objects.bulk_create([Place(circle=circle, organisation_id=organisation_id) for circle in whole])
        Membership(circle=joint, organisation_id=organisation_id, number=len(members), letters=letters).save()
        open_circle(
            partnership_id=joint.partnership_id,
            kind=Kind.HOUSE,
            mark=f"{letters}/",
            organisation_ids=[organisation_id],
            organisation_id=organisation_id,
        )
    seat_in_partnership(
        partnership_id=joint.partnership_id, person_id=person_id, organisation_id=organisation_id, role=lead
    )


@action
def edit_membership(*, actor: Actor, membership_id: UUID, version: int, part: str, at: datetime) -> None:
    """Say in our own words what our part in the partnership is."""
    membership = access.lock(actor, Permission.MEMBERSHIP_EDIT, Membership, membership_id, version=version)
    if membership.part == part:
        return nothing_changed()
    changed = {"part": (membership.part, part)}
    membership.part = part
    membership.save(update_fields=["part"])
    record("membership.edited", membership, changes=changed)


@action
def seat_person(*, actor: Actor, joint_id: UUID, person_id: UUID, role_id: UUID, at: datetime) -> None:
    """Let one of our own people take part, or give them another role; each organisation seats its own."""
    joint = access.lock(actor, Permission.CIRCLE_SEAT, Circle, joint_id)
    require_role_to_take(actor, person_id, joint.pk)
    role = role_to_give(actor, role_id, joint.pk)
    seat_in_partnership(
        partnership_id=joint.partnership_id,
        person_id=own_person(actor, person_id),
        organisation_id=actor.organisation_id,
        role=role,
    )
    keep_a_lead(joint.pk, actor.organisation_id)
    record("person.seated", joint, person=str(person_id), role=role.name)


@action
def unseat_person(*, actor: Actor, joint_id: UUID, person_id: UUID, at: datetime) -> None:
    """End one of our own people's part, in every circle of the partnership, with the next query they make."""
    joint = access.lock(actor, Permission.CIRCLE_SEAT, Circle, joint_id)
    seats = access.visible(actor, Seat).filter(circle=joint, organisation=actor.organisation_id, ended_at=None)
    if not seats.filter(person=person_id).exists():
        raise NotVisible
    require_role_to_take(actor, person_id, joint.pk)
    for widest in access.visible(actor, Circle).filter(partnership=joint.partnership_id, kind=Kind.PUBLIC):
        unseat(circle_id=widest.pk, person_id=person_id, organisation_id=actor.organisation_id, at=at)
    keep_a_lead(joint.pk, actor.organisation_id)
    record("person.unseated", joint, person=str(person_id))
