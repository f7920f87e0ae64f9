"""The API of organisations and people, as far as one shares something with them."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Schema
from pydantic import Field

from consortio.access import NotVisible
from consortio.bodies import Body, Name
from consortio.organisations.actions import rename_organisation, rename_person, set_fiscal_year
from consortio.partnerships.reads import house_of, own_house

from . import people

organisations = Router(tags=["Organisations"])
persons = Router(tags=["People"])


class ColleagueOut(Schema):
    person_id: UUID
    name: str
    role: str
    is_you: bool


class SharedOut(Schema):
    partnership_id: UUID
    partnership: str
    letters: str
    part: str
    state: str
    people: list[ColleagueOut]


class OrganisationPageOut(Schema):
    id: UUID
    name: str
    is_ours: bool
    fiscal_start: int | None  # the month in which our own fiscal year begins
    people: list[ColleagueOut]  # of our own house
    shared: list[SharedOut]


class NarrowOut(Schema):
    kind: str
    name: str


class PersonSeatOut(Schema):
    partnership_id: UUID
    partnership: str
    organisation_id: UUID
    organisation: str
    role: str
    employer: str
    others: list[NarrowOut]
    has_ended: bool


class PersonPageOut(Schema):
    id: UUID
    name: str
    is_you: bool
    is_former: bool
    seats: list[PersonSeatOut]


class FiscalYearIn(Body):
    fiscal_start: Annotated[int, Field(ge=1, le=12, description="the month in which it begins, from 1")]


class CalledIn(Body):
    name: Name


@organisations.get(
    "/{uuid:organisation_id}", response=OrganisationPageOut, summary="An organisation, and what we share"
)
def organisation(request: HttpRequest, organisation_id: UUID) -> Any:
    page = people.organisation_page(actor=request.actor, organisation_id=organisation_id)
    return {
        "id": page.id,
        "name": page.name,
        "is_ours": page.is_ours,
        "fiscal_start": page.fiscal_start,
        "people": page.house.people if page.house else (),
        "shared": [_shared(one) for one in page.shared],
    }


def _shared(one: people.Shared) -> dict[str, Any]:
    member = one.member
    own = {"partnership_id": one.partnership.id, "partnership": one.partnership.name, "people": one.people}
    return own | {"letters": member.letters, "part": member.part, "state": member.state}


@organisations.put("/{uuid:organisation_id}/name", response=OrganisationPageOut, summary="Rename our organisation")
def call_organisation(request: HttpRequest, organisation_id: UUID, body: CalledIn) -> Any:
    house_id = own_house(actor=request.actor, organisation_id=organisation_id)
    rename_organisation(actor=request.actor, house_id=house_id, name=body.name, at=now())
    return organisation(request, organisation_id)


@organisations.put(
    "/{uuid:organisation_id}/fiscal-year", response=OrganisationPageOut, summary="Say when our fiscal year begins"
)
def set_our_fiscal_year(request: HttpRequest, organisation_id: UUID, body: FiscalYearIn) -> Any:
    house_id = own_house(actor=request.actor, organisation_id=organisation_id)
    set_fiscal_year(actor=request.actor, house_id=house_id, fiscal_start=body.fiscal_start, at=now())
    return organisation(request, organisation_id)


@persons.get("/{uuid:person_id}", response=PersonPageOut, summary="A person, and where we both take part")
def person(request: HttpRequest, person_id: UUID) -> Any:
    page = people.person_page(actor=request.actor, person_id=person_id)
    common = {"id": page.id, "name": page.name, "is_you": page.is_you, "is_former": page.is_former}
    return common | {"seats": [_seat(seat) for seat in page.seats]}


def _seat(seat: people.SeatRow) -> dict[str, Any]:
    return {
        "partnership_id": seat.partnership.id,
        "partnership": seat.partnership.name,
        "organisation_id": seat.organisation.organisation_id,
        "organisation": seat.organisation.name,
        "role": seat.role,
        "employer": seat.employer,
        "others": [{"kind": kind, "name": name} for kind, name in seat.others],
        "has_ended": seat.has_ended,
    }


@persons.put("/{uuid:person_id}/name", response=PersonPageOut, summary="Change one's own name")
def call_person(request: HttpRequest, person_id: UUID, body: CalledIn) -> Any:
    house_id = house_of(actor=request.actor)
    if house_id is None or person_id != request.actor.person_id:
        raise NotVisible
    rename_person(actor=request.actor, house_id=house_id, name=body.name, at=now())
    return person(request, person_id)
