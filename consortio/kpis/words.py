"""KPIs and their values as people read them: with unit, in their own language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from babel import Locale
from babel.numbers import parse_pattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

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


class Entered(Protocol):
    """How many readings became what."""

    new: int
    corrected: int
    confirmed: int
    contested: int


class Ranged(Protocol):
    @property
    def low(self) -> Decimal: ...
    @property
    def high(self) -> Decimal: ...


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
    return str(_READING_STATES[ReadingState(state)])


_READING_STATES = {
    ReadingState.PROPOSED: _lazy("not confirmed yet"),
    ReadingState.CONFIRMED: _lazy("confirmed"),
    ReadingState.CONTESTED: _lazy("contested"),
    ReadingState.RESOLVED: _lazy("settled"),
    ReadingState.CORRECTED: _lazy("corrected"),
}


def unit_words_of(kpi: Measured) -> str:
    """Return a KPI's unit as it stands beside a name or over a column: "percent", "EUR", "users per day"."""
    return unit_words(unit_of(kpi.unit))


def is_plain(kpi: Measured) -> bool:
    """Tell whether a KPI counts plain numbers, whose unit says nothing."""
    made = unit_of(kpi.unit)
    return made.per is None and made.kind == Kind.NUMBER


def ended_words(frequency: str) -> str:
    """Say what of a frequency has ended: "the month"."""
    return {
        Frequency.WEEK: _("Week"),
        Frequency.MONTH: _("Month"),
        Frequency.QUARTER: _("Quarter"),
        Frequency.HALF_YEAR: _("Half-year"),
        Frequency.YEAR: _("Year"),
    }[Frequency(frequency)]


def term_words(field: str) -> str:
    """Return what a field of a KPI is called."""
    return {
        "name": _("Name"),
        "definition": _("Definition"),
        "formula": _("Formula"),
        "unit": _("Unit"),
        "decimals": _("Decimals shown"),
        "frequency": _("Read"),
        "fiscal_start": _("Its years begin in"),
        "aggregation": _("Several periods come to"),
        "better": _("What is good"),
        "warn_at": _("Warning from"),
        "alarm_at": _("Alarm from"),
        "source": _("Source"),
        "informs": _("The decision it informs"),
        "organisation_id": _("Who reads it"),
        "person_id": _("Who of them reads it"),
        "is_headline": _("It is a headline"),
    }.get(field, field)


def told_value(field: str, value: object, names: Mapping[str, str]) -> str:
    """Return what a field was or became, as the record kept it, in words."""
    text = "" if value is None else str(value)
    if not text:
        return ""
    if field.endswith("_id"):
        return names.get(text, _("somebody"))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    known: Mapping[str, Callable[[str], str]] = {
        "frequency": frequency_words,
        "aggregation": aggregation_words,
        "better": better_words,
        "unit": lambda code: unit_words(unit_of(code)),
    }
    return known[field](text) if field in known else text


def entered_words(done: Entered) -> str:
    """Say what became of readings that somebody entered."""
    parts = [
        ngettext("%(n)s reading entered", "%(n)s readings entered", done.new) % {"n": number(done.new)},
        ngettext("%(n)s corrected", "%(n)s corrected", done.corrected) % {"n": number(done.corrected)},
        ngettext("%(n)s confirmed", "%(n)s confirmed", done.confirmed) % {"n": number(done.confirmed)},
        ngettext("%(n)s contested", "%(n)s contested", done.contested) % {"n": number(done.contested)},
    ]
    counts = (done.new, done.corrected, done.confirmed, done.contested)
    said = [part for part, count in zip(parts, counts, strict=True) if count]
    return _("%(said)s.") % {"said": ", ".join(said)} if said else _("It stood there like that already.")


@dataclass(slots=True)
class Sum:
    new: int = 0
    corrected: int = 0
    confirmed: int = 0
    contested: int = 0


def together(done: Iterable[Entered]) -> Sum:
    """Return what became of the readings of several KPIs."""
    made = Sum()
    for one in done:
        for name in ("new", "corrected", "confirmed", "contested"):
            setattr(made, name, getattr(made, name) + getattr(one, name))
    return made


def becomes_words(becomes: str) -> str:
    """Say what a row of a table would become."""
    return {
        "new": _("new"),
        "corrects": _("corrects ours"),
        "confirms": _("confirms theirs"),
        "contests": _("contests theirs"),
        "same": _("is there already"),
        "missing": _("no value: stays missing"),
        "refused": _("cannot be taken"),
    }[becomes]


def apart_words(kpi: Measured, reading: Ranged) -> str:
    """Say how far the claims on a reading lie apart."""
    if reading.low == reading.high:
        return ""
    return _("%(value)s apart; nothing is averaged") % {"value": value_words(kpi, reading.high - reading.low)}
