from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localdate, now
from ninja import Query, Router, Status

from consortio.approvals.api import ProposalOut, proposal_out
from consortio.paging import Page, Paging, counted, paged, start_of
from consortio.versions import IfMatch

from . import actions, choosing, looking_back, reads
from .api_shapes import (
    GoalChanceOut,
    GoalChangesIn,
    GoalEditIn,
    GoalEndIn,
    GoalEndProposeIn,
    GoalFilters,
    GoalIn,
    GoalItemsIn,
    GoalLeadOut,
    GoalOpinionIn,
    GoalOpinionOut,
    GoalOut,
    GoalPageOut,
    GoalProposeIn,
    GoalTermsOut,
    GoalVersionOut,
    TakenBackOut,
    text_of,
)
from .looking import Look, looked
from .rows import GoalRow
from .terms import Contribution, GoalTerms

router = Router(tags=["Goals"])
NAMES = {"begins_on": "start_on", "begins_with": "baseline", "part_of_id": "parent_id"}  # as the actions call them
AMOUNTS = ("baseline", "target", "band_low", "band_high")


def _range(found: Any) -> dict[str, str] | None:
    return {"low": format(found.low, "f"), "high": format(found.high, "f")} if found is not None else None


def _goal(row: Any) -> dict[str, Any]:
    names = ("id", "number", "version", "circle_id", "state", "agreed_number", "decided_at", "chance")
    own = {name: getattr(row, name) for name in names}
    return own | {
        "proposal_id": row.proposal.id if row.proposal else None,
        "terms": _terms(row.terms),
        "standing": _standing(row),
    }


def _terms(terms: GoalTerms) -> dict[str, Any]:
    own = {name: getattr(terms, NAMES.get(name, name)) for name in GoalTermsOut.model_fields}
    return own | {name: text_of(own[name]) for name in ("begins_with", *AMOUNTS[1:])}


def _standing(row: Any) -> dict[str, Any]:
    measured, done = row.measured, row.finished
    standing = measured.standing if measured else None
    return {
        "status": row.status.value,
        "actual": _range(measured.actual) if measured else None,
        "as_of": measured.as_of if measured else None,
        "expected": text_of(measured.expected) if measured else None,
        "attainment": _range(standing.attainment) if standing else None,
        "health": _range(standing.health) if standing else None,
        "items_done": done.done if done else None,
        "items": done.of if done else None,
        "finish_on": done.finish_on if done else None,
    }


def _said(body: GoalIn | GoalChangesIn, **options: Any) -> dict[str, Any]:
    """Return the fields of a goal as the actions take them."""
    said = {NAMES.get(name, name): value for name, value in body.dict(**options).items()}
    for name in AMOUNTS:
        if said.get(name) is not None:
            said[name] = Decimal(said[name])
    if "contributions" in said:
        said["contributions"] = tuple(
            Contribution(**one | {"amount": Decimal(one["amount"]) if one.get("amount") else None})
            for one in said["contributions"]  # what is left out of one is not there
        )
    return said


def _leads(row: GoalRow) -> list[dict[str, Any]]:
    terms = row.terms
    others = [one for one in terms.contributions if one.organisation_id != terms.organisation_id]
    leads = [(one.organisation_id, one.person_id, row.leads.get(one.organisation_id, ""), False) for one in others]
    if terms.organisation_id:
        leads.insert(0, (terms.organisation_id, terms.person_id, row.person, True))
    return [dict(zip(GoalLeadOut.model_fields, lead, strict=True)) for lead in leads]


def _page(request: HttpRequest, goal_id: UUID) -> dict[str, Any]:
    page = reads.goal_page(actor=request.actor, goal_id=goal_id, today=localdate(), at=now())
    return {
        "goal": _goal(page.row),
        "partnership_id": page.partnership.id,
        "leads": _leads(page.row),
        "child_ids": [child.id for child in page.children],
        "items": page.row.items,
        "opinions": page.row.opinions,
        "may_edit": page.row.may_edit,
        "may_propose": page.may_propose,
    }


@router.get("", response=Page[GoalOut], summary="Goals of a partnership, those due first in front")
def goals(request: HttpRequest, partnership_id: UUID, paging: Query[Paging], filters: Query[GoalFilters]) -> Any:
    start = start_of(request, paging)
    own = {"actor": request.actor, "partnership_id": partnership_id}
    page = reads.all_goals(**own, today=localdate(), at=now())
    look = Look(organisation=filters.organisation_id, state=filters.state, text=filters.text, sort=filters.sort)
    found = [row for row in looked(page.rows, look) if filters.circle_id in (None, row.circle_id)]
    rows = [_goal(row) for row in found[start : start + paging.limit]]
    return {"rows": rows, "next": counted(request, start, len(rows), len(found))}


@router.post("", response={201: GoalPageOut}, summary="Write a goal down as a draft, in a circle")
def drafting(request: HttpRequest, body: GoalIn) -> Any:
    said = _said(body)
    circle_id = said.pop("circle_id")
    made = actions.draft_goal(actor=request.actor, circle_id=circle_id, terms=GoalTerms(**said), at=now())
    return Status(201, _page(request, made))


@router.get("/{uuid:goal_id}", response=GoalPageOut, summary="One goal, and how it stands")
def goal(request: HttpRequest, goal_id: UUID) -> Any:
    return _page(request, goal_id)


@router.patch(
    "/{uuid:goal_id}", response=GoalPageOut, summary="Change a draft, or a goal of one's own side; others are proposed"
)
def editing(request: HttpRequest, goal_id: UUID, body: GoalEditIn) -> Any:
    said = _said(body, exclude_unset=True)
    version = said.pop("version")
    actions.change_goal(actor=request.actor, goal_id=goal_id, version=version, changes=said, at=now())
    return _page(request, goal_id)


@router.post(
    "/{uuid:goal_id}/proposals",
    response={202: ProposalOut},
    summary="Propose a goal, or a change of it, to all members",
)
def proposing(request: HttpRequest, goal_id: UUID, body: GoalProposeIn) -> Any:
    said = body.dict(exclude={"changes"})
    changes = _said(body.changes, exclude_unset=True) if body.changes else {}
    made = actions.propose_goal(actor=request.actor, goal_id=goal_id, changes=changes, at=now(), **said)
    return Status(202, proposal_out(request, made))


@router.post(
    "/{uuid:goal_id}/end-proposals", response={202: ProposalOut}, summary="Propose to all members how a goal ended"
)
def proposing_end(request: HttpRequest, goal_id: UUID, body: GoalEndProposeIn) -> Any:
    made = actions.propose_end(actor=request.actor, goal_id=goal_id, at=now(), **body.dict())
    return Status(202, proposal_out(request, made))


@router.post("/{uuid:goal_id}/end", response=GoalPageOut, summary="Say how a goal of one's own side ended")
def ending(request: HttpRequest, goal_id: UUID, body: GoalEndIn) -> Any:
    actions.end_goal(actor=request.actor, goal_id=goal_id, at=now(), **body.dict())
    return _page(request, goal_id)


@router.post("/{uuid:goal_id}/adoption", response=GoalPageOut, summary="Take a draft of one's own side as a goal")
def adopting(request: HttpRequest, goal_id: UUID, version: IfMatch = None) -> Any:
    actions.adopt_goal(actor=request.actor, goal_id=goal_id, version=version, at=now())
    return _page(request, goal_id)


@router.post("/{uuid:goal_id}/withdrawal", response=TakenBackOut, summary="Take a draft back")
def withdrawing(request: HttpRequest, goal_id: UUID, version: IfMatch = None) -> Any:
    actions.withdraw_goal(actor=request.actor, goal_id=goal_id, version=version, at=now())
    return choosing.withdrawn_goal(actor=request.actor, goal_id=goal_id)


@router.post("/{uuid:goal_id}/restoration", response=GoalPageOut, summary="Bring a draft back that was taken back")
def restoring(request: HttpRequest, goal_id: UUID, version: IfMatch = None) -> Any:
    actions.restore_goal(actor=request.actor, goal_id=goal_id, version=version, at=now())
    return _page(request, goal_id)


@router.get("/{uuid:goal_id}/opinions", response=Page[GoalOpinionOut], summary="How sure each organisation is, by name")
def opinions(request: HttpRequest, goal_id: UUID, paging: Query[Paging]) -> Any:
    page = reads.goal_page(actor=request.actor, goal_id=goal_id, today=localdate(), at=now())
    return paged(
        request, page.row.opinions, paging, key=lambda one: (one.member.name if one.member else "", one.organisation_id)
    )


@router.post("/{uuid:goal_id}/opinions", response={201: GoalPageOut}, summary="Say how sure my organisation is")
def giving_opinion(request: HttpRequest, goal_id: UUID, body: GoalOpinionIn) -> Any:
    actions.give_opinion(actor=request.actor, goal_id=goal_id, at=now(), **body.dict())
    return Status(201, _page(request, goal_id))


@router.put("/{uuid:goal_id}/items", response=GoalPageOut, summary="Say for which items of a plan a goal waits")
def linking(request: HttpRequest, goal_id: UUID, body: GoalItemsIn) -> Any:
    actions.link_items(actor=request.actor, goal_id=goal_id, at=now(), **body.dict())
    return _page(request, goal_id)


@router.get("/{uuid:goal_id}/chance", response=GoalChanceOut, summary="How likely a goal is, and how that was found")
def chance(request: HttpRequest, goal_id: UUID) -> Any:
    page = reads.goal_page(actor=request.actor, goal_id=goal_id, today=localdate(), at=now())
    kept = page.row.chance
    if kept is None:
        return {"chance": None, "findings": [], "readings": 0, "quantiles": [], "records": []}
    names = ("method", "asked", "brier", "inside", "of", "loss")
    return {
        "chance": kept,
        "findings": kept.findings,
        "readings": kept.readings,
        "quantiles": [dict(zip(("percent", "low", "high"), one, strict=True)) for one in kept.quantiles],
        "records": [dict(zip(names, one, strict=True)) for one in kept.records],
    }


@router.get("/{uuid:goal_id}/versions", response=Page[GoalVersionOut], summary="Versions that held, the newest first")
def versions(request: HttpRequest, goal_id: UUID, paging: Query[Paging]) -> Any:
    page = looking_back.past_page(actor=request.actor, goal_id=goal_id)
    return paged(request, page.versions, paging, key=lambda one: (one.number,), newest_first=True)
