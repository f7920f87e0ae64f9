"""A proposal as its subject is told of it."""

from .models import Proposal, State
from .registry import Proposed


def proposed(proposal: Proposal, *, with_snapshot: bool = False) -> Proposed:
    """Wants the proposal's circle."""
    return Proposed(
        id=proposal.pk,
        circle_id=proposal.circle_id,
        partnership_id=proposal.circle.partnership_id,
        kind=proposal.kind,
        number=proposal.number,
        subject_id=proposal.subject_id,
        subject_version=proposal.subject_version,
        content=proposal.content,
        snapshot=proposal.snapshot if with_snapshot else None,
        proposed_at=proposal.proposed_at,
        is_agreed=proposal.state == State.AGREED,
    )
