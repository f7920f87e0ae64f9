"""
What is free over time: capacity less what fixed jobs take, per resource and per set of calendars that share it.

A job takes units only while it works. Minutes in which the same calendars work are put together: in those minutes
the units of all jobs with one of these calendars count, started and not finished. That makes one room per resource and
set of calendars, in which a job may simply hold its units from start to finish; with one calendar for all there is one
room per resource.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import Calendar
from consortio_engine.resources.calendar_table import ON_AXIS, Axis, Workdays
from consortio_engine.resources.problem import Problem
from consortio_engine.resources.rows import Job, Mode, Resource

Ints = NDArray[np.int64]

BEFORE = -(2**61)
WayRow = tuple[int, int, tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]


@dataclass(frozen=True, eq=False)
class Room:
    """
    Units that are free, as a step function of the position.

    Attributes:
        resource: its index. numbers: the calendars whose jobs take from it.
        begins, units: (steps,), ascending; the first step begins before all positions, the last has no end.
        plenty: so many units that they never lack.
    """

    resource: int
    numbers: frozenset[int]
    begins: Ints
    units: Ints
    plenty: int

    def at(self, x: Ints) -> Ints:
        """Free units at positions; the same shape."""
        result: Ints = self.units[np.searchsorted(self.begins, x, side="right") - 1]
        return result

    def mirrored(self, end: int) -> "Room":
        """The same with time running backwards from that position."""
        begins = np.concatenate(([BEFORE], (end - self.begins[1:])[::-1])).astype(np.int64)
        return Room(self.resource, self.numbers, begins, self.units[::-1].copy(), self.plenty)


def rooms_of(problem: Problem, axis: Axis, workdays: Workdays) -> tuple[tuple[Room, ...], list[list[WayRow]]]:
    """All rooms that can run short, and the modes of every job in terms of them."""
    rooms: list[Room] = []
    takers = _takers(problem, axis, workdays)
    for resource, numbers in sorted(takers.items()):
        rooms += _rooms(problem, axis, workdays, resource, numbers)
    ways = [[_way(problem, axis, workdays, rooms, job, mode) for mode in job.ways] for job in problem.jobs]
    return tuple(rooms), ways


def _number(axis: Axis, workdays: Workdays, job: Job, mode: Mode) -> int:
    # A mode without a duration, or one of a fixed job, need not be on the axis: it never takes room there.
    return axis.keys.get(workdays.key_of(job, mode), ON_AXIS)


def _takers(problem: Problem, axis: Axis, workdays: Workdays) -> dict[int, dict[int, int]]:
    """Per renewable resource, the calendars of movable jobs that take it, with the most units that all could take."""
    found: dict[int, dict[int, int]] = {}
    for job in problem.jobs:
        if job.fixed_at is not None:
            continue
        most: dict[tuple[int, int], int] = {}
        for mode in job.ways:
            for resource, units in mode.demand.items():
                if units and mode.duration and problem.resources[resource].renewable:
                    key = resource, _number(axis, workdays, job, mode)
                    most[key] = max(most.get(key, 0), units)
        for (resource, number), units in most.items():
            of_resource = found.setdefault(resource, {})
            of_resource[number] = of_resource.get(number, 0) + units
    return found


def _way(problem: Problem, axis: Axis, workdays: Workdays, rooms: Sequence[Room], job: Job, mode: Mode) -> WayRow:
    number = _number(axis, workdays, job, mode)
    needs = []
    if mode.duration:
        needs = [
            (index, mode.demand[room.resource])
            for index, room in enumerate(rooms)
            if number in room.numbers and mode.demand.get(room.resource, 0)
        ]
    used = [
        (one, units) for one, units in sorted(mode.demand.items()) if units and not problem.resources[one].renewable
    ]
    return mode.duration, number, tuple(needs), tuple(used)


def _rooms(problem: Problem, axis: Axis, workdays: Workdays, resource: int, takers: dict[int, int]) -> list[Room]:
    """One room per set of the takers' calendars that work at the same time."""
    edges, units = free_units(problem, axis, workdays, resource)
    plenty = sum(takers.values())
    units = np.clip(units, 0, plenty)
    parts = {number: axis.parts[number] for number in takers if number != ON_AXIS}
    cuts = np.unique(np.concatenate([edges, *(side for part in parts.values() for side in (part.start, part.end))]))
    values = units[np.searchsorted(edges, cuts, side="right") - 1]
    works = np.zeros(len(cuts), dtype=np.int64)
    names = sorted(takers)
    for bit, number in enumerate(names):
        inside = _works_at(parts[number], cuts) if number in parts else np.ones(len(cuts), dtype=bool)
        works |= inside.astype(np.int64) << bit
    found = []
    for pattern in sorted({int(one) for one in works if one}):
        numbers = frozenset(number for bit, number in enumerate(names) if pattern >> bit & 1)
        most = sum(takers[number] for number in numbers)
        room = _merged(resource, numbers, cuts, np.where(works == pattern, np.minimum(values, most), most), most)
        if (room.units < most).any():
            found.append(room)
    return found


def _works_at(part: Calendar, x: Ints) -> NDArray[np.bool_]:
    at = np.searchsorted(part.end, x, side="right")
    starts = np.append(part.start, 2**62)
    result: NDArray[np.bool_] = starts[at] <= x
    return result


def _merged(resource: int, numbers: frozenset[int], cuts: Ints, values: Ints, plenty: int) -> Room:
    kept = np.concatenate(([True], values[1:] != values[:-1]))
    begins = cuts[kept].copy()
    begins[0] = BEFORE
    return Room(resource, numbers, begins, values[kept].astype(np.int64), plenty)


def free_units(problem: Problem, axis: Axis, workdays: Workdays, resource: int) -> tuple[Ints, Ints]:
    """Steps on the axis of what movable jobs may take: capacity less fixed jobs; negative where those take too much."""
    begins, units = capacity_steps(problem.resources[resource], problem.start, problem.horizon)
    changes = [(begin, now - before) for begin, now, before in zip(begins, units, [0, *units[:-1]], strict=True)]
    for job in problem.jobs:
        taken = job.ways[0].demand.get(resource, 0)
        if job.fixed_at is not None and taken:
            for begin, end in worked_spans(problem, workdays, job):
                changes += [(begin, -taken), (end, taken)]
    at = axis.position_each(np.array([max(begin, problem.start) for begin, _ in changes], dtype=np.int64))
    edges, inverse = np.unique(at, return_inverse=True)
    steps = np.zeros(len(edges), dtype=np.int64)
    np.add.at(steps, inverse, np.array([change for _, change in changes], dtype=np.int64))
    return edges, np.cumsum(steps)


def worked_spans(problem: Problem, workdays: Workdays, job: Job) -> list[tuple[int, int]]:
    """When a fixed job works, from the problem's start on."""
    dates = workdays.fixed_dates(job)
    assert dates is not None
    start, finish = max(dates[0], problem.start), min(dates[1], problem.horizon)
    return spans_between(workdays.of(job, job.ways[0]), start, finish)


def spans_between(calendar: Calendar | None, start: int, finish: int) -> list[tuple[int, int]]:
    """The working periods of a calendar between two instants; None is around the clock."""
    if finish <= start:
        return []
    if calendar is None:
        return [(start, finish)]
    first = int(np.searchsorted(calendar.end, start, side="right"))
    last = int(np.searchsorted(calendar.start, finish, side="left"))
    pairs = zip(calendar.start[first:last].tolist(), calendar.end[first:last].tolist(), strict=True)
    return [(max(begin, start), min(end, finish)) for begin, end in pairs]


def capacity_steps(resource: Resource, start: int, horizon: int) -> tuple[list[int], list[int]]:
    """Begins and units of a renewable resource's steps, from the start on; unanswered and untold are 0."""
    if resource.capacity is None or isinstance(resource.capacity, int):
        return [start], [resource.capacity or 0]
    begins, units = [start], [0]
    for begin, end, told in sorted(resource.capacity, key=lambda band: band[:2]):
        if end <= start or begin >= horizon:
            continue
        begin = max(begin, start)
        if begin == begins[-1]:
            units[-1] = told or 0
        else:
            begins.append(begin)
            units.append(told or 0)
        begins.append(end)
        units.append(0)
    return begins, units
