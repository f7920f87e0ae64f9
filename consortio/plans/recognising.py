"""What stands in a file that was written here knows which rows it is, also those that never came from a file."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .engine import compute
from .importing import Prepared
from .models import Calendar, Item, Plan
from .neutral import ID_MAX, Rows


def key_of(row: Any) -> str:
    """Return what an item here goes by when a file is compared: its id in the file, else its own."""
    return row.external_id or str(row.pk)


def left_elsewhere(actor: Actor, plan: Plan, prepared: Prepared) -> Prepared:
    """
    Return the file without the items that the actor sees here in another circle than the plan's; they stay as they are.

    In a file that our house took of the plan stand our own items too: brought in again, all who see the plan would
    see them. What stood below one of them moves up; what is now empty is no phase of the file any more.
    """
    others = access.visible(actor, Item).filter(plan=plan).exclude(circle=plan.circle_id)
    known = set(others.values_list("pk", flat=True))
    left: dict[UUID | None, Item] = {row.pk: row for row in prepared.items if _named_in(row, prepared) & known}
    if not left:
        return prepared
    items = [row for row in prepared.items if row.pk not in left]
    links = [row for row in prepared.links if not {row.predecessor_id, row.successor_id} & left.keys()]
    kept = _moved_up(items, left)
    rows = [row for row in prepared.baseline_items if row.item_id not in left]
    result = compute(Rows(prepared.plan, items, links, prepared.calendars))
    emptied = frozenset({row.parent_id for row in left.values() if row.parent_id} - left.keys() - kept)
    own = replace(prepared, items=items, links=links, baseline_items=rows, result=result)
    return replace(own, emptied=emptied, left_elsewhere=len(left))


def _named_in(row: Item, prepared: Prepared) -> set[UUID]:
    """Return the ids here that the file gives an item: its GUID, and its id where that is one of ours."""
    named = {prepared.guids[row.pk]} if row.pk in prepared.guids else set()
    try:
        return named | {UUID(row.external_id)}
    except ValueError:
        return named


def _moved_up(items: Collection[Item], left: Mapping[UUID | None, Item]) -> set[UUID]:
    """Put each item under the nearest one above it that is not left out; return those that hold others."""
    rows = {row.pk: row for row in items}
    for row in items:  # whatever is above stands before
        while row.parent_id in left:
            row.imported_values["parent"] = left[row.parent_id].imported_values.get("parent", "")
            row.parent_id = left[row.parent_id].parent_id
        row.depth = rows[row.parent_id].depth + 1 if row.parent_id else 0
    holding = {row.parent_id for row in items if row.parent_id}
    for row in items:
        row.is_summary = row.pk in holding
    return holding


def recognise_calendars(prepared: Prepared, kept: Collection[Calendar]) -> None:
    """Let each calendar of the file that is not known, but has the name of one that was made here, go by that one's key."""
    known = {key_of(row) for row in kept}
    borne = {row.external_id for row in prepared.calendars}  # also by what was recognised before
    made_here = {row.name: key_of(row) for row in kept if key_of(row) not in borne and not row.external_id}
    renamed = {}
    for row in prepared.calendars:
        before = row.external_id
        if before not in known:
            row.external_id = made_here.pop(row.name, before)
        renamed[before] = row.external_id
    for item in prepared.items:
        if calendar := item.imported_values.get("calendar"):
            item.imported_values["calendar"] = renamed.get(calendar, calendar)


def recognise(prepared: Prepared, living: Mapping[UUID, str]) -> None:
    """
    Let each item of the file whose GUID is the id of an item here go by that item's key.

    Args:
        living: the keys of items of the plan's own circle, by id.
    """
    rows = {guid: pk for pk, guid in prepared.guids.items() if guid in living}  # of twins the last
    claims = {pk: living[guid] for guid, pk in rows.items()}
    taken, renamed = set(claims.values()), {}
    for row in prepared.items:
        before = row.external_id
        if row.pk in claims:
            row.external_id = claims[row.pk]
        elif before in taken:  # another item of the file is the one that bears this id here
            row.external_id = f"new-{before}"[-ID_MAX:]
        renamed[before] = row.external_id
    for row in prepared.items:
        if above := row.imported_values.get("parent"):
            row.imported_values["parent"] = renamed.get(above, above)
