"""Many links made or taken away in one step, after which the dates follow once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import (
    EndMissing,
    LinkedAlready,
    NewLine,
    add_items,
    link_in_order,
    link_items,
    restore_links,
    withdraw_item,
    withdraw_links,
)
from consortio.plans.models import Item, Link, Scheduled
from consortio.plans.rescheduling import CannotSchedule
from consortio.plans.saving import act_on_rows
from consortio.plans.undoing import undo, undo_token
from consortio.record.reads import told

from .builders import DAY, NOON, bring_in, quay

NAMES = [f"n{number}" for number in range(6)]


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    lines = [NewLine(name, duration_minutes=(number + 1) * DAY) for number, name in enumerate(NAMES)]
    with world.step("lines"):
        add_items(actor=world.actor("ada@Harbour"), plan_id=pk, circle_id=world.ids["coast"], items=lines, at=NOON)
    know(world, pk)
    return pk


def know(world, plan):
    with unscoped("test"):
        world.ids |= {row.external_id or row.name: row.pk for row in Item.objects.filter(plan=plan)}


def do(world, plan, what, *names, who="ada@Harbour"):
    with unscoped("test"):
        rows = list(Item.objects.filter(pk__in=[world.ids[name] for name in names]).values_list("pk", "version"))
    return act_on_rows(actor=world.actor(who), plan_id=plan, do=what, rows=rows, at=NOON)


def dates(plan):
    with unscoped("test"):
        found = Scheduled.objects.filter(plan=plan).order_by("item_id", "circle_id")
        return list(found.values_list("item_id", "circle_id", "start_at", "finish_at", "total_float_minutes"))


def links(plan):
    with unscoped("test"):
        found = Link.objects.filter(plan=plan, withdrawn_at=None, predecessor__name__startswith="n")
        return sorted(found.values_list("predecessor__name", "successor__name", "circle__kind"))


def seen(plan):
    with unscoped("test"):
        found = Link.objects.filter(plan=plan, predecessor__name__startswith="n").order_by("predecessor__name")
        return [{"link_id": pk, "version": version} for pk, version in found.values_list("pk", "version")]


def test_rows_linked_in_one_step_lie_where_single_links_put_them(world, plan):
    before = dates(plan)
    saved = do(world, plan, "link", *NAMES)
    at_once = dates(plan)
    undo(actor=world.actor("ada@Harbour"), token=undo_token(world.actor("ada@Harbour"), *saved.undo), at=NOON)
    assert (dates(plan), links(plan)) == (before, [])

    for number, (first, second) in enumerate(zip(NAMES, NAMES[1:], strict=False)):
        ends = {"predecessor_id": world.ids[first], "successor_id": world.ids[second]}
        world.do(f"link {number}", link_items, "ada@Harbour", circle_id=world.ids["coast"], **ends)

    assert at_once != before
    assert dates(plan) == at_once
    do(world, plan, "unlink", *NAMES)
    assert (dates(plan), links(plan)) == (before, [])


@pytest.mark.parametrize("what", ["link", "unlink"])
def test_the_dates_follow_once_however_many_links_there_are(world, plan, what):
    reads = []
    for names in (NAMES[:2], NAMES[2:]):
        if what == "unlink":
            do(world, plan, "link", *names)
        with CaptureQueriesContext(connection) as asked:
            saved = do(world, plan, what, *names)
        assert (len(saved.moves), saved.links) == (1, len(names) - 1)
        reads.append(sum('FROM "plans_scheduled"' in one["sql"] and "SELECT" in one["sql"] for one in asked))

    assert reads[0] == reads[1] > 0


def test_each_link_is_told_of_and_what_moved_once(world, plan):
    saved = do(world, plan, "link", *NAMES[:3])
    undo(actor=world.actor("ada@Harbour"), token=undo_token(world.actor("ada@Harbour"), *saved.undo), at=NOON)

    entries = [
        entry
        for link in saved.moves[0].made
        for entry in reversed(told(actor=world.actor("bea@Orchard"), subject_ids=[link]))
    ]

    assert [(entry.event, entry.facts.get("moved")) for entry in entries] == [
        ("link.added", 2), ("link.withdrawn", 2), ("link.added", None), ("link.withdrawn", None)
    ]  # fmt: skip


def test_links_of_several_circles_move_what_each_sees(world, plan):
    ours = [NewLine("ours", duration_minutes=DAY)]
    with world.step("ours"):
        add_items(
            actor=world.actor("ada@Harbour"), plan_id=plan, circle_id=world.ids["Harbour only"], items=ours, at=NOON
        )
    know(world, plan)

    (moves,) = do(world, plan, "link", "n3", "n4", "ours").moves

    assert links(plan) == [("n3", "n4", "joint"), ("n4", "ours", "house")]
    assert (moves.joint.items, moves.house.items, moves.narrow) == (1, 2, "")


def test_a_ring_is_refused_in_whichever_circle_it_lies(world, plan):
    ends = {"predecessor_id": world.ids["n2"], "successor_id": world.ids["n1"]}
    world.do("private", link_items, "ada@Harbour", circle_id=world.ids["Harbour only"], **ends)
    before = links(plan)
    ring = {"actor": world.actor("ada@Harbour"), "plan_id": plan, "at": NOON}
    private = seen(plan)
    withdraw_links(**ring, links=private)
    do(world, plan, "link", "n1", "n2", who="bo@Orchard")

    with pytest.raises(CannotSchedule):
        restore_links(**ring, links=[one | {"version": 2} for one in private])
    with pytest.raises(CannotSchedule):
        link_in_order(**ring, item_ids=[world.ids[name] for name in ("n0", "n2", "n1")])
    assert links(plan) == [("n1", "n2", "joint")] != before
    link_in_order(**ring, item_ids=[world.ids[name] for name in ("n0", "n1")])


def test_all_of_it_or_nothing(world, plan):
    do(world, plan, "link", "n1", "n2")
    with pytest.raises(LinkedAlready):
        do(world, plan, "link", "n0", "n1", "n2")
    assert links(plan) == [("n1", "n2", "joint")]
    do(world, plan, "link", "n2", "n3")
    gone = seen(plan)
    common = {"actor": world.actor("ada@Harbour"), "plan_id": plan, "at": NOON}
    withdraw_links(**common, links=gone)
    withdraw_item(actor=common["actor"], item_id=world.ids["n3"], version=1, at=NOON)

    with pytest.raises(EndMissing):
        restore_links(**common, links=[one | {"version": 2} for one in gone])

    assert links(plan) == []
    restore_links(**common, links=[gone[0] | {"version": 2}])
    assert len(links(plan)) == 1


def test_only_who_may_plan_links_rows(world, plan):
    do(world, plan, "link", "n0", "n1")
    found, elsewhere = seen(plan), bring_in(world, quay(), step="another")
    pks = [world.ids["n1"], world.ids["n2"]]

    for who, error in (("abe@Harbour", NotPermitted), ("bea@Orchard", NotPermitted), ("nobody@Nowhere", NotVisible)):
        common = {"actor": world.actor(who), "plan_id": plan, "at": NOON}
        with pytest.raises(error):
            link_in_order(**common, item_ids=pks)
        with pytest.raises(error):
            withdraw_links(**common, links=found)
        with pytest.raises(error):
            restore_links(**common, links=found)
    bo = {"actor": world.actor("bo@Orchard"), "at": NOON}
    with pytest.raises(NotVisible):
        link_in_order(**bo, plan_id=elsewhere, item_ids=pks)
    with pytest.raises(NotVisible):
        withdraw_links(**bo, plan_id=elsewhere, links=found)
    with pytest.raises(Stale):
        withdraw_links(**bo, plan_id=plan, links=[found[0] | {"version": 9}])

    link_in_order(**bo, plan_id=plan, item_ids=pks)
    withdraw_links(**bo, plan_id=plan, links=found)
    restore_links(**bo, plan_id=plan, links=[found[0] | {"version": 2}])
    assert links(plan) == [("n0", "n1", "joint"), ("n1", "n2", "joint")]
