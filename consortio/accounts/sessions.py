"""
Sessions in the database, their keys hashed: 256 random bits for the browser, SHA-256 of them for the table.

A session ends after eight hours without a request, and after seven days in any case.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from consortio.access import Question

IDLE = timedelta(hours=8)
UNATTENDED = "X-Unattended"  # a header: the page asked of itself, so nobody need be sitting before it
NOTE_EVERY = timedelta(minutes=5)  # how often a request of an open session is worth a write


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    row: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        from .models import Session

        return Session

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(32)

    def _get_session_from_db(self) -> Any:
        now = timezone.now()
        self.row = _OPEN.first(key_hash(self.session_key), now, now - IDLE)
        if self.row is None:
            self._session_key = None
        return self.row

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        return self.decode(row.data) if row else {}

    def signed_in(self) -> Any:
        """Return the user who came with the session's row, where the session still holds; else Django asks itself."""
        user_id, way = self.get(SESSION_KEY), self.get(BACKEND_SESSION_KEY)
        user = self.row.user if self.row is not None else None
        if user is None or str(user.pk) != user_id or not user.is_active or way not in settings.AUTHENTICATION_BACKENDS:
            return None
        held = constant_time_compare(self.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        return user if held else None

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(pk=key_hash(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        now = timezone.now()
        made_at = datetime.fromisoformat(data["made_at"]) if "made_at" in data else now
        return self.model(
            key_hash=key_hash(self._get_or_create_session_key()),
            data=self.encode(data),
            user_id=data.get("_auth_user_id"),
            made_at=made_at,
            seen_at=now,
            expires_at=made_at + timedelta(seconds=self.get_session_cookie_age()),
            browser=data.get("browser", ""),
        )

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            self.model.objects.filter(pk=key_hash(key)).delete()

    def note_use(self) -> None:
        """Write down, now and then, that the session is in use."""
        now = timezone.now()
        if self.row is not None and self.row.seen_at < now - NOTE_EVERY:
            self.model.objects.filter(pk=self.row.pk).update(seen_at=now)

    @classmethod
    def clear_expired(cls) -> None:
        now = timezone.now()
        model = cls.get_model_class()
        (model.objects.filter(expires_at__lt=now) | model.objects.filter(seen_at__lt=now - IDLE)).delete()


def _open(key: str, now: datetime, idle_since: datetime) -> Any:
    rows = SessionStore.get_model_class().objects.select_related("user")
    return rows.filter(pk=key, expires_at__gt=now, seen_at__gt=idle_since)


_OPEN = Question(_open, str, datetime, datetime)


class SessionMiddleware(middleware.SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        # Session and user in one query: every page asks for both.
        if request.session.session_key and (user := request.session.signed_in()):
            request._cached_user = user

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session: Any = request.session
        if session.modified and not session.is_empty():
            session.setdefault("made_at", timezone.now().isoformat())
            session.setdefault("browser", request.headers.get("User-Agent", "")[:200])
        elif session.accessed and UNATTENDED not in request.headers:
            session.note_use()
        return super().process_response(request, response)
