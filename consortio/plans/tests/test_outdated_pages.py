"""What pages and API say of a plan while its dates do not follow from its rows, and whom they let compute them."""

import re

import pytest
import time_machine

from consortio.access import unscoped
from consortio.jobs import worker
from consortio.jobs.actions import cancel_job
from consortio.plans.actions import NewItem, add_item, edit_item
from consortio.plans.models import Item, Schedule

from .builders import DAY, NOON, bring_in, large_quay, quay

UNDER_WAY = "The dates are being computed: they do not show what changed since 6 May, 12:00."
STOPPED = "The dates are out of date: they do not show what changed since 6 May, 12:00."
OUR_OWN = "The dates in our house are out of date: they do not show what changed since 6 May, 12:00."
BUTTON = "Compute now"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world, monkeypatch):
    return large_quay(world, monkeypatch)


def edit(world):
    said = {"item_id": world.ids["t2"], "version": 1, "values": {"duration_minutes": 13 * DAY}}
    return world.do("edit", edit_item, "ada@Harbour", **said).joint.job_id


def add_own(world, plan):
    item = NewItem("Our part", parent_id=world.ids["t2"], duration_minutes=9 * DAY)
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"], "item": item}
    return world.do("own", add_item, "ada@Harbour", **own)


def stop(world, job):
    world.do("stop", cancel_job, "ada@Harbour", job_id=job)


def page(world, path, who="ada@Harbour"):
    text = world.client(who).get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<time[^>]*>|</time>", "", text))


@pytest.mark.parametrize(
    "path",
    ["/plans/{plan}", "/plans/{plan}/table", "/plans/{plan}/milestones", "/plans/{plan}/settings", "/items/{item}"],
)
def test_every_page_with_dates_says_since_when_they_do_not_follow_and_leads_to_the_job(world, plan, path):
    own = path.format(plan=plan, item=world.ids["t3"])
    before = page(world, own)
    job = edit(world)

    during = page(world, own, "bea@Orchard")
    worker.run_next()
    after = page(world, own)

    assert UNDER_WAY in during and f'href="/jobs/{job}"' in during and BUTTON not in during
    for other in (before, after):
        assert "do not show what changed" not in other and "/jobs/" not in other and BUTTON not in other


def test_a_stopped_job_is_told_and_whoever_may_edit_starts_another(world, plan):
    stop(world, edit(world))
    own = f"/plans/{plan}"

    lead, observer = page(world, own), page(world, own, "bea@Orchard")
    refused = world.client("bea@Orchard").post(f"{own}/dates")
    started = world.client("ada@Harbour").post(f"{own}/dates")

    assert STOPPED in lead and BUTTON in lead
    assert STOPPED in observer and BUTTON not in observer
    assert (refused.status_code, started.status_code, started["Location"].split("/")[1]) == (403, 302, "jobs")
    assert worker.run_next() and "do not show what changed" not in page(world, own)
    assert world.client("ada@Harbour").post(f"{own}/dates")["Location"] == own


def test_dates_of_our_house_are_computed_by_those_who_may_edit_there(world, plan):
    add_own(world, plan)
    with unscoped("test"):
        job = Schedule.objects.get(circle=world.ids["Harbour only"]).job_id
    stop(world, job)
    own, asked = f"/plans/{plan}", {"circle_id": world.ids["Harbour only"]}

    lead, contributor, other = (page(world, own, who) for who in ("ada@Harbour", "abe@Harbour", "bo@Orchard"))
    clients = (world.client(who) for who in ("abe@Harbour", "bo@Orchard", "ada@Harbour"))
    answers = [client.post(f"{own}/dates", asked).status_code for client in clients]

    assert OUR_OWN in lead and BUTTON in lead and STOPPED not in lead
    assert OUR_OWN in contributor and BUTTON not in contributor
    assert "do not show what changed" not in other and BUTTON not in other
    assert answers == [403, 404, 302]


def test_the_overview_says_that_the_dates_do_not_follow(world, plan):
    own = f"/partnerships/{partnership_of(world)}"
    before = page(world, own)
    edit(world)

    assert "The dates do not show what changed since 6 May, 12:00." in page(world, own)
    assert "do not show what changed" not in before


def ask(world, path, body=None, who="ada@Harbour", **headers):
    client, way = world.client(who), f"/api/v1{path}"
    sent = {"content_type": "application/json", "headers": headers}
    answer = client.get(way) if body is None else client.post(way, body, **sent)
    return answer.status_code, answer.json()


def test_the_api_tells_since_when_the_dates_do_not_follow(world, plan):
    plans, here = f"/plans/{plan}", f"/partnerships/{partnership_of(world)}/overview"
    names = ("dates_outdated_since", "in_our_house_dates_outdated_since")
    before = [ask(world, plans)[1][name] for name in names], ask(world, here)[1]["plans"][0][names[0]]
    edit(world)
    joint = [ask(world, plans)[1][name] for name in names], ask(world, here)[1]["plans"][0][names[0]]
    worker.run_next()
    add_own(world, plan)
    house = [ask(world, plans)[1][name] for name in names], ask(world, here)[1]["plans"][0][names[0]]

    assert before == ([None, None], None)
    assert joint == (["2031-05-06T12:00:00Z", None], "2031-05-06T12:00:00Z")
    assert house == ([None, "2031-05-06T12:00:00Z"], None)
    assert [ask(world, plans, who="bo@Orchard")[1][name] for name in names] == [None, None]


def test_the_api_lets_dates_be_computed_after_a_job_was_stopped(world, plan):
    path = f"/plans/{plan}/dates"
    nothing = ask(world, path, {})
    job = edit(world)
    under_way = ask(world, path, {})
    stop(world, job)

    refused = [ask(world, path, {}, who)[0] for who in ("bea@Orchard", "abe@Harbour")]
    status, said = ask(world, path, {}, "bo@Orchard", **{"Idempotency-Key": "now"})
    worker.run_next()
    again = ask(world, path, {}, "bo@Orchard", **{"Idempotency-Key": "now"})

    assert (nothing, under_way) == ((200, {"job_id": None}), (202, {"job_id": str(job)}))
    assert refused == [403, 403]
    assert (status, again, said["job_id"] != str(job)) == (202, (202, said), True)
    assert ask(world, f"/jobs/{said['job_id']}")[1]["state"] == "done"
    assert ask(world, f"/plans/{plan}")[1]["dates_outdated_since"] is None


def test_the_api_computes_the_dates_of_a_house_for_its_own_people(world, plan):
    add_own(world, plan)
    own, path = {"circle_id": str(world.ids["Harbour only"])}, f"/plans/{plan}/dates"

    assert [ask(world, path, own, who)[0] for who in ("bo@Orchard", "abe@Harbour", "ada@Harbour")] == [404, 403, 202]


def test_dates_of_a_plan_that_is_not_seen_are_not_there(world):
    own = bring_in(world, quay(), circle="Harbour only")

    assert [ask(world, f"/plans/{own}/dates", {}, who)[0] for who in ("bo@Orchard", "ada@Harbour")] == [404, 200]


def partnership_of(world):
    with unscoped("test"):
        return Item.objects.get(pk=world.ids["t1"]).circle.partnership_id
