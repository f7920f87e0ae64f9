"""Each circle's dates follow from what everybody in it sees: a joint date never from a narrower row."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from consortio import access
from consortio.access import unscoped
from consortio.access.gate import as_system
from consortio.plans import loading, rescheduling
from consortio.plans.actions import (
    NewItem,
    NewLine,
    Progress,
    add_item,
    add_items,
    add_link,
    set_progress,
    withdraw_item,
    withdraw_link,
)
from consortio.plans.models import Item, Link, Plan, Schedule, Scheduled
from consortio.plans.rescheduling import CannotSchedule, Moved
from consortio.plans.telling import moved_words
from consortio.plans.window import tree_window
from consortio.record.models import Entry
from consortio.ui import pseudo
from tests.mutants import weaken

from .builders import DAY, NOON, bring_in, quay

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def plan(world):
    """The quay, whose items stand under their names in the file."""
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def dates(world, circle):
    """Return what a circle keeps: start and finish by the item's name."""
    with unscoped("test"):
        rows = Scheduled.objects.filter(circle=world.ids[circle]).select_related("item")
        return {row.item.name: (row.start_at, row.finish_at) for row in rows}


def all_but(world, circle):
    """Return every byte of schedules outside one circle."""
    with unscoped("test"):
        rows = Scheduled.objects.exclude(circle=world.ids[circle]).order_by("circle", "item")
        said = Schedule.objects.exclude(circle=world.ids[circle]).order_by("circle")
        return list(rows.values_list()), list(said.values_list())


def divide(world, plan, who="ada@Harbour", circle="Harbour only", days=9, parent="t2", step="own"):
    item = NewItem("Our part", parent_id=world.ids[parent], duration_minutes=days * DAY)
    with world.step(step):
        where = {"plan_id": plan, "circle_id": world.ids[circle]}
        return add_item(actor=world.actor(who), **where, item=item, at=LATER)


def test_a_private_item_moves_the_dates_of_its_house_and_no_other(world, plan):
    before = all_but(world, "Harbour only")

    divide(world, plan)

    assert all_but(world, "Harbour only") == before
    assert dates(world, "coast")["Task t2"] == (datetime(2031, 5, 7, 8), datetime(2031, 5, 9, 17))
    assert {name: finish for name, (_, finish) in dates(world, "Harbour only").items()} == {
        "Our part": datetime(2031, 5, 19, 17),
        "Task t2": datetime(2031, 5, 19, 17),
        "Phase A": datetime(2031, 5, 19, 17),
        "Opened": datetime(2031, 5, 19, 17),
        "Task t3": datetime(2031, 5, 5, 17),  # as before, but with more float
    }


def test_a_private_link_binds_in_its_house_only(world, plan):
    before = all_but(world, "Harbour only")

    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t3"]}
    world.do("link", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"], **ends)

    assert all_but(world, "Harbour only") == before
    assert dates(world, "coast")["Task t3"][0] == datetime(2031, 5, 5, 8)
    assert dates(world, "Harbour only")["Task t3"][0] == datetime(2031, 5, 12, 8)


MUTANTS = {
    "the rows of every circle": (loading._within, "row.circle_id in wider", "True"),
    "every house's rows in the joint dates": (
        rescheduling._Keeping.circles, "self.wider[self.plan.circle_id]", "self.wider[self.plan.circle_id] | self.narrower",
    ),
    "a house's dates kept for everybody": (
        rescheduling._Kept.replace, "scheduled_rows(self.plan.pk, circle_id, new)",
        "scheduled_rows(self.plan.pk, self.plan.circle_id, {k: v for k, v in new.items() if not Scheduled.objects.filter(item=k, circle=self.plan.circle_id).exists()})",
    ),
    "a house's finding told to everybody": (
        rescheduling._Kept.replace, "keep_schedule(self.plan.pk, circle_id, result, at)",
        "keep_schedule(self.plan.pk, self.plan.circle_id, result, at)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_joint_date_from_a_narrower_row_is_noticed(world, plan, monkeypatch, name):
    before = all_but(world, "Harbour only")
    weaken(monkeypatch, *MUTANTS[name])

    with pytest.raises(AssertionError):
        try:
            divide(world, plan)
        except access.NotVisible:
            raise AssertionError("refused by the wall: an item of the house in a joint row") from None
        assert all_but(world, "Harbour only") == before


def test_two_houses_do_not_know_of_each_other(world, plan):
    divide(world, plan)
    harbour = dates(world, "Harbour only")

    divide(world, plan, "bo@Orchard", "Orchard only", days=30, step="theirs")

    assert dates(world, "Harbour only") == harbour
    assert dates(world, "Orchard only")["Our part"][1] == datetime(2031, 6, 17, 17)


def test_a_side_circle_reaches_the_houses_within_it(world, plan):
    divide(world, plan, circle="offer", step="offered")

    assert dates(world, "offer")["Task t2"][1] == datetime(2031, 5, 19, 17)
    assert dates(world, "Harbour only") == dates(world, "Island only") == dates(world, "offer")
    assert dates(world, "Orchard only") == {}
    assert "Our part" not in dates(world, "coast")


def test_who_sits_in_the_house_sees_the_second_figure_beside_the_first(world, plan):
    divide(world, plan)

    def seen(who):
        window = tree_window(actor=world.actor(who), plan_id=plan)
        house = window.head.house and window.head.house.finish_at
        return house, {row.name: (row.finish_at.day, row.house_finish_at) for row in window.rows}

    finish = datetime(2031, 5, 19, 17)
    assert seen("abe@Harbour") == (
        finish,
        {
            "Phase A": (9, finish),
            "Task t1": (6, None),
            "Task t2": (9, finish),
            "Task t3": (5, None),
            "Opened": (9, finish),
        },
    )
    assert seen("bo@Orchard")[0] is None
    assert {later for _, later in seen("bo@Orchard")[1].values()} == {None}


def test_a_ring_in_a_house_is_refused_there_and_names_its_items(world, plan):
    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t1"]}
    with pytest.raises(CannotSchedule, match=r"These items wait for each other: Task t1 → Task t2 → Task t1\."):
        world.do("ring", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"], **ends)

    world.do("no ring", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"],
             predecessor_id=world.ids["t3"], successor_id=world.ids["t1"])  # fmt: skip


def test_a_ring_that_an_edit_makes_in_a_house_it_does_not_know_of_stays_in_that_house(world, plan):
    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t3"]}
    world.do("own link", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"], **ends)

    ends = {"predecessor_id": world.ids["t3"], "successor_id": world.ids["t2"]}
    world.do("joint link", add_link, "bo@Orchard", circle_id=world.ids["coast"], **ends)

    assert tree_window(actor=world.actor("bo@Orchard"), plan_id=plan).head.refusal == ""
    ours = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan).head
    assert (ours.refusal, ours.house.refusal) == (
        "", "These items wait for each other: Task t2 → Task t3 → Task t2."
    )  # fmt: skip


def test_scheduling_is_no_change_of_an_item(world, plan):
    def versions():
        with unscoped("test"):
            return set(Item.objects.values_list("version", flat=True)) | set(
                Plan.objects.values_list("version", flat=True)
            )

    divide(world, plan)
    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t3"]}
    world.do("link", add_link, "bo@Orchard", circle_id=world.ids["coast"], **ends)

    assert dates(world, "coast")["Task t3"][0] == datetime(2031, 5, 12, 8)
    assert versions() == {1}


def test_an_edit_tells_what_it_moved_for_all_and_in_our_house(world, plan):
    divide(world, plan)
    progress = Progress(0, remaining_minutes=None, actual_start_at=datetime(2031, 5, 8, 8))

    with world.step("late"):
        moves = set_progress(
            actor=world.actor("ada@Harbour"), item_id=world.ids["t1"], version=1, progress=progress, at=NOON
        )

    # t1, t2 and the milestone move for everybody; in our house t1, our part of t2, and the milestone.
    assert moves.joint == Moved(3, datetime(2031, 5, 9, 17), datetime(2031, 5, 14, 17))
    assert moves.house == Moved(3, datetime(2031, 5, 19, 17), datetime(2031, 5, 22, 17))


@pytest.mark.parametrize(("circle", "begins"), [("Harbour only", "In our house: "), ("offer", "In its circle: ")])
def test_what_a_narrower_step_moved_is_told_as_that(world, plan, circle, begins):
    where = {"plan_id": plan, "circle_id": world.ids[circle]}
    item = NewLine("Our part", duration_minutes=90 * DAY)

    _, moves = add_items(actor=world.actor("ada@Harbour"), **where, items=[item], at=NOON, parent_id=world.ids["t2"])

    assert moved_words(moves).startswith(begins) and "days later" in moved_words(moves)


def test_the_record_of_the_plan_tells_joint_figures_only(world, plan):
    divide(world, plan)
    set_progress(actor=world.actor("ada@Harbour"), item_id=world.ids["t1"], version=1, progress=Progress(50), at=NOON)

    with unscoped("test"):
        told = {entry.event: (entry.circle_id, entry.body) for entry in Entry.objects.filter(event__startswith="item.")}
    assert told["item.added"][0] == world.ids["Harbour only"]
    assert told["item.progressed"][0] == world.ids["coast"]
    assert "2031-05-19" not in told["item.progressed"][1]
    assert "2031-05-19" in told["item.added"][1]


def test_a_house_without_anything_of_its_own_keeps_no_dates(world, plan):
    own = divide(world, plan)

    with world.step("away"):
        withdraw_item(actor=world.actor("ada@Harbour"), item_id=own, version=1, at=NOON)

    assert dates(world, "Harbour only") == {}
    assert tree_window(actor=world.actor("ada@Harbour"), plan_id=plan).head.house is None


def test_dates_that_stay_keep_their_rows(world, plan):
    with unscoped("test"):
        before = dict(Scheduled.objects.values_list("item__name", "pk"))
    link = world.do("link", add_link, "bo@Orchard", circle_id=world.ids["coast"],
                    predecessor_id=world.ids["t1"], successor_id=world.ids["t3"])  # fmt: skip

    with unscoped("test"):
        after = dict(Scheduled.objects.values_list("item__name", "pk"))
    assert {name for name in before if before[name] == after[name]} == {"Phase A", "Task t1", "Task t2", "Opened"}

    withdraw_link(actor=world.actor("ada@Harbour"), link_id=link, version=1, at=NOON)
    assert dates(world, "coast")["Task t3"][0] == datetime(2031, 5, 5, 8)
    with unscoped("test"):
        assert Link.objects.get(pk=link).withdrawn_at == NOON


def test_why_nothing_could_be_computed_is_said_in_the_readers_language(world, plan, monkeypatch):
    """Also of a schedule that was kept when only its sentence was."""
    monkeypatch.setattr("django.utils.translation.trans_real._translations", {})
    pseudo.install()
    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t3"]}
    world.do("own link", add_link, "ada@Harbour", circle_id=world.ids["Harbour only"], **ends)
    ends = {"predecessor_id": world.ids["t3"], "successor_id": world.ids["t2"]}
    world.do("joint link", add_link, "bo@Orchard", circle_id=world.ids["coast"], **ends)
    ring = "Task t2 → Task t3 → Task t2."

    def told():
        return tree_window(actor=world.actor("ada@Harbour"), plan_id=plan).head.house.refusal

    plain = told()
    with translation.override("en-xa"):
        theirs = told()
    with unscoped("test"):
        own = Schedule.objects.get(circle=world.ids["Harbour only"], plan=plan)
    with as_system("test"):
        facts = [{name: one for name, one in fact.items() if name != "wording"} for fact in own.findings]
        Schedule.objects.filter(pk=own.pk).update(findings=facts)

    assert (plain, told()) == (f"These items wait for each other: {ring}",) * 2
    assert theirs == pseudo.longer("These items wait for each other: {names}.").replace("{names}", ring[:-1])
    with translation.override("en-xa"), pytest.raises(CannotSchedule, match=r"^\["):
        add_link(actor=world.actor("ada@Harbour"), circle_id=world.ids["coast"], at=LATER,
                 predecessor_id=world.ids["t2"], successor_id=world.ids["t1"])  # fmt: skip
