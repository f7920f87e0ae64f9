"""Making plans and changing them. Each edit ends with the dates that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
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
from .baselining import AgreedByAll as AgreedByAll
from .baselining import DatesOutdated as DatesOutdated
from .baselining import propose_baseline as propose_baseline
from .baselining import take_baseline as take_baseline
from .changes import changes_between, plain_value, value_of
from .editing import edit_item as edit_item
from .engine import compute
from .fields import FieldRefused as FieldRefused
from .importing import SERIES_OF_PLANS
from .linking import EndMissing as EndMissing
from .linking import LinkedAlready as LinkedAlready
from .linking import LinkedToItself as LinkedToItself
from .linking import add_link as add_link
from .linking import edit_link as edit_link
from .linking import link_in_order as link_in_order
from .linking import link_items as link_items
from .linking import restore_link as restore_link
from .linking import restore_links as restore_links
from .linking import withdraw_link as withdraw_link
from .linking import withdraw_links as withdraw_links
from .models import (
    Calendar,
    Mode,
    Plan,
)
from .moving import TooDeep as TooDeep
from .neutral import Rows, office_week
from .own_side import write_own_side as write_own_side
from .placing import BelowItself as BelowItself
from .placing import NoPlaceThere as NoPlaceThere
from .placing import indent_item as indent_item
from .placing import move_item as move_item
from .placing import outdent_item as outdent_item
from .reporting import Progress as Progress
from .reporting import Report as Report
from .reporting import StaleRows as StaleRows
from .reporting import report_progress as report_progress
from .reporting import set_progress as set_progress
from .rescheduling import Moved, Moves, keep_schedule, reschedule
from .rescheduling import ask_for_dates as ask_for_dates
from .steps import Step
from .withdrawing import HolderMissing as HolderMissing
from .withdrawing import restore_item as restore_item
from .withdrawing import withdraw_item as withdraw_item
from .withdrawing import withdraw_items as withdraw_items

SETTINGS = ("name", "start_at", "data_at", "finish_by", "zone", "calendar_id", "mode", "float_limit_minutes")


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
    was = {name: changed[name][0] if name in changed else plain_value(now[name]) for name in SETTINGS}
    before = {"plan_id": str(plan.pk), "version": plan.version, "settings": was}
    return replace(moves, undo=Step("put_settings_back", before))


@action
def change_plan_settings(
    *, actor: Actor, plan_id: UUID, version: int, values: Mapping[str, Any], at: datetime
) -> Moves:
    """Change some of a plan's settings; those that are not among `values` stand. Returns what moved."""
    plan = access.lock(actor, Permission.PLAN_EDIT, Plan, plan_id, version=version)
    stands = {name: getattr(plan, name) for name in SETTINGS}
    settings = PlanSettings(**stands | dict(values))
    return edit_plan_settings(actor=actor, plan_id=plan_id, version=version, settings=settings, at=at)


@action
def put_settings_back(*, actor: Actor, plan_id: UUID, version: int, settings: Mapping[str, Any], at: datetime) -> Moves:
    """Take a change of a plan's settings back; `settings` are plain values."""
    access.lock(actor, Permission.PLAN_EDIT, Plan, plan_id, version=version)
    known = {name: value_of(name, value) for name, value in settings.items()}
    return edit_plan_settings(actor=actor, plan_id=plan_id, version=version, settings=PlanSettings(**known), at=at)


def _require_calendar(actor: Actor, plan: Plan, calendar_id: UUID) -> None:
    """Raises: NotVisible, for one that is not this plan's, or that not everybody in the plan's circle sees."""
    if not access.common(actor, Calendar, plan.circle_id).filter(plan=plan, pk=calendar_id).exists():
        raise access.NotVisible
