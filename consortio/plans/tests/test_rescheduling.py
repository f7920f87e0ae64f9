"""The dates of a large plan follow in a job: one for many edits, seen by all, and never silently left out."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import unscoped
from consortio.access.gate import as_system
from consortio.approvals.models import Proposal
from consortio.jobs import actions as job_actions
from consortio.jobs import worker
from consortio.jobs.actions import TooMany, cancel_job, start_job
from consortio.jobs.models import Job
from consortio.plans import rescheduling
from consortio.plans.actions import (
    DatesOutdated,
    NewItem,
    Progress,
    Report,
    add_item,
    ask_for_dates,
    edit_item,
    link_items,
    propose_baseline,
    report_progress,
    restore_item,
    take_baseline,
    withdraw_item,
    withdraw_items,
)
from consortio.plans.models import Item, Link, Schedule, Scheduled
from consortio.plans.rescheduling import CannotSchedule
from consortio.plans.rings import _has_ring
from consortio.plans.telling import moved_words
from consortio.plans.undoing import undo, undo_token
from consortio.plans.window import Look, tree_window
from consortio.record.models import Entry

from .builders import DAY, NOON, bring_in, large_quay, quay

EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)


@pytest.fixture
def plan(world, monkeypatch):
    return large_quay(world, monkeypatch)


def edit(world, days, item="t2", who="ada@Harbour", step="edit"):
    with unscoped("test"):
        version = Item.objects.get(pk=world.ids[item]).version
    return world.do(
        step, edit_item, who, item_id=world.ids[item], version=version, values={"duration_minutes": days * DAY}
    )


def divide(world, plan, circle="Harbour only", step="own", at=EARLIER):
    item = NewItem("Our part", parent_id=world.ids["t2"], duration_minutes=9 * DAY)
    with world.step(step):
        where = {"plan_id": plan, "circle_id": world.ids[circle]}
        return add_item(actor=world.actor("ada@Harbour"), **where, item=item, at=at)


def jobs(circle=None):
    with unscoped("test"):
        rows = Job.objects.filter(kind="plans.reschedule").order_by("asked_at", "pk")
        return [(row.pk, row.state) for row in rows if circle in (None, row.circle_id)]


def finish(world, item="m", circle="coast"):
    with unscoped("test"):
        return Scheduled.objects.get(item=world.ids[item], circle=world.ids[circle]).finish_at


def outdated(world, circle="coast"):
    with unscoped("test"):
        return Schedule.objects.get(circle=world.ids[circle]).outdated_at


def entries(world, circle="coast"):
    with unscoped("test"):
        return [row.event for row in Entry.objects.filter(circle=world.ids[circle]).order_by("number")][-2:]


def reports(circle, world):
    with unscoped("test"):
        found = Entry.objects.filter(circle=world.ids[circle], event="plan.rescheduled").order_by("number")
        return [json.loads(row.body)["facts"] for row in found]


def test_an_edit_of_a_large_plan_is_saved_and_its_dates_follow_in_a_job(world, plan):
    moves = edit(world, 13)

    ((job, state),) = jobs()
    assert (moves.joint.job_id, state, moves.joint.facts) == (job, "waiting", {})
    assert moved_words(moves) == "The dates are being computed."
    assert (finish(world), outdated(world) is not None) == (datetime(2031, 5, 9, 17), True)

    worker.run_next()

    assert (finish(world), outdated(world), jobs()) == (datetime(2031, 5, 23, 17), None, [(job, "done")])
    assert entries(world)[-1] == "plan.rescheduled"
    assert reports("coast", world) == [{"moved": 2, "finish_before": "2031-05-09T17:00", "finish": "2031-05-23T17:00"}]


def test_an_edit_of_a_small_plan_is_computed_at_once(world, plan, monkeypatch):
    monkeypatch.setattr(rescheduling, "AT_ONCE", 5)

    moves = edit(world, 13)

    assert (moves.joint.items, moves.joint.job_id, jobs(), outdated(world)) == (2, None, [], None)
    assert finish(world) == datetime(2031, 5, 23, 17)


def test_one_waiting_job_serves_all_who_edit(world, plan):
    first = edit(world, 13)
    since = outdated(world)

    second = edit(world, 4, "t1", "bo@Orchard", "second")

    assert second.joint.job_id == first.joint.job_id
    assert (len(jobs()), outdated(world)) == (1, since)
    worker.run_next()
    assert (finish(world), worker.run_next()) == (datetime(2031, 5, 27, 17), False)


def test_an_edit_while_a_job_runs_leaves_another_one_waiting(world, plan):
    edit(world, 13)
    job = worker._take()

    edit(world, 4, "t1", "bo@Orchard", "second")

    assert sorted(state for _, state in jobs()) == ["running", "waiting"]
    worker.run(job)
    worker.run_next()
    assert (outdated(world), [state for _, state in jobs()]) == (None, ["done", "done"])
    assert finish(world) == datetime(2031, 5, 27, 17)


def test_an_edit_is_never_refused_for_the_jobs_its_person_has(world, plan, monkeypatch):
    monkeypatch.setattr(job_actions, "UNDER_WAY_MAX", 1)
    count = {"circle_id": world.ids["Harbour only"], "kind": "notes.count", "arguments": {}}
    world.do("own", start_job, "ada@Harbour", **count)
    with pytest.raises(TooMany):
        world.do("one more", start_job, "ada@Harbour", **count)

    moves = edit(world, 13)

    assert jobs(world.ids["coast"]) == [(moves.joint.job_id, "waiting")]


def test_dates_that_follow_keep_nobody_from_own_jobs(world, plan, monkeypatch):
    monkeypatch.setattr(job_actions, "UNDER_WAY_MAX", 1)
    edit(world, 13)
    count = {"circle_id": world.ids["Harbour only"], "kind": "notes.count", "arguments": {}}

    assert world.do("own", start_job, "ada@Harbour", **count)


def test_who_asks_while_the_dates_are_being_computed_is_shown_that_job(world, plan):
    edit(world, 13)
    job = worker._take()

    asked = world.do("now", ask_for_dates, "bo@Orchard", plan_id=plan, circle_id=world.ids["coast"])

    assert (asked, len(jobs())) == (job.pk, 1)


def test_a_stopped_job_leaves_word_that_the_dates_are_out_of_date(world, plan):
    moves = edit(world, 13)
    world.do("stop", cancel_job, "ada@Harbour", job_id=moves.joint.job_id)

    assert not worker.run_next()
    head = tree_window(actor=world.actor("bo@Orchard"), plan_id=plan).head
    assert (head.outdated.job_id, head.outdated.since) == (None, outdated(world))

    world.do("now", ask_for_dates, "bo@Orchard", plan_id=plan, circle_id=world.ids["coast"])
    assert worker.run_next()
    assert (finish(world), outdated(world)) == (datetime(2031, 5, 23, 17), None)
    assert world.do("again", ask_for_dates, "bo@Orchard", plan_id=plan, circle_id=world.ids["coast"]) is None


@pytest.mark.parametrize("state", ["cancelled", "failed", "refused"])
def test_the_page_of_a_job_that_did_not_end_says_that_the_edit_stays(world, plan, state):
    moves = edit(world, 13)
    count = {"circle_id": world.ids["Harbour only"], "kind": "notes.count", "arguments": {}}
    other = world.do("other", start_job, "ada@Harbour", **count)
    with as_system("test"):
        Job.objects.update(state=state, ended_at=LATER)
    client = world.client("ada@Harbour")

    ours, theirs = (client.get(f"/jobs/{pk}").content.decode() for pk in (moves.joint.job_id, other))

    assert "What was changed in the plan stays." in ours and "Nothing was changed" not in ours
    assert f'href="/plans/{plan}"' in ours and "Compute now" in client.get(f"/plans/{plan}").content.decode()
    assert "Nothing was changed." in theirs


def test_a_job_that_can_be_stopped_says_before_what_stays(world, plan):
    moves = edit(world, 13)

    page = world.client("ada@Harbour").get(f"/jobs/{moves.joint.job_id}").content.decode()

    assert "What was changed in the plan stays; its dates can be computed later." in page
    assert "leaves no trace" not in page


NOT_YET = "The dates do not follow from the plan yet. A baseline can be taken as soon as they are computed."


def test_no_baseline_is_proposed_from_dates_that_are_out_of_date(world, plan):
    edit(world, 13)
    asked = {"plan_id": plan, "name": "as agreed", "days": 7}
    with pytest.raises(DatesOutdated, match=NOT_YET):
        world.do("too early", propose_baseline, "ada@Harbour", **asked)

    worker.run_next()

    proposal = world.do("in time", propose_baseline, "ada@Harbour", **asked)
    with unscoped("test"):
        assert Proposal.objects.get(pk=proposal).content["finish"] == "2031-05-23T17:00"


def test_no_baseline_is_taken_from_dates_that_are_out_of_date(world, monkeypatch):
    own = bring_in(world, quay(), circle="Harbour only")
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=own)}
    monkeypatch.setattr(rescheduling, "AT_ONCE", 2)
    edit(world, 13)
    with pytest.raises(DatesOutdated, match=NOT_YET):
        world.do("too early", take_baseline, "ada@Harbour", plan_id=own, name="mine")

    worker.run_next()

    assert world.do("in time", take_baseline, "ada@Harbour", plan_id=own, name="mine")


def test_the_page_says_that_a_baseline_waits_for_the_dates(world, plan):
    client, said = world.client("ada@Harbour"), {"name": "as agreed", "days": 7, "reason": ""}
    before = client.get(f"/plans/{plan}/settings").content.decode()
    edit(world, 13)

    page = client.get(f"/plans/{plan}/settings").content.decode()
    refused = client.post(f"/plans/{plan}/baselines", said)
    answer = client.post(f"/api/v1/plans/{plan}/baselines", said, content_type="application/json")

    assert NOT_YET not in before and "Propose the dates of now" in before
    assert NOT_YET in page and "Propose the dates of now" not in page
    assert (refused.status_code, NOT_YET in refused.content.decode()) == (409, True)
    assert 'value="as agreed"' in refused.content.decode()
    assert (answer.status_code, answer.json()["detail"]) == (409, NOT_YET)


def test_a_ring_is_refused_before_the_job(world, plan):
    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t1"]}
    with pytest.raises(CannotSchedule, match=r"These items wait for each other: Task t1 → Task t2 → Task t1\."):
        world.do("ring", link_items, "ada@Harbour", circle_id=world.ids["coast"], **ends)
    assert (jobs(), outdated(world)) == ([], None)

    ends = {"predecessor_id": world.ids["t3"], "successor_id": world.ids["t1"]}
    world.do("no ring", link_items, "ada@Harbour", circle_id=world.ids["coast"], **ends)
    assert len(jobs()) == 1


def test_what_counts_again_may_close_a_ring(world, plan):
    """An item that does not count in dates may have links that wait for each other."""
    counts(world, "t2", False)
    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t1"]}
    world.do("binds nothing", link_items, "ada@Harbour", circle_id=world.ids["coast"], **ends)
    worker.run_next()

    with pytest.raises(CannotSchedule, match="These items wait for each other"):
        counts(world, "t2", True)


def counts(world, item, value):
    with unscoped("test"):
        version = Item.objects.get(pk=world.ids[item]).version
    asked = {"item_id": world.ids[item], "version": version, "values": {"is_active": value}}
    world.do(f"{item} counts: {value}", edit_item, "ada@Harbour", **asked)


def test_only_what_may_close_a_ring_looks_for_one(world, plan):
    with CaptureQueriesContext(connection) as queries:
        edit(world, 13)

    assert [one["sql"] for one in queries if 'FROM "plans_link"' in one["sql"]] == []


def test_a_private_edit_of_a_large_plan_leaves_its_job_in_the_house(world, plan):
    with unscoped("test"):
        before = list(Schedule.objects.exclude(circle=world.ids["Harbour only"]).values_list())
        told = list(Entry.objects.exclude(circle=world.ids["Harbour only"]).values_list())

    divide(world, plan)

    assert [state for _, state in jobs(world.ids["Harbour only"])] == ["waiting"] and len(jobs()) == 1
    worker.run_next()
    assert finish(world, circle="Harbour only") == datetime(2031, 5, 19, 17)
    assert (entries(world, "Harbour only")[-1], outdated(world, "Harbour only")) == ("plan.rescheduled", None)
    with unscoped("test"):
        assert list(Schedule.objects.exclude(circle=world.ids["Harbour only"]).values_list()) == before
        assert list(Entry.objects.exclude(circle=world.ids["Harbour only"]).values_list()) == told


def test_a_private_job_does_not_do_the_joint_one(world, plan):
    divide(world, plan)
    edit(world, 13, "t3", "bo@Orchard")
    since = outdated(world)

    worker.run_next()

    assert (outdated(world), outdated(world, "Harbour only"), finish(world)) == (since, None, datetime(2031, 5, 9, 17))
    worker.run_next()
    assert (outdated(world), finish(world)) == (None, datetime(2031, 5, 21, 17))


def test_a_house_is_told_what_the_joint_job_moved_there(world, plan):
    edit(world, 4, "t1", "bo@Orchard")
    divide(world, plan, at=LATER)

    worker.run_next()

    assert outdated(world, "Harbour only") is None and finish(world, circle="Harbour only") == datetime(2031, 5, 21, 17)
    told = reports("Harbour only", world)
    assert [(one["moved"], one["finish_before"], one["finish"]) for one in told] == [
        (2, "2031-05-09T17:00", "2031-05-21T17:00")
    ]
    assert [one["finish"] for one in reports("coast", world)] == ["2031-05-13T17:00"]
    worker.run_next()
    assert [state for _, state in jobs()] == ["done", "done"] and reports("Harbour only", world) == told


def test_rows_of_several_circles_in_one_step_have_a_job_in_each(world, plan):
    own = divide(world, plan)
    worker.run_next()
    with unscoped("test"):
        chosen = [(pk, Item.objects.get(pk=pk).version) for pk in (own, world.ids["t1"])]
    items = [{"item_id": pk, "version": version} for pk, version in chosen]

    moves = world.do("both gone", withdraw_items, "ada@Harbour", plan_id=plan, items=items)

    assert [state for _, state in jobs(world.ids["coast"])] == ["waiting"]
    assert jobs(world.ids["Harbour only"])[-1] == (moves.joint.job_id, "waiting")
    while worker.run_next():
        pass
    assert finish(world) == datetime(2031, 5, 7, 17)
    assert (outdated(world), [row for row in schedules(plan) if row != world.ids["coast"]]) == (None, [])


def schedules(plan):
    with unscoped("test"):
        return list(Schedule.objects.filter(plan=plan).values_list("circle", flat=True))


def test_a_report_of_rows_of_several_circles_has_a_job_in_each(world, plan):
    own = divide(world, plan)
    worker.run_next()
    with unscoped("test"):
        chosen = {pk: Item.objects.get(pk=pk).version for pk in (own, world.ids["t1"])}
    reports = [Report(pk, version, Progress(50)) for pk, version in chosen.items()]

    world.do("week", report_progress, "ada@Harbour", plan_id=plan, reports=reports)

    waiting = [[state for _, state in jobs(world.ids[circle])][-1:] for circle in ("coast", "Harbour only")]
    assert waiting == [["waiting"], ["waiting"]] and outdated(world) and outdated(world, "Harbour only")


def test_a_private_ring_in_a_large_plan_is_told_in_its_house_alone(world, plan):
    ends = {"predecessor_id": world.ids["t2"], "successor_id": world.ids["t3"]}
    world.do("own", link_items, "ada@Harbour", circle_id=world.ids["Harbour only"], **ends)
    ends = {"predecessor_id": world.ids["t3"], "successor_id": world.ids["t2"]}
    world.do("joint", link_items, "bo@Orchard", circle_id=world.ids["coast"], **ends)

    while worker.run_next():
        pass

    theirs, ours = (tree_window(actor=world.actor(who), plan_id=plan).head for who in ("bo@Orchard", "ada@Harbour"))
    assert (theirs.refusal, theirs.house) == ("", None)
    assert ours.house.refusal == "These items wait for each other: Task t2 → Task t3 → Task t2."


def test_taking_a_step_back_asks_for_the_same_job(world, plan):
    first = edit(world, 13)
    actor = world.actor("ada@Harbour")
    with world.step("back"):
        back = undo(actor=actor, token=undo_token(actor, first.undo), at=LATER)

    assert back.joint.job_id == first.joint.job_id
    worker.run_next()
    assert (finish(world), outdated(world)) == (datetime(2031, 5, 9, 17), None)


def test_what_is_withdrawn_is_gone_before_the_dates_follow(world, plan):
    with unscoped("test"):
        version = Item.objects.get(pk=world.ids["t2"]).version
    world.do("gone", withdraw_item, "ada@Harbour", item_id=world.ids["t2"], version=version)

    for sort in ("", "finish"):
        window = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan, look=Look(level=9, sort=sort))
        assert world.ids["t2"] not in {row.id for row in window.rows}, sort
        assert window.total == len(window.rows)
    worker.run_next()

    assert (finish(world), outdated(world)) == (datetime(2031, 5, 5, 17), None)


def away_with_its_links(world, name="t2"):
    with unscoped("test"):
        version = Item.objects.get(pk=world.ids[name]).version
    world.do(f"{name} gone", withdraw_item, "ada@Harbour", item_id=world.ids[name], version=version)
    return {"item_id": world.ids[name], "version": version + 1}


def living_links(plan):
    with unscoped("test"):
        rows = Link.objects.filter(plan=plan, withdrawn_at=None)
        names = rows.values_list("predecessor__external_id", "successor__external_id")
        return sorted(f"{first}-{second}" for first, second in names)


def test_what_comes_back_is_not_computed_for_its_links(world, plan):
    back = away_with_its_links(world)

    with CaptureQueriesContext(connection) as queries:
        moves = world.do("t2 back", restore_item, "ada@Harbour", **back)

    assert moves.joint.job_id and living_links(plan) == ["t1-t2", "t2-m", "t3-m"]
    assert not [one["sql"] for one in queries if "plans_calendar" in one["sql"]]  # which every computing begins with


@pytest.mark.parametrize("also", [[], [("t3", "A")]])  # waits for a summary that holds it: only computing knows
def test_a_link_that_would_close_a_ring_stays_away_from_a_large_plan(world, plan, also):
    back = away_with_its_links(world)
    for first, second in [("m", "t1"), *also]:
        with unscoped("test"):
            link = Link(plan_id=plan, predecessor_id=world.ids[first], successor_id=world.ids[second], type="FS")
        link.circle_id = world.ids["coast"]
        with as_system("test"):
            link.save()

    world.do("t2 back", restore_item, "ada@Harbour", **back)

    assert len({"t1-t2", "t2-m"} & set(living_links(plan))) == 1
    with unscoped("test"):
        facts = Entry.objects.get(event="item.restored").body
    assert '"links":1,"links_away":1' in facts


def test_a_ring_through_summaries_is_found():
    holders = [("A", "a"), ("A", "B"), ("B", "b"), ("C", "c")]

    assert not _has_ring([("A", "C"), ("a", "b")], holders)
    assert _has_ring([("A", "C"), ("c", "b")], holders)
    assert _has_ring([("a", "b"), ("b", "a")], [])
