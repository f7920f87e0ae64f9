"""
Distributions as tables of quantiles.

A sample is a uniform number looked up in a table of 513 quantiles, linear in between; the outermost cells have tables
of their own, because that is where quantiles bend.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, log
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from consortio_engine.simulate.draws import UNIT, Words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Shape = Literal["pert", "triangular", "uniform", "lognormal", "discrete", "empirical"]

CELLS = 512
TAIL_CELLS = 64
PERT_WEIGHT = 4
PERT_SHAPES = 65

# The probabilities of a table: the main cells, then the first one and the last one in finer steps.
_MAIN = np.arange(CELLS + 1) / CELLS
_TAIL = np.arange(TAIL_CELLS + 1) / TAIL_CELLS / CELLS
PROBABILITIES: Floats = np.concatenate((_MAIN, _TAIL, 1 - 1 / CELLS + _TAIL))
INSIDE_UNIT = 2.0**-44
_CELL_BITS, _INSIDE_BITS = np.uint64(44), np.uint64(2**44 - 1)
LOWER_TAIL, UPPER_TAIL, WIDTH = CELLS + 1, CELLS + TAIL_CELLS + 2, CELLS + 2 * TAIL_CELLS + 3


@dataclass(frozen=True)
class Spread:
    """
    What a figure may turn out to be: working minutes of remaining duration, a factor, or money.

    Attributes:
        low, likely, high: the least, the likeliest and the greatest value ("pert", "triangular"); "uniform" ignores
            `likely`; "lognormal" reads them as the 10, 50 and 90 % quantiles, which are never limits.
        shape: of the distribution.
        values, weights: "discrete": the values and how often each comes (any unit); "empirical": observed values, read
            as quantiles of which the first is the least, without weights.
    """

    low: float
    likely: float
    high: float
    shape: Shape = "pert"
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    @classmethod
    def fixed(cls, value: float) -> "Spread":
        """No spread: always the value."""
        return cls(value, value, value)

    @classmethod
    def discrete(cls, chances: Sequence[tuple[float, float]]) -> "Spread":
        """One of some values, each with its weight: (value, weight)."""
        ordered = sorted(chances)
        values = tuple(float(value) for value, _ in ordered) or (float("nan"),)
        weights = tuple(float(weight) for _, weight in ordered)
        return cls(values[0], values[len(values) // 2], values[-1], "discrete", values, weights)

    @classmethod
    def empirical(cls, values: Sequence[float]) -> "Spread":
        """As observed, interpolated between the observations."""
        ordered = tuple(sorted(float(value) for value in values)) or (float("nan"),)
        return cls(ordered[0], ordered[len(ordered) // 2], ordered[-1], "empirical", ordered)

    def faults(self) -> Iterator[str]:
        """What is wrong with it, as ends of a sentence."""
        figures = (self.low, self.likely, self.high, *self.values, *self.weights)
        if not all(isfinite(figure) for figure in figures):
            yield "holds a figure that is no number"
        elif not self.low <= self.likely <= self.high:
            yield f"is not in order: {self.low:g}, {self.likely:g}, {self.high:g}"
        elif self.shape == "lognormal" and not self.is_fixed and not self.low < self.likely < self.high:
            yield "has equal quantiles, which no lognormal distribution has"
        elif self.shape == "discrete" and (min(self.weights, default=0) < 0 or not sum(self.weights) > 0):
            yield "has weights of which none is positive or one is negative"
        elif self.shape == "discrete" and len(self.weights) != len(self.values):
            yield "has not one weight for each value"

    @property
    def is_fixed(self) -> bool:
        """Whether it holds one value only."""
        return self.low == self.high

    @property
    def greatest(self) -> float:
        """The greatest value that can be drawn."""
        if self.shape == "lognormal" and not self.is_fixed:
            return float(unit_row(self)[2][-1])
        return self.high

    @property
    def mean(self) -> float:
        """The expected value, from the table (exact for PERT, triangular, uniform, discrete)."""
        if self.shape == "pert":
            return (self.low + PERT_WEIGHT * self.likely + self.high) / (PERT_WEIGHT + 2)
        if self.shape == "triangular":
            return (self.low + self.likely + self.high) / 3
        if self.shape == "uniform":
            return (self.low + self.high) / 2
        if self.shape == "discrete":
            pairs = zip(self.values, self.weights, strict=True)
            return sum(value * weight for value, weight in pairs) / sum(self.weights)
        base, reach, row = unit_row(self)
        main = row[1 : CELLS - 1].sum() + row[2:CELLS].sum()
        tails = row[LOWER_TAIL : UPPER_TAIL - 1].sum() + row[LOWER_TAIL + 1 : UPPER_TAIL].sum()
        tails += row[UPPER_TAIL : WIDTH - 1].sum() + row[UPPER_TAIL + 1 :].sum()
        return float(base + reach * (main + tails / TAIL_CELLS) / 2 / CELLS)


def unit_row(spread: Spread) -> tuple[float, float, Floats]:
    """
    Return base, reach and the quantiles at PROBABILITIES: a value is base + reach × quantile.

    Raises: no error; the spread has been checked, and is not "discrete".
    """
    if spread.is_fixed:
        return float(spread.low), 0.0, uniform_quantiles()
    if spread.shape == "empirical":
        at = PROBABILITIES * (len(spread.values) - 1)
        return 0.0, 1.0, np.interp(at, np.arange(len(spread.values)), spread.values)
    if spread.shape == "lognormal":
        return 0.0, 1.0, lognormal_quantiles(spread.low, spread.likely, spread.high)
    reach = spread.high - spread.low
    if spread.shape == "uniform":
        return spread.low, reach, uniform_quantiles()
    place = (spread.likely - spread.low) / reach
    row = triangular_quantiles(place) if spread.shape == "triangular" else pert_quantiles(place)
    return spread.low, reach, row


def uniform_quantiles() -> Floats:
    """The probabilities themselves; shape (WIDTH,)."""
    return PROBABILITIES


@lru_cache(maxsize=4096)
def triangular_quantiles(place: float) -> Floats:
    """Quantiles of the triangle from 0 to 1 with its top at `place`; shape (WIDTH,)."""
    rising = np.sqrt(PROBABILITIES * place)
    falling = 1 - np.sqrt((1 - PROBABILITIES) * (1 - place))
    return np.where(place > PROBABILITIES, rising, falling)


def lognormal_quantiles(low: float, middle: float, high: float) -> Floats:
    """
    Quantiles of the lognormal distribution, moved or mirrored, that has these 10, 50 and 90 % quantiles.

    The outermost are those of one in four hundred thousand. Three quantiles in even steps are normal. Shape (WIDTH,).
    """
    normal, z90 = _normal_quantiles(), NormalDist().inv_cdf(0.9)
    below, above = middle - low, high - middle
    if abs(above - below) <= 1e-9 * (above + below):
        return middle + normal * (above + below) / 2 / z90
    # (P50 - shift) is the geometric mean of the two others less the shift.
    shift = (low * high - middle * middle) / (low + high - 2 * middle)
    sigma = log((high - shift) / (middle - shift)) / z90
    result: Floats = shift + (middle - shift) * np.exp(sigma * normal)
    return result


@lru_cache(maxsize=1)
def _normal_quantiles() -> Floats:
    least = 1 / CELLS / TAIL_CELLS / 8
    return np.array([NormalDist().inv_cdf(each) for each in np.clip(PROBABILITIES, least, 1 - least).tolist()])


@lru_cache(maxsize=4096)
def pert_quantiles(place: float) -> Floats:
    """
    Quantiles of the PERT distribution from 0 to 1 with its mode at `place`; shape (WIDTH,).

    Mixed from the two nearest of 65 shapes: at most 6e-5 off.
    """
    shapes = _pert_shapes()
    at = min(int(place * (PERT_SHAPES - 1)), PERT_SHAPES - 2)
    share = place * (PERT_SHAPES - 1) - at
    result: Floats = (1 - share) * shapes[at] + share * shapes[at + 1]
    return result


@lru_cache(maxsize=1)
def _pert_shapes() -> Floats:
    """Beta quantiles for modes 0, 1/64, ... 1; shape (PERT_SHAPES, WIDTH)."""
    modes = np.arange(PERT_SHAPES) / (PERT_SHAPES - 1)
    return np.array([_beta_quantiles(1 + PERT_WEIGHT * mode, 1 + PERT_WEIGHT * (1 - mode)) for mode in modes])


_NODES = 1025


def _beta_quantiles(alpha: float, beta: float) -> Floats:
    """By integrating over s with x = sin²(s), where the density is smooth, and two steps of Newton. Shape (WIDTH,)."""
    nodes = np.linspace(0, np.pi / 2, _NODES)
    cells = _integral(nodes[:-1], nodes[1:], alpha, beta)
    below = np.concatenate(([0.0], np.cumsum(cells)))
    wanted = PROBABILITIES * below[-1]
    cell = np.clip(np.searchsorted(below, wanted, side="right") - 1, 0, _NODES - 2)
    start = nodes[cell]
    s = np.interp(wanted, below, nodes)
    for _ in range(2):
        density = np.maximum(_density(s, alpha, beta), 1e-300)
        s = np.clip(s - (below[cell] + _integral(start, s, alpha, beta) - wanted) / density, start, nodes[cell + 1])
    result: Floats = np.sin(s) ** 2
    result[PROBABILITIES == 0], result[PROBABILITIES == 1] = 0.0, 1.0
    return np.concatenate([np.maximum.accumulate(part) for part in np.split(result, [LOWER_TAIL, UPPER_TAIL])])


def _density(s: Floats, alpha: float, beta: float) -> Floats:
    result: Floats = np.sin(s) ** (2 * alpha - 1) * np.cos(s) ** (2 * beta - 1)
    return result


def _integral(start: Floats, end: Floats, alpha: float, beta: float) -> Floats:
    """Of the density, by the two-point rule of Gauss on each half."""
    half = (end - start) / 4
    total = np.zeros_like(end)
    for centre in (start + half, start + 3 * half):
        for side in (-1, 1):
            total += _density(centre + side * half / np.sqrt(3), alpha, beta)
    return total * half


@dataclass(frozen=True, eq=False)
class Tables:
    """
    Quantiles of many spreads, those of the same proportions stored once.

    Attributes:
        flat: (units × WIDTH,), one row of quantiles after the other.
        offset: (rows,), where the quantiles of each spread begin. base, reach: (rows,).
    """

    flat: Floats
    offset: Ints
    base: Floats
    reach: Floats

    @classmethod
    def of(cls, spreads: Sequence[Spread]) -> "Tables":
        """Lay them out; none is "discrete"."""
        known: dict[int, int] = {}
        units: list[Floats] = []
        offset = np.zeros(len(spreads), dtype=np.int64)
        base, reach = np.zeros(len(spreads)), np.zeros(len(spreads))
        for row, spread in enumerate(spreads):
            base[row], reach[row], unit = unit_row(spread)
            if id(unit) not in known:  # equal proportions come from a cache as the same array
                known[id(unit)] = len(units)
                units.append(unit)
            offset[row] = known[id(unit)] * WIDTH
        return cls(np.concatenate(units) if units else np.zeros(0), offset, base, reach)

    def draw(self, rows: slice, bits: Words) -> Floats:
        """
        Return a value for all random bits of some rows.

        Args:
            rows: which spreads. bits: (rows, trials), 53 bits each.
        """
        cell = (bits >> _CELL_BITS).view(np.int64)
        bits &= _INSIDE_BITS
        inside = bits.view(np.int64) * INSIDE_UNIT
        offset = self.offset[rows, None]
        at = cell + offset
        result: Floats = self.flat[at]
        at += 1
        above = self.flat[at]
        above -= result
        above *= inside
        result += above
        cell += 1
        cell &= CELLS - 1  # 1 in the first cell, 0 in the last
        outermost = np.flatnonzero(cell < 2)
        if len(outermost):
            start = offset[outermost // cell.shape[1], 0] + np.where(cell.flat[outermost] == 1, LOWER_TAIL, UPPER_TAIL)
            fine = inside.flat[outermost] * TAIL_CELLS
            whole = fine.astype(np.int64)
            below = self.flat[start + whole]
            result.flat[outermost] = below + (self.flat[start + whole + 1] - below) * (fine - whole)
        result *= self.reach[rows, None]
        result += self.base[rows, None]
        return result


def sampled(spread: Spread, bits: Words) -> Floats:
    """Return a value of the spread for each of the random bits; shape (trials,)."""
    if spread.shape == "discrete" and not spread.is_fixed:
        reached = np.cumsum(spread.weights) / sum(spread.weights)
        at = np.minimum(np.searchsorted(reached, bits * UNIT, side="right"), len(spread.values) - 1)
        return np.asarray(spread.values, dtype=np.float64)[at]
    result: Floats = Tables.of([spread]).draw(slice(None), bits[None, :].copy())[0]
    return result
