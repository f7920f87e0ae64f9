"""
What becomes of proposals that nobody touches: those past their deadline are decided by what was said until then, and
those that waited only for a member who has left, or was suspended, by the answers that are there.
"""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from consortio import access
from consortio.access import NotPermitted, NotVisible, Refused, actor_for
from consortio.jobs.periodic import Clock, every_minute
from consortio.partnerships.reads import active_in

from .actions import close_due, settle_proposal
from .deciding import terms_of, with_a_vote
from .models import Answer, Proposal, State
from .rules import outcome

AT_ONCE = 500  # proposals looked at in one go; the others wait for the next minute


class Given(NamedTuple):
    organisation_id: UUID
    person_id: UUID
    verdict: str


class Open(NamedTuple):
    """An open proposal, the answers to it, the latest first, and what they come to by now."""

    id: UUID
    given: list[Given]
    state: State


@every_minute
def sweep(clock: Clock) -> None:
    """What comes into force does so for somebody who has answered and still may; the rest is closed for everybody."""
    at = clock()
    due = _found(Q(deadline_at__lte=at), is_due=True)
    nobodys = {each.id for each in due if each.state == State.AGREED and not _settle(each, at)}
    ended = {each.id for each in due if each.state != State.AGREED} | nobodys
    if ended:
        close_due(proposal_ids=ended, nobodys=nobodys, at=at)
    for each in _found(Q(deadline_at__gt=at), is_due=False):
        if each.state != State.OPEN:
            _settle(each, at)


def _found(which: Q, *, is_due: bool) -> list[Open]:
    given: dict[UUID, list[Given]] = defaultdict(list)
    with access.unscoped("a deadline passes for everybody, and who has left is waited for by nobody"):
        found = Proposal.objects.filter(which, state=State.OPEN).defer("content", "snapshot", "reason")
        rows = list(found.order_by("deadline_at", "pk")[:AT_ONCE])
        answers = Answer.objects.filter(proposal__in=[row.pk for row in rows]).order_by("-answered_at", "-pk")
        for proposal_id, *said in answers.values_list("proposal_id", "organisation_id", "person_id", "verdict"):
            given[proposal_id].append(Given(*said))
    members = active_in({row.circle_id for row in rows})
    return [_looked_at(row, members.get(row.circle_id, frozenset()), given[row.pk], is_due) for row in rows]


def _looked_at(row: Proposal, members: frozenset[UUID], given: list[Given], is_due: bool) -> Open:
    answers = {each.organisation_id: each.verdict for each in given}
    voting = with_a_vote(members, row)
    given = [each for each in given if each.organisation_id in voting]
    return Open(row.pk, given, outcome(voting, answers, terms_of(row), is_due=is_due))


def _settle(found: Open, at: datetime) -> bool:
    """Decide it for one of those who answered and still may; tell whether there was one."""
    for each in found.given:
        actor = actor_for(each.person_id, each.organisation_id, "job")
        try:
            settle_proposal(actor=actor, proposal_id=found.id, at=at)
        except (NotVisible, NotPermitted, Refused):
            continue
        return True
    return False
