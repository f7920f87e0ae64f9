"""Widening by what past forecasts missed: a safety net under every method."""

from collections.abc import Sequence
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.forecast.scoring import FEWEST_TO_JUDGE, finite

Floats = NDArray[np.float64]

COVERED = 0.8
MOST_STRETCH = 5.0
_LOW, _MIDDLE, _HIGH = 9, 49, 89


def stretch_of(past: Sequence[tuple[Sequence[float] | Floats, float]]) -> float:
    """
    Return by how much intervals must be wider, so that 80 % of the past outcomes lie within theirs.

    Args:
        past: quantiles at 1 to 99 %, shape (99,), ascending, and what came true, of forecasts by the same method.

    Returns:
        1 to 5; 1 below twenty past forecasts. It never makes an interval narrower.

    Raises: InvalidForecast. Source: conformal prediction, Vovk and others 2005; Romano and others 2019, by a factor instead of a
    distance, so that forecasts of any unit and horizon can be compared. Cost: O(m log m).
    """
    needed = sorted(_needed(at, row, outcome) for at, (row, outcome) in enumerate(past))
    if len(needed) < FEWEST_TO_JUDGE:
        return 1.0
    rank = ceil((len(needed) + 1) * COVERED)
    return min(max(needed[min(rank, len(needed)) - 1], 1.0), MOST_STRETCH)


def stretched(quantiles: Sequence[float] | Floats, factor: float) -> Floats:
    """
    Return the quantiles so many times as far from their median; shape as given.

    Raises: InvalidForecast for another shape, or a factor below 1.
    """
    row = _row(-1, quantiles)
    if not 1 <= factor < inf:
        raise InvalidForecast([Fault("stretch", -1, f"The stretch is {factor!r}; it is at least 1.")])
    return np.asarray(row + (factor - 1) * (row - row[_MIDDLE]))


def _needed(at: int, quantiles: Sequence[float] | Floats, outcome: float) -> float:
    """By how much this interval had to be wider, or could have been narrower."""
    row, truth = _row(at, quantiles), float(finite("outcome", outcome))
    miss = truth - row[_MIDDLE]
    half = row[_HIGH] - row[_MIDDLE] if miss > 0 else row[_LOW] - row[_MIDDLE]
    if miss == 0:
        return 0.0
    return float(miss / half) if half != 0 else inf


def _row(at: int, quantiles: Sequence[float] | Floats) -> Floats:
    row = finite(f"forecast {at}, quantile", quantiles)
    if row.shape != (99,) or np.any(np.diff(row) < 0):
        raise InvalidForecast([Fault("shapes", at, f"Forecast {at} is no 99 ascending quantiles.")])
    return row
