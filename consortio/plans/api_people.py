"""What a person answers for, beside their page."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from consortio.invitations.people import person_page
from consortio.paging import Page, Paging, paged

from .api import LocalOut
from .duties import duty_rows

router = Router(tags=["People"])


class DutyOut(Schema):
    id: UUID
    number: str
    name: str
    partnership_id: UUID
    plan_id: UUID
    plan: str
    organisation_id: UUID | None
    finish_at: LocalOut | None
    percent: int
    state: Literal["late", "working", "ahead"]


@router.get("/{uuid:person_id}/items", response=Page[DutyOut], summary="Open items that a person answers for")
def duties(request: HttpRequest, person_id: UUID, paging: Query[Paging]) -> Any:
    """Those that the caller sees, the next to finish first."""
    page = person_page(actor=request.actor, person_id=person_id)
    rows = duty_rows(actor=request.actor, person_id=page.id)
    last = datetime.max.isoformat()
    return paged(request, rows, paging, key=lambda row: (row.finish_at.isoformat() if row.finish_at else last, row.id))
