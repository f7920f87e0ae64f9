"""What happened this week: the items about which somebody should say how far they are, many in one form."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import F, Q

from consortio import access
from consortio.access import Actor, Permission

from .entering import Hours, hours_of
from .heads import PlanHead, head_of
from .models import Calendar, Item, Scheduled
from .neutral import office_week
from .rows import Row, beside, row_of, values_of

AHEAD = timedelta(days=14)
ROWS_MAX = 60


@dataclass(frozen=True, slots=True)
class WeekRow:
    row: Row
    remaining_minutes: int | None


@dataclass(frozen=True, slots=True)
class WeekPage:
    head: PlanHead
    rows: tuple[WeekRow, ...]  # what should be done soonest, first
    total: int
    whose: str  # mine, ours, all
    before: int
    hours: Hours  # what a bare day means in this plan
    may_set_date: bool  # say up to when progress is known


@access.read
def week_page(
    *,
    actor: Actor,
    plan_id: UUID,
    at: datetime,
    whose: str = "mine",
    before: int = 0,
    whole: bool = False,
    is_joint: bool = False,
) -> WeekPage:
    """
    Return the items that are in work, should be, or begin within two weeks, as far as the actor may report on them.

    Args:
        at: now, on the plan's own clock.
        is_joint: those of the plan's circle alone.
        whole: all items of the plan, also those that are done or far away.
        whose: "mine", those the actor answers for; "ours", those of their organisation; "all" that they may report on.
    """
    plan, head = head_of(actor, plan_id)
    rows = access.visible(actor, Item).filter(plan=plan_id, withdrawn_at=None, is_active=True, is_summary=False)
    rows = rows.filter(_reportable(actor, whose)).order_by("path", "pk")
    rows = rows.filter(circle=head.circle.id) if is_joint else rows
    if not whole:
        due = access.visible(actor, Scheduled).filter(plan=plan_id, start_at__lte=at + AHEAD, circle=F("item__circle"))
        rows = rows.filter(Q(pk__in=due.values("item")) | ~Q(actual_start_at=None))
        rows = rows.filter(percent__lt=100, actual_finish_at=None)
    items = list(values_of(rows, partial(access.visible, actor))[before : before + ROWS_MAX])
    more = beside(actor, head, items, None)
    made = [WeekRow(row_of(actor, head, one, more, holds=False), one.remaining_minutes) for one in items]
    total = len(items) if before == 0 and len(items) < ROWS_MAX else rows.count()
    may = Permission.PLAN_EDIT in actor.permissions.get(head.circle.id, ())
    week = access.visible(actor, Calendar).filter(pk=plan.calendar_id).values_list("week", flat=True).first()
    hours = hours_of(week or office_week())
    return WeekPage(head, tuple(sorted(made, key=_soonest)), total, whose, before, hours, may)


def _reportable(actor: Actor, whose: str) -> Q:
    """Return the condition of what the actor may report on, narrowed to whose it is."""
    editable = [pk for pk, granted in actor.permissions.items() if Permission.PLAN_EDIT in granted]
    progress = [pk for pk, granted in actor.permissions.items() if Permission.PROGRESS_UPDATE in granted]
    mine = Q(person=actor.person_id)
    ours = mine | Q(organisation=actor.organisation_id)
    own = Q(circle__in=progress) & (mine | Q(person=None, organisation=actor.organisation_id))
    narrowed = {"mine": mine, "ours": ours}.get(whose, Q())
    return (Q(circle__in=editable) | own) & narrowed


def _soonest(one: WeekRow) -> tuple[datetime, str]:
    return one.row.finish_at or datetime.max, one.row.number
