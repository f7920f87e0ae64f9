"""An item beside the rows: what its own page says, for those who see it, at an address that can be passed on."""

import html
import re
from uuid import UUID

import pytest
import time_machine

from consortio.plans.actions import NewItem, add_item

from .builders import NOON, bring_in, quay
from .test_pages import rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return bring_in(world, quay())


@pytest.mark.parametrize("view", ["", "/table"])
def test_an_item_is_shown_beside_the_rows_as_on_its_own_page(world, plan, view):
    client, rows = world.client("ada@Harbour"), list(rows_of(world, plan, level=12).values())
    way, shown = f"/plans/{plan}{view}?level=12", rows[1]

    page = client.get(f"{way}&peek={shown.id}").content.decode()

    assert main_of(page) == main_of(client.get(f"/items/{shown.id}").content.decode())
    assert f"<b data-name>{shown.name}</b>" in page
    around = re.findall(r'data-step="-?1" href="([^"]*)"', page)
    assert around == [f"?level=12&amp;peek={row.id.hex}" for row in (rows[0], rows[2])]
    assert 'id="item-main"' not in client.get(way).content.decode()


@pytest.mark.parametrize(("view", "query"), [("", ""), ("", "?level=12&critical=1"), ("/table", "?sort=name")])
def test_each_row_has_a_link_that_shows_it_beside_what_is_listed(world, plan, view, query):
    client = world.client("ada@Harbour")

    page = client.get(f"/plans/{plan}{view}{query}").content.decode()

    links = [html.unescape(link) for link in re.findall(r'data-peek href="([^"]*)"', page)]
    rows = [UUID(pk).hex for pk in re.findall(r'<tr class="[^"]*" data-row="([^"]*)"', page)]
    assert rows and links == [f"{query}{'&' if query else '?'}peek={pk}" for pk in rows]
    assert 'id="item-main"' in client.get(f"/plans/{plan}{view}{links[0]}").content.decode()
    assert "data-peek" not in client.get(f"/plans/{plan}?paper=1").content.decode()


@pytest.mark.parametrize("asked", ["", "by=date", "by=date&before=0"])
def test_a_milestone_is_shown_beside_the_milestones(world, plan, asked):
    for name in ("Handed over", "Paid"):
        stone = NewItem(name, kind="milestone", duration_minutes=0)
        world.do(name, add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["coast"], item=stone)
    client, way = world.client("ada@Harbour"), f"/plans/{plan}/milestones"

    page = client.get(f"{way}?{asked}").content.decode()

    rows = [UUID(pk) for pk in re.findall(r'<tr data-row="([^"]*)"', page)]
    links = [html.unescape(link) for link in re.findall(r'data-peek href="([^"]*)"', page)]
    common = f"?{asked}&" if asked else "?"
    assert len(rows) == 3 and links == [f"{common}peek={pk.hex}" for pk in rows]
    assert '<peek-panel class="peek"' in page and 'id="item-main"' not in page
    shown = client.get(f"{way}{links[1]}").content.decode()
    assert main_of(shown) == main_of(client.get(f"/items/{rows[1]}").content.decode())
    around = re.findall(r'data-(?:step="-?1"|close) href="([^"]*)"', shown)
    assert [html.unescape(link) for link in around] == [links[0], links[2], f"?{asked}"]
    assert f'href="?by=date&peek={rows[1].hex}" hx-boost' in html.unescape(shown)
    assert "<kbd>Space</kbd>" in page and "<kbd>Space</kbd>" not in client.get(f"/items/{rows[1]}").content.decode()


@pytest.mark.parametrize(("who", "may"), [("ada@Harbour", True), ("bea@Orchard", False)])
@pytest.mark.parametrize("view", ["", "/table"])
def test_a_key_leads_to_the_form_of_an_item_where_one_may_change_it(world, plan, view, who, may):
    page = world.client(who).get(f"/plans/{plan}{view}").content.decode()
    item_id = re.search(r'data-row="([^"]*)"', page).group(1)

    assert ("data-changes" in page) is may
    assert (world.client(who).get(f"/items/{item_id}/edit").status_code == 200) is may


def main_of(page: str) -> str:
    return re.search(r'<div class="with-rail" id="item-main">.*?</aside>', page, re.DOTALL).group()


@pytest.mark.parametrize("view", ["", "/table", "/milestones"])
def test_what_one_does_not_see_is_not_shown_beside_the_rows(world, plan, view):
    hidden = world.do(
        "ours", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=NewItem("Lease")
    )
    elsewhere = next(iter(rows_of(world, bring_in(world, quay(), step="another"), level=12).values())).id
    way, bo = f"/plans/{plan}{view}", world.client("bo@Orchard")

    assert 'id="item-main"' in world.client("ada@Harbour").get(f"{way}?peek={hidden}").content.decode()
    for item_id in (hidden, elsewhere, plan):
        assert 'id="item-main"' not in bo.get(f"{way}?peek={item_id}").content.decode()


def test_what_is_kept_beside_the_rows_leads_back_to_them_and_nowhere_else(world, plan):
    client, shown = world.client("ada@Harbour"), next(iter(rows_of(world, plan, level=12).values())).id
    way, own_side, item = (
        f"/plans/{plan}/table?sort=name&peek={shown.hex}",
        f"/items/{shown}/own-side",
        f"/items/{shown}",
    )

    beside = client.get(own_side, headers={"HX-Current-URL": f"https://hub.example{way}"}).content.decode()
    alone = client.get(own_side, headers={"HX-Current-URL": f"https://hub.example{item}"}).content.decode()

    back = html.unescape(re.search(r'name="back" value="([^"]*)"', beside).group(1))
    assert back == way and 'name="back"' not in alone
    assert client.post(own_side, {"note": "Ours.", "back": back}).url == back
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", ""):
        assert client.post(own_side, {"note": "Ours.", "version": 1, "back": elsewhere}).url == f"{item}#own-side"
