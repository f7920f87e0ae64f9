from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema
from pydantic import Field

from consortio.bodies import Body
from consortio.paging import Page, Paging, counted, start_of

from . import estimates
from .estimates import ROWS_MAX, Said
from .fields import MINUTES_MAX

router = Router(tags=["Plans"])
Minutes = Annotated[int | None, Field(ge=0, le=MINUTES_MAX, description="working minutes; all three, or none")]


class EstimateOut(Schema):
    item_id: UUID
    version: int
    low_minutes: int | None
    likely_minutes: int | None
    high_minutes: int | None


class EstimateIn(Body):
    """`version` is that of the estimate that was seen, or null where there was none; three nulls take it back."""

    item_id: UUID
    version: Annotated[int | None, Field(ge=1, le=10**9)]
    low_minutes: Minutes = None
    likely_minutes: Minutes = None
    high_minutes: Minutes = None


class EstimatesIn(Body):
    estimates: Annotated[list[EstimateIn], Field(min_length=1, max_length=ROWS_MAX)]


class EstimatedOut(Schema):
    changed: int


@router.get("/{uuid:plan_id}/estimates", response=Page[EstimateOut], summary="How long items of a plan may take")
def estimated(request: HttpRequest, plan_id: UUID, paging: Query[Paging]) -> Any:
    start = start_of(request, paging)
    rows, total = estimates.estimates_of(actor=request.actor, plan_id=plan_id, before=start, limit=paging.limit)
    return {"rows": rows, "next": counted(request, start, len(rows), total)}


@router.put("/{uuid:plan_id}/estimates", response=EstimatedOut, summary="Say how long items may take, all or nothing")
def estimating(request: HttpRequest, plan_id: UUID, body: EstimatesIn) -> Any:
    said = [
        Said(one.item_id, one.version, one.low_minutes, one.likely_minutes, one.high_minutes) for one in body.estimates
    ]
    return {"changed": estimates.estimate_items(actor=request.actor, plan_id=plan_id, said=said, at=now())}
