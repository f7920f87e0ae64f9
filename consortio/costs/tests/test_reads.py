"""
What a plan has earned, by hand. The data date is Wednesday 17:00.

Planned: t1 (Mon, Tue) all of 1,000; t2 (Mon to Thu) three of four days, 1,500 of 2,000; t3 (Mon, Tue) all of 400; t4 later.
Earned: 1,000 + half of 2,000 + a quarter of 400 = 2,100. Spent: 1,200.50 + 900, and t3's is missing.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import NotVisible
from consortio.costs.engine import NOBODY
from consortio.costs.reads import Look, chosen, value_page
from consortio.interchange.plan import Baseline, BaselineItem
from consortio.plans import valued
from consortio.plans.tests.builders import asked

from .builders import NOON, bring_quay, costed, priced_quay, write


def page(world, plan, who="ada@Harbour", **more):
    return value_page(actor=world.actor(who), plan_id=plan, at=NOON, **more)


def sums(one):
    return one.budget, one.planned, one.earned, one.actual, one.missing


def only(found):
    (section,) = found.sections
    return section


def test_planned_earned_and_spent_of_all(world):
    plan = bring_quay(world)

    found = page(world, plan)
    all_ = only(found).all
    assert sums(all_) == (400_000, 290_000, 210_000, None, 1)
    assert (all_.actual_known, all_.cost_index, all_.estimate, all_.items) == (210_050, None, None, 4)
    assert round(all_.schedule_index, 4) == 0.7241
    assert [item.name for item in only(found).missing] == ["Task t3"]
    assert (found.until, found.baseline, found.from_baseline) == (datetime(2031, 5, 7, 17), None, 0)


def test_the_one_in_charge_earns_and_the_one_who_pays_bears_the_cost(world):
    plan = bring_quay(world)
    write(world, "t3", version=1, actual=10_000, payer_id=world.ids["Island"])

    section = only(page(world, plan))
    assert {line.name: sums(line.sums) for line in section.earning} == {
        "Harbour": (100_000, 100_000, 100_000, 120_050, 0),
        "Orchard": (300_000, 190_000, 110_000, 100_000, 0),
    }
    assert {line.name: sums(line.sums) for line in section.paying} == {
        "Harbour": (100_000, 100_000, 100_000, 120_050, 0),
        "Island": (40_000, 40_000, 10_000, 10_000, 0),
        "Orchard": (260_000, 150_000, 100_000, 90_000, 0),
    }
    assert round(section.all.cost_index, 4) == round(210_000 / 220_050, 4)
    assert section.all.estimate == round(400_000 * 220_050 / 210_000)
    (phase,) = section.phases
    assert (phase.name, sums(phase.sums)) == ("I-1 Phase A", sums(section.all))


def test_rules_of_earning(world):
    plan = bring_quay(world)
    write(world, "t2", version=1, rule="0/100")
    write(world, "t3", version=1, rule="50/50")

    lines = {line.item.name: line.sums.earned for line in only(page(world, plan)).lines}
    assert lines == {"Task t1": 100_000, "Task t2": 0, "Task t3": 20_000, "Task t4": 0}


def test_currencies_are_never_added(world):
    file = priced_quay()
    file = replace(
        file, items=tuple(costed(one, "70", currency="USD") if one.id == "t5" else one for one in file.items)
    )
    plan = bring_quay(world, file)

    found = page(world, plan)
    assert [(section.currency, section.all.budget) for section in found.sections] == [("EUR", 400_000), ("USD", 7_000)]
    assert [line.key for line in found.sections[1].earning] == [NOBODY]


def test_the_newest_baseline_says_when(world):
    early = BaselineItem("t4", datetime(2031, 5, 5, 8), datetime(2031, 5, 6, 17), 960)
    plan = bring_quay(world, replace(priced_quay(), baselines=(Baseline(0, (early,), "Agreed"),)))

    found = page(world, plan)
    assert (found.baseline.name, found.from_baseline, only(found).all.planned) == ("Agreed", 1, 350_000)


def test_our_house_counts_its_own_costs_before_those_of_all(world):
    plan = bring_quay(world)
    write(world, "t1", circle="Harbour only", actual=150_000, currency="EUR")
    write(world, "t3", circle="Harbour only", actual=7, currency="EUR")
    write(world, "t3", "bo@Orchard", "Orchard only", actual=5_000, currency="EUR")

    assert sums(only(page(world, plan)).all) == (400_000, 290_000, 210_000, None, 1)
    ours = page(world, plan, in_house=True)
    assert sums(only(ours).all) == (400_000, 290_000, 210_000, 240_007, 0)
    assert [line.item.name for line in only(ours).lines if line.is_ours] == ["Task t1", "Task t3"]
    assert only(page(world, plan, "bo@Orchard", in_house=True)).all.actual == 215_050


def test_our_house_may_reckon_an_item_in_another_currency(world):
    plan = bring_quay(world)
    write(world, "t1", circle="Harbour only", budget=90_000, actual=80_000, currency="USD")

    ours = page(world, plan, in_house=True)
    assert [(section.currency, sums(section.all)[0]) for section in ours.sections] == [
        ("EUR", 300_000),
        ("USD", 90_000),
    ]
    assert [[line.item.name for line in section.lines if line.is_ours] for section in ours.sections] == [
        [],
        ["Task t1"],
    ]
    assert sums(only(page(world, plan)).all)[0] == 400_000


def test_many_items_have_the_dates_that_few_have(world, monkeypatch):
    plan = bring_quay(world)
    write(world, "A", budget=100_000, currency="EUR")
    few, ours = page(world, plan), page(world, plan, in_house=True)

    monkeypatch.setattr(valued, "FEW", 1)

    assert [only(found).curve for found in (few, ours)] == [
        only(page(world, plan, in_house=in_house)).curve for in_house in (False, True)
    ]
    assert {line.item.name: (line.item.start_at, line.item.percent) for line in only(few).lines}["Phase A"] == (
        datetime(2031, 5, 5, 8),
        32,  # by the durations of all its items
    )


def test_a_house_that_keeps_nothing_sees_what_all_see(world):
    plan = bring_quay(world)

    assert sums(only(page(world, plan, in_house=True)).all) == sums(only(page(world, plan)).all)


def test_the_curve_ends_at_the_figures_and_at_the_budget(world):
    plan = bring_quay(world)

    section = only(page(world, plan))
    now = next(point for point in section.curve if point.at == datetime(2031, 5, 7, 17))
    assert (now.planned, now.earned, now.actual) == (290_000, 210_000, 210_050)
    assert (section.curve[-1].planned, section.curve[-1].earned) == (400_000, None)
    assert (section.period_days, round(section.late.earned, 2)) == (1, 1.75)
    assert (round(section.late.passed, 2), section.late.earned < section.late.passed) == (2.71, True)


def test_items_are_chosen_by_who_earns_pays_and_where_they_lie(world):
    plan = bring_quay(world)
    section = only(page(world, plan))
    orchard = str(world.ids["Orchard"])

    def names(**look):
        return [line.item.name for line in chosen(section, Look(currency="EUR", **look))]

    assert names() == ["Task t1", "Task t2", "Task t3", "Task t4"]
    assert names(earner=orchard) == names(payer=orchard) == ["Task t2", "Task t3", "Task t4"]
    assert names(phase=str(world.ids["A"])) == names()
    assert names(phase=str(world.ids["t1"])) == []
    assert names(missing=True) == ["Task t3"]
    assert chosen(section, Look(currency="USD")) == ()


def test_a_plan_without_costs_has_no_sections(world):
    file = priced_quay()
    plan = bring_quay(world, replace(file, items=tuple(costed(one, None, currency="") for one in file.items)))

    assert page(world, plan).sections == ()


def test_only_who_sees_the_plan_sees_its_value(world):
    plan = bring_quay(world, circle="Harbour only")

    assert page(world, plan).items == 4
    with pytest.raises(NotVisible):
        page(world, plan, "bo@Orchard")


def test_the_queries_do_not_grow_with_the_rows(world):
    one = bring_quay(world, replace(priced_quay(), items=priced_quay().items[:2], links=()), step="small")
    many = bring_quay(world)
    with CaptureQueriesContext(connection) as few:
        page(world, one)
    with CaptureQueriesContext(connection) as more:
        page(world, many)

    assert asked(few) == asked(more) <= 11
    assert only(page(world, many)).all.budget == Decimal(400_000)
