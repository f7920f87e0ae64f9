"""Lengths of time and instants as plan files write them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from consortio_engine.rows import NONE

EPOCH = datetime(1970, 1, 1)
MINUTE = timedelta(minutes=1)
_LENGTH = re.compile(r"([+-]?[0-9.]+) ?(e?)([mhdw%])")


@dataclass(frozen=True)
class Units:
    """How many working minutes a day and a week have when a length is written in them."""

    day: int = 480
    week: int = 2400


@dataclass(frozen=True)
class Length:
    """
    A length of time.

    Attributes:
        minutes: whole, rounded half to even; per cent where `is_share`.
        is_elapsed: it runs around the clock. is_share: it is a share of something else, in per cent.
    """

    minutes: int
    is_elapsed: bool = False
    is_share: bool = False


def length_of(value: int | float | str, units: Units) -> Length:
    """What a length says: minutes as a number, or text of the schema's pattern such as 3d, 2ed or 50%."""
    if not isinstance(value, str):
        return Length(int(value))
    found = _LENGTH.fullmatch(value)
    assert found is not None, "the schema has the same pattern"
    count, elapsed, unit = Decimal(found[1]), found[2] == "e", found[3]
    if unit == "%":
        return Length(round(count), is_share=True)
    factor = {"m": 1, "h": 60, "d": 1440 if elapsed else units.day, "w": 10080 if elapsed else units.week}[unit]
    return Length(round(count * factor), is_elapsed=elapsed)


def instant_of(text: str) -> int:
    """
    Minutes since 1970 of a local date and time.

    Raises:
        ValueError: there is no such day or time.
    """
    return (datetime.fromisoformat(text) - EPOCH) // MINUTE


def day_of(text: str) -> int:
    """
    Days since 1970 of a date.

    Raises:
        ValueError: there is no such day.
    """
    return (date.fromisoformat(text) - EPOCH.date()).days


def instant_text(minutes: int | None) -> str | None:
    """The local date and time as text; None for none."""
    if minutes is None or minutes == NONE:
        return None
    return (EPOCH + int(minutes) * MINUTE).isoformat(timespec="minutes")


def clock_of(text: str) -> int:
    """Minutes since midnight of a time like 08:00."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
