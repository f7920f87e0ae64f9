"""A network whose assignments have become durations, for what knows durations alone."""

from dataclasses import replace

import numpy as np

from consortio_engine.calendar import Calendar
from consortio_engine.crews import Crew, crews_of, union_of
from consortio_engine.network import Network
from consortio_engine.prepare import DEFAULT_LAG_CALENDAR, lag_calendars
from consortio_engine.results import Schedule
from consortio_engine.rows import ELAPSED, NONE


def settled(network: Network, schedule: Schedule) -> Network:
    """
    Return the network with every task that its assignments decide as long as it came out, in one calendar.

    That is the calendar in which the task begins, or all hours of its assignments where it ends outside of it. The dates
    stay the same as long as nothing moves; what moves is counted in that calendar.

    Args:
        network: the one that was scheduled. schedule: its schedule.
    """
    if not network.assignments:
        return network
    crews = crews_of(network)
    calendars: list[Calendar] = [*network.calendars, *crews.unions]
    columns = {name: getattr(network, name).copy() for name in ("calendar", "duration", "remaining")}
    for crew in crews.crews:
        if schedule.start[crew.task] == NONE:
            continue
        columns["calendar"][crew.task] = _calendar(crew, schedule, calendars)
        at = int(columns["calendar"][crew.task])
        left = _between(
            calendars, at, int(schedule.remaining_start[crew.task]), int(schedule.remaining_finish[crew.task])
        )
        whole = _between(calendars, at, int(schedule.start[crew.task]), int(schedule.finish[crew.task]))
        if schedule.mode == "p6" and network.actual_start[crew.task] != NONE:
            whole = max(int(network.actual_duration[crew.task]), 0) + left
        elif schedule.mode == "msp" and network.actual_start[crew.task] != NONE:
            left = min(left, network.remaining.item(crew.task))
        columns["duration"][crew.task], columns["remaining"][crew.task] = whole, left
    default = schedule.options.lag_calendar or DEFAULT_LAG_CALENDAR[schedule.mode]
    lags = lag_calendars(network, default).astype(np.int64)
    return replace(network, **columns, lag_calendar=lags, calendars=tuple(calendars), assignments=())


def _calendar(crew: Crew, schedule: Schedule, calendars: list[Calendar]) -> int:
    """The index of the calendar in which the task's length is told; another may be added to the list."""
    finish = int(schedule.finish[crew.task])
    if crew.opening == ELAPSED or calendars[crew.opening].prev_finish(finish) == finish:
        return crew.opening
    members = {member[0] for member in crew.members}
    if ELAPSED in members:
        return ELAPSED
    start = int(schedule.start[crew.task])
    if union_of(_of(calendars, members)).next_start(start) != start:
        members.add(crew.opening)  # it opens before anybody works
    calendars.append(union_of(_of(calendars, members)))
    return len(calendars) - 1


def _of(calendars: list[Calendar], indices: set[int]) -> tuple[Calendar, ...]:
    return tuple(calendars[index] for index in sorted(indices))


def _between(calendars: list[Calendar], at: int, start: int, finish: int) -> int:
    if NONE in (start, finish):
        return 0
    return finish - start if at == ELAPSED else calendars[at].work_between(start, finish)
