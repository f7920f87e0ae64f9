"""Amounts, days and names as lists of funded projects write them."""

import re
from datetime import date
from decimal import Decimal

from consortio.interchange.cells import Unreadable, read_moment
from consortio.interchange.values import clean_line

AMOUNT_LENGTH_MAX = 40

_PLAIN = re.compile(r"-?\d+(?:[.,](?:\d{1,2}|\d{4,}))?", re.ASCII)
_GROUPED = re.compile(r"(-?\d{1,3})([ .,'’\u00a0\u202f])(\d{3}(?:\2\d{3})*)([.,]\d{1,2})?", re.ASCII)
_APART = re.compile(r"\s{3,}")


def parse_amount(raw: str) -> Decimal | None:
    """Return the amount with a decimal point or comma; None where a sign could be either, as in 1,234."""
    if len(raw) > AMOUNT_LENGTH_MAX:
        return None
    if _PLAIN.fullmatch(raw):
        return Decimal(raw.replace(",", "."))
    match = _GROUPED.fullmatch(raw)
    if match is None:
        return None
    first, sign, groups, cents = match.groups()
    unclear = sign in ".," and (cents[0] == sign if cents else sign not in groups)
    return None if unclear else Decimal(first + groups.replace(sign, "") + (cents or "").replace(",", "."))


def parse_written_day(raw: str) -> date | None:
    """Return the day of "1 January 2016" or "2016-01-01"; None where it is neither."""
    try:
        return read_moment(raw, "dmy").at.date() if raw else None
    except Unreadable:
        return None


def parts_of_name(raw: str) -> tuple[str, str, str]:
    """Return name, remark and country of a cell such as "INSTITUTE   Participation ended   Greece"."""
    parts = [clean_line(part) for part in _APART.split(raw.strip())]
    return parts[0], " ".join(parts[1:-1]), parts[-1] if len(parts) > 1 else ""


def project_number(raw: str) -> str:
    """Return the number as text; spreadsheets write it as 688110.0."""
    text = clean_line(raw, 100)
    return text.removesuffix(".0") if text.removesuffix(".0").isdecimal() else text
