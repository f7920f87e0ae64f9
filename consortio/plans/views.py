"""A plan on the screen: bars, table, milestones, one item, settings, exports. Each view is one read or one action."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio.access import Stale
from consortio.attachments.reads import attachments_of
from consortio.circles.reads import audience_of
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads, window, words
from .address import Address, address_of
from .answers import handed_out
from .gantt import chart_of
from .heads import PlanHead
from .lanes import lane_of
from .people import people_in


@require_safe
def gantt(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show the bars beside the names, for a window of the folded tree."""
    address = address_of(request.GET)
    found = window.tree_window(actor=request.actor, plan_id=plan_id, look=address.look)
    today = _now(found.head.zone)
    chart = chart_of(found, zoom=address.zoom, today=today, since=address.since)
    return _planned(request, found, "plans/gantt.html", address, chart=chart)


@require_safe
def table(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show the items as a table: sorted, filtered, folded."""
    address = address_of(request.GET)
    found = window.tree_window(actor=request.actor, plan_id=plan_id, look=address.look)
    people = people_in(actor=request.actor, plan_id=plan_id)
    return _planned(request, found, "plans/table.html", address, people=people)


def _planned(request: HttpRequest, found: window.Window, template: str, address: Address, **more: Any) -> HttpResponse:
    head = found.head
    stand_in(request, head.partnership_id)
    context = {"window": found, "address": address, "query": _query(request)}
    return render(request, template, context | _common(request, head) | more)


def _common(request: HttpRequest, head: PlanHead) -> dict[str, Any]:
    sees = {"circle_id": head.circle.id, "kind": head.circle.kind, "members": head.members}
    return {
        "head": head,
        "audience_words": audience_of(actor=request.actor, **sees),
        "own": next((member for member in head.members if member.is_you), None),
        "crumbs": [Crumb(head.name)],
        "today": _now(head.zone).date(),
        "words": words,
    }


def _query(request: HttpRequest) -> str:
    asked = request.GET.urlencode()
    return f"?{asked}" if asked else ""


def _now(zone: str) -> datetime:
    """Return the time on the plan's own clock."""
    return now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@require_safe
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show everything about one item."""
    page = reads.item_page(actor=request.actor, item_id=item_id)
    stand_in(request, page.head.partnership_id)
    crumbs = [Crumb(page.head.name, _way("plan", page.head.id))]
    crumbs += [Crumb(ref.name, _way("item", ref.id)) for ref in page.parents]
    context = {
        "page": page,
        "row": page.row,
        "files": attachments_of(actor=request.actor, subject_id=item_id),
    }
    own = _common(request, page.head) | {"crumbs": [*crumbs, Crumb(page.row.number)]}
    return render(request, "plans/item.html", context | own)


def _way(name: str, pk: UUID) -> str:
    return reverse(name, args=[pk])


@require_safe
def milestones(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show the milestones of each organisation: promised, forecast, reached."""
    page = reads.milestones(actor=request.actor, plan_id=plan_id)
    stand_in(request, page.head.partnership_id)
    today = _now(page.head.zone).date()
    context = {"page": page, "query": "", "lane": lane_of(page, today)}
    return render(request, "plans/milestones.html", context | _common(request, page.head))


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show and change how a plan is scheduled."""
    page = reads.plan_page(actor=request.actor, plan_id=plan_id)
    form = forms.SettingsForm(page.calendars, request.POST or None, initial=forms.said(page))
    if request.method != "POST":
        return _settings(request, page, form)
    if not form.is_valid():
        return _settings(request, page, form, status=422)
    try:
        actions.edit_plan_settings(
            actor=request.actor,
            plan_id=plan_id,
            version=form.cleaned_data["version"],
            settings=form.settings(page),
            at=now(),
        )
    except Stale:
        return _settings(request, reads.plan_page(actor=request.actor, plan_id=plan_id), form, stale=True, status=409)
    return redirect("plan_settings", plan_id=plan_id)


def _settings(
    request: HttpRequest, page: reads.PlanPage, form: forms.SettingsForm, stale: bool = False, status: int = 200
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    crumbs = [Crumb(page.head.name, _way("plan", page.head.id)), Crumb(_("Settings"))]
    files_of = attachments_of(actor=request.actor, subject_id=page.head.id)
    now_there = forms.said(page)
    context = _common(request, page.head) | {"page": page, "form": form, "stale": stale, "now_there": now_there}
    return render(request, "plans/settings.html", context | {"files": files_of, "crumbs": crumbs}, status=status)


@require_POST
def baseline(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Take the plan of today as a baseline."""
    form = forms.BaselineForm(request.POST)
    if form.is_valid():
        actions.take_baseline(actor=request.actor, plan_id=plan_id, at=now(), **form.cleaned_data)
        return redirect("plan_settings", plan_id=plan_id)
    page = reads.plan_page(actor=request.actor, plan_id=plan_id)
    return _settings(request, page, forms.SettingsForm(page.calendars, initial=forms.said(page)), status=422)


@require_safe
def export(request: HttpRequest, plan_id: UUID, format: str) -> HttpResponse:
    """Hand out what everybody in the plan's circle sees of it, as a file."""
    return handed_out(request.actor, plan_id, format)
