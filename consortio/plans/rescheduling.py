"""
Dates follow what people change: each circle's own, from what everybody in it sees.

The plan's circle keeps the dates of all its items. A narrower circle that has items or links of its own, or lies
within one that has, keeps those that differ there and those of items that are not the plan's circle's. Dates of a
circle never depend on a narrower row, so what an edit moves is told in its own circle, and a narrower circle in which
the edit cannot be scheduled keeps that to itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import F

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.access.models import Circle, Kind, Within
from consortio.jobs.actions import start_once
from consortio.record.log import action, nothing_changed, record
from consortio.ui.said import said

from .bulk import uncollected
from .engine import REFUSALS, Dates, Result, compute
from .loading import load, rows_within
from .models import Plan, Schedule, Scheduled
from .neutral import Rows
from .rings import waits_of
from .steps import Step

COLUMNS = Dates._fields
AT_ONCE = 2_000  # items: of more, the dates follow in a job
RESCHEDULE = "plans.reschedule"  # the job's name


class CannotSchedule(Refused):
    """The edit would leave the plan without dates: its items wait for each other, or a date lies beyond all calendars."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What an edit did to a circle's dates: how many items (phases apart) moved, and where the plan's end lay."""

    items: int = 0
    finish_before: datetime | None = None
    finish_at: datetime | None = None

    job_id: UUID | None = None  # in which the dates follow, where they do not at once
    which: frozenset[UUID] = field(default=frozenset(), repr=False, compare=False)  # those that are counted

    @property
    def facts(self) -> dict[str, int | str | None]:
        if self.job_id:
            return {}
        before, after = (at and at.isoformat(timespec="minutes") for at in (self.finish_before, self.finish_at))
        return {"moved": self.items, "finish_before": before, "finish": after}


@dataclass(frozen=True, slots=True)
class Moves:
    """
    What moved for everybody in the edited row's circle, and in the house of the organisation acted for.

    `narrow` says whether that circle is the house itself, or another one narrower than the plan's. `undo` is how to take
    the step back, `made` are the ids of rows that it made, if somebody needs to know them.
    """

    joint: Moved
    house: Moved | None = None
    undo: Step | None = None
    made: tuple[UUID, ...] = ()
    narrow: Literal["", "house", "circle"] = ""


def reschedule(
    *,
    actor: Actor,
    plan_id: UUID,
    circle_id: UUID,
    at: datetime,
    others: Collection[UUID] = (),
    ties: bool = True,
) -> Moves:
    """
    Let a plan's dates follow an edit, in each circle that keeps some, and tell what moved.

    Of more than `AT_ONCE` items they follow in a job in the edited row's circle, which serves all who edit until it
    begins; each circle in which rows were edited has its own. What counts is what they all see, so nobody learns from it
    that others have items of their own.

    Two who edit a plan at once, seen by each other or not, compute one by one: its schedule is locked until the action
    ends. Rows and numbers are taken before, so that nobody waits in a ring.

    Args:
        circle_id: of the row that was edited, for which it is told what moved.
        others: circles of further rows that were edited with it.
        ties: whether items may wait for each other after the edit: not if it touched no link, and put nothing elsewhere.

    Raises:
        CannotSchedule: in one of these circles nothing can be computed any more, and could before.
    """
    with _every_circle():
        plan = _take_turn(plan_id)
        edited = {circle_id, *others}
        found = Schedule.objects.filter(plan=plan, circle__in=edited | {plan.circle_id})
        kept = {row.circle_id: row for row in found}
        if not _is_large([kept[plan.circle_id]] if len(edited) > 1 else kept.values()):
            return _computed(actor, plan, circle_id, at, plan.circle_id, others=others)
        for one in sorted(edited) if ties else ():
            _refuse_ring(plan, one, kept.get(one))
        for one in edited:
            _say_outdated(plan, one, kept, at)
    jobs = {one: _start_job(actor, plan.pk, one, at) for one in sorted(edited)}
    return Moves(Moved(job_id=jobs[circle_id]))


def follows_later(actor: Actor, plan: Plan, circle_id: UUID) -> bool:
    """Tell whether the dates of an edit in this circle follow in a job."""
    return _is_large(access.visible(actor, Schedule).filter(plan=plan, circle__in=[plan.circle_id, circle_id]))


def _is_large(kept: Iterable[Schedule]) -> bool:
    return max(row.items for row in kept) > AT_ONCE


def _start_job(actor: Actor, plan_id: UUID, circle_id: UUID, at: datetime) -> UUID:
    job_id = start_once(
        actor=actor, circle_id=circle_id, kind=RESCHEDULE, arguments={"plan": str(plan_id), "circle": str(circle_id)}, at=at
    )  # fmt: skip
    with _every_circle():
        Schedule.objects.filter(plan=plan_id, circle=circle_id).update(job=job_id)
    return job_id


@contextmanager
def _every_circle() -> Iterator[None]:
    with uncollected(), access.unscoped("the dates of every circle follow, of those too that the actor does not see"):
        yield


def _take_turn(plan_id: UUID) -> Plan:
    turn = Schedule.objects.select_for_update(no_key=True, of=("self",))
    turn.get(plan=plan_id, circle=F("plan__circle"))
    return Plan.objects.get(pk=plan_id)


def _refuse_ring(plan: Plan, circle_id: UUID, kept: Schedule | None) -> None:
    """
    Raises:
        CannotSchedule: items wait for each other now. Other reasons are told by the job.
    """
    wider = set(Within.objects.filter(circle=circle_id).values_list("wider_id", flat=True))
    if kept and _is_refused(kept):
        return
    if not waits_of(plan, lambda model: model._default_manager.filter(circle__in=wider)).may_ring():
        return
    result = compute(rows_within(load(plan, lambda model: model._default_manager.all()), wider))
    if result.refusal:
        raise CannotSchedule(said(result.refusal))


def _say_outdated(plan: Plan, circle_id: UUID, kept: Mapping[UUID, Schedule], at: datetime) -> None:
    """Say of a circle's dates since when they do not follow; a circle that kept none yet begins with the plan's."""
    if circle_id in kept:
        Schedule.objects.filter(pk=kept[circle_id].pk, outdated_at=None).update(outdated_at=at)
        return
    base = kept[plan.circle_id]
    said = {name: getattr(base, name) for name in ("computed_at", "start_at", "finish_at", "items", "counts")}
    Schedule(plan=plan, circle_id=circle_id, outdated_at=at, **said).save()


@action
def compute_dates(*, actor: Actor, plan_id: UUID, circle_id: UUID, at: datetime) -> Moves:
    """
    Compute the dates of a circle that are out of date, and of those within it. Returns what moved.

    Wider circles stay as they are: what happens in one is never seen from outside. A narrower one that was out of date
    itself is told what moved there, since its own job finds nothing left to do.
    """
    circle = access.lock(actor, Permission.EXPORT, Circle, circle_id)
    access.get(actor, Plan, plan_id)
    own = access.visible(actor, Schedule).filter(plan=plan_id, circle=circle.pk)
    if not own.exclude(outdated_at=None).exists():
        nothing_changed()
        return Moves(Moved())
    with _every_circle():
        moves = _computed(actor, _take_turn(plan_id), circle.pk, at, circle.pk, refuses=False)
    if schedule := own.first():
        record("plan.rescheduled", schedule, **moves.joint.facts)
    else:
        nothing_changed()  # what the circle had of its own is gone, and its dates with it
    return moves


@action
def ask_for_dates(*, actor: Actor, plan_id: UUID, circle_id: UUID, at: datetime) -> UUID | None:
    """Let the dates that are out of date be computed, after a job was stopped. Returns the job, if there is need of one."""
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    access.get(actor, Plan, plan_id)
    found = access.visible(actor, Schedule).filter(plan=plan_id, circle=circle.pk).select_related("job")
    schedule = found.exclude(outdated_at=None).first()
    if schedule is None:
        nothing_changed()
        return None
    if schedule.job and schedule.job.ended_at is None and not schedule.job.is_cancel_asked:
        nothing_changed()  # whoever edited after it began has started another one
        return UUID(str(schedule.job.pk))
    return _start_job(actor, plan_id, circle.pk, at)


def _computed(
    actor: Actor,
    plan: Plan,
    circle_id: UUID,
    at: datetime,
    widest: UUID,
    *,
    others: Collection[UUID] = (),
    refuses: bool = True,
) -> Moves:
    """
    Compute and keep the dates of all circles within the widest, and tell what moved.

    Args:
        others: circles of further rows that were edited with the one in `circle_id`.

    Raises:
        CannotSchedule: see `reschedule`, if it `refuses`.
    """
    rows = load(plan, lambda model: model._default_manager.all())
    keeping = _Keeping(plan, rows)
    kept = _Kept(plan)
    edited = {circle_id, *others}
    results: dict[UUID, Result] = {}
    moved: dict[UUID, Moved] = {}
    for own, wider in keeping.circles():
        is_within = widest in wider
        if not is_within and own != plan.circle_id:  # from whose dates those within differ
            continue
        result = results[own] = compute(rows_within(rows, wider))
        if not is_within:
            continue
        if refuses and own in edited and result.refusal and not kept.is_refused(own):
            raise CannotSchedule(said(result.refusal))
        moved[own] = kept.moved(own, result)
        if kept.is_outdated(own, result):
            kept.replace(own, result, results[plan.circle_id], at)
        elif kept.schedules[own].counts != result.counts:  # who answers for an item moves no date
            kept.recount(own, result)
    kept.clear_others(results, [pk for pk in kept.schedules if widest in keeping.wider[pk]])
    for follows in kept.say_follow([pk for pk in moved if edited & keeping.wider[pk]]):
        if follows.circle_id != circle_id:  # what moved there is told by the caller
            record("plan.rescheduled", follows, **moved[follows.circle_id].facts)
    house = keeping.house_of(actor.organisation_id)
    joint = moved.get(circle_id) or moved.get(plan.circle_id) or Moved()
    if circle_id == house:
        return Moves(joint, narrow="house")
    return Moves(joint, moved.get(house) if house else None, narrow="circle" if circle_id != plan.circle_id else "")


def _is_refused(schedule: Schedule) -> bool:
    return any(one["code"] in REFUSALS for one in schedule.findings)


class _Keeping:
    """Which circles keep dates of a plan, and which are wider."""

    def __init__(self, plan: Plan, rows: Rows) -> None:
        self.plan = plan
        pairs = Within.objects.filter(
            circle__partnership__in=Circle.objects.filter(pk=plan.circle_id).values("partnership")
        )
        self.wider: dict[UUID, set[UUID]] = defaultdict(set)
        for circle_id, wider_id in pairs.values_list("circle_id", "wider_id"):
            self.wider[circle_id].add(wider_id)
        houses = Circle.objects.filter(pk__in=list(self.wider), kind=Kind.HOUSE).order_by("pk")
        self.houses = dict(houses.values_list("pk", "organisation_id"))
        self.narrower = {row.circle_id for row in (*rows.items, *rows.links)} - {plan.circle_id}

    def circles(self) -> Iterator[tuple[UUID, set[UUID]]]:
        """Yield each circle that keeps dates with those that are as wide or wider, the plan's own first."""
        yield self.plan.circle_id, self.wider[self.plan.circle_id]
        houses = {pk for pk in self.houses if self.wider[pk] & self.narrower}
        for circle_id in sorted(self.narrower | houses):
            if self.plan.circle_id in self.wider[circle_id]:
                yield circle_id, self.wider[circle_id]

    def house_of(self, organisation_id: UUID | None) -> UUID | None:
        return next((pk for pk, own in self.houses.items() if own == organisation_id), None)


class _Kept:
    """The dates that circles keep, and their replacement."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.schedules = {row.circle_id: row for row in Schedule.objects.filter(plan=plan)}
        self.rows: dict[UUID, dict[UUID, tuple[UUID, Dates]]] = defaultdict(dict)
        found = Scheduled.objects.filter(plan=plan).values_list("circle_id", "item_id", "pk", *COLUMNS)
        for circle_id, item_id, pk, *columns in found:
            self.rows[circle_id][item_id] = pk, Dates(*columns)

    def is_refused(self, circle_id: UUID) -> bool:
        row = self.schedules.get(circle_id)
        return row is not None and _is_refused(row)

    def is_outdated(self, circle_id: UUID, result: Result) -> bool:
        """Tell whether a circle's rows changed: where they did not, not even the time of computing tells of an edit."""
        row = self.schedules.get(circle_id)
        return row is None or (row.fingerprint, row.engine) != (result.fingerprint, result.engine)

    def moved(self, circle_id: UUID, result: Result) -> Moved:
        """Compare with the dates shown in this circle so far: its own, else those of the plan's circle."""
        own, base = self.rows[circle_id], self.rows[self.plan.circle_id]
        which = set()
        for pk in result.leaves:
            if kept := own.get(pk) or base.get(pk):
                shown, dates = kept[1], result.dates[pk]
                if (shown.start_at, shown.finish_at) != (dates.start_at, dates.finish_at):
                    which.add(pk)
        before = self.schedules.get(circle_id) or self.schedules.get(self.plan.circle_id)
        finish_before = before.finish_at if before else None
        return Moved(len(which), finish_before, result.finish_at, which=frozenset(which))

    def replace(self, circle_id: UUID, result: Result, base: Result, at: datetime) -> None:
        """Keep a circle's dates; rows that say the same already stay."""
        wanted = result.dates if result is base else _differing(result.dates, base.dates)
        had = self.rows[circle_id]
        new = {pk: dates for pk, dates in wanted.items() if pk not in had or had[pk][1] != dates}
        gone = [pk for item_id, (pk, _) in had.items() if item_id in new or item_id not in wanted]
        if len(gone) == len(had):
            Scheduled.objects.filter(plan=self.plan, circle=circle_id).delete()
        else:
            Scheduled.objects.filter(pk__in=gone).delete()
        Scheduled.objects.bulk_create(scheduled_rows(self.plan.pk, circle_id, new))
        keep_schedule(self.plan.pk, circle_id, result, at)

    def recount(self, circle_id: UUID, result: Result) -> None:
        """Keep what is counted, where the dates stay as they are."""
        Schedule.objects.filter(plan=self.plan, circle=circle_id).update(counts=dict(result.counts))

    def say_follow(self, circles: Collection[UUID]) -> list[Schedule]:
        """Say of these circles that their dates follow from their rows. Returns those of which they did not."""
        found = [row for pk, row in self.schedules.items() if pk in circles and row.outdated_at]
        Schedule.objects.filter(pk__in=[row.pk for row in found]).update(outdated_at=None)
        return sorted(found, key=lambda row: row.pk)

    def clear_others(self, kept: Mapping[UUID, Result], within: Collection[UUID]) -> None:
        """Forget the dates of those circles that have nothing of their own any more."""
        others = set(within) - set(kept)
        if others:
            Scheduled.objects.filter(plan=self.plan, circle__in=others).delete()
            Schedule.objects.filter(plan=self.plan, circle__in=others).delete()


def _differing(dates: Mapping[UUID, Dates], base: Mapping[UUID, Dates]) -> dict[UUID, Dates]:
    return {pk: own for pk, own in dates.items() if base.get(pk) != own}


def scheduled_rows(plan_id: UUID, circle_id: UUID, dates: Mapping[UUID, Dates]) -> Sequence[Scheduled]:
    return [Scheduled(plan_id=plan_id, circle_id=circle_id, item_id=pk, **own._asdict()) for pk, own in dates.items()]


def keep_schedule(plan_id: UUID, circle_id: UUID, result: Result, at: datetime) -> None:
    """Say of a circle's schedule what it was computed with and what came out, in place of what was said before."""
    said = {
        "computed_at": at,
        "engine": result.engine,
        "fingerprint": result.fingerprint,
        "start_at": result.start_at,
        "finish_at": result.finish_at,
        "items": len(result.dates),
        "counts": dict(result.counts),
        "findings": list(result.findings),
    }
    if not Schedule.objects.filter(plan=plan_id, circle=circle_id).update(**said):
        Schedule(plan_id=plan_id, circle_id=circle_id, **said).save()
