"""The forecasts of a goal, on the goal's own page."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Subquery
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce

from consortio import access
from consortio.access import Actor
from consortio.gathered import gathered, instant_in, lists_in
from consortio.record.beside import Part, beside

from .models import Given, Round


def _rounds(actor: Actor, _kind: str) -> Subquery:
    given = access.visible(actor, Given).filter(round=OuterRef("pk")).order_by().values("round")
    count = Coalesce(Subquery(given.annotate(n=Count("pk")).values("n")), 0)
    rows = access.visible(actor, Round).filter(goal=OuterRef("pk")).annotate(given=count)
    return gathered(rows, "goal", "number", "closes_at", "revealed_at", "given")


@beside("goals.goal", order=1, gathers=_rounds)
def forecasts_of(_actor: Actor, pk: UUID, found: str | None) -> Part:
    """Say how far the newest round is; where there is none, that there may be one."""
    return Part("forecasts/beside.html", {"goal_id": pk, "round": _newest(lists_in(found))})


def _newest(rounds: list[list[Any]]) -> dict[str, Any] | None:
    if not rounds:
        return None
    number, closes_at, revealed_at, given = max(rounds, key=lambda one: one[0])
    return {
        "number": number,
        "closes_at": instant_in(closes_at),
        "revealed_at": instant_in(revealed_at) if revealed_at else None,
        "given": given,
    }
