"""The story of visits: up to where somebody has read is nobody else's business."""

from consortio.accounts.models import User
from consortio.overview.visits import mark_seen
from tests.world import NOON

from .chapters import after, before, private
from .story import Story


def see(story: Story, who: str, partnership: str) -> None:
    with story.step(f"{who} has seen {partnership}"):
        user = User.objects.get(person_id=story.ids[who.partition("@")[0]])
        own = {"partnership_id": story.ids[partnership], "upto": "", "at": NOON}
        mark_seen(user=user, actor=story.actor(who), **own)


@before
def first_visits(story: Story) -> None:
    for who in ("ada@Harbour", "bo@Orchard", "cora@Island"):
        see(story, who, "Coast")


@private("overview")
def own_visits(story: Story) -> None:
    see(story, "ada@Harbour", "Coast")
    see(story, "abe@Harbour", "Coast")
    see(story, "ada@Harbour", "Harbour's own")


@after
def later_visits(story: Story) -> None:
    see(story, "cora@Island", "Coast")
