"""
Amounts of money in plan files, as exact decimals; and what a phase is said to cost in a table, without what is below it.

A currency is the three letters of ISO 4217, or "" where a file names none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from consortio.interchange.plan import Item

Sums: TypeAlias = dict[str, tuple[Decimal, Decimal]]  # by currency: budget and actual cost

AMOUNT_MAX = Decimal(10) ** 12
DECIMALS_MAX = 6
CODES = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP"
    " CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF"
    " IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD"
    " MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB"
    " RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD"
    " UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG".split()
)
OLD = {"RUR": "RUB"}
SIGNS = {"€": "EUR", "£": "GBP", "₽": "RUB", "₴": "UAH", "₹": "INR", "₺": "TRY", "₪": "ILS", "₩": "KRW", "₫": "VND"}
# Words beside an amount; those of several currencies say which only beside a code.
WORDS = {"euro": "EUR", "euros": "EUR", "zł": "PLN", "руб": "RUB", "р": "RUB", "грн": "UAH", "kr": "", "fr": ""}


def exact(number: Decimal) -> Decimal:
    """Return the number without zeros at its end, so that what is equal reads alike."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def parse_amount(raw: str) -> Decimal:
    """
    Return an amount as other programs write it; a single comma is a decimal comma.

    Raises:
        ValueError: no finite number, or beyond a million million.
    """
    if len(raw) > 40:
        raise ValueError(raw)
    try:
        number = Decimal(raw.replace(",", ".") if "." not in raw and raw.count(",") == 1 else raw)
    except InvalidOperation:
        raise ValueError(raw) from None
    return bounded(number)


def bounded(number: Decimal) -> Decimal:
    """Raises: ValueError."""
    if not number.is_finite() or abs(number) > AMOUNT_MAX:
        raise ValueError(str(number))
    return exact(round(number, DECIMALS_MAX))


def currency_named(text: str) -> str:
    """Return the one currency that a text names by its code, else by its sign; "" where it names none or several."""
    codes = {OLD.get(word, word) for word in re.findall(r"(?<![A-Z])[A-Z]{3}(?![A-Z])", text)} & CODES
    found = codes or {SIGNS[sign] for sign in text if sign in SIGNS}
    return next(iter(found)) if len(found) == 1 else ""


def amount_written(text: str) -> tuple[Decimal, str]:
    """
    Return an amount as people write it, and the currency that stands beside it.

    Of two separators the last one is the decimal sign; one alone before just three digits is of thousands.

    Raises:
        ValueError: no amount, or with words that are no currency.
    """
    digits = re.sub(r"[\s'\u2019]", "", text.replace("\u2212", "-"))
    words = re.findall(r"[^\W\d_]+\.?|[$¥€£₽₴₹₺₪₩₫]", digits)
    for word in words:
        digits = digits.replace(word, "", 1)
    plain = [word.rstrip(".").casefold() for word in words]
    if len(words) > 2 or not all(word in WORDS or word.upper() in CODES or not word.isalpha() for word in plain):
        raise ValueError(text)
    separators = re.findall(r"[.,]", digits)
    decimal = separators[-1] if separators else "."
    if len(set(separators)) == 1 and re.fullmatch(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+", digits):
        digits = re.sub("[.,]", "", digits)
    else:
        whole, _, decimals = digits.rpartition(decimal)
        digits = f"{re.sub('[.,](?=[0-9]{3}(?![0-9]))', '', whole)}.{decimals}" if separators else digits
    if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)", digits):
        raise ValueError(text)
    return bounded(Decimal(digits)), currency_named(text) or next((WORDS[one] for one in plain if WORDS.get(one)), "")


def said_of(budget: Decimal | None, actual: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Return both; nothing of a row of zeros: programs write them for whatever nobody gave a cost."""
    return (budget, actual) if budget or actual else (None, None)


def without_below(items: Sequence[Item]) -> tuple[list[Item], set[str]]:
    """
    Return the items of a table with what each costs itself, and the ids of those that say less than what is below.

    A row with others below it shows what all of it costs: its own is what is left of that.
    """
    below: dict[str | None, Sums] = {}
    made, short = [], set[str]()
    for item in reversed(items):
        sums = below.pop(item.id, {})
        own = _own_of(item, sums) if sums and has_costs(item) else item
        if own is None:
            short.add(item.id)
            own = replace(item, budget=None, actual_cost=None, currency="")
        made.append(own)
        _add(below.setdefault(item.parent, {}), own, sums)
    return made[::-1], short


def has_costs(item: Item) -> bool:
    return item.budget is not None or item.actual_cost is not None


def _own_of(item: Item, sums: Sums) -> Item | None:
    """Return the item without what is below it; None where it says less than that, or in another currency."""
    if set(sums) != {item.currency}:
        return None
    left = [
        None if said is None else exact(said - part)
        for said, part in zip(_said(item), sums[item.currency], strict=True)
    ]
    if any(one is not None and one < 0 for one in left):
        return None
    budget, actual = said_of(left[0], left[1])
    made = replace(item, budget=budget, actual_cost=actual)
    return made if has_costs(made) else replace(made, currency="")


def _said(item: Item) -> tuple[Decimal | None, Decimal | None]:
    return item.budget, item.actual_cost


def _add(sums: Sums, item: Item, below: Sums) -> None:
    """Add to the sums of a row what an item below it costs, with all that is below that one."""
    own = {item.currency: (item.budget or Decimal(), item.actual_cost or Decimal())} if has_costs(item) else {}
    for part in (own, below):
        for currency, (budget, actual) in part.items():
            before = sums.get(currency, (Decimal(), Decimal()))
            sums[currency] = (before[0] + budget, before[1] + actual)


def with_below(items: Sequence[Item]) -> Mapping[str, tuple[Decimal | None, Decimal | None]]:
    """Return the budget and cost that a table shows of each item: of one that has its own, with all that is below."""
    shown: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    below: dict[str | None, Sums] = {}
    for item in reversed(items):
        sums = below.pop(item.id, {})
        parts = sums.get(item.currency, (Decimal(), Decimal()))
        budget, actual = (None if said is None else said + part for said, part in zip(_said(item), parts, strict=True))
        shown[item.id] = (budget, actual)
        _add(below.setdefault(item.parent, {}), item, sums)
    return shown
