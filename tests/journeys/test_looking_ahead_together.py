"""Three organisations look ahead: what their plan costs and earns, and a simulation that somebody stops."""

import re
from typing import Any

import pytest

from .reader import Reader
from .story import look_ahead

pytestmark = pytest.mark.browser
JOINT = "Quiet Crossing: two electric ferries, three quays"
WAITS: Any = {"timeout": 120_000}  # for a computation on a machine that is busy with the rest of the suite


@pytest.fixture
def hub(hub_with, full):
    return hub_with(full)


@pytest.fixture
def priya(chromium, hub):
    """Return her who keeps the joint plan, before it."""
    reader = Reader(chromium, hub.address)
    reader.go(hub.links()["Priya"])
    reader.press(reader.page.locator("main form button"))
    reader.follow("Quiet Crossing")
    reader.follow(JOINT)
    yield reader
    reader.close()


def test_costs_are_written_for_all_and_for_the_house(priya):
    page = priya.page
    look_ahead(priya, "Cost and earned value")
    earning = page.locator("[aria-labelledby=earns-EUR] tbody tr")
    assert earning.filter(has_text="missing").locator("th").all_inner_texts() == ["BRI\nBrightkeel Delivery you"]
    priya.look()
    priya.follow("Write costs")
    spent = page.get_by_label("Tower foundation: spent so far")
    spent.fill("a lot")
    priya.press("Save all of it", answers=422)
    priya.look()
    spent.fill("50,700.50")
    priya.press("Save all of it")
    priya.follow("Back to cost and earned value")

    said = page.locator(".lede").inner_text()
    assert "At this rate all of it will cost" in said
    budgets = [euros(words) for words in earning.locator("td:nth-of-type(1)").all_inner_texts()]
    assert len(budgets) == 3 and sum(budgets) == euros(re.findall(r"the budget is (\S+)\.$", said)[0])
    priya.press(earning.filter(has_text="Brightkeel").locator("a").first)
    items = page.locator("[aria-labelledby=items-EUR] tbody tr")
    assert {row.split()[0] for row in items.all_inner_texts()} == {"BRI"}

    priya.press(items.first.locator("a[href$='/cost']"))
    priya.look()
    house = page.locator("form:has(input[value=house])")
    house.get_by_label("Spent so far").fill("81000")
    priya.press("Keep it in our house")
    priya.follow("Write what it costs")
    priya.follow("Cost and earned value of the plan")
    assert page.locator(".lede").inner_text() == said
    priya.follow("In our house")
    assert "Only Brightkeel Delivery sees this" in page.locator(".page-line").inner_text()
    assert page.locator(".lede").inner_text() != said


def euros(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def test_a_simulation_is_watched_and_stopped(priya):
    page = priya.page
    look_ahead(priya, "How likely the dates are")
    kept = page.locator(".lede").inner_text()
    page.get_by_label("Trials").select_option("20000")
    priya.press("Simulate the plan")
    page.get_by_text("computing the plan again and again").wait_for(**WAITS)
    priya.press("Stop")
    page.get_by_text("Stopped. Nothing of it is kept.").wait_for(**WAITS)
    priya.look()

    priya.follow("To the simulation of the plan")
    assert page.locator(".lede").inner_text() == kept
    assert page.get_by_role("heading", name="Earlier ones").count() == 0
