"""What is sent to the API is known by name: a slip in a name is refused and does nothing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pydantic import BaseModel

from consortio.api import api
from consortio.api_calls import bodies_of
from consortio.bodies import Body

PREFERENCES = "/api/v1/me/preferences"


def operations():
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            yield from view.operations


def parts(shape):
    """Return a shape and all that it is made of."""
    found, waiting = set(), [shape]
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "__args__", ())
        if isinstance(one, type) and issubclass(one, BaseModel) and one not in found:
            found.add(one)
            waiting += [field.annotation for field in one.model_fields.values()]
    return found


def test_each_body_derives_from_the_one_that_refuses():
    found = {part for operation in operations() for shape in bodies_of(operation) for part in parts(shape)}

    assert len(found) > 30
    assert [shape.__name__ for shape in found if not issubclass(shape, Body)] == []
    assert [shape.__name__ for shape in found if shape.model_config.get("extra") != "forbid"] == []


def put(client, body, **headers):
    return client.put(PREFERENCES, json.dumps(body), "application/json", headers=headers)


def test_a_name_that_is_not_known_is_told_and_nothing_is_done(world):
    ada = world.client("ada@Harbour")
    seen = ada.get(PREFERENCES).json()

    answer = put(ada, {"version": seen["version"], "colours": None, "theme": "dark"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "colours", "says": "There is no such field here."}]
    assert ada.get(PREFERENCES).json() == seen
    assert put(ada, {"version": seen["version"], "theme": "dark"}).json()["theme"] == "dark"


def test_names_inside_lists_are_known_too(world):
    ada, body = world.client("ada@Harbour"), {"items": [{"name": "Dredge", "duration": 5}]}
    answer = ada.post(f"/api/v1/plans/{world.ids['ada']}/items", json.dumps(body), "application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "items/0/duration")


def test_a_header_that_no_body_has_a_place_for_is_passed_over(world):
    body = json.dumps({"name": "Pier", "letters": "PIE"})
    made = world.client("ada@Harbour").post(
        "/api/v1/partnerships", body, "application/json", headers={"If-Match": '"3"'}
    )
    assert made.status_code == 201


@pytest.mark.parametrize(("more", "status"), [({"planid": "x"}, 422), ({}, 202)])
def test_a_form_is_known_by_name_too(world, more, status):
    sent = {"circle_id": str(world.ids["coast"]), "file": SimpleUploadedFile("plan.csv", b"Name\nDredge\n")}
    answer = world.client("ada@Harbour").post("/api/v1/imports", sent | more)
    assert answer.status_code == status
    assert [fault["field"] for fault in answer.json().get("errors", ())] == list(more)


def test_a_missing_version_is_asked_for_when_all_else_is_right(world):
    ada = world.client("ada@Harbour")
    both = put(ada, {"theme": "pink", "zone": "Nowhere"})
    assert both.status_code == 422
    assert {fault["field"] for fault in both.json()["errors"]} == {"theme", "zone"}
    assert "Value error" not in both.json()["detail"]
    assert put(ada, {"theme": "dark"}).status_code == 428
