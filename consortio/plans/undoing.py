"""
One step back, by a signed token.

The token names the action that takes the step back and what it takes. It holds for whom it was made, for an hour. The
ordinary action runs, so whoever may not do it any more, or comes after somebody else's change, is refused as usual.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, Permission, Refused
from consortio.record.log import action

from .actions import put_settings_back
from .answering import set_accountable, take_answer_back, withdraw_nomination
from .changes import value_of
from .editing import edit_item
from .linking import edit_link, restore_link, restore_links, withdraw_link, withdraw_links
from .models import Item, Link, Plan
from .placing import move_item
from .reporting import put_back
from .rescheduling import Moved, Moves
from .starting import let_starts_go
from .steps import Step
from .withdrawing import restore_item, restore_items, withdraw_item, withdraw_items

SALT = "consortio.plans.undoing"
AGE_MAX = timedelta(hours=1)
NOTHING = Moves(Moved())
ACTIONS: dict[str, Callable[..., Moves]] = {
    function.__name__: function
    for function in (
        edit_item,
        edit_link,
        let_starts_go,
        move_item,
        put_back,
        put_settings_back,
        restore_item,
        restore_items,
        restore_link,
        restore_links,
        set_accountable,
        take_answer_back,
        withdraw_item,
        withdraw_items,
        withdraw_link,
        withdraw_links,
        withdraw_nomination,
    )  # fmt: skip
}


def takes_back(function: Callable[..., None]) -> None:
    """Register an action of another feature as a step back; it moves nothing in a plan."""

    def step(**arguments: Any) -> Moves:
        function(**arguments)
        return NOTHING

    ACTIONS[function.__name__] = step


class CannotUndo(Refused):
    """The token is none of ours, somebody else's, or too old."""


def undo_token(actor: Actor, *steps: Step) -> str:
    """Return a token by which this person, for this organisation, can take steps back within an hour, in this order."""
    body = {"by": _who(actor), "do": [[step.action, dict(step.arguments)] for step in steps]}
    return signing.dumps(body, salt=SALT, compress=True)


def undo(*, actor: Actor, token: str, at: datetime) -> Moves:
    """
    Take a step back, or several that were made in one go. Returns what moved; of one, how to take that back, too.

    Raises:
        CannotUndo: the token does not hold.
        Stale: somebody changed the row since.
    """
    try:
        body = signing.loads(token, salt=SALT, max_age=AGE_MAX)
    except signing.BadSignature:
        raise CannotUndo(_("This step can be taken back for an hour, and only once: it is too late.")) from None
    if body["by"] != _who(actor):
        raise CannotUndo(_("Somebody else did this: only they can take it back."))
    (name, first), *others = [(name, _arguments(plain)) for name, plain in body["do"]]
    if not others:
        return ACTIONS[name](actor=actor, at=at, **first)
    plan_id = _plan_of(actor, first)
    return take_back(actor=actor, plan_id=plan_id, steps=((name, first), *others), at=at)


@action
def take_back(*, actor: Actor, plan_id: UUID, steps: Sequence[tuple[str, dict[str, Any]]], at: datetime) -> Moves:
    """
    Take several steps back, all or none. Returns what the last of them moved.

    The first of a row is held to the version that was seen; what follows on the same row comes after our own change.
    """
    access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each step asks for what it takes
    seen: set[object] = set()
    moves = Moves(Moved())
    for name, arguments in steps:
        row = arguments.get("item_id") or arguments.get("link_id")
        own = arguments | {"version": ANY} if row in seen else arguments
        moves = ACTIONS[name](actor=actor, at=at, **own)
        seen.add(row)
    return replace(moves, undo=None)


def _plan_of(actor: Actor, arguments: Mapping[str, Any]) -> UUID:
    """Return the plan of the row that a step is about. Raises: NotVisible."""
    with access.reading(actor):
        model, pk = (Item, arguments["item_id"]) if "item_id" in arguments else (Link, arguments["link_id"])
        return UUID(str(access.get(actor, model, pk).plan_id))


def _who(actor: Actor) -> list[str]:
    return [str(actor.person_id), str(actor.organisation_id)]


def _arguments(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as the actions take them."""
    found: dict[str, Any] = {}
    for name, value in plain.items():
        if name == "values":
            found[name] = {column: value_of(column, one) for column, one in value.items()}
        else:
            found[name] = UUID(value) if value and name.endswith("_id") else value
    return found
