"""Home, one partnership at a glance, what waits, and what changed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consortio.access.middleware import refuse
from consortio.accounts import reads as accounts
from consortio.plans.address import id_of
from consortio.plans.gantt import slip_words
from consortio.plans.words import method_words
from consortio.ui.shell import Crumb, stand_in

from . import finding, reads, visits, words
from .course import chances_of, course_of
from .forms import SeenForm

WAITS_SHOWN = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show everything that somebody takes part in, and what waits for them there."""
    if request.actor.person_id is None:
        return redirect("account_login" if accounts.has_begun() else "first_run")
    at = now()
    page = reads.home_page(actor=request.actor, at=at, email=request.user.email)
    greeting = words.greeting(page.name, localtime(at))
    return render(request, "overview/home.html", _common() | {"page": page, "greeting": greeting})


def _common() -> dict[str, Any]:
    return {"today": localtime().date(), "words": words, "slip_words": slip_words, "whole": True}


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Show all that waits for somebody, in one partnership if the address names one."""
    if request.actor.person_id is None:
        return redirect("account_login")
    partnership_id = id_of(request.GET.get("partnership", ""))
    if partnership_id:
        stand_in(request, partnership_id)
    own = {"partnership_id": partnership_id, "email": request.user.email}
    found = reads.waiting(actor=request.actor, at=now(), **own)
    more = {"waits": found, "whole": partnership_id is None, "crumbs": [Crumb(_("Waits for you"))]}
    return render(request, "overview/waiting.html", _common() | more)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show the records that a few words mean: a page, of which the palette takes the list while somebody types."""
    if request.actor.person_id is None:
        return redirect("account_login")
    text = request.GET.get("q", "").replace("\x00", "").strip()
    found = finding.find(actor=request.actor, text=text)
    return render(request, "overview/find.html", {"text": text, "found": found, "crumbs": [Crumb(_("Find"))]})


@require_safe
def partnership(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show a partnership at a glance."""
    stand_in(request, partnership_id)
    page = reads.glance(actor=request.actor, partnership_id=partnership_id, at=now())
    lead = page.lead
    context = {
        "page": page,
        "waits": page.waits.first(WAITS_SHOWN),
        "whole": False,
        "plan_today": page.today,
        "course": course_of(lead.stones, page.today, page.simulated) if lead and lead.stones else None,
        "chances": chances_of(page.simulated),
        "method_words": method_words,
    }
    return render(request, "overview/partnership.html", _common() | context)


@require_safe
def since(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show what others did in a partnership since somebody's last visit: a page, of which another page takes the list."""
    stand_in(request, partnership_id)
    page = reads.since_page(actor=request.actor, partnership_id=partnership_id)
    return render(request, "overview/since.html", _common() | {"page": page, "crumbs": [Crumb(_("What changed"))]})


@require_POST
def seen(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Remember that what a page showed was seen."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return refuse(request, 422, form.errors["upto"][0])
    own = {"user": request.user, "actor": request.actor, "partnership_id": partnership_id}
    visits.mark_seen(**own, upto=form.cleaned_data["upto"], at=now())
    return redirect("partnership", partnership_id=partnership_id)
