"""The charter of a partnership and its stage; changing either is a proposal to all members."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consortio import access
from consortio.access import Permission
from consortio.approvals.wording import parts
from consortio.partnerships.crumbs import crumb_of
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads, words


@require_safe
def charter(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show the charter that holds."""
    return _charter(request, partnership_id, None)


@require_safe
def version(request: HttpRequest, partnership_id: UUID, number: int) -> HttpResponse:
    """Show one version, and how it differs from the one before."""
    return _charter(request, partnership_id, number)


def _charter(request: HttpRequest, partnership_id: UUID, number: int | None) -> HttpResponse:
    page = reads.charter_page(actor=request.actor, partnership_id=partnership_id, at=now(), number=number)
    stand_in(request, partnership_id)
    here = page.partnership
    crumbs = [crumb_of(here)]
    if number is None:
        crumbs += [Crumb(_("Charter"))]
    else:
        crumbs += [Crumb(_("Charter"), reverse("charter", args=[here.id])), Crumb(_("Version %(n)s") % {"n": number})]
    context = {
        "page": page,
        "stage": reads.stage_of(actor=request.actor, joint_id=here.joint_id),
        "crumbs": crumbs,
        "names": words.article_words(),
    }
    return render(request, "charters/charter.html", context | _common())


def _common() -> dict[str, Any]:
    return {"words": words, "parts": parts, "today": now().date()}


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Write another charter over the one that holds, and put it to all members."""
    page = reads.charter_page(actor=request.actor, partnership_id=partnership_id, at=now())
    access.require(request.actor, Permission.PLAN_EDIT, page.partnership.joint_id)
    start = {"version": page.number, **page.articles}
    form = forms.CharterForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("version", "days", "reason")}
        try:
            made = actions.propose_charter(
                actor=request.actor, joint_id=page.partnership.joint_id, articles=form.articles(), at=now(), **said
            )
        except actions.OtherVersion:
            return _change(request, page, form, is_stale=True, status=409)
        except access.Refused as refusal:
            form.add_error(None, refusal.on_page)
        else:
            return redirect("proposal", proposal_id=made)
    return _change(request, page, form, status=422 if request.method == "POST" else 200)


def _change(
    request: HttpRequest, page: reads.CharterPage, form: forms.CharterForm, is_stale: bool = False, status: int = 200
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    way = reverse("charter", args=[page.partnership.id])
    crumbs = [crumb_of(page.partnership), Crumb(_("Charter"), way), Crumb(_("Propose a change"))]
    written = reads.difference_to(page, form.articles()) if is_stale else ()
    context = {"page": page, "form": form, "is_stale": is_stale, "written": written, "crumbs": crumbs}
    return render(request, "charters/change.html", context | _common(), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show where the partnership stands, and propose what follows."""
    page = reads.stage_page(actor=request.actor, partnership_id=partnership_id, at=now())
    start = {"version": page.now.number}
    if request.method != "POST":
        return _stage(request, page, forms.StageForm(page.following, initial=start))
    access.require(request.actor, Permission.PLAN_EDIT, page.partnership.joint_id)
    form = forms.StageForm(page.following, request.POST, initial=start)
    if not form.is_valid():
        return _stage(request, page, form, status=422)
    try:
        made = actions.propose_stage(
            actor=request.actor, joint_id=page.partnership.joint_id, at=now(), **form.cleaned_data
        )
    except actions.OtherVersion:
        form.add_error(None, _("Another stage began while you wrote; it stands above. Choose anew what follows."))
    except access.Refused as refusal:
        form.add_error(None, refusal.on_page)
    else:
        return redirect("proposal", proposal_id=made)
    return _stage(request, page, form, status=409)


def _stage(request: HttpRequest, page: reads.StagePage, form: forms.StageForm, status: int = 200) -> HttpResponse:
    stand_in(request, page.partnership.id)
    way = reverse("charter", args=[page.partnership.id])
    crumbs = [crumb_of(page.partnership), Crumb(_("Charter"), way), Crumb(_("Stage"))]
    return render(
        request, "charters/stage.html", {"page": page, "form": form, "crumbs": crumbs} | _common(), status=status
    )
