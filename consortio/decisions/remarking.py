"""Decisions are remarked on, and stand beside what they govern."""

from uuid import UUID

from django.urls import reverse

from consortio import access
from consortio.access import Actor
from consortio.record.beside import Part, beside
from consortio.remarks.subjects import Subject, may_be_remarked_on

from .agreeing import key_of
from .models import Decision
from .reads import governing

TEMPLATE = "decisions/beside.html"


def _decision(actor: Actor, subject_id: UUID) -> Subject | None:
    rows = access.visible(actor, Decision).filter(pk=subject_id, withdrawn_at=None).select_related("circle")
    for row in rows:
        name = f"{key_of(row.circle.mark, row.number)} {row.question}"
        way = reverse("decision", args=[row.pk])
        return Subject(
            "decisions.decision", row.pk, row.circle_id, row.circle.partnership_id, name, way, shows_remarks=True
        )
    return None


def _part(actor: Actor, column: str, pk: UUID) -> Part | None:
    found = governing(actor=actor, column=column, pk=pk)
    now = [row for row in found if row.state == "agreed"]
    before = [row for row in found if row.state != "agreed"]
    return Part(TEMPLATE, {"now": now, "before": before}) if found else None


@beside("plans.item", order=2)
def decisions_on_item(actor: Actor, pk: UUID) -> Part | None:
    return _part(actor, "item", pk)


@beside("goals.goal", order=2)
def decisions_on_goal(actor: Actor, pk: UUID) -> Part | None:
    return _part(actor, "goal", pk)


@beside("kpis.kpi", order=2)
def decisions_on_kpi(actor: Actor, pk: UUID) -> Part | None:
    return _part(actor, "kpi", pk)


@beside("decisions.decision", order=2)
def decisions_on_decision(actor: Actor, pk: UUID) -> Part | None:
    return _part(actor, "other", pk)


may_be_remarked_on("decisions.decision", _decision)
