from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import model_validator

from consortio.access import NotVisible
from consortio.bodies import Body, Letters, Name, Part
from consortio.paging import Page, Paging, paged
from consortio.versions import Version

from . import actions, reads

router = Router(tags=["Partnerships"])


class MemberOut(Schema):
    organisation_id: UUID
    name: str
    letters: str
    number: int
    part: str
    state: str
    version: int
    is_you: bool
    suspended_at: datetime | None
    last_day: date | None  # withdrawing or left


class PartnershipOut(Schema):
    id: UUID
    name: str
    joint_id: UUID
    is_house: bool
    members: list[MemberOut]


class FoundIn(Body):
    name: Name
    letters: Letters


class PersonOut(Schema):
    person_id: UUID
    name: str
    role: str
    employer: str
    is_you: bool


class PeopleOut(Schema):
    organisation_id: UUID
    people: list[PersonOut]


class RoleOut(Schema):
    id: UUID
    name: str


class CandidateOut(Schema):
    person_id: UUID
    name: str


class MembersOut(Schema):
    partnership: PartnershipOut
    people: list[PeopleOut]
    roles: list[RoleOut]
    candidates: list[CandidateOut]
    may_seat: bool


class PartIn(Body):
    version: Version
    part: Part


class SeatIn(Body):
    person_id: UUID
    role_id: UUID


@router.get("", response=Page[PartnershipOut], summary="Partnerships I take part in")
def partnerships(request: HttpRequest, paging: Query[Paging]) -> Any:
    rows = reads.partnerships_of(actor=request.actor)
    return paged(request, rows, paging, key=lambda row: (not row.is_house, row.name.casefold(), row.id))


@router.get("/{uuid:partnership_id}", response=PartnershipOut, summary="One partnership")
def partnership(request: HttpRequest, partnership_id: UUID) -> Any:
    return reads.partnership(actor=request.actor, partnership_id=partnership_id)


@router.post("", response={201: PartnershipOut}, summary="Found a partnership from one's own house")
def found(request: HttpRequest, body: FoundIn) -> Any:
    house_id = reads.house_of(actor=request.actor)
    if house_id is None:
        raise NotVisible
    joint_id = actions.found_partnership(actor=request.actor, house_id=house_id, at=now(), **body.dict())
    return Status(201, next(row for row in reads.partnerships_of(actor=request.actor) if row.joint_id == joint_id))


@router.get("/{uuid:partnership_id}/members", response=MembersOut, summary="Who takes part, in which role")
def members(request: HttpRequest, partnership_id: UUID) -> Any:
    return _members(request, partnership_id)


def _members(request: HttpRequest, partnership_id: UUID) -> dict[str, Any]:
    page = reads.members_page(actor=request.actor, partnership_id=partnership_id)
    return {
        "partnership": page.partnership,
        "people": [{"organisation_id": pk, "people": people} for pk, people in page.people.items()],
        "roles": [{"id": pk, "name": name} for pk, name in page.roles],
        "candidates": [{"person_id": pk, "name": name} for pk, name in page.candidates],
        "may_seat": page.may_seat,
    }


@router.get("/{uuid:partnership_id}/part", response=MemberOut, summary="What our part is, with its version")
def own_part(request: HttpRequest, partnership_id: UUID) -> Any:
    return _own(request, partnership_id)


def _own(request: HttpRequest, partnership_id: UUID) -> reads.Member:
    own = reads.members_page(actor=request.actor, partnership_id=partnership_id).own
    if own is None:
        raise NotVisible
    return own


@router.put("/{uuid:partnership_id}/part", response=PartnershipOut, summary="Say what our part is")
def part(request: HttpRequest, partnership_id: UUID, body: PartIn) -> Any:
    own = _own(request, partnership_id)
    actions.edit_membership(actor=request.actor, membership_id=own.id, at=now(), **body.dict())
    return reads.partnership(actor=request.actor, partnership_id=partnership_id)


@router.post(
    "/{uuid:partnership_id}/seats", response={201: MembersOut}, summary="Seat one of our people, or change their role"
)
def seat(request: HttpRequest, partnership_id: UUID, body: SeatIn) -> Any:
    row = reads.partnership(actor=request.actor, partnership_id=partnership_id)
    actions.seat_person(actor=request.actor, joint_id=row.joint_id, at=now(), **body.dict())
    return Status(201, _members(request, partnership_id))


@router.delete(
    "/{uuid:partnership_id}/seats/{uuid:person_id}", response={204: None}, summary="End the part of one of our people"
)
def unseat(request: HttpRequest, partnership_id: UUID, person_id: UUID) -> Any:
    row = reads.partnership(actor=request.actor, partnership_id=partnership_id)
    actions.unseat_person(actor=request.actor, joint_id=row.joint_id, person_id=person_id, at=now())
    return Status(204, None)


class LeavingIn(Body):
    """Either the last day or `at_once`: leaving at once cannot be taken back."""

    last_day: date | None = None
    at_once: bool = False

    @model_validator(mode="after")
    def _say_one(self) -> "LeavingIn":
        if (self.last_day is not None) == self.at_once:
            raise ValueError('say either "last_day" or "at_once": true')
        return self


@router.post("/{uuid:partnership_id}/leaving", response={204: None}, summary="Leave, at once or with the end of a day")
def leave(request: HttpRequest, partnership_id: UUID, body: LeavingIn) -> Any:
    row = reads.partnership(actor=request.actor, partnership_id=partnership_id)
    actions.leave_partnership(actor=request.actor, joint_id=row.joint_id, last_day=body.last_day, at=now())
    return Status(204, None)


@router.delete("/{uuid:partnership_id}/leaving", response={204: None}, summary="Stay after all")
def stay(request: HttpRequest, partnership_id: UUID) -> Any:
    row = reads.partnership(actor=request.actor, partnership_id=partnership_id)
    actions.stay_in_partnership(actor=request.actor, joint_id=row.joint_id, at=now())
    return Status(204, None)
