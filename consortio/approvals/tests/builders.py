"""What the tests agree about: a name that everybody must agree to, kept in the proposal alone."""

from contextlib import contextmanager
from datetime import timedelta

from consortio.access import Permission
from consortio.approvals import registry
from consortio.approvals.actions import answer_proposal, propose
from consortio.approvals.models import Proposal
from consortio.partnerships.models import Membership
from tests.world import NOON, system

KIND = "test-name"
LATER = NOON + timedelta(hours=1)


class Named:
    """A subject with a version: the name that holds, and how often it was agreed."""

    def __init__(self):
        self.name, self.version, self.refusal = "", 0, None
        self.ends = []

    def ended(self, subject_id, state, at):
        self.ends.append((subject_id, str(state), at))

    def apply(self, actor, proposed, at):
        if self.refusal:
            raise self.refusal
        self.name, self.version = proposed.content["name"], self.version + 1


@contextmanager
def named():
    held = Named()
    registry.subject(
        KIND,
        may_propose=Permission.PLAN_EDIT,
        words=lambda: "Name",
        headline=lambda proposed: f"Name: {proposed.content['name']}",
        difference=lambda actor, proposed: (registry.Line("Name", held.name, proposed.content["name"]),),
        otherwise=lambda proposed: "The name stays.",
        version=lambda actor, circle_id, subject_id: held.version,
        way=lambda proposed: "/",
        ended=held.ended,
    )(held.apply)
    try:
        yield held
    finally:
        del registry._subjects[KIND]


def put(world, who="ada@Harbour", name="Quay", days=7, **more):
    """Propose a name to the partnership; returns the proposal's id."""
    step = f"propose {name} by {who}"
    return world.do(
        step, propose, who, circle_id=world.ids["coast"], kind=KIND, content={"name": name}, days=days, **more
    )


def say(world, who, proposal_id, verdict="approve", at=LATER, version=1, reason="because"):
    return answer_proposal(
        actor=world.actor(who), proposal_id=proposal_id, version=version, verdict=verdict, reason=reason, at=at
    )


def state_of(proposal_id):
    with system():
        return Proposal.objects.get(pk=proposal_id).state


def set_member(world, organisation, state, ends_at=None):
    with system():
        own = Membership.objects.filter(circle=world.ids["coast"], organisation=world.ids[organisation])
        own.update(state=state, ends_at=ends_at)
