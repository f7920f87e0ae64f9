"""The account behind a request of the API: who it is, whom they may act for, whom they act for now."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from . import hats, reads

router = Router(tags=["me"])


class Organisation(Schema):
    id: UUID
    name: str


class Person(Schema):
    id: UUID
    name: str


class Me(Schema):
    person: Person
    organisations: list[Organisation]
    acting_for: UUID | None


class ActingFor(Schema):
    organisation: UUID


@router.get("", response=Me)
def me(request: HttpRequest) -> Me:
    """Who is asking, the organisations they may act for (their own house first), and the one they act for."""
    held = reads.hats_of(request.user.person_id)
    return Me(
        person=Person(id=request.user.person_id, name=held.name),
        organisations=[Organisation(id=hat.id, name=hat.name) for hat in held.organisations],
        acting_for=request.session.get("organisation"),
    )


@router.post("/acting-for", response=Me)
def acting_for(request: HttpRequest, body: ActingFor) -> Me:
    """Act for another of one's organisations from the next request on; one that is not one's own is not there (404)."""
    hats.act_for(request, request.user, body.organisation)
    return me(request)
