"""The story of goals: drafted, agreed on, changed, ended; in Harbour's house, beside Orchard, and in common."""

from datetime import date
from decimal import Decimal
from typing import Any

from consortio.access import ANY
from consortio.goals.actions import (
    adopt_goal,
    change_goal,
    draft_goal,
    end_goal,
    give_opinion,
    link_items,
    propose_end,
    propose_goal,
    restore_goal,
    withdraw_goal,
)
from consortio.goals.chances import compute_chances
from consortio.goals.terms import Contribution, GoalTerms
from consortio.kpis.actions import claim_readings, define_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.models import Reading
from consortio.kpis.terms import KpiTerms
from tests.world import NOON

from .agreeing_acts import say
from .chapters import BESIDE_ISLAND, after, before, private
from .story import Story

FROM, BY = date(2031, 1, 1), date(2031, 12, 31)


def watch(story: Story, name: str, who: str, circle: str, values: str) -> None:
    """Begin to watch a KPI, and read it for some months."""
    terms = KpiTerms(name=story.said(name, circle), unit="own:t")
    story.do(name, define_kpi, who, circle_id=story.ids[circle], terms=terms)
    claims = [
        Claim(date(2031, month, 1), date(2031, month + 1, 1), Decimal(value))
        for month, value in enumerate(values.split(), 1)
    ]
    story.act(f"{who} reads {name}", claim_readings, who, kpi_id=story.ids[name], claims=claims)


def want(story: Story, name: str, who: str, circle: str, **more: Any) -> None:
    words = {"name": story.said(name, circle), "why": story.said(f"why {name}", circle)}
    measured = {"kpi_id": story.ids["tonnes"], "baseline": Decimal(0), "target": Decimal(90)}
    terms = GoalTerms(**words | {"start_on": FROM, "due_on": BY} | measured | more)
    story.do(name, draft_goal, who, circle_id=story.ids[circle], terms=terms)


def put(story: Story, name: str, who: str, **more: Any) -> None:
    """Propose a goal, and let the others agree."""
    asked = {"goal_id": story.ids[name], "version": ANY, "days": 7, "keeps_all": True}
    story.do(f"{name} for all", propose_goal, who, **asked | more)
    say(story, f"{name} for all", *(each for each in ("ada@Harbour", "bo@Orchard", "cy@Island") if each != who))


def do(story: Story, name: str, function: Any, who: str, **more: Any) -> None:
    own = {"goal_id": story.ids[name]} | ({} if function is give_opinion else {"version": ANY})
    story.act(f"{who}: {function.__name__} of {name} {sorted(more)}", function, who, **own | more)


def compute(story: Story, *names: str) -> None:
    """Compute how likely goals are, as the outbox would."""
    for name in names:
        with story.step(f"chance of {name}"):
            compute_chances(kpi_id=None, goal_id=story.ids[name], at=NOON)


@before
def first_goals(story: Story) -> None:
    watch(story, "tonnes", "ada@Harbour", "coast", "10 20 29 41")
    story.find("first tonnes", Reading, kpi=story.ids["tonnes"], start_on=FROM)
    brings = (Contribution(story.ids["Orchard"], "two barges", Decimal(30), story.ids["bea"]),)
    want(story, "dredged goal", "ada@Harbour", "coast", organisation_id=story.ids["Orchard"], contributions=brings)
    put(story, "dredged goal", "ada@Harbour")
    want(story, "drafted goal", "bo@Orchard", "coast")
    want(story, "Orchard's goal", "bo@Orchard", "Orchard only")
    compute(story, "dredged goal", "drafted goal")


@private("goals")
def goals_at_home(story: Story) -> None:
    """Harbour wants things in its own house, in every way, below what all want and beside it."""
    watch(story, "Harbour's tonnes", "ada@Harbour", "Harbour only", "3 4 5 6 7")
    story.find("Harbour's reading", Reading, kpi=story.ids["Harbour's tonnes"], start_on=FROM)
    want(story, "Harbour's goal", "ada@Harbour", "Harbour only", parent_id=story.ids["dredged goal"], weight=9)
    want(story, "Harbour's own goal", "ada@Harbour", "Harbour only", kpi_id=story.ids["Harbour's tonnes"])
    for name in ("Harbour's goal", "Harbour's own goal"):
        do(story, name, adopt_goal, "ada@Harbour")
        words = {"confidence": 7, "words": story.said(f"doubt of {name}", "Harbour only")}
        do(story, name, give_opinion, "abe@Harbour", **words)
        do(story, name, change_goal, "ada@Harbour", changes={"target": Decimal(95), "weight": 8})
        do(story, name, link_items, "ada@Harbour", item_ids=[story.ids["removal"]])
    for name, function in (("ended at home", end_goal), ("taken back at home", withdraw_goal)):
        want(story, name, "ada@Harbour", "Harbour only")
        if function is end_goal:
            do(story, name, adopt_goal, "ada@Harbour")
            do(story, name, end_goal, "ada@Harbour", end="missed", reason=story.said("too late", "Harbour only"))
        else:
            do(story, name, withdraw_goal, "ada@Harbour")
    compute(story, "Harbour's goal", "Harbour's own goal")


@private("goals", knowing=BESIDE_ISLAND)
def goals_beside(story: Story) -> None:
    """Harbour and Island want something with their offer."""
    want(story, "offer goal", "ada@Harbour", "offer", parent_id=story.ids["dredged goal"])
    do(story, "offer goal", adopt_goal, "cy@Island")
    do(story, "offer goal", give_opinion, "cy@Island", confidence=55, words=story.said("fair", "offer"))
    compute(story, "offer goal")


@after
def later_goals(story: Story) -> None:
    """Each step of a goal, seen by all."""
    do(story, "dredged goal", give_opinion, "bo@Orchard", confidence=80, words="On our way.")
    want(story, "second goal", "bo@Orchard", "coast", parent_id=story.ids["dredged goal"])
    do(story, "second goal", change_goal, "bo@Orchard", changes={"target": Decimal(70)})
    do(story, "second goal", link_items, "bo@Orchard", item_ids=[story.ids["removal"]])
    put(story, "second goal", "bo@Orchard")
    story.do(
        "end of the second",
        propose_end,
        "bo@Orchard",
        goal_id=story.ids["second goal"],
        version=ANY,
        end="missed",
        days=7,
    )
    say(story, "end of the second", "ada@Harbour", "cy@Island")
    want(story, "taken back goal", "bo@Orchard", "coast")
    do(story, "taken back goal", withdraw_goal, "bo@Orchard")
    want(story, "restored goal", "bo@Orchard", "coast")
    do(story, "restored goal", withdraw_goal, "bo@Orchard")
    do(story, "restored goal", restore_goal, "bo@Orchard")
    want(story, "Orchard's second goal", "bo@Orchard", "Orchard only")
    do(story, "Orchard's second goal", adopt_goal, "bo@Orchard")
    story.act(
        "bo reads on",
        claim_readings,
        "bo@Orchard",
        kpi_id=story.ids["tonnes"],
        claims=[Claim(FROM, date(2031, 2, 1), Decimal(11))],
    )
    compute(story, "dredged goal", "drafted goal", "restored goal")
