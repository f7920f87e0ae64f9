"""An open page follows what others do, and never takes words out of somebody's hands."""

import re

import pytest

from .reader import Reader

pytestmark = pytest.mark.browser
LOOKED_AT = "document.dispatchEvent(new Event('visibilitychange'))"  # as when somebody comes back to the page


@pytest.fixture
def hub(hub_with, full):
    return hub_with(full)


@pytest.fixture
def visit(chromium, hub):
    readers: list[Reader] = []

    def begin(who: str) -> Reader:
        readers.append(Reader(chromium, hub.address))
        readers[-1].go(hub.links()[who])
        readers[-1].press(readers[-1].page.locator("main form button"))
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def say(reader: Reader, words: str) -> None:
    page = reader.page
    page.get_by_label(re.compile("Your words")).fill(words)
    page.get_by_role("radio", name=re.compile("Joint")).check()
    reader.press(page.locator(".composer button[type=submit]"))


def test_a_remark_appears_where_somebody_reads_and_waits_where_somebody_writes(visit):
    yuna, tomas = visit("Yuna"), visit("Tomas")
    for reader in (yuna, tomas):
        reader.follow("Quiet Crossing")
        reader.press(reader.page.locator("tbody th a", has_text="Quiet Crossing").first)
        reader.press(reader.page.get_by_role("link", name="Remarks", exact=True))
    say(tomas, "The first ferry is late.")

    yuna.page.evaluate(LOOKED_AT)
    yuna.page.get_by_text("The first ferry is late.").wait_for()
    yuna.look()

    words = yuna.page.get_by_label(re.compile("Your words"))
    words.fill("We saw that")
    say(tomas, "The second one as well.")
    yuna.page.evaluate(LOOKED_AT)
    reload = yuna.page.get_by_role("button", name="Changed by others: reload")
    reload.wait_for()

    assert words.input_value() == "We saw that"
    assert yuna.page.get_by_text("The second one as well.").count() == 0
    words.fill("")
    yuna.press(reload)
    assert yuna.page.get_by_text("The second one as well.").count() == 1


def test_what_is_said_of_an_item_appears_on_its_own_page(visit):
    yuna, tomas = visit("Yuna"), visit("Tomas")
    for reader in (yuna, tomas):
        reader.follow("Quiet Crossing")
        reader.press(reader.page.locator("tbody th a", has_text="Quiet Crossing").first)
        reader.go(f"{reader.page.url}/table?level=12&sort=finish")
        reader.press(reader.page.locator("tbody th a").first)
    assert yuna.page.url == tomas.page.url
    tomas.page.get_by_label(re.compile("Your words")).wait_for()  # the section comes after the page
    say(tomas, "Who has the drawings?")

    yuna.page.get_by_label(re.compile("Your words")).wait_for()
    yuna.page.evaluate(LOOKED_AT)
    yuna.page.get_by_text("Who has the drawings?").wait_for()
    assert yuna.page.get_by_text("Who has the drawings?").count() == 1


def test_the_people_who_see_a_remark_are_offered_while_somebody_writes(visit):
    yuna = visit("Yuna")
    yuna.follow("Quiet Crossing")
    yuna.press(yuna.page.locator("tbody th a", has_text="Quiet Crossing").first)
    yuna.press(yuna.page.get_by_role("link", name="Remarks", exact=True))
    page = yuna.page
    page.get_by_role("radio", name=re.compile("Joint")).check()
    words = page.get_by_label(re.compile("Your words"))
    words.press_sequentially("Ask @To")
    page.get_by_role("button", name=re.compile("^Tomas")).wait_for()
    page.keyboard.press("Enter")

    assert re.fullmatch(r"Ask @Tomas \w+ ", words.input_value())
