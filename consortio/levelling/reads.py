"""What is shown of load and capacity: the weeks of everybody who is needed, and who has said how much time they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Window

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Seat
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import Member
from consortio.plans.heads import PlanHead, head_of
from consortio.plans.spans import Span

from .loads import Load, WeekLoad
from .models import Capacity, Levelling
from .rules import Key
from .seeing import Seen, capacity_on, seen_by

ROWS, RESULTS, WEEKS = 40, 10, 26
WEEK = timedelta(days=7)
EDITING = {Permission.PLAN_EDIT, Permission.PROGRESS_UPDATE}


@dataclass(frozen=True, slots=True)
class Who:
    """A person, an organisation as a whole, or one kind of its work."""

    key: Key
    organisation: Member | None
    person: str

    @property
    def name(self) -> str:
        own = self.organisation.name if self.organisation else ""
        return self.person or (f"{own}: {self.key.work}" if self.key.work else own)


@dataclass(frozen=True, slots=True)
class ItemRef:
    id: UUID
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class LoadRow:
    """
    Attributes:
        weeks: all in which they are needed, from the first one shown on.
        over: those that are too full.
        state: "said", "assumed" for one full-time person of whom nothing was said, "silent" where nothing limits it.
        capacity: what there is today.
    """

    who: Who
    weeks: tuple[WeekLoad, ...]
    over: tuple[WeekLoad, ...]
    state: str
    capacity: int | None

    @property
    def peak(self) -> int:
        return max((week.percent for week in self.weeks), default=0)

    @property
    def worst(self) -> WeekLoad | None:
        return max(self.over, key=lambda week: week.percent - (week.capacity or 0), default=None)


@dataclass(frozen=True, slots=True)
class CapacityRow:
    id: UUID
    version: int
    circle_id: UUID
    who: Who
    percent: int
    from_on: date
    until_on: date | None
    is_private: bool  # of our house
    may_edit: bool


@dataclass(frozen=True, slots=True)
class ResultRow:
    id: UUID
    found_at: Any
    status: str
    moved: int
    finish_before: str
    finish_at: str


@dataclass(frozen=True, slots=True)
class LoadPage:
    """
    Attributes:
        circle_id: whose figures these are; everybody in it sees all of them.
        house_id: our house beside the plan's circle, where we have one.
        rows: those that are too full in front, the earliest first; then by organisation.
        since: the first week that pictures show.
        last: the last week in which anybody is needed.
        picked: whose weeks are listed one by one.
        items: of the weeks listed.
    """

    head: PlanHead
    circle_id: UUID
    house_id: UUID | None
    rows: tuple[LoadRow, ...]
    before: int
    total: int
    over: int
    since: date
    last: date | None
    picked: LoadRow | None
    items: Mapping[UUID, ItemRef]
    unnamed: int  # items that need nobody who is known
    silent: tuple[Member, ...]
    capacities: tuple[CapacityRow, ...]
    results: tuple[ResultRow, ...]
    results_before: int
    results_total: int
    may_say: bool
    may_find: bool
    is_outdated: bool

    @property
    def listed(self) -> tuple[WeekLoad, ...]:
        """Return the weeks of whoever is picked, of those that pictures show."""
        weeks = self.picked.weeks if self.picked else ()
        return tuple(week for week in weeks if self.since <= week.begins_on < self.since + WEEKS * WEEK)

    @property
    def is_house(self) -> bool:
        return self.circle_id == self.house_id


@access.read
def load_page(
    *,
    actor: Actor,
    plan_id: UUID,
    today: date,
    is_house: bool = False,
    who: str = "",
    since: date | None = None,
    before: int = 0,
    results_before: int = 0,
) -> LoadPage:
    """
    Return who is needed when, of a plan as everybody in its circle sees it, or in our own house.

    Args:
        who: whose weeks are listed, as `Key.text`; otherwise those of the fullest.
        since: a day of the first week; otherwise that of today, or the first of a plan that lies elsewhere.

    Raises:
        NotVisible: also for the house of whoever has none there.
    """
    seen = seen_by(actor=actor, plan_id=plan_id, is_house=is_house)
    rows = _rows(seen, today)
    picked = next((row for row in rows if row.who.key.text == who), rows[0] if rows else None)
    first = since or _first(rows, today)
    found, total = results(actor=actor, plan_id=plan_id, circle_id=seen.circle_id, before=results_before)
    house_id = actor.houses.get(seen.head.partnership_id)
    return LoadPage(
        head=seen.head,
        circle_id=seen.circle_id,
        house_id=house_id if house_id != seen.head.circle.id else None,
        rows=rows[before : before + ROWS],
        before=before,
        total=len(rows),
        over=sum(bool(row.over) for row in rows),
        since=first - timedelta(days=first.weekday()),
        last=max((row.weeks[-1].begins_on for row in rows if row.weeks), default=None),
        picked=picked,
        items=_items(seen, picked),
        unnamed=len(seen.items) - len({need.item_id for need in seen.needs}),
        silent=tuple(member for member in seen.head.members if member.organisation_id in seen.held.silent),
        capacities=tuple(_capacity(actor, seen, row) for row in seen.capacities),
        results=found,
        results_before=results_before,
        results_total=total,
        may_say=_may_say(actor, seen.head, house_id),
        may_find=Permission.PLAN_EDIT in actor.permissions.get(seen.circle_id, ()),
        is_outdated=not seen.fingerprint,
    )


def _rows(seen: Seen, today: date) -> tuple[LoadRow, ...]:
    monday = today - timedelta(days=today.weekday())
    rows = [_row(seen, load, today, monday) for load in seen.loads()]
    return tuple(sorted((row for row in rows if row.weeks), key=_order))


def _row(seen: Seen, load: Load, today: date, monday: date) -> LoadRow:
    weeks = tuple(week for week in load.weeks if week.begins_on >= monday) or load.weeks
    key = load.key
    state = "assumed" if key in seen.held.assumed else "said" if key in seen.held.bands else "silent"
    over = tuple(week for week in weeks if week.is_over and week.begins_on >= monday)
    return LoadRow(who_of(seen, key), weeks, over, state, capacity_on(seen.held, key, today))


def _order(row: LoadRow) -> tuple[Any, ...]:
    first = row.over[0].begins_on if row.over else date.max
    own = row.who.organisation.name.casefold() if row.who.organisation else ""
    return first, own, row.who.person.casefold(), row.who.key.work.casefold(), row.who.key.text


def who_of(seen: Seen, key: Key) -> Who:
    person = seen.people.get(key.person_id, "") if key.person_id else ""
    return Who(key, seen.head.member_ids.get(key.organisation_id), person)


def _first(rows: Sequence[LoadRow], today: date) -> date:
    if any(week.begins_on >= today - WEEK for row in rows for week in row.weeks):
        return today
    return min((row.weeks[0].begins_on for row in rows if row.weeks), default=today)


def _items(seen: Seen, picked: LoadRow | None) -> dict[UUID, ItemRef]:
    wanted = {pk for week in picked.weeks for pk in week.items} if picked else set()
    return {pk: item_ref(seen.items[pk]) for pk in wanted}


def item_ref(span: Span) -> ItemRef:
    return ItemRef(span.id, f"{span.mark}I-{span.number}", span.name)


def _capacity(actor: Actor, seen: Seen, row: Any) -> CapacityRow:
    key = Key(row.organisation_id, row.person_id, row.work)
    granted = actor.permissions.get(row.circle_id, ())
    is_own = row.person_id == actor.person_id and Permission.PROGRESS_UPDATE in granted
    may = row.organisation_id == actor.organisation_id and (is_own or Permission.PLAN_EDIT in granted)
    private = row.circle_id != seen.head.circle.id
    return CapacityRow(
        row.pk, row.version, row.circle_id, who_of(seen, key), row.percent, row.from_on, row.until_on, private, may
    )


@access.read
def results(*, actor: Actor, plan_id: UUID, circle_id: UUID, before: int = 0) -> tuple[tuple[ResultRow, ...], int]:
    """Return what was found in a circle, the latest first, and how much that is in all."""
    found = access.visible(actor, Levelling).filter(plan=plan_id, circle=circle_id)
    columns = ("pk", "found_at", "status", "moved_count", "finish_before", "finish_at")
    rows = found.annotate(total=Window(Count("pk"))).order_by("-found_at", "-pk").values_list("total", *columns)
    shown = list(rows[before : before + RESULTS])
    return tuple(ResultRow(*own) for _total, *own in shown), shown[0][0] if shown else 0


def _may_say(actor: Actor, head: PlanHead, house_id: UUID | None) -> bool:
    own = {head.circle.id, house_id} if actor.organisation_id in head.member_ids else set()
    return any(EDITING & set(actor.permissions.get(pk, ())) for pk in own if pk)


@dataclass(frozen=True, slots=True)
class Saying:
    """What the form of a capacity offers: circles narrow first, and of our people those of whom one may speak."""

    head: PlanHead
    circles: tuple[CircleRow, ...]
    people: tuple[tuple[UUID, str], ...]
    may_whole: bool  # speak for the organisation, too
    row: Capacity | None = None


@access.read
def saying(*, actor: Actor, plan_id: UUID) -> Saying:
    """
    Return where and of whom the actor may say how much time there is, beside a plan.

    Raises:
        NotVisible.
        NotPermitted: nowhere.
    """
    _plan, head = head_of(actor, plan_id)
    wanted = {head.circle.id, actor.houses.get(head.partnership_id)}
    circles = [
        row
        for row in circles_in(actor=actor, partnership_id=head.partnership_id)
        if row.id in wanted and EDITING & row.granted
    ]
    if not circles or actor.organisation_id is None:
        raise access.NotPermitted(Permission.PLAN_EDIT)
    may_whole = any(Permission.PLAN_EDIT in row.granted for row in circles)
    return Saying(head, tuple(circles), _our_people(actor, head, may_whole), may_whole)


def _our_people(actor: Actor, head: PlanHead, may_all: bool) -> tuple[tuple[UUID, str], ...]:
    seats = access.visible(actor, Seat).filter(circle=head.circle.id, organisation=actor.organisation_id, ended_at=None)
    if not may_all:
        seats = seats.filter(person=actor.person_id)
    return tuple(seats.order_by("person__name", "person").values_list("person_id", "person__name"))


@dataclass(frozen=True, slots=True)
class CapacityPage:
    id: UUID
    version: int
    circle_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    person_id: UUID | None
    person: str
    work: str
    percent: int
    from_on: date
    until_on: date | None
    is_withdrawn: bool
    may_edit: bool


@access.read
def capacity(*, actor: Actor, capacity_id: UUID) -> CapacityPage:
    row = access.get(actor, Capacity, capacity_id, "circle", "person")
    return capacity_of(actor, row)


def capacity_of(actor: Actor, row: Capacity) -> CapacityPage:
    granted = actor.permissions.get(row.circle_id, ())
    is_own = row.person_id is not None and row.person_id == actor.person_id
    wanted = Permission.PROGRESS_UPDATE if is_own else Permission.PLAN_EDIT
    return CapacityPage(
        id=row.pk,
        version=row.version,
        circle_id=row.circle_id,
        partnership_id=row.circle.partnership_id,
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        person=row.person.name if row.person else "",
        work=row.work,
        percent=row.percent,
        from_on=row.from_on,
        until_on=row.until_on,
        is_withdrawn=row.withdrawn_at is not None,
        may_edit=row.organisation_id == actor.organisation_id and wanted in granted and row.withdrawn_at is None,
    )


@access.read
def capacities_in(*, actor: Actor, circle_id: UUID) -> tuple[CapacityPage, ...]:
    """Return what is said in a circle, in the order of the days."""
    rows = access.visible(actor, Capacity).filter(circle=circle_id, withdrawn_at=None)
    return tuple(capacity_of(actor, row) for row in rows.select_related("circle", "person").order_by("from_on", "pk"))
