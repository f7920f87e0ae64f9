"""The milestones that a later file moves, beside those that it leaves where they are."""

from dataclasses import replace
from datetime import date

import pytest

from consortio.access import NotVisible
from consortio.interchange import plan as neutral
from consortio.plans.adding import NewItem, add_item
from consortio.plans.importing import prepare_import
from consortio.plans.shifting import Shift, shifts_of

from .builders import DAY, bring_in, quay, task


def shifts(world, plan, file, who="ada@Harbour"):
    prepared = prepare_import(plan=file, circle_id=world.ids["coast"])
    return shifts_of(actor=world.actor(who), plan_id=plan, prepared=prepared)


def stone(pk, name, **more):
    return neutral.Item(pk, name, kind="milestone", milestone="finish", parent="A", duration_minutes=0, **more)


def with_items(*items, **values):
    """Return the quay with some items added, and values of its first task changed."""
    own = tuple(replace(item, **values) if item.id == "t1" else item for item in quay().items)
    return replace(quay(), items=(*own, *items))


def test_the_same_file_moves_nothing(world):
    plan = bring_in(world, quay())
    assert shifts(world, plan, quay()) == ()
    assert shifts(world, plan, with_items(task("t4", 1), name="Renamed")) == ()


def test_a_milestone_moves_with_what_comes_before_it(world):
    plan = bring_in(world, quay())
    assert shifts(world, plan, with_items(duration_minutes=4 * DAY)) == (
        Shift("Opened", date(2031, 5, 9), date(2031, 5, 13)),
    )


def test_new_ones_and_those_left_out_are_told_the_earliest_first(world):
    plan = bring_in(world, with_items(stone("n", "Signed")))
    ours = {"item": NewItem("Ours alone", kind="milestone")}
    world.do("ours", add_item, "bo@Orchard", plan_id=plan, circle_id=world.ids["coast"], **ours)

    found = shifts(world, plan, with_items(stone("k", "Kick-off"), duration_minutes=3 * DAY))

    assert found == (
        Shift("Kick-off", None, date(2031, 5, 5)),
        Shift("Signed", date(2031, 5, 5), None),
        Shift("Opened", date(2031, 5, 9), date(2031, 5, 12)),
    )


def test_a_plan_that_one_does_not_see_is_none(world):
    plan = bring_in(world, quay(), circle="Harbour only")
    with pytest.raises(NotVisible):
        shifts(world, plan, quay(), "bo@Orchard")
    assert shifts(world, plan, quay()) == ()
