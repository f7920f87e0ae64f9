"""What the record says of simulations, wherever it is read."""

from collections.abc import Collection, Mapping
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say
from consortio.ui.formats import number

from .models import Simulation


def _simulated(entry: Happened, names: Names) -> tuple[object, Values]:
    trials = entry.facts["trials"]
    words = ngettext("%(what)s was simulated once", "%(what)s was simulated, %(n)s times", trials)
    return words, {"n": number(trials)}


def _simulations(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Simulation).filter(pk__in=ids).values_list("pk", "plan__name")
    return {pk: Named(name, reverse("simulation", args=[pk])) for pk, name in rows}


about = partial(say, topic="plans")
about("plan.simulated", _simulated, sign="clock")
name_rows("simulations.simulation", _lazy("a plan"), _simulations)
