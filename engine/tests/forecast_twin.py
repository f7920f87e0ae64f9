"""Slow and obvious versions of what `consortio_engine.forecast` computes."""

import numpy as np

from consortio_engine.forecast.student import LEVELS, student_cdf


def slow_mixture(location, scale, weight, freedom) -> list[float]:
    """Quantiles of a mixture by halving its exact distribution, one level after the other."""
    return [_slow_quantile(level, location, scale, weight, freedom) for level in LEVELS]


def _slow_quantile(level, location, scale, weight, freedom) -> float:
    low, high = -1e4, 1e4
    for _ in range(60):
        middle = (low + high) / 2
        if np.sum(weight * student_cdf((middle - location) / scale, freedom)) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def slow_level(values, gaps, ratio) -> tuple[float, float, float, float]:
    """
    Location and spread of the level, sum of squares and log determinant, by one covariance matrix of all readings.

    Source: generalised least squares with an unknown mean (universal kriging), Cressie 1993, 3.4.
    """
    times = np.concatenate(([0.0], np.cumsum(gaps)))
    covariance = np.eye(len(values)) + ratio * np.minimum(times[:, None], times[None, :])
    inverse, ones = np.linalg.inv(covariance), np.ones(len(values))
    information = ones @ inverse @ ones
    mean = ones @ inverse @ values / information
    rest, shared = values - mean, ratio * times
    location = mean + shared @ inverse @ rest
    spread = ratio * times[-1] - shared @ inverse @ shared + (1 - ones @ inverse @ shared) ** 2 / information
    return location, spread, rest @ inverse @ rest, np.linalg.slogdet(covariance)[1] + np.log(information)


def slow_promises(features, kept, ridge) -> np.ndarray:
    """The weights of ridge logistic regression by plain gradient descent: intercept first, standardised features."""
    table = (features - features.mean(axis=0)) / features.std(axis=0)
    design = np.hstack([np.ones((len(table), 1)), table])
    beta = np.zeros(design.shape[1])
    for _ in range(3000):
        slope = design.T @ (1 / (1 + np.exp(-design @ beta)) - kept) + np.array([0, *[ridge] * table.shape[1]]) * beta
        beta -= 2 / len(kept) * slope
    return beta
