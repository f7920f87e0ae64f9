"""A window shows what the folds leave, in order, whatever the plan's size; a flat list what the filters leave."""

from datetime import datetime
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.access import NotVisible, unscoped
from consortio.interchange import plan as neutral
from consortio.plans.actions import NewItem, add_item, add_link
from consortio.plans.models import Item, Plan
from consortio.plans.window import Look, tree_window
from tests.agreed import baseline_of_all

from .builders import DAY, NOON, START, asked, bring_in, file_of, large, phase, quay, task

QUERIES_MAX = 8


@pytest.fixture
def deep(world):
    """A › B › C with two tasks on each level, and D beside A."""
    items = (
        phase("A"), task("a1"), phase("B", "A"), task("b1", parent="B"), phase("C", "B"), task("c1", parent="C"),
        task("c2", parent="C"), task("b2", parent="B"), task("a2"), phase("D"), task("d1", parent="D"),
    )  # fmt: skip
    pk = bring_in(world, file_of(*items))
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def shown(world, plan, who="ada@Harbour", **look):
    named = {name: [world.ids[one] for one in look.pop(name)] for name in ("opened", "folded") if name in look}
    return tree_window(actor=world.actor(who), plan_id=plan, look=Look(**named, **look))


def names(window):
    return [row.name.removeprefix("Task ").removeprefix("Phase ") for row in window.rows]


FOLDS = {
    "top": ({"level": 0}, "A D"),
    "one level": ({"level": 1}, "A a1 B a2 D d1"),
    "all": ({"level": 9}, "A a1 B b1 C c1 c2 b2 a2 D d1"),
    "opened": ({"level": 1, "opened": ["B"]}, "A a1 B b1 C b2 a2 D d1"),
    "opened twice": ({"level": 1, "opened": ["C", "B"]}, "A a1 B b1 C c1 c2 b2 a2 D d1"),
    "opened under what is closed": ({"level": 1, "opened": ["C"]}, "A a1 B a2 D d1"),
    "folded": ({"level": 9, "folded": ["B"]}, "A a1 B a2 D d1"),
    "folded and opened below": ({"level": 1, "opened": ["B"], "folded": ["A"]}, "A D d1"),
    "opened at the top": ({"level": 0, "opened": ["D"]}, "A D d1"),
}


@pytest.mark.parametrize("name", FOLDS)
def test_the_folds_leave_what_stands_open(world, deep, name):
    look, expected = FOLDS[name]

    window = shown(world, deep, **look)

    assert " ".join(names(window)) == expected
    assert window.total == len(window.rows)


def test_a_row_says_whether_it_holds_something_and_is_open(world, deep):
    window = shown(world, deep, level=1, opened=["B"], folded=["D"])

    state = {
        name: (row.depth, row.has_children, row.is_open) for name, row in zip(names(window), window.rows, strict=True)
    }
    assert state == {
        "A": (0, True, True), "a1": (1, False, False), "B": (1, True, True), "b1": (2, False, False),
        "C": (2, True, False), "b2": (2, False, False), "a2": (1, False, False), "D": (0, True, False),
    }  # fmt: skip


@pytest.mark.parametrize("limit", [1, 3, 4, 10])
def test_windows_follow_one_another_without_gap_and_lead_back(world, deep, limit):
    windows = [shown(world, deep, level=9, limit=limit)]
    while windows[-1].next:
        windows.append(shown(world, deep, level=9, limit=limit, after=windows[-1].next))

    assert " ".join(" ".join(names(window)) for window in windows) == FOLDS["all"][1]
    assert [window.before for window in windows] == list(range(0, 11, limit))
    assert windows[0].previous is None
    for earlier, window in pairwise(windows):
        assert names(shown(world, deep, level=9, limit=limit, after=window.previous)) == names(earlier)


def test_a_later_window_says_what_stands_above_its_first_row(world, deep):
    first = shown(world, deep, level=9, limit=5)

    assert [one.name for one in shown(world, deep, level=9, after=first.next).above] == [
        "Phase A",
        "Phase B",
        "Phase C",
    ]


@pytest.mark.parametrize("count", [1, 3, 300])
@pytest.mark.parametrize("look", [{}, {"sort": "-finish"}, {"critical": True}, {"late": True}, {"text": "task"}])
def test_a_window_asks_as_often_whatever_the_size(world, count, look):
    pk = bring_in(world, large(count))
    actor = world.actor("ada@Harbour")

    with CaptureQueriesContext(connection) as queries:
        window = tree_window(actor=actor, plan_id=pk, look=Look(**look))

    assert asked(queries) <= QUERIES_MAX
    assert len(window.rows) <= 150


def test_a_later_window_asks_two_queries_more(world):
    pk = bring_in(world, large(300))
    actor, second = world.actor("ada@Harbour"), shown(world, pk).next

    with CaptureQueriesContext(connection) as queries:
        window = tree_window(actor=actor, plan_id=pk, look=Look(after=second))

    assert asked(queries) <= QUERIES_MAX + 2
    assert window.before == 150


def test_an_address_never_asks_for_more_than_a_window(world):
    pk = bring_in(world, large(300))

    assert len(shown(world, pk, level=9, limit=10**6).rows) == 150


def test_a_row_has_its_dates_floats_and_baseline(world):
    pk = bring_in(world, quay())
    taken = world.do("base", baseline_of_all, "ada@Harbour", plan_id=pk, name="Agreed")
    rows = {row.name: row for row in shown(world, pk).rows}

    one, free = rows["Task t1"], rows["Task t3"]
    assert (one.start_at, one.finish_at, one.is_critical, one.total_float_minutes) == (
        START,
        datetime(2031, 5, 6, 17),
        True,
        0,
    )
    assert (free.total_float_minutes, free.is_critical, free.late_finish_at) == (
        4 * DAY,
        False,
        datetime(2031, 5, 9, 17),
    )
    assert (one.baseline_start_at, one.baseline_finish_at) == (one.start_at, one.finish_at)
    assert shown(world, pk).baseline.id == taken
    assert [(row.type, row.is_private) for row in shown(world, pk).links] == [("FS", False)] * 3


def test_a_private_row_and_link_are_in_our_view_only(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        t2 = Item.objects.get(plan=pk, external_id="t2").pk
    house = world.ids["Harbour only"]
    item = NewItem("Our part", parent_id=t2, duration_minutes=DAY)
    own = world.do("own", add_item, "ada@Harbour", plan_id=pk, circle_id=house, item=item)
    world.do("tie", add_link, "ada@Harbour", circle_id=house, predecessor_id=own, successor_id=t3_of(pk))

    ours, joint, theirs = (
        shown(world, pk, level=9), shown(world, pk, level=9, view="joint"), shown(world, pk, "bo@Orchard", level=9)
    )  # fmt: skip
    (private,) = [row for row in ours.rows if row.id == own]
    assert (private.number, private.circle.title, private.depth) == ("HAR/I-1", "Harbour", 2)
    assert [row.id for row in ours.rows if row.id != own] == [row.id for row in joint.rows]
    assert {link.is_private for link in ours.links} == {True, False}
    for other in (joint, theirs):
        assert {row.id: row.has_children for row in other.rows}[t2] is False
        assert {link.is_private for link in other.links} == {False}
        assert other.total == 5
        assert {(row.house_start_at, row.house_finish_at) for row in other.rows} == {(None, None)}
    assert [row.id for row in shown(world, pk, text="our part").rows] == [own]
    assert shown(world, pk, text="our part", view="joint").rows == ()


def t3_of(plan_id):
    with unscoped("test"):
        return Item.objects.get(plan=plan_id, external_id="t3").pk


def test_a_plan_of_another_house_is_not_there(world):
    pk = bring_in(world, quay(), circle="Harbour only")

    assert shown(world, pk).total == 5
    for who in ("bo@Orchard", "nobody@Nowhere"):
        with pytest.raises(NotVisible):
            shown(world, pk, who)


FILTERS = {
    "by organisation": ({"organisation": "Orchard"}, "t2 t3"),
    "by person": ({"person": "bo"}, "t3"),
    "critical": ({"critical": True}, "t1 t2 Opened"),
    "text": ({"text": "TASK 2"}, "t2"),
    "text in the code": ({"text": "k-9"}, "t3"),
    "by name downwards": ({"sort": "-name"}, "t3 t1 t2 A Opened"),
    "by float": ({"sort": "-float"}, "t3 A t1 t2 Opened"),
    "by finish": ({"sort": "finish", "critical": True}, "t1 t2 Opened"),
    "nothing known": ({"sort": "colour; drop"}, "A t1 t2 t3 Opened"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_leaves_what_fits_with_what_stands_above(world, name):
    look, expected = FILTERS[name]
    first, second, third = (item for item in quay().items if item.id in ("t1", "t2", "t3"))
    items = (
        quay().items[0], first, task("t2", 3, name="Task 2", responsible=("Orchard",)),
        task("t3", code="K-9", responsible=("Orchard", "bo")), quay().items[-1],
    )  # fmt: skip
    people = {"organisations": {"Orchard": world.ids["Orchard"]}, "people": {"bo": world.ids["bo"]}}
    pk = bring_in(world, file_of(*items, links=quay().links), **people)
    look = {key: world.ids.get(value, value) if isinstance(value, str) else value for key, value in look.items()}

    window = shown(world, pk, **look)

    assert " ".join(names(window)).replace(" 2 ", " t2 ").replace("2", "t2").replace("tt", "t") == expected
    if window.is_flat:
        assert {row.parents for row in window.rows} <= {("Phase A",), ()}
    assert (second.id, third.id) == ("t2", "t3")


def test_pages_of_a_flat_list_count(world):
    pk = bring_in(world, large(60))

    one = shown(world, pk, sort="name", limit=25)
    two = shown(world, pk, sort="name", limit=25, after=one.next)
    three = shown(world, pk, sort="name", limit=25, after=two.next)

    assert (one.next, two.next, three.next) == ("25", "50", "")
    assert (one.previous, two.previous, three.previous) == (None, "", "25")
    listed = [row.name for window in (one, two, three) for row in window.rows]
    assert listed == sorted(listed)
    assert len(listed) == one.total == 60


LATE = {
    "runs over its deadline": {"deadline": datetime(2031, 5, 6, 8)},
    "should be done": {"actual_start": START},
    "should have started": {},
    "is done": {"actual_start": START, "actual_finish": datetime(2031, 5, 6, 17), "percent_complete": 100.0},
    "is not in use": {"active": False},
    "lies ahead": {"constraint": neutral.Constraint("snet", datetime(2031, 6, 2, 8))},
    "lies after its deadline": {
        "constraint": neutral.Constraint("snet", datetime(2031, 6, 2, 8)), "deadline": datetime(2031, 5, 20, 17)
    },
    "was agreed for earlier": {"constraint": neutral.Constraint("snet", datetime(2031, 6, 3, 8))},
}  # fmt: skip


def test_what_is_late_is_the_same_in_a_row_and_in_the_filter(world):
    items = [task(str(at), 2, name=name, **more) for at, (name, more) in enumerate(LATE.items())]
    agreed = neutral.Baseline(0, (neutral.BaselineItem("7", START, datetime(2031, 5, 6, 17)),))
    plan = file_of(phase("A"), *items, project={"data_date": datetime(2031, 5, 9, 8)}, baselines=(agreed,))
    pk = bring_in(world, plan)

    by_row = {row.name for row in shown(world, pk).rows if row.is_late}
    by_filter = {row.name for row in shown(world, pk, late=True).rows}

    expected = set(LATE) - {"is done", "is not in use", "lies ahead"}
    assert by_row == by_filter == expected


def test_a_list_of_what_is_not_done_and_one_of_what_nobody_is_accountable_for(world):
    items = [task(str(at), 2, name=name, **more) for at, (name, more) in enumerate(LATE.items())]
    pk = bring_in(world, file_of(phase("A"), *items))
    with access.writing(ada := world.actor("ada@Harbour")):
        access.visible(ada, Item).filter(plan=pk, name="lies ahead").update(person=world.ids["ada"])

    undone = {row.name for row in shown(world, pk, undone=True).rows}
    nobodys = {row.name for row in shown(world, pk, undone=True, nobody=True).rows}

    assert undone == set(LATE) - {"is done", "is not in use"}
    assert nobodys == undone - {"lies ahead"}


def test_a_withdrawn_plan_is_not_there(world):
    pk = bring_in(world, quay())
    with access.writing(actor := world.actor("ada@Harbour")):
        access.visible(actor, Plan).filter(pk=pk).update(withdrawn_at=NOON)

    with pytest.raises(NotVisible):
        shown(world, pk)
