from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import AfterValidator, Field

from consortio.access import NotVisible, actor_for
from consortio.accounts.api_ways import BROWSER_ONLY
from consortio.bodies import Body, Letters, Name
from consortio.paging import Page, Paging, paged
from consortio.partnerships.reads import house_of as own_house
from consortio.partnerships.reads import houses_led_by, partnership

from . import accepting, actions, reads
from .models import Kind
from .rules import hash_of

router = Router(tags=["Invitations"])


def _address(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise ValueError("this is no address for mail") from None
    return value


Email = Annotated[str, Field(max_length=254), AfterValidator(_address)]


class InvitationOut(Schema):
    id: UUID
    kind: str
    name: str  # of the organisation that is meant
    email: str  # "" for one of another organisation's
    role: str
    role_there: str
    organisation: str
    inviter: str
    made_at: datetime
    expires_at: datetime
    is_over: bool
    is_sent: bool
    may_resend: bool
    may_withdraw: bool


class InvitationMadeOut(Schema):
    id: UUID
    state: str  # "proposed" until all members have agreed, then "open"
    expires_at: datetime | None


class OrganisationInvitedIn(Body):
    partnership_id: UUID
    name: Name
    email: Email


class PersonInvitedIn(Body):
    email: Email
    house_role_id: UUID  # in our house
    partnership_id: UUID | None = None
    role_id: UUID | None = None  # in that partnership


class AcceptanceIn(Body):
    secret: Annotated[str, Field(max_length=200)]
    organisation_id: UUID | None = None  # which of one's houses takes part
    letters: Letters | None = None  # there; those of the house where none are said


class RefusalIn(Body):
    secret: Annotated[str, Field(max_length=200)]


class AcceptedOut(Schema):
    organisation_id: UUID
    partnership_id: UUID | None


@router.get("", response=Page[InvitationOut], summary="Open invitations to a partnership or to our house")
def invitations(request: HttpRequest, partnership_id: UUID, paging: Query[Paging]) -> Any:
    rows = reads.invitations_to(actor=request.actor, partnership_id=partnership_id, at=now())
    return paged(request, rows, paging, key=lambda row: (row.made_at, row.id), newest_first=True)


@router.post("/organisations", response={201: InvitationMadeOut}, summary="Invite an organisation to a partnership")
def invite_organisation(request: HttpRequest, body: OrganisationInvitedIn) -> Any:
    row = partnership(actor=request.actor, partnership_id=body.partnership_id)
    whom = {"joint_id": row.joint_id, "name": body.name, "email": body.email}
    return _made(request, actions.invite_organisation, **whom)


@router.post("/people", response={201: InvitationMadeOut}, summary="Invite a person into our house")
def invite_person(request: HttpRequest, body: PersonInvitedIn) -> Any:
    house_id = own_house(actor=request.actor)
    if house_id is None:
        raise NotVisible
    if (body.partnership_id is None) != (body.role_id is None):
        raise HttpError(422, _("partnership_id, role_id: say both or none."))
    there: dict[str, Any] = {}
    if body.partnership_id:
        row = partnership(actor=request.actor, partnership_id=body.partnership_id)
        there = {"joint_id": row.joint_id, "role_id": body.role_id}
    return _made(
        request, actions.invite_person, house_id=house_id, house_role_id=body.house_role_id, email=body.email, **there
    )


def _made(request: HttpRequest, action: Any, **facts: Any) -> Any:
    invitation_id = _done(request, action, **facts)
    return Status(201, reads.made(actor=request.actor, invitation_id=invitation_id))


def _done(request: HttpRequest, action: Any, **facts: Any) -> Any:
    try:
        return action(actor=request.actor, at=now(), **facts)
    except actions.TooMany as refusal:
        raise HttpError(429, str(refusal)) from None


@router.post("/acceptance", response=AcceptedOut, auth=BROWSER_ONLY, summary="Accept by the secret of a link")
def accept(request: HttpRequest, body: AcceptanceIn) -> Any:
    """Whoever is signed in with the address that the link was sent to accepts; for every other the link is not there."""
    secret_hash, asked = _asked(request, body.secret)
    link = {"secret_hash": secret_hash, "email": request.user.email, "at": now()}
    if asked.kind != Kind.ORGANISATION:
        accepting.accept_seat(actor=actor_for(request.user.person_id, asked.organisation_id, "api"), **link)
        first = next((glance.id for glance, _, _ in asked.seats), None)
        return {"organisation_id": asked.organisation_id, "partnership_id": first}
    house = next(
        (each for each in houses_led_by(request.user.person_id) if each.organisation_id == body.organisation_id), None
    )
    if house is None or asked.partnership is None:
        raise NotVisible
    actor = actor_for(request.user.person_id, house.organisation_id, "api")
    accepting.accept_invitation(actor=actor, house_id=house.joint_id, letters=body.letters or house.letters, **link)
    return {"organisation_id": house.organisation_id, "partnership_id": asked.partnership.id}


@router.post("/refusal", response={204: None}, auth=BROWSER_ONLY, summary="Decline by the secret of a link")
def decline(request: HttpRequest, body: RefusalIn) -> Any:
    """Whoever is signed in with the address that the link was sent to declines; for every other it is not there."""
    secret_hash, _asked_for = _asked(request, body.secret)
    actions.decline_invitation(secret_hash=secret_hash, at=now())
    return Status(204, None)


def _asked(request: HttpRequest, secret: str) -> tuple[str, reads.Asked]:
    secret_hash = hash_of(secret)
    asked = reads.asked(secret_hash=secret_hash, at=now())
    if asked is None or asked.email != request.user.email:
        raise NotVisible
    return secret_hash, asked


@router.post("/{uuid:invitation_id}/resending", response={204: None}, summary="Send another link; the old one is dead")
def resend(request: HttpRequest, invitation_id: UUID) -> Any:
    _done(request, actions.resend_invitation, invitation_id=invitation_id)
    return Status(204, None)


@router.delete("/{uuid:invitation_id}", response={204: None}, summary="Withdraw an invitation; its link is dead")
def withdraw(request: HttpRequest, invitation_id: UUID) -> Any:
    _done(request, actions.withdraw_invitation, invitation_id=invitation_id)
    return Status(204, None)
