"""Modes for the heuristic: short ones that do not use up more than there is."""

import numpy as np

from consortio_engine.resources.layout import Layout
from consortio_engine.resources.shortage import amount_of

CHANGED = 0.15  # of the jobs' modes are drawn anew in a sample


def first_modes(layout: Layout) -> tuple[int, ...] | None:
    """The shortest modes, exchanged one by one until nothing is used up beyond its amount; None if that fails."""
    modes = [0 if fixed else _shortest(layout, job) for job, fixed in enumerate(layout.is_fixed.tolist())]
    return _repaired(layout, modes)


def other_modes(layout: Layout, modes: tuple[int, ...], draw: np.random.Generator) -> tuple[int, ...]:
    """The same with some drawn anew; as they were where that uses up too much."""
    changed = list(modes)
    for job, ways in enumerate(layout.ways):
        if len(ways) > 1 and not layout.is_fixed[job] and draw.random() < CHANGED:
            changed[job] = int(draw.integers(len(ways)))
    return _repaired(layout, changed) or modes


def _shortest(layout: Layout, job: int) -> int:
    most = [int(room.units.max()) for room in layout.rooms]
    ways = layout.ways[job]
    fitting = [mode for mode, way in enumerate(ways) if all(units <= most[room] for room, units in way.needs)]
    return min(fitting or range(len(ways)), key=lambda mode: ways[mode].span)


def _repaired(layout: Layout, modes: list[int]) -> tuple[int, ...] | None:
    """Exchange the mode that relieves what is used up too much at the least loss of time, until nothing is."""
    limited = [index for index, one in enumerate(layout.problem.resources) if not one.renewable]
    used = {index: 0 for index in limited}
    for job, mode in enumerate(modes):
        for resource, units in layout.ways[job][mode].used_up:
            used[resource] += units
    while True:
        over = {index: used[index] - amount_of(layout, index) for index in limited}
        if all(excess <= 0 for excess in over.values()):
            return tuple(modes)
        best = _best_exchange(layout, modes, over)
        if best is None:
            return None
        job, mode = best
        for resource, units in layout.ways[job][modes[job]].used_up:
            used[resource] -= units
        for resource, units in layout.ways[job][mode].used_up:
            used[resource] += units
        modes[job] = mode


def _best_exchange(layout: Layout, modes: list[int], over: dict[int, int]) -> tuple[int, int] | None:
    """The job and mode that relieve most for the time they cost; None where nothing relieves."""
    best = None
    for job, ways in enumerate(layout.ways):
        now = ways[modes[job]]
        for mode, way in enumerate(ways if not layout.is_fixed[job] else ()):
            relief = _relief(over, dict(now.used_up), dict(way.used_up))
            if relief > 0:
                loss = (way.span - now.span) / relief
                if best is None or (loss, job, mode) < best:
                    best = (loss, job, mode)
    return None if best is None else best[1:]


def _relief(over: dict[int, int], now: dict[int, int], then: dict[int, int]) -> int:
    """By how much the excess in all falls when a job changes from one mode to another."""
    before = sum(max(excess, 0) for excess in over.values())
    after = sum(max(excess - now.get(index, 0) + then.get(index, 0), 0) for index, excess in over.items())
    return before - after
