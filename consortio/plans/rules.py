"""Who may say how far an item is, beyond what the role grants."""

from collections.abc import Collection
from typing import Any

from consortio.access import Actor, Permission


def may_report(actor: Actor, granted: Collection[str], item: Any) -> bool:
    """Tell whether the actor may report progress on an item, with what their role grants in its circle."""
    if Permission.PROGRESS_UPDATE not in granted:
        return False
    return Permission.PLAN_EDIT in granted or answers_for(actor, item) or _is_ours_alone(actor, item)


def may_redate(actor: Actor, granted: Collection[str], item: Any) -> bool:
    """Tell whether the actor may say when an item can begin, and how much work it is."""
    return may_report(actor, granted, item) and (Permission.PLAN_EDIT in granted or answers_for(actor, item))


def answers_for(actor: Actor, item: Any) -> bool:
    """Tell whether the actor is the person accountable."""
    return item.person_id is not None and item.person_id == actor.person_id


def _is_ours_alone(actor: Actor, item: Any) -> bool:
    return item.person_id is None and item.organisation_id is not None and item.organisation_id == actor.organisation_id
