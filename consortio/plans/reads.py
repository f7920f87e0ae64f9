"""What pages, the API and exports show of plans."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Seat
from consortio.circles.reads import audience_of
from consortio.partnerships.reads import Member
from consortio.record.beside import Part, columns_beside, parts_beside
from consortio.record.edits import Edit
from consortio.record.reads import Told, told
from consortio.ui.marks import Audience

from .heads import BaselineRef, CircleRef, PlanHead, baseline_ref, baselines_of, head_of
from .models import BaselineItem, Calendar, Item, Kind, Link, Nomination, Plan, Schedule
from .rows import Beside, Ref, Row, Source, beside, dates_of, ref_of, row_of, values_of, with_children
from .rules import may_report
from .tree import paths_above
from .window import tree_window as tree_window  # what is read of a plan is found here

ITEM_MORE = (
    "plan_id", "note", "calendar__name", "constraint", "constraint_at", "constraint2", "constraint2_at",
    "external_id", "imported_id",
)  # fmt: skip
CHILDREN_MAX, LINKS_MAX, MILESTONES_MAX = 100, 200, 150


@dataclass(frozen=True, slots=True)
class PlanRow:
    id: UUID
    circle_id: UUID
    number: str
    name: str
    items: int
    data_at: datetime | None
    start_at: datetime | None
    finish_at: datetime | None  # as everybody in the plan's circle sees it


@access.read
def plans_of(*, actor: Actor, partnership_id: UUID) -> tuple[PlanRow, ...]:
    """Return the plans of a partnership that the actor sees, the newest first; two queries."""
    plans = list(
        access.visible(actor, Plan)
        .filter(circle__partnership=partnership_id, withdrawn_at=None)
        .select_related("circle")
        .order_by("-number", "pk")
    )
    found = access.visible(actor, Schedule).filter(plan__in=plans)
    schedules = {(row.plan_id, row.circle_id): row for row in found}
    return tuple(_plan_row(plan, schedules.get((plan.pk, plan.circle_id))) for plan in plans)


def _plan_row(plan: Plan, schedule: Schedule | None) -> PlanRow:
    return PlanRow(
        id=plan.pk,
        circle_id=plan.circle_id,
        number=f"{plan.circle.mark}P-{plan.number}",
        name=plan.name,
        items=schedule.items if schedule else 0,
        data_at=plan.data_at,
        start_at=plan.start_at,
        finish_at=schedule.finish_at if schedule else None,
    )


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with its settings and what computing has to say of it."""

    head: PlanHead
    start_at: datetime  # as set; the head has the first date computed
    finish_by: datetime | None
    calendar_id: UUID | None
    calendars: tuple[tuple[UUID, str], ...]
    float_limit_minutes: int
    findings: tuple[Mapping[str, Any], ...]
    baselines: tuple[BaselineRef, ...]
    audience: Audience


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An item that this one waits for, or that waits for this one. A percentage lag is in tenths of a percent."""

    link_id: UUID
    version: int
    item: Ref
    organisation: Member | None
    type: str
    lag_minutes: int
    lag_kind: str
    start_at: datetime | None
    finish_at: datetime | None
    circle: CircleRef | None  # where the link binds, if that is narrower than the plan


@dataclass(frozen=True, slots=True)
class HistoryRow:
    at: datetime
    event: str
    circle_id: UUID
    person: str  # empty: nobody that this circle knows
    is_former: bool  # they take part nowhere any more where the reader sees them
    organisation: Member | None
    door: str
    facts: Mapping[str, Any]
    texts: Mapping[str, str]
    edits: tuple[Edit, ...]
    names: Mapping[str, str]  # of what the edits refer to, by id as text: as far as the reader sees it


@dataclass(frozen=True, slots=True)
class Agreed:
    baseline: BaselineRef
    start_at: datetime | None
    finish_at: datetime | None
    duration_minutes: int | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    head: PlanHead
    row: Row
    note: str
    parents: tuple[Ref, ...]
    children: tuple[Row, ...]  # the first of them, see `children_total`
    children_total: int
    predecessors: tuple[Neighbour, ...]  # by organisation, then by date
    successors: tuple[Neighbour, ...]
    calendar: str
    constraint: str
    constraint_at: datetime | None
    constraint2: str
    constraint2_at: datetime | None
    remaining_minutes: int | None
    stored_start_at: datetime | None
    stored_finish_at: datetime | None
    external_id: str
    baselines: tuple[Agreed, ...]
    history: tuple[HistoryRow, ...]  # the newest first
    audience: Audience
    can_progress: bool
    is_asked: bool  # whether somebody was asked to answer for it and has said nothing yet
    beside: tuple[Part, ...]  # what other features say of it


@dataclass(frozen=True, slots=True)
class WithdrawnItem:
    """An item that was taken out of its plan: what there was of it, who took it out, and whether it comes back."""

    head: PlanHead
    item: Ref
    version: int
    note: str
    at: datetime
    by: HistoryRow | None  # what took it out: "item.withdrawn", or "item.left_out" where a file did that
    with_item: Ref | None  # what it went along with
    holder: Ref | None  # withdrawn itself: that comes back first
    history: tuple[HistoryRow, ...]  # the newest first
    audience: Audience
    can_restore: bool


@dataclass(frozen=True, slots=True)
class MilestonesPage:
    head: PlanHead
    baseline: BaselineRef | None
    baselines: tuple[BaselineRef, ...]
    groups: tuple[tuple[Member | None, tuple[Row, ...]], ...]  # by organisation, inside by date; nobody's last
    total: int  # more than are shown, if so many are there
    before: int


@access.read
def plan_page(*, actor: Actor, plan_id: UUID) -> PlanPage:
    """
    Return a plan with its settings; seven queries at most.

    Raises:
        NotVisible: there is no such plan for this actor.
    """
    plan, head = head_of(actor, plan_id)
    baselines = baselines_of(actor, plan)
    calendars = access.common(actor, Calendar, plan.circle_id).filter(plan=plan).order_by("name", "pk")
    schedule = access.visible(actor, Schedule).get(plan=plan, circle=plan.circle_id)
    return PlanPage(
        head=head,
        start_at=plan.start_at,
        finish_by=plan.finish_by,
        calendar_id=plan.calendar_id,
        calendars=tuple(calendars.values_list("pk", "name")),
        float_limit_minutes=plan.float_limit_minutes,
        findings=tuple(schedule.findings),
        baselines=baselines,
        audience=_audience(actor, head.circle, head),
    )


def _audience(actor: Actor, circle: CircleRef, head: PlanHead) -> Audience:
    return audience_of(actor=actor, circle_id=circle.id, kind=circle.kind, members=head.members)


@access.read
def item_page(*, actor: Actor, item_id: UUID, with_history: bool = True, with_beside: bool = False) -> ItemPage:
    """
    Return everything about an item; what happened to it, and what other features say of it, only if that is asked for.

    Raises:
        NotVisible: there is no such item for this actor, or it was withdrawn.
    """
    source = partial(access.visible, actor)
    item = (_ITEM_WITH_BESIDE if with_beside else _ITEM).first(actor, item_id)
    if item is None:
        raise access.NotVisible
    plan, head = head_of(actor, item.plan_id)
    upper, children, total = _family(source, item)
    links = _LINKS.ask(actor, item.pk)
    others = [link.successor if link.predecessor_id == item.pk else link.predecessor for link in links]
    own, house = dates_of(actor, head, [item, *children, *others])
    agreed, newest = _agreed(actor, plan, item, children)
    more = Beside(own, house, newest)
    before = [link for link in links if link.successor_id == item.pk]
    after = [link for link in links if link.predecessor_id == item.pk]
    told_of = [item.pk, item.imported_id, plan.imported_id if item.imported_id else None] if with_history else []
    return ItemPage(
        head=head,
        row=row_of(actor, head, item, more),
        note=item.note,
        parents=tuple(ref_of(head, one) for one in upper),
        children=tuple(row_of(actor, head, one, more) for one in children),
        children_total=total,
        predecessors=_neighbours(head, before, [link.predecessor for link in before], more),
        successors=_neighbours(head, after, [link.successor for link in after], more),
        calendar=item.calendar__name or "",
        constraint=item.constraint,
        constraint_at=item.constraint_at,
        constraint2=item.constraint2,
        constraint2_at=item.constraint2_at,
        remaining_minutes=item.remaining_minutes,
        stored_start_at=item.stored_start_at,
        stored_finish_at=item.stored_finish_at,
        external_id=item.external_id,
        baselines=agreed,
        history=_history(actor, head, told_of) if told_of else (),
        audience=_audience(actor, head.circles.get(item.circle_id, head.circle), head),
        can_progress=may_report(actor, actor.permissions.get(item.circle_id, ()), item),
        is_asked=item.is_asked,
        beside=parts_beside(actor, "plans.item", item) if with_beside else (),
    )


@access.read
def withdrawn_item(*, actor: Actor, item_id: UUID) -> WithdrawnItem:
    """
    Return what is known of an item that was taken out of its plan.

    Raises:
        NotVisible: there is no such item for this actor, or it is in its plan.
    """
    item = access.visible(actor, Item).filter(pk=item_id).exclude(withdrawn_at=None).first()
    if item is None:
        raise access.NotVisible
    _plan, head = head_of(actor, item.plan_id)
    others = {pk for pk in (item.parent_id, item.withdrawn_with_id) if pk and pk != item.pk}
    beside = {row.pk: row for row in access.visible(actor, Item).filter(pk__in=others)} if others else {}
    holder, along = beside.get(item.parent_id), beside.get(item.withdrawn_with_id)
    history = _history(actor, head, [item.pk, None if along else item.imported_id])
    told_of_it = [*history, *(_history(actor, head, [along.pk]) if along else ())]
    by = _at(told_of_it, "item.withdrawn", item.withdrawn_at)
    if by is None and (file := _at(history, "rows.imported", item.withdrawn_at)):
        by = replace(file, event="item.left_out")  # the record tells of a file once, and not of each row
        history = tuple(by if one is file else one for one in history)
    return WithdrawnItem(
        head=head,
        item=ref_of(head, item),
        version=item.version,
        note=item.note,
        at=item.withdrawn_at,
        by=by,
        with_item=ref_of(head, along) if along else None,
        holder=ref_of(head, holder) if holder and holder.withdrawn_at else None,
        history=history,
        audience=_audience(actor, head.circles.get(item.circle_id, head.circle), head),
        can_restore=Permission.PLAN_EDIT in actor.permissions.get(item.circle_id, ()),
    )


def _at(history: Iterable[HistoryRow], event: str, at: datetime) -> HistoryRow | None:
    return next((one for one in history if one.event == event and one.at == at), None)


def _family(source: Source, item: Any) -> tuple[list[Any], list[Any], int]:
    """Return what stands above the item, the first of its children, and how many there are; one query as a rule."""
    around = source(Item).filter(Q(path__in=paths_above(item.path)) | Q(parent=item.pk), plan=item.plan_id)
    around = with_children(around.filter(withdrawn_at=None), source).order_by("depth", "path", "pk")
    found = list(values_of(around, source, "holds")[: item.depth + CHILDREN_MAX + 1])
    upper = [one for one in found if one.parent_id != item.pk]
    children = [one for one in found if one.parent_id == item.pk]
    if len(children) <= CHILDREN_MAX:
        return upper, children, len(children)
    return upper, children[:CHILDREN_MAX], source(Item).filter(parent=item.pk, withdrawn_at=None).count()


def _item(actor: Actor, item_id: UUID, **columns: Subquery) -> QuerySet:
    source = partial(access.visible, actor)
    found = source(Item).filter(pk=item_id, withdrawn_at=None)
    here = {"item": OuterRef("pk"), "circle": OuterRef("circle")}
    asked = access.visible(actor, Nomination).filter(**here, state=Nomination.State.OPEN)
    found = with_children(found, source).annotate(is_asked=Exists(asked), **columns)
    return values_of(found, source, "holds", "is_asked", *ITEM_MORE, *columns)


def _links(actor: Actor, item_id: UUID) -> QuerySet:
    rows = access.visible(actor, Link).filter(Q(predecessor=item_id) | Q(successor=item_id), withdrawn_at=None)
    rows = rows.filter(predecessor__withdrawn_at=None, successor__withdrawn_at=None)
    ends = ("predecessor", "successor")
    shown = ("circle_id", "number", "name", "organisation_id", "stored_start_at", "stored_finish_at")
    columns = [f"{end}__{column}" for end in ends for column in shown]
    own = ("circle_id", "type", "lag_minutes", "lag_kind", "version")
    return rows.select_related(*ends).only(*own, *columns).order_by("pk")[:LINKS_MAX]


_ITEM = access.Question(_item, Actor, UUID)
_ITEM_WITH_BESIDE = access.Question(
    lambda actor, pk: _item(actor, pk, **columns_beside(actor, "plans.item")), Actor, UUID
)
_LINKS = access.Question(_links, Actor, UUID)


def _neighbours(head: PlanHead, links: list[Link], items: list[Any], more: Beside) -> tuple[Neighbour, ...]:
    made = []
    for link, item in zip(links, items, strict=True):
        dates = more.own.get(item.pk)
        made.append(
            Neighbour(
                link_id=link.pk,
                version=link.version,
                item=ref_of(head, item),
                organisation=head.member_ids.get(item.organisation_id) if item.organisation_id else None,
                type=link.type,
                lag_minutes=link.lag_minutes,
                lag_kind=link.lag_kind,
                start_at=dates.start_at if dates else item.stored_start_at,
                finish_at=dates.finish_at if dates else item.stored_finish_at,
                circle=None if link.circle_id == head.circle.id else head.circles.get(link.circle_id),
            )
        )
    return tuple(sorted(made, key=lambda one: (_name(one.organisation), one.start_at or datetime.max, one.link_id)))


def _name(member: Member | None) -> tuple[bool, str]:
    """Sort by name, and nobody's last."""
    return (member is None, member.name.casefold() if member else "")


def _agreed(
    actor: Actor, plan: Plan, item: Any, children: list[Any]
) -> tuple[tuple[Agreed, ...], Mapping[UUID, BaselineItem]]:
    """Return the item's dates in every baseline, and in the newest one also those of its children; one query."""
    pks = [item.pk, *(one.pk for one in children)]
    found = _BASELINES.ask(actor, pks, plan.circle_id)
    agreed = tuple(
        Agreed(baseline_ref(row.baseline), row.start_at, row.finish_at, row.duration_minutes)
        for row in found
        if row.item_id == item.pk
    )
    newest = {row.item_id: row for row in found if row.baseline_id == found[0].baseline_id}
    return agreed, newest


def _baseline_items(actor: Actor, pks: Collection[UUID], circle_id: UUID) -> QuerySet:
    rows = access.visible(actor, BaselineItem).filter(item__in=pks, baseline__circle=circle_id)
    return rows.select_related("baseline").order_by("-baseline__number", "pk")


_BASELINES = access.Question(_baseline_items, Actor, [UUID], UUID)


def _history(actor: Actor, head: PlanHead, subject_ids: list[UUID | None]) -> tuple[HistoryRow, ...]:
    entries = told(actor=actor, subject_ids=[pk for pk in subject_ids if pk])
    referred = _referred(entries)
    people = {entry.person_id for entry in entries if entry.person_id} | referred["person_id"]
    seats = access.visible(actor, Seat).filter(person__in=people) if people else ()
    rows = list(seats.values_list("person_id", "person__name", "ended_at")) if people else []  # type: ignore[union-attr]
    persons, there = {pk: name for pk, name, _ in rows}, {pk for pk, _, ended_at in rows if ended_at is None}
    names = {pk: member.name for pk, member in head.member_ids.items()} | persons
    for column, model in (("calendar_id", Calendar), ("parent_id", Item)):
        if referred[column]:
            rows = access.visible(actor, model).filter(pk__in=referred[column])
            names |= dict(rows.values_list("pk", "name"))
    by_text = {str(pk): name for pk, name in names.items()}
    return tuple(
        HistoryRow(
            at=entry.at,
            event=entry.event,
            circle_id=entry.circle_id,
            person=persons.get(entry.person_id, ""),
            is_former=entry.person_id in persons and entry.person_id not in there,
            organisation=head.member_ids.get(entry.organisation_id) if entry.organisation_id else None,
            door=entry.door,
            facts=entry.facts,
            texts=entry.texts,
            edits=entry.edits,
            names=by_text,
        )
        for entry in entries
    )


def _referred(entries: Sequence[Told]) -> Mapping[str, set[UUID]]:
    """Return the ids of rows that were put in place of others, by the field."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        for edit in entry.edits:
            if edit.field.endswith("_id"):
                found[edit.field] |= {UUID(value) for value in (edit.before, edit.after) if value}
    return found


@access.read
def milestones(*, actor: Actor, plan_id: UUID, baseline_id: UUID | None = None, before: int = 0) -> MilestonesPage:
    """
    Return a window of the plan's milestones by organisation, against a baseline: the newest, where none is named.

    Args:
        before: how many milestones, in the order of the tree, come before this window.
    """
    plan, head = head_of(actor, plan_id)
    baselines = baselines_of(actor, plan)
    named = [one for one in baselines if one.id == baseline_id]
    baseline = named[0] if named else baselines[0] if baselines else None
    items = _milestones_from(before).ask(actor, plan.pk)
    more = beside(actor, head, items, baseline.id if baseline else None)
    made = [row_of(actor, head, item, more, holds=False) for item in items]
    groups: dict[UUID | None, list[Row]] = defaultdict(list)
    for row in sorted(made, key=lambda one: one.finish_at or datetime.max):
        groups[row.organisation.organisation_id if row.organisation else None].append(row)
    pairs = [(head.member_ids.get(pk) if pk else None, tuple(own)) for pk, own in groups.items()]
    is_all = before == 0 and len(items) < MILESTONES_MAX
    total = len(items) if is_all else _milestones(actor, plan.pk).count()
    by_name = tuple(sorted(pairs, key=lambda pair: _name(pair[0])))
    return MilestonesPage(head, baseline, baselines, by_name, total, before)


@lru_cache
def _milestones_from(before: int) -> access.Question:
    return access.Question(
        lambda actor, plan_id: values_of(_milestones(actor, plan_id), partial(access.visible, actor))[
            before : before + MILESTONES_MAX
        ],
        Actor,
        UUID,
    )


def _milestones(actor: Actor, plan_id: UUID) -> QuerySet:
    rows = access.visible(actor, Item).filter(plan=plan_id, kind=Kind.MILESTONE, withdrawn_at=None)
    return rows.order_by("path", "pk")
