"""A plan file on its way in, step by step. Each step is small; what takes time is done by jobs between them."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, Refused
from consortio.access.models import Circle, Kind
from consortio.attachments.actions import attach, withdraw_attachment
from consortio.attachments.names import safe_name
from consortio.attachments.store import Stored
from consortio.interchange.wording import Wording
from consortio.jobs.actions import start_job
from consortio.jobs.reads import job_page
from consortio.plans.difference import Difference
from consortio.plans.importing import Prepared, import_plan
from consortio.plans.reads import plan_page
from consortio.plans.reimporting import reimport_plan
from consortio.record.log import action, record

from .kinds import APPLY, READ
from .models import Draft, State

NEUTRAL = "plan.json"


class NotNow(Refused):
    """The file is not at the step that was asked for: somebody went on with it meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This file is at another step already; load the page again."))


@action
def upload_plan(
    *,
    actor: Actor,
    target_id: UUID,
    name: str,
    file: Stored,
    at: datetime,
    plan_id: UUID | None = None,
) -> UUID:
    """Begin to read a plan file that was stored in our house (of a body: in the body). Nobody else learns of it."""
    home = access.lock(actor, Permission.PLAN_EDIT, Circle, file.circle_id)
    target = access.lock(actor, Permission.PLAN_EDIT, Circle, target_id)
    _require_home(actor, home, target)
    if plan_id and plan_page(actor=actor, plan_id=plan_id).head.circle.id != target.pk:
        raise NotVisible
    draft = Draft(circle=home, target=target, plan_id=plan_id, made_at=at)
    draft.file_id = attach(actor=actor, stored=file, name=name, at=at)
    draft.person_id, draft.organisation_id = actor.person_id, actor.organisation_id
    draft.save()
    _start(actor, draft, READ, at)
    record("import.uploaded", draft, target=str(target.pk), texts={"name": safe_name(name)})
    return draft.pk


def _require_home(actor: Actor, home: Circle, target: Circle) -> None:
    """Refuse unless the draft lies where only those learn of it who will see the plan, or our own house."""
    is_ours = home.kind == Kind.HOUSE and home.organisation_id == actor.organisation_id
    if target.partnership_id != home.partnership_id or target.kind == Kind.PUBLIC:
        raise NotVisible
    if not (home == target if target.kind == Kind.BODY else is_ours):
        raise NotVisible


def _start(actor: Actor, draft: Draft, kind: str, at: datetime) -> None:
    arguments = {"draft": str(draft.pk)}
    draft.job_id = start_job(actor=actor, circle_id=draft.circle_id, kind=kind, arguments=arguments, at=at)
    draft.state = State.READING if kind == READ else State.APPLYING
    draft.save(update_fields=["job", "state"])


@action
def keep_reading(
    *, actor: Actor, draft_id: UUID, job_id: UUID, neutral: Stored, summary: Mapping[str, Any], at: datetime
) -> None:
    """Keep what was read, to be looked at."""
    draft = access.lock(actor, Permission.PLAN_EDIT, Draft, draft_id, version=access.ANY)
    _require_turn(draft, job_id, State.READING)
    _withdraw(actor, draft.neutral_id, at)
    draft.neutral_id = attach(actor=actor, stored=neutral, name=NEUTRAL, at=at)
    draft.state, draft.summary, draft.message = State.READ, dict(summary), ""
    draft.save(update_fields=["neutral", "state", "summary", "message"])
    record("import.read", draft, items=summary["counts"]["items"])


@action
def refuse_reading(
    *,
    actor: Actor,
    draft_id: UUID,
    job_id: UUID,
    message: Wording,
    at: datetime,
    table: Mapping[str, Any] | None = None,
) -> None:
    """Keep the sentence that says why a file could not be read, and what can be said of a table to be read."""
    draft = access.lock(actor, Permission.PLAN_EDIT, Draft, draft_id, version=access.ANY)
    _require_turn(draft, job_id, State.READING)
    draft.state, draft.message = State.REFUSED, str(message)
    draft.summary = {"refusal": message.to_json()} | ({"mapping": dict(table)} if table else {})
    draft.save(update_fields=["state", "message", "summary"])
    record("import.refused", draft)


@action
def read_again(*, actor: Actor, draft_id: UUID, version: int, mapping: Mapping[str, Any], at: datetime) -> None:
    """Read the file anew, its columns as somebody says."""
    draft = access.lock(actor, Permission.PLAN_EDIT, Draft, draft_id, version=version)
    _require_idle(actor, draft, State.READ, State.REFUSED, State.READING, State.APPLYING)
    draft.choices = draft.choices | {"mapping": dict(mapping)}
    draft.save(update_fields=["choices"])
    _start(actor, draft, READ, at)
    record("import.mapped", draft)


@action
def apply_draft(*, actor: Actor, draft_id: UUID, version: int, choices: Mapping[str, Any], at: datetime) -> None:
    """Begin to apply the file with these choices; who may change plans in the target is asked again at the end."""
    draft = access.lock(actor, Permission.PLAN_EDIT, Draft, draft_id, version=version)
    _require_idle(actor, draft, State.READ, State.APPLYING)
    access.lock(actor, Permission.PLAN_EDIT, Circle, draft.target_id)
    draft.choices = draft.choices | dict(choices)
    draft.save(update_fields=["choices"])
    _start(actor, draft, APPLY, at)
    record("import.chosen", draft)


@action
def write_new(
    *,
    actor: Actor,
    draft_id: UUID,
    job_id: UUID,
    prepared: Prepared,
    name: str,
    file: bytes,
    stored: Stored,
    at: datetime,
) -> UUID:
    """Write the plan where it was to lie, with its file beside it; the draft ends in the same moment, or nothing does."""
    draft = access.lock(actor, Permission.PLAN_EDIT, Draft, draft_id, version=access.ANY)
    _require_turn(draft, job_id, State.APPLYING)
    target = draft.target_id
    plan_id = import_plan(actor=actor, circle_id=target, prepared=prepared, file_name=name, file=file, at=at)
    attach(actor=actor, stored=stored, name=name, subject_id=plan_id, at=at)
    _end(actor, draft, plan_id, at)
    return plan_id


@action
def write_again(
    *,
    actor: Actor,
    draft_id: UUID,
    job_id: UUID,
    prepared: Prepared,
    checked: Difference,
    ticked: Set[str],
    name: str,
    file: bytes,
    stored: Stored,
    at: datetime,
) -> UUID:
    """Write the ticked lines over a plan that came in before, if nobody has changed them since they were looked at."""
    draft = access.lock(actor, Permission.PLAN_EDIT, Draft, draft_id, version=access.ANY)
    _require_turn(draft, job_id, State.APPLYING)
    over = {"plan_id": draft.plan_id, "version": draft.choices["plan_version"], "ticked": set(ticked)}
    over |= {"checked": checked}
    reimport_plan(actor=actor, **over, prepared=prepared, file_name=name, file=file, at=at)
    attach(actor=actor, stored=stored, name=name, subject_id=draft.plan_id, at=at)
    _end(actor, draft, draft.plan_id, at)
    return draft.plan_id


def _end(actor: Actor, draft: Draft, plan_id: UUID, at: datetime) -> None:
    _withdraw(actor, draft.neutral_id, at)
    draft.state, draft.plan_id = State.APPLIED, plan_id
    draft.save(update_fields=["state", "plan"])
    record("import.applied", draft, plan=str(plan_id))


@action
def drop_draft(*, actor: Actor, draft_id: UUID, at: datetime) -> None:
    """Throw a file away that was not applied. What is being read is not kept when it has been read."""
    draft = access.lock(actor, Permission.PLAN_EDIT, Draft, draft_id, version=access.ANY)
    if draft.state != State.READING:
        _require_idle(actor, draft, State.READ, State.REFUSED, State.APPLYING)
    _withdraw(actor, draft.neutral_id, at)
    _withdraw(actor, draft.file_id, at)
    draft.state = State.DROPPED
    draft.save(update_fields=["state"])
    record("import.dropped", draft)


def _withdraw(actor: Actor, attachment_id: UUID | None, at: datetime) -> None:
    if attachment_id:
        withdraw_attachment(actor=actor, attachment_id=attachment_id, at=at)


def _require_turn(draft: Draft, job_id: UUID, step: State) -> None:
    """Refuse a job that another one has followed, or whose file is at another step."""
    if draft.job_id != job_id or draft.state != step:
        raise NotNow


def _require_idle(actor: Actor, draft: Draft, *steps: State) -> None:
    """Refuse while a job has the file, and at other steps than these."""
    is_busy = draft.job_id is not None and not job_page(actor=actor, job_id=draft.job_id).is_over
    if is_busy or draft.state not in steps:
        raise NotNow
