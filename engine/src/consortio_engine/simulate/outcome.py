"""What a simulation answers, and the questions that can be asked of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer
from consortio_engine.errors import EngineError
from consortio_engine.forecast.scoring import wilson
from consortio_engine.results import Mode
from consortio_engine.simulate.samples import at_level

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEVELS = tuple(range(5, 100, 5))
CURVE_POINTS = 101
FRONTIER_POINTS = 20


class NotKept(EngineError):
    """Samples of a task were asked for that was not named in `keep`, or money where no costs were given."""

    code = "not_kept"


class Note(NamedTuple):
    """
    Something the reader of a simulation should know.

    Attributes:
        code: `no_spread` (no duration varies), `spread_ignored` (the duration of the task decides no
            date: it is finished, inactive, has dates of its own, or lasts as long as others), `not_converged` (the interval of the 80 % quantile is still wider than a hundredth
            of the remaining duration; value: its width in minutes), `first_trials` (figures of tasks rest on the first
            trials; value: how many), `correlation_changed` (value: by how much at most, in thousandths).
        task: index, -1: the whole. value: a number for the message.
    """

    code: str
    task: int = -1
    value: int = 0


class Chance(NamedTuple):
    """A share of trials, and the interval in which it lies with 95 % if more trials were run (Wilson)."""

    share: float
    low: float
    high: float


class Point(NamedTuple):
    """An instant, and the share of trials finished by then."""

    finish: int
    share: float


class Pair(NamedTuple):
    """A date and a sum of money that are met together."""

    finish: int
    cost: float


@dataclass(frozen=True)
class Effect:
    """
    What one risk or driver costs: how much earlier the project would finish without it, in the same trials.

    Attributes:
        kind: "risk" or "driver". index: its position in what was given. name: as given.
        happened: share of trials. tasks: that it hits.
        p50, p80, mean: minutes around the clock between the two quantiles (means).
        p50_work, p80_work: the same in working minutes of the project's calendar.
    """

    kind: Literal["risk", "driver"]
    index: int
    name: str
    tasks: tuple[int, ...]
    happened: float
    p50: int
    p80: int
    mean: int
    p50_work: int
    p80_work: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulation(Answer):
    """
    The answer. Instants in minutes since 1970, NONE where there is none; a cancelled one has no trials and no figures.

    Attributes:
        trials: how many were run.
        levels: per cent, 5 to 95: the level of each quantile.
        finish: (tasks, levels), quantiles of the finish of every task; summaries included.
        project_finish: (levels,), of the latest early finish.
        interval: (levels, 2), in which the true quantile of the project lies with 95 %, by order statistics.
        standard_error: (levels,), minutes, of the project's quantiles.
        planned: (tasks,), the finish of each task in the schedule. planned_finish: of the project.
        planned_chance: that the project finishes by then.
        criticality: (tasks,), share of trials in which the task is on the longest path.
        sensitivity: (tasks,), rank correlation (Spearman) of duration and project finish; 0 where nothing varies.
        cruciality: (tasks,), criticality × |sensitivity|.
        schedule_sensitivity: (tasks,), criticality × deviation of the duration ÷ deviation of the project's length.
        effects: what each risk and driver costs, in the order given, risks first.
        cost: (levels,), quantiles of the money, cents; None without costs.
        samples: (trials,), project finishes, ascending. cost_samples: (trials,), the money of the same trials; None
            without costs.
        kept: task -> (trials,), finishes in ascending order, for the tasks named in `keep`.
        findings: see `Note`.
        mode: whose rules.
    """

    trials: int
    levels: tuple[int, ...]
    finish: Ints
    project_finish: Ints
    interval: Ints
    standard_error: Floats
    planned: Ints
    planned_finish: int
    planned_chance: float
    criticality: Floats
    sensitivity: Floats
    cruciality: Floats
    schedule_sensitivity: Floats
    effects: tuple[Effect, ...]
    cost: Floats | None
    samples: Ints
    cost_samples: Floats | None
    kept: Mapping[int, Ints]
    findings: tuple[Note, ...]
    mode: Mode

    def curve(self, task: int | None = None, points: int = CURVE_POINTS) -> tuple[Point, ...]:
        """
        Return the S-curve: finishes, and the share of trials finished by then.

        Args:
            task: one named in `keep`; None: the project. points: at most so many, evenly spaced in the share.

        Raises: NotKept.
        """
        samples = _samples(self, task)
        if not len(samples):
            return ()
        ranks = np.unique(np.linspace(1, len(samples), min(points, len(samples))).round().astype(np.int64))
        found: dict[int, float] = {}
        for rank in ranks.tolist():
            when = int(samples[rank - 1])
            found[when] = int(np.searchsorted(samples, when, side="right")) / len(samples)
        return tuple(Point(when, share) for when, share in found.items())


def chance_by(simulation: Simulation, when: int, task: int | None = None) -> Chance:
    """
    Return the chance to have finished by an instant.

    Args:
        when: minutes since 1970. task: one named in `keep`; None: the project.

    Raises: NotKept. Cost: one search.
    """
    samples = _samples(simulation, task)
    return _chance(int(np.searchsorted(samples, when, side="right")), len(samples))


def joint(simulation: Simulation, finish: int, cost: float) -> Chance:
    """
    Return the chance to finish by an instant and to spend no more than that.

    Raises: NotKept where no costs were given. Cost: linear in trials.
    """
    money = _money(simulation)
    met = (simulation.samples <= finish) & (money <= cost)
    return _chance(int(met.sum()), len(met))


def frontier(simulation: Simulation, chance: float, points: int = FRONTIER_POINTS) -> tuple[Pair, ...]:
    """
    Return dates and sums that are met together with that chance: an earlier date asks for more money.

    Args:
        chance: above 0, up to 1, such as 0.5, 0.7, 0.8. points: at most so many.

    Raises: NotKept where no costs were given. ValueError: a chance outside.
    Cost: points × trials × log trials.
    """
    if not 0 < chance <= 1:
        raise ValueError(f"The chance is {chance}; it lies above 0 and up to 1.")
    money, count = _money(simulation), len(simulation.samples)
    if not count:
        return ()
    needed = ceil(chance * count - 1e-9)
    found: list[Pair] = []
    for rank in np.unique(np.linspace(needed, count, points).round().astype(np.int64)).tolist():
        # Everything finished by the date of this rank, equal dates included.
        within = int(np.searchsorted(simulation.samples, simulation.samples[rank - 1], side="right"))
        pair = Pair(int(simulation.samples[rank - 1]), float(np.sort(money[:within])[needed - 1]))
        if not found or pair.cost < found[-1].cost:
            found.append(pair)
    return tuple(found)


def _samples(simulation: Simulation, task: int | None) -> Ints:
    if task is None:
        return simulation.samples
    if task not in simulation.kept:
        raise NotKept(f"No samples of task {task} were kept; name it in `keep`.", [task])
    return simulation.kept[task]


def _money(simulation: Simulation) -> Floats:
    if simulation.cost_samples is None:
        raise NotKept("The simulation knows no costs.")
    return simulation.cost_samples


def _chance(met: int, count: int) -> Chance:
    if not count:
        return Chance(0.0, 0.0, 1.0)
    low, high = wilson(met, count)
    return Chance(met / count, low, high)


def quantiles(samples: Ints) -> Ints:
    """The order statistics at LEVELS of ascending samples, along the last axis."""
    return samples[..., [at_level(level, samples.shape[-1]) for level in LEVELS]]
