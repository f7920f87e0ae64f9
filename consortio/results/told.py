"""What the record says of results files and of what was made from them, wherever it is read."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Named, name_rows, say

from .models import Origin, ResultsFile


def _files(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, ResultsFile).filter(pk__in=ids).values_list("pk", "file__name")
    return {pk: Named(name, reverse("results_import", args=[pk])) for pk, name in rows}


def _origins(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Origin).filter(pk__in=ids).values_list("pk", "file__name", "circle__partnership")
    return {pk: Named(name, reverse("results", args=[partnership])) for pk, name, partnership in rows}


say("results.uploaded", _lazy("The results file %(what)s came in"), sign="upload", topic="files", is_step=True)
say("results.read", _lazy("The results file %(what)s was read"), sign="file", topic="files", is_step=True)
say(
    "results.refused", _lazy("The results file %(what)s could not be read"), sign="warning", topic="files", is_step=True
)
say("results.chosen", _lazy("What to take from %(what)s was chosen"), sign="edit", topic="files", is_step=True)
say("results.made", _lazy("An activity of %(what)s was brought in"), sign="plus", topic="files", is_step=True)
say("results.applied", _lazy("The results file %(what)s was brought in"), sign="check", topic="files", is_step=True)
say("results.dropped", _lazy("The results file %(what)s was dropped"), sign="close", topic="files", is_step=True)
say("results.brought", _lazy("Goals and readings came in with %(what)s"), sign="upload", topic="goals")
say("results.updated", _lazy("Later readings came in with %(what)s"), sign="upload", topic="goals")
name_rows("results.resultsfile", _lazy("a results file"), _files)
name_rows("results.origin", _lazy("a results file"), _origins)
