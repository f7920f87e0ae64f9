"""The core path in a browser that runs no script: everything that can be done can be done so."""

import pytest

from .reader import Reader
from .story import EMAIL, PASSWORD, found_partnership, make_first_organisation

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(chromium, hub):
    somebody = Reader(chromium, hub.address, java_script_enabled=False)
    yield somebody
    somebody.close()


def wait_until_over(reader: Reader, part: str) -> None:
    """Load the page again, as it asks for, until the work is over."""
    for _ in range(200):
        if part in reader.page.url:
            return
        assert "Load the page again" in reader.page.locator("main").inner_text()
        reader.go(reader.page.url)
    raise AssertionError(f"never came to {part}")


def test_a_plan_is_brought_folded_filtered_and_kept_without_a_script(plain, plan_files):
    make_first_organisation(plain)
    found_partnership(plain)
    page = plain.page
    plain.follow("Bring a plan")
    page.locator("input[type=file]").set_input_files(plan_files[0])
    plain.press("Look at it")
    wait_until_over(plain, "/imports/")
    plain.press("Bring it in")
    wait_until_over(plain, "/plans/")

    plan = page.url
    plain.press("Foundations: unfold", role="link")
    assert page.get_by_role("link", name="Pile the west bank", exact=True).count() == 1
    plain.press("Building: fold", role="link")
    assert page.get_by_role("link", name="Lift the deck").count() == 0
    plain.follow("Table")
    page.get_by_label("Words", exact=True).fill("bank")
    plain.press("Show")
    assert page.locator("tbody tr").count() == 3
    plain.follow("Finish")
    plain.follow("Survey both banks")
    plain.look(axe=False)

    plain.go(f"{plan}/settings")
    page.get_by_label("Name", exact=True).first.fill("Weir bridge")
    plain.press("Save and compute the dates")
    assert "Weir bridge" in page.locator("main").inner_text()


def test_one_signs_in_changes_colours_and_signs_out_without_a_script(plain):
    make_first_organisation(plain)
    page = plain.page
    plain.open_own_menu()
    plain.press(page.get_by_role("group", name="Colours").first.get_by_role("button", name="Dark"))
    assert page.locator("html").get_attribute("data-theme") == "dark"
    plain.open_own_menu()
    plain.press("Sign out")

    plain.fill(Work_mail=EMAIL, Password=PASSWORD)
    plain.press("Sign in")

    assert page.locator("h1").inner_text().endswith(", Vera Lindqvist")
