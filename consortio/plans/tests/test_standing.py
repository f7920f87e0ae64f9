"""Who answers for what, what comes next, and what holds up others: counted with the dates, in each circle for itself."""

import uuid
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from consortio import access
from consortio.plans.actions import NewItem, Progress, add_item, add_link, set_progress
from consortio.plans.engine import Dates
from consortio.plans.models import Item, Schedule
from consortio.plans.neutral import Rows
from consortio.plans.standing import standing_of
from tests.world import system

from .builders import DAY, NOON, bring_in, quay

HARBOUR, ORCHARD, ADA = (uuid.UUID(int=n) for n in (100, 101, 102))
MONDAY = datetime(2031, 5, 5, 17)


class Drawn:
    """Items by name, without a database; links are "a>b", with a type behind a colon."""

    def __init__(self):
        self.items, self.links, self.dates = [], [], {}

    def item(self, name, ends=0, *, under=None, kind="task", percent=0, critical=False, late=False, **more):
        row = SimpleNamespace(
            pk=uuid.uuid5(uuid.NAMESPACE_OID, name), parent_id=under and self.id(under), kind=kind, percent=percent,
            organisation_id=HARBOUR, person_id=ADA, is_active=True, actual_start_at=None, actual_finish_at=None,
        )  # fmt: skip
        vars(row).update(more)
        self.items.append(row)
        finish = None if ends is None else MONDAY + timedelta(days=ends)
        self.dates[row.pk] = Dates(finish_at=finish, is_critical=critical, is_late=late)
        return self

    def link(self, words):
        ends, _, kind = words.partition(":")
        first, _, second = ends.partition(">")
        self.links.append(
            SimpleNamespace(predecessor_id=self.id(first), successor_id=self.id(second), type=kind or "FS")
        )
        return self

    @staticmethod
    def id(name):
        return uuid.uuid5(uuid.NAMESPACE_OID, name)

    @property
    def standing(self):
        parents = {row.parent_id for row in self.items}
        leaves = {row.pk for row in self.items if row.pk not in parents}
        return standing_of(Rows(SimpleNamespace(), self.items, self.links, ()), self.dates, leaves)

    @property
    def way(self):
        names = {str(self.id(name)): name for name in "abcdefgp"}
        return [(names[one["item"]], one["waiting"]) for one in self.standing["way"]]


def test_each_organisation_is_counted_for_itself_and_nobody_too():
    drawn = Drawn().item("p", kind="phase")
    drawn.item("a", 1, under="p", percent=100).item("b", 3, under="p", percent=30, late=True)
    drawn.item("c", 2, critical=True, person_id=None).item("d", 1, organisation_id=ORCHARD, person_id=None)
    drawn.item("e", organisation_id=None).item("f", is_active=False)

    found = drawn.standing["organisations"]

    own = {"items": 3, "done": 1, "working": 1, "late": 1, "critical": 1, "nobody": 1, "due": str(drawn.id("c"))}
    other = {"items": 1, "done": 0, "working": 0, "late": 0, "critical": 0, "nobody": 1, "due": str(drawn.id("d"))}
    assert found[str(HARBOUR)] == own
    assert found[str(ORCHARD)] == other
    assert found[""]["items"] == 1
    assert len(found) == 3


def test_a_done_item_lacks_nobody_and_is_not_due():
    found = Drawn().item("a", 1, percent=100, person_id=None).standing["organisations"][str(HARBOUR)]

    assert (found["nobody"], found["due"]) == (0, None)


def test_the_next_milestone_is_one_ahead_and_the_last_one_ends_last():
    drawn = Drawn().item("a", 1, kind="milestone", percent=100).item("b", 9, kind="milestone")
    drawn.item("c", 4, kind="milestone").item("d", None, kind="milestone").item("e", 30)

    found = drawn.standing

    assert (found["next"], found["last"]) == (str(drawn.id("c")), str(drawn.id("b")))


def test_without_milestones_there_is_no_next_one():
    found = Drawn().item("a").standing

    assert (found["next"], found["last"], found["way"]) == (None, None, [])


def test_milestones_are_chosen_around_the_present_and_the_last_one_is_among_them():
    drawn = Drawn()
    for day in range(20):
        drawn.item(f"m{day}", day, kind="milestone", percent=100 if day < 6 else 0)

    chosen = [str(drawn.id(f"m{day}")) for day in (3, 4, 5, 6, 7, 8, 9, 10, 19)]

    assert drawn.standing["stones"] == chosen


def test_what_can_be_worked_on_and_holds_up_others_is_in_the_way():
    drawn = Drawn().item("a", critical=True).item("b", critical=True, organisation_id=ORCHARD).item("c").item("d")
    drawn.link("a>b").link("b>c").link("a>d")

    found = drawn.standing["way"]

    waiting = {str(HARBOUR): 2, str(ORCHARD): 1}
    assert found == [{"item": str(drawn.id("a")), "waiting": 3, "organisations": waiting}]


@pytest.mark.parametrize(
    ("words", "in_the_way"),
    [
        ({"percent": 100}, [("b", 1)]),  # done: the next one is free
        ({"critical": False}, []),  # it has float, and b waits
        ({"is_active": False}, [("b", 1)]),
        ({"percent": 50}, [("a", 2)]),
    ],
)
def test_what_is_done_or_has_float_is_not_in_the_way(words, in_the_way):
    drawn = Drawn().item("a", **({"critical": True} | words)).item("b", critical=True).item("c")

    assert drawn.link("a>b").link("b>c").way == in_the_way


def test_an_item_for_which_nobody_waits_is_in_nobodys_way():
    assert Drawn().item("a", critical=True).item("b", percent=100).link("a>b").way == []


def test_whoever_waits_for_a_phase_waits_for_all_that_lies_in_it():
    drawn = Drawn().item("p", kind="phase").item("a", under="p", critical=True).item("b", under="p")
    drawn.item("c", critical=True).item("d").link("p>c").link("c>d")

    assert drawn.way == [("a", 2)]


def test_what_waits_for_a_start_waits_no_longer_once_it_has_begun():
    drawn = Drawn().item("a", critical=True).item("b", critical=True).item("c")
    drawn.link("a>b:SS").link("b>c")
    assert drawn.way == [("a", 2)]

    begun = Drawn().item("a", critical=True, percent=10).item("b", critical=True).item("c")

    assert begun.link("a>b:SS").link("b>c").way == [("b", 1)]


def test_what_holds_up_most_comes_first_and_at_most_five_are_kept():
    drawn = Drawn()
    for name in "abcdef":
        drawn.item(name, critical=True).item(f"after {name}").link(f"{name}>after {name}")
    drawn.item("g").link("after f>g")

    assert drawn.way == [("f", 2), ("a", 1), ("b", 1), ("c", 1), ("d", 1)]


def test_a_ring_of_links_ends():
    drawn = Drawn().item("a", critical=True, percent=10).item("b").item("c").link("a>b").link("b>c").link("c>a")

    assert drawn.way == [("a", 2)]


def kept(world, plan, circle="coast"):
    with access.unscoped("test"):
        return Schedule.objects.get(plan=plan, circle=world.ids[circle]).counts["standing"]


@pytest.mark.django_db
def test_it_is_kept_with_the_dates_and_follows_progress(world):
    plan = bring_in(world, quay())
    with access.unscoped("test"):
        items = {row.external_id: row for row in Item.objects.filter(plan=plan)}
    assert [one["item"] for one in kept(world, plan)["way"]] == [str(items["t1"].pk)]
    assert kept(world, plan)["last"] == str(items["m"].pk)

    done = Progress(100, 0, datetime(2031, 5, 5, 8), datetime(2031, 5, 6, 17))
    set_progress(actor=world.actor("ada@Harbour"), item_id=items["t1"].pk, version=1, progress=done, at=NOON)

    assert [one["item"] for one in kept(world, plan)["way"]] == [str(items["t2"].pk)]
    assert kept(world, plan)["organisations"][""]["done"] == 1


@pytest.mark.django_db
def test_who_answers_for_an_item_is_counted_though_no_date_follows_from_it(world):
    plan = bring_in(world, quay())
    with system():
        Item.objects.filter(plan=plan, external_id="t1").update(organisation=world.ids["Harbour"])
        before = Schedule.objects.get(plan=plan)
        third = Item.objects.get(plan=plan, external_id="t3")
    assert "" in kept(world, plan)["organisations"] and len(kept(world, plan)["organisations"]) == 1

    own = {"item_id": third.pk, "version": third.version, "progress": Progress(0, third.remaining_minutes)}
    set_progress(actor=world.actor("ada@Harbour"), **own, at=NOON)
    add = {"plan_id": plan, "circle_id": world.ids["Harbour only"], "item": NewItem("ours", duration_minutes=DAY)}
    add_item(actor=world.actor("ada@Harbour"), **add, at=NOON)

    assert kept(world, plan)["organisations"][str(world.ids["Harbour"])]["items"] == 1
    with access.unscoped("test"):
        assert Schedule.objects.get(pk=before.pk).computed_at == before.computed_at


@pytest.mark.django_db
def test_a_private_item_counts_in_its_own_house_only(world):
    plan = bring_in(world, quay())
    joint = kept(world, plan)
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    new = NewItem("ours", duration_minutes=90 * DAY, organisation_id=world.ids["Harbour"])
    ours = add_item(actor=world.actor("ada@Harbour"), item=new, **own, at=NOON)
    with access.unscoped("test"):
        last = Item.objects.get(plan=plan, external_id="m").pk
    ends = {"predecessor_id": ours, "successor_id": last, "circle_id": world.ids["Harbour only"]}
    add_link(actor=world.actor("ada@Harbour"), **ends, at=NOON)

    assert kept(world, plan) == joint
    assert kept(world, plan, "Harbour only")["way"][0]["item"] == str(ours)
