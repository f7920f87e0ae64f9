"""Which decimal numbers are kept: those that can be computed with, and that their column holds digit by digit."""

from decimal import Decimal

from django.utils.translation import gettext as _

from consortio.access import Invalid

from .intervals import Interval, NotAValue

SIGNS_MAX = 40  # of a number as it is written out, see `exact`


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
