from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Named, name_rows, say

from .models import Job
from .registry import words_of


def _jobs(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Job).filter(pk__in=ids).values_list("pk", "kind")
    return {pk: Named(words_of(kind), reverse("job", args=[pk])) for pk, kind in rows}


say("job.started", _lazy("Work in the background began: %(what)s"), topic="files", sign="clock", is_step=True)
say("job.cancelled", _lazy("Work in the background was stopped: %(what)s"), topic="files", sign="close", is_step=True)
name_rows("jobs.job", _lazy("a job"), _jobs)
