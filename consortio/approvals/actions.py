"""Proposing, answering, withdrawing. What is agreed comes into force in the action of the last yes."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import (
    Actor,
    InTheWay,
    Invalid,
    NotPermitted,
    NotVisible,
    Permission,
    Refused,
    Stale,
    VersionMissing,
)
from consortio.access.gate import granted_now
from consortio.access.models import Circle, Kind
from consortio.partnerships.reads import active_in, partnership
from consortio.record.log import action, next_number, nothing_changed, record, system_action

from .deciding import (
    RULE,
    content_of,
    keep_terms,
    refused_terms,
    rivals_of,
    rules_number,
    terms_before,
    terms_for,
    terms_of,
    with_a_vote,
)
from .models import Answer, Proposal, State, Verdict
from .registry import subject_of
from .rules import DEADLINE_DAYS, Terms, deadline, outcome, state_at
from .telling import proposed

SERIES_OF_PROPOSALS = "A"
MEMBER_ACTIVE = "active"


class NoSuchDeadline(Invalid):
    """Deadlines are a few round numbers of days."""


class NotAMember(Refused):
    """Only active members propose and answer."""


class AlreadyProposed(Refused):
    """An open proposal asks for the same: agreeing to both would do it twice."""

    def __init__(self, pk: UUID, number: str) -> None:
        words = _("Proposal %(number)s asks for the same and is open: answer that one, or withdraw it first.")
        super().__init__(words % {"number": number})
        self.in_the_way = InTheWay(pk, number, reverse("proposal", args=[pk]))


class Recused(NotAMember):
    """Nobody has a vote in what is about themselves."""


class Closed(Refused):
    """A proposal that is decided, withdrawn, outdated or past its deadline is not answered."""


class Outdated(Refused):
    """What a proposal would change has moved on, so a yes closed it. Doors say so, once that is written down."""


class ReasonMissing(Refused):
    """Whoever objects says why."""


class NoSuchRule(Refused):
    """A rule says who decides, and no more than it can."""


class OtherRules(Stale):
    """Another rule was agreed on while this one was written."""

    def __init__(self, now: int, seen: int) -> None:
        ValueError.__init__(self, f"{now} rules were agreed on by now, you saw {seen}")


@action
def propose(
    *,
    actor: Actor,
    circle_id: UUID,
    kind: str,
    content: Mapping[str, Any],
    days: int,
    at: datetime,
    reason: str = "",
    subject_id: UUID | None = None,
    snapshot: Any = None,
) -> UUID:
    """
    Put something to every active member of a partnership, but for one that it is about where the kind says that this one
    has no vote in it; the feature that registered the kind has checked `content`.

    It is decided by the rule that the members have agreed on for its kind. Whoever may answer for the proposing
    organisation says yes by proposing; with one member that agrees it at once.
    """
    joint = access.lock(actor, subject_of(kind).may_propose, Circle, circle_id)
    if joint.kind != Kind.JOINT or joint.organisation_id:
        raise NotVisible
    if days not in DEADLINE_DAYS:
        said = ", ".join(str(each) for each in DEADLINE_DAYS)
        raise NoSuchDeadline("days", _("Deadline: choose one of these numbers of days: %(days)s.") % {"days": said})
    take_turn(actor, joint.pk)
    _require_member(actor, joint)
    recused_id = subject_of(kind).recuses(content)
    _require_vote(actor, recused_id)
    _refuse_again(actor, joint, kind, subject_id, content, at)
    proposal = Proposal(circle=joint, number=next_number(joint.pk, SERIES_OF_PROPOSALS), kind=kind, reason=reason)
    proposal.subject_id, proposal.content, proposal.snapshot = subject_id, dict(content), snapshot
    proposal.subject_version = subject_of(kind).version(actor, joint.pk, subject_id)
    proposal.organisation_id, proposal.person_id, proposal.recused_id = (
        actor.organisation_id,
        actor.person_id,
        recused_id,
    )
    proposal.proposed_at, proposal.deadline_at = at, deadline(at, days)
    keep_terms(proposal, terms_for(actor, joint.pk, kind, _active(actor, joint)))
    proposal.save()
    facts = {"number": proposal.number, "kind": kind, "until": proposal.deadline_at.isoformat()}
    record("proposal.made", proposal, texts={"reason": reason}, **facts)
    if Permission.PROPOSAL_ANSWER in granted_now(actor, joint.pk):
        _keep_answer(actor, proposal, Verdict.APPROVE, "", at)
        _settle(actor, proposal, at)
    return proposal.pk


@action
def propose_rule(
    *,
    actor: Actor,
    joint_id: UUID,
    version: int | None,
    kind: str,
    terms: Terms,
    days: int,
    at: datetime,
    reason: str = "",
) -> UUID:
    """
    Propose by which rule proposals of a kind are decided from then on. `version` counts the rules seen as agreed.

    Raises:
        OtherRules, NoSuchRule.
    """
    joint = access.lock(actor, Permission.PLAN_EDIT, Circle, joint_id)
    if version is None:
        raise VersionMissing
    if (now := rules_number(actor, joint.pk)) != version:
        raise OtherRules(now, version)
    if refusal := refused_terms(kind, terms, _active(actor, joint)):
        raise NoSuchRule(refusal)
    if terms == terms_before(actor, joint.pk, kind, now):
        raise NoSuchRule(_("This is the rule that holds already: change at least one thing."))
    own = {"circle_id": joint.pk, "kind": RULE, "content": content_of(kind, terms)}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


@action
def answer_proposal(
    *, actor: Actor, proposal_id: UUID, version: int, verdict: str, at: datetime, reason: str = ""
) -> str:
    """
    Say yes, object or abstain, for one's organisation; it may change its mind until the proposal closes.

    Returns the state it has come to. A yes to what has moved on meanwhile is not kept: the proposal is outdated.
    """
    proposal = access.lock(actor, Permission.PROPOSAL_ANSWER, Proposal, proposal_id, version=version)
    if state_at(proposal.state, proposal.deadline_at, at) != State.OPEN:
        raise Closed(_("This proposal is not open any more, so your answer was not kept."))
    proposal.circle = take_turn(actor, proposal.circle_id)
    _require_member(actor, proposal.circle)
    _require_vote(actor, proposal.recused_id)
    if verdict == Verdict.OBJECT and not reason.strip():
        raise ReasonMissing(_("A word with it: whoever objects says why."))
    if verdict == Verdict.APPROVE and _has_moved_on(actor, proposal, at):
        return _close(proposal, State.OUTDATED, at, _voters(actor, proposal))
    _keep_answer(actor, proposal, verdict, reason, at)
    return _settle(actor, proposal, at)


@action
def settle_proposal(*, actor: Actor, proposal_id: UUID, at: datetime) -> str:
    """
    Look anew at what was answered, once somebody who was waited for has left, or the deadline has passed.

    Returns the state it has come to.
    """
    proposal = access.lock(actor, Permission.PROPOSAL_ANSWER, Proposal, proposal_id, version=access.ANY)
    proposal.circle = take_turn(actor, proposal.circle_id)
    if proposal.state == State.OPEN:
        if _has_moved_on(actor, proposal, at):
            return _close(proposal, State.OUTDATED, at, _voters(actor, proposal))
        if _settle(actor, proposal, at) != State.OPEN:
            return str(proposal.state)
    nothing_changed()
    return str(proposal.state)


@action
def withdraw_proposal(*, actor: Actor, proposal_id: UUID, version: int, at: datetime) -> None:
    """Take back what one's own organisation proposed; the answers given stay to be read."""
    proposal = access.lock(actor, _may_propose(actor, proposal_id), Proposal, proposal_id, version=version)
    if proposal.organisation_id != actor.organisation_id:
        raise NotPermitted
    if state_at(proposal.state, proposal.deadline_at, at, terms_of(proposal)) != State.OPEN:
        raise Closed(_("This proposal is not open any more, so there is nothing to withdraw."))
    proposal.circle = take_turn(actor, proposal.circle_id)
    _close(proposal, State.WITHDRAWN, at, _voters(actor, proposal))


@system_action("a deadline passes for everybody")
def close_due(*, proposal_ids: Collection[UUID], nobodys: Collection[UUID], at: datetime) -> None:
    """
    Write down how proposals have ended that come to nothing by their deadline. Before that nobody answers them any more.

    What was agreed is left to be put in force, but for those (`nobodys`) that nobody may put in force: they lapse.
    """
    due = Proposal.objects.filter(state=State.OPEN, deadline_at__lte=at, pk__in=proposal_ids).order_by("pk")
    locked = list(due.select_for_update(skip_locked=True, no_key=True, of=("self",)))
    members = active_in({proposal.circle_id for proposal in locked})
    voters = {proposal: with_a_vote(members.get(proposal.circle_id, frozenset()), proposal) for proposal in locked}
    ends = {proposal: _end(proposal, voters[proposal], nobodys) for proposal in locked}
    for proposal, end in ends.items():
        if end != State.AGREED:
            _close(proposal, end, proposal.deadline_at, voters[proposal])
    if all(end == State.AGREED for end in ends.values()):
        nothing_changed()


def _end(proposal: Proposal, voters: Collection[UUID], nobodys: Collection[UUID]) -> State:
    """Return what a proposal past its deadline has come to, by the answers that are there once it is locked."""
    answers = Answer.objects.filter(proposal=proposal).values_list("organisation_id", "verdict")
    end = outcome(voters, dict(answers), terms_of(proposal), is_due=True)
    return State.LAPSED if end == State.AGREED and proposal.pk in nobodys else end


def _may_propose(actor: Actor, proposal_id: UUID) -> Permission:
    return subject_of(access.get(actor, Proposal, proposal_id).kind).may_propose


def take_turn(actor: Actor, circle_id: UUID) -> Circle:
    """Return the circle, in which one proposal at a time is decided: what one changes, another may outdate."""
    with access.unscoped("two proposals of one partnership that are agreed at once wait here for one another"):
        Circle.objects.select_for_update(no_key=True).get(pk=circle_id)
    return access.get(actor, Circle, circle_id)


def _active(actor: Actor, joint: Circle) -> set[UUID]:
    """Return the organisations whose answers are wanted now."""
    row = partnership(actor=actor, partnership_id=joint.partnership_id)
    return {member.organisation_id for member in row.members if member.state == MEMBER_ACTIVE}


def _voters(actor: Actor, proposal: Proposal) -> Collection[UUID]:
    """Return who decides a proposal now."""
    return with_a_vote(_active(actor, proposal.circle), proposal)


def _require_member(actor: Actor, joint: Circle) -> None:
    if actor.organisation_id not in _active(actor, joint):
        raise NotAMember(_("Only active members of the partnership propose and answer."))


def _require_vote(actor: Actor, recused_id: UUID | None) -> None:
    if actor.organisation_id == recused_id:
        raise Recused(_("This is about your own organisation: the other members decide it."))


def _refuse_again(
    actor: Actor, joint: Circle, kind: str, subject_id: UUID | None, content: Mapping[str, Any], at: datetime
) -> None:
    about = access.visible(actor, Proposal).filter(circle=joint, kind=kind, subject_id=subject_id, state=State.OPEN)
    for pk, number, held in about.filter(deadline_at__gt=at).order_by("number").values_list("pk", "number", "content"):
        if subject_of(kind).asks_the_same(actor, held, content):
            raise AlreadyProposed(pk, f"{joint.mark}A-{number}")


def _has_moved_on(actor: Actor, proposal: Proposal, at: datetime) -> bool:
    return subject_of(proposal.kind).has_moved_on(actor, proposed(proposal), at)


def _keep_answer(actor: Actor, proposal: Proposal, verdict: str, reason: str, at: datetime) -> None:
    own = access.visible(actor, Answer).filter(proposal=proposal, organisation=actor.organisation_id).first()
    answer = own or Answer(circle_id=proposal.circle_id, proposal=proposal, organisation_id=actor.organisation_id)
    answer.verdict, answer.reason, answer.answered_at = Verdict(verdict), reason.strip(), at
    answer.person_id = actor.person_id
    answer.save()
    facts = {"number": proposal.number, "kind": proposal.kind, "verdict": answer.verdict.value}
    record("proposal.answered", proposal, texts={"reason": answer.reason}, **facts)


def _settle(actor: Actor, proposal: Proposal, at: datetime) -> str:
    """Decide the proposal if the answers do, and put in force what was agreed."""
    answers = access.visible(actor, Answer).filter(proposal=proposal).values_list("organisation_id", "verdict")
    is_due = at >= proposal.deadline_at
    voters = _voters(actor, proposal)
    state = outcome(voters, dict(answers), terms_of(proposal), is_due=is_due)
    at = min(at, proposal.deadline_at)
    if state == State.OPEN:
        return str(state)
    if state == State.AGREED and _has_moved_on(actor, proposal, at):
        state = State.OUTDATED
    if state == State.AGREED:
        subject_of(proposal.kind).apply(actor, proposed(proposal, with_snapshot=True), at)
        _outdate_rivals(actor, proposal, at)
    return _close(proposal, state, at, voters)


def _outdate_rivals(actor: Actor, proposal: Proposal, at: datetime) -> None:
    """
    Close what is about the same and can be agreed no more, so that nobody is asked for an answer in vain.

    One that is being answered in this moment is left out: that answer waits for its turn and finds what has moved on.
    """
    rivals = rivals_of(actor, proposal, at).select_for_update(skip_locked=True, no_key=True, of=("self",))
    for rival in rivals:
        if _has_moved_on(actor, rival, at):
            _close(rival, State.OUTDATED, at, _voters(actor, rival))


def _close(proposal: Proposal, state: State, at: datetime, voters: Collection[UUID]) -> str:
    proposal.state, proposal.decided_at, proposal.voters = state, at, sorted(map(str, voters))
    proposal.save(update_fields=["state", "decided_at", "voters"])
    facts = {"number": proposal.number, "kind": proposal.kind}
    if state != State.AGREED and proposal.subject_id:
        subject_of(proposal.kind).ended(proposal.subject_id, state, at)
    if state == State.AGREED:
        record("proposal.agreed", proposal, **facts)
    elif state == State.REFUSED:
        record("proposal.refused", proposal, **facts)
    elif state == State.LAPSED:
        record("proposal.lapsed", proposal, **facts)
    elif state == State.OUTDATED:
        record("proposal.outdated", proposal, **facts)
    else:
        record("proposal.withdrawn", proposal, **facts)
    return str(state)
