"""Saying how much time there is, and whom an item needs."""

from datetime import date, timedelta

import pytest

from consortio.access import Invalid, NotPermitted, NotVisible, Stale, unscoped
from consortio.levelling.actions import (
    NotOurs,
    Said,
    SaidAlready,
    edit_capacity,
    edit_demand,
    withdraw_capacity,
    withdraw_demand,
)
from consortio.levelling.models import Capacity, Demand
from consortio.levelling.reads import capacities_in
from tests.world import NOON

from .builders import FROM, item, loads, need, say, works

pytestmark = pytest.mark.django_db


def said(world, circle="coast", who="ada@Harbour"):
    rows = capacities_in(actor=world.actor(who), circle_id=world.ids[circle])
    return [(row.person, row.work, row.percent, row.from_on, row.until_on) for row in rows]


def change(world, pk, percent=50, who="ada@Harbour", version=1, **more):
    own = {"capacity_id": pk, "version": version, "said": Said(percent, more.pop("from_on", FROM), **more)}
    edit_capacity(actor=world.actor(who), at=NOON, **own)


def test_what_is_said_is_seen_by_all_in_the_circle_and_by_nobody_else(world):
    say(world, 250)
    say(world, 50, person="ada", circle="Harbour only")

    assert said(world, who="bo@Orchard") == [("", "", 250, FROM, None)]
    assert said(world, "Harbour only") == [("ada", "", 50, FROM, None)]
    assert said(world, "Harbour only", "bo@Orchard") == []


def test_whoever_may_not_edit_speaks_of_their_own_time_alone(world):
    say(world, 75, who="abe@Harbour", person="abe")

    with pytest.raises(NotPermitted):
        say(world, 75, who="abe@Harbour", person="ada")
    with pytest.raises(NotPermitted):
        say(world, 200, who="abe@Harbour")
    with pytest.raises(NotPermitted):
        say(world, 100, who="bea@Orchard", person="bea")  # an observer


def test_nobody_speaks_of_others(world):
    made = say(world, 100, who="bo@Orchard")

    with pytest.raises(Invalid) as refusal:
        say(world, 100, person="bea")
    assert refusal.value.field == "person_id"
    with pytest.raises(NotOurs):
        change(world, made)
    with pytest.raises(NotOurs):
        withdraw_capacity(actor=world.actor("ada@Harbour"), capacity_id=made, version=1, at=NOON)
    change(world, made, who="bo@Orchard")


@pytest.mark.parametrize(
    ("field", "percent", "more"),
    [
        ("percent", 60, {"person": "ada"}),
        ("percent", 125, {"person": "ada"}),
        ("percent", 110, {}),
        ("percent", -25, {}),
        ("work", 100, {"person": "ada", "work": "welding"}),
        ("work", 100, {"work": "x" * 101}),
        ("until_on", 100, {"until_on": FROM - timedelta(days=1)}),
        ("from_on", 100, {"from_on": date(1999, 1, 1)}),
    ],
)
def test_what_cannot_be_is_refused_and_named(world, field, percent, more):
    with pytest.raises(Invalid) as refusal:
        say(world, percent, **more)

    assert refusal.value.field == field
    assert said(world) == []


def test_of_one_day_there_is_one_word(world):
    say(world, 100, person="ada", until_on=date(2031, 5, 31))

    with pytest.raises(SaidAlready):
        say(world, 50, person="ada", from_on=date(2031, 5, 31))
    say(world, 50, person="ada", from_on=date(2031, 6, 1))
    say(world, 50, person="abe")
    say(world, 50, person="ada", circle="Harbour only")
    assert len(said(world)) == 3


def test_a_change_says_which_version_it_saw_and_is_recorded_once(world):
    made = say(world, 100, person="ada")
    change(world, made, 50, person_id=world.ids["ada"])

    with pytest.raises(Stale):
        change(world, made, 75, person_id=world.ids["ada"])
    assert said(world) == [("ada", "", 50, FROM, None)]
    change(world, made, 50, version=2, person_id=world.ids["ada"])  # says nothing new
    with unscoped("test"):
        assert Capacity.objects.get(pk=made).version == 2


def test_what_was_taken_back_counts_no_more(world):
    made, plan = say(world, 100, person="ada"), works(world).plan
    assert loads(world, plan)["ada"][0][2] == 100

    withdraw_capacity(actor=world.actor("ada@Harbour"), capacity_id=made, version=1, at=NOON)

    assert loads(world, plan)["ada"][0][2] is None
    with pytest.raises(NotVisible):
        change(world, made, version=2)


def test_a_need_lies_where_all_see_the_item(world):
    made = works(world)
    secret = item(world, made.plan, "Secret", "Harbour only")

    need(world, made.hull, "Orchard", circle="Harbour only")
    need(world, secret, "Harbour", circle="Harbour only")
    with pytest.raises(NotVisible):
        need(world, secret, "Harbour")
    with pytest.raises(Invalid):
        need(world, made.hull, "Harbour", 0)
    with pytest.raises(Invalid):
        need(world, made.hull, "Harbour", person_id=world.ids["bo"])


def test_a_need_is_changed_and_taken_away(world):
    made, ada = works(world), world.actor("ada@Harbour")
    demand = need(world, made.hull, "Harbour", 50)

    edit_demand(actor=ada, demand_id=demand, version=1, percent=75, at=NOON)
    assert loads(world, made.plan)["Harbour"][0][1] == 175
    withdraw_demand(actor=ada, demand_id=demand, version=2, at=NOON)

    assert loads(world, made.plan)["Harbour"][0][1] == 200
    with pytest.raises(NotVisible):
        edit_demand(actor=ada, demand_id=demand, version=3, percent=100, at=NOON)
    with unscoped("test"):
        assert Demand.objects.get(pk=demand).withdrawn_at == NOON
