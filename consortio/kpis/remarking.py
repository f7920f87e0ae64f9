"""KPIs are what people remark on."""

from uuid import UUID

from django.urls import reverse

from consortio import access
from consortio.access import Actor
from consortio.remarks.subjects import Subject, may_be_remarked_on

from .models import Kpi


def _kpi(actor: Actor, subject_id: UUID) -> Subject | None:
    found = access.visible(actor, Kpi).filter(pk=subject_id).select_related("circle")
    return next((_subject(kpi) for kpi in found), None)


def _subject(kpi: Kpi) -> Subject:
    way = reverse("kpi", args=[kpi.pk])
    partnership_id = kpi.circle.partnership_id
    return Subject("kpis.kpi", kpi.pk, kpi.circle_id, partnership_id, kpi.name, way, shows_remarks=True)


may_be_remarked_on("kpis.kpi", _kpi)
