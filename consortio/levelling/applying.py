"""Dates that were found come into the plan: by whoever edits it, or by the yes of every member."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.access.models import Circle, Kind
from consortio.approvals.actions import propose
from consortio.plans.moving import take_turn
from consortio.plans.rescheduling import Moves
from consortio.plans.starting import Start, hold_agreed_starts, hold_starts
from consortio.record.log import action, record

from .models import Levelling
from .seeing import seen_by

KIND = "levelling"
MOVED_MAX = 30  # items that a proposal tells of one by one


class PlanChanged(Refused):
    """What was found fits another plan, other needs or other capacities than there are now."""


class NothingToApply(Refused):
    """Nothing has to start later."""


class NotTogether(Refused):
    """Only what all members see is put to all of them."""


@action
def apply_levelling(*, actor: Actor, levelling_id: UUID, at: datetime) -> Moves:
    """
    Put dates that were found into the plan, in one step. Returns what moved, with the way back.

    Raises:
        PlanChanged: the plan, whom it needs, or the time there is has changed since.
        NothingToApply.
    """
    take_turn(actor, Levelling, levelling_id)
    row = access.lock(actor, Permission.PLAN_EDIT, Levelling, levelling_id)
    _require_fitting(actor, row)
    moves = hold_starts(actor=actor, plan_id=row.plan_id, starts=starts_of(row), at=at)
    _tell(row, moves)
    return moves


def apply_agreed(actor: Actor, row: Levelling, at: datetime) -> None:
    """Put them into the plan within the action of the last yes."""
    take_turn(actor, Levelling, row.pk)
    _require_fitting(actor, row)
    _tell(row, hold_agreed_starts(actor, row.plan_id, starts_of(row), at))


def _tell(row: Levelling, moves: Moves) -> None:
    facts: dict[str, Any] = moves.joint.facts
    record("levelling.applied", row, plan=str(row.plan_id), items=len(row.holds), **facts)


def starts_of(row: Levelling) -> list[Start]:
    return [Start(UUID(pk), datetime.fromisoformat(at)) for pk, at in row.holds]


def _require_fitting(actor: Actor, row: Levelling) -> None:
    if not row.holds:
        raise NothingToApply(_("Nothing has to start later, so there is nothing to be put into the plan."))
    if not fits_now(actor, row):
        raise PlanChanged(
            _("The plan, whom it needs or the time there is has changed since: look for dates again, and apply those.")
        )


def fits_now(actor: Actor, row: Levelling) -> bool:
    """Tell whether everything is as it was when these dates were found."""
    return seen_by(actor=actor, plan_id=row.plan_id, circle_id=row.circle_id).fingerprint == row.fingerprint


@action
def propose_levelling(*, actor: Actor, levelling_id: UUID, days: int, at: datetime, reason: str = "") -> UUID:
    """
    Put dates that were found to every member; when all have agreed, they come into the plan. Returns the proposal's id.

    Raises:
        NotTogether: fewer than all members see them.
        PlanChanged, NothingToApply: as for `apply_levelling`.
    """
    row = access.lock(actor, Permission.PLAN_EDIT, Levelling, levelling_id)
    circle = access.get(actor, Circle, row.circle_id)
    if circle.kind != Kind.JOINT or circle.organisation_id:
        raise NotTogether(_("Only dates that all members see are proposed to all of them."))
    _require_fitting(actor, row)
    content = content_of(actor, row)
    own = {"circle_id": row.circle_id, "kind": KIND, "subject_id": row.pk, "content": content}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


def content_of(actor: Actor, row: Levelling) -> dict[str, Any]:
    plan = seen_by(actor=actor, plan_id=row.plan_id, circle_id=row.circle_id).head
    return {
        "plan": plan.name,
        "plan_id": str(row.plan_id),
        "finish_before": row.finish_before,
        "finish_at": row.finish_at,
        "items": len(row.moved),
        "moved": [[pk, before, after] for pk, before, _end, after, _to in row.moved[:MOVED_MAX]],
    }


def is_proposed_here(circle: Any, members: Mapping[UUID, Any]) -> bool:
    """Tell whether dates of a circle can be put to all members: of joint work of several, by one that has a vote."""
    several = sum(not member.has_left for member in members.values()) > 1
    return circle.kind == Kind.JOINT and several and any(each.is_you and each.is_active for each in members.values())
