"""Days on which nobody works in the demo world: Norway's, whose movable ones hang on Easter, and the yard's summer."""

from collections.abc import Iterator
from datetime import date, timedelta

from consortio.interchange.plan import CalendarException

FROM_EASTER = {
    "Maundy Thursday": -3,
    "Good Friday": -2,
    "Easter Monday": 1,
    "Ascension Day": 39,
    "Whit Monday": 50,
}
FIXED = {
    "New Year's Day": (1, 1),
    "Labour Day": (5, 1),
    "Constitution Day": (5, 17),
    "Christmas Eve": (12, 24),
    "Christmas Day": (12, 25),
    "Boxing Day": (12, 26),
    "New Year's Eve": (12, 31),
}


def holidays(year: int) -> Iterator[CalendarException]:
    """Yield a year's days off, in order; a day with two names keeps the movable one."""
    found = {date(year, *day): name for name, day in FIXED.items()}
    found |= {easter(year) + timedelta(days=days): name for name, days in FROM_EASTER.items()}
    for day, name in sorted(found.items()):
        yield CalendarException(day, day, name=name)


def closures(year: int) -> CalendarException:
    """Return the three weeks in which the yard is shut, from the second Monday of July."""
    first = date(year, 7, 8)
    monday = first + timedelta(days=-first.weekday() % 7)
    return CalendarException(monday, monday + timedelta(days=20), name="The yard is shut")


def easter(year: int) -> date:
    """
    Return Easter Sunday.

    Source:
        Meeus (1991), Astronomical Algorithms, chapter 8: the Gregorian computus.
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped = century - (century + 8) // 25 + 1
    epact = (19 * golden + century - century // 4 - skipped // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
