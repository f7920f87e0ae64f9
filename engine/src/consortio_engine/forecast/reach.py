"""Will the measure reach its target by the date? One answer, and how well such answers held before."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from consortio_engine.fingerprint import digest
from consortio_engine.forecast.backtest import FEWEST_ORIGINS, Record, backtest, chance
from consortio_engine.forecast.classes import NEAREST_CASES, ReferenceClass
from consortio_engine.forecast.experts import (
    BASELINES,
    Question,
    class_quantiles,
    experts_of,
    own_quantiles,
    pooled,
)
from consortio_engine.forecast.scoring import wilson
from consortio_engine.forecast.series import FEWEST_READINGS, Kind, Series, Target
from consortio_engine.version import VERSION

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outlook:
    """
    What one method says.

    Attributes:
        method: experts joined by "+", or the name of a baseline.
        low, middle, high: the 10, 50 and 90 % quantiles, in the unit of the measure.
        probability: to meet the target, 0.01 to 0.99; None without target.
    """

    method: str
    low: float
    middle: float
    high: float
    probability: float | None


@dataclass(frozen=True)
class Forecast:
    """
    The answer, what stands beside it, and how it was found.

    Attributes:
        status: "ok", or "no_answer": `shown` is None, and a finding says why.
        shown: what to show. interval: around its probability, 95 %; None without one.
        quantiles: of the shown answer at 1, 2, ... 99 %; empty without one.
        baselines: naive and linear, wherever the readings allow them.
        records: how the method, naive and linear held before; empty where nothing could be asked.
        findings: `no_readings`, `too_few_readings`, `no_spread` (nothing ever changed, or always by the same),
            `class_alone` (the class lends its scale), `unproven` (fewer than five earlier moments: nothing can be
            compared), `baseline_held_better` (clearly so, and it is shown instead of the method),
            `no_better_than_baseline` (the method is shown, but so far it has not been better).
        fingerprint: equal inputs have equal fingerprints. version: of the engine.
    """

    status: Literal["ok", "no_answer"]
    shown: Outlook | None
    interval: tuple[float, float] | None
    quantiles: tuple[float, ...]
    baselines: tuple[Outlook, ...]
    records: tuple[Record, ...]
    findings: tuple[str, ...]
    fingerprint: str
    version: str


def reach(
    series: Series, target: Target, *, kind: Kind = "revised", reference: ReferenceClass | None = None, seed: int = 0
) -> Forecast:
    """
    Return the probability that the reading of the target's day meets the target.

    Args:
        series: 0 to 60 readings. target: its day lies after the last reading.
        kind: "revised": a forecast or a state that is revised (a date, a budget, a level): goes on from the last value;
            "flow": so much per period (velocity): goes on around its mean; "cumulative": a running total.
        reference: comparable measures in the same unit, without this one; used from ten cases on, not for totals.
        seed: of the draws of throughput, 0 to 2**63 - 1.

    Raises: InvalidForecast. Cost: O(n) forecasts of 2 ms at most.
    """
    return _forecast(Question(series=series, kind=kind, by=target.by, reference=reference, seed=seed), target)


def forecast(
    series: Series, by: float, *, kind: Kind = "revised", reference: ReferenceClass | None = None, seed: int = 0
) -> Forecast:
    """
    Return the quantiles of the reading of a day; as `reach`, without a target.

    Raises: InvalidForecast. Cost: as `reach`.
    """
    return _forecast(Question(series=series, kind=kind, by=by, reference=reference, seed=seed), None)


def _forecast(question: Question, target: Target | None) -> Forecast:
    name = _fingerprint(question, target)
    if not question.series.at:
        return _nothing(name, "no_readings")
    if not question.has_spread:
        return _without_spread(question, target, name)
    quantiles = own_quantiles(question)
    method = "+".join(experts_of(question.kind, question.reference))
    records = backtest(question, target)
    chosen, findings = _choice(records)
    row = pooled(question, quantiles) if chosen == "method" else quantiles[chosen]
    shown = _outlook(method if chosen == "method" else chosen, row, target)
    beside = tuple(_outlook(baseline, quantiles[baseline], target) for baseline in BASELINES)
    members = experts_of(question.kind, question.reference) if chosen == "method" else (chosen,)
    interval = _interval(shown.probability, [quantiles[each] for each in members], target, len(question.series.at) - 1)
    return Forecast("ok", shown, interval, tuple(row.tolist()), beside, records, findings, name, VERSION)


def _choice(records: tuple[Record, ...]) -> tuple[str, tuple[str, ...]]:
    """
    The method, unless the better baseline's earlier answers held clearly better.

    Clearly: by more than the standard error of the difference. Source: Breiman and others 1984, 3.4.3.
    """
    method, *rest = records
    if method.count < FEWEST_ORIGINS or method.pinball is None:
        return "method", ("unproven",)
    best = min(rest, key=lambda record: sum(record.losses))
    lead = np.array(method.losses) - best.losses
    if lead.mean() > lead.std(ddof=1) / np.sqrt(len(lead)):
        return best.method, ("baseline_held_better",)
    return "method", () if lead.mean() < 0 else ("no_better_than_baseline",)


def _without_spread(question: Question, target: Target | None, name: str) -> Forecast:
    """Too little of its own: the class alone, or no answer."""
    why = "too_few_readings" if len(question.series.at) < FEWEST_READINGS else "no_spread"
    reference = question.reference
    if reference is None or not reference.is_enough or reference.scale == 0 or question.kind == "cumulative":
        return _nothing(name, why)
    row = class_quantiles(question)
    shown = _outlook("reference_class", row, target)
    evidence = min(len(reference.owner), NEAREST_CASES)
    interval = _interval(shown.probability, [row], target, evidence)
    return Forecast("ok", shown, interval, tuple(row.tolist()), (), (), (why, "class_alone"), name, VERSION)


def _nothing(name: str, why: str) -> Forecast:
    return Forecast("no_answer", None, None, (), (), (), (why,), name, VERSION)


def _outlook(method: str, row: Floats, target: Target | None) -> Outlook:
    probability = None if target is None else chance(row, target)
    return Outlook(method, float(row[9]), float(row[49]), float(row[89]), probability)


def _interval(
    probability: float | None, rows: list[Floats], target: Target | None, evidence: int
) -> tuple[float, float] | None:
    """
    As if the probability had been counted in so many cases, and at least as wide as the experts differ.

    Source: Wilson 1927, with changes (or cases of the class) for the count.
    """
    if probability is None or target is None:
        return None
    low, high = wilson(probability * evidence, evidence)
    said = [chance(row, target) for row in rows]
    return min(low, *said), max(high, *said)


def _fingerprint(question: Question, target: Target | None) -> str:
    series, reference = question.series, question.reference
    parts: list[object] = [VERSION, question.kind, float(question.by), question.seed]
    parts += [np.array(series.at, dtype=np.float64), np.array(series.value, dtype=np.float64)]
    if reference is not None:
        parts += [reference.owner, reference.horizon, reference.from_last, reference.from_level, reference.scale]
    if target is not None:
        highest = None if target.highest is None else float(target.highest)
        parts += [float(target.value), target.direction, highest]
    return digest(parts)
