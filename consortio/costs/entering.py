"""The form in which many items are said to cost something: which of them, and what is said of each so far."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict

from consortio import access
from consortio.access import Actor, Permission
from consortio.plans.choosing import plan_head
from consortio.plans.heads import PlanHead
from consortio.plans.own_side import house_in
from consortio.plans.rows import Row
from consortio.plans.week import ROWS_MAX as ROWS_MAX
from consortio.plans.week import week_page

from .models import Cost

WHOSE = ("mine", "ours", "all")
BEFORE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class EntryLook:
    """`whole`: all items, not only those in work or soon."""

    whose: str = "ours"
    whole: bool = False
    in_house: bool = False
    before: int = 0


@dataclass(frozen=True, slots=True)
class EntryRow:
    """Amounts are minor units; `version` is None where nothing is said in this circle yet."""

    item: Row
    version: int | None
    currency: str
    budget: int | None
    actual: int | None
    may_write: bool  # the budget, too


@dataclass(frozen=True, slots=True)
class EntryPage:
    head: PlanHead
    circle_id: UUID
    house_id: UUID | None  # our own, where it is another circle than the plan's
    look: EntryLook
    rows: tuple[EntryRow, ...]
    total: int
    likely_currency: str


@access.read
def entry_page(*, actor: Actor, plan_id: UUID, at: datetime, look: EntryLook) -> EntryPage:
    """
    Return items on whose cost the actor may report in one circle: the plan's, or our house.

    Raises:
        NotVisible: there is no such plan for this actor, or no house of theirs beside it.
    """
    zone = plan_head(actor=actor, plan_id=plan_id).zone
    clock = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    week = week_page(
        actor=actor,
        plan_id=plan_id,
        at=clock,
        whose=look.whose,
        before=look.before,
        whole=look.whole,
        is_joint=not look.in_house,
    )
    head = week.head
    house_id = house_in(actor, head.partnership_id)
    house_id = None if house_id == head.circle.id else house_id
    circle_id = house_id if look.in_house else head.circle.id
    if circle_id is None:
        raise access.NotVisible
    costs = access.visible(actor, Cost).filter(circle=circle_id, item__plan=plan_id)
    own = {row.item_id: row for row in costs.filter(item__in=[one.row.id for one in week.rows])}
    may_write = Permission.PLAN_EDIT in actor.permissions.get(circle_id, ())
    return EntryPage(
        head=head,
        circle_id=circle_id,
        house_id=house_id,
        look=look,
        rows=tuple(_row(one.row, own.get(one.row.id), may_write) for one in week.rows),
        total=week.total,
        likely_currency=costs.exclude(currency="").order_by("pk").values_list("currency", flat=True).first() or "",
    )


def _row(row: Row, cost: Cost | None, may_write: bool) -> EntryRow:
    if cost is None:
        return EntryRow(row, None, "", None, None, may_write)
    return EntryRow(row, cost.version, cost.currency, cost.budget, cost.actual, may_write)


def look_of(sent: QueryDict) -> EntryLook:
    whose, before = sent.get("whose", ""), sent.get("from", "")
    return EntryLook(
        whose=whose if whose in WHOSE else "ours",
        whole=sent.get("items") == "all",
        in_house=sent.get("view") == "house",
        before=min(int(before), BEFORE_MAX) if before.isascii() and before.isdecimal() and len(before) < 8 else 0,
    )


def query_of(look: EntryLook) -> str:
    said = {
        "whose": look.whose if look.whose != "ours" else "",
        "items": "all" if look.whole else "",
        "view": "house" if look.in_house else "",
        "from": str(look.before or ""),
    }
    return "?" + urlencode({name: word for name, word in said.items() if word})
