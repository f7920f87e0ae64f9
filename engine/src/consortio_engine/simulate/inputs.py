"""What a simulation is asked with, besides the network and the spreads of its tasks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Literal

import numpy as np

from consortio_engine.errors import Fault, Faulty
from consortio_engine.network import Network
from consortio_engine.rows import Kind
from consortio_engine.simulate.spreads import Spread

RiskKind = Literal["parallel", "additive"]
Correlations = Mapping[tuple[int, int], float]

TRIALS_MAX = 1_000_000
CHANCE_SLACK = 1e-9
FIGURE_MAX = 1e9  # minutes: nineteen hundred years around the clock
SIMPLE = ("pert", "triangular", "uniform")


class InvalidSimulation(Faulty):
    """Spreads, risks, drivers, branches, costs or correlations that are refused whole."""

    code = "simulation"


@dataclass(frozen=True)
class EventRisk:
    """
    Something that happens or not, and then delays tasks or costs money.

    Attributes:
        chance: 0 to 1. tasks: indices of the tasks it hits.
        impact: working minutes on each of them, drawn once for all of them. A negative impact is an opportunity
            ("additive" only).
        kind: "additive": on top of whatever else; "parallel": of the parallel risks of a task only the longest counts.
        cost: money when it happens; None: none.
        name: identifies its random numbers, so that they stay when other risks come or go; "": its position does.
    """

    chance: float
    tasks: tuple[int, ...]
    impact: Spread
    kind: RiskKind = "parallel"
    cost: Spread | None = None
    name: str = ""


@dataclass(frozen=True)
class Driver:
    """
    A cause that several tasks share: when it acts, all their durations are multiplied by the same factor.

    Attributes:
        chance: to act at all, 0 to 1. tasks: indices. factor: 1 changes nothing. name: as for `EventRisk`.
    """

    chance: float
    tasks: tuple[int, ...]
    factor: Spread
    name: str = ""


@dataclass(frozen=True)
class Branch:
    """
    Alternatives of which one is taken: the tasks of the others take no time, carry no risks and cost nothing.

    Attributes:
        alternatives: (chance, tasks); chances have the sum 1 or less: what is missing is the chance that none is taken.
        name: as for `EventRisk`.
    """

    alternatives: tuple[tuple[float, tuple[int, ...]], ...]
    name: str = ""


@dataclass(frozen=True)
class Cost:
    """
    What a task costs: fixed + rate × units × working minutes at completion.

    Attributes:
        fixed: money. rate: money per working minute of one unit. units: how many.
    """

    fixed: float = 0.0
    rate: float = 0.0
    units: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Question:
    """Everything that is simulated, as given; see `simulate`."""

    spreads: Mapping[int, Spread]
    risks: Sequence[EventRisk] = ()
    drivers: Sequence[Driver] = ()
    branches: Sequence[Branch] = ()
    costs: Mapping[int, Cost] = field(default_factory=dict)
    correlations: Correlations = field(default_factory=dict)
    keep: tuple[int, ...] = ()

    @cached_property
    def touched(self) -> frozenset[int]:
        """The tasks that risks, drivers, branches or correlations name."""
        named = [risk.tasks for risk in self.risks]
        named += [driver.tasks for driver in self.drivers]
        named += [tasks for branch in self.branches for _, tasks in branch.alternatives]
        named += list(self.correlations)
        return frozenset(task for tasks in named for task in tasks)

    def parts(self) -> list[object]:
        """For the fingerprint: sorted, so that the order of a mapping plays no part."""
        tasks = sorted(self.spreads)
        three = [(task, spread.low, spread.likely, spread.high) for task, spread in sorted(self.spreads.items())]
        rest = [(spread.shape, spread.values, spread.weights) for spread in map(self.spreads.__getitem__, tasks)]
        return [
            np.array(three, dtype=np.float64),
            rest,
            *(sorted(each.items()) for each in (self.costs, self.correlations)),
            *(tuple(each) for each in (self.risks, self.drivers, self.branches)),
            tuple(sorted(self.keep)),
        ]


def check(network: Network, question: Question, trials: int | None) -> None:
    """Raise InvalidSimulation with everything that is wrong."""
    faults = [*_faults(network, question)]
    if trials is not None and not 1 <= trials <= TRIALS_MAX:
        faults.append(Fault("trials", -1, f"There may be 1 to {TRIALS_MAX} trials, not {trials}."))
    if faults:
        raise InvalidSimulation(faults)


def _faults(network: Network, question: Question) -> Iterator[Fault]:
    yield from _spread_faults(network, question)
    for index, risk in enumerate(question.risks):
        yield from _chance_faults("risk", index, risk.chance)
        yield from _task_faults(network, "risk", index, risk.tasks)
        yield from _of(f"The impact of risk {index}", "risk_impact", index, risk.impact)
        if risk.cost is not None:
            yield from _of(f"The cost of risk {index}", "risk_cost", index, risk.cost)
        if risk.kind == "parallel" and risk.impact.low < 0:
            yield Fault("risk_impact", index, f"Risk {index} saves time: only an additive risk can.")
    for index, driver in enumerate(question.drivers):
        yield from _chance_faults("driver", index, driver.chance)
        yield from _task_faults(network, "driver", index, driver.tasks)
        yield from _of(f"The factor of driver {index}", "driver_factor", index, driver.factor, least=0)
    yield from _branch_faults(network, question.branches)
    yield from _cost_faults(network, question.costs)
    yield from _correlation_faults(question)
    yield from _task_faults(network, "keep", -1, question.keep)


def _spread_faults(network: Network, question: Question) -> Iterator[Fault]:
    if _are_sound(network, question.spreads):
        return
    for task, spread in question.spreads.items():
        if not 0 <= task < network.task_count:
            yield Fault("unknown_task", task, f"A spread names task {task}; there are {network.task_count}.")
        elif network.kind[task] == Kind.SUMMARY:
            yield Fault("spread_of_summary", task, f"Task {task} is a summary: its parts have spreads, it has none.")
        yield from _of(f"The spread of task {task}", "spread", task, spread, least=0)


def _are_sound(network: Network, spreads: Mapping[int, Spread]) -> bool:
    """Whether all spreads are in order, asked of all at once: one after the other takes longer than some trials."""
    if any(spread.shape not in SIMPLE for spread in spreads.values()):
        return False
    tasks = np.fromiter(spreads, dtype=np.int64, count=len(spreads))
    figures = np.array([(spread.low, spread.likely, spread.high) for spread in spreads.values()]).reshape(-1, 3)
    is_known = (tasks >= 0) & (tasks < network.task_count)
    if not (is_known.all() and (np.abs(figures) <= FIGURE_MAX).all() and (network.kind[tasks] != Kind.SUMMARY).all()):
        return False
    return bool((figures[:, 0] >= 0).all() and (np.diff(figures, axis=1) >= 0).all())


def _of(subject: str, code: str, index: int, spread: Spread, least: float | None = None) -> Iterator[Fault]:
    wrong = list(spread.faults())
    if not wrong and max(spread.greatest, -spread.low) > FIGURE_MAX:
        wrong = [f"reaches {max(spread.greatest, -spread.low):g}; it may reach {FIGURE_MAX:g}"]
    if not wrong and least is not None and spread.low < least:
        wrong = [f"begins below {least:g}: {spread.low:g}"]
    yield from (Fault(code, index, f"{subject} {each}.") for each in wrong)


def _chance_faults(name: str, index: int, chance: float) -> Iterator[Fault]:
    if not 0 <= chance <= 1:  # true of NaN too
        yield Fault(f"{name}_chance", index, f"The chance of {name} {index} is {chance}; it lies between 0 and 1.")


def _task_faults(network: Network, name: str, index: int, tasks: Sequence[int]) -> Iterator[Fault]:
    for task in tasks:
        if not 0 <= task < network.task_count:
            yield Fault("unknown_task", index, f"A {name} names task {task}; there are {network.task_count}.")
        elif name != "keep" and network.kind[task] == Kind.SUMMARY:
            yield Fault(f"{name}_on_summary", index, f"A {name} names task {task}, a summary: name its parts.")
    if len(set(tasks)) < len(tasks):
        yield Fault(f"{name}_twice", index, f"A {name} names a task twice.")


def _branch_faults(network: Network, branches: Sequence[Branch]) -> Iterator[Fault]:
    for index, branch in enumerate(branches):
        named = [task for _, tasks in branch.alternatives for task in tasks]
        yield from _task_faults(network, "branch", index, named)
        for chance, _ in branch.alternatives:
            yield from _chance_faults("branch", index, chance)
        total = sum(chance for chance, _ in branch.alternatives)
        if total > 1 + CHANCE_SLACK:
            yield Fault("branch_chance", index, f"The chances of branch {index} have a sum above 1: {total:g}.")


def _cost_faults(network: Network, costs: Mapping[int, Cost]) -> Iterator[Fault]:
    for task, cost in costs.items():
        if not 0 <= task < network.task_count:
            yield Fault("unknown_task", task, f"A cost names task {task}; there are {network.task_count}.")
        if not all(isfinite(figure) for figure in (cost.fixed, cost.rate, cost.units)):
            yield Fault("cost", task, f"The cost of task {task} holds a figure that is no number.")


def _correlation_faults(question: Question) -> Iterator[Fault]:
    for (first, second), rho in question.correlations.items():
        if first == second or (second, first) in question.correlations:
            yield Fault("correlation", first, f"Tasks {first} and {second} are correlated twice, or with themselves.")
        if not -1 <= rho <= 1:
            yield Fault("correlation", first, f"The correlation of tasks {first} and {second} is {rho}.")
        for task in (first, second):
            if task not in question.spreads:
                yield Fault("correlation", task, f"Task {task} is correlated and has no spread.")
