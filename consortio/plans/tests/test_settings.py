"""The settings of a plan, and its baselines, as browsers change them."""

import re

import pytest
import time_machine

from consortio.plans.reads import plan_page
from tests.agreed import baseline_of_all

from .builders import NOON, bring_in, quay


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return bring_in(world, quay(), organisations={}, name="Quay")


def said(world, plan_id, **changed):
    page = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan_id)
    sent = {
        "version": page.head.version, "name": page.head.name, "start_at": page.start_at.isoformat(timespec="minutes"),
        "data_at": "", "finish_by": "", "zone": "UTC", "calendar_id": str(page.calendar_id), "mode": "msp",
        "float_limit_days": "0",
    }  # fmt: skip
    return sent | changed


def test_settings_are_saved_and_dates_follow(world, plan):
    before = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head.finish_at

    response = world.client("ada@Harbour").post(
        f"/plans/{plan}/settings", said(world, plan, start_at="2031-05-12T08:00")
    )

    head = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head
    assert (response.status_code, (head.finish_at - before).days) == (302, 7)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 201, "at most 200"),
        ("name", "a\nb", "A character that is not seen"),
        ("start_at", "soon", "Write a day and a time"),
        ("start_at", "0999-01-01T08:00", "Write a day between 1970 and 2200"),
        ("data_at", "2031-05-06T08:00+02:00", "own clock"),
        ("zone", "Mars/Base", "Write the zone as in"),
        ("mode", "prince", "Select a valid choice"),
        ("calendar_id", "01c2b8c4-fa00-7003-99d6-989b8e959660", "Select a valid choice"),
        ("float_limit_days", "-1", "greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_field(world, plan, field, value, words):
    response = world.client("ada@Harbour").post(f"/plans/{plan}/settings", said(world, plan, **{field: value}))

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'id="id_{field}-fault"' in page
    assert plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head.version == 1


def test_a_stale_save_shows_both_and_saves_on_the_second_try(world, plan):
    client, mine = world.client("ada@Harbour"), said(world, plan, name="Quay of ours")
    assert (
        world.client("bo@Orchard").post(f"/plans/{plan}/settings", said(world, plan, name="Quay of theirs")).status_code
        == 302
    )

    stale = client.post(f"/plans/{plan}/settings", mine)
    page = stale.content.decode()
    again = client.post(
        f"/plans/{plan}/settings", mine | {"version": re.search(r'name="version" value="(\d+)"', page)[1]}
    )

    assert (stale.status_code, again.status_code) == (409, 302)
    assert "Quay of ours" in page
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.split('role="alert"')[1].split("</dl>")[0]) == [
        ("Name", "Quay of theirs"),
        ("Start", "5 May 2031, 08:00"),
        ("Data date", "not set"),
        ("Must finish by", "not set"),
        ("Time zone", "UTC"),
        ("Calendar", "Office"),
        ("Scheduled", "as Microsoft Project does"),
        ("Critical up to a float of, days", "0"),
    ]
    assert plan_page(actor=world.actor("bo@Orchard"), plan_id=plan).head.name == "Quay of ours"


def test_who_may_not_change_settings_sees_them_without_a_form_and_is_refused(world, plan):
    client = world.client("bea@Orchard")

    assert b'name="start_at"' not in client.get(f"/plans/{plan}/settings").content
    assert client.post(f"/plans/{plan}/settings", said(world, plan, name="Mine")).status_code == 403
    for what in ("settings", "baselines"):  # before what they sent is read
        assert client.post(f"/plans/{plan}/{what}").status_code == 403
        assert world.client("ada@Harbour").post(f"/plans/{plan}/{what}").status_code == 422
    assert client.post(f"/plans/{plan}/baselines", {"name": "Mine"}).status_code == 403
    assert (
        world.client("ada@Harbour").post(f"/plans/{plan}/baselines", {"name": "Spring", "days": "7"}).status_code == 302
    )


def test_a_baseline_wants_a_name(world, plan):
    response = world.client("ada@Harbour").post(f"/plans/{plan}/baselines", {"name": " "})

    assert response.status_code == 422


def test_the_baseline_of_the_address_is_the_one_that_is_drawn(world, plan):
    world.do("spring", baseline_of_all, "ada@Harbour", plan_id=plan, name="Spring")
    world.do("summer", baseline_of_all, "ada@Harbour", plan_id=plan, name="Summer")
    client = world.client("ada@Harbour")

    newest = client.get(f"/plans/{plan}/table").content.decode()
    chosen = client.get(f"/plans/{plan}/table?baseline={world.ids['spring']}").content.decode()

    assert '<th scope="col" class="number">Summer</th>' in newest
    assert '<th scope="col" class="number">Spring</th>' in chosen
