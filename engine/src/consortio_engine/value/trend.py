"""Where a milestone's forecasts drift, and whether the reports are enough to say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault
from consortio_engine.fingerprint import digest
from consortio_engine.forecast.classes import ReferenceClass
from consortio_engine.forecast.series import SHORTEST_GAP, Series, is_day
from consortio_engine.value.rows import InvalidValue
from consortio_engine.version import VERSION

FEWEST_REPORTS = 3
MOST_REPORTS = 60
LEVEL = 0.8  # as between the 10 and the 90 % quantile of forecasts


@dataclass(frozen=True, kw_only=True, eq=False)
class Trend(Answer):
    """
    How a milestone's forecast date moves from report to report, in days.

    Attributes:
        slip: the last forecast less the first; None without two reports.
        slope: days of slip per day that passes (Theil-Sen); None with fewer than three reports.
        slope_interval: between two of the slopes seen; None where so few reports cannot hold 80 %.
        slope_confidence: how often such an interval holds the slope, at least 0.8; None without it.
        meets: the day on which a drift that goes on meets the calendar; None where it never does, or is past.
        low, high: the milestone's date as comparable milestones went on from their last forecast, 10 and 90 %; None
            without a class. What the slope's interval says of the date is not said: it holds far too rarely.
        findings: `too_few_reports` (fewer than three: no answer), `interval_unknown` (three reports), `recedes` (the
            forecast moves away as fast as time passes, or faster), `due` (the last forecast is not after its report),
            `no_class`.
    """

    slip: float | None
    slope: float | None = None
    slope_interval: tuple[float, float] | None = None
    slope_confidence: float | None = None
    meets: float | None = None
    low: float | None = None
    high: float | None = None
    findings: tuple[str, ...] = ()


def trend(reports: Sequence[tuple[float, float]], reference: ReferenceClass | None = None) -> Trend:
    """
    Return the drift of a milestone's forecasts.

    Args:
        reports: shape (n, 2), n <= 60: the day of a report, ascending, and the day it forecasts for the milestone; days
            from any origin.
        reference: how comparable milestones' forecasts went on: a class of series of the same pairs, without this one.

    Raises:
        InvalidValue: with every fault.

    Source:
        Sen (1968), Estimates of the regression coefficient based on Kendall's tau. Cost: O(n^2 log n).
    """
    began = monotonic()
    if faults := _faults(reports):
        raise InvalidValue(faults)
    told = np.array(reports, dtype=np.float64).reshape(len(reports), 2)
    parts: list[object] = [VERSION, "trend", told]
    if reference is not None:
        parts += [reference.horizon, reference.from_last, reference.scale]
    slip = float(told[-1, 1] - told[0, 1]) if len(told) > 1 else None
    name = digest(parts)
    if len(told) < FEWEST_REPORTS:
        return Trend(
            status="no_answer", method="Theil-Sen", fingerprint=name, elapsed=monotonic() - began,
            slip=slip, findings=("too_few_reports",),
        )  # fmt: skip
    slopes = _slopes(told)
    slope = float(np.median(slopes))
    between, confidence = _interval(slopes, len(told))
    meets = _meets(told, slope)
    dates, why = _dates(told, reference)
    findings = [] if between else ["interval_unknown"]
    findings += ["recedes"] if slope >= 1 else []
    return Trend(
        status="ok", method="Theil-Sen", fingerprint=name, elapsed=monotonic() - began,
        slip=slip, slope=slope, slope_interval=between, slope_confidence=confidence,
        meets=meets, low=dates and dates[0], high=dates and dates[1], findings=(*findings, *why),
    )  # fmt: skip


def _faults(reports: Sequence[tuple[float, float]]) -> list[Fault]:
    if len(reports) > MOST_REPORTS:
        return [Fault("too_many_reports", -1, f"{len(reports)} reports; at most {MOST_REPORTS}.")]
    faults = [
        Fault("report", index, f"Report {index} is {pair!r}; it is two days.")
        for index, pair in enumerate(reports)
        if len(pair) != 2 or not all(is_day(day) for day in pair)
    ]
    if not faults:
        for index in range(1, len(reports)):
            if reports[index][0] - reports[index - 1][0] < SHORTEST_GAP:
                faults.append(Fault("order", index, f"Report {index} does not lie after the one before it."))
    return faults


def _slopes(told: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of every pair of reports, ascending."""
    pairs = np.array(list(combinations(range(len(told)), 2)))
    first, second = told[pairs[:, 0]], told[pairs[:, 1]]
    return np.sort((second[:, 1] - first[:, 1]) / (second[:, 0] - first[:, 0]))


def _interval(slopes: NDArray[np.float64], reports: int) -> tuple[tuple[float, float] | None, float | None]:
    """
    The narrowest pair of order statistics, equally many left out on both sides, that holds 80 % exactly.

    As many slopes lie below the true one as there are inversions in a random order of the reports.
    """
    ways, everything = _inversions(reports), factorial(reports)
    left_out, outside = 0, 0
    best = None
    while left_out < len(slopes) - left_out:
        outside += ways[left_out]
        confidence = 1 - 2 * outside / everything
        if confidence < LEVEL:
            break
        best = ((float(slopes[left_out]), float(slopes[len(slopes) - 1 - left_out])), confidence)
        left_out += 1
    return best or (None, None)


def _inversions(count: int) -> list[int]:
    """How many orders of so many things have 0, 1, 2, ... inversions."""
    ways = [1]
    for size in range(2, count + 1):
        longer = [0] * (len(ways) + size - 1)
        for shift in range(size):
            for inversions, orders in enumerate(ways):
                longer[inversions + shift] += orders
        ways = longer
    return ways


def _meets(told: NDArray[np.float64], slope: float) -> float | None:
    """Where the line through the last report meets the day itself."""
    day, said = told[-1]
    if slope >= 1 or said <= day:
        return None
    return float(day + (said - day) / (1 - slope))


def _dates(
    told: NDArray[np.float64], reference: ReferenceClass | None
) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    day, said = told[-1]
    if said <= day:
        return None, ("due",)
    series = Series(tuple(told[:, 0].tolist()), tuple(told[:, 1].tolist()))
    scale = series.scale if reference is None else series.scale or reference.scale
    if reference is None or not reference.is_enough or scale == 0:
        return None, ("no_class",)
    errors = reference.errors(float(said - day) / series.step, "last") * scale
    return (float(said + errors[9]), float(said + errors[89])), ()
