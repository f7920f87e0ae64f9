"""
Units of KPIs, and what comes out when values with units are computed with.

    added or compared   one unit: EUR with EUR, percent with percent
    number × a          a
    (a per b) × b       a
    a ÷ number          a
    a ÷ a               number
    a ÷ b               a per b
    a ÷ (a per b)       b

Everything else is refused. A value in percent is what people read: 38 stands for 38 %. It becomes a number, and a number
becomes percent, only where the formula says so; `formula_units` tells how.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from babel.numbers import is_currency
from django.utils.translation import gettext as _

NAME_CHARS_MAX = 40
PER = "|"  # between the two halves of a code


class Kind(StrEnum):
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DAYS = "days"
    HOURS = "hours"
    OWN = "own"


class NotAUnit(ValueError):
    """No currency of ISO 4217, no words, or a rate of a rate; the message says what was expected."""


class UnitsDisagree(ValueError):
    """What is computed with has units that do not go together, or another than was declared comes out."""


@dataclass(frozen=True, slots=True)
class Unit:
    """
    What a value counts. Made by the functions below, which check; two spellings of own words are one unit.

    Attributes:
        kind: of the unit, or of what a rate counts.
        name: the code of a currency, or own words as they were first written; else empty.
        per: of a rate "a per b", b, which is no rate; else None.
    """

    kind: Kind
    name: str = field(default="", compare=False)
    per: "Unit | None" = None
    _key: str = field(default="", repr=False)


NUMBER = Unit(Kind.NUMBER)
PERCENT = Unit(Kind.PERCENT)
DAYS = Unit(Kind.DAYS)
HOURS = Unit(Kind.HOURS)
PLAIN = {unit.kind: unit for unit in (NUMBER, PERCENT, DAYS, HOURS)}


def money(currency: str) -> Unit:
    """Return money in a currency of ISO 4217, as "EUR". Raises: NotAUnit."""
    if not re.fullmatch("[A-Z]{3}", currency) or not is_currency(currency):
        raise NotAUnit(_("A currency has three letters, as EUR or USD."))
    return Unit(Kind.MONEY, currency, _key=currency)


def own(words: str) -> Unit:
    """Return a unit of one's own words, as "users". Raises: NotAUnit."""
    name = " ".join(unicodedata.normalize("NFC", words).split())
    if not name or len(name) > NAME_CHARS_MAX or PER in name or not name.isprintable():
        raise NotAUnit(_("A unit is one to %(most)s signs, without |.") % {"most": NAME_CHARS_MAX})
    return Unit(Kind.OWN, name, _key=name.casefold())


def rate(over: Unit, under: Unit) -> Unit:
    """Return "over per under". Raises: NotAUnit, of halves that are rates, by number, by percent, or by itself."""
    if over.per or under.per or under in (NUMBER, PERCENT, over):
        raise NotAUnit(_("A rate counts one unit by another, as EUR per day."))
    return replace(over, per=under)


def code_of(unit: Unit) -> str:
    """Return what is kept in a column: "percent", "money:EUR", "own:users", "money:EUR|days"."""
    half = f"{unit.kind}:{unit.name}" if unit.name else str(unit.kind)
    return half + PER + code_of(unit.per) if unit.per else half


@lru_cache(maxsize=1024)
def unit_of(code: str) -> Unit:
    """Return the unit of a code. Raises: NotAUnit."""
    over, *under = code.split(PER)
    if len(under) > 1:
        raise NotAUnit(_("A rate counts one unit by another, as EUR per day."))
    return rate(_plain(over), _plain(under[0])) if under else _plain(over)


def _plain(code: str) -> Unit:
    kind, colon, name = code.partition(":")
    if colon and kind in (Kind.MONEY, Kind.OWN):
        return money(name) if kind == Kind.MONEY else own(name)
    if code not in PLAIN:
        raise NotAUnit(_("There is no unit %(code)s.") % {"code": code})
    return PLAIN[Kind(code)]


def unit_words(unit: Unit) -> str:
    """Return a unit as people read it: "percent", "EUR", "users per day"."""
    if unit.per:
        return _("%(counted)s per %(each)s") % {"counted": _many(replace(unit, per=None)), "each": _one(unit.per)}
    return _many(unit)


def _many(unit: Unit) -> str:
    if unit.name:
        return unit.name
    words = {
        Kind.NUMBER: _("number"),
        Kind.PERCENT: _("percent"),
        Kind.DAYS: _("days"),
        Kind.HOURS: _("hours"),
    }
    return words[unit.kind]


def _one(unit: Unit) -> str:
    return {Kind.DAYS: _("day"), Kind.HOURS: _("hour")}.get(unit.kind) or _many(unit)


def together(units: Sequence[Unit]) -> Unit:
    """Return the unit of a sum, a mean or a comparison of at least one unit. Raises: UnitsDisagree."""
    for other in units:
        if other != units[0]:
            raise UnitsDisagree(
                _("%(one)s and %(other)s cannot be added or compared.")
                % {"one": unit_words(units[0]), "other": unit_words(other)}
            )
    return units[0]


def times(one: Unit, other: Unit) -> Unit:
    """Return the unit of a product. Raises: UnitsDisagree."""
    if one == NUMBER or other == NUMBER:
        return other if one == NUMBER else one
    for counted, each in ((one, other), (other, one)):
        if counted.per == each:
            return replace(counted, per=None)
    raise UnitsDisagree(
        _("%(one)s cannot be multiplied by %(other)s.") % {"one": unit_words(one), "other": unit_words(other)}
    )


def divided(over: Unit, under: Unit) -> Unit:
    """Return the unit of a quotient. Raises: UnitsDisagree."""
    if under == NUMBER:
        return over
    if over == under:
        return NUMBER
    if under.per and replace(under, per=None) == over:
        return under.per
    try:
        return rate(over, under)
    except NotAUnit:
        raise UnitsDisagree(
            _("%(one)s cannot be divided by %(other)s.") % {"one": unit_words(over), "other": unit_words(under)}
        ) from None
