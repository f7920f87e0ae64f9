"""A start or an end that is said at a bar or in a cell: what it asks of the item, and where the item comes to lie."""

import html
import re
from datetime import datetime

import pytest
import time_machine

from consortio.access import unscoped
from consortio.interchange.engine import work_between
from consortio.plans.actions import edit_item, set_progress
from consortio.plans.models import Item
from consortio.plans.reporting import Progress
from tests.world import NOON, system

from .builders import DAY, START, bring_in, file_of, large_quay, quay, task


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def item_of(world, name):
    with unscoped("test"):
        return Item.objects.get(pk=world.ids[name])


@pytest.fixture
def ada(world):
    return world.client("ada@Harbour")


def say(world, client, name, field, value, **more):
    sent = {"field": field, "value": value, "version": str(item_of(world, name).version)} | more
    return client.post(f"/items/{world.ids[name]}/cell", sent)


def told(client, plan):
    return html.unescape(client.get(f"/plans/{plan}").content.decode())


def test_a_start_is_a_wish_that_is_kept_as_the_form_keeps_it(world, ada, plan):
    answer = say(world, ada, "t3", "start", "2031-05-14")

    item = item_of(world, "t3")
    assert (answer.status_code, answer.json()) == (200, {"saved": True})
    assert (item.constraint, item.constraint_at) == ("snet", datetime(2031, 5, 14, 8))
    page = told(ada, plan)
    assert "Saved." in page and "and not on" not in page


def test_an_end_becomes_the_work_that_fits_before_it(world, ada, plan):
    say(world, ada, "t2", "finish", "2031-05-13")

    item = item_of(world, "t2")
    assert (item.duration_minutes, item.constraint) == (5 * DAY, "")  # Wednesday to Tuesday


@pytest.mark.parametrize(
    ("name", "field", "asked", "words"),
    [
        ("t2", "start", "2031-05-06", "It starts on Wed 7 May and not on Tue 6 May"),
        ("t3", "start", "2031-05-10", "It starts on Mon 12 May and not on Sat 10 May"),
        ("m", "finish", "2031-05-07", "It ends on Fri 9 May and not on Wed 7 May"),
        ("t3", "finish", "2031-05-11", "It ends on Fri 9 May and not on Sun 11 May"),
    ],
)
def test_what_links_and_calendar_overrule_is_answered_in_words(world, ada, plan, name, field, asked, words):
    assert say(world, ada, name, field, asked).status_code == 200

    assert words in told(ada, plan)


def test_dates_that_follow_later_are_not_told_as_if_they_were_known(world, ada, monkeypatch):
    pk = large_quay(world, monkeypatch)

    assert say(world, ada, "t2", "start", "2031-05-06").status_code == 200

    page = told(ada, pk)
    assert "The dates are being computed." in page and "and not on" not in page


def test_a_milestone_is_put_to_another_day_as_a_whole(world, ada, plan):
    say(world, ada, "m", "finish", "2031-05-20")

    item = item_of(world, "m")
    assert (item.duration_minutes, item.constraint, item.constraint_at) == (0, "fnet", datetime(2031, 5, 20, 17))


def test_dates_by_hand_are_moved_together_and_ended_alone(world, ada, plan):
    values = {"is_manual": True, "stored_start_at": START, "stored_finish_at": datetime(2031, 5, 7, 17)}
    edit_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t3"], version=1, values=values, at=NOON)

    say(world, ada, "t3", "start", "2031-05-12")
    moved = item_of(world, "t3")
    say(world, ada, "t3", "finish", "2031-05-16")

    assert (moved.stored_start_at, moved.stored_finish_at) == (datetime(2031, 5, 12, 8), datetime(2031, 5, 14, 17))
    assert item_of(world, "t3").stored_finish_at == datetime(2031, 5, 16, 17)


@pytest.mark.parametrize(
    ("name", "field", "asked", "status", "words"),
    [
        ("A", "start", "2031-05-14", 409, "What holds other items"),
        ("t1", "start", "2031-05-14", 409, "It began on Mon 5 May 2031"),
        ("t2", "finish", "2031-05-06", 409, "It starts on Wed 7 May 2031, and cannot end before that."),
        ("t3", "start", "2031-05-14", 409, "“must end on”"),
        ("t2", "start", "soon", 422, "Write a day that exists"),
        ("t2", "start", "", 422, "Write the day."),
    ],
)
def test_what_is_not_to_be_had_like_that_says_why_and_changes_nothing(
    world, ada, plan, name, field, asked, status, words
):
    bo = world.actor("bo@Orchard")
    set_progress(actor=bo, item_id=world.ids["t1"], version=1, progress=Progress(10, None, START, None), at=NOON)
    held = {"constraint": "mfo", "constraint_at": datetime(2031, 5, 9, 17)}
    edit_item(actor=bo, item_id=world.ids["t3"], version=1, values=held, at=NOON)
    version = item_of(world, name).version

    quiet, loud = say(world, ada, name, field, asked), say(world, ada, name, field, asked, tell="1")

    assert [quiet.status_code, loud.status_code, item_of(world, name).version] == [status, status, version]
    assert words in quiet.json()["says"] and quiet.json()["says"]
    assert quiet.json()["says"] in told(ada, plan)


def test_somebody_was_quicker_and_only_who_may_plan_moves_bars(world, ada, plan):
    stale = say(world, ada, "t2", "start", "2031-05-14", version="7")

    assert (stale.status_code, stale.json()["version"]) == (409, 1)
    assert stale.json()["says"] == "Somebody changed it meanwhile; there stands: Wed 7 May 2031"
    assert say(world, world.client("bea@Orchard"), "t2", "start", "2031-05-14").status_code == 403
    assert say(world, world.client("bea@Orchard"), "t2", "finish", "2031-05-01").status_code == 403
    assert say(world, world.client("quin@Quay"), "t2", "start", "2031-05-14").status_code == 404
    assert item_of(world, "t2").version == 1
    assert say(world, ada, "t2", "start", "2031-05-14").status_code == 200


@pytest.mark.parametrize("view", ["?level=9", "/table?level=9"])
def test_bars_and_cells_are_for_whoever_may_plan_and_not_for_paper(world, ada, plan, view):
    page = ada.get(f"/plans/{plan}{view}").content.decode()
    reader = world.client("bea@Orchard").get(f"/plans/{plan}{view}").content.decode()
    paper = ada.get(f"/plans/{plan}?level=9&paper=1").content.decode()

    bars = re.findall(r'data-bar="(\d)"', page)
    assert bars == ([] if "table" in view else ["1", "2", "3", "4"])  # the phase follows from what it holds
    assert re.findall(r'data-field="start" data-day="([^"]+)"', page) == ["2031-05-05", "2031-05-07", "2031-05-05"]
    assert page.count('data-field="name"') == 5
    assert "data-field" not in reader + paper and "data-bar" not in reader + paper


def in_charge(world, name, **who):
    with system():
        Item.objects.filter(pk=world.ids[name]).update(**{f"{what}_id": world.ids[pk] for what, pk in who.items()})


def offered(client, plan, view, name):
    page = client.get(f"/plans/{plan}{view}").content.decode()
    (row,) = (one for one in page.split("<tr ") if name in one)
    return re.findall(r'data-field="(\w+)"', row), "data-version" in row, "csrfmiddlewaretoken" in page


@pytest.mark.parametrize("view", ["?level=9", "/table?level=9"])
def test_who_answers_for_an_item_finds_its_dates_and_progress_where_they_stand(world, plan, view):
    abe, here = world.client("abe@Harbour"), ["start", "finish"]
    assert offered(abe, plan, view, "Task t2")[:2] == ([], False)

    in_charge(world, "t2", person="abe")
    in_charge(world, "t1", organisation="Harbour")
    in_charge(world, "t3", person="ada")

    is_table = view.startswith("/table")
    own, ours, others = (offered(abe, plan, view, f"Task {name}") for name in ("t2", "t1", "t3"))
    assert own == ([*here, "duration", "percent"] if is_table else here, True, True)
    assert ours == (["percent"] if is_table else [], True, True)
    assert others == ([], False, True)


def test_who_answers_for_an_item_writes_what_its_cells_offer_and_no_deadline(world, plan):
    in_charge(world, "t2", person="abe")
    abe = world.client("abe@Harbour")

    assert say(world, abe, "t2", "start", "2031-05-14").status_code == 200
    assert say(world, abe, "t2", "percent", "20").status_code == 200
    assert say(world, abe, "t2", "finish", "2031-05-21").status_code == 200
    assert say(world, abe, "t2", "deadline_on", "2031-05-21").status_code == 403
    assert say(world, world.client("bo@Orchard"), "t2", "deadline_on", "2031-05-21").status_code == 200


def test_the_form_offers_who_answers_for_an_item_its_dates_and_no_deadline(world, plan):
    in_charge(world, "t2", person="abe")
    abe = world.client("abe@Harbour")

    own, others = (abe.get(f"/items/{world.ids[name]}/edit").content.decode() for name in ("t2", "t3"))
    lead = world.client("bo@Orchard").get(f"/items/{world.ids['t2']}/edit").content.decode()

    assert 'name="constraint"' in own and 'name="deadline_on"' not in own
    assert 'value="snet"' in own and 'value="mso"' not in own
    assert 'name="duration"' not in others and 'name="percent"' in others
    assert 'name="deadline_on"' in lead and 'value="mso"' in lead


def test_work_is_counted_on_a_calendar_both_ways():
    plan = file_of(task("t1", parent=None))
    friday, monday = datetime(2031, 5, 9, 8), datetime(2031, 5, 12, 17)

    assert work_between(plan, None, friday, monday) == 2 * DAY
    assert work_between(plan, "1", monday, friday) == -2 * DAY
    assert work_between(plan, "none", friday, friday) == 0
