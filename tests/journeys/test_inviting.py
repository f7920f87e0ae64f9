"""From the mail to the partnership: an organisation joins, colleagues come, one declines, one partner leaves."""

import re
import time

import pytest

from .reader import Reader
from .story import PASSWORD, found_partnership, link_to, make_first_organisation

pytestmark = pytest.mark.browser
OTHER_PASSWORD = "eight otters under the bridge"


@pytest.fixture
def begun(begun_by):
    return begun_by(make_first_organisation, found_partnership, look_at_members)


def look_at_members(reader):
    reader.follow("Members")


@pytest.fixture
def founder(reader):
    return reader


def invite_organisation(founder, name="Tarn & Loom", email="noor@tarn.example") -> None:
    form = founder.page.locator("form[action$='/members/organisation']")
    form.locator("#organisation-name").fill(name)
    form.locator("#organisation-email").fill(email)
    founder.press("Invite the organisation")


def test_an_organisation_is_invited_and_its_lead_lands_in_the_partnership(founder, hub, chromium):
    founder.look()
    invite_organisation(founder)
    assert "Tarn & Loom" in founder.page.locator("main").inner_text()
    founder.look()

    noor = Reader(chromium, hub.address)
    page = noor.go(link_to(hub, "noor@tarn.example"))
    assert page.locator("h1").inner_text() == "Shall Tarn & Loom take part in “Footbridge”?"
    assert "Vera Lindqvist" in page.locator("main").inner_text()
    noor.look()
    page.locator("#id_name").fill("Noor Haddad")
    page.locator("#id_letters").fill("WEI")
    page.locator("#id_password").fill(OTHER_PASSWORD)
    noor.press("Take part", answers=422)
    assert "Another member wears the letters WEI." in page.locator("main").inner_text()
    noor.look()
    page.locator("#id_letters").fill("TL")
    page.locator("#id_password").fill(OTHER_PASSWORD)
    noor.press("Take part")

    assert re.search("/partnerships/[^/]+$", page.url)
    noor.follow("Members")
    assert "2 organisations work here as equals" in page.locator(".lede").inner_text()
    noor.look()
    noor.follow("Weir Council")
    noor.look()
    noor.follow("Vera Lindqvist")
    noor.look()
    noor.close()
    founder.page.reload()
    founder.look()


def test_a_colleague_comes_into_the_house_and_straight_into_the_partnership(founder, hub, chromium):
    form = founder.page.locator("form[action$='/members/person']")
    form.locator("#id_email").fill("ines")
    founder.press("Invite them", answers=422)
    founder.look()
    founder.page.locator("form[action$='/members/person'] #id_email").fill("ines@weir.example")
    founder.press("Invite them")
    assert "ines@weir.example" in founder.page.locator("main").inner_text()

    ines = Reader(chromium, hub.address, java_script_enabled=False)
    link = link_to(hub, "ines@weir.example")
    page = ines.go(link)
    assert "You would also take part in “Footbridge”" in page.locator("main").inner_text()
    page.locator("#id_name").fill("Ines Okafor")
    page.locator("#id_password").fill(OTHER_PASSWORD)
    ines.press("Take part")
    assert re.search("/partnerships/[^/]+$", page.url)
    ines.close()

    founder.page.reload()
    founder.follow("Ines Okafor")
    assert "Weir Council" in founder.page.locator("main").inner_text()
    founder.look()
    founder.go(link, answers=404)
    assert "no longer good" in founder.page.locator("h1").inner_text()
    founder.look()


def test_the_link_is_handed_over_once_and_another_account_is_refused(founder, hub):
    form = founder.page.locator("form[action$='/members/person']")
    form.locator("#id_email").fill("ines@weir.example")
    founder.press("Invite them")
    link_to(hub, "ines@weir.example")
    founder.page.reload()
    founder.press("Show the link, once")
    shown = founder.page.locator("copy-text code").inner_text()
    founder.look()

    founder.go(shown, answers=403)
    assert "ines@weir.example" not in founder.page.content()
    founder.look()
    founder.press("Sign out")
    founder.go(shown)
    founder.press("Decline")
    assert founder.page.locator("h1").inner_text() == "You declined"
    founder.look()


def test_a_partner_says_when_it_leaves_and_thinks_better_of_it(founder, hub, chromium):
    invite_organisation(founder)
    noor = Reader(chromium, hub.address)
    page = noor.go(link_to(hub, "noor@tarn.example"))
    page.locator("#id_name").fill("Noor Haddad")
    page.locator("#id_password").fill(OTHER_PASSWORD)
    noor.press("Take part")
    noor.follow("Members")
    noor.follow("Tarn & Loom leaves Footbridge …")
    noor.look()
    noor.press("Leave", answers=422)
    noor.look()
    page.get_by_label("with the end of a day").check()
    page.locator("#id_last_day").fill(time.strftime("%Y-%m-%d"))
    noor.press("Leave")
    noor.look()
    noor.press("Stay after all")
    noor.follow("Tarn & Loom leaves Footbridge …")
    page.get_by_label("at once").check()
    noor.press("Leave")
    assert page.url == f"{hub.address}/"
    noor.close()

    founder.page.reload()
    assert "Left" in founder.page.locator("main").inner_text()
    founder.look()


def test_whoever_has_an_account_signs_in_and_is_led_back(founder, hub, chromium):
    invite_organisation(founder, "Weir Works", "vera@footbridge.example")
    link = link_to(hub, "vera@footbridge.example")
    vera = Reader(chromium, hub.address)
    vera.go(link)
    vera.look()
    vera.press("Sign in to answer")
    vera.fill(Work_mail="vera@footbridge.example", Password=PASSWORD)
    vera.press("Sign in")
    assert vera.page.url == f"{hub.address}/invitation"
    assert "You answer for Weir Council." in vera.page.locator("main").inner_text()
    vera.look()
    vera.press("Take part", answers=422)
    assert "Your organisation takes part already." in vera.page.locator("main").inner_text()
    vera.close()
    founder.go("/account")
    founder.look()
    founder.follow("Your organisation")
    founder.look()
    founder.page.locator("#id_name").fill("Weir and Bridge Council")
    founder.press("Save the name")
    assert "Weir and Bridge Council" in founder.page.locator("h1").inner_text()
    founder.go("/account")
    founder.follow("Your name, and how partners see you")
    founder.page.locator("#id_name").fill("Vera L.")
    founder.press("Save the name")
    founder.look()
    founder.press(founder.page.locator("main a[href*='/organisations/']").first)
    founder.look()
