from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotPermitted, Permission
from consortio.partnerships.crumbs import crumb_of
from consortio.plans.reads import plan_page
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads
from .bringing import bring_plan
from .choices import BadChoice, Said, choices_of
from .line_words import preview_lines
from .table_words import GROUPS


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Upload a plan file, to look at it first."""
    stand_in(request, partnership_id)
    page = reads.upload_page(actor=request.actor, partnership_id=partnership_id)
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        target = next((row for row in page.targets if row.id == form.cleaned_data["circle"]), None)
        if target is not None:
            return _uploaded(request, page.home_id, target.id, target.kind, form, None)
        form.add_error("circle", _("Choose one of the circles shown."))
    context = {
        "page": page,
        "form": form,
        "crumbs": [Crumb(page.partnership, reverse("partnership", args=[partnership_id])), Crumb(_("Bring a plan"))],
    }
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Upload a later version of a plan's file."""
    plan = plan_page(actor=request.actor, plan_id=plan_id).head
    stand_in(request, plan.partnership_id)
    page = reads.upload_page(actor=request.actor, partnership_id=plan.partnership_id)
    own = next((row for row in page.targets if row.id == plan.circle.id), None)
    if own is None:
        raise NotPermitted(Permission.PLAN_EDIT)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None:
        data["circle"] = str(plan.circle.id)
    form = forms.UploadForm(data, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _uploaded(request, page.home_id, own.id, own.kind, form, plan_id)
    context = {
        "page": page,
        "plan": plan,
        "own": own,
        "form": form,
        "crumbs": [Crumb(plan.name, reverse("plan", args=[plan.id])), Crumb(_("Import"))],
    }
    return render(request, "imports/again.html", context, status=422 if form.errors else 200)


def _uploaded(
    request: HttpRequest, home_id: UUID | None, target_id: UUID, kind: str, form: forms.UploadForm, plan_id: UUID | None
) -> HttpResponse:
    file = form.cleaned_data["file"]
    draft_id = bring_plan(
        actor=request.actor,
        home_id=target_id if kind == "body" or home_id is None else home_id,
        target_id=target_id,
        plan_id=plan_id,
        name=file.name,
        content=file.read(),
        at=now(),
    )
    return redirect("import", draft_id=draft_id)


@require_safe
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show the file at the step where it is: being read, refused, to be looked at, being applied, applied."""
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    if page.is_busy and page.job is not None:
        return redirect("job", job_id=page.job.id)
    if page.state == "applied" and page.plan_id:
        return redirect("plan", plan_id=page.plan_id)
    if page.can_be_applied:
        return _preview(request, page, forms.ApplyForm(initial=_proposed(page)))
    return _told(request, page, "imports/refused.html", _columns(page))


def _columns(page: reads.DraftPage, form: forms.MappingForm | None = None) -> dict[str, Any]:
    """Return the form that says how a table is to be read."""
    form = form or forms.MappingForm(page, initial=forms.mapping_initial(page))
    groups = []
    for words, columns in GROUPS:
        names = [f"column-{name}" for name in columns]
        groups.append((words, names, any(form[name].value() or form[name].errors for name in names)))
    return {"mapping_form": form, "groups": groups, "settings": forms.SETTINGS}


def _proposed(page: reads.DraftPage) -> dict[str, Any]:
    return {"name": page.choices.get("name") or page.summary.get("name", ""), "zone": page.choices.get("zone", "UTC")}


def _preview(
    request: HttpRequest,
    page: reads.DraftPage,
    form: forms.ApplyForm,
    refusal: str = "",
    table: forms.MappingForm | None = None,
) -> HttpResponse:
    if not page.summary.get("counts"):  # it could not be read: there is nothing to look at
        return redirect("import", draft_id=page.id)
    among = reads.answerers(actor=request.actor, partnership_id=page.partnership.id)
    said = page.choices.get("who", {})
    names = page.summary.get("names", [])
    who = [(name, count, said.get(name) or reads.likely(name, among)) for name, count in names]
    plan = plan_page(actor=request.actor, plan_id=page.plan_id).head if page.plan_id else None
    difference = page.summary.get("difference")
    more = {
        "form": form,
        "among": among,
        "who": who,
        "plan": plan,
        "lines": list(preview_lines(difference, reads.names_of(among), plan.day_minutes))
        if plan and difference
        else [],
        "refused": refusal,
    }
    status = 422 if refusal or table or form.errors else 200
    return _told(request, page, "imports/preview.html", more | _columns(page, table), status)


def _told(
    request: HttpRequest, page: reads.DraftPage, template: str, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    context = {"page": page, "crumbs": [crumb_of(page.partnership), Crumb(_("Import"))]} | (more or {})
    return render(request, template, context, status=status)


@require_POST
def mapping(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Read the file again, the columns of a table as they were corrected."""
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.target.id)
    form = forms.MappingForm(page, request.POST)
    if not form.is_valid():
        return _not_mapped(request, page, form)
    wishes = page.choices.get("mapping", {}) if "as_before" in request.POST else form.wishes
    said = {"version": form.cleaned_data["version"], "mapping": wishes}
    actions.read_again(actor=request.actor, draft_id=draft_id, at=now(), **said)
    return redirect("import", draft_id=draft_id)


def _not_mapped(request: HttpRequest, page: reads.DraftPage, form: forms.MappingForm) -> HttpResponse:
    if page.can_be_applied or not page.summary.get("mapping"):
        return _preview(request, page, forms.ApplyForm(initial=_proposed(page)), table=form)
    return _told(request, page, "imports/refused.html", _columns(page, form), 422)


@require_POST
def application(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Apply the file with the choices made in the preview."""
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.target.id)
    form = forms.ApplyForm(request.POST)
    if not form.is_valid():
        return _preview(request, page, form)
    among = reads.answerers(actor=request.actor, partnership_id=page.partnership.id)
    try:
        choices = choices_of(page, _said(request, page, form), among)
    except BadChoice as refusal:
        return _preview(request, page, form, str(refusal))
    version = form.cleaned_data["version"]
    actions.apply_draft(actor=request.actor, draft_id=draft_id, version=version, choices=choices, at=now())
    return redirect("import", draft_id=draft_id)


def _said(request: HttpRequest, page: reads.DraftPage, form: forms.ApplyForm) -> Said:
    sent = request.POST
    names = [name for name, _count in page.summary.get("names", [])]
    return Said(
        name=form.cleaned_data["name"],
        zone=form.cleaned_data["zone"],
        who={name: sent.get(f"who-{index}", "") for index, name in enumerate(names)},
        ticks=sent.getlist("tick"),
        seen=[name.removeprefix("seen-") for name in sent if name.startswith("seen-")],
    )


@require_POST
def dropping(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw the file away."""
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    actions.drop_draft(actor=request.actor, draft_id=draft_id, at=now())
    return redirect("partnership", partnership_id=page.partnership.id)
