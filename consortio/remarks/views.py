from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from consortio.access import NotPermitted, Permission, Stale
from consortio.ui.formats import listing
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads
from .naming import NamesTwo

REFUSALS = (actions.NothingSaid, actions.TooLong, NamesTwo)


@require_http_methods(["GET", "HEAD", "POST"])
def remarks(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Show what was said about a row, a page at a time, or say something."""
    before = _id(request.GET.get("before", ""))
    page = reads.remarks_of(actor=request.actor, subject_id=subject_id, before=before)
    if request.method != "POST":
        return _remarks(request, page)
    if not page.circles:  # nowhere may they speak of it, whatever they sent
        raise NotPermitted(Permission.REMARK_WRITE)
    form = forms.RemarkForm([circle.id for circle in page.circles], request.POST)
    if not form.is_valid():
        return _remarks(request, page, form, status=422)
    said = {"circle_id": form.cleaned_data["circle"], "text": form.cleaned_data["text"]}
    try:
        made = actions.write_remark(actor=request.actor, subject_id=subject_id, at=now(), **said)
    except REFUSALS as refusal:
        form.add_error("text", str(refusal))
        return _remarks(request, page, form, status=422)
    _say_who_is_named(request, made)
    return _back(page.subject.url if page.subject.shows_remarks else request.path, made)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _remarks(
    request: HttpRequest, page: reads.RemarksPage, form: forms.RemarkForm | None = None, status: int = 200
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    context = {
        "remarks": page,
        "remark_form": form,
        "today": localdate(),
        "crumbs": [Crumb(page.subject.name, page.subject.url), Crumb(_("Remarks"))],
    }
    return render(request, "remarks/remarks.html", context, status=status)


def _say_who_is_named(request: HttpRequest, remark_id: UUID) -> None:
    """Tell whom the words name, since a name that nobody there has stays text."""
    row = reads.remark(actor=request.actor, remark_id=remark_id)
    names = [piece.text[1:] for piece in row.pieces if piece.is_name]
    if names:
        messages.success(request, _("Named, and told: %(names)s.") % {"names": listing(dict.fromkeys(names))})
    elif "@" in row.text:
        messages.info(request, _("Nobody who sees this is named in it: what follows the @ stays text."))


def _back(url: str, remark_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(f"{url}#remark-{remark_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    """Put other words in place of one's own."""
    row = reads.remark(actor=request.actor, remark_id=remark_id)
    if request.method != "POST":
        return _words(request, row, forms.WordsForm(initial={"text": row.text, "version": row.version}))
    form = forms.WordsForm(request.POST)
    if not form.is_valid():
        return _words(request, row, form, status=422)
    try:
        actions.edit_remark(actor=request.actor, remark_id=remark_id, at=now(), **form.cleaned_data)
    except Stale:
        row = reads.remark(actor=request.actor, remark_id=remark_id)
        again = forms.WordsForm(initial={"text": form.cleaned_data["text"], "version": row.version})
        return _words(request, row, again, is_stale=True, status=409)
    except REFUSALS as refusal:
        form.add_error("text", str(refusal))
        return _words(request, row, form, status=422)
    _say_who_is_named(request, remark_id)
    return _back(reverse("remarks", args=[row.subject_id]), remark_id)


def _words(request: HttpRequest, row: reads.RemarkRow, form: forms.WordsForm, **more: Any) -> HttpResponse:
    page = reads.remarks_of(actor=request.actor, subject_id=row.subject_id)
    stand_in(request, page.partnership.id)
    way = reverse("remarks", args=[row.subject_id])
    context = {
        "row": row,
        "form": form,
        "is_stale": more.pop("is_stale", False),
        "audience_words": row.audience or page.audience,
        "subject": page.subject,
        "crumbs": [Crumb(page.subject.name, page.subject.url), Crumb(_("Remarks"), way), Crumb(_("Other words"))],
    }
    return render(request, "remarks/words.html", context, **more)


@require_POST
def withdrawal(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    row = reads.remark(actor=request.actor, remark_id=remark_id)
    actions.withdraw_remark(actor=request.actor, remark_id=remark_id, at=now())
    return _back(reverse("remarks", args=[row.subject_id]), remark_id)
