"""What is shown of a person and of an organisation: what lies in circles where the reader sits too, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Kind, Seat
from consortio.organisations.reads import own_fiscal_start
from consortio.partnerships.reads import Member, PartnershipRow, house_of, partnerships_of
from consortio.ui.marks import Mark

from .duties import Duties, duties_of


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat that the reader sees, in one partnership."""

    partnership: PartnershipRow
    organisation: Member
    role: str
    employer: str
    others: tuple[tuple[str, str], ...]  # kind and name of the side circles and bodies that the reader sits in, too
    has_ended: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    id: UUID
    name: str
    is_you: bool
    seats: tuple[SeatRow, ...]  # by partnership
    duties: Duties

    @property
    def is_former(self) -> bool:
        return all(seat.has_ended for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Colleague:
    person_id: UUID
    name: str
    role: str
    is_you: bool
    places: tuple[str, ...]  # partnerships in which they sit and the reader does, too


@dataclass(frozen=True, slots=True)
class Shared:
    """An organisation in a partnership that the reader takes part in."""

    partnership: PartnershipRow
    member: Member
    people: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    id: UUID
    name: str
    is_ours: bool
    house: Shared | None
    shared: tuple[Shared, ...]
    may_rename: bool
    fiscal_start: int | None  # of our own

    @property
    def mark(self) -> Mark:
        """Return how it looks everywhere on its page: as in the first partnership, or as in its house."""
        return (*self.shared, self.house)[0].member.mark  # type: ignore[union-attr]  # one of them is there


@access.read
def person_page(*, actor: Actor, person_id: UUID) -> PersonPage:
    """Raises: NotVisible: nobody of that id has, or had, a seat in a circle of the actor's."""
    rows = access.visible(actor, Seat).filter(person=person_id).select_related("person", "role", "employer", "circle")
    seats = list(rows.order_by("pk"))
    if not seats:
        raise access.NotVisible
    by_place: dict[tuple[UUID, UUID], list[Seat]] = defaultdict(list)
    for seat in seats:
        by_place[seat.circle.partnership_id, seat.organisation_id].append(seat)
    mine = {row.id: row for row in partnerships_of(actor=actor)}
    found = _alike([_seat_row(mine[place], organisation, own) for (place, organisation), own in by_place.items()])
    return PersonPage(
        id=person_id,
        name=seats[0].person.name,
        is_you=person_id == actor.person_id,
        seats=tuple(found),
        duties=duties_of(actor, person_id),
    )


def _alike(rows: Iterable[SeatRow]) -> Iterator[SeatRow]:
    """Yield the rows by partnership, a house last: each organisation looks everywhere as where it stands first."""
    first: dict[UUID, Member] = {}
    for row in sorted(rows, key=lambda row: (row.partnership.is_house, row.partnership.name.casefold())):
        seen = first.setdefault(row.organisation.organisation_id, row.organisation)
        yield replace(row, organisation=row.organisation.looking_like(seen))


def _seat_row(row: PartnershipRow, organisation_id: UUID, seats: list[Seat]) -> SeatRow:
    now = [seat for seat in seats if seat.ended_at is None]
    joint = next((seat for seat in reversed(now or seats) if seat.circle.kind == Kind.JOINT), None)
    narrow = [seat.circle for seat in now if seat.circle.kind in (Kind.SIDE, Kind.BODY)]
    return SeatRow(
        partnership=row,
        organisation=row.member_ids[organisation_id],
        role=joint.role.name if joint and joint.role else "",
        employer=joint.employer.name if joint and joint.employer else "",
        others=tuple(
            sorted({(str(circle.kind), circle.name) for circle in narrow}, key=lambda each: each[1].casefold())
        ),
        has_ended=not now,
    )


@access.read
def organisation_page(*, actor: Actor, organisation_id: UUID) -> OrganisationPage:
    """Raises: NotVisible: it takes part in nothing that the actor does."""
    places = [row for row in partnerships_of(actor=actor) if organisation_id in row.member_ids]
    if not places:
        raise access.NotVisible
    people = _people(actor, organisation_id, {row.joint_id: row for row in places})
    found = [Shared(row, row.member_ids[organisation_id], people.get(row.joint_id, ())) for row in places]
    house = next((one for one in found if one.partnership.is_house), None)
    house_id = house_of(actor=actor)
    return OrganisationPage(
        id=organisation_id,
        name=found[0].member.name,
        is_ours=organisation_id == actor.organisation_id,
        house=house,
        shared=tuple(one for one in found if not one.partnership.is_house),
        may_rename=bool(house) and Permission.ORGANISATION_EDIT in actor.permissions.get(house_id, ()),
        fiscal_start=own_fiscal_start(actor=actor) if house else None,
    )


def _people(
    actor: Actor, organisation_id: UUID, places: Mapping[UUID, PartnershipRow]
) -> Mapping[UUID, tuple[Colleague, ...]]:
    seats = access.visible(actor, Seat).filter(circle__in=list(places), organisation=organisation_id, ended_at=None)
    found = list(seats.select_related("person", "role").order_by("person__name", "pk"))
    names: dict[UUID, list[str]] = defaultdict(list)
    for seat in found:
        if not places[seat.circle_id].is_house:
            names[seat.person_id].append(places[seat.circle_id].name)
    people: dict[UUID, list[Colleague]] = defaultdict(list)
    for seat in found:
        people[seat.circle_id].append(
            Colleague(
                person_id=seat.person_id,
                name=seat.person.name,
                role=seat.role.name if seat.role else "",
                is_you=seat.person_id == actor.person_id,
                places=tuple(sorted(names[seat.person_id], key=str.casefold)),
            )
        )
    return {circle_id: tuple(rows) for circle_id, rows in people.items()}
