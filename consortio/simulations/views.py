"""A plan's simulation, and an earlier one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consortio.access import NotPermitted, Permission
from consortio.plans.views import common_context
from consortio.ui.shell import Crumb, stand_in

from . import actions, reads, shown
from .forms import SimulationForm


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
