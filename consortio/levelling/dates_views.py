"""Dates that fit: looking for them, what was found, and putting them into the plan."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consortio import access
from consortio.access import Invalid, Permission, Refused
from consortio.approvals.forms import ProposeForm
from consortio.plans.telling import tell_moves
from consortio.plans.views import common_context
from consortio.ui.charts.load import LoadFigure, WeekNeed, load_figure
from consortio.ui.shell import Crumb, stand_in

from . import applying, asking, forms, found, reads, words
from .address import look_of
from .views import load_shown


@require_POST
def find(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Begin to look for dates that fit, in the background."""
    is_house = look_of(request.GET).is_house
    circle_id = asking.circle_of(actor=request.actor, plan_id=plan_id, is_house=is_house)
    access.require(request.actor, Permission.PLAN_EDIT, circle_id)
    form = forms.FindForm(request.POST)
    if not form.is_valid():
        return load_shown(request, plan_id, form, status=422)
    own = {"plan_id": plan_id, "circle_id": circle_id, **form.cleaned_data}
    try:
        job_id = asking.ask_for_dates(actor=request.actor, at=now(), **own)
    except Refused as refusal:
        return load_shown(request, plan_id, form, str(refusal), status=409)
    return redirect("job", job_id=job_id)


@require_safe
def levelling(request: HttpRequest, levelling_id: UUID) -> HttpResponse:
    """Show dates that were found: what moves, whose weeks change, what is short."""
    return _shown(request, levelling_id)


def _shown(
    request: HttpRequest, levelling_id: UUID, form: ProposeForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    before = look_of(request.GET).before
    page = found.levelling_page(actor=request.actor, levelling_id=levelling_id, before=before)
    head = page.head
    stand_in(request, head.partnership_id)
    way = reverse("plan_load", args=[head.id]) + ("?view=house" if page.is_house else "")
    today = now().date()
    context = common_context(request, head) | {
        "page": page,
        "load_words": words,
        "load_way": way,
        "figures": {one.who.key: _figures(one, page, today) for one in page.loads},
        "form": form or ProposeForm(),
        "refused": refused,
        "moved_max": found.MOVED,
        "crumbs": [
            Crumb(head.name, reverse("plan", args=[head.id])),
            Crumb(_("Load"), way),
            Crumb(_("Dates that fit")),
        ],
    }
    return render(request, "levelling/levelling.html", context, status=status)


def _figures(one: found.FoundLoad, page: found.LevellingPage, today: date) -> tuple[LoadFigure, LoadFigure]:
    """Return both pictures over the same weeks and of one scale, from the first that changes or is too full."""
    both = sorted({week.begins_on for week in (*one.before, *one.after) if week.is_over or week.begins_on >= today})
    mondays = both or sorted({week.begins_on for week in (*one.before, *one.after)})
    since = mondays[0] if mondays else today
    shown: dict[str, Any] = {"since": since, "count": reads.WEEKS, "today": today}
    before, after = (
        [WeekNeed(week.begins_on, week.percent, week.capacity) for week in weeks] for weeks in (one.before, one.after)
    )
    return load_figure(before, **shown, beside=after), load_figure(after, **shown, beside=before)


@require_POST
def application(request: HttpRequest, levelling_id: UUID) -> HttpResponse:
    """Put dates that were found into the plan."""
    page = found.levelling_page(actor=request.actor, levelling_id=levelling_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.circle_id)
    try:
        moves = applying.apply_levelling(actor=request.actor, levelling_id=levelling_id, at=now())
    except Refused as refusal:
        return _shown(request, levelling_id, refused=str(refusal), status=409)
    tell_moves(request, _("The dates are in the plan."), moves)
    return redirect("plan", plan_id=page.head.id)


@require_POST
def proposal(request: HttpRequest, levelling_id: UUID) -> HttpResponse:
    """Put dates that were found to all members."""
    page = found.levelling_page(actor=request.actor, levelling_id=levelling_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.circle_id)
    form = ProposeForm(request.POST)
    if not form.is_valid():
        return _shown(request, levelling_id, form, status=422)
    try:
        made = applying.propose_levelling(actor=request.actor, levelling_id=levelling_id, at=now(), **form.cleaned_data)
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _shown(request, levelling_id, form, status=422)
    except Refused as refusal:
        return _shown(request, levelling_id, form, refusal.on_page, status=409)
    return redirect("proposal", proposal_id=made)
