"""When items are worked on, and dates that respect capacity, by the engine."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import consortio_engine as engine
from consortio.interchange.plan import effective_calendar
from consortio.interchange.repair import repaired
from consortio.plans.neutral import Rows, neutral_plan

from .loads import EPOCH, MONDAY, WEEK, Work, minute_of, week_of

Dated = tuple[UUID, UUID | None, datetime, datetime]  # an item's id, its calendar, its start and finish


def works_of(calendars: Rows, dated: Sequence[Dated]) -> Mapping[UUID, Work]:
    """
    Return when items are worked on.

    Items that all keep the same hours are told from their start to their finish: they meet whenever these do.

    Cost: linear in items and the weeks that they take; where hours differ, in the days.
    """
    if not dated:
        return {}
    hours = _Hours(calendars, min(one[2] for one in dated), max(one[3] for one in dated))
    is_uniform = len({hours.key(calendar_id) for _, calendar_id, *_ in dated}) == 1
    return {one[0]: _work(hours.of(one[1]), *one[:1], minute_of(one[2]), minute_of(one[3]), is_uniform) for one in dated}


class _Hours:
    """The plan's calendars, each compiled when it is first asked for."""

    def __init__(self, calendars: Rows, first: datetime, last: datetime) -> None:
        made = repaired(neutral_plan(calendars))
        self.fallback = made.plan.projects[0].calendar or made.fallback
        self.known = {one.id: one for one in made.plan.calendars}
        self.reach = minute_of(first) - WEEK, minute_of(last) + WEEK
        self.compiled: dict[str, engine.Calendar] = {}

    def key(self, calendar_id: UUID | None) -> str:
        return str(calendar_id) if str(calendar_id) in self.known else self.fallback

    def of(self, calendar_id: UUID | None) -> engine.Calendar:
        key = self.key(calendar_id)
        if key not in self.compiled:
            effective = effective_calendar(key, self.known)
            days = {(day - EPOCH).days: hours for day, hours in effective.days.items()}
            self.compiled[key] = engine.Calendar.compile(effective.week, days, *self.reach)
        return self.compiled[key]


def _work(calendar: engine.Calendar, item_id: UUID, start: int, finish: int, is_uniform: bool) -> Work:
    first, last = week_of(start), week_of(max(finish - 1, start))
    edges = [start, *(MONDAY + number * WEEK for number in range(first + 1, last + 1)), finish]
    worked = [calendar.work_between(begin, end) for begin, end in zip(edges, edges[1:], strict=False)]
    minutes = {first + nth: own for nth, own in enumerate(worked) if own}
    spans = [(start, finish)] if is_uniform else _spans(calendar, start, finish)
    return Work(item_id, spans, minutes)


def _spans(calendar: engine.Calendar, start: int, finish: int) -> list[tuple[int, int]]:
    begins, ends = calendar.start, calendar.end
    first = int(ends.searchsorted(start, side="right"))
    last = int(begins.searchsorted(finish, side="left"))
    return [
        (max(int(begin), start), min(int(end), finish))
        for begin, end in zip(begins[first:last].tolist(), ends[first:last].tolist(), strict=True)
    ]
