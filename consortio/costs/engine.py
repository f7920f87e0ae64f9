"""Items with their costs in, the engine's earned value out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from consortio.interchange.engine import EPOCH, MINUTE, calendar_of
from consortio.interchange.plan import Plan
from consortio_engine.calendar import Calendar
from consortio_engine.errors import HorizonExceeded
from consortio_engine.value import CostedTask, Figures, Portion, earned_schedule, earned_value, planned_value, spread
from consortio_engine.value.figures import total

from .periods import periods_of

__all__ = ["NOBODY", "Figures", "Late", "Point", "Sums", "Task", "Worth", "sums_of", "worth_of"]

NOBODY = "nobody"  # the engine wants a name of whoever earns and pays
YEARS = timedelta(days=4 * 366)


class Task(NamedTuple):
    """One item with its cost, minor units of one currency. `actual` is None where it is not known."""

    responsible: str
    payer: str
    budget: int
    actual: int | None
    rule: str
    percent: int
    has_begun: bool
    group: str  # the phase that it lies in
    start_at: datetime
    finish_at: datetime
    calendar: str | None
    actual_start_at: datetime | None
    actual_finish_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What was to cost and be earned, in minor units; what needs a cost that is not known is None."""

    budget: int
    planned: int
    earned: int
    actual: int | None
    actual_known: int  # of the items whose cost is known
    items: int
    missing: int  # items in work whose cost nobody has said
    cost_variance: int | None
    schedule_variance: int
    cost_index: float | None
    schedule_index: float | None
    estimate: int | None  # at completion, at the rate so far


@dataclass(frozen=True, slots=True)
class Late:
    """Earned schedule, in days: how far the plan was to be by now, and how far the work is in the plan."""

    passed: float
    earned: float
    planned: float
    index: float | None
    estimate: float | None  # days that all of it will take at this rate
    finish_at: datetime | None  # the day that this estimate means


@dataclass(frozen=True, slots=True)
class Point:
    at: datetime
    planned: int
    earned: int | None  # none after the day that counts
    actual: int | None


@dataclass(frozen=True, slots=True)
class Worth:
    """Earned value of some items in one currency on one day."""

    all: Sums
    earning: Mapping[str, Sums]  # by who is in charge
    paying: Mapping[str, Sums]
    groups: Mapping[str, Sums]
    items: tuple[Figures, ...]  # in the order given; see `sums_of`
    late: Late | None  # none where nothing is planned
    curve: tuple[Point, ...]
    period_days: int
    start_at: datetime
    fingerprint: str
    method: str
    engine: str


def worth_of(tasks: Sequence[Task], calendars: Plan, until: datetime) -> Worth:
    """
    Return what some items have earned, and cost, up to an instant of the plan's own clock.

    Args:
        tasks: at least one.
        calendars: a plan with its calendars.

    Cost:
        Linear in items, for each of some 40 periods.
    """
    made = _Compiled(calendars, tasks, until)
    rows = [made.costed(task) for task in tasks]
    at = _minute(until)
    value = earned_value(rows, at)
    days, ends = periods_of(made.first, max(made.last, until))
    instants = sorted({*ends, until})
    planned = dict(zip(instants, planned_value(rows, [_minute(one) for one in instants]), strict=True))
    return Worth(
        all=sums_of(value.joint),
        earning={name: sums_of(one.responsible) for name, one in value.organisations.items() if one.responsible.tasks},
        paying={name: sums_of(one.paying) for name, one in value.organisations.items() if one.paying.tasks},
        groups=_by_group(tasks, value.tasks),
        items=value.tasks,
        late=_late([planned[end] for end in ends], value.joint, days, ends, until),
        curve=tuple(_curve(tasks, value.tasks, planned, ends, until)),
        period_days=days,
        start_at=ends[0] - timedelta(days=days),
        fingerprint=value.fingerprint,
        method=value.method,
        engine=value.version,
    )


@lru_cache(maxsize=16_384)
def _minute(at: datetime) -> int:
    return int((at - EPOCH) // MINUTE)


class _Compiled:
    """The calendars of some items, compiled when first asked for."""

    def __init__(self, plan: Plan, tasks: Sequence[Task], until: datetime) -> None:
        self.first = min(min(task.start_at, task.actual_start_at or task.start_at) for task in tasks)
        self.last = max(max(task.finish_at, task.start_at) for task in tasks)
        self.of = lru_cache(maxsize=None)(lambda name: self._compiled(plan, name))

    def _compiled(self, plan: Plan, name: str | None) -> Calendar | None:
        try:
            return calendar_of(plan, name, self.first, self.last)
        except HorizonExceeded:
            return None

    def costed(self, task: Task) -> CostedTask:
        finish = max(task.finish_at, task.start_at)
        return CostedTask(
            planned=[Portion(_minute(task.start_at), _minute(finish), task.budget)],
            responsible=task.responsible,
            payer=task.payer,
            rule=task.rule,  # type: ignore[arg-type]  # one of the engine's
            done=task.percent,
            is_started=task.has_begun,
            cost=task.actual if task.actual is not None or task.has_begun else 0,  # nothing is spent on what waits
            calendar=self.of(task.calendar),
        )


def _by_group(tasks: Sequence[Task], rows: Sequence[Figures]) -> dict[str, Sums]:
    groups: dict[str, list[Figures]] = {}
    for task, row in zip(tasks, rows, strict=True):
        groups.setdefault(task.group, []).append(row)
    return {name: sums_of(total(own)) for name, own in groups.items()}


def sums_of(own: Figures) -> Sums:
    return Sums(
        budget=own.budget,
        planned=own.planned,
        earned=own.earned,
        actual=own.cost,
        actual_known=own.cost_known,
        items=own.tasks,
        missing=own.unreported,
        cost_variance=own.cv,
        schedule_variance=own.sv,
        cost_index=own.cpi,
        schedule_index=own.spi,
        estimate=own.eac_by_cpi,
    )


def _late(planned: Sequence[int], joint: Figures, days: int, ends: Sequence[datetime], until: datetime) -> Late | None:
    start = ends[0] - timedelta(days=days)
    passed = max((until - start) / timedelta(days=days), 0)
    if not joint.budget:
        return None
    found = earned_schedule(planned, joint.earned, passed)
    whole = None if found.estimate is None else found.estimate * days
    return Late(
        passed=passed * days,
        earned=found.earned * days,
        planned=float(found.planned_duration * days),
        index=found.spi,
        estimate=whole,
        finish_at=start + timedelta(days=whole) if whole is not None and whole < YEARS.days * 25 else None,
    )


def _curve(
    tasks: Sequence[Task],
    own: Sequence[Figures],
    planned: Mapping[datetime, int],
    ends: Sequence[datetime],
    until: datetime,
) -> list[Point]:
    """
    Return the three lines at the ends of periods and on the day that counts.

    What was earned and spent is known of one day only: it is spread evenly over the time that an item was worked on.
    """
    done = [at for at in ends if at < until] + [until]
    minutes = [_minute(at) for at in done]
    worked = [_worked(task, until) for task in tasks]
    earned, spent, credits_ = (
        spread([Portion(*span, amount) for span, amount in zip(worked, amounts, strict=True) if amount > 0], minutes)
        for amounts in (
            [one.earned for one in own],
            [one.cost or 0 for one in own],
            [-(one.cost or 0) for one in own],
        )
    )
    known = {at: (one, two - three) for at, one, two, three in zip(done, earned, spent, credits_, strict=True)}
    return [
        Point(at, worth, *known.get(at, (None, None)))  # the day that counts is among them
        for at, worth in planned.items()
    ]


def _worked(task: Task, until: datetime) -> tuple[int, int]:
    """Return from when and until when a task was worked on, in minutes."""
    start = min(task.actual_start_at or task.start_at, until)
    finish = min(max(task.actual_finish_at or until, start), until)
    return _minute(start), _minute(finish)
