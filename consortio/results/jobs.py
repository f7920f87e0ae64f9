"""What takes time: reading a file in a process of its own, and making partnerships of its activities."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.attachments.bringing import brought
from consortio.attachments.reads import content_of, path_of
from consortio.interchange import child
from consortio.interchange.plan import Refused
from consortio.interchange.results import Results
from consortio.jobs.registry import Cancelled, JobRefused, Left, Task, job
from consortio.ui.said import said

from . import actions, reads
from .kinds import BRING_IN, READ
from .summary import offered, packed, summary_of, unpacked
from .wanted import wanted_of


def _steps() -> dict[str, str]:
    return {
        "read": _("reading the file"),
        "match": _("looking at what it holds"),
        "make": _("making one partnership after the other"),
    }


def _way(result: Mapping[str, Any]) -> str:
    return reverse("results_import", args=[result["draft"]])


@job(READ, words=lambda: _("Reading the results file"), steps=_steps, way=_way)
def read(task: Task) -> dict[str, Any]:
    draft = reads.draft_page(actor=task.actor, draft_id=UUID(task.arguments["draft"]))
    if draft.state != "reading" or not _has_turn(task, draft):  # a worker died after it was kept, or it was dropped
        return {"draft": str(draft.id)}
    task.progress(0, 2, "read")
    results = _read_apart(task, draft)
    task.progress(1, 2, "match")
    kept = offered(results)
    summary = summary_of(results, kept, source=draft.source, today=task.at.date())
    own = {"draft_id": draft.id, "job_id": task.job_id, "at": task.at}
    with brought(draft.circle_id, packed(kept)) as neutral:
        actions.keep_results(actor=task.actor, neutral=neutral, summary=summary, **own)
    return {"draft": str(draft.id)}


def _has_turn(task: Task, draft: reads.DraftPage) -> bool:
    return draft.job is not None and draft.job.id == task.job_id


def _read_apart(task: Task, draft: reads.DraftPage) -> Results:
    path = path_of(actor=task.actor, attachment_id=draft.file_id)
    try:
        return child.read_document_apart(path, Results, draft.file_name, cancelled=task.is_cancelled)
    except Refused as refusal:
        own = {"draft_id": draft.id, "job_id": task.job_id, "at": task.at}
        actions.refuse_results(actor=task.actor, message=refusal.message, **own)
        raise JobRefused(said(refusal.message), {"draft": str(draft.id)}) from refusal
    except child.Cancelled:
        raise Cancelled from None


def _left(arguments: Mapping[str, Any]) -> Left:
    return Left(
        _("What was made before stays; nothing is half made."),
        _("Each partnership is made as a whole or not at all; those that are made stay."),
        reverse("results_import", args=[arguments["draft"]]),
        _("Look at the file"),
    )


@job(BRING_IN, words=lambda: _("Bringing the results in"), steps=_steps, way=_way, left=_left)
def bring_in(task: Task) -> dict[str, Any]:
    """Make one partnership after the other, each in an action of its own; those that are made already are passed over."""
    draft = reads.draft_page(actor=task.actor, draft_id=UUID(task.arguments["draft"]))
    if draft.state != "applying" or not _has_turn(task, draft) or draft.neutral_id is None:
        return {"draft": str(draft.id)}
    todo = [one for one in draft.choices["activities"] if str(one["at"]) not in draft.made]
    task.progress(0, len(todo) + 1, "read")
    results = unpacked(content_of(actor=task.actor, attachment_id=draft.neutral_id))
    file = content_of(actor=task.actor, attachment_id=draft.file_id)
    own = {"actor": task.actor, "draft_id": draft.id, "job_id": task.job_id, "at": task.at}
    try:
        for done, choice in enumerate(todo, 1):
            task.progress(done, len(todo) + 1, "make")
            activity, letters = results.activities[choice["at"]], draft.choices["letters"]
            wanted = wanted_of(activity, choice, letters, source=draft.source, today=task.at.date())
            write = actions.update_partnership if wanted.into else actions.make_partnership
            write(**own, wanted=wanted, file_name=draft.file_name, file=file)
        actions.end_results(**own)
    except access.Refused as refusal:
        raise JobRefused(str(refusal), {"draft": str(draft.id)}) from refusal
    return {"draft": str(draft.id)}
