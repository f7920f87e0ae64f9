"""The story of promises: each step and each end, beside Orchard and in common."""

from datetime import date, datetime, timedelta
from typing import Any

from consortio.access import ANY
from consortio.commitments.actions import Terms, edit_commitment, offer_commitment, take_step
from tests.world import NOON

from .chapters import BESIDE_ISLAND, after, before, private
from .measuring_acts import bring
from .story import Story

DUE, LATER = date(2031, 5, 20), date(2031, 6, 20)
TOO_LATE = NOON + timedelta(days=2)  # for what was due at once


def terms(story: Story, name: str, circle: str, **more: Any) -> Terms:
    words = {"name": story.said(name, circle), "done_when": story.said(f"{name} is seen", circle)}
    about = {"item_id": story.ids["removal"]} if circle in ("coast", "offer") else {}
    return Terms(**words | {"due_on": DUE} | about | more)


def promise(
    story: Story, name: str, who: str, to: str, circle: str = "coast", *, is_asked: bool = False, **more: Any
) -> None:
    """Let somebody promise something for their organisation, or ask for it."""
    own = who.partition("@")[2]
    sides = (to, own) if is_asked else (own, to)
    both = {"promiser_id": story.ids[sides[0]], "receiver_id": story.ids[sides[1]], "circle_id": story.ids[circle]}
    story.do(name, offer_commitment, who, **both, terms=terms(story, name, circle, **more))


def say(story: Story, name: str, who: str, step: str, circle: str = "coast", at: datetime = NOON, **more: Any) -> None:
    said = {"step": step, "words": story.said(f"{who} of {name}: {step}", circle), "version": ANY}
    with story.step(f"{who} says {step} of {name} at {at}"):
        take_step(actor=story.actor(who), commitment_id=story.ids[name], at=at, **said | more)


@before
def first_promises(story: Story) -> None:
    promise(story, "joint promise", "ada@Harbour", "Orchard", receiver_person_id=story.ids["bea"])
    promise(story, "running promise", "bo@Orchard", "Harbour", promiser_person_id=story.ids["ben"])
    say(story, "running promise", "ada@Harbour", "accepted")


@private("commitments", knowing=BESIDE_ISLAND)
def promises_beside(story: Story) -> None:
    """Harbour and Island promise each other things that Orchard does not hear of, in every way."""
    for circle in ("offer", "pier"):
        made = f"promise beside in {circle}"
        promise(story, made, "ada@Harbour", "Island", circle, promiser_person_id=story.ids["ada"])
        better = terms(story, f"{made}, better", circle, size=5)
        own = {"commitment_id": story.ids[made], "version": 1, "terms": better}
        story.act(f"{made} written anew", edit_commitment, "ada@Harbour", **own)
        say(story, made, "cy@Island", "accepted", circle)
        say(story, made, "ada@Harbour", "asked", circle, due_on=LATER)
        say(story, made, "cy@Island", "moved", circle)
        say(story, made, "ada@Harbour", "delivered", circle)
        say(story, made, "cy@Island", "disputed", circle)
        say(story, made, "ada@Harbour", "delivered", circle, at=NOON + timedelta(hours=1))
        say(story, made, "cy@Island", "confirmed", circle, at=TOO_LATE)
    for step, who in (("accepted", "cy@Island"), ("declined", "cy@Island"), ("withdrawn", "ada@Harbour")):
        promise(story, f"{step} beside", "ada@Harbour", "Island", "offer")
        say(story, f"{step} beside", who, step, "offer")
    promise(story, "broken beside", "ada@Harbour", "Island", "offer", due_on=NOON.date())
    say(story, "broken beside", "cy@Island", "accepted", "offer")
    say(story, "broken beside", "ada@Harbour", "broken", "offer", at=TOO_LATE)
    promise(story, "open beside", "cy@Island", "Harbour", "offer")
    bring(story, "proof beside", "cy@Island", "open beside", "offer")
    promise(story, "asked beside", "ada@Harbour", "Island", "offer", is_asked=True)


@after
def later_promises(story: Story) -> None:
    """Each step and each end, seen by all."""
    promise(story, "kept promise", "bo@Orchard", "Harbour")
    say(story, "kept promise", "ada@Harbour", "accepted")
    say(story, "kept promise", "bo@Orchard", "asked", due_on=LATER)
    say(story, "kept promise", "ada@Harbour", "kept-date")
    say(story, "kept promise", "bo@Orchard", "asked", due_on=LATER, at=NOON + timedelta(hours=1))
    say(story, "kept promise", "ada@Harbour", "moved")
    say(story, "kept promise", "bo@Orchard", "delivered")
    say(story, "kept promise", "ada@Harbour", "disputed")
    say(story, "kept promise", "bo@Orchard", "delivered", at=NOON + timedelta(hours=1))
    say(story, "kept promise", "ada@Harbour", "confirmed", at=TOO_LATE)
    promise(story, "broken promise", "ada@Harbour", "Orchard", due_on=NOON.date())
    say(story, "broken promise", "bo@Orchard", "accepted")
    say(story, "broken promise", "bo@Orchard", "broken", at=TOO_LATE)
    promise(story, "asked promise", "bo@Orchard", "Island", is_asked=True)
    promise(story, "taken back promise", "bo@Orchard", "Island")
    better = {"commitment_id": story.ids["taken back promise"], "version": 1}
    story.act("a better offer", edit_commitment, "bo@Orchard", **better, terms=terms(story, "Better", "coast", size=2))
    say(story, "taken back promise", "bo@Orchard", "withdrawn")
    promise(story, "declined promise", "cy@Island", "Orchard")
    say(story, "declined promise", "bo@Orchard", "declined")
    bring(story, "proof of the kept promise", "bo@Orchard", "kept promise", "coast")
    promise(story, "released promise", "cy@Island", "Orchard")
    say(story, "released promise", "bo@Orchard", "accepted")
    say(story, "released promise", "bo@Orchard", "released")
