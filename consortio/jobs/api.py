from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Schema

from . import actions, reads

router = Router(tags=["Background work"])


class JobOut(Schema):
    id: UUID
    kind: str
    state: str
    done: int
    steps: int
    step: str
    message: str
    result: dict[str, Any]
    asked_at: datetime
    ended_at: datetime | None
    can_cancel: bool


@router.get("/{uuid:job_id}", response=JobOut, summary="How far a job is")
def job(request: HttpRequest, job_id: UUID) -> Any:
    return reads.job_page(actor=request.actor, job_id=job_id)


@router.post("/{uuid:job_id}/cancellation", response=JobOut, summary="Stop a job")
def cancellation(request: HttpRequest, job_id: UUID) -> Any:
    actions.cancel_job(actor=request.actor, job_id=job_id, at=now())
    return reads.job_page(actor=request.actor, job_id=job_id)
