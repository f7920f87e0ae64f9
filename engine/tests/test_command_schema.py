"""The checker of schemas against a library that knows the whole standard."""

from importlib.resources import files

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine.command.reading import load_schema
from consortio_engine.command.schema import FAULTS_MAX, faults_of

NAMES = sorted(
    path.name.removesuffix(".json")
    for path in files("consortio_engine.command").joinpath("schemas").iterdir()
    if path.name.endswith(".json")
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([0.5, 2.0])
    | st.sampled_from(["", "a", "ab", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=6,
)
types = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
leaves = st.one_of(
    st.fixed_dictionaries({"type": types | st.lists(types, min_size=1, max_size=2, unique=True)}),
    st.fixed_dictionaries({"type": st.just("integer")}, optional={"minimum": st.integers(-2, 4), "maximum": st.integers(2, 9)}),
    st.fixed_dictionaries({"exclusiveMinimum": st.integers(-2, 4)}),
    st.fixed_dictionaries({"minLength": st.integers(0, 2), "maxLength": st.integers(0, 2)}),
    st.fixed_dictionaries({"pattern": st.sampled_from(["^a", "b$", "^$"])}),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from(["a", "ab", None, 5]), min_size=1, unique=True)}),
    st.fixed_dictionaries({"minItems": st.integers(0, 2), "maxItems": st.integers(0, 3)}),
    st.just({"$ref": "#/$defs/short"}),
    st.just({}),
)  # fmt: skip
schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"type": st.sampled_from(["array", "object", "string"]), "anyOf": st.lists(leaves, min_size=1, max_size=2)}),
        st.fixed_dictionaries(
            {"type": st.just("object")},
            optional={
                "properties": st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
                "additionalProperties": st.booleans() | inner,
                "required": st.lists(st.sampled_from(["a", "c"]), unique=True),
                "propertyNames": st.just({"pattern": "^[ab]$"}),
            },
        ),
    ),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(schemas, values)
def test_it_refuses_what_the_standard_refuses(schema, value):
    schema = schema | {"$defs": {"short": {"type": "string", "maxLength": 1}}}

    assert (not faults_of(schema, value)) == jsonschema_rs.validator_for(schema).is_valid(value)


@pytest.mark.parametrize("name", NAMES)
def test_our_schemas_are_schemas_and_ask_only_for_what_is_checked(name):
    schema = load_schema(name)

    jsonschema_rs.meta.validate(schema)
    assert schema["title"] and schema["description"]
    for inner in _all_schemas(schema):
        faults_of(inner | {"$defs": schema.get("$defs", {})}, _fitting(inner))


def _all_schemas(schema):
    """Every schema inside a schema, itself first."""
    yield schema
    for keyword in ("properties", "$defs"):
        for inner in schema.get(keyword, {}).values():
            yield from _all_schemas(inner)
    for inner in (*schema.get("anyOf", []), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _all_schemas(inner)


def _fitting(schema):
    """Something of the schema's type, so that all of its keywords are asked."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    return {"object": {}, "array": [], "string": "", "integer": 0, "number": 0, "boolean": True}.get(kind)


def test_a_keyword_that_is_not_checked_is_no_schema_of_ours():
    with pytest.raises(KeyError, match="multipleOf"):
        faults_of({"type": "integer", "multipleOf": 2}, 3)


def test_a_fault_names_its_place_and_the_value():
    schema = {"properties": {"a b": {"items": {"type": "integer", "minimum": 2}}, "c": {"anyOf": [{"type": "null"}, {"type": "string", "minLength": 2}]}}}  # fmt: skip

    assert faults_of(schema, {"a b": [1, "x", True], "c": "y"}) == [
        '"a b"[0]: is 1, and must be at least 2.',
        "\"a b\"[1]: is the text 'x', and must be a whole number.",
        '"a b"[2]: is true, and must be a whole number.',
        "c: is the text 'y', and must have at least 2 signs.",
    ]
    assert faults_of(schema, {"c": []}) == ["c: is a list, and must be null or text."]


def test_faults_without_end_are_cut():
    found = faults_of({"items": {"type": "null"}}, [1] * 1000)

    assert (len(found), found[-1]) == (FAULTS_MAX + 1, "and more.")
