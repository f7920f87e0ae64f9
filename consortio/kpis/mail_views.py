"""Confirming or contesting a reading from a mail. Looking decides nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consortio import access
from consortio.access import Permission, Refused, Stale
from consortio.attachments.reads import evidence_on

from . import actions, by_mail, forms, words
from .one_reading import ReadingPage, reading_page
from .views import common


@require_http_methods(["GET", "HEAD", "POST"])
def stance_by_mail(request: HttpRequest, stance_token: str) -> HttpResponse:
    """Show a reading to the reader of a mail, who need not be signed in, and take their word on it."""
    meant = by_mail.STANCE.asked(request.actor, stance_token)
    page = reading_page(actor=request.actor, reading_id=meant.subject_id, at=now())
    form = forms.StanceForm(request.POST or None, initial={"version": page.row.version})
    is_spent = by_mail.is_spent(meant, page)
    if request.method != "POST":
        return _shown(request, page, form, is_spent=is_spent)
    access.require(request.actor, Permission.PROGRESS_UPDATE, page.kpi.circle_id)
    if is_spent or not form.is_valid():
        return _shown(request, page, form, is_spent=is_spent, status=409 if is_spent else 422)
    said = {"version": form.cleaned_data["version"], "is_confirming": request.POST.get("word") == "confirm"}
    own = {} if said["is_confirming"] else {"value": form.cleaned_data["figure"], "reason": form.cleaned_data["reason"]}
    try:
        actions.take_stance(actor=request.actor, reading_id=page.row.id, at=now(), **said, **own)
    except Stale:
        form.add_error(None, _("Somebody said something meanwhile: look, and press again."))
        return _shown(request, page, form, status=409)
    except actions.ReasonMissing as refusal:
        form.add_error("reason", str(refusal))
        return _shown(request, page, form, status=422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, page, form, status=409)
    return redirect("stance_by_mail", stance_token=stance_token)


def _shown(
    request: HttpRequest, page: ReadingPage, form: forms.StanceForm, is_spent: bool = False, status: int = 200
) -> HttpResponse:
    own = request.actor.organisation_id
    context = {
        "page": page,
        "row": page.row,
        "kpi": page.kpi,
        "period": words.period_words(page.kpi, page.row.start_on),
        "form": form,
        "files": evidence_on(actor=request.actor, subject_ids=[page.row.id]).get(page.row.id, ()),
        "is_spent": is_spent,
        "own": next((one for one in page.partnership.members if one.organisation_id == own), None),
        "own_word": page.row.said_by(own) if own else None,
    }
    return render(request, "kpis/by_mail.html", context | common(localdate()), status=status)
