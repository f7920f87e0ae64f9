"""The simple answers that every method must beat, and the plain mean. All in steps and scaled values."""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.forecast.student import student_quantiles

Floats = NDArray[np.float64]


def naive(times: Floats, values: Floats, until: float) -> Floats:
    """
    Return quantiles of "it stays as it is": around the last value, as wide as changes so far, growing with the root of time.

    Args:
        times, values: shape (n,), n at least 2. until: the time asked for, after the last.

    Returns: shape (99,). Cost: O(n).
    """
    changes = np.diff(values) / np.sqrt(np.diff(times))
    width = np.sqrt(np.mean(changes**2) * (until - times[-1]))
    return np.asarray(values[-1] + width * student_quantiles(len(changes)))


def linear(times: Floats, values: Floats, until: float) -> Floats:
    """
    Return the prediction quantiles of the least-squares line.

    Args:
        times, values: shape (n,), n at least 3. until: the time asked for.

    Returns: shape (99,). Source: any text on regression, Student's t with n - 2 degrees of freedom. Cost: O(n).
    """
    middle = times.mean()
    away = times - middle
    across = np.sum(away**2)
    slope = np.sum(away * values) / across
    rest = values - values.mean() - slope * away
    variance = np.sum(rest**2) / (len(values) - 2) * (1 + 1 / len(values) + (until - middle) ** 2 / across)
    return np.asarray(values.mean() + slope * (until - middle) + np.sqrt(variance) * student_quantiles(len(values) - 2))


def mean(values: Floats) -> Floats:
    """
    Return the prediction quantiles of one more reading around the mean.

    Args:
        values: shape (n,), n at least 2.

    Returns: shape (99,). Source: Student's t with n - 1 degrees of freedom. Cost: O(n).
    """
    count = len(values)
    width = np.sqrt(np.var(values, ddof=1) * (1 + 1 / count))
    return np.asarray(values.mean() + width * student_quantiles(count - 1))
