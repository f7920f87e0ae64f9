"""The story of rounds of forecasts: asked for, given unseen, changed, revealed, scored."""

from decimal import Decimal
from typing import Any

from consortio.forecasts.actions import Said, give_forecast, let_be_scored, open_round

from . import wanting_acts  # noqa: F401  -- the goals that these are about come first
from .chapters import BESIDE_ISLAND, after, before, private
from .story import Story


def ask(story: Story, name: str, who: str, goal: str) -> None:
    story.do(name, open_round, who, goal_id=story.ids[goal], days=7)


def expect(story: Story, name: str, who: str, middle: int, circle: str = "coast", version: int | None = None) -> None:
    """Give a forecast, or another one in its place; its words lie in the house of whoever gives it."""
    words = story.said(f"what {who} expects in {name}", circle)
    said: dict[str, Any] = {"said": Said(Decimal(middle - 9), Decimal(middle), Decimal(middle + 9), words)}
    what = f"{who} expects {middle} in {name}"
    story.act(what, give_forecast, who, round_id=story.ids[name], version=version, **said)


@before
def first_forecasts(story: Story) -> None:
    """All are asked, and Harbour alone has answered: whoever looks here and answers too does not reveal it."""
    ask(story, "open round", "bo@Orchard", "dredged goal")
    expect(story, "open round", "ada@Harbour", 80)


@private("forecasts")
def second_thoughts(story: Story) -> None:
    """Harbour changes in its own house what it expects; that it has given a forecast was known before."""
    expect(story, "open round", "ada@Harbour", 61, "Harbour only", version=1)


@private("forecasts", knowing=BESIDE_ISLAND)
def forecasts_beside(story: Story) -> None:
    """Harbour and Island ask each other about their offer, twice."""
    for name in ("round of the offer", "second round of the offer"):
        ask(story, name, "ada@Harbour", "offer goal")
        expect(story, name, "ada@Harbour", 55, "offer")
        expect(story, name, "cy@Island", 44, "offer")
    ask(story, "open round of the offer", "cy@Island", "offer goal")
    for who in ("ada@Harbour", "cy@Island"):
        story.act(f"{who} is scored beside", let_be_scored, who, circle_id=story.ids["offer"], is_willing=True)


@after
def later_forecasts(story: Story) -> None:
    ask(story, "revealed round", "bo@Orchard", "drafted goal")
    for who, middle in (("ada@Harbour", 50), ("bo@Orchard", 60), ("cy@Island", 70)):
        expect(story, "revealed round", who, middle)
    story.act("bo is scored", let_be_scored, "bo@Orchard", circle_id=story.ids["coast"], is_willing=True)
