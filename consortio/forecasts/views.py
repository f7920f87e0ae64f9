"""The forecasts of a goal: asked for, given before others are seen, revealed together."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consortio.access import Invalid, Refused, Stale, VersionMissing
from consortio.kpis.units import NUMBER, unit_of, unit_words
from consortio.kpis.words import value_words
from consortio.partnerships.crumbs import crumb_of
from consortio.ui.shell import Crumb, stand_in

from . import actions, forms, reads


@require_safe
def forecasts(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Show the rounds of a goal, the newest first, and what the reader may do about them."""
    return _shown(request, _page(request, goal_id, _number_in(request.GET.get("before", ""))))


def _number_in(text: str) -> int | None:
    """Return a number of a round as an address says it; none where that could be none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None


def _page(request: HttpRequest, goal_id: UUID, before: int | None = None) -> reads.RoundsPage:
    own = {"actor": request.actor, "goal_id": goal_id, "today": localdate(), "at": now()}
    return reads.rounds_page(before=before, limit=reads.PAGE, **own)


def _shown(
    request: HttpRequest,
    page: reads.RoundsPage,
    opening: forms.OpeningForm | None = None,
    own: forms.OwnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    goal = page.goal.row
    here = page.goal.partnership
    stand_in(request, here.id)
    crumbs = [
        crumb_of(here),
        Crumb(_("Goals"), reverse("goals", args=[here.id])),
        Crumb(goal.number, reverse("goal", args=[goal.id])),
        Crumb(_("Forecasts")),
    ]
    context = {
        "page": page,
        "goal": goal,
        "opening": opening or forms.OpeningForm(initial={"about_on": max(goal.terms.due_on, localdate())}),
        "own": own or _own_form(page),
        "value": _value,
        "unit": _unit(page.rounds[0].asked_in) if page.rounds else "",
        "today": localdate(),
        "crumbs": crumbs,
    }
    return render(request, "forecasts/forecasts.html", context, status=status)


def _value(row: reads.RoundRow, amount: Decimal | float) -> str:
    """Return a figure of a round in the unit that it was asked in."""
    return value_words(row.asked_in, Decimal(str(amount))) if row.asked_in else str(amount)


def _unit(asked_in: reads.AskedIn | None) -> str:
    """Return in what the figures of a forecast are said; "" of plain numbers."""
    made = unit_of(asked_in.unit) if asked_in else NUMBER
    return "" if made == NUMBER else unit_words(made)


def _own_form(page: reads.RoundsPage) -> forms.OwnForm:
    kept = page.rounds[0].own if page.rounds else None
    if kept is None:
        return forms.OwnForm()
    start = {name: getattr(kept, name) for name in ("version", "p10", "p50", "p90", "words")}
    return forms.OwnForm(initial=start)


@require_POST
def opening(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Ask everybody for their forecast."""
    form = forms.OpeningForm(request.POST)
    page = _page(request, goal_id)
    if not form.is_valid():
        return _shown(request, page, opening=form, status=422)
    try:
        actions.open_round(actor=request.actor, goal_id=goal_id, at=now(), **form.cleaned_data)
    except Refused as refusal:
        _tell(form, refusal)
        return _shown(request, page, opening=form, status=422)
    messages.success(request, _("Everybody is asked for their forecast. None is shown before all have given theirs."))
    return redirect("forecasts", goal_id=goal_id)


@require_POST
def own(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Give the forecast of one's organisation, or change it."""
    goal_id = reads.goal_of(actor=request.actor, round_id=round_id)
    form = forms.OwnForm(request.POST)
    page = _page(request, goal_id)
    if not form.is_valid():
        return _shown(request, page, own=form, status=422)
    said: dict[str, Any] = {"said": form.said(), "version": form.cleaned_data["version"]}
    try:
        is_revealed = actions.give_forecast(actor=request.actor, round_id=round_id, at=now(), **said)
    except (Stale, VersionMissing):
        form.add_error(None, _("Somebody of your organisation has changed it meanwhile; theirs stands above."))
        return _shown(request, page, own=form, status=409)
    except Refused as refusal:
        _tell(form, refusal)
        return _shown(request, page, own=form, status=422)
    messages.success(
        request, _("All have given theirs: here they are.") if is_revealed else _("Your forecast is kept.")
    )
    return redirect("forecasts", goal_id=goal_id)


def _tell(form: django_forms.Form, refusal: Refused) -> None:
    field = refusal.field if isinstance(refusal, Invalid) and refusal.field in form.fields else None
    form.add_error(field, str(refusal))


@require_POST
def scoring(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Let one's forecasts be scored for all to see, or no more."""
    page = _page(request, goal_id)
    form = forms.ScoringForm(request.POST)
    is_willing = form.is_valid() and form.cleaned_data["is_willing"]
    circle_id = page.goal.row.circle_id
    actions.let_be_scored(actor=request.actor, circle_id=circle_id, is_willing=is_willing, at=now())
    return redirect(reverse("forecasts", args=[goal_id]) + "#scoring")
