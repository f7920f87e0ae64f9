"""The API as a whole: how it refuses, what it says of itself, and that nothing that is sent to it is a fault of ours."""

import json

import pytest
import schemathesis
from django.conf import settings
from django.test import Client

from consortio import strict_json
from consortio.api import api, description
from consortio.api_description import pages_of

PROBLEM = "application/problem+json"


def problem(answer):
    assert answer["Content-Type"] == PROBLEM, answer.content
    return answer.json()


def call(client, method, address, body=b"", kind="application/json", **headers):
    return client.generic(method, address, body, kind, headers=headers)


def test_nobody_is_asked_to_sign_in(world):
    nobody = Client(enforce_csrf_checks=True)
    for method, address in [
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/partnerships"),
        ("POST", "/api/v1/partnerships"),
        ("DELETE", f"/api/v1/files/{world.ids['ada']}"),
    ]:
        answer = call(nobody, method, address)
        assert (answer.status_code, problem(answer)["title"]) == (401, "Not signed in")


def test_a_write_wants_the_token(world):
    browser = world.client("ada@Harbour", enforce_csrf_checks=True)
    body = json.dumps({"name": "Pier", "letters": "PIE"})
    refused = call(browser, "POST", "/api/v1/partnerships", body)
    assert refused.status_code == 403 and "X-CSRFToken" in problem(refused)["detail"]

    browser.get("/api/v1/docs")
    token = browser.cookies["csrf"].value
    assert call(browser, "POST", "/api/v1/partnerships", body, **{"X-CSRFToken": token}).status_code == 201


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/v1/circles/not-an-id", 404),
        ("PATCH", "/api/v1/partnerships", 405),
        ("GET", "/api/v1/plans?partnership_id=%00", 400),
        ("GET", "/api/v1/plans?partnership_id=x", 422),
        ("GET", "/api/v1/plans", 422),
    ],
)
def test_what_is_not_there_is_refused_as_everything_is(world, method, address, status):
    answer = call(world.client("ada@Harbour"), method, address)
    assert (answer.status_code, problem(answer)["status"]) == (status, status)


def test_a_method_that_is_not_done_names_those_that_are(world):
    answer = call(world.client("ada@Harbour"), "PATCH", "/api/v1/partnerships")
    assert sorted(answer["Allow"].split(", ")) == ["GET", "POST"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "line 1, column 2"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": 1e999}', "too large a number"),
        (b'{"name": 9007199254740993}', "send it as a string"),
        (b'{"name": ' + b"9" * 5000 + b"}", "send it as a string"),
        (b'{"name": "a", "name": "b"}', "'name' stands twice"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b'{"name": "\\u0000"}', "NUL"),
        (b'{"name": "\xff"}', "UTF-8"),
        (b"[" * 33 + b"]" * 33, "nested deeper than 32"),
        (b"[" * 200_000, "nested deeper than 32"),
    ],
)
def test_json_that_readers_could_differ_about_is_refused(world, body, says):
    answer = call(world.client("ada@Harbour"), "POST", "/api/v1/partnerships", body)
    assert answer.status_code == 400 and says in problem(answer)["detail"]


def test_json_that_everybody_reads_alike_is_read():
    nested = [[[[{"a": [1, -2.5e3, True, None, "\U0001f6a2"]}]]]]
    assert strict_json.parse(json.dumps(nested).encode()) == nested
    assert strict_json.parse(b"[" * 32 + b"]" * 32)


def test_bodies_have_limits(world):
    ada = world.client("ada@Harbour")
    large = json.dumps({"name": "x" * (2 * 2**20), "letters": "PIE"})
    assert "2 MB" in problem(call(ada, "POST", "/api/v1/partnerships", large))["detail"]

    answer = ada.generic("POST", "/api/v1/imports", b"", CONTENT_LENGTH=str(82 * 2**20))
    assert answer.status_code == 413 and "81 MB" in problem(answer)["detail"] and answer["Connection"] == "close"
    page = ada.generic("POST", "/partnerships/new", b"", CONTENT_LENGTH=str(82 * 2**20))
    assert page.status_code == 413 and page["Content-Type"].startswith("text/html")


def test_a_form_that_is_too_large_is_too_large_and_no_fault(world):
    ada = world.client("ada@Harbour")
    answer = ada.post("/partnerships/new", {"name": "x" * (2 * 2**20 + 1), "letters": "PIE"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "", "letters": "PIE"}, ["name"]),
        ({"name": "x" * 101, "letters": "PIE"}, ["name"]),
        ({"name": "a\nb", "letters": "PIE"}, ["name"]),
        ({"name": "a\u202eb", "letters": "PIE"}, ["name"]),
        ({"name": "Pier", "letters": "P"}, ["letters"]),
        ({"name": "Pier", "letters": "PÏE"}, ["letters"]),
        ({"name": "Pier", "letters": "PIE\n"}, ["letters"]),
        ({"name": 7}, ["letters", "name"]),
        ([], [""]),
    ],
)
def test_fields_are_named_and_what_was_sent_is_not_repeated(world, body, fields):
    answer = call(world.client("ada@Harbour"), "POST", "/api/v1/partnerships", json.dumps(body))
    assert answer.status_code == 422
    found = problem(answer)["errors"]
    assert sorted(one["field"] for one in found) == fields or fields == [""]
    assert "PÏE" not in answer.content.decode()


def test_names_are_kept_composed_and_letters_large(world):
    body = json.dumps({"name": " Ko\u0308ln ", "letters": "pie"})
    made = call(world.client("ada@Harbour"), "POST", "/api/v1/partnerships", body).json()
    assert made["name"] == "Köln" and made["members"][0]["letters"] == "PIE"


def test_the_description_is_the_same_for_everybody_and_names_every_refusal(world):
    said = {who: world.client(who).get("/api/v1/openapi.json").content for who in ("ada@Harbour", "bea@Orchard", "x@y")}
    assert len(set(said.values())) == 1
    document = json.loads(said["x@y"])
    assert document["openapi"].startswith("3.1")
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) and "partnerships_found" in names
    for path in document["paths"].values():
        for method, operation in path.items():
            wanted = {"400", "401", "404", "422"} | ({"403", "409", "412", "428"} if method != "get" else set())
            assert wanted <= set(operation["responses"]) and operation["summary"]
            assert operation["responses"]["404"] == {"$ref": "#/components/responses/404"}
    assert {kind for answer in document["components"]["responses"].values() for kind in answer["content"]} == {PROBLEM}


def test_the_page_of_the_api_names_every_operation(world):
    page = world.client("x@y").get("/api/v1/docs")
    text = page.content.decode()
    for operations in pages_of(description()).values():
        for one in operations:
            assert f'id="{one.id}"' in text and one.path in text
    for ours in ("http://www.w3.org", settings.BASE_URL):
        text = text.replace(ours, "")
    assert page.status_code == 200 and "http://" not in text


def test_the_page_tells_how_to_sign_in_with_a_token_and_shows_calls(world):
    text = world.client("x@y").get("/api/v1/docs").content.decode()
    assert "/account/tokens" in text and f"{settings.BASE_URL}/api/v1/me" in text
    assert "write:plans" in text and "no token does this" in text
    named = {word for word in ("Authorization: Bearer", "Idempotency-Key", "If-Match", "after=") if word in text}
    assert len(named) == 4


def test_the_description_is_what_openapi_says_it_is():
    schemathesis.openapi.from_dict(description()).validate()

    broken = description() | {"paths": {"/x": {"get": {"responses": {"200": {}}}}}}
    with pytest.raises(Exception, match="description"):
        schemathesis.openapi.from_dict(broken).validate()


def test_the_document_says_where_the_api_says_so():
    assert {"/api/v1/partnerships", "/api/v1/circles", "/api/v1/jobs/{job_id}"} <= set(
        api.get_openapi_schema()["paths"]
    )
