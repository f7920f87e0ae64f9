"""
What becomes of proposals that nobody touches: those past their deadline have lapsed, and those that waited only for a
member who has left are decided by the answers that are there.
"""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from consortio import access
from consortio.access import NotPermitted, NotVisible, Refused, actor_for
from consortio.jobs.periodic import Clock, every_minute
from consortio.partnerships.reads import active_in

from .actions import lapse_due, settle_proposal
from .models import Answer, Proposal, State
from .rules import outcome

AT_ONCE = 500  # proposals looked at in one go; the others wait for the next minute


class Given(NamedTuple):
    organisation_id: UUID
    person_id: UUID
    verdict: str


@every_minute
def sweep(clock: Clock) -> None:
    at = clock()
    if _is_any_due(at):
        lapse_due(at=at)
    for proposal_id, given in _to_settle(at):
        _settle(proposal_id, given, at)


def _is_any_due(at: datetime) -> bool:
    with access.unscoped("a deadline passes for everybody"):
        return Proposal.objects.filter(state=State.OPEN, deadline_at__lte=at).exists()


def _to_settle(at: datetime) -> list[tuple[UUID, list[Given]]]:
    """Return the open proposals that the answers given so far decide, with those answers, the latest first."""
    given: dict[UUID, list[Given]] = defaultdict(list)
    with access.unscoped("who has left is waited for by nobody"):
        open_ones = Proposal.objects.filter(state=State.OPEN, deadline_at__gt=at).order_by("deadline_at", "pk")
        circles = dict(open_ones.values_list("pk", "circle_id")[:AT_ONCE])
        answers = Answer.objects.filter(proposal__in=list(circles)).order_by("-answered_at", "-pk")
        for proposal_id, *said in answers.values_list("proposal_id", "organisation_id", "person_id", "verdict"):
            given[proposal_id].append(Given(*said))
    members = active_in(set(circles.values()))
    return [(pk, said) for pk, said in given.items() if _decides(members.get(circles[pk], frozenset()), said)]


def _decides(members: frozenset[UUID], said: list[Given]) -> bool:
    return outcome(members, {each.organisation_id: each.verdict for each in said}) != State.OPEN


def _settle(proposal_id: UUID, given: list[Given], at: datetime) -> None:
    """Decide it for one of those who answered and still may; without any, it stays open until its deadline."""
    for each in given:
        actor = actor_for(each.person_id, each.organisation_id, "job")
        try:
            settle_proposal(actor=actor, proposal_id=proposal_id, at=at)
        except (NotVisible, NotPermitted, Refused):
            continue
        return
