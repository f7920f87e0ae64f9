"""Will the measure reach its target by the date? One answer, and how well such answers held before."""

from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer
from consortio_engine.fingerprint import digest
from consortio_engine.forecast.backtest import FEWEST_ORIGINS, Record, ahead_of, chance, records_of, trials_of
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
from consortio_engine.forecast.widening import stretch_of, stretched
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


@dataclass(frozen=True, kw_only=True)
class Forecast(Answer):
    """
    The answer, what stands beside it, and how it was found.

    Attributes:
        status: "ok", or "no_answer": `shown` is None, and a finding says why. method: of what is shown, "" without it.
        shown: what to show. interval: around its probability, 95 %; None without one.
        quantiles: of the shown answer at 1, 2, ... 99 %; empty without one.
        baselines: naive and linear, wherever the readings allow them.
        records: how the method, naive and linear held before; empty where nothing could be asked.
        findings: `no_readings`, `too_few_readings`, `no_spread` (nothing ever changed, or always by the same),
            `class_alone` (the class lends its scale), `unproven` (fewer than five earlier moments: nothing can be
            compared), `baseline_held_better` (clearly so, and it is shown instead of the method),
            `no_better_than_baseline` (the method is shown, but so far it has not been better), `trend` (one is carried
            on), `widened` (too many of the earlier outcomes lay outside).
        slope: of the trend that is carried on and fades, per usual gap between readings; 0 without one.
        stretch: how many times wider than the method said, by what twenty or more of its earlier answers missed; 1 to 5.
    """

    elapsed: float = field(default=0.0, compare=False)
    shown: Outlook | None
    interval: tuple[float, float] | None
    quantiles: tuple[float, ...]
    baselines: tuple[Outlook, ...]
    records: tuple[Record, ...]
    findings: tuple[str, ...]
    slope: float = 0.0
    stretch: float = 1.0


def reach(
    series: Series,
    target: Target,
    *,
    kind: Kind = "revised",
    reference: ReferenceClass | None = None,
    seed: int = 0,
    trend: bool | None = None,
) -> Forecast:
    """
    Return the probability that the reading of the target's day meets the target.

    Args:
        series: 0 to 60 readings. target: its day lies after the last reading.
        kind: "revised": a forecast or a state that is revised (a date, a budget, a level): goes on from the last value;
            "flow": so much per period (velocity): goes on around its mean; "cumulative": a running total.
        reference: comparable measures in the same unit, without this one; used from ten cases on, not for totals.
        seed: of the draws of throughput, 0 to 2**63 - 1.
        trend: True: there is one, for a reason outside of the readings; False: none; None: if the readings show it.

    Raises: InvalidForecast. Cost: O(n) forecasts of 2 ms at most.
    """
    asked = Question(series=series, kind=kind, by=target.by, reference=reference, seed=seed, trend=trend)
    return _forecast(asked, target)


def forecast(
    series: Series,
    by: float,
    *,
    kind: Kind = "revised",
    reference: ReferenceClass | None = None,
    seed: int = 0,
    trend: bool | None = None,
) -> Forecast:
    """
    Return the quantiles of the reading of a day; as `reach`, without a target.

    Raises: InvalidForecast. Cost: as `reach`.
    """
    return _forecast(Question(series=series, kind=kind, by=by, reference=reference, seed=seed, trend=trend), None)


def quantiles_of(question: Question, chosen: str, stretch: float = 1.0) -> Floats:
    """
    Return what a method says of a day; shape (99,).

    Args:
        question: with a spread, unless the class is chosen. chosen: "method", "naive", "linear" or "reference_class".
        stretch: of a forecast of the same series.
    """
    if chosen == "reference_class":
        return class_quantiles(question)
    found = own_quantiles(question)
    return stretched(pooled(question, found) if chosen == "method" else found[chosen], stretch)


def _forecast(question: Question, target: Target | None) -> Forecast:
    began = monotonic()
    name = _fingerprint(question, target)
    if not question.series.at or not question.has_spread:
        answer = _without_spread(question, target, name)
    else:
        answer = _with_spread(question, target, name)
    return replace(answer, elapsed=monotonic() - began)


def _with_spread(question: Question, target: Target | None, name: str) -> Forecast:
    quantiles = own_quantiles(question)
    experts = experts_of(question.kind, question.reference)
    ahead = ahead_of(question)
    trials = list(trials_of(question, ahead))
    records = records_of(trials, ahead, target)
    chosen, findings = _choice(records)
    row = pooled(question, quantiles) if chosen == "method" else quantiles[chosen]
    stretch = stretch_of([(trial.quantiles[chosen], trial.outcome) for trial in trials])
    row = stretched(row, stretch)
    shown = _outlook("+".join(experts) if chosen == "method" else chosen, row, target)
    members = experts if chosen == "method" else (chosen,)
    slope = question.slope * question.series.scale if chosen == "method" else 0.0
    return Forecast(
        status="ok",
        method=shown.method,
        fingerprint=name,
        seed=question.seed,
        shown=shown,
        interval=_interval(
            shown.probability, [quantiles[each] for each in members], target, len(question.series.at) - 1
        ),
        quantiles=tuple(row.tolist()),
        baselines=tuple(_outlook(baseline, quantiles[baseline], target) for baseline in BASELINES),
        records=records,
        findings=(*findings, *(("trend",) if slope else ()), *(("widened",) if stretch > 1 else ())),
        slope=slope,
        stretch=stretch,
    )


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
    count, reference = len(question.series.at), question.reference
    why = "no_readings" if not count else "too_few_readings" if count < FEWEST_READINGS else "no_spread"
    if reference is None or not reference.is_enough or question.kind == "cumulative":
        return _nothing(name, why, question.seed)
    if (count and reference.scale == 0) or (not count and not len(reference.reading)):
        return _nothing(name, why, question.seed)
    row = class_quantiles(question)
    shown = _outlook("reference_class", row, target)
    evidence = min(len(reference.owner), NEAREST_CASES)
    return Forecast(
        status="ok",
        method=shown.method,
        fingerprint=name,
        seed=question.seed,
        shown=shown,
        interval=_interval(shown.probability, [row], target, evidence),
        quantiles=tuple(row.tolist()),
        baselines=(),
        records=(),
        findings=(why, "class_alone"),
    )


def _nothing(name: str, why: str, seed: int) -> Forecast:
    return Forecast(
        status="no_answer", method="", fingerprint=name, seed=seed,
        shown=None, interval=None, quantiles=(), baselines=(), records=(), findings=(why,),
    )  # fmt: skip


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
    parts: list[object] = [VERSION, question.kind, float(question.by), question.seed, question.trend]
    parts += [np.array(series.at, dtype=np.float64), np.array(series.value, dtype=np.float64)]
    if reference is not None:
        parts += [reference.owner, reference.horizon, reference.from_last, reference.from_level, reference.scale]
        parts += [reference.reading, reference.reader]
    if target is not None:
        highest = None if target.highest is None else float(target.highest)
        parts += [float(target.value), target.direction, highest]
    return digest(parts)
