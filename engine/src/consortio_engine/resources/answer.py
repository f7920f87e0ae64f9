"""What levelling answers, and how it is made of positions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer, Status
from consortio_engine.resources.goals import Aim, measure
from consortio_engine.resources.justify import Placed, makespan
from consortio_engine.resources.layout import Layout
from consortio_engine.resources.shortage import simple_findings
from consortio_engine.resources.wording import Finding
from consortio_engine.rows import NONE

Ints = NDArray[np.int64]

Solver = Literal["heuristic", "cp_sat"]
DAY = 1440


class Stage(NamedTuple):
    """
    One objective, in its place of the order.

    Attributes:
        aim: its name. value: reached, in its unit: "dates" counts, "finish" is an instant, "lateness" and "moved" are
            weighted working minutes, "levelled" is a sum of peaks.
        bound: nothing can be better, given what the stages before reached; None where none was proved.
        proved: value is the best there is.
    """

    aim: Aim
    value: int
    bound: int | None
    proved: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Levelling(Answer):
    """
    A plan within the limits of its resources.

    Status "ok" means that every stage is proved to be best, "feasible" that a valid plan without that proof is given,
    "infeasible" and "no_answer" that there is none (findings say why).

    Attributes:
        start, finish: (jobs,), minutes since 1970; NONE where there is no plan.
        mode: (jobs,), index of the mode chosen; -1 where there is no plan.
        finish_at: when all is done; None without a plan.
        bound: no plan that is as good in the aims before the finish ends before; None where the finish is no aim or there
            is no plan.
        gap: (finish_at - bound) / (finish_at - the problem's start); None where either is missing.
        moved_count, moved_days_count, moved_minutes: against the old starts: jobs whose start differs, by more than a
            day, and minutes around the clock in all.
        stages: the objectives in their order; empty without a plan.
        solver: what found the plan.
        findings: what the reader should know.
    """

    start: Ints
    finish: Ints
    mode: Ints
    finish_at: int | None
    bound: int | None
    gap: float | None
    moved_count: int
    moved_days_count: int
    moved_minutes: int
    stages: tuple[Stage, ...]
    solver: Solver
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How an answer came about: what `Answer` carries, the solver, and findings of the search itself."""

    status: Status
    method: str
    fingerprint: str
    seed: int | None
    elapsed: float
    solver: Solver
    findings: tuple[Finding, ...] = ()


def levelling_of(
    layout: Layout, placed: Placed | None, aims: Sequence[Aim], bounds: Sequence[int | None], origin: Origin
) -> Levelling:
    """
    Make an answer of positions.

    Args:
        bounds: per aim, in positions for "finish" (the lower bound of the finish), else in the aim's unit.
    """
    findings = (*layout.problem.notes, *simple_findings(layout, placed), *origin.findings)
    finish_bound = bounds[list(aims).index("finish")] if "finish" in aims else None
    is_open = placed is not None or origin.status in ("cancelled", "limit")  # without a plan there is nothing to bound
    bound = None if finish_bound is None or not is_open else layout.axis.finish_instant(finish_bound)
    nothing = np.full(layout.count, NONE, dtype=np.int64)
    answer = Levelling(
        status=origin.status,
        method=origin.method,
        fingerprint=origin.fingerprint,
        seed=origin.seed,
        elapsed=origin.elapsed,
        start=nothing,
        finish=nothing,
        mode=np.full(layout.count, -1, dtype=np.int64),
        finish_at=None,
        bound=bound,
        gap=None,
        moved_count=0,
        moved_days_count=0,
        moved_minutes=0,
        stages=(),
        solver=origin.solver,
        findings=findings,
    )
    return answer if placed is None else _with_plan(layout, placed, answer, aims, bounds)


def _with_plan(
    layout: Layout, placed: Placed, answer: Levelling, aims: Sequence[Aim], bounds: Sequence[int | None]
) -> Levelling:
    problem = layout.problem
    start, finish = instants(layout, placed)
    stages = tuple(_stage(layout, placed, aim, bound) for aim, bound in zip(aims, bounds, strict=True))
    end = max(finish.tolist(), default=problem.start)
    pairs = [(int(at), job.old_start) for at, job in zip(start, problem.jobs, strict=True)]
    moved = [abs(at - old) for at, old in pairs if old is not None]
    is_proved = answer.status == "feasible" and all(stage.proved for stage in stages)
    return replace(
        answer,
        status="ok" if is_proved else answer.status,
        start=start,
        finish=finish,
        mode=np.array(placed.modes, dtype=np.int64),
        finish_at=end,
        gap=_gap(problem.start, end, answer.bound),
        moved_count=sum(minutes > 0 for minutes in moved),
        moved_days_count=sum(minutes > DAY for minutes in moved),
        moved_minutes=sum(moved),
        stages=stages,
    )


def _stage(layout: Layout, placed: Placed, aim: Aim, bound: int | None) -> Stage:
    value = measure(layout, placed, aim)
    proved = bound is not None and value <= bound
    if aim != "finish":
        return Stage(aim, value, bound, proved)
    at = layout.axis.finish_instant
    return Stage(aim, at(value), None if bound is None else at(bound), proved)


def _gap(start: int, end: int, bound: int | None) -> float | None:
    if bound is None:
        return None
    return max(end - bound, 0) / (end - start) if end > start else 0.0


def instants(layout: Layout, placed: Placed) -> tuple[Ints, Ints]:
    """Start and finish of every job in minutes since 1970; fixed jobs as they are fixed."""
    axis = layout.axis
    starts, finishes = [], []
    for index in range(layout.count):
        if layout.is_fixed[index]:
            dates = layout.fixed_instants[index]
            assert dates is not None
            start, finish = dates
        else:
            x, y = int(placed.start[index]), int(placed.finish[index])
            if layout.ways[index][placed.modes[index]].span == 0:
                opens = x <= int(layout.opens[index])
                start = finish = axis.start_instant(x) if opens else axis.finish_instant(x)
            else:
                start, finish = axis.start_instant(x), axis.finish_instant(y)
        starts.append(start)
        finishes.append(finish)
    return np.array(starts, dtype=np.int64), np.array(finishes, dtype=np.int64)


def placed_of(layout: Layout, start: Ints, finish: Ints, modes: Ints) -> Placed:
    """Positions of an answer's instants."""
    at, end = layout.axis.position_each(start), layout.axis.position_each(finish)
    return Placed(at, end, tuple(int(mode) for mode in modes))


__all__ = ["Levelling", "Origin", "Stage", "instants", "levelling_of", "makespan", "placed_of"]
