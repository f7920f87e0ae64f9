"""MS Project XML: one item of the neutral plan as a Task, one link as its PredecessorLink."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from consortio.interchange.amounts import exact
from consortio.interchange.plan import ConstraintKind, EffortKind, Item, Link, LinkKind
from consortio.interchange.xml_text import Value, elements, group, iso_duration

CONSTRAINTS: Mapping[ConstraintKind, int] = {
    "asap": 0,
    "alap": 1,
    "mso": 2,
    "mfo": 3,
    "snet": 4,
    "snlt": 5,
    "fnet": 6,
    "fnlt": 7,
    # MS Project has no constraint that yields to links on one side only.
    "start_on": 4,
    "finish_on": 6,
}
LINK_KINDS: Mapping[LinkKind, int] = {"FF": 0, "FS": 1, "SF": 2, "SS": 3}
EFFORT_KINDS: Mapping[EffortKind, int] = {
    "fixed_units": 0,
    "fixed_duration": 1,
    "fixed_work": 2,
    "fixed_duration_and_units": 1,
}
SUMMARIES = frozenset({"project", "phase", "wbs_summary"})
# Days, days by the clock; estimated ones; percent, percent by the clock.
DAYS, ELAPSED_DAYS, DAYS_ESTIMATED, ELAPSED_DAYS_ESTIMATED, PERCENT, ELAPSED_PERCENT = 7, 8, 39, 40, 19, 20


def task_elements(
    item: Item, *, uid: int, row: int, level: int, outline: str, calendar: int | None, currency: str
) -> Iterator[str]:
    """Yield the elements of a Task, up to its links. Costs in another currency than the file's have no place in it."""
    money = (item.budget, item.actual_cost) if item.currency == currency else (None, None)
    yield from elements(_head(item, uid, row, level, outline))
    yield from elements(_dates(item))
    yield from elements(_schedule(item))
    yield from elements([("FixedCost", hundredths(money[0]))])
    yield from elements(_progress(item, money))
    yield from elements(_rules(item, calendar))


def _head(item: Item, uid: int, row: int, level: int, outline: str) -> Iterator[tuple[str, Value]]:
    yield "UID", uid
    yield "GUID", item.guid.upper() or None
    yield "ID", row
    yield "Name", item.name
    yield "Active", item.active
    yield "Manual", item.manual
    yield "Type", EFFORT_KINDS[item.effort_kind] if item.effort_kind is not None else None
    yield "IsNull", False
    yield "Contact", ", ".join(item.responsible) or None if not item.assignments else None
    yield "WBS", item.outline or outline
    yield "OutlineNumber", outline
    yield "OutlineLevel", level
    yield "Priority", item.priority


def _dates(item: Item) -> Iterator[tuple[str, Value]]:
    yield "Start", item.stored.start
    yield "Finish", item.stored.finish
    yield "Duration", iso_duration(item.duration_minutes)
    if item.manual:
        yield "ManualStart", item.stored.start
        yield "ManualFinish", item.stored.finish
        yield "ManualDuration", iso_duration(item.duration_minutes)
    if item.duration_estimated:
        yield "DurationFormat", ELAPSED_DAYS_ESTIMATED if item.duration_elapsed else DAYS_ESTIMATED
    else:
        yield "DurationFormat", ELAPSED_DAYS if item.duration_elapsed else DAYS
    yield "Work", iso_duration(item.work_minutes)
    yield "Stop", item.suspended
    yield "Resume", item.resumed


def _schedule(item: Item) -> Iterator[tuple[str, Value]]:
    yield "EffortDriven", item.effort_driven
    yield "Estimated", item.duration_estimated
    yield "Milestone", item.is_milestone
    yield "Summary", item.kind in SUMMARIES
    yield "Critical", item.critical
    yield "ExternalTask", item.external
    yield "EarlyStart", item.stored.early_start
    yield "EarlyFinish", item.stored.early_finish
    yield "LateStart", item.stored.late_start
    yield "LateFinish", item.stored.late_finish
    yield "FreeSlack", _tenths(item.free_float_minutes)
    yield "TotalSlack", _tenths(item.total_float_minutes)


def _progress(item: Item, money: tuple[Decimal | None, Decimal | None]) -> Iterator[tuple[str, Value]]:
    is_task = item.kind not in SUMMARIES  # of a summary the cost is what is below it, too
    yield "PercentComplete", _whole(item.percent_complete)
    yield "Cost", hundredths(money[0]) if is_task else None
    yield "ActualStart", item.actual_start
    yield "ActualFinish", item.actual_finish
    yield "ActualDuration", iso_duration(item.actual_minutes)
    yield "ActualCost", hundredths(money[1]) if is_task else None
    yield "RemainingDuration", iso_duration(item.remaining_minutes)


def _rules(item: Item, calendar: int | None) -> Iterator[tuple[str, Value]]:
    yield "ConstraintType", CONSTRAINTS[item.constraint.kind] if item.constraint else 0
    yield "CalendarUID", calendar if calendar is not None else -1
    yield "ConstraintDate", item.constraint.at if item.constraint else None
    yield "Deadline", item.deadline
    yield "LevelingDelay", _tenths(item.leveling_delay_minutes)
    yield "LevelingDelayFormat", ELAPSED_DAYS if item.leveling_delay_elapsed else DAYS
    yield "IgnoreResourceCalendar", item.ignores_resource_calendar
    yield "Notes", item.notes or None
    yield "PhysicalPercentComplete", _whole(item.physical_percent)
    yield "EarnedValueMethod", item.percent_kind == "physical"


def hundredths(amount: Decimal | None) -> str | None:
    """Return an amount of money as MS Project counts it, exactly."""
    return None if amount is None else format(exact(amount.scaleb(2)), "f")


def _tenths(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * 10


def _whole(percent: float | None) -> int | None:
    return None if percent is None else round(percent)


def link_elements(link: Link, numbers: Mapping[str, int]) -> Iterator[str]:
    if link.lag_percent is not None:
        lag: Value = link.lag_percent
        lag_format = ELAPSED_PERCENT if link.lag_elapsed else PERCENT
    else:
        lag = link.lag_minutes * 10
        lag_format = ELAPSED_DAYS if link.lag_elapsed else DAYS
    values = (
        ("PredecessorUID", numbers[link.pred]),
        ("Type", LINK_KINDS[link.kind]),
        ("CrossProject", False),
        ("LinkLag", lag),
        ("LagFormat", lag_format),
    )
    yield from group("PredecessorLink", elements(values))
