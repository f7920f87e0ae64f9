"""Figures from samples: quantiles as order statistics, their intervals, rank correlation. Whole numbers throughout."""

from collections.abc import Sequence
from math import ceil, floor, sqrt

import numpy as np
from numpy.typing import NDArray

from consortio_engine.kernel import Speed, at_speed, kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Z95 = 1.959963984540054
COUNTED_TRIALS = 4_096
COUNTED_RANGE = 8  # values per trial up to which counting is quicker than sorting
RANGE_MAX = 2**16
CHUNK = 16  # rows at once: what fits near the processor


def at_level(level: float, count: int) -> int:
    """The position, in ascending samples, of the quantile of a level in per cent: at least that share lies up to it."""
    return max(ceil(level * count / 100 - 1e-9), 1) - 1


def order_statistics(samples: NDArray[np.int32], levels: Sequence[int]) -> Ints:
    """
    Return the quantiles of each row at levels in per cent; shape (rows, levels).

    Args:
        samples: (rows, trials), in any order; it may be sorted in place.

    Cost:
        One sort, or a count of every value where there are many trials and few values.
    """
    at = np.array([at_level(level, samples.shape[1]) for level in levels])
    result = np.empty((len(samples), len(at)), dtype=np.int64)
    low, high = samples.min(axis=1, initial=2**31 - 1), samples.max(axis=1, initial=-(2**31))
    counted = (samples.shape[1] >= COUNTED_TRIALS) & (high.astype(np.int64) - low < COUNTED_RANGE * samples.shape[1])
    rest = np.flatnonzero(~counted)
    result[rest] = np.sort(samples[rest], axis=1)[:, at]
    for row in np.flatnonzero(counted).tolist():
        below = np.bincount(samples[row] - low[row]).cumsum()
        result[row] = np.searchsorted(below, at, side="right") + low[row]
    return result


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


def spearman(values: Ints, other: Ints, speed: Speed = "plain") -> Floats:
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
    both, squares = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int64)
    if speed == "fast":
        at_speed(rank_sums, "fast")(values, against, np.zeros(RANGE_MAX, dtype=np.int64), both, squares)
    else:
        for first in range(0, len(values), CHUNK):
            mine, trial = doubled_ranks(values[first : first + CHUNK])
            mine -= centre
            both[first : first + CHUNK] = (mine * against[trial]).sum(axis=1)
            mine *= mine
            squares[first : first + CHUNK] = mine.sum(axis=1)
    spread = squares.astype(np.float64) * float((against * against).sum())
    result: Floats = np.where(spread > 0, both / np.sqrt(np.where(spread > 0, spread, 1.0)), 0.0)
    return result


@kernel
def rank_sums(values: Ints, against: Ints, counts: Ints, both: Ints, squares: Ints) -> None:
    """
    Write the sums behind the rank correlation of each row with `against`; for numba alone.

    Ranks are found by counting values that lie close together, and by sorting others.

    Args:
        values: (rows, trials). against: (trials,), doubled ranks around 0. counts: zeros, left so.
        both, squares: (rows,), written.
    """
    count = len(against)
    order = np.zeros(count, dtype=np.int64)
    for row in range(len(values)):
        low, high = values[row, 0], values[row, 0]
        for t in range(count):
            low, high = min(low, values[row, t]), max(high, values[row, t])
        if high - low < len(counts):
            for t in range(count):
                counts[values[row, t] - low] += 1
            below = 0
            for value in range(high - low + 1):
                here = counts[value]
                counts[value] = 2 * below + here - count
                below += here
            for t in range(count):
                rank = counts[values[row, t] - low]
                both[row] += rank * against[t]
                squares[row] += rank * rank
            for value in range(high - low + 1):
                counts[value] = 0
        else:
            order = np.argsort(values[row])
            first = 0
            while first < count:
                last = first
                while last + 1 < count and values[row, order[last + 1]] == values[row, order[first]]:
                    last += 1
                rank = first + last + 1 - count
                for position in range(first, last + 1):
                    both[row] += rank * against[order[position]]
                    squares[row] += rank * rank
                first = last + 1
