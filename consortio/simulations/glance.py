"""The newest simulation of a plan, for pages that show many things at a glance: it comes with the plan's dates."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import OuterRef, Subquery

from consortio import access
from consortio.access import Actor
from consortio.gathered import document_in, gathered, instant_in, lists_in
from consortio.plans.glance import SCHEDULE
from consortio.record.beside import beside

from .models import Simulation
from .outcomes import Outcome, outcome_in


def _newest(actor: Actor, kind: str) -> Subquery:
    here = {"plan": OuterRef("plan"), "circle": OuterRef("circle")}
    newest = access.visible(actor, Simulation).filter(**here).order_by("-computed_at", "-pk").values("pk")[:1]
    beside = {"plan": OuterRef("plan"), "circle": OuterRef("circle"), "pk": Subquery(newest)}
    return gathered(access.visible(actor, Simulation).filter(**beside), "plan", "outcome", "computed_at")


@beside(SCHEDULE, order=1, gathers=_newest)
def newest_simulation(_actor: Actor, _pk: UUID, _gathered: str | None) -> None:
    """Say nothing by itself: `simulated_of` reads it."""


def simulated_of(beside: Mapping[str, str | None]) -> Outcome | None:
    """Return the newest simulation in the circle of a plan's dates, of what a standing has beside it."""
    for outcome, computed_at in lists_in(beside.get(newest_simulation.__name__)):
        return outcome_in(document_in(outcome), instant_in(computed_at))
    return None
