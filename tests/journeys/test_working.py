"""Working in a plan: from its table, its bars and its items, by hand and by keys, alone and against somebody else."""

from datetime import date

import pytest

from .reader import Reader
from .story import PASSWORD, apply_plan, bring_plan, found_partnership, link_to, make_first_organisation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def bring_bridge(plan_files):
    def bring(reader: Reader) -> None:
        bring_plan(reader, reader.page.url, plan_files[0], circle=-1)

    return bring


@pytest.fixture
def begun(begun_by, bring_bridge):
    return begun_by(make_first_organisation, found_partnership, bring_bridge, apply_plan)


@pytest.fixture
def plan(begun) -> str:
    """Return the address of a plan that somebody has just brought."""
    return begun.where


def row(reader: Reader, name: str):
    link = reader.page.get_by_role("link", name=name, exact=True)
    return reader.page.locator("tr[data-row]").filter(has=link)


def names(reader: Reader) -> list[str]:
    return reader.page.locator("tr[data-row] th a:not(.twist, .peek-link)").all_inner_texts()


def toast(reader: Reader) -> str:
    return reader.page.locator("#toasts .toast span").first.inner_text()


def test_an_item_is_changed_in_its_form_and_the_step_is_taken_back(reader, plan):
    page = reader.page
    reader.go(plan)
    reader.follow("Lift the deck")
    reader.follow("Change")
    reader.look()
    page.get_by_label("Work", exact=False).first.fill("8 d")
    reader.press("Save")

    assert "moved" in toast(reader)
    assert "8 d" in page.locator("table.before-after").inner_text()
    reader.look()
    reader.press("Undo")
    assert "3 d" in page.locator("table.before-after").inner_text()
    assert page.locator("#history ~ table, section:has(#history) table").first.inner_text().count("work") >= 2


def test_bad_input_is_answered_at_the_field_and_nothing_is_lost(reader, plan):
    page = reader.page
    reader.go(plan)
    reader.follow("Lift the deck")
    reader.follow("Change")
    page.locator("#id_name").fill("Lift the deck at night")
    page.locator("#id_duration").fill("soon")
    reader.press("Save", answers=422)

    reader.look()
    assert page.locator("#id_duration").input_value() == "soon"
    assert page.locator("#id_name").input_value() == "Lift the deck at night"
    assert "11 d, 6 h or 2 w" in page.locator("#form-errors").inner_text()
    page.locator("#id_duration").fill("4 d")
    reader.press("Save")
    assert page.locator("h1").inner_text() == "Lift the deck at night"


def test_cells_are_changed_where_they_stand(reader, plan):
    page = reader.page
    reader.go(f"{plan}/table")
    reader.look()
    cell = row(reader, "Lift the deck").locator("td[data-field=duration]")
    cell.dblclick()
    page.keyboard.type("soon")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.cell-field')?.validationMessage.includes('11 d')")
    page.locator(".cell-field").fill("6 d")
    page.keyboard.press("Enter")
    page.locator("#toasts .toast").first.wait_for()

    assert row(reader, "Lift the deck").locator("td[data-field=duration]").inner_text() == "6 d"


def days(reader: Reader, name: str) -> list[str]:
    """Return the start and the end of a row, as its cells hold them."""
    cells = row(reader, name).locator("[data-day]").all()
    return [cell.get_attribute("data-day") for cell in cells]


def bar(reader: Reader, name: str):
    nth = names(reader).index(name)
    return reader.page.locator(f'[data-bar="{nth}"] .bar')


def drag(reader: Reader, name: str, days: int, at: float) -> None:
    """Take a bar at a part of its width and drag it by some days."""
    page, one = reader.page, bar(reader, name)
    one.scroll_into_view_if_needed()
    box, day = one.bounding_box(), float(page.locator("bar-move").get_attribute("data-day"))
    x, y = box["x"] + box["width"] * at - (2 if at == 1 else 0), box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + days * day, y, steps=3)


def saved(reader: Reader, act) -> str:
    """Do what saves something and loads the page anew; return what is said there."""
    with reader.page.expect_navigation():
        act()
    return toast(reader)


def test_cells_beside_the_bars_are_changed_where_they_stand(reader, plan):
    page, name = reader.page, "Rails and lamps"
    reader.go(f"{plan}?level=12")
    begin, _end = days(reader, name)
    row(reader, name).locator("a.name").focus()
    page.keyboard.press("F2")
    assert page.locator(".cell-field").input_value() == name
    page.keyboard.press("F2")
    assert page.locator(".cell-field").input_value() == begin
    page.locator(".cell-field").fill("2027-04-10")
    assert "It starts on Mon 12 Apr 2027 and not on Sat 10 Apr 2027" in saved(
        reader, lambda: page.keyboard.press("Enter")
    )

    assert days(reader, name)[0] == "2027-04-12"
    reader.press("Undo")
    assert days(reader, name)[0] == begin
    row(reader, name).locator("td[data-field=finish]").dblclick()
    page.locator(".cell-field").fill("2020-01-01")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelector('.cell-field')?.validationMessage.includes('cannot end before')"
    )


def test_a_bar_is_dragged_and_so_is_its_end(reader, plan):
    page, name = reader.page, "Rails and lamps"
    reader.go(f"{plan}?level=12&zoom=day")
    before = days(reader, name)
    drag(reader, name, 7, at=0.4)
    assert page.locator("bar-move output").inner_text()
    page.keyboard.press("Escape")
    page.mouse.up()
    assert days(reader, name) == before
    drag(reader, name, 7, at=0.4)
    assert saved(reader, page.mouse.up).startswith("Saved.")

    moved = days(reader, name)
    assert [one > other for one, other in zip(moved, before, strict=True)] == [True, True]
    drag(reader, name, -2, at=1)
    saved(reader, page.mouse.up)
    assert (days(reader, name)[0], days(reader, name)[1] < moved[1]) == (moved[0], True)
    drag(reader, name, -28, at=0.4)
    assert "It starts on" in saved(reader, page.mouse.up)
    reader.press("Undo")
    assert days(reader, name)[0] == moved[0]


def test_a_bar_is_moved_by_keys(reader, plan):
    page, name = reader.page, "Rails and lamps"
    reader.go(f"{plan}?level=12")
    before, listed = days(reader, name), names(reader)
    row(reader, name).locator("a.name").focus()
    for key in ("Alt", "Shift"):
        page.keyboard.down(key)
    for _step in range(7):
        page.keyboard.press("ArrowRight")
    assert saved(reader, lambda: page.keyboard.up("Shift")).startswith("Saved.")
    page.keyboard.up("Alt")

    moved = days(reader, name)
    assert moved[0] > before[0]
    page.wait_for_function("(name) => document.activeElement.textContent === name", arg=name)
    page.keyboard.down("Alt")
    page.keyboard.down("Shift")
    for _step in range(7):
        page.keyboard.press("ArrowUp")
    saved(reader, lambda: page.keyboard.up("Alt"))
    page.keyboard.up("Shift")
    assert (days(reader, name)[0], days(reader, name)[1] > moved[1]) == (moved[0], True)
    assert names(reader) == listed  # these are not the keys that move rows
    reader.press("Undo")
    assert days(reader, name) == moved


def test_keys_move_a_bar_from_friday_to_monday_and_back(reader, plan):
    page, name = reader.page, "Rails and lamps"
    reader.go(f"{plan}?level=12")
    row(reader, name).locator("a.name").focus()
    begin = date.fromisoformat(days(reader, name)[0])
    words = page.locator("bar-move output")
    shown = []
    for key in ("Alt", "Shift"):
        page.keyboard.down(key)
    for key in ["ArrowRight"] * 6 + ["ArrowLeft"] * 5:
        page.keyboard.press(key)
        shown.append(words.inner_text().split(",")[0][:3])
    page.keyboard.press("Escape")
    for key in ("Alt", "Shift"):
        page.keyboard.up(key)

    week = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    there = [week[(begin.weekday() + step) % 5] for step in range(1, 7)]
    assert shown == [*there, *reversed(there[:-1])]
    assert days(reader, name)[0] == begin.isoformat()


@pytest.mark.parametrize("width", [1280, 360])
def test_rows_and_their_bars_stand_on_one_line(reader, plan, width):
    page, name = reader.page, "Lift the deck"
    page.set_viewport_size({"width": width, "height": 800})
    reader.go(f"{plan}?level=12")

    middles = [
        box["y"] + box["height"] / 2 for box in (row(reader, name).bounding_box(), bar(reader, name).bounding_box())
    ]
    assert abs(middles[0] - middles[1]) < 4


def test_on_a_phone_the_bars_follow_the_rows_until_a_hand_moves_them(reader, plan):
    page = reader.page
    page.set_viewport_size({"width": 360, "height": 420})
    reader.go(f"{plan}?level=12&zoom=day")
    left = "() => document.querySelector('pane-today').scrollLeft"

    row(reader, "Bridge opened").scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({left})() > 0")
    page.evaluate("() => { document.querySelector('pane-today').scrollLeft = 0 }")
    for name in ("Survey both banks", "Bridge opened"):
        ended = "new Promise((done) => document.addEventListener('scrollend', () => setTimeout(done), { once: true }))"
        page.evaluate(f"() => {{ window.ended = {ended} }}")
        row(reader, name).scroll_into_view_if_needed()
        page.evaluate("() => window.ended")
    assert page.evaluate(left) == 0


def test_rows_are_chosen_moved_linked_withdrawn_and_brought_back(reader, plan):
    page = reader.page
    reader.go(f"{plan}/table?level=12")
    before = names(reader)
    row(reader, "Pile the east bank").locator(".tick input").check()
    reader.press("Up")
    moved = names(reader)
    assert moved.index("Pile the east bank") == moved.index("Pile the west bank") - 1
    reader.press("Undo")
    assert names(reader) == before

    bar = page.locator("row-choice")
    page.get_by_role("link", name="Fold all", exact=True).first.click()
    page.wait_for_url("**level=0*")
    assert bar.is_hidden()
    page.get_by_role("link", name="Unfold all", exact=True).first.click()
    row(reader, "Rails and lamps").locator(".tick input").check()
    row(reader, "Survey both banks").locator(".tick input").check()
    assert bar.is_visible() and "2" in bar.locator("[data-count]").inner_text()
    reader.press("Withdraw")
    assert not {"Rails and lamps", "Survey both banks"} & set(names(reader))
    reader.press("Undo")
    assert sorted(names(reader)) == sorted(before)
    row(reader, "Rails and lamps").locator(".tick input").check()
    reader.press("Withdraw")
    assert "Rails and lamps" not in names(reader)
    reader.go(f"{plan}/withdrawn")
    reader.look()
    reader.press("Bring it back")
    assert page.locator("h1").inner_text() == "Rails and lamps"


@pytest.mark.parametrize("view", ["", "/table"])
def test_chosen_rows_are_unlinked(reader, plan, view):
    page = reader.page
    reader.go(f"{plan}{view}?level=12")
    for name in ("Lift the deck", "Rails and lamps"):
        row(reader, name).locator(".tick input").check()
    reader.press("Unlink")
    assert "One link removed." in toast(reader)

    reader.press("Undo")
    for name in ("Lift the deck", "Rails and lamps"):
        row(reader, name).locator(".tick input").check()
    reader.press("Unlink")
    for name in ("Lift the deck", "Rails and lamps"):
        row(reader, name).locator(".tick input").check()
    reader.press("Unlink")
    assert "No link runs between the chosen rows" in toast(reader)
    assert page.locator("row-choice").is_hidden()


def test_many_lines_become_many_items(reader, plan):
    page = reader.page
    reader.go(f"{plan}/table")
    page.locator("#quick-lines").fill("Paint")
    page.keyboard.press("Enter")
    page.locator("#toasts .toast").first.wait_for()
    assert "Paint" in names(reader)

    reader.follow("Paste many lines")
    page.locator("#id_lines").fill("Lamps\n  Order lamps\t2 d\n  Hang lamps\t3 d")
    reader.press("Look first")
    reader.look()
    assert page.locator("table.small").inner_text().count("task") == 2
    reader.press("Add them")
    assert {"Lamps", "Order lamps", "Hang lamps"} <= set(names(reader))


def test_the_week_is_told_in_one_form(reader, plan):
    page = reader.page
    reader.go(plan)
    reader.follow("Survey both banks")
    reader.follow("Change")
    page.locator("#id_began_on").fill("2026-11-16")
    reader.press("Save")
    reader.go(f"{plan}/week?whose=all")
    reader.look()
    first = page.locator("tr:has(input[name=item])").first
    name = first.locator("th a").inner_text()
    first.locator("input[inputmode=numeric]").fill("40")
    reader.press("Save all of it")
    reader.go(f"{plan}/table?text={name.split()[0]}")
    assert "40%" in row(reader, name).inner_text().replace("\xa0", "")


def test_rows_are_walked_and_moved_by_keys(reader, plan):
    page = reader.page
    reader.go(f"{plan}/table")
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = "document.activeElement.closest('tr')?.dataset.row"
    assert page.evaluate(focused) == page.locator("tr[data-row]").nth(1).get_attribute("data-row")
    page.keyboard.press("x")
    assert page.locator("tr.is-chosen").count() == 1
    page.keyboard.press("n")
    page.keyboard.press("i")
    assert page.evaluate("document.activeElement.id") == "quick-lines"


@pytest.mark.parametrize("key", ["Control+Enter", "Meta+Enter"])
def test_forms_are_sent_by_a_key(reader, plan, key):
    page = reader.page
    reader.go(plan)
    reader.follow("Lift the deck")
    reader.follow("Change")
    page.locator("#id_note").fill("By night")
    page.keyboard.press("Enter")
    page.keyboard.type("and by day")
    page.keyboard.press(key)
    page.locator("#toasts .toast").first.wait_for()
    assert page.locator("h1").inner_text() == "Lift the deck"
    assert "and by day" in page.locator("main").inner_text()

    reader.follow("Change")
    page.locator("#id_name").fill("Lift it")
    page.keyboard.press(key)
    page.locator("#toasts .toast").first.wait_for()
    assert page.locator("h1").inner_text() == "Lift it"
    page.locator("#remark-text").fill("At last.")
    page.keyboard.press(key)
    page.locator(".remark").wait_for()
    assert "At last." in page.locator(".remark").inner_text()


@pytest.mark.parametrize("view", ["", "/table"])
@pytest.mark.parametrize("text", ["", "?text=nothing+like+it"])
def test_a_key_leads_into_the_filter(reader, plan, view, text):
    page = reader.page
    reader.go(f"{plan}{view}{text}")
    page.keyboard.press("/")
    page.wait_for_function("() => document.activeElement.id === 'f-text'")
    page.keyboard.type("deck")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=deck*")
    row(reader, "Lift the deck").wait_for()

    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert "filter the items by words" in page.locator("#keys").inner_text()
    assert "save or send what you write" in page.locator("#keys").inner_text()


@pytest.fixture
def colleague(reader, plan, chromium, hub):
    """Return somebody else at a browser of their own, who works on the same plan."""
    reader.go(plan)
    reader.follow("Members")
    form = reader.page.locator("form[action$='/members/person']")
    form.locator("#id_email").fill("ines@weir.example")
    form.locator("#id_role_id").select_option(label="project manager")
    reader.press("Invite them")
    ines = Reader(chromium, hub.address)
    ines.go(link_to(hub, "ines@weir.example"))
    ines.page.locator("#id_name").fill("Ines Okafor")
    ines.page.locator("#id_password").fill(PASSWORD)
    ines.press("Take part")
    yield ines
    ines.close()


def test_two_people_in_conflict_lose_nothing(reader, plan, colleague):
    page = reader.page
    reader.go(plan)
    reader.follow("Lift the deck")
    reader.follow("Change")
    colleague.go(page.url)
    colleague.page.locator("#id_name").fill("Lift the deck in two halves")
    colleague.press("Save")

    page.locator("#id_name").fill("Lift the deck at dawn")
    reader.press("Save", answers=409)
    reader.look()
    told = page.locator("#conflict").inner_text()
    assert "Lift the deck in two halves" in told
    assert "Lift the deck at dawn" in told
    assert page.locator("#id_name").input_value() == "Lift the deck at dawn"
    reader.press("Save")
    assert page.locator("h1").inner_text() == "Lift the deck at dawn"


def write_cell(reader: Reader, name: str, text: str) -> None:
    """Begin a cell anew, or go on in the one that is open, and press Enter."""
    if not reader.page.locator(".cell-field").count():
        row(reader, name).locator("td[data-field=duration]").dblclick()
    reader.page.locator(".cell-field").fill(text)
    reader.page.keyboard.press("Enter")


def test_two_people_in_one_cell_lose_nothing(reader, plan, colleague):
    page, work = reader.page, row(reader, "Lift the deck").locator("td[data-field=duration]")
    told = "(there) => document.querySelector('.cell-field')?.validationMessage.includes(`there stands: ${there}`)"
    reader.go(f"{plan}/table")
    for theirs in ("5 d", "7 d"):
        colleague.go(f"{plan}/table")
        write_cell(colleague, "Lift the deck", theirs)
        colleague.page.locator("#toasts .toast").first.wait_for()
        write_cell(reader, "Lift the deck", "6 d")
        page.wait_for_function(told, arg=theirs)
    assert page.locator(".cell-field").input_value() == "6 d"

    page.keyboard.press("Enter")
    page.locator("#toasts .toast").first.wait_for()
    assert work.inner_text() == "6 d"

    reader.go(f"{plan}/table")
    colleague.go(f"{plan}/table")
    write_cell(colleague, "Lift the deck", "9 d")
    colleague.page.locator("#toasts .toast").first.wait_for()
    write_cell(reader, "Lift the deck", "8 d")
    page.wait_for_function(told, arg="9 d")
    page.keyboard.press("Escape")
    page.locator(".cell-field").wait_for(state="detached")
    assert work.inner_text() == "9 d"
