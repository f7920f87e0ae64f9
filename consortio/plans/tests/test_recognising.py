"""A plan's own file, read again: what was made here is known by its GUID."""

from dataclasses import replace

import pytest

from consortio import access
from consortio.access import unscoped
from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.write_mspdi import write_mspdi
from consortio.plans.actions import NewItem, add_item, add_link, create_plan, withdraw_item
from consortio.plans.editing import edit_item
from consortio.plans.exporting import export_plan
from consortio.plans.importing import prepare_import
from consortio.plans.models import Calendar, Item, Link
from consortio.plans.reimporting import difference_of
from consortio.plans.shifting import shifts_of

from .builders import DAY, NOON, START, bring_in, file_of, phase, task
from .test_reimporting import again, difference, item, prepared, tree


@pytest.fixture
def plan(world):
    """A plan of a file, with a phase, a task in it, a milestone and a link that were made here."""
    pk = bring_in(world, file_of(phase("1"), task("2", 2, "1"), task("3", 3, "1")))
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    common = {"plan_id": pk, "circle_id": world.ids["coast"]}
    ours = world.do("ours", add_item, "ada@Harbour", item=NewItem("Ours", kind="phase"), **common)
    task_of = NewItem("Weld", parent_id=ours, duration_minutes=DAY)
    world.ids |= {"ours": ours, "weld": world.do("weld", add_item, "ada@Harbour", item=task_of, **common)}
    done = NewItem("Done", kind="milestone", parent_id=ours)
    world.ids["done"] = world.do("done", add_item, "ada@Harbour", item=done, **common)
    for name, (first, second) in {"a": ("3", "weld"), "b": ("weld", "done")}.items():
        ends = {"predecessor_id": world.ids[first], "successor_id": world.ids[second], "type": "FS"}
        world.do(name, add_link, "ada@Harbour", circle_id=world.ids["coast"], lag_minutes=0, **ends)
    return pk


def own_file(world, plan) -> bytes:
    return write_mspdi(export_plan(actor=world.actor("ada@Harbour"), plan_id=plan))


def read(content: bytes):
    return read_mspdi(content, "quay.xml")


def test_a_plans_own_export_changes_nothing(world, plan):
    content = own_file(world, plan)
    assert str(world.ids["weld"]).upper().encode() in content

    found = difference(world, plan, read(content))

    assert (found.changes, found.same) == ((), 6)
    ada = {"actor": world.actor("ada@Harbour"), "plan_id": plan}
    assert shifts_of(**ada, prepared=prepared(world, read(content))) == ()


def test_another_program_may_number_anew_what_was_made_here(world, plan):
    content = own_file(world, plan)
    (uid,) = {one.id for one in read(content).items if one.name == "Weld"}
    for name in ("UID", "TaskUID", "PredecessorUID"):
        content = content.replace(f"<{name}>{uid}</{name}>".encode(), f"<{name}>77</{name}>".encode())

    assert difference(world, plan, read(content)).changes == ()


def test_a_change_of_what_was_made_here_is_offered_and_applied(world, plan):
    file = read(own_file(world, plan).replace(b"<Name>Weld</Name>", b"<Name>Weld twice</Name>"))
    key = f"item:{world.ids['weld']}"

    (change,) = difference(world, plan, file).changes
    assert (change.key, change.state, change.ticked) == (key, "changed", False)
    again(world, plan, file, {f"{key}:name"}, version=access.ANY)

    with unscoped("test"):
        assert Item.objects.get(pk=world.ids["weld"]).name == "Weld twice"
        assert Link.objects.filter(withdrawn_at=None).count() == 2
    assert difference(world, plan, file).changes == ()


def test_a_new_item_with_the_number_of_a_known_one_stays_a_new_one(world, plan):
    """Another program moved a row of ours to another number and gave its old one to a new row."""
    content = own_file(world, plan)
    new = "<Task><UID>2</UID><Name>New</Name><OutlineLevel>1</OutlineLevel></Task></Tasks>"
    for name in ("UID", "TaskUID", "PredecessorUID"):
        content = content.replace(f"<{name}>2</{name}>".encode(), f"<{name}>88</{name}>".encode())
    file = read(content.replace(b"</Tasks>", new.encode()))

    (change,) = difference(world, plan, file).changes
    assert (change.key, change.state, change.name) == ("item:new-2", "new", "New")
    again(world, plan, file, version=access.ANY)

    assert item(world, "new-2").name == "New" and item(world, "2").pk == world.ids["2"]
    assert difference(world, plan, file).changes == ()


def test_what_was_withdrawn_since_is_new_when_it_comes_back(world, plan):
    file = read(own_file(world, plan))
    withdraw_item(actor=world.actor("ada@Harbour"), item_id=world.ids["done"], version=access.ANY, at=NOON)

    states = {(one.what, one.state, one.name) for one in difference(world, plan, file).changes}

    assert ("item", "new", "Done") in states and "Done" not in tree(world)


def test_an_item_of_another_plan_is_no_item_of_this_one(world, plan):
    file = read(own_file(world, plan))
    other = bring_in(world, file_of(phase("9")), step="other")

    assert {one.state for one in difference(world, other, file).changes if one.what == "item"} == {"new", "gone"}


def test_the_export_of_a_plan_that_was_made_here_changes_nothing(world):
    begin = {"circle_id": world.ids["coast"], "name": "Made here", "start_at": START, "zone": "UTC"}
    pk = world.do("made", create_plan, "ada@Harbour", **begin)
    with unscoped("test"):
        (calendar,) = Calendar.objects.filter(plan=pk)
    weld = NewItem("Weld", duration_minutes=DAY)
    world.ids["weld"] = world.do("weld", add_item, "ada@Harbour", plan_id=pk, circle_id=world.ids["coast"], item=weld)
    own = {"item_id": world.ids["weld"], "version": access.ANY, "values": {"calendar_id": calendar.pk}}
    edit_item(actor=world.actor("ada@Harbour"), at=NOON, **own)

    found = difference(world, pk, read(own_file(world, pk)))

    assert (found.changes, found.same) == ((), 1)


@pytest.fixture
def house_file(world, plan):
    """What Harbour takes of its plan: in it a task below Weld, and a phase with a task, that only Harbour sees."""
    common = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    inner = NewItem("Secret weld", parent_id=world.ids["weld"], duration_minutes=3 * DAY)
    world.ids["inner"] = world.do("inner", add_item, "ada@Harbour", item=inner, **common)
    top = world.do("top", add_item, "ada@Harbour", item=NewItem("Secret phase", kind="phase"), **common)
    deep = NewItem("Secret task", parent_id=top, duration_minutes=DAY)
    world.ids |= {"top": top, "deep": world.do("deep", add_item, "ada@Harbour", item=deep, **common)}
    ends = {"predecessor_id": world.ids["deep"], "successor_id": world.ids["inner"], "type": "FS"}
    world.do("secret", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"], lag_minutes=0, **ends)
    return write_mspdi(export_plan(actor=world.actor("ada@Harbour"), plan_id=plan, view="house"))


def test_what_only_a_house_sees_stays_there_when_its_file_comes_back(world, plan, house_file):
    file = read(house_file)
    assert b"Secret weld" in house_file and b"Secret phase" in house_file
    before = tree(world, "bo@Orchard")

    found = difference(world, plan, file)
    again(world, plan, file, {change.key for change in found.changes} | found.keys_ticked, version=access.ANY)

    assert (found.changes, found.same, found.left_elsewhere) == ((), 6, 3)
    assert tree(world, "bo@Orchard") == before
    with unscoped("test"):
        assert Item.objects.filter(name__startswith="Secret", circle=world.ids["Harbour only"]).count() == 3
        assert not Item.objects.filter(name__startswith="Secret").exclude(circle=world.ids["Harbour only"]).exists()


def test_what_stands_below_an_item_of_our_house_moves_up_in_the_plan_of_all(world, plan, house_file):
    """In another program a task that all see was put under a phase of ours, and a new one beside it."""
    file = read(house_file)
    (secret,) = (one for one in file.items if one.name == "Secret phase")
    new = replace(next(one for one in file.items if one.name == "Done"), id="70", guid="", name="New")
    moved = [replace(one, parent=secret.id) if one.name in ("Task 3", "New") else one for one in (*file.items, new)]
    order = sorted(moved, key=lambda one: (one.parent == secret.id, one.id == "70"))

    found = difference(world, plan, replace(file, items=tuple(order)))

    assert {(one.state, one.name, tuple((f.field, f.now) for f in one.fields)) for one in found.changes} == {
        ("changed", "Task 3", (("parent", ""),)),
        ("new", "New", ()),
    }
    again(world, plan, replace(file, items=tuple(order)), found.keys_ticked, version=access.ANY)
    assert "New" in [name for _, name in names(world, "bo@Orchard")]


def test_what_the_reader_does_not_see_is_no_item_of_this_plan(world, plan, house_file):
    """Bo's colleagues learn nothing from what is left out: to them it is as new as any other row."""
    with world.step("bo"):
        made = prepare_import(plan=read(house_file), circle_id=world.ids["coast"])

    found = difference_of(actor=world.actor("bo@Orchard"), plan_id=plan, prepared=made)

    assert found.left_elsewhere == 0
    assert {one.name for one in found.changes if one.what == "item" and one.state == "new"} == {
        "Secret weld", "Secret phase", "Secret task",
    }  # fmt: skip


def test_an_item_is_known_by_its_id_too(world, plan, house_file):
    file = read(house_file)
    ids = {one.id: one.guid if one.name.startswith("Secret") else one.id for one in file.items}
    items = [replace(one, id=ids[one.id], parent=ids.get(one.parent), guid="") for one in file.items]
    bare = replace(file, items=tuple(items), links=(), baselines=())

    assert difference(world, plan, bare).left_elsewhere == 3


def names(world, who):
    with access.reading(actor := world.actor(who)):
        return list(access.visible(actor, Item).filter(withdrawn_at=None).order_by("path").values_list("depth", "name"))
