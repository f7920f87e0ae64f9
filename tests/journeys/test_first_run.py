"""From an empty server to the plan that exists, on the screen and back in a file; each form refuses something once."""

import pytest

from consortio.interchange.reading import read_file

from .story import EMAIL, PASSWORD, apply_plan, bring_plan, found_partnership, make_first_organisation

pytestmark = pytest.mark.browser


def names(page) -> list[str]:
    return page.locator("tbody th[scope=row] a:not(.twist, .peek-link)").all_inner_texts()


def test_the_first_run_makes_an_organisation_and_happens_once(reader):
    page = reader.go("/")
    assert page.url.endswith("/first-run")
    reader.look()

    page.locator("#id_organisation").fill("Weir Council")
    page.locator("#id_letters").fill("W+")
    page.locator("#id_name").fill("Vera Lindqvist")
    page.locator("#id_email").fill(EMAIL)
    page.locator("#id_password").fill("weir council")
    reader.press("Make the organisation", answers=422)
    assert "Write two or three letters or digits." in page.locator("main").inner_text()
    assert page.locator("#id_name").input_value() == "Vera Lindqvist"
    reader.look()

    page.locator("#id_letters").fill("WEI")
    page.locator("#id_password").fill(PASSWORD)
    reader.press("Make the organisation")
    assert page.locator("h1").inner_text().endswith(", Vera Lindqvist")
    reader.look()

    reader.open_own_menu()
    reader.press("Sign out")
    assert page.url.endswith("/sign-in")
    reader.go("/first-run", answers=404)
    reader.look()


def test_a_partnership_is_founded_and_a_plan_brought_looked_at_and_taken_along(reader, plan_files, tmp_path):
    footbridge, _paint, torn = plan_files
    make_first_organisation(reader)
    page = reader.page

    reader.follow("Found a partnership")
    reader.look()
    page.locator("#id_name").fill("Footbridge")
    page.locator("#id_letters").fill("W3")
    reader.press("Found it", answers=422)
    assert "Two to four letters, A to Z." in page.locator("main").inner_text()
    reader.look()
    page.locator("#id_letters").fill("WEI")
    reader.press("Found it")
    partnership = page.url
    reader.look()

    reader.follow("Bring a plan")
    reader.look()
    reader.press("Look at it", answers=422)
    assert "Choose a file." in page.locator("main").inner_text()
    reader.look()
    bring_plan(reader, partnership, torn)
    assert page.locator("h1").inner_text() == "torn.xml could not be read"
    assert "expected well-formed XML. Nothing has changed." in page.locator(".lede").inner_text()
    reader.look()

    reader.follow("Bring another file")
    bring_plan(reader, partnership, footbridge, circle=1)
    assert page.locator(".lede").inner_text() == "11 items were read in footbridge.xml."
    reader.look()
    page.locator("#id_zone").fill("Weir/Nowhere")
    reader.press("Bring it in", answers=422)
    reader.look()
    page.locator("#id_zone").fill("Europe/Oslo")
    apply_plan(reader)
    assert "14 Apr 2027" in page.locator(".page-head").inner_text()
    assert names(page)[:3] == ["Design", "Survey both banks", "Draw the deck"]
    reader.look()

    reader.follow("Table")
    reader.look()
    reader.follow("Draw the deck")
    assert page.locator(".lede").inner_text() == "Ends on 19 Mar 2027. Design agreed waits for it."
    reader.look()
    page.go_back()
    reader.follow("Milestones")
    assert names(page) == ["Design agreed", "Bridge opened"]
    reader.look()
    plan = page.url.removesuffix("/milestones")
    reader.go(f"{plan}/settings")
    reader.look()

    reader.go(f"{plan}/table")
    for words, name in (("MS Project XML", "xml"), ("XLSX", "xlsx"), ("CSV", "csv")):
        page.get_by_role("button", name="Take the plan along as a file").click()
        with page.expect_download() as taken:
            page.get_by_role("link", name=words, exact=True).click()
        page.keyboard.press("Escape")
        kept = tmp_path / f"again.{name}"
        taken.value.save_as(kept)
        assert [item.name for item in read_file(kept).items] == [item.name for item in read_file(footbridge).items]
    reader.go(partnership)
    reader.look()


def test_a_later_file_shows_what_is_new_and_a_table_its_columns(reader, plan_files):
    footbridge, paint, _torn = plan_files
    make_first_organisation(reader)
    found_partnership(reader)
    partnership = reader.page.url
    bring_plan(reader, partnership, paint)
    assert reader.page.locator(".lede").inner_text() == "4 items were read in paint.csv."
    reader.look()
    reader.press("Read it again")
    reader.page.wait_for_url("**/imports/*")
    apply_plan(reader)

    plan = reader.page.url
    reader.go(f"{plan}/import")
    reader.look()
    reader.page.locator("input[type=file]").set_input_files(footbridge)
    reader.press("Look at it")
    reader.page.wait_for_url("**/imports/*")
    reader.look()
    apply_plan(reader)

    assert "Bridge opened" in names(reader.page)
