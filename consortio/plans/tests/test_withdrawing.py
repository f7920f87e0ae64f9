"""Items leave the plan with all below them and come back so; links come back where they can."""

import pytest

from consortio import access
from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import (
    HolderMissing,
    NewItem,
    add_item,
    add_link,
    move_item,
    restore_item,
    set_progress,
    withdraw_item,
    withdraw_items,
    withdraw_link,
)
from consortio.plans.models import Item, Link, Schedule
from consortio.plans.reads import item_page
from consortio.plans.reporting import Progress
from consortio.plans.window import Look, tree_window
from consortio.record.models import Entry
from consortio.record.reads import told

from .builders import DAY, NOON, bring_in, quay


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
        world.ids |= {f"{row.predecessor.external_id}-{row.successor.external_id}": row.pk
                      for row in Link.objects.filter(plan=pk).select_related("predecessor", "successor")}  # fmt: skip
    return pk


def own(world, plan, name, parent, circle="Harbour only", who="ada@Harbour", days=1):
    item = NewItem(name, parent_id=world.ids[parent], duration_minutes=days * DAY)
    world.do(name, add_item, who, plan_id=plan, circle_id=world.ids[circle], item=item)


def version(world, name, model=Item):
    with unscoped("test"):
        return model.objects.get(pk=world.ids[name]).version


def act(world, function, name, who="bo@Orchard", **more):
    more.setdefault("version", version(world, name))
    return function(actor=world.actor(who), item_id=world.ids[name], at=NOON, **more)


def there(world, plan, who="ada@Harbour"):
    rows = tree_window(actor=world.actor(who), plan_id=plan, look=Look(level=9)).rows
    return [row.name.removeprefix("Task ") for row in rows]


def links(world, plan):
    with unscoped("test"):
        rows = Link.objects.filter(plan=plan, withdrawn_at=None).select_related("predecessor", "successor")
        return sorted(f"{row.predecessor.name}-{row.successor.name}".replace("Task ", "") for row in rows)


def facts(world, name, who="bea@Orchard"):
    (entry, *_rest) = told(actor=world.actor(who), subject_ids=[world.ids[name]])
    counted = {key: entry.facts[key] for key in ("items", "links", "links_away") if key in entry.facts}
    return entry.event, counted


def test_a_parent_leaves_with_what_it_holds_and_comes_back_with_it(world, plan):
    own(world, plan, "part", "t1", "coast")
    before = (there(world, plan), links(world, plan))

    act(world, withdraw_item, "A")
    assert (there(world, plan), links(world, plan)) == ([], [])
    assert facts(world, "A") == ("item.withdrawn", {"items": 5, "links": 3})
    with pytest.raises(NotVisible):
        item_page(actor=world.actor("ada@Harbour"), item_id=world.ids["part"])

    moves = act(world, restore_item, "A")
    assert (there(world, plan), links(world, plan)) == before
    assert facts(world, "A") == ("item.restored", {"items": 5, "links": 3, "links_away": 0})
    assert (moves.joint.items, moves.undo.action) == (0, "withdraw_item")
    assert all(row.is_computed for row in tree_window(actor=world.actor("bo@Orchard"), plan_id=plan).rows)


def test_what_left_before_stays_away(world, plan):
    act(world, withdraw_item, "t3")
    act(world, withdraw_item, "A")
    act(world, restore_item, "A")

    assert there(world, plan) == ["Phase A", "t1", "t2", "Opened"]
    assert links(world, plan) == ["t1-t2", "t2-Opened"]
    act(world, restore_item, "t3")
    assert there(world, plan) == ["Phase A", "t1", "t2", "t3", "Opened"]
    assert links(world, plan) == ["t1-t2", "t2-Opened", "t3-Opened"]


def test_what_is_held_comes_back_after_what_holds_it(world, plan):
    act(world, withdraw_item, "t3")
    act(world, withdraw_item, "A")

    with pytest.raises(HolderMissing, match="“Phase A”, which holds “Task t3”"):
        act(world, restore_item, "t3")
    act(world, restore_item, "A")
    act(world, restore_item, "t3")


def test_doing_it_twice_changes_nothing(world, plan):
    act(world, withdraw_item, "t3")
    assert act(world, withdraw_item, "t3").undo is None
    act(world, restore_item, "t3")
    assert act(world, restore_item, "t3").undo is None
    assert version(world, "t3") == 3


def test_links_come_back_where_both_ends_are_there_and_no_ring_results(world, plan):
    act(world, withdraw_item, "t2")  # with t1-t2 and t2-Opened
    tie = {"circle_id": world.ids["coast"], "predecessor_id": world.ids["m"], "successor_id": world.ids["t1"]}
    world.do("m-t1", add_link, "bo@Orchard", **tie)

    act(world, restore_item, "t2")

    assert {"Opened-t1", "t3-Opened"} < set(links(world, plan))
    assert len({"t1-t2", "t2-Opened"} & set(links(world, plan))) == 1
    assert facts(world, "t2") == ("item.restored", {"items": 0, "links": 1, "links_away": 1})
    assert all(row.is_computed for row in tree_window(actor=world.actor("bo@Orchard"), plan_id=plan).rows)


def test_a_link_whose_other_end_is_away_stays_away(world, plan):
    act(world, withdraw_item, "t1")
    act(world, withdraw_item, "t2")
    act(world, restore_item, "t1")

    assert links(world, plan) == ["t3-Opened"]
    act(world, restore_item, "t2")
    assert links(world, plan) == ["t2-Opened", "t3-Opened"]  # t1-t2 went with t1, when t2 was there


def test_a_link_to_what_holds_the_item_now_stays_away(world, plan):
    act(world, withdraw_item, "t1")
    tops = {"version": version(world, "t2"), "parent_id": world.ids["t3"]}
    move_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t2"], at=NOON, **tops)
    act(world, restore_item, "t1")

    assert "t1-t2" in links(world, plan)
    act(world, withdraw_item, "t2")
    tops = {"version": version(world, "t1"), "parent_id": world.ids["t3"]}
    move_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t1"], at=NOON, **tops)
    act(world, restore_item, "t2")
    assert links(world, plan) == ["t1-t2", "t2-Opened", "t3-Opened"]


def test_what_lies_below_in_private_leaves_and_returns_untold(world, plan):
    own(world, plan, "ours", "t3", days=9)
    own(world, plan, "below ours", "ours")
    own(world, plan, "theirs", "t3", "Orchard only", "bo@Orchard")
    tie = {"circle_id": world.ids["Harbour only"], "predecessor_id": world.ids["ours"], "successor_id": world.ids["t2"]}
    world.do("tie", add_link, "ada@Harbour", **tie)
    everything = there(world, plan)

    moves = act(world, withdraw_item, "t3", who="cy@Island")

    assert there(world, plan) == ["Phase A", "t1", "t2", "Opened"]
    assert facts(world, "t3") == ("item.withdrawn", {"items": 0, "links": 1})
    assert (facts(world, "ours", "abe@Harbour")[0], moves.house) == ("item.withdrawn", None)
    assert told(actor=world.actor("abe@Harbour"), subject_ids=[world.ids["below ours"]])[0].event == "item.added"
    assert told(actor=world.actor("cy@Island"), subject_ids=[world.ids["ours"]]) == ()
    with unscoped("test"):
        bodies = [row.body for row in Entry.objects.filter(circle=world.ids["coast"])]
        assert {row.circle_id for row in Entry.objects.filter(subject_id=world.ids["ours"])} == {
            world.ids["Harbour only"]
        }
    assert not any(str(world.ids["ours"]) in body for body in bodies)

    act(world, restore_item, "t3", who="cy@Island")

    assert there(world, plan) == everything
    assert facts(world, "ours", "abe@Harbour")[0] == "item.restored"
    assert there(world, plan, "cy@Island") == ["Phase A", "t1", "t2", "t3", "Opened"]
    with unscoped("test"):
        assert Link.objects.get(pk=world.ids["tie"]).version == 1
        assert Schedule.objects.filter(plan=plan, circle=world.ids["Harbour only"]).exists()


def test_what_we_withdrew_in_private_before_stays_away(world, plan):
    own(world, plan, "ours", "t3")
    act(world, withdraw_item, "ours", "ada@Harbour")
    act(world, withdraw_item, "t3")
    act(world, restore_item, "t3")

    assert there(world, plan) == ["Phase A", "t1", "t2", "t3", "Opened"]


def test_several_leave_in_one_step(world, plan):
    rows = [{"item_id": str(world.ids[name]), "version": 1} for name in ("t1", "t3")]
    bo = world.actor("bo@Orchard")
    with pytest.raises(Stale):
        withdraw_items(actor=bo, plan_id=plan, items=[rows[0], rows[1] | {"version": 2}], at=NOON)
    with pytest.raises(NotPermitted):
        withdraw_items(actor=world.actor("abe@Harbour"), plan_id=plan, items=rows, at=NOON)
    assert "t1" in there(world, plan)

    withdraw_items(actor=bo, plan_id=plan, items=rows, at=NOON)

    assert there(world, plan) == ["Phase A", "t2", "Opened"]
    with access.reading(bo):
        assert access.visible(bo, Item).get(pk=world.ids["t1"]).withdrawn_with_id == world.ids["t1"]


@pytest.mark.parametrize("function", [withdraw_item, restore_item])
def test_only_who_may_plan_takes_out_and_brings_back(world, plan, function):
    if function is restore_item:
        act(world, withdraw_item, "t3")
    for who, error in (("abe@Harbour", NotPermitted), ("bea@Orchard", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            act(world, function, "t3", who)
    with pytest.raises(Stale):
        act(world, function, "t3", version=9)

    act(world, function, "t3")


def test_what_is_away_is_not_reported_on(world, plan):
    act(world, withdraw_item, "t3")
    with pytest.raises(NotVisible):
        act(world, set_progress, "t3", progress=Progress(10))
    act(world, restore_item, "t3")
    act(world, set_progress, "t3", progress=Progress(10))


def test_a_link_taken_out_by_itself_does_not_come_back_with_its_item(world, plan):
    withdraw_link(actor=world.actor("bo@Orchard"), link_id=world.ids["t1-t2"], version=1, at=NOON)
    act(world, withdraw_item, "t2")
    act(world, restore_item, "t2")

    assert links(world, plan) == ["t2-Opened", "t3-Opened"]
