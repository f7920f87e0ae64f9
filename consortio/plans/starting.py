"""Several items put to a day in one step: each becomes "starts no earlier than", and their dates follow once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, Permission, Refused, Stale
from consortio.record.log import action, nothing_changed, record

from .editing import change
from .models import Item, Plan
from .rescheduling import Moved, Moves, reschedule
from .steps import Step

Told = tuple[Item, dict[str, tuple[Any, Any]]]
PLAIN = ("", "asap", "snet")  # what gives way; any other constraint stands for something that was agreed on purpose


class CannotHold(Refused):
    """An item that has begun, is dated by hand or bound otherwise is not put to another day together with others."""


@dataclass(frozen=True, slots=True)
class Start:
    """An item starts no earlier than this; `version` is the one that was seen, if any."""

    item_id: UUID
    at: datetime
    version: int | None = None


@action
def hold_starts(*, actor: Actor, plan_id: UUID, starts: Sequence[Start], at: datetime) -> Moves:
    """
    Let items of one circle start no earlier than said. Returns what moved, with the way back as one step.

    Raises:
        NotVisible: one of them is no item of this plan.
        CannotHold, Stale: nothing was changed.
    """
    access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each item asks for what it takes
    items = []
    for start in sorted(starts, key=lambda one: one.item_id):
        seen = ANY if start.version is None else start.version
        items.append((access.lock(actor, Permission.PLAN_EDIT, Item, start.item_id, version=seen), start.at))
    return _held(actor, plan_id, items, at)


def hold_agreed_starts(actor: Actor, plan_id: UUID, starts: Sequence[Start], at: datetime) -> Moves:
    """Do the same for whoever gave the last yes to it, within that action: the members have agreed, whatever their role."""
    wanted = {start.item_id: start.at for start in starts}
    rows = access.visible(actor, Item).filter(pk__in=list(wanted)).order_by("pk")
    items = [(item, wanted[item.pk]) for item in rows.select_for_update(no_key=True, of=("self",))]
    if len(items) < len(wanted):
        raise access.NotVisible
    return _held(actor, plan_id, items, at)


def _held(actor: Actor, plan_id: UUID, items: Sequence[tuple[Item, datetime]], at: datetime) -> Moves:
    before: list[dict[str, Any]] = []
    told: list[Told] = []
    for item, start_at in items:
        _require_free(item, plan_id)
        kept = {"constraint": item.constraint, "constraint_at": _plain(item.constraint_at)}
        if changed := change(item, {"constraint": "snet", "constraint_at": start_at}):
            told.append((item, changed))
            before.append({"item_id": str(item.pk), "version": item.version, **kept})
    moves = _follow(actor, plan_id, told, at)
    if not told:
        return moves
    return replace(moves, undo=Step("let_starts_go", {"plan_id": str(plan_id), "items": before}))


def _require_free(item: Item, plan_id: UUID) -> None:
    if item.plan_id != plan_id or item.withdrawn_at:
        raise access.NotVisible
    if item.is_manual or item.is_summary or item.actual_start_at or item.constraint not in PLAIN:
        words = _("“%(name)s” has begun, or has dates or a constraint of its own: it stays where it is.")
        raise CannotHold(words % {"name": item.name})


@action
def let_starts_go(*, actor: Actor, plan_id: UUID, items: Sequence[Mapping[str, Any]], at: datetime) -> Moves:
    """
    Give items the constraints back that `hold_starts` took away.

    Args:
        items: of each its "item_id", the "version" that was seen, and the "constraint" and "constraint_at" it gets.

    Raises:
        Stale: somebody has changed one of them since.
    """
    access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each item asks for what it takes
    told: list[Told] = []
    for one in sorted(items, key=lambda own: str(own["item_id"])):
        pk, seen = UUID(str(one["item_id"])), int(one["version"])
        item = access.lock(actor, Permission.PLAN_EDIT, Item, pk, version=seen)
        if item.plan_id != plan_id:
            raise access.NotVisible
        if item.withdrawn_at:
            raise Stale(item, seen)
        at_before = one["constraint_at"] and datetime.fromisoformat(one["constraint_at"])
        if changed := change(item, {"constraint": one["constraint"], "constraint_at": at_before}):
            told.append((item, changed))
    return _follow(actor, plan_id, told, at)


def _follow(actor: Actor, plan_id: UUID, told: Sequence[Told], at: datetime) -> Moves:
    """Compute the dates once, and leave an entry for each item in its circle; what moved is told once."""
    if not told:
        nothing_changed()
        return Moves(Moved())
    first, *others = {item.circle_id: None for item, _changed in told}
    moves = reschedule(actor=actor, plan_id=plan_id, circle_id=first, others=others, at=at, ties=False)
    for item, changed in told:
        facts = moves.joint.facts if item is told[0][0] else {}
        record("item.edited", item, changes=changed, together=len(told), **facts)
    return moves


def _plain(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None
