"""A plan's simulation, an earlier one, and the estimates that it rests on, many in one form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from consortio.access import Invalid, NotPermitted, Permission
from consortio.plans.address import number_of
from consortio.plans.entering import NotUnderstood, amount_words, minutes_of
from consortio.plans.heads import PlanHead
from consortio.plans.telling import tell
from consortio.plans.views import common_context
from consortio.ui.shell import Crumb, stand_in

from . import actions, reads, shown
from .forms import SimulationForm
from .rules import ROWS_MAX, Said

WHOSE = ("mine", "ours", "all")
THREE = ("low", "likely", "high")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_simulation(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show how likely the dates of a plan are, and simulate it anew."""
    in_house = request.GET.get("view") == "house"
    page = reads.plan_simulation(actor=request.actor, plan_id=plan_id, in_house=in_house)
    if request.method != "POST":
        return _simulation(request, page, _asking(page))
    form = SimulationForm(page.views, request.POST)
    if not any(view.may_ask for view in page.views):
        raise NotPermitted(Permission.PROGRESS_UPDATE)
    if not form.is_valid():
        return _simulation(request, page, form, status=422)
    said = form.cleaned_data
    own = {"actor": request.actor, "plan_id": plan_id, "circle_id": said["circle"], "at": now()}
    job_id = actions.ask_for_simulation(trials=said["trials"], seed=said["seed"] or 0, **own)
    return redirect("job", job_id=job_id)


@require_safe
def simulation(request: HttpRequest, simulation_id: UUID) -> HttpResponse:
    """Show one simulation as it was computed."""
    page = reads.simulation_page(actor=request.actor, simulation_id=simulation_id)
    return _simulation(request, page, _asking(page))


def _asking(page: reads.SimulationPage) -> SimulationForm:
    return SimulationForm(page.views, initial={"circle": page.view.circle_id, "seed": page.row.seed if page.row else 0})


def _simulation(
    request: HttpRequest, page: reads.SimulationPage, form: SimulationForm, status: int = 200
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    crumbs = [Crumb(page.head.name, reverse("plan", args=[page.head.id])), Crumb(_("Simulation"))]
    context = {
        "page": page,
        "row": page.row,
        "form": form,
        "told": shown.told_of(page) if page.row else None,
        "may_ask": any(view.may_ask for view in page.views),
        "crumbs": crumbs,
    }
    return render(request, "simulations/simulation.html", common_context(request, page.head) | context, status=status)


@dataclass(frozen=True, slots=True)
class Written:
    """What a row of the form of estimates holds, as words."""

    low: str
    likely: str
    high: str


@require_http_methods(["GET", "HEAD", "POST"])
def estimates(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Say of many items at once how long they may take."""
    page = _page(request, plan_id)
    stands = {one.row.id: _stands(one, page.head) for one in page.rows}
    if request.method != "POST":
        return _estimates(request, page, stands)
    written = {pk: _sent(request, pk, said) for pk, said in stands.items()}
    said, faults = _said(request, page, stands, written)
    if faults:
        return _estimates(request, page, written, faults=faults, status=422)
    try:
        count = actions.estimate_items(actor=request.actor, plan_id=plan_id, said=said, at=now())
    except actions.StaleEstimates as stale:
        return _estimates(request, _page(request, plan_id), written, stale=stale.item_ids, status=409)
    except Invalid as refusal:
        return _estimates(request, page, written, faults=[("", str(refusal))], status=422)
    tell(
        request,
        ngettext("One estimate is kept.", "%(n)s estimates are kept.", count) % {"n": count}
        if count
        else _("Nothing was changed."),
    )
    return redirect(f"{reverse('estimates', args=[plan_id])}?whose={page.whose}&before={page.before}")


def _page(request: HttpRequest, plan_id: UUID) -> reads.EstimatesPage:
    whose = request.GET.get("whose", "all")
    asked = {"whose": whose if whose in WHOSE else "all", "before": number_of(request.GET.get("before", "")) or 0}
    return reads.estimates_page(actor=request.actor, plan_id=plan_id, **asked)


def _stands(one: reads.EstimateRow, head: PlanHead) -> Written:
    return Written(*(amount_words(amount, head.day_minutes) for amount in (one.low, one.likely, one.high)))


def _sent(request: HttpRequest, pk: UUID, stands: Written) -> Written:
    sent = {name: request.POST.get(f"{name}-{pk.hex}") for name in THREE}
    return replace(stands, **{name: text.strip()[:40] for name, text in sent.items() if text is not None})


def _said(
    request: HttpRequest,
    page: reads.EstimatesPage,
    stands: Mapping[UUID, Written],
    written: Mapping[UUID, Written],
) -> tuple[list[Said], list[tuple[str, str]]]:
    """Return what was said of the rows that it was said of, and what could not be understood, by number."""
    said, faults = [], []
    for one in page.rows:
        row, words = one.row, written[one.row.id]
        if words == stands[row.id]:
            continue
        try:
            three = [
                minutes_of(getattr(words, name), page.head.day_minutes) if getattr(words, name) else None
                for name in THREE
            ]
        except NotUnderstood as fault:
            faults.append((row.number, str(fault)))
            continue
        version = request.POST.get(f"version-{row.id.hex}", "")
        seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
        said.append(Said(row.id, seen, *three))
    return said, faults


def _estimates(
    request: HttpRequest,
    page: reads.EstimatesPage,
    said: Mapping[UUID, Written],
    *,
    faults: list[tuple[str, str]] | None = None,
    stale: tuple[UUID, ...] = (),
    status: int = 200,
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    rows = [
        SimpleNamespace(
            row=one.row,
            version=one.version,
            said=said.get(one.row.id) or _stands(one, page.head),
            stands=_stands(one, page.head),
            is_stale=one.row.id in stale,
            house=[amount_words(amount, page.head.day_minutes) for amount in one.house] if one.house else [],
            planned=amount_words(one.row.duration_minutes, page.head.day_minutes),
        )
        for one in page.rows
    ]
    crumbs = [
        Crumb(page.head.name, reverse("plan", args=[page.head.id])),
        Crumb(_("Simulation"), reverse("plan_simulation", args=[page.head.id])),
        Crumb(_("Estimates")),
    ]
    query, shown_to = f"?whose={page.whose}&", page.before + len(rows)
    context = {
        "page": page,
        "rows": rows,
        "faults": faults or [],
        "stale": stale,
        "crumbs": crumbs,
        "earlier": f"{query}before={max(page.before - ROWS_MAX, 0)}" if page.before else "",
        "later": f"{query}before={shown_to}" if rows and shown_to < page.total else "",
    }
    return render(request, "simulations/estimates.html", common_context(request, page.head) | context, status=status)
