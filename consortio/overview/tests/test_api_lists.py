"""Lists of the API: whole and without repetition page by page, whatever happens meanwhile; and no word is passed over."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ninja.errors import ValidationError

from consortio.api import description
from consortio.paging import LIMIT_MAX, Paging, counted, paged, place, start_of

from .contract import resolved
from .test_api import call, problem

NO_PAGES = {  # what is offered while somebody types
    "/api/v1/decisions/governable",
    "/api/v1/plans/{plan_id}/find",
    "/api/v1/remarks/people",
}


@pytest.fixture
def ada(world):
    client = world.client("ada@Harbour")
    for name in ("Pier", "Locks", "Äther", "Quay"):
        assert (
            call(client, "POST", "/api/v1/partnerships", json.dumps({"name": name, "letters": "HAR"})).status_code
            == 201
        )
    return client


def pages(client, address, limit):
    after, found = "", []
    while True:
        answer = client.get(address, {"limit": limit, "after": after}).json()
        found.append([row["name"] for row in answer["rows"]])
        after = answer["next"]
        if not after:
            return found


def test_pages_are_the_list_in_pieces(ada):
    whole = ada.get("/api/v1/partnerships").json()
    names = [row["name"] for row in whole["rows"]]

    assert whole["next"] == "" and len(names) == 6
    for limit in (1, 2, 5, 6, 200):
        found = pages(ada, "/api/v1/partnerships", limit)
        assert [name for part in found for name in part] == names
        assert {len(part) for part in found[:-1]} <= {limit}


def test_a_page_goes_on_where_it_stopped_though_rows_come_in_between(ada):
    first = ada.get("/api/v1/partnerships?limit=3").json()
    call(ada, "POST", "/api/v1/partnerships", json.dumps({"name": "Aaa", "letters": "HAR"}))

    rest = ada.get("/api/v1/partnerships", {"after": first["next"]}).json()

    names = [row["name"] for row in first["rows"] + rest["rows"]]
    assert len(names) == len(set(names)) == 6 and "Aaa" not in names


@pytest.mark.parametrize("after", ["x", "0", ".", "WyJ4Il0:forged", "../..", "a" * 2000, "%"])
def test_a_cursor_that_is_none_of_ours_is_refused(ada, after):
    answer = ada.get("/api/v1/partnerships", {"after": after})
    assert answer.status_code == 422
    assert [fault["field"] for fault in problem(answer)["errors"]] == ["after"]


def test_a_cursor_is_good_for_its_own_list(ada, world):
    cursor = ada.get("/api/v1/partnerships?limit=1").json()["next"]
    own = world.client("ada@Harbour").get("/api/v1/partnerships").json()["rows"][-1]["id"]
    assert ada.get("/api/v1/circles", {"partnership_id": own, "after": cursor}).status_code == 422
    assert ada.get("/api/v1/circles", {"partnership_id": own}).status_code == 200


@pytest.mark.parametrize("limit", [0, -1, LIMIT_MAX + 1, "x"])
def test_a_page_has_a_size(ada, limit):
    assert ada.get("/api/v1/partnerships", {"limit": limit}).status_code == 422
    assert ada.get("/api/v1/partnerships", {"limit": LIMIT_MAX}).status_code == 200


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/api/v1/partnerships?nmae=x", "nmae"),
        ("/api/v1/partnerships?owner__password=x", "owner__password"),
        ("/api/v1/me?expand=all", "expand"),
    ],
)
def test_an_unknown_parameter_is_named(ada, address, named):
    answer = ada.get(address)
    assert answer.status_code == 422
    assert [fault["field"] for fault in problem(answer)["errors"]] == [named]
    assert ada.get(address.partition("?")[0]).status_code == 200


def test_a_write_knows_no_unknown_parameters_either(ada):
    body = json.dumps({"name": "Pier", "letters": "HAR"})
    assert call(ada, "POST", "/api/v1/partnerships?dry_run=1", body).status_code == 422
    assert len(ada.get("/api/v1/partnerships").json()["rows"]) == 6


def asked(path="/api/v1/x"):
    return SimpleNamespace(path=path)


@given(
    rows=st.lists(st.tuples(st.text(max_size=3), st.integers(-5, 5), st.uuids()), unique_by=lambda row: row[2]),
    limit=st.integers(1, 4),
    newest_first=st.booleans(),
)
def test_any_rows_come_once_and_in_order(rows, limit, newest_first):
    found, after = [], ""
    while True:
        answer = paged(asked(), rows, Paging(after=after, limit=limit), lambda row: row, newest_first=newest_first)
        found += answer["rows"]
        after = answer["next"]
        if not after:
            break
    in_order = sorted(rows, key=lambda row: (row[0], row[1], row[2].hex), reverse=newest_first)
    assert found == in_order


def test_instants_are_places_too():
    start = datetime(2031, 5, 6, tzinfo=UTC)
    rows = [(start + timedelta(microseconds=step), UUID(int=step)) for step in range(3)]
    first = paged(asked(), rows, Paging(limit=2), lambda row: row)
    assert place(asked(), Paging(after=first["next"])) == (
        (rows[1][0] - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1),
        UUID(int=1).hex,
    )
    with pytest.raises(ValidationError):
        place(asked("/api/v1/y"), Paging(after=first["next"]))


def test_every_list_is_paged_in_one_way():
    """An array at the top of an answer has no place for a cursor; rows come with a `next`, which goes into `after`."""
    document, arrays = description(), []
    for path, operations in document["paths"].items():
        reading = operations.get("get", {"responses": {}})
        schema = reading["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        schema = resolved(document, schema)
        if schema.get("type") == "array":
            arrays.append(path)
        taken = {parameter["name"] for parameter in reading.get("parameters", ())}
        assert ("rows" in schema.get("properties", {})) == ("next" in schema.get("properties", {})), path
        assert ("rows" in schema.get("properties", {})) == ("after" in taken), path
        assert not taken & {"before", "offset", "page", "cursor"}, path
    assert set(arrays) == NO_PAGES


def test_what_is_counted_goes_on_by_count():
    assert counted(asked(), 0, 3, 3) == "" and start_of(asked(), Paging()) == 0
    following = counted(asked(), 2, 3, 9)
    assert start_of(asked(), Paging(after=following)) == 5
