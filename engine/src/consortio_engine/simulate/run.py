"""The one call: check, schedule the plan once, run the trials, answer."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import astuple
from time import monotonic
from typing import Any

from consortio_engine.answers import Cancelled, Status, Watch
from consortio_engine.cpm import DEFAULT_OPTIONS, schedule
from consortio_engine.fingerprint import digest
from consortio_engine.kernel import Speed, speed_of
from consortio_engine.network import Network
from consortio_engine.results import Mode, Options
from consortio_engine.simulate.figures import figures_of, no_figures
from consortio_engine.simulate.inputs import Branch, Correlations, Cost, Driver, EventRisk, Question, check
from consortio_engine.simulate.model import Model
from consortio_engine.simulate.outcome import LEVELS, Simulation
from consortio_engine.simulate.spreads import Spread
from consortio_engine.version import VERSION

METHOD = "monte_carlo"


def simulate(
    network: Network,
    spreads: Mapping[int, Spread],
    *,
    risks: Sequence[EventRisk] = (),
    drivers: Sequence[Driver] = (),
    branches: Sequence[Branch] = (),
    costs: Mapping[int, Cost] | None = None,
    correlations: Correlations | None = None,
    keep: Sequence[int] = (),
    trials: int | None = None,
    seed: int = 0,
    mode: Mode = "msp",
    options: Options = DEFAULT_OPTIONS,
    executor: Executor | None = None,
    watch: Watch | None = None,
    speed: Speed | None = None,
) -> Simulation:
    """
    Return when the plan may finish, and what that depends on, from many schedules with durations drawn at random.

    Args:
        network: as for `schedule`; its calendars must reach as far as the longest trial.
        spreads: task -> remaining working minutes. Tasks without one take as long as planned.
        risks, drivers, branches: see `EventRisk`, `Driver`, `Branch`.
        costs: task -> what it costs; None: no money is counted, unless a risk has some.
        correlations: (task, task) -> rank correlation of their durations, for pairs that no driver explains.
        keep: tasks, such as milestones, of which all finishes are kept, for `chance_by` and `Simulation.curve`.
        trials: how many. None: 2,000, and more until the 95 % interval of the 80 % quantile of the finish is narrower
            than a hundredth of the remaining duration, at most 20,000.
        seed: any integer. mode, options, speed: as for `schedule`.
        executor: runs blocks of trials; None: here. watch: is told after each block, and may cancel.

    Raises:
        InvalidSimulation: with every fault. Cycle, HorizonExceeded, NumbaMissing: as `schedule`.

    Random: what a task or risk draws depends on seed, its index (or name) and the trial, and on nothing else.
    Cost: linear in tasks and trials; each risk and driver adds a pass over the trials in which it happens.
    Source: Van Slyke (1963), Monte Carlo Methods and the PERT Problem; docs/engine/simulation.md.
    """
    began = monotonic()
    question = Question(
        spreads={int(task): spread for task, spread in spreads.items()},
        risks=tuple(risks),
        drivers=tuple(drivers),
        branches=tuple(branches),
        costs={int(task): cost for task, cost in (costs or {}).items()},
        correlations=dict(correlations or {}),
        keep=tuple(map(int, keep)),
    )
    check(network, question, trials)
    plan = schedule(network, mode=mode, options=options, speed=speed)
    model = Model.of(network, plan, question, seed, mode, options, speed_of(speed))
    status, figures = _run(model, trials, executor, watch or Watch())
    return Simulation(
        status=status,
        method=METHOD,
        fingerprint=digest([network.fingerprint, mode, *astuple(options), *question.parts(), trials, seed, VERSION]),
        seed=seed,
        elapsed=monotonic() - began,
        levels=LEVELS,
        planned=plan.finish,
        planned_finish=model.planned_finish,
        mode=mode,
        **figures,
    )


def _run(model: Model, trials: int | None, executor: Executor | None, watch: Watch) -> tuple[Status, dict[str, Any]]:
    try:
        return "ok", figures_of(model, trials, executor, watch)
    except Cancelled:
        return "cancelled", no_figures(model)
