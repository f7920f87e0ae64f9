"""MS Project XML: one calendar with its week, its other weeks and its exceptions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from consortio.interchange.plan import Calendar, CalendarException, DayHours, WorkWeek
from consortio.interchange.xml_text import element, elements, group

LAST_MINUTE = time(23, 59)
EVERY_DAY = 1


def calendar_elements(one: Calendar, numbers: Mapping[str, int]) -> Iterator[str]:
    """Yield the Calendar."""
    head = (
        ("UID", numbers[one.id]),
        ("Name", one.name),
        ("IsBaseCalendar", one.base is None),
        ("BaseCalendarUID", numbers.get(one.base or "", -1)),
    )
    inside = [
        *elements(head),
        *group("WeekDays", _days(one.week)),
        *group("Exceptions", (part for exception in one.exceptions for part in _exception(exception))),
        *group("WorkWeeks", (part for week in one.weeks for part in _work_week(week))),
    ]
    yield from group("Calendar", inside)


def _days(week: Sequence[DayHours | None]) -> Iterator[str]:
    """Yield the days that say something; MS Project counts them from Sunday."""
    for number in range(1, 8):
        hours = week[(number - 2) % 7]
        if hours is not None:
            yield from group("WeekDay", [*element("DayType", number), *_working(hours)])


def _working(hours: DayHours) -> Iterator[str]:
    yield from element("DayWorking", bool(hours))
    times = (
        part
        for start, finish in hours
        for part in group("WorkingTime", elements((("FromTime", _clock(start)), ("ToTime", _clock(finish)))))
    )
    yield from group("WorkingTimes", times)


def _clock(minute: int) -> str:
    """Return the time of day; a finish on the next day is told by being no later than its start."""
    return time(minute % 1440 // 60, minute % 60).isoformat()


def _period(first: date, last: date) -> Iterator[str]:
    days = (("FromDate", datetime.combine(first, time())), ("ToDate", datetime.combine(last, LAST_MINUTE)))
    yield from group("TimePeriod", elements(days))


def _exception(one: CalendarException) -> Iterator[str]:
    days = (one.last - one.first).days + 1
    inside = [
        *element("EnteredByOccurrences", False),
        *_period(one.first, one.last),
        *elements((("Occurrences", days), ("Name", one.name or None), ("Type", EVERY_DAY))),
        *_working(one.hours),
    ]
    yield from group("Exception", inside)


def _work_week(one: WorkWeek) -> Iterator[str]:
    inside = [*_period(one.first, one.last), *element("Name", one.name or None), *group("WeekDays", _days(one.days))]
    yield from group("WorkWeek", inside)
