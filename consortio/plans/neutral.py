"""
Rows of a plan to the neutral plan and back, so that one mapping serves import, scheduling and export.

What people edit has columns. What else a file says of an item lies in `Item.extra` under the name of its field, and
only where it differs from what the columns say; an edit drops the words of the file that it contradicts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from consortio.interchange import plan as neutral
from consortio.interchange.plan_json import decode, decode_fields, encode

from .changes import lag_words
from .models import Calendar, Item, Kind, LagKind, Link, Mode, Plan

Keys: TypeAlias = Mapping[Any, str]  # a row's id to its id in the neutral plan
ITEM_COLUMNS = (
    "pk", "circle_id", "parent_id", "path", "depth", "number", "code", "name", "kind", "is_summary", "milestone_end",
    "note", "organisation_id", "person_id", "calendar_id", "duration_minutes", "remaining_minutes", "percent",
    "is_manual", "is_active", "constraint", "constraint_at", "constraint2", "constraint2_at", "deadline_at",
    "actual_start_at", "actual_finish_at", "stored_start_at", "stored_finish_at", "extra", "external_id",
)  # fmt: skip
LINK_COLUMNS = ("pk", "circle_id", "predecessor_id", "successor_id", "type", "lag_minutes", "lag_kind")
CALENDAR_COLUMNS = ("pk", "circle_id", "base_id", "external_id", "name", "week", "exceptions", "weeks", "day_minutes")
# Plain values: what is computed from a row is the same before it was written and after.
KINDS = {"project": "phase", "phase": "phase", "milestone": "milestone", "deliverable": "deliverable"}
# What says nothing of its own: it follows from the tree, or names the row.
PLACED = {"id", "parent", "depth", "order", "outline", "guid"}
COSTED = {"budget", "actual_cost", "currency"}  # rows of their own keep these
FIELDS = [name for name in neutral.Item.__dataclass_fields__ if name not in PLACED | COSTED]
NOT_STORED = neutral.StoredDates()
CODE_MAX, NAME_MAX, ID_MAX = 100, 500, 100
# Which fields of a file an edited column contradicts.
CONTRADICTED = {
    "name": ["name"],
    "code": ["code"],
    "note": ["notes"],
    "kind": ["kind", "milestone"],
    "duration_minutes": ["duration_minutes", "duration_elapsed", "duration_estimated", "work_minutes", "assignments"],
    "remaining_minutes": ["remaining_minutes", "actual_minutes"],
    "percent": ["percent_complete"],
    "calendar_id": ["calendar"],
    "constraint": ["constraint"],
    "constraint_at": ["constraint"],
    "stored_start_at": ["stored"],
    "stored_finish_at": ["stored"],
}


@dataclass(frozen=True, slots=True)
class Rows:
    """
    What one circle sees of a plan. Rows have the columns named above; items stand in the order of the tree.

    `agreed` is the finish of items in the newest baseline of the plan's circle.
    """

    plan: Plan
    items: Sequence[Any]
    links: Sequence[Any]
    calendars: Sequence[Any]
    agreed: Mapping[UUID, datetime] = field(default_factory=dict)


def neutral_plan(rows: Rows, keys: Keys | None = None) -> neutral.Plan:
    """
    Return the rows as a plan that can be scheduled or written to a file.

    Args:
        keys: the id that each item, and each calendar, gets; by default the row's own.
    """
    keys = keys or {row.pk: str(row.pk) for row in (*rows.items, *rows.calendars)}
    options = rows.plan.options
    return neutral.Plan(
        file=rows.plan.name,
        format=rows.plan.source or "mspdi",  # type: ignore[arg-type]  # one of the formats
        mode=rows.plan.mode,  # type: ignore[arg-type]
        projects=tuple(_projects(rows, keys)),
        items=tuple(_items(rows, keys)),
        links=tuple(_link(row, keys) for row in rows.links if row.predecessor_id in keys and row.successor_id in keys),
        calendars=tuple(_calendar(row, keys) for row in rows.calendars),
        resources=tuple(_resources(rows, keys)),
        program=options.get("program", ""),
    )


def _projects(rows: Rows, keys: Keys) -> list[neutral.Project]:
    """Return the file's projects with what is set here; the first speaks for the plan."""
    plan, known = rows.plan, {row.external_id: keys[row.pk] for row in rows.calendars if row.external_id}
    found = [decode(neutral.Project, one) for one in plan.options.get("projects", [])]
    found = [replace(one, calendar=known.get(one.calendar)) for one in found] or [neutral.Project("plan", plan.name)]
    found[0] = replace(
        found[0],
        name=plan.name,
        start=plan.start_at,
        data_date=plan.data_at,
        must_finish_by=plan.finish_by,
        calendar=keys.get(plan.calendar_id),
        critical_float_minutes=plan.float_limit_minutes,
        minutes_per_day=plan.day_minutes,
    )
    return found


def _items(rows: Rows, keys: Keys) -> list[neutral.Item]:
    """
    Return the items; a task that is divided further is a phase, in P6's mode only if it was one before.

    There a summary's links are not computed: an activity that some circle divides for itself keeps its own dates.
    """
    parents = {row.parent_id for row in rows.items}
    divides = rows.plan.mode == Mode.MSP
    own = {row.external_id: keys[row.pk] for row in rows.calendars if row.external_id}
    made = []
    for order, row in enumerate(rows.items):
        item = neutral_item(row, keys, own, order)
        if divides and row.pk in parents and not item.is_summary:
            item = replace(item, kind="phase", milestone=None)
        made.append(item)
    return made


def neutral_item(row: Any, keys: Keys, calendars: Mapping[str, str], order: int = 0) -> neutral.Item:
    """
    Return one row as a neutral item.

    Args:
        calendars: the id that each calendar of the file has now.
    """
    values = _by_columns(row, keys)
    if row.extra:
        said = _said(row.extra)
        if said.get("calendar"):
            said["calendar"] = calendars.get(said["calendar"])
        values |= said
    values["order"] = order
    return neutral.Item(**values)


def _by_columns(row: Any, keys: Keys) -> dict[str, Any]:
    return {
        "id": keys[row.pk],
        "name": row.name,
        "kind": row.kind,
        "parent": keys.get(row.parent_id),
        "depth": row.depth + 1,
        "code": row.code,
        "milestone": row.milestone_end or None,
        "active": row.is_active,
        "manual": row.is_manual,
        "duration_minutes": row.duration_minutes,
        "remaining_minutes": row.remaining_minutes,
        "calendar": keys.get(row.calendar_id),
        "constraint": _constraint(row.constraint, row.constraint_at),
        "constraint2": _constraint(row.constraint2, row.constraint2_at),
        "deadline": row.deadline_at,
        "actual_start": row.actual_start_at,
        "actual_finish": row.actual_finish_at,
        "percent_complete": float(row.percent),
        "stored": _stored(row),
        "notes": row.note,
    }


def _stored(row: Any) -> neutral.StoredDates:
    start, finish = row.stored_start_at, row.stored_finish_at
    return neutral.StoredDates(start, finish) if start or finish else NOT_STORED


def _said(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file says of an item besides its columns, as values of the neutral item's fields."""
    return decode_fields(neutral.Item, extra)


def _constraint(kind: str, at: datetime | None) -> neutral.Constraint | None:
    return neutral.Constraint(kind, at) if kind else None  # type: ignore[arg-type]  # one of the kinds


def _link(row: Any, keys: Keys) -> neutral.Link:
    return neutral.Link(
        pred=keys[row.predecessor_id],
        succ=keys[row.successor_id],
        kind=row.type,
        lag_minutes=0 if row.lag_kind == LagKind.PERCENT else row.lag_minutes,
        lag_elapsed=row.lag_kind == LagKind.ELAPSED,
        lag_percent=row.lag_minutes / 10 if row.lag_kind == LagKind.PERCENT else None,
    )


def _calendar(row: Any, keys: Keys) -> neutral.Calendar:
    shape = {"week": row.week, "exceptions": row.exceptions, "weeks": row.weeks}
    made = decode(neutral.Calendar, {"id": keys[row.pk], "name": row.name, "minutes_per_day": row.day_minutes, **shape})
    return replace(made, base=keys.get(row.base_id))


def _resources(rows: Rows, keys: Keys) -> list[neutral.Resource]:
    known = {row.external_id: keys[row.pk] for row in rows.calendars if row.external_id}
    found = [decode(neutral.Resource, one) for one in rows.plan.options.get("resources", [])]
    return [replace(one, calendar=known.get(one.calendar or "")) for one in found]


def item_row(item: neutral.Item, pk: UUID, calendars: Mapping[str, UUID], keys: Keys) -> Item:
    """
    Return an item of a file as a row, without its place in a circle, a plan and a tree.

    Args:
        keys: the file's id of this row and of every calendar.
    """
    row = Item(
        pk=pk,
        code=item.code[:CODE_MAX],
        name=item.name[:NAME_MAX],
        kind=KINDS.get(item.kind, Kind.TASK.value),
        milestone_end=item.milestone or "",
        note=item.notes,
        calendar_id=calendars.get(item.calendar or ""),
        duration_minutes=item.duration_minutes or 0,
        remaining_minutes=item.remaining_minutes,
        percent=min(max(round(item.percent_complete or 0), 0), 100),
        is_manual=item.manual,
        is_active=item.active,
        constraint=item.constraint.kind if item.constraint else "",
        constraint_at=item.constraint.at if item.constraint else None,
        constraint2=item.constraint2.kind if item.constraint2 else "",
        constraint2_at=item.constraint2.at if item.constraint2 else None,
        deadline_at=item.deadline,
        actual_start_at=item.actual_start,
        actual_finish_at=item.actual_finish,
        stored_start_at=item.stored.start,
        stored_finish_at=item.stored.finish,
        external_id=item.id[:ID_MAX],
    )
    row.extra = _besides(item, row, keys)
    return row


def _besides(item: neutral.Item, row: Item, keys: Keys) -> dict[str, Any]:
    """Return what the columns do not say."""
    plain = neutral.Item(**_by_columns(row, keys))
    return {
        name: encode(value, sparse=True)
        for name in FIELDS
        if (value := getattr(item, name)) != getattr(plain, name)
    }  # fmt: skip


def without_contradicted(extra: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """Return what is left of a file's words about an item when these columns have been edited."""
    gone = {field for column in columns for field in CONTRADICTED.get(column, ())}
    return {name: value for name, value in extra.items() if name not in gone}


def calendar_row(calendar: neutral.Calendar, ids: Mapping[str, UUID]) -> Calendar:
    shape = encode(calendar)
    return Calendar(
        pk=ids[calendar.id],
        base_id=ids.get(calendar.base or ""),
        external_id=calendar.id[:60],
        name=calendar.name[:200],
        week=shape["week"],
        exceptions=shape["exceptions"],
        weeks=shape["weeks"],
        day_minutes=calendar.minutes_per_day,
    )


def link_row(link: neutral.Link, ids: Mapping[str, UUID]) -> Link:
    kind, lag = LagKind.WORKING.value, link.lag_minutes
    if link.lag_percent is not None:
        kind, lag = LagKind.PERCENT.value, round(link.lag_percent * 10)
    elif link.lag_elapsed:
        kind = LagKind.ELAPSED.value
    row = Link(
        predecessor_id=ids[link.pred], successor_id=ids[link.succ], type=link.kind, lag_kind=kind, lag_minutes=lag
    )
    row.imported_lag = lag_words(row)
    return row


def office_week(working_days: int = 5) -> list[list[list[int]]]:
    """Return some days from Monday on, 8 to 12 and 13 to 17."""
    day = [[480, 720], [780, 1020]]
    return [day if nth < working_days else [] for nth in range(7)]
