"""
A plan that can be scheduled, made of one that was read: what contradicts itself is left out, and told.

The result keeps every item. Links that join nothing, dates that cannot both be true and calendars without working
time are what files of real programmes hold; none of them is a reason to refuse the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from consortio.interchange.plan import Calendar, Finding, Item, Link, Plan, Project, effective_calendar
from consortio.interchange.wording import Wording

OFFICE = ((480, 720), (780, 1020))
LAST_RESORT = Calendar(
    "consortio-office-hours", "Office hours", week=(OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ()), minutes_per_day=480
)
SOME_MONDAY = datetime(2000, 1, 3, 8)  # for callers that know no day better; the same each time


@dataclass(frozen=True, slots=True)
class Repaired:
    """`fallback` is the calendar of items whose own, and whose project's, is missing or has no working time."""

    plan: Plan
    fallback: str
    findings: tuple[Finding, ...]


def repaired(plan: Plan, begins_at: datetime = SOME_MONDAY) -> Repaired:
    """
    Return the plan as it can be scheduled; never fails.

    Args:
        begins_at: where a project begins that has no date at all.
    """
    repair = _Repair(plan, begins_at)
    return Repaired(repair.run(), repair.fallback, tuple(repair.findings))


def earliest_date(items: Iterable[Item]) -> datetime | None:
    """Return the first instant at which work on the items begins, as far as they have dates."""
    dates = (
        at
        for one in items
        for at in (
            one.actual_start,
            one.actual_finish,
            one.stored.begin,
            one.stored.early_start,
            one.stored.target_start,
        )
        if at
    )
    return min(dates, default=None)


def place(plan: Plan, item: Item) -> dict[str, str]:
    """Return where a finding about the item points."""
    return {"uid": item.id} if plan.format != "xer" else {"table": "TASK", "task_id": item.id}


class _Repair:
    def __init__(self, plan: Plan, begins_at: datetime) -> None:
        self.plan, self.begins_at = plan, begins_at
        self.findings: list[Finding] = []
        self.usable = self._usable_calendars()
        self.fallback = self._fallback()

    def run(self) -> Plan:
        items = tuple(self._item(one) for one in self._with_parents(self.plan.items))
        return replace(
            self.plan,
            projects=tuple(self._project(one) for one in self.plan.projects),
            items=items,
            links=tuple(self._links({one.id: one for one in items})),
            calendars=tuple(self.usable.values()),
        )

    def _tell(self, code: str, where: Mapping[str, str], message: Wording) -> None:
        self.findings.append(Finding("warning", code, where, message))

    def _usable_calendars(self) -> dict[str, Calendar]:
        """Those with some working time; told are those that somebody uses."""
        known = {one.id: one for one in self.plan.calendars}
        used = {one.calendar for one in self.plan.items}
        used |= {one.calendar for one in self.plan.projects} | {one.calendar for one in self.plan.resources}
        usable = {}
        for calendar in self.plan.calendars:
            if _works(calendar.id, known):
                usable[calendar.id] = calendar
            elif calendar.id in used:
                message = Wording(
                    "Calendar {name} has no working time; the project's calendar is taken instead.",
                    name=repr(calendar.name),
                )
                self._tell("calendar_without_work", {"calendar": calendar.id}, message)
        return usable

    def _fallback(self) -> str:
        for project in self.plan.projects:
            if project.calendar in self.usable:
                return str(project.calendar)
        if self.usable:
            first = next(iter(self.usable.values()))
            self._tell(
                "no_project_calendar",
                {"calendar": first.id},
                Wording("The project names no calendar; {name} is taken.", name=repr(first.name)),
            )
            return first.id
        self.usable[LAST_RESORT.id] = LAST_RESORT
        self._tell(
            "no_calendar",
            {},
            Wording("The plan has no calendar with working time; Monday to Friday 8 to 12 and 13 to 17 is taken."),
        )
        return LAST_RESORT.id

    def _project(self, project: Project) -> Project:
        if project.calendar not in self.usable:
            project = replace(project, calendar=self.fallback)
        if project.schedule_from == "finish":
            message = Wording(
                "Project {name} is planned back from its finish; its dates are computed from its start.",
                name=repr(project.name),
            )
            self._tell("schedule_from_finish", {"project": project.id}, message)
        if project.progress == "actual_dates":
            message = Wording(
                "Project {name} is computed by actual dates; retained logic is used here.", name=repr(project.name)
            )
            self._tell("actual_dates", {"project": project.id}, message)
        if project.start is None:
            project = self._begun(project)
        return project

    def _begun(self, project: Project) -> Project:
        own = [item for item in self.plan.items if item.project in (project.id, None)]
        earliest = earliest_date(own) or project.data_date or project.finish
        start = earliest or self.begins_at
        said = {"name": repr(project.name), "start": f"{start:%Y-%m-%d %H:%M}"}
        message = Wording("Project {name} has no start; its earliest date, {start}, is taken.", **said)
        if earliest is None:
            message = Wording("Project {name} has no start and no other date; {start} is taken.", **said)
        self._tell("no_project_start", {"project": project.id}, message)
        return replace(project, start=start)

    def _with_parents(self, items: tuple[Item, ...]) -> Iterator[Item]:
        """A parent that is not there, comes later or is a task holds nothing."""
        above: set[str | None] = {None}
        for item in items:
            yield item if item.parent in above else replace(item, parent=None)
            if item.is_summary:
                above.add(item.id)

    def _item(self, item: Item) -> Item:
        if item.calendar is not None and item.calendar not in self.usable:
            item = replace(item, calendar=None)
        item = self._with_true_actuals(self._without_negatives(item))
        if item.constraint and item.constraint.kind not in ("asap", "alap") and item.constraint.at is None:
            self._tell(
                "constraint_without_date",
                place(self.plan, item),
                Wording("{name} has a constraint without a date; it is left out.", name=repr(item.name)),
            )
            item = replace(item, constraint=None)
        if item.constraint2 and item.constraint2.at is None:
            item = replace(item, constraint2=None)
        return item

    def _without_negatives(self, item: Item) -> Item:
        names = ("duration_minutes", "remaining_minutes", "actual_minutes")
        negative = [name for name in names if (getattr(item, name) or 0) < 0]
        if not negative:
            return item
        self._tell(
            "negative_duration",
            place(self.plan, item),
            Wording("{name} has a negative duration; 0 is taken.", name=repr(item.name)),
        )
        none_left: dict[str, Any] = dict.fromkeys(negative, 0)
        return replace(item, **none_left)

    def _with_true_actuals(self, item: Item) -> Item:
        where = place(self.plan, item)
        if item.actual_finish and item.actual_start is None:
            self._tell(
                "finish_without_start",
                where,
                Wording("{name} is finished but was never started; it started when it finished.", name=repr(item.name)),
            )
            return replace(item, actual_start=item.actual_finish)
        if item.actual_finish and item.actual_start and item.actual_finish < item.actual_start:
            self._tell(
                "finish_before_start",
                where,
                Wording("{name} finished before it started; the finish is taken for both.", name=repr(item.name)),
            )
            return replace(item, actual_start=item.actual_finish)
        return item

    def _links(self, items: Mapping[str, Item]) -> Iterator[Link]:
        apart = {project.id for project in self.plan.projects if project.ignores_other_projects}
        first = self.plan.projects[0].id
        overriding = {project.id for project in self.plan.projects if project.progress == "progress_override"}
        for link in self.plan.links:
            pred, succ = items.get(link.pred), items.get(link.succ)
            where = {"pred": link.pred, "succ": link.succ}
            if pred is None or succ is None:
                self._tell(
                    "link_to_nothing",
                    where,
                    Wording(
                        "A link joins {pred} and {succ}, and one of them is not here.", pred=link.pred, succ=link.succ
                    ),
                )
            elif pred.id == succ.id or _holds(pred, succ, items) or _holds(succ, pred, items):
                self._tell(
                    "link_to_itself",
                    where,
                    Wording(
                        "A link joins {name} with itself or its own summary; it is left out.", name=repr(pred.name)
                    ),
                )
            elif pred.project != succ.project and apart & {pred.project, succ.project}:
                continue
            elif not ((succ.project or first) in overriding and succ.actual_start and not pred.actual_finish):
                # Progress override: work that has begun out of turn waits for nobody.
                yield link


def _works(calendar_id: str, known: Mapping[str, Calendar]) -> bool:
    try:
        effective = effective_calendar(calendar_id, known)
    except (KeyError, ValueError):
        return False
    return any(effective.week) or any(effective.days.values())


def _holds(summary: Item, inner: Item, items: Mapping[str, Item]) -> bool:
    if not summary.is_summary:
        return False
    above, steps = inner.parent, 0
    while above is not None and above != summary.id and steps < len(items):
        above, steps = items[above].parent, steps + 1
    return above == summary.id
