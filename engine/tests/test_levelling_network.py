"""A levelling problem from a plan: which dates bind, what stays, and which links count."""

import pytest
from engine_cases import MONDAY, WORKDAY, at, days, link, network, shown

from consortio_engine import ELAPSED, Constraint, Kind, Task, schedule
from consortio_engine.resources import Assignment, InvalidProblem, Mode, Resource, level, problem_of, verify

ADA = Resource(name="Ada", capacity=1)
WEDNESDAY, THURSDAY_EVENING = "2026-01-07T08:00", "2026-01-08T17:00"


def job_of(task: Task, mode="msp"):
    """The job of a task that stands alone."""
    plan = network([task])
    return problem_of(plan, schedule(plan, mode=mode), [], []).jobs[0]


@pytest.mark.parametrize(
    ("constraint", "date", "earliest", "latest"),
    [
        (Constraint.ASAP, None, MONDAY, None),
        (Constraint.START_NO_EARLIER, WEDNESDAY, WEDNESDAY, None),
        (Constraint.FINISH_NO_EARLIER, THURSDAY_EVENING, WEDNESDAY, None),
        (Constraint.START_NO_LATER, WEDNESDAY, MONDAY, THURSDAY_EVENING),
        (Constraint.FINISH_NO_LATER, THURSDAY_EVENING, MONDAY, THURSDAY_EVENING),
        (Constraint.START_ON, WEDNESDAY, WEDNESDAY, THURSDAY_EVENING),
        (Constraint.FINISH_ON, THURSDAY_EVENING, WEDNESDAY, THURSDAY_EVENING),
    ],
)
def test_constraints_become_earliest_and_mandatory_dates(constraint, date, earliest, latest):
    job = job_of(days(2, constraint=constraint, constraint_at=None if date is None else at(date)), mode="p6")

    assert (shown(job.earliest), job.latest and shown(job.latest), job.fixed_at) == (earliest, latest, None)


@pytest.mark.parametrize(
    "task",
    [
        days(2, constraint=Constraint.MUST_START_ON, constraint_at=at(WEDNESDAY)),
        days(2, constraint=Constraint.MUST_FINISH_ON, constraint_at=at(THURSDAY_EVENING)),
        days(2, is_manual=True, manual_start=at(WEDNESDAY), manual_finish=at(THURSDAY_EVENING)),
        days(2, actual_start=at(WEDNESDAY)),
    ],
)
def test_mandatory_manual_and_begun_tasks_stay_where_the_schedule_has_them(task):
    job = job_of(task)

    assert (shown(job.fixed_at), shown(job.fixed_finish)) == (WEDNESDAY, THURSDAY_EVENING)


def test_bounds_from_other_projects_and_deadlines_are_kept():
    job = job_of(days(2, external_start=at(WEDNESDAY), external_finish=at(THURSDAY_EVENING), deadline=at(WEDNESDAY)))

    assert [shown(one) for one in (job.earliest, job.latest, job.deadline)] == [WEDNESDAY, THURSDAY_EVENING, WEDNESDAY]


def test_links_on_summaries_act_on_their_tasks_and_durations_around_the_clock_stay_so():
    tasks = [days(0, kind=Kind.SUMMARY), days(1, parent=0), days(2, parent=0), Task(duration=2880, is_elapsed=True)]
    plan = network(tasks, [(0, 3)])
    problem = problem_of(plan, schedule(plan), [], [])

    assert [job.task for job in problem.jobs] == [1, 2, 3]
    assert [(one.predecessor, one.successor) for one in problem.links] == [(0, 2), (1, 2)]
    assert (problem.jobs[2].calendar, problem.jobs[2].duration) == (ELAPSED, 2880)


def test_units_add_up_modes_replace_them_and_what_is_not_scheduled_takes_nothing():
    plan = network([days(1), days(1), days(1, is_active=False)])
    assignments = [Assignment(task=task, resource=0, units=1) for task in (0, 0, 1, 2)]
    ways = [Mode(duration=WORKDAY, demand={0: 1}), Mode(duration=2 * WORKDAY)]
    problem = problem_of(plan, schedule(plan), assignments, [ADA], modes={1: ways}, weights={0: 5})

    assert [dict(job.ways[0].demand) for job in problem.jobs] == [{0: 2}, {0: 1}]
    assert ([len(job.ways) for job in problem.jobs], [job.weight for job in problem.jobs]) == ([1, 2], [5, 1])
    assert [(note.code, note.resource, note.value) for note in problem.notes] == [("takes_nothing", 0, 2)]


def test_lags_of_p6_count_in_the_calendar_of_the_predecessor():
    plan = network([days(1), days(1)], [link(0, 1, "FS", 60)])

    lag_calendars = [
        problem_of(plan, schedule(plan, mode=mode), [], []).links[0].lag_calendar for mode in ("msp", "p6")
    ]

    assert lag_calendars == [-1, 0]


def test_a_levelled_plan_of_two_modes_of_schedule_is_valid():
    plan = network([days(2), days(2), days(1)], [(0, 2, "FF", 0)])
    assignments = [Assignment(task=task, resource=0, units=1) for task in range(3)]
    for mode in ("msp", "p6"):
        problem = problem_of(plan, schedule(plan, mode=mode), assignments, [ADA])

        answer = level(problem, limit=None, deterministic_limit=1.0, workers=1)

        assert (answer.status, shown(answer.finish_at), verify(problem, answer)) == ("ok", "2026-01-09T17:00", [])


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        (Assignment(task=9, resource=0, units=1), "Assignment 0 names task 9; there are 1."),
        (Assignment(task=0, resource=3, units=1), "Assignment 0 names resource 3; there are 1."),
        (Assignment(task=0, resource=0, units=-1), "Assignment 0 has -1 units."),
    ],
)
def test_faulty_assignments_are_refused(assignment, said):
    plan = network([days(1)])

    with pytest.raises(InvalidProblem) as refusal:
        problem_of(plan, schedule(plan), [assignment], [ADA])

    assert [fault.message for fault in refusal.value.faults] == [said]
