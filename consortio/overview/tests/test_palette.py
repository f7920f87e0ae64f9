"""The palette offers to begin what the pages offer to the same person, and no more."""

import re

import pytest

from .test_glance import here

pytestmark = pytest.mark.django_db


def begun_with(world, who, path="/"):
    page = world.client(who).get(path).content.decode()
    return re.findall(r'<a href="([^"]*)" data-key="(n \w)"', page)


@pytest.mark.parametrize(("who", "may"), [("ada@Harbour", True), ("abe@Harbour", False)])
def test_who_may_found_and_invite_is_led_there_from_every_page(world, who, may):
    partnership = f"/partnerships/{here(world)}"
    founding, members = ("/partnerships/new", "n p"), (f"{partnership}/members", "n m")
    client = world.client(who)

    assert begun_with(world, who) == [founding] * may
    assert begun_with(world, who, f"{partnership}/circles") == [founding, members] * may
    assert ("/members/organisation" in client.get(members[0]).content.decode()) is may
    assert ('href="/partnerships/new"' in client.get("/").content.decode()) is may


def test_what_the_browser_remembers_has_an_owner(world):
    owners = {re.search(r'data-owner="([^"]*)"', world.client(who).get("/").content.decode()).group(1)
              for who in ("ada@Harbour", "bo@Orchard")}  # fmt: skip

    assert owners == {
        f"{world.ids[person]} {world.ids[own]}" for person, own in (("ada", "Harbour"), ("bo", "Orchard"))
    }


def test_a_page_that_lies_in_no_place_marks_none(world):
    client, own = world.client("ada@Harbour"), f"/partnerships/{here(world)}"

    pages = {path: client.get(path) for path in ("/", f"/people/{world.ids['ada']}", "/partnerships/new", own)}

    assert {page.status_code for page in pages.values()} == {200}
    marked = {
        path: set(re.findall(r'<a href="([^"]*)" aria-current="page"', page.content.decode()))
        for path, page in pages.items()
    }
    assert marked == {path: {path} if path in ("/", own) else set() for path in pages}
