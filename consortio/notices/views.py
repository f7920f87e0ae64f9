from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consortio.accounts.readers import reader
from consortio.partnerships.crumbs import crumb_of
from consortio.record.words import TOPICS
from consortio.ui.formats import as_date
from consortio.ui.shell import Crumb, stand_in

from . import forms
from .activity import ActivityPage, activity_page
from .leaving import meant_by
from .wishes import OFF, keep_wishes, wishes_of
from .wishes import TOPICS as MAILS

NUMBER_MAX = 2**53


@require_safe
def activity(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """Show what happened in a circle, by day; what is asked for stands in the address."""
    asked = {
        "about": request.GET.get("about", "") if request.GET.get("about") in TOPICS else "",
        "person_id": _id(request.GET.get("person", "")),
        "organisation_id": _id(request.GET.get("organisation", "")),
    }
    page = activity_page(
        actor=request.actor, circle_id=circle_id, before=_number(request.GET.get("before", "")), **asked
    )
    stand_in(request, page.partnership.id)
    context = {
        "page": page,
        "asked": asked,
        "topics": list(TOPICS.items()),
        "days": [(day, list(lines)) for day, lines in groupby(page.lines, lambda line: as_date(line.at))],
        "today": localdate(),
        "circle": _circle(page),
        "query": _query(request),
        "crumbs": [crumb_of(page.partnership), Crumb(_("Activity"))],
    }
    return render(request, "notices/activity.html", context)


def _circle(page: ActivityPage) -> Any:
    """Return the circle as pages name it; in an organisation's own house, one stands for both that are in-house."""
    return next((circle for circle in page.circles if circle.id == page.circle_id), page.circles[0])


def _query(request: HttpRequest) -> str:
    """Return what is asked for without the place in the list, to be followed by that."""
    asked = request.GET.copy()
    asked.pop("before", None)
    return asked.urlencode() + "&" if asked else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return min(int(text), NUMBER_MAX) if text.isascii() and text.isdecimal() and len(text) < 20 else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Show and change of what one is told by mail."""
    form = forms.WishesForm(request.POST if request.method == "POST" else wishes_of(request.user.pk))
    if request.method == "POST" and form.is_valid():
        keep_wishes(request.user.pk, form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("notices")
    context = {"form": form, "email": request.user.email, "crumbs": _crumbs()}
    return render(request, "notices/notices.html", context, status=200 if form.is_valid() else 422)


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Your settings"), reverse("account")), Crumb(_("Mails"))]


@csrf_exempt  # RFC 8058: the reader's mail provider posts for them; what it may do is in the signed address
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscription(request: HttpRequest, token: str) -> HttpResponse:
    """Offer to send no more mails of one kind, and on POST send none; nobody need be signed in. Looking does nothing."""
    meant = meant_by(token)
    if meant is None or reader(meant[0]) is None:
        raise Http404
    user_id, topic = meant
    if request.method == "POST":
        keep_wishes(user_id, {topic: OFF})
    is_done = wishes_of(user_id)[topic] == OFF
    return render(request, "notices/unsubscription.html", {"topic": MAILS[topic], "is_done": is_done})
