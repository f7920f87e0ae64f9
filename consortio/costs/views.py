"""What a plan costs and what was earned for it, the costs of one item, and of many in one form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consortio.access import Invalid, NotPermitted, NotVisible, Permission, Refused, Stale, VersionMissing
from consortio.circles.reads import audience_of
from consortio.partnerships.crumbs import crumb_of
from consortio.partnerships.reads import partnership
from consortio.plans.views import common_context
from consortio.ui.shell import Crumb, stand_in

from . import actions, entering, forms, reads, words
from .curve import curve_of
from .engine import NOBODY
from .rules import NotAnAmount, minor_said, plain_amount

NAMED_MAX = 5


@require_safe
def value(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show what was planned, earned and spent up to the data date, by organisation, phase and item."""
    is_house = request.GET.get("view") == "house"
    page = reads.value_page(actor=request.actor, plan_id=plan_id, at=now(), in_house=is_house)
    look = forms.look_of(request.GET)
    stand_in(request, page.head.partnership_id)
    sections = [
        {
            "own": section,
            "curve": curve_of(section, page.until, page.until_on),
            "named": section.missing[:NAMED_MAX],
            "more": max(len(section.missing) - NAMED_MAX, 0),
            **_listed(section, look),
        }
        for section in page.sections
    ]
    context = common_context(request, page.head) | {
        "page": page,
        "sections": sections,
        "asked": look,
        "nobody": NOBODY,
        "money": words.money_words,
        "about": words.about_words,
        "index": words.index_words,
        "rule_words": words.rule_words,
        "currency_words": words.currency_words,
        "query": "",  # of the other views of the plan
        "way_of": lambda **changes: _query(look, is_house, **changes),
    }
    context["crumbs"] = [Crumb(page.head.name, reverse("plan", args=[plan_id])), Crumb(_("Cost and earned value"))]
    return render(request, "costs/value.html", context)


def _listed(section: reads.Section, look: reads.Look) -> dict[str, Any]:
    """Return the items of a section that are asked for, one page of them."""
    found = reads.chosen(section, look)
    before = look.before if look.before < len(found) and look.currency == section.currency else 0
    return {"lines": found[before : before + reads.PAGE], "before": before, "total": len(found), "pages": reads.PAGE}


def _query(look: reads.Look, is_house: bool, **changes: Any) -> str:
    asked = replace(look, **{"before": 0, **changes})
    said = {
        "view": "house" if is_house else "",
        "earner": asked.earner,
        "payer": asked.payer,
        "phase": asked.phase,
        "missing": "1" if asked.missing else "",
        "from": str(asked.before or ""),
    }
    found = {name: word for name, word in said.items() if word}
    if asked.currency is not None and len(found) > is_house:
        found["currency"] = asked.currency
    return "?" + urlencode(found)


@require_http_methods(["GET", "HEAD", "POST"])
def item_cost(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Say what one item costs: to all who see it, or to our own house."""
    page = reads.cost_page(actor=request.actor, item_id=item_id)
    if request.method != "POST":
        return _item_cost(request, page, {})
    is_ours = request.POST.get("place") == "house"
    row = page.ours if is_ours else page.joint
    if row is None:
        raise NotVisible
    if not row.may_report:
        raise NotPermitted(Permission.PLAN_EDIT)
    form = _form(page, row, request.POST)
    if not form.is_valid():
        return _item_cost(request, page, {is_ours: form}, status=422)
    said = {"item_id": item_id, "circle_id": row.circle_id, "version": form.cleaned_data["version"]}
    try:
        actions.write_cost(actor=request.actor, terms=form.terms, at=now(), **said)
    except (Stale, VersionMissing):
        page = reads.cost_page(actor=request.actor, item_id=item_id)
        return _item_cost(request, page, {is_ours: _over(page, is_ours, request)}, is_stale=True, status=409)
    except Invalid as refusal:
        name = {column: name for name, column in forms.COLUMNS.items()}.get(refusal.field, refusal.field)
        form.add_error(name if name in form.fields else None, str(refusal))
        return _item_cost(request, page, {is_ours: form}, status=422)
    messages.success(request, _("Kept in your house.") if is_ours else _("Saved."))
    return redirect(reverse("item", args=[item_id]) + "#cost")


def _form(page: reads.CostPage, row: reads.CostRow, *sent: Any, **options: Any) -> forms.CostForm:
    is_ours = row is page.ours
    payers = (page.own,) if is_ours and page.own else page.payers
    return forms.CostForm(row, payers, *sent, is_ours=is_ours, **options)


def _over(page: reads.CostPage, is_ours: bool, request: HttpRequest) -> forms.CostForm:
    """Return what was sent, to be saved over what stands there now."""
    row = page.ours if is_ours and page.ours else page.joint
    sent = request.POST.copy()
    sent["version"] = "" if row.version is None else str(row.version)
    return _form(page, row, sent)


def _item_cost(
    request: HttpRequest,
    page: reads.CostPage,
    sent: Mapping[bool, forms.CostForm],
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    stand_in(request, page.partnership_id)
    here = partnership(actor=request.actor, partnership_id=page.partnership_id)
    rows = {False: page.joint} | ({True: page.ours} if page.ours else {})
    made = {
        is_ours: sent.get(is_ours) or _form(page, row, initial=forms.as_said(row, page.likely_currency))
        for is_ours, row in rows.items()
    }
    audience = audience_of(
        actor=request.actor, circle_id=page.joint.circle_id, kind=page.joint_kind, members=here.members
    )
    crumbs = [crumb_of(here), Crumb(page.name, reverse("item", args=[page.item_id])), Crumb(_("Cost"))]
    context = {"page": page, "joint": made[False], "ours": made.get(True), "is_stale": is_stale, "crumbs": crumbs}
    context |= {"audience_words": audience, "money": words.money_words, "rule_words": words.rule_words}
    return render(request, "costs/item_cost.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Written:
    """What a row of the form holds, as it was written."""

    budget: str
    actual: str


@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Say what many items cost, in one save."""
    look = entering.look_of(request.GET)
    page = entering.entry_page(actor=request.actor, plan_id=plan_id, at=now(), look=look)
    stands = {row.item.id: _stands(row) for row in page.rows}
    if request.method != "POST":
        return _many(request, page, stands)
    written = {row.item.id: _written(request, row) for row in page.rows}
    currency = request.POST.get("currency", "").strip().upper()[:3]
    reports, faults = _reports(request, page, stands, written, currency)
    if faults:
        return _many(request, page, written, faults=faults, status=422)
    try:
        actions.report_costs(actor=request.actor, plan_id=plan_id, circle_id=page.circle_id, reports=reports, at=now())
    except Stale as stale:
        page = entering.entry_page(actor=request.actor, plan_id=plan_id, at=now(), look=look)
        return _many(request, page, written, faults=[("", str(stale))], status=409)
    except Refused as refusal:
        return _many(request, page, written, faults=[("", str(refusal))], status=409)
    messages.success(request, _("Saved."))
    return redirect(reverse("plan_costs", args=[plan_id]) + entering.query_of(look))


def _stands(row: entering.EntryRow) -> Written:
    return Written(plain_amount(row.budget, row.currency), plain_amount(row.actual, row.currency))


def _written(request: HttpRequest, row: entering.EntryRow) -> Written:
    stands = _stands(row)
    sent = {name: request.POST.get(f"{name}-{row.item.id.hex}") for name in ("budget", "spent")}
    budget, actual = (text if text is None else text.strip()[:40] for text in sent.values())
    return Written(stands.budget if budget is None else budget, stands.actual if actual is None else actual)


def _reports(
    request: HttpRequest,
    page: entering.EntryPage,
    stands: Mapping[UUID, Written],
    written: Mapping[UUID, Written],
    currency: str,
) -> tuple[list[actions.Report], list[tuple[str, str]]]:
    """Return what was said of the rows that something was said of, and what could not be understood, by number."""
    reports, faults = [], []
    for row in page.rows:
        pk = row.item.id
        if written[pk] == stands[pk]:
            continue
        own = row.currency or currency
        if not own:
            faults.append((row.item.number, _("Say in which currency: three letters, as EUR.")))
            continue
        try:
            terms = _terms(written[pk], stands[pk], own, is_new=row.currency != own)
        except NotAnAmount:
            faults.append((row.item.number, forms.amount_fault()))
            continue
        sent = request.POST.get(f"version-{pk.hex}", "")
        version = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else None
        reports.append(actions.Report(pk, version, terms))
    return reports, faults


def _terms(said: Written, stood: Written, currency: str, *, is_new: bool) -> actions.Terms:
    made: dict[str, Any] = {"currency": currency} if is_new else {}
    for name in ("budget", "actual"):
        if getattr(said, name) != getattr(stood, name):
            made[name] = minor_said(getattr(said, name), currency)
    return actions.Terms(**made)


def _many(
    request: HttpRequest,
    page: entering.EntryPage,
    written: Mapping[UUID, Written],
    faults: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    look = page.look
    shown = look.before + len(page.rows)
    context = common_context(request, page.head) | {
        "page": page,
        "rows": [{"row": row, "said": written.get(row.item.id) or _stands(row)} for row in page.rows],
        "faults": faults or [],
        "currency": request.POST.get("currency", "")[:3] or page.likely_currency,
        "query": lambda **changes: entering.query_of(replace(look, **{"before": 0, **changes})),
        "earlier": entering.query_of(replace(look, before=max(0, look.before - entering.ROWS_MAX)))
        if look.before
        else "",
        "later": entering.query_of(replace(look, before=shown)) if page.rows and shown < page.total else "",
    }
    context["crumbs"] = [
        Crumb(page.head.name, reverse("plan", args=[page.head.id])),
        Crumb(_("Cost and earned value"), reverse("plan_value", args=[page.head.id])),
        Crumb(_("Write costs")),
    ]
    return render(request, "costs/many.html", context, status=status)
