"""A goal from its first word to the members' yes: proposed, objected to, amended and agreed on by two people."""

import pytest

from .reader import Reader

pytestmark = pytest.mark.browser
NAME, KPI = "Crossings sailed through the winter", "K-3 Crossings sailed"


@pytest.fixture
def hub(hub_with, full):
    return hub_with(full)


@pytest.fixture
def visit(chromium, hub):
    """Return a function that signs in by a link, and leads to the goals."""
    readers: list[Reader] = []

    def begin(who: str) -> Reader:
        readers.append(Reader(chromium, hub.address))
        readers[-1].go(hub.links()[who])
        readers[-1].press(readers[-1].page.locator("main form button"))
        readers[-1].follow("Quiet Crossing")
        readers[-1].press(readers[-1].page.locator("a[href$='/goals']").first)
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def test_one_proposes_the_other_objects_and_both_agree_on_another_target(visit):
    ingrid, felix = visit("Ingrid"), visit("Felix")
    ingrid.look()
    ingrid.press("New goal", role="link")
    ingrid.look()
    page = ingrid.page
    page.get_by_text("Joint: all 3 organisations see this").click()
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("KPI", exact=True).select_option(label=KPI)
    page.get_by_label("Baseline").fill("0")
    page.get_by_label("Target").fill("9000")
    ingrid.press("Keep it as a draft")
    ingrid.look()
    ingrid.press("Propose it to all members", role="link")
    page.get_by_text("Keep all, knowingly").click()
    ingrid.press("Propose it to all members")
    proposal = page.url

    felix.go(proposal)
    felix.page.get_by_label("A word with it").fill("With one vessel in the dock it is 7,000.")
    felix.press("Object")
    felix.look()

    ingrid.go(proposal)
    assert "With one vessel" in page.inner_text("main")
    ingrid.press("Withdraw the proposal")
    ingrid.press(page.locator("a[href$='/goals']").first)
    ingrid.follow(NAME)
    ingrid.press("Change", role="link")
    page.get_by_label("Target").fill("7000")
    ingrid.press("Save")
    ingrid.press("Propose it to all members", role="link")
    page.get_by_text("Keep all, knowingly").click()
    ingrid.press("Propose it to all members")
    felix.go(page.url)
    felix.press("Agree")

    assert "7,000" in felix.page.inner_text("main") and "agree" in felix.page.inner_text(".facts")
