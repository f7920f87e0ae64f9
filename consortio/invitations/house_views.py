"""The page of an organisation and of a person, and how they are called."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consortio import access
from consortio.access import NotVisible, Permission
from consortio.organisations.actions import rename_organisation, rename_person, set_fiscal_year
from consortio.partnerships.reads import house_of, own_house
from consortio.ui.shell import Crumb

from . import forms, people, reads
from .suspending import may_suspend


@require_safe
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    return _organisation(request, organisation_id, {})


def _organisation(request: HttpRequest, organisation_id: UUID, more: dict[str, Any], status: int = 200) -> HttpResponse:
    actor, at = request.actor, timezone.now()
    page = people.organisation_page(actor=actor, organisation_id=organisation_id)
    invited: tuple[reads.InvitationRow, ...] = ()
    if page.house:
        invited = reads.invitations_to(actor=actor, partnership_id=page.house.partnership.id, at=at)
    context = {
        "page": page,
        "invited": invited,
        "offer": reads.inviting(actor=actor, partnership_id=page.house.partnership.id) if page.house else None,
        "form": forms.NameForm(initial={"name": page.name}),
        "fiscal_form": forms.FiscalYearForm(initial={"fiscal_start": page.fiscal_start}),
        "suspendable": {
            place.member.id
            for place in page.shared
            if may_suspend(actor=actor, here=place.partnership, member=place.member)
        },
        "crumbs": [Crumb(page.name)],
        "today": timezone.localdate(at),
    }
    return render(request, "invitations/organisation.html", context | more, status=status)


@require_POST
def organisation_name(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Call our organisation otherwise, wherever it is shown."""
    house_id = own_house(actor=request.actor, organisation_id=organisation_id)
    access.require(request.actor, Permission.ORGANISATION_EDIT, house_id)
    form = forms.NameForm(request.POST)
    if not form.is_valid():
        return _organisation(request, organisation_id, {"form": form}, status=422)
    rename_organisation(actor=request.actor, house_id=house_id, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("organisation", organisation_id=organisation_id)


@require_POST
def fiscal_year(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Say in which month our fiscal year begins."""
    house_id = own_house(actor=request.actor, organisation_id=organisation_id)
    access.require(request.actor, Permission.ORGANISATION_EDIT, house_id)
    form = forms.FiscalYearForm(request.POST)
    if not form.is_valid():
        return _organisation(request, organisation_id, {"fiscal_form": form}, status=422)
    set_fiscal_year(actor=request.actor, house_id=house_id, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("organisation", organisation_id=organisation_id)


@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return _person(request, person_id, {})


def _person(request: HttpRequest, person_id: UUID, more: dict[str, Any], status: int = 200) -> HttpResponse:
    page = people.person_page(actor=request.actor, person_id=person_id)
    form = forms.NameForm(initial={"name": page.name})
    context = {"page": page, "form": form, "crumbs": [Crumb(page.name)], "today": timezone.localdate()}
    return render(request, "invitations/person.html", context | more, status=status)


@require_POST
def person_name(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Change one's own name; nobody changes another's."""
    house_id = house_of(actor=request.actor)
    if house_id is None or person_id != request.actor.person_id:
        raise NotVisible
    form = forms.NameForm(request.POST)
    if not form.is_valid():
        return _person(request, person_id, {"form": form}, status=422)
    rename_person(actor=request.actor, house_id=house_id, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("person", person_id=person_id)
