"""Asking for dates that fit: a job in the circle of which they are asked."""

from datetime import datetime
from uuid import UUID

from consortio import access
from consortio.access import Actor, Invalid, Permission
from consortio.access.models import Circle
from consortio.jobs.actions import start_job
from consortio.plans.heads import head_of
from consortio.record.log import action

from .finding import problem_of
from .models import Objective
from .rules import SECONDS

FIND = "levelling.find"  # the job's name


@access.read
def circle_of(*, actor: Actor, plan_id: UUID, is_house: bool) -> UUID:
    """Return the plan's circle, or our house. Raises: NotVisible."""
    _plan, head = head_of(actor, plan_id)
    if not is_house:
        return head.circle.id
    house_id = actor.houses.get(head.partnership_id)
    if house_id is None:
        raise access.NotVisible
    return house_id


@action
def ask_for_dates(*, actor: Actor, plan_id: UUID, circle_id: UUID, objective: str, seconds: int, at: datetime) -> UUID:
    """
    Let dates be looked for, in the background. Returns the job's id.

    Raises:
        NothingToFind: says why there is nothing to look for.
        Invalid: names the field.
        NotVisible: no such plan, or no such circle of it.
    """
    access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    if objective not in Objective.values:
        raise Invalid("objective", "finish, stable")
    if seconds not in SECONDS:
        raise Invalid("seconds", ", ".join(str(each) for each in SECONDS))
    problem_of(actor=actor, plan_id=plan_id, circle_id=circle_id)
    said = {"plan": str(plan_id), "circle": str(circle_id), "objective": objective, "seconds": seconds}
    return start_job(actor=actor, circle_id=circle_id, kind=FIND, arguments=said, at=at)
