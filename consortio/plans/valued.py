"""
The items of a plan as their worth is reckoned from them: when they were to be done, how far they are, who is in charge.

All of one circle: what everybody in it sees, with the dates that are computed there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import ANY, Actor, Permission
from consortio.access.gate import granted_now
from consortio.access.models import Circle
from consortio.interchange import plan as neutral

from .editing import require_there
from .heads import BaselineRef, PlanHead, baselines_of, head_of
from .knowing import known_until
from .models import BaselineItem, Calendar, Item, Scheduled
from .neutral import CALENDAR_COLUMNS, Rows, neutral_plan
from .own_side import house_beside, house_in
from .rows import number_in, number_of
from .tree import END

FEW = 500  # items whose dates are asked for by id; of more, all of the plan's are read


class ValuedItem(NamedTuple):
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


class _Row(NamedTuple):
    """The columns of an item that are asked for."""

    pk: UUID
    circle_id: UUID
    path: str
    number: int
    name: str
    organisation_id: UUID | None
    calendar_id: UUID | None
    percent: int
    is_summary: bool
    actual_start_at: datetime | None
    actual_finish_at: datetime | None


@dataclass(frozen=True, slots=True)
class Valued:
    head: PlanHead
    circle_id: UUID
    house_id: UUID | None  # our own, where it is another circle than the plan's
    said: Sequence[tuple[Any, ...]]  # of each row its item and the columns asked for, in the order of the tree
    phases: Mapping[UUID, str]  # number and name of those at the top
    baseline: BaselineRef | None
    until: datetime  # what counts: the data date, else the end of today, on the plan's own clock
    calendars: neutral.Plan  # nothing but calendars


def valued_items(
    actor: Actor,
    plan_id: UUID,
    costs: Callable[[UUID], QuerySet],
    columns: Sequence[str],
    at: datetime,
    *,
    in_house: bool = False,
) -> Valued:
    """
    Return the active items of a plan that some rows name, as everybody in a circle sees them; nine queries.

    Args:
        costs: returns these rows, which everybody in this circle sees; each names an item of the plan.
        columns: of these rows, to come along.
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
    named = costs(circle_id).filter(item__withdrawn_at=None, item__is_active=True).order_by("item__path", "item")
    width, asked = len(_Row._fields), [f"item__{column}" for column in _Row._fields]
    found = [(_Row(*row[:width]), row[width:]) for row in named.values_list(*asked, *columns)]
    newest = next(iter(baselines_of(actor, plan)), None)
    tops = _TOPS.ask(actor, circle_id, plan_id)
    phases = {top.path: top.pk for top in tops}
    agreed = _agreed(actor, circle_id, newest)
    undated = {row.pk: row.circle_id for row, _ in found if row.is_summary or row.pk not in agreed}
    dates = _dates(actor, plan_id, circle_id, undated) if undated else {}
    return Valued(
        head=head,
        circle_id=circle_id,
        house_id=house_id,
        said=[
            (_item(row, head, phases.get(row.path.partition(END)[0] + END, row.pk), agreed, dates), *said)
            for row, said in found
        ],
        phases={top.pk: f"{number_of(head, top)} {top.name}" for top in tops},
        baseline=newest,
        until=plan.data_at or _end_of_day(known_until(plan, at)),
        calendars=neutral_plan(Rows(plan, [], [], _CALENDARS.ask(actor, circle_id, plan_id))),
    )


def _tops(actor: Actor, circle_id: UUID, plan_id: UUID) -> QuerySet:
    rows = access.common(actor, Item, circle_id).filter(plan=plan_id, withdrawn_at=None, depth=0)
    return rows.values_list("pk", "path", "number", "name", "circle_id", named=True)


def _calendars(actor: Actor, circle_id: UUID, plan_id: UUID) -> QuerySet:
    rows = access.common(actor, Calendar, circle_id).filter(plan=plan_id).order_by("pk")
    return rows.values_list(*CALENDAR_COLUMNS, named=True)


def _agreed_in(actor: Actor, circle_id: UUID, baseline_id: UUID) -> QuerySet:
    rows = access.common(actor, BaselineItem, circle_id).filter(baseline=baseline_id).exclude(finish_at=None)
    return rows.values_list("item_id", "start_at", "finish_at")


_TOPS = access.Question(_tops, Actor, UUID, UUID)
_CALENDARS = access.Question(_calendars, Actor, UUID, UUID)
_AGREED = access.Question(_agreed_in, Actor, UUID, UUID)


def _end_of_day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0) + timedelta(days=1)


def _agreed(actor: Actor, circle_id: UUID, newest: BaselineRef | None) -> dict[UUID, tuple[datetime, datetime]]:
    if newest is None:
        return {}
    return {pk: (start or finish, finish) for pk, start, finish in _AGREED.ask(actor, circle_id, newest.id)}


class _Dated(NamedTuple):
    start_at: datetime | None
    finish_at: datetime | None
    percent: int


def _dates(actor: Actor, plan_id: UUID, circle_id: UUID, own: Mapping[UUID, UUID]) -> dict[UUID, _Dated]:
    """
    Return items' dates: those of this circle where it has some, else those of the item's own.

    Args:
        own: each item's circle.
    """
    rows = access.common(actor, Scheduled, circle_id).filter(plan=plan_id)
    if len(own) <= FEW:
        rows = rows.filter(item__in=list(own))
    found: dict[UUID, _Dated] = {}
    for pk, whose, *dates in rows.values_list("item_id", "circle_id", *_Dated._fields):
        if pk in own and (whose == circle_id or (whose == own[pk] and pk not in found)):
            found[pk] = _Dated(*dates)
    return found


def _item(
    row: _Row,
    head: PlanHead,
    phase_id: UUID,
    agreed: Mapping[UUID, tuple[datetime, datetime]],
    dates: Mapping[UUID, _Dated],
) -> ValuedItem:
    own = dates.get(row.pk) if dates else None
    known = agreed.get(row.pk)
    start, finish = known or ((own.start_at or own.finish_at, own.finish_at) if own else (None, None))
    return ValuedItem(
        row.pk,
        number_in(head, row.circle_id, row.number),
        row.name,
        row.circle_id,
        phase_id,
        row.organisation_id,
        _key(row.calendar_id) if row.calendar_id else None,
        own.percent if own and row.is_summary else row.percent,
        start,
        finish,
        known is not None,
        row.actual_start_at,
        row.actual_finish_at,
    )


_key = lru_cache(maxsize=1_024)(str)  # of few calendars, for thousands of items


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
