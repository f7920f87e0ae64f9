"""Goals by what they are called in the file that they came with."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .models import Goal
from .terms import GoalTerms, terms_of


@access.read
def imported_goals(
    *, actor: Actor, circle_ids: Collection[UUID]
) -> Mapping[UUID, Mapping[str, tuple[UUID, GoalTerms]]]:
    """Return the goals of circles that came in with a file, with what they say now; the oldest of one name."""
    found: dict[UUID, dict[str, tuple[UUID, GoalTerms]]] = defaultdict(dict)
    rows = access.visible(actor, Goal).filter(circle__in=circle_ids, withdrawn_at=None).exclude(external_id="")
    for row in rows.order_by("-number") if circle_ids else ():
        found[row.circle_id][row.external_id] = (row.pk, terms_of(row))
    return found
