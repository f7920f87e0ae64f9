"""What the API takes, from its own schema: a good value for each property, and foreign ids for each that refers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from . import forging, samples
from .routes import Route
from .story import Story

OVER = (("If-Match", '"1"'),)  # the version that is written over
KEY = ("Idempotency-Key", "the same for all")  # Harbour uses it in private: another's reply is nobody's
PLAIN = {"title": "x", "text": "x", "name": "x"}  # for an address that is in no schema


def written(story: Story, route: Route, method: str) -> dict[str, Any]:
    """Return what a request carries besides its address; pages take forms."""
    if route.is_api:
        return _written(story, _operation(route, method))
    if method in {"PUT", "PATCH"}:
        return {"body": json.dumps(PLAIN), "headers": OVER}
    return {}


def parameters(route: Route, method: str) -> set[str]:
    """Return the names of an operation's query parameters."""
    found = _operation(route, method).get("parameters", [])
    return {each["name"] for each in found if each["in"] == "query"}


def variations(story: Story, request: Any) -> Iterator[Any]:
    """Yield the request with each property that refers to a row pointing elsewhere, one at a time."""
    body = json.loads(request.body)
    for name, value in body.items():
        if kind := samples.kind_of(name):
            for pk in [*samples.shared(story, kind)[1:3], *forging.some_hidden(story, kind, request.route + name)]:
                other = body | {name: [pk] if isinstance(value, list) else pk}
                yield replace(request, body=json.dumps(other))


def _written(story: Story, operation: dict[str, Any]) -> dict[str, Any]:
    schema, found = _schema(), {"headers": OVER}
    wanted = [each for each in operation.get("parameters", []) if each["in"] == "query" and each["required"]]
    found["query"] = tuple((each["name"], _value(story, each["name"], each["schema"], schema)) for each in wanted)
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        properties = _object(story, content["schema"], schema)
        if kind == "application/json":
            found["body"] = json.dumps(properties)
        else:
            found["fields"] = tuple((name, value) for name, value in properties.items() if name != "file")
    return found


def _operation(route: Route, method: str) -> dict[str, Any]:
    return _schema()["paths"].get(_path(route), {}).get(method.lower(), {})


def _path(route: Route) -> str:
    return route.template.replace("<", "{").replace(">", "}")


@cache
def _schema() -> dict[str, Any]:
    from consortio.api import api

    return api.get_openapi_schema()


def _object(story: Story, found: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found = _resolved(found, schema)
    properties = found.get("properties", {})
    said = [(name, each) for name, each in properties.items() if name not in samples.UNSAID]
    return {name: _value(story, name, _resolved(each, schema), schema) for name, each in said}


def _resolved(found: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references; of alternatives take the first that is a value."""
    while "$ref" in found or "anyOf" in found or "allOf" in found:
        if "$ref" in found:
            found = schema["components"]["schemas"][found["$ref"].rpartition("/")[2]]
        else:
            options = found.get("anyOf") or found["allOf"]
            found = next(each for each in options if each.get("type") != "null")
    return found


def _value(story: Story, name: str, found: dict[str, Any], schema: dict[str, Any]) -> Any:
    if found.get("type") == "array":
        return [_value(story, name, _resolved(found.get("items", {}), schema), schema)]
    if found.get("type") == "object" or "properties" in found:
        return _object(story, found, schema)
    if kind := samples.kind_of(name):
        return samples.shared(story, kind)[0]
    assert found.get("format") != "uuid", f"{name}: say in samples.py which rows it refers to"
    choices = [found["const"]] if "const" in found else found.get("enum", [])
    fits = samples.SAMPLES.get(name) in choices if choices else found.get("type") != "boolean"
    if found.get("format") == "date" and not samples.SAMPLES.get(name):
        return "2031-05-01"
    if name in samples.SAMPLES and fits:
        return samples.SAMPLES[name]
    if choices:
        return choices[0]
    if found.get("format") == "date-time":
        return "2031-05-06T08:00:00"
    return {"integer": 1, "number": 1, "boolean": True}.get(found.get("type", ""), samples.ANY_WORD)
