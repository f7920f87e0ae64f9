"""MS Project XML: whether an assignment really pauses, or only has a weekend."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from consortio.interchange.mspdi_task import AssignmentOf
from consortio.interchange.plan import Calendar, EffectiveCalendar, Item, MinuteRange, Resource, effective_calendar

PAUSE_DAYS_MAX = 3660


class Pauses:
    def __init__(
        self, calendars: Iterable[Calendar], resources: Iterable[Resource], project_calendar: str | None
    ) -> None:
        self._calendars = {one.id: one for one in calendars}
        self._of_resource = {one.id: one.calendar for one in resources}
        self._of_project = project_calendar
        self._effective: dict[str, EffectiveCalendar] = {}

    def are_real(self, item: Item, one: AssignmentOf) -> bool:
        """Return whether any pause holds time that both the task's and the resource's calendar work."""
        ids = {item.calendar or self._of_project, self._of_resource.get(one.assignment.resource or "")} - {None}
        calendars = [self._resolved(one) for one in ids if one in self._calendars]
        ends = zip(one.spans, one.spans[1:], strict=False)
        return bool(calendars) and any(_is_worked(calendars, before.finish, after.start) for before, after in ends)

    def _resolved(self, calendar_id: str) -> EffectiveCalendar:
        if calendar_id not in self._effective:
            self._effective[calendar_id] = effective_calendar(calendar_id, self._calendars)
        return self._effective[calendar_id]


def _is_worked(calendars: list[EffectiveCalendar], start: datetime, finish: datetime) -> bool:
    first = start.date() - timedelta(days=1)
    for number in range(min((finish.date() - first).days + 1, PAUSE_DAYS_MAX)):
        day = first + timedelta(days=number)
        ranges: list[MinuteRange] = [(_minutes(day, start), _minutes(day, finish))]
        for one in calendars:
            ranges = _common(ranges, one.hours(day))
        if ranges:
            return True
    return False


def _minutes(day: date, instant: datetime) -> int:
    return int((instant - datetime.combine(day, time())).total_seconds()) // 60


def _common(left: Iterable[MinuteRange], right: Iterable[MinuteRange]) -> list[MinuteRange]:
    both = [(max(a[0], b[0]), min(a[1], b[1])) for a in left for b in right]
    return [one for one in both if one[0] < one[1]]
