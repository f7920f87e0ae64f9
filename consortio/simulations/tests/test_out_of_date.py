"""A simulation says when something that it was computed from has changed since, and nothing of what its circle does not see."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consortio.access import unscoped
from consortio.interchange import plan as neutral
from consortio.jobs import worker
from consortio.plans.actions import Progress, add_link, change_plan_settings, set_progress, withdraw_item
from consortio.plans.adding import NewItem, add_item
from consortio.plans.editing import edit_item
from consortio.plans.linking import edit_link, withdraw_link
from consortio.plans.models import Item, Link
from consortio.plans.own_side import write_own_side
from consortio.plans.tests.builders import DAY, OFFICE, asked, bring_in, large_quay, quay
from consortio.plans.tests.test_reimporting import again
from consortio.plans.withdrawing import restore_item
from consortio.risks.actions import change_risk
from consortio.risks.models import Risk
from consortio.risks.tests.builders import add, quay_of, storm
from consortio.simulations.actions import keep_simulation
from consortio.simulations.basis import Changes
from consortio.simulations.models import Simulation
from consortio.simulations.reads import asked_for, simulations_of
from consortio.simulations.running import answered
from tests.agreed import baseline_of_all
from tests.world import NOON

from .test_simulating import estimate, newest

LATER = NOON + timedelta(hours=1)
THEIRS = {"low_minutes": 9 * DAY, "likely_minutes": 10 * DAY, "high_minutes": 11 * DAY}


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def plan(world):
    """The quay, estimated, feared for and simulated for all."""
    pk = quay_of(world)
    estimate(world, pk, "t1", 1, 2, 6)
    world.ids["storm"] = add(world, pk)
    simulate(world, pk)
    return pk


def simulate(world, plan, circle="coast"):
    """Simulate at once, without a job."""
    own = {"actor": world.actor("ada@Harbour"), "plan_id": plan, "circle_id": world.ids[circle]}
    said = answered(
        asked_for(**own), trials=1_000, seed=7, run=lambda function, *given, **more: function(*given, **more)
    )
    keep_simulation(said=said, at=timezone.now(), **own)


def changed(world, plan, **more):
    return newest(world, plan, **more).row.changed


def edit(world, item, version=1, **values):
    ada = world.actor("ada@Harbour")
    edit_item(actor=ada, item_id=world.ids[item], version=version, values=values, at=LATER)


def link(world):
    with unscoped("test"):
        return Link.objects.get(successor=world.ids["t2"], predecessor=world.ids["t1"])


def say_again(world, **more):
    """Say the storm anew."""
    with unscoped("test"):
        row = Risk.objects.get(pk=world.ids["storm"])
    own = {"risk_id": row.pk, "version": row.version, "terms": storm(world, **more), "at": LATER}
    change_risk(actor=world.actor("abe@Harbour"), **own)


def own_side(world, version=None, **more):
    write_own_side(actor=world.actor("abe@Harbour"), item_id=world.ids["t1"], version=version, at=LATER, **more)


def test_it_is_current_while_nothing_changes(world, plan):
    edit(world, "t1", name="Another name", note="Much to say")  # what nothing is computed from
    say_again(world, name="Gale", response="We wait.")

    assert newest(world, plan).row.changed == Changes()
    assert newest(world, plan).row.is_current


def _add(world, plan):
    own = {"plan_id": plan, "circle_id": world.ids["coast"], "item": NewItem("More", duration_minutes=DAY)}
    add_item(actor=world.actor("ada@Harbour"), at=LATER, **own)


def _link(world, plan):
    ends = {"predecessor_id": world.ids["t3"], "successor_id": world.ids["t2"]}
    add_link(actor=world.actor("ada@Harbour"), circle_id=world.ids["coast"], at=LATER, **ends)


def _longer(world, plan):
    """Change what the plan's end does not depend on."""
    edit(world, "t3", duration_minutes=2 * DAY)


def _begin(world, plan):
    progress = Progress(percent=50, actual_start_at=datetime(2031, 5, 5, 8))
    set_progress(actor=world.actor("ada@Harbour"), item_id=world.ids["t1"], version=1, progress=progress, at=LATER)


def _later_link(world, plan):
    edit_link(actor=world.actor("ada@Harbour"), link_id=link(world).pk, version=1, lag_minutes=60, at=LATER)


def _unlink(world, plan):
    withdraw_link(actor=world.actor("ada@Harbour"), link_id=link(world).pk, version=1, at=LATER)


def _withdraw(world, plan):
    withdraw_item(actor=world.actor("ada@Harbour"), item_id=world.ids["t3"], version=1, at=LATER)


def _data_date(world, plan):
    own = {"plan_id": plan, "version": 1, "values": {"data_at": datetime(2031, 5, 6, 8)}}
    change_plan_settings(actor=world.actor("ada@Harbour"), at=LATER, **own)


def _calendar(world, plan):
    shut = neutral.Calendar("1", "Office", week=(OFFICE,) * 4 + ((),) * 3, minutes_per_day=DAY)
    again(world, plan, replace(quay(), calendars=(shut,)))


def _agree(world, plan):
    baseline_of_all(actor=world.actor("ada@Harbour"), plan_id=plan, name="Agreed", at=LATER)


@pytest.mark.parametrize(
    "change",
    [_add, _link, _longer, _begin, _later_link, _unlink, _withdraw, _data_date, _calendar, _agree],
    ids=lambda change: change.__name__.strip("_"),
)
def test_whatever_changes_in_the_plan_makes_it_out_of_date(world, plan, change):
    change(world, plan)

    assert changed(world, plan) == Changes(plan=True)
    simulate(world, plan)
    assert changed(world, plan) == Changes()


def test_what_is_taken_back_in_the_plan_is_no_change(world, plan):
    _longer(world, plan)
    edit(world, "t3", version=2, duration_minutes=DAY)
    _withdraw_and_restore(world)

    assert changed(world, plan) == Changes()


def _withdraw_and_restore(world):
    ada = world.actor("ada@Harbour")
    withdraw_item(actor=ada, item_id=world.ids["t3"], version=3, at=LATER)
    restore_item(actor=ada, item_id=world.ids["t3"], version=4, at=LATER)


def test_each_word_on_an_estimate_counts(world, plan):
    estimate(world, plan, "t2", 1, 2, 3)
    estimate(world, plan, "t1", 1, 2, 7, version=1)
    assert changed(world, plan) == Changes(estimates=2)

    estimate(world, plan, "t2", None, None, None, version=1)
    assert changed(world, plan) == Changes(estimates=3)
    estimate(world, plan, "t1", 1, 2, 6, version=2)
    assert changed(world, plan) == Changes(estimates=4)  # what it was at first, said anew
    estimate(world, plan, "t1", 1, 2, 6, version=3)
    assert changed(world, plan) == Changes(estimates=4)  # the same once more is no change


def test_each_risk_that_is_otherwise_counts_once(world, plan):
    add(world, plan, name="Frost")
    say_again(world, chance=31)
    assert changed(world, plan) == Changes(risks=2)

    say_again(world, chance=30)
    assert changed(world, plan) == Changes(risks=1)
    for more in ({"low": 0}, {"kind": "driver", "low": 100, "likely": 150, "high": 300}, {"state": "closed"}):
        say_again(world, **more)
        assert changed(world, plan) == Changes(risks=2)
    say_again(world)
    assert changed(world, plan) == Changes(risks=1)
    say_again(world, item_ids=(world.ids["t2"], world.ids["t3"]))
    assert changed(world, plan) == Changes(risks=2)
    say_again(world)
    assert changed(world, plan) == Changes(risks=2)  # the item was said, and taken back: that counts


def test_another_plan_does_not_count(world, plan):
    with world.step("other"):
        other = bring_in(world, quay(), step="another quay")
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=other)}
    estimate(world, other, "t1", 1, 2, 3)
    add(world, other)
    edit(world, "t1", duration_minutes=DAY)

    assert changed(world, plan) == Changes()
    simulate(world, other)
    assert changed(world, other) == Changes()


def test_what_a_house_keeps_to_itself_makes_only_its_own_out_of_date(world, plan):
    own_side(world, note="They are late.", **THEIRS)
    simulate(world, plan, circle="Harbour only")
    assert changed(world, plan, in_house=True) == Changes()
    own_side(world, version=1, note="They are always late.")
    assert changed(world, plan, in_house=True) == Changes()

    own_side(world, version=2, high_minutes=20 * DAY)
    add(world, plan, circle="Harbour only", name="Our crane is old")
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"], "item": NewItem("Ours", duration_minutes=DAY)}
    add_item(actor=world.actor("ada@Harbour"), at=LATER, **own)

    assert changed(world, plan, in_house=True) == Changes(plan=True, own_estimates=True, risks=1)
    assert changed(world, plan) == Changes()
    assert changed(world, plan, who="bo@Orchard") == Changes()
    estimate(world, plan, "t1", 2, 2, 6, version=1)  # as all see it: that counts in both
    assert changed(world, plan) == Changes(estimates=1)
    assert changed(world, plan, in_house=True) == Changes(plan=True, estimates=1, own_estimates=True, risks=1)


def test_what_two_keep_to_themselves_counts_within_their_circle(world, plan):
    simulate(world, plan, circle="Harbour only")
    simulate(world, plan, circle="offer")

    add(world, plan, who="ada@Harbour", circle="offer", name="Lost bid")
    _divided_beside(world, plan)

    rows, _ = simulations_of(actor=world.actor("ada@Harbour"), plan_id=plan)
    assert {row.circle_id: row.changed for row in rows} == {
        world.ids["coast"]: Changes(),
        world.ids["offer"]: Changes(plan=True, risks=1),
        world.ids["Harbour only"]: Changes(plan=True, risks=1),
    }


def _divided_beside(world, plan):
    item = NewItem("Their part", duration_minutes=DAY)
    own = {"plan_id": plan, "circle_id": world.ids["offer"], "item": item}
    add_item(actor=world.actor("ada@Harbour"), at=LATER, **own)


def test_while_the_dates_follow_in_a_job_it_is_out_of_date(world, monkeypatch):
    plan = large_quay(world, monkeypatch)
    estimate(world, plan, "t1", 1, 2, 6)
    simulate(world, plan)
    assert changed(world, plan) == Changes()

    edit(world, "t3", duration_minutes=2 * DAY)
    assert changed(world, plan) == Changes(plan=True)
    assert worker.run_next()
    assert changed(world, plan) == Changes(plan=True)


def test_of_one_from_before_this_was_kept_nobody_knows(world, plan):
    with unscoped("test"):
        row = Simulation.objects.get()
    kept = {name: getattr(row, name) for name in ("data_at", "trials", "seed", "engine", "fingerprint", "outcome")}

    own = {"plan_id": plan, "circle_id": world.ids["coast"], "said": kept, "at": LATER}
    keep_simulation(actor=world.actor("ada@Harbour"), **own)

    assert changed(world, plan) == Changes(plan=True)


def page_of(world, path, who="ada@Harbour"):
    return unescape(world.client(who).get(path).content.decode())


def test_the_page_says_what_has_changed_and_leads_to_the_form(world, plan):
    path = f"/plans/{plan}/simulation"
    assert "Out of date" not in page_of(world, path)

    estimate(world, plan, "t2", 1, 2, 3)
    estimate(world, plan, "t2", 1, 2, 4, version=1)
    say_again(world, chance=31)
    _longer(world, plan)

    page = page_of(world, path)
    said = "the plan has changed, estimates were changed 2 times and 1 risk has changed."
    assert "Out of date: since" in page and said in page
    assert '<a href="#ask">Simulate again</a>' in page and 'id="ask"' in page
    watched = page_of(world, path, "bea@Orchard")
    assert said in watched and "Simulate again" not in watched
    simulate(world, plan)
    first = newest(world, plan).earlier[1]
    assert "Out of date" not in page_of(world, path) and said in page_of(world, f"/simulations/{first.id}")


def test_the_api_says_the_same(world, plan):
    client = world.client("ada@Harbour")

    def rows():
        return json.loads(client.get(f"/api/v1/plans/{plan}/simulations").content)["rows"]

    (row,) = rows()
    nothing = {"plan": False, "estimates": 0, "own_estimates": False, "risks": 0}
    assert (row["is_current"], row["changed"]) == (True, nothing)

    estimate(world, plan, "t2", 1, 2, 3)

    (row,) = rows()
    assert (row["is_current"], row["changed"]) == (False, nothing | {"estimates": 1})
    assert json.loads(client.get(f"/api/v1/simulations/{row['id']}").content) == row


def test_it_asks_as_much_with_one_of_everything_as_with_many(world, plan):
    simulate(world, plan, circle="Harbour only")
    few = count(world, plan)
    for name in ("Gale", "Frost", "Flood"):
        add(world, plan, name=name)
    for item in ("t2", "t3"):
        estimate(world, plan, item, 1, 2, 6)
    simulate(world, plan, circle="offer")
    simulate(world, plan)

    assert count(world, plan) == few


def count(world, plan):
    with CaptureQueriesContext(connection) as queries:
        simulations_of(actor=world.actor("ada@Harbour"), plan_id=plan)
    return asked(queries)
