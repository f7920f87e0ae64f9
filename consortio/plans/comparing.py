"""Two baselines of a plan beside each other, or one and today: what was to be when, and what it is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .heads import BaselineRef, PlanHead, baselines_of, head_of
from .models import BaselineItem, Item, Plan, Scheduled
from .rows import Ref, ref_of

ROWS_MAX = 100


@dataclass(frozen=True, slots=True)
class Compared:
    """An item whose dates or duration differ. What is missing was not there, or had no dates."""

    item: Ref
    kind: str
    is_summary: bool
    first_start_at: datetime | None
    first_finish_at: datetime | None
    second_start_at: datetime | None
    second_finish_at: datetime | None
    first_minutes: int | None  # of work
    second_minutes: int | None

    @property
    def slip_days(self) -> int | None:
        """Return how many days later it ends in the second."""
        if self.first_finish_at is None or self.second_finish_at is None:
            return None
        return (self.second_finish_at.date() - self.first_finish_at.date()).days


@dataclass(frozen=True, slots=True)
class ComparePage:
    head: PlanHead
    baselines: tuple[BaselineRef, ...]
    first: BaselineRef | None  # none: no baseline was taken yet
    second: BaselineRef | None  # none: the plan of today
    rows: tuple[Compared, ...]  # a window of them, in the order of the tree
    total: int
    same: int  # items that do not differ
    later: int  # of those that are no phases, and so the next three
    sooner: int
    added: int
    gone: int
    before: int


@access.read
def compare_baselines(
    *, actor: Actor, plan_id: UUID, first_id: UUID | None = None, second_id: UUID | None = None, before: int = 0
) -> ComparePage:
    """
    Return what differs between two baselines, from what everybody in the plan's circle sees; six queries.

    Args:
        first_id: of a baseline; without one, the newest.
        second_id: of another one; without one, the plan of today.
        before: how many rows that differ come before this window.

    Raises:
        NotVisible: there is no such plan or baseline for this actor.
    """
    plan, head = head_of(actor, plan_id)
    baselines = baselines_of(actor, plan)
    known = {one.id: one for one in baselines}
    if {first_id, second_id} - {None} - set(known):
        raise access.NotVisible
    first = known[first_id] if first_id else baselines[0] if baselines else None
    second = known[second_id] if second_id else None
    if first is None:
        return ComparePage(head, baselines, None, None, (), 0, 0, 0, 0, 0, 0, before)
    one = _of_baseline(actor, plan, first.id)
    other = _of_baseline(actor, plan, second.id) if second else _of_today(actor, plan)
    items = _items(actor, plan, set(one) | set(other))
    one, other = (_without_sums(items, dates) for dates in (one, other))
    differing = [_compared(head, item, one, other) for item in items if one.get(item.pk) != other.get(item.pk)]
    leaves = [row for row in differing if not row.is_summary]
    slips = [row.slip_days for row in leaves if row.slip_days is not None]
    return ComparePage(
        head=head,
        baselines=baselines,
        first=first,
        second=second,
        rows=tuple(differing[before : before + ROWS_MAX]),
        total=len(differing),
        same=len(items) - len(differing),
        later=sum(days > 0 for days in slips),
        sooner=sum(days < 0 for days in slips),
        added=sum(row.item.id not in one for row in leaves),
        gone=sum(row.item.id not in other for row in leaves),
        before=before,
    )


Dates = Mapping[UUID, tuple[datetime | None, datetime | None, int | None]]


def _of_baseline(actor: Actor, plan: Plan, baseline_id: UUID) -> Dates:
    rows = access.common(actor, BaselineItem, plan.circle_id).filter(baseline=baseline_id)
    return {row[0]: row[1:] for row in rows.values_list("item_id", "start_at", "finish_at", "duration_minutes")}


def _of_today(actor: Actor, plan: Plan) -> Dates:
    rows = access.common(actor, Scheduled, plan.circle_id).filter(
        plan=plan, circle=plan.circle_id, item__withdrawn_at=None
    )
    return {row[0]: row[1:] for row in rows.values_list("item_id", "start_at", "finish_at", "item__duration_minutes")}


def _without_sums(items: list[Any], dates: Dates) -> Dates:
    """Return the dates without the work of what holds other items: it has none of its own, whatever was kept of it."""
    holding = {item.pk for item in items if item.is_summary}
    return {pk: (start, finish, None if pk in holding else work) for pk, (start, finish, work) in dates.items()}


def _items(actor: Actor, plan: Plan, pks: set[UUID]) -> list[Any]:
    rows = access.common(actor, Item, plan.circle_id).filter(plan=plan).order_by("path", "pk")
    columns = ("pk", "circle_id", "number", "name", "kind", "is_summary")
    return [row for row in rows.values_list(*columns, named=True) if row.pk in pks]


def _compared(head: PlanHead, item: Any, one: Dates, other: Dates) -> Compared:
    nothing = (None, None, None)
    first, second = one.get(item.pk, nothing), other.get(item.pk, nothing)
    return Compared(
        item=ref_of(head, item),
        kind=item.kind,
        is_summary=item.is_summary,
        first_start_at=first[0],
        first_finish_at=first[1],
        second_start_at=second[0],
        second_finish_at=second[1],
        first_minutes=first[2],
        second_minutes=second[2],
    )
