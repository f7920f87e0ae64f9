"""The promises about a row, on that row's own page."""

from uuid import UUID

from django.db.models import Q
from django.utils.timezone import now

from consortio import access
from consortio.access import Actor
from consortio.circles.reads import circles_in
from consortio.partnerships.reads import partnership
from consortio.record.beside import Part, beside

from . import words
from .models import Commitment
from .reads import CommitmentRow, rows_of, with_people

SHOWN_MAX = 50


@beside("plans.item", "goals.goal", "decisions.decision", order=3)
def promises_about(actor: Actor, pk: UUID) -> Part | None:
    with access.reading(actor):
        rows = _about(actor, pk)
    if not rows:
        return None
    return Part("commitments/beside.html", {"rows": rows, "words": words})


def _about(actor: Actor, pk: UUID) -> tuple[CommitmentRow, ...]:
    """Return what is promised about a row, the latest date first; one query where nothing is."""
    asked = access.visible(actor, Commitment).filter(Q(item=pk) | Q(goal=pk) | Q(decision=pk))
    found = list(with_people(actor, asked).order_by("-due_on", "-pk")[:SHOWN_MAX])
    if not found:
        return ()
    here = partnership(actor=actor, partnership_id=found[0].circle.partnership_id)
    is_narrower = any(row.circle_id != here.joint_id for row in found)
    circles = circles_in(actor=actor, partnership_id=here.id) if is_narrower else ()
    return rows_of(found, here, {circle.id: circle.audience for circle in circles}, now())
