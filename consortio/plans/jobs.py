"""What takes longer than an edit: the dates of a large plan."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.jobs.registry import Left, Task, job

from .rescheduling import RESCHEDULE, compute_dates


def _steps() -> dict[str, str]:
    return {"dates": _("computing the dates")}


def _way(result: Mapping[str, Any]) -> str:
    return reverse("plan", args=[result["plan"]])


def _left(arguments: Mapping[str, Any]) -> Left:
    """Of a later job the plan's page tells, too: what is said here stays true."""
    return Left(
        words=_("What was changed in the plan stays. The plan says whether its dates are still to be computed."),
        stopping=_("What was changed in the plan stays; its dates can be computed later."),
        way=_way(arguments),
        way_words=_("To the plan"),
    )


@job(
    RESCHEDULE,
    words=lambda: _("Computing the dates of a plan"),
    steps=_steps,
    way=_way,
    left=_left,
    is_shared=True,
)
def compute(task: Task) -> dict[str, Any]:
    task.progress(0, 1, "dates")
    plan_id, circle_id = UUID(task.arguments["plan"]), UUID(task.arguments["circle"])
    compute_dates(actor=task.actor, plan_id=plan_id, circle_id=circle_id, at=task.at)
    return {"plan": str(plan_id)}
