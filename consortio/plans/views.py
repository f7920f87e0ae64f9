"""A plan on the screen: bars, table, milestones, one item, settings, exports. Each view is one read or one action."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotPermitted, Permission, Refused, Stale
from consortio.attachments.reads import attachments_of
from consortio.circles.reads import CircleRow, audience_of, circles_in
from consortio.partnerships.reads import Member, partnership
from consortio.ui.formats import locale_name
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, lanes, reads, window, words
from .address import Address, address_of, id_of, number_of
from .answering import Asked, open_nominations
from .answers import handed_out
from .baselining import is_proposed, outdated_words, waiting_baselines
from .cells import Spoken, cells_of
from .edit_words import edit_lines
from .gantt import Chart, Inside, chart_of, slip_words
from .heads import PlanHead
from .leading import leads_of
from .people import people_in
from .rows import Row
from .stretches import critical_inside

ROWS_ON_PAPER = 18  # that a sheet of A4 holds, across
NOBODY = UUID(int=0)


@require_safe
def gantt(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show the bars beside the names, for a window of the folded tree."""
    address = address_of(request.GET)
    found = window.tree_window(actor=request.actor, plan_id=plan_id, look=address.look)
    sheets = tuple(_sheets(request, found, address)) if found.rows else ()
    return _planned(request, found, "plans/gantt.html", address, sheets=sheets, locale=locale_name().replace("_", "-"))


def _sheets(
    request: HttpRequest, found: window.Window, address: Address
) -> Iterator[tuple[int, tuple[Row, ...], Chart]]:
    """Yield the bars in one piece, or on paper in pieces that are one page high, since a picture cannot be broken."""
    inside: Inside = {}
    if address.critical_path:
        inside = critical_inside(actor=request.actor, head=found.head, rows=found.rows)
    most = ROWS_ON_PAPER if address.paper else len(found.rows)
    drawn = {"zoom": address.zoom, "today": time_of(found.head.zone), "since": address.since, "signs": address.signs}
    for nth, first in enumerate(range(0, len(found.rows), most), start=1):
        rows = found.rows[first : first + most]
        yield nth, rows, chart_of(replace(found, rows=rows), inside=inside, **drawn)


@require_safe
def table(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show the items as a table: sorted, filtered, folded."""
    address = address_of(request.GET)
    found = window.tree_window(actor=request.actor, plan_id=plan_id, look=replace(address.look, links=False))
    people = people_in(actor=request.actor, plan_id=plan_id)
    missing = {"house": not found.head.house, "baseline": not found.baseline}
    columns = [(name, label) for name, label in words.column_words() if not missing.get(name)]
    more = {"people": people, "columns": columns, "slip_words": slip_words}
    return _planned(request, found, "plans/table.html", address, **more)


def _planned(request: HttpRequest, found: window.Window, template: str, address: Address, **more: Any) -> HttpResponse:
    head = found.head
    stand_in(request, head.partnership_id)
    houses = _houses(request, head)
    may_act = any(row.can_edit for row in found.rows)
    may_write = any(row.can_progress for row in found.rows)  # some cells
    may_report = Permission.PROGRESS_UPDATE in request.actor.permissions.get(head.circle.id, ())
    context = {"window": found, "address": address, "query": _query(request), "houses": houses}
    context |= {"may_act": may_act, "may_write": may_write, "may_report": may_report}
    rows = [row.id for row in found.rows]
    context |= _peeked(request, head, rows, address.peek, lambda item_id: address.but(peek=item_id))
    return render(request, template, context | common_context(request, head) | more)


def _peeked(
    request: HttpRequest,
    head: PlanHead,
    rows: Sequence[UUID],
    item_id: UUID | None,
    beside: Callable[[UUID | None], str],
) -> dict[str, Any]:
    """
    Return the item beside the rows, as its own page shows it, and the ways to the rows around it.

    Args:
        beside: the query of this page with another item beside its rows, or with none.
    """
    page = _item_of(request.actor, head, item_id)
    ways = {"close": beside(None)}
    if page is None:
        return {"peek": None, "ways": ways}
    if page.row.id in rows:
        at = rows.index(page.row.id)
        around = {"before": rows[max(at - 1, 0) : at], "after": rows[at + 1 : at + 2]}
        ways |= {name: beside(found[0]) for name, found in around.items() if found}
    own = {"peek": page, "has_side": _has_side(page), "peek_beside": page.beside}
    return own | {"ways": ways, "slip_words": slip_words}


def _item_of(actor: access.Actor, head: PlanHead, item_id: UUID | None) -> reads.ItemPage | None:
    try:
        shown = {"with_history": False, "with_beside": True}
        page = reads.item_page(actor=actor, item_id=item_id, **shown) if item_id else None
    except access.NotVisible:
        return None
    return page if page and page.head.id == head.id else None


def _has_side(page: reads.ItemPage) -> bool:
    return page.row.circle is None and page.head.circle.kind == "joint" and len(page.head.members) > 1


def _houses(request: HttpRequest, head: PlanHead) -> list[tuple[UUID, str]]:
    """Return where new items may lie besides the plan's own circle: in our house."""
    house_id, own = request.actor.houses.get(head.partnership_id), _own(head)
    may = Permission.PLAN_EDIT in request.actor.permissions.get(house_id, ())
    is_shared = head.circle.kind == "joint" and len(head.members) > 1
    return (
        [(house_id, _("Only %(name)s sees this") % {"name": own.name})]
        if house_id and own and may and is_shared
        else []
    )


def _own(head: PlanHead) -> Member | None:
    return next((member for member in head.members if member.is_you), None)


def common_context(request: HttpRequest, head: PlanHead) -> dict[str, Any]:
    """Return what every page of a plan is drawn with."""
    sees = {"circle_id": head.circle.id, "kind": head.circle.kind, "members": head.members}
    today = time_of(head.zone).date()
    return {
        "head": head,
        "audience_words": audience_of(actor=request.actor, **sees),
        "own": _own(head),
        "crumbs": [Crumb(head.name)],
        "leads": leads_of(head.id),
        "today": today,
        "cells": cells_of(today, head.day_minutes),
        "words": words,
        "way_to_item": _way("item", NOBODY).removesuffix(str(NOBODY)),
    }


def _query(request: HttpRequest) -> str:
    asked = request.GET.urlencode()
    return f"?{asked}" if asked else ""


def time_of(zone: str) -> datetime:
    """Return the time on the plan's own clock."""
    return now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Begin an empty plan in one of the circles where one may plan."""
    stand_in(request, partnership_id)
    here = partnership(actor=request.actor, partnership_id=partnership_id)
    circles = [one for one in circles_in(actor=request.actor, partnership_id=partnership_id) if may_hold_plan(one)]
    if not circles:
        raise NotPermitted(Permission.PLAN_EDIT)
    zone = get_current_timezone_name()
    today = time_of(zone).replace(hour=8, minute=0, second=0, microsecond=0)
    form = forms.NewPlanForm(request.POST or None, initial={"zone": zone, "start_at": today})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if said["circle"] in {one.id for one in circles}:
            return redirect("plan", plan_id=_begun(request, said))
        form.add_error("circle", _("Choose one of the circles shown."))
    crumbs = [Crumb(here.name, _way("partnership", partnership_id)), Crumb(_("Begin an empty plan"))]
    context = {"form": form, "here": here, "circles": [one.audience for one in circles], "crumbs": crumbs}
    return render(request, "plans/new.html", context, status=422 if form.errors else 200)


def may_hold_plan(circle: CircleRow) -> bool:
    return Permission.PLAN_EDIT in circle.granted and circle.kind != "public"


def _begun(request: HttpRequest, said: Mapping[str, Any]) -> UUID:
    own = {name: said[name] for name in ("name", "start_at", "zone")}
    return actions.create_plan(
        actor=request.actor, circle_id=said["circle"], working_days=said["calendar"], at=now(), **own
    )


@require_safe
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show everything about one item; of one that was withdrawn, that it was, and how it comes back."""
    try:
        page = reads.item_page(actor=request.actor, item_id=item_id, with_history=False, with_beside=True)
    except access.NotVisible:
        return withdrawn_item(request, item_id)
    stand_in(request, page.head.partnership_id)
    context = {
        "page": page,
        "row": page.row,
        "slip_words": slip_words,
        "nomination": _nomination(request, item_id) if page.is_asked else None,
        "may_change": page.row.can_edit or page.can_progress,
        "has_side": _has_side(page),
        "beside": page.beside,
    }
    own = common_context(request, page.head) | {"crumbs": [*_crumbs_above(page), Crumb(page.row.number)]}
    return render(request, "plans/item.html", context | own)


def _nomination(request: HttpRequest, item_id: UUID) -> Asked | None:
    return next(iter(open_nominations(actor=request.actor, item_id=item_id)), None)


def withdrawn_item(request: HttpRequest, item_id: UUID, status: int = 200, **more: Any) -> HttpResponse:
    """Say of an item that it was withdrawn, by whom, and how it comes back."""
    gone = reads.withdrawn_item(actor=request.actor, item_id=item_id)
    stand_in(request, gone.head.partnership_id)
    above = [
        Crumb(gone.head.name, _way("plan", gone.head.id)),
        Crumb(_("Withdrawn"), _way("plan_withdrawn", gone.head.id)),
    ]
    context = {"page": gone, "edit_lines": edit_lines, "crumbs": [*above, Crumb(gone.item.number)]}
    own = common_context(request, gone.head) | context | more
    return render(request, "plans/withdrawn_item.html", own, status=status)


def _crumbs_above(page: reads.ItemPage) -> list[Crumb]:
    above = [Crumb(ref.name, _way("item", ref.id)) for ref in page.parents]
    return [Crumb(page.head.name, _way("plan", page.head.id)), *above]


@require_safe
def item_history(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show what happened to one item, field by field."""
    page = reads.item_page(actor=request.actor, item_id=item_id)
    stand_in(request, page.head.partnership_id)
    crumbs = [*_crumbs_above(page), Crumb(page.row.number, _way("item", item_id)), Crumb(_("History"))]
    context = {"page": page, "row": page.row, "edit_lines": edit_lines, "crumbs": crumbs}
    return render(request, "plans/item_history.html", common_context(request, page.head) | context)


def _way(name: str, pk: UUID) -> str:
    return reverse(name, args=[pk])


@require_safe
def milestones(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show the milestones of each organisation: promised, forecast, reached."""
    baseline_id = id_of(request.GET.get("baseline", ""))
    before = number_of(request.GET.get("before", "")) or 0
    page = reads.milestones(actor=request.actor, plan_id=plan_id, baseline_id=baseline_id, before=before)
    stand_in(request, page.head.partnership_id)
    is_by_date = request.GET.get("by") == "date"
    lane = lanes.lane_of(page, time_of(page.head.zone).date())
    groups = [(None, lanes.by_date(page))] if is_by_date else page.groups
    context = {
        "page": page,
        "groups": groups,
        "is_by_date": is_by_date,
        "query": "",
        "lane": lane,
        "places": Spoken(lane.x),
        "course": lanes.course_of(page),
        "lanes": lanes,
        "slip_words": slip_words,
    }
    context["beside"] = beside = _beside_milestones(request)
    rows = [row.id for _, own in groups for row in own]
    context |= _peeked(request, page.head, rows, id_of(request.GET.get("peek", "")), beside)
    crumbs = [Crumb(page.head.name, _way("plan", page.head.id)), Crumb(_("Milestones"))]
    return render(request, "plans/milestones.html", context | common_context(request, page.head) | {"crumbs": crumbs})


def _beside_milestones(request: HttpRequest) -> Callable[[UUID | None], str]:
    kept = {name: request.GET[name] for name in ("by", "baseline", "before") if request.GET.get(name)}
    return lambda item_id: "?" + urlencode(kept | ({"peek": item_id.hex} if item_id else {}))


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show and change how a plan is scheduled."""
    page = reads.plan_page(actor=request.actor, plan_id=plan_id)
    form = forms.SettingsForm(page.calendars, request.POST or None, initial=forms.said(page))
    if request.method != "POST":
        return _settings(request, page, form)
    access.require(request.actor, Permission.PLAN_EDIT, page.head.circle.id)
    if not form.is_valid():
        return _settings(request, page, form, status=422)
    try:
        actions.edit_plan_settings(
            actor=request.actor,
            plan_id=plan_id,
            version=form.cleaned_data["version"],
            settings=form.settings(page),
            may_go_back=form.cleaned_data.get(forms.BACK, False),
            at=now(),
        )
    except actions.FieldRefused as refusal:
        if isinstance(refusal, actions.DateGoesBack):
            form.ask_back()
        form.add_error(refusal.field, str(refusal))
        return _settings(request, page, form, status=409)
    except Stale:
        return _settings(request, reads.plan_page(actor=request.actor, plan_id=plan_id), form, stale=True, status=409)
    return redirect("plan_settings", plan_id=plan_id)


def _settings(
    request: HttpRequest,
    page: reads.PlanPage,
    form: forms.SettingsForm,
    stale: bool = False,
    taking: forms.BaselineForm | forms.ProposeBaselineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    crumbs = [Crumb(page.head.name, _way("plan", page.head.id)), Crumb(_("Settings"))]
    files_of = attachments_of(actor=request.actor, subject_id=page.head.id)
    now_there = forms.shown(page) if stale else []
    context = common_context(request, page.head) | {"page": page, "form": form, "stale": stale, "now_there": now_there}
    more = {"taking": taking or _baseline_form(page), "is_proposed": is_proposed(page.head)}
    more |= {"has_a_vote": any(member.is_you and member.is_active for member in page.head.members)}
    more |= {"waiting": waiting_baselines(actor=request.actor, head=page.head, at=now())}
    more |= {"not_yet": outdated_words() if page.head.outdated and not more["taking"].is_bound else ""}
    return render(request, "plans/settings.html", context | more | {"files": files_of, "crumbs": crumbs}, status=status)


@require_POST
def baseline(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Take the plan of today as a baseline, or propose it where every member must agree."""
    page = reads.plan_page(actor=request.actor, plan_id=plan_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.head.circle.id)
    form = _baseline_form(page, request.POST)
    own = forms.SettingsForm(page.calendars, initial=forms.said(page))
    if not form.is_valid():
        return _settings(request, page, own, taking=form, status=422)
    asked = {"actor": request.actor, "plan_id": plan_id, "at": now(), **form.cleaned_data}
    try:
        if is_proposed(page.head):
            return redirect("proposal", proposal_id=actions.propose_baseline(**asked))
        actions.take_baseline(**asked)
    except Stale:
        raise
    except Refused as refusal:
        form.add_error("name" if isinstance(refusal, actions.FieldRefused) else None, refusal.on_page)
        return _settings(request, page, own, taking=form, status=409)
    return redirect("plan_settings", plan_id=plan_id)


def _baseline_form(page: reads.PlanPage, said: Any = None) -> forms.BaselineForm | forms.ProposeBaselineForm:
    kind = forms.ProposeBaselineForm if is_proposed(page.head) else forms.BaselineForm
    return kind(said, auto_id="baseline-%s")  # the settings have a name too


@require_safe
def export(request: HttpRequest, plan_id: UUID, format: str) -> HttpResponse:
    """Hand out what everybody in the plan's circle sees of it, as a file."""
    return handed_out(request.actor, plan_id, format)
