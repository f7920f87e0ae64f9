"""Links are changed and come back where there is room for them."""

from datetime import datetime

import pytest

from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import (
    EndMissing,
    FieldRefused,
    LinkedAlready,
    add_link,
    edit_link,
    restore_link,
    withdraw_item,
    withdraw_link,
)
from consortio.plans.models import Item, Link
from consortio.plans.rescheduling import CannotSchedule
from consortio.record.reads import told

from .builders import DAY, NOON, bring_in, quay


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
        world.ids["link"] = Link.objects.get(plan=pk, predecessor__external_id="t1").pk
    return pk


def edit(world, type="SS", lag_minutes=DAY, lag_kind="working", who="bo@Orchard", version=1, link="link"):
    said = {"type": type, "lag_minutes": lag_minutes, "lag_kind": lag_kind, "version": version, "at": NOON}
    return edit_link(actor=world.actor(who), link_id=world.ids[link], **said)


def act(world, function, version, who="bo@Orchard"):
    return function(actor=world.actor(who), link_id=world.ids["link"], version=version, at=NOON)


def test_a_link_is_changed_and_the_change_is_told(world, plan):
    moves = edit(world)

    assert (moves.joint.items, moves.joint.finish_at) == (2, datetime(2031, 5, 8, 17))
    (entry, *_rest) = told(actor=world.actor("bea@Orchard"), subject_ids=[world.ids["link"]])
    assert (entry.event, [(one.field, one.before, one.after) for one in entry.edits]) == (
        "link.edited", [("lag", "0 working", "480 working"), ("type", "FS", "SS")]
    )  # fmt: skip
    assert edit(world, version=2).undo is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"type": "XX"}, "type"), ({"lag_kind": "soon"}, "lag_kind"), ({"lag_minutes": "2"}, "lag_minutes"),
        ({"lag_minutes": 10**9}, "lag_minutes"), ({"lag_kind": "percent", "lag_minutes": 10_001}, "lag_minutes"),
    ],
)  # fmt: skip
def test_what_no_link_can_be_is_refused_by_its_field(world, plan, said, field):
    with pytest.raises(FieldRefused) as refusal:
        edit(world, **said)

    assert refusal.value.field == field
    edit(world, lag_kind="percent", lag_minutes=-10_000)


def test_two_items_are_linked_once_in_each_way(world, plan):
    ends = {"predecessor_id": world.ids["t1"], "successor_id": world.ids["t2"]}
    world.do("second", add_link, "bo@Orchard", circle_id=world.ids["coast"], type="SS", **ends)
    with pytest.raises(LinkedAlready, match="“Task t2” waits for “Task t1” in that way already"):
        edit(world)

    edit(world, type="FF")


def test_a_link_comes_back_where_there_is_room_for_it(world, plan):
    act(world, withdraw_link, 1)
    with pytest.raises(NotVisible):
        edit(world, version=2)
    ends = {"circle_id": world.ids["coast"], "predecessor_id": world.ids["t1"], "successor_id": world.ids["t2"]}
    world.do("again", add_link, "bo@Orchard", **ends)
    with pytest.raises(LinkedAlready):
        act(world, restore_link, 2)
    withdraw_link(actor=world.actor("bo@Orchard"), link_id=world.ids["again"], version=1, at=NOON)
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t3"], version=1, at=NOON)

    moves = act(world, restore_link, 2)

    assert (moves.joint.items, moves.joint.finish_at) == (2, datetime(2031, 5, 9, 17))
    assert act(world, restore_link, 3).undo is None
    act(world, withdraw_link, 3)
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t1"], version=1, at=NOON)
    with pytest.raises(EndMissing):
        act(world, restore_link, 4)


def test_a_link_that_would_close_a_ring_stays_away(world, plan):
    act(world, withdraw_link, 1)
    back = {"circle_id": world.ids["coast"], "predecessor_id": world.ids["t2"], "successor_id": world.ids["t1"]}
    world.do("back", add_link, "bo@Orchard", **back)

    with pytest.raises(CannotSchedule):
        act(world, restore_link, 2)
    withdraw_link(actor=world.actor("bo@Orchard"), link_id=world.ids["back"], version=1, at=NOON)
    act(world, restore_link, 2)


@pytest.mark.parametrize("function", [edit_link, restore_link])
def test_only_who_may_plan_changes_links(world, plan, function):
    version = 1
    if function is restore_link:
        act(world, withdraw_link, 1)
        version = 2

    def do(who, version):
        return edit(world, who=who, version=version) if function is edit_link else act(world, function, version, who)

    for who, error in (("abe@Harbour", NotPermitted), ("bea@Orchard", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            do(who, version)
    with pytest.raises(Stale):
        do("bo@Orchard", 9)

    do("bo@Orchard", version)
