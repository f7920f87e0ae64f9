"""The API proposes charters and stages to all members, and reads what holds."""

import json

import pytest

from .test_charters import agree, here, written


def call(client, method, path, body=None):
    answer = client.generic(method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", "application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def own(world):
    return f"partnerships/{here(world).id}"


def test_a_charter_is_proposed_answered_and_read(world, own):
    bo = world.client("bo@Orchard")
    assert call(bo, "GET", f"{own}/charter")[1]["version"] == 0

    status, made = call(bo, "POST", f"{own}/charter/proposals", {"version": 0, "articles": {"purpose": "Dredge."}})
    assert (status, made["difference"]) == (202, [{"field": "Purpose", "before": "", "after": "Dredge."}])
    answer = {"version": made["proposal"]["version"], "verdict": "approve"}
    for who in ("ada@Harbour", "cy@Island"):
        way = f"proposals/{made['proposal']['id']}/answer"
        status, shown = call(world.client(who), "PUT", way, answer)
        assert status == 200

    assert shown["proposal"]["state"] == "agreed"
    held = call(bo, "GET", f"{own}/charter")[1]
    assert (held["version"], held["articles"]["purpose"]) == (1, "Dredge.")
    assert call(bo, "GET", f"{own}/charter/versions/1")[1] == held
    assert call(bo, "GET", f"{own}/charter/versions/2")[0] == 404


def test_what_is_proposed_already_is_named_by_its_id_and_page(world, own):
    body = {"version": 0, "articles": {"purpose": "Dredge."}}
    made = call(world.client("bo@Orchard"), "POST", f"{own}/charter/proposals", body)[1]["proposal"]

    status, said = call(world.client("ada@Harbour"), "POST", f"{own}/charter/proposals", body)

    assert (status, said["title"]) == (409, "Refused")
    assert said["in_the_way"] == {"id": made["id"], "number": "A-1", "url": f"/proposals/{made['id']}"}
    assert call(world.client("ada@Harbour"), "GET", f"proposals/{said['in_the_way']['id']}")[0] == 200


def test_articles_that_a_proposal_leaves_out_stand(world, own):
    agree(world, written(world, version=0, purpose="Dredge.", ending="With notice."))
    body = {"version": 1, "articles": {"ending": "With a year's notice."}}
    status, made = call(world.client("bo@Orchard"), "POST", f"{own}/charter/proposals", body)
    assert (status, [line["field"] for line in made["difference"]]) == (202, ["How we end"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"articles": {"purpose": "x"}}, 428),
        ({"version": 4, "articles": {"purpose": "x"}}, 412),
        ({"version": 0, "articles": {}}, 422),
        ({"version": 0, "articles": {"porpoise": "x"}}, 422),
        ({"version": 0, "articles": {"purpose": "x", "porpoise": "x"}}, 422),
        ({"version": 0, "articles": {"purpose": ""}}, 409),
        ({"version": 0, "articles": {"purpose": "x"}, "days": 4}, 422),
        ({"version": 0, "articles": {"purpose": "x"}, "days": 400}, 422),
        ({"version": 0, "articles": {"purpose": "x\x00"}}, 400),
        ({"version": 0, "articles": {"purpose": "x" * 10_001}}, 422),
        ({"version": 0}, 422),
    ],
)
def test_a_charter_is_refused(world, own, body, status):
    assert call(world.client("bo@Orchard"), "POST", f"{own}/charter/proposals", body)[0] == status
    assert call(world.client("bea@Orchard"), "POST", f"{own}/charter/proposals", body)[0] in (400, 403, 422, 428)


def test_a_stage_is_proposed(world, own):
    bo = world.client("bo@Orchard")
    assert call(bo, "POST", f"{own}/stage/proposals", {"phase": "designing"})[0] == 428
    assert call(bo, "POST", f"{own}/stage/proposals", {"version": 1, "phase": "designing"})[0] == 412
    assert call(bo, "POST", f"{own}/stage/proposals", {"version": 0, "phase": "closed"})[0] == 409

    status, made = call(bo, "POST", f"{own}/stage/proposals", {"version": 0, "phase": "designing"})

    assert status == 202
    stage = call(bo, "GET", f"{own}/stage")[1]
    assert (stage["now"]["phase"], stage["waiting"]) == ("exploring", [made["proposal"]["id"]])


def test_what_others_may_not_see_is_not_there(world, own):
    written(world, purpose="x")
    for who in ("nobody@Nowhere", "ada@Orchard"):
        for path in (f"{own}/charter", f"{own}/stage"):
            assert call(world.client(who), "GET", path)[0] in (401, 404)
    agree(world, written(world, purpose="y"))
    assert call(world.client("bea@Orchard"), "GET", f"{own}/charter")[1]["articles"]["purpose"] == "y"
