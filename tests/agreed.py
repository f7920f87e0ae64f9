"""What every member agrees to, in one step: proposed by one, and answered by a lead of each of the others."""

from datetime import datetime
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Seat
from consortio.approvals.actions import answer_proposal
from consortio.approvals.reads import proposal_page
from consortio.plans.actions import AgreedByAll, propose_baseline, take_baseline
from consortio.plans.models import Baseline


def agree(*, actor: Actor, proposal_id: UUID, at: datetime) -> None:
    """Let each member that is waited for say yes."""
    row = proposal_page(actor=actor, proposal_id=proposal_id, at=at).row
    for answer in row.answers:
        if not answer.verdict:
            own = {"proposal_id": proposal_id, "version": row.version, "verdict": "approve", "at": at}
            answer_proposal(actor=_who_answers(row.circle_id, answer.organisation_id), **own)


def _who_answers(circle_id: UUID, organisation_id: UUID) -> Actor:
    with access.unscoped("test"):
        seats = Seat.objects.filter(circle=circle_id, organisation=organisation_id, ended_at=None).order_by("pk")
        found = seats.values_list("person_id", "role__permissions")
        person = next(pk for pk, granted in found if Permission.PROPOSAL_ANSWER in (granted or ()))
    return access.actor_for(person, organisation_id)


def baseline_of_all(*, actor: Actor, plan_id: UUID, name: str, at: datetime) -> UUID:
    """Return a baseline: taken, or of a joint plan proposed and agreed by every member."""
    try:
        return take_baseline(actor=actor, plan_id=plan_id, name=name, at=at)
    except AgreedByAll:
        proposal = propose_baseline(actor=actor, plan_id=plan_id, name=name, days=7, at=at)
        agree(actor=actor, proposal_id=proposal, at=at)
    with access.unscoped("test"):
        return Baseline.objects.filter(plan=plan_id).order_by("-number").values_list("pk", flat=True).first()
