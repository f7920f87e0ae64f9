"""One step back: by whoever took it, within an hour, unless somebody came after."""

from datetime import datetime, timedelta

import pytest
import time_machine

from consortio.access import NotPermitted, Stale, unscoped
from consortio.plans.actions import (
    SETTINGS,
    NewItem,
    NewLine,
    PlanSettings,
    Progress,
    Report,
    add_item,
    add_items,
    answer_nomination,
    edit_item,
    edit_link,
    edit_plan_settings,
    indent_item,
    move_item,
    report_progress,
    restore_item,
    set_accountable,
    set_progress,
    withdraw_item,
    withdraw_items,
    withdraw_link,
)
from consortio.plans.answering import AnsweredAlready
from consortio.plans.models import Item, Link, Nomination, Plan
from consortio.plans.steps import Step
from consortio.plans.undoing import CannotUndo, undo, undo_token

from .builders import DAY, NOON, START, bring_in, quay

KEPT = ("name", "percent", "remaining_minutes", "actual_start_at", "actual_finish_at", "constraint", "constraint_at",
        "duration_minutes", "organisation_id", "person_id", "calendar_id", "stored_start_at", "stored_finish_at",
        "is_manual", "kind", "milestone_end", "parent_id", "withdrawn_at")  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
        world.ids["link"] = Link.objects.get(plan=pk, predecessor__external_id="t1").pk
    return pk


def state(plan):
    """Return all that a step may change."""
    with unscoped("test"):
        rows = Item.objects.filter(plan=plan).order_by("path").values_list("pk", *KEPT)
        links = Link.objects.filter(plan=plan).order_by("pk")
        return (
            list(rows),
            list(links.values_list("pk", "type", "lag_minutes", "lag_kind", "withdrawn_at")),
            list(Plan.objects.filter(pk=plan).values_list(*SETTINGS)),
            Nomination.objects.filter(state="open").count(),
        )


def edit(**values):
    return lambda world, actor, t1: edit_item(actor=actor, version=1, values=values, at=NOON + timedelta(days=14), **t1)


def report(world, actor, t1):
    reports = [Report(world.ids[name], 1, Progress(percent)) for name, percent in (("t1", 100), ("t3", 40))]
    with unscoped("test"):
        plan = Item.objects.get(pk=t1["item_id"]).plan_id
    return report_progress(
        actor=actor, plan_id=plan, reports=reports, data_at=datetime(2031, 5, 8, 17), at=NOON + timedelta(days=14)
    )


def link(function, **more):
    return lambda world, actor, t1: function(actor=actor, link_id=world.ids["link"], version=1, at=NOON, **more)


def settings(world, actor, t1):
    with unscoped("test"):
        plan = Plan.objects.get(pk=Item.objects.get(pk=t1["item_id"]).plan_id)
    wanted = PlanSettings("Pier", START.replace(day=12), finish_by=START.replace(day=30), mode="p6",
                          data_at=datetime(2031, 5, 8, 17))  # fmt: skip
    return edit_plan_settings(actor=actor, plan_id=plan.pk, version=1, settings=wanted, at=NOON + timedelta(days=14))


STEPS = {
    "settings": settings,
    "name": edit(name="Dredge", duration_minutes=9 * DAY),
    "done": edit(percent=100),
    "milestone": edit(kind="milestone"),
    "by hand": edit(is_manual=True),
    "constraint": edit(constraint="snet", constraint_at=START.replace(day=20)),
    "progress": lambda world, actor, t1: set_progress(actor=actor, version=1, progress=Progress(40), at=NOON, **t1),
    "progress of many": report,
    "moved": lambda world, actor, t1: move_item(actor=actor, version=1, parent_id=None, at=NOON, **t1),
    "last": lambda world, actor, t1: move_item(actor=actor, version=1, parent_id=world.ids["A"], at=NOON, **t1),
    "indented": lambda world, actor, t1: indent_item(actor=actor, version=1, item_id=world.ids["t3"], at=NOON),
    "withdrawn": lambda world, actor, t1: withdraw_item(actor=actor, version=1, at=NOON, **t1),
    "all withdrawn": lambda world, actor, t1: withdraw_item(actor=actor, version=1, item_id=world.ids["A"], at=NOON),
    "named": lambda world, actor, t1: set_accountable(
        actor=actor, version=2, item_id=world.ids["t2"], person_id=world.ids["abe"], at=NOON
    ),
    "asked": lambda world, actor, t1: set_accountable(actor=actor, version=1, person_id=world.ids["bo"], at=NOON, **t1),
    "link": link(edit_link, type="SS", lag_minutes=DAY, lag_kind="elapsed"),
    "link withdrawn": link(withdraw_link),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_back_and_that_too(world, plan, step):
    ada = world.actor("ada@Harbour")
    edit_item(actor=ada, item_id=world.ids["t2"], version=1, at=NOON, values={"organisation_id": world.ids["Harbour"]})
    before = state(plan)
    moves = STEPS[step](world, ada, {"item_id": world.ids["t1"]})
    after = state(plan)
    assert before != after

    back = undo(actor=ada, token=undo_token(ada, moves.undo), at=NOON)

    assert state(plan) == before
    if back.undo:
        undo(actor=ada, token=undo_token(ada, back.undo), at=NOON)
        assert state(plan) == after


def test_lines_that_were_added_leave_again(world, plan):
    ada = world.actor("ada@Harbour")
    lines = [NewLine("Wall"), NewLine("Piles", depth=1), NewLine("Rail")]
    with world.step("lines"):
        _made, moves = add_items(actor=ada, plan_id=plan, circle_id=world.ids["coast"], items=lines, at=NOON)

    undo(actor=ada, token=undo_token(ada, moves.undo), at=NOON)

    with unscoped("test"):
        gone = Item.objects.filter(plan=plan).exclude(withdrawn_at=None)
        assert {row.name for row in gone} == {"Wall", "Piles", "Rail"}


def test_one_item_that_was_added_leaves_again(world, plan):
    ada = world.actor("ada@Harbour")
    new = world.do("new", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["coast"], item=NewItem("New"))

    undo(actor=ada, token=undo_token(ada, Step("withdraw_item", {"item_id": str(new), "version": 1})), at=NOON)

    with unscoped("test"):
        assert Item.objects.get(pk=new).withdrawn_at


def token_of(world, who="ada@Harbour"):
    actor = world.actor(who)
    return undo_token(actor, edit(name="x")(world, actor, {"item_id": world.ids["t1"]}).undo)


def test_somebody_who_came_after_is_not_overwritten(world, plan):
    token = token_of(world)
    edit_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t1"], version=2, values={"name": "y"}, at=NOON)

    with pytest.raises(Stale):
        undo(actor=world.actor("ada@Harbour"), token=token, at=NOON)


def test_a_token_holds_for_an_hour_for_whom_it_was_made_and_once(world, plan, noon):
    token, ada = token_of(world), world.actor("ada@Harbour")
    for who in ("bo@Orchard", "abe@Harbour"):
        with pytest.raises(CannotUndo):
            undo(actor=world.actor(who), token=token, at=NOON)
    for wrong in ("", "x", token[:-1], token[1:]):
        with pytest.raises(CannotUndo):
            undo(actor=ada, token=wrong, at=NOON)
    noon.move_to(NOON + timedelta(minutes=61))
    with pytest.raises(CannotUndo):
        undo(actor=ada, token=token, at=NOON)
    noon.move_to(NOON + timedelta(minutes=59))

    undo(actor=ada, token=token, at=NOON)

    with pytest.raises(Stale):
        undo(actor=ada, token=token, at=NOON)


def test_who_may_not_do_it_any_more_does_not_undo_it(world, plan):
    bea = world.actor("bea@Orchard")
    step = Step("edit_item", {"item_id": str(world.ids["t1"]), "version": 1, "values": {"name": "x"}, "exact": True})

    with pytest.raises(NotPermitted):
        undo(actor=bea, token=undo_token(bea, step), at=NOON)
    bo = world.actor("bo@Orchard")
    undo(actor=bo, token=undo_token(bo, step), at=NOON)


def test_what_came_back_leaves_again(world, plan):
    ada = world.actor("ada@Harbour")
    withdraw_item(actor=ada, item_id=world.ids["t1"], version=1, at=NOON)
    back = restore_item(actor=ada, item_id=world.ids["t1"], version=2, at=NOON)
    undo(actor=ada, token=undo_token(ada, back.undo), at=NOON)
    with unscoped("test"):
        assert Item.objects.get(pk=world.ids["t1"]).withdrawn_at


def test_several_that_left_together_come_back_together_and_leave_again(world, plan):
    bo, before = world.actor("bo@Orchard"), state(plan)
    rows = [{"item_id": str(world.ids[name]), "version": 1} for name in ("t1", "t2", "t3")]

    gone = withdraw_items(actor=bo, plan_id=plan, items=rows, at=NOON)
    without = state(plan)
    back = undo(actor=bo, token=undo_token(bo, gone.undo), at=NOON)

    assert state(plan) == before != without
    undo(actor=bo, token=undo_token(bo, back.undo), at=NOON)
    assert state(plan) == without


def nominated(world):
    bo, ada = world.actor("bo@Orchard"), {"person_id": world.ids["ada"]}
    return set_accountable(actor=bo, item_id=world.ids["t1"], version=1, **ada, at=NOON).made[0]


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_is_taken_back_and_given_anew(world, plan, accept):
    ada = world.actor("ada@Harbour")
    own = {"actor": ada, "nomination_id": nominated(world), "at": NOON, "reason": "Busy."}
    before = state(plan)

    said = answer_nomination(**own, version=1, accept=accept)
    undo(actor=ada, token=undo_token(ada, said.undo), at=NOON)

    assert state(plan) == before
    with unscoped("test"):
        row = Nomination.objects.get()
    assert (row.state, row.reason, row.answered_at, row.version) == ("open", "", None, 3)
    answer_nomination(**own, version=3, accept=not accept)


def test_an_answer_stays_once_somebody_else_was_asked_or_answers(world, plan):
    ada, bo = world.actor("ada@Harbour"), world.actor("bo@Orchard")
    said = answer_nomination(actor=ada, nomination_id=nominated(world), version=1, accept=False, reason="No.", at=NOON)
    set_accountable(actor=bo, item_id=world.ids["t1"], version=1, person_id=world.ids["bo"], at=NOON)

    with pytest.raises(AnsweredAlready):
        undo(actor=ada, token=undo_token(ada, said.undo), at=NOON)
    with pytest.raises(CannotUndo):
        undo(actor=bo, token=undo_token(ada, said.undo), at=NOON)
