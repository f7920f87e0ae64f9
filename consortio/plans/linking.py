"""Which item waits for which."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.access.models import Circle
from consortio.record.log import action, nothing_changed, record

from .changes import changes_between, lag_words
from .fields import KEEP, MINUTES_MAX, FieldRefused, one_of
from .models import Item, LagKind, Link, LinkType
from .rescheduling import Moved, Moves, reschedule
from .steps import Step

SHARE_MAX = 10_000  # tenths of a percent: ten times the predecessor's work
type_of = one_of(*map(str, LinkType.values))
lag_kind_of = one_of(*map(str, LagKind.values))


class LinkedToItself(Refused):
    """An item does not wait for itself, nor for what holds it."""


class LinkedAlready(Refused):
    """Two items are linked once in each way."""


class InTwoPlans(Refused):
    """An item waits only for another one of its own plan."""


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
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    common = access.common(actor, Item, circle.pk).filter(withdrawn_at=None)
    ends = {row.pk: row for row in common.filter(pk__in=[predecessor_id, successor_id])}
    if len(ends) < len({predecessor_id, successor_id}):
        raise access.NotVisible
    first, second = ends[predecessor_id], ends[successor_id]
    _refuse_two_plans(first, second)
    _refuse_family(first, second)
    link = Link(circle=circle, plan_id=first.plan_id, predecessor=first, successor=second)
    link.type, link.lag_minutes, link.lag_kind = _checked(type, lag_minutes, lag_kind)
    _refuse_again(actor, link, first, second)
    link.save()
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=circle.pk, at=at)
    facts: dict[str, Any] = {"type": link.type, "lag_minutes": lag_minutes, "lag_kind": link.lag_kind}
    record("link.added", link, **_ends(link), **facts, **moves.joint.facts)
    step = Step("withdraw_link", {"link_id": str(link.pk), "version": link.version})
    return replace(moves, undo=step, made=(link.pk,))


def _refuse_two_plans(first: Item, second: Item) -> None:
    if first.plan_id != second.plan_id:
        names = {"one": first.name, "other": second.name}
        raise InTwoPlans(_("“%(one)s” and “%(other)s” lie in two plans: a link stays within one.") % names)


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


def _ends(link: Link) -> dict[str, str]:
    return {"predecessor": str(link.predecessor_id), "successor": str(link.successor_id)}


@action
def edit_link(
    *,
    actor: Actor,
    link_id: UUID,
    version: int,
    at: datetime,
    type: str = KEEP,
    lag_minutes: int = KEEP,
    lag_kind: str = KEEP,
) -> Moves:
    """Change in which way, and how long after, an item waits for another; what is not said stands. Returns what moved."""
    link = access.lock(actor, Permission.PLAN_EDIT, Link, link_id, version=version)
    if link.withdrawn_at:
        raise access.NotVisible
    before = {"type": link.type, "lag_minutes": link.lag_minutes, "lag_kind": link.lag_kind}
    values = {"type": type, "lag_minutes": lag_minutes, "lag_kind": lag_kind}
    said = {name: value for name, value in values.items() if value is not KEEP}
    then = {"type": link.type, "lag": lag_words(link)}
    link.type, link.lag_minutes, link.lag_kind = _checked(**before | said)
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
    link.withdrawn_at, link.withdrawn_with_id = at, None
    link.save(update_fields=["withdrawn_at", "withdrawn_with"])
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=link.circle_id, at=at)
    record("link.withdrawn", link, **_ends(link), **moves.joint.facts)
    return replace(moves, undo=Step("restore_link", _over(link)))


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
    first, second = _items(actor, link)
    if first.withdrawn_at or second.withdrawn_at:
        names = {"one": first.name, "other": second.name}
        raise EndMissing(_("“%(one)s” or “%(other)s” is withdrawn: bring it back first.") % names)
    _refuse_family(first, second)
    _refuse_again(actor, link, first, second)
    link.withdrawn_at, link.withdrawn_with_id = None, None
    link.save(update_fields=["withdrawn_at", "withdrawn_with"])
    moves = reschedule(actor=actor, plan_id=link.plan_id, circle_id=link.circle_id, at=at)
    record("link.restored", link, **_ends(link), **moves.joint.facts)
    return replace(moves, undo=Step("withdraw_link", _over(link)))
