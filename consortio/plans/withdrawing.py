"""
Items out of the plan, with all that lies below them, and back.

What lies below in a narrower circle goes along, and comes back along: its own circle is told, and nobody else. Links keep
to their ends: those that everybody in the item's circle sees are withdrawn with it; a narrower one binds nothing while
an end is away, and is not touched.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, Permission, Refused
from consortio.record.log import action, nothing_changed, record

from .engine import compute
from .loading import load
from .models import Item, Link, Plan, Scheduled
from .moving import mark_summaries, take_turn
from .neutral import LINK_COLUMNS
from .rescheduling import Moved, Moves, follows_later, reschedule
from .rings import waits_of
from .steps import Step
from .tree import end_of


class HolderMissing(Refused):
    """What held the item is withdrawn itself."""


@action
def withdraw_item(*, actor: Actor, item_id: UUID, version: int, at: datetime) -> Moves:
    """Take an item out of the plan, with all below it and the links of both. Returns what moved."""
    take_turn(actor, Item, item_id)
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=version)
    if item.withdrawn_at:
        nothing_changed()
        return Moves(Moved())
    facts = _take_out(actor, item, at)
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at)
    record("item.withdrawn", item, **facts, **moves.joint.facts)
    return replace(moves, undo=_restoring(item))


@action
def withdraw_items(*, actor: Actor, plan_id: UUID, items: Sequence[Mapping[str, Any]], at: datetime) -> Moves:
    """
    Take several items of a plan out in one step. Returns what moved, counted for the first one's circle.

    Args:
        items: of each its "item_id" and the "version" that was seen.
    """
    chosen = _locked(actor, plan_id, items)
    gone = [(item, _take_out(actor, item, at)) for item in chosen if item.withdrawn_at is None]
    if not gone:
        nothing_changed()
        return Moves(Moved())
    moves = _follow(actor, plan_id, gone, at)
    for item, facts, told in _each(gone, moves):
        record("item.withdrawn", item, **facts, **told)
    return replace(moves, undo=_back_again("restore_items", plan_id, gone))


def _follow(actor: Actor, plan_id: UUID, done: Sequence[tuple[Item, Any]], at: datetime) -> Moves:
    first, *others = (item.circle_id for item, _facts in done)
    return reschedule(actor=actor, plan_id=plan_id, circle_id=first, others=others, at=at)


def _locked(actor: Actor, plan_id: UUID, items: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    """Yield the items one by one, each as those before it left it. Raises: NotVisible, Stale, NotPermitted."""
    access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each item asks for what it takes
    for one in items:
        item = access.lock(actor, Permission.PLAN_EDIT, Item, UUID(str(one["item_id"])), version=one["version"])
        if item.plan_id != plan_id:
            raise access.NotVisible
        yield item


def _each(done: Sequence[tuple[Item, dict[str, int]]], moves: Moves) -> Iterator[tuple[Item, dict[str, int], Any]]:
    """Yield each item with its facts and what is told of all: how many of its circle, and once what moved."""
    for item, facts in done:
        together = sum(one.circle_id == item.circle_id for one, _ in done)
        yield item, facts, {"together": together} | (moves.joint.facts if item is done[0][0] else {})


def _back_again(action: str, plan_id: UUID, done: Sequence[tuple[Item, dict[str, int]]]) -> Step:
    """Return the step back: the last one first, so that what holds others, and both ends of a link, are there."""
    items = [{"item_id": str(item.pk), "version": item.version} for item, _ in reversed(done)]
    return Step(action, {"plan_id": str(plan_id), "items": items})


def _restoring(item: Item) -> Step:
    return Step("restore_item", {"item_id": str(item.pk), "version": item.version})


def _take_out(actor: Actor, item: Item, at: datetime) -> dict[str, int]:
    """Withdraw an item and what lies below it. Returns how much of that everybody in its circle sees."""
    common = list(access.common(actor, Item, item.circle_id).filter(below_of(item), withdrawn_at=None))
    links = _own_links(actor, item, [item.pk, *(row.pk for row in common)]).filter(withdrawn_at=None)
    taken = links.update(withdrawn_at=at, withdrawn_with=item.pk)
    item.withdrawn_at, item.withdrawn_with_id = at, item.pk
    item.save(update_fields=["withdrawn_at", "withdrawn_with"])
    with access.unscoped("what lies below goes along, seen or not"):
        below = Item.objects.filter(below_of(item), withdrawn_at=None)
        narrower = _tops(below.exclude(circle=item.circle_id))
        # At once, also where the other dates follow later: lists in an order of dates are made from these.
        Scheduled.objects.filter(item__in=[item.pk, *below.values_list("pk", flat=True)]).delete()
        below.update(withdrawn_at=at, withdrawn_with=item.pk)
    for row in narrower:  # its own circle is told, and no other
        record("item.withdrawn", row, along_with=str(item.pk))
    if item.parent_id:
        mark_summaries(item.plan_id, item.circle_id, item.parent_id)
    return {"items": len(common), "links": taken}


def below_of(item: Item) -> Q:
    return Q(plan=item.plan_id, path__gt=item.path, path__lt=end_of(item.path))


def _own_links(actor: Actor, item: Item, ends: Collection[UUID]) -> Any:
    """Return the links of an item's own circle at any of these ends, as a query."""
    own = access.visible(actor, Link).filter(circle=item.circle_id)
    return own.filter(Q(predecessor__in=ends) | Q(successor__in=ends))


def _tops(rows: Any) -> list[Item]:
    """Return those of the rows that lie below none of the others in their circle."""
    found: dict[UUID, list[Item]] = {}
    for row in rows.order_by("path", "pk"):
        own = found.setdefault(row.circle_id, [])
        if not any(row.path.startswith(one.path) for one in own[-1:]):
            own.append(row)
    return [row for own in found.values() for row in own]


@action
def restore_item(*, actor: Actor, item_id: UUID, version: int, at: datetime) -> Moves:
    """
    Bring an item back, with what went with it; links come back where both ends are there and no ring results.

    Returns:
        What moved. How many links stayed away is told in the entry.

    Raises:
        HolderMissing: what holds it is withdrawn: that comes back first.
    """
    take_turn(actor, Item, item_id)
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=version)
    if item.withdrawn_at is None:
        nothing_changed()
        return Moves(Moved())
    facts = _bring_back(actor, item)
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at)
    record("item.restored", item, **facts, **moves.joint.facts)
    return replace(moves, undo=Step("withdraw_item", {"item_id": str(item.pk), "version": item.version}))


@action
def restore_items(*, actor: Actor, plan_id: UUID, items: Sequence[Mapping[str, Any]], at: datetime) -> Moves:
    """
    Bring several items of a plan back in one step, in their order. Returns what moved, counted for the first one's circle.

    Args:
        items: of each its "item_id" and the "version" that was seen.

    Raises:
        HolderMissing: what holds one of them is withdrawn, and comes back by none of those before it.
    """
    back = [(item, _bring_back(actor, item)) for item in _locked(actor, plan_id, items) if item.withdrawn_at]
    if not back:
        nothing_changed()
        return Moves(Moved())
    moves = _follow(actor, plan_id, back, at)
    for item, facts, told in _each(back, moves):
        record("item.restored", item, **facts, **told)
    return replace(moves, undo=_back_again("withdraw_items", plan_id, back))


def _bring_back(actor: Actor, item: Item) -> dict[str, int]:
    """Restore an item and what went with it. Returns how much of that everybody in its circle sees."""
    _require_holder(actor, item)
    went_with = item.withdrawn_with_id
    back = below_of(item) & ~Q(withdrawn_at=None) & Q(withdrawn_with=went_with) if went_with else Q(pk=None)
    common = list(access.common(actor, Item, item.circle_id).filter(back).values_list("pk", flat=True))
    item.withdrawn_at, item.withdrawn_with_id = None, None
    item.save(update_fields=["withdrawn_at", "withdrawn_with"])
    with access.unscoped("what went along comes back along, seen or not"):
        rows = Item.objects.filter(back)
        narrower = _tops(rows.exclude(circle=item.circle_id))
        rows.update(withdrawn_at=None, withdrawn_with=None)
    for row in narrower:
        record("item.restored", row, along_with=str(item.pk))
    mark_summaries(item.plan_id, item.circle_id)
    links, away = _links_back(actor, item, went_with)
    return {"items": len(common), "links": links, "links_away": away}


def _require_holder(actor: Actor, item: Item) -> None:
    if item.parent_id is None:
        return
    holder = access.get(actor, Item, item.parent_id)
    if holder.withdrawn_at:
        words = _("“%(holder)s”, which holds “%(name)s”, is withdrawn: bring that back first.")
        raise HolderMissing(words % {"holder": holder.name, "name": item.name})


def _links_back(actor: Actor, item: Item, went_with: UUID | None) -> tuple[int, int]:
    """Restore the links that went along and fit. Returns how many came back, and how many stayed away."""
    if went_with is None:
        return 0, 0
    gone = access.visible(actor, Link).filter(circle=item.circle_id, withdrawn_with=went_with)
    gone = gone.exclude(withdrawn_at=None).order_by("pk")
    ends = {"predecessor__withdrawn_at": None, "successor__withdrawn_at": None}
    columns = [F(column) for column in ("predecessor__path", "successor__path")]
    found = list(gone.filter(**ends).annotate(path1=columns[0], path2=columns[1]))
    living = access.visible(actor, Link).filter(plan=item.plan_id, circle=item.circle_id, withdrawn_at=None)
    taken = set(living.values_list("predecessor_id", "successor_id", "type"))
    apart = [link for link in found if not _is_family(link) and _way(link) not in taken]
    fitting = _without_rings(actor, item, apart)
    access.visible(actor, Link).filter(pk__in=fitting).update(withdrawn_at=None, withdrawn_with=None)
    return len(fitting), len(found) - len(fitting)


def _way(link: Link) -> tuple[UUID, UUID, str]:
    return link.predecessor_id, link.successor_id, link.type


def _is_family(link: Any) -> bool:
    return bool(link.path1.startswith(link.path2) or link.path2.startswith(link.path1))


def _without_rings(actor: Actor, item: Item, links: Sequence[Link]) -> list[UUID]:
    """Return as many of the links as can bind together, the earlier ones first."""
    if not links:
        return []
    plan = access.get(actor, Plan, item.plan_id)

    def source(model: Any) -> Any:
        return access.common(actor, model, item.circle_id)

    if follows_later(actor, plan, item.circle_id):
        waits = waits_of(plan, source)
        if not waits.may_ring():  # otherwise only computing knows whether it is one
            ends = {link.pk: (link.predecessor_id, link.successor_id) for link in links}
            return _most_of(list(ends), lambda pks: not waits.may_ring(ends[pk] for pk in pks))
    rows = load(plan, source)
    wanted = {row.pk: row for row in _as_rows(actor, links)}
    if compute(rows).refusal:
        return list(wanted)  # there was one before: whoever finds it may mend it

    def binds(pks: Sequence[UUID]) -> bool:
        return not compute(replace(rows, links=[*rows.links, *(wanted[pk] for pk in pks)])).refusal

    return _most_of(list(wanted), binds)


def _most_of(wanted: list[UUID], binds: Callable[[Sequence[UUID]], bool]) -> list[UUID]:
    """Return as many as bind together, by halving: if all do, it is asked once."""

    def most_of(kept: list[UUID], pks: list[UUID]) -> list[UUID]:
        if not pks or binds([*kept, *pks]):
            return [*kept, *pks]
        if len(pks) == 1:
            return kept
        half = len(pks) // 2
        return most_of(most_of(kept, pks[:half]), pks[half:])

    return most_of([], wanted)


def _as_rows(actor: Actor, links: Sequence[Link]) -> Any:
    found = access.visible(actor, Link).filter(pk__in=[link.pk for link in links]).order_by("pk")
    return found.values_list(*LINK_COLUMNS, named=True)
