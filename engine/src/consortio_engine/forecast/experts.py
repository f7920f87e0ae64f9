"""Which methods answer for which kind of measure, and their quantiles."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.forecast import baselines
from consortio_engine.forecast.classes import ReferenceClass
from consortio_engine.forecast.local_level import local_level
from consortio_engine.forecast.scoring import pool
from consortio_engine.forecast.series import FEWEST_READINGS, SHORTEST_GAP, Kind, Series, is_day
from consortio_engine.forecast.throughput import throughput
from consortio_engine.forecast.trending import faded, trend_in

Floats = NDArray[np.float64]

BASELINES = ("naive", "linear")
_KINDS = ("revised", "flow", "cumulative")


def experts_of(kind: Kind, reference: ReferenceClass | None) -> tuple[str, ...]:
    """The methods whose quantiles are averaged; chosen by kind, never by how well they fit."""
    has_class = reference is not None and reference.is_enough
    if kind == "revised":
        return ("reference_class",) if has_class else ("local_level",)
    if kind == "flow":
        return ("mean", "local_level", "reference_class") if has_class else ("mean", "local_level")
    return ("local_level", "throughput")


@dataclass(frozen=True, kw_only=True)
class Question:
    """
    What the methods are asked.

    Attributes:
        series: the readings known. kind: of the measure. by: the day asked for, after the last reading.
        reference: comparable measures, without this one. seed: of draws, 0 to 2**63 - 1.
        trend: True: there is one, for a reason outside of the readings; False: there is none; None: if the readings show it.

    Raises: InvalidForecast with every fault.
    """

    series: Series
    kind: Kind
    by: float
    reference: ReferenceClass | None = None
    seed: int = 0
    trend: bool | None = None

    def __post_init__(self) -> None:
        if faults := list(_question_faults(self)):
            raise InvalidForecast(faults)

    @property
    def steps(self) -> float:
        """How far ahead, in usual gaps between readings."""
        return (self.by - self.series.at[-1]) / self.series.step

    @property
    def slope(self) -> float:
        """The trend that is carried on, in mean absolute changes per step; 0 for none. Asked with a spread only."""
        series = self.series
        times, values = np.array(series.at) / series.step, (np.array(series.value) - series.value[-1]) / series.scale
        stated = self.trend
        if stated is None and self.kind == "revised" and "reference_class" in experts_of(self.kind, self.reference):
            stated = False  # the class has seen how such things drift
        return trend_in(times - times[-1], values, self.kind, stated)

    @property
    def has_spread(self) -> bool:
        """Whether the readings tell how far a forecast may err: three of them, and not all (or all changes) equal."""
        series = self.series
        if len(series.at) < FEWEST_READINGS or series.scale == 0:
            return False
        return self.kind != "cumulative" or bool(np.ptp(_paces(series)) > 1e-9)


def _question_faults(question: Question) -> Iterator[Fault]:
    if question.kind not in _KINDS:
        yield Fault("kind", -1, f"The kind is {question.kind!r}.")
    if question.trend not in (None, True, False):
        yield Fault("trend", -1, f"The trend is {question.trend!r}; it is true, false or not said.")
    if not isinstance(question.seed, int) or not 0 <= question.seed < 2**63:
        yield Fault("seed", -1, f"The seed is {question.seed!r}.")
    if not is_day(question.by):
        yield Fault("by", -1, f"The day asked for is {question.by!r}.")
    elif question.series.at and question.by - question.series.at[-1] < SHORTEST_GAP:
        yield Fault("by", -1, f"The day asked for, {question.by}, does not lie after the last reading.")


def own_quantiles(question: Question) -> dict[str, Floats]:
    """
    Return the quantiles of each expert and of the two baselines, in the unit of the measure, each of shape (99,).

    Experts see the readings without their trend, which is added again as it fades. The question must have a spread. Cost: 0.5 ms, 2 ms with throughput.
    """
    series = question.series
    names = (*experts_of(question.kind, question.reference), *BASELINES)
    # Scaled by their own changes, so that no unit and no origin can matter.
    values = (np.array(series.value) - series.value[-1]) / series.scale
    times = (np.array(series.at) - series.at[-1]) / series.step
    slope = question.slope
    level, ahead = values - slope * times, slope * faded(question.steps)
    rows = {name: _scaled(name, question, times, values if name in BASELINES else level) for name in names}
    return {
        name: series.value[-1] + series.scale * np.maximum.accumulate(row if name in BASELINES else row + ahead)
        for name, row in rows.items()
    }


def class_quantiles(question: Question) -> Floats:
    """
    Return the quantiles of the reference class alone, around the last value; shape (99,).

    For readings without a spread of their own: the class lends its scale. Without any: what its measures read.
    """
    if question.reference is None:
        raise ValueError("There is no reference class to ask.")
    if not question.series.at:
        return question.reference.levels()
    errors = question.reference.errors(question.steps, "last")
    return np.asarray(question.series.value[-1] + question.reference.scale * errors)


def pooled(question: Question, quantiles: dict[str, Floats]) -> Floats:
    """The mean of the experts' quantiles."""
    return pool([quantiles[name] for name in experts_of(question.kind, question.reference)])


def _scaled(name: str, question: Question, times: Floats, values: Floats) -> Floats:
    steps = question.steps
    if name == "naive":
        return baselines.naive(times, values, steps)
    if name == "linear":
        return baselines.linear(times, values, steps)
    if name == "mean":
        return baselines.mean(values)
    if name == "throughput":
        return throughput(_paces(question.series), -times[1:], steps, question.seed)
    if name == "reference_class":
        return _class_errors(question, times, values)
    if question.kind == "cumulative":
        return local_level(_paces(question.series), np.diff(times)[1:]).sum_ahead(steps)
    return local_level(values, np.diff(times)).ahead(steps)


def _class_errors(question: Question, times: Floats, values: Floats) -> Floats:
    if question.reference is None:
        raise ValueError("There is no reference class to ask.")
    if question.kind == "revised":
        return question.reference.errors(question.steps, "last")
    centre = local_level(values, np.diff(times)).centre
    return centre + question.reference.errors(question.steps, "level")


def _paces(series: Series) -> Floats:
    """Change per step, in mean absolute changes; shape (n - 1,)."""
    return np.asarray(np.diff(series.value) / series.scale / (np.diff(series.at) / series.step))
