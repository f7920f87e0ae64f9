"""Reference classes: how far earlier forecasts of comparable measures were from the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.forecast.local_level import local_level
from consortio_engine.forecast.series import FEWEST_READINGS, Series
from consortio_engine.forecast.student import LEVELS

Floats = NDArray[np.float64]

NEAREST_CASES = 120
FEWEST_CASES = 10
MOST_HISTORY = 12
MOST_STEPS_AHEAD = 6


@dataclass(frozen=True, eq=False)
class ReferenceClass:
    """
    Errors of earlier forecasts, in mean absolute changes of their own series.

    Attributes:
        name: for the reader. owner: shape (m,), which series each case comes from. horizon: (m,), steps ahead.
        from_last, from_level: (m,), truth less the last value, and less the local level.
        scale: the median of the series' own mean absolute changes, in their unit: for measures without a scale yet.
        series_count: of the series that gave cases.
        reading, reader: shape (r,), all readings of the series and whose each is: for measures without one yet.
    """

    name: str
    owner: NDArray[np.int64]
    horizon: Floats
    from_last: Floats
    from_level: Floats
    scale: float
    series_count: int
    reading: Floats = field(default_factory=lambda: np.empty(0))
    reader: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def without(self, series: int) -> "ReferenceClass":
        """The class without the cases of one series, to judge it honestly."""
        kept = self.owner != series
        parts = (self.owner[kept], self.horizon[kept], self.from_last[kept], self.from_level[kept])
        others = self.reader != series
        count = self.series_count - int(not kept.all())
        return ReferenceClass(self.name, *parts, self.scale, count, self.reading[others], self.reader[others])

    @property
    def is_enough(self) -> bool:
        """Whether there are ten cases or more."""
        return len(self.owner) >= FEWEST_CASES

    def levels(self) -> Floats:
        """
        Return quantiles of what its measures read, every series with equal weight; shape (99,).

        Raises: InvalidForecast without readings. Cost: O(r log r).
        """
        if not len(self.reading):
            raise InvalidForecast([Fault("too_few_cases", -1, f"The class {self.name!r} has no readings.")])
        order = np.argsort(self.reading, kind="stable")
        _, whose, counts = np.unique(self.reader, return_inverse=True, return_counts=True)
        mass = (1 / counts)[whose][order]
        return np.asarray(np.interp(LEVELS, (np.cumsum(mass) - mass / 2) / mass.sum(), self.reading[order]))

    def errors(self, steps: float, around: str) -> Floats:
        """
        Return quantiles of the error so many steps ahead, in mean absolute changes; shape (99,).

        Args:
            steps: positive. around: "last" or "level".

        Raises: InvalidForecast without a case or for other steps. From the 120 cases of nearest horizon, and all as near; other horizons are stretched by the root of time.
        Cost: O(m log m).
        """
        if not (isfinite(steps) and steps > 0):
            raise InvalidForecast([Fault("steps", -1, f"{steps} steps ahead.")])
        if not len(self.owner):
            raise InvalidForecast([Fault("too_few_cases", -1, f"The class {self.name!r} has no case.")])
        distance = np.abs(np.log(self.horizon / steps))
        limit = np.sort(distance)[min(NEAREST_CASES, len(distance)) - 1]
        chosen = distance <= limit
        found = (self.from_last if around == "last" else self.from_level)[chosen]
        return np.asarray(np.quantile(found * np.sqrt(steps / self.horizon[chosen]), LEVELS))


def reference_class(name: str, many: Sequence[Series], most_ahead: int = 1) -> ReferenceClass:
    """
    Collect the errors of every forecast that could have been made in the series: from 3 to 12 readings, some steps ahead.

    Args:
        name: for the reader. many: series of the same kind and unit. most_ahead: readings ahead, 1 to 6.

    Histories without any change are left out. Raises: InvalidForecast. Cost: O(readings), 0.1 ms each.
    Source: Kahneman and Tversky 1979; Flyvbjerg 2006.
    """
    if not 1 <= most_ahead <= MOST_STEPS_AHEAD:
        raise InvalidForecast([Fault("most_ahead", -1, f"{most_ahead} readings ahead; 1 to {MOST_STEPS_AHEAD}.")])
    cases = [(index, *case) for index, series in enumerate(many) for case in _cases(series, most_ahead)]
    table = np.array(cases, dtype=np.float64).reshape(len(cases), 4)
    scales = [series.scale for series in many if series.scale > 0]
    owner = table[:, 0].astype(np.int64)
    scale = float(np.median(scales)) if scales else 0.0
    reading = np.array([value for series in many for value in series.value], dtype=np.float64)
    reader = np.array([index for index, series in enumerate(many) for _ in series.value], dtype=np.int64)
    cases_of = (owner, table[:, 1], table[:, 2], table[:, 3])
    return ReferenceClass(name, *cases_of, scale, len(np.unique(owner)), reading, reader)


def _cases(series: Series, most_ahead: int) -> list[tuple[float, float, float]]:
    """Horizon in steps and the two errors of every forecast in one series."""
    found = []
    for count in range(FEWEST_READINGS, min(len(series.at) - 1, MOST_HISTORY) + 1):
        past = series.first(count)
        if past.scale == 0:
            continue
        values = (np.array(past.value) - past.value[-1]) / past.scale
        centre = local_level(values, np.diff(past.at) / past.step).centre
        for later in range(count, min(count + most_ahead, len(series.at))):
            error = (series.value[later] - past.value[-1]) / past.scale
            found.append(((series.at[later] - past.at[-1]) / past.step, error, error - centre))
    return found
