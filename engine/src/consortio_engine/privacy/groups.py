"""
Small groups of columns that some combination of rows keeps apart from all others, by trying every group at once.

A group has a combination of its own if and only if its rows of the kernel depend on each other. Dependent whole numbers stay
dependent when they are mixed and reduced modulo a prime, so that no group is missed; what is found is checked exactly.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, islice
from math import comb, gcd

import numpy as np
from numpy.typing import NDArray

Row = list[int]
Ints = NDArray[np.int64]

PRIME = 2**31 - 1
CHUNK = 100_000
MOST_GROUPS = 1_000_000


class TooManyGroups(Exception):
    """There are more groups than can be tried."""


def small_group(rows: list[Row], people: Sequence[int], k: int) -> list[int] | None:
    """
    Return columns of fewer than k people outside of which some combination of the rows is zero; None if there are none.

    Args:
        rows: shape (rows, columns), whole numbers, independent. people: shape (columns,), >= 1.

    Raises: TooManyGroups beyond a million groups. Cost: a determinant for each group, 1 s for a million.
    """
    columns = len(people)
    if sum(comb(columns, size) for size in range(1, k)) > MOST_GROUPS:
        raise TooManyGroups
    kernel = _kernel(rows)
    mixed = _mixed(kernel, k - 1)
    for size in range(1, k):
        for groups in _chunks(columns, size):
            kept = groups[np.take(np.asarray(people), groups).sum(axis=1) < k]
            for group in kept[_determinants(mixed[kept][:, :, :size]) == 0].tolist():
                if len(reduced([kernel[at] for at in group])[0]) < size:
                    return [int(at) for at in group]
    return None


def _chunks(columns: int, size: int) -> Iterator[Ints]:
    every = combinations(range(columns), size)
    while chunk := list(islice(every, CHUNK)):
        yield np.fromiter(chain.from_iterable(chunk), dtype=np.int64, count=len(chunk) * size).reshape(-1, size)


def _mixed(kernel: list[Row], width: int) -> Ints:
    """The kernel's rows as few numbers modulo the prime: sums with fixed factors."""
    generator = np.random.Generator(np.random.PCG64(1))
    depth = len(kernel[0]) if kernel else 0
    factors = generator.integers(1, PRIME, size=(depth, width)).tolist()
    rows = [
        [sum(v * f[at] for v, f in zip(row, factors, strict=True)) % PRIME for at in range(width)] for row in kernel
    ]
    return np.array(rows, dtype=np.int64).reshape(len(kernel), width)


def _determinants(squares: Ints) -> Ints:
    """Zero exactly where the square is singular modulo the prime; shape (groups,)."""
    left = squares.copy()
    size = left.shape[1]
    result = np.ones(len(left), dtype=np.int64)
    for at in range(size):
        # A row whose number here is not zero comes first; where there is none, the determinant is zero.
        first = at + np.argmax(left[:, at:, at] != 0, axis=1)
        every = np.arange(len(left))
        chosen = left[every, first].copy()
        left[every, first] = left[:, at]
        left[:, at] = chosen
        head = chosen[:, at]
        result = result * head % PRIME
        for below in range(at + 1, size):
            factor = left[:, below, at].copy()
            left[:, below] = (left[:, below] * head[:, None] % PRIME - chosen * factor[:, None] % PRIME) % PRIME
    return result


def _kernel(rows: list[Row]) -> list[Row]:
    """A basis of all vectors that every row takes to 0, as columns: shape (columns, basis)."""
    width = len(rows[0])
    left, pivots = reduced(rows)
    free = [column for column in range(width) if column not in pivots]
    kernel = [[0] * len(free) for _ in range(width)]
    for at, column in enumerate(free):
        # All pivots brought to one common multiple, so that the vector stays whole.
        scale = 1
        for row, pivot in zip(left, pivots, strict=True):
            scale = scale * abs(row[pivot]) // gcd(scale, row[pivot])
        kernel[column][at] = scale
        for row, pivot in zip(left, pivots, strict=True):
            kernel[pivot][at] = -row[column] * scale // row[pivot]
    return kernel


def reduced(rows: list[Row]) -> tuple[list[Row], list[int]]:
    """Gauss and Jordan in whole numbers: the rows that are left, and their pivots' columns."""
    left = rows
    done: list[Row] = []
    pivots: list[int] = []
    for column in range(len(rows[0]) if rows else 0):
        at = next((index for index, row in enumerate(left) if row[column]), None)
        if at is None:
            continue
        chosen = left[at]
        left = [without(row, chosen, column) for index, row in enumerate(left) if index != at]
        done = [without(row, chosen, column) for row in done]
        done.append(chosen)
        pivots.append(column)
    return done, pivots


def without(row: Row, chosen: Row, column: int) -> Row:
    """The row less as much of the chosen one as makes its column 0."""
    factor = row[column]
    if not factor:
        return row
    mixed = [value * chosen[column] - other * factor for value, other in zip(row, chosen, strict=True)]
    common = gcd(*mixed)
    return [value // common for value in mixed] if common > 1 else mixed
