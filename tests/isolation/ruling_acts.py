"""The story of decisions: drafted, agreed, settled, superseded; what they govern, and who must know of them."""

from datetime import timedelta

from consortio.access import ANY
from consortio.approvals.actions import answer_proposal, withdraw_proposal
from consortio.approvals.sweeping import sweep
from consortio.decisions.actions import (
    confirm_decision,
    draft_decision,
    edit_draft,
    govern,
    govern_no_more,
    mark_read,
    name_readers,
    propose_decision,
    settle_decision,
    take_off_reader,
    withdraw_draft,
)
from consortio.decisions.models import Governed, MustKnow
from consortio.decisions.rules import Draft, Option
from tests.world import NOON

from .chapters import BESIDE_ISLAND, after, before, private
from .story import Story

EARLIER, LATER = NOON - timedelta(days=10), NOON + timedelta(minutes=1)


def words(story: Story, name: str, circle: str) -> Draft:
    """Return a draft whose every text carries a canary, if its circle is private."""
    said = [story.said(f"{part} of {name}", circle) for part in ("question", "context", "reasons", "one", "other")]
    options = (Option(said[3], said[3]), Option(said[4]))
    return Draft(said[0], said[1], options, 0, said[2], review_on=NOON.date())


def draft(story: Story, name: str, who: str, circle: str, *items: str, old: str = "") -> None:
    keys = [f"{_mark(story, item)}I-{_number(story, item)}" for item in items]
    own = {"circle_id": story.ids[circle], "draft": words(story, name, circle), "keys": keys}
    story.do(name, draft_decision, who, **own, supersedes_id=story.ids[old] if old else None)


def _mark(story: Story, item: str) -> str:
    return _row(story, item).circle.mark


def _number(story: Story, item: str) -> int:
    return _row(story, item).number


def _row(story: Story, item: str):
    from consortio import access
    from consortio.plans.models import Item

    with access.unscoped("test"):
        return Item.objects.select_related("circle").get(pk=story.ids[item])


def propose(story: Story, name: str, who: str, circle: str = "coast") -> None:
    asked = {"decision_id": story.ids[name], "version": 1, "days": 7, "reason": story.said(f"why {name}", circle)}
    story.do(f"{name} proposed", propose_decision, who, **asked)


def say(story: Story, name: str, *who: str, verdict: str = "approve", circle: str = "coast") -> None:
    for each in who:
        said = {"verdict": verdict, "version": 1, "reason": story.said(f"{each} of {name}", circle)}
        own = {"proposal_id": story.ids[f"{name} proposed"], **said}
        story.act(f"{each} says {verdict} to {name}", answer_proposal, each, **own)


def agree(story: Story, name: str, who: str, *others: str, circle: str = "coast", old: str = "", items=()) -> None:
    draft(story, name, who, circle, *items, old=old)
    propose(story, name, who, circle)
    say(story, name, *others, circle=circle)


def settle(story: Story, name: str, who: str, circle: str, organisations: list[str], *items: str, old="") -> None:
    draft(story, name, who, circle, *items, old=old)
    own = {"decision_id": story.ids[name], "version": 1, "organisation_ids": [story.ids[one] for one in organisations]}
    story.act(f"{name} settled", settle_decision, who, **own)


def must_know(story: Story, name: str, who: str, *people: str) -> None:
    own = {"decision_id": story.ids[name], "person_ids": [story.ids[one] for one in people]}
    story.act(f"{', '.join(people)} must know {name}", name_readers, who, **own)


def take_off(story: Story, name: str, person: str, who: str) -> None:
    own = {"decision_id": story.ids[name], "reader_id": story.ids[f"{person} must know {name}"]}
    story.act(f"{person} need not know {name}", take_off_reader, who, **own)


def known_by(story: Story, name: str, person: str) -> None:
    decision, own = story.ids[name], {"person": story.ids[person]}
    story.find(f"{person} must know {name}", MustKnow, decision=decision, **own)


def still_fits(story: Story, name: str, who: str, circle: str) -> None:
    said = {"words": story.said(f"why {name} still fits", circle), "version": ANY, "today": NOON.date()}
    story.act(f"{name} still fits", confirm_decision, who, decision_id=story.ids[name], **said)


def read(story: Story, name: str, who: str) -> None:
    story.act(f"{who} reads {name}", mark_read, who, decision_id=story.ids[name])


@before
def first_decisions(story: Story) -> None:
    agree(story, "first decision", "ada@Harbour", "bo@Orchard", "cy@Island", items=["removal", "dredging"])
    must_know(story, "first decision", "ada@Harbour", "ada", "abe", "bo", "bea", "cora")
    read(story, "first decision", "cora@Island")
    known_by(story, "first decision", "bo")
    draft(story, "draft decision", "bo@Orchard", "coast")
    draft(story, "open decision", "ada@Harbour", "coast", "removal")
    propose(story, "open decision", "ada@Harbour")
    settle(story, "Orchard's decision", "bo@Orchard", "Orchard only", ["Orchard"], "removal")
    decision, item = story.ids["first decision"], story.ids["removal"]
    story.find("first decision on removal", Governed, decision=decision, item=item)


@private("decisions", knowing=BESIDE_ISLAND)
def decisions_beside(story: Story) -> None:
    settle(story, "offer decision", "ada@Harbour", "offer", ["Harbour", "Island"], "removal")
    must_know(story, "offer decision", "ada@Harbour", "cy", "abe")
    agree(story, "pier decision", "ada@Harbour", "cy@Island", circle="pier")
    draft(story, "pier draft", "cy@Island", "pier", old="pier decision")


@private("decisions")
def own_decisions(story: Story) -> None:
    """Harbour settles, supersedes, withdraws and reads in its house and on its board, all of it about joint rows too."""
    settle(story, "own decision", "ada@Harbour", "Harbour only", ["Harbour"], "removal", "permit")
    decision = story.ids["own decision"]
    story.find("own decision on permit", Governed, decision=decision, item=story.ids["permit"])
    must_know(story, "own decision", "ada@Harbour", "abe", "ava", "ada")
    read(story, "own decision", "abe@Harbour")
    known_by(story, "own decision", "abe")
    known_by(story, "own decision", "ava")
    take_off(story, "own decision", "abe", "ada@Harbour")
    still_fits(story, "own decision", "ada@Harbour", "Harbour only")
    settle(story, "replaced", "ada@Harbour", "Harbour only", ["Harbour"], "dredging")
    settle(story, "in its place", "ada@Harbour", "Harbour only", ["Harbour"], "dredging", old="replaced")
    own = {"decision_id": decision, "keys": ["D-1"]}
    story.act("own decision on D-1", govern, "ada@Harbour", **own)
    draft(story, "own draft", "ada@Harbour", "Harbour only", "removal", old="own decision")
    better = {"decision_id": story.ids["own draft"], "version": 1}
    story.act("better draft", edit_draft, "ada@Harbour", **better, draft=words(story, "better draft", "Harbour only"))
    draft(story, "given up", "ada@Harbour", "Harbour only")
    story.act("given up for good", withdraw_draft, "ada@Harbour", decision_id=story.ids["given up"], version=1)
    settle(story, "board decision", "ada@Harbour", "board", ["Harbour"], "removal")


@after
def later_decisions(story: Story) -> None:
    """Each way that a decision goes, seen by all."""
    agree(story, "second decision", "bo@Orchard", "ada@Harbour", "cy@Island", items=["removal"])
    must_know(story, "second decision", "bo@Orchard", "ben", "cal")
    read(story, "second decision", "cal@Island")
    known_by(story, "second decision", "cal")
    take_off(story, "second decision", "cal", "bo@Orchard")
    still_fits(story, "second decision", "bo@Orchard", "coast")
    agree(story, "third decision", "ada@Harbour", "bo@Orchard", "cy@Island", old="second decision")
    draft(story, "rejected decision", "cy@Island", "coast", "dredging")
    propose(story, "rejected decision", "cy@Island")
    say(story, "rejected decision", "bo@Orchard", verdict="object")
    draft(story, "taken back", "bo@Orchard", "coast")
    propose(story, "taken back", "bo@Orchard")
    back = {"proposal_id": story.ids["taken back proposed"], "version": 1}
    story.act("taken back for now", withdraw_proposal, "bo@Orchard", **back)
    draft(story, "withdrawn decision", "bo@Orchard", "coast")
    own = {"decision_id": story.ids["withdrawn decision"]}
    story.act("other words of it", edit_draft, "bo@Orchard", **own, version=1, draft=words(story, "other", "coast"))
    story.act("no more of it", withdraw_draft, "bo@Orchard", **own, version=2)
    own = {"decision_id": story.ids["third decision"], "keys": ["D-1"]}
    story.act("third decision on D-1", govern, "bo@Orchard", **own)
    story.find("third on first", Governed, decision=story.ids["third decision"], other=story.ids["first decision"])
    with story.step("third decision on D-1 no more"):
        own = {"decision_id": story.ids["third decision"], "governed_id": story.ids["third on first"]}
        govern_no_more(actor=story.actor("bo@Orchard"), at=LATER, **own)
    with story.step("decided long ago"):
        own = {"circle_id": story.ids["coast"], "draft": words(story, "lapsed decision", "coast")}
        lapsed = draft_decision(actor=story.actor("bo@Orchard"), at=EARLIER, **own)
        propose_decision(actor=story.actor("bo@Orchard"), decision_id=lapsed, version=1, days=7, at=EARLIER)
    with story.step("a worker looks at decisions"):
        sweep(lambda: NOON)
