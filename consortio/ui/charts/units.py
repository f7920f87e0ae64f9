"""What is counted, and how its amounts are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from consortio.ui.formats import compact, money, number

from .plane import Number, Span, digits_of

COMPACT_FROM = 100_000  # an axis writes "184K"; a table writes the whole


@dataclass(frozen=True, slots=True)
class Unit:
    """
    `name` stands after a figure ("Ml/day"), `currency` is a code ("EUR") and the reader's language says where it stands;
    `digits` fixes the decimals, which otherwise follow the value.
    """

    name: str = ""
    currency: str = ""
    digits: int | None = None

    @property
    def words(self) -> str:
        return self.name or self.currency


def amount(value: Number, unit: Unit) -> str:
    """Return a figure without its unit, unless that is a currency: "38.4", "€118.40"."""
    return money(value, unit.currency, unit.digits) if unit.currency else number(value, unit.digits)


def full(value: Number, unit: Unit) -> str:
    """Return a figure with its unit: "38.4 Ml/day", "97.1%"."""
    return _named(amount(value, unit), unit)


def brief(value: Number, unit: Unit) -> str:
    """Return a figure for a picture, where a long one has no room: "€1.25B"."""
    return compact(value, unit.currency) if abs(float(value)) >= COMPACT_FROM else amount(value, unit)


def _named(figure: str, unit: Unit) -> str:
    return figure + ("" if unit.name == "%" else "\u00a0") * bool(unit.name) + unit.name


def reach(span: Span, unit: Unit) -> str:
    """Return one value, or both ends of a range: "37.0–38.4"."""
    if not span.is_range:
        return amount(span.low, unit)
    joint = " – " if span.low < 0 or unit.currency else "–"  # a dash beside a minus is not read
    return amount(span.low, unit) + joint + amount(span.high, unit)


def full_reach(span: Span, unit: Unit) -> str:
    return _named(reach(span, unit), unit)


def on_axis(values: Sequence[Decimal], unit: Unit) -> list[str]:
    """Return short words for the steps of an axis: "50K" where all of them stay apart, else the whole figures."""
    digits = digits_of(values)
    if max((abs(value) for value in values), default=Decimal(0)) >= COMPACT_FROM:
        short = [compact(value) for value in values]
        if len(set(short)) == len(short):
            return short
    return [number(value, digits) for value in values]
