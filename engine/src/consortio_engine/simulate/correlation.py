"""Durations that are said to move together, for pairs whose common cause is not a driver: a Gaussian copula."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sin
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from consortio_engine.simulate.draws import Words
from consortio_engine.simulate.inputs import Correlations

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 100
LEAST = 1e-8

_normal = NormalDist()
_quantile = np.frompyfunc(_normal.inv_cdf, 1, 1)
_below = np.frompyfunc(_normal.cdf, 1, 1)


@dataclass(frozen=True, eq=False)
class Copula:
    """
    How the random numbers of some rows hang together.

    Attributes:
        rows: positions in the drawn durations, ascending. factor: (rows, rows), lower triangle of the correlations.
        change: by how much at most a correlation had to change, because no such set of numbers can exist.
    """

    rows: Ints
    factor: Floats
    change: float

    @classmethod
    def of(cls, tasks: Sequence[int], correlations: Correlations) -> "Copula | None":
        """Of the pairs of which both tasks vary; None without any."""
        row = {task: position for position, task in enumerate(tasks)}
        pairs = {pair: rho for pair, rho in correlations.items() if pair[0] in row and pair[1] in row}
        named = sorted({task for pair in pairs for task in pair})
        if not named:
            return None
        place = {task: position for position, task in enumerate(named)}
        asked = np.eye(len(named))
        for (first, second), rho in sorted(pairs.items()):
            # What normal numbers need so that their ranks correlate by rho (Pearson 1907).
            one, two = place[first], place[second]
            asked[one, two] = asked[two, one] = 2 * sin(pi * rho / 6)
        met = _nearest(asked)
        rows = np.array([row[task] for task in named], dtype=np.int64)
        return cls(rows, np.linalg.cholesky(met).astype(np.float64), float(np.abs(met - asked).max()))

    def join(self, bits: Words) -> Words:
        """Return random bits that hang together, from independent ones; shape (rows, trials)."""
        normal = _quantile((bits + 0.5) * 2.0**-53).astype(np.float64)
        mixed = np.zeros_like(normal)
        for row in range(len(normal)):
            for other in range(row + 1):
                mixed[row] += self.factor[row, other] * normal[other]
        result: Words = (np.clip(_below(mixed).astype(np.float64), 0.0, 1.0 - 2.0**-53) * 2.0**53).astype(np.uint64)
        return result


def _nearest(asked: Floats) -> Floats:
    """
    The nearest correlation matrix that is positive definite; the same matrix where it is.

    Source: Higham (2002), Computing the nearest correlation matrix (alternating projections).
    """
    if np.linalg.eigvalsh(asked).min() >= LEAST:
        return asked
    current, correction = asked.copy(), np.zeros_like(asked)
    for _ in range(ROUNDS):
        before = current - correction
        values, vectors = np.linalg.eigh(before)
        projected = (vectors * np.maximum(values, LEAST)) @ vectors.T
        correction = projected - before
        current = projected.copy()
        np.fill_diagonal(current, 1.0)
    # The last step moved the diagonal; scaled by its own, what was positive definite stays so.
    scale = 1 / np.sqrt(np.diag(projected))
    result: Floats = projected * scale[:, None] * scale[None, :]
    return result
