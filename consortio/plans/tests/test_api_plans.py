"""The API of plans: the same reads and actions as the pages, its statuses, and refusals as problem+json."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from ninja.renderers import JSONRenderer

from consortio.plans import api
from consortio.plans.actions import NewItem, add_item
from consortio.plans.models import Calendar
from consortio.plans.reads import milestones, plan_page
from consortio.plans.window import Look, tree_window
from tests.agreed import baseline_of_all
from tests.world import system

from .builders import DAY, NOON, asked, bring_in, large, quay

BASE = "/api/v1/plans"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return bring_in(world, quay(), name="Quay")


def send(client, method: str, path: str, **body):
    return getattr(client, method)(path, json.dumps(body), content_type="application/json")


def settings_of(world, plan_id, **changed):
    page = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan_id)
    sent = {
        "version": page.head.version,
        "name": page.head.name,
        "start_at": page.start_at.isoformat(),
        "calendar_id": str(page.calendar_id),
    }
    return sent | changed


def problem(response) -> dict:
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    return body


def headers(response) -> dict[str, str]:
    """Return the headers without what is drawn by lot for each answer."""
    return {name: re.sub("nonce-[0-9a-f]+", "", value) for name, value in response.headers.items()}


def test_a_plan_tells_its_dates_and_version(world, plan):
    head = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head

    found = world.client("bea@Orchard").get(f"{BASE}/{plan}").json()

    told = {
        name: found[name] for name in ("id", "name", "version", "finish_at", "items", "critical_items", "baselines")
    }
    assert told == {
        "id": str(plan), "name": "Quay", "version": head.version, "finish_at": head.finish_at.isoformat(),
        "items": 5, "critical_items": head.critical_items, "baselines": [],
    }  # fmt: skip


def test_items_are_those_of_the_pages_a_page_at_a_time(world, plan):
    client = world.client("ada@Harbour")
    found, after = [], ""
    while True:
        page = client.get(f"{BASE}/{plan}/items", {"limit": 2, "after": after}).json()
        assert len(page["rows"]) <= 2
        found += page["rows"]
        if not page["next"]:
            break
        after = page["next"]

    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan, look=Look(level=12)).rows
    assert [(row["id"], row["name"], row["finish_at"]) for row in found] == [
        (str(row.id), row.name, row.finish_at and row.finish_at.isoformat()) for row in rows
    ]


def test_items_are_sorted_and_filtered_by_known_columns_only(world, plan):
    client = world.client("ada@Harbour")

    def names(**query):
        return [row["name"] for row in client.get(f"{BASE}/{plan}/items", query).json()["rows"]]

    assert names(sort="-name") == sorted(names(), reverse=True)
    assert names(text="t1") == ["Task t1"]
    assert names(organisation=str(uuid4())) == names(person=str(world.ids["dredger"])) == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 151}, {"limit": "x"}, {"level": -1}, {"level": 10**30}, {"organisation": "ada"},
        {"view": "theirs"}, {"text": "x" * 101}, {"after": "x" * 401}, {"sort": "circle__name"}, {"sort": "--name"},
    ],
)  # fmt: skip
def test_what_items_cannot_be_asked_for_is_refused(world, plan, query):
    refused = world.client("ada@Harbour").get(f"{BASE}/{plan}/items", query)

    assert refused.status_code == 422
    assert next(iter(query)) in problem(refused)["detail"]


@pytest.mark.parametrize("count", [1, 60, 300])
@pytest.mark.parametrize("query", [{}, {"sort": "-finish"}])
def test_fifty_items_ask_at_most_twelve_times_whatever_the_size(world, count, query):
    plan_id, client = bring_in(world, large(count)), world.client("ada@Harbour")
    client.get(f"{BASE}/{plan_id}/items")

    with CaptureQueriesContext(connection) as queries:
        found = client.get(f"{BASE}/{plan_id}/items", query | {"limit": 50}).json()

    assert asked(queries) <= 12
    assert len(found["rows"]) <= 50 and found["total"] >= count - 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""), ("get", "/items"), ("get", "/milestones"), ("get", "/export"), ("get", "/export?format=csv"),
        ("get", "/calendars"),
        ("put", "/settings"), ("post", "/baselines"),
    ],
)  # fmt: skip
def test_what_is_not_for_me_and_what_is_not_there_answer_alike(world, method, path):
    own = bring_in(world, quay(), circle="Harbour only")
    body = {"name": "Spring"} if path == "/baselines" else settings_of(world, own)

    def answer(who, plan_id):
        client = world.client(who)
        return (
            client.get(f"{BASE}/{plan_id}{path}")
            if method == "get"
            else send(client, method, f"{BASE}/{plan_id}{path}", **body)
        )

    theirs, nowhere, mine = answer("bo@Orchard", own), answer("bo@Orchard", uuid4()), answer("ada@Harbour", own)

    assert (theirs.status_code, nowhere.status_code) == (404, 404)
    assert (problem(theirs), headers(theirs)) == (problem(nowhere), headers(nowhere))
    assert mine.status_code in (200, 201)


def test_an_item_tells_everything_and_is_not_there_for_others(world, plan):
    item = world.do(
        "ours", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"],
        item=NewItem("Lease", duration_minutes=DAY, note="By June"),
    )  # fmt: skip

    mine, theirs = (world.client(who).get(f"{BASE}/items/{item}") for who in ("ada@Harbour", "bo@Orchard"))
    nowhere = world.client("bo@Orchard").get(f"{BASE}/items/{uuid4()}")

    assert (mine.json()["item"]["name"], mine.json()["note"], mine.json()["predecessors"]) == ("Lease", "By June", [])
    assert "only" in mine.json()["who_sees"].lower()
    assert problem(theirs) == problem(nowhere)


def test_milestones_come_with_their_baseline(world, plan):
    client = world.client("ada@Harbour")
    world.do("spring", baseline_of_all, "ada@Harbour", plan_id=plan, name="Spring")

    found = client.get(f"{BASE}/{plan}/milestones").json()

    assert [row["name"] for row in found["rows"]] == ["Opened"]
    assert (found["baseline"]["name"], found["total"], found["next"]) == ("Spring", 1, "")
    assert client.get(f"{BASE}/{plan}/milestones?after=1").status_code == 422
    assert client.get(f"{BASE}/{plan}/milestones?before=-1").status_code == 422


@pytest.mark.parametrize("path", ["items", "items?sort=name", "milestones"])
def test_a_baseline_that_is_not_there_is_said_so(world, plan, path):
    client = world.client("ada@Harbour")
    taken = world.do("spring", baseline_of_all, "ada@Harbour", plan_id=plan, name="Spring")
    other = bring_in(world, quay(), circle="Harbour only", step="other")
    beside = "&" if "?" in path else "?"

    def status(pk, plan_id=plan):
        return client.get(f"{BASE}/{plan_id}/{path}{beside}baseline={pk}").status_code

    assert (status(taken), status(uuid4()), status(taken, other)) == (200, 404, 404)


def test_a_plan_is_made_in_a_circle_that_one_may_plan_in(world):
    body = {"circle_id": str(world.ids["coast"]), "name": "North", "start_at": "2031-05-05T08:00:00"}

    made = send(world.client("ada@Harbour"), "post", BASE, **body)
    refused = send(world.client("bea@Orchard"), "post", BASE, **body)
    elsewhere = send(world.client("bo@Orchard"), "post", BASE, **body | {"circle_id": str(world.ids["Harbour only"])})

    assert (made.status_code, made.json()["name"], made.json()["items"]) == (201, "North", 0)
    assert (problem(refused)["status"], problem(elsewhere)["status"]) == (403, 404)


def test_settings_are_changed_by_whoever_saw_the_newest_version(world, plan):
    client = world.client("ada@Harbour")
    sent = settings_of(world, plan, name="Quay, north")

    first = send(client, "put", f"{BASE}/{plan}/settings", **sent)
    stale = send(client, "put", f"{BASE}/{plan}/settings", **sent | {"name": "Quay, south"})
    refused = send(world.client("bea@Orchard"), "put", f"{BASE}/{plan}/settings", **sent)

    assert (first.status_code, first.json()["name"], first.json()["version"]) == (
        200,
        "Quay, north",
        sent["version"] + 1,
    )
    assert (problem(stale)["status"], problem(refused)["status"]) == (412, 403)
    assert client.get(f"{BASE}/{plan}").json()["name"] == "Quay, north"


def settings_shown(client, plan):
    return client.get(f"{BASE}/{plan}").json()["settings"]


def test_a_plan_shows_its_settings_and_keeps_those_that_are_left_out(world, plan):
    client = world.client("ada@Harbour")
    calendar = str(plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).calendar_id)
    wanted = {
        "name": "Quay", "start_at": "2031-05-05T08:00:00", "data_at": "2021-05-07T17:00:00",
        "finish_by": "2031-06-06T17:00:00", "zone": "Europe/Berlin", "mode": "p6", "calendar_id": calendar,
        "float_limit_minutes": DAY,
    }  # fmt: skip

    send(client, "put", f"{BASE}/{plan}/settings", version=1, **wanted)
    shown = settings_shown(client, plan)
    named = send(client, "put", f"{BASE}/{plan}/settings", version=2, name="North quay")
    emptied = dict.fromkeys(("data_at", "finish_by", "calendar_id"))
    cleared = send(client, "put", f"{BASE}/{plan}/settings", version=3, **emptied)

    assert shown == wanted
    assert named.json()["settings"] == wanted | {"name": "North quay"}
    assert cleared.json()["settings"] == settings_shown(client, plan) == wanted | {"name": "North quay"} | emptied


@pytest.mark.parametrize("name", ["name", "start_at", "zone", "mode", "float_limit_minutes"])
def test_what_every_plan_has_is_not_taken_away(world, plan, name):
    refused = send(world.client("ada@Harbour"), "put", f"{BASE}/{plan}/settings", version=1, **{name: None})

    assert (refused.status_code, [one["field"] for one in problem(refused)["errors"]]) == (422, [name])


def test_calendars_are_listed_to_who_sees_them_and_one_is_chosen(world, plan):
    client = world.client("ada@Harbour")
    circles = {"ours": world.ids["coast"], "private": world.ids["Harbour only"]}
    nights = Calendar(plan_id=plan, name="Nights", circle_id=circles["ours"])
    own = Calendar(plan_id=plan, name="Abe", person_id=world.ids["abe"], circle_id=circles["private"])
    with world.step("nights"), system():
        nights.save()
        own.save()

    def listed(who):
        rows = world.client(who).get(f"{BASE}/{plan}/calendars").json()["rows"]
        return [(row["name"], row["whose"], row["circle_id"]) for row in rows]

    joint = [("Nights", "plan", str(circles["ours"])), ("Office", "plan", str(circles["ours"]))]
    assert listed("bo@Orchard") == joint
    assert listed("ada@Harbour") == [("Abe", "person", str(circles["private"])), *joint]
    chosen = send(client, "put", f"{BASE}/{plan}/settings", version=1, calendar_id=str(nights.pk))
    assert (chosen.status_code, chosen.json()["settings"]["calendar_id"]) == (200, str(nights.pk))
    private = send(client, "put", f"{BASE}/{plan}/settings", version=2, calendar_id=str(own.pk))
    assert private.status_code == 404  # not everybody in the plan's circle sees it


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "x" * 201}, {"name": "a\x00b"}, {"zone": "Mars/Base"}, {"mode": "prince"},
        {"start_at": "soon"}, {"start_at": "0999-01-01T00:00:00"}, {"float_limit_minutes": -1}, {"calendar_id": "x"},
        {"version": "newest"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_by_name_and_change_nothing(world, plan, wrong):
    refused = send(world.client("ada@Harbour"), "put", f"{BASE}/{plan}/settings", **settings_of(world, plan, **wrong))

    assert refused.status_code in (400, 422)
    assert refused.status_code == 400 or next(iter(wrong)) in problem(refused)["detail"]
    assert plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head.version == 1


def test_another_plans_calendar_is_not_there(world, plan):
    other = bring_in(world, quay(), circle="Harbour only", step="other")
    theirs = plan_page(actor=world.actor("ada@Harbour"), plan_id=other).calendar_id

    refused = send(
        world.client("ada@Harbour"),
        "put",
        f"{BASE}/{plan}/settings",
        **settings_of(world, plan, calendar_id=str(theirs)),
    )

    assert problem(refused)["status"] == 404


def test_a_plan_leaves_in_three_formats_and_in_no_other(world, plan):
    client = world.client("bea@Orchard")

    types = {
        format: client.get(f"{BASE}/{plan}/export", {"format": format})["Content-Type"] for format in ("xml", "csv")
    }

    assert types == {"xml": "application/xml", "csv": "text/csv; charset=utf-8"}
    assert client.get(f"{BASE}/{plan}/export", {"format": "xlsx"}).content[:2] == b"PK"
    assert problem(client.get(f"{BASE}/{plan}/export", {"format": "pdf"}))["status"] == 422


def test_plans_are_listed_to_who_sees_them(world, plan):
    own = bring_in(world, quay(), circle="Harbour only", step="own")
    circle = plan_page(actor=world.actor("ada@Harbour"), plan_id=plan).head.partnership_id

    def listed(who):
        found = world.client(who).get(BASE, {"partnership_id": str(circle)}).json()
        return {row["id"] for row in (found if isinstance(found, list) else found["rows"])}

    assert listed("ada@Harbour") == {str(plan), str(own)}
    assert listed("bo@Orchard") == {str(plan)}


def test_long_lists_are_written_as_the_framework_would_write_them(world):
    ada, known = world.actor("ada@Harbour"), {"Harbour": world.ids["Harbour"]}
    led = replace(large(40), baselines=())
    done = replace(led.items[-1], kind="milestone", milestone="finish", name="Opened “Æ” & <b>", responsible=())
    plan_id = bring_in(world, replace(led, items=(*led.items[:-1], done)), organisations=known)
    baseline_of_all(actor=ada, plan_id=plan_id, name="Agreed", at=NOON + timedelta(microseconds=123_456))
    window, page = tree_window(actor=ada, plan_id=plan_id, look=Look(level=12)), milestones(actor=ada, plan_id=plan_id)
    assert window.links and page.baseline and page.total  # so that there is something of each kind to write
    assert {row.organisation is None for row in window.rows} == {True, False}

    client = world.client("ada@Harbour")
    sent = client.get(f"{BASE}/{plan_id}/items", {"limit": 150}), client.get(f"{BASE}/{plan_id}/milestones")

    rows = [row for _, group in page.groups for row in group]
    whole = {"baseline": page.baseline, "rows": rows, "total": page.total, "next": ""}
    made = api.WindowOut.from_orm(window), api.MilestonesOut.from_orm(whole)
    assert [one.content for one in sent] == [
        JSONRenderer().render(None, one.dict(), response_status=200).encode() for one in made
    ]
    assert {one["Content-Type"] for one in sent} == {client.get(f"{BASE}/{plan_id}")["Content-Type"]}
