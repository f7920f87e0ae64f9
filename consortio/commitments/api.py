from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from consortio import access
from consortio.access import NotPermitted, Permission
from consortio.attachments.api import FileOut, taken_by_api
from consortio.attachments.reads import evidence_on
from consortio.bodies import KEPT, Body
from consortio.paging import Page, Paging, counted, paged, start_of
from consortio.versions import Version

from . import actions, reads, waiting
from .rules import NAME_MAX, SIZE_MAX, TEXT_MAX

router = Router(tags=["Promises"])
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, pattern=r"^[^\x00]*$")]
Words = Annotated[str, Field(max_length=TEXT_MAX, pattern=r"^[^\x00]*$")]
Weight = Annotated[int, Field(ge=1, le=SIZE_MAX)]
State = Literal[
    "", "open", "closed", "offered", "accepted", "delivered", "confirmed", "disputed", "broken", "released",
    "declined", "withdrawn",
]  # fmt: skip
Figure = Literal["", "counted", "kept", "missed", "slipped", "moved", "waited"]
Kind = Literal[
    "accepted", "declined", "withdrawn", "delivered", "asked", "moved", "kept-date", "confirmed", "disputed", "broken",
    "released",
]  # fmt: skip


class PromiseOut(Schema):
    id: UUID
    number: str
    version: int
    partnership_id: UUID
    circle_id: UUID
    name: str
    done_when: str
    promiser_id: UUID
    promiser_person_id: UUID | None
    receiver_id: UUID
    receiver_person_id: UUID | None
    due_on: date
    first_due_on: date
    asked_due_on: date | None
    size: int
    state: str
    offered_by_id: UUID
    offered_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    was_on_time: bool | None
    is_overdue: bool
    waits_for_id: UUID | None

    @staticmethod
    def resolve_promiser_id(row: Any) -> UUID:
        return row.promiser.organisation_id

    @staticmethod
    def resolve_receiver_id(row: Any) -> UUID:
        return row.receiver.organisation_id

    @staticmethod
    def resolve_promiser_person_id(row: Any) -> UUID | None:
        return row.promiser_person and row.promiser_person.id

    @staticmethod
    def resolve_receiver_person_id(row: Any) -> UUID | None:
        return row.receiver_person and row.receiver_person.id

    @staticmethod
    def resolve_waits_for_id(row: Any) -> UUID | None:
        return row.waits_for and row.waits_for.organisation_id


class PromiseStepOut(Schema):
    id: UUID
    kind: str
    organisation_id: UUID
    person: str
    words: str
    due_before: date | None
    due_after: date | None
    was_in_time: bool | None
    taken_at: datetime

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID:
        return row.organisation.organisation_id


class PromisePageOut(Schema):
    """`may` are the steps that I may take now."""

    promise: PromiseOut
    steps: list[PromiseStepOut]
    item_id: UUID | None
    goal_id: UUID | None
    decision_id: UUID | None
    may: list[str]
    may_edit: bool


class KeptShareOut(Schema):
    """So many of so many, with the 95 % interval by Wilson."""

    hits: int
    count: int
    low: float
    high: float


class HandOffOut(Schema):
    """The median from delivered to confirmed, of so many."""

    days: float
    count: int


class ReliabilityRowOut(Schema):
    """
    What rests on fewer than ten is null; `count`, `slipped`, `handed_over` and `confirmed` say how many there are.
    `disputed` are the deliveries of it that a receiver disputes now; they count neither as kept nor as broken.
    """

    organisation_id: UUID
    count: int
    kept: KeptShareOut | None
    by_size: float | None
    slipped: int
    moved: KeptShareOut | None
    handed_over: int
    waits: HandOffOut | None
    confirmed: int
    lets_wait: HandOffOut | None
    disputed: int


class ReliabilityOut(Schema):
    """Of what everybody in the circle sees; organisations by name."""

    circle_id: UUID
    as_of: datetime
    organisations: list[ReliabilityRowOut]


class WaitingPromiseOut(Schema):
    what: Literal["answer", "date", "confirmation", "delivery"]
    since: datetime
    promise: PromiseOut

    @staticmethod
    def resolve_promise(one: Any) -> Any:
        return one.row


class PromiseIn(Body):
    """My organisation is one of the two: it promises, or asks for the promise."""

    circle_id: UUID
    promiser_id: UUID
    receiver_id: UUID
    name: Name
    done_when: Words
    due_on: date
    promiser_person_id: UUID | None = None
    receiver_person_id: UUID | None = None
    size: Weight = 1
    item_id: UUID | None = None
    goal_id: UUID | None = None
    decision_id: UUID | None = None


class PromiseEditIn(Body):
    """What is left out stays."""

    version: Version
    name: Name = KEPT
    done_when: Words = KEPT
    due_on: date = KEPT
    promiser_person_id: UUID | None = KEPT
    receiver_person_id: UUID | None = KEPT
    size: Weight = KEPT
    item_id: UUID | None = KEPT
    goal_id: UUID | None = KEPT
    decision_id: UUID | None = KEPT


class PromiseStepIn(Body):
    """`due_on` is the date asked for, with the step "asked" only."""

    version: Version
    step: Kind
    words: Words = ""
    due_on: date | None = None


class PromiseFilters(Schema):
    state: State = ""
    promiser_id: UUID | None = None
    receiver_id: UUID | None = None
    organisation_id: UUID | None = None
    circle_id: UUID | None = None
    overdue: bool = False
    text: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = ""
    figure: Figure = ""


@router.get("", response=Page[PromiseOut], summary="Promises of a partnership, those due first in front")
def promises(request: HttpRequest, partnership_id: UUID, paging: Query[Paging], filters: Query[PromiseFilters]) -> Any:
    start = start_of(request, paging)
    asked = {"actor": request.actor, "partnership_id": partnership_id, "at": now()}
    page = reads.commitments_page(**asked, look=reads.Look(**filters.dict()), before=start, limit=paging.limit)
    return {"rows": page.rows, "next": counted(request, start, len(page.rows), page.total)}


@router.post("", response={201: PromisePageOut}, summary="Promise something, or ask another organisation to")
def offering(request: HttpRequest, body: PromiseIn) -> Any:
    said = body.dict()
    both = {name: said.pop(name) for name in ("circle_id", "promiser_id", "receiver_id")}
    made = actions.offer_commitment(actor=request.actor, terms=actions.Terms(**said), at=now(), **both)
    return Status(201, _page(request, made))


@router.get(
    "/waiting", response=Page[WaitingPromiseOut], summary="Promises at which I can do something now, the oldest first"
)
def waiting_promises(request: HttpRequest, paging: Query[Paging]) -> Any:
    rows = waiting.waiting_for(actor=request.actor, at=now())
    return paged(request, rows, paging, key=lambda one: (one.row.offered_at, one.row.id))


@router.get("/reliability", response=ReliabilityOut, summary="How far promises hold in a circle, by organisation")
def reliability(request: HttpRequest, circle_id: UUID) -> Any:
    at = now()
    rows = reads.reliability_in(actor=request.actor, circle_id=circle_id, at=at)
    return {"circle_id": circle_id, "as_of": at, "organisations": [own for _, own in rows]}


@router.get("/{uuid:commitment_id}", response=PromisePageOut, summary="One promise with its steps")
def promise(request: HttpRequest, commitment_id: UUID) -> Any:
    return _page(request, commitment_id)


def _page(request: HttpRequest, commitment_id: UUID) -> dict[str, Any]:
    page = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now())
    return {name: getattr(page, name) for name in PromisePageOut.model_fields if name != "promise"} | {
        "promise": page.row
    }


@router.patch("/{uuid:commitment_id}", response=PromisePageOut, summary="Write an offer anew that nobody has accepted")
def editing(request: HttpRequest, commitment_id: UUID, body: PromiseEditIn) -> Any:
    page = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now())
    said = body.dict(exclude_unset=True)
    version = said.pop("version")
    terms = actions.Terms(**{field.name: _kept(page, field.name) for field in fields(actions.Terms)} | said)
    own = {"commitment_id": commitment_id, "version": version, "terms": terms}
    actions.edit_commitment(actor=request.actor, at=now(), **own)
    return _page(request, commitment_id)


def _kept(page: reads.CommitmentPage, name: str) -> Any:
    if name in ("item_id", "goal_id", "decision_id"):
        return getattr(page, name)
    if name.endswith("_person_id"):
        person = getattr(page.row, name.removesuffix("_id"))
        return person and person.id
    return getattr(page.row, name)


@router.get(
    "/{uuid:commitment_id}/evidence", response=Page[FileOut], summary="The files of a promise, the oldest first"
)
def evidence(request: HttpRequest, commitment_id: UUID, paging: Query[Paging]) -> Any:
    row = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now()).row
    found = evidence_on(actor=request.actor, subject_ids=[row.id]).get(row.id, ())
    return paged(request, found, paging, key=lambda file: (file.added_at, file.id))


@router.post(
    "/{uuid:commitment_id}/evidence", response={201: FileOut}, summary="Add a file to a promise of ours as evidence"
)
def bring_evidence(request: HttpRequest, commitment_id: UUID, file: File[UploadedFile]) -> Any:
    row = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now()).row
    access.require(request.actor, Permission.FILE_ADD, row.circle_id)
    if not row.is_ours:
        raise NotPermitted(Permission.FILE_ADD)
    return Status(201, taken_by_api(request, row.circle_id, row.id, file))


@router.post("/{uuid:commitment_id}/steps", response={201: PromisePageOut}, summary="Take a step for my organisation")
def stepping(request: HttpRequest, commitment_id: UUID, body: PromiseStepIn) -> Any:
    actions.take_step(actor=request.actor, commitment_id=commitment_id, at=now(), **body.dict())
    return Status(201, _page(request, commitment_id))
