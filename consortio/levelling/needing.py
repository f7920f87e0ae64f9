"""Whom one item needs, on a page of its own: what was said, and what holds while nothing was."""

from dataclasses import dataclass
from uuid import UUID

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.access.models import Seat
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import Member
from consortio.plans.heads import PlanHead, head_of
from consortio.plans.reads import item_page

from .models import Demand

PLANNING = ("house", "side", "joint")


@dataclass(frozen=True, slots=True)
class DemandRow:
    id: UUID
    version: int
    circle_id: UUID
    organisation: Member | None
    organisation_id: UUID
    person_id: UUID | None
    person: str
    work: str
    percent: int
    is_private: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class NeedsPage:
    """
    Attributes:
        rows: whom it needs, as far as the reader sees it.
        usual: who is needed while nothing was said.
        offered: who may be chosen, as the form says it, with their names.
        circles: in which the reader may say so, narrow first.
    """

    head: PlanHead
    item_id: UUID
    number: str
    name: str
    rows: tuple[DemandRow, ...]
    usual: str
    offered: tuple[tuple[str, str], ...]
    circles: tuple[CircleRow, ...]


@access.read
def needs_page(*, actor: Actor, item_id: UUID) -> NeedsPage:
    """Return whom an item needs. Raises: NotVisible."""
    page = item_page(actor=actor, item_id=item_id, with_history=False)
    head, row = page.head, page.row
    own_circle = row.circle.id if row.circle else head.circle.id
    circles = tuple(one for one in circles_in(actor=actor, partnership_id=head.partnership_id) if _may(one, own_circle))
    return NeedsPage(
        head=head,
        item_id=item_id,
        number=row.number,
        name=row.name,
        rows=tuple(demands_of(actor, head, item_id)),
        usual=row.person or (row.organisation.name if row.organisation else ""),
        offered=_offered(actor, head),
        circles=circles,
    )


def _may(circle: CircleRow, own_circle: UUID) -> bool:
    """Tell whether the reader may say there whom an item needs: in its own circle, or in our house."""
    return Permission.PLAN_EDIT in circle.granted and (circle.id == own_circle or circle.kind == "house")


def demands_of(actor: Actor, head: PlanHead, item_id: UUID) -> list[DemandRow]:
    found = access.visible(actor, Demand).filter(item=item_id, withdrawn_at=None).select_related("person")
    return [_row(actor, head, row) for row in found.order_by("organisation__name", "pk")]


def _row(actor: Actor, head: PlanHead, row: Demand) -> DemandRow:
    return DemandRow(
        id=row.pk,
        version=row.version,
        circle_id=row.circle_id,
        organisation=head.member_ids.get(row.organisation_id),
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        person=row.person.name if row.person else "",
        work=row.work,
        percent=row.percent,
        is_private=row.circle_id != head.circle.id,
        may_edit=access.can(actor, Permission.PLAN_EDIT, row),
    )


def _offered(actor: Actor, head: PlanHead) -> tuple[tuple[str, str], ...]:
    """Return organisations, each with its people behind it."""
    seats = access.visible(actor, Seat).filter(circle=head.circle.id, ended_at=None)
    people = seats.order_by("person__name", "pk").values_list("organisation_id", "person_id", "person__name")
    found: list[tuple[str, str]] = []
    for member in head.members:
        own = str(member.organisation_id)
        if not member.has_left:
            found.append((own, member.name))
            found += [
                (f"{own}~{pk}", f"{name} ({member.name})")
                for organisation_id, pk, name in people
                if str(organisation_id) == own
            ]
    return tuple(found)


@access.read
def demand(*, actor: Actor, demand_id: UUID) -> DemandRow:
    """Return one demand. Raises: NotVisible."""
    row = access.get(actor, Demand, demand_id, "person", "item")
    _plan, head = head_of(actor, row.item.plan_id)
    return _row(actor, head, row)


def chosen(said: str) -> tuple[UUID, UUID | None]:
    """Return the organisation and the person that a choice of the form stands for."""
    organisation, _sign, person = said.partition("~")
    return UUID(organisation), UUID(person) if person else None


@access.read
def demand_of(*, actor: Actor, demand_id: UUID) -> tuple[UUID, bool]:
    """Return the item of a demand, and whether the reader may change it. Raises: NotVisible."""
    row = access.get(actor, Demand, demand_id)
    if row.withdrawn_at:
        raise NotVisible
    return row.item_id, access.can(actor, Permission.PLAN_EDIT, row)
