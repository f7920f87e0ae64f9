"""
A checker for the part of JSON Schema (2020-12) that our own schemas use, so that the engine needs no library for it.

A fault names its place as people write it: `tasks[3].duration`. Keywords outside of KEYWORDS raise: a schema that asks
for more than is checked would promise too much.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

Schema = dict[str, Any]

FAULTS_MAX = 50
NOTES = frozenset({"$schema", "$id", "$defs", "title", "description", "default", "examples"})


def faults_of(schema: Schema, value: Any) -> list[str]:
    """
    Return one sentence per fault, at most FAULTS_MAX; empty where the value fits.

    Raises:
        LookupError: the schema uses a keyword that is not checked here, or points to nothing.
    """
    faults: list[str] = []
    for fault in _check(schema, schema, value, ""):
        if len(faults) == FAULTS_MAX:
            return [*faults, "and more."]
        faults.append(fault)
    return faults


def _check(root: Schema, schema: Any, value: Any, place: str) -> Iterator[str]:
    if schema is True:
        return
    if schema is False:
        yield _said(place, "is not known here")
        return
    wrong_type = "type" in schema and not _has_type(schema["type"], value)
    if wrong_type:
        yield _said(place, f"is {_kind(value)}, and must be {_types(schema['type'])}")
        return
    for keyword, wish in schema.items():
        if keyword not in NOTES and keyword != "type":
            yield from KEYWORDS[keyword](root, schema, wish, value, place)


def _has_type(types: str | list[str], value: Any) -> bool:
    return any(_IS[one](value) for one in ([types] if isinstance(types, str) else types))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_IS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
}


def _kind(value: Any) -> str:
    if _is_number(value):
        return f"the number {value!r}"
    names = {dict: "an object", list: "a list", str: f"the text {value!r:.60}", type(None): "null"}
    return names.get(type(value), f"{value!r}".lower())


def _types(types: str | list[str]) -> str:
    words = {"object": "an object", "array": "a list", "string": "text", "integer": "a whole number"}
    words |= {"number": "a number", "boolean": "true or false"}
    return " or ".join(words.get(one, one) for one in ([types] if isinstance(types, str) else types))


def _said(place: str, text: str) -> str:
    return f"{place or 'The input'}: {text}." if place else f"The input {text}."


def _inside(place: str, name: str) -> str:
    shown = name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) else f'"{name:.60}"'
    return f"{place}.{shown}" if place else shown


Check = Iterator[str]


def _properties(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, dict):
        for name, inner in wish.items():
            if name in value:
                yield from _check(root, inner, value[name], _inside(place, name))


def _additional(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in schema.get("properties", {}):
                yield from _check(root, wish, inner, _inside(place, name))


def _property_names(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, dict):
        for name in value:
            yield from _check(root, wish, name, _inside(place, name))


def _required(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, dict):
        for name in wish:
            if name not in value:
                yield _said(_inside(place, name), "is missing")


def _items(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _check(root, wish, inner, f"{place}[{at}]")


def _min_items(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, list) and len(value) < wish:
        yield _said(place, f"holds {len(value)}, and must hold at least {wish}")


def _max_items(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, list) and len(value) > wish:
        yield _said(place, f"holds {len(value)}, and may hold at most {wish}")


def _enum(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if value not in wish:
        yield _said(place, f"is {_kind(value)}, and must be one of {', '.join(map(str, wish))}")


def _minimum(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if _is_number(value) and value < wish:
        yield _said(place, f"is {value}, and must be at least {wish}")


def _above(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if _is_number(value) and value <= wish:
        yield _said(place, f"is {value}, and must be above {wish}")


def _maximum(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if _is_number(value) and value > wish:
        yield _said(place, f"is {value}, and may be at most {wish}")


def _min_length(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, str) and len(value) < wish:
        yield _said(place, f"is {_kind(value)}, and must have at least {wish} sign" + "s" * (wish > 1))


def _max_length(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, str) and len(value) > wish:
        yield _said(place, f"has {len(value)} signs, and may have at most {wish}")


def _pattern(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    if isinstance(value, str) and not re.search(wish, value):
        yield _said(place, f"is {_kind(value)}, and must be {schema.get('description', f'like {wish}')}")


def _any_of(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    """Where none fits: the faults of the first with the right type, else what the types are."""
    tried = [list(_check(root, one, value, place)) for one in wish]
    if all(tried):
        resolved = [_resolved(root, one) for one in wish]
        near = [at for at, one in enumerate(resolved) if _has_type(one.get("type", list(_IS)), value)]
        if near:
            yield from tried[near[0]]
        else:
            yield _said(place, f"is {_kind(value)}, and must be {' or '.join(_types(one['type']) for one in resolved)}")


def _reference(root: Schema, schema: Schema, wish: Any, value: Any, place: str) -> Check:
    yield from _check(root, _resolved(root, {"$ref": wish}), value, place)


def _resolved(root: Schema, schema: Schema) -> Schema:
    """The schema that a local reference (`#/$defs/name`) stands for."""
    if "$ref" not in schema:
        return schema
    found: Any = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found  # type: ignore[no-any-return]  # our own files


KEYWORDS: dict[str, Callable[[Schema, Schema, Any, Any, str], Check]] = {
    "$ref": _reference,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
    "required": _required,
    "items": _items,
    "minItems": _min_items,
    "maxItems": _max_items,
    "enum": _enum,
    "minimum": _minimum,
    "exclusiveMinimum": _above,
    "maximum": _maximum,
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "anyOf": _any_of,
}
