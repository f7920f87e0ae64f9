"""Places of forecasts that mutants weaken: function, expression, what stands in its place, and where an observer sees it."""

from collections.abc import Mapping
from typing import Any

from consortio.forecasts import actions, reads, waiting

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "what another expects, before it is revealed": (
        reads._Beside.__init__,
        "access.visible(actor, OwnForecast).filter(round__in=round_ids, organisation=actor.organisation_id)",
        "_all(OwnForecast).filter(round__in=round_ids).order_by('organisation')",
        "/goals/<goal_id>/forecasts",
    ),
    "rounds numbered over all goals": (
        actions.open_round,
        "rounds.count() + 1",
        "_count(Round) + 1",
        "/goals/<goal_id>/forecasts",
        "everywhere",
    ),
    "rounds of circles where one does not sit, counted": (
        waiting.asked_beside,
        "Round.objects.filter(revealed_at=None, closes_at__gt=at, circle__in=circles)",
        "Round.objects.filter(revealed_at=None, closes_at__gt=at)",
        "/",
        "everywhere",
    ),
}
