"""
Instants as marks: one number that keeps the order of instants and counts in working minutes.

A mark of a calendar is 2 × working minutes before the instant, + 1 where the instant is the start of the next minute
rather than the end of the last one: 17:00 is even, the next 08:00 is the odd number after it. Around the clock
(calendar -1) a mark is 2 × minutes since 1970. Adding working minutes to marks needs no calendar.
"""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.clock import BUCKET_SHIFT, HEADER
from consortio_engine.errors import HorizonExceeded

Ints = NDArray[np.int64]

BEYOND = "A date of a trial lies outside the calendars."


def instants(table: Ints, calendar: int, mark: Ints) -> Ints:
    """
    Return the instants of marks.

    Args:
        table: calendars, see `clock`. calendar: which one; negative: around the clock. mark: any shape.

    Raises: HorizonExceeded.
    """
    work = mark >> 1
    if calendar < 0:
        return work
    header = calendar * HEADER
    # The last minute done (even), or the first one to do (odd).
    minute = work - 1 + (mark & 1)
    if mark.size and (minute.min() < 0 or minute.max() >= table[header + 5]):
        raise HorizonExceeded(BEYOND)
    position = table[table[header + 3] + (minute >> BUCKET_SHIFT)]
    while (passed := table[position + 5] <= minute).any():
        position = position + 3 * passed
    result: Ints = table[position] + work - table[position + 2]
    return result


def marks(table: Ints, calendar: int, instant: Ints) -> Ints:
    """
    Return the marks of instants; one inside a break becomes the start of what follows.

    Raises: HorizonExceeded.
    """
    if calendar < 0:
        return instant << 1
    header = calendar * HEADER
    first = table[header]
    if instant.size and (instant.min() < first or instant.max() > table[header + 1]):
        raise HorizonExceeded(BEYOND)
    position = table[table[header + 2] + (instant - first) // 1440]
    while (passed := table[position + 1] <= instant).any():
        position = position + 3 * passed
    inside = instant - table[position]
    is_end = (inside <= 0) & (position > table[header + 4]) & (table[position - 2] == instant)
    is_end |= inside > 0
    result: Ints = ((table[position + 2] + np.maximum(inside, 0)) << 1) + ~is_end
    return result


def converted(table: Ints, source: int, target: int, mark: Ints) -> Ints:
    """Return the marks of the same instants in another calendar; one inside a break becomes the start of what follows."""
    if source == target:
        return mark
    return marks(table, target, instants(table, source, mark))


def added(table: Ints, calendar: int, instant: Ints, minutes: Ints | int) -> Ints:
    """Return the instants so many working minutes later (earlier, if negative); those with 0 stay. As `clock.add`."""
    if isinstance(minutes, int):
        if minutes == 0:
            return instant
        return instants(table, calendar, shifted(marks(table, calendar, instant), minutes))
    moved = minutes != 0
    result: Ints = np.where(moved, instant, instant)
    if moved.any():
        mark = marks(table, calendar, instant[moved])
        by = minutes[moved]
        result[moved] = instants(table, calendar, np.where(by < 0, mark | 1, mark & -2) + 2 * by)
    return result


def shifted(mark: Ints, minutes: int) -> Ints:
    """Return marks so many working minutes later (an end of work) or earlier (a start of work); 0 changes nothing."""
    if minutes == 0:
        return mark
    result: Ints = ((mark & -2) if minutes > 0 else (mark | 1)) + 2 * minutes
    return result


def both_marks(table: Ints, calendar: int, instant: Ints) -> tuple[Ints, Ints]:
    """Return the even and the odd mark of instants, -1 where that mark is another instant. Same shape."""
    if calendar < 0:
        return instant << 1, (instant << 1) | 1
    mark = marks(table, calendar, instant)
    header = calendar * HEADER
    position = table[table[header + 2] + (instant - table[header]) // 1440]
    while (passed := table[position + 1] <= instant).any():
        position = position + 3 * passed
    inside = instant - table[position]
    return np.where(mark & 1 == 0, mark, -1), np.where(inside >= 0, mark | 1, -1)
