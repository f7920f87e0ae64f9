from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Named, name_rows, say

from .models import Draft


def _drafts(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Draft).filter(pk__in=ids).values_list("pk", "file__name")
    return {pk: Named(name, reverse("import", args=[pk])) for pk, name in rows}


say("import.uploaded", _lazy("The plan file %(what)s came in"), topic="files", sign="upload", is_step=True)
say("import.read", _lazy("The plan file %(what)s was read"), topic="files", sign="file", is_step=True)
say("import.refused", _lazy("The plan file %(what)s could not be read"), topic="files", sign="warning", is_step=True)
say("import.mapped", _lazy("The columns of %(what)s were named"), topic="files", sign="edit", is_step=True)
say("import.chosen", _lazy("What to take from %(what)s was chosen"), topic="files", sign="edit", is_step=True)
say("import.applied", _lazy("The plan file %(what)s was applied"), topic="files", sign="check", is_step=True)
say("import.dropped", _lazy("The plan file %(what)s was dropped"), topic="files", sign="close", is_step=True)
name_rows("imports.draft", _lazy("a plan file"), _drafts)
