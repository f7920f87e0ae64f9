"""The story of estimates, risks and simulations: Harbour fears more, and thinks longer, than it tells."""

from typing import Any

from consortio.plans.estimates import Said, estimate_items
from consortio.plans.own_side import write_own_side
from consortio.risks.actions import add_risk, change_risk
from consortio.risks.rules import Terms
from consortio.simulations.actions import ask_for_simulation, keep_simulation
from consortio.simulations.reads import asked_for
from consortio.simulations.running import answered

from . import plan_acts  # noqa: F401  -- the plan that these are about comes first
from .acts import do_jobs
from .chapters import BESIDE_ISLAND, after, before, private
from .story import Story

DAY = 480


def estimate(story: Story, item: str, who: str, *days: int, version: int | None = None, plan: str = "works") -> None:
    said = [Said(story.ids[item], version, *(one * DAY for one in days))]
    story.act(f"{item} may take {days}", estimate_items, who, plan_id=story.ids[plan], said=said)


def terms(story: Story, name: str, circle: str, *items: str, **more: Any) -> Terms:
    """Return a risk whose words tell its circle."""
    said = {"name": story.said(name, circle), "response": story.said(f"what is done about {name}", circle)}
    amounts = {"kind": "event", "chance": 40, "low": DAY, "likely": 3 * DAY, "high": 9 * DAY}
    return Terms(**said | amounts | {"item_ids": tuple(story.ids[item] for item in items)} | more)


def fear(
    story: Story, name: str, who: str, *items: str, circle: str = "coast", plan: str = "works", **more: Any
) -> None:
    own = {"plan_id": story.ids[plan], "circle_id": story.ids[circle]}
    story.do(name, add_risk, who, terms=terms(story, name, circle, *items, **more), **own)


def simulate(story: Story, name: str, who: str, circle: str, plan: str = "works") -> None:
    own = {"plan_id": story.ids[plan], "circle_id": story.ids[circle]}
    with story.step(f"compute {name}"):
        asked = asked_for(actor=story.actor(who), **own)
        said = answered(asked, trials=1_000, seed=3, run=lambda function, *given, **more: function(*given, **more))
    story.do(name, keep_simulation, who, said=said, **own)


@before
def what_all_foresee(story: Story) -> None:
    estimate(story, "survey", "ada@Harbour", 2, 3, 8)
    estimate(story, "removal", "bo@Orchard", 4, 5, 9)
    fear(story, "gale", "bo@Orchard", "removal", organisation_id=story.ids["Orchard"], person_id=story.ids["bo"])
    fear(story, "few divers", "ada@Harbour", "survey", "removal", kind="driver", low=100, likely=110, high=150)
    simulate(story, "first simulation", "ada@Harbour", "coast")


@private("risks", "simulations")
def what_harbour_foresees(story: Story) -> None:
    """On its own items and on joint ones, with its own estimates, in plans that nobody else sees."""
    estimate(story, "permit", "ada@Harbour", 20, 30, 90)
    own = {"low_minutes": 9 * DAY, "likely_minutes": 12 * DAY, "high_minutes": 60 * DAY}
    note = story.said("we know better", "Harbour only")
    story.act("our own estimate", write_own_side, "ada@Harbour", item_id=story.ids["inspection"], note=note, **own)
    house = {"circle": "Harbour only"}
    fear(story, "lawsuit", "ada@Harbour", "permit", "removal", **house, person_id=story.ids["ava"])
    driver = {"kind": "driver", "low": 100, "likely": 200, "high": 300}
    fear(story, "old crane", "ada@Harbour", "survey", **house, **driver)
    gone = terms(story, "old crane", "Harbour only", "survey", **driver, state="closed")
    story.act("the crane was sold", change_risk, "ada@Harbour", risk_id=story.ids["old crane"], version=1, terms=gone)
    simulate(story, "our simulation", "ada@Harbour", "Harbour only")
    fear(story, "shallow berth", "ada@Harbour", "quay wall", **house, plan="berths")
    simulate(story, "simulation of berths", "ada@Harbour", "Harbour only", plan="berths")


@private("risks", "simulations", knowing=BESIDE_ISLAND)
def what_two_foresee(story: Story) -> None:
    """Harbour and Island fear for the joint plan beside Orchard."""
    fear(story, "lost bid", "ada@Harbour", "removal", circle="offer")
    simulate(story, "simulation beside", "cy@Island", "offer")


@after
def what_comes_out_the_same(story: Story) -> None:
    """A joint risk gets the next joint number, and a joint simulation the same figures, whatever others keep."""
    fear(story, "late gale", "bo@Orchard", "survey", chance=10)
    estimate(story, "survey", "ada@Harbour", 2, 4, 8, version=1)
    again = terms(story, "late gale", "coast", "survey", "removal", chance=15)
    story.act("the gale again", change_risk, "bo@Orchard", risk_id=story.ids["late gale"], version=1, terms=again)
    own = {"plan_id": story.ids["works"], "circle_id": story.ids["coast"], "trials": 1_000, "seed": 3}
    story.do("job of a simulation", ask_for_simulation, "bo@Orchard", **own)
    do_jobs(story)
