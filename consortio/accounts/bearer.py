"""Calls of the API with `Authorization: Bearer`: whoever shows a token is asked by it alone, never by a cookie as well."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from consortio.access.middleware import API, refuse

from . import tokens
from .models import Token

CALLS_A_MINUTE = 600  # of one token, in each process
IN_AN_ADDRESS = (
    "A token in an address is kept in logs: revoke it, make another, and send that as Authorization: Bearer."
)


class BearerMiddleware:
    """
    After authentication by session, whose place it takes. Pages know no tokens: there the header says nothing.

    `request.token` is the token of a call; none of what came in a browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.token = None
        if not request.path.startswith(API):
            return self.get_response(request)
        if tokens.PREFIX in request.META.get("QUERY_STRING", ""):
            return refuse(request, 400, IN_AN_ADDRESS)
        secret = secret_in(request.headers.get("Authorization", ""))
        if secret is None:
            return self.get_response(request)
        return self._answer(request, secret, timezone.now())

    def _answer(self, request: HttpRequest, secret: str, at: datetime) -> HttpResponse:
        token = request.token = tokens.token_of(secret, at)
        request.user = token.user if token else AnonymousUser()
        if token is None:
            return self.get_response(request)
        if _calls_in_this_minute(token, at) > CALLS_A_MINUTE:
            return refuse(request, 429, retry_after=60 - at.second)
        with suppress(OperationalError):  # a database that is busy: the day is noted at another call
            tokens.note_use(token, at)
        return self.get_response(request)


def secret_in(header: str) -> str | None:
    """Return what an Authorization header shows as a token; none where it speaks of something else."""
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _calls_in_this_minute(token: Token, at: datetime) -> int:
    key = f"calls-{token.pk}-{int(at.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key)
