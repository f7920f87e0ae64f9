"""What somebody meets who starts Consortio to look at it: the demo world, from its link to its end."""

import shutil

import pytest

from .hub import BIN_RUN, ROOT, Hub
from .reader import PHONE, Reader

pytestmark = pytest.mark.browser
JOINT, OFFER = "Quiet Crossing: two electric ferries, three quays", "Offer for phase 2: the northern crossing"
TIMETABLE, COMMITTEE = "Timetable change and relief ferry", "Steering committee: what waits for us"


@pytest.fixture
def hub(hub_with, full):
    return hub_with(full)


@pytest.fixture
def visit(chromium, hub):
    """Return a function that signs in by a link, and leads to the partnership."""
    readers: list[Reader] = []

    def begin(who: str) -> Reader:
        readers.append(Reader(chromium, hub.address))
        readers[-1].go(hub.links()[who])
        readers[-1].press(readers[-1].page.locator("main form button"))
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


@pytest.mark.skipif(not (ROOT / ".venv" / "installed.json").exists(), reason="bin/run would install packages first")
def test_the_first_command_prints_links_that_open(chromium, full, tmp_path):
    first = (full / "said").read_text()
    again = Hub(shutil.copytree(full, tmp_path / "data")).start(*BIN_RUN)
    reader = Reader(chromium, again.address)
    try:
        reader.go(again.links()["Jonas"])
        reader.look()
        second = again.said()
    finally:
        reader.close()
        again.stop()

    loaded = "The demo world is loaded. `consortio serve` prints links that sign in as its people."
    assert sentences(first)[:2] == ["The database is up to date.", loaded]
    assert (
        sentences(first)[3:]
        == sentences(second)[2:]
        == ["Sign in as somebody of the demo world (these links work on this machine only):"]
    )
    assert sentences(second)[:2] == ["The database is up to date.", f"Consortio is at {again.address}"]


def sentences(said: str) -> list[str]:
    return [line for line in said.splitlines() if line and not line.startswith(" ")]


def plans(reader: Reader) -> list[str]:
    return sorted(reader.page.locator("#plans-part tbody th a").all_inner_texts())


def test_each_organisation_sees_its_own_circles_and_dates(visit):
    seen = {}
    for who in ("Yuna", "Tomas", "Ingrid"):
        reader = visit(who)
        reader.follow("Quiet Crossing")
        listed = plans(reader)
        reader.follow(JOINT)
        has_second_date = "in our house" in reader.page.locator("main").inner_text()
        reader.go(f"{reader.page.url}/table?text=second+supplier")
        seen[who] = listed, has_second_date, reader.page.locator("tbody tr").count()

    assert seen == {
        "Yuna": ([OFFER, JOINT], True, 2),
        "Tomas": ([OFFER, JOINT, COMMITTEE], False, 0),
        "Ingrid": ([JOINT, COMMITTEE], True, 0),
    }


def test_every_page_of_the_demo_world_is_in_order(visit):
    reader = visit("Yuna")
    page = reader.page
    reader.look(twice=True)
    reader.follow("Quiet Crossing")
    reader.look(twice=True)
    partnership = page.url
    for place in ("members", "circles"):
        reader.go(f"{partnership}/{place}")
        reader.look(twice=True)
    reader.press(page.locator("tbody th a").first)
    reader.look(twice=True)
    reader.go(partnership)

    reader.follow(JOINT)
    plan = page.url
    reader.look(twice=True)
    for place in ("table", "milestones", "settings"):
        reader.go(f"{plan}/{place}")
        reader.look(twice=True)
    reader.go(f"{plan}/table?text=lom")
    reader.press(page.locator("tbody th a:not(.twist, .peek-link)").last)
    reader.look(twice=True)


def test_a_sponsor_looks_in_on_a_phone(visit):
    """In half a minute: where it stands, what waits, what comes next; the rest is folded."""
    reader = visit("Per")
    page = reader.page
    page.set_viewport_size(PHONE)
    reader.follow("Quiet Crossing")

    sentence = page.get_by_text("The last milestone, Programme closed, ends on").first
    parts = [page.locator("main h2", has_text=words).first for words in ("Waits for you", "Milestones")]
    shown = (sentence, *parts, page.locator(".since").first)
    for one in shown:
        one.wait_for()
    page.wait_for_function("() => !document.querySelector('main [hx-trigger=load]')")  # parts that come later are there
    places = [one.bounding_box()["y"] for one in shown]
    assert places == sorted(places)
    folded = page.locator("main details:not([open]) > summary")
    assert folded.count() > 0
    folded.first.click()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    page.locator("main a[href*='/milestones']").first.click()
    page.wait_for_url("**/milestones**")
    assert page.get_by_role("heading", name="Milestones").is_visible()
    assert page.get_by_role("link", name="Change", exact=True).count() == 0
    reader.look()


def test_a_side_circle_is_opened_and_is_not_there_for_the_third(visit):
    reader = visit("Ingrid")
    page = reader.page
    reader.follow("Quiet Crossing")
    reader.follow("Circles")
    page.locator("#id_name").fill("Warranty talks")
    page.locator("#id_letters").fill("WAR")
    page.get_by_label("Voltmere Systems").check()
    reader.press("Open it")
    circle = page.url
    assert "Warranty talks" in page.locator("h1").inner_text()
    seated = page.locator("main").inner_text()
    assert "Ingrid Solheim" in seated and "Felix Adeyemi" in seated and "Tomas Okafor" not in seated
    reader.look()

    inside, outside = visit("Felix"), visit("Tomas")
    inside.go(circle)
    assert "Warranty talks" in inside.page.locator("h1").inner_text()
    outside.go(circle, answers=404)
    outside.go("/")
    outside.follow("Quiet Crossing")
    outside.follow("Circles")
    assert "Warranty talks" not in outside.page.locator("main").inner_text()


def test_the_plan_is_folded_zoomed_and_filtered_by_address(visit):
    reader = visit("Tomas")
    page = reader.page
    reader.follow("Quiet Crossing")
    reader.follow(JOINT)
    kick_off = page.get_by_role("link", name="Joint kick-off", exact=True)
    assert kick_off.count() == 1

    page.get_by_role("link", name="Agreement and design basis: fold").click()
    kick_off.wait_for(state="detached")
    folded = page.url
    page.get_by_role("link", name="Agreement and design basis: unfold").click()
    kick_off.wait_for(state="attached")
    reader.go(folded)
    assert kick_off.count() == 0

    narrow = page.locator(".gantt-pane svg").get_attribute("width")
    page.get_by_role("link", name="Week", exact=True).click()
    page.wait_for_url("**zoom=week**")
    page.wait_for_function(
        "(was) => document.querySelector('.gantt-pane svg').getAttribute('width') !== was", arg=narrow
    )

    reader.go(f"{folded.split('?')[0]}/table?text=transformer")
    names = page.locator("tbody th a:not(.twist, .peek-link)").all_inner_texts()
    assert len(names) > 2
    assert all("transformer" in name.lower() for name in names)


LOOKED_AT = "sessionStorage.getItem('consortio-recent')"


def test_another_hat_opens_another_house(visit):
    reader = visit("Priya")
    page = reader.page
    reader.go("/")
    reader.look()
    seen = {}
    for _ in range(2):
        name = page.locator("#acting").inner_text()
        reader.follow("Quiet Crossing")
        seen[name] = plans(reader)
        reader.go("/")
        assert "Quiet Crossing" in page.evaluate(LOOKED_AT)
        reader.open_own_menu()
        hats = page.locator("#person-menu form[action='/acting-for'] button")
        assert hats.count() == 2
        reader.press(hats.filter(has_not=page.locator("kbd")))
        assert page.evaluate(LOOKED_AT) is None

    assert seen == {"Brightkeel Delivery": [OFFER, JOINT], "Halvorsund Ferries": [JOINT]}


def test_what_one_opens_under_another_hat_is_opened_for_it(visit):
    reader = visit("Priya")
    page = reader.page
    reader.go("/")
    first = page.locator("#acting").inner_text()
    other = page.locator("section:has([id^='act-for-'])")
    name = other.locator("h2").inner_text()

    reader.press(other.get_by_role("button", name="Quiet Crossing", exact=True))

    assert page.locator("h1").inner_text() == "Quiet Crossing"
    assert plans(reader) == ([JOINT] if "Halvorsund" in name else [OFFER, JOINT])
    reader.go("/")
    assert page.locator("#acting").inner_text() in name
    reader.press(f"Act for {first}")
    assert page.locator("#acting").inner_text() == first


def test_colours_hold_and_the_palette_finds_what_one_sees(visit):
    reader = visit("Felix")
    page = reader.page
    reader.open_own_menu()
    with page.expect_response("**/preferences"):
        page.get_by_role("group", name="Colours").first.get_by_role("button", name="Dark").click()
    reader.go("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"

    page.keyboard.press("Control+k")
    page.keyboard.type("quiet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/partnerships/*")
    assert page.locator("h1").inner_text() == "Quiet Crossing"


def test_one_click_and_a_yes_remove_it_all(visit, hub):
    reader = visit("Ingrid")
    reader.follow("Remove the demo world")
    reader.look()
    reader.press("Remove the demo world")

    assert reader.page.url.endswith("/first-run")
    reader.go(hub.links()["Yuna"], answers=404)
