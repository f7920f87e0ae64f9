"""The story of remarks and mails: who says what where, whom that names, and what is told to whom by mail."""

from datetime import timedelta
from uuid import UUID

import time_machine

from consortio.accounts.models import User
from consortio.notices import digest
from consortio.notices.models import Digest
from consortio.notices.wishes import keep_wishes
from consortio.plans.actions import set_accountable
from consortio.plans.models import Item
from consortio.record import outbox
from consortio.remarks.actions import edit_remark, withdraw_remark, write_remark
from tests.world import NOON

from .chapters import BESIDE_ISLAND, after, before, private
from .plan_acts import version
from .story import Story

SOON, MORNING = NOON + timedelta(minutes=5), NOON + timedelta(days=1, hours=19, minutes=15)


def say(story: Story, name: str, who: str, circle: str, about: str, text: str) -> None:
    own = {"circle_id": story.ids[circle], "subject_id": story.ids[about], "text": story.said(text, circle)}
    story.do(name, write_remark, who, **own)


def send_mails(story: Story) -> None:
    """Serve what waits in the outbox, each effect by its own chance."""
    while taken := outbox._take(SOON):
        with story.step(f"effect {taken[0].effect_id}"):
            outbox._do(*taken, lambda: SOON)


def send_digests(story: Story) -> None:
    """Let a morning come on which each reader is told of everything since the beginning."""
    began = {"on": (NOON - timedelta(days=1)).date(), "taken_at": NOON - timedelta(days=1), "done_at": NOON}
    for user in User.objects.order_by("email"):
        Digest.objects.get_or_create(user=user, on=began["on"], defaults=began)
    with story.step("the morning"), time_machine.travel(MORNING, tick=False):
        digest.sweep(lambda: MORNING)


@before
def common_talk(story: Story) -> None:
    say(story, "joint words", "ada@Harbour", "coast", "works", "Shall we begin, @bo and @cy?")
    say(story, "words on removal", "bo@Orchard", "coast", "removal", "We can, @ada")
    say(story, "Orchard's words", "bo@Orchard", "Orchard only", "removal", "Can we, @ben?")
    send_mails(story)


@private("remarks", "notices", knowing=BESIDE_ISLAND)
def talk_beside(story: Story) -> None:
    say(story, "words beside", "ada@Harbour", "offer", "works", "Without Orchard, @cy and @bo")
    send_mails(story)


@private("remarks", "notices")
def own_talk(story: Story) -> None:
    """Harbour talks in its house of joint items and its own, names people, thinks better of it, and wishes fewer mails."""
    say(story, "own words", "ada@Harbour", "Harbour only", "dredging", "Not like this, @abe, @ava and @bo")
    say(story, "own words on removal", "abe@Harbour", "Harbour only", "removal", "They will be late")
    say(story, "words on our plan", "ada@Harbour", "Harbour only", "quay wall", "Still ours, @abe")
    say(story, "words on the board", "ada@Harbour", "board", "works", "For the board")
    better = {"text": story.said("They will be late again, @ada", "Harbour only"), "version": 1}
    story.act("better words", edit_remark, "abe@Harbour", remark_id=story.ids["own words on removal"], **better)
    say(story, "hasty words", "abe@Harbour", "Harbour only", "removal", "A hasty word")
    story.act("taken back", withdraw_remark, "ada@Harbour", remark_id=story.ids["hasty words"])
    _wish(story, "ada", {"mentions": "daily", "proposals": "off"})
    _wish(story, "ava", {"changes": "off"})
    send_mails(story)


def _wish(story: Story, person: str, wishes: dict[str, str]) -> None:
    with story.step(f"{person} wishes"):
        keep_wishes(User.objects.get(person_id=UUID(str(story.ids[person]))).pk, wishes)


@after
def later_talk(story: Story) -> None:
    say(story, "later words", "ada@Harbour", "coast", "works", "All agreed, @bo, @bea and @cal")
    words = {"text": "All agreed, @bo, @ben and @cal", "version": 1}
    story.act("later words, better", edit_remark, "ada@Harbour", remark_id=story.ids["later words"], **words)
    story.act("taken back in common", withdraw_remark, "bo@Orchard", remark_id=story.ids["words on removal"])
    ask = {
        "item_id": story.ids["inspection"],
        "person_id": story.ids["cal"],
        "version": version(story, Item, "inspection"),
    }
    story.act("cal is asked", set_accountable, "bo@Orchard", **ask)
    _wish(story, "ben", {"mentions": "off"})
    send_mails(story)
    send_digests(story)
