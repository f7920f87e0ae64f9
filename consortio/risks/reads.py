"""What may happen to a plan, as its page, an item's page and a simulation take it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, QuerySet, When

from consortio import access
from consortio.access import Actor, Permission
from consortio.circles.reads import CircleRow, audience_of, circles_in
from consortio.partnerships.reads import Member
from consortio.plans.aimed import AimedItem, items_aimed_at
from consortio.plans.choosing import Somebody, circles_within, people_of
from consortio.plans.heads import PlanHead, head_of
from consortio.ui.marks import Audience

from .models import Risk, RiskKind, RiskState
from .rules import Terms
from .threats import items_of

PAGE = 50
_CLOSED_LAST = Case(When(state=RiskState.OPEN, then=0), default=1)


@dataclass(frozen=True, slots=True)
class RiskRow:
    id: UUID
    number: str
    version: int
    plan_id: UUID
    circle_id: UUID
    terms: Terms
    organisation: Member | None
    person: str
    raised_at: datetime
    items: tuple[AimedItem, ...]  # those that are still in the plan, the soonest done first
    audience: Audience | None  # where fewer see it than the plan
    may_change: bool

    @property
    def is_open(self) -> bool:
        return self.terms.state == RiskState.OPEN

    @property
    def is_driver(self) -> bool:
        return self.terms.kind == RiskKind.DRIVER


@dataclass(frozen=True, slots=True)
class RisksPage:
    head: PlanHead
    rows: tuple[RiskRow, ...]  # open ones first, then by number
    total: int
    before: int
    audience: Audience  # of the plan
    may_raise: bool


@dataclass(frozen=True, slots=True)
class RiskPage:
    """A risk, or a new one, with what its form offers."""

    head: PlanHead
    row: RiskRow | None
    circles: tuple[CircleRow, ...]  # where a new one may be written down
    people: tuple[Somebody, ...]
    members: tuple[Member, ...]


@access.read
def risks_page(*, actor: Actor, plan_id: UUID, before: int = 0, limit: int = PAGE) -> RisksPage:
    """Return the risks of a plan that the actor sees, open ones first. Raises: NotVisible."""
    _plan, head = head_of(actor, plan_id)
    rows = access.visible(actor, Risk).filter(plan=plan_id)
    total = rows.count()
    ordered = rows.order_by(_CLOSED_LAST, "-chance", "number", "pk")
    return RisksPage(
        head=head,
        rows=_rows(actor, head, ordered.select_related("circle", "person")[before : before + limit]) if total else (),
        total=total,
        before=before,
        audience=audience_of(actor=actor, circle_id=head.circle.id, kind=head.circle.kind, members=head.members),
        may_raise=bool(_raising(actor, head)),
    )


@access.read
def risk_page(*, actor: Actor, risk_id: UUID) -> RiskPage:
    """Return a risk with what its form offers. Raises: NotVisible."""
    row = access.get(actor, Risk, risk_id, "circle", "person")
    _plan, head = head_of(actor, row.plan_id)
    (made,) = _rows(actor, head, [row])
    return RiskPage(head, made, (), people_of(actor, row.circle_id), head.members)


@access.read
def new_risk_page(*, actor: Actor, plan_id: UUID) -> RiskPage:
    """Return what the form of a new risk offers. Raises: NotVisible."""
    _plan, head = head_of(actor, plan_id)
    there = _raising(actor, head)
    circles = tuple(row for row in circles_in(actor=actor, partnership_id=head.partnership_id) if row.id in there)
    return RiskPage(head, None, circles, people_of(actor, head.circle.id), head.members)


@access.read
def open_risks(*, actor: Actor, plan_id: UUID, circle_id: UUID) -> tuple[tuple[UUID, str, Terms], ...]:
    """Return the open risks of a plan that everybody in a circle sees, with their numbers, in their order; two queries."""
    rows = access.common(actor, Risk, circle_id).filter(plan=plan_id, state=RiskState.OPEN).select_related("circle")
    found = list(rows.order_by("circle__mark", "number", "pk"))
    items = items_of(actor, [row.pk for row in found]) if found else {}
    return tuple((row.pk, f"{row.circle.mark}R-{row.number}", terms_of(row, items[row.pk])) for row in found)


@access.read
def risks_named(*, actor: Actor, risk_ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, str]]:
    """Return number and name of risks, of those that the actor sees; one query."""
    rows = access.visible(actor, Risk).filter(pk__in=risk_ids).values_list("pk", "circle__mark", "number", "name")
    return {pk: (f"{mark}R-{number}", name) for pk, mark, number, name in rows}


def _raising(actor: Actor, head: PlanHead) -> frozenset[UUID]:
    """Return the circles in which the actor may write down a risk of the plan."""
    within = circles_within(actor=actor, circle_id=head.circle.id)
    return frozenset(pk for pk in within if Permission.PROGRESS_UPDATE in actor.permissions.get(pk, ()))


def _rows(actor: Actor, head: PlanHead, found: QuerySet | Sequence[Risk]) -> tuple[RiskRow, ...]:
    rows = list(found)
    items = items_of(actor, [row.pk for row in rows])
    aimed = items_aimed_at(actor=actor, item_ids={pk for own in items.values() for pk in own})
    order = {pk: place for place, pk in enumerate(aimed)}
    circles = {row.circle_id: row.circle for row in rows if row.circle_id != head.circle.id}
    audiences = {
        pk: audience_of(actor=actor, circle_id=pk, kind=circle.kind, members=head.members)
        for pk, circle in circles.items()
    }
    return tuple(
        RiskRow(
            id=row.pk,
            number=f"{row.circle.mark}R-{row.number}",
            version=row.version,
            plan_id=row.plan_id,
            circle_id=row.circle_id,
            terms=terms_of(row, items[row.pk]),
            organisation=head.member_ids.get(row.organisation_id),
            person=row.person.name if row.person else "",
            raised_at=row.raised_at,
            items=tuple(
                aimed[pk]
                for pk in sorted(items[row.pk], key=lambda pk: order.get(pk, 0))
                if pk in aimed and not aimed[pk].is_withdrawn
            ),
            audience=audiences.get(row.circle_id),
            may_change=Permission.PROGRESS_UPDATE in actor.permissions.get(row.circle_id, ()),
        )
        for row in rows
    )


def terms_of(row: Risk, item_ids: Sequence[UUID]) -> Terms:
    return Terms(
        name=row.name,
        kind=row.kind,
        chance=row.chance,
        low=row.low,
        likely=row.likely,
        high=row.high,
        item_ids=tuple(item_ids),
        response=row.response,
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        state=row.state,
    )
