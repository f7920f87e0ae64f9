"""What somebody owes a plan now: items that they answer for and that are late, due soon, or not heard of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from consortio import access
from consortio.access import Actor
from consortio.access.models import Seat
from consortio.record.feed import last_told

from .models import BaselineItem, Scheduled

SOON_DAYS = 14
OWED_MAX = 100
REPORTS = ("item.progressed", "item.edited", "rows.imported", "plan.imported_again")  # what says how it is going
COLUMNS = (
    "item_id", "item__circle_id", "item__circle__mark", "item__number", "item__name", "item__percent",
    "item__actual_start_at", "item__deadline_at", "plan_id", "plan__name", "plan__zone", "plan__data_at",
    "plan__circle__partnership_id", "start_at", "finish_at", "is_late", "agreed_at", "heard_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """An open item. Days are the plan's own; `silent_since` is set where nobody has said anything since the data date."""

    id: UUID
    circle_id: UUID
    partnership_id: UUID
    plan_id: UUID
    plan: str
    number: str
    name: str
    today: date
    start_on: date | None
    finish_on: date | None
    deadline_on: date | None
    agreed_on: date | None
    has_begun: bool
    is_late: bool
    silent_since: datetime | None

    @property
    def is_due(self) -> bool:
        return self.finish_on is not None and self.finish_on <= self.today + timedelta(days=SOON_DAYS)


@access.read
def owed_by(*, actor: Actor, partnership_ids: Collection[UUID], at: datetime) -> tuple[Owed, ...]:
    """
    Return what waits for the actor in the plans of these partnerships, late ones first, then by date; one query.

    An item that begins later than in `SOON_DAYS` waits for nobody yet, also where it will be late.
    """
    horizon = (at + timedelta(days=SOON_DAYS + 1)).strftime("%Y-%m-%dT%H:%M")
    rows = _BEGUN.ask(actor, horizon, partnership_ids)
    found = (_owed(row, at) for row in rows)
    return tuple(one for one in found if one.is_late or one.is_due or one.silent_since)


def _begun(actor: Actor, horizon: str, partnership_ids: Collection[UUID]) -> QuerySet:
    rows = _mine(actor, partnership_ids).filter(start_at__lte=horizon)
    rows = rows.annotate(agreed_at=Subquery(_agreed(actor)), heard_at=Subquery(_heard(actor)))
    return rows.order_by("-is_late", "finish_at", "item__path", "pk").values_list(*COLUMNS, named=True)[:OWED_MAX]


_BEGUN = access.Question(_begun, Actor, str, [UUID])


def _mine(actor: Actor, partnership_ids: Collection[UUID]) -> QuerySet:
    """Return the dates, in their own circles, of the open items that the actor answers for under this hat."""
    rows = access.visible(actor, Scheduled).filter(circle=F("item__circle"), item__person=actor.person_id)
    hats = access.visible(actor, Seat).filter(person=actor.person_id, ended_at=None, circle=OuterRef("circle_id"))
    other = hats.filter(organisation=OuterRef("item__organisation_id")).exclude(organisation=actor.organisation_id)
    rows = rows.exclude(Exists(other))  # they answer for it, but under another hat
    rows = rows.filter(item__withdrawn_at=None, item__is_active=True, item__is_summary=False)
    rows = rows.filter(item__percent__lt=100, item__actual_finish_at=None)
    return rows.filter(plan__withdrawn_at=None, plan__circle__partnership__in=list(partnership_ids))


def _agreed(actor: Actor) -> QuerySet:
    found = access.visible(actor, BaselineItem).filter(item=OuterRef("item_id"))
    return found.order_by("-baseline__number", "pk").values("finish_at")[:1]


def _heard(actor: Actor) -> QuerySet:
    """Return when somebody last said something of the item, or brought it in with a file."""
    return last_told(actor, REPORTS, circle="item__circle_id", subjects=("item_id", "item__imported_id"))


def _owed(row: Any, at: datetime) -> Owed:
    today = at.astimezone(ZoneInfo(row.plan__zone)).date()
    has_begun = row.item__percent > 0 or row.item__actual_start_at is not None
    return Owed(
        id=row.item_id,
        circle_id=row.item__circle_id,
        partnership_id=row.plan__circle__partnership_id,
        plan_id=row.plan_id,
        plan=row.plan__name,
        number=f"{row.item__circle__mark}I-{row.item__number}",
        name=row.item__name,
        today=today,
        start_on=_day(row.start_at),
        finish_on=_day(row.finish_at),
        deadline_on=_day(row.item__deadline_at),
        agreed_on=_day(row.agreed_at),
        has_begun=has_begun,
        is_late=row.is_late,
        silent_since=_silent_since(row) if has_begun else None,
    )


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _silent_since(row: Any) -> datetime | None:
    """Return when the item was last spoken of, if that was before the plan's data date."""
    if row.plan__data_at is None or row.heard_at is None:
        return None
    known_at = row.plan__data_at.replace(tzinfo=ZoneInfo(row.plan__zone))
    return row.heard_at if row.heard_at < known_at else None
