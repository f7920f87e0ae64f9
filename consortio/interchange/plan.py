"""
The neutral plan: what every reader returns and every writer, importer and scheduler takes.

Dates are local wall times of the plan (naive, to the minute). Durations, work, lags and floats are minutes of
working time unless a field says otherwise. Minutes of a day count from its midnight and may pass 1,440: a night
shift belongs to the day it starts on. Weeks begin on Monday. Percentages run from 0 to 100, units are 1.0 for one
full-time resource. Unknown is None; nothing is guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from consortio.interchange.plan_json import decode, encode
from consortio.interchange.wording import Wording

BYTES_MAX = 80 * 1024 * 1024
ITEMS_MAX = 50_000
LINKS_MAX = 200_000
TEXT_MAX = 32 * 1024
OUTLINE_DEPTH_MAX = 64
# With what calendars inherit: somebody will have to list these days.
EXCEPTION_DAYS_MAX = 1_000_000

Format: TypeAlias = Literal["mspdi", "xer", "csv", "xlsx"]
Mode: TypeAlias = Literal["msp", "p6"]
ItemKind: TypeAlias = Literal["project", "phase", "task", "milestone", "deliverable", "loe", "wbs_summary"]
Edge: TypeAlias = Literal["start", "finish"]
LinkKind: TypeAlias = Literal["FS", "SS", "FF", "SF"]
# mso and mfo overrule the links ("must"); start_on and finish_on bind both sides but yield to the links (P6 "on").
ConstraintKind: TypeAlias = Literal[
    "asap", "alap", "snet", "snlt", "fnet", "fnlt", "mso", "mfo", "start_on", "finish_on"
]
LagCalendar: TypeAlias = Literal["predecessor", "successor", "project", "elapsed"]
Progress: TypeAlias = Literal["retained_logic", "progress_override", "actual_dates"]
FloatBy: TypeAlias = Literal["start", "finish", "least"]
EffortKind: TypeAlias = Literal["fixed_units", "fixed_duration", "fixed_work", "fixed_duration_and_units"]
PercentKind: TypeAlias = Literal["duration", "physical", "units"]
ResourceKind: TypeAlias = Literal["work", "material", "cost", "equipment"]
Severity: TypeAlias = Literal["info", "warning", "error"]

MinuteRange: TypeAlias = tuple[int, int]
DayHours: TypeAlias = tuple[MinuteRange, ...]
Where: TypeAlias = Mapping[str, Any]

SUMMARY_KINDS: frozenset[str] = frozenset({"project", "phase"})


class Refused(Exception):
    """A file that cannot be read: one sentence that names the place and what was expected there."""

    def __init__(self, message: Wording, *, code: str = "unreadable", where: Where | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where: dict[str, Any] = dict(where or {})


@dataclass(frozen=True, slots=True)
class Finding:
    """What was not understood, or read otherwise than it stands. `where` names line, table, row, uid, column ..."""

    severity: Severity
    code: str
    where: Where
    message: Wording


@dataclass(frozen=True, slots=True)
class Constraint:
    """`at` is None for asap and alap only."""

    kind: ConstraintKind
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredDates:
    """
    Dates as the other program computed them.

    `start` and `finish` are what it shows: in P6 the actual, else early, else planned date. Target dates are P6's
    planned dates, remaining dates its restart and remaining finish.
    """

    start: datetime | None = None
    finish: datetime | None = None
    early_start: datetime | None = None
    early_finish: datetime | None = None
    late_start: datetime | None = None
    late_finish: datetime | None = None
    target_start: datetime | None = None
    target_finish: datetime | None = None
    remaining_start: datetime | None = None
    remaining_finish: datetime | None = None

    @property
    def begin(self) -> datetime | None:
        """The start; where there is only a finish, eight o'clock of its day."""
        start, finish = self.start or self.early_start, self.finish or self.early_finish
        return start or (min(finish, finish.replace(hour=8, minute=0)) if finish else None)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One resource on one item. `remaining_units` is P6's rate for the remaining work; None means the same units."""

    resource: str | None
    units: float | None = None
    work_minutes: int | None = None
    remaining_work_minutes: int | None = None
    remaining_units: float | None = None
    delay_minutes: int = 0
    start: datetime | None = None
    finish: datetime | None = None


@dataclass(frozen=True, slots=True)
class TimeSpan:
    start: datetime
    finish: datetime


@dataclass(
    slots=True
)  # nobody changes one, but to freeze thousands of so many fields takes longer than to compute them
class Item:
    """
    A row of the plan. Items stand in tree order: a parent before its children.

    `id` is the UID or task_id as text and unique in the file (P6's WBS nodes: "wbs-<id>"). Depth 0 is a kind
    "project" row, where the file has one; depth 1 the rows below it. `outline` is the outline number or WBS code.
    `guid` is a name that no two rows of any files share, as MS Project gives one, or "".
    `budget` and `actual_cost` are what this row costs by itself, without the rows below it; `actual_cost` is None where
    nobody has said it. `currency` is the three letters of ISO 4217 that both are in, "" where the file names none.
    """

    id: str
    name: str
    kind: ItemKind = "task"
    parent: str | None = None
    depth: int = 1
    order: int = 0
    code: str = ""
    outline: str = ""
    guid: str = ""
    project: str | None = None
    milestone: Edge | None = None
    active: bool = True
    manual: bool = False
    external: bool = False

    duration_minutes: int | None = None
    duration_elapsed: bool = False
    duration_estimated: bool = False
    remaining_minutes: int | None = None
    actual_minutes: int | None = None
    calendar: str | None = None
    ignores_resource_calendar: bool = False

    constraint: Constraint | None = None
    constraint2: Constraint | None = None
    deadline: datetime | None = None
    expected_finish: datetime | None = None
    external_early_start: datetime | None = None
    external_late_finish: datetime | None = None

    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    suspended: datetime | None = None
    resumed: datetime | None = None
    percent_complete: float | None = None
    percent_kind: PercentKind = "duration"
    physical_percent: float | None = None

    stored: StoredDates = StoredDates()
    critical: bool | None = None
    total_float_minutes: int | None = None
    free_float_minutes: int | None = None
    splits: tuple[TimeSpan, ...] = ()

    effort_kind: EffortKind | None = None
    effort_driven: bool = False
    resource_driven: bool = False
    work_minutes: int | None = None
    leveling_delay_minutes: int = 0
    leveling_delay_elapsed: bool = True
    priority: int | None = None
    assignments: tuple[Assignment, ...] = ()
    responsible: tuple[str, ...] = ()
    budget: Decimal | None = None
    actual_cost: Decimal | None = None
    currency: str = ""
    notes: str = ""

    @property
    def is_summary(self) -> bool:
        return self.kind in SUMMARY_KINDS

    @property
    def is_milestone(self) -> bool:
        return self.milestone is not None


@dataclass(frozen=True, slots=True)
class Link:
    """A percent lag is a share of the predecessor's duration, and `lag_minutes` is then 0."""

    pred: str
    succ: str
    kind: LinkKind = "FS"
    lag_minutes: int = 0
    lag_elapsed: bool = False
    lag_percent: float | None = None


@dataclass(frozen=True, slots=True)
class CalendarException:
    """Every day from `first` to `last` has exactly these hours; none means that nobody works."""

    first: date
    last: date
    hours: DayHours = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Another week for a time. A day that is None keeps the calendar's own hours."""

    first: date
    last: date
    days: tuple[DayHours | None, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` has seven days from Monday; a day that is None is as in `base`. `effective_calendar` resolves it all."""

    id: str
    name: str
    base: str | None = None
    week: tuple[DayHours | None, ...] = (None,) * 7
    exceptions: tuple[CalendarException, ...] = ()
    weeks: tuple[WorkWeek, ...] = ()
    minutes_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    id: str
    name: str
    kind: ResourceKind = "work"
    code: str = ""
    calendar: str | None = None
    units_max: float | None = None
    email: str = ""
    group: str = ""
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class BaselineItem:
    item: str
    start: datetime | None = None
    finish: datetime | None = None
    duration_minutes: int | None = None
    work_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    number: int
    items: tuple[BaselineItem, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A file holds one project or, from P6, several; each with its own dates, calendar and scheduling options."""

    id: str
    name: str
    code: str = ""
    start: datetime | None = None
    finish: datetime | None = None
    data_date: datetime | None = None
    must_finish_by: datetime | None = None
    calendar: str | None = None
    schedule_from: Edge = "start"
    lag_calendar: LagCalendar = "successor"
    progress: Progress = "retained_logic"
    lag_from_early_start: bool = True
    float_by: FloatBy = "finish"
    open_ends_critical: bool = False
    uses_expected_finish: bool = False
    ignores_other_projects: bool = False
    critical_float_minutes: int = 0
    critical_by_longest_path: bool = False
    minutes_per_day: int = 480
    minutes_per_week: int = 2400
    days_per_month: int = 20
    day_starts_at_minute: int = 480
    day_ends_at_minute: int = 1020


@dataclass(frozen=True, slots=True)
class Plan:
    """`projects` is never empty; the first one speaks for the plan where only one can."""

    file: str
    format: Format
    mode: Mode
    projects: tuple[Project, ...]
    items: tuple[Item, ...] = ()
    links: tuple[Link, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    resources: tuple[Resource, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    findings: tuple[Finding, ...] = ()
    program: str = ""
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        return self.projects[0].name

    @property
    def start(self) -> datetime | None:
        return self.projects[0].start

    @property
    def finish(self) -> datetime | None:
        return self.projects[0].finish

    @property
    def data_date(self) -> datetime | None:
        return self.projects[0].data_date

    def to_json(self, *, sparse: bool = False) -> dict[str, Any]:
        """Return {"file", "items", "links", "calendars", "resources", "baselines", "findings", "plan"} for JSON."""
        values = encode(self, sparse=sparse)
        shape = {"file": self.file} | {name: values.get(name, []) for name in ROW_CLASSES}
        shape["plan"] = {name: one for name, one in values.items() if name not in shape}
        return shape


# The lists of a plan, by name, in the order they are written.
ROW_CLASSES: dict[str, type[Any]] = {
    "items": Item,
    "links": Link,
    "calendars": Calendar,
    "resources": Resource,
    "baselines": Baseline,
    "findings": Finding,
}


def plan_from_json(shape: Mapping[str, Any]) -> Plan:
    """Return the plan that `Plan.to_json` (sparse or not) was called on."""
    return decode(Plan, {**{name: one for name, one in shape.items() if name != "plan"}, **shape["plan"]})


@dataclass(frozen=True, slots=True)
class EffectiveCalendar:
    """A calendar with nothing left to inherit: a week of seven days from Monday, and days that differ."""

    week: tuple[DayHours, ...]
    days: Mapping[date, DayHours]

    def hours(self, day: date) -> DayHours:
        return self.days.get(day, self.week[day.weekday()])


def effective_calendar(calendar_id: str, calendars: Mapping[str, Calendar]) -> EffectiveCalendar:
    """
    Return the calendar with its base calendars' weeks, work weeks and exceptions.

    An exception of the calendar wins over one of its base, any exception over any work week, and any work week
    over the week, as in MS Project and P6. A day that nobody describes is not worked.

    Raises:
        KeyError: the calendar, or a base of it, is missing.
        ValueError: a calendar is its own base.
    """
    line = _base_first(calendar_id, calendars)
    week: list[DayHours] = [()] * 7
    for one in line:
        week = [own if own is not None else inherited for own, inherited in zip(one.week, week, strict=True)]
    days: dict[date, DayHours] = {}
    for one in line:
        for work_week in reversed(one.weeks):
            days.update(_days_of(work_week))
    for one in line:
        for exception in reversed(one.exceptions):
            days.update((day, exception.hours) for day in _each_day(exception.first, exception.last))
    return EffectiveCalendar(tuple(week), days)


def _base_first(calendar_id: str, calendars: Mapping[str, Calendar]) -> list[Calendar]:
    line: list[Calendar] = []
    following: str | None = calendar_id
    while following is not None:
        if any(one.id == following for one in line):
            raise ValueError(f"calendar {following} is its own base")
        line.append(calendars[following])
        following = line[-1].base
    return line[::-1]


def _days_of(work_week: WorkWeek) -> dict[date, DayHours]:
    result = {}
    for day in _each_day(work_week.first, work_week.last):
        hours = work_week.days[day.weekday()]
        if hours is not None:
            result[day] = hours
    return result


def _each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
