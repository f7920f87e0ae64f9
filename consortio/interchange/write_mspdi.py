"""
Writes the neutral plan as MS Project XML (MSPDI), such that reading it again gives an equal plan.

Source:
    Microsoft, "Project XML Data Interchange Schema Reference". Elements stand in the schema's order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import PurePath

from consortio.interchange.amounts import has_costs
from consortio.interchange.plan import Assignment, Finding, Item, Plan, Resource, TimeSpan
from consortio.interchange.wording import Wording
from consortio.interchange.write_mspdi_calendar import calendar_elements
from consortio.interchange.write_mspdi_task import SUMMARIES, hundredths, link_elements, task_elements
from consortio.interchange.xml_text import elements, group, iso_duration

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="http://schemas.microsoft.com/project">\n'
)
SAVE_VERSION = 14
NOBODY = -65535
RESOURCE_TYPES = {"work": 1, "equipment": 1, "material": 0, "cost": 2}


@dataclass(frozen=True, slots=True)
class Numbers:
    """MS Project knows everything by whole numbers; ids that are none get one."""

    items: Mapping[str, int]
    calendars: Mapping[str, int]
    resources: Mapping[str, int]


def write_mspdi(plan: Plan) -> bytes:
    """Return the file. What MS Project has no place for is left out; `not_written` names it."""
    return (HEAD + "".join(_project(plan, _numbers(plan))) + "</Project>\n").encode()


def not_written(plan: Plan) -> tuple[Finding, ...]:
    """Return what of the plan the file cannot say."""
    second = sum(item.constraint2 is not None for item in plan.items)
    soft = sum(item.constraint is not None and item.constraint.kind in ("start_on", "finish_on") for item in plan.items)
    expected = sum(item.expected_finish is not None for item in plan.items)
    currency = currency_of(plan)
    foreign = sum(has_costs(item) and item.currency != currency for item in plan.items)
    phases = sum(item.kind in SUMMARIES and item.actual_cost is not None for item in plan.items)
    losses = (
        (
            "second_constraint",
            second,
            Wording("{count:,} second constraints were left out; MS Project has one for each task."),
        ),
        (
            "soft_constraint",
            soft,
            Wording("{count:,} constraints “start on” and “finish on” became “no earlier than”."),
        ),
        ("expected_finish", expected, Wording("{count:,} expected finishes were left out.")),
        (
            "projects",
            len(plan.projects) - 1,
            Wording("{count:,} more projects share the first one's calendar and dates."),
        ),
        ("other_currency", foreign, Wording("{count:,} costs in other currencies were left out; a file has one.")),
        ("cost_of_phase", phases, Wording("{count:,} actual costs of phases were left out; those of tasks are kept.")),
    )
    return tuple(
        Finding("warning", code, {"items": count}, Wording(sentence.text, count=count))
        for code, count, sentence in losses
        if count
    )


def currency_of(plan: Plan) -> str:
    """Return the one currency of the file: that of the first item with a cost."""
    return next((item.currency for item in plan.items if has_costs(item)), "")


def _numbers(plan: Plan) -> Numbers:
    projects = {item.id for item in plan.items if item.kind == "project"}
    return Numbers(
        numbered([item.id for item in plan.items], zero_for=projects),
        # As a base, calendar 0 means none.
        numbered([one.id for one in plan.calendars]),
        numbered([one.id for one in plan.resources], zero_for={"0"}),
    )


def numbered(ids: Sequence[str], zero_for: set[str] | frozenset[str] = frozenset()) -> dict[str, int]:
    """Return a whole number for each id: its own where it is one, else the next free one."""
    own = {one: int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 10 and str(int(one)) == one}
    numbers = {one: number for one, number in own.items() if number or one in zero_for}
    free = max(numbers.values(), default=0) + 1
    for one in ids:
        if one not in numbers:
            numbers[one] = free
            free += 1
    return numbers


def _project(plan: Plan, numbers: Numbers) -> Iterator[str]:
    project = plan.projects[0]
    yield from elements(
        (
            ("SaveVersion", SAVE_VERSION),
            ("UID", project.id),
            ("Name", PurePath(plan.file).name or project.name),
            ("Title", project.name),
            ("ScheduleFromStart", project.schedule_from == "start"),
            ("StartDate", project.start),
            ("FinishDate", project.finish),
            ("CriticalSlackLimit", project.critical_float_minutes // project.minutes_per_day),
            ("CurrencyCode", currency_of(plan) or None),
            ("CalendarUID", numbers.calendars.get(project.calendar or "")),
            ("DefaultStartTime", _time_of_day(project.day_starts_at_minute)),
            ("DefaultFinishTime", _time_of_day(project.day_ends_at_minute)),
            ("MinutesPerDay", project.minutes_per_day),
            ("MinutesPerWeek", project.minutes_per_week),
            ("DaysPerMonth", project.days_per_month),
            ("DefaultTaskType", 0),
            ("DurationFormat", 7),
            ("WorkFormat", 2),
            ("HonorConstraints", True),
            ("NewTasksEffortDriven", False),
            ("NewTasksAreManual", False),
            ("WeekStartDay", 1),
            ("StatusDate", project.data_date),
        )
    )
    yield from group(
        "Calendars", (part for one in plan.calendars for part in calendar_elements(one, numbers.calendars))
    )
    yield from group("Tasks", _tasks(plan, numbers))
    yield from group("Resources", (part for one in plan.resources for part in _resource(one, numbers)))
    yield from group("Assignments", _assignments(plan, numbers))


def _time_of_day(minute: int) -> str:
    return time(minute % 1440 // 60, minute % 60).isoformat()


def _tasks(plan: Plan, numbers: Numbers) -> Iterator[str]:
    links: dict[str, list[str]] = {}
    for link in plan.links:
        links.setdefault(link.succ, []).extend(link_elements(link, numbers.items))
    currency = currency_of(plan)
    tasks = (item for item in plan.items if item.kind not in SUMMARIES and item.currency == currency)
    agreed = {item.id: hundredths(item.budget) for item in tasks if item.budget}
    baselines: dict[str, list[str]] = {}
    for baseline in plan.baselines:
        for one in baseline.items:
            baselines.setdefault(one.item, []).extend(
                group(
                    "Baseline",
                    elements(
                        (
                            ("Number", baseline.number),
                            ("Start", one.start),
                            ("Finish", one.finish),
                            ("Duration", iso_duration(one.duration_minutes)),
                            ("Work", iso_duration(one.work_minutes)),
                            ("Cost", agreed.get(one.item) if baseline.number == 0 else None),
                        )
                    ),
                )
            )
    # One row at level 0 is the project; several are phases of the file.
    shift = 1 if sum(item.depth == 0 for item in plan.items) > 1 else 0
    rows = _row_numbers(plan.items)
    outlines = _outline_numbers(plan.items)
    for item in plan.items:
        own = task_elements(
            item,
            uid=numbers.items[item.id],
            row=rows[item.id],
            level=item.depth + shift,
            outline=outlines[item.id],
            calendar=numbers.calendars.get(item.calendar or ""),
            currency=currency,
        )
        yield from group("Task", [*own, *links.get(item.id, ()), *baselines.get(item.id, ())])


def _row_numbers(items: Sequence[Item]) -> dict[str, int]:
    """Return the numbers that rows show: those that they came with, where all have their own, else counted anew."""
    given = [item.code for item in items]
    if len(set(given)) == len(given) and all(code.isascii() and code.isdigit() and len(code) < 10 for code in given):
        return {item.id: int(item.code) for item in items}
    first = 0 if items and items[0].depth == 0 else 1
    return {item.id: number for number, item in enumerate(items, start=first)}


def _outline_numbers(items: Sequence[Item]) -> dict[str, str]:
    """Return "1.2.3" for each item by its place in the tree."""
    counts: dict[str | None, int] = {}
    found: dict[str, str] = {}
    for item in items:
        if item.depth == 0:
            found[item.id] = "0"
            continue
        counts[item.parent] = counts.get(item.parent, 0) + 1
        above = found.get(item.parent or "", "0")
        found[item.id] = f"{above}.{counts[item.parent]}" if above != "0" else str(counts[item.parent])
    return found


def _resource(one: Resource, numbers: Numbers) -> Iterator[str]:
    uid = numbers.resources[one.id]
    yield from group(
        "Resource",
        elements(
            (
                ("UID", uid),
                ("ID", uid),
                ("Name", one.name or None),
                ("Type", RESOURCE_TYPES[one.kind]),
                ("IsNull", False),
                ("Initials", one.code or None),
                ("Group", one.group or None),
                ("EmailAddress", one.email or None),
                ("MaxUnits", one.units_max),
                ("CalendarUID", numbers.calendars.get(one.calendar or "")),
                ("IsCostResource", one.kind == "cost"),
            )
        ),
    )


def _assignments(plan: Plan, numbers: Numbers) -> Iterator[str]:
    uid = 0
    for item in plan.items:
        for one in item.assignments:
            uid += 1
            yield from group("Assignment", _assignment(item, one, uid, numbers))


def _assignment(item: Item, one: Assignment, uid: int, numbers: Numbers) -> Iterator[str]:
    yield from elements(
        (
            ("UID", uid),
            ("TaskUID", numbers.items[item.id]),
            ("ResourceUID", numbers.resources.get(one.resource or "", NOBODY)),
            ("Delay", one.delay_minutes * 10 or None),
            ("Finish", one.finish),
            ("RemainingWork", iso_duration(one.remaining_work_minutes)),
            ("Start", one.start),
            ("Units", one.units),
            ("Work", iso_duration(one.work_minutes)),
        )
    )
    yield from _stretches(item.splits, uid, one.work_minutes or len(item.splits))


def _stretches(spans: Sequence[TimeSpan], uid: int, work: int) -> Iterator[str]:
    """Yield the stretches of work of a task that is split, with pauses of no work between them."""
    each = max(work // len(spans), 1) if spans else 0
    before: datetime | None = None
    for span in spans:
        if before is not None:
            yield from _stretch(uid, before, span.start, 0)
        yield from _stretch(uid, span.start, span.finish, each)
        before = span.finish


def _stretch(uid: int, start: datetime, finish: datetime, minutes: int) -> Iterator[str]:
    values = (("Type", 1), ("UID", uid), ("Start", start), ("Finish", finish), ("Unit", 2))
    yield from group("TimephasedData", elements((*values, ("Value", iso_duration(minutes)))))
