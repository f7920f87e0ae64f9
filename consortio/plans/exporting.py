"""A plan as files take it: what the actor may see of it, with its computed dates."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.interchange import plan as neutral
from consortio.interchange.plan_json import decode

from .costed import ItemCost, keeper
from .heads import head_of
from .loading import load
from .models import Baseline, BaselineItem, Plan, Scheduled
from .neutral import Rows, neutral_plan
from .own_side import house_in


@access.read
def export_plan(*, actor: Actor, plan_id: UUID, view: Literal["joint", "house"] = "joint") -> neutral.Plan:
    """
    Return a plan for the writers of files: what everybody in its circle sees, or all that the actor does.

    Ids are those of the file that the items came with; items made here, and all of another circle, get numbers of
    their own, and each has its id here as its GUID. In view "house" an item's dates are those of our house where it has
    some.

    Raises:
        NotVisible: there is no such plan for this actor.
        NotPermitted: the actor sees the plan but may not export from its circle.
    """
    plan, head = head_of(actor, plan_id)
    if Permission.EXPORT not in actor.permissions.get(plan.circle_id, ()):
        raise access.NotPermitted(Permission.EXPORT)
    source = (
        partial(access.common, actor, circle_id=plan.circle_id) if view == "joint" else partial(access.visible, actor)
    )
    rows = load(plan, source)
    house = head.house.circle.id if head.house and view == "house" else None
    made = neutral_plan(rows, _keys(rows))
    items = _dated(made.items, rows, _dates(actor, plan, house))
    if costs := keeper():
        own = house_in(actor, head.partnership_id) if view == "house" else None
        items = _costed(items, rows, costs.exported(plan.pk, source, own))
    return _rooted(plan, replace(made, items=tuple(items), baselines=tuple(_baselines(actor, plan, rows, _keys(rows)))))


def _keys(rows: Rows) -> Mapping[Any, str]:
    """Give each item a number that no other has: the one from its file, else the next one that is free."""
    keys: dict[Any, str] = {}
    taken = {row.external_id for row in rows.items if row.external_id and row.circle_id == rows.plan.circle_id}
    free = (str(number) for number in range(1, len(taken) + len(rows.items) + 2) if str(number) not in taken)
    for row in rows.items:
        is_own = row.external_id and row.circle_id == rows.plan.circle_id
        keys[row.pk] = row.external_id if is_own else next(free)
    names = {row.external_id for row in rows.calendars if row.external_id}
    spare = (str(number) for number in range(1, len(names) + len(rows.calendars) + 2) if str(number) not in names)
    for row in rows.calendars:
        keys[row.pk] = row.external_id or next(spare)
    return keys


def _dates(actor: Actor, plan: Plan, house_id: UUID | None) -> Mapping[UUID, Scheduled]:
    """Return each item's dates: those of our house, else those of its own circle; all of another circle's left out."""
    found: dict[UUID, Scheduled] = {}
    rows = access.visible(actor, Scheduled).filter(plan=plan).select_related("item")
    for row in rows.only("circle_id", "item__circle_id", *_COLUMNS):
        if row.circle_id == house_id or (row.circle_id == row.item.circle_id and row.item_id not in found):
            found[row.item_id] = row
    return found


_COLUMNS = (
    "item_id",
    "start_at",
    "finish_at",
    "late_start_at",
    "late_finish_at",
    "total_float_minutes",
    "free_float_minutes",
    "is_critical",
    "is_computed",
    "percent",
)


def _dated(items: tuple[neutral.Item, ...], rows: Rows, dates: Mapping[UUID, Scheduled]) -> list[neutral.Item]:
    made = []
    outlines = _outlines(items)
    for item, row in zip(items, rows.items, strict=True):
        own = dates.get(row.pk)
        if own is not None and own.is_computed:
            item = replace(
                item,
                stored=replace(
                    item.stored,
                    start=own.start_at,
                    finish=own.finish_at,
                    early_start=own.start_at,
                    early_finish=own.finish_at,
                    late_start=own.late_start_at,
                    late_finish=own.late_finish_at,
                ),
                total_float_minutes=own.total_float_minutes,
                free_float_minutes=own.free_float_minutes,
                critical=own.is_critical,
                percent_complete=float(own.percent) if row.is_summary else item.percent_complete,
            )
        made.append(replace(item, outline=outlines[item.id], guid=str(row.pk)))
    return made


def _costed(items: list[neutral.Item], rows: Rows, costs: Mapping[UUID, ItemCost]) -> list[neutral.Item]:
    made = []
    for item, row in zip(items, rows.items, strict=True):
        if own := costs.get(row.pk):
            item = replace(item, budget=own.budget, actual_cost=own.actual_cost, currency=own.currency)
        made.append(item)
    return made


def _outlines(items: tuple[neutral.Item, ...]) -> Mapping[str, str]:
    """Return outline numbers, "1.2.3", from the tree."""
    count: dict[str | None, int] = defaultdict(int)
    numbers: dict[str | None, str] = {None: ""}
    for item in items:
        count[item.parent] += 1
        before = numbers.get(item.parent, "")
        numbers[item.id] = f"{before}.{count[item.parent]}".lstrip(".")
    return {key: number for key, number in numbers.items() if key is not None}


def _rooted(plan: Plan, made: neutral.Plan) -> neutral.Plan:
    """Put back the row that stands for the whole plan, if its file had one."""
    if "root" not in plan.options:
        return made
    root = replace(decode(neutral.Item, plan.options["root"]), name=plan.name)
    if any(item.id == root.id for item in made.items):
        return made
    below = tuple(replace(item, parent=item.parent or root.id, order=item.order + 1) for item in made.items)
    return replace(made, items=(root, *below))


def _baselines(actor: Actor, plan: Plan, rows: Rows, keys: Mapping[Any, str]) -> list[neutral.Baseline]:
    known = access.visible(actor, Baseline).filter(plan=plan, circle=plan.circle_id).order_by("number", "pk")
    kept = list(known)
    found = access.visible(actor, BaselineItem).filter(baseline__in=[one.pk for one in kept]).order_by("pk")
    columns = found.values_list("baseline_id", "item_id", "start_at", "finish_at", "duration_minutes")
    own: dict[UUID, list[neutral.BaselineItem]] = defaultdict(list)
    holding = {row.pk for row in rows.items if row.is_summary}
    for baseline_id, item_id, start, finish, minutes in columns:
        if item_id in keys:
            duration = None if item_id in holding and not minutes else minutes  # nobody said that it is none
            own[baseline_id].append(neutral.BaselineItem(keys[item_id], start, finish, duration))
    return [neutral.Baseline(one.number, tuple(own[one.pk]), one.name) for one in kept]
