"""Many lines become items in one step, numbered without gaps, each in its place."""

from datetime import datetime
from uuid import uuid4

import pytest

from consortio.access import NotPermitted, NotVisible, unscoped
from consortio.plans.actions import FieldRefused, NewItem, NewLine, TooDeep, TooMany, add_item, add_items
from consortio.plans.models import Item
from consortio.plans.tree import SIGNS, key_between, keys_between
from consortio.plans.window import Look, tree_window
from consortio.record.reads import told

from .builders import DAY, NOON, bring_in, quay


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def lines(*words):
    """Return a line for each word; a dot before it is a level."""
    return [NewLine(word.lstrip("."), depth=len(word) - len(word.lstrip(".")), duration_minutes=DAY) for word in words]


def add(world, plan, items, who="bo@Orchard", circle="coast", **more):
    with world.step("lines"):
        return add_items(
            actor=world.actor(who), plan_id=plan, circle_id=world.ids[circle], items=items, at=NOON, **more
        )


def tree(world, plan, who="bo@Orchard"):
    rows = tree_window(actor=world.actor(who), plan_id=plan, look=Look(level=9)).rows
    return ["." * row.depth + row.name for row in rows]


def test_lines_become_a_tree_in_its_place_numbered_without_gaps(world, plan):
    made, moves = add(
        world, plan, lines("Wall", ".Piles", "..Drive", "..Cut", ".Cap", "Rail"),
        parent_id=world.ids["A"], after_id=world.ids["t1"],
    )  # fmt: skip

    assert tree(world, plan) == [
        "Phase A", ".Task t1", ".Wall", "..Piles", "...Drive", "...Cut", "..Cap", ".Rail", ".Task t2", ".Task t3",
        ".Opened",
    ]  # fmt: skip
    with unscoped("test"):
        rows = {row.pk: row for row in Item.objects.filter(pk__in=made)}
    assert [rows[pk].number for pk in made] == [6, 7, 8, 9, 10, 11]
    assert [rows[pk].is_summary for pk in made] == [True, True, False, False, False, False]
    assert (moves.joint.finish_at, moves.made) == (datetime(2031, 5, 9, 17), made)
    assert add(world, plan, []) == ((), type(moves)(type(moves.joint)()))


def test_each_line_leaves_an_entry_of_which_the_first_tells_what_moved(world, plan):
    made, _moves = add(world, plan, lines("One", "Two"))

    entries = told(actor=world.actor("bea@Orchard"), subject_ids=made)
    assert [(one.event, one.texts, one.facts["together"], "moved" in one.facts) for one in reversed(entries)] == [
        ("item.added", {"name": "One"}, 2, True), ("item.added", {"name": "Two"}, 2, False)
    ]  # fmt: skip


@pytest.mark.parametrize("words", [[".One"], ["One", "..Two"], ["One", ".Two", "...Three"]])
def test_a_line_is_no_deeper_than_the_one_above_holds(world, plan, words):
    with pytest.raises(FieldRefused, match=f"^{words[-1].strip('.')}: ") as refusal:
        add(world, plan, lines(*words))

    assert refusal.value.field == "depth"


def test_lines_that_cannot_be_are_refused_whole(world, plan):
    with pytest.raises(FieldRefused, match=r"^x+: ") as refusal:
        add(world, plan, lines("One", "x" * 501))
    assert refusal.value.field == "name"
    with pytest.raises(TooMany):
        add(world, plan, lines(*["x"] * 501))
    with pytest.raises(TooDeep):
        add(world, plan, [NewLine("x", depth=depth) for depth in range(66)])

    assert len(tree(world, plan)) == 5
    made, _moves = add(world, plan, [NewLine("x", depth=depth) for depth in range(65)])
    assert len(made) == 65


def test_lines_are_added_by_who_may_where_all_see_the_place(world, plan):
    part = NewItem("Our part", parent_id=world.ids["t1"])
    world.do("part", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=part)
    for who, error in (("abe@Harbour", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            add(world, plan, lines("One"), who)
    for place in ({"parent_id": world.ids["part"]}, {"after_id": uuid4()}, {"parent_id": uuid4()}):
        with pytest.raises(NotVisible):
            add(world, plan, lines("One"), "ada@Harbour", **place)

    add(world, plan, lines("One"), "ada@Harbour", "Harbour only", parent_id=world.ids["part"])
    assert tree(world, plan, "abe@Harbour")[2:4] == ["..Our part", "...One"]
    assert len(tree(world, plan)) == 5


def test_five_hundred_lines_in_the_middle_keep_short_paths(world, plan):
    made, _moves = add(world, plan, lines(*["x"] * 500), parent_id=world.ids["A"], after_id=world.ids["t1"])

    with unscoped("test"):
        rows = list(Item.objects.filter(pk__in=made).order_by("path"))
    assert [row.pk for row in rows] == list(made)
    assert max(len(row.path) for row in rows) < 40


def test_keys_between_two_stay_short_when_one_follows_the_other():
    before, after = keys_between("", "", [uuid4(), uuid4()])
    found = [before]
    for _ in range(3000):
        found.append(key_between(found[-1], after, uuid4()))

    assert found == sorted(found) and found[-1] < after
    assert max(map(len, found)) < 24 and not any(key.endswith(SIGNS[0]) for key in found)
