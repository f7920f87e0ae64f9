"""Goals are what people remark on."""

from uuid import UUID

from django.urls import reverse

from consortio import access
from consortio.access import Actor
from consortio.remarks.subjects import Subject, may_be_remarked_on

from .models import Goal

KIND = "goals.goal"


def _goal(actor: Actor, subject_id: UUID) -> Subject | None:
    row = access.visible(actor, Goal).filter(pk=subject_id, withdrawn_at=None).select_related("circle").first()
    if row is None:
        return None
    url = reverse("goal", args=[row.pk])
    return Subject(KIND, row.pk, row.circle_id, row.circle.partnership_id, row.name, url, shows_remarks=True)


may_be_remarked_on(KIND, _goal)
