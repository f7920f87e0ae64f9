"""Answering a promise from a mail. Looking decides nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consortio.access import Invalid, NotPermitted, Permission, Refused, Stale
from consortio.attachments.reads import evidence_on

from . import actions, by_mail, forms, reads, words
from .stepping import groups_of


@require_http_methods(["GET", "HEAD", "POST"])
def step_by_mail(request: HttpRequest, step_token: str) -> HttpResponse:
    """Show a promise to the reader of a mail, who need not be signed in, and take the step that it waits for."""
    meant = by_mail.STEP.asked(request.actor, step_token)
    page = reads.commitment_page(actor=request.actor, commitment_id=meant.subject_id, at=now())
    is_spent = by_mail.is_spent(meant, page.row)
    if request.method != "POST":
        return _shown(request, page, is_spent=is_spent)
    if is_spent:
        return _shown(request, page, is_spent=True, status=409)
    if request.POST.get("step") not in _steps(page):
        raise NotPermitted(Permission.PLAN_EDIT)
    form = forms.StepForm(request.POST)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    try:
        actions.take_step(actor=request.actor, commitment_id=page.row.id, at=now(), **form.cleaned_data)
    except Stale:
        form.add_error(None, _("Somebody took a step while you wrote: look, and send it again."))
        return _shown(request, page, form, status=409)
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _shown(request, page, form, status=422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, page, form, status=409)
    return redirect("step_by_mail", step_token=step_token)


def _steps(page: reads.CommitmentPage) -> list[str]:
    return [kind for kind in page.may if kind in by_mail.ANSWERS]


def _shown(
    request: HttpRequest,
    page: reads.CommitmentPage,
    form: forms.StepForm | None = None,
    is_spent: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "row": page.row,
        "last": page.steps[-1],
        "groups": groups_of(_steps(page), form),
        "files": evidence_on(actor=request.actor, subject_ids=[page.row.id]).get(page.row.id, ()),
        "is_spent": is_spent,
        "words": words,
        "today": localdate(),
    }
    return render(request, "commitments/by_mail.html", context, status=status)
