from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.timezone import now
from ninja import Router, Schema, Status
from ninja.errors import HttpError

from . import actions, evidence, reads
from .answers import handed_out
from .taking import keep

router = Router(tags=["Files"])


class FileOut(Schema):
    id: UUID
    circle_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    organisation: str
    person: str
    added_at: datetime


@router.get("/{uuid:attachment_id}", response=FileOut, summary="About a file")
def about(request: HttpRequest, attachment_id: UUID) -> Any:
    return reads.attachment(actor=request.actor, attachment_id=attachment_id)


@router.get("/{uuid:attachment_id}/content", summary="The file itself")
def content(request: HttpRequest, attachment_id: UUID) -> StreamingHttpResponse:
    return handed_out(request.actor, attachment_id)


@router.delete("/{uuid:attachment_id}", response={204: None}, summary="Withdraw a file that our organisation brought")
def withdrawal(request: HttpRequest, attachment_id: UUID) -> Any:
    actions.withdraw_attachment(actor=request.actor, attachment_id=attachment_id, at=now())
    return Status(204, None)


def taken_by_api(request: HttpRequest, circle_id: UUID, subject_id: UUID, file: Any) -> reads.AttachmentRow:
    """Keep a file and return what is known of it."""
    if file.size > evidence.MEGABYTES_MAX * 2**20:
        raise HttpError(413, evidence.fault_of(file.size))
    made = keep(request, circle_id, subject_id, file)
    return reads.attachment(actor=request.actor, attachment_id=made)
