"""
Which calendar an item works in and how long: its own, or that of the resources that drive it.

An MS Project task that is not of fixed duration, and a P6 activity that is resource dependent, is as long as its
assignments need: each works in its resource's calendar (in MS Project also within the task's), and the last one to
finish decides. One that works in one calendar alone is one load; where they differ, each is a load of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from consortio.interchange.plan import Assignment, Item, Mode, Project, Resource

UNITS_MIN = 0.001  # P6 writes such shares and schedules them as none


@dataclass(frozen=True, slots=True)
class Load:
    """
    Work on an item in one calendar. `calendars` are ids; two mean the hours that both have.

    `minutes` is the whole duration and `remaining` what is left of it, in working minutes of that calendar. `opening`
    is the calendar in which it can begin: in P6 a resource works its own hours, but only begins in the activity's.
    """

    calendars: tuple[str, ...]
    minutes: int
    remaining: int
    opening: tuple[str, ...] = ()


def loads_of(
    item: Item, *, mode: Mode, project: Project, resources: Mapping[str, Resource], fallback: str
) -> Sequence[Load]:
    """Return the item's loads, never empty; `fallback` is the calendar of items that name none."""
    whole = item.duration_minutes or 0
    left = item.remaining_minutes if item.remaining_minutes is not None else whole
    own = Load((item.calendar or project.calendar or fallback,), whole, left)
    driving = [one for one in item.assignments if _drives(one, resources)] if _is_driven(item, mode) else []
    if not driving:
        return (own,)
    found = [(_calendars(item, resources[one.resource or ""], mode, own.calendars), one) for one in driving]
    if len({calendars for calendars, _ in found}) == 1:
        # The other program counted the duration in these very hours: contours and delays are in it already.
        return (_opened(Load(found[0][0], whole, left), item, mode),)
    return tuple(_opened(_load(calendars, one, own), item, mode) for calendars, one in found)


def _opened(load: Load, item: Item, mode: Mode) -> Load:
    if mode == "msp" or item.calendar is None or load.calendars == (item.calendar,):
        return load
    return replace(load, opening=(item.calendar, *load.calendars))


def _is_driven(item: Item, mode: Mode) -> bool:
    if item.duration_elapsed or item.is_milestone:
        return False
    return item.resource_driven if mode == "p6" else item.effort_kind != "fixed_duration"


def _drives(assignment: Assignment, resources: Mapping[str, Resource]) -> bool:
    resource = resources.get(assignment.resource or "")
    if resource is None or resource.kind not in ("work", "equipment") or assignment.work_minutes is None:
        return False
    return (assignment.units or 0) > UNITS_MIN


def _calendars(item: Item, resource: Resource, mode: Mode, own: tuple[str, ...]) -> tuple[str, ...]:
    if resource.calendar is None or (mode == "msp" and item.ignores_resource_calendar):
        return own
    if mode == "p6" or item.calendar is None or item.calendar == resource.calendar:
        return (resource.calendar,)
    return (item.calendar, resource.calendar)


def _load(calendars: tuple[str, ...], one: Assignment, own: Load) -> Load:
    units = one.units or 1.0
    whole = _time_of(one.work_minutes or 0, units)
    if one.remaining_work_minutes is None:
        return Load(calendars, whole, min(whole, own.remaining))
    return Load(calendars, whole, _time_of(one.remaining_work_minutes, one.remaining_units or units))


def _time_of(work: int, units: float) -> int:
    """
    Return the minutes that work takes.

    Work was rounded to the minute when it was read, and a small share magnifies that: the roundest number of minutes
    within what the rounding may have cost is what the other program had.
    """
    minutes, lost = work / units, 0.5 / units + 0.5
    for step in (60, 30, 15, 5):
        nearest = round(minutes / step) * step
        if abs(nearest - minutes) <= lost:
            return nearest
    return round(minutes)
