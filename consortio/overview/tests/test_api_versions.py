"""Nobody saves over what somebody else wrote: ETag, If-Match and the version in the body, wherever rows are edited."""

import json

import pytest
from ninja import Router
from ninja.testing import TestClient

from consortio import versions
from consortio.api import description

from .test_api import call, problem

PLAIN = {"name": "Works", "start_at": "2031-05-06T08:00:00"}

ONES_OWN = {  # no rows that several people edit: one's own wishes, and names that the own house alone writes
    "put /api/v1/goals/{goal_id}/forecasts/scoring",
    "put /api/v1/me/notices",
    "put /api/v1/organisations/{organisation_id}/fiscal-year",
    "put /api/v1/organisations/{organisation_id}/name",
    "put /api/v1/people/{person_id}/name",
    "put /api/v1/plans/{plan_id}/estimates",  # of many rows, each of which names its own version
}


@pytest.fixture
def ada(world):
    return world.client("ada@Harbour")


@pytest.fixture
def plan(ada, world):
    made = call(ada, "POST", "/api/v1/plans", json.dumps(PLAIN | {"circle_id": str(world.ids["coast"])}))
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    return f"/api/v1/plans/{made.json()['id']}"


def settings(client, plan, body=(), **headers):
    return call(client, "PUT", f"{plan}/settings", json.dumps(PLAIN | dict(body)), **headers)


def test_a_change_follows_what_was_seen(ada, plan):
    assert ada.get(plan)["ETag"] == '"1"'

    first = settings(ada, plan, {"name": "Piers"}, **{"If-Match": '"1"'})
    late = settings(ada, plan, {"name": "Locks"}, **{"If-Match": '"1"'})

    assert (first.status_code, first["ETag"], first.json()["version"]) == (200, '"2"', 2)
    assert (late.status_code, problem(late)["title"]) == (412, "Stale")
    assert ada.get(plan).json()["name"] == "Piers"


def test_the_body_may_say_it_instead(ada, plan):
    assert settings(ada, plan, {"version": 1, "name": "Piers"}).status_code == 200
    assert settings(ada, plan, {"version": 1, "name": "Locks"}).status_code == 412
    both = settings(ada, plan, {"version": 2, "name": "Locks"}, **{"If-Match": '"1"'})
    assert both.status_code == 200  # where both are said, the body's counts


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 428),
        ({"If-Match": "*"}, 428),
        ({"If-Match": "1"}, 412),
        ({"If-Match": 'W/"1"'}, 412),
        ({"If-Match": '"1", "2"'}, 412),
        ({"If-Match": '"x"'}, 412),
        ({"If-Match": ""}, 412),
        ({"If-Match": '"7"'}, 412),
        ({"If-Match": '"9999999999"'}, 412),
    ],
)
def test_without_the_version_that_is_nothing_is_saved(ada, plan, headers, status):
    answer = settings(ada, plan, {"name": "Piers"}, **headers)
    assert (answer.status_code, problem(answer)["status"]) == (status, status)
    assert ada.get(plan).json()["name"] == "Works"


def test_another_fault_beside_it_is_told_as_such(ada, plan):
    answer = settings(ada, plan, {"name": ""})
    assert answer.status_code == 422
    assert {one["field"] for one in problem(answer)["errors"]} == {"name"}


def test_what_is_not_seen_is_not_there_whatever_version_is_named(world, ada, plan):
    stranger = world.client("x@y")
    assert settings(stranger, plan, {}, **{"If-Match": '"1"'}).status_code == 401
    cy = world.client("cy@Island")
    hidden = call(ada, "POST", "/api/v1/plans", json.dumps(PLAIN | {"circle_id": str(world.ids["Harbour only"])}))
    for match in ('"1"', '"2"'):
        answer = settings(cy, f"/api/v1/plans/{hidden.json()['id']}", {}, **{"If-Match": match})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("data", "version"),
    [
        ({"version": 3, "row": {"version": 4}}, 3),
        ({"item": {"version": 4}, "note": ""}, 4),
        ({"a": {"version": 4}, "b": {"version": 5}}, None),
        ({"rows": [{"version": 4}]}, None),
        ([{"version": 4}], None),
        ({"version": None}, None),
        ({}, None),
    ],
)
def test_the_version_of_an_answer_is_that_of_the_row_it_is_about(data, version):
    assert versions.version_in(data) == version


def test_an_operation_without_a_body_takes_the_header():
    router = Router()
    router.delete("/x")(_deleting)
    client = TestClient(router)
    assert client.delete("/x", headers={"If-Match": '"3"'}).json() == 3
    assert client.delete("/x").json() is None


def _deleting(request, version: versions.IfMatch = None):
    return version


def test_every_operation_that_edits_asks_for_a_version():
    document = description()
    lacking = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in ("put", "patch")
        and "If-Match" not in {parameter["name"] for parameter in operation.get("parameters", ())}
    ]
    assert set(lacking) == ONES_OWN
    told = document["paths"]["/api/v1/plans/{plan_id}/settings"]["put"]
    assert told["responses"]["200"]["headers"].keys() == {"ETag"}
