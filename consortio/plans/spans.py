"""What a circle sees of a plan's items: when they are worked on, and by whom; for what is computed beside the dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Kind

from .heads import PlanHead, head_of
from .loading import load
from .models import Calendar, Plan, Schedule, Scheduled
from .neutral import CALENDAR_COLUMNS, Rows


class Span(NamedTuple):
    """One item with its dates, in the columns of `Scheduled` and of its item."""

    circle_id: UUID  # whose dates these are
    id: UUID
    start_at: datetime | None
    finish_at: datetime | None
    own_circle_id: UUID
    mark: str
    parent_id: UUID | None
    number: int
    name: str
    kind: str
    organisation_id: UUID | None
    person_id: UUID | None
    calendar_id: UUID | None
    is_active: bool
    actual_start_at: datetime | None
    actual_finish_at: datetime | None


@dataclass(frozen=True, slots=True)
class Spans:
    """
    Attributes:
        circle_id: whose figures these are: the plan's own circle, or our house.
        spans: those that are no summaries there, in the order of their start.
        calendars: rows with the plan's calendars alone.
        fingerprint: of all that the dates were computed from; empty while they do not follow.
    """

    head: PlanHead
    circle_id: UUID
    spans: Sequence[Span]
    calendars: Rows
    fingerprint: str


COLUMNS = (
    "circle_id", "item_id", "start_at", "finish_at", "item__circle_id", "item__circle__mark", "item__parent_id",
    "item__number", "item__name", "item__kind", "item__organisation_id", "item__person_id", "item__calendar_id",
    "item__is_active", "item__actual_start_at", "item__actual_finish_at",
)  # fmt: skip


@access.read
def spans_in(*, actor: Actor, plan_id: UUID, circle_id: UUID | None = None, is_house: bool = False) -> Spans:
    """
    Return the dated items of a plan as everybody in a circle sees them; six queries.

    Args:
        circle_id: the plan's own circle, which it is without one; or our house.
        is_house: our house, whichever that is.

    Raises:
        NotVisible: no such plan, or no such circle of it.
    """
    plan, head = head_of(actor, plan_id)
    circle_id = _circle_of(actor, plan, actor.houses.get(head.partnership_id, plan.pk) if is_house else circle_id)
    rows = [Span(*row) for row in _DATED.ask(actor, plan.pk, circle_id)]
    order = {plan.circle_id: 0, circle_id: 2}  # of a circle with dates of its own, these hold
    dated = {row.id: row for row in sorted(rows, key=lambda row: order.get(row.circle_id, 1))}
    parents = {row.parent_id for row in dated.values()}
    leaves = [row for row in dated.values() if row.id not in parents and row.is_active]
    calendars = access.common(actor, Calendar, circle_id).filter(plan=plan).order_by("pk")
    return Spans(
        head=head,
        circle_id=circle_id,
        spans=sorted(leaves, key=lambda row: (row.start_at or datetime.max, row.id)),
        calendars=Rows(plan, [], [], list(calendars.values_list(*CALENDAR_COLUMNS, named=True))),
        fingerprint=_fingerprint(actor, plan, circle_id),
    )


def _circle_of(actor: Actor, plan: Plan, circle_id: UUID | None) -> UUID:
    """Return the circle that is asked for, if everybody in it sees the plan. Raises: NotVisible."""
    if circle_id is None or circle_id == plan.circle_id:
        return UUID(str(plan.circle_id))
    if circle_id != actor.houses.get(plan.circle.partnership_id):
        raise access.NotVisible
    if plan.circle.kind != Kind.JOINT and not access.common(actor, Plan, circle_id).filter(pk=plan.pk).exists():
        raise access.NotVisible
    return circle_id


def _dated(actor: Actor, plan_id: UUID, circle_id: UUID) -> QuerySet:
    rows = access.common(actor, Scheduled, circle_id).filter(plan=plan_id, item__withdrawn_at=None)
    return rows.order_by("item__path", "pk").values_list(*COLUMNS)


_DATED = access.Question(_dated, Actor, UUID, UUID)


def _fingerprint(actor: Actor, plan: Plan, circle_id: UUID) -> str:
    """Return what the circle's dates were computed from, of a circle without its own what the plan's circle's were."""
    rows = access.visible(actor, Schedule).filter(plan=plan, circle__in={plan.circle_id, circle_id})
    found = {
        own: (said, outdated) for own, said, outdated in rows.values_list("circle_id", "fingerprint", "outdated_at")
    }
    said, outdated = found.get(circle_id) or found[plan.circle_id]
    return "" if outdated else said


@access.read
def rows_in(*, actor: Actor, plan_id: UUID, circle_id: UUID) -> Rows:
    """Return the rows of a plan as everybody in a circle sees them, to compute with. Raises: NotVisible, as `spans_in`."""
    plan, _head = head_of(actor, plan_id)
    own = _circle_of(actor, plan, circle_id)
    return load(plan, partial(access.common, actor, circle_id=own))
