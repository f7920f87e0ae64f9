"""Will a promise of one period be kept? For promises many of which were made before, by several teams."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.forecast.scoring import finite

Floats = NDArray[np.float64]

RIDGE = 2.0
TEAM_WEIGHT = 4.0
_ROUNDS = 50


def team_rate(kept: int, made: int, base: float, weight: float = TEAM_WEIGHT) -> float:
    """
    Return the share of promises a team keeps, pulled towards everybody's while it has made few.

    Args:
        kept, made: the team's own promises, 0 <= kept <= made. base: everybody's share, 0 to 1.
        weight: in promises, positive.

    Raises: InvalidForecast. Source: mean of a beta distribution.
    """
    values = finite("kept, made, base and weight", (kept, made, base, weight))
    if not (0 <= kept <= made and 0 <= base <= 1 and weight > 0):
        raise InvalidForecast([Fault("team_rate", -1, f"{kept} of {made}, base {base}, weight {weight}.")])
    return float((values[0] + values[3] * values[2]) / (values[1] + values[3]))


@dataclass(frozen=True, eq=False)
class PromiseModel:
    """
    A logistic model of kept promises.

    Attributes:
        centre, width: of the features it has learnt from, shape (features,). weights: of the standardised features.
        intercept: the logit at the centre. count: of promises learnt from.
    """

    centre: Floats
    width: Floats
    weights: Floats
    intercept: float
    count: int

    def probabilities(self, features: Sequence[Sequence[float]] | Floats) -> Floats:
        """
        Return the probability that each promise is kept, above 0 and below 1.

        Args:
            features: shape (m, features).

        Raises: InvalidForecast. Cost: O(m features).
        """
        table = _table(features)
        if table.shape[1] != len(self.centre):
            text = f"{table.shape[1]} features; the model knows {len(self.centre)}."
            raise InvalidForecast([Fault("shapes", -1, text)])
        # Standardised features are clipped where the model has seen nothing like it.
        standard = np.clip((table - self.centre) / self.width, -10, 10)
        return _logistic(self.intercept + np.sum(standard * self.weights, axis=1))


def fit_promises(
    features: Sequence[Sequence[float]] | Floats, kept: Sequence[bool] | Floats, ridge: float = RIDGE
) -> PromiseModel:
    """
    Learn from earlier promises: ridge logistic regression on standardised features, the intercept free.

    Args:
        features: shape (m, features), m at least 2. kept: shape (m,), true or false. ridge: positive.

    All kept or none: the intercept alone, (kept + 1/2) / (m + 1). Raises: InvalidForecast.
    Source: le Cessie and van Houwelingen 1992; Newton's method. Cost: O(m features² rounds).
    """
    table, outcome = _table(features), finite("kept", kept)
    faults = list(_fit_faults(table, outcome, ridge))
    if faults:
        raise InvalidForecast(faults)
    centre, width = table.mean(axis=0), table.std(axis=0)
    width = np.where(width > 1e-12 * (1 + np.abs(centre)), width, 1.0)
    hits, count = float(outcome.sum()), len(outcome)
    beta = np.zeros(table.shape[1] + 1)
    share = (hits + 0.5) / (count + 1)
    beta[0] = np.log(share / (1 - share))
    if 0 < hits < count:
        design = np.hstack([np.ones((count, 1)), (table - centre) / width])
        beta = _newton(design, outcome, ridge, beta)
    return PromiseModel(centre, width, beta[1:], float(beta[0]), count)


def _table(features: Sequence[Sequence[float]] | Floats) -> Floats:
    table = finite("feature", features)
    if table.ndim != 2:
        raise InvalidForecast([Fault("shapes", -1, f"Features have {table.ndim} dimensions, not two.")])
    if large := np.flatnonzero(np.abs(table).ravel() > 1e100).tolist():
        raise InvalidForecast([Fault("value", at, f"Feature {at} is {table.ravel()[at]}.") for at in large])
    return table


def _fit_faults(table: Floats, outcome: Floats, ridge: float) -> list[Fault]:
    faults = []
    if outcome.shape != table.shape[:1] or len(outcome) < 2:
        faults.append(Fault("shapes", -1, f"{len(table)} rows of features and outcomes of shape {outcome.shape}."))
    for at in np.flatnonzero((outcome != 0) & (outcome != 1)).tolist():
        faults.append(Fault("outcome", at, f"Outcome {at} is {outcome.ravel()[at]}, neither true nor false."))
    if not ridge > 0:
        faults.append(Fault("ridge", -1, f"The ridge is {ridge}."))
    return faults


def _newton(design: Floats, outcome: Floats, ridge: float, beta: Floats) -> Floats:
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0
    loss = _loss(design, outcome, penalty, beta)
    for _ in range(_ROUNDS):
        said = _logistic(design @ beta)
        slope = design.T @ (said - outcome) + penalty * beta
        bend = (design * (said * (1 - said))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(bend + 1e-12 * np.eye(len(beta)), slope)
        length = 1.0
        while (found := _loss(design, outcome, penalty, beta - length * step)) > loss and length > 1e-6:
            length /= 2
        beta = beta - length * step
        if loss - found < 1e-12 * (1 + abs(loss)):
            break
        loss = found
    return beta


def _loss(design: Floats, outcome: Floats, penalty: Floats, beta: Floats) -> float:
    logit = design @ beta
    return float(np.sum(np.logaddexp(0, logit) - outcome * logit) + np.sum(penalty * beta**2) / 2)


def _logistic(logit: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
