"""The account behind a request of the API: who it is, whom they may act for, whom they act for now."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from . import hats, reads
from .api_ways import BROWSER_ONLY

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
    """
    Who is asking, the organisations they may act for (their own house first), and the one they act for.

    A token acts for one organisation, and is told of no other.
    """
    return _me(request, request.actor.organisation_id)


@router.post("/acting-for", response=Me, auth=BROWSER_ONLY)
def acting_for(request: HttpRequest, body: ActingFor) -> Me:
    """Act for another of one's organisations from the next request on; one that is not one's own is not there (404)."""
    hats.act_for(request, request.user, body.organisation)
    return _me(request, body.organisation)


def _me(request: HttpRequest, acts_for: UUID | None) -> Me:
    held = reads.hats_of(request.user.person_id)
    offered = [hat for hat in held.organisations if request.token is None or hat.id == acts_for]
    return Me(
        person=Person(id=request.user.person_id, name=held.name),
        organisations=[Organisation(id=hat.id, name=hat.name) for hat in offered],
        acting_for=acts_for,
    )
