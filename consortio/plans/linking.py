"""Which item waits for which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, Permission, Refused
from consortio.access.models import Circle
from consortio.record.log import action, nothing_changed, record

from .changes import changes_between, lag_words
from .fields import MINUTES_MAX, FieldRefused, one_of
from .models import Item, LagKind, Link, LinkType, Plan
from .rescheduling import Moved, Moves, reschedule
from .steps import Step

SHARE_MAX = 10_000  # tenths of a percent: ten times the predecessor's work
type_of = one_of(*map(str, LinkType.values))
lag_kind_of = one_of(*map(str, LagKind.values))


class LinkedToItself(Refused):
    """An item does not wait for itself, nor for what holds it."""


class LinkedAlready(Refused):
    """Two items are linked once in each way."""


class EndMissing(Refused):
    """One of the two items is withdrawn, so a link has nothing to hold on to."""


def add_link(*, actor: Actor, at: datetime, **link: Any) -> UUID:
    """Let an item wait for another one, as `link_items` does. Returns the link's id."""
    return link_items(actor=actor, at=at, **link).made[0]


@action
def link_items(
    *,
    actor: Actor,
    circle_id: UUID,
    predecessor_id: UUID,
    successor_id: UUID,
    at: datetime,
    type: str = LinkType.FS,
    lag_minutes: int = 0,
    lag_kind: str = LagKind.WORKING,
) -> Moves:
    """
    Let an item wait for another one, in their circle or in a narrower one: there it binds only there.

    Returns:
        What moved; in `made`, the link's id.
    """
    ends = {"circle_id": circle_id, "predecessor_id": predecessor_id, "successor_id": successor_id}
    link = _tied(actor, **ends, way=_checked(type, lag_minutes, lag_kind))
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=link.circle_id, at=at)
    record("link.added", link, **_ends(link), **_way(link), **moves.joint.facts)
    step = Step("withdraw_link", {"link_id": str(link.pk), "version": link.version})
    return replace(moves, undo=step, made=(link.pk,))


@action
def link_in_order(*, actor: Actor, plan_id: UUID, item_ids: Sequence[UUID], at: datetime) -> Moves:
    """
    Let each of several items wait for the one before it, in the later one's circle. The dates follow once.

    Returns:
        What moved, counted as `_follow` does; in `made`, the links' ids.
    """
    plan = access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each link asks for what it takes
    found = access.visible(actor, Item).filter(plan=plan_id, pk__in=item_ids)
    circles = dict(found.values_list("pk", "circle_id"))
    if len(circles) < len(item_ids):
        raise access.NotVisible
    way = _checked(LinkType.FS, 0, LagKind.WORKING)
    links = [
        _tied(actor, circle_id=circles[second], predecessor_id=first, successor_id=second, way=way)
        for first, second in pairwise(item_ids)
    ]
    moves, told = _follow(actor, plan, links, at)
    for link, facts in told:
        record("link.added", link, **_way(link), **facts)
    return replace(moves, undo=_all("withdraw_links", plan, links), made=tuple(link.pk for link in links))


def _tied(
    actor: Actor, *, circle_id: UUID, predecessor_id: UUID, successor_id: UUID, way: tuple[str, int, str]
) -> Link:
    """Keep a new link. Raises: NotVisible, NotPermitted, LinkedToItself, LinkedAlready."""
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    common = access.common(actor, Item, circle.pk).filter(withdrawn_at=None)
    ends = {row.pk: row for row in common.filter(pk__in=[predecessor_id, successor_id])}
    if len(ends) < len({predecessor_id, successor_id}) or len({row.plan_id for row in ends.values()}) != 1:
        raise access.NotVisible
    first, second = ends[predecessor_id], ends[successor_id]
    _refuse_family(first, second)
    link = Link(circle=circle, plan_id=first.plan_id, predecessor=first, successor=second)
    link.type, link.lag_minutes, link.lag_kind = way
    _refuse_again(actor, link, first, second)
    link.save()
    return link


def _follow(
    actor: Actor, plan: Plan, links: Sequence[Link], at: datetime
) -> tuple[Moves, Sequence[tuple[Link, dict[str, Any]]]]:
    """
    Let the dates follow several links in one go.

    Returns:
        What moved, counted for the plan's circle if one of them lies there, else for that of the first; and each link with
        what is told of it: of one, what moved, too.
    """
    first, *others = sorted(links, key=lambda link: link.circle_id != plan.circle_id)
    circles = [link.circle_id for link in others]
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=first.circle_id, others=circles, at=at)
    return moves, [(link, _ends(link) | (moves.joint.facts if link is first else {})) for link in links]


def _all(action: str, plan: Plan, links: Sequence[Link]) -> Step:
    """Return a step for several links in one go."""
    return Step(action, {"plan_id": str(plan.pk), "links": [_over(link) for link in links]})


def _checked(type: str, lag_minutes: int, lag_kind: str) -> tuple[str, int, str]:
    kind = lag_kind_of("lag_kind", lag_kind)
    most = SHARE_MAX if kind == LagKind.PERCENT else MINUTES_MAX
    if not isinstance(lag_minutes, int) or isinstance(lag_minutes, bool) or abs(lag_minutes) > most:
        raise FieldRefused("lag_minutes", _("Write a whole number from −%(most)s to %(most)s.") % {"most": most})
    return type_of("type", type), lag_minutes, kind


def _refuse_family(first: Item, second: Item) -> None:
    if first.path.startswith(second.path) or second.path.startswith(first.path):
        names = {"one": first.name, "other": second.name}
        raise LinkedToItself(_("“%(other)s” cannot wait for “%(one)s”: one holds the other.") % names)


def _refuse_again(actor: Actor, link: Link, first: Item, second: Item) -> None:
    """Refuse a second link of one kind in one circle."""
    others = access.visible(actor, Link).filter(circle=link.circle_id, predecessor=first, successor=second)
    if others.filter(type=link.type, withdrawn_at=None).exclude(pk=link.pk).exists():
        names = {"one": first.name, "other": second.name}
        raise LinkedAlready(_("“%(other)s” waits for “%(one)s” in that way already.") % names)


def _ends(link: Link) -> dict[str, Any]:
    return {"predecessor": str(link.predecessor_id), "successor": str(link.successor_id)}


def _way(link: Link) -> dict[str, Any]:
    return {"type": link.type, "lag_minutes": link.lag_minutes, "lag_kind": link.lag_kind}


@action
def edit_link(
    *, actor: Actor, link_id: UUID, version: int, type: str, lag_minutes: int, lag_kind: str, at: datetime
) -> Moves:
    """Change in which way, and how long after, an item waits for another. Returns what moved."""
    link = access.lock(actor, Permission.PLAN_EDIT, Link, link_id, version=version)
    if link.withdrawn_at:
        raise access.NotVisible
    type, lag_minutes, lag_kind = _checked(type, lag_minutes, lag_kind)
    before = _way(link)
    then = {"type": link.type, "lag": lag_words(link)}
    link.type, link.lag_minutes, link.lag_kind = type, lag_minutes, lag_kind
    changed = changes_between(then, {"type": link.type, "lag": lag_words(link)})
    if not changed:
        nothing_changed()
        return Moves(Moved())
    _refuse_again(actor, link, *_items(actor, link))
    link.save(update_fields=["type", "lag_minutes", "lag_kind"])
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=link.circle_id, at=at)
    record("link.edited", link, changes=changed, **_ends(link), **moves.joint.facts)
    return replace(moves, undo=Step("edit_link", _over(link) | before))


def _over(link: Link) -> dict[str, Any]:
    return {"link_id": str(link.pk), "version": link.version}


def _items(actor: Actor, link: Link) -> tuple[Item, Item]:
    """Return the link's ends, which everybody who sees it sees."""
    rows = {row.pk: row for row in access.visible(actor, Item).filter(pk__in=[link.predecessor_id, link.successor_id])}
    return rows[link.predecessor_id], rows[link.successor_id]


@action
def withdraw_link(*, actor: Actor, link_id: UUID, version: int, at: datetime) -> Moves:
    """Let an item wait for another one no longer. Returns what moved."""
    link = access.lock(actor, Permission.PLAN_EDIT, Link, link_id, version=version)
    if link.withdrawn_at:
        nothing_changed()
        return Moves(Moved())
    _put(link, at)
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=link.circle_id, at=at)
    record("link.withdrawn", link, **_ends(link), **moves.joint.facts)
    return replace(moves, undo=Step("restore_link", _over(link)))


@action
def withdraw_links(*, actor: Actor, plan_id: UUID, links: Sequence[Mapping[str, Any]], at: datetime) -> Moves:
    """
    Let items wait for others no longer, in one step after which the dates follow once. Returns what moved, see `_follow`.

    Args:
        links: of each its "link_id" and the "version" that was seen.
    """
    plan = access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each link asks for what it takes
    gone = [link for link in _locked(actor, plan, links) if link.withdrawn_at is None]
    if not gone:
        nothing_changed()
        return Moves(Moved())
    for link in gone:
        _put(link, at)
    moves, told = _follow(actor, plan, gone, at)
    for link, facts in told:
        record("link.withdrawn", link, **facts)
    return replace(moves, undo=_all("restore_links", plan, gone))


def _locked(actor: Actor, plan: Plan, links: Sequence[Mapping[str, Any]]) -> Iterator[Link]:
    """Yield links of a plan. Raises: NotVisible, Stale, NotPermitted."""
    for one in links:
        link = access.lock(actor, Permission.PLAN_EDIT, Link, UUID(str(one["link_id"])), version=one["version"])
        if link.plan_id != plan.pk:
            raise access.NotVisible
        yield link


def _put(link: Link, withdrawn_at: datetime | None) -> None:
    """Keep a link as withdrawn by itself, or as there."""
    link.withdrawn_at, link.withdrawn_with_id = withdrawn_at, None
    link.save(update_fields=["withdrawn_at", "withdrawn_with"])


@action
def restore_link(*, actor: Actor, link_id: UUID, version: int, at: datetime) -> Moves:
    """
    Let an item wait for another one again. Returns what moved.

    Raises:
        EndMissing, LinkedToItself, LinkedAlready, CannotSchedule: what happened since leaves no room for it.
    """
    link = access.lock(actor, Permission.PLAN_EDIT, Link, link_id, version=version)
    if link.withdrawn_at is None:
        nothing_changed()
        return Moves(Moved())
    _bring_back(actor, link)
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=link.circle_id, at=at)
    record("link.restored", link, **_ends(link), **moves.joint.facts)
    return replace(moves, undo=Step("withdraw_link", _over(link)))


@action
def restore_links(*, actor: Actor, plan_id: UUID, links: Sequence[Mapping[str, Any]], at: datetime) -> Moves:
    """
    Let items wait for others again, in one step after which the dates follow once. Returns what moved, see `_follow`.

    Args:
        links: of each its "link_id" and the "version" that was seen.

    Raises:
        EndMissing, LinkedToItself, LinkedAlready, CannotSchedule: what happened since leaves no room for one of them.
    """
    plan = access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each link asks for what it takes
    back = [link for link in _locked(actor, plan, links) if link.withdrawn_at]
    if not back:
        nothing_changed()
        return Moves(Moved())
    for link in back:
        _bring_back(actor, link)
    moves, told = _follow(actor, plan, back, at)
    for link, facts in told:
        record("link.restored", link, **facts)
    return replace(moves, undo=_all("withdraw_links", plan, back))


def _bring_back(actor: Actor, link: Link) -> None:
    first, second = _items(actor, link)
    if first.withdrawn_at or second.withdrawn_at:
        names = {"one": first.name, "other": second.name}
        raise EndMissing(_("“%(one)s” or “%(other)s” is withdrawn: bring it back first.") % names)
    _refuse_family(first, second)
    _refuse_again(actor, link, first, second)
    _put(link, None)
