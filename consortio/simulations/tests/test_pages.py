"""The pages and the API of simulations and estimates: nothing that was written is lost, figures lead to their inputs."""

import json
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import unscoped
from consortio.jobs import worker
from consortio.plans.models import Estimate
from consortio.plans.tests.builders import DAY, asked
from consortio.risks.tests.builders import add, quay_of
from consortio.simulations.reads import plan_simulation
from tests.agreed import baseline_of_all
from tests.world import NOON

from .test_simulating import estimate, simulate


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def plan(world):
    return quay_of(world)


def text(answer):
    return unescape(answer.content.decode())


def call(client, method, path, body=None):
    answer = client.generic(method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")
    return answer.status_code, answer.json()


def test_before_the_first_one_the_page_leads_to_what_it_needs(world, plan):
    page = text(world.client("bo@Orchard").get(f"/plans/{plan}/simulation"))

    assert "has not been simulated yet" in page and "Simulate the plan" in page
    assert f"/plans/{plan}/estimates" in page and f"/plans/{plan}/risks/new" in page
    watched = text(world.client("bea@Orchard").get(f"/plans/{plan}/simulation"))
    assert "has not been simulated yet" in watched and "Simulate the plan" not in watched
    assert f"/plans/{plan}/simulation" in text(world.client("bo@Orchard").get(f"/plans/{plan}"))


def test_it_is_asked_for_watched_and_read(world, plan):
    baseline_of_all(actor=world.actor("ada@Harbour"), plan_id=plan, name="Agreed", at=NOON)
    estimate(world, plan, "t1", 1, 2, 6)
    add(world, plan)
    client, coast = world.client("ada@Harbour"), str(world.ids["coast"])

    answer = client.post(f"/plans/{plan}/simulation", {"circle": coast, "trials": "1000", "seed": "7"})
    assert (answer.status_code, "/jobs/" in answer["Location"]) == (302, True)
    assert worker.run_next()

    job = text(client.get(answer["Location"], follow=True))
    (row,) = plan_simulation(actor=world.actor("ada@Harbour"), plan_id=plan).earlier
    assert f"/simulations/{row.id}" in job or "How likely" in job
    page = text(client.get(f"/plans/{plan}/simulation"))
    for words in (
        "In half of the trials the plan ends by",
        "The agreed date",
        "R-1",
        "Opened",
        "seed 7",
        "1 of 3 items",
    ):
        assert words in page
    assert "2 items have no estimate" in page
    assert text(client.get(f"/simulations/{row.id}")).count('<svg class="chart"') == 3
    assert "It was computed anew" not in page


def test_one_that_was_stopped_leads_back_to_the_plans(world, plan):
    client = world.client("ada@Harbour")
    sent = {"circle": str(world.ids["coast"]), "trials": "1000", "seed": "7"}
    job = client.post(f"/plans/{plan}/simulation", sent)["Location"]
    assert "A simulation changes nothing in the plan" in text(client.get(job))

    client.post(f"{job}/cancellation")

    page = text(client.get(job))
    assert "Stopped. Nothing of it is kept." in page
    assert f'href="/plans/{plan}/simulation">To the simulation of the plan' in page
    assert plan_simulation(actor=world.actor("ada@Harbour"), plan_id=plan).earlier == ()


@pytest.mark.parametrize("sent", [{"trials": "77"}, {"seed": "-1"}, {"circle": ""}, {"seed": "many"}])
def test_what_cannot_be_asked_for_is_said(world, plan, sent):
    said = {"circle": str(world.ids["coast"]), "trials": "", "seed": "1"} | sent
    answer = world.client("ada@Harbour").post(f"/plans/{plan}/simulation", said)

    assert answer.status_code == 422
    refused = world.client("bea@Orchard").post(f"/plans/{plan}/simulation", said)
    assert refused.status_code == 403


def test_estimates_are_written_in_days(world, plan):
    client, own = world.client("ada@Harbour"), world.ids["t1"].hex
    page = text(client.get(f"/plans/{plan}/estimates"))
    assert "Task t1" in page and "Opened" not in page

    said = {f"low-{own}": "1 d", f"likely-{own}": "2 d", f"high-{own}": "1 w", f"version-{own}": ""}
    assert client.post(f"/plans/{plan}/estimates", said).status_code == 302
    with unscoped("test"):
        row = Estimate.objects.get()
    assert (row.low_minutes, row.likely_minutes, row.high_minutes) == (DAY, 2 * DAY, 5 * DAY)
    item = text(client.get(f"/items/{world.ids['t1']}"))
    assert "At best 1 d, most likely 2 d, at worst 5 d." in item

    stale = client.post(f"/plans/{plan}/estimates", said | {f"likely-{own}": "3 d"})
    assert stale.status_code == 409
    assert 'value="3 d"' in text(stale) and "now 1 d, 2 d, 5 d" in text(stale)
    unclear = client.post(f"/plans/{plan}/estimates", said | {f"likely-{own}": "a while", f"version-{own}": "1"})
    assert (unclear.status_code, "I-2: Write days" in text(unclear).replace("</b>", "")) == (422, True)
    assert 'value="a while"' in text(unclear)
    assert world.client("bea@Orchard").post(f"/plans/{plan}/estimates", said).status_code == 403


def test_the_api_does_the_same(world, plan):
    client, t1 = world.client("ada@Harbour"), str(world.ids["t1"])
    said = {"item_id": t1, "version": None, "low_minutes": DAY, "likely_minutes": 2 * DAY, "high_minutes": 3 * DAY}
    assert call(client, "PUT", f"/plans/{plan}/estimates", {"estimates": [said]}) == (200, {"changed": 1})
    assert call(client, "PUT", f"/plans/{plan}/estimates", {"estimates": [said]})[0] == 412
    rows = call(client, "GET", f"/plans/{plan}/estimates")[1]["rows"]
    assert [(row["item_id"], row["version"], row["likely_minutes"]) for row in rows] == [(t1, 1, 2 * DAY)]

    asked_for = {"circle_id": str(world.ids["coast"]), "trials": 1000, "seed": 3}
    status, job = call(client, "POST", f"/plans/{plan}/simulations", asked_for)
    assert (status, job["state"]) == (202, "waiting")
    assert worker.run_next()
    (row,) = call(client, "GET", f"/plans/{plan}/simulations")[1]["rows"]
    assert (row["trials"], row["seed"], row["method"], row["estimated"]) == (1000, 3, "monte_carlo", 1)
    assert [one["level"] for one in row["levels"]] == list(range(5, 100, 5))
    assert call(client, "GET", f"/simulations/{row['id']}") == (200, row)
    assert call(world.client("bea@Orchard"), "POST", f"/plans/{plan}/simulations", asked_for)[0] == 403


def test_the_page_asks_no_more_with_more_of_everything(world, plan):
    estimate(world, plan, "t1", 1, 2, 6)
    simulate(world, plan)
    one = count(world, plan)
    for name in ("Storm", "Frost"):
        add(world, plan, name=name)
    estimate(world, plan, "t2", 1, 2, 6)
    simulate(world, plan)

    assert count(world, plan) <= one + 1 <= 12  # what the risks are called


def count(world, plan):
    with CaptureQueriesContext(connection) as queries:
        plan_simulation(actor=world.actor("ada@Harbour"), plan_id=plan)
    return asked(queries)
