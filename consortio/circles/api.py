from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from . import reads

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


@router.get("/{uuid:circle_id}", response=CirclePageOut, summary="Who sits in a circle")
def circle(request: HttpRequest, circle_id: UUID) -> Any:
    page = reads.circle_page(actor=request.actor, circle_id=circle_id)
    return {
        "circle": page.circle,
        "seats": [{"organisation": mark, "people": people} for mark, people in page.people],
    }
