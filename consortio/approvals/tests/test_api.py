"""The API lists, reads, answers and withdraws proposals, with the same refusals as the pages."""

import json

import pytest

from consortio.approvals import api

from .builders import LATER, named, put, say
from .test_reads import partnership_of


@pytest.fixture(autouse=True)
def held(monkeypatch):
    monkeypatch.setattr(api, "now", lambda: LATER)
    with named() as held:
        yield held


def call(client, method, path, body=None):
    answer = client.generic(
        method, f"/api/v1/proposals{path}", json.dumps(body) if body is not None else "", "application/json"
    )
    return answer.status_code, answer.json()


def test_the_list_goes_on_where_it_ended(world):
    for number in range(5):
        put(world, name=f"N{number}")
    client, found, after = world.client("bo@Orchard"), [], ""
    for _ in range(3):
        way = f"?partnership_id={partnership_of(world)}&limit=2&after={after}"
        status, page = call(client, "GET", way)
        assert status == 200
        found += [row["number"] for row in page["rows"]]
        after = page["next"]

    assert (found, after) == (["A-5", "A-4", "A-3", "A-2", "A-1"], "")
    assert call(client, "GET", f"?partnership_id={partnership_of(world)}&after=x")[0] == 422


def test_a_proposal_is_read_answered_and_closed(world):
    proposal, bo = put(world), world.client("bo@Orchard")
    assert [row["number"] for row in call(bo, "GET", "/waiting")[1]["rows"]] == ["A-1"]

    assert call(bo, "PUT", f"/{proposal}/answer", {"verdict": "approve"})[0] == 428
    assert call(bo, "PUT", f"/{proposal}/answer", {"verdict": "approve", "version": 2})[0] == 412
    assert call(bo, "PUT", f"/{proposal}/answer", {"verdict": "perhaps", "version": 1})[0] == 422
    assert call(bo, "PUT", f"/{proposal}/answer", {"verdict": "object", "version": 1})[0] == 409
    status, shown = call(bo, "PUT", f"/{proposal}/answer", {"verdict": "approve", "version": 1})

    assert (status, shown["proposal"]["state"], shown["otherwise"]) == (200, "open", "The name stays.")
    said = {row["organisation"]: row["verdict"] for row in shown["proposal"]["answers"]}
    assert said == {"Harbour": "approve", "Island": "waiting", "Orchard": "approve"}
    assert call(bo, "GET", "/waiting")[1]["rows"] == []
    say(world, "cy@Island", proposal, "object")
    assert call(bo, "PUT", f"/{proposal}/answer", {"verdict": "approve", "version": 1})[0] == 412
    assert call(bo, "PUT", f"/{proposal}/answer", {"verdict": "approve", "version": 2})[0] == 409


def test_a_yes_to_what_has_moved_on_is_refused_with_a_sentence_and_closes_it(world, held):
    proposal, bo = put(world), world.client("bo@Orchard")
    held.version = 2

    status, said = call(bo, "PUT", f"/{proposal}/answer", {"verdict": "approve", "version": 1})

    assert status == 409 and "propose it anew" in said["detail"]
    assert call(bo, "GET", f"/{proposal}")[1]["proposal"]["state"] == "outdated"


def test_who_may_not_is_refused_and_who_sees_nothing_finds_nothing(world):
    proposal, yes = put(world), {"verdict": "approve", "version": 1}

    assert call(world.client("bea@Orchard"), "PUT", f"/{proposal}/answer", yes)[0] == 403
    assert call(world.client("bo@Orchard"), "POST", f"/{proposal}/withdrawal", {"version": 1})[0] == 403
    for method, way, body in (("GET", "", None), ("PUT", "/answer", yes), ("POST", "/withdrawal", {"version": 1})):
        assert call(world.client("ada@Orchard"), method, f"/{proposal}{way}", body)[0] == 404


def test_the_proposing_organisation_withdraws(world):
    proposal, ada = put(world), world.client("ada@Harbour")
    assert call(ada, "POST", f"/{proposal}/withdrawal", {})[0] == 428
    assert call(ada, "POST", f"/{proposal}/withdrawal", {"version": 9})[0] == 412

    status, shown = call(ada, "POST", f"/{proposal}/withdrawal", {"version": 1})

    assert (status, shown["proposal"]["state"]) == (200, "withdrawn")
    assert call(ada, "POST", f"/{proposal}/withdrawal", {"version": 2})[0] == 409
