"""What is shown of invitations: to whoever holds the link, and to those who may invite."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Role
from consortio.partnerships.reads import Glance, PartnershipRow, glance, house_of, partnership

from .models import Invitation, Kind, Letter, PromisedSeat, State
from .purpose import purpose_of
from .rules import is_open, open_letter


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody reads before they answer."""

    kind: str
    email: str
    organisation_id: UUID  # that invites
    organisation: str
    inviter: str
    invited: str  # the organisation that is meant
    role: str
    expires_at: datetime
    partnership: Glance | None
    purpose: str
    seats: tuple[tuple[Glance, str, str], ...]  # partnerships that a seat in the house brings, their purpose, the role


@dataclass(frozen=True, slots=True)
class InvitationRow:
    id: UUID
    kind: str
    name: str
    email: str  # of one's own organisation's invitations
    role: str
    role_there: str  # in the partnership that it is shown in
    organisation: str
    inviter: str
    made_at: datetime
    expires_at: datetime
    is_over: bool
    is_sent: bool  # by mail, or shown to be handed over
    is_ours: bool
    may_resend: bool
    may_withdraw: bool
    may_show: bool


def asked(*, secret_hash: str, at: datetime) -> Asked | None:
    """Return what an open invitation says to whoever holds its link; none for one that is spent, old or false."""
    with access.unscoped("whoever holds the link sees what it asks, and nothing beyond"):
        letter = open_letter(secret_hash, at)
        if letter is None:
            return None
        own = letter.invitation
        promised = PromisedSeat.objects.filter(invitation_id=own.pk).select_related("role").order_by("pk")
        is_organisation = own.kind == Kind.ORGANISATION
        return Asked(
            kind=own.kind,
            email=letter.email,
            organisation_id=own.organisation_id,
            organisation=own.organisation.name,
            inviter=own.inviter.name if own.inviter else "",
            invited=own.name,
            role=own.role.name,
            expires_at=own.expires_at,
            partnership=glance(own.circle_id) if is_organisation else None,
            purpose=purpose_of(own.circle_id) if is_organisation else "",
            seats=tuple(_brought(seat.role) for seat in promised),
        )


@dataclass(frozen=True, slots=True)
class SentTo:
    """An open invitation to an address, as it waits for whoever signs in with that address."""

    id: UUID
    kind: str
    partnership: str  # "" for one into a house
    organisation: str  # that invites
    inviter: str
    invited: str
    sent_at: datetime | None  # when its link went out
    expires_at: datetime


def sent_to(*, email: str, at: datetime) -> tuple[SentTo, ...]:
    """
    Return the open invitations whose link went out to this address, the soonest to end first.

    The doors hand in the address that the caller's account signs in with, which is one whose mails they read.
    """
    return tuple(_sent(letter) for letter in _letters_to(email, at))


def secret_hash_of(*, invitation_id: UUID, email: str, at: datetime) -> str:
    """Return the hash of the link of an invitation to this address; "" where none is open."""
    found = (letter.secret_hash for letter in _letters_to(email, at) if letter.invitation_id == invitation_id)
    return next(found, "")


def _letters_to(email: str, at: datetime) -> list[Letter]:
    with access.unscoped("whoever reads the mail of an address is told which links went out to it"):
        columns = ("invitation__circle__partnership", "invitation__role", "invitation__organisation")
        found = Letter.objects.filter(email=email.lower(), invitation__state=State.OPEN).exclude(secret_hash="")
        rows = found.select_related(*columns, "invitation__inviter").order_by("invitation__expires_at", "pk")
        return [letter for letter in rows if is_open(letter.invitation, at)]


def _sent(letter: Letter) -> SentTo:
    own = letter.invitation
    return SentTo(
        id=own.pk,
        kind=own.kind,
        partnership=own.circle.partnership.name if own.kind == Kind.ORGANISATION else "",
        organisation=own.organisation.name,
        inviter=own.inviter.name if own.inviter else "",
        invited=own.name,
        sent_at=letter.sent_at or letter.shown_at,
        expires_at=own.expires_at,
    )


def _brought(role: Role) -> tuple[Glance, str, str]:
    return glance(role.circle_id), purpose_of(role.circle_id), role.name


@dataclass(frozen=True, slots=True)
class Made:
    """What has become of an invitation just made: it waits for the members, or is on its way."""

    id: UUID
    state: str
    expires_at: datetime | None


@access.read
def made(*, actor: Actor, invitation_id: UUID) -> Made:
    row = access.get(actor, Invitation, invitation_id)
    return Made(row.pk, row.state, row.expires_at)


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody may give who invites from a page: the weakest role first."""

    is_house: bool
    may_invite_organisations: bool
    may_invite_people: bool
    roles: tuple[tuple[UUID, str], ...]  # there
    house_roles: tuple[tuple[UUID, str], ...]


def _has_a_vote(row: PartnershipRow) -> bool:
    return row.own is not None and row.own.is_active


@access.read
def inviting(*, actor: Actor, partnership_id: UUID) -> Choices:
    """Return whom the actor may invite from the page of a partnership or of their house, and into which roles."""
    row, house_id = partnership(actor=actor, partnership_id=partnership_id), house_of(actor=actor)
    there = actor.permissions.get(row.joint_id, frozenset())
    at_home = actor.permissions.get(house_id, frozenset()) if house_id else frozenset()
    rows = access.visible(actor, Role).filter(circle__in=[pk for pk in (row.joint_id, house_id) if pk])
    found = sorted(rows, key=lambda role: (len(role.permissions), role.name))
    may_seat = Permission.CIRCLE_SEAT in there and Permission.CIRCLE_SEAT in at_home
    return Choices(
        is_house=row.is_house,
        may_invite_organisations=not row.is_house and Permission.PARTNERSHIP_INVITE in there and _has_a_vote(row),
        may_invite_people=may_seat,
        roles=_up_to(there, (role for role in found if role.circle_id == row.joint_id)),
        house_roles=_up_to(at_home, (role for role in found if role.circle_id == house_id)),
    )


def _up_to(granted: frozenset[str], roles: Iterable[Role]) -> tuple[tuple[UUID, str], ...]:
    return tuple((role.pk, role.name) for role in roles if set(role.permissions) <= granted)


@access.read
def require_there(*, actor: Actor, partnership_id: UUID, invitation_id: UUID) -> None:
    """Raises: NotVisible, for an invitation that leads elsewhere than to this partnership."""
    row = partnership(actor=actor, partnership_id=partnership_id)
    invitation = access.get(actor, Invitation, invitation_id)
    promised = access.visible(actor, PromisedSeat).filter(invitation_id=invitation_id, role__circle=row.joint_id)
    if invitation.circle_id != row.joint_id and not promised.exists():
        raise access.NotVisible


@access.read
def invitations_to(*, actor: Actor, partnership_id: UUID, at: datetime) -> tuple[InvitationRow, ...]:
    """
    Return the open invitations to a partnership, or to one's own house, the latest first.

    Those of organisations are for members who may invite some, those of people for their own organisation's who may seat;
    that the operator invited a new lead, everybody of the house sees.
    """
    row = partnership(actor=actor, partnership_id=partnership_id)
    granted = actor.permissions.get(row.joint_id, frozenset())
    found: list[InvitationRow] = []
    if row.is_house:
        found += _rows(actor, _in(actor, row, [Kind.RECOVERY]), granted, at)
    if Permission.CIRCLE_SEAT in granted:
        found += (
            _rows(actor, _in(actor, row, [Kind.PERSON]), granted, at) if row.is_house else _promised(actor, row, at)
        )
    if Permission.PARTNERSHIP_INVITE in granted:
        found += _rows(actor, _in(actor, row, [Kind.ORGANISATION]), granted, at)
    return tuple(sorted(found, key=lambda each: (each.made_at, each.id), reverse=True))


def is_expected(actor: Actor, row: PartnershipRow, name: str, at: datetime) -> bool:
    """Tell whether an organisation called so takes part in a partnership, or an invitation of it is open."""
    called = _as_said(name)
    members = {member.organisation_id: _as_said(member.name) for member in row.present}
    if called in members.values():
        return True
    states = [State.OPEN, State.ACCEPTED]
    sent = access.visible(actor, Invitation).filter(circle=row.joint_id, kind=Kind.ORGANISATION, state__in=states)
    sent_to = [one for one in sent.order_by("pk") if _as_said(one.name) == called]
    return any(one.accepted_by_id in members or is_open(one, at) for one in sent_to)


def _as_said(name: str) -> str:
    """Return a name as one hears it: large and small letters alike, and any space as one."""
    return " ".join(name.split()).casefold()


def _in(actor: Actor, row: PartnershipRow, kinds: list[Kind]) -> list[Invitation]:
    rows = access.visible(actor, Invitation).filter(circle=row.joint_id, kind__in=kinds, state=State.OPEN)
    return list(rows.select_related("role", "organisation", "inviter"))


def _promised(actor: Actor, row: PartnershipRow, at: datetime) -> list[InvitationRow]:
    """Return the invitations into our house that bring a seat here, for whoever may invite there too."""
    house_id = house_of(actor=actor)
    granted = actor.permissions.get(house_id, frozenset()) if house_id else frozenset()
    if Permission.CIRCLE_SEAT not in granted:
        return []
    seats = access.visible(actor, PromisedSeat).filter(role__circle=row.joint_id).select_related("role")
    roles = {seat.invitation_id: seat.role.name for seat in seats}
    rows = access.visible(actor, Invitation).filter(pk__in=list(roles), circle=house_id, state=State.OPEN)
    return _rows(actor, rows.select_related("role", "organisation", "inviter"), granted, at, roles)


def _rows(
    actor: Actor,
    invitations: Iterable[Invitation],
    granted: frozenset[str],
    at: datetime,
    roles: dict[UUID, str] | None = None,
) -> list[InvitationRow]:
    found = list(invitations)
    letters = access.visible(actor, Letter).filter(invitation__in=[each.pk for each in found])
    by_invitation = {letter.invitation_id: letter for letter in letters}
    return [_row(actor, each, by_invitation.get(each.pk), granted, at, roles or {}) for each in found]


def _row(
    actor: Actor, own: Invitation, letter: Letter | None, granted: frozenset[str], at: datetime, roles: dict[UUID, str]
) -> InvitationRow:
    is_ours = letter is not None and own.organisation_id == actor.organisation_id
    wanted = {Permission.PARTNERSHIP_INVITE} if own.kind == Kind.ORGANISATION else {Permission.CIRCLE_SEAT}
    may_withdraw = is_ours and wanted <= granted
    may_give = own.kind == Kind.ORGANISATION or set(own.role.permissions) <= granted
    may_resend = may_withdraw and may_give and own.kind != Kind.RECOVERY
    is_over = own.expires_at is None or own.expires_at <= at
    return InvitationRow(
        id=own.pk,
        kind=own.kind,
        name=own.name,
        email=letter.email if letter is not None and may_withdraw else "",
        role=own.role.name,
        role_there=roles.get(own.pk, own.role.name),
        organisation=own.organisation.name,
        inviter=own.inviter.name if own.inviter else "",
        made_at=own.made_at,
        expires_at=own.expires_at,
        is_over=is_over,
        is_sent=letter is not None and (letter.sent_at or letter.shown_at) is not None,
        is_ours=is_ours,
        may_resend=may_resend,
        may_withdraw=may_withdraw,
        may_show=may_resend and not is_over and not settings.EMAIL_HOST and not letter.shown_at,
    )
