from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotVisible, Permission
from consortio.imports.choices import BadChoice
from consortio.partnerships.crumbs import crumb_of
from consortio.partnerships.reads import house_of
from consortio.ui.shell import Crumb, stand_in

from . import actions, exporting, forms, reads, words
from .answers import handed_out
from .bringing import bring_results
from .choices import choices_of
from .preview import parts_of, said_in


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Upload a results file, to look at it first."""
    house_id = house_of(actor=request.actor)
    if house_id is None:
        raise NotVisible
    access.require(request.actor, Permission.PARTNERSHIP_FOUND, house_id)
    form = forms.ResultsUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        own = {"house_id": house_id, "name": file.name, "content": file.read()}
        return redirect("results_import", results_id=bring_results(actor=request.actor, at=now(), **own))
    context = {"form": form, "crumbs": _crumbs()}
    return render(request, "results/new.html", context, status=422 if form.errors else 200)


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Found a partnership"), reverse("founding")), Crumb(_("From an IATI file"))]


@require_safe
def draft(request: HttpRequest, results_id: UUID) -> HttpResponse:
    """Show the file at the step where it is: being read, refused, to be looked at, being brought in, brought in."""
    page = reads.draft_page(actor=request.actor, draft_id=results_id)
    if page.is_busy and page.job is not None:
        return redirect("job", job_id=page.job.id)
    if page.state == "applied" and len(page.partnerships) == 1:
        return redirect("partnership", partnership_id=page.partnerships[0].id)
    if page.state == "applied":
        return _told(request, page, "results/made.html")
    if page.can_be_brought_in:
        letters = page.choices.get("letters") or page.us.letters
        return _preview(request, page, forms.BringInForm(initial={"letters": letters}))
    return _told(request, page, "results/refused.html")


def _preview(
    request: HttpRequest,
    page: reads.DraftPage,
    form: forms.BringInForm,
    sent: QueryDict | None = None,
    refused: BadChoice | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "words": words,
        "parts": parts_of(request.actor, page, sent),
        "refused": str(refused) if refused else "",
    }
    return _told(request, page, "results/preview.html", context, 422 if refused or form.errors else 200)


def _told(
    request: HttpRequest, page: reads.DraftPage, template: str, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    return render(request, template, {"page": page, "crumbs": _crumbs()} | (more or {}), status=status)


@require_POST
def application(request: HttpRequest, results_id: UUID) -> HttpResponse:
    """Make partnerships of the ticked activities."""
    page = reads.draft_page(actor=request.actor, draft_id=results_id)
    access.require(request.actor, Permission.PARTNERSHIP_FOUND, page.circle_id)
    form = forms.BringInForm(request.POST)
    if not page.can_be_brought_in:
        return redirect("results_import", results_id=results_id)
    if not form.is_valid():
        return _preview(request, page, form, request.POST)
    try:
        choices = choices_of(page, form.cleaned_data["letters"], said_in(page, request.POST))
    except BadChoice as refusal:
        return _preview(request, page, form, request.POST, refusal)
    version = form.cleaned_data["version"]
    actions.bring_in_results(actor=request.actor, draft_id=results_id, version=version, choices=choices, at=now())
    return redirect("results_import", results_id=results_id)


@require_POST
def dropping(request: HttpRequest, results_id: UUID) -> HttpResponse:
    """Throw the file away."""
    actions.drop_results(actor=request.actor, draft_id=results_id, at=now())
    return redirect("home")


@require_safe
def results(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show where a partnership's goals came from, and how they leave as a file."""
    stand_in(request, partnership_id)
    page = reads.results_page(actor=request.actor, partnership_id=partnership_id)
    left_out: tuple[str, ...] = ()
    if page.may_export:
        left_out = exporting.results_of(
            actor=request.actor, partnership_id=partnership_id, today=localdate(), at=now()
        ).left_out
    context = {
        "page": page,
        "words": words,
        "left_out": left_out,
        "crumbs": [crumb_of(page.partnership), Crumb(_("Results"))],
    }
    return render(request, "results/results.html", context)


@require_safe
def export(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Hand out what all members see of goals and readings, as an IATI file."""
    return handed_out(request.actor, partnership_id)
