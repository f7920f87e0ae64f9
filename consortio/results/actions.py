"""A results file on its way in, step by step, and a partnership made from one of its activities."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle
from consortio.access.seating import require_own_house
from consortio.attachments.actions import attach, withdraw_attachment
from consortio.attachments.bringing import brought
from consortio.attachments.names import safe_name
from consortio.attachments.store import Stored
from consortio.goals.actions import draft_goal
from consortio.goals.terms import GoalTerms
from consortio.imports.actions import NotNow
from consortio.interchange.wording import Wording
from consortio.invitations.actions import invite_organisation
from consortio.jobs.actions import start_job
from consortio.jobs.reads import job_page
from consortio.kpis.actions import claim_readings, define_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.holding import imported_kpis, readings_in
from consortio.kpis.terms import KpiTerms
from consortio.partnerships.actions import found_partnership
from consortio.partnerships.reads import partnership
from consortio.record.imports import begin_import
from consortio.record.log import action, record

from .kinds import BRING_IN, READ
from .models import Origin, ResultsFile, Step
from .sketching import Sketch
from .updating import becoming, fitting
from .wanted import Wanted

NEUTRAL = "results.json"


@action
def upload_results(*, actor: Actor, name: str, file: Stored, at: datetime) -> UUID:
    """Begin to read a results file that was stored in our own house. Nobody else learns of it."""
    house = access.lock(actor, Permission.PARTNERSHIP_FOUND, Circle, file.circle_id)
    require_own_house(actor, house)
    draft = ResultsFile(circle=house, made_at=at)
    draft.file_id = attach(actor=actor, stored=file, name=name, at=at)
    draft.person_id, draft.organisation_id = actor.person_id, actor.organisation_id
    draft.save()
    _start(actor, draft, READ, at)
    record("results.uploaded", draft, texts={"name": safe_name(name)})
    return draft.pk


def _start(actor: Actor, draft: ResultsFile, kind: str, at: datetime) -> None:
    arguments = {"draft": str(draft.pk)}
    draft.job_id = start_job(actor=actor, circle_id=draft.circle_id, kind=kind, arguments=arguments, at=at)
    draft.state = Step.READING if kind == READ else Step.APPLYING
    draft.save(update_fields=["job", "state"])


@action
def keep_results(
    *, actor: Actor, draft_id: UUID, job_id: UUID, neutral: Stored, summary: Mapping[str, Any], at: datetime
) -> None:
    """Keep what was read, to be looked at."""
    draft = access.lock(actor, Permission.PARTNERSHIP_FOUND, ResultsFile, draft_id, version=access.ANY)
    _require_turn(draft, job_id, Step.READING)
    draft.neutral_id = attach(actor=actor, stored=neutral, name=NEUTRAL, at=at)
    draft.state, draft.summary, draft.message = Step.READ, dict(summary), ""
    draft.save(update_fields=["neutral", "state", "summary", "message"])
    record("results.read", draft, activities=summary["count"])


@action
def refuse_results(*, actor: Actor, draft_id: UUID, job_id: UUID, message: Wording, at: datetime) -> None:
    """Keep the sentence that says why a file could not be read."""
    draft = access.lock(actor, Permission.PARTNERSHIP_FOUND, ResultsFile, draft_id, version=access.ANY)
    _require_turn(draft, job_id, Step.READING)
    draft.state, draft.message, draft.summary = Step.REFUSED, str(message), {"refusal": message.to_json()}
    draft.save(update_fields=["state", "message", "summary"])
    record("results.refused", draft)


@action
def bring_in_results(
    *, actor: Actor, draft_id: UUID, version: int | None, choices: Mapping[str, Any], at: datetime
) -> None:
    """Begin to make partnerships of the chosen activities; who may found one is asked again with each."""
    draft = access.lock(actor, Permission.PARTNERSHIP_FOUND, ResultsFile, draft_id, version=version)
    _require_idle(actor, draft, Step.READ, Step.APPLYING)
    draft.choices = dict(choices)
    draft.save(update_fields=["choices"])
    _start(actor, draft, BRING_IN, at)
    record("results.chosen", draft, activities=len(choices["activities"]))


@action
def make_partnership(
    *, actor: Actor, draft_id: UUID, job_id: UUID, wanted: Wanted, file_name: str, file: bytes, at: datetime
) -> UUID:
    """
    Make the partnership of one activity: its members, KPIs, goals and readings, all of it or nothing. Returns its id.

    Raises:
        NotNow, NameTaken, TooMany.
    """
    draft = access.lock(actor, Permission.PARTNERSHIP_FOUND, ResultsFile, draft_id, version=access.ANY)
    _require_turn(draft, job_id, Step.APPLYING)
    own = {"name": wanted.name, "letters": wanted.letters}
    joint_id = found_partnership(actor=actor, house_id=draft.circle_id, **own, at=at)
    rows = sum(1 + len(one.readings) + bool(one.goal) for one in wanted.sketches)
    imported = begin_import(joint_id, name=safe_name(file_name), file=file, rows=rows)
    origin = _keep_origin(actor, joint_id, imported.pk, wanted, file_name, file, at)
    _measure(actor, joint_id, imported.pk, wanted.sketches, at)
    for name, email in wanted.invited:
        invite_organisation(actor=actor, joint_id=joint_id, name=name, email=email, at=at)
    record("results.brought", origin, rows=rows)
    partnership_id: UUID = access.get(actor, Circle, joint_id).partnership_id
    draft.made = draft.made | {str(wanted.at): str(partnership_id)}
    draft.save(update_fields=["made"])
    record("results.made", draft, partnership=str(partnership_id))
    return partnership_id


@action
def update_partnership(
    *, actor: Actor, draft_id: UUID, job_id: UUID, wanted: Wanted, file_name: str, file: bytes, at: datetime
) -> UUID:
    """
    Claim the readings of an activity in the partnership that was made from it before; its goals stay as they are.

    Readings that the members settled stay, and KPIs that are not there any more, or take none, get none. Returns its id.
    """
    draft = access.lock(actor, Permission.PARTNERSHIP_FOUND, ResultsFile, draft_id, version=access.ANY)
    _require_turn(draft, job_id, Step.APPLYING)
    assert wanted.into
    here = partnership(actor=actor, partnership_id=wanted.into)
    access.lock(actor, Permission.PROGRESS_UPDATE, Circle, here.joint_id)
    rows = sum(len(one.readings) for one in wanted.sketches)
    imported = begin_import(here.joint_id, name=safe_name(file_name), file=file, rows=rows)
    origin = _keep_origin(actor, here.joint_id, imported.pk, wanted, file_name, file, at)
    _claim_again(actor, here.joint_id, imported.pk, wanted.sketches, at)
    record("results.updated", origin, rows=rows)
    draft.made = draft.made | {str(wanted.at): str(here.id)}
    draft.save(update_fields=["made"])
    record("results.made", draft, partnership=str(here.id))
    return here.id


def _claim_again(actor: Actor, joint_id: UUID, imported_id: UUID, sketches: tuple[Sketch, ...], at: datetime) -> None:
    kpis = imported_kpis(actor=actor, circle_ids=[joint_id]).get(joint_id, {})
    held = readings_in(actor=actor, kpi_ids=[kpi.id for kpi in kpis.values()])
    keys = {one.at: one.external_id for one in sketches}
    for one in sketches:
        key = keys.get(one.at if one.shares is None else one.shares, one.external_id)
        kpi = fitting(kpis, key, one.rhythm.frequency.value, one.rhythm.fiscal_start)
        if kpi is None:
            continue
        values = [(claim.start_on, claim.value) for claim in one.readings]
        fates = becoming(held.get(kpi.id, ()), values, actor.organisation_id)
        both = zip(one.readings, fates, strict=True)
        claims = [_reasoned(claim) for claim, fate in both if fate not in ("same", "settled")]
        if claims:
            claim_readings(actor=actor, kpi_id=kpi.id, claims=claims, imported_id=imported_id, at=at)


def _reasoned(claim: Claim) -> Claim:
    """Return a claim with a note: where it contests another's, it is the reason."""
    return replace(claim, note=claim.note or claim.source)


def _keep_origin(
    actor: Actor, joint_id: UUID, imported_id: UUID, wanted: Wanted, file_name: str, file: bytes, at: datetime
) -> Origin:
    """Keep the activity and its file for all members. The circle is minutes old: its file cannot be stored before it."""
    origin = Origin(circle_id=joint_id, imported_id=imported_id, organisation_id=actor.organisation_id, brought_at=at)
    with brought(joint_id, file) as stored:
        origin.file_id = attach(actor=actor, stored=stored, name=file_name, at=at)
    origin.identifier, origin.us = wanted.identifier, wanted.us
    origin.content = {"activity": wanted.head, "kinds": dict(wanted.kinds)}
    origin.save()
    return origin


def _measure(actor: Actor, joint_id: UUID, imported_id: UUID, sketches: tuple[Sketch, ...], at: datetime) -> None:
    """Define the KPIs, claim their readings for our organisation, and write the goals down as drafts."""
    own = {"actor": actor, "circle_id": joint_id, "at": at}
    kpis: dict[int, UUID] = {}
    for one in sketches:
        kept = {"external_id": one.external_id, "imported_id": imported_id}
        kpi_id = kpis.get(one.at if one.shares is None else one.shares)
        if kpi_id is None:
            kpi_id = kpis[one.at if one.shares is None else one.shares] = define_kpi(**own, terms=_terms(one), **kept)
        if one.readings:
            claims = {"kpi_id": kpi_id, "claims": one.readings, "imported_id": imported_id}
            claim_readings(actor=actor, at=at, **claims)
        if one.goal:
            draft_goal(**own, terms=_goal_terms(one, kpi_id), **kept)


def _terms(one: Sketch) -> KpiTerms:
    return KpiTerms(
        name=one.name,
        definition=one.definition,
        unit=one.unit,
        decimals=one.decimals,
        frequency=one.rhythm.frequency.value,
        fiscal_start=one.rhythm.fiscal_start,
        aggregation=one.aggregation,
        better=one.better,
    )


def _goal_terms(one: Sketch, kpi_id: UUID) -> GoalTerms:
    goal = one.goal
    assert goal
    said = {"name": goal.name, "why": goal.why, "direction": goal.direction, "kpi_id": kpi_id}
    return GoalTerms(**said, baseline=goal.baseline, target=goal.target, start_on=goal.start_on, due_on=goal.due_on)


@action
def end_results(*, actor: Actor, draft_id: UUID, job_id: UUID, at: datetime) -> None:
    """Say that all that was chosen has been brought in."""
    draft = access.lock(actor, Permission.PARTNERSHIP_FOUND, ResultsFile, draft_id, version=access.ANY)
    _require_turn(draft, job_id, Step.APPLYING)
    _withdraw(actor, draft.neutral_id, at)
    draft.state = Step.APPLIED
    draft.save(update_fields=["state"])
    record("results.applied", draft, partnerships=len(draft.made))


@action
def drop_results(*, actor: Actor, draft_id: UUID, at: datetime) -> None:
    """Throw a file away; what was made from it stays. What is being read is not kept when it has been read."""
    draft = access.lock(actor, Permission.PARTNERSHIP_FOUND, ResultsFile, draft_id, version=access.ANY)
    if draft.state != Step.READING:
        _require_idle(actor, draft, Step.READ, Step.REFUSED, Step.APPLYING)
    _withdraw(actor, draft.neutral_id, at)
    _withdraw(actor, draft.file_id, at)
    draft.state = Step.DROPPED
    draft.save(update_fields=["state"])
    record("results.dropped", draft)


def _withdraw(actor: Actor, attachment_id: UUID | None, at: datetime) -> None:
    if attachment_id:
        withdraw_attachment(actor=actor, attachment_id=attachment_id, at=at)


def _require_turn(draft: ResultsFile, job_id: UUID, step: Step) -> None:
    """Refuse a job that another one has followed, or whose file is at another step."""
    if draft.job_id != job_id or draft.state != step:
        raise NotNow


def _require_idle(actor: Actor, draft: ResultsFile, *steps: Step) -> None:
    """Refuse while a job has the file, and at other steps than these."""
    is_busy = draft.job_id is not None and not job_page(actor=actor, job_id=draft.job_id).is_over
    if is_busy or draft.state not in steps:
        raise NotNow
