"""A promise from its first word to the receiver's yes, by two people at two browsers."""

import pytest

from .reader import Reader

pytestmark = pytest.mark.browser
NAME = "Tide table for the trial week"


@pytest.fixture
def hub(hub_with, full):
    return hub_with(full)


@pytest.fixture
def visit(chromium, hub):
    """Return a function that signs in by a link, and leads to what organisations have promised."""
    readers: list[Reader] = []

    def begin(who: str) -> Reader:
        readers.append(Reader(chromium, hub.address))
        readers[-1].go(hub.links()[who])
        readers[-1].press(readers[-1].page.locator("main form button"))
        readers[-1].follow("Quiet Crossing")
        readers[-1].press(readers[-1].page.locator("a[href$='/commitments']").first)  # a count stands in its name
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def test_one_promises_and_the_other_confirms(visit):
    ingrid, felix = visit("Ingrid"), visit("Felix")
    ingrid.look()
    ingrid.press("New promise", role="link")
    ingrid.look()
    ingrid.page.get_by_label("The other organisation").select_option(label="Voltmere Systems")
    ingrid.fill(What_is_promised=NAME)
    ingrid.page.get_by_label("Done when").fill("Each high water of the week, to the minute.")
    ingrid.page.get_by_label("Until").fill("2099-01-01")
    ingrid.press("Put it to the other side", answers=422)
    assert "within ten years" in ingrid.page.inner_text("#form-errors")
    ingrid.page.get_by_label("Until").fill(
        ingrid.page.evaluate("new Date(Date.now() + 6e8).toISOString().slice(0, 10)")
    )
    ingrid.press("Put it to the other side")
    ingrid.look()

    felix.go("/")
    asked = felix.page.locator(".waits > li", has_text=NAME)
    asked.locator("summary").click()
    felix.look()
    felix.press(asked.get_by_role("button", name="Accept"))
    assert "it is promised now" in felix.page.inner_text("#toasts")
    ingrid.page.reload()
    ingrid.page.get_by_label("In words").first.fill("It hangs in the wheelhouse.")
    ingrid.press("Say that it is delivered")
    felix.page.reload()
    asked.locator("summary").click()
    felix.press(asked.get_by_role("button", name="Confirm"))
    ingrid.page.reload()

    assert asked.count() == 0
    assert "It is done." in ingrid.page.inner_text("main")
    assert "It hangs in the wheelhouse." in ingrid.page.inner_text("main")
