"""Each form says for which organisation it was shown; one sent after its reader changed hats is not taken."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.backends.utils import csrf_input
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consortio.ui.written import page_of_form, written

from .reads import Hat, hats_of

FIELD = "acting_for"
WHOEVER = {"acting_for", "account_logout", "preferences"}  # to change hats, to sign out, to choose colours
JSON = "application/json"


def acting_for(request: HttpRequest) -> dict[str, Any]:
    """Let `csrf_input`, which every form has, also say for whom its reader acts: a context processor."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.organisation_id is None:
        return {}
    return {"csrf_input": _inputs(request, str(actor.organisation_id))}


def _both(request: HttpRequest, organisation_id: str) -> SafeString:
    hidden = '{}<input type="hidden" name="{}" value="{}">'
    return format_html(hidden, csrf_input(request), FIELD, organisation_id)


_inputs = lazy(_both, SafeString, str)


class ChangedHatMiddleware:
    """
    After the actor: refuse a form that was shown for another organisation, before its view reads it.

    A form without the field is taken: it comes from a program, which was shown nothing, and not from a page of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        if request.method != "POST" or request.path.startswith("/api/") or request.actor.person_id is None:
            return None
        shown_for = request.POST.get(FIELD)
        if shown_for is None or shown_for == str(request.actor.organisation_id) or _is_open(request):
            return None
        return _refused(request, shown_for)


def _is_open(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name in WHOEVER


def _refused(request: HttpRequest, shown_for: str) -> HttpResponse:
    hats = {str(hat.id): hat for hat in hats_of(request.actor.person_id).organisations}
    then = hats.get(shown_for)
    text = _text(then, hats.get(str(request.actor.organisation_id)))
    if request.headers.get("Accept") == JSON:
        if "tell" in request.POST:
            messages.error(request, text)
        return JsonResponse({"says": text}, status=409)
    context = {"text": text, "then": then, "written": written(request), "next": page_of_form(request)}
    return render(request, "accounts/changed_hat.html", context, status=409)


def _text(then: Hat | None, current: Hat | None) -> str:
    """Say it by name where the person may know the names: of organisations for which they act."""
    if then is None or current is None:
        return _("This page was opened for another organisation than you act for now. Nothing was saved.")
    text = _("This page was opened for %(then)s; you act for %(now)s now. Nothing was saved.")
    return text % {"then": then.name, "now": current.name}
