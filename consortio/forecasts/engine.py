"""Forecasts of several organisations as one, and how well they held: asked of the engine."""

from collections.abc import Sequence
from decimal import Decimal

from consortio_engine.forecast import pinball, pool

LEVELS = (0.1, 0.5, 0.9)
Quantiles = tuple[Decimal, Decimal, Decimal]


def pooled(answers: Sequence[Quantiles]) -> tuple[float, float, float]:
    """Return what all forecasts say together, each with equal weight; at least one."""
    low, middle, high = (float(one) for one in pool([[float(value) for value in answer] for answer in answers]))
    return low, middle, high


def loss(answer: Sequence[Decimal | float], outcome: Decimal) -> float:
    """Return how far a forecast was from what came true, in the unit of the measure; 0 is best."""
    return pinball(LEVELS, [float(value) for value in answer], float(outcome))
