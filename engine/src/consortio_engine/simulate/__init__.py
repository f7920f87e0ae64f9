"""When may the plan finish, how likely is the agreed date, and what do the risks cost? Many schedules at random."""

from consortio_engine.simulate.inputs import Branch, Cost, Driver, EventRisk, InvalidSimulation
from consortio_engine.simulate.outcome import (
    LEVELS,
    Chance,
    Effect,
    Note,
    NotKept,
    Pair,
    Point,
    Simulation,
    chance_by,
    frontier,
    joint,
)
from consortio_engine.simulate.run import simulate
from consortio_engine.simulate.spreads import Spread

__all__ = [
    "LEVELS",
    "Branch",
    "Chance",
    "Cost",
    "Driver",
    "Effect",
    "EventRisk",
    "InvalidSimulation",
    "NotKept",
    "Note",
    "Pair",
    "Point",
    "Simulation",
    "Spread",
    "chance_by",
    "frontier",
    "joint",
    "simulate",
]
