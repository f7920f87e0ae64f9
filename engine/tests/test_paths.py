"""What drives a task, and which chains come next, by hand and against a slow twin."""

from dataclasses import replace

import pytest
from engine_cases import WORKDAY, at, days, network, shown
from engine_random import random_network
from engine_small import TASKS, small_networks
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import (
    NONE,
    Constraint,
    Driver,
    Edits,
    FloatPath,
    InvalidQuestion,
    Kind,
    LinkType,
    Options,
    Task,
    drivers,
    edited,
    float_bands,
    float_paths,
    schedule,
    task_of,
)

WEDNESDAY = "2026-01-07T08:00"


def told(found) -> list[tuple]:
    return [(one.reason, one.link, one.predecessor, shown(one.at)) for one in found]


def test_the_latest_predecessor_drives():
    built = network([days(1), days(2), days(1)], [(0, 2), (1, 2)])

    assert told(drivers(built, schedule(built), 2)) == [("link", 1, 1, "2026-01-06T17:00")]
    assert told(drivers(built, schedule(built), 0)) == [("project_start", -1, -1, "2026-01-05T08:00")]


def test_predecessors_that_end_together_both_drive():
    built = network([days(2), days(2), days(1)], [(0, 2), (1, 2)])

    assert [one.predecessor for one in drivers(built, schedule(built), 2)] == [0, 1]


@pytest.mark.parametrize(
    ("mode", "task", "links", "reason"),
    [
        ("msp", {"constraint": Constraint.START_NO_EARLIER, "constraint_at": at(WEDNESDAY)}, [], "constraint"),
        ("p6", {"constraint": Constraint.FINISH_NO_EARLIER, "constraint_at": at("2026-01-07T17:00")}, [], "constraint"),
        ("p6", {"constraint": Constraint.START_NO_LATER, "constraint_at": at("2026-02-02T08:00")}, [], "data_date"),
        ("p6", {"external_start": at(WEDNESDAY)}, [], "external_start"),
        ("p6", {"actual_start": at("2026-01-05T08:00"), "remaining": 60}, [], "data_date"),
        ("msp", {"actual_start": at("2026-01-05T08:00"), "remaining": 60}, [(0, 1)], "actual_start"),
        ("msp", {"is_manual": True, "manual_start": at(WEDNESDAY), "manual_finish": at(WEDNESDAY)}, [(0, 1)], "manual"),
        ("msp", {"constraint": Constraint.ALAP}, [(0, 1)], "late_dates"),
    ],
)
def test_what_else_decides_a_start(mode, task, links, reason):
    built = network([days(1), days(1, **task)], links, data_date="2026-01-06T08:00")

    assert [one.reason for one in drivers(built, schedule(built, mode=mode), 1)] == [reason]


def test_a_constraint_and_a_link_can_decide_together():
    held = days(1, constraint=Constraint.START_NO_EARLIER, constraint_at=at(WEDNESDAY))
    built = network([days(2), held], [(0, 1)])

    assert [one.reason for one in drivers(built, schedule(built), 1)] == ["link", "constraint"]


def test_a_link_of_a_summary_drives_its_earliest_tasks():
    tasks = [days(2), Task(kind=Kind.SUMMARY), days(1, parent=1), days(1, parent=1)]
    built = network(tasks, [(0, 1), (2, 3)])
    plan = schedule(built)

    assert told(drivers(built, plan, 2)) == [("link", 0, 0, "2026-01-06T17:00")]
    assert [one.link for one in drivers(built, plan, 3)] == [1]
    assert drivers(built, plan, 1) == drivers(built, plan, 2)


def test_paths_to_the_end_come_by_their_slack():
    # 0 → 1 → 4 is the longest; 2 → 3 joins it two days later, 5 ends by itself.
    built = network([days(3), days(3), days(2), days(2), days(1), days(4)], [(0, 1), (1, 4), (2, 3), (3, 4)])

    paths = float_paths(built, schedule(built))

    assert [(one.tasks, one.slack, one.into) for one in paths] == [
        ((0, 1, 4), 0, -1),
        ((2, 3), 2 * WORKDAY, 4),
        ((5,), 3 * WORKDAY, -1),
    ]
    assert [one.tasks for one in float_paths(built, schedule(built), count=1)] == [(0, 1, 4)]


def test_paths_to_a_task_know_only_what_leads_there():
    built = network([days(3), days(3), days(2), days(2), days(1), days(4)], [(0, 1), (1, 4), (2, 3), (3, 4)])

    paths = float_paths(built, schedule(built), 3)

    assert [(one.tasks, one.slack) for one in paths] == [((2, 3), 0)]


def test_a_chain_ends_where_its_predecessor_has_more_slack():
    # 0 reaches 2 one day early: it is a path of its own that leads into the second.
    built = network([days(1), days(2), days(1), days(5)], [(0, 2), (1, 2)])

    paths = float_paths(built, schedule(built))

    assert [(one.tasks, one.slack, one.into) for one in paths] == [
        ((3,), 0, -1),
        ((1, 2), 2 * WORKDAY, -1),
        ((0,), 3 * WORKDAY, 2),
    ]
    assert isinstance(paths[0], FloatPath)


def test_finished_tasks_are_on_no_path():
    done = days(1, actual_start=at("2026-01-05T08:00"), actual_finish=at("2026-01-05T17:00"))
    built = network([done, days(2)], [(0, 1)])

    assert [one.tasks for one in float_paths(built, schedule(built))] == [(1,)]


@pytest.mark.parametrize("mode", ["msp", "p6"])
@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_every_task_is_on_one_path_and_slack_never_falls(mode, seed):
    built = random_network(seed, 30)
    plan = schedule(built, mode=mode)

    paths = float_paths(built, plan, count=10**6)

    tasks = [task for one in paths for task in one.tasks]
    is_open = (plan.remaining_start != NONE) & (built.kind < Kind.SUMMARY)
    assert sorted(tasks) == is_open.nonzero()[0].tolist()
    assert [one.slack for one in paths] == sorted(one.slack for one in paths)
    assert all(one.into < 0 or one.into in tasks for one in paths)
    ends = plan.project_finish[0] == plan.early_finish
    assert paths[0].slack == 0 or not (ends & is_open).any()


@settings(deadline=None, max_examples=30)
@given(small_networks(calendars=(2,), kinds=[LinkType.FS, LinkType.SS]), st.sampled_from([None, TASKS - 1]))
def test_a_path_can_slip_by_its_slack_and_no_minute_more(built, task):
    plan = schedule(built)

    def reached(network) -> int:
        again = schedule(network)
        return int(again.project_finish[0] if task is None else again.early_start[task])

    for path in float_paths(built, plan, task, count=99):
        first = path.tasks[0]
        if first != task:
            later = Constraint.START_NO_EARLIER
            for minutes, moves in ((path.slack, False), (path.slack + 1, True)):
                at_ = int(plan.early_start[first]) + minutes
                row = replace(task_of(built, first), constraint=later, constraint_at=at_)
                assert (reached(edited(built, Edits(tasks={first: row}))) > reached(built)) == moves


@pytest.mark.parametrize("mode", ["msp", "p6"])
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_drivers_are_the_driving_links(mode, seed):
    built = random_network(seed, 25)
    plan = schedule(built, mode=mode)
    above = {index: int(one) for index, one in enumerate(built.parent)}

    for task in ((plan.early_start != NONE) & (built.kind < Kind.SUMMARY)).nonzero()[0].tolist():
        found = drivers(built, plan, task)
        assert all(isinstance(one, Driver) for one in found)
        assert found
        line = [task]
        while line[-1] >= 0:
            line.append(above[line[-1]])
        assert all(plan.driving[one.link] for one in found if one.reason == "link")
        own = {link for link in plan.driving.nonzero()[0].tolist() if built.successor[link] == task}
        if built.constraint[task] != Constraint.ALAP and {one.reason for one in found} & {"link"}:
            assert own <= {one.link for one in found}
            assert {int(built.successor[one.link]) for one in found if one.link >= 0} <= set(line)


def test_bands_count_from_the_least_float():
    done = days(1, actual_start=at("2026-01-05T08:00"), actual_finish=at("2026-01-05T17:00"))
    plan = schedule(network([days(9), days(8), days(4), days(1), done]))

    assert float_bands(plan, (0, 480, 5 * 480)).tolist() == [0, 1, 2, 3, -1]
    assert float_bands(plan, ()).tolist() == [0, 0, 0, 0, -1]
    with pytest.raises(InvalidQuestion, match="do not rise"):
        float_bands(plan, (480, 480))


def test_questions_that_have_no_answer_are_refused():
    built = network([days(1), days(1, is_active=False)])
    plan = schedule(built)

    assert len(float_paths(built, plan, 0)) == 1
    for task, sentence in ((2, "no task 2"), (-1, "no task -1"), (1, "Task 1 has no dates")):
        with pytest.raises(InvalidQuestion, match=sentence):
            drivers(built, plan, task)
    with pytest.raises(InvalidQuestion, match="no project 1"):
        float_paths(built, plan, project=1)
    with pytest.raises(InvalidQuestion, match="0 paths"):
        float_paths(built, plan, count=0)
    with pytest.raises(InvalidQuestion, match="not one of this network"):
        drivers(network([days(2)]), plan, 0)
    assert schedule(built, options=Options(near_float=0)).near_critical.tolist() == [False, False]
