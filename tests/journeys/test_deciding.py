"""A decision is drafted with an item that was picked, agreed, found from the item, read, and superseded."""

import pytest

from .reader import Reader
from .story import apply_plan, bring_plan, found_partnership, make_first_organisation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def bring_bridge(plan_files):
    def bring(reader: Reader) -> None:
        bring_plan(reader, reader.page.url, plan_files[0], circle=-1)

    return bring


@pytest.fixture
def begun(begun_by, bring_bridge):
    return begun_by(make_first_organisation, found_partnership, bring_bridge, apply_plan)


def test_which_decision_rules_this_is_answered_on_the_item(reader, begun):
    page = reader.page
    reader.go(begun.where)
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/decisions")
    reader.look()
    page.get_by_role("link", name="Draft a decision").first.click()
    page.wait_for_url("**/decisions/new")
    page.locator(".circle-chooser input").last.check()
    page.locator("#id_question").fill("When is the deck lifted?")
    page.locator("#id_option_1").fill("At night")
    page.locator("#id_option_2").fill("On a Sunday")
    page.locator("#id_chosen").select_option("1")
    page.locator("#key-search").fill("lift the")
    page.locator("#key-picks button").first.click()
    assert "Lift the deck" in page.locator("#id_governs").input_value()
    reader.look()
    reader.press("Keep the draft")
    reader.look()
    reader.press(page.locator("form[action$=proposal] button"))

    reader.go("/find?q=lift+the+deck")
    page.locator("main").get_by_role("link", name="Lift the deck").first.click()
    rule = page.locator("section[aria-labelledby=decisions]")
    rule.wait_for()
    assert "When is the deck lifted?" in rule.inner_text() and "At night" in rule.inner_text()
    reader.look()
    rule.get_by_role("link", name="When is the deck lifted?").click()
    reader.follow("Name people")
    page.locator("main input[type=checkbox]").first.check()
    reader.look()
    reader.press("Ask them to read it")
    reader.look()
    reader.press("I have read it")
    assert "1 of 1 has read it" in page.locator("main").inner_text()
    reader.follow("Supersede it")
    assert page.locator("#id_option_2").input_value() == "On a Sunday"
