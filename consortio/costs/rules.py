"""Amounts and currencies, and who may say what an item costs."""

from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_precision, is_currency

from consortio.access import Actor, Permission
from consortio.interchange.amounts import amount_written
from consortio.plans.rules import may_report

AMOUNT_MAX = 10**14  # minor units: what the engine takes, with room for sums
UNNAMED_DIGITS = 2
OF_REPORTERS = frozenset({"actual"})


class NotAnAmount(ValueError):
    """Words that are no amount of money, or one that is too large or too fine for its currency."""


class NotACurrency(ValueError):
    """No currency of ISO 4217."""


def may_write(actor: Actor, granted: Collection[str], item: Any, fields: Collection[str]) -> bool:
    """Tell whether the actor may say these of an item's cost: as of progress, who answers for it says what it has cost."""
    if Permission.PLAN_EDIT in granted:
        return True
    return set(fields) <= OF_REPORTERS and may_report(actor, granted, item)


@lru_cache(maxsize=256)
def digits_of(currency: str) -> int:
    """Return how many decimals its smallest unit has."""
    return get_currency_precision(currency) if currency else UNNAMED_DIGITS


def known_currency(text: str) -> str:
    """Raises: NotACurrency."""
    code = text.strip().upper()
    if code and not (len(code) == 3 and code.isascii() and is_currency(code)):
        raise NotACurrency(code)
    return code


def minor_of(amount: Decimal, currency: str, *, rounds: bool = False) -> int:
    """
    Return an amount in minor units.

    Args:
        rounds: one that is finer than its currency becomes the nearest; of two the even one.

    Raises:
        NotAnAmount.
    """
    scaled = amount.scaleb(digits_of(currency))
    whole = scaled.to_integral_value(ROUND_HALF_EVEN)
    if (whole != scaled and not rounds) or abs(whole) > AMOUNT_MAX:
        raise NotAnAmount(str(amount))
    return int(whole)


def minor_said(text: str, currency: str) -> int | None:
    """Return what somebody wrote, in minor units; nothing of nothing. Raises: NotAnAmount."""
    if not text.strip():
        return None
    try:
        amount, named = amount_written(text)
    except (ValueError, InvalidOperation):
        raise NotAnAmount(text) from None
    if named and named != currency:
        raise NotAnAmount(text)
    return minor_of(amount, currency)


def amount_of(minor: int, currency: str) -> Decimal:
    """Return minor units as an amount."""
    return Decimal(minor).scaleb(-digits_of(currency))


def plain_amount(minor: int | None, currency: str) -> str:
    """Return it as a form shows it: "1200.50"; "" where nobody said it."""
    return "" if minor is None else format(amount_of(minor, currency), "f")
