"""The risks of a plan: the list, a new one, one as a form."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consortio import access
from consortio.access import Invalid, NotPermitted, Permission, Refused, Stale, VersionMissing
from consortio.plans.address import number_of
from consortio.plans.aimed import items_to_aim_at
from consortio.plans.leading import leads_of
from consortio.plans.picks import Pick, to_tick, words_of
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads, words
from .rules import ITEMS_MAX

FOUND_MAX = 20
FIELDS = {"kind": "risk_kind", "state": "risk_state"}  # of the action, as the form calls them


@require_safe
def risks(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show what may happen to a plan, the likeliest first."""
    page = reads.risks_page(actor=request.actor, plan_id=plan_id, before=number_of(request.GET.get("from", "")) or 0)
    stand_in(request, page.head.partnership_id)
    crumbs = [Crumb(page.head.name, reverse("plan", args=[plan_id])), Crumb(_("Risks"))]
    shown = page.before + len(page.rows)
    context = {
        "page": page,
        "head": page.head,
        "leads": leads_of(plan_id),
        "words": words,
        "amount": forms.amount_of,
        "today": localdate(),
        "crumbs": crumbs,
        "earlier": f"?from={max(0, page.before - reads.PAGE)}" if page.before else "",
        "later": f"?from={shown}" if page.rows and shown < page.total else "",
    }
    return render(request, "risks/risks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Write down what may happen to a plan."""
    page = reads.new_risk_page(actor=request.actor, plan_id=plan_id)
    if not page.circles:
        raise NotPermitted(Permission.PROGRESS_UPDATE)
    if request.method != "POST":
        return _form(request, page, forms.RiskForm(page, initial=forms.as_said(page) | _about(request, page)))
    form = forms.RiskForm(page, request.POST)
    if not form.is_valid() or (items := _meant(request, form, form.cleaned_data["circle"])) is None:
        return _form(request, page, form, status=422)
    own = {"actor": request.actor, "plan_id": plan_id, "circle_id": form.cleaned_data["circle"], "at": now()}
    try:
        actions.add_risk(terms=form.terms(items), **own)
    except Invalid as refusal:
        return _form(request, page, _refused(form, refusal), status=422)
    messages.success(request, _("It is written down, and counts in the next simulation."))
    return redirect("risks", plan_id=plan_id)


def _about(request: HttpRequest, page: reads.RiskPage) -> dict[str, Any]:
    """Return the item that an address names, to begin with."""
    text = request.GET.get("item", "")[:40]
    return {"items": text} if text.isascii() else {}


@require_http_methods(["GET", "HEAD", "POST"])
def risk(request: HttpRequest, risk_id: UUID) -> HttpResponse:
    """Show a risk as a form, and save it whole."""
    page = reads.risk_page(actor=request.actor, risk_id=risk_id)
    assert page.row is not None  # it was found
    if request.method != "POST":
        return _form(request, page, forms.RiskForm(page, initial=forms.as_said(page)))
    access.require(request.actor, Permission.PROGRESS_UPDATE, page.row.circle_id)
    form = forms.RiskForm(page, request.POST)
    if not form.is_valid() or (items := _meant(request, form, page.row.circle_id)) is None:
        return _form(request, page, form, status=422)
    own = {"actor": request.actor, "risk_id": risk_id, "version": form.cleaned_data["version"], "at": now()}
    try:
        actions.change_risk(terms=form.terms(items), **own)
    except (Stale, VersionMissing):
        return _form(request, reads.risk_page(actor=request.actor, risk_id=risk_id), form, is_stale=True, status=409)
    except Invalid as refusal:
        return _form(request, page, _refused(form, refusal), status=422)
    messages.success(request, _("Saved."))
    return redirect("risks", plan_id=page.head.id)


def _meant(request: HttpRequest, form: forms.RiskForm, circle_id: UUID) -> list[UUID] | None:
    """Return the items that the lines mean, or none where one of them means no item, or several; the form says which."""
    if not 0 < len(form.lines()) <= ITEMS_MAX:
        form.add_error("items", forms.items_fault())
        return None
    unknown = _("“%(words)s”: no item is called so that everybody sees who sees this risk.")
    return form.meant(request.actor, circle_id, unknown)


def _refused(form: forms.RiskForm, refusal: Refused) -> forms.RiskForm:
    field = FIELDS.get(getattr(refusal, "field", ""), getattr(refusal, "field", ""))
    form.add_error(field if field in form.fields else None, str(refusal))
    return form


def _form(
    request: HttpRequest, page: reads.RiskPage, form: forms.RiskForm, is_stale: bool = False, status: int = 200
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    listed = reverse("risks", args=[page.head.id])
    crumbs = [Crumb(page.head.name, reverse("plan", args=[page.head.id])), Crumb(_("Risks"), listed)]
    crumbs.append(Crumb(page.row.number if page.row else _("New")))
    asked = words_of(request.GET)
    context = {
        "page": page,
        "head": page.head,
        "row": page.row,
        "form": form,
        "words": words,
        "is_stale": is_stale,
        "asked": asked,
        "picks": to_tick(_picks(request, page, asked), form, request.GET),
        "amount": forms.amount_of,
        "today": localdate(),
        "crumbs": crumbs,
    }
    return render(request, "risks/risk.html", context, status=status)


def _picks(request: HttpRequest, page: reads.RiskPage, asked: str) -> Sequence[Pick]:
    circle_id = page.row.circle_id if page.row else page.head.circle.id
    there = {item.number for item in page.row.items} if page.row else set()
    found = items_to_aim_at(actor=request.actor, circle_id=circle_id, text=asked, most=FOUND_MAX)
    return [Pick(one.number, one.name, one.where) for one in found if one.number not in there]
