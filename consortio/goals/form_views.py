"""Writing goals: down, over, to all members; how they end, how sure somebody is, for which items they wait."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from consortio.access import Invalid, NotPermitted, Permission, Refused, Stale
from consortio.approvals.wording import parts
from consortio.partnerships.crumbs import crumb_of
from consortio.plans.aimed import items_to_aim_at
from consortio.plans.picks import Pick, to_tick, words_of
from consortio.ui.shell import Crumb, stand_in

from . import actions, choosing, forms, reads, words
from .terms import GoalTerms, changed
from .views import goal_shown

FOUND_MAX = 20  # items that are offered at once


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Write a goal down, for the people of a circle."""
    today = localdate()
    offered = choosing.choices(actor=request.actor, partnership_id=partnership_id, today=today)
    if request.method != "POST":
        return _new(request, offered, forms.GoalForm(offered, initial=_start(request, offered)))
    form = forms.GoalForm(offered, request.POST)
    if not form.is_valid():
        return _new(request, offered, form, status=422)
    terms, circle_id = GoalTerms(**form.said()), form.cleaned_data["circle"]
    try:
        made = actions.draft_goal(actor=request.actor, circle_id=circle_id, terms=terms, at=now())
    except Refused as refusal:
        return _new(request, offered, _refused(form, refusal), status=_status(refusal))
    messages.success(request, _("Written down as a draft: nobody is held to it yet."))
    return redirect("goal", goal_id=made)


def _start(request: HttpRequest, offered: choosing.Choices) -> dict[str, Any]:
    """Return what a new goal is offered: with a KPI or a goal above it where the address names one."""
    named = {name: request.GET.get(name, "") for name in ("kpi", "parent")}
    return {**forms.default_days(localdate()), "circle": str(offered.circles[0].id), **named}


def _new(request: HttpRequest, offered: choosing.Choices, form: forms.GoalForm, status: int = 200) -> HttpResponse:
    stand_in(request, offered.partnership.id)
    here = offered.partnership
    crumbs = [crumb_of(here), Crumb(_("Goals"), reverse("goals", args=[here.id])), Crumb(_("New goal"))]
    return render(request, "goals/form.html", {"offered": offered, "form": form, "crumbs": crumbs}, status=status)


def _refused(form: Any, refusal: Refused) -> Any:
    form.add_error(forms.field_of(form, getattr(refusal, "field", "")), str(refusal))
    return form


def _status(refusal: Refused) -> int:
    return 422 if isinstance(refusal, Invalid) else 409


def _page(request: HttpRequest, goal_id: UUID) -> reads.GoalPage:
    page = reads.goal_page(actor=request.actor, goal_id=goal_id, today=localdate(), at=now())
    stand_in(request, page.partnership.id)
    return page


def _for_writing(request: HttpRequest, goal_id: UUID) -> reads.GoalPage:
    page = _page(request, goal_id)
    if not page.row.may_edit:
        raise NotPermitted(Permission.PLAN_EDIT)
    return page


def _crumbs(page: reads.GoalPage, last: str) -> list[Crumb]:
    here = page.partnership
    listed, way = reverse("goals", args=[here.id]), reverse("goal", args=[page.row.id])
    return [crumb_of(here), Crumb(_("Goals"), listed), Crumb(page.row.number, way), Crumb(last)]


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Write over a draft, or over a goal of one's own side; what all agreed on is proposed anew."""
    page = _for_writing(request, goal_id)
    if page.is_shared and page.row.agreed_number:
        return redirect("goal_propose", goal_id=goal_id)
    offered = choosing.choices_for(actor=request.actor, goal_id=goal_id, today=localdate())
    if request.method != "POST":
        start = forms.start_of(page.row.terms, page.row.version)
        return _change(request, page, forms.GoalForm(offered, initial=start, is_new=False))
    form = forms.GoalForm(offered, request.POST, is_new=False)
    if not form.is_valid():
        return _change(request, page, form, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        actions.change_goal(actor=request.actor, goal_id=goal_id, version=version, changes=form.said(), at=now())
    except Stale:
        return _stale(request, goal_id, form)
    except Refused as refusal:
        return _change(request, page, _refused(form, refusal), status=_status(refusal))
    messages.success(request, _("Saved."))
    return redirect("goal", goal_id=goal_id)


def _stale(request: HttpRequest, goal_id: UUID, form: forms.GoalForm) -> HttpResponse:
    """Show what stands there now beside what was written, in a form that saves over it."""
    page = _for_writing(request, goal_id)
    yours = changed(page.row.terms, form.said())
    lines = reads.difference_between(actor=request.actor, before=page.row.terms, after=yours)
    return _change(request, page, form, theirs=lines, status=409)


def _change(
    request: HttpRequest, page: reads.GoalPage, form: forms.GoalForm, status: int = 200, theirs: Sequence[Any] = ()
) -> HttpResponse:
    own = {"page": page, "row": page.row, "form": form, "theirs": theirs, "is_stale": status == 409 and bool(theirs)}
    more = {"parts": parts, "words": words, "crumbs": _crumbs(page, _("Change"))}
    return render(request, "goals/change.html", own | more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Put a draft to all members, or what is to be different of a goal that they agreed on."""
    page = _for_writing(request, goal_id)
    if not page.may_propose:
        raise NotPermitted(Permission.PLAN_EDIT)
    written = _written(request, page)
    asked = _asked(request, page)
    if request.method != "POST":
        return _propose(request, page, written, asked)
    if not asked.is_valid() or (written and not written.is_valid()):
        return _propose(request, page, written, asked, status=422)
    changes = written.said() if written else {}
    if written and not request.POST.get("send"):
        return _propose(request, page, written, asked, changes=changes)
    said = {name: asked.cleaned_data[name] for name in ("version", "days", "reason")}
    try:
        made = actions.propose_goal(
            actor=request.actor, goal_id=goal_id, changes=changes, at=now(), **said, **asked.room()
        )
    except Stale:
        page = _for_writing(request, goal_id)
        return _propose(request, page, written, asked, changes=changes, is_stale=True, status=409)
    except actions.WhichGoes as refusal:
        asked.add_error("instead", str(refusal))
        return _propose(request, page, written, asked, changes=changes, status=409)
    except Refused as refusal:
        _refused(written or asked, refusal)
        return _propose(request, page, written, asked, status=_status(refusal))
    return redirect("proposal", proposal_id=made)


def _written(request: HttpRequest, page: reads.GoalPage) -> forms.GoalForm | None:
    """Return the form of a goal that was agreed on, as it holds or as it was written over; a draft goes as it is."""
    if not page.row.agreed_number:
        return None
    offered = choosing.choices_for(actor=request.actor, goal_id=page.row.id, today=localdate())
    start = forms.start_of(page.row.terms, page.row.version)
    return forms.GoalForm(offered, request.POST or None, initial=start, is_new=False)


def _asked(request: HttpRequest, page: reads.GoalPage) -> forms.ProposalForm:
    agreed = () if page.row.agreed_number else choosing.agreed_goals(actor=request.actor, circle_id=page.row.circle_id)
    crowded = agreed if len(agreed) >= actions.JOINT_MAX else ()
    return forms.ProposalForm(crowded, request.POST or None, initial={"version": page.row.version})


def _propose(
    request: HttpRequest,
    page: reads.GoalPage,
    written: forms.GoalForm | None,
    asked: forms.ProposalForm,
    changes: Mapping[str, Any] | None = None,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    terms = page.row.terms
    before = terms if page.row.agreed_number else None
    is_shown = before is None or bool(changes)
    after = changed(terms, changes or {})
    lines = reads.proposal_difference(actor=request.actor, goal=page, after=after) if is_shown else ()
    own = {"page": page, "row": page.row, "written": written, "asked": asked, "difference": lines}
    more = {"is_compared": bool(changes), "is_stale": is_stale, "parts": parts, "crumbs": _crumbs(page, _("Propose"))}
    return render(request, "goals/propose.html", own | more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Say how a goal ended: to all members as a proposal, of one's own side at once."""
    page = _for_writing(request, goal_id)
    start = {"version": page.row.version}
    form = forms.EndForm(request.POST or None, initial=start, is_shared=page.is_shared)
    if request.method != "POST":
        return _end(request, page, form)
    if not form.is_valid():
        return _end(request, page, form, status=422)
    do = actions.propose_end if page.is_shared else actions.end_goal
    try:
        made = do(actor=request.actor, goal_id=goal_id, at=now(), **form.cleaned_data)
    except Refused as refusal:
        return _end(request, page, _refused(form, refusal), status=_status(refusal))
    if page.is_shared:
        return redirect("proposal", proposal_id=made)
    messages.success(request, _("It has ended."))
    return redirect("goal", goal_id=goal_id)


def _end(request: HttpRequest, page: reads.GoalPage, form: forms.EndForm, status: int = 200) -> HttpResponse:
    own = {"page": page, "row": page.row, "form": form, "crumbs": _crumbs(page, _("How it ended"))}
    return render(request, "goals/end.html", own, status=status)


@require_POST
def adoption(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Take a draft of one's own side as a goal from now on."""
    _for_writing(request, goal_id)
    try:
        actions.adopt_goal(actor=request.actor, goal_id=goal_id, version=_version(request), at=now())
    except Refused as refusal:
        return goal_shown(request, goal_id, refused=str(refusal), status=409)
    messages.success(request, _("It holds from now on."))
    return redirect("goal", goal_id=goal_id)


@require_POST
def withdrawal(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Take a draft back; the list that follows offers to bring it back."""
    page = _for_writing(request, goal_id)
    try:
        actions.withdraw_goal(actor=request.actor, goal_id=goal_id, version=_version(request), at=now())
    except Refused as refusal:
        return goal_shown(request, goal_id, refused=str(refusal), status=409)
    return HttpResponseRedirect(reverse("goals", args=[page.partnership.id]) + f"?goal={goal_id.hex}")


@require_POST
def restoration(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    actions.restore_goal(actor=request.actor, goal_id=goal_id, version=_version(request), at=now())
    messages.success(request, _("It is there again."))
    return redirect("goal", goal_id=goal_id)


def _version(request: HttpRequest) -> int:
    """Return the version that the page showed; what is no number is older than any row."""
    form = forms.VersionForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else 0


@require_POST
def opinions(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Say for one's organisation how sure it is that a goal will be reached."""
    page = _page(request, goal_id)
    if not page.row.may_read:
        raise NotPermitted(Permission.PROGRESS_UPDATE)
    form = forms.OpinionForm(request.POST)
    if not form.is_valid():
        return goal_shown(request, goal_id, form, status=422)
    try:
        actions.give_opinion(actor=request.actor, goal_id=goal_id, at=now(), **form.cleaned_data)
    except Refused as refusal:
        return goal_shown(request, goal_id, _refused(form, refusal), status=_status(refusal))
    messages.success(request, _("Said, beside what the readings say."))
    return HttpResponseRedirect(reverse("goal", args=[goal_id]) + "#opinions")


@require_http_methods(["GET", "HEAD", "POST"])
def items(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Say for which items of a plan a goal waits; of a milestone that all agreed on, propose it to all of them."""
    page = _for_writing(request, goal_id)
    start = {"version": page.row.version, "items": "\n".join(item.number for item in page.row.items)}
    made_of = forms.ItemsProposalForm if _are_items_agreed(page) else forms.ItemsForm
    form = made_of(request.POST or None, initial=start)
    if request.method != "POST":
        return _items(request, page, form)
    if not form.is_valid() or (found := _meant(request, page, form)) is None:
        return _items(request, page, form, status=422)
    try:
        answer = _keep_items(request, page, form, found)
    except Stale:
        return _items(request, _for_writing(request, goal_id), form, is_stale=True, status=409)
    except Refused as refusal:
        return _items(request, page, _refused(form, refusal), status=_status(refusal))
    return answer


def _are_items_agreed(page: reads.GoalPage) -> bool:
    return page.is_shared and page.row.kpi is None and bool(page.row.agreed_number)


def _keep_items(request: HttpRequest, page: reads.GoalPage, form: forms.ItemsForm, found: list[UUID]) -> HttpResponse:
    own = {"actor": request.actor, "goal_id": page.row.id, "version": form.cleaned_data["version"], "at": now()}
    if _are_items_agreed(page):
        asked = {name: form.cleaned_data[name] for name in ("days", "reason")}
        return redirect("proposal", proposal_id=actions.propose_goal(**own, item_ids=found, **asked))
    actions.link_items(**own, item_ids=found)
    messages.success(request, _("Saved."))
    return redirect("goal", goal_id=page.row.id)


def _meant(request: HttpRequest, page: reads.GoalPage, form: forms.ItemsForm) -> list[UUID] | None:
    """Return the items that the lines mean, or none where one of them means no item, or several; the form says which."""
    if len(form.lines()) > actions.ITEMS_MAX:
        form.add_error("items", _("A goal waits for at most %(most)s items.") % {"most": actions.ITEMS_MAX})
        return None
    unknown = _("“%(words)s”: no item is called so that everybody sees who sees this goal.")
    return form.meant(request.actor, page.row.circle_id, unknown)


def _items(
    request: HttpRequest, page: reads.GoalPage, form: forms.ItemsForm, is_stale: bool = False, status: int = 200
) -> HttpResponse:
    asked = words_of(request.GET)
    there = {item.number for item in page.row.items}
    found = items_to_aim_at(actor=request.actor, circle_id=page.row.circle_id, text=asked, most=FOUND_MAX)
    picks = [Pick(one.number, one.name, one.where) for one in found if one.number not in there]
    own = {"page": page, "row": page.row, "form": form, "is_stale": is_stale, "crumbs": _crumbs(page, _("Items"))}
    more = {"asked": asked, "picks": to_tick(picks, form, request.GET)}
    return render(request, "goals/items.html", own | more, status=status)
