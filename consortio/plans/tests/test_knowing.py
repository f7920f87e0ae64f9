"""What has happened lies behind us: actual dates, the data date, and what follows from a percent, at every door."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from consortio.access import unscoped
from consortio.plans.actions import (
    DateGoesBack,
    FieldRefused,
    Progress,
    Report,
    change_plan_settings,
    edit_item,
    report_progress,
    set_progress,
)
from consortio.plans.adding import NewItem, add_item
from consortio.plans.knowing import known_until
from consortio.plans.models import Item, Plan
from tests.world import NOON

from .builders import bring_in, file_of, quay, task

TODAY, TOMORROW = datetime(2031, 5, 6, 17), datetime(2031, 5, 7, 8)
FAR = datetime(2099, 1, 1, 8)


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def item(world, name="t1"):
    with unscoped("test"):
        return Item.objects.get(pk=world.ids[name])


def row_of(plan):
    with unscoped("test"):
        return Plan.objects.get(pk=plan)


def doors(world, plan):
    ada, t1 = world.actor("ada@Harbour"), world.ids["t1"]
    one = {"actor": ada, "item_id": t1, "version": 1, "at": NOON}
    return {
        "edited": lambda day: edit_item(**one, values={"actual_start_at": day}),
        "reported": lambda day: set_progress(**one, progress=Progress(10, actual_start_at=day)),
        "of many": lambda day: report_progress(
            actor=ada, plan_id=plan, reports=[Report(t1, 1, Progress(10, actual_start_at=day))], at=NOON
        ),
        "added": lambda day: add_item(
            actor=ada,
            plan_id=plan,
            circle_id=world.ids["coast"],
            item=NewItem("x", percent=10, actual_start_at=day),
            at=NOON,
        ),
    }


@pytest.mark.parametrize("door", ["edited", "reported", "of many", "added"])
def test_nothing_has_begun_after_today(world, plan, door):
    say = doors(world, plan)[door]
    for day in (TOMORROW, FAR):
        with pytest.raises(FieldRefused, match="6 May 2031") as refusal:
            say(day)
        assert refusal.value.field == "actual_start_at"
    assert item(world).actual_start_at is None
    say(TODAY)  # later today is a day that has come


def test_what_a_file_knows_may_lie_ahead_and_so_may_what_is_reported_up_to_there(world):
    begun = task("t1", parent=None, percent_complete=50, actual_start=FAR)
    plan = bring_in(world, file_of(begun, project={"data_date": TOMORROW}))
    with unscoped("test"):
        row = Item.objects.get(plan=plan)
    assert row.actual_start_at == FAR
    own = {"actor": world.actor("ada@Harbour"), "item_id": row.pk, "at": NOON}
    edit_item(**own, version=1, values={"name": "Piles", "actual_start_at": FAR})
    edit_item(**own, version=2, values={"actual_start_at": TOMORROW})


@pytest.mark.parametrize("percent", [10, 100])
def test_what_a_percent_says_has_happened_by_now(world, plan, percent):
    one = {"actor": world.actor("ada@Harbour"), "item_id": world.ids["t2"], "version": 1}
    planned = item(world, "t2")
    set_progress(**one, progress=Progress(percent), at=NOON)

    row, now = item(world, "t2"), datetime(2031, 5, 6, 12)
    assert planned.actual_start_at is None
    assert (row.actual_start_at, row.actual_finish_at) == (now, now if percent == 100 else None)


def move_date(world, plan, to, **more):
    version = row_of(plan).version
    own = {"actor": world.actor("ada@Harbour"), "plan_id": plan, "version": version, "at": NOON}
    return change_plan_settings(**own, values={"data_at": to}, **more)


def test_the_data_date_is_no_day_to_come_and_goes_back_only_if_that_is_meant(world, plan):
    with pytest.raises(FieldRefused, match="today, Tuesday 6 May 2031"):
        move_date(world, plan, FAR)
    move_date(world, plan, TODAY)
    before = TODAY - timedelta(days=3)
    with pytest.raises(DateGoesBack, match="6 May 2031 to Saturday 3 May 2031"):
        move_date(world, plan, before)
    ada = world.actor("ada@Harbour")
    with pytest.raises(DateGoesBack):
        report_progress(actor=ada, plan_id=plan, reports=[], data_at=before, at=NOON)
    with pytest.raises(FieldRefused):
        report_progress(actor=ada, plan_id=plan, reports=[], data_at=FAR, at=NOON)

    move_date(world, plan, before, may_go_back=True)

    assert row_of(plan).data_at == before
    report_progress(actor=ada, plan_id=plan, reports=[], data_at=TODAY, at=NOON)
    assert row_of(plan).data_at == TODAY


def test_today_is_that_of_the_plans_own_zone():
    late = datetime(2031, 5, 6, 23, 30, tzinfo=UTC)
    assert known_until(Plan(zone="Asia/Tokyo"), late) == datetime(2031, 5, 7, 8, 30)
    assert known_until(Plan(zone="UTC", data_at=TOMORROW), NOON) == TOMORROW


def test_the_api_says_so_too(world, plan):
    ada = world.client("ada@Harbour")

    def put(**body):
        said = json.dumps({"version": row_of(plan).version} | body)
        answer = ada.put(f"/api/v1/plans/{plan}/settings", said, "application/json")
        return answer.status_code, [fault["field"] for fault in answer.json().get("errors", ())]

    assert put(data_at="2199-01-01T08:00:00") == (422, ["data_at"])
    assert put(data_at="2021-05-06T08:00:00") == (200, [])
    assert put(data_at="2020-05-06T08:00:00") == (422, ["data_at"])
    assert put(data_at="2020-05-06T08:00:00", data_at_back=True) == (200, [])
    way, body = f"/api/v1/plans/{plan}/progress", {"reports": [], "data_at": "2019-05-06T08:00:00"}
    assert ada.post(way, json.dumps(body), "application/json").status_code == 422
    assert ada.post(way, json.dumps(body | {"data_at_back": True}), "application/json").status_code == 200


def test_the_weeks_page_asks_before_the_data_date_goes_back(world, plan):
    ada, way = world.client("ada@Harbour"), f"/plans/{plan}/week?whose=all"
    begun = Progress(10, actual_start_at=datetime(2031, 5, 5, 8))  # so that the page has a row
    set_progress(actor=world.actor("ada@Harbour"), item_id=world.ids["t1"], version=1, progress=begun, at=NOON)
    assert ada.post(way, {"data_on": "2199-01-01"}).status_code == 409
    assert ada.post(way, {"data_on": "2021-05-06"}).status_code == 302
    asked = ada.post(way, {"data_on": "2020-05-06"})
    assert asked.status_code == 409 and 'name="data_back"' in asked.content.decode()
    assert row_of(plan).data_at.date().isoformat() == "2021-05-06"
    assert ada.post(way, {"data_on": "2020-05-06", "data_back": "yes"}).status_code == 302
    assert row_of(plan).data_at.date().isoformat() == "2020-05-06"


def test_the_settings_ask_before_the_data_date_goes_back(world, plan):
    ada, way = world.client("ada@Harbour"), f"/plans/{plan}/settings"

    def save(day, **more):
        said = {"version": row_of(plan).version, "name": "Quay", "start_at": "2031-05-05T08:00", "zone": "UTC"}
        return ada.post(way, said | {"mode": "msp", "data_at": f"{day}T17:00"} | more)

    assert save("2199-01-01").status_code == 409
    assert save("2021-05-06").status_code == 302
    asked = save("2020-05-06")
    assert asked.status_code == 409 and "Yes, back to Wednesday 6 May 2020" in asked.content.decode()
    assert save("2020-05-06", data_at_back="on").status_code == 302
    assert row_of(plan).data_at == datetime(2020, 5, 6, 17)
