"""Where items stand: moved, deeper, less deep. What lies below an item moves along in every circle, seen or not."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.record.log import action, nothing_changed, record

from .changes import changes_between
from .editing import require_there
from .fields import KEEP
from .linking import LinkedToItself
from .models import Item, Link
from .moving import (
    DEPTH_MAX,
    TooDeep,
    held_parent,
    last_path,
    mark_summaries,
    move,
    one_of,
    path_after,
    siblings_in,
    take_turn,
)
from .rescheduling import Moved, Moves, reschedule
from .steps import Step
from .tree import end_of, paths_above


class BelowItself(Refused):
    """An item is not put into itself, nor into what it holds."""


class NoPlaceThere(Refused):
    """There is nothing above to go into, or nothing that holds the item to come out of."""


@action
def move_item(
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    at: datetime,
    parent_id: UUID | None = KEEP,
    after_id: UUID | None = None,
    is_first: bool = False,
) -> Moves:
    """
    Put an item, with all that lies below it, into another one or to the top, behind a sibling. Returns what moved.

    Args:
        parent_id: what is to hold it, None for the top; where it lies now, if nothing is said.
        after_id: the sibling to stand behind; without one the last, or before all others if `is_first`.

    Raises:
        NotVisible: not everybody in the item's circle sees the parent or the sibling there.
        BelowItself, TooDeep: the tree does not allow it.
        LinkedToItself: an item would be linked with what holds it.
    """
    take_turn(actor, Item, item_id)
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=version)
    require_there(item)
    parent_id = item.parent_id if parent_id is KEEP else parent_id
    parent = held_parent(actor, item.plan_id, item.circle_id, parent_id)
    siblings = [one for one in siblings_in(actor, item.plan_id, item.circle_id, parent_id) if one.pk != item.pk]
    before = one_of(siblings, after_id)
    _require_room(actor, item, parent)
    left = _way_back(actor, item)
    old = item.parent_id
    if _stands_there(item, parent_id, siblings, before, is_first):
        nothing_changed()
        return Moves(Moved())
    above = parent.path if parent else ""
    is_last = before is None and not is_first
    path = last_path(siblings, above, item.pk) if is_last else path_after(siblings, above, before, item.pk)
    changed = changes_between({"parent_id": old}, {"parent_id": parent_id})
    _put(item, parent, path)
    for pk in {old, parent_id} - {None}:
        mark_summaries(item.plan_id, item.circle_id, pk)
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at)
    record("item.moved", item, changes=changed, after=before and str(before.pk), **moves.joint.facts)
    return replace(moves, undo=Step("move_item", left | {"version": item.version}))


def _require_room(actor: Actor, item: Item, parent: Item | None) -> None:
    if parent is None:
        return
    if parent.path.startswith(item.path):
        raise BelowItself(_("“%(name)s” cannot be put into itself.") % {"name": item.name})
    # Only what everybody in the circle sees may keep it here: a refusal tells that something is there.
    below = access.common(actor, Item, item.circle_id).filter(plan=item.plan_id, withdrawn_at=None)
    below = below.filter(path__gte=item.path, path__lt=end_of(item.path))
    deepest = max(below.values_list("depth", flat=True))
    if parent.depth + 1 + deepest - item.depth > DEPTH_MAX:
        raise TooDeep(_("It would lie deeper than %(most)s levels.") % {"most": DEPTH_MAX})
    _refuse_links(actor, item, parent)


def _refuse_links(actor: Actor, item: Item, parent: Item) -> None:
    """Refuse to put an item into what it, or something below it, is linked with."""
    upper = access.common(actor, Item, item.circle_id).filter(
        plan=item.plan_id, path__in=[*paths_above(parent.path), parent.path]
    )
    holding = set(upper.values_list("pk", flat=True))
    links = access.common(actor, Link, item.circle_id).filter(plan=item.plan_id, withdrawn_at=None)
    inside: dict[str, Any] = {"path__gte": item.path, "path__lt": end_of(item.path), "withdrawn_at": None}
    for end, other in (("predecessor", "successor"), ("successor", "predecessor")):
        near = {f"{end}__{name}": value for name, value in inside.items()}
        tied = links.filter(**near, **{f"{other}__in": holding}).select_related("predecessor", "successor").first()
        if tied:
            names = {"one": tied.predecessor.name, "other": tied.successor.name}
            raise LinkedToItself(_("“%(one)s” and “%(other)s” are linked: one cannot hold the other.") % names)


def _way_back(actor: Actor, item: Item) -> dict[str, Any]:
    """Return where the item stands now, as the arguments that put it there again."""
    siblings = siblings_in(actor, item.plan_id, item.circle_id, item.parent_id)
    before = [one for one in siblings if one.path < item.path and one.withdrawn_at is None]
    return {
        "item_id": str(item.pk),
        "parent_id": item.parent_id and str(item.parent_id),
        "after_id": str(before[-1].pk) if before else None,
        "is_first": not before,
    }


def _stands_there(
    item: Item, parent_id: UUID | None, siblings: list[Item], before: Item | None, is_first: bool
) -> bool:
    if item.parent_id != parent_id:
        return False
    living = [one for one in siblings if one.withdrawn_at is None]
    upper = [one for one in living if one.path < item.path]
    if before is None:
        return not upper if is_first else len(upper) == len(living)
    return bool(upper) and upper[-1].pk == before.pk


def _put(item: Item, parent: Item | None, path: str) -> None:
    depth = parent.depth + 1 if parent else 0
    move(item, path, depth)
    item.path, item.depth, item.parent = path, depth, parent
    item.save(update_fields=["parent", "path", "depth"])


@action
def indent_item(*, actor: Actor, item_id: UUID, version: int, at: datetime) -> Moves:
    """Put an item into the sibling above it, as the last there. Raises: NoPlaceThere, where there is none."""
    take_turn(actor, Item, item_id)
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=version)
    siblings = siblings_in(actor, item.plan_id, item.circle_id, item.parent_id)
    upper = [one for one in siblings if one.path < item.path and one.withdrawn_at is None]
    if not upper:
        raise NoPlaceThere(_("“%(name)s” has nothing above it to go into.") % {"name": item.name})
    return move_item(actor=actor, item_id=item_id, version=version, parent_id=upper[-1].pk, at=at)


@action
def outdent_item(*, actor: Actor, item_id: UUID, version: int, at: datetime) -> Moves:
    """Take an item out of what holds it, to stand right behind that. Raises: NoPlaceThere, at the top."""
    take_turn(actor, Item, item_id)
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=version)
    if item.parent_id is None:
        raise NoPlaceThere(_("“%(name)s” stands at the top already.") % {"name": item.name})
    holder = access.get(actor, Item, item.parent_id)
    over = {"item_id": item_id, "version": version, "parent_id": holder.parent_id, "after_id": holder.pk}
    return move_item(actor=actor, at=at, **over)
