"""KPIs and their values as people read them: with unit, in their own language."""

from datetime import date
from decimal import Decimal
from typing import Protocol

from babel import Locale
from babel.numbers import parse_pattern
from django.utils.translation import gettext as _

from consortio.ui.formats import locale_name, number
from consortio.ui.formats import unit as counted

from .models import Aggregation, Better, Frequency, Kpi, ReadingState
from .periods import Frequency as Calendar
from .periods import label, period_of
from .units import Kind, Unit, unit_of, unit_words


class Measured(Protocol):
    """What values are written for: a KPI, or a row that shows one."""

    @property
    def unit(self) -> str: ...
    @property
    def decimals(self) -> int: ...


class InPeriods(Protocol):
    @property
    def frequency(self) -> str: ...
    @property
    def fiscal_start(self) -> int: ...


def value_words(kpi: Measured, value: Decimal) -> str:
    """Return a value with its unit: "€112.00", "97.1%", "33.0 Ml/day"."""
    made = unit_of(kpi.unit)
    if made.per is None and made.kind == Kind.MONEY:
        return _money(value, made.name, kpi.decimals, locale_name())
    return _with_unit(number(value, kpi.decimals), value, made)


def _money(value: Decimal, currency: str, decimals: int, locale: str) -> str:
    pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    pattern.frac_prec = (decimals, decimals)
    return pattern.apply(value, locale, currency=currency, currency_digits=False)


def _with_unit(written: str, value: Decimal, made: Unit) -> str:
    if made.per is None and made.kind == Kind.NUMBER:
        return written
    if made.per is None and made.kind == Kind.PERCENT:
        return _("%(value)s%%") % {"value": written}
    if made.per is None and made.kind in (Kind.DAYS, Kind.HOURS):
        return counted(value, f"duration-{made.kind.removesuffix('s')}", "long")
    return f"{written} {unit_words(made)}"


def range_words(kpi: Measured, low: Decimal, high: Decimal) -> str:
    """Return a value, or from where to where it lies."""
    if low == high:
        return value_words(kpi, low)
    return _("%(low)s to %(high)s") % {"low": number(low, kpi.decimals), "high": value_words(kpi, high)}


def period_words(kpi: InPeriods, start_on: date) -> str:
    frequency = Calendar(kpi.frequency)
    return label(period_of(start_on, frequency, kpi.fiscal_start), frequency, kpi.fiscal_start)


def number_of(kpi: Kpi) -> str:
    """Return a KPI's number as formulas and people write it. Wants select_related("circle")."""
    return f"{kpi.circle.mark}K-{kpi.number}"


def frequency_words(frequency: str) -> str:
    return {
        Frequency.WEEK: _("every week"),
        Frequency.MONTH: _("every month"),
        Frequency.QUARTER: _("every quarter"),
        Frequency.HALF_YEAR: _("every half-year"),
        Frequency.YEAR: _("every year"),
    }[Frequency(frequency)]


def aggregation_words(aggregation: str) -> str:
    return {
        Aggregation.LAST: _("the last value"),
        Aggregation.SUM: _("the sum"),
        Aggregation.MEAN: _("the mean"),
    }[Aggregation(aggregation)]


def better_words(better: str) -> str:
    return {
        Better.UP: _("more is better"),
        Better.DOWN: _("less is better"),
        Better.BAND: _("it is to stay in a band"),
    }[Better(better)]


def reading_state_words(state: str) -> str:
    return {
        ReadingState.PROPOSED: _("not confirmed yet"),
        ReadingState.CONFIRMED: _("confirmed"),
        ReadingState.CONTESTED: _("contested"),
        ReadingState.RESOLVED: _("settled"),
        ReadingState.CORRECTED: _("corrected"),
    }[ReadingState(state)]
