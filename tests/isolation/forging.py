"""What observers forge: ids of others in parameters, fields and headers."""

import zlib
from typing import Any

from django import forms

from .samples import SAMPLES, form_fields, hidden, kind_of, named, shared
from .story import Story

LEFT_OUT = (
    "column-",
    "seen-",
    "tick",
    "percent-",
    "began-",
    "high-",
    "likely-",
    "low-",
    "budget-",
    "spent-",
    "left-",
    "ended-",
    "votes-",
    "brings-",
    "amount-",
    "version-",
    "us-",
    "name-",
    "email-",
    "start-",
    "value-",
    "note-",
)  # fields of a table whose rows are the observer's own
FORGED = ("1", "-name", "owner__password", "canary")


def some_hidden(story: Story, kind: str, place: str) -> list[str]:
    """Return two of the hidden ids, others at each place (address and name), and the one that is not there."""
    *those, nothing = hidden(story, kind)
    return [*_some(those, 2, place), nothing]


def _some(those: list[Any], count: int, place: str) -> list[Any]:
    first = zlib.crc32(place.encode()) % max(len(those), 1)
    return (those[first:] + those[:first])[:count]


def query_values(story: Story, name: str, route: str) -> list[str]:
    """Return what is tried for a query parameter: ids of others where ids are meant, else what sorts and filters."""
    if kind := kind_of(name):
        return [*shared(story, kind)[:1], *some_hidden(story, kind, route + name)]
    return _some([*FORGED, hidden(story, "item")[0], cursor(story)], 3, route + name)


def cursor(story: Story) -> str:
    """Return a cursor that names circles of others."""
    return ".".join(f"{pk.replace('-', '')}:1" for pk in named(story, "circle"))


def foreign_values(story: Story, name: str, route: str) -> list[Any]:
    """Return what is tried for a field: nothing, if it refers to no row, else ids that are not the observer's."""
    field, kind = form_fields().get(name), kind_of(name)
    if name.startswith("who-"):
        houses = hidden(story, "organisation")
        return [*houses, *(f"{pk}@{house}" for pk, house in zip(hidden(story, "person"), houses, strict=False))]
    if name.startswith("lead-"):
        return some_hidden(story, "person", route + "lead-")
    if name.startswith("into-"):
        return hidden(story, "partnership")
    if name == "rows":
        return [(f"{pk}.1",) for pk in [*shared(story, "item"), *hidden(story, "item")]]
    if name == "upto":
        return [cursor(story)]
    if name == "email":
        return ["new@example.org", "ada@example.org"]
    is_known = field or kind or name in SAMPLES or name.startswith(LEFT_OUT)
    assert is_known, f"{name}: say in samples.py what is posted there"
    if not kind:
        return []
    is_many = isinstance(field, forms.MultipleChoiceField)
    *those, nothing = hidden(story, kind)
    values = [*_some(shared(story, kind)[1:], 1, route + name), *_some(those, 1, route + name), nothing]
    return [(value,) if is_many else value for value in values]


def headers(story: Story, route: str) -> list[dict[str, str]]:
    """Return two sets of headers to try at an address; over all addresses, each is tried at many."""
    known = [
        {"HX-Request": "true"},
        {"Accept": "application/json"},
        {"Range": "bytes=0-3"},
        {"Last-Event-ID": cursor(story)},
        {"If-None-Match": '"1"', "If-Modified-Since": "Wed, 01 Jan 2031 00:00:00 GMT"},
    ]
    first = zlib.crc32(route.encode())
    return [known[first % len(known)], known[(first // len(known) % 4 + first + 1) % len(known)]]
