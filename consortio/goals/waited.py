"""The items of plans that a goal waits for, or rests on; of a milestone they are what was agreed on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid
from consortio.approvals.registry import Line
from consortio.plans.aimed import items_aimed_at, items_there

from .models import Goal, GoalItem

ITEMS_MAX = 50


def linked_items(actor: Actor, goal_id: UUID) -> list[UUID]:
    """Return the items that a goal waits for; the newest word on each holds."""
    said = access.visible(actor, GoalItem).filter(goal=goal_id).order_by("linked_at", "pk")
    newest = dict(said.values_list("item_id", "is_linked"))
    return [item_id for item_id, is_linked in newest.items() if is_linked]


def checked_items(actor: Actor, circle_id: UUID, item_ids: Sequence[UUID]) -> list[UUID]:
    """Return items, each once. Raises: Invalid, where one is not there for everybody in a circle, or there are too many."""
    wanted = list(dict.fromkeys(item_ids))
    if len(wanted) > ITEMS_MAX:
        raise Invalid("items", _("A goal waits for at most %(most)s items.") % {"most": ITEMS_MAX})
    if missing := set(wanted) - items_there(actor=actor, circle_id=circle_id, item_ids=wanted):
        raise Invalid(
            "items", _("Choose items that everybody sees who sees this goal: %(n)s are none.") % {"n": len(missing)}
        )
    return wanted


def keep_items(actor: Actor, goal: Goal, wanted: Collection[UUID], at: datetime) -> bool:
    """Let a goal wait for these items and no others. Returns whether that is different."""
    before = linked_items(actor, goal.pk)
    changes = [(pk, True) for pk in wanted if pk not in before] + [(pk, False) for pk in before if pk not in wanted]
    own = {"circle_id": goal.circle_id, "goal": goal, "linked_at": at}
    for item_id, is_linked in changes:
        GoalItem(item_id=item_id, is_linked=is_linked, **own).save()
    return bool(changes)


def line_of_items(actor: Actor, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Line]:
    """Return for which items a milestone is to wait, where that is different: of what proposals and versions keep."""
    (lines,) = lines_of_items(actor, [(before, after)])
    return lines


def lines_of_items(
    actor: Actor, pairs: Sequence[tuple[Mapping[str, Any] | None, Mapping[str, Any]]]
) -> list[list[Line]]:
    """Return the same for several pairs; one query, none where no items are different."""
    sides = [(_items_in(before), _items_in(after) if "items" in after else None) for before, after in pairs]
    differing = [(old, new) for old, new in sides if new is not None and old != new]
    asked = {pk for old, new in differing for pk in old | new}
    aimed_at = items_aimed_at(actor=actor, item_ids=asked) if asked else {}
    names = {pk: f"{item.number} {item.name}" for pk, item in aimed_at.items()}
    return [_line(old, new, names) if (old, new) in differing else [] for old, new in sides]


def _items_in(kept: Mapping[str, Any] | None) -> frozenset[UUID]:
    return frozenset(UUID(pk) for pk in (kept or {}).get("items") or ())


def _line(old: Collection[UUID], new: Collection[UUID] | None, names: Mapping[UUID, str]) -> list[Line]:
    was, is_to_be = ("\n".join(sorted(names[pk] for pk in side if pk in names)) for side in (old, new or ()))
    return [Line(_("Items that it waits for"), was, is_to_be)]
