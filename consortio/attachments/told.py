from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Named, name_rows, say

from .models import Attachment


def _files(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Attachment).filter(pk__in=ids).values_list("pk", "name", "withdrawn_at")
    return {pk: Named(name, "" if withdrawn else reverse("file", args=[pk])) for pk, name, withdrawn in rows}


say("file.attached", _lazy("The file %(what)s was added"), topic="files", sign="file")
say("file.withdrawn", _lazy("The file %(what)s was withdrawn"), topic="files", sign="withdraw")
name_rows("attachments.attachment", _lazy("a file"), _files)
