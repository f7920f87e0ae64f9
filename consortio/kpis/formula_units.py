"""
Which unit comes out of a formula, and whether it is the one that was declared.

Besides the rules of `units`, three for numbers that stand in the formula:

    × 100   what comes out as a number may stand for percent; so may a written 100: `100 - [K-1] / [K-2] * 100`
    ÷ 100   in a product with a value in percent makes it a number: `[K-1] * [K-2] / 100` is 20 % of 500 EUR
    0       has every unit: `max([K-1] - [K-2], 0)`
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from .formulas import Call, Factor, Formula, FormulaRefused, Negative, Number, Product, Reference, written
from .units import NUMBER, PERCENT, Unit, UnitsDisagree, divided, times, together, unit_words

WHOLE = Decimal(100)


class NoSuchKPI(FormulaRefused):
    """A formula names a KPI that is not there."""


@dataclass(frozen=True, slots=True)
class _Measured:
    unit: Unit
    is_hundredfold: bool = False  # a number that may stand for percent
    is_zero: bool = False


def check_units(formula: Formula, units: Mapping[str, Unit], declared: Unit) -> None:
    """
    Refuse a formula whose result does not have the unit that its KPI declares.

    Args:
        formula: as `parse` gives it.
        units: number of a KPI -> its unit.

    Raises:
        NoSuchKPI: the formula names a KPI that has no unit here.
        UnitsDisagree: units do not go together, or another one comes out; says which.
    """
    found = _measured(formula, units)
    if not found.is_zero and _as_percent(found, declared) != declared:
        said = _("The formula gives %(found)s, and %(declared)s is declared.")
        if declared == PERCENT and found.unit == NUMBER:
            said = _("The formula gives %(found)s, and %(declared)s is declared. Write * 100 to make it percent.")
        raise UnitsDisagree(said % {"found": unit_words(found.unit), "declared": unit_words(declared)})


def unit_of_formula(formula: Formula, units: Mapping[str, Unit]) -> Unit:
    """Return the unit that comes out; a number that may stand for percent is a number. Raises as `check_units`."""
    return _measured(formula, units).unit


def _as_percent(found: _Measured, wanted: Unit) -> Unit:
    return PERCENT if wanted == PERCENT and found.unit == NUMBER and found.is_hundredfold else found.unit


def _measured(formula: Formula, units: Mapping[str, Unit]) -> _Measured:
    match formula:
        case Number(value):
            return _Measured(NUMBER, is_hundredfold=value == WHOLE, is_zero=value == 0)
        case Reference(number):
            if number not in units:
                raise NoSuchKPI(_("There is no KPI %(number)s.") % {"number": number})
            return _Measured(units[number])
        case Negative(of):
            return _measured(of, units)
        case Product():
            return _product(formula, units)
        case Call():
            return _call(formula, units)


def _call(formula: Call, units: Mapping[str, Unit]) -> _Measured:
    parts = [part for part in (_measured(part, units) for part in formula.parts) if not part.is_zero]
    if not parts:
        return _Measured(NUMBER, is_zero=True)
    wanted = PERCENT if any(part.unit == PERCENT for part in parts) else NUMBER
    try:
        unit = together([_as_percent(part, wanted) for part in parts])
    except UnitsDisagree as error:
        raise _inside(formula, error) from None
    return _Measured(unit, is_hundredfold=unit == NUMBER and all(part.is_hundredfold for part in parts))


def _product(formula: Product, units: Mapping[str, Unit]) -> _Measured:
    measured = _without_percent(formula.factors, [_measured(factor.value, units) for factor in formula.factors])
    unit = measured[0].unit
    try:
        for factor, other in zip(formula.factors[1:], measured[1:], strict=True):
            unit = divided(unit, other.unit) if factor.divides else times(unit, other.unit)
    except UnitsDisagree as error:
        raise _inside(formula, error) from None
    return _Measured(unit, is_hundredfold=unit == NUMBER and _hundreds(formula.factors, measured) == 1)


def _without_percent(factors: tuple[Factor, ...], measured: list[_Measured]) -> list[_Measured]:
    """Return what is measured, with one value in percent made a number by each written ÷ 100."""
    result = list(measured)
    for factor in factors:
        in_percent = [at for at, one in enumerate(result) if one.unit == PERCENT and not factors[at].divides]
        if factor.divides and factor.value == Number(WHOLE) and in_percent:
            result[in_percent[0]] = replace(result[in_percent[0]], unit=NUMBER)
    return result


def _hundreds(factors: tuple[Factor, ...], measured: list[_Measured]) -> int:
    pairs = zip(factors, measured, strict=True)
    return sum((-1 if factor.divides else 1) for factor, one in pairs if one.is_hundredfold)


def _inside(formula: Formula, error: UnitsDisagree) -> UnitsDisagree:
    return UnitsDisagree(_("In %(formula)s: %(message)s") % {"formula": written(formula), "message": error})
