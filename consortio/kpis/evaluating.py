"""What a formula gives for the values of the KPIs that it names, ranges among them, or why it gives nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from django.utils.translation import gettext as _

from consortio.ui.formats import listing

from .formulas import Call, Factor, Formula, Negative, Number, Product, Reference, in_order, references
from .intervals import Interval, MayBeZero, TooLarge, greatest, least, mean, total

COMBINED = {"sum": total, "mean": mean, "min": least, "max": greatest}


class Reason(StrEnum):
    NOT_READ = "not read"
    MAY_DIVIDE_BY_ZERO = "may divide by zero"
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no value: for want of a reading of some KPIs, or because of what these KPIs are."""

    reason: Reason
    references: tuple[str, ...]


Value: TypeAlias = Interval | Missing


class _NoValue(Exception):
    def __init__(self, missing: Missing) -> None:
        self.missing = missing


def evaluate(formula: Formula, values: Mapping[str, Value | None]) -> Value:
    """
    Compute a formula.

    A KPI that is named twice counts as two: `[K-1] - [K-1]` of a range from 1 to 2 is -1 to 1. The result is then
    wider than need be, and never too narrow.

    Args:
        formula: as `parse` gives it.
        values: number of a KPI -> its value. What is absent, None or itself missing is missing, never zero.

    Returns:
        An interval that holds the result for every choice of points inside the values, exact where all values are,
        with 28 digits; or what is missing: the KPIs that are not read (of a derived one, those that it waits for), those
        of a divisor that may be zero, or those of a result beyond 1E+99.
    """
    if absent := tuple(dict.fromkeys(_absent(formula, values))):
        return Missing(Reason.NOT_READ, absent)
    try:
        return _value(formula, {number: one for number, one in values.items() if isinstance(one, Interval)})
    except _NoValue as error:
        return error.missing
    except TooLarge:
        return Missing(Reason.TOO_LARGE, references(formula))


def evaluate_all(formulas: Mapping[str, Formula], readings: Mapping[str, Interval | None]) -> dict[str, Value]:
    """
    Compute derived KPIs that may rest on each other.

    Args:
        formulas: number of a KPI -> its formula.
        readings: number of a KPI that is read -> its value.

    Returns:
        Number of each derived KPI -> its value or what is missing.

    Raises:
        FormulasLoop: some are computed from each other.
    """
    found: dict[str, Value] = {}
    for number in in_order(formulas):
        found[number] = evaluate(formulas[number], {**readings, **found})
    return found


def missing_words(missing: Missing) -> str:
    """Return why there is no value, as a sentence."""
    kpis = {"kpis": listing(missing.references)}
    if missing.reason == Reason.NOT_READ:
        return _("There is no reading of %(kpis)s.") % kpis
    if missing.reason == Reason.TOO_LARGE:
        return _("The result is too large.")
    if not missing.references:
        return _("The formula divides by zero.")
    return _("The formula divides by what may be zero: %(kpis)s.") % kpis


def _absent(formula: Formula, values: Mapping[str, Value | None]) -> Iterator[str]:
    for number in references(formula):
        value = values.get(number)
        if isinstance(value, Missing) and value.reason == Reason.NOT_READ:
            yield from value.references
        elif not isinstance(value, Interval):
            yield number


def _value(formula: Formula, values: Mapping[str, Interval]) -> Interval:
    match formula:
        case Number(value):
            return Interval.exact(value)
        case Reference(number):
            return values[number]
        case Negative(of):
            return -_value(of, values)
        case Product(factors):
            return _product(factors, values)
        case Call(name, parts):
            return COMBINED[name]([_value(part, values) for part in parts])


def _product(factors: tuple[Factor, ...], values: Mapping[str, Interval]) -> Interval:
    result = _value(factors[0].value, values)
    for factor in factors[1:]:
        value = _value(factor.value, values)
        try:
            result = result / value if factor.divides else result * value
        except MayBeZero:
            raise _NoValue(Missing(Reason.MAY_DIVIDE_BY_ZERO, references(factor.value))) from None
    return result
