"""How likely a goal is to be reached, asked of the engine: readings in, a chance with its interval and its past out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from consortio.kpis.attainment import How
from consortio.kpis.measuring import Point
from consortio_engine.forecast import Forecast, Series, Target, reach
from consortio_engine.forecast.backtest import Record
from consortio_engine.forecast.series import MOST_READINGS

SHOWN = (10, 25, 50, 75, 90)  # percent of the outcomes that lie below


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached; of a band, from `value` to `highest`."""

    direction: str
    value: float
    due_on: date
    highest: float | None = None


def chance_of(points: Sequence[Point], aim: Aim, aggregation: str) -> dict[str, Any]:
    """
    Return how likely the goal is to be reached, as plain values. Points of added periods are running totals.

    Where organisations contest a reading there is one answer for each end of what they claim, and the chance is a range. As
    long as one of them has no answer there is none: a chance by the other claim alone would take its side.

    Keys:
        low, high: the chance, the same where nothing is contested; None without an answer.
        from, to: what the chance lies between, in nine cases of ten at least.
        quantiles: of the outcome, [percent, low, high] each.
        method, findings: how it was found, and what is to be said of it, as codes of the engine; `other` is the method for the
            higher claim, where that is another one.
        records: how the method, and the two simple ones, held before: [name, asked, brier or None, inside, of, quantile
            loss or None]; by the claim for which it held worse.
        readings, fingerprint, version.
    """
    both = [_asked(points, aim, aggregation, end) for end in ("low", "high")]
    shown = [one.shown for one in both if one.shown is not None]
    is_answered = len(shown) == len(both)
    chances = [one.probability for one in shown if one.probability is not None] if is_answered else []
    intervals = [one.interval for one in both if one.interval is not None] if is_answered else []
    methods = [one.method for one in shown] if is_answered else ["", ""]
    return {
        "low": min(chances, default=None),
        "high": max(chances, default=None),
        "from": min((low for low, _ in intervals), default=None),
        "to": max((high for _, high in intervals), default=None),
        "quantiles": [_quantile(both, percent) for percent in SHOWN] if is_answered else [],
        "method": methods[0],
        "other": methods[1] if methods[1] != methods[0] else "",
        "findings": list(dict.fromkeys(code for one in both for code in one.findings)),
        "records": [_record(*pair) for pair in zip(*(one.records for one in both), strict=False)],
        "readings": len(points),
        "fingerprint": both[0].fingerprint,
        "version": both[0].version,
    }


def _record(one: Record, other: Record) -> list[Any]:
    brier, loss = _worse(one.brier, other.brier), _worse(one.pinball, other.pinball)
    hits = min(one.coverage.hits, other.coverage.hits)
    return [one.method, one.count, brier, hits, one.coverage.count, loss]


def _worse(one: float | None, other: float | None) -> float | None:
    return max((loss for loss in (one, other) if loss is not None), default=None)


def _asked(points: Sequence[Point], aim: Aim, aggregation: str, end: str) -> Forecast:
    kept = points[-MOST_READINGS:]
    series = Series(
        tuple(float(_read_on(point).toordinal()) for point in kept), tuple(float(getattr(point, end)) for point in kept)
    )
    by = float(aim.due_on.toordinal())
    if kept and by <= series.at[-1]:
        by = series.at[-1] + 1  # what is due is due at the next reading
    target = Target(aim.value, by, aim.direction, aim.highest)  # type: ignore[arg-type]  # one of the three
    return reach(series, target, kind="cumulative" if aggregation == How.SUM else "revised")


def _read_on(point: Point) -> date:
    return point.end_on - timedelta(days=1)


def _quantile(both: Sequence[Forecast], percent: int) -> list[float]:
    values = [one.quantiles[percent - 1] for one in both]
    return [percent, min(values), max(values)]
