from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from consortio.bodies import Body
from consortio.paging import Page, Paging, paged
from consortio.plans.api import LocalOut, NominationOut
from consortio.record.reads import parse_cursor

from . import reads, visits
from .forms import CURSOR_MAX

router = Router(tags=["Overview"])


def _cursor(value: str) -> str:
    try:
        parse_cursor(value)
    except ValueError:
        raise ValueError("send back the cursor of the overview, or nothing for all that is there") from None
    return value


class FactOut(Schema):
    id: UUID
    number: str
    name: str
    kind: str
    organisation_id: UUID | None
    person: str
    finish_at: LocalOut | None
    agreed_at: LocalOut | None
    house_finish_at: LocalOut | None
    days_moved: int | None
    is_late: bool
    is_done: bool


class ShareOut(Schema):
    organisation_id: UUID | None
    items: int
    done: int
    working: int
    late: int
    nobody: int
    due: FactOut | None


class WaiterOut(Schema):
    organisation_id: UUID | None
    items: int


class ObstacleOut(Schema):
    item: FactOut
    waiting: int
    organisations: list[WaiterOut]

    @staticmethod
    def resolve_organisations(obstacle: Any) -> list[dict[str, Any]]:
        return [{"organisation_id": pk, "items": count} for pk, count in obstacle.organisations]


class StandingOut(Schema):
    """A plan as everybody in its circle sees it; what is called house is beside that, for one's own house only."""

    plan_id: UUID
    circle_id: UUID
    number: str
    name: str
    zone: str
    data_at: LocalOut | None
    computed_at: datetime
    start_at: LocalOut | None
    finish_at: LocalOut | None
    house_finish_at: LocalOut | None
    refusal: str
    dates_outdated_since: datetime | None
    items: int
    done: int
    critical: int
    late: int
    milestones: int
    baseline: str
    baseline_at: datetime | None
    shares: list[ShareOut]
    next: FactOut | None
    last: FactOut | None
    stones: list[FactOut]
    way: list[ObstacleOut]

    @staticmethod
    def resolve_dates_outdated_since(standing: Any) -> datetime | None:
        return standing.outdated_at


class WaitOut(Schema):
    kind: str
    words: str
    details: list[str]
    late: str
    due_on: date | None
    since: date | None
    url: str
    action: str
    partnership_id: UUID | None
    partnership: str
    holds_up: list[str]
    nomination: NominationOut | None

    @staticmethod
    def resolve_holds_up(wait: Any) -> list[str]:
        return [mark.name for mark in wait.holds_up]


class ChangedLineOut(Schema):
    circle_id: UUID
    number: int
    at: datetime
    event: str
    words: str
    details: list[str]
    url: str
    person: str


class SinceOut(Schema):
    """What others did since the last visit. Send `upto` back when it was seen."""

    seen_at: datetime | None
    total: int
    lines: list[ChangedLineOut]
    upto: str


class OverviewOut(Schema):
    partnership_id: UUID
    name: str
    plans: list[StandingOut]
    waits: list[WaitOut]
    since: SinceOut


class SeenIn(Body):
    upto: Annotated[str, Field(max_length=CURSOR_MAX), AfterValidator(_cursor)] = ""


@router.get("/partnerships/{uuid:partnership_id}/overview", response=OverviewOut, summary="Where a partnership stands")
def overview(request: HttpRequest, partnership_id: UUID) -> Any:
    """
    Where its plans stand, what waits for the caller, and what others did since they were there: the first few of it.
    """
    at = now()
    page = reads.glance(actor=request.actor, partnership_id=partnership_id, at=at)
    since = reads.since_page(actor=request.actor, partnership_id=partnership_id)
    return {
        "partnership_id": page.partnership.id,
        "name": page.partnership.name,
        "plans": page.plans,
        "waits": list(page.waits.all),
        "since": {
            "seen_at": since.seen.at,
            "total": since.lines.total,
            "lines": since.lines.lines,
            "upto": since.seen.upto,
        },
    }


@router.get("/waiting", response=Page[WaitOut], summary="What waits for me, the oldest first")
def waiting(request: HttpRequest, paging: Query[Paging], partnership: UUID | None = None) -> Any:
    own = {"partnership_id": partnership, "email": request.user.email}
    found = reads.waiting(actor=request.actor, at=now(), **own)
    return paged(request, found.all, paging, key=lambda wait: wait.place(found.today))


@router.post("/partnerships/{uuid:partnership_id}/seen", response={204: None}, summary="Say that what changed was seen")
def seen(request: HttpRequest, partnership_id: UUID, body: SeenIn) -> Any:
    """Without `upto`, all that is there now. Nobody else hears of it."""
    visits.mark_seen(user=request.user, actor=request.actor, partnership_id=partnership_id, upto=body.upto, at=now())
    return Status(204, None)
