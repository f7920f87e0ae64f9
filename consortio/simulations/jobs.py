"""Simulating a plan: in a process of its own, with progress, to be stopped at any time."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.jobs.apart import ComputationFailed, run_apart
from consortio.jobs.registry import JobRefused, Left, Task, job
from consortio.ui.said import said

from .actions import keep_simulation
from .engine import CannotCompute
from .reads import asked_for
from .rules import RUN
from .running import answered


def _steps() -> dict[str, str]:
    return {"trials": _("computing the plan again and again, each time with other durations")}


def _way(result: Mapping[str, Any]) -> str:
    return reverse("simulation", args=[result["simulation"]])


def _left(arguments: Mapping[str, Any]) -> Left:
    return Left(
        words=_("Nothing of it is kept."),
        stopping=_("A simulation changes nothing in the plan; stopping leaves no trace."),
        way=reverse("plan_simulation", args=[arguments["plan"]]),
        way_words=_("To the simulation of the plan"),
    )


@job(RUN, words=lambda: _("Simulating a plan"), steps=_steps, way=_way, left=_left)
def run(task: Task) -> dict[str, Any]:
    plan_id, circle_id = UUID(task.arguments["plan"]), UUID(task.arguments["circle"])
    try:
        asked = asked_for(actor=task.actor, plan_id=plan_id, circle_id=circle_id)
    except CannotCompute as refusal:
        raise JobRefused(said(refusal.message)) from refusal
    trials, seed = task.arguments["trials"], int(task.arguments["seed"])
    try:
        kept = answered(asked, trials=trials, seed=seed, run=partial(run_apart, task=task, step="trials"))
    except ComputationFailed as failure:
        if failure.code != "horizon":
            raise
        raise JobRefused(_("In some trials the plan ends more than a dozen years after all its dates.")) from failure
    own = {"actor": task.actor, "plan_id": plan_id, "circle_id": circle_id, "job_id": task.job_id, "at": task.at}
    return {"simulation": str(keep_simulation(said=kept, **own))}
