from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate, now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.bodies import Body
from consortio.kpis.api_amounts import AmountSaid
from consortio.paging import Paging, place, seal
from consortio.versions import Version

from . import actions, reads
from .rules import DAYS, WORDS_MAX

router = Router(tags=["Forecasts"])
rounds = Router(tags=["Forecasts"])
Amount = Annotated[AmountSaid, Field(description="in the unit that the round was asked in")]
Days = Annotated[int, Field(ge=min(DAYS), le=max(DAYS), description="3, 7, 14 or 30")]


class ForecastOut(Schema):
    organisation_id: UUID
    organisation: str
    person: str
    p10: Decimal
    p50: Decimal
    p90: Decimal
    words: str
    given_at: datetime
    version: int | None  # of your own, as long as it may be changed
    loss: float | None  # mean quantile loss, where all let it be shown

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        return row.member.name if row.member else ""


class AskedOut(Schema):
    organisation_id: UUID
    organisation: str
    has_given: bool


class PooledOut(Schema):
    p10: float
    p50: float
    p90: float
    loss: float | None


class AskedInOut(Schema):
    """The KPI by which a round was asked, in the unit of then: its figures are of it, whatever measures the goal now."""

    kpi_id: UUID
    unit: str
    decimals: int
    is_another: bool  # the goal is measured by another one now


class RoundOut(Schema):
    """A round; `forecasts` are empty until all have given theirs or the time is up, `own` is your organisation's."""

    id: UUID
    number: int
    about_on: date
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    revealed_at: datetime | None
    asked_in: AskedInOut | None
    asked: list[AskedOut]
    own: ForecastOut | None
    forecasts: list[ForecastOut]
    pooled: PooledOut | None
    outcome: Decimal | None


class ScoringOut(Schema):
    organisation_id: UUID
    organisation: str
    is_willing: bool


class RoundsOut(Schema):
    rows: list[RoundOut]  # the rounds, newest first
    next: str  # goes into `after` for older ones; "" where there are none
    scoring: list[ScoringOut]
    is_scored: bool


class OpeningIn(Body):
    days: Days = 7
    about_on: date | None = None


class OwnIn(Body):
    p10: Amount
    p50: Amount
    p90: Amount
    words: Annotated[str, Field(max_length=WORDS_MAX, pattern=r"^[^\x00]*$")] = ""
    version: Version | None = None  # of your own that you saw, where there is one


class ScoringIn(Body):
    is_willing: bool


def _out(page: reads.RoundsPage, older: str) -> Mapping[str, Any]:
    scoring = [_member(member) | {"is_willing": is_willing} for member, is_willing in page.willing]
    rounds = [_round(row) for row in page.rounds]
    return {"rows": rounds, "next": older, "scoring": scoring, "is_scored": page.is_scored}


def _round(row: reads.RoundRow) -> dict[str, Any]:
    names = (
        "id",
        "number",
        "about_on",
        "opened_at",
        "closes_at",
        "revealed_at",
        "asked_in",
        "own",
        "forecasts",
        "outcome",
    )
    pooled = None
    if row.pooled:
        low, middle, high = row.pooled
        pooled = {"p10": low, "p50": middle, "p90": high, "loss": row.pooled_loss}
    asked = [_member(member) | {"has_given": has_given} for member, has_given in row.asked]
    own = {name: getattr(row, name) for name in names}
    return own | {"opened_by": row.opener, "asked": asked, "pooled": pooled}


def _member(member: Any) -> dict[str, Any]:
    return {"organisation_id": member.organisation_id, "organisation": member.name}


def _page(request: HttpRequest, goal_id: UUID, paging: Paging) -> Mapping[str, Any]:
    """Answer a page of rounds; what was done to one is answered with the first."""
    start = place(request, paging) if paging.after else None
    before = int(start[0]) if start else None
    own = {"actor": request.actor, "goal_id": goal_id, "today": localdate(), "at": now()}
    page = reads.rounds_page(before=before, limit=paging.limit, **own)
    address = reverse("api:goal_forecasts", args=[goal_id])
    return _out(page, seal(request, page.next, address=address) if page.next else "")


@router.get(
    "/{uuid:goal_id}/forecasts",
    response=RoundsOut,
    url_name="goal_forecasts",
    summary="The rounds of forecasts of a goal, the newest first",
)
def forecasts(request: HttpRequest, goal_id: UUID, paging: Query[Paging]) -> Any:
    return _page(request, goal_id, paging)


@router.post(
    "/{uuid:goal_id}/forecasts", response={201: RoundsOut}, summary="Ask every organisation for its forecast of a goal"
)
def open_round(request: HttpRequest, goal_id: UUID, body: OpeningIn) -> Any:
    actions.open_round(actor=request.actor, goal_id=goal_id, at=now(), **body.dict())
    return Status(201, _page(request, goal_id, Paging()))


@router.put(
    "/{uuid:goal_id}/forecasts/scoring", response=RoundsOut, summary="Say whether your forecasts may be scored for all"
)
def scoring(request: HttpRequest, goal_id: UUID, body: ScoringIn) -> Any:
    page = reads.rounds_page(actor=request.actor, goal_id=goal_id, today=localdate(), at=now())
    circle_id = page.goal.row.circle_id
    actions.let_be_scored(actor=request.actor, circle_id=circle_id, is_willing=body.is_willing, at=now())
    return _page(request, goal_id, Paging())


@rounds.put("/{uuid:round_id}/own", response=RoundsOut, summary="Give your organisation's forecast, or change it")
def give(request: HttpRequest, round_id: UUID, body: OwnIn) -> Any:
    goal_id = reads.goal_of(actor=request.actor, round_id=round_id)
    said = actions.Said(body.p10, body.p50, body.p90, body.words)
    actions.give_forecast(actor=request.actor, round_id=round_id, said=said, at=now(), version=body.version)
    return _page(request, goal_id, Paging())
