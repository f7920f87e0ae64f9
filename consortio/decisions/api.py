from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localdate, now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.bodies import Body
from consortio.paging import Page, Paging, place, seal
from consortio.versions import Version

from . import actions, governing, reads
from .rules import KEYS_MAX, OPTION_MAX, OPTIONS_MAX, QUESTION_MAX, REVIEW_MAX, TEXT_MAX, Draft, Option

router = Router(tags=["Decisions"])
PLAIN = r"^[^\x00]*$"
Text = Annotated[str, Field(max_length=TEXT_MAX, pattern=PLAIN)]
Question = Annotated[str, Field(min_length=1, max_length=QUESTION_MAX, pattern=PLAIN)]
Words = Annotated[str, Field(max_length=100, pattern=PLAIN)]
Key = Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN, description="I-12, KRAN/G-2, K-3, D-4")]
State = Literal["", "draft", "proposed", "agreed", "rejected", "lapsed", "superseded", "withdrawn"]


class DecisionRowOut(Schema):
    id: UUID
    key: str
    version: int
    circle_id: UUID
    partnership_id: UUID
    question: str
    chosen: str
    state: str
    organisation_id: UUID | None
    person: str
    raised_at: datetime
    decided_at: datetime | None
    effective_on: date | None
    review_on: date | None
    is_review_due: bool
    reviewed_at: datetime | None  # when it was last found still to fit
    proposal_id: UUID | None

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID | None:
        return row.organisation.organisation_id if row.organisation else None


class OptionOut(Schema):
    name: str
    words: str


class GovernedOut(Schema):
    """What is governed: an item, a goal, a KPI, or another decision ("other"); `id` names the statement of it."""

    id: UUID
    kind: str
    row_id: UUID
    key: str
    name: str
    is_gone: bool
    said_at: datetime


class ReaderOut(Schema):
    id: UUID  # by which they are taken off
    person_id: UUID
    name: str
    organisation_id: UUID
    read_at: datetime | None
    is_former: bool
    may_take_off: bool


class ReviewOut(Schema):
    """That it still fits, as the organisation that raised it found on the day of its review."""

    id: UUID
    organisation_id: UUID
    person: str
    words: str
    due_on: date
    next_on: date | None
    said_at: datetime


class DecisionOut(Schema):
    decision: DecisionRowOut
    context: str
    options: list[OptionOut]
    choice: int | None  # counts into the options from 0
    reasons: str
    agreed_by: list[UUID]  # where it was settled without a proposal
    supersedes_id: UUID | None
    superseded_by: list[UUID]  # the one that holds instead, or those that are to
    governs: list[GovernedOut]
    readers: list[ReaderOut]
    taken_off: list[ReaderOut]  # who had read it and need not know it any more
    reviews: list[ReviewOut]  # the newest first
    may_write: bool
    may_review: bool


class OptionIn(Body):
    name: Annotated[str, Field(min_length=1, max_length=OPTION_MAX, pattern=PLAIN)]
    words: Text = ""


class TextIn(Body):
    question: Question
    context: Text = ""
    options: Annotated[list[OptionIn], Field(max_length=OPTIONS_MAX)] = []
    choice: Annotated[int, Field(ge=0, lt=OPTIONS_MAX)] | None = None
    reasons: Text = ""
    effective_on: date | None = None
    review_on: date | None = None

    def draft(self) -> Draft:
        said = self.dict(include={"question", "context", "choice", "reasons", "effective_on", "review_on"})
        return Draft(options=tuple(Option(one.name, one.words) for one in self.options), **said)


class DraftIn(TextIn):
    circle_id: UUID
    supersedes_id: UUID | None = None
    governs: Annotated[list[Key], Field(max_length=KEYS_MAX)] = []


class EditIn(TextIn):
    version: Version


class ProposeDecisionIn(ProposeIn):
    version: Version


class SettleIn(Body):
    version: Version
    organisation_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class WithdrawDraftIn(Body):
    version: Version


class GovernIn(Body):
    governs: Annotated[list[Key], Field(min_length=1, max_length=KEYS_MAX)]


class ReviewIn(Body):
    version: Version
    words: Annotated[str, Field(max_length=REVIEW_MAX, pattern=PLAIN)] = ""
    next_on: Annotated[date | None, Field(description="when it is looked at again; none: never of itself")] = None


class ReadersIn(Body):
    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class FoundOut(Schema):
    kind: str
    id: UUID
    key: str
    name: str


def decision_out(request: HttpRequest, decision_id: UUID) -> dict[str, Any]:
    page = reads.decision_page(actor=request.actor, decision_id=decision_id, at=now(), today=localdate())
    return {
        "decision": page.row,
        "context": page.draft.context,
        "options": [option._asdict() for option in page.draft.options],
        "choice": page.draft.choice,
        "reasons": page.draft.reasons,
        "agreed_by": [member.organisation_id for member in page.row.agreed_by],
        "supersedes_id": page.supersedes.id if page.supersedes else None,
        "superseded_by": [row.id for row in page.superseded_by],
        "governs": _governed(page.governs),
        "readers": page.readers,
        "taken_off": page.taken_off,
        "reviews": page.reviews,
        "may_write": page.may_write,
        "may_review": page.may_review,
    }


def _governed(rows: Sequence[governing.GovernedRow]) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "kind": one.row.kind, "row_id": one.row.id, "key": one.row.key, "name": one.row.name}
        | {"is_gone": one.row.is_gone, "said_at": one.said_at}
        for one in rows
    ]


@router.get("", response=Page[DecisionRowOut], summary="Decisions of a partnership, the newest first")
def decisions(
    request: HttpRequest,
    partnership_id: UUID,
    paging: Query[Paging],
    state: State = "",
    circle_id: UUID | None = None,
    text: Words = "",
) -> Any:
    start = place(request, paging)
    asked = {"state": state, "circle_id": circle_id, "text": text, "limit": paging.limit}
    before = UUID(str(start[0])) if start else None
    found = reads.decisions_of(
        actor=request.actor, partnership_id=partnership_id, at=now(), today=localdate(), before=before, **asked
    )
    return {"rows": found.rows, "next": seal(request, found.next) if found.next else ""}


@router.post("", response={201: DecisionOut}, summary="Draft a decision in a circle")
def drafting(request: HttpRequest, body: DraftIn) -> Any:
    own = {"circle_id": body.circle_id, "supersedes_id": body.supersedes_id, "keys": body.governs}
    made = actions.draft_decision(actor=request.actor, draft=body.draft(), at=now(), **own)
    return Status(201, decision_out(request, made))


@router.get(
    "/governable",
    response=list[FoundOut],
    url_name="decisions_governable",
    summary="What a decision of a circle may govern, by words",
)
def governable(request: HttpRequest, circle_id: UUID, words: Words) -> Any:
    return list(governing.governable(actor=request.actor, circle_id=circle_id, text=words))


@router.get("/{uuid:decision_id}", response=DecisionOut, summary="One decision")
def decision(request: HttpRequest, decision_id: UUID) -> Any:
    return decision_out(request, decision_id)


@router.put("/{uuid:decision_id}", response=DecisionOut, summary="Put another text in place of a draft's")
def editing(request: HttpRequest, decision_id: UUID, body: EditIn) -> Any:
    actions.edit_draft(actor=request.actor, decision_id=decision_id, version=body.version, draft=body.draft(), at=now())
    return decision_out(request, decision_id)


@router.post("/{uuid:decision_id}/withdrawal", response=DecisionOut, summary="Take a draft back")
def withdrawal(request: HttpRequest, decision_id: UUID, body: WithdrawDraftIn) -> Any:
    actions.withdraw_draft(actor=request.actor, decision_id=decision_id, version=body.version, at=now())
    return decision_out(request, decision_id)


@router.post(
    "/{uuid:decision_id}/proposal",
    response={202: ProposalOut},
    summary="Put a draft of the joint circle to all members",
)
def proposing(request: HttpRequest, decision_id: UUID, body: ProposeDecisionIn) -> Any:
    made = actions.propose_decision(actor=request.actor, decision_id=decision_id, at=now(), **body.dict())
    return Status(202, proposal_out(request, made))


@router.post(
    "/{uuid:decision_id}/settlement",
    response=DecisionOut,
    summary="Decide a draft of a narrower circle, and say who agreed",
)
def settlement(request: HttpRequest, decision_id: UUID, body: SettleIn) -> Any:
    actions.settle_decision(actor=request.actor, decision_id=decision_id, at=now(), **body.dict())
    return decision_out(request, decision_id)


@router.post("/{uuid:decision_id}/governed", response=DecisionOut, summary="Say what else a decision governs, by keys")
def govern(request: HttpRequest, decision_id: UUID, body: GovernIn) -> Any:
    actions.govern(actor=request.actor, decision_id=decision_id, keys=body.governs, at=now())
    return decision_out(request, decision_id)


@router.delete(
    "/{uuid:decision_id}/governed/{uuid:governed_id}",
    response=DecisionOut,
    summary="Say that a decision does not govern a row any more",
)
def govern_no_more(request: HttpRequest, decision_id: UUID, governed_id: UUID) -> Any:
    actions.govern_no_more(actor=request.actor, decision_id=decision_id, governed_id=governed_id, at=now())
    return decision_out(request, decision_id)


@router.post("/{uuid:decision_id}/readers", response=DecisionOut, summary="Say who must know of a decision that holds")
def readers(request: HttpRequest, decision_id: UUID, body: ReadersIn) -> Any:
    actions.name_readers(actor=request.actor, decision_id=decision_id, person_ids=body.person_ids, at=now())
    return decision_out(request, decision_id)


@router.delete(
    "/{uuid:decision_id}/readers/{uuid:reader_id}",
    response=DecisionOut,
    summary="Ask somebody no more to read it; that they had read it stays",
)
def take_off_reader(request: HttpRequest, decision_id: UUID, reader_id: UUID) -> Any:
    actions.take_off_reader(actor=request.actor, decision_id=decision_id, reader_id=reader_id, at=now())
    return decision_out(request, decision_id)


@router.post(
    "/{uuid:decision_id}/reviews",
    response=DecisionOut,
    summary="Say that a decision still fits, once its review is due",
)
def review(request: HttpRequest, decision_id: UUID, body: ReviewIn) -> Any:
    own = {"actor": request.actor, "decision_id": decision_id, "at": now(), "today": localdate()}
    actions.confirm_decision(**own, **body.dict())
    return decision_out(request, decision_id)


@router.post("/{uuid:decision_id}/reading", response=DecisionOut, summary="Say that I have read it")
def reading(request: HttpRequest, decision_id: UUID) -> Any:
    actions.mark_read(actor=request.actor, decision_id=decision_id, at=now())
    return decision_out(request, decision_id)
