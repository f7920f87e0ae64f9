"""Money and earned value in words."""

from decimal import Decimal

from django.utils.translation import gettext as _

from consortio.ui.formats import money, number

from .models import Rule
from .rules import amount_of, digits_of


def rule_words(rule: str) -> str:
    return {
        Rule.PERCENT.value: _("as much of its budget as is done"),
        Rule.ALL_AT_END.value: _("all of its budget at the end"),
        Rule.HALVES.value: _("half of its budget when it begins, the rest at the end"),
    }[rule or Rule.PERCENT.value]


def money_words(minor: int, currency: str) -> str:
    """Return an amount as the reader writes it, whole where it has no cents; without a currency, a bare number."""
    amount: Decimal = amount_of(minor, currency)
    is_whole = amount == amount.to_integral_value()
    if not currency:
        return number(amount, 0 if is_whole else digits_of(currency))
    return money(amount, currency, 0) if is_whole else money(amount, currency)


def about_words(minor: int, currency: str) -> str:
    """Return an estimate: in whole units of the currency, since its cents mean nothing."""
    unit = 10 ** digits_of(currency)
    return money_words((2 * minor + unit) // (2 * unit) * unit, currency)


def index_words(index: float | None) -> str:
    """Return a performance index with two decimals."""
    return "" if index is None else number(round(index, 2), 2)


def currency_words(currency: str) -> str:
    return currency or _("no currency named")
