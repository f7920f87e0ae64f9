"""The forecasts of a goal, on the goal's own page."""

from uuid import UUID

from django.db.models import Count, QuerySet, Subquery
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce

from consortio import access
from consortio.access import Actor
from consortio.record.beside import Part, beside

from .models import Given, Round


@beside("goals.goal", order=1)
def forecasts_of(actor: Actor, pk: UUID) -> Part:
    """Say how far the newest round is; where there is none, that there may be one. One query."""
    with access.reading(actor):
        newest = _rounds(actor, pk).first()
    return Part("forecasts/beside.html", {"goal_id": pk, "round": newest})


def _rounds(actor: Actor, pk: UUID) -> QuerySet:
    given = access.visible(actor, Given).filter(round=OuterRef("pk")).order_by().values("round")
    count = Coalesce(Subquery(given.annotate(n=Count("pk")).values("n")), 0)
    rows = access.visible(actor, Round).filter(goal=pk).annotate(given=count).order_by("-number")
    return rows.values("number", "about_on", "closes_at", "revealed_at", "given")
