"""The truth table of reading a file again: what the file says then and now, what is kept here."""

import pytest

from consortio.ids import uuid7
from consortio.plans.difference import Kept, Said, Side, difference_between

A, B, C = "a", "b", "c"
ROW = uuid7()

# then, here, now: is it offered, was it edited here, is it ticked beforehand
FIELD = {
    "nobody changed it": (A, A, A, None),
    "the file changed it": (A, A, B, (False, True)),
    "people changed it": (A, B, A, None),
    "both changed it alike": (A, B, B, None),
    "both changed it otherwise": (A, B, C, (True, False)),
    "the file changed it back": (A, A, "default", (False, True)),
    "it was at its default": ("default", "default", B, (False, True)),
}


def values(value):
    return {} if value == "default" else {"name": value}


def side(kept, said):
    return Side("item", kept, said, {"name": "default"})


@pytest.mark.parametrize("name", FIELD)
def test_a_field(name):
    then, here, now, expected = FIELD[name]
    kept = {"7": Kept(ROW, "Item", values(then), values(here))}

    found = difference_between([side(kept, {"7": Said("Item", values(now))})])

    if expected is None:
        assert (found.changes, found.same) == ((), 1)
        return
    edited, ticked = expected
    (change,) = found.changes
    (field,) = change.fields
    assert (change.key, change.state, change.row_id, field.key) == ("item:7", "changed", ROW, "item:7:name")
    assert (field.then, field.here, field.now, field.edited_here) == (then, here, now, edited)
    assert found.keys_ticked == ({"item:7:name"} if ticked else set())
    assert (change.ticked, found.same) == (ticked, 0)


WHOLE = {
    "new in the file": (None, {"name": A}, ("new", False)),
    "gone from the file": (Kept(ROW, "Item", {"name": A}, {"name": A}), None, ("gone", False)),
    "gone from the file, edited here": (Kept(ROW, "Item", {"name": A}, {"name": B}), None, ("gone", True)),
    "withdrawn here, still in the file": (Kept(ROW, "Item", {}, {}, is_withdrawn=True), {}, ("new", True)),
    "withdrawn here, gone from the file": (Kept(ROW, "Item", {}, {}, is_withdrawn=True), None, None),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_item(name):
    kept, now, expected = WHOLE[name]

    found = difference_between([side({"7": kept} if kept else {}, {} if now is None else {"7": Said("Item", now)})])

    if expected is None:
        assert found.changes == ()
        return
    (change,) = found.changes
    assert (change.state, change.edited_here) == expected
    assert found.keys_ticked == (set() if expected[1] else {"item:7"})


def test_of_two_fields_each_has_its_tick():
    kept = {"7": Kept(ROW, "Item", {"name": A, "code": A}, {"name": A, "code": B})}
    said = {"7": Said("Item", {"name": C, "code": C})}

    found = difference_between([Side("item", kept, said)])

    assert found.keys_ticked == {"item:7:name"}
    assert (found.changes[0].ticked, found.edited_here) == (True, 1)
