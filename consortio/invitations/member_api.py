"""Suspending a member and reinstating it, by API."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Status

from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.approvals.reads import agreeing_partnership

from . import suspending

router = Router(tags=["Partnerships"])
NOTHING_SAID = ProposeIn()  # so that whom it is about is looked for before the body is missed


@router.post(
    "/{uuid:partnership_id}/members/{uuid:organisation_id}/suspension",
    response={202: ProposalOut},
    summary="Propose to the other members that one has no vote",
)
def propose_suspension(
    request: HttpRequest, partnership_id: UUID, organisation_id: UUID, body: ProposeIn = NOTHING_SAID
) -> Any:
    """
    Say why. All other members that have a vote must agree, and there must be two of them at least; it has none in this.
    """
    return _proposed(request, suspending.propose_suspension, partnership_id, organisation_id, body)


@router.post(
    "/{uuid:partnership_id}/members/{uuid:organisation_id}/reinstatement",
    response={202: ProposalOut},
    summary="Propose that a suspended member has a vote again",
)
def propose_reinstatement(
    request: HttpRequest, partnership_id: UUID, organisation_id: UUID, body: ProposeIn = NOTHING_SAID
) -> Any:
    return _proposed(request, suspending.propose_reinstatement, partnership_id, organisation_id, body)


def _proposed(request: HttpRequest, action: Any, partnership_id: UUID, organisation_id: UUID, body: ProposeIn) -> Any:
    here = agreeing_partnership(actor=request.actor, partnership_id=partnership_id)
    whom = {"joint_id": here.joint_id, "organisation_id": organisation_id}
    return Status(202, proposal_out(request, action(actor=request.actor, at=now(), **whom, **body.dict())))
