"""What the charts of the gallery show: ordinary numbers, and those at which a chart breaks first."""

from collections.abc import Sequence
from math import sin
from typing import Any

from django.utils.translation import gettext as _

from .charts.attainment import Attainment, attainment
from .charts.chance import Share, chance, rate
from .charts.plane import Span
from .charts.promises import PromiseCount, promise_bars
from .charts.spark import LARGE, Spark, spark
from .charts.units import Unit
from .marks import Mark

LEAKAGE = Unit("Ml/day", digits=1)
METERS = Unit("meters")
EURO = Unit(currency="EUR")


def samples(marks: Sequence[Mark]) -> dict[str, Any]:
    return {
        "sparks": _sparks(),
        "board_spark": _board_spark(),
        "attainments": _attainments(),
        "chances": _chances(),
        "rates": _rates(),
        "promises": promise_bars(_promises(marks)),
        "many_promises": promise_bars(
            [PromiseCount(marks[1], 812, 64, 91, low=0.88, high=0.92), PromiseCount(marks[0], 3, 0, 0)]
        ),
    }


def _sparks() -> list[tuple[str, Spark]]:
    return [
        (_("rising"), spark(_spans(31.2, 33.0, 34.1, 34.0, 36.2, 37.4, 38.4), LEAKAGE)),
        (_("one month missing"), spark(_spans(41.0, 40.6, 40.1, None, 38.6, 38.1), LEAKAGE)),
        (_("contested at the end"), spark([*_spans(41.0, 40.6, 40.1, 39.7, 38.6), Span(37.0, 38.4)], LEAKAGE)),
        (_("the last one missing"), spark(_spans(12, 15, 19, 22, None), METERS)),
        (_("one reading"), spark(_spans(21.6), LEAKAGE)),
        (_("all contested"), spark([Span(4, 6), Span(5, 9), Span(7, 8), Span(6, 12)], METERS)),
        (_("all missing"), spark(_spans(None, None, None), METERS)),
        (_("always the same"), spark(_spans(5, 5, 5, 5), METERS)),
        (_("below zero"), spark(_spans(-4, 2, -1, 3, -6, -2), METERS)),
        (_("sixty readings"), spark(_spans(*(None if n % 17 == 9 else 30 + 9 * sin(n / 5) + n / 4 for n in range(60))), LEAKAGE)),
        (_("much money"), spark(_spans(1_250_000_000, 1_310_400_000, 1_290_000_000, 1_402_750_000), EURO)),
    ]  # fmt: skip


def _board_spark() -> Spark:
    path = [41.2 - 0.5125 * month for month in range(17)]
    return spark(
        [*_spans(41.0, 40.6, 40.1, 39.7, None, 38.6, 38.1), Span(37.0, 38.4)], LEAKAGE, expected=path, size=LARGE
    )


def _spans(*values: float | None) -> list[Span | None]:
    return [None if value is None else Span.of(value) for value in values]


def _attainments() -> list[Attainment]:
    meters: dict[str, Any] = {"baseline": 0, "target": 184_000, "unit": METERS}
    leakage: dict[str, Any] = {"baseline": 41.2, "target": 33.0, "expected": 37.6, "unit": LEAKAGE}
    return [
        attainment(now=Span.of(91_000), expected=84_500, state="on-track", **meters),
        attainment(now=Span.of(75_600), expected=84_500, state="behind", **meters),
        attainment(now=Span(37.0, 38.4), state="at-risk", **leakage),
        attainment(now=Span.of(190_200), expected=184_000, state="met", **meters),
        attainment(now=Span.of(36.1), state="missed", **leakage),
        attainment(now=None, expected=27_500, state="unknown", **meters),
        attainment(now=Span.of(43.0), state="at-risk", **leakage),
        attainment(now=Span.of(21.6), baseline=21.6, target=21.6, expected=None, state="on-track", unit=LEAKAGE),
        attainment(now=Span.of(4_100_000_000), baseline=-250_000_000, target=1_250_000_000, expected=900_000_000, state="met", unit=Unit(currency="EUR", digits=0)),
    ]  # fmt: skip


def _chances() -> list[Share]:
    return [
        chance(Span.of(0.62), low=0.44, high=0.78, method=_("trend")),
        chance(Span.of(0.84), low=0.74, high=0.92, method=_("plan simulation"), asked=0.9),
        chance(Span(0.29, 0.41), low=0.21, high=0.52, method=_("one for each claim")),
        chance(Span.of(0.004), low=0, high=0.03, method=_("trend")),
        chance(Span.of(0.998), low=0.97, high=1, method=_("trend")),
        chance(None),
        chance(None, lacking=_("needs October’s reading")),
    ]


def _rates() -> list[Share]:
    return [rate(14, 20, low=0.48, high=0.85), rate(2, 3), rate(0, 0), rate(812, 903, low=0.88, high=0.92)]


def _promises(marks: Sequence[Mark]) -> list[PromiseCount]:
    water, systems, loom, housing = marks[:4]
    return [
        PromiseCount(water, 9, 2, 1, receiver=systems, low=0.6, high=0.98),
        PromiseCount(systems, 5, 3, 4, receiver=water, low=0.27, high=0.81),
        PromiseCount(loom, 2, 0, 1, receiver=water),
        PromiseCount(housing, 0, 0, 0),
    ]
