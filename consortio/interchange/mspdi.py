"""
Reads MS Project XML (MSPDI), as MS Project 2003 to today, and many other programs, save it.

Source:
    Microsoft, "Project XML Data Interchange Schema Reference".
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import PurePath

from consortio.interchange.amounts import currency_named
from consortio.interchange.assembly import (
    check_calendars,
    check_links,
    plant_by_level,
    references_checked,
    refuse_twins,
)
from consortio.interchange.mspdi_calendar import read_calendar
from consortio.interchange.mspdi_split import Pauses
from consortio.interchange.mspdi_task import (
    AssignmentOf,
    read_assignment,
    read_baselines,
    read_item,
    read_link,
    read_resource,
    with_costs,
)
from consortio.interchange.mspdi_xml import Node, RecordStream
from consortio.interchange.plan import (
    ITEMS_MAX,
    LINKS_MAX,
    Baseline,
    BaselineItem,
    Calendar,
    Item,
    Link,
    Plan,
    Project,
    Refused,
    Resource,
)
from consortio.interchange.values import Findings, Values, minute_of, shorten
from consortio.interchange.wording import Wording

NAMESPACE_END = "schemas.microsoft.com/project"
SKIPPED = frozenset(
    "ExtendedAttribute ExtendedAttributes OutlineCode OutlineCodes WBSMasks Views Filters Groups Tables Maps Reports "
    "Drawings DataLinks VBAProjects AvailabilityPeriods Rates CostRateTable".split()
)


def read_mspdi(data: bytes, file: str) -> Plan:
    """
    Return the plan of an MS Project XML file.

    Raises:
        Refused: no such file, or a limit is passed.
    """
    reader = _Reader()
    root = RecordStream(reader.take, SKIPPED).read(data)
    if root.name != "Project":
        raise Refused(_wrong_root(root.name), code="format", where={"line": root.line, "element": root.name})
    return reader.plan(root, file)


def _wrong_root(name: str) -> Wording:
    if name == "APIBusinessObjects":
        return Wording(
            "This is Primavera P6 XML (root element APIBusinessObjects, line 1); expected MS Project XML. "
            "In P6: File › Export › XER."
        )
    return Wording("The root element is “{name}”; expected “Project”, as MS Project saves XML.", name=shorten(name))


class _Reader:
    def __init__(self) -> None:
        self.findings = Findings()
        self.items: list[Item] = []
        self.links: list[Link] = []
        self.calendars: list[Calendar] = []
        self.resources: list[Resource] = []
        self.baselines: dict[int, list[BaselineItem]] = defaultdict(list)
        self.assignments: dict[str, list[AssignmentOf]] = defaultdict(list)
        self.pauses = Pauses((), (), None)
        self.blank_rows = 0
        self.unknown: set[str] = set()

    def take(self, container: str, node: Node) -> None:
        takers: dict[tuple[str, str], Callable[[Node], None]] = {
            ("Tasks", "Task"): self._take_task,
            ("Resources", "Resource"): self._take_resource,
            ("Calendars", "Calendar"): self._take_calendar,
            ("Assignments", "Assignment"): self._take_assignment,
        }
        taker = takers.get((container, node.name))
        if taker is not None:
            taker(node)
        elif container not in self.unknown:
            self.unknown.add(container)
            self.findings.add(
                "info",
                "unknown_part",
                Wording("The part “{container}” was not read.", container=shorten(container)),
                line=node.line,
            )

    def _take_task(self, node: Node) -> None:
        uid = node.values.get("UID", "").strip()
        if node.values.get("IsNull", "").strip() == "1":
            self.blank_rows += 1
            return
        if len(self.items) >= ITEMS_MAX:
            raise Refused(
                Wording(
                    "The file has more than {items_max:,} tasks (line {line}); expected at most that many.",
                    items_max=ITEMS_MAX,
                    line=node.line,
                ),
                code="too_many_items",
                where={"line": node.line},
            )
        if not uid:
            raise Refused(
                Wording("A task has no UID (line {line}); expected one.", line=node.line),
                code="uid",
                where={"line": node.line},
            )
        item = read_item(node, self.findings, len(self.items))
        self.items.append(item)
        self._say_what_is_elsewhere(node, item)
        for one in node.inside("PredecessorLink"):
            link = read_link(one, uid, self.findings)
            if link is not None:
                self.links.append(link)
        if len(self.links) > LINKS_MAX:
            raise Refused(
                Wording("The file has more than {links_max:,} links; expected fewer.", links_max=LINKS_MAX),
                code="too_many_links",
            )
        for number, baseline in read_baselines(node, uid, self.findings):
            self.baselines[number].append(baseline)

    def _say_what_is_elsewhere(self, node: Node, item: Item) -> None:
        shown = shorten(item.name)
        if item.external:
            message = Wording(
                "“{shown}” stands for a task of another file; its dates are only as this file knew them.", shown=shown
            )
            self.findings.add("warning", "external_task", message, uid=item.id, line=node.line)
        if node.values.get("IsSubproject", "").strip() == "1" or "SubprojectName" in node.values:
            message = Wording(
                "“{shown}” stands for a project inserted from another file, whose tasks are not in this one.",
                shown=shown,
            )
            self.findings.add("warning", "inserted_project", message, uid=item.id, line=node.line)
        if item.duration_minutes is None and not item.is_summary:
            message = Wording("“{shown}” has no duration; expected one such as PT8H0M0S.", shown=shown)
            self.findings.add("warning", "no_duration", message, uid=item.id, line=node.line)

    def _take_resource(self, node: Node) -> None:
        if node.values.get("IsNull", "").strip() != "1":
            self.resources.append(read_resource(node, self.findings))

    def _take_calendar(self, node: Node) -> None:
        self.calendars.append(read_calendar(node, self.findings))

    def _take_assignment(self, node: Node) -> None:
        one = read_assignment(node, self.findings)
        self.assignments[one.task].append(one)

    def plan(self, root: Node, file: str) -> Plan:
        refuse_twins([item.id for item in self.items], Wording("tasks"), "UID")
        refuse_twins([one.id for one in self.calendars], Wording("calendars"), "UID")
        if self.blank_rows:
            self.findings.add(
                "info",
                "blank_rows",
                Wording("{blank_rows:,} blank rows were left out.", blank_rows=self.blank_rows),
                table="Tasks",
            )
        calendars = check_calendars(self.calendars, self.findings)
        resources = references_checked(self.resources, calendars, self.findings)
        project = self._project(root, file, {one.id for one in calendars})
        self.pauses = Pauses(calendars, resources, project.calendar)
        items = references_checked(self._with_assignments(resources), calendars, self.findings)
        items = self._with_costs(items, root)
        return Plan(
            file=file,
            format="mspdi",
            mode="msp",
            projects=(project,),
            items=tuple(_of_project(item, project) for item in plant_by_level(items, self.findings)),
            links=tuple(check_links(self.links, self.items, self.findings)),
            calendars=tuple(calendars),
            resources=tuple(resources),
            baselines=tuple(Baseline(number, tuple(rows)) for number, rows in sorted(self.baselines.items())),
            findings=self.findings.all(),
            program=_program(root),
        )

    def _with_assignments(self, resources: list[Resource]) -> list[Item]:
        names = {one.id: one.name for one in resources if one.kind == "work"}
        known = {item.id for item in self.items}
        for task, rows in self.assignments.items():
            if task not in known:
                message = Wording(
                    "{count:,} assignments belong to task UID “{task}”, which is not in the file.",
                    count=len(rows),
                    task=shorten(task),
                )
                self.findings.add("warning", "assignment_unknown_item", message, table="Assignments", uid=task)
        return [self._with_own_assignments(item, names) for item in self.items]

    def _with_costs(self, items: list[Item], root: Node) -> list[Item]:
        signs = f"{root.values.get('CurrencyCode', '')} {root.values.get('CurrencySymbol', '')}"
        currency = currency_named(signs)
        made = [with_costs(item, self.assignments.get(item.id, ()), currency) for item in items]
        costed = sum(one.budget is not None or one.actual_cost is not None for one in made)
        if costed and not currency:
            message = Wording("Costs in no currency that the file names: {count:,}.", count=costed)
            self.findings.add("warning", "no_currency", message, table="Project", items=costed)
        return made

    def _with_own_assignments(self, item: Item, names: dict[str, str]) -> Item:
        rows = self.assignments.get(item.id)
        if not rows:
            return item
        responsible = dict.fromkeys(names[one.assignment.resource] for one in rows if one.assignment.resource in names)
        spans = rows[0].spans if all(one.spans and self.pauses.are_real(item, one) for one in rows) else ()
        if spans:
            message = Wording(
                "“{name}” is split into {count} parts; its finish counts the pauses.",
                name=shorten(item.name),
                count=len(spans),
            )
            self.findings.add("info", "split_task", message, uid=item.id)
        return replace(
            item,
            assignments=tuple(one.assignment for one in rows),
            responsible=tuple(name for name in responsible if name) or item.responsible,
            splits=spans,
        )

    def _project(self, root: Node, file: str, calendar_ids: set[str]) -> Project:
        values = Values(root.values, self.findings, table="Project")
        calendar = values.raw("CalendarUID")
        if calendar and calendar not in calendar_ids:
            message = Wording("The project's calendar {calendar} is not in the file.", calendar=shorten(calendar))
            self.findings.add("error", "unknown_calendar", message, table="Project", calendar=calendar)
        titles = [item.name for item in self.items if item.kind == "project"]
        return Project(
            id=values.raw("UID") or "0",
            name=values.text("Title") or next(iter(titles), "") or PurePath(values.text("Name") or file).stem,
            start=values.date("StartDate"),
            finish=values.date("FinishDate"),
            data_date=values.date("StatusDate"),
            calendar=calendar if calendar in calendar_ids else None,
            schedule_from="start" if values.flag("ScheduleFromStart", True) else "finish",
            lag_calendar="successor",
            # Slack is limited in whole days.
            critical_float_minutes=(values.integer("CriticalSlackLimit") or 0)
            * (values.integer("MinutesPerDay") or 480),
            minutes_per_day=_within(values.integer("MinutesPerDay"), 480, 1440),
            minutes_per_week=_within(values.integer("MinutesPerWeek"), 2400, 7 * 1440),
            days_per_month=_within(values.integer("DaysPerMonth"), 20, 31),
            day_starts_at_minute=_minute(values.raw("DefaultStartTime"), 480),
            day_ends_at_minute=_minute(values.raw("DefaultFinishTime"), 1020),
        )


def _of_project(item: Item, project: Project) -> Item:
    name = project.name if item.kind == "project" and not item.name else item.name
    return replace(item, project=project.id, name=name)


def _within(number: int | None, usual: int, most: int) -> int:
    return number if number is not None and 0 < number <= most else usual


def _minute(raw: str, usual: int) -> int:
    try:
        return minute_of(time.fromisoformat(raw)) if raw else usual
    except ValueError:
        return usual


def _program(root: Node) -> str:
    version = root.values.get("SaveVersion", "").strip()[:10]
    return f"MS Project XML {version}".strip()
