"""What a measure's course says in words: its title, its description, and the table that holds the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from consortio.ui.formats import day, listing, locale_name, month
from consortio.ui.marks import Mark

from .measure import Band, ForecastStep, Measure, Reading
from .plane import Span
from .units import Unit, amount, full, full_reach, reach

# What a state is called, and its sign.
SAID: dict[str, tuple[str | Promise, str]] = {
    "proposed": (_lazy("Proposed"), "edit"),
    "confirmed": (_lazy("Confirmed"), "check"),
    "contested": (_lazy("Contested"), "contest"),
    "resolved": (_lazy("Resolved"), "decision"),
    "missing": (_lazy("Missing"), ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A reading in the table: each claim with its organisation, or one figure without."""

    period: str
    figures: tuple[tuple[Mark | None, str], ...]
    struck: str
    state: str
    sign: str
    expected: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class ForecastRow:
    day: str
    median: str
    half: str
    most: str


def period(on: date, grain: str) -> str:
    """Return the period that ends on this day: "Oct 2026", "Q4 2026", "2026", "12 Nov 2026"."""
    if grain == "month":
        return month(on)
    if grain == "quarter":
        return format_date(on, "QQQ y", locale=locale_name())
    return str(on.year) if grain == "year" else day(on)


def title(measure: Measure, first: date, last: date) -> str:
    told = {"name": measure.name, "unit": measure.unit.words, "first": month(first), "last": month(last)}
    if not measure.unit.words:
        return _("%(name)s, %(first)s to %(last)s") % told
    return _("%(name)s in %(unit)s, %(first)s to %(last)s") % told


def description(measure: Measure) -> str:
    return " ".join(_sentences(measure))


def _sentences(measure: Measure) -> Iterator[str]:
    yield _readings_said(measure)
    yield from _exceptions_said(measure)
    if measure.path:
        due = measure.path.due
        yield _("The target is %(target)s by %(day)s.") % {"target": full(due.value, measure.unit), "day": day(due.on)}
    if measure.band:
        yield _("It is to stay within: %(band)s.") % {"band": band_said(measure.band, measure.unit)}
    if measure.forecast:
        yield _forecast_said(measure.forecast[-1], measure.unit)


def _readings_said(measure: Measure) -> str:
    known = [(one, span) for one in measure.readings if (span := one.span) is not None]
    if not known:
        return _("There is no reading yet.")
    (first, start), (last, now) = known[0], known[-1]
    told = {
        "start": reach(start, measure.unit), "first": period(first.on, measure.grain),
        "now": full_reach(now, measure.unit), "last": period(last.on, measure.grain),
    }  # fmt: skip
    if len(known) == 1:
        return _("One reading: %(now)s for %(last)s.") % told
    return _("Readings go from %(start)s for %(first)s to %(now)s for %(last)s.") % told


def _exceptions_said(measure: Measure) -> Iterator[str]:
    states = [reading.state for reading in measure.readings]
    if missing := [period(one.on, measure.grain) for one in measure.readings if one.state == "missing"]:
        yield ngettext("Missing: %(periods)s.", "Missing: %(periods)s.", len(missing)) % {"periods": listing(missing)}
    if contested := states.count("contested"):
        yield ngettext("%(count)s is contested.", "%(count)s are contested.", contested) % {"count": contested}
    if proposed := states.count("proposed"):
        yield ngettext("%(count)s is not confirmed yet.", "%(count)s are not confirmed yet.", proposed) % {
            "count": proposed
        }


def _forecast_said(step: ForecastStep, unit: Unit) -> str:
    told = {"day": day(step.on), "median": full(step.median, unit), "most": reach(Span(step.p10, step.p90), unit)}
    return _("The forecast for %(day)s is %(median)s, with four in five outcomes in %(most)s.") % told


def band_said(band: Band, unit: Unit) -> str:
    if band.low is None and band.high is None:
        return ""
    if band.low is None:
        return _("at most %(value)s") % {"value": full(band.high or 0, unit)}
    if band.high is None:
        return _("at least %(value)s") % {"value": full(band.low, unit)}
    return full_reach(Span(band.low, band.high), unit)


def reading_said(reading: Reading, measure: Measure) -> str:
    """Return a point in words: "Oct 2026: 38.1 Ml/day, confirmed"."""
    told = {"period": period(reading.on, measure.grain), "state": str(SAID[reading.state][0]).lower()}
    if reading.span is None:
        return _("%(period)s: missing") % told
    return _("%(period)s: %(figure)s, %(state)s") % {**told, "figure": full_reach(reading.span, measure.unit)}


def rows(measure: Measure) -> tuple[Row, ...]:
    """Return the readings, the latest first."""
    return tuple(_row(reading, measure) for reading in reversed(measure.readings))


def _row(reading: Reading, measure: Measure) -> Row:
    claims = sorted(reading.claims, key=lambda claim: (claim.value, claim.organisation.name))
    figures = [(claim.organisation, amount(claim.value, measure.unit)) for claim in claims]
    own: list[tuple[Mark | None, str]] = [] if reading.value is None else [(None, amount(reading.value, measure.unit))]
    return Row(
        period=period(reading.on, measure.grain),
        figures=(*figures, *own),
        struck="" if reading.struck is None else amount(reading.struck, measure.unit),
        state=str(SAID[reading.state][0]),
        sign=SAID[reading.state][1],
        expected="" if reading.expected is None else amount(reading.expected, measure.unit),
        href=reading.href,
        note=reading.note,
    )


def forecast_rows(measure: Measure) -> tuple[ForecastRow, ...]:
    return tuple(
        ForecastRow(
            day(step.on),
            amount(step.median, measure.unit),
            reach(Span(step.p25, step.p75), measure.unit),
            reach(Span(step.p10, step.p90), measure.unit),
        )
        for step in measure.forecast
    )
