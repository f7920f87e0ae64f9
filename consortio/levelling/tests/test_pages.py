"""The pages of load, capacity and dates that fit, and the same by API."""

import json
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import unscoped
from consortio.jobs import worker
from consortio.jobs.models import Job
from consortio.jobs.registry import step_words
from consortio.levelling.models import Capacity, Levelling
from consortio.levelling.reads import load_page
from consortio.levelling.words import finding_words
from consortio.plans.tests.builders import asked
from consortio.record.models import Entry
from tests.world import NOON

from .builders import FIRST, found, item, need, say, works

pytestmark = pytest.mark.django_db
SAID = {"time_percent": "100", "from_on": "2031-01-01", "until_on": "", "kind_of_work": ""}


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def text(answer):
    return answer.content.decode()


def call(client, method, address, body=None, **headers):
    sent = "" if body is None else json.dumps(body)
    return client.generic(method, f"/api/v1{address}", sent, "application/json", headers=headers)


def test_whoever_has_not_said_is_named(world):
    made = works(world)
    page = text(world.client("bo@Orchard").get(f"/plans/{made.plan}/load"))

    assert "has not said" in page and "Nobody has said yet how much time there is" in page
    assert "Say how much time we have" in page
    assert "Say how much time we have" not in text(world.client("bea@Orchard").get(f"/plans/{made.plan}/load"))


def test_time_is_said_changed_and_taken_back_on_pages(world):
    made, ada = works(world), world.client("ada@Harbour")
    way = f"/plans/{made.plan}/capacities/new"
    assert "Only Harbour sees this" in text(ada.get(way))
    assert 'value="2031-05-05"' in text(ada.get(way))  # the Monday before noon of Tuesday
    sent = SAID | {"our_person": str(world.ids["ada"]), "circle": str(world.ids["coast"])}

    assert ada.post(way, sent | {"time_percent": "60"}).status_code == 422
    answer = ada.post(way, sent)

    assert answer.status_code == 302 and answer["Location"] == f"/plans/{made.plan}/load"
    assert "ada is needed twice in week 20" in text(ada.get(f"/plans/{made.plan}/load"))
    with unscoped("test"):
        row = Capacity.objects.get()
    changed = SAID | {"version": "1", "time_percent": "50"}
    assert ada.post(f"/capacities/{row.pk}", changed).status_code == 302
    stale = ada.post(f"/capacities/{row.pk}", changed | {"time_percent": "25"})
    assert stale.status_code == 409 and "Somebody changed this while you wrote" in text(stale)
    assert world.client("bo@Orchard").get(f"/capacities/{row.pk}").status_code == 403
    assert ada.post(f"/capacities/{row.pk}/withdrawal", {"version": "2"}).status_code == 302
    assert ada.get(f"/capacities/{row.pk}").status_code == 404


def test_each_week_leads_to_its_items(world):
    made = works(world)
    say(world, 100, person="ada")
    page = load_page(actor=world.actor("ada@Harbour"), plan_id=made.plan, today=NOON.date())

    assert page.picked.who.name == "ada" and [week.begins_on for week in page.listed] == [FIRST]
    shown = text(world.client("bo@Orchard").get(f"/plans/{made.plan}/load"))
    assert f'href="/items/{made.hull}"' in shown and f'href="/items/{made.deck}"' in shown


@pytest.mark.parametrize(("over", "is_told"), [(0, False), (2, True)])
def test_weeks_that_stay_too_full_are_told_of_where_some_are_shown(over, is_told):
    """What has begun may have needed more than there was in weeks that have passed."""
    findings = [SimpleNamespace(code=code, items=()) for code in ("taken_by_fixed", "untold")]
    page = SimpleNamespace(findings=findings, loads=[SimpleNamespace(over_after=0), SimpleNamespace(over_after=over)])

    said = [words for words, _items in finding_words(page)]

    assert any("stay too full" in words for words in said) == is_told
    assert any("nobody has said" in words for words in said)


def test_our_house_has_its_own_view(world):
    made = works(world)
    own = {"organisation_id": world.ids["Harbour"], "person_id": world.ids["ada"]}
    item(world, made.plan, "Secret", "Harbour only", **own)
    say(world, 100, person="ada", circle="Harbour only")

    ours = text(world.client("ada@Harbour").get(f"/plans/{made.plan}/load?view=house"))
    joint = text(world.client("ada@Harbour").get(f"/plans/{made.plan}/load"))

    assert "Secret" in ours and "needed three times" in ours
    assert "Secret" not in joint and "needed three times" not in joint
    heads = [page.split("<h1>")[1].split('class="lede"')[0] for page in (ours, joint)]
    assert ["Only Harbour sees this" in head for head in heads] == [True, False]
    assert "Joint" not in heads[0]
    found(world, made.plan, circle="Harbour only")
    with unscoped("test"):
        way = f"/levellings/{Levelling.objects.get().pk}"
    assert "Only Harbour sees this" in text(world.client("ada@Harbour").get(way))


def test_the_page_costs_the_same_queries_whatever_the_plan_holds(world):
    made, client = works(world), world.client("ada@Harbour")
    say(world, 100, person="abe")
    counts = []
    for nth in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/plans/{made.plan}/load").status_code == 200
        counts.append(asked(queries))
        for name in ("One", "Four", "Three")[: 3 - 3 * nth]:
            own = {"organisation_id": world.ids["Island"], "person_id": world.ids["cy"]}
            need(world, item(world, made.plan, name, **own), "Harbour", person_id=world.ids["abe"])
            say(world, 100, from_on=date(2031, 6, len(name)), until_on=date(2031, 6, len(name)))

    assert counts[0] == counts[1]
    assert counts[0] <= 12, counts


def test_whom_an_item_needs_is_said_on_its_page(world):
    made, ada = works(world), world.client("ada@Harbour")
    way = f"/items/{made.hull}/needs"
    assert "so it needs ada" in text(ada.get(way))
    assert f'href="{way}#say-needs"' in text(ada.get(way)) and 'id="say-needs"' in text(ada.get(way))
    sent = {
        "needed": f"{world.ids['Harbour']}~{world.ids['abe']}",
        "need_percent": "50",
        "circle": str(world.ids["coast"]),
    }

    assert ada.post(way, sent).status_code == 302

    assert "abe" in text(ada.get(way)) and world.client("bea@Orchard").post(way, sent).status_code == 403
    (row,) = call(ada, "GET", f"/plans/items/{made.hull}/demands").json()["rows"]
    assert (row["percent"], row["person_id"]) == (50, str(world.ids["abe"]))
    assert ada.post(f"/demands/{row['id']}", {"version": "1", "need_percent": "75"}).status_code == 302
    assert call(ada, "PATCH", f"/demands/{row['id']}", {"version": 1, "percent": 25}).status_code == 412
    assert call(ada, "PATCH", f"/demands/{row['id']}", {"version": 2, "percent": 25}).json()["percent"] == 25
    assert ada.post(f"/demands/{row['id']}", {"version": "3", "need_percent": ""}).status_code == 302
    assert call(ada, "GET", f"/plans/items/{made.hull}/demands").json()["rows"] == []


def test_dates_are_found_in_a_job_and_applied_on_their_page(world):
    made, ada = works(world), world.client("ada@Harbour")
    say(world, 100, person="ada")

    answer = ada.post(f"/plans/{made.plan}/levellings", {"seconds": "5", "objective": "finish"})
    assert answer.status_code == 302 and worker.run_next()

    with unscoped("test"):
        job, row = Job.objects.get(kind="levelling.find"), Levelling.objects.get()
    assert job.state == "done" and job.result == {"levelling": str(row.pk)}
    assert ada.get(answer["Location"])["Location"] == f"/levellings/{row.pk}"
    page = text(ada.get(f"/levellings/{row.pk}"))
    assert "One item moves, and Ferry ends on 23 May as before." in page and "Proven" in page
    assert "Apply to the plan" not in text(world.client("bea@Orchard").get(f"/levellings/{row.pk}"))
    assert world.client("bea@Orchard").post(f"/levellings/{row.pk}/application").status_code == 403

    assert ada.post(f"/levellings/{row.pk}/application").status_code == 302
    again = ada.post(f"/levellings/{row.pk}/application")
    assert again.status_code == 409 and "look for dates again" in text(again)


def test_a_job_that_runs_twice_keeps_its_dates_once(world):
    made = works(world)
    say(world, 100, person="ada")
    sent = {"seconds": "5", "objective": "finish"}
    assert world.client("ada@Harbour").post(f"/plans/{made.plan}/levellings", sent).status_code == 302
    assert worker.run_next()
    with unscoped("test"):
        job = Job.objects.get(kind="levelling.find")

    job.attempts, job.state = 2, "running"
    worker.run(job)

    with unscoped("test"):
        assert Levelling.objects.get().job_id == job.pk
        assert Entry.objects.filter(event="levelling.found").count() == 1


def test_a_step_says_how_far_the_plan_is_with_the_best_dates_so_far():
    day = int(NOON.replace(tzinfo=None, day=23, hour=17).timestamp()) // 60
    words = "looking for dates; with the best so far the last one ends on 23 May 2031"
    assert step_words("levelling.find", f"best:{day}") == words
    assert step_words("levelling.find", "short") == "looking for what is short"
    assert step_words("levelling.find", "another") == ""


def test_what_cannot_be_looked_for_is_said_at_once(world):
    made = works(world)

    answer = world.client("ada@Harbour").post(f"/plans/{made.plan}/levellings", {"seconds": "5", "objective": "finish"})

    assert answer.status_code == 409 and "Nobody who is needed has said" in text(answer)


def test_dates_are_proposed_on_their_page(world):
    made, ada = works(world), world.client("ada@Harbour")
    say(world, 100, person="ada")
    levelling_id = found(world, made.plan)

    answer = ada.post(f"/levellings/{levelling_id}/proposal", {"reason": "so that it fits", "days": "14"})

    assert answer.status_code == 302
    shown = text(world.client("bo@Orchard").get(answer["Location"]))
    assert "Dates that fit, for Ferry" in shown and "Deck" in shown and "19 May" in shown


def test_all_of_it_goes_by_api(world):
    made, ada, bo = works(world), world.client("ada@Harbour"), world.client("bo@Orchard")
    body = {"circle_id": str(world.ids["coast"]), "percent": 100, "from_on": "2031-01-01"}
    said = call(ada, "POST", f"/plans/{made.plan}/capacities", body | {"person_id": str(world.ids["ada"])})
    assert said.status_code == 201 and said["ETag"] == '"1"'
    way = f"/capacities/{said.json()['id']}"
    assert call(ada, "PATCH", way, {"percent": 75}).status_code == 428
    assert call(ada, "PATCH", way, {"percent": 75}, if_match='"1"').json()["version"] == 2
    assert call(bo, "PATCH", way, {"percent": 75}, if_match='"2"').status_code == 409
    assert [row["percent"] for row in call(bo, "GET", f"/plans/{made.plan}/capacities").json()["rows"]] == [75]
    assert call(ada, "PATCH", way, {"percent": 100}, if_match='"2"').status_code == 200

    first = call(bo, "GET", f"/plans/{made.plan}/load").json()["rows"][0]
    assert (first["person_id"], first["state"], first["weeks"][0]["is_over"]) == (str(world.ids["ada"]), "said", True)

    levelling_id = found(world, made.plan)
    shown = call(bo, "GET", f"/levellings/{levelling_id}").json()
    assert (shown["status"], shown["moved_count"], shown["held_count"], shown["fits"]) == ("ok", 1, 1, True)
    assert [one["item_id"] for one in shown["moved"]] == [str(made.deck)]
    assert [row["id"] for row in call(bo, "GET", f"/plans/{made.plan}/levellings").json()["rows"]] == [
        str(levelling_id)
    ]
    looked = call(ada, "POST", f"/plans/{made.plan}/levellings", {"objective": "stable"})
    assert looked.status_code == 202 and looked.json()["job_id"]
    assert call(world.client("bea@Orchard"), "POST", f"/levellings/{levelling_id}/application").status_code == 403
    assert call(bo, "POST", f"/levellings/{levelling_id}/application").json()["joint"]["items"] == 1
    assert call(bo, "POST", f"/levellings/{levelling_id}/proposal", {"days": 7}).status_code == 409
    assert call(ada, "POST", f"{way}/withdrawal", {"version": 3}).status_code == 204
