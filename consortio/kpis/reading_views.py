"""One reading: the claims side by side, confirming and contesting it, and proposing which figure holds."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotPermitted, Permission, Refused, Stale
from consortio.attachments.forms import EvidenceForm
from consortio.attachments.reads import AttachmentRow, evidence_on
from consortio.attachments.taking import taken_by_itself
from consortio.plans.telling import tell
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, forms, history, words
from .one_reading import ReadingPage, reading_page
from .periods import Frequency, period_of, written
from .views import common, crumbs_above


@require_safe
def reading(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    """Show what was claimed for a period, by whom, and what became of it."""
    page = reading_page(actor=request.actor, reading_id=reading_id, at=now())
    if page.row.id != reading_id:
        return redirect("reading", reading_id=page.row.id)
    return _reading(request, page)


def _reading(
    request: HttpRequest, page: ReadingPage, form: forms.StanceForm | None = None, status: int = 200, refused: str = ""
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    period = words.period_words(page.kpi, page.row.start_on)
    name = f"{page.kpi.name}, {period}"
    context = {
        "page": page,
        "row": page.row,
        "kpi": page.kpi,
        "number": words.number_of(page.kpi),
        "period": period,
        "period_written": _written(page),
        "form": form or forms.StanceForm(initial={"version": page.row.version}),
        "refused": refused,
        "correcting": forms.ReadingForm(page.kpi.frequency, page.kpi.fiscal_start, auto_id="correct-%s"),
        "files": _evidence(request, page),
        "evidence_form": EvidenceForm(auto_id="evidence-%s") if _may_add(request, page) else None,
        "history": history.history_of(
            actor=request.actor,
            here=page.partnership,
            kind="kpis.reading",
            name=name,
            subject_ids=page.subject_ids,
        ),
        "crumbs": _crumbs(page, Crumb(period)),
    }
    return render(request, "kpis/reading.html", context | common(localdate()), status=status)


def _evidence(request: HttpRequest, page: ReadingPage) -> list[AttachmentRow]:
    """Return the files of a reading and of those that it corrected, the oldest first."""
    found = evidence_on(actor=request.actor, subject_ids=page.subject_ids)
    return sorted((file for files in found.values() for file in files), key=lambda file: (file.added_at, file.id))


def _may_add(request: HttpRequest, page: ReadingPage) -> bool:
    return Permission.FILE_ADD in request.actor.permissions.get(page.kpi.circle_id, ())


def _written(page: ReadingPage) -> str:
    frequency = Frequency(page.kpi.frequency)
    return written(period_of(page.row.start_on, frequency, page.kpi.fiscal_start), frequency, page.kpi.fiscal_start)


def _crumbs(page: ReadingPage, *below: Crumb) -> list[Crumb]:
    kpi = Crumb(words.number_of(page.kpi), reverse("kpi", args=[page.kpi.pk]))
    return [*crumbs_above(page.partnership), kpi, *below]


@require_POST
def evidence(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    """Add a file to a reading, as evidence of what is claimed or contested."""
    page = reading_page(actor=request.actor, reading_id=reading_id, at=now())
    access.require(request.actor, Permission.FILE_ADD, page.kpi.circle_id)
    back = reverse("reading", args=[page.row.id]) + "#evidence"
    return taken_by_itself(request, page.kpi.circle_id, page.row.id, back)


@require_POST
def stance(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    """Confirm another organisation's reading, or contest it."""
    page = reading_page(actor=request.actor, reading_id=reading_id, at=now())
    access.require(request.actor, Permission.PROGRESS_UPDATE, page.kpi.circle_id)
    form = forms.StanceForm(request.POST)
    is_confirming = request.POST.get("word") == "confirm"
    if not form.is_valid():
        return _reading(request, page, form, 422)
    said: dict[str, Any] = {"version": form.cleaned_data["version"], "is_confirming": is_confirming}
    if not is_confirming:
        said |= {"value": form.cleaned_data["figure"], "reason": form.cleaned_data["reason"]}
    try:
        actions.take_stance(actor=request.actor, reading_id=reading_id, at=now(), **said)
    except Stale:
        anew = forms.StanceForm(_seen(request, page))
        return _reading(request, page, anew, 409, _("Somebody said something meanwhile: look, and press again."))
    except actions.ReasonMissing as refusal:
        form.add_error("reason", str(refusal))
        return _reading(request, page, form, 422)
    except Refused as refusal:
        return _reading(request, page, form, 409, str(refusal))
    tell(request, _("Confirmed.") if is_confirming else _("Contested; everybody who sees it reads why."))
    return redirect(own_address(request.POST.get("back", ""), reverse("reading", args=[reading_id])))


def _seen(request: HttpRequest, page: ReadingPage) -> QueryDict:
    """Return what was sent, as if it had been written over what stands there now."""
    sent = request.POST.copy()
    sent["version"] = str(page.row.version)
    return sent


@require_http_methods(["GET", "HEAD", "POST"])
def settlement(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    """Propose to all members which figure of a contested reading holds."""
    page = reading_page(actor=request.actor, reading_id=reading_id, at=now())
    if not page.row.may_settle:
        raise NotPermitted(Permission.PLAN_EDIT)
    figures = [(format(value, "f"), words.value_words(page.kpi, value)) for value in page.figures]
    form = forms.SettleForm(figures, request.POST or None, initial={"version": page.row.version})
    if request.method != "POST" or not form.is_valid():
        return _settlement(request, page, form, 422 if request.method == "POST" else 200)
    own = {name: form.cleaned_data[name] for name in ("version", "days", "reason")}
    value: Decimal = form.cleaned_data["value"]
    try:
        made = actions.propose_value(actor=request.actor, reading_id=page.row.id, value=value, at=now(), **own)
    except Stale:
        anew = forms.SettleForm(figures, _seen(request, page))
        anew.add_error(None, _("Somebody said something meanwhile; the claims above are those of now."))
        return _settlement(request, page, anew, 409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _settlement(request, page, form, 409)
    return redirect("proposal", proposal_id=made)


def _settlement(request: HttpRequest, page: ReadingPage, form: forms.SettleForm, status: int) -> HttpResponse:
    stand_in(request, page.partnership.id)
    period = words.period_words(page.kpi, page.row.start_on)
    above = Crumb(period, reverse("reading", args=[page.row.id]))
    context = {
        "page": page,
        "row": page.row,
        "kpi": page.kpi,
        "period": period,
        "form": form,
        "crumbs": _crumbs(page, above, Crumb(_("Which figure holds"))),
    }
    return render(request, "kpis/settlement.html", context | common(localdate()), status=status)
