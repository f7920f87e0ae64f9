"""From values to pixels: axes, paths, steps that are easily read, stretches that are hatched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, isfinite, log10

Number = int | float | Decimal
At = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Span:
    """One value, or what the claims about it reach from and to."""

    low: Number
    high: Number

    @classmethod
    def of(cls, *values: Number) -> "Span":
        return cls(min(values), max(values))

    @property
    def is_range(self) -> bool:
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class Axis:
    """A line on which `low` stands at the pixel `start` and `high` at `end`. One single value stands in the middle."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: Number) -> float:
        spread = self.high - self.low
        share = (float(value) - self.low) / spread if spread else 0.5
        return px(self.start + share * (self.end - self.start))


def px(value: float) -> float:
    return round(value, 2) + 0.0  # never −0.0


def written(value: float) -> str:
    return f"{px(value):.2f}".rstrip("0").rstrip(".")


def line(points: Iterable[At]) -> str:
    """Return the `d` of a line through these points; nothing where there are less than two."""
    stops = [f"{written(x)} {written(y)}" for x, y in points]
    return "M" + "L".join(stops) if len(stops) > 1 else ""


def area(upper: Sequence[At], lower: Sequence[At]) -> str:
    """Return the `d` of what lies between two lines."""
    outline = line([*upper, *reversed(lower)])
    return outline + "z" if outline else ""


def hatch(left: float, right: float, top: float, bottom: float, step: float = 4) -> str:
    """Return the `d` of slanted strokes inside a rectangle: what is drawn so needs no pattern with a name."""
    height, strokes, foot = bottom - top, [], left - (bottom - top) + step / 2
    while foot < right:
        begin, end = max(foot, left), min(foot + height, right)
        strokes.append(line([(begin, bottom - (begin - foot)), (end, bottom - (end - foot))]))
        foot += step
    return "".join(strokes)


def steps_between(low: float, high: float, most: int) -> list[Decimal]:
    """
    Return at most `most` values, a step of 1, 2, 2.5 or 5 times a power of ten apart, that reach beyond both ends.

    Raises:
        ValueError: an end is no finite number, or fewer than three steps are allowed.
    """
    if not (isfinite(low) and isfinite(high) and most >= 3):
        raise ValueError(f"no steps from {low} to {high} in {most}")
    if low == high:
        low, high = (low - abs(low) / 10, high + abs(high) / 10) if low else (-1.0, 1.0)
    power = floor(log10((high - low) / most)) - 1
    while True:
        for factor in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5)):
            step = factor.scaleb(power)
            first, last = floor(low / float(step)), ceil(high / float(step))
            if last - first < most:
                return [step * nth for nth in range(first, last + 1)]
        power += 1


def digits_of(values: Iterable[Decimal]) -> int:
    """Return how many decimals tell these values apart."""
    return max((max(0, -int(value.normalize().as_tuple().exponent)) for value in values if value), default=0)
