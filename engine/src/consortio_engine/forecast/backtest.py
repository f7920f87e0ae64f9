"""How well the same answers would have held: every earlier moment is asked again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from consortio_engine.forecast.experts import BASELINES, Question, own_quantiles, pooled
from consortio_engine.forecast.scoring import SCORED_LEVELS, Coverage, brier, coverage, pinball
from consortio_engine.forecast.series import FEWEST_READINGS, Target
from consortio_engine.forecast.student import LEVELS

Floats = NDArray[np.float64]

FEWEST_ORIGINS = 5
_AT: NDArray[np.int64] = np.rint(np.array(SCORED_LEVELS) * 100).astype(np.int64) - 1
_LOW, _HIGH = 9, 89
_SURE = 0.99


def scored_loss(quantiles: Floats, outcome: float) -> float:
    """The quantile loss over SCORED_LEVELS of quantiles at LEVELS, shape (99,)."""
    return pinball(SCORED_LEVELS, quantiles[_AT], outcome)


@dataclass(frozen=True)
class Record:
    """
    How one method's earlier answers held.

    Attributes:
        method: "naive", "linear" or "method", which is what the kind of measure asks for.
        count: of earlier moments. steps: how many readings ahead was asked.
        losses: quantile loss at each moment, in the unit of the measure, oldest first.
        pinball: their mean, None for a count of 0.
        brier: of the probability to meet the same target, None without target or for a count of 0.
        coverage: of the interval from 10 to 90 %.
    """

    method: str
    count: int
    steps: int
    losses: tuple[float, ...]
    pinball: float | None
    brier: float | None
    coverage: Coverage


@dataclass(frozen=True)
class Trial:
    """One earlier moment asked again: quantiles of every method, shape (99,), and what came true."""

    quantiles: dict[str, Floats]
    outcome: float


def backtest(question: Question, target: Target | None = None) -> tuple[Record, ...]:
    """
    Ask at every earlier moment with three readings or more, and compare with what came true.

    Args:
        question: its reference class must not hold the series itself. target: also scored by Brier.

    Returns: the records of the method, then naive, then linear, over the same moments. Asked is as far ahead as now,
    or as far as leaves five moments. Source: rolling origin, Tashman 2000. Cost: O(n) forecasts.
    """
    ahead = ahead_of(question)
    return records_of(list(trials_of(question, ahead)), ahead, target)


def records_of(trials: Sequence[Trial], ahead: int, target: Target | None) -> tuple[Record, ...]:
    """The records of the method, naive and linear over the same moments."""
    return tuple(_record(name, trials, ahead, target) for name in ("method", *BASELINES))


def trials_of(question: Question, ahead: int) -> Iterator[Trial]:
    """Every earlier moment whose readings have a spread, so many readings before the truth is known."""
    series = question.series
    for count in range(FEWEST_READINGS, len(series.at) - ahead + 1):
        later = count + ahead - 1
        asked = replace(question, series=series.first(count), by=series.at[later])
        if asked.has_spread:
            found = own_quantiles(asked)
            yield Trial(found | {"method": pooled(asked, found)}, series.value[later])


def chance(quantiles: Floats, target: Target) -> float:
    """
    Return the probability that a reading meets the target, within 0.01 to 0.99.

    Args:
        quantiles: at LEVELS, shape (99,), ascending; linear in between.

    Monotone in the target. Beyond the outermost quantiles nothing is claimed: hence never 0 or 1.
    """
    if target.direction == "up":
        met = 1 - _below(quantiles, target.value)
    elif target.direction == "down":
        met = _at_most(quantiles, target.value)
    else:
        highest = target.value if target.highest is None else target.highest
        met = _at_most(quantiles, highest) - _below(quantiles, target.value)
    return min(max(met, 1 - _SURE), _SURE)


def _below(quantiles: Floats, value: float) -> float:
    at = int(np.searchsorted(quantiles, value, side="left"))
    return _between(quantiles, at - 1, value)


def _at_most(quantiles: Floats, value: float) -> float:
    at = int(np.searchsorted(quantiles, value, side="right"))
    return _between(quantiles, at - 1, value)


def _between(quantiles: Floats, before: int, value: float) -> float:
    """The level of a value whose nearest smaller quantile is known."""
    if before < 0:
        return 0.0 if value < quantiles[0] else float(LEVELS[0])
    if before == len(quantiles) - 1:
        return 1.0
    width = quantiles[before + 1] - quantiles[before]
    share = (value - quantiles[before]) / width if width > 0 else 0.0
    return float(LEVELS[before] + min(share, 1.0) * (LEVELS[before + 1] - LEVELS[before]))


def ahead_of(question: Question) -> int:
    """How many readings ahead a back-test asks."""
    if not question.series.at:
        return 1
    spare = len(question.series.at) - FEWEST_READINGS - FEWEST_ORIGINS + 1
    return int(max(1, min(round(question.steps), spare)))


def _record(name: str, trials: Iterable[Trial], ahead: int, target: Target | None) -> Record:
    answers = [(trial.quantiles[name], trial.outcome) for trial in trials]
    lows, highs = [row[_LOW] for row, _ in answers], [row[_HIGH] for row, _ in answers]
    covered = coverage(lows, highs, [outcome for _, outcome in answers])
    if not answers:
        return Record(name, 0, ahead, (), None, None, covered)
    losses = tuple(scored_loss(row, outcome) for row, outcome in answers)
    score = None
    if target is not None:
        score = brier([chance(row, target) for row, _ in answers], [target.is_met(outcome) for _, outcome in answers])
    return Record(name, len(answers), ahead, losses, float(np.mean(losses)), score, covered)
