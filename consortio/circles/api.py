from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.access import NotVisible
from consortio.bodies import Body, CircleLetters, Name
from consortio.paging import Page, Paging, paged
from consortio.partnerships.actions import give_up_seat

from . import actions, reads

router = Router(tags=["Circles"])


class OrganisationOut(Schema):
    name: str
    letters: str


class CircleOut(Schema):
    id: UUID
    kind: str
    name: str
    mark: str
    partnership_id: UUID
    organisations: list[OrganisationOut]


class SitterOut(Schema):
    person_id: UUID
    name: str
    role: str


class SeatsOut(Schema):
    organisation: OrganisationOut
    people: list[SitterOut]


class CirclePageOut(Schema):
    circle: CircleOut
    seats: list[SeatsOut]


class OpenIn(Body):
    partnership_id: UUID
    kind: Literal["side", "body"]
    name: Name
    letters: CircleLetters
    organisation_ids: Annotated[list[UUID], Field(max_length=100)]  # ours is always in it
    role_id: UUID | None = None  # of the founder in a body; a lead where none is said


class AppointIn(Body):
    person_id: UUID
    role_id: UUID


@router.get("", response=Page[CircleOut], summary="Circles of a partnership that I sit in, narrow first")
def circles(request: HttpRequest, partnership_id: UUID, paging: Query[Paging]) -> Any:
    rows = reads.circles_in(actor=request.actor, partnership_id=partnership_id)
    return paged(request, rows, paging, key=reads.narrow_first)


@router.post("", response={201: CirclePageOut}, summary="Open a side circle or a body")
def opening(request: HttpRequest, body: OpenIn) -> Any:
    page = reads.circles_page(actor=request.actor, partnership_id=body.partnership_id)
    common = {
        "actor": request.actor,
        "joint_id": page.partnership.joint_id,
        "name": body.name,
        "letters": body.letters,
        "organisation_ids": list(dict.fromkeys([request.actor.organisation_id, *body.organisation_ids])),
        "at": now(),
    }
    if body.kind == "side":
        return Status(201, _circle(request, actions.open_side_circle(**common)))
    role_id = body.role_id or next((pk for pk, name in page.roles if name == "lead"), None)
    if role_id is None:
        raise NotVisible
    return Status(201, _circle(request, actions.open_body(**common, role_id=role_id)))


@router.get("/{uuid:circle_id}", response=CirclePageOut, summary="Who sits in a circle")
def circle(request: HttpRequest, circle_id: UUID) -> Any:
    return _circle(request, circle_id)


@router.post("/{uuid:circle_id}/seats", response={201: CirclePageOut}, summary="Name one of our people for a body")
def appointment(request: HttpRequest, circle_id: UUID, body: AppointIn) -> Any:
    actions.appoint(actor=request.actor, body_id=circle_id, at=now(), **body.dict())
    return Status(201, _circle(request, circle_id))


@router.delete("/{uuid:circle_id}/seats/mine", response={204: None}, summary="Give up one's own seat")
def departure(request: HttpRequest, circle_id: UUID) -> Any:
    """In a body there only, in a joint circle everywhere in the partnership, in that of one's own house everywhere."""
    give_up_seat(actor=request.actor, circle_id=circle_id, at=now())
    return Status(204, None)


def _circle(request: HttpRequest, circle_id: UUID) -> dict[str, Any]:
    page = reads.circle_page(actor=request.actor, circle_id=circle_id)
    seats = [{"organisation": mark, "people": people} for mark, people in page.people]
    return {"circle": page.circle, "seats": seats}
