"""Commitments are what people remark on."""

from uuid import UUID

from django.urls import reverse

from consortio import access
from consortio.access import Actor
from consortio.remarks.subjects import Subject, may_be_remarked_on

from .models import Commitment

KIND = "commitments.commitment"


def _commitment(actor: Actor, subject_id: UUID) -> Subject | None:
    row = access.visible(actor, Commitment).filter(pk=subject_id).select_related("circle").first()
    if row is None:
        return None
    url = reverse("commitment", args=[row.pk])
    return Subject(KIND, row.pk, row.circle_id, row.circle.partnership_id, row.name, url, shows_remarks=True)


may_be_remarked_on(KIND, _commitment)
