from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from . import reads
from .answers import handed_out

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
def content(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    return handed_out(request.actor, attachment_id)
