"""Records are found by a few words: those that somebody sees, the best first, and no more than ten."""

from datetime import date

import pytest
import time_machine

from consortio.commitments.tests.builders import offer
from consortio.decisions.tests.builders import draft, drafted
from consortio.goals.actions import draft_goal, withdraw_goal
from consortio.goals.terms import GoalTerms
from consortio.kpis.actions import define_kpi
from consortio.kpis.terms import KpiTerms
from consortio.organisations.actions import rename_person
from consortio.overview.finding import FOUND_MAX, Found, find
from consortio.plans.actions import NewItem, add_item
from consortio.plans.tests.builders import NOON, bring_in, quay

from .test_glance import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return bring_in(world, quay())


def add(world, plan, *names, circle="coast"):
    for name in names:
        ada = world.actor("ada@Harbour")
        add_item(actor=ada, plan_id=plan, circle_id=world.ids[circle], item=NewItem(name=name), at=NOON)


def names(world, who, text):
    return [one.name for one in find(actor=world.actor(who), text=text)]


def test_a_row_says_what_it_is_and_where_it_lies(world, plan):
    found = find(actor=world.actor("bo@Orchard"), text="task T1")

    assert [(one.kind, one.name, one.number) for one in found] == [("item", "Task t1", found[0].number)]
    assert found[0].number.startswith("I-") and found[0].where
    assert find(actor=world.actor("bo@Orchard"), text=found[0].number.lower())[0] == found[0]


def test_plans_partnerships_and_people_are_found_too(world, plan):
    bo = world.actor("bo@Orchard")
    everything = {one.kind for text in ("co", "ada", "quay", "p-1") for one in find(actor=bo, text=text)}

    assert everything == {"partnership", "person", "plan"} | everything & {"item"}


def test_what_one_does_not_see_is_not_found(world, plan):
    add(world, plan, "Buoy for all")
    add(world, plan, "Buoy of ours", circle="Harbour only")

    assert names(world, "ada@Harbour", "buoy") == ["Buoy for all", "Buoy of ours"]
    assert names(world, "bo@Orchard", "buoy") == ["Buoy for all"]
    assert names(world, "nobody@Nowhere", "buoy") == []


def write_down(world, circle, who, other, suffix):
    """Write one record of each kind down in a circle."""
    actor, own = world.actor(who), {"circle_id": world.ids[circle], "at": NOON}
    define_kpi(actor=actor, terms=KpiTerms(name=f"Sluice {suffix} opened"), **own)
    terms = GoalTerms(name=f"Sluice {suffix} works", kind="milestone", start_on=NOON.date(), due_on=date(2031, 12, 31))
    draft_goal(actor=actor, terms=terms, **own)
    drafted(world, f"sluice {suffix}", who, circle, draft(f"Which sluice {suffix}?"))
    offer(world, who, other, who.split("@")[1], circle, name=f"Sluice {suffix} delivered")


KEYS = {"goal": "G-1", "kpi": "K-1", "decision": "D-1", "commitment": "C-1"}


def test_goals_kpis_decisions_and_promises_are_found_by_words_and_by_key(world):
    write_down(world, "coast", "ada@Harbour", "Orchard", "joint")
    bo = world.actor("bo@Orchard")

    by_words = find(actor=bo, text="joint SLUICE")
    assert {one.kind: one.number for one in by_words} == KEYS
    assert {one.where for one in by_words} == {"Coast"}
    for row in by_words:
        assert find(actor=bo, text=row.number.lower())[0] == row
        assert world.client("bo@Orchard").get("/find", {"q": row.number}).content.decode().count(f'/{row.id}"') == 1


def test_of_records_beside_others_find_nothing(world):
    write_down(world, "offer", "ada@Harbour", "Island", "beside")

    assert {one.kind for one in find(actor=world.actor("cy@Island"), text="sluice beside")} == set(KEYS)
    assert {one.number for one in find(actor=world.actor("ada@Harbour"), text="sluice beside")} == {
        one.number for one in find(actor=world.actor("cy@Island"), text="sluice beside")
    }
    key = find(actor=world.actor("cy@Island"), text="sluice beside")[0].number
    assert find(actor=world.actor("bo@Orchard"), text="sluice") == () == find(actor=world.actor("bo@Orchard"), text=key)


def test_what_was_taken_back_is_not_found(world):
    terms = GoalTerms(name="Sluice", kind="milestone", start_on=NOON.date(), due_on=date(2031, 12, 31))
    own = {"actor": world.actor("ada@Harbour"), "at": NOON}
    goal = draft_goal(circle_id=world.ids["coast"], terms=terms, **own)
    assert names(world, "bo@Orchard", "sluice") == ["Sluice"]

    withdraw_goal(goal_id=goal, version=1, **own)

    assert names(world, "bo@Orchard", "sluice") == []


def test_the_best_comes_first_and_ten_are_enough(world, plan):
    add(world, plan, "The pile", "Compile", "Pile driver", "Pile", *(f"Some pile {n}" for n in range(12)))

    found = names(world, "bo@Orchard", "pile")

    assert (found[:3], len(found)) == (["Pile", "Pile driver", "The pile"], FOUND_MAX)
    assert names(world, "bo@Orchard", "driver pile") == ["Pile driver"]


@pytest.mark.parametrize("text", ["öl", "ÖL", "Öl", "ölhafen ŁÓDŹ", "łódź ÖLHAFEN"])
def test_letters_beyond_ascii_are_found_in_either_case(world, plan, text):
    add(world, plan, "Ölhafen bei łódź", "Olhafen bei lodz")

    assert names(world, "bo@Orchard", text) == ["Ölhafen bei łódź"]


def test_people_are_found_in_either_case(world):
    house = world.ids["Harbour's house"]
    rename_person(actor=world.actor("ada@Harbour"), house_id=house, name="Ólafur Ægisson", at=NOON)

    assert [names(world, "bo@Orchard", text) for text in ("ólafur", "ÆGIS", "olafur")] == [
        ["Ólafur Ægisson"], ["Ólafur Ægisson"], []
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "p", " p ", "zzz"])
def test_too_little_and_nothing_find_nothing(world, plan, text):
    assert names(world, "bo@Orchard", text) == []


def test_more_rows_take_no_more_queries(world, plan):
    add(world, plan, "Pile")
    client = world.client("bo@Orchard")
    few = queries_of(client, "/find?q=pile")
    add(world, plan, "Pile 2", "Pile 3")

    assert queries_of(client, "/find?q=pile") == few


def test_the_page_leads_to_what_it_found_and_says_when_there_is_nothing(world, plan):
    add(world, plan, "Pile")
    page = world.client("bo@Orchard").get("/find?q=pile").content.decode()
    row = find(actor=world.actor("bo@Orchard"), text="pile")[0]

    assert f'href="/items/{row.id}"' in page and isinstance(row, Found)
    assert "Nothing that you see is called that." in world.client("bo@Orchard").get("/find?q=zzz").content.decode()
    assert world.client("fern@Ferry").get("/find?q=pile").status_code == 302  # who has not signed in
