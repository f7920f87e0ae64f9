"""
The axis that a problem is solved on: minutes in which nobody works are cut out.

The axis is the working time of all movable jobs together. With one calendar for all, every job runs on it without a
break. Otherwise a job works by its own calendar, told in positions on the axis, and takes units only while it works.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import Calendar, combine, tables, unite
from consortio_engine.resources.problem import Problem
from consortio_engine.resources.rows import Job, Mode
from consortio_engine.rows import ELAPSED

Ints = NDArray[np.int64]

ON_AXIS = ELAPSED  # every minute of the axis is worked


@dataclass(eq=False)
class Workdays:
    """Calendars of jobs together with those of their resources, each pair combined once."""

    problem: Problem
    _made: dict[tuple[int, ...], Calendar | None] = field(default_factory=dict)

    def key_of(self, job: Job, mode: Mode) -> tuple[int, ...]:
        """The indices of the calendars that all must work: the job's and those of the resources it takes."""
        resources = self.problem.resources
        needed = [resources[index].calendar for index, units in mode.demand.items() if units]
        return tuple(sorted({one for one in (job.calendar, *needed) if one is not None and one != ELAPSED}))

    def calendar(self, key: tuple[int, ...]) -> Calendar | None:
        """The calendar in which all of them work; None is around the clock."""
        if key not in self._made:
            made: Calendar | None = None
            for index in key:
                one = self.problem.calendars[index]
                made = one if made is None else combine(made, one)
            self._made[key] = made
        return self._made[key]

    def of(self, job: Job, mode: Mode) -> Calendar | None:
        """The calendar that the job works by in that mode."""
        return self.calendar(self.key_of(job, mode))

    def fixed_dates(self, job: Job) -> tuple[int, int] | None:
        """Start and finish of a fixed job; None if it moves. Its first mode is the one that is under way."""
        if job.fixed_at is None or job.fixed_finish is not None:
            return None if job.fixed_at is None or job.fixed_finish is None else (job.fixed_at, job.fixed_finish)
        way = job.ways[0]
        calendar = self.of(job, way)
        finish = job.fixed_at + way.duration if calendar is None else calendar.add(job.fixed_at, way.duration)
        return job.fixed_at, finish


@dataclass(frozen=True, eq=False)
class Axis:
    """
    Positions in working time, 0 at the problem's start.

    Attributes:
        calendar: what the axis consists of; None: every minute.
        origin: working minutes before position 0.
        extent: the position of the horizon.
        keys: the calendars on the axis, by the key of `Workdays`; those equal to the axis have number ON_AXIS.
        parts: per number, the calendar in positions.
    """

    calendar: Calendar | None
    start: int
    origin: int
    extent: int
    keys: dict[tuple[int, ...], int]
    parts: tuple[Calendar, ...]

    @classmethod
    def of(cls, problem: Problem, workdays: Workdays) -> "Axis":
        """Unite the calendars of everything that moves and takes time, or happens a lag after or before something."""
        lagged = {job for link in problem.links if link.lag for job in (link.predecessor, link.successor)}
        movable = [(index, job) for index, job in enumerate(problem.jobs) if job.fixed_at is None]
        keys = sorted(
            {workdays.key_of(job, mode) for at, job in movable for mode in job.ways if mode.duration or at in lagged}
        )
        calendars = [workdays.calendar(key) for key in keys]
        whole: Calendar | None = None
        if keys and None not in calendars:
            for one in calendars:
                assert one is not None
                whole = one if whole is None else unite(whole, one)
        if whole is None:
            origin, extent = problem.start, problem.horizon - problem.start
        else:
            origin = whole.work(problem.start)
            extent = whole.work(problem.horizon) - origin
        axis = cls(whole, problem.start, origin, extent, {}, ())
        numbers: dict[tuple[int, ...], int] = {}
        parts: list[Calendar] = []
        for key, one in zip(keys, calendars, strict=True):
            if one is None or (whole is not None and _same(one, whole)):
                numbers[key] = ON_AXIS
            else:
                numbers[key] = len(parts)
                parts.append(axis.told(one))
        return cls(whole, problem.start, origin, extent, numbers, tuple(parts))

    @cached_property
    def table(self) -> Ints:
        """The calendars of `parts` as a kernel table; see `clock`."""
        return tables(self.parts)

    def told(self, calendar: Calendar) -> Calendar:
        """A calendar in positions of the axis."""
        start = np.clip(self.position_each(calendar.start), 0, self.extent)
        end = np.clip(self.position_each(calendar.end), 0, self.extent)
        return Calendar._of(start, end, 0, self.extent)

    def position(self, t: int) -> int:
        """The position of an instant; instants outside of the calendars count as their edge."""
        return int(self.position_each(np.array([t], dtype=np.int64))[0])

    def position_each(self, t: Ints) -> Ints:
        """`position` for an array; the same shape."""
        if self.calendar is None:
            return t - self.origin
        return self.calendar.work_each(np.clip(t, self.calendar.first, self.calendar.last)) - self.origin

    def start_instant(self, x: int) -> int:
        """When the minute at position x begins."""
        return x + self.origin if self.calendar is None else self.calendar.start_at(x + self.origin)

    def finish_instant(self, x: int) -> int:
        """When the minute before position x has ended; never before the start."""
        if self.calendar is None:
            return x + self.origin
        if x <= 0:
            return self.start
        return self.calendar.finish_at(x + self.origin)


def _same(one: Calendar, other: Calendar) -> bool:
    return np.array_equal(one.start, other.start) and np.array_equal(one.end, other.end)


def steps_of(profile: Sequence[tuple[int, int]], edges: Ints) -> Ints:
    """The value of a step function, given as (from, value) in ascending order, at every edge."""
    begins = np.array([begin for begin, _ in profile], dtype=np.int64)
    values = np.array([value for _, value in profile], dtype=np.int64)
    result: Ints = values[np.searchsorted(begins, edges, side="right") - 1]
    return result
