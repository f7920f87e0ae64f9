"""Decisions are remarked on, and stand beside what they govern."""

from uuid import UUID

from django.db.models import Subquery
from django.urls import reverse

from consortio import access
from consortio.access import Actor
from consortio.record.beside import Part, beside
from consortio.remarks.subjects import Subject, may_be_remarked_on

from .agreeing import key_of
from .models import Decision
from .reads import rulings_beside, rulings_in

TEMPLATE = "decisions/beside.html"
COLUMNS = {"plans.item": "item", "goals.goal": "goal", "kpis.kpi": "kpi", "decisions.decision": "other"}


def _decision(actor: Actor, subject_id: UUID) -> Subject | None:
    rows = access.visible(actor, Decision).filter(pk=subject_id, withdrawn_at=None).select_related("circle")
    for row in rows:
        name = f"{key_of(row.circle.mark, row.number)} {row.question}"
        way = reverse("decision", args=[row.pk])
        return Subject(
            "decisions.decision", row.pk, row.circle_id, row.circle.partnership_id, name, way, shows_remarks=True
        )
    return None


def _rulings(actor: Actor, kind: str) -> Subquery:
    return rulings_beside(actor, COLUMNS[kind])


@beside(*COLUMNS, order=2, gathers=_rulings)
def decisions_on(_actor: Actor, _pk: UUID, gathered: str | None) -> Part | None:
    found = rulings_in(gathered)
    now = [row for row in found if row.state == "agreed"]
    before = [row for row in found if row.state != "agreed"]
    return Part(TEMPLATE, {"now": now, "before": before}) if found else None


may_be_remarked_on("decisions.decision", _decision)
