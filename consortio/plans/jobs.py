"""What takes longer than an edit: the dates of a large plan."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.jobs.registry import Task, job

from .rescheduling import RESCHEDULE, compute_dates


def _steps() -> dict[str, str]:
    return {"dates": _("computing the dates")}


def _way(result: Mapping[str, Any]) -> str:
    return reverse("plan", args=[result["plan"]])


@job(RESCHEDULE, words=lambda: _("Computing the dates of a plan"), steps=_steps, way=_way, is_shared=True)
def compute(task: Task) -> dict[str, Any]:
    task.progress(0, 1, "dates")
    plan_id, circle_id = UUID(task.arguments["plan"]), UUID(task.arguments["circle"])
    compute_dates(actor=task.actor, plan_id=plan_id, circle_id=circle_id, at=task.at)
    return {"plan": str(plan_id)}
