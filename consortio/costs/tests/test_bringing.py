"""Costs come in with a plan, are told when the file is read again, and go out with it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from consortio import access
from consortio.access import ANY
from consortio.costs.models import Cost
from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.tabular import read_tabular
from consortio.interchange.write_mspdi import write_mspdi
from consortio.interchange.write_sheet import write_csv
from consortio.plans.exporting import export_plan
from consortio.plans.importing import prepare_import
from consortio.plans.reimporting import difference_of, reimport_plan

from .builders import NOON, bring_quay, priced_quay, rows, write

BROUGHT = {
    "t1": (100_000, 120_050, "EUR"),
    "t2": (200_000, 90_000, "EUR"),
    "t3": (40_000, None, "EUR"),
    "t4": (60_000, None, "EUR"),
}


def with_cost(pk, **values):
    plan = priced_quay()
    return replace(plan, items=tuple(replace(item, **values) if item.id == pk else item for item in plan.items))


def again(world, plan_id, file, ticked=None, step="again"):
    actor = world.actor("ada@Harbour")
    with world.step(step):
        prepared = prepare_import(plan=file, circle_id=world.ids["coast"])
        found = difference_of(actor=actor, plan_id=plan_id, prepared=prepared)
        ticked = found.keys_ticked if ticked is None else ticked
        reimport_plan(
            actor=actor,
            plan_id=plan_id,
            version=ANY,
            prepared=prepared,
            ticked=ticked,
            file_name="q",
            file=b"q",
            at=NOON,
        )


def lines(world, plan_id, file):
    with world.step("compare"):
        prepared = prepare_import(plan=file, circle_id=world.ids["coast"])
    found = difference_of(actor=world.actor("ada@Harbour"), plan_id=plan_id, prepared=prepared)
    return [
        (change.key, change.state, [(one.field, one.here, one.now, one.edited_here) for one in change.fields])
        for change in found.changes
        if change.what == "item"
    ]


def exported(world, plan_id, who="ada@Harbour", view="joint"):
    plan = export_plan(actor=world.actor(who), plan_id=plan_id, view=view)
    return {item.id: (item.budget, item.actual_cost, item.currency) for item in plan.items if item.currency}


def test_costs_come_in_with_the_plan_in_one_step(world):
    bring_quay(world)

    assert rows(world) == BROUGHT
    with access.unscoped("test"):
        assert {row.imported_id is not None for row in Cost.objects.all()} == {True}


def test_an_amount_finer_than_its_currency_becomes_the_nearest(world):
    bring_quay(world, with_cost("t1", budget=Decimal("10.005"), actual_cost=Decimal("7.125"), currency="JPY"))

    assert rows(world)["t1"] == (10, 7, "JPY")


def test_a_currency_that_does_not_exist_is_none(world):
    bring_quay(world, with_cost("t1", currency="QQQ"))

    assert rows(world)["t1"] == (100_000, 120_050, "")


def test_the_same_file_says_nothing_new(world):
    plan = bring_quay(world)

    assert lines(world, plan, priced_quay()) == []


def test_a_changed_cost_is_told_and_applied(world):
    plan = bring_quay(world)
    file = with_cost("t1", budget=Decimal("1500"), actual_cost=None)

    assert lines(world, plan, file) == [
        ("item:t1", "changed", [("budget", "1000", "1500", False), ("actual_cost", "1200.5", None, False)])
    ]
    again(world, plan, file)
    assert rows(world) == BROUGHT | {"t1": (150_000, None, "EUR")}
    assert lines(world, plan, file) == []


def test_a_cost_that_people_changed_here_stays_unless_it_is_ticked(world):
    plan = bring_quay(world)
    write(world, "t1", version=1, budget=110_000)
    file = with_cost("t1", budget=Decimal("1500"))

    assert lines(world, plan, file) == [("item:t1", "changed", [("budget", "1100", "1500", True)])]
    again(world, plan, with_cost("t2", budget=Decimal("2001")))
    assert rows(world)["t1"][0] == 110_000
    again(world, plan, file, {"item:t1:budget"}, step="once more")
    assert rows(world)["t1"][0] == 150_000


def test_a_first_cost_of_an_item_that_is_here_is_told(world):
    plan = bring_quay(world)

    again(world, plan, with_cost("t5", budget=Decimal("5"), currency="EUR"))

    assert rows(world) == BROUGHT | {"t5": (500, None, "EUR")}


def test_a_file_without_a_single_cost_says_nothing_of_any(world):
    plan = bring_quay(world)
    bare = priced_quay()
    bare = replace(
        bare,
        items=tuple(replace(item, budget=None, actual_cost=None, currency="") for item in bare.items),
    )

    assert lines(world, plan, bare) == []


def test_a_file_that_keeps_the_costs_of_others_takes_one_away(world):
    plan = bring_quay(world)

    again(world, plan, with_cost("t3", budget=None, currency=""))

    assert rows(world)["t3"] == (None, None, "")


def test_costs_go_out_with_the_plan_and_come_back_the_same(world):
    plan = bring_quay(world)

    made = export_plan(actor=world.actor("bo@Orchard"), plan_id=plan)
    assert exported(world, plan, "bo@Orchard") == {
        "t1": (Decimal("1000"), Decimal("1200.50"), "EUR"),
        "t2": (Decimal("2000"), Decimal("900"), "EUR"),
        "t3": (Decimal("400"), None, "EUR"),
        "t4": (Decimal("600"), None, "EUR"),
    }
    for read in (read_mspdi(write_mspdi(made), "q.xml"), read_tabular(write_csv(made), "q.csv", "csv")):
        assert [(item.budget, item.actual_cost) for item in read.items] == [
            (item.budget, item.actual_cost) for item in made.items
        ]
    assert lines(world, plan, read_mspdi(write_mspdi(made), "q.xml")) == []


def test_what_our_house_keeps_goes_out_to_our_house_alone(world):
    plan = bring_quay(world)
    write(world, "t1", circle="Harbour only", actual=999_900, currency="EUR")

    assert exported(world, plan)["t1"] == (1000, Decimal("1200.5"), "EUR")
    assert exported(world, plan, view="house")["t1"] == (1000, 9999, "EUR")
    assert exported(world, plan, "bo@Orchard", view="house")["t1"] == (1000, Decimal("1200.5"), "EUR")


@pytest.mark.parametrize("who", ["ada@Harbour"])
def test_only_what_is_ticked_is_written(world, who):
    plan = bring_quay(world)

    again(world, plan, with_cost("t1", budget=Decimal("1"), actual_cost=Decimal("2")), {"item:t1:actual_cost"})

    assert rows(world)["t1"] == (100_000, 200, "EUR")
