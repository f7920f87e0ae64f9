"""
Taking a member's vote from it for a while, and giving it back: as a thing that the other members agree.

A suspended member sees and does all that it did, and its promises stand; it only proposes nothing and answers nothing.
One never suspends another alone: at least two members must be left who agree, and all of them have to.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotVisible, Permission, Refused
from consortio.access.models import Circle
from consortio.approvals.actions import propose, take_turn
from consortio.approvals.reads import ProposalRow, agreeing_partnership, may_propose, open_about
from consortio.approvals.registry import Line, Proposed, subject
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.partnerships.suspending import FEWEST, reinstate, suspend
from consortio.record.log import action

SUSPENSION, REINSTATEMENT = "suspension", "reinstatement"


class NotSuspendable(Refused):
    """A vote is lost once, and never by the word of a single other member."""


class NotSuspended(Refused):
    """Only a suspended member is reinstated."""


@dataclass(frozen=True, slots=True)
class StandingPage:
    """What is to be known before a member's suspension, or its end, is proposed."""

    partnership: PartnershipRow
    member: Member
    deciding: tuple[Member, ...]  # by name
    waiting: tuple[ProposalRow, ...]  # open proposals of the same
    in_the_way: str  # why it cannot be proposed now, in words; "" for nothing
    may_propose: bool


@action
def propose_suspension(
    *, actor: Actor, joint_id: UUID, organisation_id: UUID, reason: str, days: int, at: datetime
) -> UUID:
    """
    Propose to the other members that one has no vote until they give it back; return the proposal.

    Raises:
        Invalid: it is not said why.
        NotSuspendable: it is suspended already, or fewer than two others have a vote.
    """
    joint = access.lock(actor, Permission.PROPOSAL_ANSWER, Circle, joint_id)
    take_turn(actor, joint.pk)
    here = agreeing_partnership(actor=actor, partnership_id=joint.partnership_id)
    member = _member_in(here, organisation_id)
    if not reason.strip():
        raise Invalid("reason", _("Say why: every member reads it, also the one that it is about."))
    if words := _keeps_its_vote(here, member):
        raise NotSuspendable(words)
    return _propose(actor, joint, SUSPENSION, here, member, reason, days, at)


@action
def propose_reinstatement(
    *, actor: Actor, joint_id: UUID, organisation_id: UUID, days: int, at: datetime, reason: str = ""
) -> UUID:
    """
    Propose to the members with a vote that a suspended one has its own again; return the proposal.

    Raises:
        NotSuspended.
    """
    joint = access.lock(actor, Permission.PROPOSAL_ANSWER, Circle, joint_id)
    take_turn(actor, joint.pk)
    here = agreeing_partnership(actor=actor, partnership_id=joint.partnership_id)
    member = _member_in(here, organisation_id)
    if words := _is_not_suspended(member):
        raise NotSuspended(words)
    return _propose(actor, joint, REINSTATEMENT, here, member, reason, days, at)


def _member_in(here: PartnershipRow, organisation_id: UUID) -> Member:
    member = here.member_ids.get(organisation_id)
    if member is None or member.has_left:
        raise NotVisible
    return member


def _propose(
    actor: Actor,
    joint: Circle,
    kind: str,
    here: PartnershipRow,
    member: Member,
    reason: str,
    days: int,
    at: datetime,
) -> UUID:
    content = {"organisation": str(member.organisation_id), "name": member.name, "asked": _asked(here, member)}
    about = {"circle_id": joint.pk, "kind": kind, "content": content, "subject_id": member.id}
    return propose(actor=actor, days=days, reason=reason, at=at, **about)


@access.read
def suspension_page(*, actor: Actor, partnership_id: UUID, organisation_id: UUID, at: datetime) -> StandingPage:
    return _page(actor, SUSPENSION, partnership_id, organisation_id, at)


@access.read
def reinstatement_page(*, actor: Actor, partnership_id: UUID, organisation_id: UUID, at: datetime) -> StandingPage:
    return _page(actor, REINSTATEMENT, partnership_id, organisation_id, at)


def _page(actor: Actor, kind: str, partnership_id: UUID, organisation_id: UUID, at: datetime) -> StandingPage:
    here = agreeing_partnership(actor=actor, partnership_id=partnership_id)
    member = _member_in(here, organisation_id)
    return StandingPage(
        partnership=here,
        member=member,
        deciding=_with_a_vote_beside(here, member),
        waiting=open_about(actor=actor, kind=kind, here=here, at=at, subject_id=member.id),
        in_the_way=_keeps_its_vote(here, member) if kind == SUSPENSION else _is_not_suspended(member),
        may_propose=may_propose(actor=actor, kind=kind, here=here) and not member.is_you,
    )


def may_suspend(*, actor: Actor, here: PartnershipRow, member: Member) -> bool:
    """Tell whether this actor's page offers to propose that a member is suspended."""
    is_another = not (member.is_you or member.has_left)
    return is_another and may_propose(actor=actor, kind=SUSPENSION, here=here) and not _keeps_its_vote(here, member)


def _keeps_its_vote(here: PartnershipRow, member: Member) -> str:
    """Return why a member cannot be suspended, in words; "" where it can."""
    if member.is_suspended:
        return _("%(name)s is suspended already.") % {"name": member.name}
    if len(_with_a_vote_beside(here, member)) < FEWEST:
        return _("One member never suspends another alone: at least two others that have a vote must agree.")
    return ""


def _is_not_suspended(member: Member) -> str:
    return "" if member.is_suspended else _("%(name)s is not suspended.") % {"name": member.name}


def _with_a_vote_beside(here: PartnershipRow, member: Member) -> tuple[Member, ...]:
    return tuple(each for each in here.members if each.is_active and each.id != member.id)


def _asked(here: PartnershipRow, member: Member) -> list[str]:
    return sorted(str(each.organisation_id) for each in _with_a_vote_beside(here, member))


def _of(actor: Actor, proposed: Proposed) -> tuple[PartnershipRow, Member]:
    here = partnership(actor=actor, partnership_id=proposed.partnership_id)
    return here, here.member_ids[UUID(proposed.content["organisation"])]


def _suspension_is_past(actor: Actor, proposed: Proposed, at: datetime) -> bool:
    """Also where others decide than were asked: what some agreed to is not completed by who has a vote since."""
    here, member = _of(actor, proposed)
    return bool(_keeps_its_vote(here, member)) or _asked(here, member) != proposed.content["asked"]


def _reinstatement_is_past(actor: Actor, proposed: Proposed, at: datetime) -> bool:
    return not _of(actor, proposed)[1].is_suspended


def _vote_line(name: str, before: str, after: str) -> tuple[Line, ...]:
    return (Line(_("Vote of %(name)s") % {"name": name}, before, after, is_value=True),)


def _way(proposed: Proposed) -> str:
    return reverse("members", args=[proposed.partnership_id])


@subject(
    SUSPENSION,
    may_propose=Permission.PROPOSAL_ANSWER,
    words=lambda: _("Suspension"),
    headline=lambda proposed: _("Suspension of %(organisation)s") % {"organisation": proposed.content["name"]},
    difference=lambda actor, proposed: _vote_line(proposed.content["name"], _("counts"), _("rests")),
    otherwise=lambda proposed: _("%(name)s keeps its vote.") % {"name": proposed.content["name"]},
    has_come=_suspension_is_past,
    way=_way,
    is_unanimous=True,
    alike=("organisation",),
    recuses=lambda content: UUID(content["organisation"]),
)
def suspend_member(actor: Actor, proposed: Proposed, at: datetime) -> None:
    suspend(actor, _subject_of(proposed), at)


@subject(
    REINSTATEMENT,
    may_propose=Permission.PROPOSAL_ANSWER,
    words=lambda: _("Reinstatement"),
    headline=lambda proposed: _("Reinstatement of %(organisation)s") % {"organisation": proposed.content["name"]},
    difference=lambda actor, proposed: _vote_line(proposed.content["name"], _("rests"), _("counts")),
    otherwise=lambda proposed: _("%(name)s stays suspended.") % {"name": proposed.content["name"]},
    has_come=_reinstatement_is_past,
    way=_way,
    alike=("organisation",),
)
def reinstate_member(actor: Actor, proposed: Proposed, at: datetime) -> None:
    reinstate(actor, _subject_of(proposed))


def _subject_of(proposed: Proposed) -> UUID:
    assert proposed.subject_id is not None  # both kinds are about a membership
    return proposed.subject_id
