"""Who is needed when, how much time there is, and whom an item needs. Each view is one read or one action."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio.access import Invalid, NotPermitted, NotVisible, Permission, Refused, Stale
from consortio.plans.views import common_context, time_of
from consortio.ui.charts.load import LoadFigure, WeekNeed, load_figure
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, forms, needing, reads, words
from .address import look_of

FIELDS = {"person_id": "our_person", "work": "kind_of_work", "percent": "time_percent"}  # as the form calls them
NEEDS = {"person_id": "needed", "organisation_id": "needed", "work": "kind_of_work", "percent": "need_percent"}


@require_safe
def load(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show who is needed when, against how much time there is."""
    return load_shown(request, plan_id)


def load_shown(
    request: HttpRequest, plan_id: UUID, form: forms.FindForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    look = look_of(request.GET)
    asked = {"who": look.who, "since": look.since, "before": look.before, "results_before": look.results}
    today = now().date()
    page = reads.load_page(actor=request.actor, plan_id=plan_id, today=today, is_house=look.is_house, **asked)
    stand_in(request, page.head.partnership_id)
    context = common_context(request, page.head) | {
        "page": page,
        "asked": look,
        "load_words": words,
        "figures": {row.who.key: _figure(page, row, today) for row in page.rows},
        "form": form or forms.FindForm(),
        "refused": refused,
        "rows_max": reads.ROWS,
        "results_max": reads.RESULTS,
        "week": reads.WEEK,
        "span": reads.WEEKS * reads.WEEK,
        "crumbs": [Crumb(page.head.name, reverse("plan", args=[plan_id])), Crumb(_("Load"))],
    }
    return render(request, "levelling/load.html", context, status=status)


def _figure(page: reads.LoadPage, row: reads.LoadRow, today: Any) -> LoadFigure:
    weeks = [WeekNeed(week.begins_on, week.percent, week.capacity) for week in row.weeks]
    return load_figure(weeks, since=page.since, count=reads.WEEKS, today=today)


@require_http_methods(["GET", "HEAD", "POST"])
def new_capacity(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Say how much time somebody of ours has, or all of us."""
    offered = reads.saying(actor=request.actor, plan_id=plan_id)
    today = time_of(offered.head.zone).date()
    monday = today - timedelta(
        days=today.weekday()
    )  # a week is judged as a whole: from today on, its first days had no time
    form = forms.CapacityForm(offered, request.POST or None, initial={"from_on": monday})
    if request.method != "POST":
        return _saying(request, offered, form)
    if not form.is_valid():
        return _saying(request, offered, form, status=422)
    said = form.cleaned_data
    try:
        actions.say_capacity(actor=request.actor, circle_id=said["circle"], said=_said(said), at=now())
    except Refused as refusal:
        return _saying(request, offered, _marked(form, refusal, FIELDS), status=_status(refusal))
    messages.success(request, _("It is said, and counts from now on."))
    return redirect(own_address(request.POST.get("back", ""), reverse("plan_load", args=[plan_id])))


def _said(said: dict[str, Any]) -> actions.Said:
    own = {"percent": said["time_percent"], "from_on": said["from_on"], "until_on": said["until_on"]}
    return actions.Said(**own, person_id=said.get("our_person"), work=said["kind_of_work"])


def _marked(form: Any, refusal: Refused, names: dict[str, str]) -> Any:
    field = names.get(getattr(refusal, "field", ""), getattr(refusal, "field", ""))
    form.add_error(field if field in form.fields else None, str(refusal))
    return form


def _status(refusal: Refused) -> int:
    return 422 if isinstance(refusal, Invalid) else 409


def _saying(request: HttpRequest, offered: reads.Saying, form: forms.CapacityForm, status: int = 200) -> HttpResponse:
    head = offered.head
    stand_in(request, head.partnership_id)
    way = reverse("plan_load", args=[head.id])
    crumbs = [
        Crumb(head.name, reverse("plan", args=[head.id])),
        Crumb(_("Load"), way),
        Crumb(_("Say how much time there is")),
    ]
    context = {"form": form, "circles": [row.audience for row in offered.circles], "page": None, "back": way}
    own = {"name": _own_name(head), "crumbs": crumbs, "is_stale": False}
    return render(request, "levelling/capacity.html", context | own, status=status)


def _own_name(head: Any) -> str:
    return next((member.name for member in head.members if member.is_you), "")


@require_http_methods(["GET", "HEAD", "POST"])
def capacity(request: HttpRequest, capacity_id: UUID) -> HttpResponse:
    """Change how much time was said that there is."""
    page = reads.capacity(actor=request.actor, capacity_id=capacity_id)
    if page.is_withdrawn:
        raise NotVisible
    if not page.may_edit:
        raise NotPermitted(Permission.PLAN_EDIT)
    if request.method != "POST":
        return _changing(request, page, _form_of(page))
    form = forms.CapacityForm(None, request.POST)
    if not form.is_valid():
        return _changing(request, page, form, status=422)
    said = form.cleaned_data | {"our_person": page.person_id}
    own = {"capacity_id": capacity_id, "version": said["version"] or 0, "said": _said(said)}
    try:
        actions.edit_capacity(actor=request.actor, at=now(), **own)
    except Stale:
        page = reads.capacity(actor=request.actor, capacity_id=capacity_id)
        again = forms.CapacityForm(None, initial=form.cleaned_data | {"version": page.version})
        return _changing(request, page, again, is_stale=True, status=409)
    except Refused as refusal:
        return _changing(request, page, _marked(form, refusal, FIELDS), status=_status(refusal))
    messages.success(request, _("It is said, and counts from now on."))
    return redirect(own_address(request.POST.get("back", ""), reverse("partnership", args=[page.partnership_id])))


def _form_of(page: reads.CapacityPage) -> forms.CapacityForm:
    start = {"version": page.version, "time_percent": page.percent, "kind_of_work": page.work}
    return forms.CapacityForm(None, initial=start | {"from_on": page.from_on, "until_on": page.until_on})


def _changing(
    request: HttpRequest, page: reads.CapacityPage, form: forms.CapacityForm, is_stale: bool = False, status: int = 200
) -> HttpResponse:
    stand_in(request, page.partnership_id)
    back = own_address(request.POST.get("back", "") or request.GET.get("back", ""), "")
    context = {"form": form, "page": page, "is_stale": is_stale, "back": back, "name": page.person}
    return render(
        request, "levelling/capacity.html", context | {"crumbs": [Crumb(_("How much time there is"))]}, status=status
    )


@require_POST
def capacity_withdrawal(request: HttpRequest, capacity_id: UUID) -> HttpResponse:
    """Take back what was said of somebody's time."""
    page = reads.capacity(actor=request.actor, capacity_id=capacity_id)
    if not page.may_edit:
        raise NotPermitted(Permission.PLAN_EDIT)
    form = forms.VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    actions.withdraw_capacity(actor=request.actor, capacity_id=capacity_id, version=version, at=now())
    messages.success(request, _("It was taken back, and counts no more."))
    return redirect(own_address(request.POST.get("back", ""), reverse("partnership", args=[page.partnership_id])))


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show whom an item needs, and say so."""
    page = needing.needs_page(actor=request.actor, item_id=item_id)
    if request.method != "POST":
        return _needs(request, page, forms.NeedForm(page.offered, page.circles))
    if not page.circles:
        raise NotPermitted(Permission.PLAN_EDIT)
    form = forms.NeedForm(page.offered, page.circles, request.POST)
    if not form.is_valid():
        return _needs(request, page, form, status=422)
    said = form.cleaned_data
    organisation_id, person_id = needing.chosen(said["needed"])
    own = {"item_id": item_id, "circle_id": said["circle"], "organisation_id": organisation_id, "person_id": person_id}
    more = {"percent": said["need_percent"], "work": said["kind_of_work"]}
    try:
        actions.say_demand(actor=request.actor, at=now(), **own, **more)
    except Refused as refusal:
        return _needs(request, page, _marked(form, refusal, NEEDS), status=_status(refusal))
    return redirect("item_needs", item_id=item_id)


def _needs(request: HttpRequest, page: needing.NeedsPage, form: forms.NeedForm, status: int = 200) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    above = [
        Crumb(page.head.name, reverse("plan", args=[page.head.id])),
        Crumb(page.number, reverse("item", args=[page.item_id])),
    ]
    context = {"page": page, "form": form, "circles": [row.audience for row in page.circles], "load_words": words}
    own = common_context(request, page.head) | context | {"crumbs": [*above, Crumb(_("Who is needed"))]}
    return render(request, "levelling/needs.html", own, status=status)


@require_POST
def demand(request: HttpRequest, demand_id: UUID) -> HttpResponse:
    """Let an item need more or less of somebody; with nothing written, nobody of them any more."""
    item_id, may_edit = needing.demand_of(actor=request.actor, demand_id=demand_id)
    if not may_edit:
        raise NotPermitted(Permission.PLAN_EDIT)
    form = forms.NeedChangeForm(request.POST)
    if form.is_valid():
        own = {"actor": request.actor, "demand_id": demand_id, "version": form.cleaned_data["version"], "at": now()}
        percent = form.cleaned_data["need_percent"]
        if percent is None:
            actions.withdraw_demand(**own)
        else:
            actions.edit_demand(**own, percent=percent)
    else:
        messages.error(request, _("Write how many percent of one full-time person it needs, from 1 on."))
    return redirect("item_needs", item_id=item_id)
