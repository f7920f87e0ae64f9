"""A file read again changes what is ticked, and nothing else."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.interchange import plan as neutral
from consortio.plans.actions import NewItem, Progress, add_item, set_progress, withdraw_item
from consortio.plans.editing import edit_item
from consortio.plans.importing import prepare_import
from consortio.plans.models import Calendar, Item, Link, Plan
from consortio.plans.reimporting import ChangedMeanwhile, difference_of, reimport_plan

from .builders import DAY, NOON, START, asked, bring_in, file_of, large, phase, quay, task


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def prepared(world, file):
    return prepare_import(plan=file, circle_id=world.ids["coast"])


def difference(world, plan, file):
    return difference_of(actor=world.actor("ada@Harbour"), plan_id=plan, prepared=prepared(world, file))


def again(world, plan, file, ticked=None, who="ada@Harbour", version=1, step="again", **more):
    """Apply what is ticked beforehand, or what is named."""
    ticked = difference(world, plan, file).keys_ticked if ticked is None else ticked
    with world.step(step):
        return reimport_plan(
            actor=world.actor(who), plan_id=plan, version=version, prepared=prepared(world, file), ticked=ticked,
            file_name="quay.xml", file=b"again", at=NOON, **more,
        )  # fmt: skip


def changed(pk, **values):
    """Return the quay with one item changed."""
    return replace(quay(), items=tuple(replace(item, **values) if item.id == pk else item for item in quay().items))


def tree(world, who="ada@Harbour"):
    """Return the items in use, each with its depth, in the tree's order."""
    with access.reading(actor := world.actor(who)):
        rows = access.visible(actor, Item).filter(withdrawn_at=None).order_by("path")
        return [(row.depth, row.external_id or row.name) for row in rows]


def item(world, pk):
    with unscoped("test"):
        return Item.objects.get(external_id=pk)


def test_the_same_file_changes_nothing(world, plan):
    found = difference(world, plan, quay())
    assert (found.changes, found.same, found.edited_here) == ((), 5, 0)

    moves = again(world, plan, quay())

    assert moves.joint.items == 0
    with unscoped("test"):
        assert Plan.objects.get(pk=plan).version == 1


def test_what_the_file_changed_is_applied_and_moves_the_dates(world, plan):
    moves = again(world, plan, changed("t1", duration_minutes=4 * DAY, name="Longer"))

    kept = item(world, "t1")
    assert (kept.duration_minutes, kept.name, kept.version) == (4 * DAY, "Longer", 2)
    assert (moves.joint.items, moves.joint.finish_at) == (3, datetime(2031, 5, 13, 17))
    assert difference(world, plan, changed("t1", duration_minutes=4 * DAY, name="Longer")).changes == ()


def test_what_people_changed_stays_unless_its_tick_says_otherwise(world, plan):
    set_progress(actor=world.actor("ada@Harbour"), item_id=world.ids["t1"], version=1, progress=Progress(30), at=NOON)
    file = changed("t1", percent_complete=70.0, name="Renamed")

    again(world, plan, file)
    assert (item(world, "t1").percent, item(world, "t1").name) == (30, "Renamed")

    again(world, plan, file, ticked={"item:t1"}, version=2, step="whole")
    assert item(world, "t1").percent == 30

    again(world, plan, file, ticked={"item:t1:percent"}, version=2, step="field")
    assert item(world, "t1").percent == 70


def test_what_is_not_ticked_is_offered_again(world, plan):
    file = changed("t1", duration_minutes=4 * DAY, name="Renamed")

    again(world, plan, file, ticked={"item:t1:name"})

    assert [one.key for one in difference(world, plan, file).changes[0].fields] == ["item:t1:duration_minutes"]
    assert item(world, "t1").duration_minutes == 2 * DAY


def test_a_new_item_comes_after_the_one_that_it_follows_in_the_file(world, plan):
    new = [task("n1"), task("n2"), phase("B", "A"), task("n3", parent="B")]
    items = (*quay().items[:2], *new[:2], *quay().items[2:], *new[2:])

    again(world, plan, replace(quay(), items=items, links=(*quay().links, neutral.Link("t1", "n1"))))

    assert tree(world) == [
        (0, "A"), (1, "t1"), (1, "n1"), (1, "n2"), (1, "t2"), (1, "t3"), (1, "m"), (1, "B"), (2, "n3")
    ]  # fmt: skip
    with unscoped("test"):
        assert Link.objects.filter(successor__external_id="n1").count() == 1
        assert sorted(Item.objects.values_list("number", flat=True)) == list(range(1, 10))


def test_a_new_item_whose_phase_is_not_ticked_stands_above_it(world, plan):
    file = replace(quay(), items=(*quay().items, phase("B", "A"), task("n", parent="B")))

    again(world, plan, file, ticked={"item:n"})

    assert tree(world)[-1] == (1, "n")


def test_what_is_gone_is_withdrawn_with_its_links_and_what_it_held_moves_up(world, plan):
    file = file_of(*(replace(one, parent=None, depth=1) for one in quay().items if one.id not in ("A", "t2")),
                   links=[neutral.Link("t3", "m")])  # fmt: skip

    again(world, plan, file, ticked={"item:A", "item:t2"})

    assert tree(world) == [(0, "t1"), (0, "t3"), (0, "m")]
    with unscoped("test"):
        assert [
            (row.predecessor.external_id, row.successor.external_id) for row in Link.objects.filter(withdrawn_at=None)
        ] == [("t3", "m")]


def test_an_item_moves_with_everything_below_it_seen_or_not(world, plan):
    ada, own = world.actor("ada@Harbour"), NewItem("Our part", parent_id=world.ids["t1"])
    with world.step("own"):
        add_item(actor=ada, plan_id=plan, circle_id=world.ids["Harbour only"], item=own, at=NOON)
    file = changed("t1", parent="B")
    file = replace(file, items=(*file.items, phase("B")))
    file = replace(file, items=(file.items[0], *file.items[2:6], file.items[1]))

    again(world, plan, file, who="bo@Orchard")

    assert tree(world) == [(0, "A"), (1, "t2"), (1, "t3"), (1, "m"), (0, "B"), (1, "t1"), (2, "Our part")]
    assert item(world, "B").is_summary


def test_what_people_withdrew_comes_back_only_when_it_is_ticked(world, plan):
    withdraw_item(actor=world.actor("ada@Harbour"), item_id=world.ids["t3"], version=1, at=NOON)

    again(world, plan, quay())
    assert item(world, "t3").withdrawn_at == NOON

    again(world, plan, quay(), ticked={"item:t3", "link:t3:m:FS"}, step="back")
    assert item(world, "t3").withdrawn_at is None
    with unscoped("test"):
        assert Link.objects.filter(predecessor__external_id="t3", withdrawn_at=None).count() == 1


def test_links_calendars_and_settings_follow_the_file(world, plan):
    week = ((480, 720),)
    half = neutral.Calendar("1", "Half days", week=(week,) * 5 + ((), ()), minutes_per_day=240)
    links = (neutral.Link("t1", "t2", lag_minutes=DAY), neutral.Link("t2", "m"), neutral.Link("t1", "t3", "SS"))
    project = replace(quay().projects[0], start=START.replace(day=12), data_date=START.replace(day=13))
    file = replace(quay(), links=links, calendars=(half,), projects=(project,))

    assert {(one.what, one.state) for one in difference(world, plan, file).changes} == {
        ("plan", "changed"), ("calendar", "changed"), ("link", "changed"), ("link", "new"), ("link", "gone")
    }  # fmt: skip
    again(world, plan, file)

    with unscoped("test"):
        kept = Plan.objects.get(pk=plan)
        assert (kept.start_at.day, kept.data_at.day) == (12, 13)
        assert [row.name for row in Calendar.objects.all()] == ["Half days"]
        rows = Link.objects.filter(withdrawn_at=None)
        assert sorted((row.successor.external_id, row.type, row.lag_minutes) for row in rows) == [
            ("m", "FS", 0), ("t2", "FS", DAY), ("t3", "SS", 0)
        ]  # fmt: skip
    assert difference(world, plan, file).changes == ()


def test_what_a_file_says_besides_is_a_change_too(world, plan):
    file = changed("t1", assignments=(neutral.Assignment(None, 1.0, 60),))

    (change,) = difference(world, plan, file).changes
    assert [one.field for one in change.fields] == ["extra"]
    again(world, plan, file)
    assert list(item(world, "t1").extra) == ["assignments"]


def edit(world, pk, **values):
    edit_item(actor=world.actor("bo@Orchard"), item_id=world.ids[pk], version=1, values=values, at=NOON)


def test_what_somebody_changed_after_it_was_looked_at_stays(world, plan):
    file = replace(
        changed("t1", name="Renamed"), items=tuple(one for one in changed("t1", name="Renamed").items if one.id != "t3")
    )
    before = difference(world, plan, file)
    ticks = {change.key for change in before.changes}
    assert {"item:t1", "item:t3"} <= ticks
    edit(world, "t1", name="Theirs")
    edit(world, "t3", note="ours")

    for ticked in ({"item:t1"}, {"item:t1:name"}, {"item:t3"}, ticks):
        with pytest.raises(ChangedMeanwhile, match="read the file again"):
            again(world, plan, file, ticked, checked=before)
    assert (item(world, "t1").name, item(world, "t3").withdrawn_at) == ("Theirs", None)

    again(world, plan, file, {"item:t1:name", "item:t3"}, checked=difference(world, plan, file))  # seen, and ticked
    assert item(world, "t1").name == "Renamed" and item(world, "t3").withdrawn_at == NOON


def test_what_somebody_changed_elsewhere_meanwhile_keeps_nothing_from_being_applied(world, plan):
    file = changed("t1", name="Renamed")
    before = difference(world, plan, file)
    edit(world, "t2", name="Theirs")

    again(world, plan, file, {"item:t1"}, checked=before)

    assert (item(world, "t1").name, item(world, "t2").name) == ("Renamed", "Theirs")


def test_only_who_may_change_the_plan_applies_a_file_and_over_the_version_seen(world, plan):
    file = changed("t1", name="Renamed")
    for who, error in (("bea@Orchard", NotPermitted), ("abe@Harbour", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            again(world, plan, file, {"item:t1"}, who)
    with pytest.raises(Stale):
        again(world, plan, file, {"item:t1"}, version=9)
    elsewhere = prepare_import(plan=file, circle_id=uuid4())
    with pytest.raises(NotVisible):
        reimport_plan(actor=world.actor("ada@Harbour"), plan_id=plan, version=1, prepared=elsewhere,
                      ticked={"item:t1"}, file_name="x", file=b"x", at=NOON)  # fmt: skip

    again(world, plan, file, {"item:t1"}, "bo@Orchard")

    assert item(world, "t1").name == "Renamed"


def test_a_file_that_changes_everything_takes_a_bounded_number_of_statements(world):
    def shifted(file):
        return replace(file, items=tuple(replace(one, name=f"{one.name}!", percent_complete=1.0) for one in file.items))

    counts = []
    for size in (60, 600):
        pk = bring_in(world, large(size), step=f"of {size}")
        ticked = difference(world, pk, shifted(large(size))).keys_ticked
        ready = prepared(world, shifted(large(size)))
        with CaptureQueriesContext(connection) as queries, world.step(f"again {size}"):
            reimport_plan(actor=world.actor("ada@Harbour"), plan_id=pk, version=1, prepared=ready, ticked=ticked,
                          file_name="x", file=b"x", at=NOON)  # fmt: skip
        counts.append(asked(queries))

    assert counts[1] <= counts[0] + 30
