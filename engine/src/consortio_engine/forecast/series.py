"""Readings of one measure, and what is asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast

Floats = NDArray[np.float64]
Kind = Literal["revised", "flow", "cumulative"]
Direction = Literal["up", "down", "band"]

MOST_READINGS = 60
FEWEST_READINGS = 3
SHORTEST_GAP = 1e-6
_LARGEST_VALUE = 1e100
_LARGEST_DAY = 1e9


@dataclass(frozen=True)
class Series:
    """
    Readings in the order of time. A period without a reading is simply not there.

    Attributes:
        at: when each was read, ascending, in days (or whole periods) from any origin; 0 to 60 of them.
        value: what was read, in any unit.

    Raises: InvalidForecast with every fault.
    """

    at: tuple[float, ...] = ()
    value: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", tuple(self.at))
        object.__setattr__(self, "value", tuple(self.value))
        if faults := _series_faults(self):
            raise InvalidForecast(faults)

    @classmethod
    def of(cls, values: Sequence[float]) -> "Series":
        """Readings of consecutive periods 0, 1, 2 and so on."""
        return cls(tuple(range(len(values))), tuple(values))

    def first(self, count: int) -> "Series":
        """The first so many readings."""
        return Series(self.at[:count], self.value[:count])

    @property
    def step(self) -> float:
        """The usual time between readings: the median gap, 1 where there is none."""
        return float(np.median(np.diff(self.at))) if len(self.at) > 1 else 1.0

    @property
    def scale(self) -> float:
        """The mean absolute change from one reading to the next; 0 where nothing changed."""
        return float(np.mean(np.abs(np.diff(self.value)))) if len(self.value) > 1 else 0.0


def _series_faults(series: Series) -> list[Fault]:
    if len(series.at) != len(series.value):
        text = f"{len(series.at)} times do not fit {len(series.value)} values."
        return [Fault("shapes", -1, text)]
    if len(series.at) > MOST_READINGS:
        return [Fault("too_many_readings", -1, f"{len(series.at)} readings; at most {MOST_READINGS}.")]
    faults = []
    for index, (at, value) in enumerate(zip(series.at, series.value, strict=True)):
        if not is_day(at):
            faults.append(Fault("time", index, f"Reading {index} has the time {at!r}."))
        if not _is_number(value, _LARGEST_VALUE):
            faults.append(Fault("value", index, f"Reading {index} has the value {value!r}."))
    if not faults:
        for index in np.flatnonzero(np.diff(series.at) < SHORTEST_GAP).tolist():
            faults.append(Fault("order", index + 1, f"Reading {index + 1} does not lie after the one before it."))
    return faults


def _is_number(value: object, largest: float) -> bool:
    return isinstance(value, int | float | np.number) and isfinite(value) and abs(float(value)) <= largest


def is_day(value: object) -> bool:
    """Whether this can be the time of a reading or a target."""
    return _is_number(value, _LARGEST_DAY)


@dataclass(frozen=True)
class Target:
    """
    What is to be reached, on one day.

    Attributes:
        value: "up": the reading is at least this; "down": at most this; "band": from this on, up to `highest`.
        by: the day, in the time of the readings, after the last of them.
        direction: "up", "down" or "band". highest: of the band only.

    Raises: InvalidForecast with every fault.
    """

    value: float
    by: float
    direction: Direction = "up"
    highest: float | None = None

    def __post_init__(self) -> None:
        if faults := list(_target_faults(self)):
            raise InvalidForecast(faults)

    def is_met(self, value: float) -> bool:
        """Whether a reading reaches it."""
        if self.direction == "up":
            return value >= self.value
        if self.direction == "down":
            return value <= self.value
        return self.value <= value <= (self.highest if self.highest is not None else self.value)


def _target_faults(target: Target) -> list[Fault]:
    faults = []
    if not _is_number(target.value, _LARGEST_VALUE):
        faults.append(Fault("target", -1, f"The target is {target.value!r}."))
    if not is_day(target.by):
        faults.append(Fault("by", -1, f"The day of the target is {target.by!r}."))
    if target.direction not in ("up", "down", "band"):
        faults.append(Fault("direction", -1, f"The direction is {target.direction!r}."))
    if (target.direction == "band") != (target.highest is not None):
        faults.append(Fault("band", -1, f"A {target.direction} target has the highest value {target.highest!r}."))
    elif target.highest is not None and not _is_number(target.highest, _LARGEST_VALUE):
        faults.append(Fault("band", -1, f"The highest value of the band is {target.highest!r}."))
    elif target.highest is not None and not faults and target.highest < target.value:
        faults.append(Fault("band", -1, f"The band ends at {target.highest}, before it begins at {target.value}."))
    return faults
