"""What is short: how often each resource keeps jobs from starting, and what a little more of it would gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic, perf_counter

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer, Cancelled, Status, Watch
from consortio_engine.fingerprint import digest
from consortio_engine.kernel import Speed, speed_of
from consortio_engine.resources.answer import Levelling, placed_of
from consortio_engine.resources.cp_model import level
from consortio_engine.resources.justify import Generator
from consortio_engine.resources.layout import Layout
from consortio_engine.resources.problem import Problem
from consortio_engine.resources.rows import Resource
from consortio_engine.version import VERSION

Ints = NDArray[np.int64]

WEEK = 7 * 1440
METHOD = "the plan solved again with one more unit"


@dataclass(frozen=True)
class Gain:
    """
    What a change of one capacity brings.

    Attributes:
        minutes: around the clock, by which all is done earlier; 0 if nothing earlier was found.
        most: no plan gains more; None without a bound.
        proved: minutes is exactly what it gains: this plan and the other are both proved best.
    """

    minutes: int
    most: int | None
    proved: bool


@dataclass(frozen=True)
class Bottleneck:
    """
    One renewable resource.

    Attributes:
        resource, name: which.
        blocked: how often it kept a job from starting earlier, with the jobs placed in the plan's order.
        unit: what one more unit all the time gains. week: one more unit in the week from `week_from` on, the one in which
            it blocks most often; both None when it was not asked again (no job uses it, nothing can gain, no time left).
    """

    resource: int
    name: str
    blocked: int
    unit: Gain | None
    week: Gain | None
    week_from: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Bottlenecks(Answer):
    """
    Resources, those that gain most first, then by how often they block.

    Attributes:
        ceiling: minutes that more of everything could gain at most: the finish less that of links alone. 0 means that
            nothing can gain.
        rows: one per renewable resource.
    """

    ceiling: int
    rows: tuple[Bottleneck, ...]


def bottlenecks(
    problem: Problem,
    levelling: Levelling,
    *,
    units: int = 1,
    limit: float = 10.0,
    deterministic_limit: float | None = None,
    workers: int | None = None,
    seed: int = 0,
    watch: Watch | None = None,
    speed: Speed | None = None,
) -> Bottlenecks:
    """
    Return what one more unit of each resource would gain, by solving again, and how often each keeps jobs waiting.

    Those that never block can gain all the same: in another order, or where more of them allows another mode. They are
    asked at once; only where all together gain something, or where that is not proved, each by itself.

    Status "ok" means that each gain is proved, "feasible" that one is not, or that no time was left to ask.

    Args:
        units: so many more, where one is only a part of somebody.
        levelling: the plan to compare with, also the hint of every run.
        limit: seconds for all runs together; each has its share. None with a deterministic limit (per run).

    Raises:
        ValueError: the levelling has no plan.

    Cost: two runs per resource that a job uses, at most; as a rule two per resource that blocks, and one.
    """
    if levelling.finish_at is None:
        raise ValueError("There is no plan to explain.")
    began, started = perf_counter(), monotonic()
    chosen = speed_of(speed)
    layout = Layout.of(problem)
    counts, week_of = _blocked(layout, levelling, chosen)
    ceiling = max(levelling.finish_at - _finish_of_links(layout, chosen), 0)
    used = _used(problem)
    blocking = [index for index in sorted(used, key=lambda one: (-counts[one], one)) if counts[index] and ceiling]
    quiet = [index for index in used if not counts[index] and ceiling]
    runs = Runs(problem, levelling, units, deterministic_limit, workers, seed, watch or Watch(), chosen)
    seconds = None if deterministic_limit is not None else limit - (monotonic() - started)
    status: Status = "ok"
    try:
        runs.ask(blocking, quiet, week_of, seconds)
    except Cancelled:
        status = "cancelled"
    gains = runs.found
    rows = _rows(problem, counts, week_of, gains)
    return Bottlenecks(
        status=status
        if status == "cancelled" or not ceiling or all(map(_is_proved, map(gains.get, used)))
        else "feasible",
        method=METHOD,
        fingerprint=digest(
            [problem.fingerprint, levelling.fingerprint, units, limit, deterministic_limit, workers, seed, VERSION]
        ),
        seed=seed,
        elapsed=perf_counter() - began,
        ceiling=ceiling,
        rows=rows,
    )


def _rows(
    problem: Problem,
    counts: Mapping[int, int],
    week_of: Mapping[int, int],
    gains: Mapping[int, tuple[Gain | None, Gain | None]],
) -> tuple[Bottleneck, ...]:
    rows = [
        Bottleneck(
            index,
            resource.name,
            counts.get(index, 0),
            *gains.get(index, (None, None)),
            week_of[index] if index in gains else None,
        )
        for index, resource in enumerate(problem.resources)
        if resource.renewable
    ]
    return tuple(sorted(rows, key=lambda row: (-_minutes(row.unit), -_minutes(row.week), -row.blocked, row.resource)))


def _minutes(gain: Gain | None) -> int:
    return 0 if gain is None else gain.minutes


def _is_proved(gains: tuple[Gain | None, Gain | None] | None) -> bool:
    return gains is not None and all(gain is not None and gain.proved for gain in gains)


def _used(problem: Problem) -> list[int]:
    """The renewable resources that a job needs in some mode."""
    needed = {index for job in problem.jobs for mode in job.ways for index, units in mode.demand.items() if units}
    return [index for index, resource in enumerate(problem.resources) if resource.renewable and index in needed]


@dataclass(eq=False)
class Runs:
    """The same problem with other capacities, solved again."""

    problem: Problem
    plan: Levelling
    units: int
    deterministic: float | None
    workers: int | None
    seed: int
    watch: Watch
    speed: Speed
    found: dict[int, tuple[Gain | None, Gain | None]] = field(default_factory=dict)

    def ask(self, blocking: list[int], quiet: list[int], week_of: Mapping[int, int], seconds: float | None) -> None:
        """Ask those that block, each with its share of the seconds; then the others at once, and by themselves if need be."""
        until = None if seconds is None else monotonic() + seconds

        def left(turns: int) -> float | None:
            return None if until is None else (until - monotonic()) / turns

        turns = len(blocking) + bool(quiet)
        for turn, index in enumerate(blocking):
            self.found[index] = self.gains(index, week_of[index], left(turns - turn), turn, turns)
        together = self.together(quiet, left(1), turns - 1, turns) if quiet else None
        if together and together.proved and not together.minutes:
            self.found |= dict.fromkeys(quiet, (together, together))
            return
        for turn, index in enumerate(quiet):
            self.found[index] = self.gains(index, week_of[index], left(len(quiet) - turn), turns - 1, turns)

    def gains(
        self, index: int, week: int, seconds: float | None, turn: int, of: int
    ) -> tuple[Gain | None, Gain | None]:
        """What one more unit gains, and one more in that week. Where a unit gains nothing, neither does a week."""
        self.watch.tell(2 * turn, 2 * of)
        unit = self._gain({index: self._more(index)}, seconds)
        if unit is None or unit.most == 0 or unit.proved and not unit.minutes:
            return unit, unit
        self.watch.tell(2 * turn + 1, 2 * of)
        week_end = min(week + WEEK, self.problem.horizon)
        resource = self.problem.resources[index]
        return unit, self._gain({index: one_more(resource, week, week_end, self.problem, self.units)}, seconds)

    def together(self, indices: Sequence[int], seconds: float | None, turn: int, of: int) -> Gain | None:
        """What one more unit of each of these gains; where that is nothing, none of them gains anything."""
        self.watch.tell(2 * turn, 2 * of)
        return self._gain({index: self._more(index) for index in indices}, seconds)

    def _more(self, index: int) -> Resource:
        return one_more(self.problem.resources[index], self.problem.start, self.problem.horizon, units=self.units)

    def _gain(self, changed: Mapping[int, Resource], seconds: float | None) -> Gain | None:
        if seconds is not None and seconds <= 0:
            return None
        resources = [changed.get(index, one) for index, one in enumerate(self.problem.resources)]
        then = level(
            self.problem.with_resources(resources),
            limit=None if seconds is None else seconds / 2,
            deterministic_limit=self.deterministic,
            workers=self.workers,
            hint=self.plan,
            stable=False,
            seed=self.seed,
            watch=Watch(cancel=self.watch.cancel),
            speed=self.speed,
        )
        if then.status == "cancelled":
            raise Cancelled
        assert then.finish_at is not None and self.plan.finish_at is not None  # the hint is a plan
        before_is_best = any(stage.aim == "finish" and stage.proved for stage in self.plan.stages)
        most = None if then.bound is None else max(self.plan.finish_at - then.bound, 0)
        is_best = then.status == "ok"
        return Gain(max(self.plan.finish_at - then.finish_at, 0), most, before_is_best and is_best)


def one_more(resource: Resource, begin: int, end: int, problem: Problem | None = None, units: int = 1) -> Resource:
    """
    The resource with one more unit, or so many, between two instants; with a problem, unchanged outside of them up to its horizon.

    Bands that nobody answered count as 0, with one more unit as 1.
    """
    capacity = resource.capacity
    if problem is None and isinstance(capacity, int):
        return replace(resource, capacity=capacity + units)
    if capacity is None or isinstance(capacity, int):
        first, last = (begin, end) if problem is None else (min(problem.start, begin), max(problem.horizon, end))
        capacity = [(first, last, capacity or 0)]
    edges = sorted({begin, end, *(edge for low, high, _ in capacity for edge in (low, high))})
    bands = []
    for low, high in zip(edges, edges[1:], strict=False):
        there = sum(one or 0 for first, last, one in capacity if first <= low < last)
        bands.append((low, high, there + units * (begin <= low < end)))
    return replace(resource, capacity=tuple(bands))


def _blocked(layout: Layout, levelling: Levelling, speed: Speed) -> tuple[dict[int, int], dict[int, int]]:
    """Per resource, how often it blocks when jobs are placed in the plan's order, and the week in which most often."""
    plan = placed_of(layout, levelling.start, levelling.finish, levelling.mode)
    weeks = max(-(-(layout.problem.horizon - layout.problem.start) // WEEK), 1)
    bucket = max(-(-(layout.axis.extent + 1) // weeks), 1)
    width = max(len(layout.rooms), 1)
    counts = np.zeros(width * (layout.axis.extent // bucket + 1), dtype=np.int64)
    Generator(layout, speed).place(plan.start, plan.modes, blocked=counts, bucket=bucket)
    by_room = counts.reshape(width, -1)
    total, week_of = {}, {}
    for index, resource in enumerate(layout.problem.resources):
        rows = [row for row, room in enumerate(layout.rooms) if room.resource == index]
        if resource.renewable:
            of_resource: Ints = by_room[rows].sum(axis=0) if rows else np.zeros(1, dtype=np.int64)
            total[index] = int(of_resource.sum())
            week_of[index] = _week(layout, int(of_resource.argmax()) * bucket)
    return total, week_of


def _week(layout: Layout, x: int) -> int:
    """The start of the week, counted from the problem's start, that holds a position."""
    at = layout.axis.finish_instant(min(x, layout.axis.extent))
    return at - (at - layout.problem.start) % WEEK


def _finish_of_links(layout: Layout, speed: Speed) -> int:
    first = Generator(layout, speed).place_shortest()
    return layout.problem.start if first is None else layout.axis.finish_instant(int(first.finish.max(initial=0)))


__all__: Sequence[str] = ["Bottleneck", "Bottlenecks", "Gain", "bottlenecks", "one_more"]
