"""Making plans and changing them. Each edit ends with the dates that follow from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import ANY, Actor, Permission, Refused
from consortio.access.models import Circle
from consortio.record.log import action, next_number, nothing_changed, record

from .adding import NewItem as NewItem  # every action of a plan is found here
from .adding import NewLine as NewLine
from .adding import TooMany as TooMany
from .adding import add_item as add_item
from .adding import add_items as add_items
from .answering import AnsweredAlready as AnsweredAlready
from .answering import CannotAnswer as CannotAnswer
from .answering import answer_nomination as answer_nomination
from .answering import set_accountable as set_accountable
from .answering import withdraw_nomination as withdraw_nomination
from .changes import changes_between
from .editing import edit_item as edit_item
from .engine import compute
from .fields import FieldRefused as FieldRefused
from .importing import SERIES_OF_PLANS
from .models import (
    Baseline,
    BaselineItem,
    Calendar,
    Item,
    LagKind,
    Link,
    LinkType,
    Mode,
    Plan,
    Scheduled,
)
from .moving import TooDeep as TooDeep
from .moving import mark_summaries
from .neutral import Rows, office_week
from .reporting import Progress as Progress
from .reporting import Report as Report
from .reporting import StaleRows as StaleRows
from .reporting import report_progress as report_progress
from .reporting import set_progress as set_progress
from .rescheduling import Moved, Moves, keep_schedule, reschedule

SETTINGS = ("name", "start_at", "data_at", "finish_by", "zone", "calendar_id", "mode", "float_limit_minutes")


class LinkedToItself(Refused):
    """An item does not wait for itself, nor for what holds it."""


class LinkedAlready(Refused):
    """Two items are linked once in each way."""


class HasChildren(Refused):
    """An item is withdrawn after those below it."""


@dataclass(frozen=True, slots=True)
class PlanSettings:
    name: str
    start_at: datetime
    data_at: datetime | None = None
    finish_by: datetime | None = None
    zone: str = "UTC"
    calendar_id: UUID | None = None
    mode: str = Mode.MSP
    float_limit_minutes: int = 0


@action
def create_plan(
    *,
    actor: Actor,
    circle_id: UUID,
    name: str,
    start_at: datetime,
    at: datetime,
    zone: str = "UTC",
    mode: str = Mode.MSP,
) -> UUID:
    """Make an empty plan with office hours for a calendar. Returns its id."""
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    plan = Plan(circle=circle, number=next_number(circle.pk, SERIES_OF_PLANS), name=name, start_at=start_at)
    plan.zone, plan.mode, plan.organisation_id = zone, mode, actor.organisation_id
    plan.save()
    calendar = Calendar(circle=circle, plan=plan, name="Office hours", week=office_week())
    calendar.save()
    access.visible(actor, Plan).filter(pk=plan.pk).update(calendar=calendar, version=plan.version)
    with access.unscoped("computed dates are written by the system only"):
        keep_schedule(plan.pk, circle.pk, compute(Rows(plan, (), (), (calendar,))), at)
    record("plan.created", plan, number=plan.number, texts={"name": name})
    return plan.pk


@action
def edit_plan_settings(*, actor: Actor, plan_id: UUID, version: int, settings: PlanSettings, at: datetime) -> Moves:
    """Change what the whole plan is computed by. Returns what moved."""
    plan = access.lock(actor, Permission.PLAN_EDIT, Plan, plan_id, version=version)
    if settings.calendar_id:
        _require_calendar(actor, plan, settings.calendar_id)
    now = {name: getattr(settings, name) for name in SETTINGS}
    changed = changes_between({name: getattr(plan, name) for name in SETTINGS}, now)
    if not changed:
        nothing_changed()
        return Moves(Moved())
    for name in changed:
        setattr(plan, name, now[name])
    plan.save(update_fields=[name.removesuffix("_id") for name in changed])
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=plan.circle_id, at=at)
    record("plan.edited", plan, changes=changed, **moves.joint.facts)
    return moves


def _require_calendar(actor: Actor, plan: Plan, calendar_id: UUID) -> None:
    """Raises: NotVisible, for one that is not this plan's, or that not everybody in the plan's circle sees."""
    if not access.common(actor, Calendar, plan.circle_id).filter(plan=plan, pk=calendar_id).exists():
        raise access.NotVisible


@action
def withdraw_item(*, actor: Actor, item_id: UUID, version: int, at: datetime) -> Moves:
    """Take an item that holds nothing out of the plan, with the links that its circle sees. Returns what moved."""
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=version)
    if item.withdrawn_at:
        nothing_changed()
        return Moves(Moved())
    # Only what everybody in the circle sees may keep it here: a refusal tells that something is there.
    if access.common(actor, Item, item.circle_id).filter(parent=item.pk, withdrawn_at=None).exists():
        raise HasChildren(item.name)
    item.withdrawn_at = at
    item.save(update_fields=["withdrawn_at"])
    own = access.visible(actor, Link).filter(circle=item.circle_id, withdrawn_at=None)
    own.filter(predecessor=item.pk).update(withdrawn_at=at)
    own.filter(successor=item.pk).update(withdrawn_at=at)
    if item.parent_id:
        mark_summaries(item.plan_id, item.circle_id, item.parent_id)
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at)
    record("item.withdrawn", item, **moves.joint.facts)
    return moves


@action
def add_link(
    *,
    actor: Actor,
    circle_id: UUID,
    predecessor_id: UUID,
    successor_id: UUID,
    at: datetime,
    type: str = LinkType.FS,
    lag_minutes: int = 0,
    lag_kind: str = LagKind.WORKING,
) -> UUID:
    """Let an item wait for another one, in their circle or in a narrower one: there it binds only there."""
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    common = access.common(actor, Item, circle.pk).filter(withdrawn_at=None)
    ends = {row.pk: row for row in common.filter(pk__in=[predecessor_id, successor_id])}
    if len(ends) < len({predecessor_id, successor_id}) or len({row.plan_id for row in ends.values()}) != 1:
        raise access.NotVisible
    first, second = ends[predecessor_id], ends[successor_id]
    if first.path.startswith(second.path) or second.path.startswith(first.path):
        raise LinkedToItself(f"{first.name} → {second.name}")
    link = Link(circle=circle, plan_id=first.plan_id, predecessor=first, successor=second)
    link.type, link.lag_minutes, link.lag_kind = type, lag_minutes, lag_kind
    ways = access.visible(actor, Link).filter(circle=circle, predecessor=first, successor=second, type=type)
    if ways.filter(withdrawn_at=None).exists():
        raise LinkedAlready(f"{first.name} → {second.name}")
    link.save()
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=circle.pk, at=at)
    facts: dict[str, Any] = {"predecessor": str(first.pk), "successor": str(second.pk), "type": type}
    record("link.added", link, **facts, lag_minutes=lag_minutes, lag_kind=lag_kind, **moves.joint.facts)
    return link.pk


@action
def withdraw_link(*, actor: Actor, link_id: UUID, version: int, at: datetime) -> Moves:
    """Let an item wait for another one no longer. Returns what moved."""
    link = access.lock(actor, Permission.PLAN_EDIT, Link, link_id, version=version)
    if link.withdrawn_at:
        nothing_changed()
        return Moves(Moved())
    link.withdrawn_at = at
    link.save(update_fields=["withdrawn_at"])
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=link.circle_id, at=at)
    ends = {"predecessor": str(link.predecessor_id), "successor": str(link.successor_id)}
    record("link.withdrawn", link, **ends, **moves.joint.facts)
    return moves


@action
def take_baseline(*, actor: Actor, plan_id: UUID, name: str, at: datetime) -> UUID:
    """Keep the plan's dates, as everybody in its circle sees them now. Returns the baseline's id."""
    plan = access.lock(actor, Permission.PLAN_EDIT, Plan, plan_id, version=ANY)
    taken = access.visible(actor, Baseline).filter(circle=plan.circle_id, plan=plan).order_by("-number").first()
    baseline = Baseline(circle_id=plan.circle_id, plan=plan, number=taken.number + 1 if taken else 0, name=name)
    baseline.taken_at = at
    baseline.save()
    dates = access.visible(actor, Scheduled).filter(plan=plan, circle=plan.circle_id, item__withdrawn_at=None)
    columns = dates.order_by("pk").values_list("item_id", "start_at", "finish_at", "item__duration_minutes")
    rows = [
        BaselineItem(
            circle_id=plan.circle_id,
            baseline=baseline,
            item_id=pk,
            start_at=start,
            finish_at=finish,
            duration_minutes=own,
        )
        for pk, start, finish, own in columns
    ]
    access.visible(actor, BaselineItem).bulk_create(rows)
    # No date moves, but what is late is late against the newest baseline.
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=plan.circle_id, at=at)
    facts = {"number": baseline.number, "items": len(rows), "finish": moves.joint.facts["finish"]}
    record("baseline.taken", baseline, plan=str(plan.pk), texts={"name": name}, **facts)
    return baseline.pk
