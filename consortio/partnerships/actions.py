"""Founding, joining, taking part, being suspended, leaving."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotPermitted, NotVisible, Permission, Refused
from consortio.access.actor import ROLES
from consortio.access.gate import granted_now
from consortio.access.models import Circle, Kind, Place, Role, Seat
from consortio.access.seating import (
    keep_a_lead,
    led_by,
    open_circle,
    own_person,
    require_own_house,
    require_role_to_take,
    role_to_give,
    seat_in_partnership,
    unseat,
    unseat_everywhere,
    unseat_organisation,
)
from consortio.organisations.actions import create_organisation
from consortio.record.log import action, nothing_changed, record, system_action

from .models import Membership, MemberState, Partnership
from .suspending import reinstate_whom_nobody_else_can

LEAVING_DAYS_MAX = 366


class LettersTaken(Refused):
    """Two members of a partnership do not wear the same letters."""


class AlreadyMember(Refused):
    """An organisation takes part in a partnership once."""


class LastMember(Refused):
    """A partnership that nobody takes part in would be read by nobody."""


class NoSuchDay(Refused):
    """A day on which nobody can leave."""


class LastSeat(Refused):
    """What lies in a body that nobody sits in would be read by nobody."""


class NameTaken(Refused):
    """An organisation takes part in two partnerships of one name only if others named the second so."""


@system_action("registering serves somebody who is nobody yet")
def register_organisation(*, name: str, letters: str, lead: str, at: datetime) -> tuple[UUID, UUID, UUID]:
    """Make an organisation, its first person and its house. The first-run page and the operator's command call it."""
    organisation_id, person_id = create_organisation(name=name, lead=lead)
    house = _open_partnership(name, organisation_id)
    let_in(house, organisation_id, person_id, letters)
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
    let_in(joint, actor.organisation_id, actor.person_id, letters)
    record("partnership.founded", joint)
    return joint.pk


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


def let_in(joint: Circle, organisation_id: UUID, person_id: UUID, letters: str) -> None:
    """Place an organisation and seat its first lead; one that comes back finds its place and letters as they were."""
    with access.unscoped("the newcomer sees nothing yet"):
        if not _come_back(joint, organisation_id):
            _place(joint, organisation_id, letters)
        lead = Role.objects.get(circle=joint, name="lead")
    seat_in_partnership(
        partnership_id=joint.partnership_id, person_id=person_id, organisation_id=organisation_id, role=lead
    )


def _come_back(joint: Circle, organisation_id: UUID) -> bool:
    left = Membership.objects.filter(circle=joint, organisation=organisation_id, state=MemberState.LEFT)
    return bool(left.update(state=MemberState.ACTIVE, ends_at=None, suspended_at=None))


def _place(joint: Circle, organisation_id: UUID, letters: str) -> None:
    taken = dict(Membership.objects.filter(circle=joint).values_list("organisation", "letters"))
    if organisation_id in taken:
        raise AlreadyMember(_("Your organisation takes part already."))
    if letters in taken.values():
        raise LettersTaken(_("Another member wears the letters %(letters)s.") % {"letters": letters})
    whole = Circle.objects.filter(partnership=joint.partnership_id, kind__in=[Kind.JOINT, Kind.PUBLIC])
    Place.objects.bulk_create([Place(circle=circle, organisation_id=organisation_id) for circle in whole])
    Membership(circle=joint, organisation_id=organisation_id, number=len(taken), letters=letters).save()
    open_circle(
        partnership_id=joint.partnership_id,
        kind=Kind.HOUSE,
        mark=f"{letters}/",
        organisation_ids=[organisation_id],
        organisation_id=organisation_id,
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
    role, led = role_to_give(actor, role_id, joint.pk), led_by(actor.organisation_id)
    seat_in_partnership(
        partnership_id=joint.partnership_id,
        person_id=own_person(actor, person_id),
        organisation_id=actor.organisation_id,
        role=role,
    )
    keep_a_lead(joint.pk, actor.organisation_id, led)
    record("person.seated", joint, person=str(person_id), role=role.name)


@action
def unseat_person(*, actor: Actor, joint_id: UUID, person_id: UUID, at: datetime) -> None:
    """
    End one of our own people's part, in every circle of the partnership, with the next query they make.

    In our own house it ends everywhere: whoever leaves us acts for us nowhere. What they wrote stays, with their name.
    """
    joint = access.lock(actor, Permission.CIRCLE_SEAT, Circle, joint_id)
    seats = access.visible(actor, Seat).filter(circle=joint, organisation=actor.organisation_id, ended_at=None)
    if not seats.filter(person=person_id).exists():
        raise NotVisible
    require_role_to_take(actor, person_id, joint.pk)
    if joint.organisation_id:
        return _let_go(actor, joint, person_id, at)
    _end_part(actor, joint, person_id, at)
    record("person.unseated", joint, person=str(person_id))


@action
def give_up_seat(*, actor: Actor, circle_id: UUID, at: datetime) -> None:
    """
    End the actor's own seat, whatever their role: in a body only there, in the joint circle everywhere in the
    partnership, in that of their house everywhere. What they wrote stays, with their name.

    Raises:
        NotVisible: also for side circles and in-house ones, where everybody sits who takes part.
    """
    circle = access.lock(actor, Permission.EXPORT, Circle, circle_id)  # which every role grants
    own = access.visible(actor, Seat).filter(circle=circle, organisation=actor.organisation_id, ended_at=None)
    if circle.kind not in (Kind.JOINT, Kind.BODY) or not own.filter(person=actor.person_id).exists():
        raise NotVisible
    if circle.organisation_id:
        return _let_go(actor, circle, actor.person_id, at)
    if circle.kind == Kind.BODY:
        _leave_body(actor, circle, at)
    else:
        _end_part(actor, circle, actor.person_id, at)
    record("person.left", circle, person=str(actor.person_id))


def _leave_body(actor: Actor, body: Circle, at: datetime) -> None:
    with access.unscoped("the last two who leave a body at once wait here for one another"):
        Circle.objects.select_for_update(no_key=True).get(pk=body.pk)
    unseat(circle_id=body.pk, person_id=actor.person_id, organisation_id=actor.organisation_id, at=at)
    with access.unscoped("whoever has left sees no longer who stays"):
        if not Seat.objects.filter(circle=body, ended_at=None).exists():
            raise LastSeat(_("Nobody else sits here: nobody would read what lies here. Name another person first."))


def _end_part(actor: Actor, joint: Circle, person_id: UUID, at: datetime) -> None:
    """End all seats in a partnership that one of our people has for us."""
    led = led_by(actor.organisation_id)
    for widest in access.visible(actor, Circle).filter(partnership=joint.partnership_id, kind=Kind.PUBLIC):
        unseat(circle_id=widest.pk, person_id=person_id, organisation_id=actor.organisation_id, at=at)
    keep_a_lead(joint.pk, actor.organisation_id, led)


def _let_go(actor: Actor, house: Circle, person_id: UUID, at: datetime) -> None:
    led = led_by(actor.organisation_id)
    for joint in unseat_everywhere(person_id=person_id, organisation_id=actor.organisation_id, at=at):
        keep_a_lead(joint.pk, actor.organisation_id, led)
        if joint.pk == house.pk:
            record("person.left", house, person=str(person_id))
        else:
            record("person.unseated", joint, person=str(person_id))


@action
def leave_partnership(*, actor: Actor, joint_id: UUID, last_day: date | None, at: datetime) -> None:
    """
    Take our organisation out of a partnership: at once, or when a day to come has ended. Only whoever leads it may.

    Its people's seats end, everywhere there; its place, its name and what its people wrote stay.
    """
    joint = access.lock(actor, Permission.PARTNERSHIP_JOIN, Circle, joint_id)
    _take_turn(joint.pk)
    own = _own_membership(actor, joint)
    if not _others(joint, actor.organisation_id):
        raise LastMember(_("No other organisation takes part any more: nobody would read what lies here."))
    if last_day is None:
        return _end(own, at)
    ends_at = datetime.combine(last_day + timedelta(days=1), time(), UTC)
    if not at < ends_at <= at + timedelta(days=LEAVING_DAYS_MAX):
        raise NoSuchDay(_("Last day: choose today or a day within the next year."))
    own.state, own.ends_at = MemberState.WITHDRAWING, ends_at
    own.save(update_fields=["state", "ends_at"])
    facts = {"organisation": str(actor.organisation_id), "until": ends_at.isoformat()}
    record("organisation.withdrawing", own, **facts)
    reinstate_whom_nobody_else_can(joint)


@action
def stay_in_partnership(*, actor: Actor, joint_id: UUID, at: datetime) -> None:
    """Take back, before the day has come, that our organisation leaves; who was suspended still is."""
    joint = access.lock(actor, Permission.PARTNERSHIP_JOIN, Circle, joint_id)
    _take_turn(joint.pk)
    own = _own_membership(actor, joint)
    if own.state != MemberState.WITHDRAWING:
        return nothing_changed()
    own.state = MemberState.SUSPENDED if own.suspended_at else MemberState.ACTIVE
    own.ends_at = None
    own.save(update_fields=["state", "ends_at"])
    record("organisation.stays", own, organisation=str(actor.organisation_id))


@system_action("a day on which an organisation leaves comes for all its people")
def end_membership(*, membership_id: UUID, ends_at: datetime, at: datetime) -> None:
    """Let an organisation have left, unless it thought better of it or chose another day meanwhile."""
    _take_turn(Membership.objects.get(pk=membership_id).circle_id)
    own = Membership.objects.select_for_update(no_key=True, of=("self",)).select_related("circle").get(pk=membership_id)
    if own.state != MemberState.WITHDRAWING or own.ends_at != ends_at:
        return nothing_changed()
    _end(own, at)


def _take_turn(joint_id: UUID) -> None:
    """Let who takes part in a partnership, and with a vote, change once at a time; proposals wait in the same line."""
    with access.unscoped("the last two members who leave at once wait here for one another"):
        Circle.objects.select_for_update(no_key=True).get(pk=joint_id)


def _own_membership(actor: Actor, joint: Circle) -> Membership:
    """Return our own membership, locked, if the actor leads us here; a house is left by nobody."""
    rows = access.visible(actor, Membership).filter(circle=joint, organisation=actor.organisation_id)
    own = rows.select_for_update(no_key=True, of=("self",)).select_related("circle").first()
    if own is None or joint.kind != Kind.JOINT or joint.organisation_id:
        raise NotVisible
    if Permission.PROPOSAL_ANSWER not in granted_now(actor, joint.pk):
        raise NotPermitted(Permission.PROPOSAL_ANSWER)
    return own


def _others(joint: Circle, organisation_id: UUID) -> bool:
    with access.unscoped("somebody must stay who reads what lies here"):
        rows = Membership.objects.filter(circle=joint).exclude(organisation=organisation_id)
        return rows.exclude(state=MemberState.LEFT).exists()


def _end(own: Membership, at: datetime) -> None:
    own.state, own.ends_at = MemberState.LEFT, at
    own.save(update_fields=["state", "ends_at"])
    unseat_organisation(partnership_id=own.circle.partnership_id, organisation_id=own.organisation_id, at=at)
    record("organisation.left", own, organisation=str(own.organisation_id))
    reinstate_whom_nobody_else_can(own.circle)
