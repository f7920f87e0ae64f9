"""Suspending a member and reinstating it, by API."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Status
from pydantic import Field

from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.approvals.forms import REASON_MAX
from consortio.approvals.reads import agreeing_partnership

from . import suspending

router = Router(tags=["Partnerships"])


class SuspensionIn(ProposeIn):
    reason: Annotated[str, Field(min_length=1, max_length=REASON_MAX, pattern=r"^[^\x00]*$")]


@router.post(
    "/{uuid:partnership_id}/members/{uuid:organisation_id}/suspension",
    response={202: ProposalOut},
    summary="Propose to the other members that one has no vote",
)
def propose_suspension(request: HttpRequest, partnership_id: UUID, organisation_id: UUID, body: SuspensionIn) -> Any:
    """All other members that have a vote must agree, and there must be two of them at least; it has none in this."""
    return _proposed(request, suspending.propose_suspension, partnership_id, organisation_id, body)


@router.post(
    "/{uuid:partnership_id}/members/{uuid:organisation_id}/reinstatement",
    response={202: ProposalOut},
    summary="Propose that a suspended member has a vote again",
)
def propose_reinstatement(request: HttpRequest, partnership_id: UUID, organisation_id: UUID, body: ProposeIn) -> Any:
    return _proposed(request, suspending.propose_reinstatement, partnership_id, organisation_id, body)


def _proposed(request: HttpRequest, action: Any, partnership_id: UUID, organisation_id: UUID, body: ProposeIn) -> Any:
    here = agreeing_partnership(actor=request.actor, partnership_id=partnership_id)
    whom = {"joint_id": here.joint_id, "organisation_id": organisation_id}
    return Status(202, proposal_out(request, action(actor=request.actor, at=now(), **whom, **body.dict())))
