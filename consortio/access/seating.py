"""The only functions that open circles and give or end seats. Actions call them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from .actor import Actor, Permission
from .errors import NotPermitted, NotVisible, Refused
from .gate import get, granted_now, unscoped, visible
from .models import Circle, Kind, Place, Role, Seat, Within

LEADING = frozenset({Permission.CIRCLE_SEAT, Permission.PROPOSAL_ANSWER})  # whoever has less gives nobody the whole


class LastLead(Refused):
    """An organisation keeps somebody who may seat its people and, once it has a lead, a lead."""


@dataclass(frozen=True, slots=True)
class Sitting:
    circle_id: UUID
    person_id: UUID
    organisation_id: UUID
    role_id: UUID | None = None
    employer_id: UUID | None = None

    @property
    def key(self) -> tuple[UUID, UUID, UUID]:
        return self.circle_id, self.person_id, self.organisation_id


def open_circle(
    *,
    partnership_id: UUID,
    kind: Kind,
    name: str = "",
    mark: str = "",
    organisation_ids: Iterable[UUID] = (),
    organisation_id: UUID | None = None,
) -> Circle:
    """Make a circle and place it among the partnership's others. It has no seats yet."""
    with unscoped("nobody sits in a circle before it exists"):
        circle = Circle(partnership_id=partnership_id, kind=kind, name=name, mark=mark, organisation_id=organisation_id)
        circle.save()
        Place.objects.bulk_create([Place(circle=circle, organisation_id=pk) for pk in organisation_ids])
        others = list(Circle.objects.filter(partnership_id=partnership_id).order_by("pk"))
        organisations: dict[UUID, set[UUID]] = defaultdict(set)
        for place in Place.objects.filter(circle__in=others):
            organisations[place.circle_id].add(place.organisation_id)
        pairs = [(circle, other) for other in others] + [(other, circle) for other in others if other != circle]
        Within.objects.bulk_create([Within(circle=a, wider=b) for a, b in pairs if _is_within(a, b, organisations)])
    return circle


def _is_within(circle: Circle, wider: Circle, organisations: dict[UUID, set[UUID]]) -> bool:
    """Answer from what never changes: kinds, and the organisations of side circles."""
    if circle == wider or wider.kind == Kind.PUBLIC:
        return True
    if circle.kind == Kind.PUBLIC or wider.kind in (Kind.BODY, Kind.HOUSE):
        return False
    return wider.kind == Kind.JOINT or (
        circle.kind != Kind.JOINT and organisations[circle.pk] <= organisations[wider.pk]
    )


def seat_many(sittings: Iterable[Sitting]) -> None:
    """Give seats, or their new roles, and seats without a role in every wider circle: nobody sits in a narrow one only."""
    asked = {sitting.key: sitting for sitting in sittings}
    people = {sitting.person_id for sitting in asked.values()}
    with unscoped("a seat gives sight, so its giver may not see it yet"):
        wider = defaultdict(list)
        pairs = Within.objects.filter(circle__in={sitting.circle_id for sitting in asked.values()})
        for pair in pairs.order_by("pk"):
            wider[pair.circle_id].append(pair.wider_id)
        wanted = dict(asked)
        for s in asked.values():
            for circle_id in wider[s.circle_id]:
                wanted.setdefault(
                    (circle_id, s.person_id, s.organisation_id),
                    Sitting(circle_id, s.person_id, s.organisation_id, None, s.employer_id),
                )
        circles = {circle_id for circle_id, *_ in wanted}
        found = Seat.objects.filter(circle__in=circles, person__in=people, ended_at=None)
        sitting_now = {(seat.circle_id, seat.person_id, seat.organisation_id): seat for seat in found}
        Seat.objects.bulk_create([_seat(s) for key, s in wanted.items() if key not in sitting_now])
        changed = defaultdict(list)
        for key, s in asked.items():
            if key in sitting_now and sitting_now[key].role_id != s.role_id:
                changed[s.role_id].append(sitting_now[key].pk)
        for role_id, seats in changed.items():
            Seat.objects.filter(pk__in=seats).update(role=role_id)


def _seat(s: Sitting) -> Seat:
    return Seat(
        circle_id=s.circle_id,
        person_id=s.person_id,
        organisation_id=s.organisation_id,
        role_id=s.role_id,
        employer_id=s.employer_id,
    )


def seat_in_partnership(*, partnership_id: UUID, person_id: UUID, organisation_id: UUID, role: Role) -> None:
    """Give a member organisation's person their seats: everywhere the organisation sits as a whole."""
    with unscoped("the person sees nothing yet"):
        places = Place.objects.filter(circle__partnership=partnership_id, organisation=organisation_id)
        places = places.exclude(circle__kind__in=[Kind.BODY, Kind.PUBLIC]).order_by("pk")
        whole = list(places.values_list("circle", flat=True))
    seat_many(Sitting(circle_id, person_id, organisation_id, role.pk) for circle_id in whole)


def unseat(*, circle_id: UUID, person_id: UUID, organisation_id: UUID, at: datetime) -> None:
    """End the seat here and in every narrower circle."""
    with unscoped("a narrower circle may be one that the actor does not see"):
        narrower = Within.objects.filter(wider=circle_id).values("circle")
        own = Seat.objects.filter(circle__in=narrower, person=person_id, organisation=organisation_id, ended_at=None)
        own.update(ended_at=at)


def unseat_everywhere(*, person_id: UUID, organisation_id: UUID, at: datetime) -> list[Circle]:
    """End all seats that a person has for an organisation; return the joint circles in which they sat."""
    with unscoped("whoever leaves a house sits nowhere for it any more, wherever that was"):
        own = Seat.objects.filter(person=person_id, organisation=organisation_id, ended_at=None)
        joint = own.filter(circle__kind=Kind.JOINT).values("circle")
        circles = list(Circle.objects.filter(pk__in=joint).order_by("pk"))
        own.update(ended_at=at)
    return circles


def unseat_organisation(*, partnership_id: UUID, organisation_id: UUID, at: datetime) -> None:
    """End all seats of an organisation's people in a partnership. Its places stay, and so does what they wrote."""
    with unscoped("an organisation leaves with all its people, also from circles that their lead does not see"):
        seats = Seat.objects.filter(circle__partnership=partnership_id, organisation=organisation_id, ended_at=None)
        seats.update(ended_at=at)


def rights_in(circle_id: UUID, person_id: UUID | None, organisation_id: UUID | None) -> frozenset[str]:
    """Return what somebody's role grants in a circle now: for what they set going and what happens later."""
    with unscoped("what somebody set going is measured by their rights of now, whoever is asking"):
        seats = Seat.objects.filter(circle=circle_id, person=person_id, organisation=organisation_id, ended_at=None)
        return frozenset(seats.values_list("role__permissions", flat=True).first() or ())


def led_by(organisation_id: UUID | None) -> frozenset[UUID]:
    """Return the joint circles, with that of its house, in which somebody leads for an organisation."""
    with unscoped("whoever changes a seat is held to what all seats of their organisation were before"):
        seats = Seat.objects.filter(organisation=organisation_id, ended_at=None, circle__kind=Kind.JOINT)
        rows = list(seats.values_list("circle", "role__permissions"))
    return frozenset(circle_id for circle_id, permissions in rows if LEADING <= set(permissions or ()))


def keep_a_lead(joint_id: UUID, organisation_id: UUID, led: Collection[UUID]) -> None:
    """
    Refuse, after a change of seats, to leave an organisation with nobody who may seat its people, or without its last lead.

    A deputy may seat people and makes nobody a lead, so where the last one went none would come after.

    Args:
        led: where it had a lead before the change.
    """
    with unscoped("two who end each other's seats wait here for one another"):
        Circle.objects.select_for_update(no_key=True).get(pk=joint_id)
        seats = Seat.objects.filter(circle=joint_id, organisation=organisation_id, ended_at=None)
        granted = [frozenset(permissions or ()) for permissions in seats.values_list("role__permissions", flat=True)]
    if not any(Permission.CIRCLE_SEAT in permissions for permissions in granted):
        raise LastLead(_("Somebody must stay who may seat your people: give another person that role first."))
    if joint_id in led and not any(permissions >= LEADING for permissions in granted):
        raise LastLead(
            _("Somebody must stay who leads, since nobody else makes one a lead: give another that role first.")
        )


def role_to_give(actor: Actor, role_id: UUID, circle_id: UUID) -> Role:
    """Return a role that grants no more than the giver's own in that circle."""
    role = get(actor, Role, role_id)
    if not set(role.permissions) <= granted_now(actor, circle_id):
        raise NotPermitted(role.name)
    return role


def require_role_to_take(actor: Actor, person_id: UUID, circle_id: UUID) -> None:
    """
    Refuse to take from one of our people, in that circle, a role that grants more than the actor's own. One's own may go.

    It decides for the seats in narrower circles too: what the actor does not see there tells them nothing.
    """
    with unscoped("two who change one seat wait here for one another"):
        Circle.objects.select_for_update(no_key=True).get(pk=circle_id)
    seats = visible(actor, Seat).filter(circle=circle_id, organisation=actor.organisation_id, ended_at=None)
    others = seats.filter(person=person_id).exclude(person=actor.person_id)
    taken = others.values_list("role__permissions", flat=True).first()
    granted = granted_now(actor, circle_id)  # the one before in the queue may have taken the actor's own
    if not {Permission.CIRCLE_SEAT, *(taken or ())} <= granted:
        raise NotPermitted(Permission.CIRCLE_SEAT)


def own_person(actor: Actor, person_id: UUID) -> UUID:
    """Return the id if this is one of the actor's organisation's people: somebody who sits in its house."""
    house = {"circle__kind": Kind.JOINT, "circle__organisation": actor.organisation_id}
    ours = visible(actor, Seat).filter(organisation=actor.organisation_id, ended_at=None, **house)
    if not ours.filter(person=person_id).exists():
        raise NotVisible
    return person_id


def require_own_house(actor: Actor, circle: Circle) -> None:
    """Refuse unless this is the house of the organisation acted for."""
    if circle.kind != Kind.JOINT or circle.organisation_id != actor.organisation_id:
        raise NotVisible
