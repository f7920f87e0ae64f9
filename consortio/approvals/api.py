from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.bodies import Body
from consortio.paging import Page, Paging, paged, place
from consortio.versions import Version

from . import actions, reads, words
from .forms import REASON_MAX
from .models import State
from .rule_words import rule_sentence
from .rules import DEADLINE_DAYS, WEIGHT_MAX, Terms

router = Router(tags=["Proposals"])
Reason = Annotated[str, Field(max_length=REASON_MAX, pattern=r"^[^\x00]*$")]
Days = Annotated[int, Field(ge=min(DEADLINE_DAYS), le=max(DEADLINE_DAYS), description="3, 7, 14 or 30")]


class AnswerOut(Schema):
    organisation_id: UUID
    organisation: str
    verdict: Literal["approve", "object", "abstain", "waiting"]
    person: str
    reason: str
    answered_at: datetime | None
    is_counted: bool

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return str(row.mark.name)

    @staticmethod
    def resolve_verdict(row: Any) -> str:
        return row.verdict or "waiting"


class VotesOut(Schema):
    """How many votes a member has where the rule is weighted."""

    organisation_id: UUID
    votes: int


class TermsOut(Schema):
    """How answers are counted; in words, `sentence`."""

    rule: Literal["unanimous", "majority", "weighted", "lead"]
    quorum: int
    silence: Literal["nothing", "consent"]
    decider_id: UUID | None
    weights: list[VotesOut]
    sentence: str


def terms_out(terms: Terms, names: Mapping[UUID, str]) -> dict[str, Any]:
    weights = [{"organisation_id": pk, "votes": votes} for pk, votes in terms.weights.items()]
    own = {"rule": terms.rule, "quorum": terms.quorum, "silence": terms.silence, "decider_id": terms.decider}
    return own | {"weights": weights, "sentence": rule_sentence(terms, names)}


class ProposalRowOut(Schema):
    id: UUID
    number: str
    version: int
    partnership_id: UUID
    kind: str
    headline: str
    state: str
    reason: str
    proposed_by: str
    person: str
    proposed_at: datetime
    deadline_at: datetime
    decided_at: datetime | None
    terms: TermsOut
    answers: list[AnswerOut]
    recused: str  # the member that it is about, and that has no vote in it; "" for none
    recused_id: UUID | None

    @staticmethod
    def resolve_terms(row: Any) -> dict[str, Any]:
        return terms_out(row.terms, row.names)

    @staticmethod
    def resolve_proposed_by(row: Any) -> str:
        return str(row.proposer.name)

    @staticmethod
    def resolve_recused(row: Any) -> str:
        return row.recused.name if row.recused else ""


class ProposedLineOut(Schema):
    """One field in words, before and after."""

    field: str
    before: str
    after: str


class RivalOut(Schema):
    """Another open proposal about the same: the first that is agreed holds, the others are closed as outdated."""

    id: UUID
    number: str
    headline: str
    proposed_by: str

    @staticmethod
    def resolve_proposed_by(row: Any) -> str:
        return str(row.proposer.name)


class ProposalOut(Schema):
    proposal: ProposalRowOut
    difference: list[ProposedLineOut]
    otherwise: str
    has_moved_on: bool
    rivals: list[RivalOut]
    may_answer: bool
    may_withdraw: bool


class ProposeIn(Body):
    """What each proposal has, whatever it is about."""

    reason: Reason = ""
    days: Days = 14


class AnswerIn(Body):
    version: Version
    verdict: Literal["approve", "object", "abstain"]
    reason: Reason = ""


class WithdrawIn(Body):
    version: Version


class RuleOut(Schema):
    """How proposals of one kind are decided; `is_fixed` where members cannot agree on another rule."""

    kind: str
    words: str
    is_fixed: bool
    agreed_at: datetime | None
    proposal_id: UUID | None
    terms: TermsOut


class RulesOut(Schema):
    version: int  # how many rules were agreed on so far
    rules: list[RuleOut]
    waiting: list[UUID]  # open proposals of another rule


class VotesIn(Body):
    organisation_id: UUID
    votes: Annotated[int, Field(ge=0, le=WEIGHT_MAX)]


class RuleIn(ProposeIn):
    version: Version  # of the rules seen
    kind: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
    rule: Literal["unanimous", "majority", "weighted", "lead"]
    quorum: Annotated[int, Field(ge=0, le=100)] = 0
    silence: Literal["nothing", "consent"] = "nothing"
    decider_id: UUID | None = None
    weights: Annotated[list[VotesIn], Field(max_length=200)] = []


def proposal_out(request: HttpRequest, proposal_id: UUID) -> dict[str, Any]:
    page = reads.proposal_page(actor=request.actor, proposal_id=proposal_id, at=now())
    own = {name: getattr(page, name) for name in ProposalOut.model_fields if name != "proposal"}
    return own | {"proposal": page.row}


@router.get("", response=Page[ProposalRowOut], summary="Proposals of a partnership, the newest first")
def proposals(
    request: HttpRequest, partnership_id: UUID, paging: Query[Paging], state: Literal["", "open", "closed"] = ""
) -> Any:
    start = place(request, paging)
    asked = {"state": state, "before": start[0] if start else None, "limit": paging.limit + 1}
    found = reads.proposals_of(actor=request.actor, partnership_id=partnership_id, at=now(), **asked)
    return paged(request, found.rows, paging, key=lambda row: (row.serial,), newest_first=True)


@router.get("/waiting", response=Page[ProposalRowOut], summary="Open proposals that wait for my answer, soonest first")
def waiting(request: HttpRequest, paging: Query[Paging]) -> Any:
    rows = reads.waiting_for(actor=request.actor, at=now())
    return paged(request, rows, paging, key=lambda row: (row.deadline_at, row.id))


@router.get("/rules", response=RulesOut, summary="By which rule each kind of proposal is decided")
def decision_rules(request: HttpRequest, partnership_id: UUID) -> Any:
    page = reads.rules_page(actor=request.actor, partnership_id=partnership_id, at=now())
    names = ("kind", "words", "is_fixed", "agreed_at", "proposal_id")
    rows = [{name: getattr(row, name) for name in names} for row in page.rows]
    for told, row in zip(rows, page.rows, strict=True):
        told["terms"] = terms_out(row.terms, page.names)
    return {"version": page.version, "rules": rows, "waiting": [row.id for row in page.waiting]}


@router.post("/rules", response={202: ProposalOut}, summary="Propose another rule for one kind of proposal")
def propose_rule(request: HttpRequest, partnership_id: UUID, body: RuleIn) -> Any:
    here = reads.agreeing_partnership(actor=request.actor, partnership_id=partnership_id)
    weights = {each.organisation_id: each.votes for each in body.weights}
    terms = Terms(body.rule, body.quorum, body.silence, weights, body.decider_id)
    said = {"version": body.version, "days": body.days, "reason": body.reason, "kind": body.kind, "terms": terms}
    made = actions.propose_rule(actor=request.actor, joint_id=here.joint_id, at=now(), **said)
    return Status(202, proposal_out(request, made))


@router.get("/{uuid:proposal_id}", response=ProposalOut, summary="One proposal: what would change, who said what")
def proposal(request: HttpRequest, proposal_id: UUID) -> Any:
    return proposal_out(request, proposal_id)


@router.put("/{uuid:proposal_id}/answer", response=ProposalOut, summary="Agree, object or abstain, for my organisation")
def answer(request: HttpRequest, proposal_id: UUID, body: AnswerIn) -> Any:
    state = actions.answer_proposal(actor=request.actor, proposal_id=proposal_id, at=now(), **body.dict())
    if state == State.OUTDATED:
        raise actions.Outdated(words.outdated_words())
    return proposal_out(request, proposal_id)


@router.post("/{uuid:proposal_id}/withdrawal", response=ProposalOut, summary="Take back what my organisation proposed")
def withdrawal(request: HttpRequest, proposal_id: UUID, body: WithdrawIn) -> Any:
    actions.withdraw_proposal(actor=request.actor, proposal_id=proposal_id, version=body.version, at=now())
    return proposal_out(request, proposal_id)
