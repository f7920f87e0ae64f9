"""Saying how far items are: one, or many in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.utils.translation import ngettext

from consortio import access
from consortio.access import ANY, Actor, NotPermitted, Permission, Stale
from consortio.access.gate import granted_now
from consortio.record.log import action, nothing_changed, record

from .changes import changes_between, plain_value, value_of
from .editing import change, plan_now, require_permitted, require_there, step_back
from .fields import KEEP, PROGRESS, FieldRefused, TooMany, checked, time
from .following import Now, completed, said_by
from .knowing import known_until, require_data_date
from .models import Item, Plan, Scheduled
from .rescheduling import Moved, Moves, reschedule
from .steps import Step

REPORTS_MAX = 500
Changed: TypeAlias = dict[str, tuple[Any, Any]]
Told: TypeAlias = tuple[Item, Changed]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an item is. What is left out stands, or follows from another percent (see `following.said_by`)."""

    percent: int
    remaining_minutes: int | None = KEEP
    actual_start_at: datetime | None = KEEP
    actual_finish_at: datetime | None = KEEP


@dataclass(frozen=True, slots=True)
class Report:
    item_id: UUID
    version: int
    progress: Progress


class StaleRows(Stale):
    """Somebody else saved some of the rows first. Nothing was written; all that was said is here."""

    def __init__(self, items: Sequence[Item], reports: Sequence[Report]) -> None:
        names = ", ".join(item.name for item in items)
        words = ngettext("%(names)s was changed meanwhile.", "%(names)s were changed meanwhile.", len(items))
        Exception.__init__(self, words % {"names": names})
        self.item_ids = tuple(item.pk for item in items)
        self.reports = tuple(reports)


@action
def set_progress(*, actor: Actor, item_id: UUID, version: int, progress: Progress, at: datetime) -> Moves:
    """Say how far an item is, in its own circle. Returns what moved."""
    item = access.lock(actor, Permission.PROGRESS_UPDATE, Item, item_id, version=version)
    require_there(item)
    require_permitted(actor, item, PROGRESS)
    changed = _report(item, progress, *plan_now(actor, item, at))
    if not changed:
        nothing_changed()
        return Moves(Moved())
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at, ties=False)
    record("item.progressed", item, percent=item.percent, changes=changed, **moves.joint.facts)
    return replace(moves, undo=step_back(item, changed))


def _report(item: Item, progress: Progress, mode: str, now: Now) -> Changed:
    said = checked(said_by(progress, item, mode))
    stand = () if progress.remaining_minutes in (None, KEEP) else ("remaining_minutes",)
    return change(item, completed(item, said, mode, now, stand))


@action
def report_progress(
    *,
    actor: Actor,
    plan_id: UUID,
    reports: Sequence[Report],
    at: datetime,
    data_at: datetime | None = None,
    may_go_back: bool = False,
) -> Moves:
    """
    Say how far many items of a plan are, and up to when that is known, in one step: all of it or nothing.

    Args:
        data_at: the plan's new data date; only who may change the plan says it.
        may_go_back: that the data date lies before the one that stands is meant.

    Raises:
        StaleRows: somebody saved some of the rows first.
        FieldRefused: a report is none that can be; its message begins with the item's name.
        DateGoesBack: the data date does, and that is not said to be meant.
    """
    permission = Permission.PLAN_EDIT if data_at else Permission.EXPORT  # each item asks for what it takes
    plan = access.lock(actor, permission, Plan, plan_id, version=ANY)
    if len(reports) > REPORTS_MAX:
        raise TooMany(REPORTS_MAX)
    items = _locked(actor, plan, reports)
    data_at = time("data_at", data_at)
    require_data_date(plan, data_at, at, may_go_back=may_go_back)
    moved_date = _set_data_date(plan, data_at)
    told = [(item, changed) for item, changed in _all_changed(actor, plan, items, reports, at) if changed]
    return _follow(actor, plan, told, moved_date, at)


def _locked(actor: Actor, plan: Plan, reports: Sequence[Report]) -> Mapping[UUID, Item]:
    """Return the items by id, each seen, permitted, current and locked; in one order, as everywhere."""
    wanted = {one.item_id: one for one in reports}
    rows = access.visible(actor, Item).filter(plan=plan, pk__in=wanted, withdrawn_at=None).order_by("pk")
    items = {item.pk: item for item in rows.select_for_update(no_key=True, of=("self",))}
    if len(items) < len(wanted) or len(wanted) < len(reports):
        raise access.NotVisible
    granted = {circle_id: granted_now(actor, circle_id) for circle_id in {item.circle_id for item in items.values()}}
    for item in items.values():
        if Permission.PROGRESS_UPDATE not in granted[item.circle_id]:
            raise NotPermitted(Permission.PROGRESS_UPDATE)
        require_permitted(actor, item, PROGRESS)
    if stale := [item for item in items.values() if wanted[item.pk].version not in (ANY, item.version)]:
        raise StaleRows(stale, reports)
    return items


def _all_changed(
    actor: Actor, plan: Plan, items: Mapping[UUID, Item], reports: Sequence[Report], at: datetime
) -> list[Told]:
    rows = access.visible(actor, Scheduled).filter(item__in=list(items))
    until = known_until(plan, at)
    dates = {(item, circle): Now(start, finish, until) for item, circle, start, finish in rows.values_list(
        "item_id", "circle_id", "start_at", "finish_at"
    )}  # fmt: skip
    found = []
    for one in reports:
        item = items[one.item_id]
        now = dates.get((item.pk, item.circle_id), Now(known_until=until))
        try:
            found.append((item, _report(item, one.progress, plan.mode, now)))
        except FieldRefused as refusal:
            raise FieldRefused(refusal.field, f"{item.name}: {refusal}") from None
    return found


def _set_data_date(plan: Plan, data_at: datetime | None) -> Changed:
    if data_at is None:
        return {}
    changed = changes_between({"data_at": plan.data_at}, {"data_at": data_at})
    if changed:
        plan.data_at = data_at
        plan.save(update_fields=["data_at"])
    return changed


def _record(
    plan: Plan,
    told: Sequence[Told],
    moved_date: Changed,
    moves: Moves,
    own: UUID,
) -> None:
    """Leave an entry for each item in its circle; what moved is told once, in the circle that it was counted for."""
    for item, changed in told:
        record("item.progressed", item, percent=item.percent, changes=changed, together=True)
    if own == plan.circle_id:
        joint = sum(item.circle_id == plan.circle_id for item, _changed in told)
        record("plan.progressed", plan, items=joint, changes=moved_date, **moves.joint.facts)


@action
def put_back(
    *, actor: Actor, plan_id: UUID, rows: Sequence[Mapping[str, Any]], at: datetime, data_at: Mapping[str, Any] | None
) -> Moves:
    """
    Take back what was reported of many items in one step: their values, and the data date, as they were before.

    Args:
        rows: of each item its "item_id", the "version" after the report, and the "values" before it, plain.
        data_at: the plan's date "before", plain, if the report moved it.
    """
    plan = access.lock(actor, Permission.PLAN_EDIT if data_at else Permission.EXPORT, Plan, plan_id, version=ANY)
    reports = [Report(UUID(row["item_id"]), row["version"], Progress(0)) for row in rows]
    items = _locked(actor, plan, reports)
    told = []
    for row in rows:
        values = {name: value_of(name, plain) for name, plain in row["values"].items()}
        item = items[UUID(row["item_id"])]
        require_permitted(actor, item, values.keys())
        told.append((item, change(item, values)))
    date = value_of("data_at", data_at["before"]) if data_at else None
    moved_date = _put_date_back(plan, date) if data_at else {}
    return _follow(actor, plan, told, moved_date, at)


def _put_date_back(plan: Plan, data_at: datetime | None) -> Changed:
    changed = changes_between({"data_at": plan.data_at}, {"data_at": data_at})
    plan.data_at = data_at
    plan.save(update_fields=["data_at"])
    return changed


def _follow(actor: Actor, plan: Plan, told: Sequence[Told], moved_date: Changed, at: datetime) -> Moves:
    """Compute the dates once, and tell what was said."""
    if not told and not moved_date:
        nothing_changed()
        return Moves(Moved())
    circles = {item.circle_id for item, _changed in told}
    own = plan.circle_id if moved_date or plan.circle_id in circles else min(circles)
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=own, others=circles, at=at, ties=False)
    _record(plan, told, moved_date, moves, own)
    return replace(moves, undo=_way_back(plan, told, moved_date))


def _way_back(plan: Plan, told: Sequence[Told], moved_date: Changed) -> Step:
    rows = [step_back(item, changed).arguments for item, changed in told]
    data_at = {"before": plain_value(moved_date["data_at"][0])} if moved_date else None
    return Step("put_back", {"plan_id": str(plan.pk), "rows": rows, "data_at": data_at})
