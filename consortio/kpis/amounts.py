"""Which decimal numbers are kept: those that can be computed with, and that their column holds digit by digit."""

import re
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field

from consortio.access import Invalid

from .intervals import Interval, NotAValue

SIGNS_MAX = 40  # of a number as it is written out, see `exact`
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"


class NotANumber(ValueError):
    """The text is no decimal number in the digits 0 to 9."""


def _digit_by_digit(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(DECIMAL.strip("^$"), value):
        raise NotANumber(_("Write a decimal number in the digits 0 to 9, its decimals after a point: 1234.5"))
    return value


def _in_ascii(value: Any) -> Any:
    return value if not isinstance(value, str) or value.isascii() else _digit_by_digit(value)


# Amounts in bodies of the API: as text, and as a number or text.
AmountText = Annotated[
    str,
    Field(max_length=SIGNS_MAX, pattern=DECIMAL, description="a decimal number as text, digit by digit"),
    BeforeValidator(_digit_by_digit),
]
AmountSaid = Annotated[Decimal, Field(max_digits=36, decimal_places=12), BeforeValidator(_in_ascii)]


def check_amount(field: str, value: Decimal | None) -> None:
    """Refuse a number that cannot be kept, by its field. Raises: Invalid."""
    if value is None:
        return
    try:
        Interval.exact(value)
    except NotAValue as refusal:
        raise Invalid(field, str(refusal)) from None
    if len(format(value, "f")) > SIGNS_MAX:
        raise Invalid(field, _("A value has at most %(most)s digits.") % {"most": SIGNS_MAX - 1})
