"""The neutral plan as rows of a table, one for each item."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from consortio.interchange.amounts import with_below
from consortio.interchange.plan import BaselineItem, Item, ItemKind, Link, Plan, Resource

MINUTES_PER_DAY, MINUTES_PER_HOUR = 480, 60
ELAPSED_MINUTES_PER_DAY = 1440

# In the order of the columns; `consortio.interchange.words` knows these headings.
HEADINGS: Mapping[str, str] = {
    "id": "ID",
    "outline": "WBS",
    "level": "Level",
    "name": "Name",
    "kind": "Type",
    "start": "Start",
    "finish": "Finish",
    "duration": "Duration",
    "percent": "% complete",
    "predecessors": "Predecessors",
    "responsible": "Responsible",
    "organisation": "Organisation",
    "resources": "Resource names",
    "actual_start": "Actual start",
    "actual_finish": "Actual finish",
    "baseline_start": "Baseline start",
    "baseline_finish": "Baseline finish",
    "baseline_duration": "Baseline duration",
    "constraint": "Constraint type",
    "constraint_date": "Constraint date",
    "deadline": "Deadline",
    "mode": "Task mode",
    "work": "Work",
    "budget": "Budget",
    "actual_cost": "Actual cost",
    "currency": "Currency",
    "float": "Total float",
    "critical": "Critical",
    "notes": "Notes",
    "uid": "Unique ID",
}
KINDS: Mapping[ItemKind, str] = {
    "project": "Phase",
    "phase": "Phase",
    "wbs_summary": "Phase",
    "task": "Task",
    "milestone": "Milestone",
    "deliverable": "Deliverable",
    "loe": "Level of effort",
}


# A row without a name would be none.
NAMELESS = "(no name)"


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage, 0 to 100."""

    percent: float


Cell: TypeAlias = str | int | datetime | Decimal | Share | None


def sheet_rows(plan: Plan) -> tuple[tuple[str, ...], Iterator[tuple[int, tuple[Cell, ...]]]]:
    """Return the columns, and for each item its level (1 is the top) and its cells."""
    return tuple(HEADINGS), _rows(plan)


def _rows(plan: Plan) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    keys = _keys(plan.items)
    links: dict[str, list[Link]] = {}
    for link in plan.links:
        links.setdefault(link.succ, []).append(link)
    resources = {one.id: one for one in plan.resources}
    groups = {one.name: one.group for one in plan.resources if one.group}
    baseline = {one.item: one for one in plan.baselines[0].items} if plan.baselines else {}
    amounts = with_below(plan.items)
    # One row at level 0 is the project; of several each is a phase.
    shift = 1 if sum(item.depth == 0 for item in plan.items) > 1 else 0
    for item in plan.items:
        cells: dict[str, Cell] = {"id": keys[item.id], "level": item.depth + shift, "uid": item.id}
        cells |= _own(item)
        cells |= _people(item, resources, groups)
        cells |= _baseline(baseline.get(item.id))
        cells |= {"budget": amounts[item.id][0], "actual_cost": amounts[item.id][1], "currency": item.currency or None}
        cells["predecessors"] = "; ".join(_reference(link, keys[link.pred]) for link in links.get(item.id, ()))
        yield item.depth + shift, tuple(cells.get(field) for field in HEADINGS)


def _keys(items: Sequence[Item]) -> dict[str, str]:
    """Return what links call the items: their codes, where each has its own that can stand in a link, else numbers."""
    codes = [item.code for item in items]
    if len({code.casefold() for code in codes}) == len(codes) and all(
        re.fullmatch(r"[1-9]\d{0,8}", code) for code in codes
    ):
        return {item.id: item.code for item in items}
    return {item.id: str(number) for number, item in enumerate(items, start=1)}


def _own(item: Item) -> dict[str, Cell]:
    constraint = item.constraint
    return {
        "outline": item.outline,
        "name": item.name or NAMELESS,
        "kind": "Milestone" if item.is_milestone else KINDS[item.kind],
        "start": item.stored.start,
        "finish": item.stored.finish,
        "duration": spelled_item_duration(item),
        "percent": None if item.percent_complete is None else Share(item.percent_complete),
        "actual_start": item.actual_start,
        "actual_finish": item.actual_finish,
        "constraint": constraint.kind.replace("_", " ").upper() if constraint else None,
        "constraint_date": constraint.at if constraint else None,
        "deadline": item.deadline,
        "mode": "Manual" if item.manual else "Auto",
        "work": None if item.work_minutes is None else spelled_duration(item.work_minutes),
        "float": None if item.total_float_minutes is None else spelled_duration(item.total_float_minutes),
        "critical": None if item.critical is None else ("Yes" if item.critical else "No"),
        "notes": item.notes,
    }


def _baseline(one: BaselineItem | None) -> dict[str, Cell]:
    if one is None:
        return {}
    duration = None if one.duration_minutes is None else spelled_duration(one.duration_minutes)
    return {"baseline_start": one.start, "baseline_finish": one.finish, "baseline_duration": duration}


def _people(item: Item, resources: Mapping[str, Resource], groups: Mapping[str, str]) -> dict[str, Cell]:
    assigned = []
    for one in item.assignments:
        resource = resources.get(one.resource or "")
        if resource is not None:
            share = "" if one.units is None else f"[{one.units * 100:.6g}%]"
            assigned.append(_name(resource.name) + share)
    organisation = next((groups[name] for name in item.responsible if name in groups), "")
    return {
        "responsible": _names([_name(name) for name in item.responsible]),
        "organisation": organisation,
        "resources": _names(assigned),
    }


def _name(text: str) -> str:
    """Return the name without what divides names in a cell."""
    return re.sub(r"\s+/\s+", "/", text.replace(";", ",").replace("\n", " "))


def _names(names: Sequence[str]) -> str:
    # A semicolon at the end says that commas do not divide.
    return "; ".join(names) + (";" if len(names) == 1 and "," in names[0] else "")


def spelled_item_duration(item: Item) -> str | None:
    """Return "5 d", "2.5 ed?" and so on."""
    if item.duration_minutes is None:
        return None
    return spelled_duration(item.duration_minutes, elapsed=item.duration_elapsed) + "?" * item.duration_estimated


def spelled_duration(minutes: int, *, elapsed: bool = False) -> str:
    """Return the minutes in the largest unit that is exact with two decimals; days have 8 hours unless elapsed."""
    mark = "e" if elapsed else ""
    for unit, size in (("d", ELAPSED_MINUTES_PER_DAY if elapsed else MINUTES_PER_DAY), ("h", MINUTES_PER_HOUR)):
        if minutes * 100 % size == 0:
            return f"{minutes / size:.10g} {mark}{unit}"
    return f"{minutes} {mark}min"


def _reference(link: Link, key: str) -> str:
    if link.lag_percent is not None:
        return f"{key}{link.kind}{link.lag_percent:+.10g}%"
    if not link.lag_minutes:
        return key if link.kind == "FS" else f"{key}{link.kind}"
    sign = "-" if link.lag_minutes < 0 else "+"
    return f"{key}{link.kind}{sign}{spelled_duration(abs(link.lag_minutes), elapsed=link.lag_elapsed)}"
