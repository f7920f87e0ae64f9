"""
Periods of readings: weeks, months, quarters, half-years and years on real calendars.

A week is that of ISO 8601: from Monday on, and the year of its number is that of its Thursday. Quarters, half-years and
years begin with the month in which an organisation's financial year begins, always on its first day. A financial year
that does not begin in January is named by both calendar years that it touches: FY 2031/32.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from babel.dates import format_skeleton, get_month_names
from django.utils.translation import gettext as _

from consortio.ui.formats import locale_name

FIRST_YEAR, LAST_YEAR = 1900, 2199
TEXT_CHARS_MAX = 60
WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")


class Frequency(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


MONTHS: Mapping[Frequency, int] = {
    Frequency.MONTH: 1,
    Frequency.QUARTER: 3,
    Frequency.HALF_YEAR: 6,
    Frequency.YEAR: 12,
}


class PeriodRefused(ValueError):
    """A text or a day gives no period; the message says why, for people."""


class NotAPeriod(PeriodRefused):
    """The text says no period, or one that no calendar has."""


class PeriodAmbiguous(PeriodRefused):
    """The text may mean the calendar year or the financial one."""


class OtherFrequency(PeriodRefused):
    """The text says a period, and another kind of period is asked for."""


class OutsideCalendar(PeriodRefused):
    """A day or year before 1900 or after 2199."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` until before `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise NotAPeriod(_("A period ends after it begins."))

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says: a period of a frequency, or a single day, which is of none."""

    period: Period
    frequency: Frequency | None


def period_of(day: date, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """
    Return the period that holds a day.

    Args:
        day: of the years 1900 to 2199.
        fiscal_start: the month with which a financial year begins, 1 to 12; weeks and months do not heed it.

    Raises:
        OutsideCalendar: the day lies in another year.
    """
    _check_year(day.year)
    if frequency == Frequency.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=7))
    length = MONTHS[frequency]
    start = day.year * 12 + day.month - 1
    start -= (start - _first_month(fiscal_start)) % length
    return Period(_month_begin(start), _month_begin(start + length))


def next_period(period: Period, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """Return the period that begins when this one ends. Raises: OutsideCalendar."""
    return period_of(period.end, frequency, fiscal_start)


def previous_period(period: Period, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """Return the period that ends when this one begins. Raises: OutsideCalendar."""
    return period_of(period.start - timedelta(days=1), frequency, fiscal_start)


def periods_between(start: date, end: date, frequency: Frequency, fiscal_start: int = 1) -> tuple[Period, ...]:
    """
    Return every period with at least one day from `start` until before `end`, in their order; the first and the last
    one may reach further. None when `end` does not lie after `start`.

    Raises:
        OutsideCalendar: a period to return would begin in another year than 1900 to 2199.
    """
    return tuple(_between(start, end, frequency, fiscal_start))


def _between(start: date, end: date, frequency: Frequency, fiscal_start: int) -> Iterator[Period]:
    at = start
    while at < end:
        period = period_of(at, frequency, fiscal_start)
        yield period
        at = period.end


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        said = _("Write a year from %(first)s to %(last)s.")
        raise OutsideCalendar(said % {"first": FIRST_YEAR, "last": LAST_YEAR})


def _first_month(fiscal_start: int) -> int:
    if not 1 <= fiscal_start <= 12:
        raise ValueError(f"A financial year begins in month 1 to 12, not in {fiscal_start}.")
    return fiscal_start - 1


def _month_begin(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def label(period: Period, frequency: Frequency, fiscal_start: int = 1) -> str:
    """Return a period in the reader's language: "March 2031", "Q2 2031", "FY 2031/32 Q1", "week 14, 2031"."""
    if frequency == Frequency.WEEK:
        year, week, _day = period.start.isocalendar()
        return _("week %(week)s, %(year)s") % {"week": week, "year": year}
    if frequency == Frequency.MONTH:
        return format_skeleton("yMMMM", period.start, locale=locale_name(), fuzzy=True)
    if fiscal_start == 1 and frequency != Frequency.HALF_YEAR:
        skeleton = {Frequency.QUARTER: "yQQQ", Frequency.YEAR: "y"}[frequency]
        return format_skeleton(skeleton, period.start, locale=locale_name(), fuzzy=True)
    return _financial_label(period, frequency, fiscal_start)


def _financial_label(period: Period, frequency: Frequency, fiscal_start: int) -> str:
    year = period_of(period.start, Frequency.YEAR, fiscal_start).start
    part = (period.start.month - year.month) % 12 // MONTHS[frequency] + 1
    words = {"year": _years(year.year), "part": part, "plain": year.year}
    if frequency == Frequency.QUARTER:
        return _("FY %(year)s Q%(part)s") % words
    if frequency == Frequency.YEAR:
        return _("FY %(year)s") % words
    return (_("H%(part)s %(plain)s") if fiscal_start == 1 else _("FY %(year)s H%(part)s")) % words


def _years(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02d}"


def written(period: Period, frequency: Frequency, fiscal_start: int = 1) -> str:
    """Return a period as it is typed and read again, whatever the language: "2031-03", "2031-W14", "FY 2031/32 Q1"."""
    if frequency == Frequency.WEEK:
        year, week, _day = period.start.isocalendar()
        return f"{year}-W{week:02d}"
    if frequency == Frequency.MONTH:
        return f"{period.start:%Y-%m}"
    year = period_of(period.start, Frequency.YEAR, fiscal_start).start
    name = str(year.year) if fiscal_start == 1 else f"FY {_years(year.year)}"
    if frequency == Frequency.YEAR:
        return name
    part = (period.start.month - year.month) % 12 // MONTHS[frequency] + 1
    return f"{name} {'Q' if frequency == Frequency.QUARTER else 'H'}{part}"


def read_period(text: str, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """
    Return the period of a frequency that a text says, or that holds the day it says.

    Raises:
        OtherFrequency: the text says a period of another kind.
        NotAPeriod, PeriodAmbiguous, OutsideCalendar: as `parse`.
    """
    said = parse(text, fiscal_start)
    if said.frequency is None:
        return period_of(said.period.start, frequency, fiscal_start)
    if said.frequency != frequency:
        wanted = {
            Frequency.WEEK: _("Write a week, as 2031-W14, or a day in it."),
            Frequency.MONTH: _("Write a month, as 2031-03, or a day in it."),
            Frequency.QUARTER: _("Write a quarter, as Q2 2031, or a day in it."),
            Frequency.HALF_YEAR: _("Write a half-year, as H1 2031, or a day in it."),
            Frequency.YEAR: _("Write a year, as 2031, or a day in it."),
        }
        raise OtherFrequency(wanted[frequency])
    return said.period


YEAR = r"(?P<year>[0-9]{4})"
GAP = "[ ,/-]*"
PART = r"(?P<part>[qtkh])(?P<number>[1-4])"  # quarters are Q, in some languages T or K
WEEK = "(?:week|wk|w|cw|kw) ?(?P<week>[0-9]{1,2})"
MONTH = "(?P<month>[0-9]{1,2})"
NAME = r"(?P<name>[^\W\d_]+)\.?"
FISCAL = rf"fy ?{YEAR}(?:/(?P<until>[0-9]{{4}}|[0-9]{{2}}))?"
SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"{YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[t ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)?)?",
        rf"{YEAR}[-/.]{MONTH}",
        rf"{MONTH}[-/.]{YEAR}",
        rf"{YEAR}{GAP}{WEEK}",
        rf"{WEEK}(?:{GAP}| of ){YEAR}",
        rf"{FISCAL}(?:{GAP}{PART})?",
        rf"{PART}{GAP}{FISCAL}",
        rf"{YEAR}{GAP}{PART}",
        rf"{PART}(?:{GAP}| de ){YEAR}",
        rf"{NAME}(?:{GAP}| de ){YEAR}(?: [гр]\.?)?",
        rf"{YEAR}{GAP}{NAME}",
        YEAR,
    )
)


def parse(text: str, fiscal_start: int = 1) -> Said:
    """
    Read a period as people and spreadsheets write it.

    2031-03, 03/2031, Mar 2031, Q2 2031, 2031 Q2, H1 2031, 2031-W14, week 14, 2031, FY 2031/32, FY 2031/32 Q1, 2031, and
    days as 2031-03-31, with a time of day or without. Months have their names in English and in the reader's language.
    Where financial years do not begin in January, quarters, half-years and years are written with FY and both years.

    Raises:
        NotAPeriod: the text says nothing of this, or a day, week or month that is not there, as week 53 of 2031.
        PeriodAmbiguous: the text may mean the calendar year or the financial one.
        OutsideCalendar: the year is not one from 1900 to 2199.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[: TEXT_CHARS_MAX + 1]).casefold().split())
    plain = re.sub("[\u2010-\u2015\u2212]", "-", plain)
    match = next((found for shape in SHAPES if (found := shape.fullmatch(plain))), None)
    if match is None or len(text) > TEXT_CHARS_MAX:
        raise _not_a_period(text)
    _check_year(int(match["year"]))
    try:
        return _said(text, match.groupdict(), plain.find("fy") >= 0, fiscal_start)
    except ValueError as error:
        raise error if isinstance(error, PeriodRefused) else _not_a_period(text) from None


def _not_a_period(text: str) -> NotAPeriod:
    shown = "".join(sign if sign.isprintable() else "?" for sign in text[:TEXT_CHARS_MAX])
    return NotAPeriod(_("%(text)s is no period. Write it as 2031-03, Q2 2031, 2031-W14 or 2031.") % {"text": shown})


def _said(text: str, words: Mapping[str, str | None], is_financial: bool, fiscal_start: int) -> Said:
    """Return what the found words say; a ValueError where no calendar has it."""
    year, name = int(words["year"] or 0), words.get("name")
    if words.get("day"):
        day = date(year, int(words["month"] or 0), int(words["day"] or 0))
        return Said(Period(day, day + timedelta(days=1)), None)
    if words.get("week"):
        return _spoken(date.fromisocalendar(year, int(words["week"] or 0), 1), Frequency.WEEK)
    if words.get("month") or name:
        month = _names(locale_name()).get(name, 0) if name else int(words["month"] or 0)
        return _spoken(date(year, month, 1), Frequency.MONTH)
    _check_financial(text, year, words.get("until"), is_financial, fiscal_start)
    frequency = _frequency_of(words.get("part"))
    part = int(words.get("number") or 1)
    start = year * 12 + _first_month(fiscal_start) + (part - 1) * MONTHS[frequency]
    if part * MONTHS[frequency] > 12:
        raise _not_a_period(text)
    return _spoken(_month_begin(start), frequency, fiscal_start)


def _spoken(day: date, frequency: Frequency, fiscal_start: int = 1) -> Said:
    return Said(period_of(day, frequency, fiscal_start), frequency)


def _frequency_of(part: str | None) -> Frequency:
    if part is None:
        return Frequency.YEAR
    return Frequency.HALF_YEAR if part == "h" else Frequency.QUARTER


def _check_financial(text: str, year: int, until: str | None, is_financial: bool, fiscal_start: int) -> None:
    """Refuse what names one year where a financial year touches two, or two where it is a calendar year."""
    if fiscal_start == 1 and until:
        raise NotAPeriod(
            _("%(text)s names two years, and the financial year here is a calendar year.") % {"text": text}
        )
    if fiscal_start > 1 and not (is_financial and until):
        words = {"text": text, "year": _years(year)}
        said = _("%(text)s may mean the calendar year or the financial one. Write FY %(year)s, and Q or H after it.")
        raise PeriodAmbiguous(said % words)
    if until and int(until) != (year + 1) % 10 ** len(until):
        raise _not_a_period(text)


@lru_cache(maxsize=64)
def _names(locale: str) -> Mapping[str | None, int]:
    """Return months by their names, in English and in a language; without the point of an abbreviation."""
    return {
        name.casefold().rstrip("."): month
        for language in (locale, "en_GB", "en")
        for width in WIDTHS
        for context in CONTEXTS
        for month, name in get_month_names(width, context=context, locale=language).items()
    }
