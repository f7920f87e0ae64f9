"""
Levelling by CP-SAT: one aim after the other, each with a proven bound, from the heuristic's plan on.

Source:
    Perron and Didier, CP-SAT (OR-Tools 9.15); Laborie, Rogerie, Shaw and Vilim (2018), IBM ILOG CP optimizer for
    scheduling, for optional intervals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from math import ceil
from os import cpu_count
from time import monotonic, perf_counter
from typing import Any

from consortio_engine.answers import Cancelled, Status, Watch
from consortio_engine.fingerprint import digest
from consortio_engine.kernel import Speed, speed_of
from consortio_engine.resources.answer import Levelling, Origin, levelling_of, placed_of
from consortio_engine.resources.checker import verify
from consortio_engine.resources.cp_build import PIECES_MAX, Model, TooLarge
from consortio_engine.resources.cp_run import Limits, Outcome, solve
from consortio_engine.resources.cp_steps import Steps, stretches
from consortio_engine.resources.goals import Aim, aims_of, measure
from consortio_engine.resources.heuristic import SAMPLES, Best, sample, simple_bounds
from consortio_engine.resources.justify import Placed, Search, makespan
from consortio_engine.resources.layout import ANY_TIME, Layout
from consortio_engine.resources.problem import Problem
from consortio_engine.resources.shortage import never_enough
from consortio_engine.resources.wording import Finding
from consortio_engine.version import VERSION

METHOD = "CP-SAT from the heuristic's plan, one aim after the other"
LIMIT_SECONDS = 10.0
STAGE_SHARE = 0.7  # of the time left goes to a stage that others follow


def level(
    problem: Problem,
    *,
    objective: Sequence[Aim] = ("finish",),
    limit: float | None = LIMIT_SECONDS,
    deterministic_limit: float | None = None,
    workers: int | None = None,
    hint: Levelling | None = None,
    stable: bool = True,
    samples: int = SAMPLES,
    seed: int = 0,
    watch: Watch | None = None,
    speed: Speed | None = None,
) -> Levelling:
    """
    Return the best plan within the limits of resources that is found in time, with a bound.

    Args:
        objective: aims in their order: "finish" (as early as may be), "lateness" (weighted minutes after deadlines),
            "moved" (weighted minutes from old starts), "levelled" (the sum of peaks), "dates" (mandatory dates broken).
            "dates" comes first of itself where there are such dates, "moved" last where there are old starts.
        limit: seconds for all of it; None where only the deterministic limit counts.
        deterministic_limit: CP-SAT's own measure of work; with workers=1 and limit=None runs are equal.
        workers: threads of the solver; None: as many as the machine has.
        hint: a plan to begin from; one that is not valid here is passed over.
        stable: stay near the old starts where the aims before allow.
        samples: of the heuristic that comes first.

    Returns:
        Never a worse plan than the heuristic's. Without OR-Tools (the extra `solve`) it is the heuristic's, and a finding
        says so. Status "limit" means that no plan was found in time, "cancelled" that the best one so far is given.

    Random: NumPy's default generator and CP-SAT, both by the seed.

    Cost: building is linear in jobs, links and bands, with several calendars also in their periods; then the limit.

    Source: see the module; docs/engine/levelling.md.
    """
    began = perf_counter()
    layout = Layout.of(problem)
    aims = aims_of(layout, objective, stable=stable)
    search = Search(layout, speed_of(speed))
    best = Best(layout, aims)
    state = State(layout, aims, best, simple_bounds(search, aims), watch or Watch(), limit, deterministic_limit)
    try:
        if hint is not None and len(hint.start) == layout.count and not verify(problem, hint):
            best.offer(placed_of(layout, hint.start, hint.finish, hint.mode))
        sample(search, best, samples, seed, Watch(cancel=state.watch.cancel))
        if find_spec("ortools") is None:
            state.findings.append(Finding("no_solver", "warning"))
        elif not any(True for _ in never_enough(layout)):
            _improve(state, search, cpu_count() or 1 if workers is None else workers, seed)
    except Cancelled:
        state.status = "cancelled"
    if best.placed is None and best.failed >= 0:
        state.findings.append(Finding("no_room", "error", best.failed))
    options = (tuple(objective), limit, deterministic_limit, workers, stable, samples, seed)
    origin = Origin(
        status=_status(state),
        method=METHOD,
        fingerprint=digest([problem.fingerprint, "level", options, "" if hint is None else hint.fingerprint, VERSION]),
        seed=seed,
        elapsed=perf_counter() - began,
        solver="cp_sat" if find_spec("ortools") else "heuristic",
        findings=tuple(state.findings),
    )
    return levelling_of(layout, best.placed, aims, state.bounds, origin)


@dataclass(eq=False)
class State:
    """What is known while aims are worked through."""

    layout: Layout
    aims: Sequence[Aim]
    best: Best
    bounds: list[int | None]
    watch: Watch
    limit: float | None
    deterministic: float | None
    is_cut: bool = False
    status: Status = "feasible"
    findings: list[Finding] = field(default_factory=list)
    began: float = field(default_factory=monotonic)

    def seconds_left(self) -> float | None:
        """Of the limit by the clock."""
        return None if self.limit is None else self.limit - (monotonic() - self.began)

    def look(self, _objective: float | None = None) -> None:
        """Tell how much of the time has gone, with the best finish known; raise Cancelled."""
        total = 1 if self.limit is None else max(int(self.limit * 10), 1)
        done = 0 if self.limit is None else min(int((monotonic() - self.began) * 10), total - 1)
        self.watch.tell(done, total, self.best.finish_at)


def _status(state: State) -> Status:
    if state.best.placed is None and state.status == "feasible":
        return "infeasible" if any(True for _ in never_enough(state.layout)) else "no_answer"
    return state.status


def _improve(state: State, search: Search, workers: int, seed: int) -> None:
    """Work through the aims; each is held while the next one is improved."""
    layout, best = state.layout, state.best
    end = layout.axis.extent
    if best.placed is not None and _keeps_finish(state):
        end = makespan(best.placed)
    elif best.placed is not None and 2 * stretches(layout) > PIECES_MAX:
        # The horizon is cut to where a better plan is likely: then nothing is proved before the finish.
        end = min(end, 2 * makespan(best.placed))
        state.is_cut = end < layout.axis.extent
    steps = Steps.of(layout, end)
    if not steps.is_exact:
        state.findings.append(Finding("coarsened", "warning", value=steps.size))
    first = search.forward.place_shortest()
    earliest = layout.release if first is None else first.start
    try:
        model = Model(layout, steps, state.aims, earliest, state.look)
    except TooLarge:
        state.findings.append(Finding("too_large", "warning"))
        return
    limits = Limits(None, None, workers, seed)
    for at, aim in enumerate(state.aims):
        share = 1.0 if at == len(state.aims) - 1 else STAGE_SHARE
        if not _improve_aim(state, search, model, at, aim, share, limits):
            break


def _keeps_finish(state: State) -> bool:
    """Whether no better plan ends later: the finish is the first aim that is not met already."""
    for aim, value, bound in zip(state.aims, state.best.value, state.bounds, strict=True):
        if aim == "finish":
            return True
        if bound is None or value > bound:
            return False
    return False


def _improve_aim(state: State, search: Search, model: Model, at: int, aim: Aim, share: float, limits: Limits) -> bool:
    """Improve one aim and hold it; False when there is no use in going on."""
    best, bound = state.best, state.bounds[at]
    expression = model.aims[aim]
    known = None if best.placed is None else measure(state.layout, best.placed, aim)
    if known is not None and bound is not None and known <= bound:
        _hold(state, model, expression, known)
        return True
    seconds = state.seconds_left()
    if seconds is not None and seconds <= 0.02:
        state.findings.append(Finding("limit_reached", "warning", value=at))
        return False
    outcome = _solve_aim(state, model, expression, (known, bound), share, limits)
    if outcome.value is not None:
        _offer(state, search, model, model.placed(outcome.value), at)
        if model.steps.is_exact and _can_prove(state, model, at):
            proved = ceil(outcome.bound - 1e-6)
            state.bounds[at] = proved if bound is None else max(bound, proved)
    if outcome.word == "CANCELLED":
        raise Cancelled
    if outcome.word == "INFEASIBLE" and best.placed is None and model.steps.is_exact:
        state.status = "infeasible"
        return False
    if best.placed is None:
        state.status = "limit"
        return False
    if outcome.word != "OPTIMAL":
        state.findings.append(Finding("limit_reached", "warning", value=at))
    _hold(state, model, expression, measure(state.layout, best.placed, aim))
    return True


def _solve_aim(
    state: State, model: Model, expression: Any, known: tuple[int | None, int | None], share: float, limits: Limits
) -> Outcome:
    """Minimise an expression between what is known to be the least and what the best plan has, for a share of the time."""
    if state.best.placed is not None:
        model.hint(state.best.placed)
    if model.steps.is_exact:
        value, bound = known
        if value is not None:
            model.cp.add(expression <= value)
        if bound is not None:
            model.cp.add(expression >= bound)  # what is seen without a search ends the search when it is reached
    model.cp.minimize(expression)
    seconds, deterministic = state.seconds_left(), state.deterministic
    own = Limits(
        seconds=None if seconds is None else seconds * share,
        deterministic=None if deterministic is None else deterministic * share,
        workers=limits.workers,
        seed=limits.seed,
    )
    outcome = solve(model.cp, own, state.look)
    if deterministic is not None:
        state.deterministic = max(deterministic - outcome.deterministic, 0.0)
    return outcome


def _can_prove(state: State, model: Model, at: int) -> bool:
    """Whether every better plan is among those that the model knows."""
    if state.aims[at] == "moved" and any(int(x) % model.steps.size for x in state.layout.old if x != -ANY_TIME):
        return False  # a best plan may then lie between two steps
    return not state.is_cut or "finish" in state.aims[: at + 1]


def _offer(state: State, search: Search, model: Model, placed: Placed, at: int) -> None:
    """Keep the solver's plan; rounded steps are drawn together first."""
    if not model.steps.is_exact:
        exact = search.forward.place(placed.start, placed.modes)
        if exact is not None:
            state.best.offer(exact)
        return
    value = tuple(measure(state.layout, placed, aim) for aim in state.aims)
    # Aims that are still to come may be worse now: the ones up to here decide, and they are held from here on.
    if state.best.placed is None or value[: at + 1] < state.best.value[: at + 1]:
        state.best.placed, state.best.value = placed, value


def _hold(state: State, model: Model, expression: Any, value: int) -> None:
    # Rounded steps need not have a plan that is as good as the exact one: nothing is held there.
    if model.steps.is_exact:
        model.cp.add(expression <= value)


__all__ = ["level"]
