"""MS Project XML: one Task, Assignment, Resource or link of it as the neutral plan's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from consortio.interchange.amounts import exact, said_of
from consortio.interchange.mspdi_xml import Node
from consortio.interchange.plan import (
    SUMMARY_KINDS,
    Assignment,
    BaselineItem,
    Constraint,
    ConstraintKind,
    EffortKind,
    Item,
    ItemKind,
    Link,
    LinkKind,
    Resource,
    ResourceKind,
    StoredDates,
    TimeSpan,
)
from consortio.interchange.values import Findings, Values, clean_lines, shorten
from consortio.interchange.wording import Wording

# ConstraintType; 0 is as soon as possible, which is no constraint.
CONSTRAINTS: dict[int, ConstraintKind] = {
    1: "alap",
    2: "mso",
    3: "mfo",
    4: "snet",
    5: "snlt",
    6: "fnet",
    7: "fnlt",
}
LINK_KINDS: dict[int, LinkKind] = {0: "FF", 1: "FS", 2: "SF", 3: "SS"}
EFFORT_KINDS: dict[int, EffortKind] = {0: "fixed_units", 1: "fixed_duration", 2: "fixed_work"}
ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52})
PERCENT_FORMATS = frozenset({19, 20, 51, 52})
REMAINING_WORK, ACTUAL_WORK = 1, 2


@dataclass(frozen=True, slots=True)
class AssignmentOf:
    """An assignment with the task it belongs to; `spans` are its stretches of work when there are pauses between."""

    task: str
    assignment: Assignment
    spans: tuple[TimeSpan, ...]
    cost: Decimal | None = None
    actual_cost: Decimal | None = None


def read_item(node: Node, findings: Findings, order: int) -> Item:
    """Return the task without its place in the tree, which hangs on the rows above."""
    uid = node.values.get("UID", "").strip()
    values = Values(node.values, findings, table="Tasks", uid=uid, line=node.line)
    kind = _kind(values)
    elapsed = (values.integer("DurationFormat") or 0) in ELAPSED_FORMATS
    budget, actual_cost = _costs(values, node, findings, is_summary=kind in SUMMARY_KINDS)
    return Item(
        id=uid,
        name=values.text("Name"),
        kind=kind,
        depth=_level(values),
        order=order,
        code=values.text("ID", 60),
        outline=values.text("WBS", 200) or values.text("OutlineNumber", 200),
        guid=_guid(values.raw("GUID")),
        milestone="finish" if kind == "milestone" else None,
        active=values.flag("Active", True),
        manual=values.flag("Manual"),
        external=values.flag("ExternalTask"),
        duration_minutes=values.duration("Duration"),
        duration_elapsed=elapsed,
        duration_estimated=values.flag("Estimated"),
        remaining_minutes=values.duration("RemainingDuration"),
        actual_minutes=values.duration("ActualDuration"),
        calendar=_reference(values, "CalendarUID"),
        ignores_resource_calendar=values.flag("IgnoreResourceCalendar"),
        constraint=_constraint(values, findings, uid),
        deadline=values.date("Deadline"),
        actual_start=values.date("ActualStart"),
        actual_finish=values.date("ActualFinish"),
        suspended=values.date("Stop"),
        resumed=values.date("Resume"),
        percent_complete=values.percent("PercentComplete"),
        percent_kind="physical" if values.raw("EarnedValueMethod") == "1" else "duration",
        physical_percent=values.percent("PhysicalPercentComplete"),
        stored=_stored(values),
        critical=values.flag("Critical") if values.raw("Critical") else None,
        total_float_minutes=values.tenths("TotalSlack"),
        free_float_minutes=values.tenths("FreeSlack"),
        effort_kind=EFFORT_KINDS.get(values.integer("Type") or 0),
        effort_driven=values.flag("EffortDriven"),
        work_minutes=values.duration("Work"),
        leveling_delay_minutes=values.tenths("LevelingDelay") or 0,
        leveling_delay_elapsed=(values.integer("LevelingDelayFormat") or 8) in ELAPSED_FORMATS,
        priority=values.integer("Priority"),
        responsible=_contact(values),
        budget=budget,
        actual_cost=actual_cost,
        notes=clean_lines(node.values.get("Notes", "")),
    )


def _costs(
    values: Values, node: Node, findings: Findings, *, is_summary: bool
) -> tuple[Decimal | None, Decimal | None]:
    """
    Return budget and actual cost of the row itself: of a task what its first baseline planned, else what is planned now.

    Money is written in hundredths. The cost of a summary adds up what is below it; what it costs itself is fixed.
    """
    fixed = values.amount("FixedCost", -2)
    if is_summary:
        return said_of(fixed, None)
    planned = values.amount("Cost", -2)
    agreed = [
        Values(one.values, findings, table="Baseline", line=one.line).amount("Cost", -2)
        for one in node.inside("Baseline")
        if (one.values.get("Number") or "0").strip() == "0"
    ]
    budget = next((one for one in agreed if one), planned if planned is not None else fixed)
    return said_of(budget, values.amount("ActualCost", -2))


def with_costs(item: Item, rows: Sequence[AssignmentOf], currency: str) -> Item:
    """Return the item with its costs: where the task names none, those of its assignments."""
    if not item.is_summary and item.budget is None and item.actual_cost is None and rows:
        budget, actual = said_of(_sum(one.cost for one in rows), _sum(one.actual_cost for one in rows))
        item = replace(item, budget=budget, actual_cost=actual)
    return replace(item, currency=currency) if item.budget is not None or item.actual_cost is not None else item


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [one for one in amounts if one is not None]
    return exact(sum(known, Decimal())) if known else None


def _guid(raw: str) -> str:
    """Return it as ids are written here; what is none names nothing."""
    try:
        return str(UUID(raw))
    except ValueError:
        return ""


def _kind(values: Values) -> ItemKind:
    if values.raw("UID") == "0" or values.raw("OutlineLevel") == "0":
        return "project"
    if values.flag("Summary"):
        return "phase"
    return "milestone" if values.flag("Milestone") else "task"


def _level(values: Values) -> int:
    level = values.integer("OutlineLevel")
    if level is None:
        level = values.raw("OutlineNumber").count(".") + 1
    return max(level, 0)


def _reference(values: Values, name: str) -> str | None:
    raw = values.raw(name)
    return None if raw in ("", "-1") else raw


def _contact(values: Values) -> tuple[str, ...]:
    contact = values.text("Contact", 200)
    return (contact,) if contact else ()


def _constraint(values: Values, findings: Findings, uid: str) -> Constraint | None:
    number, at = values.integer("ConstraintType") or 0, values.date("ConstraintDate")
    if number == 0:
        return None
    kind = CONSTRAINTS.get(number)
    if kind is None:
        message = Wording(
            "Constraint type {number} is not known, expected 0 to 7; the task was read without one.", number=number
        )
    elif at is None and kind != "alap":
        message = Wording("The constraint “{kind}” has no date; the task was read without it.", kind=kind)
    else:
        return Constraint(kind, None if kind == "alap" else at)
    findings.add("warning", "constraint", message, uid=uid)
    return None


def _stored(values: Values) -> StoredDates:
    return StoredDates(
        start=values.date("Start") or values.date("ManualStart"),
        finish=values.date("Finish") or values.date("ManualFinish"),
        early_start=values.date("EarlyStart"),
        early_finish=values.date("EarlyFinish"),
        late_start=values.date("LateStart"),
        late_finish=values.date("LateFinish"),
    )


def read_link(node: Node, succ: str, findings: Findings) -> Link | None:
    """Return the link, or None with a finding where it leads out of the file or cannot be understood."""
    values = Values(node.values, findings, table="PredecessorLink", uid=succ, line=node.line)
    if values.flag("CrossProject"):
        other = shorten(node.values.get("CrossProjectName", ""), 120)
        message = Wording("The link comes from another file (“{other}”) and was left out.", other=other)
        findings.add("warning", "link_other_file", message, uid=succ, line=node.line)
        return None
    kind = LINK_KINDS.get(number) if (number := values.integer("Type")) is not None else "FS"
    if kind is None:
        message = Wording("Link type {number} is not known, expected 0 to 3; the link was left out.", number=number)
        findings.add("error", "link_kind", message, uid=succ, line=node.line)
        return None
    lag_format = values.integer("LagFormat") or 0
    percent = lag_format in PERCENT_FORMATS
    return Link(
        pred=values.raw("PredecessorUID"),
        succ=succ,
        kind=kind,
        lag_minutes=0 if percent else values.tenths("LinkLag") or 0,
        lag_elapsed=lag_format in ELAPSED_FORMATS,
        lag_percent=values.number("LinkLag") or 0.0 if percent else None,
    )


def read_baselines(node: Node, uid: str, findings: Findings) -> list[tuple[int, BaselineItem]]:
    result = []
    for one in node.inside("Baseline"):
        values = Values(one.values, findings, table="Baseline", uid=uid, line=one.line)
        number = values.integer("Number") or 0
        if 0 <= number <= 10:
            item = BaselineItem(
                uid, values.date("Start"), values.date("Finish"), values.duration("Duration"), values.duration("Work")
            )
            result.append((number, item))
    return result


def read_resource(node: Node, findings: Findings) -> Resource:
    uid = node.values.get("UID", "").strip()
    values = Values(node.values, findings, table="Resources", uid=uid, line=node.line)
    return Resource(
        id=uid,
        name=values.text("Name"),
        kind=_resource_kind(values),
        code=values.text("Initials", 60),
        calendar=_reference(values, "CalendarUID"),
        units_max=values.number("MaxUnits"),
        email=values.text("EmailAddress", 254),
        group=values.text("Group", 200),
    )


def _resource_kind(values: Values) -> ResourceKind:
    number = values.integer("Type")
    if number == 2 or values.flag("IsCostResource"):
        return "cost"
    return "material" if number == 0 else "work"


def read_assignment(node: Node, findings: Findings) -> AssignmentOf:
    values = Values(node.values, findings, table="Assignments", uid=node.values.get("UID", ""), line=node.line)
    number = values.integer("ResourceUID")
    # Work that nobody has is written as resource -65535, by some programs as -1.
    resource = None if number is None or number < 0 else values.raw("ResourceUID")
    assignment = Assignment(
        resource=resource,
        units=values.number("Units"),
        work_minutes=values.duration("Work"),
        remaining_work_minutes=values.duration("RemainingWork"),
        delay_minutes=values.tenths("Delay") or 0,
        start=values.date("Start"),
        finish=values.date("Finish"),
    )
    costs = values.amount("Cost", -2), values.amount("ActualCost", -2)
    return AssignmentOf(values.raw("TaskUID"), assignment, _spans(node, findings), *costs)


def _spans(node: Node, findings: Findings) -> tuple[TimeSpan, ...]:
    """
    Return the stretches of work of an assignment that may pause, else nothing.

    MS Project writes a value of zero for working time without work and no value for weekends; others write zeros
    for weekends too.
    """
    stretches: list[list[datetime]] = []
    pauses = True
    for start, finish, work in _timephased(node, findings):
        if work:
            if pauses:
                stretches.append([start, finish])
            stretches[-1][1] = finish
            pauses = False
        elif work == 0:
            pauses = True
    return tuple(TimeSpan(start, finish) for start, finish in stretches) if len(stretches) > 1 else ()


def _timephased(node: Node, findings: Findings) -> list[tuple[datetime, datetime, int | None]]:
    rows = []
    for one in node.nodes:
        values = Values(one.values, findings, table="TimephasedData", line=one.line)
        if one.name == "TimephasedData" and values.integer("Type") in (REMAINING_WORK, ACTUAL_WORK):
            start, finish = values.date("Start"), values.date("Finish")
            if start is not None and finish is not None:
                rows.append((start, finish, values.duration("Value")))
    return sorted(rows, key=lambda row: row[:2])
