"""What the form of a promise offers, and what somebody means by the number or name of an item."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from consortio import access
from consortio.access import Actor, NotPermitted, Permission
from consortio.access.models import Seat
from consortio.approvals.reads import agreeing_partnership
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import Member, PartnershipRow

from .models import Commitment
from .reads import PROMISING, may_offer

CHOICES_MAX, FOUND_MAX = 300, 5


@dataclass(frozen=True, slots=True)
class Somebody:
    id: UUID
    name: str
    organisation_id: UUID
    organisation: str


@dataclass(frozen=True, slots=True)
class Choices:
    """`circles` are those in which the actor may promise, narrow first; goals and decisions those that all members see."""

    partnership: PartnershipRow
    circles: tuple[CircleRow, ...]
    own: Member
    others: tuple[Member, ...]
    our_people: tuple[Somebody, ...]
    their_people: tuple[Somebody, ...]
    goals: tuple[tuple[UUID, str], ...]
    decisions: tuple[tuple[UUID, str], ...]


@access.read
def choices(*, actor: Actor, partnership_id: UUID) -> Choices:
    """
    Return what may be chosen for a promise in a partnership.

    Raises:
        NotVisible: also for an organisation's own house.
        NotPermitted: in none of its circles may the actor promise anything.
    """
    here = agreeing_partnership(actor=actor, partnership_id=partnership_id)
    circles = [row for row in circles_in(actor=actor, partnership_id=here.id) if row.kind in PROMISING]
    own = here.member_ids.get(actor.organisation_id) if actor.organisation_id else None
    if own is None or not any(Permission.PLAN_EDIT in row.granted for row in circles):
        raise NotPermitted(Permission.PLAN_EDIT)
    people = _people(actor, here)
    return Choices(
        partnership=here,
        circles=tuple(row for row in circles if may_offer([row])),
        own=own,
        others=tuple(member for member in here.present if not member.is_you),
        our_people=tuple(one for one in people if one.organisation_id == own.organisation_id),
        their_people=tuple(one for one in people if one.organisation_id != own.organisation_id),
        goals=_rows(actor, here, "goal", "G-", "name"),
        decisions=_rows(actor, here, "decision", "D-", "question"),
    )


def _people(actor: Actor, here: PartnershipRow) -> list[Somebody]:
    seats = access.visible(actor, Seat).filter(circle=here.joint_id, ended_at=None)
    columns = ("person_id", "person__name", "organisation_id", "organisation__name")
    return [Somebody(*row) for row in seats.order_by("organisation__name", "person__name", "pk").values_list(*columns)]


def _rows(actor: Actor, here: PartnershipRow, field: str, sign: str, name: str) -> tuple[tuple[UUID, str], ...]:
    model = Commitment._meta.get_field(field).related_model
    assert isinstance(model, type)
    rows = access.common(actor, model, here.joint_id).filter(withdrawn_at=None, circle=here.joint_id)
    found = rows.order_by("-number").values_list("pk", "number", name)[:CHOICES_MAX]
    return tuple((pk, f"{sign}{number} {words}") for pk, number, words in found)


@access.read
def items_meant(*, actor: Actor, partnership_id: UUID, text: str) -> tuple[tuple[UUID, str, str], ...]:
    """Return the items of a partnership that a number ("I-3") or a whole name means, as id, number and name."""
    rows = _items(actor).filter(plan__circle__partnership=partnership_id)
    mark, sign, number = text.strip().upper().rpartition("I-")
    meant = Q(name__iexact=text.strip())
    if sign and number.isdecimal() and len(number) < 10:
        meant |= Q(number=int(number), circle__mark__iexact=mark)
    return _shown(rows.filter(meant))


@access.read
def item_named(*, actor: Actor, item_id: UUID) -> str:
    """Return the number of an item; "" where it is not there for the actor."""
    return next((number for _, number, _ in _shown(_items(actor).filter(pk=item_id))), "")


def _items(actor: Actor) -> QuerySet:
    model = Commitment._meta.get_field("item").related_model
    assert isinstance(model, type)
    return access.visible(actor, model).filter(withdrawn_at=None, plan__withdrawn_at=None)


def _shown(rows: QuerySet) -> tuple[tuple[UUID, str, str], ...]:
    found = rows.order_by("pk").values_list("pk", "circle__mark", "number", "name")[:FOUND_MAX]
    return tuple((pk, f"{mark}I-{number}", name) for pk, mark, number, name in found)
