"""Every edit is seen, permitted and current; every reference of it is one that everybody in the row's circle sees."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from consortio import access
from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import (
    LinkedAlready,
    LinkedToItself,
    NewItem,
    PlanSettings,
    Progress,
    TooDeep,
    add_item,
    add_link,
    create_plan,
    edit_plan_settings,
    set_progress,
    withdraw_item,
    withdraw_link,
)
from consortio.plans.linking import InTwoPlans
from consortio.plans.models import BaselineItem, Item, Link, Plan
from consortio.plans.reads import item_page, plan_page
from consortio.plans.rescheduling import CannotSchedule
from consortio.plans.tree import END, TAIL
from consortio.plans.window import Look, tree_window
from tests.agreed import baseline_of_all

from .builders import DAY, NOON, START, bring_in, file_of, phase, quay, task

SETTINGS = PlanSettings("Pier", START.replace(day=12), zone="Europe/Paris", float_limit_minutes=DAY)


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
        world.ids["link"] = Link.objects.filter(plan=pk).order_by("pk").first().pk
    return pk


def edits(world, plan):
    """Return every edit of a joint plan as a function of who does it."""
    ids = world.ids
    own = {"circle_id": ids["coast"], "predecessor_id": ids["t1"], "successor_id": ids["t3"]}
    return {
        "settings": lambda actor: edit_plan_settings(actor=actor, plan_id=plan, version=1, settings=SETTINGS, at=NOON),
        "item": lambda actor: add_item(actor=actor, plan_id=plan, circle_id=ids["coast"], item=NewItem("x"), at=NOON),
        "link": lambda actor: add_link(actor=actor, at=NOON, **own),
        "withdrawn link": lambda actor: withdraw_link(actor=actor, link_id=ids["link"], version=1, at=NOON),
        "withdrawn item": lambda actor: withdraw_item(actor=actor, item_id=ids["t3"], version=1, at=NOON),
        "baseline": lambda actor: baseline_of_all(actor=actor, plan_id=plan, name="One", at=NOON),
    }


@pytest.mark.parametrize("edit", ["settings", "item", "link", "withdrawn link", "withdrawn item", "baseline"])
def test_only_who_may_change_plans_changes_one(world, plan, edit):
    act = edits(world, plan)[edit]
    for who, error in (("bea@Orchard", NotPermitted), ("abe@Harbour", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            act(world.actor(who))

    act(world.actor("bo@Orchard"))


def test_an_edit_of_another_house_looks_like_one_of_nothing(world):
    pk = bring_in(world, quay(), circle="Harbour only")
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
        world.ids["link"] = Link.objects.filter(plan=pk).order_by("pk").first().pk
    bo = world.actor("bo@Orchard")

    for act in edits(world, pk).values():
        with pytest.raises(NotVisible):
            act(bo)
    with pytest.raises(NotVisible):
        set_progress(actor=bo, item_id=world.ids["t1"], version=1, progress=Progress(1), at=NOON)


def test_a_stale_page_changes_nothing(world, plan):
    ada, old = world.actor("ada@Harbour"), {"version": 7, "at": NOON}
    for act in (
        lambda: edit_plan_settings(actor=ada, plan_id=plan, settings=SETTINGS, **old),
        lambda: withdraw_item(actor=ada, item_id=world.ids["t3"], **old),
        lambda: withdraw_link(actor=ada, link_id=world.ids["link"], **old),
        lambda: set_progress(actor=ada, item_id=world.ids["t1"], progress=Progress(50), **old),
    ):
        with pytest.raises(Stale):
            act()


REFERENCES = ["parent_id", "after_id", "organisation_id", "person_id", "calendar_id"]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("target", ["nothing", "private"])
def test_an_item_refers_to_what_everybody_in_its_circle_sees(world, plan, name, target):
    ada, own = world.actor("ada@Harbour"), bring_in(world, quay(), circle="Harbour only", step="own")
    with unscoped("test"):
        private = {
            "parent_id": Item.objects.get(plan=own, external_id="A").pk,
            "after_id": Item.objects.get(plan=own, external_id="t1").pk,
            "calendar_id": Plan.objects.get(pk=own).calendar_id,
        }
        joint = {
            "parent_id": world.ids["A"], "after_id": world.ids["A"], "organisation_id": world.ids["Orchard"],
            "person_id": world.ids["bo"], "calendar_id": Plan.objects.get(pk=plan).calendar_id,
        }  # fmt: skip
    wrong = uuid4() if target == "nothing" else private.get(name, uuid4())

    with pytest.raises(NotVisible):
        add_item(actor=ada, plan_id=plan, circle_id=world.ids["coast"], item=NewItem("x", **{name: wrong}), at=NOON)

    add_item(actor=ada, plan_id=plan, circle_id=world.ids["coast"], item=NewItem("x", **{name: joint[name]}), at=NOON)


@pytest.mark.parametrize("end", ["predecessor_id", "successor_id"])
def test_a_link_joins_items_of_one_plan_that_everybody_in_its_circle_sees(world, plan, end):
    ada = world.actor("ada@Harbour")
    item = NewItem("Our part", duration_minutes=DAY)
    with world.step("own"):
        private = add_item(actor=ada, plan_id=plan, circle_id=world.ids["Harbour only"], item=item, at=NOON)
    other = bring_in(world, quay(), step="other")
    with unscoped("test"):
        elsewhere = Item.objects.get(plan=other, external_id="t1").pk
    ends = {"predecessor_id": world.ids["t1"], "successor_id": world.ids["t3"], "circle_id": world.ids["coast"]}

    for wrong, error in ((uuid4(), NotVisible), (private, NotVisible), (elsewhere, InTwoPlans)):
        with pytest.raises(error):
            add_link(actor=ada, at=NOON, **ends | {end: wrong})

    add_link(actor=ada, at=NOON, **ends)
    with pytest.raises(LinkedAlready):
        add_link(actor=ada, at=NOON, **ends)


def test_an_item_waits_neither_for_itself_nor_for_what_holds_it(world, plan):
    for first, second in (("t1", "t1"), ("A", "t1"), ("t1", "A")):
        with pytest.raises(LinkedToItself):
            add_link(actor=world.actor("ada@Harbour"), circle_id=world.ids["coast"], at=NOON,
                     predecessor_id=world.ids[first], successor_id=world.ids[second])  # fmt: skip


def test_a_ring_is_refused_by_the_names_of_its_items(world, plan):
    with pytest.raises(CannotSchedule, match="Task t1 → Task t2 → Task t1"):
        add_link(actor=world.actor("ada@Harbour"), circle_id=world.ids["coast"], at=NOON,
                 predecessor_id=world.ids["t2"], successor_id=world.ids["t1"])  # fmt: skip

    with unscoped("test"):
        assert Link.objects.filter(plan=plan).count() == 3


def test_a_plan_that_came_in_with_a_ring_may_still_be_edited(world):
    ring = file_of(
        phase("A"), task("t1"), task("t2"), links=[*quay().links[:1], replace(quay().links[0], pred="t2", succ="t1")]
    )
    pk = bring_in(world, ring)
    ada = world.actor("ada@Harbour")
    assert plan_page(actor=ada, plan_id=pk).head.refusal != ""

    with unscoped("test"):
        link = Link.objects.get(plan=pk, successor__external_id="t1").pk
    edit_plan_settings(actor=ada, plan_id=pk, version=1, settings=SETTINGS, at=NOON)
    withdraw_link(actor=ada, link_id=link, version=1, at=NOON)

    assert plan_page(actor=ada, plan_id=pk).head.refusal == ""


def test_settings_are_kept_and_move_the_dates(world, plan):
    ada = world.actor("ada@Harbour")

    moves = edit_plan_settings(actor=ada, plan_id=plan, version=1, settings=SETTINGS, at=NOON)

    assert (moves.joint.items, moves.joint.finish_at) == (4, datetime(2031, 5, 16, 17))
    page = plan_page(actor=ada, plan_id=plan)
    assert (page.head.name, page.start_at, page.head.zone, page.float_limit_minutes, page.head.version) == (
        "Pier", START.replace(day=12), "Europe/Paris", DAY, 2
    )  # fmt: skip
    same = replace(SETTINGS)
    assert edit_plan_settings(actor=ada, plan_id=plan, version=2, settings=same, at=NOON).joint.items == 0
    with access.reading(ada):
        assert access.get(ada, Plan, plan).version == 2


def test_a_plan_begins_empty_with_office_hours(world):
    pk = world.do("pier", create_plan, "ada@Harbour", circle_id=world.ids["coast"], name="Pier", start_at=START)
    ada, item = world.actor("ada@Harbour"), NewItem("Drive piles", duration_minutes=3 * DAY)

    page = plan_page(actor=ada, plan_id=pk)
    assert (page.head.number, page.head.items, page.head.version, [name for _, name in page.calendars]) == (
        "P-1", 0, 1, ["Office hours"]
    )  # fmt: skip
    world.do("piles", add_item, "ada@Harbour", plan_id=pk, circle_id=world.ids["coast"], item=item)
    (row,) = tree_window(actor=ada, plan_id=pk).rows
    assert (row.name, row.start_at, row.finish_at, row.number) == (
        "Drive piles", START, datetime(2031, 5, 7, 17), "I-1"
    )  # fmt: skip


def test_items_are_put_where_they_are_told(world, plan):
    for name, where in (
        ("last", {}),
        ("second", {"after_id": world.ids["t1"]}),
        ("third", {"after_id": world.ids["t1"]}),
    ):
        item = NewItem(name, parent_id=world.ids["A"], **where)
        world.do(name, add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["coast"], item=item)

    names = [row.name for row in tree_window(actor=world.actor("ada@Harbour"), plan_id=plan).rows]
    assert names == ["Phase A", "Task t1", "third", "second", "Task t2", "Task t3", "Opened", "last"]


def test_a_private_item_leaves_no_trace_in_a_joint_place(world):
    def place(step, with_private):
        pk = bring_in(world, quay(), step=step)
        with unscoped("test"):
            parent = Item.objects.get(plan=pk, external_id="A").pk
        where = {"plan_id": pk, "item": NewItem("Part", parent_id=parent)}
        if with_private:
            world.do(f"{step}, own", add_item, "ada@Harbour", circle_id=world.ids["Harbour only"], **where)
        new = world.do(f"{step}, joint", add_item, "ada@Harbour", circle_id=world.ids["coast"], **where)
        with unscoped("test"):
            return Item.objects.get(pk=new).path.removesuffix(END)[:-TAIL]

    assert place("without", False) == place("with", True)


def test_a_tree_has_a_bottom(world, plan):
    with unscoped("test"):
        t1 = Item.objects.get(pk=world.ids["t1"])
    with access.writing(ada := world.actor("ada@Harbour")):
        access.visible(ada, Item).filter(pk=t1.pk).update(depth=64)

    with pytest.raises(TooDeep):
        add_item(actor=ada, plan_id=plan, circle_id=world.ids["coast"], item=NewItem("x", parent_id=t1.pk), at=NOON)


def test_an_item_holds_others_while_it_does(world, plan):
    def is_summary():
        with unscoped("test"):
            return Item.objects.values_list("is_summary", "version").get(pk=world.ids["t3"])

    item = NewItem("Part", parent_id=world.ids["t3"])
    new = world.do("part", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["coast"], item=item)
    assert is_summary() == (True, 1)

    withdraw_item(actor=world.actor("ada@Harbour"), item_id=new, version=1, at=NOON)
    assert is_summary() == (False, 1)


def test_progress_is_kept_and_said_once(world, plan):
    ada, done = world.actor("ada@Harbour"), Progress(100, 0, START, datetime(2031, 5, 8, 17))
    then = NOON + timedelta(days=2)

    moves = set_progress(actor=ada, item_id=world.ids["t1"], version=1, progress=done, at=then)
    again = set_progress(actor=ada, item_id=world.ids["t1"], version=2, progress=done, at=then)

    row = item_page(actor=ada, item_id=world.ids["t1"]).row
    assert (row.percent, row.actual_finish_at, row.version) == (100, datetime(2031, 5, 8, 17), 2)
    assert (moves.joint.items, again.joint.items) == (3, 0)


def test_a_baseline_keeps_the_dates_of_all_and_judges_what_is_late(world, plan):
    ada = world.actor("ada@Harbour")
    with world.step("own"):
        item = NewItem("Our part", parent_id=world.ids["t2"], duration_minutes=DAY)
        add_item(actor=ada, plan_id=plan, circle_id=world.ids["Harbour only"], item=item, at=NOON)

    world.do("one", baseline_of_all, "ada@Harbour", plan_id=plan, name="Agreed")
    with unscoped("test"):
        assert {row.item.external_id for row in BaselineItem.objects.select_related("item")} == {
            "A",
            "t1",
            "t2",
            "t3",
            "m",
        }
    edit_plan_settings(actor=ada, plan_id=plan, version=1, settings=replace(SETTINGS, float_limit_minutes=0), at=NOON)
    late = tree_window(actor=ada, plan_id=plan, look=Look(late=True, view="joint"))
    assert {row.name for row in late.rows} == {"Task t1", "Task t2", "Task t3", "Opened"}
    assert plan_page(actor=ada, plan_id=plan).head.counts.late == 4

    world.do("two", baseline_of_all, "ada@Harbour", plan_id=plan, name="Agreed anew")
    page = plan_page(actor=ada, plan_id=plan)
    assert ([(one.number, one.name) for one in page.baselines], page.head.counts.late) == (
        [(1, "Agreed anew"), (0, "Agreed")], 0
    )  # fmt: skip
