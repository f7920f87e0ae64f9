"""The story of what members agree to: proposed, answered, refused, lapsed, outdated, withdrawn, come into force."""

from datetime import timedelta

from consortio.approvals.actions import answer_proposal, propose_rule, withdraw_proposal
from consortio.approvals.rules import Terms
from consortio.approvals.sweeping import sweep
from consortio.charters.actions import propose_charter, propose_stage
from consortio.invitations.suspending import propose_reinstatement, propose_suspension
from consortio.partnerships.actions import found_partnership
from consortio.plans.actions import propose_baseline
from tests.world import NOON

from .chapters import BESIDE_ISLAND, after, before, private
from .story import Story

EARLIER = NOON - timedelta(days=10)


def charter(story: Story, name: str, who: str, joint: str, version: int, text: str) -> None:
    """Propose a charter whose every word carries a canary, if its partnership is private."""
    asked = {"joint_id": story.ids[joint], "version": version, "days": 7, "reason": story.said(f"why {name}", joint)}
    story.do(name, propose_charter, who, articles={"purpose": story.said(text, joint)}, **asked)


def stage(story: Story, name: str, who: str, joint: str, version: int, phase: str) -> None:
    asked = {"joint_id": story.ids[joint], "version": version, "days": 7, "phase": phase}
    story.do(name, propose_stage, who, **asked)


def rule(story: Story, name: str, who: str, joint: str, version: int, kind: str, terms: Terms) -> None:
    asked = {"joint_id": story.ids[joint], "version": version, "days": 7, "kind": kind, "terms": terms}
    story.do(name, propose_rule, who, **asked)


def say(story: Story, name: str, *who: str, verdict: str = "approve", joint: str = "coast") -> None:
    for each in who:
        said = {"verdict": verdict, "version": 1, "reason": story.said(f"{each} of {name}", joint)}
        story.act(f"{each} says {verdict} to {name}", answer_proposal, each, proposal_id=story.ids[name], **said)


@before
def first_agreements(story: Story) -> None:
    charter(story, "first charter", "bo@Orchard", "coast", 0, "A dredged harbour")
    say(story, "first charter", "ada@Harbour", "cy@Island")
    stage(story, "first stage", "ada@Harbour", "coast", 0, "designing")
    say(story, "first stage", "bo@Orchard", "cy@Island")
    charter(story, "open charter", "ada@Harbour", "coast", 1, "A harbour that stays dredged")


@private("approvals", "charters", knowing=BESIDE_ISLAND)
def agreements_at_the_pier(story: Story) -> None:
    """Harbour and Island agree on a charter and a stage of the pier, and do not agree on others."""
    charter(story, "pier charter", "ada@Harbour", "pier", 0, "A longer pier")
    say(story, "pier charter", "cy@Island", joint="pier")
    stage(story, "pier stage", "cy@Island", "pier", 0, "designing")
    say(story, "pier stage", "ada@Harbour", joint="pier")
    charter(story, "refused at the pier", "cy@Island", "pier", 1, "A shorter pier")
    say(story, "refused at the pier", "ada@Harbour", verdict="object", joint="pier")
    rule(story, "pier rule", "ada@Harbour", "pier", 0, "stage", Terms("lead", quorum=70, decider=story.ids["Island"]))
    say(story, "pier rule", "cy@Island", joint="pier")
    rule(story, "second pier rule", "cy@Island", "pier", 1, "charter", Terms("majority", quorum=71))
    say(story, "second pier rule", "ada@Harbour", joint="pier")
    stage(story, "heard at the pier", "ada@Harbour", "pier", 1, "active")
    say(story, "heard at the pier", "cy@Island", verdict="abstain", joint="pier")
    charter(story, "open at the pier", "cy@Island", "pier", 1, "A pier with a light")


@private("approvals", "charters")
def agreements_with_oneself(story: Story) -> None:
    """Harbour alone has founded a partnership, and agrees with nobody else."""
    own = {"name": story.said("Slip", "slip"), "letters": story.called("Harbour")[1]}
    story.do("slip", found_partnership, "ada@Harbour", house_id=story.ids["Harbour's house"], **own)
    for number in range(3):
        charter(story, f"slip charter {number}", "ada@Harbour", "slip", number, f"A slip, thought {number}")
    for number, phase in enumerate(["designing", "active", "renewing"]):
        stage(story, f"slip {phase}", "ada@Harbour", "slip", number, phase)


def suspensions(story: Story) -> None:
    """Take Island's vote from it, give it back, and ask once more."""
    asked = {"joint_id": story.ids["coast"], "organisation_id": story.ids["Island"], "reason": "At sea.", "days": 7}
    for name, act in [("suspension", propose_suspension), ("reinstatement", propose_reinstatement)]:
        story.do(name, act, "bo@Orchard", **asked)
        say(story, name, "ada@Harbour")
    story.do("open suspension", propose_suspension, "bo@Orchard", **asked)


@after
def later_agreements(story: Story) -> None:
    """Each way in which a proposal ends, seen by all."""
    stage(story, "refused stage", "ada@Harbour", "coast", 1, "winding-down")
    say(story, "refused stage", "bo@Orchard", verdict="object")
    stage(story, "withdrawn stage", "bo@Orchard", "coast", 1, "active")
    story.act("not yet active", withdraw_proposal, "bo@Orchard", proposal_id=story.ids["withdrawn stage"], version=1)
    for name in ("brought dates", "outdated dates"):
        story.do(name, propose_baseline, "ada@Harbour", plan_id=story.ids["brought"], name=name, days=7)
    say(story, "outdated dates", "bo@Orchard")
    say(story, "brought dates", "bo@Orchard", "cy@Island")  # which outdates the other
    rule(story, "first rule", "bo@Orchard", "coast", 0, "stage", Terms("majority", quorum=60))
    say(story, "first rule", "ada@Harbour", "cy@Island")
    rule(story, "open rule", "ada@Harbour", "coast", 1, "charter", Terms("lead", decider=story.ids["Orchard"]))
    say(story, "open rule", "bo@Orchard", verdict="abstain")
    with story.step("proposed long ago"):
        asked = {"joint_id": story.ids["coast"], "version": 1, "phase": "active", "days": 7}
        story.ids["lapsed stage"] = propose_stage(actor=story.actor("bo@Orchard"), at=EARLIER, **asked)
    with story.step("a worker looks"):
        sweep(lambda: NOON)
    suspensions(story)
    charter(story, "own open charter", "bo@Orchard", "coast", 1, "A harbour for all")
