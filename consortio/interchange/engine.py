"""
The neutral plan into the engine's network, and the engine's dates back to the items.

Nothing else in this folder knows the engine. What cannot be scheduled as it stands is told as a finding; nothing is
guessed and nothing crashes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, reduce
from itertools import pairwise
from typing import Any, TypeVar

import consortio_engine as engine
from consortio.interchange.bounds import ASAP, bound_constraints
from consortio.interchange.computed import NO_DATES, Computed, ItemDates
from consortio.interchange.plan import Finding, Item, Link, Mode, Plan, Project, effective_calendar
from consortio.interchange.repair import SOME_MONDAY, Repaired, place, repaired
from consortio.interchange.unscheduled import FAULTS, MESSAGES, TOO_FAR, UNKNOWN, CannotCompute
from consortio.interchange.wording import Wording
from consortio.interchange.workload import Load, loads_of

Answer = TypeVar("Answer")
EPOCH = datetime(1970, 1, 1)
EPOCH_DAY = EPOCH.date()
MINUTE = timedelta(minutes=1)
DAY = 24 * 60  # in minutes
YEAR = 366 * DAY  # or a little more
# A calendar of twelve years is compiled in a millisecond; to try again takes as long as all of the rest.
MARGINS = (timedelta(days=12 * 365), timedelta(days=48 * 365))
REACH_MAX = timedelta(days=100 * 365)
CONSTRAINTS = {
    "asap": engine.Constraint.ASAP,
    "alap": engine.Constraint.ALAP,
    "snet": engine.Constraint.START_NO_EARLIER,
    "snlt": engine.Constraint.START_NO_LATER,
    "fnet": engine.Constraint.FINISH_NO_EARLIER,
    "fnlt": engine.Constraint.FINISH_NO_LATER,
    "mso": engine.Constraint.MUST_START_ON,
    "mfo": engine.Constraint.MUST_FINISH_ON,
    "start_on": engine.Constraint.START_ON,
    "finish_on": engine.Constraint.FINISH_ON,
}
KINDS = {
    "project": engine.Kind.SUMMARY,
    "phase": engine.Kind.SUMMARY,
    "loe": engine.Kind.LEVEL_OF_EFFORT,
    "wbs_summary": engine.Kind.WBS_SUMMARY,
}
# Every empty branch of a real programme.
SILENT = {"summary_without_tasks"}


def schedule_plan(plan: Plan, begins_at: datetime = SOME_MONDAY) -> Computed:
    """
    Return the dates that the engine gives every item of the plan.

    Never fails: a plan that cannot be scheduled has no dates, and a finding of severity "error" says why.

    Args:
        begins_at: where a project begins that has no date at all.

    Cost:
        Linear in items and links, and in the years that the plan spans for every calendar in use.
    """
    made = repaired(plan, begins_at)
    try:
        return _tried(made, _Scheduling.computed)
    except CannotCompute as refusal:
        return _refused(made, refusal.code, refusal.message)


@dataclass(frozen=True, slots=True)
class Networked:
    """
    A plan as the engine takes it, with what its dates are computed by.

    `indices` are those of the network's tasks by item id. Items of several loads have the
    span that they came to.
    """

    network: engine.Network
    options: engine.Options
    mode: Mode
    indices: Mapping[str, int]
    schedule: engine.Schedule


def network_of(plan: Plan) -> Networked:
    """
    Return the network that `schedule_plan` computes the plan's dates from.

    Raises:
        CannotCompute: it has no dates; the sentence says why.
    """
    return _tried(repaired(plan), _Scheduling.networked)


def _tried(made: Repaired, answer: "Callable[[_Scheduling], Answer]") -> Answer:
    """Ask calendars that reach further and further. Raises: CannotCompute."""
    for margin in MARGINS:
        try:
            return answer(_Scheduling(made, margin))
        except engine.HorizonExceeded:
            continue
        except engine.Cycle as cycle:
            raise CannotCompute("cycle", _ring(made.plan, cycle.where)) from None
        except engine.InvalidNetwork as invalid:
            raise CannotCompute("network", _contradiction(invalid.faults[0])) from None
    raise CannotCompute("horizon", TOO_FAR)


def calendar_of(plan: Plan, calendar: str | None, first: datetime, last: datetime) -> engine.Calendar:
    """Return one of the plan's calendars, or its first project's, as the engine takes it from one instant to another."""
    made = repaired(plan)
    own = calendar or plan.projects[0].calendar or made.fallback
    known = {one.id: one for one in made.plan.calendars}
    effective = effective_calendar(own if own in known else made.fallback, known)
    days = tuple(sorted(((day - EPOCH_DAY).days, hours) for day, hours in effective.days.items()))
    return _laid_out(effective.week, days, _minute(first) - DAY, _minute(last) + 2 * DAY)


def work_between(plan: Plan, calendar: str | None, first: datetime, last: datetime) -> int:
    """
    Return the working minutes between two instants; below nothing where the last lies before the first.

    Args:
        calendar: one of the plan's; without one, its first project's.
    """
    made = repaired(plan)
    own = calendar or plan.projects[0].calendar or made.fallback
    known = {one.id: one for one in made.plan.calendars}
    effective = effective_calendar(own if own in known else made.fallback, known)
    days = {(day - EPOCH_DAY).days: hours for day, hours in effective.days.items()}
    begin, end = sorted((_minute(first), _minute(last)))
    return engine.Calendar.compile(effective.week, days, begin, end + DAY).work_between(_minute(first), _minute(last))


def _refused(made: Repaired, code: str, message: Wording) -> Computed:
    findings = (*made.findings, Finding("error", code, {}, message))
    return Computed({item.id: NO_DATES for item in made.plan.items}, findings)


def _contradiction(fault: engine.Fault) -> Wording:
    known = FAULTS.get(fault.code)
    told = Wording(known.text, index=fault.index) if known else fault.message
    return Wording("The plan contradicts itself: {fault}", fault=told)


def _ring(plan: Plan, where: Sequence[int]) -> Wording:
    names = [f"{plan.items[index].code} {plan.items[index].name}".strip() for index in where]
    return Wording("These items wait for each other: {names}.", names=" → ".join([*names, names[0]]))


def _minutes(at: datetime | None) -> int | None:
    return None if at is None else _minute(at)


def _minute(at: datetime) -> int:
    since = at - EPOCH
    return since.days * DAY + since.seconds // 60


def _instant(minutes: int) -> datetime | None:
    return None if minutes == engine.NONE else EPOCH + timedelta(minutes=minutes)


class _Calendars:
    """The plan's calendars, their intersections and unions, compiled when first asked for."""

    def __init__(self, plan: Plan, margin: timedelta) -> None:
        self.known = {one.id: one for one in plan.calendars}
        self.first, self.last = _reach(plan, margin)
        self.indices: dict[tuple[tuple[str, ...], ...], int] = {}
        self.compiled: list[engine.Calendar] = []

    def index(self, *ways: tuple[str, ...]) -> int:
        """Return the index of the calendar that works when any of the ways does; a way of two ids needs both."""
        if ways not in self.indices:
            # Compiled before it is numbered: a pair compiles its two calendars first.
            compiled = reduce(engine.unite, (self.of(way) for way in ways)) if len(ways) > 1 else self._compile(*ways)
            self.indices[ways] = len(self.compiled)
            self.compiled.append(compiled)
        return self.indices[ways]

    def of(self, ids: tuple[str, ...]) -> engine.Calendar:
        return self.compiled[self.index(ids)]

    def _compile(self, ids: tuple[str, ...]) -> engine.Calendar:
        if len(ids) == 2:
            both = engine.combine(self.of(ids[:1]), self.of(ids[1:]))
            # A task and a resource that never work together: the other program shows the resource's hours.
            return both if both.total else self.of(ids[1:])
        effective = effective_calendar(ids[0], self.known)
        days = tuple(sorted(((day - EPOCH_DAY).days, hours) for day, hours in effective.days.items()))
        return _laid_out(effective.week, days, self.first, self.last)


@lru_cache(maxsize=16)
def _laid_out(week: Any, days: Any, first: int, last: int) -> engine.Calendar:
    """Compile a calendar; plans are scheduled again and again by the same ones."""
    return engine.Calendar.compile(week, dict(days), first, last)


def _reach(plan: Plan, margin: timedelta) -> tuple[int, int]:
    """The minutes that calendars must cover: every date of the plan, and some years about them."""
    dates = [at for project in plan.projects for at in (project.start, project.data_date, project.must_finish_by) if at]
    for item in plan.items:
        constraint = (
            item.constraint.at if item.constraint else None,
            item.constraint2.at if item.constraint2 else None,
        )
        own = (
            item.actual_start,
            item.actual_finish,
            item.stored.start,
            item.stored.finish,
            item.deadline,
            item.resumed,
        )
        dates += [at for at in (*constraint, *own, item.expected_finish, item.external_late_finish) if at]
    # One wild date must not make every calendar a thousand years long: it is told instead, as out of reach.
    middle = min(max(plan.projects[0].start or dates[0], datetime.min + REACH_MAX * 2), datetime.max - REACH_MAX * 2)
    first, last = max(min(dates), middle - REACH_MAX), min(max(dates), middle + REACH_MAX)
    first_minute, last_minute = (first - margin - EPOCH) // MINUTE, (last + margin - EPOCH) // MINUTE
    # Whole years, so that an edit that moves the end finds its calendars laid out already.
    return int(first_minute - first_minute % YEAR), int(last_minute + -last_minute % YEAR)


class _Scheduling:
    """One attempt, with calendars of one reach."""

    def __init__(self, made: Repaired, margin: timedelta) -> None:
        self.made, self.plan = made, made.plan
        self.calendars = _Calendars(made.plan, margin)
        self.projects = {one.id: one for one in made.plan.projects}
        self.project_indices = {one.id: index for index, one in enumerate(made.plan.projects)}
        self.indices = {one.id: index for index, one in enumerate(made.plan.items)}
        resources = {one.id: one for one in made.plan.resources}
        self.loads: list[Sequence[Load]] = [
            loads_of(
                item, mode=self.plan.mode, project=self._project(item), resources=resources, fallback=made.fallback
            )
            for item in made.plan.items
        ]
        self.constraints = bound_constraints(made.plan)
        self.leading_starts = {link.pred for link in made.plan.links if link.kind == "SS"}

    def computed(self) -> Computed:
        schedule = self._schedule().schedule
        return Computed(_dates(self.plan, schedule), (*self.made.findings, *self._findings(schedule)))

    def networked(self) -> Networked:
        made = self._schedule()
        return replace(made, network=engine.settled(made.network, made.schedule))

    def _project(self, item: Item) -> Project:
        return self.projects.get(item.project or "", self.plan.projects[0])

    def _schedule(self) -> Networked:
        # Rows first: they number the calendars.
        tasks = [self._task(index, item) for index, item in enumerate(self.plan.items)]
        links = [self._link(link) for link in self.plan.links]
        projects = [self._engine_project(project) for project in self.plan.projects]
        crews = [one for index in range(len(self.plan.items)) for one in self._assignments(index)]
        network = engine.Network.build(tasks, links, self.calendars.compiled, projects, crews)
        first = self.plan.projects[0]
        options = engine.Options(
            use_expected_finish=True,
            total_float="smaller" if first.float_by == "least" else first.float_by,
            critical_float=first.critical_float_minutes,
        )
        schedule = engine.schedule(network, mode=self.plan.mode, options=options)
        return Networked(network, options, self.plan.mode, self.indices, schedule)

    def _engine_project(self, project: Project) -> engine.Project:
        return engine.Project(
            start=_minutes(project.start) or 0,
            data_date=_minutes(project.data_date) if self.plan.mode == "p6" else None,
            must_finish_by=_minutes(project.must_finish_by),
            calendar=self.calendars.index((project.calendar or self.made.fallback,)),
        )

    def _task(self, index: int, item: Item) -> engine.Task:
        load = max(self.loads[index], key=lambda load: load.remaining)
        calendar = self.own_calendar(item) if self._is_crew(index) else self.calendars.index(load.calendars)
        constraint, constraint2 = self.constraints.get(item.id, item.constraint or ASAP), item.constraint2 or ASAP
        expects = self._project(item).uses_expected_finish
        return engine.Task(
            **self._durations(item, load, calendar),
            calendar=calendar,
            project=self.project_indices.get(item.project or "", 0),
            parent=-1 if item.parent is None else self.indices[item.parent],
            kind=_kind(item, self.plan.mode),
            constraint=CONSTRAINTS[constraint.kind],
            constraint_at=_minutes(constraint.at),
            constraint2=CONSTRAINTS[constraint2.kind],
            constraint2_at=_minutes(constraint2.at),
            deadline=_minutes(item.deadline),
            expected_finish=_minutes(item.expected_finish) if expects else None,
            external_start=_minutes(self._not_before(item)),
            external_finish=_minutes(item.external_late_finish),
            **_actuals(item),
            **_given(item, self.calendars.compiled[calendar]),
            is_active=item.active,
            is_elapsed=item.duration_elapsed,
            delay=item.leveling_delay_minutes,
        )

    def _not_before(self, item: Item) -> datetime | None:
        """A bound from links to plans that are not here, and P6's resumption of suspended work."""
        if item.resumed is None or item.actual_start is None or self.plan.mode != "p6":
            return item.external_early_start
        return max(item.resumed, item.external_early_start or item.resumed)

    def _durations(self, item: Item, load: Load, calendar: int) -> dict[str, Any]:
        """Minutes at completion, left and done."""
        done = item.actual_minutes
        pause = self._pause(item, self.calendars.compiled[calendar])
        if item.actual_start is None:
            left = load.remaining if self.plan.mode == "p6" else load.minutes + pause
            return {"duration": load.minutes + pause, "remaining": left}
        if self.plan.mode == "msp":
            return {"duration": load.minutes + pause, "remaining": load.remaining, "actual_duration": done or 0}
        if done is None:
            done = self._done(item, self.calendars.compiled[calendar])
        left = load.remaining
        if done == 0 and item.stored.early_finish is None and item.actual_finish is None:
            # Begun after the data date and never scheduled since: the other program still shows what was planned.
            left = load.minutes
        return {"duration": done + left, "remaining": left, "actual_duration": done}

    def _pause(self, item: Item, calendar: engine.Calendar) -> int:
        """Working time in the pauses of a split task, or between the end of what is done and the start of what is left."""
        if item.actual_finish or self.plan.mode == "p6" or not (item.splits or item.suspended):
            return 0
        pauses = [(one.finish, other.start) for one, other in pairwise(item.splits)]
        if not pauses and item.suspended and item.resumed:
            pauses = [(item.suspended, item.resumed)]
        return sum(calendar.work_between(_minute(end), _minute(start)) for end, start in pauses if end < start)

    def _done(self, item: Item, calendar: engine.Calendar) -> int:
        """What P6 counts as done at the data date: the work since the actual start, less the suspension."""
        project = self._project(item)
        until = item.actual_finish or project.data_date or project.start
        if item.actual_start is None or until is None or until <= item.actual_start:
            return 0
        done = calendar.work_between(_minute(item.actual_start), _minute(until))
        if item.suspended and item.suspended < until:
            idle_until = min(until, item.resumed) if item.resumed else until
            done -= calendar.work_between(_minute(item.suspended), _minute(max(idle_until, item.suspended)))
        return max(done, 0)

    def _link(self, link: Link) -> engine.Link:
        pred, succ = self.indices[link.pred], self.indices[link.succ]
        lag = link.lag_minutes
        if link.lag_percent is not None:
            lag = engine.percent_lag(self.plan.items[pred].duration_minutes or 0, link.lag_percent)
        return engine.Link(
            predecessor=pred,
            successor=succ,
            type=engine.LinkType[link.kind],
            lag=lag,
            lag_calendar=self.lag_calendar(link),
        )

    def lag_calendar(self, link: Link) -> int:
        """The calendar of items, not of their resources: both programs measure lags so."""
        succ = self.plan.items[self.indices[link.succ]]
        project = self._project(succ)
        way = "elapsed" if link.lag_elapsed else project.lag_calendar if self.plan.mode == "p6" else "successor"
        if way == "elapsed":
            return engine.ELAPSED
        if way == "project":
            return self.calendars.index((project.calendar or self.made.fallback,))
        return self.own_calendar(succ if way == "successor" else self.plan.items[self.indices[link.pred]])

    def own_calendar(self, item: Item) -> int:
        return self.calendars.index(self._own_hours(item))

    def _own_hours(self, item: Item) -> tuple[str, ...]:
        return (item.calendar or self._project(item).calendar or self.made.fallback,)

    def _is_crew(self, index: int) -> bool:
        """
        Whether the item's assignments work in hours that differ, or in others than those in which it begins.

        In MS Project's way a start that a successor leaves over is taken into the item's own hours: these must be known too.
        """
        first, *others = self.loads[index]
        if others or first.opening:
            return True
        item = self.plan.items[index]
        if self.plan.mode != "msp" or not self._leads_a_start(item):
            return False
        return self.calendars.of(first.calendars) is not self.calendars.of(self._own_hours(item))

    def _leads_a_start(self, item: Item) -> bool:
        """Whether a start-to-start link goes out from the item, or from a summary that it lies in."""
        above: Item | None = item
        while above and above.id not in self.leading_starts:
            above = self.plan.items[self.indices[above.parent]] if above.parent else None
        return above is not None

    def _assignments(self, index: int) -> Iterator[engine.Assignment]:
        item = self.plan.items[index]
        if not self._is_crew(index) or item.kind in KINDS:
            return
        for load in self.loads[index]:
            has_left = self.plan.mode == "p6" or item.actual_start is not None
            pause = self._pause(item, self.calendars.of(load.calendars))
            yield engine.Assignment(
                task=index,
                calendar=self.calendars.index(load.calendars),
                work=load.minutes + pause,
                remaining=load.remaining if has_left else load.minutes + pause,
                opening=self.calendars.index(load.opening) if load.opening else None,
            )

    def _findings(self, schedule: engine.Schedule) -> Iterator[Finding]:
        for found in schedule.findings:
            if found.code in SILENT or found.task < 0:
                continue
            item = self.plan.items[found.task]
            days = abs(found.value) / self._project(item).minutes_per_day
            message = Wording(MESSAGES.get(found.code, UNKNOWN).text, name=repr(item.name), days=days, code=found.code)
            yield Finding(found.severity, found.code, place(self.plan, item), message)


def _kind(item: Item, mode: Mode) -> engine.Kind:
    if item.milestone is None or item.kind in KINDS:
        return KINDS.get(item.kind, engine.Kind.TASK)
    if mode == "msp":
        return engine.Kind.MILESTONE
    return engine.Kind.START_MILESTONE if item.milestone == "start" else engine.Kind.FINISH_MILESTONE


def _actuals(item: Item) -> dict[str, Any]:
    if item.actual_start is item.actual_finish is item.suspended is item.resumed is None:
        return {}
    return {
        "actual_start": _minutes(item.actual_start),
        "actual_finish": _minutes(item.actual_finish),
        "suspended_at": _minutes(item.suspended),
        "resumed_at": _minutes(item.resumed),
    }


def _given(item: Item, calendar: engine.Calendar) -> dict[str, Any]:
    """
    Manual tasks, and those that only stand for another project's, keep the dates that the file gives them.

    One that has a single date takes the other from it.
    """
    if not item.manual and not item.external:
        return {}
    start = _minutes(item.actual_start or item.stored.start)
    finish = _minutes(item.actual_finish or item.stored.finish)
    if start is None and finish is not None:
        start = _other_end(item, calendar, finish, -1)
    elif finish is None and start is not None:
        finish = _other_end(item, calendar, start, 1)
    return {"is_manual": True, "manual_start": start, "manual_finish": finish}


def _other_end(item: Item, calendar: engine.Calendar, at: int, way: int) -> int:
    """Return the instant that lies the item's duration after `at`, or before it; without a duration, that day's end of work."""
    minutes = 0 if item.milestone else item.duration_minutes
    if minutes is not None:
        return at + way * minutes if item.duration_elapsed else calendar.add(at, way * minutes)
    midnight = at - at % DAY
    return max(at, calendar.prev_finish(midnight + DAY)) if way > 0 else min(at, calendar.next_start(midnight))


def _dates(plan: Plan, schedule: engine.Schedule) -> dict[str, ItemDates]:
    """Columns to rows; as Python lists, because single elements of arrays are slow to take."""
    columns = [
        column.tolist()
        for column in (
            schedule.start, schedule.finish, schedule.early_start, schedule.early_finish, schedule.late_start, schedule.late_finish,
        )
    ]  # fmt: skip
    known = {one: _instant(one) for one in set().union(*columns)}  # most stand there several times
    instants = [[known[one] for one in column] for column in columns]
    floats = [
        [None if one == engine.NONE else one for one in column.tolist()]
        for column in (schedule.total_float, schedule.free_float)
    ]
    flags = [column.tolist() for column in (schedule.critical, schedule.near_critical, schedule.longest_path)]
    rows = zip(*instants, *floats, *flags, strict=True)
    return {item.id: ItemDates(*row) for item, row in zip(plan.items, rows, strict=True)}
