from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from consortio.bodies import KEPT, Body
from consortio.paging import Page, Paging, place, seal

from .activity import PAGE, activity_page
from .wishes import keep_wishes, wishes_of

circles = Router(tags=["Circles"])
own = Router(tags=["me"])
How = Literal["at once", "daily", "off"]


class ActivityLineOut(Schema):
    circle_id: UUID
    number: int
    at: datetime
    event: str
    topic: str
    words: str
    details: list[str]
    url: str
    person_id: UUID | None
    person: str
    organisation_id: UUID | None

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID | None:
        return row.organisation.organisation_id if row.organisation else None


class ActivityIn(Paging):
    about: Literal["", "plans", "agreement", "remarks", "people", "files"] = ""
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=150)] = PAGE


@circles.get(
    "/{uuid:circle_id}/activity", response=Page[ActivityLineOut], summary="What happened in a circle, in words"
)
def activity(request: HttpRequest, circle_id: UUID, asked: Query[ActivityIn]) -> Any:
    start = place(request, asked)
    filters = asked.dict(exclude={"after"}) | {"before": start[0] if start else None}
    page = activity_page(actor=request.actor, circle_id=circle_id, **filters)
    return {"rows": page.lines, "next": "" if page.earlier is None else seal(request, page.earlier)}


class WishesOut(Schema):
    proposals: How
    promises: How
    readings: Literal["daily", "off"]
    nominations: How
    decisions: How
    mentions: How
    changes: Literal["daily", "off"]


class WishesIn(Body):
    """What is left out stays."""

    proposals: How
    promises: How = KEPT
    readings: Literal["daily", "off"] = KEPT
    nominations: How
    decisions: How = KEPT
    mentions: How
    changes: Literal["daily", "off"]


@own.get("/notices", response=WishesOut, summary="Of what I am told by mail, and how")
def notices(request: HttpRequest) -> Any:
    return wishes_of(request.user.pk)


@own.put("/notices", response=WishesOut, summary="Say of what I want to be told by mail")
def noticing(request: HttpRequest, body: WishesIn) -> Any:
    keep_wishes(request.user.pk, body.dict(exclude_unset=True))
    return wishes_of(request.user.pk)
