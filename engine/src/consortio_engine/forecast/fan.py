"""How a forecast widens: what its method says of the moments between the last reading and the day asked for."""

from dataclasses import dataclass, replace

import numpy as np

from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.forecast.classes import ReferenceClass
from consortio_engine.forecast.experts import Question
from consortio_engine.forecast.reach import Forecast, quantiles_of
from consortio_engine.forecast.series import Kind, Series

MOST_POINTS = 60


@dataclass(frozen=True)
class Fan:
    """
    Quantiles over time.

    Attributes:
        at: shape (points,), ascending, the last is the day asked for. quantiles: shape (points, 99), at 1 to 99 %.
    """

    at: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]


def fan(
    answer: Forecast,
    series: Series,
    by: float,
    *,
    kind: Kind = "revised",
    reference: ReferenceClass | None = None,
    trend: bool | None = None,
    points: int = 12,
) -> Fan:
    """
    Return what the method of an answer says of evenly spaced moments up to its day; empty without an answer.

    Args:
        answer: as `forecast` or `reach` gave it for these very arguments. points: 1 to 60; of a measure without readings
            there is one only.

    Raises: InvalidForecast. Cost: a forecast of 2 ms for each point.
    """
    if not 1 <= points <= MOST_POINTS:
        raise InvalidForecast([Fault("points", -1, f"{points} points; 1 to {MOST_POINTS}.")])
    seed = answer.seed or 0
    asked = Question(series=series, kind=kind, by=by, reference=reference, seed=seed, trend=trend)
    if answer.shown is None:
        return Fan((), ())
    method = answer.shown.method
    chosen = method if method in ("naive", "linear") or "class_alone" in answer.findings else "method"
    days = np.linspace(series.at[-1], by, points + 1)[1:].tolist() if series.at else [by]
    rows = [quantiles_of(replace(asked, by=day), chosen, answer.stretch) for day in [*days[:-1], by]]
    return Fan((*days[:-1], by), tuple(tuple(row.tolist()) for row in rows))
