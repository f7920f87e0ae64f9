from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Schema, Status

from consortio.access import NotVisible

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


class PartnershipOut(Schema):
    id: UUID
    name: str
    joint_id: UUID
    is_house: bool
    members: list[MemberOut]


class FoundIn(Schema):
    name: str
    letters: str


@router.get("", response=list[PartnershipOut], summary="Partnerships I take part in")
def partnerships(request: HttpRequest) -> Any:
    return list(reads.partnerships_of(actor=request.actor))  # a tuple of two would be taken for a status and a body


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
