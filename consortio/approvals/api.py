from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema
from pydantic import Field

from consortio.bodies import Body
from consortio.paging import Page, Paging, paged, place
from consortio.versions import Version

from . import actions, reads, words
from .forms import REASON_MAX
from .models import State
from .rules import DEADLINE_DAYS

router = Router(tags=["Proposals"])
Reason = Annotated[str, Field(max_length=REASON_MAX, pattern=r"^[^\x00]*$")]
Days = Annotated[int, Field(ge=min(DEADLINE_DAYS), le=max(DEADLINE_DAYS), description="3, 7, 14 or 30")]


class AnswerOut(Schema):
    organisation_id: UUID
    organisation: str
    verdict: Literal["approve", "object", "waiting"]
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
    answers: list[AnswerOut]

    @staticmethod
    def resolve_proposed_by(row: Any) -> str:
        return str(row.proposer.name)


class ProposedLineOut(Schema):
    """One field in words, before and after."""

    field: str
    before: str
    after: str


class ProposalOut(Schema):
    proposal: ProposalRowOut
    difference: list[ProposedLineOut]
    otherwise: str
    has_moved_on: bool
    may_answer: bool
    may_withdraw: bool


class ProposeIn(Body):
    """What each proposal has, whatever it is about."""

    reason: Reason = ""
    days: Days = 14


class AnswerIn(Body):
    version: Version
    verdict: Literal["approve", "object"]
    reason: Reason = ""


class WithdrawIn(Body):
    version: Version


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


@router.get("/{uuid:proposal_id}", response=ProposalOut, summary="One proposal: what would change, who said what")
def proposal(request: HttpRequest, proposal_id: UUID) -> Any:
    return proposal_out(request, proposal_id)


@router.put("/{uuid:proposal_id}/answer", response=ProposalOut, summary="Agree or object, for my organisation")
def answer(request: HttpRequest, proposal_id: UUID, body: AnswerIn) -> Any:
    state = actions.answer_proposal(actor=request.actor, proposal_id=proposal_id, at=now(), **body.dict())
    if state == State.OUTDATED:
        raise actions.Outdated(words.outdated_words())
    return proposal_out(request, proposal_id)


@router.post("/{uuid:proposal_id}/withdrawal", response=ProposalOut, summary="Take back what my organisation proposed")
def withdrawal(request: HttpRequest, proposal_id: UUID, body: WithdrawIn) -> Any:
    actions.withdraw_proposal(actor=request.actor, proposal_id=proposal_id, version=body.version, at=now())
    return proposal_out(request, proposal_id)
