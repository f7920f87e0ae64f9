"""
Hand-worked schedules with progress, under retained logic. Data date Monday 2026-01-12 08:00, start a week earlier.
"""

import pytest
from engine_cases import WORKDAY, at, days, early, late, network, shown, span

from consortio_engine import Kind, Options, Task, schedule

STATUS = "2026-01-12T08:00"


def progress(tasks, links=(), **options):
    return schedule(network(tasks, links, data_date=STATUS), mode="p6", options=Options(**options))


def finished(count, start, finish, **attributes) -> Task:
    return days(count, actual_start=at(start), actual_finish=at(finish), **attributes)


def started(count, remaining, start, **attributes) -> Task:
    return days(count, remaining=int(remaining * WORKDAY), actual_start=at(start), **attributes)


def test_nothing_is_planned_before_the_data_date():
    assert early(progress([days(1)]), 0) == ("2026-01-12T08:00", "2026-01-12T17:00")


def test_finished_tasks_show_actual_dates_and_drive_from_the_data_date():
    plan = progress([finished(2, "2026-01-05T08:00", "2026-01-06T17:00"), days(1)], [(0, 1)])

    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-06T17:00")
    assert early(plan, 0) == (STATUS, STATUS)
    assert early(plan, 1) == ("2026-01-12T08:00", "2026-01-12T17:00")
    assert (plan.total_float[0], plan.free_float[0], plan.critical[0]) == (0, 0, False)
    assert (shown(plan.remaining_start[0]), shown(plan.remaining_finish[0])) == (None, None)


def test_what_is_left_of_a_lag_counts_from_the_data_date():
    # Finished on Thursday evening: one day of the lag of three is over on Friday.
    before = finished(2, "2026-01-07T08:00", "2026-01-08T17:00")

    plan = progress([before, days(1), days(1)], [(0, 1, "FS", 3 * WORKDAY), (0, 2, "FS", WORKDAY)])

    assert early(plan, 1)[0] == "2026-01-14T08:00"
    assert early(plan, 2)[0] == "2026-01-12T08:00"


def test_a_started_task_goes_on_at_the_data_date():
    plan = progress([started(7, 2, "2026-01-05T08:00")])

    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-13T17:00")
    assert (shown(plan.remaining_start[0]), shown(plan.remaining_finish[0])) == (STATUS, "2026-01-13T17:00")


def test_a_started_task_finishes_by_its_duration_at_completion():
    # Nine days in all from Monday the 5th: Thursday the 15th, although five are done by the data date.
    plan = progress([started(9, 2, "2026-01-05T08:00")])

    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-15T17:00")
    assert shown(plan.remaining_start[0]) == "2026-01-14T08:00"


def test_what_is_left_never_lies_before_the_data_date():
    # Three days in all would have ended on the 7th, but two are left.
    plan = progress([started(3, 2, "2026-01-05T08:00")])

    assert (shown(plan.remaining_start[0]), shown(plan.finish[0])) == (STATUS, "2026-01-13T17:00")


def test_retained_logic_lets_the_rest_wait_for_the_predecessor():
    plan = progress([days(3), started(4, 2, "2026-01-08T08:00")], [(0, 1)])

    assert span(plan, 1) == ("2026-01-08T08:00", "2026-01-16T17:00")
    assert shown(plan.remaining_start[1]) == "2026-01-15T08:00"
    assert plan.longest_path.tolist() == [True, True]


def test_progress_override_lets_the_rest_go_on_without_the_predecessor():
    # Begun out of turn: two days are left from the data date on, whatever the predecessor does.
    rows = [days(3), started(4, 2, "2026-01-08T08:00"), days(1)], [(0, 1), (1, 2)]

    plan, retained = progress(*rows, progress="override"), progress(*rows)

    assert (shown(plan.remaining_start[1]), shown(plan.finish[1])) == (STATUS, "2026-01-13T17:00")
    assert early(plan, 2)[0] == "2026-01-14T08:00"
    # The link counts no more on the way back either: the predecessor has the float of an open end.
    assert late(plan, 0) == ("2026-01-12T08:00", "2026-01-14T17:00")
    assert (plan.total_float[0], plan.driving.tolist()) == (0, [False, True])
    assert early(retained, 2)[0] == "2026-01-19T08:00"


@pytest.mark.parametrize(
    "before", [finished(1, "2026-01-05T08:00", "2026-01-05T17:00"), started(9, 5, "2026-01-06T08:00")]
)
def test_progress_override_keeps_links_to_what_has_not_begun(before):
    rows = [before, days(1)], [(0, 1)]

    assert progress(*rows, progress="override").start.tolist() == progress(*rows).start.tolist()


def test_a_finished_task_hands_on_what_it_waits_for():
    # Finished out of order: its successor still waits for the unfinished predecessor.
    plan = progress([days(3), finished(1, "2026-01-06T08:00", "2026-01-06T17:00"), days(1)], [(0, 1), (1, 2)])

    assert early(plan, 2)[0] == "2026-01-15T08:00"


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [
        # Five days are done at the data date: a lag of six leaves one.
        ("SS", 6, "2026-01-13T08:00"),
        ("SS", 3, "2026-01-12T08:00"),
        ("FS", 0, "2026-01-14T08:00"),
        ("FS", -1, "2026-01-13T08:00"),
        # A lead never lands before the data date.
        ("FS", -5, "2026-01-12T08:00"),
        ("FF", 1, "2026-01-14T08:00"),
    ],
)
def test_links_from_a_started_task(kind, lag, start):
    plan = progress([started(7, 2, "2026-01-05T08:00"), days(1)], [(0, 1, kind, lag * WORKDAY)])

    assert early(plan, 1)[0] == start


def test_suspension_does_not_count_as_work_done():
    # Two days of the week were lost, so three are done: of a lag of four one is left.
    lost = {"suspended_at": at("2026-01-07T08:00"), "resumed_at": at("2026-01-09T08:00")}

    plan = progress([started(5, 2, "2026-01-05T08:00", **lost), days(1)], [(0, 1, "SS", 4 * WORKDAY)])

    assert early(plan, 1)[0] == "2026-01-13T08:00"


def test_a_given_actual_duration_is_believed():
    plan = progress([started(5, 2, "2026-01-05T08:00", actual_duration=480), days(1)], [(0, 1, "SS", 4 * WORKDAY)])

    assert early(plan, 1)[0] == "2026-01-15T08:00"


def test_late_dates_of_a_started_task_hold_what_remains():
    plan = progress([started(7, 2, "2026-01-05T08:00"), days(10)])

    assert late(plan, 0) == ("2026-01-22T08:00", "2026-01-23T17:00")
    assert plan.total_float[0] == 8 * WORKDAY


@pytest.mark.parametrize(
    ("date", "used", "finish"),
    [
        ("2026-01-15T17:00", True, "2026-01-15T17:00"),
        ("2026-01-15T17:00", False, "2026-01-12T17:00"),
        # Before the data date it is no expectation any more.
        ("2026-01-09T17:00", True, "2026-01-12T17:00"),
    ],
)
def test_an_expected_finish_decides_what_is_left(date, used, finish):
    plan = progress([days(1, expected_finish=at(date))], use_expected_finish=used)

    assert early(plan, 0) == ("2026-01-12T08:00", finish)


def test_links_to_the_finish_override_an_expected_finish():
    plan = progress(
        [days(3), days(1, expected_finish=at("2026-01-20T17:00"))], [(0, 1, "FF")], use_expected_finish=True
    )

    assert early(plan, 1) == ("2026-01-14T08:00", "2026-01-14T17:00")


def test_microsoft_keeps_the_actual_start_and_finishes_by_duration():
    tasks = [started(4, 2, "2026-01-06T08:00"), days(1)]

    plan = schedule(network(tasks, [(0, 1)]))

    assert span(plan, 0) == ("2026-01-06T08:00", "2026-01-09T17:00")
    assert early(plan, 1)[0] == "2026-01-12T08:00"
    assert late(plan, 0) == ("2026-01-06T08:00", "2026-01-09T17:00")


def test_microsoft_finished_tasks_drive_from_their_actual_finish():
    plan = schedule(network([finished(2, "2026-01-05T08:00", "2026-01-07T12:00"), days(1)], [(0, 1)]))

    assert early(plan, 1) == ("2026-01-07T13:00", "2026-01-08T12:00")
    assert (plan.total_float[0], plan.critical.tolist()) == (0, [False, True])


def test_a_summary_is_finished_when_all_children_are():
    done = {"parent": 0}
    tasks = [Task(kind=Kind.SUMMARY), finished(1, "2026-01-05T08:00", "2026-01-05T17:00", **done), days(1, parent=0)]

    part, whole = progress(tasks), progress(tasks[:2])

    assert span(part, 0) == ("2026-01-05T08:00", "2026-01-12T17:00")
    assert (part.critical[0], whole.critical[0]) == (True, False)
    assert span(whole, 0) == ("2026-01-05T08:00", "2026-01-05T17:00")
