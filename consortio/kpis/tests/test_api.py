"""KPIs over the API: what is read, what is written, what is refused and where."""

import json

import pytest

from tests.world import NOON

from .test_readings import claim, here, newest, said, watched


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("consortio.kpis.api.localdate", lambda: NOON.date())
    monkeypatch.setattr("consortio.kpis.api.now", lambda: NOON)


def call(world, who, method, way, body=None, **headers):
    sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    answer = getattr(world.client(who), method)(f"/api/v1{way}", **sent, headers=headers)
    return answer.status_code, answer.json() if answer.content else None


def test_a_kpi_is_watched_changed_and_retired(world):
    sent = {"circle_id": str(world.ids["coast"]), "name": "Spoil", "unit": "own:t", "warn_at": "5.50"}
    status, made = call(world, "ada@Harbour", "post", "/kpis", sent)
    assert (status, made["number"], made["warn_at"], made["points"]) == (201, "K-1", "5.50", [])
    way = f"/kpis/{made['id']}"

    assert call(world, "ada@Harbour", "patch", way, {"version": 1, "name": "Sand"})[1]["name"] == "Sand"
    assert call(world, "ada@Harbour", "patch", way, {"version": 1, "name": "Mud"})[0] == 412
    assert call(world, "ada@Harbour", "put", f"{way}/retirement", **{"If-Match": '"2"'})[1]["retired_at"]
    listed = f"/kpis?partnership_id={here(world).id}"
    assert call(world, "bo@Orchard", "get", listed)[1]["rows"] == []
    assert len(call(world, "bo@Orchard", "get", listed + "&retired=true")[1]["rows"]) == 1
    assert call(world, "ada@Harbour", "delete", f"{way}/retirement", **{"If-Match": '"3"'})[1]["retired_at"] is None
    status, refused = call(world, "ada@Harbour", "post", "/kpis", sent | {"unit": "florins"})
    assert status == 422 and "unit" in json.dumps(refused)
    assert call(world, "bea@Orchard", "post", "/kpis", sent)[0] == 403


def test_readings_are_claimed_answered_and_put_to_all(world):
    kpi = watched(world)
    way = f"/kpis/{kpi}/readings"
    body = {"claims": [{"start_on": "2031-03-01", "value": "38.4"}, {"start_on": "2031-02-01", "value": "37"}]}
    assert call(world, "ada@Harbour", "post", way, body)[1]["new"] == 2
    status, refused = call(world, "ada@Harbour", "post", way, {"claims": [{"start_on": "2031-03-02", "value": "1"}]})
    assert status == 422 and "claims" in json.dumps(refused)

    first = call(world, "bo@Orchard", "get", f"{way}?limit=1")[1]
    assert [row["value"] for row in first["rows"]] == ["38.4"]
    older = call(world, "bo@Orchard", "get", f"{way}?limit=1&after={first['next']}")[1]
    assert [row["value"] for row in older["rows"]] == ["37"] and older["next"] == ""

    reading = f"/readings/{first['rows'][0]['id']}"
    word = {"version": 1, "is_confirming": False, "value": "36", "reason": "Two nights were lost."}
    status, contested = call(world, "bo@Orchard", "put", f"{reading}/stance", word)
    assert (status, contested["state"], contested["low"], contested["high"]) == (200, "contested", "36", "38.4")
    asked = {"version": contested["version"], "value": "36", "days": 7}
    status, proposal = call(world, "bo@Orchard", "post", f"{reading}/settlement/proposals", asked)
    assert status == 202 and proposal["proposal"]["kind"] == "reading"
    assert call(world, "bea@Orchard", "put", f"{reading}/stance", word)[0] == 403


def test_many_are_claimed_at_once(world):
    first, second = watched(world), watched(world)
    claims = [{"kpi_id": str(pk), "start_on": "2031-03-01", "value": "5"} for pk in (first, second)]

    status, done = call(world, "ada@Harbour", "post", f"/partnerships/{here(world).id}/readings", {"claims": claims})

    assert status == 200 and [one["new"] for one in done["kpis"]] == [1, 1]
    assert newest(world, second).value == 5


def test_what_one_house_keeps_is_not_there_for_others(world):
    own = watched(world, who="bo@Orchard", circle="Orchard only")
    claim(world, own, said(3, "5"), who="bo@Orchard")

    assert call(world, "bo@Orchard", "get", f"/kpis/{own}/readings")[1]["rows"]
    assert call(world, "ada@Harbour", "get", f"/kpis/{own}/readings")[0] == 404
    assert call(world, "ada@Harbour", "get", f"/kpis?partnership_id={here(world).id}")[1]["rows"] == []


@pytest.mark.parametrize("value", ["٣", "１２", "1,5", "1e3", " 5", "5\n", ".5", "NaN"])
def test_a_value_in_other_digits_is_refused_by_name(world, value):
    kpi = watched(world)
    entered = {"claims": [{"start_on": "2031-03-01", "value": value}]}

    status, refused = call(world, "ada@Harbour", "post", f"/kpis/{kpi}/readings", entered)

    assert status == 422 and "claims/0/value" in json.dumps(refused) and "digits 0 to 9" in json.dumps(refused)
    status, refused = call(world, "ada@Harbour", "patch", f"/kpis/{kpi}", {"version": 1, "warn_at": value})
    assert status == 422 and "warn_at" in json.dumps(refused)
    entered = {"claims": [{"start_on": "2031-03-01", "value": "-1234.50"}]}
    assert call(world, "ada@Harbour", "post", f"/kpis/{kpi}/readings", entered)[0] == 200
