"""When items are worked on, and dates that respect capacity, by the engine."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import gcd
from typing import Any
from uuid import UUID

import consortio_engine as engine
from consortio.interchange.engine import network_of
from consortio.interchange.plan import effective_calendar
from consortio.interchange.repair import repaired
from consortio.plans.neutral import Rows, neutral_plan
from consortio_engine import resources

from .loads import DAY, EPOCH, MONDAY, WEEK, Work, band_minutes, minute_of, week_of
from .rules import WHOLE, Band, Key, Need

YEAR = 366 * DAY
FEW = 10  # tries of the instant answer
Dated = tuple[UUID, UUID | None, datetime, datetime]  # an item's id, its calendar, its start and finish


def works_of(calendars: Rows, dated: Sequence[Dated]) -> Mapping[UUID, Work]:
    """
    Return when items are worked on.

    Items that all keep the same hours are told from their start to their finish: they meet whenever these do.

    Cost: linear in items and the weeks that they take; where hours differ, in the days.
    """
    if not dated:
        return {}
    hours = _Hours(calendars, min(one[2] for one in dated), max(one[3] for one in dated))
    is_uniform = len({hours.key(calendar_id) for _, calendar_id, *_ in dated}) == 1
    return {
        one[0]: _work(hours.of(one[1]), *one[:1], minute_of(one[2]), minute_of(one[3]), is_uniform) for one in dated
    }


class _Hours:
    """The plan's calendars, each compiled when it is first asked for."""

    def __init__(self, calendars: Rows, first: datetime, last: datetime) -> None:
        made = repaired(neutral_plan(calendars))
        self.fallback = made.plan.projects[0].calendar or made.fallback
        self.known = {one.id: one for one in made.plan.calendars}
        self.reach = minute_of(first) - WEEK, minute_of(last) + WEEK
        self.compiled: dict[str, engine.Calendar] = {}

    def key(self, calendar_id: UUID | None) -> str:
        return str(calendar_id) if str(calendar_id) in self.known else self.fallback

    def of(self, calendar_id: UUID | None) -> engine.Calendar:
        key = self.key(calendar_id)
        if key not in self.compiled:
            effective = effective_calendar(key, self.known)
            days = {(day - EPOCH).days: hours for day, hours in effective.days.items()}
            self.compiled[key] = engine.Calendar.compile(effective.week, days, *self.reach)
        return self.compiled[key]


def _work(calendar: engine.Calendar, item_id: UUID, start: int, finish: int, is_uniform: bool) -> Work:
    first, last = week_of(start), week_of(max(finish - 1, start))
    edges = [start, *(MONDAY + number * WEEK for number in range(first + 1, last + 1)), finish]
    worked = [calendar.work_between(begin, end) for begin, end in zip(edges, edges[1:], strict=False)]
    minutes = {first + nth: own for nth, own in enumerate(worked) if own}
    spans = [(start, finish)] if is_uniform else _spans(calendar, start, finish)
    return Work(item_id, spans, minutes)


def _spans(calendar: engine.Calendar, start: int, finish: int) -> list[tuple[int, int]]:
    begins, ends = calendar.start, calendar.end
    first = int(ends.searchsorted(start, side="right"))
    last = int(begins.searchsorted(finish, side="left"))
    return [
        (max(int(begin), start), min(int(end), finish))
        for begin, end in zip(begins[first:last].tolist(), ends[first:last].tolist(), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What the engine is asked: a problem, and whom and what its rows stand for.

    Attributes:
        ids: of items, by the number of their job.
        keys: of resources, by their number.
        unit: percent of one full-time person that one unit of a resource stands for.
    """

    problem: resources.Problem
    ids: tuple[str, ...]
    keys: tuple[Key, ...]
    unit: int


def asked_of(rows: Rows, needs: Sequence[Need], bands: Mapping[Key, Sequence[Band]], kept: Collection[UUID]) -> Asked:
    """
    Return the problem of a plan's rows.

    Args:
        needs: of items; those of whoever is not in `bands` are limited by nothing.
        kept: items that stay where they are.

    Raises:
        CannotCompute: the plan has no dates.
    """
    made = network_of(neutral_plan(rows))
    keys = tuple(sorted({need.key for need in needs if need.key in bands}, key=lambda key: key.text))
    counted = [need for need in needs if need.key in bands and str(need.item_id) in made.indices]
    unit = gcd(WHOLE, *(need.percent for need in counted), *(band.percent for key in keys for band in bands[key]))
    numbers = {key: number for number, key in enumerate(keys)}
    tasks = [
        resources.Assignment(
            task=made.indices[str(need.item_id)], resource=numbers[need.key], units=need.percent // unit
        )
        for need in counted
    ]
    limits = [resources.Resource(name=key.text, capacity=_profile(bands[key], unit)) for key in keys]
    problem = resources.problem_of(made.network, made.schedule, tasks, limits)
    near = _near(problem, made.schedule)
    ids = {index: item_id for item_id, index in made.indices.items()}
    of_jobs = tuple(ids[job.task] for job in problem.jobs)
    stay = {str(pk) for pk in kept}
    jobs = [
        _staying(job, made.schedule) if item_id in stay else job
        for job, item_id in zip(problem.jobs, of_jobs, strict=True)
    ]
    return Asked(_rebuilt(problem, jobs, near), of_jobs, keys, unit)


def _near(problem: resources.Problem, schedule: engine.Schedule) -> int:
    """Return a horizon as far behind the plan's end as the plan is long, and a year: calendars reach much farther."""
    end = int(schedule.finish.max())
    return min(problem.horizon, end + max(end - problem.start, 0) + YEAR)


def widened(asked: Asked) -> Asked | None:
    """Return the same with all the time that the calendars have; None where it has that already."""
    far = min(calendar.last for calendar in asked.problem.calendars)
    if asked.problem.horizon >= far:
        return None
    return replace(asked, problem=_rebuilt(asked.problem, asked.problem.jobs, far))


def _profile(bands: Sequence[Band], unit: int) -> tuple[tuple[int, int, int], ...]:
    return tuple((*band_minutes(band), band.percent // unit) for band in bands)


def _staying(job: resources.Job, schedule: engine.Schedule) -> resources.Job:
    start, finish = int(schedule.start[job.task]), int(schedule.finish[job.task])
    return replace(job, fixed_at=start, fixed_finish=finish, earliest=None, latest=None, old_start=None)


def _rebuilt(problem: resources.Problem, jobs: Sequence[resources.Job], horizon: int) -> resources.Problem:
    return resources.Problem.build(
        jobs,
        problem.links,
        problem.resources,
        problem.calendars,
        start=problem.start,
        horizon=horizon,
        notes=problem.notes,
    )


def starts_in(asked: Asked, found: resources.Levelling) -> dict[UUID, int]:
    """Return when items start, in minutes since 1970; nothing where no dates were found."""
    starts = found.start.tolist()
    return {UUID(pk): at for pk, at in zip(asked.ids, starts, strict=True) if at != engine.NONE}


def instant(problem: resources.Problem, **options: Any) -> resources.Levelling:
    """Answer as `level` does, at once and without a search for proof."""
    own = {name: options[name] for name in ("objective", "seed", "stable") if name in options}
    return resources.heuristic(problem, samples=FEW, **own)


level, bottlenecks = resources.level, resources.bottlenecks
