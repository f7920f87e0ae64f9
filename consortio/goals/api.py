from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localdate, now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.bodies import KEPT, Body
from consortio.paging import Page, Paging, counted, paged, start_of
from consortio.versions import IfMatch, Version

from . import actions, choosing, looking_back, reads
from .actions import ITEMS_MAX, OPINION_MAX
from .looking import TEXT_MAX as WORDS_ASKED_MAX
from .looking import Look, looked
from .rows import GoalRow
from .rules import NAME_MAX, TEXT_MAX, WEIGHT_MAX, WORDS_MAX
from .terms import Contribution, GoalTerms

router = Router(tags=["Goals"])
NO_NUL = r"^[^\x00]*$"
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, pattern=NO_NUL)]
Words = Annotated[str, Field(max_length=TEXT_MAX, pattern=NO_NUL)]
Amount = Annotated[
    str, Field(max_length=40, pattern=r"^-?\d+(\.\d+)?$", description="a decimal number as text, digit by digit")
]
Weight = Annotated[int, Field(ge=1, le=WEIGHT_MAX)]
Kind = Literal["measure", "milestone"]
Direction = Literal["up", "down", "band"]
End = Literal["achieved", "missed", "retired"]
State = Literal["", "agreed", "proposed", "draft", "ended"]
Order = Literal["due", "-due", "name", "-name", "number", "-number", "chance", "-chance", "progress", "-progress"]
NAMES = {"begins_on": "start_on", "begins_with": "baseline", "part_of_id": "parent_id"}  # as the actions call them
AMOUNTS = ("baseline", "target", "band_low", "band_high")


class GoalContributionOut(Schema):
    organisation_id: UUID
    words: str
    amount: str | None
    person_id: UUID | None  # of this organisation, accountable for it

    @staticmethod
    def resolve_amount(one: Any) -> str | None:
        return _text(one.amount)


class GoalTermsOut(Schema):
    """What is said of a goal: what POST takes, and PATCH."""

    name: str
    why: str
    kind: Kind
    kpi_id: UUID | None
    direction: Direction
    begins_with: str | None
    target: str | None
    band_low: str | None
    band_high: str | None
    begins_on: date
    due_on: date
    weight: int
    organisation_id: UUID | None
    person_id: UUID | None
    part_of_id: UUID | None
    contributions: list[GoalContributionOut]


class GoalRangeOut(Schema):
    """Both ends of what is claimed, the same where nothing is contested."""

    low: str
    high: str


class GoalStandingOut(Schema):
    """
    Where a goal stands. `attainment` is how much of the way is done, 0 to 1.2; `health` that against what is expected by
    now. What is not read is null.
    """

    status: str
    actual: GoalRangeOut | None
    as_of: date | None
    expected: str | None
    attainment: GoalRangeOut | None
    health: GoalRangeOut | None
    items_done: int | None
    items: int | None
    finish_on: date | None


class ChanceBriefOut(Schema):
    """`low` and `high` differ where each claim has a chance of its own; `start` to `end` is the interval of both."""

    low: float | None
    high: float | None
    start: float | None
    end: float | None
    method: str
    as_of: date | None
    computed_at: datetime
    is_current: bool


class GoalOpinionOut(Schema):
    organisation_id: UUID
    person: str
    confidence: int
    words: str
    given_at: datetime


class GoalOut(Schema):
    id: UUID
    number: str
    version: int
    circle_id: UUID
    state: str
    agreed_number: int  # the version that holds; 0 before the first
    decided_at: datetime | None
    proposal_id: UUID | None  # the open one about it
    terms: GoalTermsOut
    standing: GoalStandingOut
    chance: ChanceBriefOut | None


class GoalItemOut(Schema):
    id: UUID
    number: str
    name: str
    finish_on: date | None
    finished_on: date | None


class GoalLeadOut(Schema):
    """Who is accountable for an organisation: for the one in charge, and for each that brings something."""

    organisation_id: UUID
    person_id: UUID | None
    person: str
    is_in_charge: bool


class GoalPageOut(Schema):
    goal: GoalOut
    partnership_id: UUID
    leads: list[GoalLeadOut]  # the organisation in charge first
    child_ids: list[UUID]  # as far as I see them
    items: list[GoalItemOut]
    opinions: list[GoalOpinionOut]  # of each organisation the newest, by name
    may_edit: bool
    may_propose: bool


class GoalQuantileOut(Schema):
    """So many percent of the outcomes lie below; one value for each end of what is claimed."""

    percent: int
    low: float
    high: float


class MethodRecordOut(Schema):
    """How a method held before: the mean Brier loss of its chances, and how often its range held the outcome."""

    method: Literal["method", "naive", "linear"]
    asked: int
    brier: float | None
    inside: int
    of: int


class GoalChanceOut(Schema):
    chance: ChanceBriefOut | None
    findings: list[str]
    readings: int
    quantiles: list[GoalQuantileOut]
    records: list[MethodRecordOut]


class GoalVersionOut(Schema):
    number: int
    agreed_at: datetime
    proposal_id: UUID | None
    difference: list["GoalLineOut"]  # against the version before; of the first, every field


class GoalLineOut(Schema):
    """One field in words, before and after."""

    field: str
    before: str
    after: str


class TakenBackOut(Schema):
    """A draft that was taken back; restoring it wants this version."""

    id: UUID
    version: int


class GoalContributionIn(Body):
    organisation_id: UUID
    words: Annotated[str, Field(max_length=WORDS_MAX, pattern=NO_NUL)] = ""
    amount: Amount | None = None
    person_id: Annotated[UUID | None, Field(description="who of this organisation is accountable for it")] = None


Contributions = Annotated[list[GoalContributionIn], Field(max_length=200)]


class GoalIn(Body):
    circle_id: UUID
    name: Name
    begins_on: date
    due_on: date
    why: Words = ""
    kind: Kind = "measure"
    kpi_id: UUID | None = None
    direction: Direction = "up"
    begins_with: Amount | None = None
    target: Amount | None = None
    band_low: Amount | None = None
    band_high: Amount | None = None
    weight: Weight = 1
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    part_of_id: UUID | None = None
    contributions: Contributions = []


class GoalChangesIn(Body):
    """What is left out stands."""

    name: Name = KEPT
    begins_on: date = KEPT
    due_on: date = KEPT
    why: Words = KEPT
    kind: Kind = KEPT
    kpi_id: UUID | None = KEPT
    direction: Direction = KEPT
    begins_with: Amount | None = KEPT
    target: Amount | None = KEPT
    band_low: Amount | None = KEPT
    band_high: Amount | None = KEPT
    weight: Weight = KEPT
    organisation_id: UUID | None = KEPT
    person_id: UUID | None = KEPT
    part_of_id: UUID | None = KEPT
    contributions: Contributions = KEPT


class GoalEditIn(GoalChangesIn):
    version: Version


class GoalProposeIn(ProposeIn):
    """The sixth goal of all wants `instead_of`, a goal that goes with the same yes, or `keeps_all`, knowingly."""

    version: Version
    changes: GoalChangesIn | None = None
    instead_of: UUID | None = None
    keeps_all: bool = False


class GoalEndProposeIn(ProposeIn):
    version: Version
    end: End


class GoalEndIn(Body):
    version: Version
    end: End
    reason: Words = ""


class GoalOpinionIn(Body):
    confidence: Annotated[int, Field(ge=0, le=100, description="percent, that it will be reached")]
    words: Annotated[str, Field(max_length=OPINION_MAX, pattern=NO_NUL)] = ""


class GoalItemsIn(Body):
    """These items, and no others any more."""

    version: Version
    item_ids: Annotated[list[UUID], Field(max_length=ITEMS_MAX)]


class GoalFilters(Schema):
    state: State = ""
    organisation_id: UUID | None = None
    circle_id: UUID | None = None
    text: Annotated[str, Field(max_length=WORDS_ASKED_MAX, pattern=NO_NUL)] = ""
    sort: Order = "due"


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


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
    return own | {name: _text(own[name]) for name in ("begins_with", *AMOUNTS[1:])}


def _standing(row: Any) -> dict[str, Any]:
    measured, done = row.measured, row.finished
    standing = measured.standing if measured else None
    return {
        "status": row.status.value,
        "actual": _range(measured.actual) if measured else None,
        "as_of": measured.as_of if measured else None,
        "expected": _text(measured.expected) if measured else None,
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
    page = reads.board(**own, today=localdate(), at=now())
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
    names = ("method", "asked", "brier", "inside", "of")
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
