from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotVisible, Permission, Refused
from consortio.partnerships.actions import give_up_seat
from consortio.partnerships.crumbs import crumb_of
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads


@require_safe
def circles(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show the circles I sit in, and the form that opens another."""
    return _circles(request, partnership_id, None)


def _circles(request: HttpRequest, partnership_id: UUID, form: forms.CircleForm | None) -> HttpResponse:
    stand_in(request, partnership_id)
    page = reads.circles_page(actor=request.actor, partnership_id=partnership_id)
    context = {
        "page": page,
        "crumbs": [crumb_of(page.partnership), Crumb(_("Circles"))],
        "form": form or forms.CircleForm(_choices(page), initial={"kind": "side"}),
    }
    return render(request, "circles/circles.html", context, status=422 if form else 200)


def _choices(page: reads.CirclesPage) -> list[tuple[str, str]]:
    return [(str(member.organisation_id), member.name) for member in page.partnership.present]


@require_POST
def opening(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Open a side circle or a body; the organisation acted for is always in it."""
    page = reads.circles_page(actor=request.actor, partnership_id=partnership_id)
    access.require(request.actor, Permission.CIRCLE_OPEN, page.partnership.joint_id)
    form = forms.CircleForm(_choices(page), request.POST)
    if form.is_valid():
        try:
            return redirect("circle", circle_id=_opened(request, page, form.cleaned_data))
        except actions.LettersWorn as refusal:
            form.add_error("letters", str(refusal))
        except actions.AloneInCircle as refusal:
            form.add_error("organisation_ids", str(refusal))
    return _circles(request, partnership_id, form)


def _opened(request: HttpRequest, page: reads.CirclesPage, asked: dict[str, Any]) -> UUID:
    own = request.actor.organisation_id
    common = {
        "actor": request.actor,
        "joint_id": page.partnership.joint_id,
        "name": asked["name"],
        "letters": asked["letters"],
        "organisation_ids": list(dict.fromkeys([own, *asked["organisation_ids"]])),
        "at": now(),
    }
    if asked["kind"] == "side":
        return actions.open_side_circle(**common)
    lead = next((pk for pk, name in page.roles if name == "lead"), None)
    role_id = asked["role_id"] or lead
    if role_id is None:
        raise NotVisible
    return actions.open_body(**common, role_id=role_id)


@require_safe
def circle(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """Show who sees what lies in a circle, person by person."""
    page = reads.circle_page(actor=request.actor, circle_id=circle_id)
    stand_in(request, page.partnership.id)
    crumbs = [crumb_of(page.partnership), Crumb(page.circle.name or page.circle.audience.words)]
    return render(request, "circles/circle.html", {"page": page, "crumbs": crumbs})


@require_POST
def appointment(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """Name one of our own people for a body."""
    page = reads.circle_page(actor=request.actor, circle_id=circle_id)
    access.require(request.actor, Permission.CIRCLE_SEAT, circle_id)
    form = forms.AppointForm(request.POST)
    if form.is_valid():
        actions.appoint(actor=request.actor, body_id=circle_id, at=now(), **form.cleaned_data)
        return redirect("circle", circle_id=circle_id)
    stand_in(request, page.partnership.id)
    refused = {"page": page, "refused": _("Choose a person and a role.")}
    return render(request, "circles/circle.html", refused, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """Say what giving up one's own seat means, and give it up."""
    page = reads.circle_page(actor=request.actor, circle_id=circle_id)
    if not page.may_leave:
        raise NotVisible
    if request.method != "POST":
        return _departure(request, page)
    try:
        give_up_seat(actor=request.actor, circle_id=circle_id, at=now())
    except Refused as refusal:
        return _departure(request, page, str(refusal))
    messages.success(request, _("You have left %(name)s.") % {"name": page.called})
    if page.circle.kind == "body":
        return redirect("circles", partnership_id=page.partnership.id)
    return redirect("home")


def _departure(request: HttpRequest, page: reads.CirclePage, refused: str = "") -> HttpResponse:
    stand_in(request, page.partnership.id)
    way = reverse("circle", args=[page.circle.id])
    crumbs = [crumb_of(page.partnership), Crumb(_("Circles"), reverse("circles", args=[page.partnership.id]))]
    context = {"page": page, "refused": refused, "crumbs": [*crumbs, Crumb(page.called, way), Crumb(_("Leaving"))]}
    return render(request, "circles/departure.html", context, status=409 if refused else 200)
