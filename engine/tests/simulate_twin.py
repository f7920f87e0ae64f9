"""The slow, obvious twin of the simulation: one network after the other, each scheduled by itself."""

from dataclasses import replace

import numpy as np

from consortio_engine import Network, Options, Schedule, schedule

OPTIONS = Options()


def scheduled_trials(network: Network, tasks, left, mode: str, options: Options = OPTIONS) -> list[Schedule]:
    """The schedule of each trial; `left` has one row of remaining durations per task, one column per trial."""
    plans = []
    for trial in range(left.shape[1]):
        remaining = network.remaining.copy()
        remaining[tasks] = left[:, trial]
        duration = np.maximum(network.duration + remaining - network.remaining, 0)
        plans.append(schedule(replace(network, duration=duration, remaining=remaining), mode=mode, options=options))
    return plans


def quantile(values, level: int):
    """The least value up to which at least so many per cent of the values lie."""
    ordered = sorted(values)
    return next(value for rank, value in enumerate(ordered, 1) if 100 * rank >= level * len(ordered))


def rank_correlation(one, two) -> float:
    """Spearman's, from mean ranks."""
    first, second = (np.array([_mean_rank(value, values) for value in values]) for values in (one, two))
    first, second = first - first.mean(), second - second.mean()
    spread = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / spread) if spread else 0.0


def _mean_rank(value, values) -> float:
    return sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
