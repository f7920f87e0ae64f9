"""Simulating a plan: in a process of its own, with progress, to be stopped at any time."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.jobs.apart import ComputationFailed, run_apart
from consortio.jobs.registry import JobRefused, Task, job
from consortio.ui.said import said

from .actions import NothingUncertain, keep_simulation
from .engine import CannotCompute, Inputs, outcome_of, simulated
from .reads import asked_for
from .rules import RUN


def _steps() -> dict[str, str]:
    return {"trials": _("computing the plan again and again, each time with other durations")}


def _way(result: Mapping[str, Any]) -> str:
    return reverse("simulation", args=[result["simulation"]])


@job(RUN, words=lambda: _("Simulating a plan"), steps=_steps, way=_way)
def run(task: Task) -> dict[str, Any]:
    plan_id, circle_id = UUID(task.arguments["plan"]), UUID(task.arguments["circle"])
    try:
        asked = asked_for(actor=task.actor, plan_id=plan_id, circle_id=circle_id)
    except CannotCompute as refusal:
        raise JobRefused(said(refusal.message)) from refusal
    _require_uncertain(asked.inputs)
    trials, seed = task.arguments["trials"], int(task.arguments["seed"])
    try:
        answer = simulated(asked.inputs, trials=trials, seed=seed, run=partial(run_apart, task=task, step="trials"))
    except ComputationFailed as failure:
        if failure.code != "horizon":
            raise
        raise JobRefused(_("In some trials the plan ends more than a dozen years after all its dates.")) from failure
    kept = {
        "data_at": asked.data_at,
        "trials": answer.trials,
        "seed": seed,
        "engine": answer.version,
        "fingerprint": answer.fingerprint,
        "outcome": outcome_of(asked.inputs, answer, asked.agreed),
    }
    own = {"actor": task.actor, "plan_id": plan_id, "circle_id": circle_id, "job_id": task.job_id, "at": task.at}
    return {"simulation": str(keep_simulation(said=kept, **own))}


def _require_uncertain(inputs: Inputs) -> None:
    if not (inputs.spreads or inputs.risks or inputs.drivers):
        raise NothingUncertain(
            _("Nothing is uncertain yet: say of some items how long they may take, or write down a risk.")
        )
