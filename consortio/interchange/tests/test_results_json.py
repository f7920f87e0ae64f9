"""Neutral results from their own JSON, which anybody may have written."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio.interchange import results_json
from consortio.interchange.child import read_document_apart
from consortio.interchange.iati import read_iati
from consortio.interchange.plan import Refused
from consortio.interchange.results import Results
from consortio.interchange.results_file import read_results
from consortio.interchange.results_summary import summary
from consortio.interchange.tests.test_iati_write import whole


def shape() -> dict[str, Any]:
    read = read_iati(whole(), "a.xml")
    return {**read.to_json(), "summary": summary(read)}


def test_what_the_command_prints_reads_back_equal() -> None:
    read = read_iati(whole(), "a.xml")

    assert read_results(json.dumps(shape()).encode(), "a.json") == read
    assert read_document_apart(b"\xef\xbb\xbf " + json.dumps(shape()).encode(), Results, "a.json") == read
    assert read_results(whole(), "a.xml") == read


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("activities",), {}, "results.activities is “{}”, expected a list."),
        (("activities", 0), 5, "results.activities[0] is “5”, expected an object."),
        (("activities", 0, "title"), 5, "results.activities[0].title is “5”, expected a text of up to 32,768 characters."),
        (("activities", 0, "humanitarian"), 1, "results.activities[0].humanitarian is “1”, expected true or false."),
        (("activities", 0, "line"), True, "results.activities[0].line is “True”, expected a whole number."),
        (("activities", 0, "counts", "sectors"), "5", "results.activities[0].counts.sectors is “5”, expected a whole number."),
        (("activities", 0, "dates", 0, "on"), "soon", "results.activities[0].dates[0].on is “soon”, expected a day such as 2026-03-31."),
        (("activities", 0, "budgets", 0, "value"), 5, "results.activities[0].budgets[0].value is “5”, expected a number such as 1250.50."),
        (("activities", 0, "budgets", 0, "value"), "1e99", "results.activities[0].budgets[0].value is “1e99”, expected a number such as 1250.50."),
        (("findings",), [{"severity": "bad", "code": "x", "where": {}, "message": ""}], "results.findings[0].severity is “bad”, expected one of info, warning, error."),
        (("colour",), 1, "results.colour is “colour”, expected one of file, root, version, encoding, activities, findings."),
    ],
)  # fmt: skip
def test_a_field_of_another_kind_is_refused_with_its_place(path: tuple[Any, ...], value: object, message: str) -> None:
    values = shape()
    inner: Any = values
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value

    with pytest.raises(Refused) as refused:
        read_results(json.dumps(values).encode(), "a.json")

    assert (refused.value.code, refused.value.message) == ("field", message)


def test_a_field_that_is_missing_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_results(b'{"file": "", "root": "", "version": null}', "a.json")

    assert refused.value.message == "results has no encoding."


@pytest.mark.parametrize("data", [b"{", b'{"a": 1, "a": 2}', b'{"a": "\xff"}', b'{"a":' * 100_000, b'{"a": "\\u0000"}'])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_results(data, "a.json")

    assert refused.value.code == "json"


def test_more_activities_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_json, "ACTIVITIES_MAX", 0)

    with pytest.raises(Refused) as refused:
        read_results(json.dumps(shape()).encode(), "a.json")

    assert refused.value.code == "too_many_activities"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_value_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    values = shape()
    inner: Any = values
    while True:
        step = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        if not isinstance(inner[step], dict | list) or not inner[step] or data.draw(st.integers(0, 3)) == 0:
            break
        inner = inner[step]
    inner[step] = data.draw(ANYTHING)

    try:
        read_results(json.dumps(values).encode(), "a.json")
    except Refused as refused:
        assert refused.message
