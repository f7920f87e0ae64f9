"""Inviting: organisations into a partnership, people into one's own house."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, InTheWay, NotPermitted, NotVisible, Permission, Refused
from consortio.access.models import Circle, Role
from consortio.access.models import Kind as CircleKind
from consortio.access.seating import require_own_house, role_to_give
from consortio.approvals.actions import propose
from consortio.partnerships.reads import partnership
from consortio.record.log import action, record, system_action

from .models import Invitation, Kind, Letter, PromisedSeat, State
from .reads import is_expected
from .rules import LIVES, hash_of, is_open, new_secret, right_to_invite

HOUR = timedelta(hours=1)
IN_AN_HOUR_MAX = 20  # letters of one organisation in one place
PAUSE = timedelta(minutes=1)  # between two mails to one address
ACTIVE = "active"


class TooMany(Refused):
    """Nobody is buried in mails."""


class NotOpen(Refused):
    """What is spent or withdrawn is neither sent nor withdrawn again."""


class AlreadyExpected(Refused):
    """Whoever takes part or is invited is not proposed to the members."""


class AlreadyInvited(Refused):
    """One link for one address: a second would leave the first one open, and nobody would know which counts."""

    def __init__(self, pk: UUID, email: str, partnership_id: UUID) -> None:
        words = _("%(email)s is invited already. Send that invitation again, or withdraw it first.")
        super().__init__(words % {"email": email})
        self.in_the_way = InTheWay(pk, "", f"{reverse('members', args=[partnership_id])}#invitation-{pk}")


class LinkByMailOnly(Refused):
    """A link is shown where no mail can carry it, and once."""


class NoSuchOrganisation(Refused):
    """The operator names one house."""


@action
def invite_organisation(
    *, actor: Actor, joint_id: UUID, name: str, email: str, at: datetime, days: int = LIVES.days
) -> UUID:
    """
    Invite an organisation to a partnership, by its lead's address; return the invitation.

    A founder who is alone invites at once. Where others take part it is proposed to them, and goes out when all agree.
    """
    joint = access.lock(actor, Permission.PARTNERSHIP_INVITE, Circle, joint_id)
    if joint.kind != CircleKind.JOINT or joint.organisation_id:
        raise NotVisible
    row = partnership(actor=actor, partnership_id=joint.partnership_id)
    lead = access.visible(actor, Role).get(circle=joint, name="lead")
    _refuse_again(actor, joint, Kind.ORGANISATION, email)
    invitation = _write(actor, joint, Kind.ORGANISATION, lead, email, at, name=name)
    if [member.organisation_id for member in row.members if member.state == ACTIVE] == [actor.organisation_id]:
        send_out(invitation, at)
        return invitation.pk
    if is_expected(actor, row, name, at):
        raise AlreadyExpected(_("%(name)s takes part already, or its invitation is still open.") % {"name": name})
    content = {"name": name, "invitation": str(invitation.pk)}
    propose(actor=actor, circle_id=joint.pk, kind="admission", content=content, days=days, at=at)
    return invitation.pk


def send_out(invitation: Invitation, at: datetime) -> None:
    """Let an invitation that nobody waits for any more go out. Called inside an action."""
    with access.unscoped("the letter lies in the inviter's house, and the last yes comes from another"):
        Invitation.objects.filter(pk=invitation.pk).update(state=State.OPEN, expires_at=at + LIVES)
        Letter.objects.filter(invitation=invitation).update(asked_at=at)
    record("organisation.invited", invitation, texts={"name": invitation.name})


@action
def invite_person(
    *,
    actor: Actor,
    house_id: UUID,
    house_role_id: UUID,
    email: str,
    at: datetime,
    joint_id: UUID | None = None,
    role_id: UUID | None = None,
) -> UUID:
    """
    Invite somebody into our own house and, if wanted, straight into a partnership; return the invitation.

    Raises:
        AlreadyInvited: an open invitation to this address brings the same.
    """
    house = access.lock(actor, Permission.CIRCLE_SEAT, Circle, house_id)
    require_own_house(actor, house)
    _refuse_again(actor, house, Kind.PERSON, email, there_id=joint_id)
    invitation = _write(actor, house, Kind.PERSON, role_to_give(actor, house_role_id, house.pk), email, at)
    if joint_id and role_id:
        joint = access.lock(actor, Permission.CIRCLE_SEAT, Circle, joint_id)
        own = _in_house(actor, joint.partnership_id)
        seat = PromisedSeat(circle=own, invitation_id=invitation.pk, role=role_to_give(actor, role_id, joint.pk))
        seat.save()
        record("seat.promised", own, role=seat.role.name)
    record("person.invited", invitation, role=invitation.role.name)
    return invitation.pk


@action
def resend_invitation(*, actor: Actor, invitation_id: UUID, at: datetime) -> None:
    """Ask for another mail with another link; the old one is dead from now on, and the days begin anew."""
    invitation = access.lock(actor, _right(actor, invitation_id), Invitation, invitation_id)
    letter = _letter(actor, invitation)
    if invitation.kind == Kind.RECOVERY:
        raise NotPermitted(invitation.kind)
    if invitation.kind == Kind.PERSON:
        role_to_give(actor, invitation.role_id, invitation.circle_id)
    if letter.asked_at and at - letter.asked_at < PAUSE:
        raise TooMany(_("A mail went out a moment ago. Wait a minute before the next."))
    invitation.inviter_id, invitation.expires_at = actor.person_id, at + LIVES
    invitation.save(update_fields=["inviter", "expires_at"])
    letter.asked_at, letter.secret_hash, letter.sent_at, letter.shown_at = at, "", None, None
    letter.save(update_fields=["asked_at", "secret_hash", "sent_at", "shown_at"])
    record("invitation.resent", invitation)


@action
def withdraw_invitation(*, actor: Actor, invitation_id: UUID, at: datetime) -> None:
    """Take an invitation back; its link is dead from now on."""
    invitation = access.lock(actor, _right(actor, invitation_id), Invitation, invitation_id)
    letter = _letter(actor, invitation)
    invitation.state, letter.secret_hash = State.WITHDRAWN, ""
    invitation.save(update_fields=["state"])
    letter.save(update_fields=["secret_hash"])
    record("invitation.withdrawn", invitation)


@action
def take_link(*, actor: Actor, invitation_id: UUID, at: datetime) -> str:
    """
    Return the secret of a new link, once, where no server takes mails: the inviter hands it over in another way.

    The record says that it was shown. A link that was written into a mail before is dead.
    """
    invitation = access.lock(actor, _right(actor, invitation_id), Invitation, invitation_id)
    letter = _letter(actor, invitation)
    if settings.EMAIL_HOST or letter.shown_at or invitation.kind == Kind.RECOVERY:
        raise LinkByMailOnly(_("The link is not shown, or not again. Send a new one."))
    invitation.role = access.get(actor, Role, invitation.role_id)
    if not is_open(invitation, at):
        raise NotOpen(_("This invitation is not open any more. Send a new one."))
    secret = new_secret()
    letter.secret_hash, letter.shown_at = hash_of(secret), at
    letter.save(update_fields=["secret_hash", "shown_at"])
    record("invitation.shown", invitation)
    return secret


@system_action("the operator helps a house whose leads are lost, and reads nothing of it")
def recover_lead(*, organisation: str, email: str, at: datetime) -> UUID:
    """Invite somebody to lead an organisation, by its name or id; all people of its house see that this was done."""
    house = _house_called(organisation)
    earlier = Invitation.objects.filter(circle=house, kind=Kind.RECOVERY, state=State.OPEN)
    earlier.update(state=State.WITHDRAWN)
    lead = Role.objects.get(circle=house, name="lead")
    invitation = Invitation(circle=house, kind=Kind.RECOVERY, role=lead, made_at=at, expires_at=at + LIVES)
    invitation.organisation_id = house.organisation_id
    invitation.save()
    inner = Circle.objects.get(partnership=house.partnership_id, kind=CircleKind.HOUSE)
    Letter(circle=inner, invitation=invitation, email=email.strip().lower(), asked_at=at).save()
    record("lead.recovery", invitation)
    return invitation.pk


def _house_called(organisation: str) -> Circle:
    rows = Circle.objects.filter(kind=CircleKind.JOINT).exclude(organisation=None)
    try:
        own = rows.filter(organisation=UUID(organisation))
    except ValueError:
        own = rows.filter(organisation__name=organisation)
    found = list(own[:2])
    if len(found) != 1:
        says = _("No organisation has this name or id.") if not found else _("Several have this name: give the id.")
        raise NoSuchOrganisation(says)
    return found[0]


@system_action("whoever declines need not be anybody here")
def decline_invitation(*, secret_hash: str, at: datetime) -> None:
    """Say no, by the link."""
    letters = Letter.objects.filter(secret_hash=secret_hash).exclude(secret_hash="").select_related("invitation")
    letter = letters.first()
    if letter is None or not Invitation.objects.filter(pk=letter.invitation_id, state=State.OPEN).update(
        state=State.DECLINED
    ):
        raise NotVisible
    record("invitation.declined", letter.invitation)


def _write(
    actor: Actor, circle: Circle, kind: Kind, role: Role, email: str, at: datetime, *, name: str = ""
) -> Invitation:
    inner = _in_house(actor, circle.partnership_id)
    if access.visible(actor, Letter).filter(circle=inner, asked_at__gt=at - HOUR).count() >= IN_AN_HOUR_MAX:
        raise TooMany(_("You have invited %(n)d within an hour: wait before the next.") % {"n": IN_AN_HOUR_MAX})
    invitation = Invitation(circle=circle, kind=kind, name=name, role=role, made_at=at)
    invitation.organisation_id, invitation.inviter_id = actor.organisation_id, actor.person_id
    if kind == Kind.PERSON:
        invitation.expires_at = at + LIVES
    else:
        invitation.state = State.PROPOSED
    invitation.save()
    Letter(circle=inner, invitation=invitation, email=email.strip().lower(), asked_at=at).save()
    return invitation


def _refuse_again(actor: Actor, circle: Circle, kind: Kind, email: str, there_id: UUID | None = None) -> None:
    """Refuse what an open invitation of ours to the same address brings already; a seat in a further partnership is more."""
    own = {"invitation__circle": circle, "invitation__kind": kind, "invitation__state": State.OPEN}
    sent = access.visible(actor, Letter).filter(**own, email=email.strip().lower())
    shown_in = circle.partnership_id
    if there_id:
        seats = access.visible(actor, PromisedSeat).filter(role__circle=there_id)
        sent = sent.filter(invitation__in=list(seats.values_list("invitation_id", flat=True)))
        shown_in = access.get(actor, Circle, there_id).partnership_id
    for letter in sent.order_by("pk")[:1]:
        raise AlreadyInvited(letter.invitation_id, letter.email, shown_in)


def _in_house(actor: Actor, partnership_id: UUID) -> Circle:
    """Return our own in-house circle of a partnership."""
    own = {"kind": CircleKind.HOUSE, "organisation": actor.organisation_id}
    found = access.visible(actor, Circle).filter(partnership=partnership_id, **own).first()
    if found is None:
        raise NotVisible
    return found


def _right(actor: Actor, invitation_id: UUID) -> Permission:
    return right_to_invite(access.get(actor, Invitation, invitation_id).kind)


def _letter(actor: Actor, invitation: Invitation) -> Letter:
    """Return the letter of an open invitation of ours, locked; of another member's there is none to be had."""
    letters = access.visible(actor, Letter).filter(invitation=invitation)
    letter = letters.select_for_update(no_key=True, of=("self",)).first()
    if letter is None:
        raise NotPermitted(right_to_invite(invitation.kind))
    if invitation.state != State.OPEN:
        raise NotOpen(_("This invitation is not open any more. Send a new one."))
    return letter
