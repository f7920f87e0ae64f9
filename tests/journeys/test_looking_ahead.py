"""What is ahead of a plan that came in as a table: how likely its dates are, and dates for whom it needs twice."""

from typing import Any

import pytest

from . import plans
from .reader import Reader
from .story import apply_plan, bring_plan, found_partnership, look_ahead, make_first_organisation

pytestmark = pytest.mark.browser
WAITS: Any = {"timeout": 120_000}  # for a computation on a machine that is busy with the rest of the suite


@pytest.fixture(scope="session")
def bring_gate(tmp_path_factory):
    file = plans.gate_in(tmp_path_factory.mktemp("gate"))

    def bring(reader: Reader) -> None:
        bring_plan(reader, reader.page.url, file, circle=-1)
        assert "Items with a cost\t4" in reader.page.locator("[aria-labelledby=counts] table").inner_text()

    return bring


@pytest.fixture
def begun(begun_by, bring_gate):
    return begun_by(make_first_organisation, found_partnership, bring_gate, apply_plan)


def test_estimates_and_a_risk_say_how_likely_the_dates_are(reader, begun):
    page = reader.page
    look_ahead(reader, "How likely the dates are")
    reader.look()
    reader.follow("Estimate items")
    reader.look()
    for name, words in (("at best", "9 d"), ("most likely", "8 d"), ("at worst", "4 w")):
        page.get_by_label(f"Build the gate: {name}").fill(words)
    reader.press("Save all of it", answers=422)
    assert "the best comes before the most likely" in page.locator("main").inner_text()
    page.get_by_label("Build the gate: most likely").fill("11 d")
    reader.press("Save all of it")
    assert "One estimate is kept." in page.locator("#toasts").inner_text()

    look_ahead(reader, "Risks")
    reader.look()
    reader.press(page.get_by_role("link", name="New risk").last)
    reader.fill(What_may_happen="The river floods the banks", Chance_in_per_cent="40")
    reader.fill(At_best="1 d", Most_likely="2 d", At_worst="1 w")
    page.get_by_label("Items", exact=True).fill("Clear the west bank")
    for words, found in (("east", "Clear the east bank"), ("gate", "Build the gate")):
        page.get_by_label("Find items by words or key").fill(words)
        page.get_by_role("button", name="Find", exact=True).click()
        page.locator("#picks label").filter(has_text=found).wait_for()
        if words == "east":
            page.locator("#picks label").filter(has_text=found).click()
    assert page.locator("#picks input:checked").count() == 1
    assert page.get_by_label("What may happen").input_value() == "The river floods the banks"
    page.locator(".circle-chooser input").last.check()
    reader.look()
    reader.press("Write it down")
    reader.look()

    look_ahead(reader, "How likely the dates are")
    reader.press("Simulate the plan")
    page.wait_for_url("**/simulations/*", **WAITS)
    said = page.locator(".lede").inner_text()
    assert "In half of the trials the plan ends by" in said and "The agreed date" in said
    assert page.get_by_role("img", name="How likely it is to have finished by a day").is_visible()
    risk = page.locator("[aria-labelledby=effects] tbody tr")
    assert "The river floods the banks" in risk.inner_text() and " d" in risk.inner_text()
    reader.look()


def test_whoever_is_needed_twice_gets_dates_that_fit(reader, begun):
    page = reader.page
    look_ahead(reader, "Who is needed when")
    assert "Nobody has said yet how much time there is" in page.locator("main").inner_text()
    reader.look()
    reader.follow("Say how much time we have")
    reader.look()
    page.get_by_label("Percent of one full-time person").fill("60")
    page.locator(".circle-chooser input").last.check()
    reader.press("Say it", answers=422)
    page.get_by_label("Percent of one full-time person").fill("100")
    reader.press("Say it")
    full = page.locator("[aria-labelledby=too-full] li")
    assert ["Vera Lindqvist is needed twice" in one for one in sorted(full.all_inner_texts())] == [True, False]
    reader.look()

    reader.press("Find dates that fit")
    page.wait_for_url("**/levellings/*", **WAITS)
    weeks = page.locator("[aria-labelledby=result] tr", has_text="Weeks too full")
    assert weeks.inner_text().split("\t") == ["Weeks too full", "2", "0"]
    reader.look()
    reader.press("Apply to the plan")
    assert "The dates are in the plan." in page.locator("#toasts").inner_text()
    look_ahead(reader, "Who is needed when")
    assert full.count() == 0
