"""
The items of a plan as their worth is reckoned from them: when they were to be done, how far they are, who is in charge.

All of one circle: what everybody in it sees, with the dates that are computed there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import ANY, Actor, Permission
from consortio.access.gate import granted_now
from consortio.access.models import Circle
from consortio.interchange import plan as neutral

from .editing import require_there
from .heads import BaselineRef, PlanHead, baseline_ref, head_of
from .knowing import known_until
from .models import Baseline, BaselineItem, Calendar, Item, Scheduled
from .neutral import CALENDAR_COLUMNS, Rows, neutral_plan
from .own_side import house_beside, house_in
from .rows import number_of
from .tree import END

_COLUMNS = (
    "pk", "circle_id", "path", "depth", "number", "name", "kind", "organisation_id", "person_id", "calendar_id",
    "percent", "is_summary", "actual_start_at", "actual_finish_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValuedItem:
    """`start_at` and `finish_at` are of the newest joint baseline where it holds the item, else the present ones."""

    id: UUID
    number: str
    name: str
    circle_id: UUID
    phase_id: UUID  # the item at the top of the tree that it lies in, itself if need be
    organisation_id: UUID | None
    calendar: str | None
    percent: int
    start_at: datetime | None
    finish_at: datetime | None
    is_from_baseline: bool
    actual_start_at: datetime | None
    actual_finish_at: datetime | None

    @property
    def has_begun(self) -> bool:
        return self.percent > 0 or self.actual_start_at is not None


@dataclass(frozen=True, slots=True)
class Valued:
    head: PlanHead
    circle_id: UUID
    house_id: UUID | None  # our own, where it is another circle than the plan's
    items: Mapping[UUID, ValuedItem]  # in the order of the tree
    phases: Mapping[UUID, str]  # number and name of those at the top
    baseline: BaselineRef | None
    until: datetime  # what counts: the data date, else the end of today, on the plan's own clock
    calendars: neutral.Plan  # nothing but calendars


def valued_items(
    actor: Actor, plan_id: UUID, which: Callable[[UUID], QuerySet], at: datetime, *, in_house: bool = False
) -> Valued:
    """
    Return some active items of a plan, as everybody in a circle sees them; ten queries.

    Args:
        which: returns the ids of those items, of rows that everybody in this circle sees.
        in_house: our house's circle instead of the plan's.

    Raises:
        NotVisible: there is no such plan for this actor, or no house of theirs beside it.
    """
    plan, head = head_of(actor, plan_id)
    house_id = house_in(actor, head.partnership_id)
    house_id = None if house_id == head.circle.id else house_id
    circle_id = house_id if in_house else head.circle.id
    if circle_id is None:
        raise access.NotVisible
    source, costed = partial(access.common, actor, circle_id=circle_id), which(circle_id)
    rows = source(Item).filter(plan=plan, withdrawn_at=None)
    found = list(rows.filter(is_active=True, pk__in=costed).order_by("path", "pk").values_list(*_COLUMNS, named=True))
    tops = {row.path: row for row in rows.filter(depth=0).only("path", "number", "name", "circle_id")}
    newest = source(Baseline).filter(plan=plan, circle=plan.circle_id).order_by("-number", "pk").first()
    agreed = _agreed(source, newest)
    dates = _dates(source, plan_id, circle_id, costed)
    calendars = list(source(Calendar).filter(plan=plan).order_by("pk").values_list(*CALENDAR_COLUMNS, named=True))
    items = {}
    for row in found:
        top = tops.get(row.path.partition(END)[0] + END)
        items[row.pk] = _item(row, head, top.pk if top else row.pk, agreed.get(row.pk), dates.get(row.pk))
    return Valued(
        head=head,
        circle_id=circle_id,
        house_id=house_id,
        items=items,
        phases={row.pk: f"{number_of(head, row)} {row.name}" for row in tops.values()},
        baseline=baseline_ref(newest) if newest else None,
        until=plan.data_at or _end_of_day(known_until(plan, at)),
        calendars=neutral_plan(Rows(plan, [], [], calendars)),
    )


def _end_of_day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0) + timedelta(days=1)


def _agreed(source: Any, newest: Baseline | None) -> dict[UUID, tuple[datetime, datetime]]:
    if newest is None:
        return {}
    rows = source(BaselineItem).filter(baseline=newest).exclude(finish_at=None)
    return {pk: (start or finish, finish) for pk, start, finish in rows.values_list("item_id", "start_at", "finish_at")}


def _dates(source: Any, plan_id: UUID, circle_id: UUID, costed: QuerySet) -> dict[UUID, Scheduled]:
    """Return each item's dates: those of this circle where it has some, else those of the item's own."""
    found: dict[UUID, Scheduled] = {}
    rows = source(Scheduled).filter(plan=plan_id, item__in=costed).select_related("item")
    for row in rows.only("circle_id", "item_id", "item__circle_id", "start_at", "finish_at", "percent"):
        if row.circle_id == circle_id or (row.circle_id == row.item.circle_id and row.item_id not in found):
            found[row.item_id] = row
    return found


def _item(
    row: Any, head: PlanHead, phase_id: UUID, agreed: tuple[datetime, datetime] | None, own: Scheduled | None
) -> ValuedItem:
    start, finish = agreed or ((own.start_at or own.finish_at, own.finish_at) if own else (None, None))
    return ValuedItem(
        id=row.pk,
        number=number_of(head, row),
        name=row.name,
        circle_id=row.circle_id,
        phase_id=phase_id,
        organisation_id=row.organisation_id,
        calendar=str(row.calendar_id) if row.calendar_id else None,
        percent=own.percent if own and row.is_summary else row.percent,
        start_at=start,
        finish_at=finish,
        is_from_baseline=agreed is not None,
        actual_start_at=row.actual_start_at,
        actual_finish_at=row.actual_finish_at,
    )


@dataclass(frozen=True, slots=True)
class CostedItem:
    """An item of which somebody is to say what it costs; `house_id` is our house, where it stands beside the item."""

    row: Any
    number: str
    circle_id: UUID
    house_id: UUID | None

    @property
    def plan_id(self) -> UUID:
        return self.row.plan_id  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        return f"{self.number} {self.row.name}"

    @property
    def circle_kind(self) -> str:
        return self.row.circle.kind  # type: ignore[no-any-return]

    @property
    def partnership_id(self) -> UUID:
        return self.row.circle.partnership_id  # type: ignore[no-any-return]


def item_to_cost(actor: Actor, item_id: UUID) -> CostedItem:
    """Return an item to be looked at. Raises: NotVisible, also for one that was withdrawn."""
    row = access.get(actor, Item, item_id, "circle")
    require_there(row)
    return _costed(actor, row)


def hold_item(actor: Actor, item_id: UUID) -> CostedItem:
    """Lock an item for somebody who may at least report on it. Raises: NotVisible, NotPermitted."""
    row = access.lock(actor, Permission.PROGRESS_UPDATE, Item, item_id, version=ANY)
    require_there(row)
    row.circle = access.get(actor, Circle, row.circle_id)
    return _costed(actor, row)


def _costed(actor: Actor, row: Item) -> CostedItem:
    return CostedItem(row, f"{row.circle.mark}I-{row.number}", row.circle_id, house_beside(actor, row))


def granted_in(actor: Actor, circle_id: UUID) -> frozenset[str]:
    """Return what the actor's role grants in a circle now."""
    return granted_now(actor, circle_id)
