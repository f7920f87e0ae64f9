"""Were forecasts as sure as they could be: where outcomes fell, and what a Brier score is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.forecast.scoring import FEWEST_TO_JUDGE, Coverage, coverage, finite, reliability
from consortio_engine.forecast.student import LEVELS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """
    Where outcomes fell among the quantiles that were forecast.

    Attributes:
        tenths: how many outcomes fell into each tenth of their forecast (probability integral transform): about equally
            many if the forecasts were right; a hump in the middle: too wide; full ends: too sure; a slope: too low or high.
        mean: of where they fell, 0 to 1; 0.5 is neither too high nor too low. None below twenty forecasts.
        inner: coverage of the interval from 25 to 75 %. outer: from 10 to 90 %. With Wilson's intervals from twenty on.
    """

    tenths: tuple[int, ...]
    mean: float | None
    inner: Coverage
    outer: Coverage


def calibration(quantiles: Sequence[Sequence[float] | Floats], outcomes: Sequence[float] | Floats) -> Calibration:
    """
    Return where outcomes fell among the quantiles forecast for them.

    Args:
        quantiles: shape (m, 99), at 1 to 99 %, ascending. outcomes: shape (m,).

    Raises: InvalidForecast. Source: Dawid 1984; Gneiting and others 2007. Cost: O(m).
    """
    table = finite("quantile", [finite("quantile", row) for row in quantiles]) if len(quantiles) else np.empty((0, 99))
    truth = finite("outcome", outcomes)
    if table.shape != (len(truth), len(LEVELS)) or np.any(np.diff(table, axis=1) < 0):
        text = f"Quantiles of shape {table.shape} and {truth.size} outcomes: 99 ascending ones for each are expected."
        raise InvalidForecast([Fault("shapes", -1, text)])
    fallen = np.array([_place(row, value) for row, value in zip(table, truth, strict=True)], dtype=np.float64)
    tenths = np.bincount(np.minimum((fallen * 10).astype(np.int64), 9), minlength=10)
    return Calibration(
        tenths=tuple(int(count) for count in tenths),
        mean=float(fallen.mean()) if len(fallen) >= FEWEST_TO_JUDGE else None,
        inner=coverage(table[:, 24], table[:, 74], truth),
        outer=coverage(table[:, 9], table[:, 89], truth),
    )


def _place(row: Floats, value: float) -> float:
    """The level of an outcome, 0.005 and 0.995 beyond the ends; of equal quantiles the middle one."""
    if value < row[0]:
        return 0.005
    if value > row[-1]:
        return 0.995
    left = float(np.interp(value, row, LEVELS))
    equal = np.flatnonzero(row == value)
    return float(LEVELS[equal].mean()) if len(equal) else left


@dataclass(frozen=True)
class BrierParts:
    """
    What a Brier score is made of: score = reliability - resolution + uncertainty + within, exactly.

    Attributes:
        score: 0 is best. reliability: how far what was said lay from what happened, 0 is best. resolution: how far cases were
            told apart, more is better. uncertainty: of always saying the share that happened. within: what the bins hide.
        count: of forecasts.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    count: int


def brier_parts(
    probabilities: Sequence[float] | Floats, outcomes: Sequence[bool] | Floats, bins: int = 10
) -> BrierParts | None:
    """
    Return what the Brier score of these forecasts is made of; None below twenty of them.

    Args:
        probabilities, outcomes: shape (m,), m at least 1. bins: of equal width, at least 1.

    Raises: InvalidForecast. Source: Murphy 1973; Stephenson and others 2008 for what lies within bins. Cost: O(m + bins).
    """
    rows = reliability(probabilities, outcomes, bins)
    said, happened = np.asarray(probabilities, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    count = len(said)
    if count < FEWEST_TO_JUDGE:
        return None
    base = float(happened.mean())
    off = sum(row.count * (row.said - row.happened) ** 2 for row in rows) / count
    apart = sum(row.count * (row.happened - base) ** 2 for row in rows) / count
    score, unsure = float(np.mean((said - happened) ** 2)), base * (1 - base)
    return BrierParts(score, off, apart, unsure, score - off + apart - unsure, count)
