"""Items are put elsewhere in the tree, with all below them, seen or not."""

from uuid import uuid4

import pytest

from consortio import access
from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import (
    BelowItself,
    LinkedToItself,
    NewItem,
    NewLine,
    NoPlaceThere,
    TooDeep,
    add_item,
    add_items,
    add_link,
    indent_item,
    move_item,
    outdent_item,
    withdraw_item,
)
from consortio.plans.models import Item
from consortio.plans.reads import item_page
from consortio.plans.window import Look, tree_window

from .builders import DAY, NOON, bring_in, quay


@pytest.fixture
def plan(world):
    """Phase A with t1, t2, t3, Opened; phase B with b1 and below it b2; alone."""
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    lines = [
        NewLine("B", "phase"),
        NewLine("b1", depth=1, duration_minutes=DAY),
        NewLine("b2", depth=2),
        NewLine("alone"),
    ]
    with world.step("more"):
        made, _moves = add_items(
            actor=world.actor("bo@Orchard"), plan_id=pk, circle_id=world.ids["coast"], items=lines, at=NOON
        )
    world.ids |= dict(zip(("B", "b1", "b2", "alone"), made, strict=True))
    return pk


def version(world, name):
    with unscoped("test"):
        return Item.objects.get(pk=world.ids[name]).version


def put(world, name, into=None, after=None, who="bo@Orchard", **more):
    more.setdefault("version", version(world, name))
    place = {"parent_id": into and world.ids[into], "after_id": after and world.ids[after]}
    return move_item(actor=world.actor(who), item_id=world.ids[name], at=NOON, **place, **more)


def tree(world, plan, who="bo@Orchard"):
    rows = tree_window(actor=world.actor(who), plan_id=plan, look=Look(level=9)).rows
    return " ".join("." * row.depth + row.name.removeprefix("Task ").removeprefix("Phase ") for row in rows)


BEGINNING = "A .t1 .t2 .t3 .Opened B .b1 ..b2 alone"


@pytest.mark.parametrize(
    ("name", "place", "expected"),
    [
        ("t3", {"into": "A", "after": "t1"}, "A .t1 .t3 .t2 .Opened B .b1 ..b2 alone"),
        ("t3", {"into": "A", "is_first": True}, "A .t3 .t1 .t2 .Opened B .b1 ..b2 alone"),
        ("t1", {"into": "A"}, "A .t2 .t3 .Opened .t1 B .b1 ..b2 alone"),
        ("b1", {"into": "A", "after": "t1"}, "A .t1 .b1 ..b2 .t2 .t3 .Opened B alone"),
        ("B", {"into": "alone"}, "A .t1 .t2 .t3 .Opened alone .B ..b1 ...b2"),
        ("B", {"is_first": True}, "B .b1 ..b2 A .t1 .t2 .t3 .Opened alone"),
        ("b2", {"after": "A"}, "A .t1 .t2 .t3 .Opened b2 B .b1 alone"),
    ],
)
def test_an_item_is_put_where_it_is_told_with_all_below_it(world, plan, name, place, expected):
    assert tree(world, plan) == BEGINNING
    put(world, name, **place)

    assert tree(world, plan) == expected
    with unscoped("test"):
        rows = {row.pk: row for row in Item.objects.filter(plan=plan)}
        assert all(row.depth == (rows[row.parent_id].depth + 1 if row.parent_id else 0) for row in rows.values())
        assert all(row.path.startswith(rows[row.parent_id].path) for row in rows.values() if row.parent_id)
        holding = {row.parent_id for row in rows.values()} - {None}
        assert {pk for pk, row in rows.items() if row.is_summary} == holding


def test_what_moved_is_told_with_where_it_stood(world, plan):
    moves = put(world, "b1", "A", "t1")

    (entry, *_rest) = item_page(actor=world.actor("bea@Orchard"), item_id=world.ids["b1"]).history
    assert (entry.event, [(one.field, one.before, one.after) for one in entry.edits], entry.facts["after"]) == (
        "item.moved", [("parent_id", str(world.ids["B"]), str(world.ids["A"]))], str(world.ids["t1"])
    )  # fmt: skip
    assert entry.names[str(world.ids["B"])] == "B"
    assert (version(world, "b1"), version(world, "b2"), moves.undo.action) == (2, 1, "move_item")


def test_what_stands_there_already_is_no_move(world, plan):
    for name, place in (
        ("t2", {"into": "A", "after": "t1"}), ("t1", {"into": "A", "is_first": True}), ("alone", {}),
    ):  # fmt: skip
        put(world, name, **place)
        assert version(world, name) == 1


def test_private_children_move_along_unseen(world, plan):
    for name, parent in (("ours", "b1"), ("below ours", "ours")):
        item = NewItem(name, parent_id=world.ids[parent], duration_minutes=DAY)
        world.do(name, add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=item)

    put(world, "b1", "A", "t1")

    assert tree(world, plan) == "A .t1 .b1 ..b2 .t2 .t3 .Opened B alone"
    assert tree(world, plan, "abe@Harbour") == "A .t1 .b1 ..b2 ..ours ...below ours .t2 .t3 .Opened B alone"
    assert (version(world, "ours"), version(world, "below ours")) == (1, 1)


def test_nothing_is_put_into_itself_nor_too_deep(world, plan):
    for into in ("B", "b1", "b2"):
        with pytest.raises(BelowItself):
            put(world, "B", into)
    with world.step("deep"):
        made, _moves = add_items(actor=world.actor("bo@Orchard"), plan_id=plan, circle_id=world.ids["coast"], at=NOON,
                                 items=[NewLine("x", depth=depth) for depth in range(63)])  # fmt: skip
    world.ids["deepest"] = made[-1]
    with pytest.raises(TooDeep):
        put(world, "B", "deepest")

    put(world, "alone", "deepest")


def test_what_is_too_deep_in_private_moves_all_the_same(world, plan):
    with world.step("deep"):
        add_items(actor=world.actor("ada@Harbour"), plan_id=plan, circle_id=world.ids["Harbour only"], at=NOON,
                  parent_id=world.ids["b2"], items=[NewLine("x", depth=depth) for depth in range(62)])  # fmt: skip

    put(world, "B", "alone")

    assert tree(world, plan).endswith("alone .B ..b1 ...b2")


def test_what_is_linked_does_not_hold_the_other(world, plan):
    tie = {"circle_id": world.ids["coast"], "predecessor_id": world.ids["b2"], "successor_id": world.ids["alone"]}
    world.do("tie", add_link, "bo@Orchard", **tie)
    with pytest.raises(LinkedToItself, match="“b2” and “alone” are linked"):
        put(world, "B", "alone")
    with pytest.raises(LinkedToItself):
        put(world, "alone", "b2")

    put(world, "alone", "B")
    assert tree(world, plan).endswith("B .b1 ..b2 .alone")


def test_a_link_in_private_is_no_reason_for_others(world, plan):
    tie = {
        "circle_id": world.ids["Harbour only"],
        "predecessor_id": world.ids["b2"],
        "successor_id": world.ids["alone"],
    }
    world.do("tie", add_link, "ada@Harbour", **tie)

    moves = put(world, "B", "alone")

    assert (tree(world, plan).endswith("alone .B ..b1 ...b2"), moves.house) == (True, None)
    assert tree_window(actor=world.actor("ada@Harbour"), plan_id=plan).head.refusal == ""


def test_only_who_may_moves_only_where_all_see_it(world, plan):
    part = NewItem("ours", parent_id=world.ids["t1"])
    world.do("ours", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=part)
    other = bring_in(world, quay(), step="other")
    with unscoped("test"):
        world.ids["elsewhere"] = Item.objects.get(plan=other, external_id="A").pk
    world.ids["nothing"] = uuid4()
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t3"], version=1, at=NOON)

    for who, error in (("abe@Harbour", NotPermitted), ("bea@Orchard", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            put(world, "alone", "A", who=who)
    for into in ("ours", "elsewhere", "nothing", "t3"):
        with pytest.raises(NotVisible):
            put(world, "alone", into, who="ada@Harbour")
    with pytest.raises(NotVisible):
        put(world, "alone", "A", "b1")
    with pytest.raises(NotVisible):
        put(world, "t3", "B")
    with pytest.raises(Stale):
        put(world, "alone", "A", version=2)

    put(world, "ours", "B", who="ada@Harbour")
    assert tree(world, plan, "abe@Harbour").endswith("B .b1 ..b2 .ours alone")


def test_deeper_and_less_deep(world, plan):
    bo = world.actor("bo@Orchard")

    def act(function, name):
        function(actor=bo, item_id=world.ids[name], version=version(world, name), at=NOON)

    act(indent_item, "alone")
    assert tree(world, plan).endswith("B .b1 ..b2 .alone")
    act(outdent_item, "alone")
    assert tree(world, plan) == BEGINNING
    act(outdent_item, "b2")
    assert tree(world, plan).endswith("B .b1 .b2 alone")
    for function, name in ((indent_item, "A"), (indent_item, "t1"), (outdent_item, "A")):
        with pytest.raises(NoPlaceThere):
            act(function, name)


def test_an_item_of_ours_goes_deeper_below_what_we_see(world, plan):
    for name in ("first", "second"):
        item = NewItem(name, parent_id=world.ids["t1"])
        world.do(name, add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=item)
    indent_item(actor=world.actor("ada@Harbour"), item_id=world.ids["second"], version=1, at=NOON)

    assert tree(world, plan, "ada@Harbour").startswith("A .t1 ..first ...second .t2")
    with access.reading(bo := world.actor("bo@Orchard")):
        assert not access.visible(bo, Item).filter(pk=world.ids["second"]).exists()
