"""Levels of effort and WBS summaries, by hand. Data date and start Monday 2026-01-05 08:00."""

import pytest
from engine_cases import WORKDAY, at, calendar, days, early, late, network, shown, span
from engine_small import QUICK, SLOW, TASKS, small_networks
from engine_twin import effort_dates
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import NONE, Kind, Link, LinkType, Network, Task, link_of, schedule, task_of

EFFORT = {"kind": Kind.LEVEL_OF_EFFORT}


def test_a_level_of_effort_lasts_from_its_first_start_to_its_last_finish():
    tasks = [days(1), days(2), days(3), Task(**EFFORT)]

    plan = schedule(network(tasks, [(0, 1), (1, 2), (1, 3, "SS"), (2, 3, "FF")]), mode="p6")

    assert span(plan, 3) == ("2026-01-06T08:00", "2026-01-12T17:00")
    assert early(plan, 3) == span(plan, 3)
    assert (plan.critical[3], plan.near_critical[3], plan.longest_path[3]) == (False, False, False)
    assert shown(plan.project_finish[0]) == "2026-01-12T17:00"


@pytest.mark.parametrize(
    ("links", "dates"),
    [
        ([(0, 2, "FS"), (1, 2, "FF")], ("2026-01-07T08:00", "2026-01-09T17:00")),
        ([(2, 1, "SS"), (2, 1, "FF")], ("2026-01-07T08:00", "2026-01-09T17:00")),
        ([(0, 2, "SS", WORKDAY), (1, 2, "FF", WORKDAY)], ("2026-01-06T08:00", "2026-01-12T17:00")),
        ([(0, 2, "SS"), (2, 1, "FS")], ("2026-01-05T08:00", "2026-01-06T17:00")),
        # Nothing says when it ends, or when it begins.
        ([(0, 2, "SS")], ("2026-01-05T08:00", "2026-01-05T08:00")),
        ([(1, 2, "FF")], ("2026-01-05T08:00", "2026-01-09T17:00")),
        ([], ("2026-01-05T08:00", "2026-01-05T08:00")),
    ],
)
def test_every_link_of_a_level_of_effort_gives_a_date(links, dates):
    plan = schedule(network([days(2), days(3), days(9, **EFFORT)], [(0, 1), *links]), mode="p6")

    assert span(plan, 2) == dates


def test_a_level_of_effort_drives_nothing():
    plan = schedule(network([days(1), Task(**EFFORT), days(1)], [(0, 1, "SS"), (1, 2)]), mode="p6")

    assert early(plan, 2) == ("2026-01-05T08:00", "2026-01-05T17:00")
    assert plan.driving.tolist() == [False, False]
    assert plan.free_float[0] == plan.total_float[0] == 0


def test_levels_of_effort_span_each_other():
    tasks = [Task(**EFFORT), Task(**EFFORT), days(1), days(2)]

    plan = schedule(network(tasks, [(2, 3), (1, 0, "SS"), (1, 0, "FF"), (2, 1, "SS"), (3, 1, "FF")]), mode="p6")

    assert span(plan, 0) == span(plan, 1) == ("2026-01-05T08:00", "2026-01-07T17:00")


def test_what_has_happened_to_a_level_of_effort_stays():
    tasks = [days(5), Task(actual_start=at("2025-12-01T08:00"), **EFFORT)]
    over = Task(actual_start=at("2025-12-01T08:00"), actual_finish=at("2025-12-02T17:00"), **EFFORT)

    plan = schedule(network([*tasks, over], [(0, 1, "SS"), (0, 1, "FF"), (0, 2, "FF")]), mode="p6")

    assert span(plan, 1) == ("2025-12-01T08:00", "2026-01-09T17:00")
    assert span(plan, 2) == ("2025-12-01T08:00", "2025-12-02T17:00")
    assert (shown(plan.remaining_start[1]), shown(plan.remaining_start[2])) == ("2026-01-05T08:00", None)


def test_late_dates_of_a_level_of_effort_come_from_late_dates():
    tasks = [days(1), days(4), Task(**EFFORT)]

    plan = schedule(network(tasks, [(0, 2, "SS"), (0, 2, "FF")]), mode="p6")

    assert late(plan, 2) == ("2026-01-08T08:00", "2026-01-08T17:00")
    assert plan.total_float[2] == 3 * WORKDAY


def test_a_level_of_effort_keeps_to_its_calendar():
    mornings = calendar([[(480, 720)]] * 5 + [[], []])

    plan = schedule(
        network([days(1), Task(calendar=1, **EFFORT)], [(0, 1), (0, 1, "FF")], [calendar(), mornings]), mode="p6"
    )

    # The predecessor ends at 17:00: the effort begins the next morning, and so it ends there too.
    assert span(plan, 1) == ("2026-01-06T08:00", "2026-01-06T08:00")


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_a_wbs_summary_spans_its_branch(mode):
    tasks = [
        Task(kind=Kind.SUMMARY),
        Task(kind=Kind.WBS_SUMMARY, parent=0),
        days(2, parent=0),
        Task(kind=Kind.SUMMARY, parent=0),
        days(3, parent=3),
        days(9),
        Task(kind=Kind.WBS_SUMMARY),
        Task(kind=Kind.WBS_SUMMARY, is_active=False),
        Task(kind=Kind.WBS_SUMMARY, parent=3),
    ]

    plan = schedule(network(tasks, [(2, 4)]), mode=mode)

    assert span(plan, 1) == span(plan, 0) == ("2026-01-05T08:00", "2026-01-09T17:00")
    assert span(plan, 6) == ("2026-01-05T08:00", "2026-01-15T17:00")
    assert span(plan, 8) == ("2026-01-07T08:00", "2026-01-09T17:00")
    assert (plan.start[7], plan.critical[[1, 6, 8]].any()) == (NONE, False)


@settings(max_examples=40, deadline=None)
@given(
    built=small_networks(),
    ends=st.lists(
        st.tuples(
            st.integers(0, TASKS - 1), st.booleans(), st.sampled_from(list(LinkType)), st.sampled_from([0, 0, 200])
        ),
        max_size=4,
        unique_by=lambda one: one[:3],
    ),
    hours=st.sampled_from([0, 1, 2]),
)
def test_counting_minutes_gives_the_same_dates(built, ends, hours):
    links = [
        Link(predecessor=other if leads_in else TASKS, successor=TASKS if leads_in else other, type=kind, lag=lag)
        for other, leads_in, kind, lag in ends
    ]
    tasks = [task_of(built, index) for index in range(TASKS)]
    every = [*(link_of(built, index) for index in range(built.link_count)), *links]
    with_effort = Network.build([*tasks, Task(calendar=hours, **EFFORT)], every, QUICK, built.projects)

    plan = schedule(with_effort, mode="p6")

    dates = list(zip(plan.early_start.tolist(), plan.early_finish.tolist(), strict=True))
    assert dates[:TASKS] == list(zip(*(column.tolist() for column in bare(built)), strict=True))
    assert dates[TASKS] == effort_dates(with_effort, SLOW, dates, TASKS)


def bare(built: Network):
    plan = schedule(built, mode="p6")
    return plan.early_start, plan.early_finish
