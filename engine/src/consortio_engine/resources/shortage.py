"""What can be said before anything is searched: bounds, and what can never fit."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from consortio_engine.resources.calendar_table import Workdays
from consortio_engine.resources.goals import bound_joints, broken_by
from consortio_engine.resources.justify import Placed, Search
from consortio_engine.resources.layout import ANY_TIME, Layout, Way
from consortio_engine.resources.profiles import free_units
from consortio_engine.resources.wording import Finding

Ints = NDArray[np.int64]


def simple_findings(layout: Layout, placed: Placed | None) -> Iterator[Finding]:
    """Findings of the problem, then of the plan."""
    until = layout.axis.extent if placed is None else int(placed.finish.max(initial=0))
    yield from unanswered(layout, until)
    yield from _taken_by_fixed(layout)
    yield from never_enough(layout)
    if placed is not None:
        yield from _broken(layout, placed)


def unanswered(layout: Layout, until: int) -> Iterator[Finding]:
    """Capacities that nobody answered, and time up to a position that no band tells."""
    problem = layout.problem
    for index, resource in enumerate(problem.resources):
        if resource.capacity is None:
            yield Finding("unanswered", "warning", resource=index, value=1)
        if resource.capacity is None or isinstance(resource.capacity, int):
            continue
        open_bands = sum(units is None for _, _, units in resource.capacity)
        if open_bands:
            yield Finding("unanswered", "warning", resource=index, value=open_bands)
        told = problem.start
        for begin, end, _ in sorted(resource.capacity, key=lambda band: band[:2]):
            if begin > told:
                break
            told = max(told, end)
        if layout.axis.position(told) < until:
            yield Finding("untold", "warning", resource=index, value=told)


def _taken_by_fixed(layout: Layout) -> Iterator[Finding]:
    workdays = Workdays(layout.problem)
    for index, resource in enumerate(layout.problem.resources):
        if resource.renewable:
            _, units = free_units(layout.problem, layout.axis, workdays, index)
            if int(units.min()) < 0:
                yield Finding("taken_by_fixed", "warning", resource=index, value=-int(units.min()))


def never_enough(layout: Layout) -> Iterator[Finding]:
    """Jobs none of whose modes ever fit, and what is used up beyond its amount."""
    problem = layout.problem
    most = [int(room.units.max()) for room in layout.rooms]
    for index, ways in enumerate(layout.ways):
        if layout.is_fixed[index]:
            continue
        if not any(_has_time(layout, way) for way in ways):
            yield Finding("no_time", "error", index, value=ways[0].span)
            continue
        lacking = [[room for room, units in way.needs if most[room] < units] for way in ways]
        if all(lacking):
            room = lacking[0][0]
            units = dict(ways[0].needs)[room]
            yield Finding("never_enough", "error", index, layout.rooms[room].resource, units)
    for index, resource in enumerate(problem.resources):
        if not resource.renewable:
            least = sum(least_used(layout, job, index) for job in range(layout.count))
            missing = least - amount_of(layout, index)
            if missing > 0:
                yield Finding("used_up", "error", resource=index, value=missing)


def _has_time(layout: Layout, way: Way) -> bool:
    """Whether the calendar of a mode holds its duration at all, from the start to the horizon."""
    return way.span <= (layout.axis.extent if way.by < 0 else layout.axis.parts[way.by].total)


def amount_of(layout: Layout, resource: int) -> int:
    """Units in all of a resource that does not come back."""
    capacity = layout.problem.resources[resource].capacity
    return capacity if isinstance(capacity, int) else 0


def least_used(layout: Layout, job: int, resource: int) -> int:
    """The least that a job uses up; a fixed job goes by its first mode."""
    ways = layout.ways[job][:1] if layout.is_fixed[job] else layout.ways[job]
    return min(dict(way.used_up).get(resource, 0) for way in ways)


def _broken(layout: Layout, placed: Placed) -> Iterator[Finding]:
    late = (placed.finish > layout.latest) & ~layout.is_fixed
    for job in np.flatnonzero(late).tolist():
        yield Finding("date_broken", "error", job, value=int(placed.finish[job] - layout.latest[job]))
    missed = (placed.finish > layout.deadline) & (layout.deadline != ANY_TIME)
    for job in np.flatnonzero(missed).tolist():
        yield Finding("deadline_missed", "error", job, value=int(placed.finish[job] - layout.deadline[job]))
    for joint in bound_joints(layout):
        missing = broken_by(layout, placed, joint)
        if missing:
            yield Finding("link_broken", "error", joint.successor, value=missing)


def finish_bound(layout: Layout, search: Search) -> int:
    """
    A position that no plan's finish lies before: links alone, and the work of each resource against what is free.

    With several modes each job counts with its shortest, and with its least work for each resource.
    """
    first = search.forward.place_shortest()
    bounds = [0 if first is None else int(first.finish.max(initial=0))]
    workdays = Workdays(layout.problem)
    for index, resource in enumerate(layout.problem.resources):
        if resource.renewable:
            edges, units = free_units(layout.problem, layout.axis, workdays, index)
            bounds.append(_filled_at(edges, np.maximum(units, 0), _least_work(layout, index), layout.axis.extent))
    return int(max(bounds))


def _least_work(layout: Layout, resource: int) -> int:
    total = 0
    for index, job in enumerate(layout.problem.jobs):
        if not layout.is_fixed[index]:
            total += min(mode.duration * mode.demand.get(resource, 0) for mode in job.ways)
    return total


def _filled_at(edges: Ints, units: Ints, work: int, extent: int) -> int:
    """Where that many unit minutes are free, counted from position 0."""
    begins = [int(edge) for edge in edges]
    for at, (begin, free) in enumerate(zip(begins, map(int, units), strict=True)):
        end = begins[at + 1] if at + 1 < len(begins) else extent
        if work <= 0:
            return 0 if at == 0 else begin
        if free and work <= free * (end - begin):
            return begin + -(-work // free)
        work -= free * (end - begin)
    return extent if work > 0 else 0
