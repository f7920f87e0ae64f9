"""Tasks that are as long as their assignments need, by hand and against minutes counted one by one."""

import pytest
from engine_cases import MONDAY, WORKDAY, at, calendar, days, early, late, link, shown, span
from engine_small import QUICK, SLOW, START, small_networks
from engine_twin import crew_dates
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import (
    ELAPSED,
    Assignment,
    Constraint,
    Edits,
    InvalidNetwork,
    Kind,
    Network,
    Options,
    Project,
    Task,
    drivers,
    edited,
    reschedule,
    schedule,
    settled,
)

OFFICE, MORNINGS, WEEKEND, AFTERNOONS = range(4)
CALENDARS = [
    calendar(),
    calendar([[(480, 720)]] * 5 + [[], []]),
    calendar([[]] * 5 + [[(480, 960)]] * 2),
    calendar([[(780, 1020)]] * 5 + [[], []]),
]


def crew(tasks, assignments, links=(), mode="msp", **options):
    built = Network.build(tasks, [link(*one) for one in links], CALENDARS, [Project(start=at(MONDAY))], assignments)
    return built, schedule(built, mode=mode, options=Options(**options))


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_the_assignment_that_takes_longest_decides(mode):
    two = [Assignment(task=0, calendar=OFFICE, work=WORKDAY), Assignment(task=0, calendar=MORNINGS, work=2 * 240)]

    _, plan = crew([days(9), days(1)], two, [(0, 1)], mode)

    # A day in the office, two mornings of the other: what follows waits for both.
    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-06T12:00")
    assert early(plan, 1)[0] == "2026-01-06T13:00"
    # On the way back the first of both that must have begun: the other's two mornings.
    assert late(plan, 0) == ("2026-01-05T08:00", "2026-01-06T12:00")


def test_half_of_somebody_takes_twice_as_long():
    _, plan = crew([days(1)], [Assignment(task=0, calendar=OFFICE, work=WORKDAY, units=0.5)])

    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-06T17:00")


def test_work_begins_when_any_of_the_assignments_can():
    two = [Assignment(task=0, calendar=WEEKEND, work=60), Assignment(task=0, calendar=MORNINGS, work=60)]

    _, plan = crew([days(1)], two)

    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-10T09:00")


def test_a_resource_can_work_on_outside_of_the_hours_in_which_it_begins():
    # Begun in the office's hours, worked around the clock.
    _, plan = crew([days(1)], [Assignment(task=0, calendar=ELAPSED, work=24 * 60, opening=OFFICE)], mode="p6")

    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-06T08:00")


@pytest.mark.parametrize(("mode", "finish"), [("msp", "2026-01-07T17:00"), ("p6", "2026-01-05T17:00")])
def test_what_is_left_counts_once_begun(mode, finish):
    begun = days(9, actual_start=at("2026-01-05T08:00"))
    half = Assignment(task=0, calendar=OFFICE, work=3 * WORKDAY, remaining=WORKDAY)

    _, plan = crew(
        [days(1), begun],
        [half, Assignment(task=1, calendar=OFFICE, work=3 * WORKDAY, remaining=WORKDAY)],
        [(0, 1, "SS")],
        mode,
    )

    assert shown(plan.finish[1]) == finish


def test_a_start_that_is_left_over_is_taken_into_the_tasks_own_hours():
    # The second must start on Tuesday at 13:00, an hour of the office after the first, which works in the morning.
    rows, work = [days(1), Task(duration=240), days(2)], [Assignment(task=0, calendar=MORNINGS, work=30)]

    _, plan = crew(rows, work, [(0, 1, "SS", 60)])

    assert late(plan, 1) == ("2026-01-06T13:00", "2026-01-06T17:00")
    assert late(plan, 0) == ("2026-01-06T11:00", "2026-01-06T11:30")


def test_p6_takes_a_start_left_over_on_a_day_off_to_where_the_assignment_begins():
    sunday = {"constraint": Constraint.MUST_FINISH_ON, "constraint_at": at("2026-01-11T16:00")}
    rows = [days(1), Task(duration=60, calendar=WEEKEND, **sunday), days(8)]

    _, plan = crew(rows, [Assignment(task=0, calendar=AFTERNOONS, work=60)], [(0, 1, "SS")], mode="p6")

    # Sunday 15:00 is nearer to Monday than to Friday, and on Monday nobody begins before 13:00.
    assert late(plan, 1)[0] == "2026-01-11T15:00"
    assert late(plan, 0) == ("2026-01-12T13:00", "2026-01-12T14:00")


@pytest.mark.parametrize(
    ("lag", "bound", "start", "finish"),
    [
        (60, "2026-01-06T15:00", "2026-01-07T08:00", "2026-01-07T09:00"),  # Tuesday 14:00 is no morning
        (-60, "2026-01-06T13:15", "2026-01-06T14:15", "2026-01-07T09:00"),  # a lead hands its hour over as it is
        (0, "2026-01-06T14:00", "2026-01-06T11:00", "2026-01-06T12:00"),  # 14:00 is after its end
    ],
)
def test_p6_takes_a_start_left_over_to_a_morning_and_never_after_the_late_finish(lag, bound, start, finish):
    """Begun in the mornings, worked in the office's hours."""
    must = {"constraint": Constraint.MUST_START_ON, "constraint_at": at(bound)}
    rows = [days(1), Task(duration=60, **must), days(8)]

    _, plan = crew(rows, [Assignment(task=0, calendar=OFFICE, work=60, opening=MORNINGS)], [(0, 1, "SS", lag)], "p6")

    assert late(plan, 1)[0] == bound
    assert late(plan, 0) == (start, finish)


def test_p6_ends_by_the_last_hour_that_every_successor_leaves():
    """Friday 10:00 and four hours are 15:00; who ends in the mornings and before 15:30 ends at noon, which is earlier."""
    friday = ["2026-01-09T10:00", "2026-01-09T15:30"]
    must = [Task(duration=60, constraint=Constraint.MUST_START_ON, constraint_at=at(hour)) for hour in friday]
    four_hours = Assignment(task=0, calendar=OFFICE, work=240, opening=MORNINGS)

    _, plan = crew([days(1), *must, days(8)], [four_hours], [(0, 1, "SS"), (0, 2, "FS")], "p6")

    assert [late(plan, task)[0] for task in (1, 2)] == friday
    assert late(plan, 0) == ("2026-01-09T08:00", "2026-01-09T12:00")


def test_p6_begins_as_late_as_possible_at_any_hour_of_the_activity():
    held = {"constraint": Constraint.START_NO_EARLIER, "constraint_at": at("2026-01-06T15:00")}
    rows = [Task(duration=60, constraint=Constraint.ALAP), days(1, **held)]

    _, plan = crew(rows, [Assignment(task=0, calendar=AFTERNOONS, work=60)], [(0, 1, "FS", 180)], mode="p6")

    # An hour of work and three of waiting before Tuesday 15:00; the assignment works from 13:00 on.
    assert early(plan, 0) == ("2026-01-06T10:00", "2026-01-06T14:00")


def test_an_expected_finish_decides_instead_of_the_work():
    two = [Assignment(task=0, calendar=OFFICE, work=60), Assignment(task=0, calendar=MORNINGS, work=60)]
    rows = [
        Task(expected_finish=at("2026-01-08T17:00"), constraint=Constraint.START_NO_LATER, constraint_at=at(MONDAY))
    ]

    _, plan = crew(rows, two, mode="p6", use_expected_finish=True)

    assert early(plan, 0) == ("2026-01-05T08:00", "2026-01-08T17:00")
    assert late(plan, 0) == ("2026-01-05T08:00", "2026-01-08T17:00")


@pytest.mark.parametrize(
    "attributes", [{"is_manual": True, "manual_start": at(MONDAY), "manual_finish": at(MONDAY)}, {"is_active": False}]
)
def test_manual_and_inactive_tasks_have_no_crew(attributes):
    task, work = days(1, **attributes), [Assignment(task=0, calendar=OFFICE, work=9 * WORKDAY)]

    (_, plan), (_, bare) = crew([task, days(1)], work), crew([task, days(1)], [])

    assert (plan.start.tolist(), plan.finish.tolist()) == (bare.start.tolist(), bare.finish.tolist())


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_a_settled_network_has_the_same_dates(mode):
    two = [Assignment(task=0, calendar=OFFICE, work=WORKDAY), Assignment(task=0, calendar=WEEKEND, work=480)]
    built, plan = crew(
        [days(9), days(1), days(2)], [*two, Assignment(task=2, calendar=MORNINGS, work=500)], [(0, 1), (0, 2)], mode
    )

    plain = settled(built, plan)

    again = schedule(plain, mode=mode)
    assert plain.assignments == ()
    assert (again.start.tolist(), again.finish.tolist()) == (plan.start.tolist(), plan.finish.tolist())
    assert settled(plain, again) is plain


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_a_settled_task_begins_when_it_opens_though_nobody_works_yet(mode):
    """It opens on Monday morning by the office's hours; who does it works at the weekend alone."""
    built, plan = crew(
        [days(9), days(1)], [Assignment(task=0, calendar=WEEKEND, opening=OFFICE, work=480)], [(0, 1)], mode
    )

    again = schedule(settled(built, plan), mode=mode)

    assert shown(plan.start[0]) == "2026-01-05T08:00"
    assert (again.start.tolist(), again.finish.tolist()) == (plan.start.tolist(), plan.finish.tolist())


def test_edits_and_drivers_know_crews():
    two = [Assignment(task=0, calendar=OFFICE, work=WORKDAY), Assignment(task=0, calendar=MORNINGS, work=480)]
    built, plan = crew([days(9), days(1)], two, [(0, 1)])

    longer = Edits(tasks={1: days(3)})

    assert reschedule(built, plan, longer).equals(schedule(edited(built, longer)))
    assert [one.predecessor for one in drivers(built, plan, 1)] == [0]


def test_assignments_count_for_the_fingerprint():
    one = [Assignment(task=0, calendar=OFFICE, work=60)]

    prints = {
        crew([days(1)], work)[0].fingerprint for work in ([], one, [Assignment(task=0, calendar=OFFICE, work=61)])
    }

    assert len(prints) == 3
    assert crew([days(1)], one)[0].fingerprint in prints


@pytest.mark.parametrize(
    ("assignment", "code"),
    [
        (Assignment(task=3, calendar=0, work=1), "unknown_task"),
        (Assignment(task=0, calendar=9, work=1), "unknown_calendar"),
        (Assignment(task=0, calendar=0, work=1, opening=-1), "unknown_calendar"),
        (Assignment(task=1, calendar=0, work=1), "assignment_of_no_task"),
        (Assignment(task=2, calendar=0, work=1), "assignment_of_no_task"),
        (Assignment(task=0, calendar=0, work=-1), "negative_work"),
        (Assignment(task=0, calendar=0, work=1, remaining=-1), "negative_work"),
        (Assignment(task=0, calendar=0, work=1, units=0.0), "units"),
        (Assignment(task=0, calendar=0, work=1, units=float("nan")), "units"),
    ],
)
def test_assignments_that_make_no_sense_are_refused(assignment, code):
    tasks = [days(1), Task(kind=Kind.MILESTONE), days(1, is_elapsed=True)]

    with pytest.raises(InvalidNetwork) as refused:
        Network.build(tasks, [], CALENDARS, [Project(start=at(MONDAY))], [assignment])

    assert [(fault.code, fault.index) for fault in refused.value.faults] == [(code, 0)]
    assert Network.build(tasks, [], CALENDARS, [Project(start=at(MONDAY))], [Assignment(task=0, calendar=0, work=1)])


@st.composite
def crews(draw):
    work = st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(1, 700)), min_size=1, max_size=3)
    return [draw(work), draw(work)]


@pytest.mark.parametrize("mode", ["msp", "p6"])
@settings(max_examples=25, deadline=None)
@given(members=crews())
def test_counting_minutes_gives_the_same_dates(mode, members):
    work = [Assignment(task=task, calendar=c, work=minutes) for task in (0, 1) for c, minutes in members[task]]
    built = Network.build([Task(), Task()], [link(0, 1)], QUICK, [Project(start=START)], work)

    plan = schedule(built, mode=mode)

    dates = list(
        zip(
            *(getattr(plan, name).tolist() for name in ("early_start", "early_finish", "late_start", "late_finish")),
            strict=True,
        )
    )
    assert dates == crew_dates(members, SLOW, START, mode)


@settings(max_examples=25, deadline=None)
@given(built=small_networks(), mode=st.sampled_from(["msp", "p6"]))
def test_one_assignment_in_the_tasks_own_calendar_is_its_duration(built, mode):
    work = [
        Assignment(task=task, calendar=int(built.calendar[task]), work=int(built.duration[task]))
        for task in range(built.task_count)
    ]
    with_crews = Network(**{**vars(built), "assignments": tuple(work)})

    one, two = schedule(built, mode=mode), schedule(with_crews, mode=mode)

    for name in ("start", "finish", "late_start", "late_finish", "total_float", "free_float", "longest_path"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist(), name
