"""The story of load and capacity: what all know of each other's time, and what Harbour knows besides."""

from datetime import date, datetime
from typing import Any

from consortio.access import ANY
from consortio.levelling.actions import (
    Said,
    edit_capacity,
    edit_demand,
    say_capacity,
    say_demand,
    withdraw_capacity,
    withdraw_demand,
)
from consortio.levelling.applying import apply_levelling, propose_levelling
from consortio.levelling.asking import ask_for_dates
from consortio.levelling.finding import find_here
from consortio.levelling.models import Levelling
from consortio.plans.actions import create_plan

from .acts import do_jobs
from .chapters import BESIDE_ISLAND, after, before, private
from .plan_acts import item, link
from .story import Story

FROM, LATER = date(2031, 1, 1), date(2032, 1, 1)


def say(story: Story, name: str, who: str, percent: int, circle: str = "coast", person: str = "", **more: Any) -> None:
    said = Said(percent, **{"from_on": FROM} | more, person_id=story.ids[person] if person else None)
    story.do(name, say_capacity, who, circle_id=story.ids[circle], said=said)


def need(story: Story, name: str, who: str, item: str, whose: str, circle: str = "coast", **more: Any) -> None:
    own = {"circle_id": story.ids[circle], "item_id": story.ids[item], "organisation_id": story.ids[whose]}
    story.do(name, say_demand, who, **own, **{"percent": 100} | more)


def find(story: Story, name: str, who: str, circle: str = "coast", plan: str = "fitting", **more: Any) -> None:
    own = {"plan_id": story.ids[plan], "circle_id": story.ids[circle], "objective": "finish", "seconds": 5}
    story.do(name, find_here, who, **own, is_instant=True, **more)


@before
def first_times(story: Story) -> None:
    say(story, "joint time", "ada@Harbour", 100, person="ada")
    say(story, "Orchard's time", "bo@Orchard", 100)
    own = {"circle_id": story.ids["coast"], "name": "Fitting", "start_at": datetime(2031, 5, 12, 8), "zone": "UTC"}
    story.do("fitting", create_plan, "ada@Harbour", **own)
    theirs = {"organisation_id": story.ids["Orchard"], "person_id": story.ids["bo"]}
    for name in ("rigging", "painting"):
        item(story, name, "bo@Orchard", plan="fitting", days=3, **theirs)
    ours = {"organisation_id": story.ids["Harbour"], "person_id": story.ids["ada"]}
    item(story, "launch", "ada@Harbour", plan="fitting", days=2, **ours)
    link(story, "painting", "launch", "ada@Harbour")
    need(story, "joint need", "ada@Harbour", "launch", "Orchard", percent=50)
    asked = {"plan_id": story.ids["fitting"], "circle_id": story.ids["coast"], "objective": "finish", "seconds": 5}
    story.do("looking for dates", ask_for_dates, "ada@Harbour", **asked)
    do_jobs(story)
    story.find("first levelling", Levelling, circle=story.ids["coast"])


@private("levelling")
def own_times(story: Story) -> None:
    """Harbour knows better how much time its people have, needs more than it says, and finds dates for its own items."""
    say(story, "own time", "ada@Harbour", 25, "Harbour only", "ada")
    say(story, "all our time", "ada@Harbour", 275, "Harbour only", work=story.said("dredging", "Harbour only"))
    say(story, "slip of the pen", "ada@Harbour", 50, "Harbour only", "abe", from_on=LATER)
    said = {"said": Said(75, LATER, person_id=story.ids["abe"]), "version": 1}
    story.act("time corrected", edit_capacity, "ada@Harbour", capacity_id=story.ids["slip of the pen"], **said)
    taken = {"capacity_id": story.ids["slip of the pen"], "version": ANY}
    story.act("time taken back", withdraw_capacity, "ada@Harbour", **taken)
    ours = {"organisation_id": story.ids["Harbour"], "person_id": story.ids["ada"]}
    item(story, "hidden rigging", "ada@Harbour", "Harbour only", "fitting", days=4, **ours)
    need(story, "own need", "ada@Harbour", "removal", "Harbour", "Harbour only", percent=300)
    need(story, "our riggers", "ada@Harbour", "rigging", "Harbour", "Harbour only", percent=300)
    need(story, "ava's need", "ada@Harbour", "permit", "Harbour", "Harbour only", person_id=story.ids["ava"])
    need(story, "needed once", "ada@Harbour", "permit", "Harbour", "Harbour only")
    over = {"demand_id": story.ids["needed once"]}
    story.act("needed more", edit_demand, "ada@Harbour", **over, version=1, percent=200)
    story.act("needed no more", withdraw_demand, "ada@Harbour", **over, version=2)
    find(story, "own levelling", "ada@Harbour", "Harbour only")


@private("levelling", knowing=BESIDE_ISLAND)
def times_beside(story: Story) -> None:
    say(story, "time beside", "ada@Harbour", 50, "offer", work=story.said("welding", "offer"))
    need(story, "need beside", "ada@Harbour", "barge", "Island", "offer", work=story.said("towing", "offer"))


@after
def later_times(story: Story) -> None:
    """What all see of time changes, and dates that fit come into the plan: none of it tells of what Harbour knows."""
    more = {"said": Said(125, FROM), "version": 1}
    story.act("a little more time", edit_capacity, "bo@Orchard", capacity_id=story.ids["Orchard's time"], **more)
    over = {"demand_id": story.ids["joint need"], "version": 1, "percent": 100}
    story.act("needed for all of it", edit_demand, "ada@Harbour", **over)
    say(story, "bo's time", "bo@Orchard", 50, person="bo", from_on=LATER)
    story.act("bo cannot say", withdraw_capacity, "bo@Orchard", capacity_id=story.ids["bo's time"], version=1)
    need(story, "hasty need", "bo@Orchard", "removal", "Island")
    story.act("not so hasty", withdraw_demand, "bo@Orchard", demand_id=story.ids["hasty need"], version=1)
    find(story, "later levelling", "ada@Harbour")
    find(story, "Orchard's levelling", "bo@Orchard")
    asked = {"levelling_id": story.ids["Orchard's levelling"], "days": 14, "reason": "so that it fits"}
    story.do("dates proposed", propose_levelling, "bo@Orchard", **asked)
    story.act("dates put in", apply_levelling, "ada@Harbour", levelling_id=story.ids["Orchard's levelling"])
