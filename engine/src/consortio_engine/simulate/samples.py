"""Figures from samples: quantiles as order statistics, their intervals, rank correlation. Whole numbers throughout."""

from math import ceil, floor, sqrt

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Z95 = 1.959963984540054
CHUNK = 16  # rows at once: what fits near the processor


def at_level(level: float, count: int) -> int:
    """The position, in ascending samples, of the quantile of a level in per cent: at least that share lies up to it."""
    return max(ceil(level * count / 100 - 1e-9), 1) - 1


def interval_positions(level: float, count: int) -> tuple[int, int]:
    """
    Return the positions of the samples between which the true quantile lies with 95 %.

    Source: order statistics with the normal approximation to the binomial; 80 % of 1,000: ranks 775 and 825.
    """
    share = level / 100
    middle, width = count * share, Z95 * sqrt(count * share * (1 - share))
    return max(floor(middle - width), 1) - 1, min(ceil(middle + width), count) - 1


def doubled_ranks(values: Ints) -> tuple[Ints, Ints]:
    """
    Return twice the ranks, from 2 on, equal values sharing the mean of theirs, and the trials they belong to.

    Args:
        values: (rows, trials), at most 2**31 trials, values up to 2**31.

    Returns:
        Two arrays (rows, trials), each row in ascending order of values.
    """
    count = values.shape[1]
    bits = max(int(count - 1).bit_length(), 1)
    packed = np.sort((values << bits) | np.arange(count, dtype=np.int64), axis=1)
    trial, value = packed & ((1 << bits) - 1), packed >> bits
    opens = np.ones(values.shape, dtype=bool)
    opens[:, 1:] = value[:, 1:] != value[:, :-1]
    position = np.arange(1, count + 1, dtype=np.int64)
    first = np.maximum.accumulate(np.where(opens, position, 0), axis=1)
    closes = np.ones(values.shape, dtype=bool)
    closes[:, :-1] = opens[:, 1:]
    last = np.minimum.accumulate(np.where(closes, position, count)[:, ::-1], axis=1)[:, ::-1]
    return first + last, trial


def spearman(values: Ints, other: Ints) -> Floats:
    """
    Return the rank correlation of each row with the other; 0 where one of them never varies.

    Args:
        values: (rows, trials). other: (trials,).

    Returns:
        Shape (rows,), -1 to 1. Sums are of whole numbers: exact in any order up to 100,000 trials.
    """
    count = len(other)
    if count < 2 or not len(values):
        return np.zeros(len(values))
    ranks, trial = doubled_ranks(other[None, :])
    of_trial = np.empty(count, dtype=np.int64)
    of_trial[trial[0]] = ranks[0]
    centre = count + 1  # twice the mean rank
    against = of_trial - centre
    result = np.zeros(len(values))
    for first in range(0, len(values), CHUNK):
        mine, trial = doubled_ranks(values[first : first + CHUNK])
        mine -= centre
        both = (mine * against[trial]).sum(axis=1)
        mine *= mine
        spread = mine.sum(axis=1).astype(np.float64) * float((against * against).sum())
        result[first : first + CHUNK] = np.where(spread > 0, both / np.sqrt(np.where(spread > 0, spread, 1.0)), 0.0)
    return result
