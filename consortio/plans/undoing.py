"""
One step back, by a signed token.

The token names the action that takes the step back and what it takes. It holds for whom it was made, for an hour. The
ordinary action runs, so whoever may not do it any more, or comes after somebody else's change, is refused as usual.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from consortio.access import Actor, Refused

from .actions import put_settings_back
from .answering import set_accountable, withdraw_nomination
from .changes import value_of
from .editing import edit_item
from .linking import edit_link, restore_link, withdraw_link
from .placing import move_item
from .reporting import put_back
from .rescheduling import Moves
from .steps import Step
from .withdrawing import restore_item, withdraw_item, withdraw_items

SALT = "consortio.plans.undoing"
AGE_MAX = timedelta(hours=1)
ACTIONS: Mapping[str, Callable[..., Moves]] = {
    function.__name__: function
    for function in (
        edit_item,
        edit_link,
        move_item,
        put_back,
        put_settings_back,
        restore_item,
        restore_link,
        set_accountable,
        withdraw_item,
        withdraw_items,
        withdraw_link,
        withdraw_nomination,
    )  # fmt: skip
}


class CannotUndo(Refused):
    """The token is none of ours, somebody else's, or too old."""


def undo_token(actor: Actor, step: Step) -> str:
    """Return a token by which this person, for this organisation, can take the step back within an hour."""
    body = {"by": _who(actor), "do": step.action, "with": dict(step.arguments)}
    return signing.dumps(body, salt=SALT, compress=True)


def undo(*, actor: Actor, token: str, at: datetime) -> Moves:
    """
    Take a step back. Returns what moved, and in its `undo` how to take that back.

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
    return ACTIONS[body["do"]](actor=actor, at=at, **_arguments(body["with"]))


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
