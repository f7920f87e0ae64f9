"""MS Project XML calendars: weeks, work weeks, exceptions old and new, and those that recur."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from consortio.interchange.mspdi_xml import Node
from consortio.interchange.plan import Calendar, CalendarException, DayHours, WorkWeek
from consortio.interchange.values import (
    Findings,
    Values,
    last_day_of,
    merge_ranges,
    minute_range,
    parse_clock,
    shorten,
)
from consortio.interchange.wording import Wording

OCCURRENCES_MAX = 2000
USUAL_HOURS: DayHours = ((480, 720), (780, 1020))
# Exception/Type; 1 and anything unknown is every day from the first to the last.
YEARLY_BY_DAY, YEARLY_BY_POSITION, MONTHLY_BY_DAY, MONTHLY_BY_POSITION, WEEKLY, EVERY_N_DAYS = 2, 3, 4, 5, 6, 7
LAST_POSITION = 4


def read_calendar(node: Node, findings: Findings) -> Calendar:
    values = Values(node.values, findings, calendar=node.values.get("UID", ""), line=node.line)
    uid, name = values.raw("UID"), values.text("Name")
    base = values.raw("BaseCalendarUID")
    reader = _Reader(uid, name, findings, has_base=base not in ("", "-1", "0"))
    if reader.has_base and base == uid:
        findings.add(
            "warning",
            "calendar_base",
            Wording("Calendar “{name}” is its own base; the base was dropped.", name=name),
            uid=uid,
        )
        base = "-1"
    modern = node.inside("Exceptions", "Exception")
    exceptions = reader.exceptions(modern) if modern else reader.old_exceptions(node)
    return Calendar(
        id=uid,
        name=name,
        base=base if base not in ("", "-1", "0") else None,
        week=reader.week(node),
        exceptions=tuple(exceptions),
        weeks=tuple(reader.work_weeks(node)),
    )


class _Reader:
    def __init__(self, uid: str, name: str, findings: Findings, *, has_base: bool) -> None:
        self.uid = uid
        self.name = name
        self.findings = findings
        self.has_base = has_base

    def week(self, node: Node) -> tuple[DayHours | None, ...]:
        week: list[DayHours | None] = [None] * 7
        for day in node.inside("WeekDays", "WeekDay"):
            values = self._values(day)
            number = values.integer("DayType")
            if number is not None and 1 <= number <= 7:
                week[(number - 2) % 7] = self._hours(day)
        return tuple(week)

    def work_weeks(self, node: Node) -> Iterator[WorkWeek]:
        for one in node.inside("WorkWeeks", "WorkWeek"):
            span = self._span(one)
            if span is not None:
                yield WorkWeek(*span, days=self.week(one), name=self._values(one).text("Name"))

    def old_exceptions(self, node: Node) -> Iterator[CalendarException]:
        """Yield the exceptions that stand among the week days, as files before Project 2007 have them."""
        for day in node.inside("WeekDays", "WeekDay"):
            if self._values(day).integer("DayType") == 0:
                span = self._span(day)
                if span is not None:
                    yield CalendarException(*span, hours=self._hours(day) or ())

    def exceptions(self, nodes: Iterable[Node]) -> Iterator[CalendarException]:
        for node in nodes:
            span = self._span(node)
            if span is not None:
                values = self._values(node)
                hours, name = self._hours(node) or (), values.text("Name")
                for first, last in self._occurrences(node, *span):
                    yield CalendarException(first, last, hours, name)

    def _occurrences(self, node: Node, first: date, last: date) -> Iterator[tuple[date, date]]:
        values = self._values(node)
        kind = values.integer("Type") or 1
        if kind not in _RECURRENCES:
            if kind not in (1, 9):
                self._say(
                    node,
                    "recurrence",
                    Wording("the exception recurs in a way not known (type {kind}), read as one span", kind=kind),
                )
            yield first, last
            return
        wanted = values.integer("Occurrences") if values.flag("EnteredByOccurrences") else None
        for count, day in enumerate(_RECURRENCES[kind](values, first)):
            if day > last or (wanted is not None and count >= wanted):
                return
            if count >= OCCURRENCES_MAX:
                self._say(
                    node,
                    "recurrence",
                    Wording(
                        "the exception was read for its first {occurrences_max:,} days only",
                        occurrences_max=OCCURRENCES_MAX,
                    ),
                )
                return
            yield day, day

    def _span(self, node: Node) -> tuple[date, date] | None:
        for period in node.inside("TimePeriod"):
            values = self._values(period)
            start, finish = values.date("FromDate"), values.date("ToDate")
            if start is not None and finish is not None and finish >= start:
                return start.date(), max(start.date(), last_day_of(finish))
        self._say(node, "calendar_period", Wording("a period without a first and a later last day was left out"))
        return None

    def _hours(self, node: Node) -> DayHours | None:
        """Return the day's hours; None where it is worked but says no hours, and there is a base to ask."""
        if not self._values(node).flag("DayWorking"):
            return ()
        ranges = []
        for one in node.inside("WorkingTimes", "WorkingTime"):
            try:
                start, finish = (parse_clock(one.values.get(name, "")) for name in ("FromTime", "ToTime"))
            except ValueError:
                self._say(one, "calendar_hours", Wording("a working time that is no two times of day was left out"))
                continue
            ranges.append(minute_range(start, finish))
        if ranges:
            return merge_ranges(ranges)
        if self.has_base:
            return None
        self._say(node, "calendar_hours", Wording("a working day without hours was read as 08:00–12:00, 13:00–17:00"))
        return USUAL_HOURS

    def _values(self, node: Node) -> Values:
        return Values(node.values, self.findings, calendar=self.uid, line=node.line)

    def _say(self, node: Node, code: str, what: Wording) -> None:
        message = Wording("Calendar “{name}”: {what}.", name=shorten(self.name), what=what)
        self.findings.add("warning", code, message, calendar=self.uid, line=node.line)


def _every_n_days(values: Values, first: date) -> Iterator[date]:
    step = _step(values)
    return (first + timedelta(days=step * count) for count in range(_most(step)))


def _weekly(values: Values, first: date) -> Iterator[date]:
    mask, step = values.integer("DaysOfWeek") or 0, _step(values)
    sunday = first - timedelta(days=(first.weekday() + 1) % 7)
    for week in range(_most(7 * step)):
        for day in range(7):
            one = sunday + timedelta(days=7 * step * week + day)
            if mask >> day & 1 and one >= first:
                yield one


def _monthly_by_day(values: Values, first: date) -> Iterator[date]:
    wanted = values.integer("MonthDay") or 1
    return _from(first, (_day_in(month, wanted) for month in _months(first, _step(values))))


def _monthly_by_position(values: Values, first: date) -> Iterator[date]:
    item, position = values.integer("MonthItem") or 0, values.integer("MonthPosition") or 0
    return _from(first, (_position_in(month, item, position) for month in _months(first, _step(values))))


def _yearly_by_day(values: Values, first: date) -> Iterator[date]:
    wanted = values.integer("MonthDay") or 1
    return _from(first, (_day_in(month, wanted) for month in _same_months(values, first)))


def _yearly_by_position(values: Values, first: date) -> Iterator[date]:
    item, position = values.integer("MonthItem") or 0, values.integer("MonthPosition") or 0
    return _from(first, (_position_in(month, item, position) for month in _same_months(values, first)))


_RECURRENCES: dict[int, Callable[[Values, date], Iterator[date]]] = {
    YEARLY_BY_DAY: _yearly_by_day,
    YEARLY_BY_POSITION: _yearly_by_position,
    MONTHLY_BY_DAY: _monthly_by_day,
    MONTHLY_BY_POSITION: _monthly_by_position,
    WEEKLY: _weekly,
    EVERY_N_DAYS: _every_n_days,
}


def _step(values: Values) -> int:
    return min(max(values.integer("Period") or 1, 1), 5000)


def _most(step_days: int) -> int:
    # Three hundred years lie between the first and the last date that is read at all.
    return 300 * 366 // step_days + 1


def _from(first: date, days: Iterator[date]) -> Iterator[date]:
    return (day for day in days if day >= first)


def _months(first: date, step: int) -> Iterator[date]:
    for count in range(_most(28 * step)):
        years, month = divmod(first.month - 1 + count * step, 12)
        yield date(first.year + years, month + 1, 1)


def _same_months(values: Values, first: date) -> Iterator[date]:
    month = min(max(values.integer("Month") or 0, 0), 11) + 1
    return (date(first.year + years, month, 1) for years in range(300))


def _last_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _day_in(month: date, wanted: int) -> date:
    return month.replace(day=min(max(wanted, 1), _last_of(month).day))


def _position_in(month: date, item: int, position: int) -> date:
    """Return the first, second, third, fourth or last such day: item 0 any, 1 Mon-Fri, 2 weekend, 3 Sunday ..."""
    days = [month + timedelta(days=count) for count in range(_last_of(month).day)]
    fitting = [day for day in days if _fits(day, item)]
    return fitting[-1 if position >= LAST_POSITION else max(position, 0)]


def _fits(day: date, item: int) -> bool:
    if item == 0:
        return True
    if item in (1, 2):
        return (day.weekday() < 5) == (item == 1)
    return day.weekday() == (item - 4) % 7
