"""What the record says of charters and stages, wherever it is read."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Named, name_rows, say

from .models import CharterVersion, Stage
from .words import phase_words


def _versions(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, CharterVersion).filter(pk__in=ids)
    found = rows.values_list("pk", "number", "circle__partnership")
    return {
        pk: Named(_("Version %(n)s of the charter") % {"n": number}, reverse("charter_version", args=[here, number]))
        for pk, number, here in found
    }


def _stages(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Stage).filter(pk__in=ids).values_list("pk", "phase", "circle__partnership")
    return {pk: Named(phase_words(phase), reverse("stage", args=[here])) for pk, phase, here in rows}


say("charter.agreed", _lazy("%(what)s came into force"), topic="agreement", sign="check")
say("stage.begun", _lazy("A new stage began: %(what)s"), topic="agreement", sign="milestone")
name_rows("charters.charterversion", _lazy("a charter"), _versions)
name_rows("charters.stage", _lazy("a stage"), _stages)
