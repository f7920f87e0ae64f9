"""P6 dates that must be met at an hour without work: early dates move on, late dates go back (Oracle, judge.md, [1])."""

import pytest
from engine_cases import AROUND_THE_CLOCK, at, calendar, days, early, late, network

from consortio_engine import Constraint, Kind, Task, schedule


@pytest.mark.parametrize(
    ("date", "first", "last", "finish"),
    [
        ("2026-01-10T10:00", "2026-01-12T08:00", "2026-01-09T17:00", "2026-01-12T17:00"),  # a Saturday
        ("2026-01-12T00:00", "2026-01-12T08:00", "2026-01-09T17:00", "2026-01-12T17:00"),  # a date without a time
        ("2026-01-08T12:30", "2026-01-08T13:00", "2026-01-08T12:00", "2026-01-09T12:00"),  # at lunch
        ("2026-01-09T17:00", "2026-01-12T08:00", "2026-01-09T17:00", "2026-01-12T17:00"),  # as work ends
        ("2026-01-12T08:00", "2026-01-12T08:00", "2026-01-12T08:00", "2026-01-12T17:00"),  # as work begins
        ("2026-01-12T09:00", "2026-01-12T09:00", "2026-01-12T09:00", "2026-01-13T09:00"),  # while people work
    ],
)
def test_a_p6_task_that_must_start_where_nobody_works_starts_after_it_and_is_late_before_it(date, first, last, finish):
    """So Oracle tells; who works around the clock before it has until the late start."""
    must = days(1, constraint=Constraint.MUST_START_ON, constraint_at=at(date))
    tasks = [Task(duration=1440, calendar=1), must, days(20)]

    plan = schedule(network(tasks, [(0, 1)], [calendar(), calendar(AROUND_THE_CLOCK)]), mode="p6")

    assert early(plan, 1) == (first, finish)
    assert late(plan, 1) == (last, finish)
    assert late(plan, 0)[1] == last


@pytest.mark.parametrize(
    ("date", "start", "first", "last"),
    [
        ("2026-01-10T10:00", "2026-01-09T08:00", "2026-01-12T08:00", "2026-01-09T17:00"),  # a Saturday
        ("2026-01-12T00:00", "2026-01-09T08:00", "2026-01-12T08:00", "2026-01-09T17:00"),  # a date without a time
        ("2026-01-08T12:30", "2026-01-07T13:00", "2026-01-08T13:00", "2026-01-08T12:00"),  # at lunch
        ("2026-01-12T08:00", "2026-01-09T08:00", "2026-01-12T08:00", "2026-01-09T17:00"),  # as work begins
        ("2026-01-09T17:00", "2026-01-09T08:00", "2026-01-09T17:00", "2026-01-09T17:00"),  # as work ends
        ("2026-01-09T16:00", "2026-01-08T16:00", "2026-01-09T16:00", "2026-01-09T16:00"),  # while people work
    ],
)
def test_a_p6_task_that_must_finish_where_nobody_works_finishes_after_it_and_is_late_before_it(
    date, start, first, last
):
    """So Oracle tells; who works around the clock after it begins at the early finish."""
    must = days(1, constraint=Constraint.MUST_FINISH_ON, constraint_at=at(date))
    tasks = [must, Task(duration=60, calendar=1), days(20)]

    plan = schedule(network(tasks, [(0, 1)], [calendar(), calendar(AROUND_THE_CLOCK)]), mode="p6")

    assert early(plan, 0) == (start, first)
    assert late(plan, 0) == (start, last)
    assert early(plan, 1)[0] == first


@pytest.mark.parametrize("rule", [Constraint.MUST_START_ON, Constraint.MUST_FINISH_ON])
@pytest.mark.parametrize("kind", [Kind.START_MILESTONE, Kind.FINISH_MILESTONE])
def test_a_p6_milestone_that_must_be_on_a_saturday_is_early_on_monday_and_late_on_friday(kind, rule):
    milestone = Task(kind=kind, constraint=rule, constraint_at=at("2026-01-10T10:00"))

    plan = schedule(network([milestone, days(20)]), mode="p6")

    assert early(plan, 0) == ("2026-01-12T08:00", "2026-01-12T08:00")
    assert late(plan, 0) == ("2026-01-09T17:00", "2026-01-09T17:00")


def test_a_p6_task_that_must_finish_at_the_midnight_at_which_work_ends_finishes_then():
    evenings = calendar([[(960, 1440)]] * 5 + [[], []])
    must = days(1, constraint=Constraint.MUST_FINISH_ON, constraint_at=at("2026-01-10T00:00"))

    plan = schedule(network([must, days(20)], calendars=[evenings]), mode="p6")

    assert early(plan, 0) == ("2026-01-09T16:00", "2026-01-10T00:00")
    assert late(plan, 0) == early(plan, 0)


def test_a_p6_second_constraint_limits_what_must_start_on_a_saturday():
    saturday = {"constraint": Constraint.MUST_START_ON, "constraint_at": at("2026-01-10T10:00")}
    thursday = {"constraint2": Constraint.START_NO_LATER, "constraint2_at": at("2026-01-08T08:00")}

    plan = schedule(network([days(1, **saturday, **thursday), days(20)]), mode="p6")

    assert late(plan, 0) == ("2026-01-08T08:00", "2026-01-08T17:00")
