"""Pages of an item, of milestones and of a plan; and what leaves as a file."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import NotPermitted, NotVisible, unscoped
from consortio.interchange import plan as neutral
from consortio.interchange.engine import schedule_plan
from consortio.plans.actions import NewItem, Progress, add_item, add_link, set_progress
from consortio.plans.exporting import export_plan
from consortio.plans.importing import prepare_import
from consortio.plans.models import Item
from consortio.plans.reads import item_page, milestones, plan_page, plans_of
from tests.agreed import baseline_of_all

from .builders import DAY, NOON, START, asked, bring_in, file_of, large, phase, quay, task

QUERIES_MAX = {"item": 10, "milestones": 6, "plan": 7}


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def test_an_item_tells_everything_about_itself(world, plan):
    note = set_progress(actor=world.actor("ada@Harbour"), item_id=world.ids["t1"], version=1,
                        progress=Progress(50, 480, START), at=NOON)  # fmt: skip
    world.do("base", baseline_of_all, "bo@Orchard", plan_id=plan, name="Agreed")

    page = item_page(actor=world.actor("bea@Orchard"), item_id=world.ids["t1"])

    assert note.joint.items == 0
    assert (page.row.name, page.row.number, page.row.percent, page.remaining_minutes) == ("Task t1", "I-2", 50, 480)
    assert [(one.name, one.number) for one in page.parents] == [("Phase A", "I-1")]
    assert (page.predecessors, [(one.item.name, one.type) for one in page.successors]) == ((), [("Task t2", "FS")])
    assert page.successors[0].start_at == datetime(2031, 5, 7, 8)
    assert [(one.baseline.name, one.finish_at) for one in page.baselines] == [("Agreed", datetime(2031, 5, 6, 17))]
    assert [(one.event, one.person, one.organisation.name) for one in page.history] == [
        ("item.progressed", "ada", "Harbour"), ("rows.imported", "ada", "Harbour")
    ]  # fmt: skip
    assert [(one.field, one.before, one.after) for one in page.history[0].edits] == [
        ("actual_start_at", None, "2031-05-05T08:00"), ("percent", 0, 50), ("remaining_minutes", None, 480)
    ]  # fmt: skip
    assert page.history[1].texts == {"name": "quay.xml"}
    assert (page.audience.kind, page.row.can_edit, page.can_progress) == ("joint", False, False)
    assert item_page(actor=world.actor("ada@Harbour"), item_id=world.ids["t1"]).can_progress


def test_a_phase_lists_its_children(world, plan):
    page = item_page(actor=world.actor("bea@Orchard"), item_id=world.ids["A"])

    assert [row.name for row in page.children] == ["Task t1", "Task t2", "Task t3", "Opened"]
    assert (page.children_total, page.parents) == (4, ())


def test_what_is_private_about_a_joint_item_is_told_in_its_house_only(world, plan):
    item = NewItem("Our part", parent_id=world.ids["t2"], duration_minutes=9 * DAY)
    own = world.do("own", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=item)
    world.do("tie", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"],
             predecessor_id=own, successor_id=world.ids["t3"])  # fmt: skip

    ours, theirs = (item_page(actor=world.actor(who), item_id=world.ids["t2"]) for who in ("abe@Harbour", "bo@Orchard"))

    assert ([row.name for row in ours.children], theirs.children) == (["Our part"], ())
    assert (ours.row.house_finish_at, theirs.row.house_finish_at) == (datetime(2031, 5, 19, 17), None)
    assert [one.event for one in theirs.history] == ["rows.imported"]
    private = item_page(actor=world.actor("abe@Harbour"), item_id=own)
    assert (private.row.circle.title, private.audience.kind, private.successors[0].circle.title) == (
        "Harbour", "in-house", "Harbour"
    )  # fmt: skip
    for who in ("bo@Orchard", "cy@Island", "nobody@Nowhere"):
        with pytest.raises(NotVisible):
            item_page(actor=world.actor(who), item_id=own)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_pages_ask_as_often_whatever_the_size(world, count):
    pk = bring_in(world, large(count))
    actor = world.actor("ada@Harbour")
    with unscoped("test"):
        top = Item.objects.filter(plan=pk).order_by("path").first().pk

    found = {}
    for name, read in (
        ("item", lambda: item_page(actor=actor, item_id=top)),
        ("milestones", lambda: milestones(actor=actor, plan_id=pk)),
        ("plan", lambda: plan_page(actor=actor, plan_id=pk)),
    ):
        with CaptureQueriesContext(connection) as queries:
            read()
        found[name] = asked(queries)

    assert {name: number for name, number in found.items() if number > QUERIES_MAX[name]} == {}


def test_milestones_stand_by_organisation_and_date_against_the_baseline(world):
    def milestone(pk, days, *who):
        return task(pk, 0, kind="milestone", milestone="finish", responsible=who, name=pk,
                    constraint=neutral.Constraint("snet", START.replace(day=5 + days)))  # fmt: skip

    items = (
        phase("A"), milestone("late", 9, "Orchard"), milestone("early", 1, "Orchard"), milestone("ours", 2, "Harbour"),
        milestone("free", 3), task("none"),
    )  # fmt: skip
    agreed = neutral.Baseline(0, (neutral.BaselineItem("late", None, datetime(2031, 5, 7, 17)),), "Agreed")
    known = {name: world.ids[name] for name in ("Orchard", "Harbour")}
    pk = bring_in(world, file_of(*items, baselines=(agreed,)), organisations=known)

    page = milestones(actor=world.actor("cy@Island"), plan_id=pk)

    groups = [(member and member.name, [row.name for row in rows]) for member, rows in page.groups]
    assert groups == [("Harbour", ["ours"]), ("Orchard", ["early", "late"]), (None, ["free"])]
    late = page.groups[1][1][1]
    assert (late.baseline_finish_at, late.is_late, page.total) == (datetime(2031, 5, 7, 17), True, 4)


def test_a_plan_counts_what_it_holds(world, plan):
    head = plan_page(actor=world.actor("bea@Orchard"), plan_id=plan).head

    counts = head.counts
    assert (counts.phases, counts.tasks, counts.milestones, counts.done, counts.late, counts.critical) == (
        1,
        3,
        1,
        0,
        0,
        3,
    )
    assert (head.start_at, head.finish_at, head.can_edit, head.number) == (
        START,
        datetime(2031, 5, 9, 17),
        False,
        "P-1",
    )
    (row,) = plans_of(actor=world.actor("bea@Orchard"), partnership_id=head.partnership_id)
    assert (row.id, row.items) == (plan, 5)
    assert plans_of(actor=world.actor("nobody@Nowhere"), partnership_id=head.partnership_id) == ()


def test_a_plan_leaves_as_it_came_with_the_dates_computed(world, plan):
    made = export_plan(actor=world.actor("bea@Orchard"), plan_id=plan)

    items = {item.id: item for item in made.items}
    assert list(items) == ["A", "t1", "t2", "t3", "m"]
    assert [item.outline for item in made.items] == ["1", "1.1", "1.2", "1.3", "1.4"]
    assert set(made.links) == set(quay().links)
    assert (made.calendars, made.projects[0].calendar) == (quay().calendars, "1")
    assert items["t2"].stored == neutral.StoredDates(
        datetime(2031, 5, 7, 8), datetime(2031, 5, 9, 17), datetime(2031, 5, 7, 8), datetime(2031, 5, 9, 17),
        datetime(2031, 5, 7, 8), datetime(2031, 5, 9, 17),
    )  # fmt: skip
    again = prepare_import(plan=made, circle_id=world.ids["coast"])
    assert (again.result.start_at, again.result.finish_at) == (START, datetime(2031, 5, 9, 17))


def test_the_row_for_the_whole_file_leaves_too(world):
    root = neutral.Item("0", "Quay", kind="project", depth=0, percent_complete=0.0)
    below = [replace(item, parent=item.parent or "0") for item in quay().items]
    pk = bring_in(world, replace(quay(), items=(root, *below)))

    made = export_plan(actor=world.actor("ada@Harbour"), plan_id=pk)

    assert [(item.id, item.parent) for item in made.items][:3] == [("0", None), ("A", "0"), ("t1", "A")]
    assert schedule_plan(made).items["t2"].finish == datetime(2031, 5, 9, 17)


def test_what_is_private_leaves_only_when_it_is_asked_for_and_for_who_sees_it(world, plan):
    item = NewItem("Our part", parent_id=world.ids["t2"], duration_minutes=9 * DAY)
    world.do("own", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=item)

    def left(who, view):
        made = export_plan(actor=world.actor(who), plan_id=plan, view=view)
        return [item.name for item in made.items], max(item.stored.finish for item in made.items)

    joint = (["Phase A", "Task t1", "Task t2", "Task t3", "Opened"], datetime(2031, 5, 9, 17))
    assert left("ada@Harbour", "joint") == left("bo@Orchard", "joint") == left("bo@Orchard", "house") == joint
    assert left("ada@Harbour", "house") == (
        ["Phase A", "Task t1", "Task t2", "Our part", "Task t3", "Opened"], datetime(2031, 5, 19, 17)
    )  # fmt: skip
    with pytest.raises((NotVisible, NotPermitted)):
        left("nobody@Nowhere", "joint")
