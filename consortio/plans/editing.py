"""Editing one item: what is said is checked, what follows from it is set, dates follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotPermitted, Permission
from consortio.access.gate import granted_now
from consortio.record.log import action, nothing_changed, record

from .changes import changes_between, plain_value
from .fields import OWN, PROGRESS, WISHES, FieldRefused, checked
from .following import Now, completed
from .knowing import known_until
from .models import Calendar, Item, Plan, Scheduled
from .neutral import without_contradicted
from .rescheduling import Moved, Moves, reschedule
from .rules import answers_for, may_report
from .steps import Step

SAYING = {"name", "code", "note"}  # what neither a date nor a count follows from


@action
def edit_item(
    *, actor: Actor, item_id: UUID, version: int, values: Mapping[str, Any], at: datetime, exact: bool = False
) -> Moves:
    """
    Set some of an item's columns. Returns what moved.

    Args:
        exact: set these alone, nothing that follows from them: for taking a step back.

    Raises:
        FieldRefused: a value is none that its column takes, or contradicts another.
    """
    wanted = Permission.PROGRESS_UPDATE if values.keys() <= OWN else Permission.PLAN_EDIT
    item = access.lock(actor, wanted, Item, item_id, version=version)
    require_there(item)
    said = checked(values)
    require_permitted(actor, item, said.keys())
    _require_wishes(actor, item, said)
    _require_calendar(actor, item, said.get("calendar_id"))
    now = said if exact else completed(item, said, *plan_now(actor, item, at))
    changed = change(item, now)
    if not changed:
        nothing_changed()
        return Moves(Moved())
    if changed.keys() <= SAYING:
        record("item.edited", item, changes=changed)
        return Moves(Moved(), undo=step_back(item, changed))
    ties = not changed.keys().isdisjoint({"is_active", "kind"})  # what joins the others with the links it has
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at, ties=ties)
    record("item.edited", item, changes=changed, **moves.joint.facts)
    return replace(moves, undo=step_back(item, changed))


def require_there(item: Item) -> None:
    """Raises: NotVisible, for one that was withdrawn."""
    if item.withdrawn_at:
        raise access.NotVisible


def require_permitted(actor: Actor, item: Item, fields: Any) -> None:
    """Raises: NotPermitted, where these fields take more than the actor's role and place at the item grant."""
    granted = granted_now(actor, item.circle_id)
    if Permission.PLAN_EDIT in granted:
        return
    own = OWN if answers_for(actor, item) else PROGRESS
    if not (fields <= own and may_report(actor, granted, item)):
        raise NotPermitted(Permission.PLAN_EDIT)


def _require_wishes(actor: Actor, item: Item, said: Mapping[str, Any]) -> None:
    """Raises: FieldRefused, for a constraint that binds others too, set or loosened by who may not change the plan."""
    if said.keys().isdisjoint({"constraint", "constraint_at"}) or Permission.PLAN_EDIT in granted_now(
        actor, item.circle_id
    ):
        return
    if not {item.constraint, said.get("constraint", item.constraint)} <= set(WISHES):
        words = _("A constraint of this kind was agreed: only whoever may change the plan sets it or takes it away.")
        raise FieldRefused("constraint", words)


def _require_calendar(actor: Actor, item: Item, calendar_id: UUID | None) -> None:
    """Raises: NotVisible, for one that is not this plan's, or that not everybody in the item's circle sees."""
    if calendar_id is None:
        return
    if not access.common(actor, Calendar, item.circle_id).filter(plan=item.plan_id, pk=calendar_id).exists():
        raise access.NotVisible


def plan_now(actor: Actor, item: Item, at: datetime) -> tuple[str, Now]:
    """Return the mode of the item's plan, and the item's dates as everybody in its circle sees them."""
    plan = access.visible(actor, Plan).only("mode", "zone", "data_at").get(pk=item.plan_id)
    rows = access.visible(actor, Scheduled).filter(item=item.pk, circle=item.circle_id)
    dates = rows.values_list("start_at", "finish_at").first() or (None, None)
    return plan.mode, Now(*dates, known_until=known_until(plan, at))


def change(item: Item, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set and save what differs, and drop the words of a file that it contradicts. Returns the changes, plain."""
    changed = changes_between({name: getattr(item, name) for name in values}, values)
    if changed:
        for name in changed:
            setattr(item, name, values[name])
        item.extra = without_contradicted(item.extra, list(changed))
        item.save(update_fields=[*(name.removesuffix("_id") for name in changed), "extra"])
    return changed


def step_back(item: Item, changed: Mapping[str, Sequence[Any]]) -> Step:
    """Return how to put the values back that were there before."""
    before = {name: plain_value(values[0]) for name, values in changed.items()}
    own = {"item_id": str(item.pk), "version": item.version, "values": before, "exact": True}
    return Step("edit_item", own)
