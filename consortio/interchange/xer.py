"""
Reads Primavera P6 XER files.

Source:
    Oracle, "Primavera P6 EPPM Import/Export Guide (XER)" and "P6 EPPM XER Data Map Guide".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from consortio.interchange.amounts import currency_named
from consortio.interchange.assembly import check_calendars, check_links, references_checked, refuse_twins
from consortio.interchange.plan import (
    ITEMS_MAX,
    LINKS_MAX,
    Assignment,
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
from consortio.interchange.values import Findings, Values, clean_lines, plain_text, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.xer_calendar import read_calendar
from consortio.interchange.xer_names import IGNORED_TABLES, WANTED_TABLES
from consortio.interchange.xer_table import Row, Tables
from consortio.interchange.xer_task import (
    CostOf,
    costs_of,
    read_assignment,
    read_cost,
    read_item,
    read_link,
    read_project,
    read_resource,
)
from consortio.interchange.xer_tree import plant


def read_xer(data: bytes, file: str) -> Plan:
    """
    Return the plan of a Primavera XER file, with all projects in it.

    Raises:
        Refused: no such file, one that breaks off, or a limit is passed.
    """
    return _Reader(data, file).plan()


class _Reader:
    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self.findings = Findings()
        self.tables = Tables(data, WANTED_TABLES, self.findings)
        self.kept: dict[str, list[Row]] = defaultdict(list)
        self.tasks: list[Item] = []
        self.links: list[Link] = []
        self.calendars: list[Calendar] = []
        self.resources: list[Resource] = []
        self.assignments: dict[str, list[Assignment]] = defaultdict(list)
        self.costs: dict[str, list[CostOf]] = defaultdict(list)
        for row in self.tables.rows():
            self._take(row)

    def _take(self, row: Row) -> None:
        if row.table == "TASK":
            self._take_task(row)
        elif row.table == "TASKPRED":
            self._take_link(row)
        elif row.table == "TASKRSRC":
            task, assignment = read_assignment(row, self.findings)
            self.assignments[task].append(assignment)
            self.costs[task].append(read_cost(row, self.findings))
        elif row.table == "PROJCOST":
            cost = read_cost(row, self.findings)
            self.costs[cost.task].append(cost)
        elif row.table == "RSRC":
            self.resources.append(read_resource(row, self.findings))
        elif row.table == "CALENDAR":
            self.calendars.append(read_calendar(row, self.findings))
        else:
            self.kept["PROJWBS" if row.table == "WBS" else row.table].append(row)

    def _take_task(self, row: Row) -> None:
        if len(self.tasks) + len(self.kept["PROJWBS"]) >= ITEMS_MAX:
            raise Refused(
                Wording(
                    "The file has more than {items_max:,} activities and WBS rows (line {line}); expected fewer.",
                    items_max=ITEMS_MAX,
                    line=row.line,
                ),
                code="too_many_items",
                where={"line": row.line},
            )
        if not row.values.get("task_id", "").strip():
            raise Refused(
                Wording("An activity has no task_id (line {line}); expected one.", line=row.line),
                code="uid",
                where={"table": "TASK", "line": row.line},
            )
        self.tasks.append(read_item(row, self.findings, len(self.tasks)))

    def _take_link(self, row: Row) -> None:
        link = read_link(row, self.findings)
        if link is not None:
            self.links.append(link)
        if len(self.links) > LINKS_MAX:
            raise Refused(
                Wording("The file has more than {links_max:,} links; expected fewer.", links_max=LINKS_MAX),
                code="too_many_links",
            )

    def plan(self) -> Plan:
        refuse_twins([item.id for item in self.tasks], Wording("rows of TASK"), "task_id")
        refuse_twins([one.id for one in self.calendars], Wording("rows of CALENDAR"), "clndr_id")
        self._name_unknown_tables()
        calendars = check_calendars(self.calendars, self.findings)
        resources = references_checked(self._resources_with_units(), calendars, self.findings)
        projects = self._projects({one.id for one in calendars})
        own, baselines = self._part_baselines(projects)
        by_id = {one.id: one for one in own}
        tasks = list(self._finished(self._own_tasks(own, projects), by_id))
        rows = [row for row in self.kept["PROJWBS"] if row.values.get("proj_id", "").strip() in by_id]
        items = plant(rows, references_checked(tasks, calendars, self.findings), by_id, self.findings)
        return Plan(
            file=self.file,
            format="xer",
            mode="p6",
            projects=tuple(_named(project, items) for project in own),
            items=tuple(items),
            links=tuple(check_links(self._links_of(own), items, self.findings)),
            calendars=tuple(calendars),
            resources=tuple(resources),
            baselines=baselines,
            findings=self.findings.all(),
            program=f"Primavera XER {shorten(self.tables.header[0])}" if self.tables.header else "Primavera XER",
            encoding=self.tables.encoding,
        )

    def _resources_with_units(self) -> list[Resource]:
        units: dict[str, float | None] = {}
        for row in self.kept["RSRCRATE"]:
            values = Values(row.values, self.findings, table="RSRCRATE", line=row.line)
            units[values.raw("rsrc_id")] = values.number("max_qty_per_hr")
        return [replace(one, units_max=units.get(one.id)) for one in self.resources]

    def _name_unknown_tables(self) -> None:
        for table, rows in self.tables.seen.items():
            if table == "WBS":
                message = Wording("The WBS stands in a table called WBS, expected PROJWBS; it was read all the same.")
                self.findings.add("info", "table", message, table=table)
            elif table not in WANTED_TABLES and table not in IGNORED_TABLES:
                message = Wording(
                    "Table “{table}” is not known; its {rows:,} rows were left out.", table=shorten(table), rows=rows
                )
                self.findings.add("info", "unknown_table", message, table=table)

    def _projects(self, calendar_ids: set[str]) -> tuple[Project, ...]:
        options = {row.values.get("proj_id", "").strip(): row.values for row in self.kept["SCHEDOPTIONS"]}
        projects = []
        for row in self.kept["PROJECT"]:
            project = read_project(row, options.get(row.values.get("proj_id", "").strip(), {}), self.findings)
            if project.calendar is not None and project.calendar not in calendar_ids:
                message = Wording(
                    "Project “{code}” has a calendar that is not in the file.", code=shorten(project.code)
                )
                self.findings.add("warning", "unknown_calendar", message, table="PROJECT", line=row.line)
                project = replace(project, calendar=None)
            projects.append(project)
        if not projects:
            raise Refused(Wording("The file has no row in table PROJECT; expected at least one."), code="no_project")
        refuse_twins([project.id for project in projects], Wording("rows of PROJECT"), "proj_id")
        return tuple(projects)

    def _part_baselines(self, projects: Sequence[Project]) -> tuple[tuple[Project, ...], tuple[Baseline, ...]]:
        """Return the projects without those that are baselines of another in the file, and these as baselines."""
        ids = {project.id for project in projects}
        origins = {
            row.values.get("proj_id", "").strip(): origin
            for row in self.kept["PROJECT"]
            if (origin := row.values.get("orig_proj_id", "").strip()) in ids
        }
        own = tuple(project for project in projects if project.id not in origins)
        if not own:
            return tuple(projects), ()
        baselines = [
            self._baseline(number, project, origins[project.id])
            for number, project in enumerate(project for project in projects if project.id in origins)
        ]
        return own, tuple(baselines)

    def _baseline(self, number: int, project: Project, origin: str) -> Baseline:
        ids = {task.code: task.id for task in self.tasks if task.project == origin}
        rows = [task for task in self.tasks if task.project == project.id and task.code in ids]
        gone = sum(task.project == project.id for task in self.tasks) - len(rows)
        if gone:
            message = Wording(
                "{gone:,} activities of baseline “{name}” are no longer in its project.",
                gone=gone,
                name=shorten(project.name),
            )
            self.findings.add("info", "baseline_gone", message, table="TASK", project=project.id)
        items = [
            BaselineItem(
                ids[task.code], task.stored.start, task.stored.finish, task.duration_minutes, task.work_minutes
            )
            for task in rows
        ]
        return Baseline(number, tuple(items), project.name)

    def _finished(self, tasks: Sequence[Item], projects: Mapping[str, Project]) -> Iterator[Item]:
        """Yield the activities with assignments, notes, the people on them and whether P6 held them for critical."""
        people = {one.id: one.name for one in self.resources if one.kind == "work" and one.name}
        notes, currency = self._notes(), self._currency()
        for task in tasks:
            rows = tuple(self.assignments.get(task.id, ()))
            self._say_what_is_missing(task)
            budget, actual_cost = costs_of(self.costs.get(task.id, ()))
            yield replace(
                task,
                assignments=rows,
                responsible=tuple(dict.fromkeys(people[one.resource] for one in rows if one.resource in people)),
                critical=_was_critical(task, projects[task.project or ""]),
                budget=budget,
                actual_cost=actual_cost,
                currency="" if budget is None and actual_cost is None else currency,
                notes=notes.get(task.id, ""),
            )

    def _currency(self) -> str:
        """Return the currency of the database, in which all costs are kept: the first line ends with it."""
        named = self.tables.header[7:8] or [row.values.get("curr_short_name", "") for row in self.kept["CURRTYPE"][:1]]
        return currency_named(named[0]) if named else ""

    def _notes(self) -> dict[str, str]:
        notes: dict[str, str] = {}
        for row in self.kept["TASKMEMO"]:
            task, text = row.values.get("task_id", "").strip(), plain_text(row.values.get("task_memo", ""))
            notes[task] = clean_lines(f"{notes[task]}\n\n{text}" if task in notes else text)
        return notes

    def _own_tasks(self, own: Sequence[Project], projects: Sequence[Project]) -> list[Item]:
        """Return the activities that belong to no baseline; one of an unknown project goes to the first."""
        known, ids = {project.id for project in projects}, {project.id for project in own}
        tasks = []
        for task in self.tasks:
            if task.project not in known:
                message = Wording(
                    "“{name}” belongs to a project that is not in the file; the first was taken.",
                    name=shorten(task.name),
                )
                self.findings.add("warning", "unknown_project", message, table="TASK", uid=task.id)
                task = replace(task, project=own[0].id)
            if task.project in ids:
                tasks.append(task)
        return tasks

    def _links_of(self, own: Sequence[Project]) -> list[Link]:
        """Return the links without those inside baselines."""
        ids = {project.id for project in own}
        of_baselines = {task.id for task in self.tasks if task.project not in ids}
        return [link for link in self.links if not {link.pred, link.succ} <= of_baselines]

    def _say_what_is_missing(self, task: Item) -> None:
        if task.duration_minutes is None and task.kind == "task":
            message = Wording("“{name}” has no target_drtn_hr_cnt; expected hours.", name=shorten(task.name))
            self.findings.add("warning", "no_duration", message, table="TASK", uid=task.id)


def _named(project: Project, items: Sequence[Item]) -> Project:
    """Return the project with its name, which P6 keeps in the WBS."""
    names = (item.name for item in items if item.kind == "project" and item.project == project.id and item.name)
    return replace(project, name=next(names, project.name))


def _was_critical(task: Item, project: Project | None) -> bool | None:
    if task.actual_finish is not None:
        return False
    if project is None or project.critical_by_longest_path:
        return task.critical
    if task.total_float_minutes is None:
        return None
    return task.total_float_minutes <= project.critical_float_minutes
