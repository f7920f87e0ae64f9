"""The log of decisions and one decision: drafted, proposed or settled, governing other rows, read by whom it concerns."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import Invalid, NotPermitted, Permission, Refused, Stale
from consortio.approvals import words as approval_words
from consortio.approvals.wording import parts
from consortio.partnerships.crumbs import crumb_of
from consortio.plans.address import id_of
from consortio.plans.picks import Pick, to_tick, words_of
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, forms, governing, reads, words
from .actions import NotInForce, ReviewNotDue
from .agreeing import lines_between
from .rules import OPTIONS_MAX, STATES


@require_safe
def log(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show the decisions of a partnership, the newest first."""
    state, text = request.GET.get("state", ""), request.GET.get("text", "").replace("\x00", "")[:100]
    circle_id, before = id_of(request.GET.get("circle", "")), id_of(request.GET.get("before", ""))
    asked: dict[str, Any] = {"state": state if state in STATES else "", "circle_id": circle_id, "text": text}
    found = reads.decisions_of(
        actor=request.actor, partnership_id=partnership_id, at=now(), today=localdate(), before=before, **asked
    )
    stand_in(request, partnership_id)
    said = {"state": asked["state"], "circle": str(circle_id or ""), "text": text}
    context = {
        "log": found,
        "said": said,
        "query": urlencode({name: value for name, value in said.items() if value}),
        "is_first": before is None,
        "states": [(state, words.state_words(state)) for state in STATES],
        "crumbs": [crumb_of(found.partnership), Crumb(_("Decisions"))],
    }
    return render(request, "decisions/log.html", context | _common())


def _common() -> dict[str, Any]:
    return {"words": words, "approval_words": approval_words, "parts": parts, "today": localdate()}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Draft a decision: an empty one, or one that is to supersede another."""
    found = reads.decisions_of(actor=request.actor, partnership_id=partnership_id, at=now(), today=localdate(), limit=1)
    circles = reads.circles_to_write_in(found.circles)
    if not circles:
        raise NotPermitted(Permission.PLAN_EDIT)
    old_id = id_of(request.GET.get("supersedes", ""))
    old = _page(request, old_id) if old_id else None
    if old:
        circles = tuple(circle for circle in circles if circle.id == old.row.circle_id)
        if not circles:
            raise NotPermitted(Permission.PLAN_EDIT)
    ids = [circle.id for circle in circles]
    if request.method != "POST":
        return _new(request, found, circles, old, forms.DecisionForm(ids, initial=_start(request, old)))
    form = forms.DecisionForm(ids, request.POST)
    made = _drafted(request, form, old_id) if form.is_valid() else None
    if made is None:
        return _new(request, found, circles, old, form, status=422)
    return redirect("decision", decision_id=made)


def _start(request: HttpRequest, old: reads.DecisionPage | None) -> dict[str, Any]:
    if old is None:
        return {"governs": request.GET.get("governs", "").replace("\x00", "")[:200]}
    governs = "\n".join(f"{one.row.key} {one.row.name}" for one in old.governs if not one.row.is_gone)
    return forms.start_of(old.draft) | {"governs": governs, "effective_on": None, "review_on": None}


def _drafted(request: HttpRequest, form: forms.DecisionForm, old_id: UUID | None) -> UUID | None:
    own = {"circle_id": form.cleaned_data["circle"], "draft": form.draft(), "keys": form.keys()}
    try:
        return actions.draft_decision(actor=request.actor, at=now(), supersedes_id=old_id, **own)
    except Refused as refusal:
        form.refuse(refusal.field if isinstance(refusal, Invalid) else "", str(refusal))
        return None


def _new(
    request: HttpRequest,
    found: reads.DecisionLog,
    circles: tuple[Any, ...],
    old: reads.DecisionPage | None,
    form: forms.DecisionForm,
    status: int = 200,
) -> HttpResponse:
    here = found.partnership
    stand_in(request, here.id)
    way = reverse("decisions", args=[here.id])
    context = {
        "form": form,
        "page": None,
        "old": old,
        "here": here,
        "circles": [circle.audience for circle in circles],
        "numbers": range(1, OPTIONS_MAX + 1),
        "crumbs": [crumb_of(here), Crumb(_("Decisions"), way), Crumb(_("New"))],
    }
    return render(request, "decisions/form.html", context | _common(), status=status)


def _page(request: HttpRequest, decision_id: UUID) -> reads.DecisionPage:
    return reads.decision_page(actor=request.actor, decision_id=decision_id, at=now(), today=localdate())


@require_safe
def decision(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Show one decision: what was asked, chosen and why; who agreed; what it governs; who has read it."""
    return _decision(request, _page(request, decision_id))


def _decision(request: HttpRequest, page: reads.DecisionPage, status: int = 200, **more: Any) -> HttpResponse:
    here = page.partnership
    stand_in(request, here.id)
    asked = words_of(request.GET)
    govern_form = more.get("govern_form") or forms.GovernForm()
    own = {
        "page": page,
        "row": page.row,
        "asked": asked,
        "picks": to_tick(_picks(request, page, asked), govern_form, request.GET),
        "propose_form": forms.ProposeDecisionForm(initial={"version": page.row.version}),
        "settle_form": _settle_form(page),
        "govern_form": govern_form,
        "review_form": forms.ReviewForm(initial={"version": page.row.version}),
        "refused": "",
        "crumbs": [crumb_of(here), Crumb(_("Decisions"), reverse("decisions", args=[here.id])), Crumb(page.row.key)],
    }
    return render(request, "decisions/decision.html", own | _common() | more, status=status)


def _picks(request: HttpRequest, page: reads.DecisionPage, asked: str) -> list[Pick]:
    """Return what these words mean of what the decision may govern and does not govern yet."""
    if not asked or not page.may_govern:
        return []
    there = {page.row.id, *(one.row.id for one in page.governs)}
    found = governing.governable(actor=request.actor, circle_id=page.row.circle_id, text=asked)
    return [Pick(one.key, one.name, words.kind_words(one.kind)) for one in found if one.id not in there]


def _settle_form(page: reads.DecisionPage, *data: Any) -> forms.SettleForm:
    letters = {mark.letters for mark in page.circle.organisations}  # which are one member's alone
    inside = [member for member in page.partnership.present if member.letters in letters]
    ids = [(member.organisation_id, member.name) for member in inside]
    own = [str(member.organisation_id) for member in inside if member.is_you]
    return forms.SettleForm(ids, *data, initial={"version": page.row.version, "organisation_ids": own})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Write on a draft; what somebody else saved meanwhile is shown beside it."""
    page = _page(request, decision_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.row.circle_id)
    if request.method != "POST":
        if not page.is_draft:
            return redirect("decision", decision_id=decision_id)
        start = forms.start_of(page.draft) | {"version": page.row.version}
        return _edit(request, page, forms.DecisionForm(None, initial=start))
    form = forms.DecisionForm(None, request.POST)
    if not form.is_valid():
        return _edit(request, page, form, status=422)
    own = {"version": form.cleaned_data["version"] or 0, "draft": form.draft()}
    try:
        actions.edit_draft(actor=request.actor, decision_id=decision_id, at=now(), **own)
    except Stale:
        return _edit(request, _page(request, decision_id), form, is_stale=True, status=409)
    except Refused as refusal:
        form.refuse(refusal.field if isinstance(refusal, Invalid) else "", str(refusal))
        return _edit(request, page, form, status=409)
    return redirect("decision", decision_id=decision_id)


def _edit(
    request: HttpRequest,
    page: reads.DecisionPage,
    form: forms.DecisionForm,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    here = page.partnership
    stand_in(request, here.id)
    above = [crumb_of(here), Crumb(_("Decisions"), reverse("decisions", args=[here.id]))]
    context = {
        "form": form,
        "page": page,
        "old": None,
        "here": here,
        "is_stale": is_stale,
        "written": lines_between(page.draft, form.draft()) if is_stale else (),
        "numbers": range(1, OPTIONS_MAX + 1),
        "crumbs": [*above, Crumb(page.row.key, reverse("decision", args=[page.row.id])), Crumb(_("Change"))],
    }
    return render(request, "decisions/form.html", context | _common(), status=status)


@require_POST
def proposal(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Put a draft to all members."""
    page = _page(request, decision_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.row.circle_id)
    form = forms.ProposeDecisionForm(request.POST)
    if not form.is_valid():
        return _decision(request, page, status=422, propose_form=form)
    try:
        made = actions.propose_decision(actor=request.actor, decision_id=decision_id, at=now(), **form.cleaned_data)
    except Refused as refusal:
        return _refused(request, decision_id, refusal)
    return redirect("proposal", proposal_id=made)


def _refused(request: HttpRequest, decision_id: UUID, refusal: Refused) -> HttpResponse:
    """Show the decision as it is by now, and why what was asked for was not done."""
    said = _("It was changed while you looked; it stands below as it is now.") if isinstance(refusal, Stale) else ""
    return _decision(request, _page(request, decision_id), status=409, refused=said or str(refusal))


@require_POST
def settlement(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Decide a draft of a narrower circle."""
    page = _page(request, decision_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.row.circle_id)
    form = _settle_form(page, request.POST)
    if not form.is_valid():
        return _decision(request, page, status=422, settle_form=form)
    try:
        actions.settle_decision(actor=request.actor, decision_id=decision_id, at=now(), **form.cleaned_data)
    except Refused as refusal:
        return _refused(request, decision_id, refusal)
    return redirect("decision", decision_id=decision_id)


@require_POST
def withdrawal(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Take a draft back."""
    page = _page(request, decision_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.row.circle_id)
    form = forms.WithdrawDraftForm(request.POST)
    if not form.is_valid():
        return _decision(request, page, status=422, refused=_("Say which version you saw: load the page again."))
    try:
        actions.withdraw_draft(actor=request.actor, decision_id=decision_id, at=now(), **form.cleaned_data)
    except Refused as refusal:
        return _refused(request, decision_id, refusal)
    messages.success(request, _("%(key)s was withdrawn.") % {"key": page.row.key})
    return redirect("decisions", partnership_id=page.partnership.id)


@require_POST
def governed(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Say what else a decision governs, or what it governs no more."""
    page = _page(request, decision_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.row.circle_id)
    form = forms.GovernForm(request.POST)
    if not form.is_valid():
        return _decision(request, page, status=422, govern_form=form)
    said, own = form.cleaned_data, {"actor": request.actor, "decision_id": decision_id, "at": now()}
    try:
        if said["governed_id"]:
            actions.govern_no_more(governed_id=said["governed_id"], **own)
        else:
            actions.govern(keys=form.keys(), **own)
    except Invalid as refusal:
        form.add_error("governs", str(refusal))
        return _decision(request, page, status=422, govern_form=form)
    except Refused as refusal:
        return _refused(request, decision_id, refusal)
    return redirect(reverse("decision", args=[decision_id]) + "#governs")


@require_POST
def reviews(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Say that a decision whose review is due still fits."""
    page = _page(request, decision_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.row.circle_id)
    form = forms.ReviewForm(request.POST)
    if not form.is_valid():
        return _decision(request, page, status=422, review_form=form)
    own = {"actor": request.actor, "decision_id": decision_id, "at": now(), "today": localdate()}
    try:
        actions.confirm_decision(**own, **form.cleaned_data)
    except Invalid as refusal:
        form.add_error(refusal.field, str(refusal))
        return _decision(request, page, status=422, review_form=form)
    except (Stale, NotInForce, ReviewNotDue) as refusal:
        return _refused(request, decision_id, refusal)
    messages.success(request, _("Noted: %(key)s still fits.") % {"key": page.row.key})
    return redirect(reverse("decision", args=[decision_id]) + "#reviews")


@require_http_methods(["GET", "HEAD", "POST"])
def readers(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Show who must know and who has read it, and name others."""
    own = {"actor": request.actor, "decision_id": decision_id}
    page = reads.readers_page(at=now(), today=localdate(), **own)
    people = [one for _member, those in page.candidates for one in those]
    if request.method != "POST":
        return _readers(request, page, forms.ReadersForm(people))
    access.require(request.actor, Permission.PLAN_EDIT, page.page.row.circle_id)
    form = forms.ReadersForm(people, request.POST)
    if not form.is_valid():
        return _readers(request, page, form, status=422)
    try:
        actions.name_readers(at=now(), **own, **form.cleaned_data)
    except Refused as refusal:
        return _refused(request, decision_id, refusal)
    return redirect(reverse("decision", args=[decision_id]) + "#readers")


def _readers(
    request: HttpRequest, found: reads.ReadersPage, form: forms.ReadersForm, status: int = 200
) -> HttpResponse:
    page = found.page
    stand_in(request, page.partnership.id)
    above = [crumb_of(page.partnership), Crumb(_("Decisions"), reverse("decisions", args=[page.partnership.id]))]
    context = {
        "page": page,
        "row": page.row,
        "found": found,
        "form": form,
        "crumbs": [*above, Crumb(page.row.key, reverse("decision", args=[page.row.id])), Crumb(_("Who must know"))],
    }
    return render(request, "decisions/readers.html", context | _common(), status=status)


@require_POST
def reader_removal(request: HttpRequest, decision_id: UUID, reader_id: UUID) -> HttpResponse:
    """Ask somebody no more to read it."""
    try:
        actions.take_off_reader(actor=request.actor, decision_id=decision_id, reader_id=reader_id, at=now())
    except NotInForce as refusal:
        return _refused(request, decision_id, refusal)
    return redirect("decision_readers", decision_id=decision_id)


@require_POST
def reading(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Say that one has read it; back to where that was said."""
    actions.mark_read(actor=request.actor, decision_id=decision_id, at=now())
    messages.success(request, _("Noted: you have read it."))
    return redirect(own_address(request.POST.get("back", ""), reverse("decision", args=[decision_id])))
