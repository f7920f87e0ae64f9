"""Version 1 only grows: what the published description promised, this one keeps. And how an operation takes its leave."""

import json
import os
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from ninja import Schema

from consortio.api import description
from consortio.api_description import described, pages_of
from consortio.deprecation import INSTEAD, NOTICE, SINCE, UNTIL, leaving

from .contract import breaches

ROOT = Path(settings.ROOT)
PUBLISHED = ROOT / "docs" / "schemas" / "openapi-v1.json"
TODAY = date(2031, 5, 6)
HOW = "run REWRITE=1 .venv/bin/python -m pytest consortio/overview/tests/test_api_contract.py and commit what it writes"


def written(document):
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_nothing_that_was_published_is_taken_away():
    """Until the first release nobody was promised anything: then REWRITE=1 takes away, too."""
    is_released = "No version has been released yet" not in (ROOT / "CHANGELOG.md").read_text()
    if os.environ.get("REWRITE") and not is_released:
        PUBLISHED.write_text(written(description()))
    assert breaches(json.loads(PUBLISHED.read_text()), description(), timezone.now().date()) == []
    if os.environ.get("REWRITE"):
        PUBLISHED.write_text(written(description()))
    assert PUBLISHED.read_text() == written(description()), f"The API has grown: {HOW}"


def test_no_two_shapes_have_one_name():
    """The description knows a shape by its name alone: of two, one would be told wrong."""
    description()
    found, waiting = {}, [Schema]
    while waiting:
        for shape in waiting.pop().__subclasses__():
            waiting.append(shape)
            if shape.__module__.startswith("consortio.") and ".tests." not in shape.__module__:
                found.setdefault(shape.__name__, set()).add(shape.__module__)

    assert len(found) > 100
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


ITEM = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["id", "kind"],
}
WISH = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 100},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    },
    "required": ["name"],
}
DOCUMENT = {
    "paths": {
        "/things": {
            "post": {
                "operationId": "things_make",
                "security": [{"Token": ["write"]}, {"Session": []}],
                "parameters": [{"name": "dry", "in": "query", "required": False, "schema": {"type": "boolean"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wish"}}}},
                "responses": {
                    "201": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}},
                        "headers": {"ETag": {}},
                    },
                    "404": {"$ref": "#/components/responses/404"},
                },
            }
        }
    },
    "components": {"schemas": {"Item": ITEM, "Wish": WISH}, "responses": {"404": {"description": "none"}}},
}


def put(place, value):
    """Return the document with a value in one place; None takes it out."""
    made = deepcopy(DOCUMENT)
    *way, last = place
    inside = made
    for step in way:
        inside = inside[step]
    if value is None:
        del inside[last]
    else:
        inside[last] = value
    return made


OPERATION = ("paths", "/things", "post")
ITEMS, WISHES = ("components", "schemas", "Item"), ("components", "schemas", "Wish")
TAKEN_AWAY = [
    (("paths", "/things"), None, "is gone"),
    (OPERATION, None, "is gone"),
    ((*OPERATION, "operationId"), "things_create", "is called"),
    ((*OPERATION, "security"), [{"Session": []}], "no longer lets in"),
    ((*OPERATION, "security"), [{"Token": ["write:all"]}, {"Session": []}], "no longer lets in"),
    ((*OPERATION, "parameters"), [], "no longer takes dry"),
    ((*OPERATION, "parameters", 0, "required"), True, "now asks for dry"),
    ((*OPERATION, "parameters", 0, "schema"), {"type": "integer"}, "was boolean and is integer"),
    ((*OPERATION, "requestBody", "content"), {"text/csv": {"schema": {}}}, "no longer speaks application/json"),
    ((*OPERATION, "responses", "201"), None, "no longer answers 201"),
    ((*OPERATION, "responses", "404"), None, "no longer answers 404"),
    ((*OPERATION, "responses", "201", "headers"), {}, "no longer has the header ETag"),
    ((*ITEMS, "properties", "note"), None, "has no note any more"),
    ((*ITEMS, "required"), ["id"], "may lack kind"),
    ((*ITEMS, "properties", "id", "format"), "date", "was uuid and is date"),
    ((*ITEMS, "properties", "id"), {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}, "id was"),
    ((*WISHES, "properties", "name", "maxLength"), 50, "maxLength 50"),
    ((*WISHES, "properties", "name", "minLength"), 1, "minLength 1"),
    ((*WISHES, "properties", "name", "pattern"), "^x", "has to look like"),
    ((*WISHES, "properties", "kind", "enum"), ["a"], "takes only"),
    ((*WISHES, "properties", "day"), {"type": "string", "format": "date"}, "day was null"),
    ((*WISHES, "properties", "kind"), None, "has no kind any more"),
    ((*WISHES, "required"), ["name", "kind"], "now asks for kind"),
]
ADDED = [
    (("paths", "/more"), {"get": {}}),
    ((*OPERATION, "security"), [{"Token": ["write"]}, {"Session": []}, {"Else": []}]),
    ((*OPERATION, "responses", "202"), {}),
    ((*ITEMS, "properties", "colour"), {"type": "string"}),
    ((*ITEMS, "properties", "kind", "enum"), ["a", "b", "c"]),
    ((*ITEMS, "properties", "note"), {"type": "string"}),
    ((*WISHES, "properties", "name", "maxLength"), 200),
    ((*WISHES, "properties", "kind", "enum"), ["a", "b", "c"]),
    ((*WISHES, "properties", "colour"), {"type": "string"}),
    ((*WISHES, "required"), []),
]


@pytest.mark.parametrize(("place", "value", "says"), TAKEN_AWAY)
def test_what_is_taken_away_is_found(place, value, says):
    found = breaches(DOCUMENT, put(place, value), TODAY)
    assert len(found) >= 1 and says in found[0]


@pytest.mark.parametrize(("place", "value"), ADDED)
def test_what_is_added_is_none(place, value):
    assert breaches(DOCUMENT, put(place, value), TODAY) == []


def test_what_was_announced_may_go_on_its_day():
    announced = put((*OPERATION, UNTIL), TODAY.isoformat())
    gone = put(("paths", "/things"), None)
    assert breaches(announced, gone, TODAY) == []
    assert len(breaches(announced, gone, TODAY - timedelta(days=1))) == 1


@pytest.mark.urls("consortio.overview.tests.urls")
def test_an_operation_that_leaves_says_so_with_each_answer(world):
    ada = world.client("ada@Harbour")
    for address, status in (("/api/leaving/old", 200), ("/api/leaving/old?x=1", 422)):
        answer = ada.get(address)
        assert answer.status_code == status
        assert answer["Deprecation"] == "@1924992000"
        assert answer["Sunset"] == "Sun, 02 Nov 2031 00:00:00 GMT"
        assert answer["Link"] == '</api/leaving/new>; rel="successor-version"'
    assert "Deprecation" not in ada.get("/api/leaving/new")


@pytest.mark.urls("consortio.overview.tests.urls")
def test_the_description_and_its_page_say_so_too():
    from .urls import api

    document = described(api.get_openapi_schema())
    old, new = (document["paths"][f"/api/leaving/{name}"]["get"] for name in ("old", "new"))
    assert (old["deprecated"], old[SINCE], old[INSTEAD]) == (True, "2031-01-01", "/api/leaving/new")
    assert "deprecated" not in new
    pages = {page.path: page for pages in pages_of(document).values() for page in pages}
    assert pages["/api/leaving/old"].leaves_on == date(2031, 11, 2)
    assert pages["/api/leaving/new"].leaves_on is None


def test_whoever_calls_it_has_half_a_year():
    with pytest.raises(ValueError, match="180 days"):
        leaving(since=TODAY, until=TODAY + NOTICE - timedelta(days=1), instead="/new")
    assert leaving(since=TODAY, until=TODAY + NOTICE, instead="/new")["deprecated"]
