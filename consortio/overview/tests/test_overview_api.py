"""The overview, what waits and what was seen, for programs."""

import json

import pytest
import time_machine

from consortio.plans.actions import NewItem, add_item, add_link, set_accountable
from consortio.plans.tests.builders import DAY, NOON, bring_in, quay

from .test_glance import give, here, items_of
from .test_since import report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    made = bring_in(world, quay())
    give(made, "t1", world.ids["Orchard"], world.ids["bo"])
    return made


def get(world, who, path):
    return world.client(who).get(f"/api/v1{path}")


def overview(world, who="ada@Harbour"):
    return get(world, who, f"/partnerships/{here(world)}/overview").json()


def test_it_tells_what_the_page_tells(world, plan):
    report(world, plan, "t1", "bo@Orchard")

    said = overview(world)

    (only,) = said["plans"]
    assert (only["items"], only["last"]["name"], only["last"]["agreed_at"]) == (4, "Opened", None)
    assert [(one["item"]["person"], one["waiting"]) for one in only["way"]] == [("bo", 2)]
    assert [line["words"] for line in said["since"]["lines"]][0] == "Progress of “Task t1” was reported"
    assert said["waits"] == []
    assert [wait["action"] for wait in overview(world, "bo@Orchard")["waits"]] == ["Report"]


def test_what_waits_can_be_asked_of_one_partnership(world, plan):
    assert [one["words"] for one in get(world, "bo@Orchard", "/waiting").json()["rows"]] == ["Task t1"]
    assert len(get(world, "bo@Orchard", f"/waiting?partnership={here(world)}").json()["rows"]) == 1
    assert get(world, "ada@Harbour", "/waiting").json()["rows"] == []
    assert get(world, "nobody@Nowhere", "/waiting").status_code == 401


def test_a_nomination_that_waits_names_what_its_answer_needs(world, plan):
    item = items_of(plan)["t3"]
    own = {"item_id": item.pk, "version": item.version, "person_id": world.ids["bo"]}
    set_accountable(actor=world.actor("ada@Harbour"), at=NOON, **own)

    waits = get(world, "bo@Orchard", "/waiting").json()["rows"]

    asked = {one["kind"]: one["nomination"] for one in waits}
    assert asked["item"] is None
    assert (asked["nomination"]["item_id"], asked["nomination"]["is_me"]) == (str(item.pk), True)
    body = {"version": asked["nomination"]["version"], "accept": True}
    answer = f"/api/v1/plans/nominations/{asked['nomination']['id']}/answer"
    assert world.client("bo@Orchard").post(answer, json.dumps(body), content_type="application/json").status_code == 200


def test_who_takes_no_part_finds_nothing(world, plan):
    other = world.client("ada@Harbour").get("/api/v1/partnerships/01c2b8c4-fa00-7b91-9d0e-7270f7002591/overview")

    assert other.status_code == 404


def test_what_was_seen_is_told_no_more(world, plan):
    report(world, plan, "t1", "bo@Orchard")
    upto = overview(world)["since"]["upto"]
    seen = f"/api/v1/partnerships/{here(world)}/seen"

    answer = world.client("ada@Harbour").post(seen, json.dumps({"upto": upto}), content_type="application/json")

    assert (answer.status_code, answer.content) == (204, b"")
    assert (overview(world)["since"]["lines"], overview(world)["since"]["total"]) == ([], 0)
    assert overview(world, "cy@Island")["since"]["total"] > 0


def test_what_is_no_cursor_is_refused_with_the_field(world, plan):
    seen = f"/api/v1/partnerships/{here(world)}/seen"

    answer = world.client("ada@Harbour").post(seen, json.dumps({"upto": "x"}), content_type="application/json")

    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "upto"


def test_a_house_counts_beside_what_all_count(world, plan):
    report(world, plan, "t1", "bo@Orchard")
    before = overview(world, "cy@Island")["plans"]
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    ours = add_item(actor=world.actor("ada@Harbour"), item=NewItem("ours", duration_minutes=90 * DAY), at=NOON, **own)
    ends = {"predecessor_id": ours, "successor_id": items_of(plan)["m"].pk, "circle_id": world.ids["Harbour only"]}
    add_link(actor=world.actor("ada@Harbour"), at=NOON, **ends)

    assert overview(world)["plans"][0]["last"]["house_finish_at"] is not None
    assert overview(world, "cy@Island")["plans"] == before
