"""Two baselines compared, or one and today: what slipped, what is new, what is gone; nothing of narrower circles."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import NotVisible, unscoped
from consortio.interchange import plan as neutral
from consortio.plans.actions import NewItem, add_item, edit_item
from consortio.plans.comparing import compare_baselines
from consortio.plans.models import BaselineItem, Item
from tests.agreed import baseline_of_all
from tests.world import NOON

from .builders import DAY, START, asked, bring_in, quay

QUERIES_MAX = 8


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def longer(world, name: str, days: int, version: int = 1):
    own = {"item_id": world.ids[name], "version": version, "values": {"duration_minutes": days * DAY}}
    return edit_item(actor=world.actor("ada@Harbour"), at=NOON, **own)


def compared(world, plan, who="bo@Orchard", **more):
    return compare_baselines(actor=world.actor(who), plan_id=plan, **more)


def test_without_a_baseline_there_is_nothing_to_compare(world, plan):
    page = compared(world, plan)

    assert (page.first, page.rows, page.total) == (None, (), 0)


def test_what_became_longer_ends_later_and_so_does_what_waits_for_it(world, plan):
    first = world.do("first", baseline_of_all, "ada@Harbour", plan_id=plan, name="First")
    longer(world, "t2", 5)

    page = compared(world, plan)

    assert (page.first.id, page.second, page.before) == (first, None, 0)
    slips = {row.item.name: row.slip_days for row in page.rows}
    assert slips == {"Phase A": 4, "Task t2": 4, "Opened": 4}  # a weekend lies between
    assert (page.later, page.sooner, page.added, page.gone, page.same) == (2, 0, 0, 0, 2)
    assert [(row.first_minutes, row.second_minutes) for row in page.rows if row.item.name == "Task t2"] == [
        (1440, 2400)
    ]


def test_the_work_of_what_holds_others_is_missing_and_no_difference(world):
    kept = [neutral.BaselineItem("A", START, START, 0), neutral.BaselineItem("t1", START, START, DAY)]
    plan = bring_in(world, replace(quay(), baselines=(neutral.Baseline(0, tuple(kept), "Kept"),)))
    taken = world.do("taken", baseline_of_all, "ada@Harbour", plan_id=plan, name="Taken")
    first = compared(world, plan, first_id=taken).baselines[-1].id

    rows = compared(world, plan, first_id=first, second_id=taken).rows

    with unscoped("test"):
        works = dict(BaselineItem.objects.filter(baseline=taken).values_list("item__name", "duration_minutes"))
    assert works == {"Phase A": None, "Task t1": 2 * DAY, "Task t2": 3 * DAY, "Task t3": DAY, "Opened": 0}
    assert compared(world, plan, first_id=taken).total == 0
    assert {(row.first_minutes, row.second_minutes) for row in rows if row.item.name == "Phase A"} == {(None, None)}


def test_two_baselines_are_compared_in_the_order_that_is_asked_for(world, plan):
    first = world.do("first", baseline_of_all, "ada@Harbour", plan_id=plan, name="First")
    longer(world, "t2", 1)
    second = world.do("second", baseline_of_all, "ada@Harbour", plan_id=plan, name="Second")

    there = compared(world, plan, first_id=first, second_id=second)
    back = compared(world, plan, first_id=second, second_id=first)

    assert (there.sooner, there.later, back.sooner, back.later) == (2, 0, 0, 2)
    assert compared(world, plan, first_id=second).total == 0


def test_items_that_came_later_are_new(world, plan):
    world.do("first", baseline_of_all, "ada@Harbour", plan_id=plan, name="First")
    new = NewItem("Railing", parent_id=world.ids["A"], duration_minutes=DAY)
    world.do("railing", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["coast"], item=new)

    page = compared(world, plan)

    assert [(row.item.name, row.first_finish_at, row.slip_days) for row in page.rows] == [("Railing", None, None)]
    assert (page.added, page.gone) == (1, 0)


def test_private_items_are_compared_nowhere_even_for_who_sees_them(world, plan):
    world.do("first", baseline_of_all, "ada@Harbour", plan_id=plan, name="First")
    new = NewItem("Our own", parent_id=world.ids["A"], duration_minutes=90 * DAY)
    made = world.do("own", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=new)

    assert compared(world, plan, "ada@Harbour").total == compared(world, plan).total == 0
    with unscoped("test"):
        assert Item.objects.filter(pk=made).exists()  # there was something to be seen


def test_baselines_of_nothing_and_plans_of_others_look_alike(world, plan):
    for who, asked_for in (("ada@Harbour", {"first_id": uuid4()}), ("nobody@Nowhere", {})):
        with pytest.raises(NotVisible):
            compared(world, plan, who, **asked_for)


def test_the_queries_do_not_grow_with_what_differs(world, plan):
    world.do("first", baseline_of_all, "ada@Harbour", plan_id=plan, name="First")
    longer(world, "t3", 2)
    with CaptureQueriesContext(
        connection,
    ) as one:
        compared(world, plan)
    longer(world, "t1", 9)
    with CaptureQueriesContext(connection) as more:
        assert compared(world, plan).total > 2

    assert asked(one) == asked(more) <= QUERIES_MAX
