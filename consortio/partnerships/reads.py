"""What pages, the API and the navigation show of partnerships and their members."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Kind, Role, Seat
from consortio.access.seating import LEADING
from consortio.ui.marks import Mark, look

from .models import Membership, MemberState


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID  # of the membership
    organisation_id: UUID
    name: str
    letters: str
    number: int  # in the order of joining, from 0
    part: str
    state: str
    version: int
    is_you: bool
    suspended_at: datetime | None
    ends_at: datetime | None  # when it will have left, or did

    @property
    def has_left(self) -> bool:
        return self.state == MemberState.LEFT

    @property
    def is_active(self) -> bool:
        """Tell whether it has a vote."""
        return self.state == MemberState.ACTIVE

    @property
    def is_suspended(self) -> bool:
        """Tell whether its vote was taken from it; it may be leaving besides."""
        return self.suspended_at is not None and not self.has_left

    @property
    def last_day(self) -> date | None:
        return (self.ends_at - timedelta(seconds=1)).astimezone(UTC).date() if self.ends_at else None

    @property
    def mark(self) -> Mark:
        shape, hue = look(self.number)
        return Mark(self.name, self.letters, shape, hue, you=self.is_you, former=self.has_left)

    def looking_like(self, other: "Member") -> "Member":
        """Return it with the mark that it has in another partnership, for a page on which it stands for both."""
        return replace(self, number=other.number, letters=other.letters)


@dataclass(frozen=True, slots=True)
class PartnershipRow:
    id: UUID
    name: str
    joint_id: UUID
    is_house: bool  # an organisation's own place
    members: tuple[Member, ...]  # by name

    @property
    def present(self) -> tuple[Member, ...]:
        """Return the members who still take part: whoever has left sees nothing."""
        return tuple(member for member in self.members if not member.has_left)

    @property
    def own(self) -> Member | None:
        return next((member for member in self.members if member.is_you), None)

    @property
    def member_ids(self) -> Mapping[UUID, Member]:
        return {member.organisation_id: member for member in self.members}


@dataclass(frozen=True, slots=True)
class PersonRow:
    person_id: UUID
    name: str
    role: str
    is_you: bool
    employer: str
    may_change: bool  # the reader gives and ends this seat
    seats_people: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class FormerRow:
    """Somebody who took part: their name stays with what they wrote."""

    person_id: UUID
    name: str
    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class MembersPage:
    partnership: PartnershipRow
    people: Mapping[UUID, tuple[PersonRow, ...]]  # by organisation, then by name
    roles: tuple[tuple[UUID, str], ...]  # that exist here
    may_seat: bool
    own: Member | None
    candidates: tuple[tuple[UUID, str], ...]  # our own people who do not take part yet
    former: tuple[FormerRow, ...]  # by name
    seating_roles: tuple[tuple[UUID, str], ...]  # those of the roles whose holders seat their people
    leading_roles: tuple[tuple[UUID, str], ...]

    @property
    def is_last(self) -> bool:
        """Tell whether the reader alone leads, or seats the people of, their organisation: their seat has to stay."""
        return self.is_last_lead or [one.is_you for one in self._ours if one.seats_people] == [True]

    @property
    def is_last_lead(self) -> bool:
        return [one.is_you for one in self._ours if one.leads] == [True]

    @property
    def _ours(self) -> tuple[PersonRow, ...]:
        return self.people.get(self.own.organisation_id, ()) if self.own else ()

    @property
    def heads(self) -> int:
        """The number of people; one who acts for two organisations is counted once."""
        return len({one.person_id for rows in self.people.values() for one in rows})

    def roles_for(self, person: PersonRow) -> tuple[tuple[UUID, str], ...]:
        """Return the roles that somebody may be given; the last who leads, or seats people, keeps one that does."""
        if person.is_you and self.is_last_lead:
            return self.leading_roles
        return self.seating_roles if person.is_you and self.is_last else self.roles


@access.read
def partnerships_of(*, actor: Actor) -> tuple[PartnershipRow, ...]:
    """Return every partnership the actor takes part in, and the house acted for, by name; one query for each page."""
    return access.once("partnerships_of", lambda: _partnerships(actor))


def _partnerships(actor: Actor) -> tuple[PartnershipRow, ...]:
    found: dict[UUID, list[Membership]] = defaultdict(list)
    for row in _MEMBERSHIPS.ask(actor):
        found[row.circle_id].append(row)
    made = [_row(actor, members) for members in found.values()]
    return tuple(sorted(made, key=lambda row: (not row.is_house, row.name.casefold(), row.id)))


def _memberships(actor: Actor) -> QuerySet:
    rows = access.visible(actor, Membership).filter(circle__kind=Kind.JOINT)
    return rows.select_related("organisation", "circle__partnership").order_by("organisation__name", "pk")


_MEMBERSHIPS = access.Question(_memberships, Actor)


def may_found(*, actor: Actor) -> bool:
    """Tell whether the actor may found a partnership: for the house acted for."""
    house = next((row for row in partnerships_of(actor=actor) if row.is_house), None)
    return house is not None and Permission.PARTNERSHIP_FOUND in actor.permissions.get(house.joint_id, ())


def partnership(*, actor: Actor, partnership_id: UUID) -> PartnershipRow:
    """Raises: NotVisible."""
    for row in partnerships_of(actor=actor):
        if row.id == partnership_id:
            return row
    raise access.NotVisible


def _row(actor: Actor, members: list[Membership]) -> PartnershipRow:
    circle = members[0].circle
    return PartnershipRow(
        id=circle.partnership_id,
        name=circle.partnership.name,
        joint_id=circle.pk,
        is_house=circle.organisation_id is not None,
        members=tuple(_member(actor, member) for member in members),
    )


def _member(actor: Actor, row: Membership) -> Member:
    return Member(
        id=row.pk,
        organisation_id=row.organisation_id,
        name=row.organisation.name,
        letters=row.letters,
        number=row.number,
        part=row.part,
        state=row.state,
        version=row.version,
        is_you=row.organisation_id == actor.organisation_id,
        suspended_at=row.suspended_at,
        ends_at=row.ends_at,
    )


@access.read
def members_page(*, actor: Actor, partnership_id: UUID) -> MembersPage:
    """Return who takes part, organisation by organisation, with their roles."""
    row = partnership(actor=actor, partnership_id=partnership_id)
    seats = access.visible(actor, Seat).filter(circle=row.joint_id).order_by("person__name", "pk")
    granted = actor.permissions.get(row.joint_id, frozenset())
    people: dict[UUID, list[PersonRow]] = defaultdict(list)
    ended: dict[tuple[UUID, UUID], FormerRow] = {}
    for seat in seats.select_related("person", "role", "employer"):
        if seat.ended_at is None:
            people[seat.organisation_id].append(_person(actor, seat, granted))
        else:
            who = FormerRow(seat.person_id, seat.person.name, seat.organisation_id)
            ended[who.person_id, who.organisation_id] = who
    sitting = {(one.person_id, organisation) for organisation, rows in people.items() for one in rows}
    roles = list(access.visible(actor, Role).filter(circle=row.joint_id).order_by("name"))
    may_seat = Permission.CIRCLE_SEAT in granted
    return MembersPage(
        partnership=row,
        people={organisation: tuple(rows) for organisation, rows in people.items()},
        roles=tuple((role.pk, role.name) for role in roles),
        may_seat=may_seat,
        own=row.member_ids.get(actor.organisation_id) if actor.organisation_id else None,
        candidates=_candidates(actor, people) if may_seat else (),
        former=tuple(who for key, who in ended.items() if key not in sitting),
        seating_roles=tuple((role.pk, role.name) for role in roles if Permission.CIRCLE_SEAT in role.permissions),
        leading_roles=tuple((role.pk, role.name) for role in roles if set(role.permissions) >= LEADING),
    )


def _person(actor: Actor, seat: Seat, granted: frozenset[str]) -> PersonRow:
    is_ours = seat.organisation_id == actor.organisation_id
    is_you = is_ours and seat.person_id == actor.person_id
    held = set(seat.role.permissions) if seat.role else set()
    return PersonRow(
        person_id=seat.person_id,
        name=seat.person.name,
        role=seat.role.name if seat.role else "",
        is_you=is_you,
        employer=seat.employer.name if seat.employer else "",
        may_change=is_ours and Permission.CIRCLE_SEAT in granted and (is_you or held <= granted),
        seats_people=Permission.CIRCLE_SEAT in held,
        leads=held >= LEADING,
    )


def _candidates(actor: Actor, people: Mapping[UUID, list[PersonRow]]) -> tuple[tuple[UUID, str], ...]:
    seated = {row.person_id for row in people.get(actor.organisation_id, ())} if actor.organisation_id else set()
    ours = access.visible(actor, Seat).filter(
        circle__kind=Kind.JOINT, circle__organisation=actor.organisation_id, ended_at=None
    )
    rows = ours.exclude(person__in=seated).order_by("person__name", "pk").values_list("person_id", "person__name")
    return tuple(rows)


@access.read
def house_of(*, actor: Actor) -> UUID | None:
    """Return the joint circle of the house of the organisation acted for."""
    mine = partnerships_of(actor=actor)
    return next((row.joint_id for row in mine if row.is_house and actor.organisation_id in row.member_ids), None)


def own_house(*, actor: Actor, organisation_id: UUID) -> UUID:
    """
    Return the joint circle of the house of the organisation acted for.

    Raises:
        NotVisible: this is another organisation.
    """
    house_id = house_of(actor=actor)
    if house_id is None or organisation_id != actor.organisation_id:
        raise access.NotVisible
    return house_id


def active_beside() -> QuerySet:
    """Return the active membership that a seat is of: to stand beside rows of seats, with the gate open."""
    own = {"circle": OuterRef("circle"), "organisation": OuterRef("organisation")}
    return Membership.objects.filter(**own, state=MemberState.ACTIVE)


def active_in(joint_ids: Collection[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Return the organisations that are active members, by joint circle: for what is done for nobody in particular."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    with access.unscoped("who is to answer is asked for every partnership at once"):
        active = Membership.objects.filter(circle__in=joint_ids, state=MemberState.ACTIVE)
        for circle_id, organisation_id in active.values_list("circle_id", "organisation_id"):
            found[circle_id].add(organisation_id)
    return {circle_id: frozenset(organisations) for circle_id, organisations in found.items()}


def leaving_due(at: datetime) -> list[tuple[UUID, datetime]]:
    """Return the memberships whose last day has passed, with the instant at which it did."""
    with access.unscoped("the day on which an organisation leaves comes while nobody asks"):
        due = Membership.objects.filter(state=MemberState.WITHDRAWING, ends_at__lte=at).order_by("ends_at", "pk")
        return list(due.values_list("pk", "ends_at"))


@dataclass(frozen=True, slots=True)
class Glance:
    """What somebody reads of a partnership who was invited to it, and nothing else."""

    id: UUID
    name: str
    members: tuple[Mark, ...]  # by name


def glance(joint_id: UUID) -> Glance:
    with access.unscoped("whoever is invited sees the name and the members before they answer"):
        rows = Membership.objects.filter(circle=joint_id).exclude(state=MemberState.LEFT)
        rows = rows.select_related("organisation", "circle__partnership").order_by("organisation__name", "pk")
        found = list(rows)
    marks = tuple(Mark(row.organisation.name, row.letters, *look(row.number)) for row in found)
    return Glance(found[0].circle.partnership_id, found[0].circle.partnership.name, marks)


@dataclass(frozen=True, slots=True)
class House:
    """A house that somebody may take into a partnership."""

    organisation_id: UUID
    joint_id: UUID
    name: str
    letters: str


def houses_led_by(person_id: UUID) -> tuple[House, ...]:
    """Return the houses for which somebody may join partnerships, by name, whichever hat they wear."""
    with access.unscoped("whoever answers an invitation has not chosen for whom yet"):
        seats = Seat.objects.filter(person=person_id, ended_at=None, circle__kind=Kind.JOINT)
        seats = seats.exclude(circle__organisation=None).select_related("role")
        led = [seat.circle_id for seat in seats if seat.role and Permission.PARTNERSHIP_JOIN in seat.role.permissions]
        rows = Membership.objects.filter(circle__in=led).select_related("organisation")
        found = [House(row.organisation_id, row.circle_id, row.organisation.name, row.letters) for row in rows]
    return tuple(sorted(found, key=lambda house: (house.name.casefold(), house.organisation_id)))
