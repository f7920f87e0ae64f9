from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.bodies import KEPT, Body
from consortio.paging import Page, Paging, counted, start_of
from consortio.plans.choosing import plan_head
from consortio.versions import Version

from . import actions, reads
from .rules import CHANCE_MAX, CHANCE_MIN, ITEMS_MAX, MINUTES_MAX, NAME_MAX, RESPONSE_MAX, Terms

router = Router(tags=["Risks"])
of_plans = Router(tags=["Risks"])
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, pattern=r"^[^\x00]*$")]
Response = Annotated[str, Field(max_length=RESPONSE_MAX, pattern=r"^[^\x00]*$")]
Chance = Annotated[int, Field(ge=CHANCE_MIN, le=CHANCE_MAX, description="per cent")]
Amount = Annotated[
    int,
    Field(
        ge=0,
        le=MINUTES_MAX,
        description="of an event working minutes, of a driver per cent of the durations (10 to 1000)",
    ),
]
Items = Annotated[list[UUID], Field(min_length=1, max_length=ITEMS_MAX)]
Kind = Literal["event", "driver"]
State = Literal["open", "occurred", "closed"]


class RiskOut(Schema):
    """Of an event the three amounts are working minutes, of a driver per cent of the durations of its items."""

    id: UUID
    number: str
    version: int
    plan_id: UUID
    circle_id: UUID
    name: str
    kind: Kind
    chance: int
    at_best: int
    most_likely: int
    at_worst: int
    item_ids: list[UUID]
    response: str
    organisation_id: UUID | None
    person_id: UUID | None
    state: State
    raised_at: datetime
    may_change: bool


class RiskIn(Body):
    circle_id: UUID
    name: Name
    kind: Kind = "event"
    chance: Chance
    at_best: Amount
    most_likely: Amount
    at_worst: Amount
    item_ids: Items
    response: Response = ""
    organisation_id: UUID | None = None
    person_id: UUID | None = None


class RiskEditIn(Body):
    """What is left out stays."""

    version: Version
    name: Name = KEPT
    kind: Kind = KEPT
    chance: Chance = KEPT
    at_best: Amount = KEPT
    most_likely: Amount = KEPT
    at_worst: Amount = KEPT
    item_ids: Items = KEPT
    response: Response = KEPT
    organisation_id: UUID | None = KEPT
    person_id: UUID | None = KEPT
    state: State = KEPT


AMOUNTS = {"at_best": "low", "most_likely": "likely", "at_worst": "high"}  # as the API calls them


def _out(row: reads.RiskRow) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in RiskOut.model_fields if hasattr(row, name)}
    return {name: getattr(row.terms, AMOUNTS.get(name, name), None) for name in RiskOut.model_fields} | own


@of_plans.get("/{uuid:plan_id}/risks", response=Page[RiskOut], summary="Risks of a plan, open ones first")
def risks(request: HttpRequest, plan_id: UUID, paging: Query[Paging]) -> Any:
    start = start_of(request, paging)
    page = reads.risks_page(actor=request.actor, plan_id=plan_id, before=start, limit=paging.limit)
    rows = [_out(row) for row in page.rows]
    return {"rows": rows, "next": counted(request, start, len(rows), page.total)}


@of_plans.post("/{uuid:plan_id}/risks", response={201: RiskOut}, summary="Write down a risk of a plan")
def raising(request: HttpRequest, plan_id: UUID, body: RiskIn) -> Any:
    plan_head(actor=request.actor, plan_id=plan_id)  # what is not there comes before what is not permitted
    terms = _terms(body.dict(exclude={"circle_id"}))
    own = {"actor": request.actor, "plan_id": plan_id, "circle_id": body.circle_id, "at": now()}
    return Status(201, _one(request, actions.add_risk(terms=terms, **own)))


@router.get("/{uuid:risk_id}", response=RiskOut, summary="One risk")
def risk(request: HttpRequest, risk_id: UUID) -> Any:
    return _one(request, risk_id)


@router.patch("/{uuid:risk_id}", response=RiskOut, summary="Say anew what a risk is, or that it is none any more")
def changing(request: HttpRequest, risk_id: UUID, body: RiskEditIn) -> Any:
    page = reads.risk_page(actor=request.actor, risk_id=risk_id)
    assert page.row is not None  # it was found
    said = body.dict(exclude_unset=True)
    version = said.pop("version")
    kept = {field.name: getattr(page.row.terms, field.name) for field in fields(Terms)}
    said = {AMOUNTS.get(name, name): value for name, value in said.items()}
    own = {"actor": request.actor, "risk_id": risk_id, "version": version, "at": now()}
    actions.change_risk(terms=_terms(kept | said), **own)
    return _one(request, risk_id)


def _terms(said: dict[str, Any]) -> Terms:
    named = {AMOUNTS.get(name, name): value for name, value in said.items()}
    return Terms(**named | {"item_ids": tuple(said["item_ids"])})


def _one(request: HttpRequest, risk_id: UUID) -> dict[str, Any]:
    row = reads.risk_page(actor=request.actor, risk_id=risk_id).row
    assert row is not None  # it was found
    return _out(row)
