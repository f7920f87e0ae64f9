"""The account behind a request of the API: who it is, whom they may act for, whom they act for now."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from consortio.access import NotVisible
from consortio.bodies import Body
from consortio.paging import Page, Paging, paged
from consortio.ui.look import languages
from consortio.versions import Version

from . import hats, reads, sessions, users
from .api_ways import BROWSER_ONLY
from .forms import zones
from .middleware import dress

router = Router(tags=["me"])


def _language(value: str) -> str:
    if value and value not in dict(languages()):
        raise ValueError(f"choose one of: {', '.join(code for code, _name in languages())}; or nothing")
    return value


def _zone(value: str) -> str:
    if value and value not in zones():
        raise ValueError("choose a zone as Europe/Berlin, UTC, or nothing")
    return value


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


class ActingFor(Body):
    organisation: UUID


class PreferencesOut(Schema):
    language: str
    zone: str
    theme: str
    density: str
    version: int


class PreferencesIn(Body):
    """What is left out stands; "" leaves it to the browser."""

    version: Version
    language: Annotated[str, Field(max_length=10), AfterValidator(_language)] = ""
    zone: Annotated[str, Field(max_length=60), AfterValidator(_zone)] = ""
    theme: Literal["", "system", "light", "dark"] = ""
    density: Literal["", "calm", "compact"] = ""


class SessionOut(Schema):
    key_hash: str
    browser: str
    system: str
    made_at: datetime
    seen_at: datetime
    is_this: bool


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


@router.get("/preferences", response=PreferencesOut, summary="My language and zone, and how pages look")
def preferences(request: HttpRequest) -> Any:
    return reads.preferences(request.user)


@router.put("/preferences", response=PreferencesOut, summary="Choose language, zone and how pages look")
def preferring(request: HttpRequest, response: HttpResponse, body: PreferencesIn) -> Any:
    """Of what mails tell, `PUT /me/notices` says; letter keys are switched off in each browser by itself."""
    chosen = body.dict(exclude_unset=True, exclude={"version"})
    users.keep_preferences(request.user, body.version, **chosen)
    if request.token is None:
        dress(request, response)
    return reads.preferences(request.user)


@router.get("/sessions", response=Page[SessionOut], summary="Where I am signed in, the latest used first")
def open_sessions(request: HttpRequest, paging: Query[Paging]) -> Any:
    rows = reads.sessions_of(request.user, _this(request), now())
    return paged(request, rows, paging, key=lambda row: (row.seen_at, row.key_hash), newest_first=True)


@router.delete("/sessions", response={204: None}, summary="End all my sessions but the one that asks")
def other_sessions_end(request: HttpRequest) -> Any:
    """A token asks in no session: then all of them end. Tokens stay good."""
    users.end_sessions(request.user, keep=_this(request))
    return Status(204, None)


@router.delete("/sessions/{str:key_hash}", response={204: None}, summary="End one of my sessions")
def session_end(request: HttpRequest, key_hash: str) -> Any:
    """Another's is not there (404); the one that asks ends by signing out (409)."""
    if key_hash == _this(request):
        raise users.ThisSession(_("This session ends by signing out."))
    if not users.end_session(request.user, key_hash):
        raise NotVisible
    return Status(204, None)


def _this(request: HttpRequest) -> str:
    """Return the hash of the asking session's key; a token asks in none, whatever cookie comes beside it."""
    return "" if request.token else sessions.key_hash(request.session.session_key or "")
