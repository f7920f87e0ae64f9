"""Amounts in bodies of the API: as text, and as a number or text; digit by digit either way."""

import re
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field

from .amounts import SIGNS_MAX

DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"


class NotANumber(ValueError):
    """The text is no decimal number in the digits 0 to 9."""


def _digit_by_digit(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(DECIMAL.strip("^$"), value):
        raise NotANumber(_("Write a decimal number in the digits 0 to 9, its decimals after a point: 1234.5"))
    return value


def _in_ascii(value: Any) -> Any:
    return value if not isinstance(value, str) or value.isascii() else _digit_by_digit(value)


AmountText = Annotated[
    str,
    Field(max_length=SIGNS_MAX, pattern=DECIMAL, description="a decimal number as text, digit by digit"),
    BeforeValidator(_digit_by_digit),
]
AmountSaid = Annotated[Decimal, Field(max_digits=36, decimal_places=12), BeforeValidator(_in_ascii)]
