"""How a member loses its vote, and has it again. All of it runs inside actions: of what the members agreed, or of leaving."""

from datetime import datetime
from uuid import UUID

from consortio import access
from consortio.access import Actor, NotVisible
from consortio.access.models import Circle
from consortio.record.log import record

from .models import Membership, MemberState

FEWEST = 2  # members that have a vote beside one that has none


def suspend(actor: Actor, membership_id: UUID, at: datetime) -> None:
    """Let a member have no vote any more, as the others have agreed; if it is leaving, also once it stays after all."""
    member = _member(actor, membership_id)
    if member.state == MemberState.ACTIVE:
        member.state = MemberState.SUSPENDED
    member.suspended_at = at
    member.save(update_fields=["state", "suspended_at"])
    record("organisation.suspended", member, organisation=str(member.organisation_id))


def reinstate(actor: Actor, membership_id: UUID) -> None:
    """Let a member have its vote again, as those who have one agreed."""
    _reinstate(_member(actor, membership_id))


def _member(actor: Actor, membership_id: UUID) -> Membership:
    rows = access.visible(actor, Membership).filter(pk=membership_id).exclude(state=MemberState.LEFT)
    member = rows.select_for_update(no_key=True, of=("self",)).select_related("circle").first()
    if member is None:
        raise NotVisible
    return member


def _reinstate(member: Membership) -> None:
    if member.state == MemberState.SUSPENDED:  # otherwise it is leaving, and goes on to
        member.state = MemberState.ACTIVE
    member.suspended_at = None
    member.save(update_fields=["state", "suspended_at"])
    record("organisation.reinstated", member, organisation=str(member.organisation_id))


def reinstate_whom_nobody_else_can(joint: Circle) -> None:
    """Give those who stay their votes again once so few are left that one would decide alone over the others."""
    with access.unscoped("who leaves sees no longer who stays without a vote"):
        members = Membership.objects.filter(circle=joint).select_related("circle").order_by("number")
        stay = list(members.exclude(state=MemberState.LEFT))
        if sum(member.state == MemberState.ACTIVE for member in stay) < FEWEST:
            for member in stay:
                if member.suspended_at:
                    _reinstate(member)
