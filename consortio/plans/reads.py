"""What pages, the API and exports show of plans."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .models import Plan, Schedule


@dataclass(frozen=True, slots=True)
class PlanRow:
    id: UUID
    circle_id: UUID
    number: str
    name: str
    items: int
    data_at: datetime | None
    start_at: datetime | None
    finish_at: datetime | None  # as everybody in the plan's circle sees it


@access.read
def plans_of(*, actor: Actor, partnership_id: UUID) -> tuple[PlanRow, ...]:
    """Return the plans of a partnership that the actor sees, the newest first; two queries."""
    plans = list(
        access.visible(actor, Plan)
        .filter(circle__partnership=partnership_id, withdrawn_at=None)
        .select_related("circle")
        .order_by("-number", "pk")
    )
    found = access.visible(actor, Schedule).filter(plan__in=plans)
    schedules = {(row.plan_id, row.circle_id): row for row in found}
    return tuple(_plan_row(plan, schedules.get((plan.pk, plan.circle_id))) for plan in plans)


def _plan_row(plan: Plan, schedule: Schedule | None) -> PlanRow:
    return PlanRow(
        id=plan.pk,
        circle_id=plan.circle_id,
        number=f"{plan.circle.mark}P-{plan.number}",
        name=plan.name,
        items=schedule.items if schedule else 0,
        data_at=plan.data_at,
        start_at=plan.start_at,
        finish_at=schedule.finish_at if schedule else None,
    )
