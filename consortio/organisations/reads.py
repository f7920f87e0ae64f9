"""What an organisation says of itself, for its own people."""

from consortio import access
from consortio.access import Actor

from .models import JANUARY, FiscalYear


@access.read
def own_fiscal_start(*, actor: Actor) -> int:
    """Return the month in which the fiscal year of the organisation acted for begins."""
    rows = access.visible(actor, FiscalYear).filter(circle__organisation=actor.organisation_id)
    found: int | None = rows.values_list("month", flat=True).first()
    return found or JANUARY
