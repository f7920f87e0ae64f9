"""
Values of which the organisations may differ: ranges of decimal numbers, with arithmetic that never loses an end.

An exact value is an interval whose ends are equal. Between exact values each operation rounds once, half to even, to 28
digits; as soon as one is a range, its low end is rounded down and its high end up. So the interval that comes out holds
what comes out of every choice of points inside the operands. Sums are exact before they are rounded: their order does
not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

DIGITS = 28
POWER_MAX = 99  # of ten: values reach up to 1E+99
SIGNALS = [DivisionByZero, InvalidOperation, Overflow]
NEAREST, DOWN, UP = (
    Context(prec=DIGITS, rounding=rounding, Emin=-POWER_MAX, Emax=POWER_MAX, traps=SIGNALS)
    for rounding in (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING)
)
SMALLEST_POWER = NEAREST.Etiny()
# Wide enough for the exact sum of products of any two values; the trap proves it.
EXACT = Context(prec=1000, Emin=-1000, Emax=1000, traps=[*SIGNALS, Inexact])


class NotAValue(ValueError):
    """Infinite, no number, with more digits than are computed with, or a range whose ends are exchanged."""


class MayBeZero(ArithmeticError):
    """The divisor is zero, or a range with zero inside."""


class TooLarge(ArithmeticError):
    """The result lies beyond 1E+99."""


@dataclass(frozen=True, slots=True)
class Interval:
    """
    All numbers from `low` to `high`, both ends included.

    Raises:
        NotAValue: an end is not finite, lies beyond 1E+99 or is written finer than 1E-126, or `low` is above `high`.
    """

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        _check(self.low)
        _check(self.high)
        if self.low > self.high:
            raise NotAValue(f"The range ends at {self.high} before it begins at {self.low}.")

    @classmethod
    def exact(cls, value: Decimal | int) -> "Interval":
        return cls(Decimal(value), Decimal(value))

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> "Interval":
        """Return the narrowest interval that holds all values, as of the claims on one reading; at least one."""
        kept = tuple(values)
        return cls(min(kept), max(kept))

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def width(self) -> Decimal:
        """How far the ends lie apart, >= 0, exact."""
        return EXACT.subtract(self.high, self.low)

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high

    def __neg__(self) -> "Interval":
        return Interval(self.high.copy_negate(), self.low.copy_negate())

    def __add__(self, other: "Interval") -> "Interval":
        return total((self, other))

    def __sub__(self, other: "Interval") -> "Interval":
        return total((self, -other))

    def __mul__(self, other: "Interval") -> "Interval":
        corners = [EXACT.multiply(one, two) for one in (self.low, self.high) for two in (other.low, other.high)]
        return _rounded(min(corners), max(corners), 1)

    def __truediv__(self, other: "Interval") -> "Interval":
        """Raises: MayBeZero, TooLarge."""
        if other.low <= 0 <= other.high:
            raise MayBeZero(f"{other.low} to {other.high} holds zero.")
        down, up = (NEAREST, NEAREST) if self.is_exact and other.is_exact else (DOWN, UP)
        corners = [(one, two) for one in (self.low, self.high) for two in (other.low, other.high)]
        return Interval(min(_divided(down, *pair) for pair in corners), max(_divided(up, *pair) for pair in corners))


def total(parts: Sequence[Interval]) -> Interval:
    """Return the sum, in whatever order the parts come; of none, zero. Raises: TooLarge."""
    return _rounded(_sum(part.low for part in parts), _sum(part.high for part in parts), 1)


def mean(parts: Sequence[Interval]) -> Interval:
    """Return the mean of at least one part, in whatever order they come."""
    return weighted_mean([(part, Decimal(1)) for part in parts])


def weighted_mean(parts: Sequence[tuple[Interval, Decimal]]) -> Interval:
    """
    Return Σ weight·value / Σ weight, rounded once.

    Args:
        parts: at least one value, each with its weight, > 0.
    """
    low = _sum(EXACT.multiply(weight, part.low) for part, weight in parts)
    high = _sum(EXACT.multiply(weight, part.high) for part, weight in parts)
    return _rounded(low, high, _sum(weight for _, weight in parts))


def least(parts: Sequence[Interval]) -> Interval:
    """Return where the smallest of at least one value lies."""
    return Interval(min(part.low for part in parts), min(part.high for part in parts))


def greatest(parts: Sequence[Interval]) -> Interval:
    """Return where the greatest of at least one value lies."""
    return Interval(max(part.low for part in parts), max(part.high for part in parts))


def _check(value: Decimal) -> None:
    if not value.is_finite():
        raise NotAValue(f"{value} is no finite number.")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < SMALLEST_POWER or max(value.adjusted(), exponent) > POWER_MAX:
        raise NotAValue(f"A value lies below 1E+{POWER_MAX + 1} and is written to 1E{SMALLEST_POWER} at most.")


def _sum(values: Iterable[Decimal]) -> Decimal:
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value)
    return result


def _rounded(low: Decimal, high: Decimal, divisor: Decimal | int) -> Interval:
    """Return exact ends divided by a positive number: outward, unless there is but one value to round."""
    down, up = (NEAREST, NEAREST) if low == high else (DOWN, UP)
    return Interval(_divided(down, low, Decimal(divisor)), _divided(up, high, Decimal(divisor)))


def _divided(context: Context, value: Decimal, divisor: Decimal) -> Decimal:
    try:
        return context.divide(value, divisor)
    except Overflow as error:
        raise TooLarge(f"The result lies beyond 1E+{POWER_MAX}.") from error
