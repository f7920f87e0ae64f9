"""What the charts of the gallery show: ordinary numbers, and those at which a chart breaks first."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import sin
from typing import Any

from django.utils.translation import gettext as _

from .charts.attainment import Attainment, attainment
from .charts.chance import Share, chance, rate
from .charts.load import LoadFigure, WeekNeed, load_figure
from .charts.measure import Band, Claim, ForecastStep, Measure, Reading, Stop, TargetPath
from .charts.measure_figure import MeasureFigure, measure_figure
from .charts.plane import Span
from .charts.promises import PromiseCount, promise_bars
from .charts.spark import LARGE, Spark, spark
from .charts.units import Unit
from .marks import Mark

LEAKAGE = Unit("Ml/day", digits=1)
METERS = Unit("meters")
EURO = Unit(currency="EUR")
TODAY = date(2026, 11, 12)


def samples(marks: Sequence[Mark]) -> dict[str, Any]:
    return {
        "sparks": _sparks(),
        "board_spark": _board_spark(),
        "attainments": _attainments(),
        "chances": _chances(),
        "rates": _rates(),
        "measures": _measures(marks),
        "loads": _loads(),
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


def _loads() -> list[tuple[str, LoadFigure]]:
    monday = date(2026, 11, 9)
    needs: dict[str, list[tuple[int, int, int | None]]] = {
        _("twice in three weeks"): [(0, 100, 100), (1, 200, 100), (2, 200, 100), (3, 200, 100), (4, 50, 100)],
        _("no capacity known"): [(0, 100, None), (5, 300, None), (6, 200, None)],
        _("none in August"): [(0, 150, 250), (1, 250, 250), (2, 100, 0), (3, 250, 250)],
        _("never needed"): [],
    }
    shown: dict[str, Any] = {"since": monday - timedelta(days=7), "count": 26, "today": TODAY}
    return [
        (words, load_figure([WeekNeed(monday + timedelta(days=7 * nth), *own) for nth, *own in weeks], **shown))
        for words, weeks in needs.items()
    ]


def _promises(marks: Sequence[Mark]) -> list[PromiseCount]:
    water, systems, loom, housing = marks[:4]
    return [
        PromiseCount(water, 9, 2, 1, receiver=systems, low=0.6, high=0.98),
        PromiseCount(systems, 5, 3, 4, receiver=water, low=0.27, high=0.81),
        PromiseCount(loom, 2, 0, 1, receiver=water),
        PromiseCount(housing, 0, 0, 0),
        PromiseCount(
            Mark("Wasserversorgungszweckverband Unteres Bracktal", "WB", "leaf", "slate"), 4, 1, 0, receiver=housing
        ),
    ]


def _measures(marks: Sequence[Mark]) -> list[tuple[str, str, MeasureFigure]]:
    drawn = [
        ("leakage", _("Realistic: every state, the path, a forecast"), _leakage(marks)),
        ("long", _("Sixty readings"), _sixty()),
        ("one", _("One reading, no path"), Measure(_("Carbon of a meter"), Unit("kg", digits=1), (Reading(date(2026, 10, 31), "proposed", 21.6),))),
        ("band", _("Kept within a band, below zero too"), _balance()),
        ("money", _("Much money, a path that was proposed"), _money()),
        ("contested", _("All contested"), _all_contested(marks)),
        ("absent", _("All missing, the path alone"), _all_missing()),
        ("nothing", _("Nothing at all"), Measure(_("Crew days lost to frost"), Unit("days"))),
    ]  # fmt: skip
    return [(name, words, measure_figure(measure, today=TODAY)) for name, words, measure in drawn]


def _month_end(nth: int) -> date:
    """Return the last day of the nth month, counted from January 2026."""
    return date.fromordinal(date(2026 + (nth + 1) // 12, (nth + 1) % 12 + 1, 1).toordinal() - 1)


def _leakage(marks: Sequence[Mark]) -> Measure:
    water, systems = marks[:2]
    told: list[dict[str, Any]] = [
        {"state": "confirmed", "value": 41.0}, {"state": "confirmed", "value": 40.6},
        {"state": "resolved", "value": 40.1, "struck": 40.6, "note": _("by decision D-17")},
        {"state": "confirmed", "value": 39.7}, {"state": "missing", "note": _("loggers down")},
        {"state": "confirmed", "value": 38.6}, {"state": "confirmed", "value": 38.1},
        {"state": "contested", "claims": (Claim(water, 38.4), Claim(systems, 37.0))},
        {"state": "proposed", "value": 37.2},
    ]  # fmt: skip
    expected = (41.2, 40.8, 40.3, 40.0, 39.4, 38.8, 38.1, 37.6, 37.0)
    return Measure(
        _("Leakage"),
        LEAKAGE,
        tuple(
            Reading(
                date(2026, 11, 10) if nth == 8 else _month_end(nth + 2), **one, expected=expected[nth], href="#charts"
            )
            for nth, one in enumerate(told)
        ),
        path=TargetPath((Stop(date(2026, 3, 1), 41.2), Stop(date(2026, 9, 30), 38.1), Stop(date(2027, 6, 30), 33.0))),
        forecast=(
            ForecastStep(date(2026, 11, 12), 36.9, 37.1, 37.3, 37.6, 38.0),
            ForecastStep(date(2027, 1, 31), 35.6, 36.1, 36.6, 37.1, 37.6),
            ForecastStep(date(2027, 4, 15), 33.4, 34.4, 35.3, 36.2, 37.1),
            ForecastStep(date(2027, 6, 30), 31.6, 32.7, 34.1, 35.3, 36.7),
        ),
    )


def _sixty() -> Measure:
    readings = tuple(
        Reading(_month_end(nth - 50), "missing") if nth % 17 == 9
        else Reading(_month_end(nth - 50), "confirmed" if nth < 58 else "proposed", round(96 + 2 * sin(nth / 6) + nth / 60, 1), href="#charts")
        for nth in range(60)
    )  # fmt: skip
    path = TargetPath((Stop(date(2021, 11, 1), 95.0), Stop(date(2027, 3, 31), 99.0)))
    return Measure(_("Meter data within 24 hours"), Unit("%", digits=1), readings, path=path)


def _balance() -> Measure:
    values = (-3.1, -1.2, 0.4, 2.6, 1.1, -0.6, -2.2, 0.3)
    readings = tuple(Reading(_month_end(nth + 2), "confirmed", value) for nth, value in enumerate(values))
    return Measure(_("Pressure balance"), Unit("bar", digits=1), readings, band=Band(-1, 1))


def _money() -> Measure:
    values = (180_500_000, 310_000_000, 402_750_000, 655_000_000)
    readings = tuple(
        Reading(_month_end(3 * nth - 1), "confirmed", value, href="#charts") for nth, value in enumerate(values)
    )
    path = TargetPath((Stop(date(2025, 12, 31), 180_500_000), Stop(date(2028, 12, 31), 2_400_000_000)), is_agreed=False)
    forecast = (ForecastStep(date(2028, 12, 31), 1.1e9, 1.5e9, 1.9e9, 2.2e9, 2.6e9),)
    return Measure(
        _("Joint revenue from connected meters and services"),
        EURO,
        readings,
        path=path,
        forecast=forecast,
        grain="quarter",
    )


def _all_contested(marks: Sequence[Mark]) -> Measure:
    water, systems, loom = marks[:3]
    pairs = ((12, 9), (14, 10), (13, 12), (18, 11), (17, 15), (21, 14))
    readings = tuple(
        Reading(_month_end(nth + 4), "contested", claims=(Claim(water, high), Claim(systems, low), *([Claim(loom, low + 3)] if nth == 5 else [])))
        for nth, (high, low) in enumerate(pairs)
    )  # fmt: skip
    return Measure(
        _("Complaints answered within a day"),
        Unit(_("complaints answered within one working day, out of all that were made in the month")),
        readings,
        path=TargetPath((Stop(date(2026, 5, 1), 8), Stop(date(2027, 1, 31), 25))),
    )


def _all_missing() -> Measure:
    readings = tuple(Reading(_month_end(nth + 5), "missing") for nth in range(5))
    path = TargetPath((Stop(date(2026, 6, 1), 0), Stop(date(2027, 6, 30), 60_000)))
    return Measure(_("Households that look at their use"), Unit(_("households")), readings, path=path)
