"""For whom somebody acts: their session says so, from sign-in on."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from consortio.access import NotVisible

from .models import User
from .reads import organisations_of
from .sessions import SessionStore


def begin(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Begin a session: its seven days, and the first organisation that the person acts for. Signing in sends this."""
    request.session["made_at"] = timezone.now().isoformat()
    request.session["browser"] = request.META.get("HTTP_USER_AGENT", "")[:200]
    request.session.pop("organisation", None)
    if organisations := organisations_of(user.person_id):
        request.session["organisation"] = str(organisations[0])
    request.has_signed_in = True  # type: ignore[attr-defined]  # the browser is told how pages shall look
    SessionStore.clear_expired()


def act_for(request: HttpRequest, user: User, organisation_id: UUID | str | None) -> None:
    """Change hats. Raises: NotVisible: the person has no seat for that organisation, or there is none such."""
    held = {str(held) for held in organisations_of(user.person_id)}
    if str(organisation_id) not in held:
        raise NotVisible
    request.session["organisation"] = str(organisation_id)
    request.session.cycle_key()
