"""Student's t for whole degrees of freedom, and quantiles of mixtures of it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS: Floats = np.arange(1, 100) / 100
LEVELS.flags.writeable = False

# Evenly spaced in the logit, so that tails are as well resolved as the middle.
_FINE: Floats = 1 / (1 + np.exp(-np.linspace(-9, 9, 201)))
_HALVINGS = 50


def student_cdf(x: Floats, freedom: int) -> Floats:
    """
    Return the probability that Student's t lies below x.

    Args:
        x: any shape. freedom: whole degrees of freedom, at least 1.

    Source: Abramowitz and Stegun 26.7.3 and 26.7.4, finite sums. Cost: freedom / 2 terms per value.
    """
    if freedom % 2:
        inside = _odd_share(x, freedom)
    else:
        inside = _even_share(x, freedom)
    return np.asarray(0.5 + 0.5 * np.clip(inside, -1.0, 1.0))


def _odd_share(x: Floats, freedom: int) -> Floats:
    """The share between -x and x for odd degrees of freedom; negative for negative x."""
    angle = np.arctan(x / np.sqrt(freedom))
    sine, cosine = np.sin(angle), np.cos(angle)
    term, total = cosine.copy(), np.zeros_like(angle)
    for step in range(1, (freedom - 1) // 2 + 1):
        total += term
        term = term * cosine**2 * (2 * step) / (2 * step + 1)
    return np.asarray((angle + sine * total) * 2 / np.pi)


def _even_share(x: Floats, freedom: int) -> Floats:
    angle = np.arctan(x / np.sqrt(freedom))
    sine, cosine = np.sin(angle), np.cos(angle)
    term, total = np.ones_like(angle), np.zeros_like(angle)
    for step in range(1, freedom // 2 + 1):
        total += term
        term = term * cosine**2 * (2 * step - 1) / (2 * step)
    return np.asarray(sine * total)


@lru_cache(maxsize=256)
def student_quantiles(freedom: int) -> Floats:
    """Return the quantiles of Student's t at LEVELS; shape (99,), read-only, symmetric about 0."""
    return _frozen(_quantiles_at(LEVELS, freedom))


@lru_cache(maxsize=256)
def _fine_quantiles(freedom: int) -> Floats:
    return _frozen(_quantiles_at(_FINE, freedom))


def _frozen(values: Floats) -> Floats:
    values.flags.writeable = False
    return values


def _quantiles_at(levels: Floats, freedom: int) -> Floats:
    """By halving, in asinh(x), where even the tails of one degree of freedom are short."""
    low, high = np.full_like(levels, -9.0), np.full_like(levels, 9.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = student_cdf(np.sinh(middle), freedom) < levels
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result = np.sinh((low + high) / 2)
    return np.asarray((result - result[::-1]) / 2)


def mixture_quantiles(location: Floats, scale: Floats, weight: Floats, freedom: int) -> Floats:
    """
    Return the quantiles at LEVELS of a mixture of scaled and moved Student's t; shape (99,), ascending.

    Args:
        location, scale, weight: shape (parts,); scales positive, weights with the sum 1.
        freedom: of all parts.

    Accuracy: a thousandth of the widest scale between 5 and 95 per cent. Cost: 0.3 ms for 8 parts.
    """
    table = _fine_quantiles(freedom)
    points = np.sort((location[:, None] + scale[:, None] * student_quantiles(freedom)).ravel())
    below = np.zeros_like(points)
    for middle, width, share in zip(location, scale, weight, strict=True):
        below += share * np.interp((points - middle) / width, table, _FINE)
    return np.asarray(np.interp(LEVELS, np.maximum.accumulate(below), points))
