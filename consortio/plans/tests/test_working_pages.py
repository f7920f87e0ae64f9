"""Working in a plan by its pages: forms, cells, rows, lists, the week; what is refused, what is lost to nobody."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import unscoped
from consortio.partnerships.actions import unseat_person
from consortio.plans.actions import NewItem, add_item, add_link, change_plan_settings, edit_item, withdraw_item
from consortio.plans.models import Item, Link, Scheduled
from tests.agreed import baseline_of_all
from tests.forms import choices_of, form_at
from tests.world import NOON, system

from .builders import DAY, START, asked, bring_in, quay

QUERIES_MAX = 12


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return know(world, bring_in(world, quay()))


def know(world, plan):
    """Let the world know the plan's items by their ids in the file."""
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=plan)}
    return plan


def item_of(world, name):
    with unscoped("test"):
        return Item.objects.get(pk=world.ids[name])


def test_the_form_of_an_item_offers_only_what_everybody_beside_it_sees(world, plan):
    page = world.client("bo@Orchard").get(f"/items/{world.ids['t2']}/edit")

    assert page.status_code == 200
    assert choices_of(page, "parent_id") == ["the plan itself", "Phase A"]
    assert set(choices_of(page, "person_id")) >= {"nobody yet", "bo, Orchard", "ada, Harbour"}


def test_an_unchanged_form_changes_nothing(world, plan):
    client = world.client("ada@Harbour")
    address = f"/items/{world.ids['t2']}/edit"

    answer = client.post(address, form_at(client.get(address), address))

    assert (answer.status_code, answer["Location"]) == (302, f"/items/{world.ids['t2']}")
    assert item_of(world, "t2").version == 1


def test_a_form_saves_what_was_changed_and_says_what_moved(world, plan):
    client = world.client("ada@Harbour")
    address = f"/items/{world.ids['t2']}/edit"
    said = form_at(client.get(address), address) | {"duration": "6 d", "name": "Task two", "deadline_on": "2031-05-30"}

    page = client.post(address, said, follow=True)

    item = item_of(world, "t2")
    assert (item.name, item.duration_minutes, item.deadline_at.isoformat()) == (
        "Task two",
        6 * DAY,
        "2031-05-30T17:00:00",
    )
    assert b"2 items moved" in page.content


def test_an_item_is_put_elsewhere_and_divided_from_its_own_form(world, plan):
    client, pk = world.client("ada@Harbour"), world.ids["t2"]
    address = f"/items/{pk}/edit"
    page = client.get(address)
    assert f'href="/plans/{plan}/items/new?parent_id={pk}"' in page.content.decode()
    said = form_at(page, f"/plans/{plan}/rows") | {"do": "up"}

    moved = client.post(f"/plans/{plan}/rows", said)
    below = client.get(f"/plans/{plan}/items/new?parent_id={pk}").content.decode()

    assert (moved.status_code, moved["Location"]) == (302, address)
    assert item_of(world, "t2").path < item_of(world, "t1").path
    assert f'<option value="{pk}" selected>' in below


def test_a_day_that_does_not_exist_and_an_amount_that_is_none_are_answered_at_their_fields(world, plan):
    client = world.client("ada@Harbour")
    address = f"/items/{world.ids['t2']}/edit"

    page = client.post(
        address,
        form_at(client.get(address), address) | {"duration": "soon", "began_on": "2031-02-30", "constraint": "snet"},
    )

    assert page.status_code == 422
    assert set(re.findall(r'id="id_(\w+)-fault"', page.content.decode())) == {"duration", "began_on", "constraint_on"}
    assert b'value="soon"' in page.content
    assert item_of(world, "t2").version == 1


def test_a_stale_form_shows_both_texts_and_can_be_saved_over(world, plan):
    client = world.client("ada@Harbour")
    address = f"/items/{world.ids['t2']}/edit"
    said = form_at(client.get(address), address) | {"name": "Mine"}
    edit_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t2"], version=1, values={"name": "Theirs"}, at=NOON)

    page = client.post(address, said)

    assert page.status_code == 409
    told = re.search(r'<tbody><tr><th scope="row">Name</th>.*?</tbody>', page.content.decode(), re.DOTALL)[0]
    assert re.findall(r"<td[^>]*>(.*?)</td>", told) == ["Theirs", "Mine"]
    assert client.post(address, form_at(page, address)).status_code == 302
    assert item_of(world, "t2").name == "Mine"


def test_whoever_left_goes_on_answering_for_what_is_saved_otherwise(world, plan):
    client, bea = world.client("ada@Harbour"), world.actor("bea@Orchard").person_id
    with system():
        Item.objects.filter(pk=world.ids["t2"]).update(person=bea)
    unseat_person(actor=world.actor("bo@Orchard"), joint_id=world.ids["coast"], person_id=bea, at=NOON)
    address = f"/items/{world.ids['t2']}/edit"
    form = client.get(address)

    saved = client.post(address, form_at(form, address) | {"name": "Otherwise"})
    cell = {"field": "name", "value": "Anew", "version": item_of(world, "t2").version}

    assert choices_of(form, "person_id")[-1] == "bea, former member"
    assert (saved.status_code, item_of(world, "t2").person_id) == (302, bea)
    assert client.post(f"/items/{world.ids['t2']}/cell", cell).status_code == 200
    assert (item_of(world, "t2").name, item_of(world, "t2").person_id) == ("Anew", bea)
    assert client.post(address, form_at(client.get(address), address) | {"person_id": ""}).status_code == 302
    assert item_of(world, "t2").person_id is None


def test_what_is_stale_without_a_text_is_refused_in_words(world, plan):
    client = world.client("ada@Harbour")
    address = f"/items/{world.ids['t2']}/withdrawal"
    edit_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t2"], version=1, values={"name": "Theirs"}, at=NOON)

    stale = client.post(address, {"version": 1})

    assert stale.status_code == 409
    assert "Somebody changed this while you wrote" in stale.content.decode() and b"you saw" not in stale.content
    assert client.post(address, {"version": 2}).status_code == 302


def test_an_observer_changes_nothing_and_a_stranger_finds_nothing(world, plan):
    address = f"/items/{world.ids['t2']}/edit"

    assert world.client("abe@Harbour").get(address).status_code in (200, 403)
    assert world.client("quin@Quay").get(address).status_code in (302, 404)
    assert world.client("ada@Harbour").get(address).status_code == 200


def test_a_cell_is_saved_alone_and_a_refusal_says_why(world, plan):
    client = world.client("ada@Harbour")
    address = f"/items/{world.ids['t2']}/cell"

    good = client.post(address, {"field": "duration", "value": "4 d", "version": "1"})
    old = client.post(address, {"field": "duration", "value": "5 d", "version": "1"})
    bad = client.post(address, {"field": "duration", "value": "soon", "version": "2"})
    strange = client.post(address, {"field": "plan_id", "value": "x", "version": "2"})

    assert [one.status_code for one in (good, old, bad, strange)] == [200, 409, 422, 403]
    assert "there stands: 4 d" in old.json()["says"]
    assert "11 d, 6 h or 2 w" in bad.json()["says"]
    assert item_of(world, "t2").duration_minutes == 4 * DAY
    over = client.post(address, {"field": "duration", "value": "5 d", "version": old.json()["version"]})
    assert (over.status_code, item_of(world, "t2").duration_minutes) == (200, 5 * DAY)


def test_a_link_is_named_in_words_and_what_is_not_clear_is_asked_back(world, plan):
    client = world.client("ada@Harbour")
    address = f"/items/{world.ids['t3']}/links"

    unclear = client.post(address, {"other": "Task", "type": "FS", "lag": ""})
    unknown = client.post(address, {"other": "Nowhere", "type": "FS", "lag": ""})
    linked = client.post(address, {"other": "task t1", "type": "SS", "lag": "1 d"})

    assert (unclear.status_code, unknown.status_code, linked.status_code) == (422, 422, 302)
    assert b"It could be one of these" in unclear.content
    with unscoped("test"):
        link = Link.objects.get(successor=world.ids["t3"])
    assert (link.predecessor_id, link.type, link.lag_minutes) == (world.ids["t1"], "SS", DAY)


def test_lines_are_looked_at_before_they_are_added(world, plan):
    client = world.client("ada@Harbour")
    address = f"/plans/{plan}/items/new"
    said = {
        "lines": "Rails\n  Order rails\t2 d\n  Set rails",
        "parent_id": str(world.ids["A"]),
        "circle_id": str(world.ids["coast"]),
    }

    looked = client.post(address, said | {"do": "look"})
    bad = client.post(address, said | {"lines": "Rails\t10 crates"})
    added = client.post(address, said | {"do": "add"}, follow=True)

    understood = re.findall(r'depth-\d">(.*?)</th><td data-label="Kind">(\w+)</td>', looked.content.decode())
    assert understood == [("Rails", "phase"), ("Order rails", "task"), ("Set rails", "task")]
    assert (bad.status_code, added.status_code) == (422, 200)
    assert b"Line 1" in bad.content
    with unscoped("test"):
        made = {row.name: row for row in Item.objects.filter(plan=plan)}
    assert (made["Rails"].parent_id, made["Set rails"].parent_id) == (world.ids["A"], made["Rails"].pk)
    assert made["Order rails"].duration_minutes == 2 * DAY


def starts(plan, name):
    with unscoped("test"):
        item = Item.objects.get(plan=plan, name=name)
        return item.constraint_at, Scheduled.objects.get(item=item, circle=item.circle_id).start_at


@pytest.mark.parametrize(
    ("data_at", "begins"), [(None, datetime(2031, 7, 1)), (datetime(2031, 6, 3, 17), datetime(2031, 6, 3, 17))]
)
def test_what_is_added_to_a_plan_under_way_starts_no_earlier_than_what_is_known(world, plan, data_at, begins):
    change_plan_settings(
        actor=world.actor("ada@Harbour"),
        plan_id=plan,
        version=1,
        values={"data_at": data_at},
        at=NOON + timedelta(days=30),
    )
    with time_machine.travel(datetime(2031, 7, 1, 9, tzinfo=UTC), tick=False):
        world.client("ada@Harbour").post(f"/plans/{plan}/items/new", {"lines": "Rails\n  Order rails\t2 d"})

    kept, start = starts(plan, "Order rails")
    assert kept == begins and begins <= start < begins + timedelta(days=2)
    with unscoped("test"):
        assert not Scheduled.objects.get(item__name="Order rails", circle=world.ids["coast"]).is_late
        assert Item.objects.get(plan=plan, name="Rails").constraint == ""


def test_what_is_added_before_a_plan_begins_starts_with_it(world, plan):
    with time_machine.travel(datetime(2031, 4, 1, 9, tzinfo=UTC), tick=False):
        world.client("ada@Harbour").post(f"/plans/{plan}/items/new", {"lines": "Order rails\t2 d"})

    assert starts(plan, "Order rails") == (None, START)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"parent_id": "x"}, '<a href="#id_parent_id">Into</a>: Choose one of the items in the list'),
        ({"after_id": "x"}, "Behind</a>: Name an item that is there"),
        ({"circle_id": "x"}, "Who sees this</a>: Choose one of the circles"),
        ({"lines": "Rails\nSleepers\tsoon"}, "Line 2: Write days, hours or weeks, as in 11 d"),
    ],
)
def test_a_line_or_place_that_is_none_is_named_in_words_and_the_lines_are_kept(world, plan, said, sentence):
    answer = world.client("ada@Harbour").post(f"/plans/{plan}/items/new", {"lines": "Rails"} | said)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "Rails" in page
    assert "UUID" not in page and "Parent id" not in page


def week_of(client, plan) -> dict[str, str]:
    address = f"/plans/{plan}/week?whose=all"
    return form_at(client.get(address), f"{address}&before=0")


def test_the_week_is_reported_in_one_step_and_a_stale_row_loses_nothing(world, plan):
    client = world.client("ada@Harbour")
    address = f"/plans/{plan}/week?whose=all"
    said = {
        name: {"percent": "20", "began": "2031-05-05", "left": "1 d"}.get(name.split("-")[0], value)
        for name, value in week_of(client, plan).items()
    }
    edit_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t1"], version=1, values={"name": "New"}, at=NOON)

    stale = client.post(address, said)

    assert stale.status_code == 409
    marked = re.findall(r'<tr class="is-stale">.*?href="/items/([0-9a-f-]+)"', stale.content.decode(), re.DOTALL)
    assert marked == [str(world.ids["t1"])]
    assert b'value="1 d"' in stale.content
    again = client.post(address, form_at(stale, f"{address}&before=0"))
    assert again.status_code == 302
    assert [item_of(world, name).percent for name in ("t1", "t2", "t3")] == [20, 20, 20]


def test_a_week_that_cannot_be_understood_names_the_item_and_saves_nothing(world, plan):
    client = world.client("ada@Harbour")
    key = world.ids["t1"].hex

    page = client.post(f"/plans/{plan}/week?whose=all", {f"version-{key}": 1, f"percent-{key}": "much"})

    assert page.status_code == 422
    assert "<b>I-2</b>: Write a whole number from 0 to 100." in page.content.decode()
    assert item_of(world, "t1").version == 1


def test_two_baselines_are_compared_on_a_page(world, plan):
    client = world.client("bo@Orchard")
    empty = client.get(f"/plans/{plan}/baselines/compare")
    world.do("first", baseline_of_all, "ada@Harbour", plan_id=plan, name="First")
    values = {"duration_minutes": 9 * DAY}
    edit_item(actor=world.actor("ada@Harbour"), item_id=world.ids["t2"], version=1, values=values, at=NOON)

    page = client.get(f"/plans/{plan}/baselines/compare")

    assert b"No baseline has been taken yet" in empty.content
    assert re.findall(r'</span> <a href="/items/[^"]+">(.*?)</a>', page.content.decode()) == [
        "Phase A",
        "Task t2",
        "Opened",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "items/{t2}/edit",
        "plans/{plan}/week?whose=all",
        "plans/{plan}/items/new",
        "plans/{plan}/withdrawn",
        "plans/{plan}/table",
        "plans/{plan}",
        "items/{t2}",
    ],
)
def test_each_page_asks_twelve_times_at_most(world, plan, address):
    client = world.client("ada@Harbour")
    where = "/" + address.format(plan=plan, **{"t2": world.ids["t2"]})
    client.get(where)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(where).status_code == 200

    assert asked(queries) <= QUERIES_MAX


def chosen(world, *names):
    return [f"{item.pk}.{item.version}" for item in (item_of(world, name) for name in names)]


def links_between(plan):
    with unscoped("test"):
        found = Link.objects.filter(plan=plan, withdrawn_at=None).select_related("predecessor", "successor", "circle")
        return sorted((one.predecessor.external_id, one.successor.external_id, one.circle.kind) for one in found)


def test_chosen_rows_are_unlinked_and_the_step_is_taken_back(world, plan):
    client, address = world.client("ada@Harbour"), f"/plans/{plan}/rows"
    ends = {"predecessor_id": world.ids["t1"], "successor_id": world.ids["t3"]}
    world.do("private", add_link, "bo@Orchard", circle_id=world.ids["Orchard only"], **ends)
    before = links_between(plan)

    page = client.post(address, {"do": "unlink", "rows": chosen(world, "t1", "t2", "t3", "m")}, follow=True)

    assert "3 links removed." in page.content.decode()
    assert links_between(plan) == [("t1", "t3", "house")]
    client.post("/undo", {"token": re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]})
    assert links_between(plan) == before


def test_rows_without_a_link_between_them_are_not_unlinked_in_silence(world, plan):
    client, address = world.client("ada@Harbour"), f"/plans/{plan}/rows"
    before = links_between(plan)

    none = client.post(address, {"do": "unlink", "rows": chosen(world, "t1", "t3")}, follow=True)
    one = client.post(address, {"do": "unlink", "rows": chosen(world, "t1")}, follow=True)

    assert all("No link runs between the chosen rows" in page.content.decode() for page in (none, one))
    assert links_between(plan) == before
    assert (
        world.client("bea@Orchard").post(address, {"do": "unlink", "rows": chosen(world, "t1", "t2")}).status_code
        == 403
    )
    client.post(address, {"do": "unlink", "rows": chosen(world, "t1", "t2")})
    assert ("t1", "t2", "joint") not in links_between(plan)


def said_of(page) -> str:
    """Return the sentence below the heading, as it is read."""
    lede = re.search(r'<p class="lede">(.*?)</p>', page.content.decode(), re.DOTALL)[1]
    return " ".join(re.sub(r"<[^>]+>", "", lede).split())


def test_a_withdrawn_item_says_who_took_it_out_and_comes_back_from_its_page(world, plan):
    ada, reader, pk = world.client("ada@Harbour"), world.client("bea@Orchard"), world.ids["t2"]
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=pk, version=1, at=NOON)

    page, read = ada.get(f"/items/{pk}"), reader.get(f"/items/{pk}")

    assert said_of(page).startswith("bo of Orchard took it out of the plan: ")
    assert (page.status_code, read.status_code) == (200, 200)
    assert ("Bring it back" in page.content.decode(), "Bring it back" in read.content.decode()) == (True, False)
    assert f"/items/{pk}/edit" not in page.content.decode()
    assert [ada.get(f"/items/{pk}/edit").status_code, ada.get(f"/api/v1/plans/items/{pk}").status_code] == [404, 404]
    answer = ada.post(f"/items/{pk}/restoration", form_at(page, f"/items/{pk}/restoration"))
    assert (answer.status_code, answer["Location"]) == (302, f"/items/{pk}")
    assert "took it out" not in ada.get(f"/items/{pk}").content.decode()


def test_what_went_along_waits_for_what_holds_it(world, plan):
    ada, pk = world.client("ada@Harbour"), world.ids["t2"]
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["A"], version=1, at=NOON)

    page = ada.get(f"/items/{pk}")

    assert said_of(page).startswith("bo of Orchard took it out of the plan: ")
    assert said_of(page).endswith("It went along with “Phase A”.")
    assert f'href="/items/{world.ids["A"]}">Phase A</a>.' in page.content.decode()
    assert "Bring it back" not in page.content.decode()
    assert "Bring it back" in ada.get(f"/items/{world.ids['A']}").content.decode()


def test_a_withdrawn_item_of_one_house_is_not_there_for_others(world, plan):
    own = NewItem("Own part", parent_id=world.ids["A"], duration_minutes=DAY)
    house = {"plan_id": plan, "circle_id": world.ids["Orchard only"], "item": own}
    world.do("own", add_item, "bo@Orchard", **house)
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["own"], version=1, at=NOON)

    hidden, nowhere = (world.client("ada@Harbour").get(f"/items/{pk}") for pk in (world.ids["own"], plan))

    assert said_of(world.client("bo@Orchard").get(f"/items/{world.ids['own']}")).startswith("bo of Orchard took it out")
    assert (hidden.status_code, nowhere.status_code) == (404, 404)
    assert b"Own part" not in hidden.content
    assert hidden.content.replace(str(world.ids["own"]).encode(), b"") == nowhere.content.replace(
        str(plan).encode(), b""
    )


def test_a_withdrawn_item_asks_as_little_as_any_page(world, plan):
    client, pk = world.client("ada@Harbour"), world.ids["t2"]
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["A"], version=1, at=NOON)
    client.get(f"/items/{pk}")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/items/{pk}").status_code == 200

    assert asked(queries) <= QUERIES_MAX
