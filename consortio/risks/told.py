"""What the record says of risks, wherever it is read."""

from collections.abc import Collection, Mapping
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say

from .models import Risk, RiskState


def _ended(entry: Happened, names: Names) -> tuple[object, Values]:
    said = {
        RiskState.OCCURRED: _lazy("The risk %(what)s has occurred"),
        RiskState.CLOSED: _lazy("The risk %(what)s was closed"),
    }
    return said.get(entry.facts["state"], _lazy("The risk %(what)s is open again")), {}


def _risks(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Risk).filter(pk__in=ids).values_list("pk", "circle__mark", "number", "name")
    return {pk: Named(f"{mark}R-{number} {name}", reverse("risk", args=[pk])) for pk, mark, number, name in rows}


about = partial(say, topic="plans")
about("risk.raised", _lazy("A risk was written down: %(what)s"), sign="risk")
about("risk.changed", _lazy("The risk %(what)s was seen anew"), sign="edit")
about("risk.ended", _ended, sign="check")
name_rows("risks.risk", _lazy("a risk"), _risks)
