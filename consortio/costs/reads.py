"""What was planned, earned and spent of a plan, for each currency and organisation; and the costs of one item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Place
from consortio.partnerships.reads import Member, partnership
from consortio.plans.heads import BaselineRef, PlanHead
from consortio.plans.valued import CostedItem, Valued, ValuedItem, item_to_cost, valued_items

from .engine import NOBODY, Figures, Late, Point, Sums, Task, sums_of, worth_of
from .models import Cost, Rule
from .rules import amount_of, digits_of, may_write

PAGE = 25
FIELDS = ("currency", "budget", "actual", "payer_id", "rule")
COLUMNS = ("circle_id", *FIELDS)


@dataclass(frozen=True, slots=True)
class Look:
    """Which items are listed: of who earns or pays, of a phase, those whose cost is missing; from which on."""

    currency: str | None = None
    earner: str = ""  # an organisation's id, or NOBODY
    payer: str = ""
    phase: str = ""
    missing: bool = False
    before: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of one organisation, phase or item; amounts are minor units of the section's currency."""

    key: str
    name: str
    member: Member | None
    sums: Sums


@dataclass(frozen=True, slots=True)
class ItemLine:
    item: ValuedItem
    earner: Member | None
    payer: Member | None
    rule: str
    is_ours: bool  # our house says otherwise than the joint cost, or more
    sums: Sums

    @property
    def is_missing(self) -> bool:
        return self.sums.missing > 0


@dataclass(frozen=True, slots=True)
class Section:
    """Earned value in one currency."""

    currency: str
    digits: int
    all: Sums
    earning: tuple[Line, ...]  # by name, who is in charge of nothing is left out
    paying: tuple[Line, ...]
    phases: tuple[Line, ...]  # in the order of the plan
    lines: Sequence[ItemLine]  # of every item
    missing: tuple[ValuedItem, ...]  # in work, and nobody has said what they have cost
    undated: int  # items without a date: planned for the very end
    late: Late | None
    curve: tuple[Point, ...]
    period_days: int
    start_at: datetime
    fingerprint: str
    method: str
    engine: str

    def amount(self, minor: int) -> Decimal:
        return amount_of(minor, self.currency)


@dataclass(frozen=True, slots=True)
class ValuePage:
    head: PlanHead
    is_house: bool
    has_house: bool
    until: datetime
    baseline: BaselineRef | None
    from_baseline: int  # items whose dates are of the baseline
    items: int
    sections: tuple[Section, ...]  # by currency
    may_write: bool

    @property
    def until_on(self) -> date:
        """The last day that counts: the end of a day is the midnight of the next one."""
        return (self.head.data_at or self.until - timedelta(minutes=1)).date()


@access.read
def value_page(*, actor: Actor, plan_id: UUID, at: datetime, in_house: bool = False) -> ValuePage:
    """
    Return a plan's earned value as everybody in its circle sees it, or as our house does.

    Raises:
        NotVisible: there is no such plan for this actor, or no house of theirs beside it.
    """

    def costs(circle_id: UUID) -> QuerySet:
        return access.common(actor, Cost, circle_id).filter(item__plan=plan_id)

    page = valued_items(actor, plan_id, costs, COLUMNS, at, in_house=in_house)
    known = known_of(page.said, page.circle_id)
    by_currency: dict[str, list[Costed]] = {}
    for item, cost in known:
        by_currency.setdefault(cost.currency, []).append((item, cost))
    return ValuePage(
        head=page.head,
        is_house=in_house,
        has_house=page.house_id is not None,
        until=page.until,
        baseline=page.baseline,
        from_baseline=sum(item.is_from_baseline for item, _ in known),
        items=len(known),
        sections=tuple(_section(page, code, own) for code, own in sorted(by_currency.items())),
        may_write=Permission.PROGRESS_UPDATE in actor.permissions.get(page.circle_id, ()),
    )


class Known(NamedTuple):
    """An item's cost in a circle: of a house, with what it leaves empty as it is in the item's own circle."""

    currency: str
    budget: int | None
    actual: int | None
    payer_id: UUID | None
    rule: str
    is_ours: bool  # our house says something of its own


Costed: TypeAlias = tuple[ValuedItem, Known]


def known_of(said: Iterable[tuple[Any, ...]], circle_id: UUID) -> list[Costed]:
    """
    Return what holds of each item in a circle: what is said there goes before what is said in wider ones.

    Args:
        said: each an item, and the columns of a cost.
    """
    found: dict[UUID, Costed] = {}
    for item, whose, *columns in said:
        made = Known(*columns, is_ours=False)
        if item.id in found:
            other = found[item.id][1]
            made = _over(made, other) if whose == circle_id else _over(other, made)
        found[item.id] = item, made
    return [(item, one) for item, one in found.values() if one.budget is not None or one.actual is not None]


def _over(own: Known, below: Known) -> Known:
    if own.currency != below.currency and (own.budget, own.actual) != (None, None):
        return own._replace(is_ours=True)
    return Known(
        below.currency,
        own.budget if own.budget is not None else below.budget,
        own.actual if own.actual is not None else below.actual,
        own.payer_id or below.payer_id,
        own.rule or below.rule,
        is_ours=True,
    )


def _section(page: Valued, currency: str, own: Sequence[Costed]) -> Section:
    last = max([page.until, *(item.finish_at for item, _ in own if item.finish_at)])
    worth = worth_of([_task(item, cost, last) for item, cost in own], page.calendars, page.until)
    members = page.head.member_ids
    phases = {key: page.phases.get(UUID(key), "") for key in worth.groups}
    return Section(
        currency=currency,
        digits=digits_of(currency),
        all=worth.all,
        earning=_by_member(worth.earning, members),
        paying=_by_member(worth.paying, members),
        phases=tuple(Line(key, name, None, worth.groups[key]) for key, name in phases.items()),
        lines=_Lines(own, worth.items, members),
        missing=tuple(item for (item, _), one in zip(own, worth.items, strict=True) if one.unreported),
        undated=sum(item.finish_at is None for item, _ in own),
        late=worth.late,
        curve=worth.curve,
        period_days=worth.period_days,
        start_at=worth.start_at,
        fingerprint=worth.fingerprint,
        method=worth.method,
        engine=worth.engine,
    )


def _task(item: ValuedItem, cost: Known, last: datetime) -> Task:
    """Return an item as the engine takes it; one without dates is planned for the very end."""
    return Task(
        _key(item.organisation_id or NOBODY),
        _key(cost.payer_id or item.organisation_id or NOBODY),
        cost.budget or 0,
        cost.actual,
        cost.rule or Rule.PERCENT,
        item.percent,
        item.has_begun,
        _key(item.phase_id),
        item.start_at or last,
        item.finish_at or last,
        item.calendar,
        item.actual_start_at,
        item.actual_finish_at,
    )


_key = lru_cache(maxsize=4_096)(str)  # of few organisations and phases, for thousands of items


class _Lines(Sequence[ItemLine]):
    """The lines of items, each made when it is looked at: a page shows few of thousands."""

    def __init__(self, own: Sequence[Costed], figures: Sequence[Figures], members: Mapping[UUID, Member]) -> None:
        self._own, self._figures, self._members = own, figures, members

    def __len__(self) -> int:
        return len(self._own)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        item, cost = self._own[place]
        earner = self._members.get(item.organisation_id) if item.organisation_id else None
        payer_id = cost.payer_id or item.organisation_id
        payer = self._members.get(payer_id) if payer_id else None
        return ItemLine(item, earner, payer, cost.rule or Rule.PERCENT, cost.is_ours, sums_of(self._figures[place]))


def _by_member(sums: Mapping[str, Sums], members: Mapping[UUID, Member]) -> tuple[Line, ...]:
    """Return a line for each organisation, by name as everywhere; what nobody is in charge of comes last."""
    made = [Line(str(pk), member.name, member, sums[str(pk)]) for pk, member in members.items() if str(pk) in sums]
    rest = [Line(NOBODY, "", None, sums[NOBODY])] if NOBODY in sums else []
    return (*made, *rest)


def chosen(section: Section, look: Look) -> Sequence[ItemLine]:
    """Return the items of a section that are asked for."""
    if look.currency is not None and look.currency != section.currency:
        return ()
    if not (look.earner or look.payer or look.phase or look.missing):
        return section.lines
    return tuple(line for line in section.lines if _is_asked(line, look))


def _is_asked(line: ItemLine, look: Look) -> bool:
    said = (
        (look.earner, str(line.earner.organisation_id) if line.earner else NOBODY),
        (look.payer, str(line.payer.organisation_id) if line.payer else NOBODY),
        (look.phase, str(line.item.phase_id)),
    )
    return all(not asked or asked == own for asked, own in said) and (line.is_missing or not look.missing)


@dataclass(frozen=True, slots=True)
class CostRow:
    """What is said in one circle; `version` is None where nothing is yet. Amounts are minor units."""

    circle_id: UUID
    version: int | None
    currency: str
    budget: int | None
    actual: int | None
    payer_id: UUID | None
    rule: str
    may_write: bool  # all of it
    may_report: bool  # what it has cost so far


@dataclass(frozen=True, slots=True)
class CostPage:
    partnership_id: UUID
    plan_id: UUID
    item_id: UUID
    name: str
    joint: CostRow  # in the item's own circle
    joint_kind: str  # of that circle
    ours: CostRow | None  # in our house, where it is another circle
    payers: tuple[Member, ...]  # that may be named in the item's own circle
    own: Member | None
    likely_currency: str  # that of other costs of the plan


@access.read
def cost_page(*, actor: Actor, item_id: UUID) -> CostPage:
    """Return what an item costs, in its own circle and in our house; eight queries."""
    held = item_to_cost(actor, item_id)
    rows = {row.circle_id: row for row in access.visible(actor, Cost).filter(item=item_id)}
    here = partnership(actor=actor, partnership_id=held.partnership_id)
    house = held.house_id if held.house_id != held.circle_id else None
    there = set(payers_in(actor, held.circle_id))
    used = access.common(actor, Cost, held.circle_id).filter(item__plan=held.plan_id).exclude(currency="")
    return CostPage(
        partnership_id=here.id,
        plan_id=held.plan_id,
        item_id=item_id,
        name=held.name,
        joint=_cost_row(actor, held, held.circle_id, rows.get(held.circle_id)),
        joint_kind=held.circle_kind,
        ours=_cost_row(actor, held, house, rows.get(house)) if house else None,
        payers=tuple(member for member in here.members if member.organisation_id in there),
        own=next((member for member in here.members if member.is_you), None),
        likely_currency=used.order_by("pk").values_list("currency", flat=True).first() or "",
    )


def payers_in(actor: Actor, circle_id: UUID) -> QuerySet:
    return access.visible(actor, Place).filter(circle=circle_id).values_list("organisation_id", flat=True)


def _cost_row(actor: Actor, held: CostedItem, circle_id: UUID, row: Cost | None) -> CostRow:
    granted = actor.permissions.get(circle_id, frozenset())
    own = row or Cost(currency="")
    return CostRow(
        circle_id=circle_id,
        version=row.version if row else None,
        **{name: getattr(own, name) for name in FIELDS},
        may_write=may_write(actor, granted, held.row, FIELDS),
        may_report=may_write(actor, granted, held.row, {"actual"}),
    )
