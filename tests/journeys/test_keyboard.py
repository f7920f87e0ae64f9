"""Without a mouse: every step is taken with keys, and one always sees where one is."""

import pytest

from .story import EMAIL, PASSWORD, apply_plan, bring_plan, found_partnership, make_first_organisation

pytestmark = pytest.mark.browser
FOCUS = "document.activeElement.closest('a, button, input, select, textarea')?.outerHTML ?? ''"
CLOSE_AND_PRESS_E = """() => {
  document.getElementById("palette").hidePopover() // for a frame its field still has the focus
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true, cancelable: true }))
}"""
RING = "getComputedStyle(document.activeElement).outlineStyle"


def tab_to(page, locator, times=60) -> None:
    """Press Tab until something has the focus, which must be seen."""
    for _ in range(times):
        page.keyboard.press("Tab")
        if locator.first.evaluate("(one) => one === document.activeElement"):
            assert page.evaluate(RING) != "none", f"no ring: {page.evaluate(FOCUS)}"
            return
    raise AssertionError(f"Tab never came to {locator}")


def test_the_first_run_and_a_partnership_by_keys(reader):
    page = reader.go("/")
    for field, words in (("organisation", "Weir Council"), ("name", "Vera Lindqvist"), ("email", EMAIL)):
        tab_to(page, page.locator(f"#id_{field}"))
        page.keyboard.type(words)
    tab_to(page, page.locator("#id_password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.keyboard.press("Enter")  # the first thing there is to do: to found a partnership
    page.wait_for_url("**/partnerships/new")
    tab_to(page, page.locator("#id_name"))
    page.keyboard.type("Footbridge")
    tab_to(page, page.locator("#id_letters"))
    page.keyboard.type("WEI")
    page.keyboard.press("Enter")

    page.wait_for_url("**/partnerships/0*")
    assert page.locator("h1").inner_text() == "Footbridge"


def test_a_plan_is_folded_and_places_are_found_by_keys(reader, plan_files):
    make_first_organisation(reader)
    found_partnership(reader)
    bring_plan(reader, reader.page.url, plan_files[0])
    apply_plan(reader)
    page = reader.page
    lift = page.get_by_role("link", name="Lift the deck", exact=True)
    assert lift.count() == 1

    tab_to(page, page.get_by_role("link", name="Building: fold"), times=120)
    page.keyboard.press("Enter")
    lift.wait_for(state="detached")

    page.keyboard.press("Control+k")
    page.keyboard.type("circ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/circles")
    assert page.locator("h1").inner_text() == "Circles"
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/members")
    page.keyboard.press("?")
    page.locator("#keys").wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator("#keys").wait_for(state="hidden")


def test_the_palette_acts_finds_and_remembers(reader, plan_files):
    make_first_organisation(reader)
    found_partnership(reader)
    partnership = reader.page.url
    bring_plan(reader, partnership, plan_files[0])
    apply_plan(reader)
    reader.follow("Lift the deck")
    page, item = reader.page, reader.page.url
    words = page.locator(".palette-list :is(a, button):visible")

    page.keyboard.press("Control+k")
    assert [words.nth(nth).inner_text().split("\n") for nth in range(3)] == [
        ["Add items below it", "n i"], ["Change", "e"], ["Take it out of the plan"],
    ]  # fmt: skip
    page.keyboard.type("lift")
    found = page.locator("#palette-found a").filter(has_text="Lift the deck")
    found.wait_for()
    reader.look()
    page.evaluate(CLOSE_AND_PRESS_E)
    page.wait_for_url(f"{item}/edit")
    page.keyboard.press("o")
    page.keyboard.press("p")
    assert page.locator(".palette-list section:visible h2").all_inner_texts() == ["Partnerships"]

    reader.go("/")
    page.keyboard.press("s")
    lately = page.locator("palette-recent a")
    assert "Lift the deck" in lately.first.inner_text()
    page.keyboard.type("lift the deck")
    found.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(item)
    page.keyboard.press("Control+k")
    page.keyboard.type("sign out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in*")
    assert page.evaluate("sessionStorage.length") == 0


def test_keys_fold_copy_and_list_but_not_while_one_writes_or_switched_them_off(reader):
    make_first_organisation(reader)
    found_partnership(reader)
    page, is_folded = reader.page, "() => document.body.classList.contains('shell--folded')"
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])

    assert page.locator("side-fold").inner_text() == "Fold the side bar"
    page.keyboard.press("Control+b")
    page.wait_for_function(is_folded)
    assert page.locator("side-fold .word").text_content() == "Open the side bar"
    for words in ("dark", "theme"):
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        assert page.locator(".palette-list button:visible").all_inner_texts() == ["Change how it looks"]
        page.keyboard.press("Escape")
        page.locator("#palette").wait_for(state="hidden")
    with page.expect_response("**/preferences"):
        page.keyboard.press("Control+b")
    page.keyboard.press("Control+Shift+C")
    page.locator(".toast").get_by_text("copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.keyboard.press("Control+/")
    assert "copy the address" in page.locator("#keys").inner_text()
    page.keyboard.press("Escape")
    page.locator("#keys").wait_for(state="hidden")
    with page.expect_response("**/preferences"):
        page.keyboard.press("Control+b")
    page.reload()
    assert page.evaluate(is_folded)

    page.keyboard.press("n")
    page.keyboard.press("p")
    page.wait_for_url("**/partnerships/new")
    page.locator("#id_name").focus()
    for keys in ("Control+b", "n", "p", "?"):
        page.keyboard.press(keys)
    assert page.evaluate(is_folded) and page.locator("#id_name").input_value() == "np?"
    page.locator("h1").click()
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    for keys in ("Control+b", "Control+/", "g", "h"):
        page.keyboard.press(keys)
    assert page.evaluate(is_folded) and page.url.endswith("/new") and page.locator("#keys").is_hidden()
    page.keyboard.press("Control+k")
    page.locator("#palette").wait_for(state="visible")


def test_space_shows_the_item_beside_the_list_and_its_address_holds(reader, plan_files):
    make_first_organisation(reader)
    found_partnership(reader)
    bring_plan(reader, reader.page.url, plan_files[0])
    apply_plan(reader)
    page, panel = reader.page, reader.page.locator("#peek")
    reader.go(page.url.split("?")[0].removesuffix("/table") + "/table")
    table, rows = page.url, page.locator("tr[data-row]")
    name = panel.locator("[data-name]")

    page.keyboard.press("j")
    page.keyboard.press("Space")
    panel.locator("#item-main").wait_for()
    assert rows.nth(0).get_attribute("data-row").replace("-", "") in page.url
    page.keyboard.press("j")
    assert name.inner_text() == rows.nth(1).locator("a[href*='/items/']").inner_text()
    panel.get_by_role("link", name="The item after").click()
    assert name.inner_text() == rows.nth(2).locator("a[href*='/items/']").inner_text()
    shown = page.url
    reader.look()
    page.go_back()
    panel.wait_for(state="hidden")
    assert page.url == table
    stands_on(page, rows.nth(2))

    rows.nth(1).locator("a[href*='/items/']").focus()
    page.keyboard.press("Space")
    panel.locator("#item-main").wait_for()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.wait_for_url(table)
    stands_on(page, rows.nth(1))
    reader.go(shown)
    assert panel.locator("#item-main").is_visible()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    stands_on(page, rows.nth(2))
    rows.nth(2).hover()
    rows.nth(2).locator("[data-peek]").click()
    panel.locator("#item-main").wait_for()
    assert name.inner_text() == rows.nth(2).locator("a[href*='/items/']").inner_text()
    page.go_back()
    panel.wait_for(state="hidden")

    rows.nth(1).locator("a[href*='/items/']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/*")


def test_space_shows_a_milestone_beside_the_milestones(reader, plan_files):
    make_first_organisation(reader)
    found_partnership(reader)
    bring_plan(reader, reader.page.url, plan_files[0])
    apply_plan(reader)
    page, panel = reader.page, reader.page.locator("#peek")
    reader.go(page.url.split("?")[0].removesuffix("/table") + "/milestones?by=date")
    listed, rows = page.url, page.locator("tr[data-row]")
    name = panel.locator("[data-name]")

    page.keyboard.press("j")
    page.keyboard.press("Space")
    panel.locator("#item-main").wait_for()
    assert name.inner_text() == rows.nth(0).locator("a[href*='/items/']").inner_text()
    assert "by=date" in page.url and rows.nth(0).get_attribute("data-row").replace("-", "") in page.url
    reader.look()
    shown = page.url
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.wait_for_url(listed)
    stands_on(page, rows.nth(0))
    reader.go(shown)
    assert panel.locator("#item-main").is_visible()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.wait_for_url(listed)


def stands_on(page, row):
    """Wait until the keys act on a row again."""
    page.wait_for_function(
        "id => document.activeElement.closest('tr')?.dataset.row === id", arg=row.get_attribute("data-row")
    )
