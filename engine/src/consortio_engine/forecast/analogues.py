"""A long way ahead: what became of the most similar cases of others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.forecast.scoring import finite
from consortio_engine.forecast.student import LEVELS

Floats = NDArray[np.float64]

NEAREST_CASES = 120
FEWEST_CASES = 10
_LARGEST = 1e100


@dataclass(frozen=True, eq=False)
class Analogues:
    """
    Earlier cases with known ends.

    Attributes:
        features: (m, features), as given. centre, width: (features,), to standardise. outcome: (m,). owner: (m,).
    """

    features: Floats
    centre: Floats
    width: Floats
    outcome: Floats
    owner: NDArray[np.int64]

    def quantiles(self, features: Sequence[float] | Floats, owner: int | None = None) -> Floats:
        """
        Return the quantiles at 1 to 99 % of the outcomes of the 120 cases most like this one, and of all as near.

        Args:
            features: shape (features,). owner: whose cases to leave out, to judge honestly.

        Raises: InvalidForecast for another number of features, or fewer than ten cases.
        Source: nearest neighbours by standardised distance. Cost: O(m features).
        """
        asked = finite("feature", features)
        if asked.shape != self.centre.shape:
            raise InvalidForecast([Fault("shapes", -1, f"{asked.size} features; the cases have {len(self.centre)}.")])
        others = np.ones(len(self.owner), dtype=np.bool_) if owner is None else self.owner != owner
        if others.sum() < FEWEST_CASES:
            raise InvalidForecast([Fault("too_few_cases", -1, f"{others.sum()} cases; at least {FEWEST_CASES}.")])
        apart = (self.features[others] - asked) / self.width
        distance = np.sqrt(np.sum(apart**2, axis=1))
        limit = np.sort(distance)[min(NEAREST_CASES, len(distance)) - 1]
        return np.asarray(np.quantile(self.outcome[others][distance <= limit], LEVELS))


def analogues(
    features: Sequence[Sequence[float]] | Floats, outcomes: Sequence[float] | Floats, owners: Sequence[int]
) -> Analogues:
    """
    Collect cases.

    Args:
        features: shape (m, features), what was known then, on scales where distances mean something (logarithms of times).
        outcomes: shape (m,), what became of it, in a measure that can be carried over (slip per day of horizon).
        owners: shape (m,), whose case it is.

    Raises: InvalidForecast. Cost: O(m features).
    """
    table, outcome = finite("feature", features), finite("outcome", outcomes)
    owner = np.asarray(owners, dtype=np.int64)
    if table.ndim != 2 or not table.size or outcome.shape != table.shape[:1] or owner.shape != outcome.shape:
        shapes = f"{table.shape}, {outcome.shape} and {owner.shape}"
        raise InvalidForecast([Fault("shapes", -1, f"Features, outcomes and owners of shapes {shapes} do not fit.")])
    for name, values in (("Feature", table), ("Outcome", outcome)):
        if large := np.flatnonzero(np.abs(values).ravel() > _LARGEST).tolist():
            raise InvalidForecast([Fault("value", at, f"{name} {at} is {values.ravel()[at]}.") for at in large])
    width = table.std(axis=0)
    return Analogues(table, table.mean(axis=0), np.where(width > 0, width, 1.0), outcome, owner)
