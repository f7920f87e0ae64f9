"""What takes time: reading a file in a process of its own, and applying it."""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.attachments.bringing import brought
from consortio.attachments.reads import content_of, path_of
from consortio.interchange import child
from consortio.interchange.plan import Plan, Refused, plan_from_json
from consortio.jobs.registry import Cancelled, JobRefused, Task, job
from consortio.plans.importing import Choices, Prepared, prepare_import
from consortio.plans.reads import plan_page
from consortio.plans.reimporting import changed_words, difference_of
from consortio.plans.shifting import shifts_of
from consortio.ui.said import said

from . import actions, reads
from .kinds import APPLY, READ
from .summary import difference_summary, differing, milestone_summary, summary_of, table_of


def _steps() -> dict[str, str]:
    return {
        "read": _("reading the file"),
        "match": _("matching it with the plan of today"),
        "dates": _("computing the dates"),
        "save": _("saving all lines at once"),
    }


def _way(result: Mapping[str, Any]) -> str:
    return reverse("plan", args=[result["plan"]]) if "plan" in result else reverse("import", args=[result["draft"]])


@job(READ, words=lambda: _("Reading the plan file"), steps=_steps, way=_way)
def read(task: Task) -> dict[str, Any]:
    draft = reads.draft_page(actor=task.actor, draft_id=UUID(task.arguments["draft"]))
    if draft.state != "reading" or not _has_turn(task, draft):  # a worker died after it was kept, or it is read anew
        return {"draft": str(draft.id)}
    task.progress(0, 3, "read")
    plan = _read_apart(task, draft)
    task.progress(1, 3, "match")
    summary = summary_of(plan)
    if draft.plan_id:
        # Asked first: what is changed while the two are compared is then found changed when it is applied.
        summary["plan_version"] = plan_page(actor=task.actor, plan_id=draft.plan_id).head.version
        prepared = _prepared(task, plan, draft)
        against = {"actor": task.actor, "plan_id": draft.plan_id, "prepared": prepared}
        summary["difference"] = difference_summary(difference_of(**against), prepared)
        summary |= milestone_summary(shifts_of(**against))
    task.progress(2, 3, "save")
    own = {"draft_id": draft.id, "job_id": task.job_id, "at": task.at}
    with brought(draft.circle_id, _packed(plan)) as neutral:
        actions.keep_reading(actor=task.actor, neutral=neutral, summary=summary, **own)
    return {"draft": str(draft.id)}


def _has_turn(task: Task, draft: reads.DraftPage) -> bool:
    return draft.job is not None and draft.job.id == task.job_id


def _read_apart(task: Task, draft: reads.DraftPage) -> Plan:
    path = path_of(actor=task.actor, attachment_id=draft.file_id)
    try:
        return child.read_apart(
            path, draft.file_name, options=draft.choices.get("mapping"), cancelled=task.is_cancelled
        )
    except Refused as refusal:
        own = {"draft_id": draft.id, "job_id": task.job_id, "at": task.at, "table": table_of(refusal.where)}
        actions.refuse_reading(actor=task.actor, message=refusal.message, **own)
        raise JobRefused(said(refusal.message), {"draft": str(draft.id)}) from refusal
    except child.Cancelled:
        raise Cancelled from None


@job(APPLY, words=lambda: _("Bringing the plan in"), steps=_steps, way=_way)
def apply(task: Task) -> dict[str, Any]:
    """Compute first, then write in one action: until then a stop leaves no trace."""
    draft = reads.draft_page(actor=task.actor, draft_id=UUID(task.arguments["draft"]))
    if draft.state == "applied":  # a worker died between the action and its note
        return {"draft": str(draft.id), "plan": str(draft.plan_id)}
    if not _has_turn(task, draft) or draft.neutral_id is None:
        return {"draft": str(draft.id)}
    task.progress(0, 3, "read")
    plan = _unpacked(content_of(actor=task.actor, attachment_id=draft.neutral_id))
    task.progress(1, 3, "dates")
    prepared = _prepared(task, plan, draft)
    task.progress(2, 3, "save")
    try:
        plan_id = _written(task, draft, prepared)
    except access.Stale as refusal:
        raise JobRefused(changed_words(), {"draft": str(draft.id)}) from refusal
    except access.Refused as refusal:
        raise JobRefused(str(refusal), {"draft": str(draft.id)}) from refusal
    return {"draft": str(draft.id), "plan": str(plan_id)}


def _written(task: Task, draft: reads.DraftPage, prepared: Prepared) -> UUID:
    file = content_of(actor=task.actor, attachment_id=draft.file_id)
    common = {"actor": task.actor, "draft_id": draft.id, "job_id": task.job_id, "at": task.at}
    common |= {"prepared": prepared, "name": draft.file_name}
    if draft.plan_id is None:
        with brought(draft.target.id, file) as stored:
            return actions.write_new(**common, file=file, stored=stored)
    difference = difference_of(actor=task.actor, plan_id=draft.plan_id, prepared=prepared)
    shown, ticks = set(draft.choices.get("shown", ())), set(draft.choices.get("ticks", ()))
    if not set(differing(draft.summary["difference"], difference)).isdisjoint(ticks):
        raise JobRefused(changed_words(), {"draft": str(draft.id)})
    ticked = {change.key for change in difference.changes if change.ticked and change.key not in shown} | ticks
    with brought(draft.target.id, file) as stored:
        return actions.write_again(**common, checked=difference, ticked=ticked, file=file, stored=stored)


def _prepared(task: Task, plan: Plan, draft: reads.DraftPage) -> Prepared:
    chosen = draft.choices
    who = {name: value.split("@") for name, value in chosen.get("who", {}).items() if value}
    zone = chosen.get("zone", "UTC")
    choices = Choices(
        name=chosen.get("name", ""),
        zone=zone,
        begins_at=_begins_at(task, draft, zone),
        organisations={name: UUID(parts[-1]) for name, parts in who.items()},
        people={name: UUID(parts[0]) for name, parts in who.items() if len(parts) == 2},
    )
    return prepare_import(plan=plan, circle_id=draft.target.id, choices=choices)


def _begins_at(task: Task, draft: reads.DraftPage, zone: str) -> datetime:
    """Return what starts a plan whose file has no date: today; of one that is here already, what starts it."""
    if draft.plan_id:
        return plan_page(actor=task.actor, plan_id=draft.plan_id).start_at
    return datetime.combine(task.at.astimezone(ZoneInfo(zone)), time(8))


def _packed(plan: Plan) -> bytes:
    return gzip.compress(json.dumps(plan.to_json(sparse=True), separators=(",", ":")).encode(), 1)


def _unpacked(content: bytes) -> Plan:
    return plan_from_json(json.loads(gzip.decompress(content)))
