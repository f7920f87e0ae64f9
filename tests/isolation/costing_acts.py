"""The story of costs: what all agree that items may cost, and what our house and a side circle keep to themselves."""

from typing import Any

from consortio.costs.actions import Report, Terms, report_costs, write_cost
from consortio.costs.models import Cost

from .chapters import BESIDE_ISLAND, after, before, private
from .plan_acts import version
from .story import Story


def cost(story: Story, name: str, who: str, item: str, circle: str, version: int | None = None, **said: Any) -> None:
    asked = {"item_id": story.ids[item], "circle_id": story.ids[circle], "version": version}
    story.do(name, write_cost, who, **asked, terms=Terms(**said))


@before
def agreed_costs(story: Story) -> None:
    own = {"currency": "EUR", "budget": 100_000}
    cost(story, "cost of the removal", "ada@Harbour", "removal", "coast", **own)
    cost(story, "cost of the dredging", "ada@Harbour", "dredging", "coast", **own | {"actual": 20_000})


@private("costs")
def what_it_costs_us(story: Story) -> None:
    """More than all were told; and what an item costs that nobody else sees."""
    ada = "ada@Harbour"
    cost(story, "what the removal costs us", ada, "removal", "Harbour only", currency="EUR", actual=77_777)
    cost(story, "cost of the permit", ada, "permit", "Harbour only", currency="EUR", budget=55_555, actual=4_321)
    seen = version(story, Cost, "what the removal costs us")
    again = Report(story.ids["removal"], seen, Terms(actual=88_888, rule="50/50"))
    first = Report(story.ids["dredging"], None, Terms(currency="CHF", budget=66_666))
    both = {"plan_id": story.ids["works"], "circle_id": story.ids["Harbour only"], "reports": [again, first]}
    story.act("what they cost us", report_costs, ada, **both)


@private("costs", knowing=BESIDE_ISLAND)
def what_the_offer_costs(story: Story) -> None:
    own = {"currency": "EUR", "budget": 44_444, "payer_id": story.ids["Island"]}
    cost(story, "cost of the barge", "ada@Harbour", "barge", "offer", **own)


@after
def later_costs(story: Story) -> None:
    bo = "bo@Orchard"
    seen = version(story, Cost, "cost of the removal")
    cost(story, "removal is dearer", bo, "removal", "coast", seen, budget=120_000, payer_id=story.ids["Orchard"])
    cost(story, "what the handover costs Orchard", bo, "handover", "Orchard only", currency="EUR", actual=3_000)
    first = Report(story.ids["handover"], None, Terms(currency="EUR", budget=5_000))
    both = {"plan_id": story.ids["works"], "circle_id": story.ids["coast"], "reports": [first]}
    story.act("cost of the handover", report_costs, bo, **both)
