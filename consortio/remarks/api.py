from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.bodies import Body
from consortio.paging import After, place, seal

from . import actions, reads

router = Router(tags=["Remarks"])
Words = Annotated[str, Field(min_length=1, max_length=actions.TEXT_MAX, pattern=r"^[^\x00]*$")]


class RemarkOut(Schema):
    id: UUID
    version: int
    subject_id: UUID
    circle_id: UUID
    text: str
    mentions: list[UUID]
    person_id: UUID
    person: str
    is_former: bool
    organisation_id: UUID | None
    made_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    can_edit: bool
    can_withdraw: bool

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID | None:
        return row.organisation.organisation_id if row.organisation else None


class RemarksOut(Schema):
    rows: list[RemarkOut]
    total: int
    next: str  # goes on with what was said before these
    circle_ids: list[UUID]  # in which I can speak of it, the narrowest first


class NamedPersonOut(Schema):
    person_id: UUID
    name: str
    organisation: str
    label: str  # write "@" and this


class SayIn(Body):
    subject_id: UUID
    circle_id: UUID
    text: Words


class RemarkEditIn(Body):
    version: Annotated[int, Field(ge=1)]
    text: Words


@router.get("", response=RemarksOut, summary="What was said about a row: the newest, the oldest of them first")
def remarks(
    request: HttpRequest,
    subject_id: UUID,
    paging: Query[After],
    limit: Annotated[int, Field(ge=1, le=reads.PAGE_MAX)] = reads.PAGE,
) -> Any:
    start = place(request, paging)
    before = UUID(str(start[0])) if start else None
    page = reads.remarks_of(actor=request.actor, subject_id=subject_id, before=before, limit=limit)
    circle_ids = [circle.id for circle in page.circles]
    following = seal(request, page.earlier) if page.earlier else ""
    return {"rows": page.rows, "total": page.total, "next": following, "circle_ids": circle_ids}


@router.post("", response={201: RemarkOut}, summary="Say something about a row, in its circle or a narrower one")
def writing(request: HttpRequest, body: SayIn) -> Any:
    made = actions.write_remark(actor=request.actor, at=now(), **body.dict())
    return Status(201, reads.remark(actor=request.actor, remark_id=made))


@router.get(
    "/people",
    response=list[NamedPersonOut],
    url_name="remark_people",
    summary="People of a circle whose names begin so",
)
def people(request: HttpRequest, circle_id: UUID, begins: Annotated[str, Field(max_length=100)]) -> Any:
    return list(reads.people_like(actor=request.actor, circle_id=circle_id, text=begins))


@router.get("/{uuid:remark_id}", response=RemarkOut, summary="One remark")
def remark(request: HttpRequest, remark_id: UUID) -> Any:
    return reads.remark(actor=request.actor, remark_id=remark_id)


@router.put("/{uuid:remark_id}", response=RemarkOut, summary="Put other words in place of my own")
def editing(request: HttpRequest, remark_id: UUID, body: RemarkEditIn) -> Any:
    actions.edit_remark(actor=request.actor, remark_id=remark_id, at=now(), **body.dict())
    return reads.remark(actor=request.actor, remark_id=remark_id)


@router.delete(
    "/{uuid:remark_id}", response={204: None}, summary="Take back what I said, or as a lead my organisation's"
)
def withdrawal(request: HttpRequest, remark_id: UUID) -> Any:
    actions.withdraw_remark(actor=request.actor, remark_id=remark_id, at=now())
    return Status(204, None)
