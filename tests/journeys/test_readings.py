"""A figure on which two organisations differ, from the claim to the figure that all agree on; and what each expects."""

import pytest

from .reader import Reader

pytestmark = pytest.mark.browser


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


def test_a_claim_is_contested_and_all_settle_it(visit):
    ingrid, tomas, felix = visit("Ingrid"), visit("Tomas"), visit("Felix")
    page = ingrid.page
    ingrid.follow("KPIs")
    ingrid.look()
    ingrid.follow("Diesel burnt")
    ingrid.look()
    page.get_by_label("Value", exact=True).fill("36410")
    ingrid.press("Enter it")
    ingrid.press(page.locator("table a[href^='/readings/']").first)
    reading = page.url

    tomas.go(reading)
    tomas.page.get_by_label("Our own figure").fill("37100")
    tomas.page.get_by_label("Why").fill("The relief ferry bunkered twice.")
    tomas.press("Contest it")
    tomas.look()
    shown = tomas.page.inner_text("main")
    assert "37,100" in shown and "36,410" in shown and "The relief ferry bunkered twice." in shown

    ingrid.go(reading)
    ingrid.press("Propose which figure holds", role="link")
    ingrid.look()
    page.get_by_label("37,100").check()
    ingrid.press("Propose it to all members")
    proposal = page.url
    for other in (tomas, felix):
        other.go(proposal)
        other.press("Agree")
    ingrid.go(reading)
    assert "settled" in page.inner_text("main") and "37,100" in page.inner_text("main")
    ingrid.look()


def test_what_each_expects_is_shown_together(visit):
    ingrid, felix = visit("Ingrid"), visit("Felix")
    goal = "All battery modules stand in the yard"
    for one in (ingrid, felix):
        one.follow(goal)
        one.press(one.page.locator("a[href*='/forecasts']").first)
    assert "62" not in ingrid.page.inner_text("main") and "is waited for" in ingrid.page.inner_text("main")
    ingrid.look()
    assert "Felix Adeyemi gave it" in felix.page.inner_text("main")

    for label, value in (("Hardly less than", "55"), ("The middle", "60"), ("Hardly more than", "72")):
        ingrid.page.get_by_label(label).fill(value)
    ingrid.press("Give it, unseen by the others")
    shown = ingrid.page.inner_text("main")
    assert "Together, each with equal weight" in shown and "62 modules" in shown
    ingrid.look()
