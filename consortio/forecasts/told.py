"""What the record says of rounds of forecasts, wherever it is read."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say

from .models import OwnForecast, Round


def _rounds(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Round).filter(pk__in=ids).values_list("pk", "number", "goal_id", "goal__name")
    return {
        pk: Named(
            _("round %(n)s of forecasts for “%(goal)s”") % {"n": number, "goal": goal},
            reverse("forecasts", args=[goal_id]),
        )
        for pk, number, goal_id, goal in rows
    }


def _own(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = (
        access.visible(actor, OwnForecast).filter(pk__in=ids).values_list("pk", "round__goal_id", "round__goal__name")
    )
    return {
        pk: Named(_("our forecast for “%(goal)s”") % {"goal": goal}, reverse("forecasts", args=[goal_id]))
        for pk, goal_id, goal in rows
    }


def _nothing(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    return {}


def _given(entry: Happened, names: Names) -> tuple[object, Values]:
    values = {"organisation": names.get(str(entry.organisation_id), "") or _lazy("somebody")}
    return _lazy("%(organisation)s gave its forecast in %(what)s"), values


def _scoring(entry: Happened, names: Names) -> tuple[object, Values]:
    values = {"organisation": names.get(str(entry.organisation_id), "") or _lazy("somebody")}
    if entry.facts["willing"]:
        return _lazy("%(organisation)s lets its forecasts be scored"), values
    return _lazy("%(organisation)s lets its forecasts be scored no more"), values


say("round.opened", _lazy("%(what)s was opened"), topic="goals", sign="plus")
say("round.revealed", _lazy("%(what)s was revealed"), topic="goals", sign="check")
say("forecast.given", _given, topic="goals", sign="send")
say("forecast.kept", _lazy("%(what)s was written down"), topic="goals", sign="edit")
say("forecast.scoring", _scoring, topic="goals", sign="settings")
name_rows("forecasts.round", _lazy("a round of forecasts"), _rounds)
name_rows("forecasts.ownforecast", _lazy("our forecast"), _own)
name_rows("forecasts.scored", _lazy("whether forecasts are scored"), _nothing)
