"""Entering readings of many KPIs at once: the check-in, and tables that were pasted or brought as a file."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consortio.access import Invalid, NotPermitted, Permission, Refused
from consortio.interchange import plan as interchange
from consortio.interchange.readings import ReadingsFile
from consortio.plans.telling import tell
from consortio.ui.said import place_words, said
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, forms, reads, words
from .bringing import NotKept, Shown, Table
from .claims import Claim
from .importing import TAKEN, preview
from .periods import FIRST_YEAR, LAST_YEAR, Frequency, period_of
from .views import common, crumbs_above

FINDINGS_MAX = 50


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Enter every reading that is due from one's organisation, in one go."""
    page = reads.dictionary(actor=request.actor, partnership_id=partnership_id, today=localdate())
    _require_entering(page)
    if request.method != "POST":
        asked = [(row, row.due_start) for row in page.due if row.due_start]
        return _check_in(request, page, forms.CheckInForm(asked))
    form = forms.CheckInForm(_asked(request, page), request.POST)
    if not form.is_valid():
        return _check_in(request, page, form, 422)
    claims = {row.id: [_claim(row, *rest)] for row, *rest in form.values()}
    try:
        done = actions.claim_many(actor=request.actor, joint_id=page.partnership.joint_id, claims=claims, at=now())
    except Refused as refusal:
        form.refuse(refusal)
        return _check_in(request, page, form, 422 if isinstance(refusal, Invalid) else 409)
    tell(request, words.entered_words(words.together(done.values())))
    return redirect(own_address(request.POST.get("back", ""), reverse("kpis", args=[partnership_id])))


def _require_entering(page: reads.DictionaryPage) -> None:
    """Refuse whoever may enter nothing in any circle of the partnership."""
    if not any(Permission.PROGRESS_UPDATE in circle.granted for circle in page.circles.values()):
        raise NotPermitted(Permission.PROGRESS_UPDATE)


def _asked(request: HttpRequest, page: reads.DictionaryPage) -> list[tuple[reads.KpiRow, date]]:
    """Return the KPIs that the form asked for, with their periods: what was due when it was shown may not be now."""
    found = []
    for row in page.rows:
        start = _day(request.POST.get(f"start-{row.id.hex}", ""))
        if row.may_read and start:
            found.append((row, start))
    return found


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _claim(row: reads.KpiRow, start_on: date, value: Any, note: str) -> Claim:
    period = period_of(start_on, Frequency(row.frequency), row.fiscal_start)
    return Claim(start_on, period.end, value, note=note)


def _check_in(
    request: HttpRequest, page: reads.DictionaryPage, form: forms.CheckInForm, status: int = 200
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    crumbs = [*crumbs_above(page.partnership), Crumb(_("Check-in"))]
    own = next((member for member in page.partnership.members if member.is_you), None)
    context = {"page": page, "form": form, "own": own, "crumbs": crumbs}
    return render(request, "kpis/check_in.html", context | common(localdate()), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def readings_new(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Bring a table of readings: look at what it would become, then enter what is ticked."""
    page = reads.dictionary(actor=request.actor, partnership_id=partnership_id, today=localdate())
    _require_entering(page)
    if request.method != "POST":
        return _bring(request, page, forms.TableForm())
    if "kept" in request.POST:
        return _brought(request, page)
    form = forms.TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _bring(request, page, form, 422)
    name, content = form.content()
    try:
        table = Table.of(name or _("the pasted table"), content)
    except interchange.Refused as refusal:
        form.add_error("file" if name else "text", said(refusal.message))
        return _bring(request, page, form, 422)
    return _look(request, page, table)


def _bring(request: HttpRequest, page: reads.DictionaryPage, form: forms.TableForm, status: int = 200) -> HttpResponse:
    stand_in(request, page.partnership.id)
    crumbs = [*crumbs_above(page.partnership), Crumb(_("Bring readings"))]
    context = {"page": page, "form": form, "crumbs": crumbs}
    return render(request, "kpis/bring.html", context | common(localdate()), status=status)


def _brought(request: HttpRequest, page: reads.DictionaryPage) -> HttpResponse:
    """Read a table that was looked at again: with other columns, or to enter what is ticked."""
    try:
        table = Table.kept_as(request.POST["kept"])
    except NotKept:
        form = forms.TableForm({"text": ""})
        form.add_error(None, _("The table did not come back whole: bring it again. Nothing was entered."))
        return _bring(request, page, form, 422)
    return _look(request, page, table) if request.POST.get("do") == "look" else _enter(request, page, table)


def _understood(
    request: HttpRequest, page: reads.DictionaryPage, table: Table
) -> tuple[ReadingsFile | None, forms.ColumnsForm, str]:
    """Return how a table is read, the form that corrects it, and why it is not read, if so."""
    starts = {row.fiscal_start for row in page.rows}
    offered, refused = table.read(starts, {})
    told = offered.columns.to_json() if offered else table.offered(refused)
    sent = request.POST if "kept" in request.POST else {}
    form = forms.ColumnsForm(told, sent)
    if not form.is_valid() or not (wishes := {name: one for name, one in form.wishes().items() if one}):
        return offered, form, said(refused.message) if refused else ""
    found, refused = table.read(starts, wishes)
    if found:
        form = forms.ColumnsForm(found.columns.to_json(), sent)
    return found, form, said(refused.message) if refused else ""


def _look(
    request: HttpRequest, page: reads.DictionaryPage, table: Table, refused: str = "", status: int = 200
) -> HttpResponse:
    found, columns, not_read = _understood(request, page, table)
    asked = {"actor": request.actor, "partnership_id": page.partnership.id, "at": now(), "today": localdate()}
    shown = Shown(preview(**asked, rows=found.rows)) if found else None
    stand_in(request, page.partnership.id)
    context = {
        "page": page,
        "table": table,
        "found": found,
        "columns": columns,
        "shown": shown,
        "taken": TAKEN,
        "has_ticks": shown is not None and any(shown.preview.counts[kind] for kind in TAKEN),
        "refused": refused,
        "not_read": not_read,
        "findings": [(said(one.message), place_words(one.where)) for one in found.findings[:FINDINGS_MAX]]
        if found
        else [],
        "crumbs": [*crumbs_above(page.partnership), Crumb(_("Bring readings"))],
    }
    status = 422 if not found and status == 200 else status
    return render(request, "kpis/table.html", context | common(localdate()), status=status)


def _enter(request: HttpRequest, page: reads.DictionaryPage, table: Table) -> HttpResponse:
    """Enter what is ticked of a table, all of it or nothing."""
    found, _columns, _not_read = _understood(request, page, table)
    if found is None:
        return _look(request, page, table)
    asked = {"actor": request.actor, "partnership_id": page.partnership.id, "at": now(), "today": localdate()}
    shown = Shown(preview(**asked, rows=found.rows))
    keys = set(request.POST.getlist("tick"))
    for kind in request.POST.getlist("rest"):
        keys |= set(shown.rest.get(kind, ()))
    claims = shown.preview.claims(keys)
    if not claims:
        return _look(request, page, table, _("Tick at least one reading."), 422)
    own = {"actor": request.actor, "joint_id": page.partnership.joint_id, "file": (table.name[:200], table.file_hash)}
    try:
        done = actions.claim_many(**own, claims=claims, at=now())
    except Refused as refusal:
        return _look(request, page, table, str(refusal), 409)
    tell(request, words.entered_words(words.together(done.values())))
    return redirect("kpis", partnership_id=page.partnership.id)
