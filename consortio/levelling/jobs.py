"""Looking for dates that fit, in the background."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.jobs.apart import run_apart
from consortio.jobs.registry import JobRefused, Left, Steps, Task, job
from consortio.ui.formats import day

from .asking import FIND
from .engine import bottlenecks
from .finding import NothingToFind, Run, keep_levelling, problem_of, solve
from .loads import instant_of


def _best(minute: int) -> str:
    return _("looking for dates; with the best so far the last one ends on %(day)s") % {"day": day(instant_of(minute))}


def _steps() -> Steps:
    return {"dates": _("looking for dates"), "best": _best, "short": _("looking for what is short")}


def _way(result: Mapping[str, Any]) -> str:
    return reverse("levelling", args=[result["levelling"]]) if "levelling" in result else ""


def _left(arguments: Mapping[str, Any]) -> Left:
    return Left(
        words=_("The plan stays as it is."),
        stopping=_("Nothing in the plan changes by looking for dates; stopping leaves no trace."),
        way=reverse("plan_load", args=[arguments["plan"]]),
        way_words=_("To the load of the plan"),
    )


def _apart(task: Task) -> Run:
    """Return what runs the engine in another process, and tells what it is at."""

    def run(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        step = "short" if function is bottlenecks else "dates"
        best = None if step == "short" else lambda value: f"best:{int(value)}"
        return run_apart(function, *arguments, task=task, step=step, step_of=best, **named)

    return run


@job(FIND, words=lambda: _("Looking for dates that fit"), steps=_steps, way=_way, left=_left)
def find(task: Task) -> dict[str, Any]:
    said = task.arguments
    where = {"plan_id": UUID(said["plan"]), "circle_id": UUID(said["circle"])}
    try:
        problem = problem_of(actor=task.actor, **where)
    except NothingToFind as refusal:
        raise JobRefused(str(refusal)) from None
    columns = solve(problem, objective=said["objective"], seconds=said["seconds"], run=_apart(task))
    made = keep_levelling(actor=task.actor, **where, columns=columns, at=task.at, job_id=task.job_id)
    return {"levelling": str(made)}
