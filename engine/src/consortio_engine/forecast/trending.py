"""A trend is carried on only if it is stated or the readings leave no doubt of it, and it always fades."""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.forecast.student import student_cdf

Floats = NDArray[np.float64]

FEWEST_FOR_TREND = 8
DAMPING = 0.8  # of what is left, per step
LEAST_REST = 0.1  # of the mean absolute change: a straight line never becomes a certainty
DOUBT = 0.002  # the interval of a slope that must exclude 0 holds 99.8 %


def slope_of(times: Floats, values: Floats, kind: str) -> tuple[float, float]:
    """
    Return the change per step, and how likely one as large would be without any trend.

    Args:
        times, values: shape (n,), n at least 3. kind: "flow": slope of the least-squares line, whose errors are taken to be
            independent; "revised": the mean change, as each reading goes on from the one before.

    Source: Student's t with n - 2 degrees of freedom. Cost: O(n).
    """
    count = len(values)
    if kind == "revised":
        gaps, span = np.diff(times), float(times[-1] - times[0])
        rate = float(values[-1] - values[0]) / span
        error = np.sqrt(np.sum((np.diff(values) - rate * gaps) ** 2 / gaps) / (count - 2) / span)
    else:
        away = times - times.mean()
        across = np.sum(away**2)
        rate = float(np.sum(away * values) / across)
        error = np.sqrt(np.sum((values - values.mean() - rate * away) ** 2) / (count - 2) / across)
    if rate == 0:
        return 0.0, 1.0
    ratio = np.array([-abs(rate) / error if error > 0 else -np.inf])
    return rate, 2 * float(student_cdf(ratio, count - 2)[0])


def trend_in(times: Floats, values: Floats, kind: str, stated: bool | None) -> float:
    """
    Return the change per step to carry on; 0 for none.

    Args:
        times, values: shape (n,), n at least 3, in steps and mean absolute changes.
        stated: True: there is one; False: there is none; None: from eight readings on, if its 99.8 % interval excludes 0.
    """
    if stated is False or kind == "cumulative" or (stated is None and len(values) < FEWEST_FOR_TREND):
        return 0.0
    rate, doubt = slope_of(times, values, kind)
    if stated is None and doubt >= DOUBT:
        return 0.0
    is_straight = np.mean(np.abs(np.diff(values - rate * times))) < LEAST_REST
    return rate * (1 - LEAST_REST) if is_straight else rate


def faded(steps: float) -> float:
    """How many steps' worth of a trend so many steps bring: 0.8 for the first, 4 for all that could follow."""
    return float(DAMPING * (1 - DAMPING**steps) / (1 - DAMPING))
