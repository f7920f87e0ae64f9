"""The pages and the API of risks: what was written is kept, and what cannot be is named by its field."""

import json
import re
from html import unescape

import pytest

from consortio.risks.reads import risks_page
from tests.world import NOON

from .builders import add, quay_of

NEW = {
    "name": "Storm",
    "risk_kind": "event",
    "chance": "30",
    "low": "1 d",
    "likely": "2 d",
    "high": "1 w",
    "items": "I-3",
}


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def plan(world):
    return quay_of(world)


def text(answer):
    return unescape(answer.content.decode())


def number_of(world, plan, name):
    page = risks_page(actor=world.actor("ada@Harbour"), plan_id=plan)
    return next(row for row in page.rows if row.terms.name == name)


def test_without_a_risk_the_page_leads_to_the_first(world, plan):
    page = text(world.client("bo@Orchard").get(f"/plans/{plan}/risks"))

    assert "No risks are written down yet" in page and f"/plans/{plan}/risks/new" in page
    assert "risks/new" not in text(world.client("bea@Orchard").get(f"/plans/{plan}/risks"))
    assert world.client("bea@Orchard").get(f"/plans/{plan}/risks/new").status_code == 403


def test_it_is_written_down_in_days_and_by_numbers(world, plan):
    client, coast = world.client("abe@Harbour"), str(world.ids["coast"])
    answer = client.post(f"/plans/{plan}/risks/new", NEW | {"circle": coast, "items": "Task t1", "picked": ["Task t2"]})

    assert (answer.status_code, answer["Location"]) == (302, f"/plans/{plan}/risks")
    row = number_of(world, plan, "Storm")
    assert row.terms.three == (480, 960, 2400)
    assert set(row.terms.item_ids) == {world.ids["t1"], world.ids["t2"]}
    page = text(client.get(f"/plans/{plan}/risks"))
    assert "2 d" in page and "1 d to 5 d" in page and "Task t1" in page
    form = text(client.get(f"/risks/{row.id}"))
    assert 'value="5 d"' in form and "Most likely" in form


def test_a_driver_is_said_in_per_cent(world, plan):
    client, coast = world.client("abe@Harbour"), str(world.ids["coast"])
    said = NEW | {
        "circle": coast,
        "items": "Task t1",
        "risk_kind": "driver",
        "low": "90 %",
        "likely": "110",
        "high": "150%",
    }
    assert client.post(f"/plans/{plan}/risks/new", said).status_code == 302

    assert number_of(world, plan, "Storm").terms.three == (90, 110, 150)
    assert "110%" in text(client.get(f"/plans/{plan}/risks"))
    page = text(client.get(f"/risks/{number_of(world, plan, 'Storm').id}"))
    assert "A chance of 30%; most likely the work of one item then takes 110% of its duration." in page
    assert 'value="110%"' in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"chance": "100"}, "less than or equal to 99"),
        ({"low": "soon"}, "Write days, hours or weeks"),
        ({"low": "9 d"}, "The best comes before the most likely"),
        ({"items": ""}, "Say which items it concerns"),
        ({"items": "Task t9"}, "no item is called so"),
        ({"risk_kind": "driver", "low": "1 d"}, "Write per cent of the duration"),
        ({"circle": "nowhere"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(world, plan, said, words):
    client = world.client("abe@Harbour")
    sent = NEW | {"circle": str(world.ids["coast"]), "items": "Task t1", "response": "We wait."} | said
    answer = client.post(f"/plans/{plan}/risks/new", sent)

    assert answer.status_code == 422
    assert words in text(answer) and "We wait." in text(answer)
    assert risks_page(actor=world.actor("ada@Harbour"), plan_id=plan).total == 0


def test_what_was_ticked_stays_ticked_while_more_is_sought(world, plan):
    page = text(world.client("abe@Harbour").get(f"/plans/{plan}/risks/new", {"find": "t2", "picked": ["I-1", "I-9"]}))

    picks = page.split('id="picks"')[1].split("</fieldset>")[0]
    assert re.findall(r'name="picked" value="(I-\d+)"( checked)?', picks) == [
        ("I-1", " checked"),
        ("I-9", " checked"),
        ("I-3", ""),
    ]


def test_it_is_said_that_items_are_asked_for(world, plan):
    page = text(world.client("abe@Harbour").get(f"/plans/{plan}/risks/new"))

    label = page.split('for="id_items">')[1].split("</label>")[0]
    assert label.strip() == "Items"
    assert "if you like" in page.split('for="id_response">')[1].split("</label>")[0]


def test_a_stale_page_shows_both_and_loses_nothing(world, plan):
    made = add(world, plan)
    ours, theirs = world.client("ada@Harbour"), world.client("bo@Orchard")
    sent = NEW | {"version": "1", "items": "Task t1", "risk_state": "open"}
    assert theirs.post(f"/risks/{made}", sent | {"chance": "44"}).status_code == 302

    answer = ours.post(f"/risks/{made}", sent | {"chance": "55"})
    assert answer.status_code == 409
    assert "44%" in text(answer) and 'value="55"' in text(answer) and 'name="version" value="2"' in text(answer)
    assert ours.post(f"/risks/{made}", sent | {"chance": "55", "version": "2"}).status_code == 302

    assert number_of(world, plan, "Storm").terms.chance == 55


def test_who_may_only_look_sees_it_and_saves_nothing(world, plan):
    made = add(world, plan)
    client = world.client("bea@Orchard")

    assert "Storm" in text(client.get(f"/risks/{made}"))
    assert client.post(f"/risks/{made}", NEW | {"version": "1"}).status_code == 403


def call(client, method, path, body=None, **headers):
    answer = client.generic(
        method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", **headers
    )
    return answer.status_code, answer.json()


def test_the_api_does_the_same(world, plan):
    client, t1 = world.client("abe@Harbour"), str(world.ids["t1"])
    said = {
        "circle_id": str(world.ids["coast"]),
        "name": "Frost",
        "chance": 20,
        "at_best": 0,
        "most_likely": 480,
        "at_worst": 960,
    }
    status, made = call(client, "POST", f"/plans/{plan}/risks", said | {"item_ids": [t1]})
    assert (status, made["number"], made["kind"], made["item_ids"]) == (201, "R-1", "event", [t1])

    assert call(client, "PATCH", f"/risks/{made['id']}", {"chance": 25})[0] == 428
    status, changed = call(
        client, "PATCH", f"/risks/{made['id']}", {"chance": 25, "state": "closed"}, HTTP_IF_MATCH='"1"'
    )
    assert (status, changed["chance"], changed["state"], changed["most_likely"], changed["version"]) == (
        200,
        25,
        "closed",
        480,
        2,
    )
    assert call(client, "PATCH", f"/risks/{made['id']}", {"chance": 26}, HTTP_IF_MATCH='"1"')[0] == 412
    assert call(client, "POST", f"/plans/{plan}/risks", said | {"item_ids": []})[0] == 422
    assert [row["name"] for row in call(client, "GET", f"/plans/{plan}/risks")[1]["rows"]] == ["Frost"]
    assert call(world.client("bea@Orchard"), "PATCH", f"/risks/{made['id']}", {"version": 2})[0] == 403
