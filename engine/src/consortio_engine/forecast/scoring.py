"""How good were forecasts, and what several of them say together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast

Floats = NDArray[np.float64]

SCORED_LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
FEWEST_TO_JUDGE = 20
_NINETY_FIVE = 1.959963984540054


def finite(name: str, values: object) -> Floats:
    """Return the values as an array of floats; raise InvalidForecast where one is no finite number."""
    try:
        result = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidForecast([Fault("not_a_number", -1, f"{name} holds something that is no number.")]) from None
    wrong = np.flatnonzero(~np.isfinite(result))
    if len(wrong):
        rows = [Fault("not_finite", int(at), f"{name} {at} is {result.ravel()[at]}.") for at in wrong]
        raise InvalidForecast(rows)
    return result


def _probabilities(name: str, values: object) -> Floats:
    result = finite(name, values)
    wrong = np.flatnonzero((result < 0) | (result > 1))
    if len(wrong):
        text = "lies outside 0 to 1"
        raise InvalidForecast(
            [Fault("no_probability", int(at), f"{name} {at} is {result.ravel()[at]}: {text}.") for at in wrong]
        )
    return result


def _same_length(name: str, first: Floats, second: Floats) -> None:
    if first.shape != second.shape or not first.size:
        shapes = f"{first.shape} and {second.shape}"
        raise InvalidForecast([Fault("shapes", -1, f"{name}: shapes {shapes} do not fit, or are empty.")])


def pinball(levels: Sequence[float] | Floats, quantiles: Sequence[float] | Floats, outcome: float) -> float:
    """
    Return the mean quantile loss, in the unit of the measure; 0 is best.

    Args:
        levels: shape (k,), within 0 to 1. quantiles: shape (k,). outcome: what came true.

    Raises: InvalidForecast. Source: Koenker and Bassett 1978. Cost: O(k).
    """
    level, quantile = _probabilities("level", levels), finite("quantile", quantiles)
    _same_length("levels and quantiles", level, quantile)
    above = float(finite("outcome", outcome)) - quantile
    return float(np.mean(np.where(above >= 0, level * above, (level - 1) * above)))


def brier(probabilities: Sequence[float] | Floats, outcomes: Sequence[bool] | Floats) -> float:
    """
    Return the mean squared distance of probabilities from what happened, 0 (best) to 1; always one half scores 0.25.

    Args:
        probabilities, outcomes: shape (m,), m at least 1; an outcome is true or false.

    Raises: InvalidForecast. Source: Brier 1950. Cost: O(m).
    """
    said, happened = _probabilities("probability", probabilities), _probabilities("outcome", outcomes)
    _same_length("probabilities and outcomes", said, happened)
    return float(np.mean((said - happened) ** 2))


def wilson(hits: float, count: float) -> tuple[float, float]:
    """
    Return the 95 % interval of a share, within 0 to 1; (0, 1) for a count of 0.

    Args:
        hits: 0 to count; need not be whole. count: at least 0.

    Raises: InvalidForecast. Source: Wilson 1927.
    """
    if not (isfinite(hits) and isfinite(count) and 0 <= hits <= count):
        raise InvalidForecast([Fault("no_share", -1, f"{hits} of {count} is no share.")])
    if count == 0:
        return 0.0, 1.0
    share, square = hits / count, _NINETY_FIVE**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _NINETY_FIVE * sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


@dataclass(frozen=True)
class Coverage:
    """
    How often outcomes lay within their 80 % intervals.

    Attributes:
        hits, count: of forecasts. low, high: 95 % interval of the share, None below 20 forecasts.
    """

    hits: int
    count: int
    low: float | None
    high: float | None


def coverage(
    lows: Sequence[float] | Floats, highs: Sequence[float] | Floats, outcomes: Sequence[float] | Floats
) -> Coverage:
    """
    Count the outcomes that lay between low and high, both included.

    Args:
        lows, highs, outcomes: shape (m,), m may be 0.

    Raises: InvalidForecast. Cost: O(m).
    """
    low, high, outcome = finite("low", lows), finite("high", highs), finite("outcome", outcomes)
    if outcome.size:
        _same_length("lows and outcomes", low, outcome)
        _same_length("highs and outcomes", high, outcome)
    hits = int(np.count_nonzero((low <= outcome) & (outcome <= high)))
    if outcome.size < FEWEST_TO_JUDGE:
        return Coverage(hits, outcome.size, None, None)
    return Coverage(hits, outcome.size, *wilson(hits, outcome.size))


@dataclass(frozen=True)
class Bin:
    """
    Forecasts of similar probability.

    Attributes:
        count: of forecasts. said: their mean probability. happened: the share that came true.
        low, high: 95 % interval of that share, None below 20 forecasts.
    """

    count: int
    said: float
    happened: float
    low: float | None
    high: float | None


def reliability(
    probabilities: Sequence[float] | Floats, outcomes: Sequence[bool] | Floats, bins: int = 10
) -> tuple[Bin, ...]:
    """
    Return forecasts by probability, in bins of equal width, without the empty ones.

    Args:
        probabilities, outcomes: shape (m,), m at least 1. bins: at least 1.

    Raises: InvalidForecast. Source: Murphy 1977. Cost: O(m + bins).
    """
    said, happened = _probabilities("probability", probabilities), _probabilities("outcome", outcomes)
    _same_length("probabilities and outcomes", said, happened)
    if bins < 1:
        raise InvalidForecast([Fault("bins", -1, f"{bins} bins are too few.")])
    place = np.minimum((said * bins).astype(np.int64), bins - 1)
    rows = []
    for at in np.unique(place):
        chosen = place == at
        count, hits = int(chosen.sum()), float(happened[chosen].sum())
        limits = wilson(hits, count) if count >= FEWEST_TO_JUDGE else (None, None)
        rows.append(Bin(count, float(said[chosen].mean()), hits / count, *limits))
    return tuple(rows)


def pool(answers: Sequence[Sequence[float] | Floats], weights: Sequence[float] | Floats | None = None) -> Floats:
    """
    Return the mean of several answers to one question.

    Args:
        answers: shape (people, k): quantiles at the same levels, or probabilities of the same events.
        weights: shape (people,), >= 0 with a sum above 0, see `weights_of`; None: everybody with equal weight.

    The pooled answer's pinball and Brier loss is never above the (so weighted) mean of the single ones: both are convex.

    Raises: InvalidForecast for no answers, or answers of unequal length. Source: Lichtendahl et al. 2013. Cost: O(people k).
    """
    if not len(answers):
        raise InvalidForecast([Fault("no_answers", -1, "There is no answer to pool.")])
    rows = [finite(f"answer {at}, number", answer) for at, answer in enumerate(answers)]
    for at, row in enumerate(rows):
        if row.shape != rows[0].shape or not row.size:
            raise InvalidForecast(
                [Fault("shapes", at, f"Answer {at} has {row.size} numbers; the first has {rows[0].size}.")]
            )
    # Shares of each, not the share of the sum: large numbers must not overflow.
    if weights is None:
        return np.asarray(sum(row / len(rows) for row in rows))
    shares = finite("weight", weights)
    if shares.shape != (len(rows),) or np.any(shares < 0) or not 0 < shares.sum() < np.inf:
        raise InvalidForecast([Fault("weights", -1, f"The weights {weights!r} do not fit {len(rows)} answers.")])
    return np.asarray(sum(row * share for row, share in zip(rows, shares / shares.sum(), strict=True)))


def weights_of(losses: Sequence[Sequence[float] | Floats]) -> Floats:
    """
    Return how much weight everybody's next answer deserves: equal until everybody has been scored twenty times.

    Args:
        losses: shape (people, any), of past answers to the same questions, pinball or Brier, >= 0.

    Returns:
        Shape (people,), above 0, with the sum 1: of each ~ exp(-mean loss / mean of mean losses), drawn towards equal weights as
        if everybody had another twenty equal scores.

    Raises: InvalidForecast. Source: exponential weights, Littlestone and Warmuth 1994; shrunk as equal weights are hard to
    beat, Clemen 1989. Cost: O(losses).
    """
    rows = [finite(f"losses of {at}, number", row) for at, row in enumerate(losses)]
    faults = [
        Fault("loss", at, f"Somebody's loss is {row.min()}.")
        for at, row in enumerate(rows)
        if row.size and row.min() < 0
    ]
    if not rows:
        faults.append(Fault("no_answers", -1, "There is nobody to weigh."))
    if faults:
        raise InvalidForecast(faults)
    equal = np.full(len(rows), 1 / len(rows))
    fewest = min(row.size for row in rows)
    if fewest < FEWEST_TO_JUDGE:
        return equal
    means = np.array([row.mean() for row in rows])
    if means.max() == 0:
        return equal
    # Divided by the largest first: means of large losses must not overflow.
    skill = np.exp(-(means / means.max()) / np.mean(means / means.max()))
    trust = fewest / (fewest + FEWEST_TO_JUDGE)
    return np.asarray((1 - trust) * equal + trust * skill / skill.sum())
