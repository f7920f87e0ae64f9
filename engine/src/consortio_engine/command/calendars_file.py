"""Calendars as plan files write them, laid out over as many years as the plan can need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from consortio_engine.calendar import Calendar
from consortio_engine.clock import DAY
from consortio_engine.command.lengths import clock_of, day_of
from consortio_engine.rows import Link, Project, Task

Period = tuple[int, int]

_OFFICE = [["08:00", "12:00"], ["13:00", "17:00"]]
DEFAULT_CALENDAR: dict[str, Any] = {"name": "standard", "week": [_OFFICE] * 5 + [[], []]}
YEAR = 366 * DAY
SPARE = 2 * YEAR
SPAN_MAX = 60 * YEAR  # laid out in some 20 ms per calendar
EXCEPTION_DAYS_MAX = 40_000
DATE_NAMES = [item.name for item in fields(Task) if item.name.endswith(("_at", "_start", "_finish", "deadline"))]


def check_calendars(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a sentence per fault that a schema cannot see."""
    for index, row in enumerate(rows):
        place = f"calendars[{index}]"
        if not any(row["week"]):
            yield f"{place}.week: there is no working time in it."
        for day, periods in enumerate(row["week"]):
            yield from _period_faults(f"{place}.week[{day}]", periods)
        days = 0
        for text, periods in row.get("exceptions", {}).items():
            yield from _period_faults(f'{place}.exceptions."{text}"', periods)
            try:
                days += len(_days(text))
            except ValueError:
                yield f'{place}.exceptions: there is no "{text}".'
        if days > EXCEPTION_DAYS_MAX:
            yield f"{place}.exceptions: {days:,} days, and may be at most {EXCEPTION_DAYS_MAX:,}."


def _period_faults(place: str, periods: Sequence[Sequence[str]]) -> Iterator[str]:
    for index, (begin, end) in enumerate(periods):
        if clock_of(begin) >= DAY:
            yield f"{place}[{index}]: begins at {begin}, and must begin before 24:00."
        elif clock_of(end) - clock_of(begin) > DAY:
            yield f"{place}[{index}]: is longer than a day."


def compile_calendars(
    rows: Sequence[Mapping[str, Any]], project: Project, tasks: Sequence[Task], links: Sequence[Link]
) -> list[Calendar]:
    """
    Lay out the calendars from before the first date of the plan to after all of its work, one task after the other.

    At most 60 years on either side of its dates: a plan that needs more is refused when it is scheduled.
    """
    dates = [value for task in tasks for name in DATE_NAMES if (value := getattr(task, name)) is not None]
    dates += [value for value in (project.start, project.data_date, project.must_finish_by) if value is not None]
    work = sum(task.duration for task in tasks) + sum(abs(link.lag) for link in links)
    slowest = min(sum(end - begin for day in row["week"] for begin, end in _periods(day)) for row in rows)
    need = min(SPARE + 7 * DAY * work // slowest, SPAN_MAX)
    return [_compiled(row, min(dates) - need, max(dates) + need) for row in rows]


def _compiled(row: Mapping[str, Any], first: int, last: int) -> Calendar:
    exceptions = {day: _periods(on) for text, on in row.get("exceptions", {}).items() for day in _days(text)}
    return Calendar.compile([_periods(day) for day in row["week"]], exceptions, first, last)


def _days(text: str) -> range:
    """
    The days since 1970 that a date, or two joined by a slash, stand for.

    Raises:
        ValueError: there is no such day, or the second lies before the first.
    """
    first, _, last = text.partition("/")
    days = range(day_of(first), day_of(last or first) + 1)
    if not days:
        raise ValueError(text)
    return days


def _periods(pairs: Sequence[Sequence[str]]) -> list[Period]:
    """Minutes of the day; an end that is not after its beginning lies on the next day."""
    times = [(clock_of(begin), clock_of(end)) for begin, end in pairs]
    return [(begin, end if end > begin else end + DAY) for begin, end in times]
