"""Items as pages, tables and the API show them, and what is asked of the database for a window of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Seat
from consortio.partnerships.reads import Member

from .heads import CircleRef, PlanHead
from .models import BaselineItem, Item, Link, Scheduled
from .neutral import LINK_COLUMNS
from .rules import may_redate, may_report

Source = Callable[[type[Model]], QuerySet]
# Plain values, because making thousands of objects that show some of their columns is most of a window's time.
COLUMNS = (
    "pk", "circle_id", "parent_id", "path", "depth", "number", "code", "name", "kind", "milestone_end",
    "organisation_id", "person_id", "person__name", "calendar_id", "duration_minutes", "remaining_minutes", "percent",
    "is_manual", "is_active", "deadline_at", "actual_start_at", "actual_finish_at", "stored_start_at",
    "stored_finish_at", "version",
)  # fmt: skip
DATE_COLUMNS = (
    "circle_id", "item_id", "start_at", "finish_at", "late_start_at", "late_finish_at", "total_float_minutes",
    "free_float_minutes", "is_critical", "is_on_longest_path", "is_late", "percent", "is_computed",
)  # fmt: skip
BASELINE_COLUMNS = ("item_id", "start_at", "finish_at")


@dataclass(frozen=True, slots=True)
class Ref:
    id: UUID
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """
    An item with its dates: those of its own circle first, those of our house where they differ.

    A plan's item in a narrower circle names that circle; floats are working minutes.
    """

    id: UUID
    number: str
    code: str
    name: str
    kind: str
    milestone_end: str
    depth: int
    parent_id: UUID | None
    parents: tuple[str, ...]  # names, the highest first; of a flat list only
    has_children: bool
    is_open: bool
    circle: CircleRef | None
    start_at: datetime | None
    finish_at: datetime | None
    is_computed: bool
    late_start_at: datetime | None
    late_finish_at: datetime | None
    house_start_at: datetime | None
    house_finish_at: datetime | None
    baseline_start_at: datetime | None
    baseline_finish_at: datetime | None
    actual_start_at: datetime | None
    actual_finish_at: datetime | None
    deadline_at: datetime | None
    duration_minutes: int
    remaining_minutes: int | None  # as said; without it, it follows from the percent
    percent: int
    total_float_minutes: int | None
    free_float_minutes: int | None
    is_critical: bool
    is_on_longest_path: bool
    is_late: bool
    is_manual: bool
    is_active: bool
    calendar_id: UUID | None  # its own; without one, the plan’s
    organisation: Member | None
    person_id: UUID | None
    person: str
    person_is_former: bool  # they have no seat in its circle any more
    version: int
    can_edit: bool
    can_progress: bool  # say how far it is
    can_redate: bool  # say when it can begin, and how much work it is

    @property
    def organisation_id(self) -> UUID | None:
        return self.organisation.organisation_id if self.organisation else None

    @property
    def organisation_is_former(self) -> bool:
        return self.organisation is not None and self.organisation.has_left


@dataclass(frozen=True, slots=True)
class LinkRow:
    id: UUID
    predecessor_id: UUID
    successor_id: UUID
    type: str
    lag_minutes: int
    lag_kind: str
    is_private: bool
    version: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies in other tables about a window's items, by item."""

    own: Mapping[UUID, Any]
    house: Mapping[UUID, Any]
    baseline: Mapping[UUID, Any]


NOTHING_BESIDE = Beside({}, {}, {})


def values_of(items: QuerySet, source: Source, *more: str) -> QuerySet:
    return items.annotate(is_gone=is_gone(source)).values_list(*COLUMNS, "is_gone", *more, named=True)


def is_gone(source: Source, item: str = "") -> Q:
    """Return the condition that an item has an accountable person who has no seat in its circle any more."""
    return Q(**{f"{item}person__isnull": False}) & Q(~Exists(_sitting(source, item)))


def has_nobody(source: Source, item: str = "") -> Q:
    """Return the condition that nobody with a seat in an item's circle is accountable for it."""
    return ~Q(Exists(_sitting(source, item)))


def _sitting(source: Source, item: str) -> QuerySet:
    where = {"circle": OuterRef(f"{item}circle"), "person": OuterRef(f"{item}person")}
    return source(Seat).filter(**where, ended_at=None)


def with_children(items: QuerySet, source: Source) -> QuerySet:
    """Mark each item that has children among those that `source` answers."""
    return items.annotate(holds=Exists(source(Item).filter(parent=OuterRef("pk"), withdrawn_at=None)))


def beside(
    actor: Actor, head: PlanHead, items: Sequence[Any], baseline_id: UUID | None, *, ours: bool = True
) -> Beside:
    """Ask for what is shown beside the items; two queries, one without a baseline."""
    if not items:
        return NOTHING_BESIDE
    own, house = dates_of(actor, head, items, ours=ours)
    return Beside(own, house, agreed_of(actor, items, baseline_id))


def agreed_of(actor: Actor, items: Sequence[Any], baseline_id: UUID | None) -> Mapping[UUID, Any]:
    """Return the items' dates in a baseline; one query, none without a baseline."""
    if baseline_id is None or not items:
        return {}
    rows = _AGREED.ask(actor, baseline_id, [item.pk for item in items])
    return {row.item_id: row for row in rows}


def _agreed(actor: Actor, baseline_id: UUID, pks: Collection[UUID]) -> QuerySet:
    rows = access.visible(actor, BaselineItem).filter(baseline=baseline_id, item__in=pks)
    return rows.values_list(*BASELINE_COLUMNS, named=True)


_AGREED = access.Question(_agreed, Actor, UUID, [UUID])


def dates_of(
    actor: Actor, head: PlanHead, items: Sequence[Any], *, ours: bool = True
) -> tuple[Mapping[UUID, Any], Mapping[UUID, Any]]:
    """Return the items' dates in their own circles, and in our house where it keeps some; one query."""
    house_id = head.house.circle.id if head.house and ours else None
    circle_of = {item.pk: item.circle_id for item in items}
    circles = {*circle_of.values(), *([house_id] if house_id else [])}
    own: dict[UUID, Any] = {}
    house: dict[UUID, Any] = {}
    for row in _DATES.ask(actor, circles, list(circle_of)):
        if row.circle_id == circle_of[row.item_id]:
            own[row.item_id] = row
        elif row.circle_id == house_id:
            house[row.item_id] = row
    return own, house


def _dates(actor: Actor, circles: Collection[UUID], pks: Collection[UUID]) -> QuerySet:
    rows = access.visible(actor, Scheduled).filter(circle__in=circles, item__in=pks)
    return rows.values_list(*DATE_COLUMNS, named=True)


_DATES = access.Question(_dates, Actor, [UUID], [UUID])


def row_of(
    actor: Actor,
    head: PlanHead,
    item: Any,
    more: Beside,
    *,
    is_open: bool = False,
    parents: tuple[str, ...] = (),
    holds: bool | None = None,
) -> Row:
    own, house, agreed = (table.get(item.pk) for table in (more.own, more.house, more.baseline))
    holds = item.holds if holds is None else holds
    granted = actor.permissions.get(item.circle_id, frozenset())
    differs = house is not None and (own is None or (house.start_at, house.finish_at) != (own.start_at, own.finish_at))
    return Row(
        id=item.pk,
        number=number_of(head, item),
        code=item.code,
        name=item.name,
        kind=item.kind,
        milestone_end=item.milestone_end,
        depth=item.depth,
        parent_id=item.parent_id,
        parents=parents,
        has_children=holds,
        is_open=is_open and holds,
        circle=None if item.circle_id == head.circle.id else head.circles.get(item.circle_id),
        start_at=own.start_at if own else item.stored_start_at,
        finish_at=own.finish_at if own else item.stored_finish_at,
        is_computed=bool(own and own.is_computed),
        late_start_at=own.late_start_at if own else None,
        late_finish_at=own.late_finish_at if own else None,
        house_start_at=house.start_at if house and differs else None,
        house_finish_at=house.finish_at if house and differs else None,
        baseline_start_at=agreed.start_at if agreed else None,
        baseline_finish_at=agreed.finish_at if agreed else None,
        actual_start_at=item.actual_start_at,
        actual_finish_at=item.actual_finish_at,
        deadline_at=item.deadline_at,
        duration_minutes=item.duration_minutes,
        remaining_minutes=item.remaining_minutes,
        percent=own.percent if own else item.percent,
        total_float_minutes=own.total_float_minutes if own else None,
        free_float_minutes=own.free_float_minutes if own else None,
        is_critical=bool(own and own.is_critical),
        is_on_longest_path=bool(own and own.is_on_longest_path),
        is_late=bool(own and own.is_late),
        is_manual=item.is_manual,
        is_active=item.is_active,
        calendar_id=item.calendar_id,
        organisation=head.member_ids.get(item.organisation_id) if item.organisation_id else None,
        person_id=item.person_id,
        person=item.person__name or "",
        person_is_former=item.is_gone,
        version=item.version,
        can_edit=Permission.PLAN_EDIT in granted,
        can_progress=may_report(actor, granted, item),
        can_redate=may_redate(actor, granted, item),
    )


def number_of(head: PlanHead, item: Any) -> str:
    """Return a number as it is shown: with the mark of its circle, which has a schedule where it has items."""
    return number_in(head, item.circle_id, item.number)


def number_in(head: PlanHead, circle_id: UUID, number: int) -> str:
    return f"{head.circles.get(circle_id, head.circle).mark}I-{number}"


def ref_of(head: PlanHead, item: Any) -> Ref:
    return Ref(item.pk, number_of(head, item), item.name)


def links_among(actor: Actor, head: PlanHead, pks: Sequence[UUID], *, is_joint: bool = False) -> tuple[LinkRow, ...]:
    """Return the links both of whose ends are among these items; one query. `is_joint`: those that everybody sees."""
    found = _JOINT_LINKS.ask(actor, pks, head.circle.id) if is_joint else _LINKS.ask(actor, pks)
    return tuple(link_row_of(link, head.circle.id) for link in found)


def link_row_of(link: Any, plan_circle_id: UUID) -> LinkRow:
    return LinkRow(
        id=link.pk,
        predecessor_id=link.predecessor_id,
        successor_id=link.successor_id,
        type=link.type,
        lag_minutes=link.lag_minutes,
        lag_kind=link.lag_kind,
        is_private=link.circle_id != plan_circle_id,
        version=link.version,
    )


def _links(actor: Actor, pks: Collection[UUID]) -> QuerySet:
    return _between(access.visible(actor, Link), pks)


def _joint_links(actor: Actor, pks: Collection[UUID], circle_id: UUID) -> QuerySet:
    return _between(access.common(actor, Link, circle_id), pks)


def _between(links: QuerySet, pks: Collection[UUID]) -> QuerySet:
    # Kept from the index, which would be asked for each of 150 times 150 pairs; an item has few successors.
    onto = Coalesce("successor_id", "successor_id")
    found = links.filter(predecessor__in=pks, withdrawn_at=None).alias(onto=onto).filter(onto__in=pks)
    return found.order_by("pk").values_list(*LINK_COLUMNS, "version", named=True)


_LINKS = access.Question(_links, Actor, [UUID])
_JOINT_LINKS = access.Question(_joint_links, Actor, [UUID], UUID)
