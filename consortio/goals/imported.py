"""Goals by what they are called in the file that they came with."""

from collections.abc import Mapping
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .models import Goal
from .terms import GoalTerms, terms_of


@access.read
def imported_goals(*, actor: Actor, circle_id: UUID) -> Mapping[str, tuple[UUID, GoalTerms]]:
    """Return the goals of a circle that came in with a file, with what they say now; the oldest of one name."""
    rows = access.visible(actor, Goal).filter(circle=circle_id, withdrawn_at=None).exclude(external_id="")
    return {row.external_id: (row.pk, terms_of(row)) for row in rows.order_by("-number")}
