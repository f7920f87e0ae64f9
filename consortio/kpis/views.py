"""The dictionary of KPIs, one KPI with its readings, and the forms of both."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotPermitted, Permission, Refused, Stale
from consortio.attachments.taking import keep_beside
from consortio.organisations.reads import own_fiscal_start
from consortio.partnerships.crumbs import crumb_of
from consortio.plans.telling import tell, tell_step
from consortio.ui.shell import Crumb, stand_in

from . import actions, charting, forms, history, owners, reads, showing, words
from .address import address_of
from .claims import Claim
from .grouping import groups_of, may_go
from .one_reading import holding_id
from .periods import Frequency, period_of, written
from .steady import AgreedBy
from .terms import KpiTerms


@require_safe
def kpis(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show what is measured, headlines first, and what only fewer see apart from it."""
    today = localdate()
    page = reads.dictionary(actor=request.actor, partnership_id=partnership_id, today=today)
    stand_in(request, partnership_id)
    address = address_of(request.GET.dict())
    context = {
        "page": page,
        "address": address,
        "groups": groups_of(page, address, today),
        "may_go": may_go,
        "may_enter": any(Permission.PROGRESS_UPDATE in circle.granted for circle in page.circles.values()),
        "retired": sum(row.retired_at is not None for row in page.rows),
        "crumbs": [crumb_of(page.partnership), Crumb(_("KPIs"))],
    }
    return render(request, "kpis/kpis.html", context | common(today))


def common(today: date) -> dict[str, Any]:
    return {"words": words, "showing": showing, "today": today}


def crumbs_above(here: Any) -> list[Crumb]:
    return [crumb_of(here), Crumb(_("KPIs"), reverse("kpis", args=[here.id]))]


@require_safe
def kpi(request: HttpRequest, kpi_id: UUID) -> HttpResponse:
    """Show how a KPI is measured, what it was, and who says so."""
    return _kpi(request, kpi_id)


def _kpi(request: HttpRequest, kpi_id: UUID, form: forms.ReadingForm | None = None, status: int = 200) -> HttpResponse:
    today = localdate()
    before = _day(request.GET.get("before", ""))
    page = reads.kpi_page(actor=request.actor, kpi_id=kpi_id, today=today, before=before, with_beside=True)
    stand_in(request, page.partnership.id)
    columns = showing.columns_of(page.members, page.readings, page.partnership.member_ids)
    context = {
        "page": page,
        "row": page.row,
        "beside": page.beside,
        "before": before,
        "columns": columns,
        "lines": showing.lines_of(page.row, page.readings, columns, newest=None if before else page.row.due_start),
        "figure": charting.figure_of(page, today) if before is None else None,
        "form": form or (reading_form(page.row, today) if page.row.may_read else None),
        "crumbs": [*crumbs_above(page.partnership), Crumb(page.row.number)],
    }
    return render(request, "kpis/kpi.html", context | common(today), status=status)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def reading_form(row: reads.KpiRow, today: date, data: Any = None, files: Any = None) -> forms.ReadingForm:
    """Return the form for a reading of a KPI, at first of the period that is due, or of the one that has ended."""
    frequency = Frequency(row.frequency)
    period = period_of(row.due_start or showing.ended_period(row, today).start, frequency, row.fiscal_start)
    start = {"period": written(period, frequency, row.fiscal_start), "source": row.source}
    return forms.ReadingForm(row.frequency, row.fiscal_start, data, files, initial=start)


@require_POST
def entering(request: HttpRequest, kpi_id: UUID) -> HttpResponse:
    """Say what a KPI was in one period."""
    today = localdate()
    row = reads.kpi_page(actor=request.actor, kpi_id=kpi_id, today=today, limit=1).row
    access.require(request.actor, Permission.PROGRESS_UPDATE, row.circle_id)
    form = reading_form(row, today, request.POST, request.FILES)
    if request.FILES:
        access.require(request.actor, Permission.FILE_ADD, row.circle_id)
    if not form.is_valid():
        return _kpi(request, kpi_id, form, 422)
    said = form.cleaned_data
    names = {name: said[name] for name in ("as_of", "source", "note")}
    claim = Claim(said["period"].start, said["period"].end, said["figure"], **names)
    try:
        done = actions.claim_readings(actor=request.actor, kpi_id=kpi_id, claims=[claim], at=now())
    except Refused as refusal:
        form.refuse(refusal)
        return _kpi(request, kpi_id, form, 422 if isinstance(refusal, access.Invalid) else 409)
    tell(request, words.entered_words(done))
    if said["evidence"]:
        reading_id = holding_id(actor=request.actor, kpi_id=kpi_id, start_on=said["period"].start)
        keep_beside(request, row.circle_id, reading_id, said["evidence"])
    return redirect("kpi", kpi_id=kpi_id)


@require_safe
def kpi_history(request: HttpRequest, kpi_id: UUID) -> HttpResponse:
    """Show what happened to a KPI."""
    page = reads.kpi_page(actor=request.actor, kpi_id=kpi_id, today=localdate(), limit=1)
    stand_in(request, page.partnership.id)
    name = f"{page.row.number} {page.row.name}"
    asked = {"actor": request.actor, "here": page.partnership, "kind": "kpis.kpi", "name": name}
    context = {
        "row": page.row,
        "circle": page.circle,
        "history": history.history_of(**asked, subject_ids=[kpi_id]),
        "crumbs": [
            *crumbs_above(page.partnership),
            Crumb(page.row.number, reverse("kpi", args=[kpi_id])),
            Crumb(_("History")),
        ],
    }
    return render(request, "kpis/history.html", context | common(localdate()))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Begin to watch something."""
    page = reads.dictionary(actor=request.actor, partnership_id=partnership_id, today=localdate())
    if not page.writable:
        raise NotPermitted(Permission.PLAN_EDIT)
    form = _form(request, page.partnership, page.rows, {"fiscal_start": own_fiscal_start(actor=request.actor)})
    if request.method != "POST":
        return _new(request, page, form)
    circle = next((one for one in page.writable if str(one.id) == request.POST.get("circle")), None)
    if circle is None:
        form.add_error(None, _("Who sees this: choose one of the circles shown."))
    if not form.is_valid() or circle is None:
        return _new(request, page, form, 422)
    terms = KpiTerms(**form.terms())
    try:
        made = actions.define_kpi(actor=request.actor, circle_id=circle.id, terms=terms, at=now(), **form.going())
    except actions.WhichGoes as refusal:
        return _new(request, page, form, 409, which_goes=str(refusal))
    except Refused as refusal:
        form.refuse(refusal)
        return _new(request, page, form, 422)
    tell(request, _("%(kpi)s is watched from now on.") % {"kpi": terms.name})
    return redirect("kpi", kpi_id=made)


def _form(
    request: HttpRequest, here: Any, rows: Any, initial: Mapping[str, Any] | None = None, version: int | None = None
) -> forms.KpiForm:
    """Return the form of a KPI, with the headlines of the circle that was chosen; `version` goes over what was sent."""
    chosen = request.POST.get("circle", "")
    names = [(row.id, row.name) for row in rows if row.is_headline and chosen in ("", str(row.circle_id))]
    asked = owners.owners_in(actor=request.actor, here=here)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and version is not None:
        data["version"] = str(version)
    return forms.KpiForm(asked, names, data, initial=initial)  # type: ignore[arg-type]  # choices in groups


def _new(
    request: HttpRequest, page: reads.DictionaryPage, form: forms.KpiForm, status: int = 200, which_goes: str = ""
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    context = {
        "here": page.partnership,
        "form": form,
        "which_goes": which_goes,
        "circles": [circle.audience for circle in page.writable],
        "chosen": request.POST.get("circle", ""),
        "crumbs": [*crumbs_above(page.partnership), Crumb(_("Watch something"))],
    }
    return render(request, "kpis/new.html", context | common(localdate()), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, kpi_id: UUID) -> HttpResponse:
    """Say otherwise how a KPI is measured."""
    page = reads.kpi_page(actor=request.actor, kpi_id=kpi_id, today=localdate(), limit=1)
    access.require(request.actor, Permission.PLAN_EDIT, page.row.circle_id)
    beside = reads.kpis_in(actor=request.actor, here=page.partnership, today=localdate())
    headlines = [row for row in beside if row.circle_id == page.row.circle_id and row.id != kpi_id]
    form = _form(request, page.partnership, headlines, forms.initial_of(page.row))
    if request.method != "POST":
        return _change(request, page, form)
    if not form.is_valid():
        return _change(request, page, form, 422)
    own = {"actor": request.actor, "kpi_id": kpi_id, "version": form.cleaned_data["version"]}
    try:
        actions.change_kpi(**own, changes=form.terms(), at=now(), **form.going())
    except Stale:
        anew = _form(request, page.partnership, headlines, version=page.row.version)
        return _change(request, page, anew, 409, is_stale=anew.is_valid())
    except actions.WhichGoes as refusal:
        return _change(request, page, form, 409, which_goes=str(refusal))
    except Refused as refusal:
        form.refuse(refusal)
        return _change(request, page, form, 422)
    tell(request, _("Saved."))
    return redirect("kpi", kpi_id=kpi_id)


def _change(
    request: HttpRequest, page: reads.KpiPage, form: forms.KpiForm, status: int = 200, **more: Any
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    is_stale = more.get("is_stale", False)
    context = {
        "page": page,
        "row": page.row,
        "form": form,
        "is_stale": is_stale,
        "differences": _differences(page.row, form) if is_stale else (),
        "which_goes": more.get("which_goes", ""),
        "crumbs": [
            *crumbs_above(page.partnership),
            Crumb(page.row.number, reverse("kpi", args=[page.row.id])),
            Crumb(_("Change")),
        ],
    }
    return render(request, "kpis/change.html", context | common(localdate()), status=status)


def _differences(row: reads.KpiRow, form: forms.KpiForm) -> list[tuple[str, str, str]]:
    """Return field by field what holds now and what was written, where they differ."""
    names = {str(row.person_id): row.person}
    if row.owner:
        names[str(row.owner.organisation_id)] = row.owner.name
    now_there = {"organisation_id": row.owner.organisation_id if row.owner else None}
    found = []
    for field, wanted in form.terms().items():
        held = now_there[field] if field in now_there else getattr(row, field)
        if held != wanted:
            sides = (words.told_value(field, side, names) or _("nothing") for side in (held, wanted))
            found.append((words.term_words(field), *sides))
    return found  # type: ignore[return-value]  # three texts each


@require_POST
def retirement(request: HttpRequest, kpi_id: UUID) -> HttpResponse:
    """Watch a KPI no more."""
    return _turn(request, kpi_id, actions.retire_kpi, "watch_again", _("%(kpi)s is watched no more."))


@require_POST
def watching(request: HttpRequest, kpi_id: UUID) -> HttpResponse:
    """Watch a retired KPI again."""
    return _turn(request, kpi_id, actions.watch_again, "retire_kpi", _("%(kpi)s is watched again."))


def _turn(request: HttpRequest, kpi_id: UUID, step: Any, back: str, said: str) -> HttpResponse:
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    try:
        step(actor=request.actor, kpi_id=kpi_id, version=seen, at=now())
    except Stale:
        tell(request, _("Somebody changed it meanwhile. Look at it and press again."))
        return redirect("kpi", kpi_id=kpi_id)
    except AgreedBy as refusal:
        tell(request, str(refusal))
        return redirect("kpi", kpi_id=kpi_id)
    row = reads.kpi_page(actor=request.actor, kpi_id=kpi_id, today=localdate(), limit=1).row
    tell_step(request, said % {"kpi": row.name}, back, kpi_id=kpi_id, version=row.version)
    return redirect("kpi", kpi_id=kpi_id)
