"""Values of readings as decimals: 1,234.5 and 1.234,5, with currency and percent signs, every digit as it stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from consortio.interchange.cells import DecimalSign, Unreadable, as_text
from consortio.interchange.sheet import Value
from consortio.interchange.wording import Wording

CHARS_MAX = 60
A_VALUE = Wording("a number such as 1,234.5 or 1.234,5")

_CODES = (
    "AED AUD BAM BGN BRL CAD CHF CNY CZK DKK EUR GBP GEL HKD HUF IDR ILS INR ISK JPY KES KRW KZT MDL MXN NGN NOK NZD"
    " PHP PLN RON RSD RUB SAR SEK SGD THB TRY UAH USD VND XAF XOF ZAR kr Kč zł Ft lei лв руб грн р"
)
_CURRENCY = rf"(?:[A-Z]{{0,3}}[$¢£¤¥฿₠-₿]|(?:{_CODES.replace(' ', '|')})\.?)"
_DRESSED = re.compile(
    rf"(?P<minus>[-+−–]?)\s*(?:{_CURRENCY})?\s*(?P<inner>[-+−–]?)\s*"
    rf"(?P<number>[0-9.,][0-9.,'’\s]*?)(?:[eE](?P<power>[+-]?[0-9]{{1,2}}))?\s*(?:%|{_CURRENCY})?"
)
_FORMATTED = re.compile(r"-?[0-9.]+(?:e[+-]?[0-9]+)?%")
_BRACKETED = re.compile(r"\(([^()]+)\)")
_WHOLE = re.compile(r"[0-9]+")
_APART = re.compile(r"([0-9]{1,3}(?:[\s'’][0-9]{3})+)(?:([.,])([0-9]+))?")
_BOTH = re.compile(
    r"([0-9]{1,3}(?:\.[0-9]{3})+)(,)([0-9]+)|([0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}|[0-9]{1,3}(?:,[0-9]{3})+)(\.)([0-9]+)"
)
_REPEATED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?:,[0-9]{2,3})+,[0-9]{3}")
_SINGLE = re.compile(r"([0-9]*)([.,])([0-9]+)")


@dataclass(frozen=True, slots=True)
class Number:
    """`sign` is the decimal sign that the text itself shows; `is_ambiguous` says that 1.234 could be either."""

    value: Decimal
    sign: DecimalSign | None = None
    is_ambiguous: bool = False


def read_value(value: Value, sign: DecimalSign) -> Number:
    """
    Return the number; `sign` is asked only where the text can be read both ways.

    A percentage is the number before its sign: 45% is 45. Brackets around an amount are a minus.

    Raises:
        Unreadable: no number.
    """
    if isinstance(value, bool):
        raise Unreadable(A_VALUE)
    if isinstance(value, int | float):
        if not isfinite(value):
            raise Unreadable(A_VALUE)
        # A spreadsheet keeps 0.1 + 0.2 as 0.30000000000000004 and shows fifteen digits.
        return Number(Decimal(f"{value:.15g}"))
    return _written(as_text(value).strip(), sign)


def _written(text: str, sign: DecimalSign) -> Number:
    bracketed = _BRACKETED.fullmatch(text)
    found = _DRESSED.fullmatch(bracketed[1].strip() if bracketed else text) if len(text) <= CHARS_MAX else None
    if found is None:
        raise Unreadable(A_VALUE)
    minuses = [bool(bracketed), *(found[name] not in ("", "+") for name in ("minus", "inner"))]
    if sum(minuses) > 1:
        raise Unreadable(A_VALUE)
    number = _bare(found["number"].strip(), sign)
    value = number.value.scaleb(int(found["power"])) if found["power"] else number.value
    return Number(-value if any(minuses) and value else value, number.sign, number.is_ambiguous)


def _bare(text: str, sign: DecimalSign) -> Number:
    if _WHOLE.fullmatch(text):
        return Number(Decimal(text))
    apart = _APART.fullmatch(text)
    if apart:
        return _put_together(re.sub(r"[\s'’]", "", apart[1]), apart[2], apart[3])
    both = _BOTH.fullmatch(text)
    if both:
        whole, point, rest = (one for one in both.groups() if one is not None)
        return _put_together(re.sub("[.,]", "", whole), point, rest)
    if _REPEATED.fullmatch(text):
        return Number(Decimal(re.sub("[.,]", "", text)), "," if "." in text else ".")
    return _with_one_sign(text, sign)


def _with_one_sign(text: str, sign: DecimalSign) -> Number:
    single = _SINGLE.fullmatch(text)
    if single is None:
        raise Unreadable(A_VALUE)
    whole, point, rest = single.groups()
    if len(rest) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return _put_together(whole, point, rest)
    return Number(Decimal(f"{whole}.{rest}" if point == sign else whole + rest), is_ambiguous=True)


def _put_together(whole: str, point: str | None, rest: str | None) -> Number:
    sign: DecimalSign | None = None if point is None else "," if point == "," else "."
    return Number(Decimal(f"{whole or '0'}.{rest}" if rest else whole), sign)


def settle_sign(values: Iterable[Value]) -> tuple[DecimalSign, bool]:
    """Return the decimal sign that most texts show, and whether any does; else the point."""
    commas = points = 0
    for value in values:
        if isinstance(value, str):
            try:
                sign = read_value(value, ".").sign
            except Unreadable:
                continue
            commas, points = commas + (sign == ","), points + (sign == ".")
    return "," if commas > points else ".", bool(commas or points)


def is_formatted(value: Value, format: str) -> bool:
    """Whether the text is a workbook's percentage, which our own reader wrote: its point is a decimal sign."""
    return format == "xlsx" and isinstance(value, str) and _FORMATTED.fullmatch(value) is not None
