"""Where plans stand, for the pages one comes in by: from what was counted with the dates, and a few items by name."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery

from consortio import access
from consortio.access import Actor
from consortio.access.models import Kind as CircleKind
from consortio.record.beside import columns_beside, names_beside

from .heads import refusal_of
from .models import Baseline, BaselineItem, Schedule, Scheduled
from .standing import NOBODY
from .unnamed import Unnamed, unnamed_in

SCHEDULE = "plans.schedule"  # the kind of row beside which others keep something
FACT_COLUMNS = (
    "circle_id", "item_id", "item__circle_id", "item__number", "item__name", "item__kind", "item__organisation_id",
    "item__person__name", "item__percent", "item__actual_finish_at", "finish_at", "is_late", "total_float_minutes",
    "agreed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """An item with its dates as everybody in the plan's circle sees them, and in our house where they differ."""

    id: UUID
    number: str
    name: str
    kind: str
    organisation_id: UUID | None
    person: str
    finish_at: datetime | None
    agreed_at: datetime | None  # its finish in the newest baseline
    house_finish_at: datetime | None
    is_late: bool
    is_done: bool
    float_minutes: int | None

    @property
    def days_moved(self) -> int | None:
        if self.finish_at is None or self.agreed_at is None:
            return None
        return (self.finish_at.date() - self.agreed_at.date()).days


@dataclass(frozen=True, slots=True)
class Share:
    """What an organisation is in charge of; of nobody's items `organisation_id` is None."""

    organisation_id: UUID | None
    items: int
    done: int
    working: int
    late: int
    nobody: int  # open, and nobody who takes part is accountable
    due: Fact | None  # the open item that ends first

    @property
    def open(self) -> int:
        return self.items - self.done


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What can be worked on, has no float and holds up others."""

    item: Fact
    waiting: int
    organisations: tuple[tuple[UUID | None, int], ...]  # whose items wait, and how many


@dataclass(frozen=True, slots=True)
class Standing:
    """
    A plan, counted from what everybody in its circle sees. Summaries are no items here.

    `house_finish_at` and `unnamed` are of our own house, where it counts more than the plan's circle does.
    """

    plan_id: UUID
    partnership_id: UUID
    circle_id: UUID
    number: str
    name: str
    zone: str
    data_at: datetime | None
    computed_at: datetime
    start_at: datetime | None
    finish_at: datetime | None
    house_finish_at: datetime | None
    refusal: str
    outdated_at: datetime | None  # since when the dates do not follow from what is kept of the plan
    items: int
    done: int
    critical: int
    late: int
    milestones: int
    baseline: str
    baseline_at: datetime | None
    shares: tuple[Share, ...]
    unnamed: Mapping[UUID, int]  # open, nobody who takes part is accountable, and nobody was asked; by organisation
    next: Fact | None
    last: Fact | None
    stones: tuple[Fact, ...]  # some milestones around the present, by date
    way: tuple[Obstacle, ...]
    behind: Mapping[UUID, tuple[UUID | None, ...]]  # whose items wait for those in the way, by the item in the way
    beside: Mapping[str, str | None]  # what other features keep beside its dates, in full only

    def today(self, at: datetime) -> date:
        """Return the day on the plan's own clock."""
        return at.astimezone(ZoneInfo(self.zone)).date()


@access.read
def standings_of(*, actor: Actor, partnership_ids: Collection[UUID], in_full: bool = True) -> tuple[Standing, ...]:
    """
    Return the plans of these partnerships that the actor sees, the newest first; three queries.

    Args:
        in_full: with `shares`, `stones` and `way`; without, only the next and the last milestone have names.
    """
    by_plan: dict[UUID, list[Any]] = {}
    for row in (_WITH_WHAT_IS_BESIDE if in_full else _SCHEDULES).ask(actor, partnership_ids):
        by_plan.setdefault(row.plan_id, []).append(row)
    pairs = [(own, _house(actor, found, own)) for found in by_plan.values() if (own := _own(found))]
    facts = _facts(actor, pairs, in_full=in_full)
    gone = unnamed_in(actor, sorted(by_plan))
    return tuple(_standing(own, house, facts, gone.get(own.plan_id, ()), in_full=in_full) for own, house in pairs)


def _schedules(actor: Actor, partnership_ids: Collection[UUID]) -> QuerySet:
    rows = access.visible(actor, Schedule).filter(plan__circle__partnership__in=partnership_ids)
    rows = rows.filter(plan__withdrawn_at=None).select_related("plan__circle", "circle").annotate(**_newest(actor))
    return rows.order_by("-plan__number", "plan", "pk")


def _with_what_is_beside(actor: Actor, partnership_ids: Collection[UUID]) -> QuerySet:
    return _schedules(actor, partnership_ids).annotate(**columns_beside(actor, SCHEDULE))


_SCHEDULES = access.Question(_schedules, Actor, [UUID])
_WITH_WHAT_IS_BESIDE = access.Question(_with_what_is_beside, Actor, [UUID])


def _newest(actor: Actor) -> dict[str, Subquery]:
    """Return what is asked of each plan's newest baseline."""
    taken = access.visible(actor, Baseline).filter(plan=OuterRef("plan_id"), circle=OuterRef("plan__circle_id"))
    newest = taken.order_by("-number", "pk")
    columns = {"newest_id": "pk", "newest_name": "name", "newest_at": "taken_at"}
    return {name: Subquery(newest.values(column)[:1]) for name, column in columns.items()}


def _own(rows: Iterable[Any]) -> Any:
    return next((row for row in rows if row.circle_id == row.plan.circle_id), None)


def _house(actor: Actor, rows: Iterable[Any], own: Any) -> Any:
    return next((row for row in rows if row is not own and _is_ours(actor, row)), None)


def _is_ours(actor: Actor, row: Any) -> bool:
    return row.circle.kind == CircleKind.HOUSE and row.circle.organisation_id == actor.organisation_id


def _named(own: Any, in_full: bool) -> set[str]:
    """Return the ids of the items that are shown by name."""
    told = own.counts.get("standing", {})
    ids = {told.get("next"), told.get("last")}
    if in_full:
        ids |= {*told.get("stones", ()), *(one["item"] for one in told.get("way", ()))}
        ids |= {one["due"] for one in told.get("organisations", {}).values()}
    return {one for one in ids if one}


def _facts(actor: Actor, pairs: Sequence[tuple[Any, Any]], *, in_full: bool) -> dict[tuple[UUID, UUID], Any]:
    """Return what is shown of these plans' items, by circle and item; one query."""
    ids = {UUID(pk) for own, _ in pairs for pk in _named(own, in_full)}
    if not ids:
        return {}
    circles = {row.circle_id for pair in pairs for row in pair if row}
    newest = [own.newest_id for own, _ in pairs if own.newest_id]
    rows = _FACTS.ask(actor, circles, sorted(ids), newest) if newest else _NEVER_AGREED.ask(actor, circles, sorted(ids))
    return {(row.circle_id, row.item_id): row for row in rows}


def _facts_of(
    actor: Actor, circles: Collection[UUID], ids: Collection[UUID], baselines: Collection[UUID] = ()
) -> QuerySet:
    agreed = access.visible(actor, BaselineItem).filter(baseline__in=baselines, item=OuterRef("item_id"))
    rows = access.visible(actor, Scheduled).filter(circle__in=circles, item__in=ids)
    rows = rows.annotate(agreed_at=Subquery(agreed.values("finish_at")[:1]))
    return rows.values_list(*FACT_COLUMNS, named=True)


_FACTS = access.Question(_facts_of, Actor, [UUID], [UUID], [UUID])
_NEVER_AGREED = access.Question(_facts_of, Actor, [UUID], [UUID])


def _standing(
    own: Any, house: Any, facts: Mapping[tuple[UUID, UUID], Any], gone: Sequence[Unnamed], *, in_full: bool
) -> Standing:
    plan, told = own.plan, own.counts.get("standing", {})
    shares = {name: one for name, one in told.get("organisations", {}).items()}

    def fact(pk: str | None) -> Fact | None:
        return _fact(own, house, facts, UUID(pk)) if pk else None

    def known(pks: Iterable[str]) -> tuple[Fact, ...]:
        return tuple(found for pk in pks if (found := fact(pk)))

    return Standing(
        plan_id=plan.pk,
        partnership_id=plan.circle.partnership_id,
        circle_id=plan.circle_id,
        number=f"{plan.circle.mark}P-{plan.number}",
        name=plan.name,
        zone=plan.zone,
        data_at=plan.data_at,
        computed_at=own.computed_at,
        start_at=own.start_at,
        finish_at=own.finish_at,
        house_finish_at=_other_day(house, own),
        refusal=refusal_of(own),
        outdated_at=own.outdated_at,
        items=_sum(shares, "items"),
        done=_sum(shares, "done"),
        critical=_sum(shares, "critical"),
        late=_sum(shares, "late"),
        milestones=own.counts.get("milestone", 0),
        baseline=own.newest_name or "",
        baseline_at=own.newest_at,
        beside={name: getattr(own, name) for name in names_beside(SCHEDULE)} if in_full else {},
        shares=_shares(own, shares, fact, gone) if in_full else (),
        unnamed=_unnamed(own, house, gone),
        next=fact(told.get("next")),
        last=fact(told.get("last")),
        stones=known(told.get("stones", ())) if in_full else (),
        way=tuple(_obstacles(told, fact)) if in_full else (),
        behind={UUID(one["item"]): tuple(map(_id, one["organisations"])) for one in told.get("way", ())},
    )


def _sum(shares: Mapping[str, Any], name: str) -> int:
    return sum(one[name] for one in shares.values())


def _unnamed(own: Any, house: Any, gone: Sequence[Unnamed]) -> dict[UUID, int]:
    told = (house or own).counts.get("standing", {}).get("organisations", {})
    counted = Counter({UUID(name): one["nobody"] for name, one in told.items() if name != NOBODY})
    circles = {row.circle_id for row in (own, house) if row}
    for one in gone:
        if one.organisation_id and one.circle_id in circles and one.is_gone != one.is_asked:
            counted[one.organisation_id] += one.items if one.is_gone else -one.items
    return {pk: count for pk, count in counted.items() if count > 0}


def _shares(
    own: Any, shares: Mapping[str, Any], fact: Callable[[str | None], Fact | None], gone: Sequence[Unnamed]
) -> tuple[Share, ...]:
    left: Counter[UUID | None] = Counter()
    for one in gone:
        if one.is_gone and one.circle_id == own.circle_id:
            left[one.organisation_id] += one.items
    return tuple(_share(_id(name), told, fact(told["due"]), left[_id(name)]) for name, told in shares.items())


def _share(organisation_id: UUID | None, told: Mapping[str, Any], due: Fact | None, gone: int) -> Share:
    counted = {key: told[key] for key in ("items", "done", "working", "late")}
    return Share(organisation_id=organisation_id, due=due, nobody=told["nobody"] + gone, **counted)


def _obstacles(told: Mapping[str, Any], fact: Callable[[str], Fact | None]) -> Iterator[Obstacle]:
    for one in told.get("way", ()):
        if item := fact(one["item"]):
            organisations = sorted(one["organisations"].items(), key=lambda pair: -pair[1])
            yield Obstacle(item, one["waiting"], tuple((_id(name), count) for name, count in organisations))


def _id(name: str) -> UUID | None:
    return UUID(name) if name != NOBODY else None


def _fact(own: Any, house: Any, facts: Mapping[tuple[UUID, UUID], Any], pk: UUID) -> Fact | None:
    row = facts.get((own.circle_id, pk))
    if row is None:
        return None
    ours = facts.get((house.circle_id, pk)) if house else None
    return Fact(
        id=pk,
        number=f"{own.plan.circle.mark}I-{row.item__number}",
        name=row.item__name,
        kind=row.item__kind,
        organisation_id=row.item__organisation_id,
        person=row.item__person__name or "",
        finish_at=row.finish_at,
        agreed_at=row.agreed_at,
        house_finish_at=_other_day(ours, row),
        is_late=row.is_late,
        is_done=row.item__percent >= 100 or row.item__actual_finish_at is not None,
        float_minutes=row.total_float_minutes,
    )


def _other_day(ours: Any, joint: Any) -> datetime | None:
    """Return our house's end where it falls on another day than the joint one."""
    at = ours.finish_at if ours else None
    return at if at and (joint.finish_at is None or at.date() != joint.finish_at.date()) else None
