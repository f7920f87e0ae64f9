"""
Accepting: an organisation by somebody who leads it, a seat by the person who was invited, each also as a newcomer.

Whoever accepts sees nothing yet of where they are invited to, so what lets them in is not a role but the link's secret and
the address that it was sent to. The doors hand in the address that the caller's account signs in with.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, Refused, actor_for
from consortio.access.gate import as_system
from consortio.access.models import Circle, Role, Seat
from consortio.access.models import Kind as CircleKind
from consortio.access.seating import require_own_house, rights_in, seat_in_partnership
from consortio.accounts.users import create_account
from consortio.organisations.actions import create_person
from consortio.partnerships.actions import let_in, register_organisation
from consortio.record.log import action, record

from .models import Invitation, Kind, Letter, PromisedSeat, State
from .rules import open_letter


class AlreadyHere(Refused):
    """Whoever has every seat of an invitation already is let in nowhere."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says of themselves who has no account yet; the organisation only where one was invited."""

    name: str
    password: str | None
    organisation: str = ""
    letters: str = ""


@action
def accept_invitation(
    *, actor: Actor, house_id: UUID, secret_hash: str, email: str, letters: str, at: datetime
) -> UUID:
    """
    Join a partnership as a lead of the invited house; return its joint circle.

    Raises:
        NotVisible: the link is spent, old, withdrawn or false, or was sent to another address; all look alike.
    """
    house = access.lock(actor, Permission.PARTNERSHIP_JOIN, Circle, house_id)
    require_own_house(actor, house)
    with access.unscoped("the invited see nothing of the partnership yet"):
        invitation = _spend(secret_hash, email, [Kind.ORGANISATION], at)
        let_in(invitation.circle, actor.organisation_id, actor.person_id, letters)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=actor.organisation_id)
    record("partnership.joined", house, partnership=str(invitation.circle_id))
    record("organisation.joined", invitation.circle, organisation=str(actor.organisation_id))
    return invitation.circle_id


@action
def accept_seat(*, actor: Actor, secret_hash: str, email: str, at: datetime) -> UUID:
    """
    Take the seat in a house that one was invited to, and those that go with it; return the house's joint circle.

    Args:
        actor: the invited person, acting for the organisation that invites: they sit nowhere for it yet.
    """
    with access.unscoped("the invited see nothing of the house yet"):
        invitation = _spend(secret_hash, email, [Kind.PERSON, Kind.RECOVERY], at)
        if invitation.organisation_id != actor.organisation_id:
            raise NotVisible
        if invitation.kind == Kind.RECOVERY:
            for joint in {invitation.circle, *_joint_circles(actor.organisation_id)}:
                _seat(actor, joint, Role.objects.get(circle=joint, name=invitation.role.name))
            return invitation.circle_id
        promised = [(invitation.circle, invitation.role), *_promised(invitation)]
        new = [(joint, role) for joint, role in promised if not _sits(actor, joint)]  # a link changes nobody's role
        if not new:
            raise AlreadyHere(_("You sit in this house already; the invitation gives you nothing new."))
        for joint, role in new:
            _seat(actor, joint, role)
    return invitation.circle_id


def accept_as_newcomer(*, secret_hash: str, email: str, newcomer: Newcomer, at: datetime) -> AbstractBaseUser:
    """
    Accept with a new account, all of it or nothing: the address is the one that the link was sent to.

    Raises:
        NotVisible: the link is not good, or not this address's.
        EmailTaken: the address signs in to an account already.
    """
    with transaction.atomic():
        own = _asked(secret_hash, email, at)
        if own.kind == Kind.ORGANISATION:
            said = {"name": newcomer.organisation, "letters": newcomer.letters, "lead": newcomer.name}
            organisation_id, person_id, house_id = register_organisation(**said, at=at)
        else:
            with as_system("whoever is new here is nobody yet"):
                organisation_id, person_id = own.organisation_id, create_person(name=newcomer.name)
        user = create_account(email=email, person_id=person_id, password=newcomer.password, at=at)
        actor = actor_for(person_id, organisation_id)
        link = {"secret_hash": secret_hash, "email": email, "at": at}
        if own.kind == Kind.ORGANISATION:
            accept_invitation(actor=actor, house_id=house_id, letters=newcomer.letters, **link)
        else:
            accept_seat(actor=actor, **link)
    return user


def _asked(secret_hash: str, email: str, at: datetime) -> Invitation:
    with access.unscoped("whoever is new here is nobody yet"):
        letter = open_letter(secret_hash, at)
    if letter is None or letter.email != email:
        raise NotVisible
    return letter.invitation


def _spend(secret_hash: str, email: str, kinds: list[Kind], at: datetime) -> Invitation:
    """Use an invitation up; of two at once, one."""
    letter = open_letter(secret_hash, at)
    if letter is None or letter.email != email.lower() or letter.invitation.kind not in kinds:
        raise NotVisible
    waiting = Invitation.objects.filter(pk=letter.invitation_id, state=State.OPEN)
    if not waiting.update(state=State.ACCEPTED):
        raise NotVisible
    Letter.objects.filter(pk=letter.pk).update(secret_hash="")
    return letter.invitation


def _promised(invitation: Invitation) -> list[tuple[Circle, Role]]:
    """Return the seats that go with an invitation, as far as whoever promised them may still give them."""
    found = PromisedSeat.objects.filter(invitation_id=invitation.pk).select_related("role__circle").order_by("pk")
    return [(seat.role.circle, seat.role) for seat in found if _may_give(invitation, seat.role)]


def _may_give(invitation: Invitation, role: Role) -> bool:
    rights = rights_in(role.circle_id, invitation.inviter_id, invitation.organisation_id)
    return {Permission.CIRCLE_SEAT, *role.permissions} <= rights


def _joint_circles(organisation_id: UUID) -> list[Circle]:
    """Return the joint circles in which people of an organisation sit: its house, and where it takes part."""
    seats = Seat.objects.filter(organisation=organisation_id, ended_at=None, circle__kind=CircleKind.JOINT)
    return list(Circle.objects.filter(pk__in=seats.values("circle")).order_by("pk"))


def _sits(actor: Actor, joint: Circle) -> bool:
    own = {"person": actor.person_id, "organisation": actor.organisation_id}
    return Seat.objects.filter(circle=joint, ended_at=None, **own).exists()


def _seat(actor: Actor, joint: Circle, role: Role) -> None:
    own = {"person_id": actor.person_id, "organisation_id": actor.organisation_id}
    seat_in_partnership(partnership_id=joint.partnership_id, role=role, **own)
    if joint.organisation_id:
        record("person.joined", joint, person=str(actor.person_id), role=role.name)
    else:
        record("person.seated", joint, person=str(actor.person_id), role=role.name)
