"""Days, instants and numbers in the reader's own words. Nothing here looks at a clock: today is handed in."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from unicodedata import digit

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_month_names,
    get_timezone_name,
)
from babel.lists import format_list
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

MINUS = "\u2212"
DAYS_UNTIL_MONTHS = 60
DAYS_UNTIL_YEARS = 730
KEPT = 8192  # formatted days kept per kind: a long table repeats few days, and one costs 30 µs to format


def locale_name() -> str:
    """Return the reader's locale as Babel names it. Plain English is written as in Britain, like the product's texts."""
    return _locale_name(get_language() or "en")


@lru_cache(maxsize=64)
def _locale_name(code: str) -> str:
    if code == "en" or code.startswith("en-x"):
        return "en_GB"
    for name in (code.replace("-", "_"), code.split("-")[0]):
        try:
            return str(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            continue
    return "en_GB"


def day(value: date | None, today: date | None = None) -> str:
    """Return "17 Nov", with the year where it is not today's: "17 Nov 2027"."""
    return _day(value, "MMMd", today)


def day_of_week(value: date | None, today: date | None = None) -> str:
    """Return "Tue 17 Nov", with the year where it is not today's."""
    return _day(value, "MMMEd", today)


def date_long(value: date | None) -> str:
    """Return "Tuesday 17 November 2026"."""
    return "" if value is None else _written_out(as_date(value), locale_name())


def month(value: date) -> str:
    """Return "Nov 2026"."""
    return _formatted(as_date(value), "yMMM", locale_name())


def quarter(value: date) -> str:
    """Return "Q4 2026"."""
    return _formatted(as_date(value), "yQQQ", locale_name())


def month_name(number: int) -> str:
    """Return the name of a month from 1 to 12 as it stands by itself: "November"."""
    return str(get_month_names("wide", "stand-alone", locale_name())[number])


def month_short(value: date) -> str:
    """Return "Nov"."""
    return _formatted(as_date(value), "MMM", locale_name())


def _day(value: date | None, skeleton: str, today: date | None) -> str:
    if value is None:
        return ""
    value = as_date(value)
    if today is None or value.year != today.year:
        skeleton = "y" + skeleton
    return _formatted(value, skeleton, locale_name())


def as_date(value: date) -> date:
    """Return the day itself; of an instant, the day it is for the reader."""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


@lru_cache(maxsize=KEPT)
def _written_out(value: date, locale: str) -> str:
    return _without_comma(format_date(value, format="full", locale=locale), locale)


@lru_cache(maxsize=KEPT)
def _formatted(value: date, skeleton: str, locale: str) -> str:
    written = format_skeleton(skeleton, value, locale=locale, fuzzy=True)
    return _without_comma(written, locale) if "E" in skeleton else written


def _without_comma(written: str, locale: str) -> str:
    """Return a day with its weekday as British English has it: "Tue 17 Nov", without a comma after the weekday."""
    return written.replace(", ", " ", 1) if locale == "en_GB" else written


def distance(value: date, today: date) -> str:
    """Return how far a day lies from today: "today", "in 5 days", "41 days ago", "in 7 months"."""
    days = (as_date(value) - as_date(today)).days
    near = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    return near[days] if days in near else _distance(days, locale_name())


@lru_cache(maxsize=KEPT)
def _distance(days: int, locale: str) -> str:
    far = abs(days)
    grain: Literal["day", "month", "year"]
    grain = "day" if far < DAYS_UNTIL_MONTHS else "month" if far < DAYS_UNTIL_YEARS else "year"
    return format_timedelta(timedelta(days=days), granularity=grain, threshold=1e9, add_direction=True, locale=locale)


def instant(value: datetime | None, today: date | None = None) -> str:
    """Return an instant in the reader's zone, to the minute: "12 Nov, 06:00"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local.date(), today)}, {_formatted_time(local.hour, local.minute, locale_name())}"


def local_time(value: datetime) -> str:
    """Return the time of day of a plan's own local date-time: "08:00"."""
    return _formatted_time(value.hour, value.minute, locale_name())


@lru_cache(maxsize=2048)
def _formatted_time(hour: int, minute: int, locale: str) -> str:
    return format_time(datetime(2000, 1, 1, hour, minute).time(), format="short", locale=locale)


def zone_of_instant(value: datetime) -> str:
    """Return the name of the zone in which the reader sees this instant, for the hover."""
    local = timezone.localtime(value)
    return f"{date_long(local.date())}, {local:%H:%M:%S} {get_timezone_name(local, locale=locale_name())}"


def number(value: int | float | Decimal | None, digits: int | None = None) -> str:
    """Return a number as the reader writes it; `digits` fixes the decimals, otherwise they follow the value."""
    if value is None:
        return ""
    pattern = "#,##0." + ("0" * digits if digits is not None else "######")
    return _number(value, pattern.rstrip("."), locale_name())


@lru_cache(maxsize=KEPT)
def _number(value: int | float | Decimal, pattern: str, locale: str) -> str:
    return _with_minus(format_decimal(value, format=pattern, locale=locale))


def _with_minus(written: str) -> str:
    """Return what Babel wrote with the sign that pages have. What rounds to zero has none: "−0%" is no figure."""
    is_zero = all(digit(sign, 0) == 0 for sign in written)
    return written.replace("-", "" if is_zero else MINUS)


def signed(value: int | float | Decimal, digits: int | None = None) -> str:
    """Return a difference with its sign: "+3", "−2", "0"."""
    return ("+" if value > 0 else "") + number(value, digits)


def compact(value: int | float | Decimal, currency: str = "") -> str:
    """Return a large number in few letters, as an axis has them: "184K", "€1.25B"; whole where the language has none."""
    short = format_compact_decimal(value, locale=locale_name(), fraction_digits=2)
    if not any(letter.isalpha() for letter in short):
        return money(value, currency, 0) if currency else number(value)
    if currency:
        short = format_compact_currency(value, currency, locale=locale_name(), fraction_digits=2)
    return _with_minus(short)


def money(value: int | float | Decimal, currency: str, digits: int | None = None) -> str:
    """Return an amount of money as the reader writes it; without `digits` as many decimals as the currency has."""
    return _money(value, currency, digits, locale_name())


@lru_cache(maxsize=KEPT)
def _money(value: int | float | Decimal, currency: str, digits: int | None, locale: str) -> str:
    if digits is None:
        return _with_minus(format_currency(value, currency, locale=locale))
    pattern = (
        Locale.parse(locale).currency_formats["standard"].pattern.replace(".00", "." + "0" * digits if digits else "")
    )
    return _with_minus(format_currency(value, currency, pattern, locale=locale, currency_digits=False))


def percent(value: float | Decimal) -> str:
    """Return a share from 0 to 1 as "38%"."""
    return _percent(value, locale_name())


@lru_cache(maxsize=KEPT)
def _percent(value: float | Decimal, locale: str) -> str:
    return _with_minus(format_percent(value, locale=locale))


def unit(value: int | float | Decimal, name: str, length: Literal["short", "long", "narrow"] = "short") -> str:
    """Return a number with a unit of CLDR, as "duration-day" or "digital-megabyte": "5 days"."""
    return _with_minus(format_unit(value, name, length=length, locale=locale_name()))


def workdays(value: int | float | Decimal | None) -> str:
    """Return an amount of work in days, as plans write it: "5 d"."""
    return "" if value is None else gettext("%(days)s d") % {"days": number(value)}


def days_late(days: int) -> str:
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": number(days)}


def file_size(size: int) -> str:
    """Return a size in the unit that leaves few digits: "140 kB"."""
    if size < 1000:
        return unit(size, "digital-byte", "long")  # short it has no plural
    for limit, divisor, name in ((10**6, 10**3, "kilobyte"), (10**9, 10**6, "megabyte")):
        if size < limit:
            return unit(round(size / divisor, 1 if size / divisor < 10 else None), f"digital-{name}")
    return unit(round(size / 10**9, 1), "digital-gigabyte")


def listing(words: Iterable[str]) -> str:
    """Return "A, B and C" in the reader's language."""
    return format_list([str(word) for word in words], locale=locale_name())


FILTERS: dict[str, Callable[..., str]] = {
    "compact": compact,
    "date_long": date_long,
    "day": day,
    "day_of_week": day_of_week,
    "days_late": days_late,
    "distance": distance,
    "file_size": file_size,
    "instant": instant,
    "listing": listing,
    "local_time": local_time,
    "money": money,
    "month": month,
    "month_name": month_name,
    "number": number,
    "percent": percent,
    "signed": signed,
    "unit": unit,
    "workdays": workdays,
    "zone_of_instant": zone_of_instant,
}
