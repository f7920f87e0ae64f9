"""The promises about a row, on that row's own page."""

from uuid import UUID

from django.db.models import Q
from django.utils.timezone import now

from consortio import access
from consortio.access import Actor
from consortio.partnerships.reads import partnerships_of
from consortio.record.beside import Part, beside

from . import words
from .models import Commitment
from .reads import CommitmentRow, rows_of, with_people

SHOWN_MAX = 20


@beside("plans.item", "goals.goal", "decisions.decision", order=3)
def promises_about(actor: Actor, pk: UUID) -> Part | None:
    with access.reading(actor):
        rows = _about(actor, pk)
    if not rows:
        return None
    return Part("commitments/beside.html", {"rows": rows, "words": words})


def _about(actor: Actor, pk: UUID) -> list[CommitmentRow]:
    """Return what is promised about a row; one query where nothing is."""
    asked = access.visible(actor, Commitment).filter(Q(item=pk) | Q(goal=pk) | Q(decision=pk))
    found = list(with_people(actor, asked).order_by("due_on", "pk")[:SHOWN_MAX])
    here = {row.id: row for row in partnerships_of(actor=actor)} if found else {}
    return [row for one in found for row in rows_of([one], here[one.circle.partnership_id], {}, now())]
