"""What one form does in one go: values, place and accountable person of an item; one thing with many rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, Permission, Refused, Stale
from consortio.record.log import action, nothing_changed

from .actions import (
    NoPlaceThere,
    edit_item,
    indent_item,
    link_in_order,
    move_item,
    outdent_item,
    set_accountable,
    withdraw_item,
    withdraw_items,
    withdraw_links,
)
from .fields import KEEP
from .models import Item, Link, Plan
from .rescheduling import Moves
from .steps import Step


class NotLinked(Refused):
    """None of the rows waits for another one of them."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What single steps moved, in their order; and how to take each back."""

    moves: tuple[Moves, ...]
    links: int = 0  # made, or taken away

    @property
    def undo(self) -> tuple[Step, ...]:
        """Return the ways back, the last step first; none where one of them cannot be taken back."""
        steps = tuple(one.undo for one in reversed(self.moves))
        return steps if all(steps) else ()  # type: ignore[return-value]  # none of them is missing


@action
def save_item(
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    values: Mapping[str, Any],
    at: datetime,
    parent_id: UUID | None = KEEP,
    person_id: UUID | None = KEEP,
) -> Saved:
    """Change an item's values, then where it lies, then who answers for it: all of it or nothing."""
    access.lock(actor, Permission.PROGRESS_UPDATE, Item, item_id, version=version)
    own: dict[str, Any] = {"actor": actor, "item_id": item_id, "at": at}
    steps: list[Callable[[int], Moves]] = []
    if values:
        steps.append(lambda seen: edit_item(**own, version=seen, values=values))
    if parent_id is not KEEP:
        steps.append(lambda seen: move_item(**own, version=seen, parent_id=parent_id))
    if person_id is not KEEP:
        steps.append(lambda seen: set_accountable(**own, version=seen, person_id=person_id))
    if not steps:
        nothing_changed()
    return Saved(tuple(step(_version(actor, item_id)) for step in steps))


def _version(actor: Actor, item_id: UUID) -> int:
    return int(access.get(actor, Item, item_id).version)


@action
def act_on_rows(*, actor: Actor, plan_id: UUID, do: str, rows: Sequence[tuple[UUID, int]], at: datetime) -> Saved:
    """
    Do one thing with some rows, in the order of the tree; all of it or nothing.

    Args:
        do: up, down, indent, outdent, link, unlink or withdraw.
        rows: each item's id with the version that was seen.

    Raises:
        NotVisible: one of them is no item of this plan that the actor sees.
        Stale: somebody changed one of them meanwhile.
        NoPlaceThere: a row cannot be moved there.
        NotLinked: there is no link between them to be taken away.
    """
    access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each row asks for what it takes
    items = _ordered(actor, plan_id, dict(rows))
    common = {"actor": actor, "at": at}
    if do in ("link", "unlink"):
        return {"link": _linked, "unlink": _unlinked}[do](common, plan_id, items)
    tops = _highest(items)
    if do == "withdraw" and len(tops) > 1:
        wanted = [{"item_id": item.pk, "version": item.version} for item in tops]
        return Saved((withdraw_items(**common, plan_id=plan_id, items=wanted),))
    turned = reversed(tops) if do in ("down", "outdent") else tops
    return Saved(tuple(_one(common, do, item) for item in turned))


def _ordered(actor: Actor, plan_id: UUID, versions: Mapping[UUID, int]) -> list[Item]:
    rows = access.visible(actor, Item).filter(plan=plan_id, pk__in=list(versions), withdrawn_at=None)
    items = list(rows.order_by("path", "pk"))
    if len(items) < len(versions):
        raise access.NotVisible
    for item in items:
        if item.version != versions[item.pk]:
            raise Stale(item, versions[item.pk])
    return items


def _highest(items: Sequence[Item]) -> list[Item]:
    """Leave out what lies below another one of them: it goes along."""
    kept: list[Item] = []
    for item in items:
        if not (kept and item.path.startswith(kept[-1].path)):
            kept.append(item)
    return kept


def _linked(common: Mapping[str, Any], plan_id: UUID, items: Sequence[Item]) -> Saved:
    if len(items) < 2:
        raise NoPlaceThere(_("Choose two rows or more: each waits for the one above it."))
    moves = link_in_order(**common, plan_id=plan_id, item_ids=[item.pk for item in items])
    return Saved((moves,), links=len(moves.made))


def _unlinked(common: Mapping[str, Any], plan_id: UUID, items: Sequence[Item]) -> Saved:
    pks = [item.pk for item in items]
    between = access.visible(common["actor"], Link).filter(predecessor__in=pks, successor__in=pks, withdrawn_at=None)
    links = [{"link_id": pk, "version": seen} for pk, seen in between.order_by("pk").values_list("pk", "version")]
    if not links:
        raise NotLinked(_("No link runs between the chosen rows: choose both ends of one."))
    return Saved((withdraw_links(**common, plan_id=plan_id, links=links),), links=len(links))


def _one(common: Mapping[str, Any], do: str, item: Item) -> Moves:
    own = {**common, "item_id": item.pk, "version": _version(common["actor"], item.pk)}
    if do in ("up", "down"):
        return move_item(**own, **_beside(common["actor"], item, do))
    return {"indent": indent_item, "outdent": outdent_item, "withdraw": withdraw_item}[do](**own)


def _beside(actor: Actor, item: Item, do: str) -> dict[str, Any]:
    """Return the place before the sibling above, or behind the one below, of those that all in the circle see."""
    rows = access.common(actor, Item, item.circle_id).filter(
        plan=item.plan_id, parent=item.parent_id, withdrawn_at=None
    )
    siblings = list(rows.order_by("path", "pk").values_list("pk", flat=True))
    at = siblings.index(item.pk)
    if (at == 0 and do == "up") or (at == len(siblings) - 1 and do == "down"):
        raise NoPlaceThere(_("“%(name)s” is at the end of its list already.") % {"name": item.name})
    place: dict[str, Any] = {"parent_id": item.parent_id}
    if do == "down":
        return place | {"after_id": siblings[at + 1]}
    return place | ({"after_id": siblings[at - 2]} if at > 1 else {"is_first": True})
