"""Pages in the reader's own language and zone, looking as they chose."""

from collections.abc import Callable
from contextlib import ExitStack
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from consortio.ui.look import CHOICES, cookie

from . import reads, users

YEAR = 365 * 24 * 3600
RETRY_AFTER = 60  # seconds: the shortest of the limits


class PreferencesMiddleware:
    """After authentication: what a signed-in person chose holds in every browser; before it, what the browser asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/" and not request.user.is_authenticated and not reads.has_begun():
            return redirect("first_run")
        response = self._answer(request)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(RETRY_AFTER))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            response = self.get_response(request)
        else:
            response = self._own_way(request, reads.preferences(request.user))
            if request.method == "POST" and request.path == reverse("preferences"):
                users.keep_look(request.user, request.POST.dict())
        if getattr(request, "has_signed_in", False):
            dress(request, response)
        return response

    def _own_way(self, request: HttpRequest, own: reads.Preferences) -> HttpResponse:
        with ExitStack() as stack:
            if own.zone:
                stack.enter_context(timezone.override(ZoneInfo(own.zone)))
            if own.language:
                stack.enter_context(translation.override(own.language))
                request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)


def dress(request: HttpRequest, response: HttpResponse) -> None:
    """Tell this browser how its person wants pages to look: the design system keeps that in cookies."""
    own = reads.preferences(request.user)  # type: ignore[arg-type]  # somebody has just signed in
    for name, value in (("theme", own.theme), ("density", own.density)):
        if value in CHOICES[name]:
            options = {"samesite": "Lax", "secure": request.is_secure(), "httponly": True}
            response.set_cookie(cookie(name), value, max_age=YEAR, **options)  # type: ignore[arg-type]
