"""Risks of a plan: written down in a circle, changed over the version that was seen, hidden from others."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.access import Invalid, NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import NewItem, add_item
from consortio.plans.tests.builders import DAY, NOON, asked
from consortio.record.reads import told
from consortio.risks.actions import change_risk
from consortio.risks.models import Risk, Threat
from consortio.risks.reads import open_risks, risk_page, risks_page
from consortio.risks.rules import ITEMS_MAX

from .builders import add, quay_of, storm


@pytest.fixture
def plan(world):
    return quay_of(world)


def shown(world, plan, who):
    return [
        (row.number, row.terms.name, row.terms.chance) for row in risks_page(actor=world.actor(who), plan_id=plan).rows
    ]


def test_a_risk_is_there_for_everybody_in_its_circle(world, plan):
    made = add(world, plan, response="We wait for the forecast.", organisation_id=world.ids["Orchard"])

    page = risks_page(actor=world.actor("bea@Orchard"), plan_id=plan)
    (row,) = page.rows
    assert (row.number, row.terms.three, row.organisation.name) == ("R-1", (DAY, 2 * DAY, 5 * DAY), "Orchard")
    assert [item.name for item in row.items] == ["Task t2"]
    assert (row.audience, row.may_change, page.may_raise, page.total) == (None, False, False, 1)
    assert risks_page(actor=world.actor("bo@Orchard"), plan_id=plan).may_raise
    (entry,) = told(actor=world.actor("ada@Harbour"), subject_ids=[made])
    assert (entry.event, entry.facts["number"], entry.facts["items"]) == ("risk.raised", 1, 1)


def test_a_house_keeps_its_risks_to_itself(world, plan):
    add(world, plan)
    made = add(world, plan, circle="Harbour only", name="Our crane is old")

    assert shown(world, plan, "bo@Orchard") == [("R-1", "Storm", 30)]
    assert [name for _number, name, _chance in shown(world, plan, "ada@Harbour")] == ["Storm", "Our crane is old"]
    with pytest.raises(NotVisible):
        risk_page(actor=world.actor("bo@Orchard"), risk_id=made)
    with access.reading(bo := world.actor("bo@Orchard")):
        assert access.visible(bo, Threat).count() == 1
    joint = open_risks(actor=world.actor("ada@Harbour"), plan_id=plan, circle_id=world.ids["coast"])
    assert [(number, terms.name) for _pk, number, terms in joint] == [("R-1", "Storm")]


def test_only_who_takes_part_writes_one_down(world, plan):
    with pytest.raises(NotPermitted):
        add(world, plan, "bea@Orchard")
    with pytest.raises(NotVisible):
        add(world, plan, "bo@Orchard", circle="Harbour only")
    with pytest.raises(NotVisible):
        add(world, uuid4())
    with unscoped("test"):
        assert not Risk.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "miracle"}, "kind"),
        ({"state": "gone"}, "state"),
        ({"chance": 0}, "chance"),
        ({"chance": 100}, "chance"),
        ({"low": 3 * DAY}, "likely"),
        ({"kind": "driver", "low": 5, "likely": 100, "high": 120}, "low"),
        ({"item_ids": ()}, "items"),
        ({"item_ids": (uuid4(),)}, "items"),
        ({"item_ids": tuple(uuid4() for _ in range(ITEMS_MAX + 1))}, "items"),
        ({"organisation_id": uuid4()}, "organisation"),
        ({"person_id": uuid4()}, "person"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(world, plan, said, field):
    with pytest.raises(Invalid) as refusal:
        add(world, plan, **said)
    assert refusal.value.field == field
    with unscoped("test"):
        assert not Risk.objects.exists() and not Threat.objects.exists()


def test_it_is_changed_over_the_version_that_was_seen(world, plan):
    made = add(world, plan)
    ada = world.actor("ada@Harbour")
    other = storm(world, chance=60, item_ids=(world.ids["t1"], world.ids["t2"]), state="occurred")
    with pytest.raises(Stale):
        change_risk(actor=ada, risk_id=made, version=7, terms=other, at=NOON)

    change_risk(actor=ada, risk_id=made, version=1, terms=other, at=NOON)
    change_risk(actor=ada, risk_id=made, version=2, terms=other, at=NOON)  # says the same again

    row = risk_page(actor=ada, risk_id=made).row
    assert (row.version, row.terms.chance, row.terms.state, row.is_open) == (2, 60, "occurred", False)
    assert {item.name for item in row.items} == {"Task t1", "Task t2"}
    assert open_risks(actor=ada, plan_id=plan, circle_id=world.ids["coast"]) == ()
    assert [entry.event for entry in told(actor=ada, subject_ids=[made])][::-1] == ["risk.raised", "risk.ended"]


def test_items_that_it_does_not_concern_any_more_are_left_out(world, plan):
    made = add(world, plan, item_ids=(world.ids["t1"], world.ids["t2"]))
    ada = world.actor("ada@Harbour")
    kept = risk_page(actor=ada, risk_id=made).row.terms

    change_risk(actor=ada, risk_id=made, version=1, terms=replace(kept, item_ids=(world.ids["t3"],)), at=NOON)
    change_risk(actor=ada, risk_id=made, version=2, terms=kept, at=NOON)

    assert set(risk_page(actor=ada, risk_id=made).row.terms.item_ids) == {world.ids["t1"], world.ids["t2"]}


def test_a_house_names_an_item_that_only_it_sees_but_all_do_not(world, plan):
    ada, house = world.actor("ada@Harbour"), world.ids["Harbour only"]
    own = add_item(actor=ada, plan_id=plan, circle_id=house, item=NewItem("Own work", duration_minutes=DAY), at=NOON)

    with pytest.raises(Invalid):
        add(world, plan, item_ids=(own,))
    made = add(world, plan, circle="Harbour only", item_ids=(own,))

    assert risk_page(actor=ada, risk_id=made).row.terms.item_ids == (own,)


def test_a_list_costs_as_many_queries_with_three_as_with_one(world, plan):
    add(world, plan)
    one = count(world, plan)
    for name in ("Frost", "Strike"):
        add(world, plan, name=name, item_ids=(world.ids["t1"], world.ids["t3"]))

    assert count(world, plan) == one <= 12


def count(world, plan):
    with CaptureQueriesContext(connection) as queries:
        risks_page(actor=world.actor("ada@Harbour"), plan_id=plan)
    return asked(queries)
