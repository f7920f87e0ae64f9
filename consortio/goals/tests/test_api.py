"""Goals as programs see them: amounts as text, versions by If-Match, the same refusals as on the pages."""

import json

from consortio.record.outbox import serve_due
from tests.world import NOON

from .test_goals import agreed, drafted, here, kpi, page, read  # noqa: F401  -- a fixture among them

JSON = "application/json"


def sent(client, method, address, body=None, **headers):
    return client.generic(method, f"/api/v1/goals{address}", json.dumps(body or {}), JSON, headers=headers)


def test_a_goal_is_written_changed_and_proposed(world, kpi):  # noqa: F811
    ada = world.client("ada@Harbour")
    body = {
        "circle_id": str(world.ids["coast"]),
        "name": "Dredge",
        "kpi_id": str(kpi),
        "begins_with": "0",
        "target": "400.50",
    }
    made = sent(ada, "POST", "", body | {"begins_on": "2031-01-01", "due_on": "2031-12-31"})
    assert made.status_code == 201
    goal = made.json()["goal"]
    assert (goal["number"], goal["state"], goal["terms"]["target"]) == ("G-1", "draft", "400.50")

    own = f"/{goal['id']}"
    assert sent(ada, "PATCH", own, {"name": "Dredge more"}).status_code == 428
    changed = sent(ada, "PATCH", own, {"name": "Dredge more"}, **{"If-Match": made["ETag"]})
    assert changed.status_code == 200 and changed.json()["goal"]["terms"]["target"] == "400.50"
    stale = sent(ada, "PATCH", own, {"version": 1, "name": "Dredge less"})
    assert stale.status_code == 412

    asked = sent(ada, "POST", f"{own}/proposals", {"version": 2, "days": 7})
    assert asked.status_code == 202 and asked.json()["proposal"]["kind"] == "goal"


def test_the_list_goes_on_where_it_stopped_and_is_filtered(world, kpi):  # noqa: F811
    agreed(world, kpi, name="First", organisation_id=world.ids["Orchard"])
    for name in ("Second", "Third"):
        drafted(world, kpi, name=name)
    bo, place = world.client("bo@Orchard"), f"?partnership_id={here(world).id}&sort=name"

    first = bo.get(f"/api/v1/goals{place}&limit=2").json()
    rest = bo.get(f"/api/v1/goals{place}&limit=2&after={first['next']}").json()

    assert [row["terms"]["name"] for row in first["rows"] + rest["rows"]] == ["First", "Second", "Third"]
    drafts = bo.get(f"/api/v1/goals{place}&state=draft").json()["rows"]
    assert [row["terms"]["name"] for row in drafts] == ["Second", "Third"]
    assert bo.get(f"/api/v1/goals{place}&owner=me").status_code == 422


def test_a_chance_comes_with_its_past(world, kpi):  # noqa: F811
    goal = agreed(world, kpi)
    read(world, kpi, "30", "35", "31", "36")
    serve_due(clock=lambda: NOON)

    found = world.client("bea@Orchard").get(f"/api/v1/goals/{goal}/chance").json()

    assert 0 < found["chance"]["low"] == found["chance"]["high"] < 1 and found["chance"]["is_current"]
    assert [one["percent"] for one in found["quantiles"]] == [10, 25, 50, 75, 90] and found["readings"] == 4
    assert {one["method"] for one in found["records"]} == {"method", "naive", "linear"}
    assert all(one["loss"] > 0 for one in found["records"])


def test_an_opinion_and_items_stand_beside(world, kpi):  # noqa: F811
    goal = agreed(world, kpi)
    said = sent(world.client("abe@Harbour"), "POST", f"/{goal}/opinions", {"confidence": 40, "words": "Fog."})
    assert said.status_code == 201 and said.json()["opinions"][0]["confidence"] == 40
    odd = sent(
        world.client("ada@Harbour"), "PUT", f"/{goal}/items", {"version": 2, "item_ids": [str(world.ids["dredger"])]}
    )
    assert odd.status_code == 422
    versions = world.client("bea@Orchard").get(f"/api/v1/goals/{goal}/versions").json()["rows"]
    assert [one["number"] for one in versions] == [1]


def test_a_draft_that_was_taken_back_is_brought_back_by_its_version(world, kpi):  # noqa: F811
    goal, ada = drafted(world, kpi), world.client("ada@Harbour")
    gone = sent(ada, "POST", f"/{goal}/withdrawal", **{"If-Match": '"1"'})
    assert gone.json() == {"id": str(goal), "version": 2} and ada.get(f"/api/v1/goals/{goal}").status_code == 404

    back = sent(ada, "POST", f"/{goal}/restoration", **{"If-Match": gone["ETag"]})

    assert back.status_code == 200 and page(world, goal).row.state == "draft"


def test_of_what_somebody_brings_words_or_an_amount_are_enough(world, kpi):  # noqa: F811
    goal, ada = drafted(world, kpi), world.client("ada@Harbour")
    who = {"organisation_id": str(world.ids["Orchard"])}

    said = sent(ada, "PATCH", f"/{goal}", {"version": 1, "contributions": [who | {"words": "two barges"}]})
    read_ = sent(ada, "PATCH", f"/{goal}", {"version": 2, "contributions": [who | {"amount": "30"}]})
    asked = sent(ada, "POST", f"/{goal}/proposals", {"version": 3, "days": 7, "changes": {"contributions": [who]}})

    assert said.status_code == read_.status_code == 200 and asked.status_code == 202
    assert read_.json()["goal"]["terms"]["contributions"] == [who | {"words": "", "amount": "30", "person_id": None}]


def test_each_organisation_has_its_lead(world, kpi):  # noqa: F811
    orchard, island = str(world.ids["Orchard"]), str(world.ids["Island"])
    goal = drafted(world, kpi, organisation_id=world.ids["Harbour"], person_id=world.ids["abe"])
    brings = [{"organisation_id": orchard, "words": "two barges", "person_id": str(world.ids["bea"])}]
    brings.append({"organisation_id": island, "words": "a tug"})
    ada = world.client("ada@Harbour")
    wrong = [brings[0] | {"person_id": str(world.ids["ada"])}]
    refused = sent(ada, "PATCH", f"/{goal}", {"version": 1, "contributions": wrong})
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "contributions.0.person_id"

    made = sent(ada, "PATCH", f"/{goal}", {"version": 1, "contributions": brings}).json()

    assert [one["person_id"] for one in made["goal"]["terms"]["contributions"]] == [str(world.ids["bea"]), None]
    assert [(one["organisation_id"], one["person"], one["is_in_charge"]) for one in made["leads"]] == [
        (str(world.ids["Harbour"]), "abe", True), (orchard, "bea", False), (island, "", False)
    ]  # fmt: skip
