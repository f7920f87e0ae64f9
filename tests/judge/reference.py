"""
The bridge to the open reference schedulers in the `mpxj` package (Java), through jpype.

One Java machine serves the whole session: it starts in about a second and cannot be started twice.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from consortio.interchange.plan import Assignment, Calendar, DayHours, Item, Link, Plan, Resource, effective_calendar

MINUTES_PER_DAY = 1440
EPOCH = datetime(1970, 1, 1)
CONSTRAINTS = {
    "asap": "AS_SOON_AS_POSSIBLE",
    "alap": "AS_LATE_AS_POSSIBLE",
    "snet": "START_NO_EARLIER_THAN",
    "snlt": "START_NO_LATER_THAN",
    "fnet": "FINISH_NO_EARLIER_THAN",
    "fnlt": "FINISH_NO_LATER_THAN",
    "mso": "MUST_START_ON",
    "mfo": "MUST_FINISH_ON",
    "start_on": "START_ON",
    "finish_on": "FINISH_ON",
}
LINKS = {"FS": "FINISH_START", "SS": "START_START", "FF": "FINISH_FINISH", "SF": "START_FINISH"}
LAG_CALENDARS = {
    "predecessor": "PREDECESSOR",
    "successor": "SUCCESSOR",
    "project": "PROJECT_DEFAULT",
    "elapsed": "TWENTY_FOUR_HOUR",
}


@dataclass(frozen=True, slots=True)
class Dates:
    """What the judge compares for an item; None where a scheduler gives no date."""

    start: datetime | None
    finish: datetime | None
    early_start: datetime | None
    early_finish: datetime | None
    late_start: datetime | None
    late_finish: datetime | None


class ReferenceRefused(Exception):
    """The reference scheduler threw: its reason, in its own words."""


def missing() -> str | None:
    """Return why the reference cannot run here, or None."""
    for module in ("jpype", "mpxj"):
        if find_spec(module) is None:
            return f"the Python package {module} is not installed"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "no Java runtime is installed"
    return None


@cache
def java() -> SimpleNamespace:
    """Start the Java machine and return the classes that the bridge needs."""
    import jpype

    if not jpype.isJVMStarted():
        jars = Path(find_spec("mpxj").origin).parent / "lib" / "*"
        jpype.startJVM(
            "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", classpath=[str(jars)], convertStrings=False
        )
    names = (
        "ActivityType ConstraintType Duration LocalTimeRange ProjectFile Relation RelationType RelationshipLagCalendar "
        "ResourceType TaskMode TaskType TimeUnit DayType"
    )
    classes = {name: jpype.JClass(f"org.mpxj.{name}") for name in names.split()}
    classes |= {
        name: jpype.JClass(f"java.time.{name}") for name in ("DayOfWeek", "LocalDate", "LocalDateTime", "LocalTime")
    }
    classes["Double"] = jpype.JClass("java.lang.Double")
    classes["utc"] = jpype.JClass("java.time.ZoneOffset").UTC
    for name in ("MicrosoftScheduler", "PrimaveraScheduler", "PrimaveraSlackCalculator"):
        classes[name] = jpype.JClass(f"org.mpxj.cpm.{name}")
    return SimpleNamespace(**classes)


def schedule(plan: Plan) -> dict[str, Dates]:
    """
    Return the dates that the reference gives each item that is no summary.

    Raises:
        ReferenceRefused: the scheduler threw.
    """
    j = java()
    bridge = Bridge(plan)
    scheduler = j.MicrosoftScheduler() if plan.mode == "msp" else j.PrimaveraScheduler()
    try:
        scheduler.schedule(bridge.file, to_java(plan.projects[0].start))
    except Exception as error:  # whatever Java throws becomes one reason
        raise ReferenceRefused(str(error)) from error
    try:
        return {item.id: _dates(bridge.tasks[item.id]) for item in plan.items if not item.is_summary}
    except OverflowError as error:
        raise ReferenceRefused("a date beyond all calendars") from error


def _dates(task: Any) -> Dates:
    found = (
        task.getStart(),
        task.getFinish(),
        task.getEarlyStart(),
        task.getEarlyFinish(),
        task.getLateStart(),
        task.getLateFinish(),
    )
    return Dates(*(from_java(one) for one in found))


def to_java(at: datetime) -> Any:
    return java().LocalDateTime.of(at.year, at.month, at.day, at.hour, at.minute)


def from_java(at: Any) -> datetime | None:
    return None if at is None else EPOCH + timedelta(seconds=int(at.toEpochSecond(java().utc)))


class Bridge:
    """A neutral plan as the reference's ProjectFile."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.j = plan, java()
        self.file = self.j.ProjectFile()
        self.tasks: dict[str, Any] = {}
        if plan.mode == "p6":
            self.file.getProjectConfig().setSlackClaculator(self.j.PrimaveraSlackCalculator(self.file))
        known = {one.id: one for one in plan.calendars}
        self.calendars = {one.id: self._calendar(one, known) for one in plan.calendars}
        self._set_project()
        self.resources = {one.id: self._resource(one) for one in plan.resources}
        for item in plan.items:
            self._add(item)
        for link in plan.links:
            self._join(link)

    def _set_project(self) -> None:
        properties, project = self.file.getProjectProperties(), self.plan.projects[0]
        properties.setStartDate(to_java(project.start))
        properties.setDefaultCalendar(self.calendars[project.calendar])
        properties.setUseExpectedFinishDates(project.uses_expected_finish)
        properties.setRelationshipLagCalendar(
            getattr(self.j.RelationshipLagCalendar, LAG_CALENDARS[project.lag_calendar])
        )
        if project.data_date:
            properties.setStatusDate(to_java(project.data_date))
        if project.must_finish_by:
            properties.setMustFinishBy(to_java(project.must_finish_by))

    def _calendar(self, calendar: Calendar, known: dict[str, Calendar]) -> Any:
        """Everything inherited is resolved here: the reference gets plain weeks and plain exceptions."""
        made = self.file.addCalendar()
        made.setName(calendar.name)
        effective = effective_calendar(calendar.id, known)
        week = [_within_day(effective.week[day], effective.week[day - 1]) for day in range(7)]
        for number, hours in enumerate(week):
            day = self.j.DayOfWeek.of(number + 1)
            made.setCalendarDayType(day, self.j.DayType.WORKING if hours else self.j.DayType.NON_WORKING)
            self._fill(made.addCalendarHours(day), hours)
        for day in sorted({day + timedelta(days=more) for day in effective.days for more in (0, 1)}):
            hours = _within_day(effective.hours(day), effective.hours(day - timedelta(days=1)))
            if hours != week[day.weekday()]:
                self._fill(made.addCalendarException(self._date(day)), hours)
        return made

    def _date(self, day: date) -> Any:
        return self.j.LocalDate.of(day.year, day.month, day.day)

    def _fill(self, target: Any, hours: DayHours) -> None:
        for start, end in hours:
            target.add(self.j.LocalTimeRange(self._time(start), self._time(end)))

    def _time(self, minute: int) -> Any:
        return self.j.LocalTime.of(minute // 60 % 24, minute % 60)

    def _minutes(self, minutes: int | None) -> Any:
        return self.j.Duration.getInstance(float(minutes or 0), self.j.TimeUnit.MINUTES)

    def _add(self, item: Item) -> None:
        parent = self.tasks[item.parent] if item.parent else self.file
        task = self.tasks[item.id] = parent.addTask()
        task.setName(item.name)
        task.setSummary(item.is_summary)
        if item.is_summary:
            return
        task.setMilestone(item.is_milestone)
        task.setType(self.j.TaskType.FIXED_UNITS if item.assignments else self.j.TaskType.FIXED_DURATION)
        task.setCalendar(self.calendars[item.calendar])
        task.setActive(item.active)
        task.setActivityType(getattr(self.j.ActivityType, _activity_type(item)))
        self._set_durations(task, item)
        for name, at in _instants(item):
            getattr(task, name)(to_java(at))
        if item.constraint:
            task.setConstraintType(getattr(self.j.ConstraintType, CONSTRAINTS[item.constraint.kind]))
        if item.constraint2:
            task.setSecondaryConstraintType(getattr(self.j.ConstraintType, CONSTRAINTS[item.constraint2.kind]))
        if item.manual:
            task.setTaskMode(self.j.TaskMode.MANUALLY_SCHEDULED)
        for assignment in item.assignments:
            self._assign(task, assignment)

    def _resource(self, resource: Resource) -> Any:
        made = self.file.addResource()
        made.setName(resource.name)
        made.setType(self.j.ResourceType.WORK)
        made.setCalendar(self.calendars[resource.calendar])
        return made

    def _assign(self, task: Any, assignment: Assignment) -> None:
        made = task.addResourceAssignment(self.resources[assignment.resource])
        made.setUnits(self.j.Double.valueOf(100 * (assignment.units or 0)))
        made.setRemainingUnits(self.j.Double.valueOf(100 * (assignment.units or 0)))
        made.setWork(self._minutes(assignment.work_minutes))
        made.setRemainingWork(self._minutes(assignment.remaining_work_minutes))
        made.setActualWork(self._minutes((assignment.work_minutes or 0) - (assignment.remaining_work_minutes or 0)))

    def _set_durations(self, task: Any, item: Item) -> None:
        whole, done, left = item.duration_minutes, item.actual_minutes or 0, item.remaining_minutes
        if self.plan.mode == "p6" and item.actual_start:
            whole = done + (left or 0)  # the reference's duration is the one at completion
        task.setDuration(self._minutes(whole))
        task.setActualDuration(self._minutes(done))
        task.setRemainingDuration(self._minutes(left))

    def _join(self, link: Link) -> None:
        if link.lag_percent is not None:
            lag = self.j.Duration.getInstance(link.lag_percent, self.j.TimeUnit.PERCENT)
        else:
            unit = self.j.TimeUnit.ELAPSED_MINUTES if link.lag_elapsed else self.j.TimeUnit.MINUTES
            lag = self.j.Duration.getInstance(float(link.lag_minutes), unit)
        builder = self.j.Relation.Builder().predecessorTask(self.tasks[link.pred]).lag(lag)
        self.tasks[link.succ].addPredecessor(builder.type(getattr(self.j.RelationType, LINKS[link.kind])))


def _within_day(hours: DayHours, before: DayHours) -> DayHours:
    """Cut what passes midnight: the reference's days end there, as those in files do."""
    tail = tuple((0, end - MINUTES_PER_DAY) for _, end in before if end > MINUTES_PER_DAY)
    return tail + tuple((start, min(end, MINUTES_PER_DAY)) for start, end in hours)


def _activity_type(item: Item) -> str:
    if item.kind in ("loe", "wbs_summary"):
        return "LEVEL_OF_EFFORT" if item.kind == "loe" else "WBS_SUMMARY"
    if item.resource_driven and item.assignments:
        return "RESOURCE_DEPENDENT"
    return {"start": "START_MILESTONE", "finish": "FINISH_MILESTONE", None: "TASK_DEPENDENT"}[item.milestone]


def _instants(item: Item) -> Iterator[tuple[str, datetime]]:
    found = {
        "setStart": item.stored.start if item.manual else None,
        "setFinish": item.stored.finish if item.manual else None,
        "setActualStart": item.actual_start,
        "setActualFinish": item.actual_finish,
        "setConstraintDate": item.constraint.at if item.constraint else None,
        "setSecondaryConstraintDate": item.constraint2.at if item.constraint2 else None,
        "setDeadline": item.deadline,
        "setExpectedFinish": item.expected_finish,
        "setExternalEarlyStart": item.external_early_start,
        "setExternalLateFinish": item.external_late_finish,
    }
    return ((name, at) for name, at in found.items() if at is not None)
