"""The page of a person lists what they answer for, of what its reader sees."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import unscoped
from consortio.plans.actions import NewItem, Progress, add_item, set_progress
from consortio.plans.duties import SHOWN_MAX
from consortio.plans.models import Item

from .builders import DAY, NOON, START, asked, bring_in, file_of, phase, task

QUERIES_MAX = 12


@pytest.fixture
def plan(world):
    return bring_in(world, file_of(phase("A"), task("t1", 1)))


def add(world, plan, name, days=1, circle="coast", who="ada", organisation="Harbour"):
    item = NewItem(name, duration_minutes=days * DAY, person_id=world.ids[who], organisation_id=world.ids[organisation])
    actor = world.actor(f"{who}@{organisation}")
    with world.step(name):
        return add_item(actor=actor, plan_id=plan, circle_id=world.ids[circle], item=item, at=NOON)


def report(world, item, *progress):
    with_version = {"item_id": item, "version": version_of(item), "progress": Progress(*progress)}
    set_progress(actor=world.actor("ada@Harbour"), at=NOON, **with_version)


def version_of(item):
    with unscoped("test"):
        return Item.objects.get(pk=item).version


def page(world, reader, of="ada"):
    return world.client(reader).get(f"/people/{world.ids[of]}").content.decode()


def listed(text):
    return re.findall(r'<th scope="row"><span class="key">[^<]*</span> <a href="/items/[^"]*">([^<]*)</a>', text)


def rows(world, reader, of="ada", **query):
    return world.client(reader).get(f"/api/v1/people/{world.ids[of]}/items", query).json()


def test_open_items_stand_there_with_state_and_finish_the_next_first(world, plan):
    add(world, plan, "piles", 9)
    begun = add(world, plan, "rails", 4)
    done = add(world, plan, "survey", 1)
    report(world, begun, 40, 3 * DAY, START)
    report(world, done, 100, 0, START, START)

    text = page(world, "bo@Orchard")

    assert listed(text) == ["rails", "piles"]
    assert "in work, 40%" in text and "ahead" in text and "2 in Quay" in text
    assert f"/plans/{plan}/table?person={world.ids['ada'].hex}&amp;undone=1&amp;sort=finish" in text
    assert [(row["name"], row["state"], row["percent"]) for row in rows(world, "bo@Orchard")["rows"]] == [
        ("rails", "working", 40),
        ("piles", "ahead", 0),
    ]


def test_what_lies_in_house_is_there_for_the_house_only(world, plan):
    add(world, plan, "piles", 2)
    add(world, plan, "price list", 1, circle="Harbour only")

    assert listed(page(world, "abe@Harbour")) == ["price list", "piles"]
    for reader in ("bo@Orchard", "cy@Island"):
        text = page(world, reader)
        assert listed(text) == ["piles"] and "price list" not in text and ">one in " in text
        assert [row["name"] for row in rows(world, reader)["rows"]] == ["piles"]
    assert len(rows(world, "ada@Harbour")["rows"]) == 2


def test_whoever_answers_for_nothing_is_said_to(world, plan):
    assert "Nothing open that you see waits for bo." in page(world, "ada@Harbour", "bo")
    assert rows(world, "ada@Harbour", "bo") == {"rows": [], "next": ""}


def test_the_page_is_capped_and_leads_on_and_the_api_goes_on(world, plan):
    for number in range(SHOWN_MAX + 2):
        add(world, plan, f"pile {number}")

    assert len(listed(page(world, "bo@Orchard"))) == SHOWN_MAX
    assert f">{SHOWN_MAX + 2} in " in page(world, "bo@Orchard")
    first = rows(world, "bo@Orchard", limit=10)
    rest = rows(world, "bo@Orchard", limit=10, after=first["next"])
    assert len({row["id"] for row in first["rows"] + rest["rows"]}) == SHOWN_MAX + 2 and rest["next"] == ""


def test_a_person_with_whom_nothing_is_shared_is_not_there(world, plan):
    world.hire("zoe", "ada@Harbour", "observer", joint=None)
    address = f"/api/v1/people/{world.ids['zoe']}/items"
    assert world.client("bo@Orchard").get(address).status_code == 404
    assert world.client("ada@Harbour").get(address).status_code == 200


def test_one_item_or_many_cost_the_same_queries(world, plan):
    found = []
    client = world.client("bo@Orchard")
    for name in ("one", "two", "three"):
        add(world, plan, name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/people/{world.ids['ada']}").status_code == 200
        found.append(asked(queries))
    assert found[0] == found[2] <= QUERIES_MAX
