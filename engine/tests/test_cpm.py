"""
Hand-worked schedules. Unless told otherwise: Monday to Friday 08-12 and 13-17, start Monday 2026-01-05 08:00.
"""

import pytest
from engine_cases import (
    AROUND_THE_CLOCK,
    MONDAY,
    WORKDAY,
    at,
    calendar,
    days,
    early,
    late,
    link,
    network,
    shared_cases,
    shown,
    span,
)

from consortio_engine import (
    ELAPSED,
    NONE,
    Calendar,
    Constraint,
    HorizonExceeded,
    InvalidOptions,
    Kind,
    Link,
    Network,
    Options,
    Project,
    Task,
    schedule,
)

MODES = ["msp", "p6"]
CONSTRAINTS = {
    "SNET": Constraint.START_NO_EARLIER,
    "FNET": Constraint.FINISH_NO_EARLIER,
    "SNLT": Constraint.START_NO_LATER,
    "FNLT": Constraint.FINISH_NO_LATER,
    "MSO": Constraint.MUST_START_ON,
    "MFO": Constraint.MUST_FINISH_ON,
    "SO": Constraint.START_ON,
    "FO": Constraint.FINISH_ON,
}


def two_tasks(kind="FS", lag=0, rule=None, date=None):
    """A of two days, B of three, one link."""
    constraint = {"constraint": CONSTRAINTS[rule], "constraint_at": at(date)} if rule else {}
    return network([days(2), days(3, **constraint)], [(0, 1, kind, lag * WORKDAY)])


@pytest.mark.parametrize("mode", MODES)
def test_shared_cases(mode):
    for case in shared_cases("cpm.json")["cases"]:
        expected = case | (case.get("p6", {}) if mode == "p6" else {})

        plan = schedule(two_tasks(case["link"], case["lag_d"], case.get("constraint"), case.get("at")), mode=mode)

        assert list(early(plan, 1)) == expected["B"], case
        floats = [expected.get("float_A_min"), expected.get("float_B_min")]
        assert all(value in (None, found) for value, found in zip(floats, plan.total_float.tolist(), strict=True)), case


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("kind", "lag", "start", "finish"),
    [
        ("FS", 0, "2026-01-07T08:00", "2026-01-09T17:00"),
        ("FS", 2, "2026-01-09T08:00", "2026-01-13T17:00"),
        ("FS", -1, "2026-01-06T08:00", "2026-01-08T17:00"),
        ("SS", 0, "2026-01-05T08:00", "2026-01-07T17:00"),
        ("SS", 2, "2026-01-07T08:00", "2026-01-09T17:00"),
        ("FF", 2, "2026-01-06T08:00", "2026-01-08T17:00"),
        ("SF", 5, "2026-01-07T08:00", "2026-01-09T17:00"),
    ],
)
def test_links_place_the_successor(mode, kind, lag, start, finish):
    assert early(schedule(two_tasks(kind, lag), mode=mode), 1) == (start, finish)


@pytest.mark.parametrize(
    ("mode", "rule", "date", "start", "finish"),
    [
        ("msp", "SNET", "2026-01-08T08:00", "2026-01-08T08:00", "2026-01-12T17:00"),
        ("p6", "SNET", "2026-01-08T08:00", "2026-01-08T08:00", "2026-01-12T17:00"),
        ("msp", "SNET", "2026-01-06T08:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("p6", "SNET", "2026-01-06T08:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("msp", "FNET", "2026-01-13T17:00", "2026-01-09T08:00", "2026-01-13T17:00"),
        ("p6", "FNET", "2026-01-13T17:00", "2026-01-09T08:00", "2026-01-13T17:00"),
        ("msp", "SNLT", "2026-01-06T08:00", "2026-01-06T08:00", "2026-01-08T17:00"),
        ("p6", "SNLT", "2026-01-06T08:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("msp", "FNLT", "2026-01-08T17:00", "2026-01-06T08:00", "2026-01-08T17:00"),
        ("p6", "FNLT", "2026-01-08T17:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("msp", "MSO", "2026-01-06T08:00", "2026-01-06T08:00", "2026-01-08T17:00"),
        ("p6", "MSO", "2026-01-06T08:00", "2026-01-06T08:00", "2026-01-08T17:00"),
        ("msp", "MFO", "2026-01-15T17:00", "2026-01-13T08:00", "2026-01-15T17:00"),
        ("p6", "MFO", "2026-01-15T17:00", "2026-01-13T08:00", "2026-01-15T17:00"),
        ("p6", "SO", "2026-01-06T08:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("p6", "SO", "2026-01-08T08:00", "2026-01-08T08:00", "2026-01-12T17:00"),
        ("p6", "FO", "2026-01-08T17:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("p6", "FO", "2026-01-13T17:00", "2026-01-09T08:00", "2026-01-13T17:00"),
    ],
)
def test_constraints_on_early_dates(mode, rule, date, start, finish):
    assert early(schedule(two_tasks(rule=rule, date=date), mode=mode), 1) == (start, finish)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("rule", "date", "start", "finish"),
    [
        ("SNLT", "2026-01-07T08:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("FNLT", "2026-01-12T17:00", "2026-01-08T08:00", "2026-01-12T17:00"),
        ("MSO", "2026-01-07T08:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("MFO", "2026-01-09T17:00", "2026-01-07T08:00", "2026-01-09T17:00"),
        ("SNET", "2026-01-07T08:00", "2026-01-14T08:00", "2026-01-16T17:00"),
    ],
)
def test_constraints_on_late_dates(mode, rule, date, start, finish):
    # A third task of ten days leaves B five days of float.
    constraint = {"constraint": CONSTRAINTS[rule], "constraint_at": at(date)}

    plan = schedule(network([days(2), days(3, **constraint), days(10)], [(0, 1)]), mode=mode)

    assert late(plan, 1) == (start, finish)


def test_p6_start_no_earlier_without_a_time_takes_that_of_the_start_it_replaces():
    plan = schedule(two_tasks(rule="SNET", date="2026-01-08T00:00"), mode="p6")

    assert early(plan, 1) == ("2026-01-08T08:00", "2026-01-12T17:00")


@pytest.mark.parametrize(
    ("second", "date", "finish"),
    [
        (Constraint.FINISH_NO_LATER, "2026-01-08T17:00", "2026-01-08T17:00"),
        (Constraint.START_NO_LATER, "2026-01-06T08:00", "2026-01-07T17:00"),
        (Constraint.START_NO_EARLIER, "2026-01-06T08:00", "2026-01-16T17:00"),
    ],
)
def test_p6_second_constraints_bound_late_dates_only(second, date, finish):
    tasks = [days(2, constraint2=second, constraint2_at=at(date)), days(10)]

    plan = schedule(network(tasks), mode="p6")

    assert early(plan, 0) == ("2026-01-05T08:00", "2026-01-06T17:00")
    assert late(plan, 0)[1] == finish


def test_a_deadline_bounds_the_late_finish_and_is_told_when_missed():
    tasks = [days(2), days(3, deadline=at("2026-01-08T17:00"))]

    plan = schedule(network(tasks, [(0, 1)]))

    assert early(plan, 1) == ("2026-01-07T08:00", "2026-01-09T17:00")
    assert plan.total_float.tolist() == [-480, -480]
    assert [(one.code, one.task, one.value) for one in plan.findings] == [
        ("negative_float", 0, -480),
        ("negative_float", 1, -480),
        ("deadline_missed", 1, 1440),
    ]


@pytest.mark.parametrize("mode", MODES)
def test_floats_and_the_critical_path(mode):
    # A - B - D and A - C - D; B takes three days, C one.
    tasks = [days(2), days(3), days(1), days(1)]

    plan = schedule(network(tasks, [(0, 1), (0, 2), (1, 3), (2, 3)]), mode=mode)

    assert plan.total_float.tolist() == [0, 0, 960, 0]
    assert plan.free_float.tolist() == [0, 0, 960, 0]
    assert plan.critical.tolist() == [True, True, False, True]
    assert plan.near_critical.tolist() == [False, False, True, False]
    assert plan.longest_path.tolist() == [True, True, False, True]
    assert plan.driving.tolist() == [True, True, True, False]
    assert late(plan, 2) == ("2026-01-09T08:00", "2026-01-09T17:00")
    assert shown(plan.project_finish[0]) == "2026-01-12T17:00"
    assert plan.findings == ()


@pytest.mark.parametrize("mode", MODES)
def test_free_float_counts_the_lag(mode):
    # B is held by C, six days long; A's link to B has a lag of one day.
    plan = schedule(network([days(2), days(1), days(6)], [(0, 1, "FS", WORKDAY), (2, 1)]), mode=mode)

    assert plan.free_float.tolist() == [3 * WORKDAY, 0, 0]


def test_limits_of_floats_are_options():
    built = network([days(2), days(3), days(10)])

    plan = schedule(built, options=Options(critical_float=7 * WORKDAY, near_float=8 * WORKDAY))

    assert plan.critical.tolist() == [False, True, True]
    assert plan.near_critical.tolist() == [True, False, False]


@pytest.mark.parametrize(("kind", "minutes"), [("start", 16 * 60), ("finish", 15 * 60), ("smaller", 15 * 60)])
def test_float_of_start_or_finish_is_an_option(kind, minutes):
    # Six hours around the clock: Monday 08-14, at the latest Wednesday 06-12, which holds an hour of work less.
    task = Task(duration=360, is_elapsed=True, deadline=at("2026-01-07T12:00"))

    plan = schedule(network([task, days(9)]), options=Options(total_float=kind))

    assert plan.total_float[0] == minutes


def test_a_broken_link_is_told():
    plan = schedule(two_tasks(rule="MSO", date="2026-01-06T08:00"))

    assert ("link_broken", 1, WORKDAY) in [(one.code, one.task, one.value) for one in plan.findings]
    assert plan.driving.tolist() == [False]


def test_a_must_finish_by_is_where_p6_begins_to_look_back():
    tasks = [days(2), days(3)]

    soon = schedule(network(tasks, [(0, 1)], must_finish_by="2026-01-08T17:00"), mode="p6")
    later = schedule(network(tasks, [(0, 1)], must_finish_by="2026-01-13T17:00"), mode="p6")

    assert (soon.total_float.tolist(), later.total_float.tolist()) == ([-480, -480], [960, 960])
    assert (soon.longest_path.tolist(), later.longest_path.tolist()) == ([True, True], [True, True])


def test_projects_have_their_own_start_and_finish():
    starts = [at(MONDAY), at("2026-02-02T08:00")]
    tasks = [days(1), days(2, project=1), days(1, project=1)]

    # A link may lead from one project into another.
    plan = schedule(Network.build(tasks, [link(0, 1)], [calendar()], [Project(start=each) for each in starts]))

    assert [shown(each) for each in plan.project_finish] == ["2026-01-05T17:00", "2026-02-02T17:00"]
    assert early(plan, 2) == ("2026-02-02T08:00", "2026-02-02T17:00")


def test_lags_count_in_the_calendar_that_mode_or_option_says():
    week, clock = calendar(), calendar(AROUND_THE_CLOCK)
    tasks = [days(1), Task(duration=60, calendar=1)]
    built = network(tasks, [(0, 1, "FS", 480)], [week, clock])

    found = {
        "msp": early(schedule(built), 1)[0],
        "p6": early(schedule(built, mode="p6"), 1)[0],
        "p6 successor": early(schedule(built, mode="p6", options=Options(lag_calendar="successor")), 1)[0],
        "p6 project": early(schedule(built, mode="p6", options=Options(lag_calendar="project")), 1)[0],
        "p6 elapsed": early(schedule(built, mode="p6", options=Options(lag_calendar="elapsed")), 1)[0],
    }

    assert found == {
        "msp": "2026-01-06T01:00",
        "p6": "2026-01-06T17:00",
        "p6 successor": "2026-01-06T01:00",
        "p6 project": "2026-01-06T17:00",
        "p6 elapsed": "2026-01-06T01:00",
    }


def test_a_link_can_name_its_lag_calendar():
    lag = Link(predecessor=0, successor=1, lag=24 * 60, lag_calendar=ELAPSED)

    plan = schedule(network([days(1), days(1)], [lag]))

    # Monday 17:00 and 24 hours is Tuesday 17:00, so Wednesday morning.
    assert early(plan, 1)[0] == "2026-01-07T08:00"


def test_an_elapsed_duration_runs_through_the_night():
    plan = schedule(network([Task(duration=3 * 1440, is_elapsed=True), days(1)], [(0, 1)]))

    assert early(plan, 0) == ("2026-01-05T08:00", "2026-01-08T08:00")
    assert early(plan, 1) == ("2026-01-08T08:00", "2026-01-08T17:00")


def test_microsoft_milestones_may_stay_at_the_end_of_a_period():
    tasks = [days(5), Task(kind=Kind.MILESTONE), Task(kind=Kind.TASK)]

    plan = schedule(network(tasks, [(0, 1), (0, 2)]))

    assert early(plan, 1) == ("2026-01-09T17:00", "2026-01-09T17:00")
    assert early(plan, 2) == ("2026-01-12T08:00", "2026-01-12T08:00")


def test_p6_milestones_start_a_period_or_end_one():
    tasks = [days(5), Task(kind=Kind.START_MILESTONE), Task(kind=Kind.FINISH_MILESTONE)]

    plan = schedule(network(tasks, [(0, 1), (0, 2)]), mode="p6")

    assert early(plan, 1) == ("2026-01-12T08:00", "2026-01-12T08:00")
    assert early(plan, 2) == ("2026-01-09T17:00", "2026-01-09T17:00")


def test_a_summary_spans_its_children():
    tasks = [Task(kind=Kind.SUMMARY), Task(kind=Kind.SUMMARY, parent=0), days(2, parent=1), days(3, parent=0), days(9)]

    plan = schedule(network(tasks, [(2, 3)]))

    assert span(plan, 0) == ("2026-01-05T08:00", "2026-01-09T17:00")
    assert span(plan, 1) == ("2026-01-05T08:00", "2026-01-06T17:00")
    assert plan.total_float.tolist() == [1920, 1920, 1920, 1920, 0]
    assert plan.critical.tolist() == [False, False, False, False, True]


def test_a_summary_is_critical_when_a_child_is():
    tasks = [Task(kind=Kind.SUMMARY), days(2, parent=0), days(1, parent=0)]

    plan = schedule(network(tasks))

    assert plan.critical.tolist() == [True, True, False]
    assert plan.longest_path.tolist() == [True, True, False]


def test_a_link_on_a_summary_acts_on_its_leaves():
    tasks = [
        Task(kind=Kind.SUMMARY),
        days(2, parent=0),
        days(3, parent=0),
        Task(kind=Kind.SUMMARY),
        days(1, parent=3),
        days(2, parent=3),
    ]

    plan = schedule(network(tasks, [(0, 3)]))

    assert [early(plan, task)[0] for task in (4, 5)] == ["2026-01-08T08:00"] * 2
    assert plan.driving.tolist() == [True]


def test_start_to_start_from_a_summary_counts_from_its_earliest_leaf():
    tasks = [Task(kind=Kind.SUMMARY), days(2, parent=0), days(3, parent=0), days(1), days(1)]
    links = [(4, 2), (0, 3, "SS", 60)]

    plan = schedule(network(tasks, links))

    assert early(plan, 2)[0] == "2026-01-06T08:00"
    assert early(plan, 3)[0] == "2026-01-05T09:00"


def test_a_manual_task_keeps_its_dates_and_drives():
    manual = days(1, is_manual=True, manual_start=at("2026-01-07T10:00"), manual_finish=at("2026-01-08T10:00"))

    plan = schedule(network([days(5), manual, days(1)], [(0, 1), (1, 2)]))

    assert span(plan, 1) == ("2026-01-07T10:00", "2026-01-08T10:00")
    assert early(plan, 2) == ("2026-01-08T10:00", "2026-01-09T10:00")


def test_a_manual_task_without_dates_follows_its_links_and_is_told():
    plan = schedule(network([days(1), days(1, is_manual=True)], [(0, 1)]))

    assert span(plan, 1) == ("2026-01-06T08:00", "2026-01-06T17:00")
    assert [(one.code, one.task) for one in plan.findings] == [("manual_without_dates", 1)]


def test_an_inactive_task_is_skipped_with_its_links():
    plan = schedule(network([days(5), days(1, is_active=False), days(1)], [(0, 1), (1, 2)]))

    assert span(plan, 1) == (None, None)
    assert (plan.total_float[1], plan.free_float[1], plan.critical[1]) == (NONE, NONE, False)
    assert early(plan, 2)[0] == "2026-01-05T08:00"


def test_microsoft_as_late_as_possible_shows_its_late_dates():
    tasks = [days(1, constraint=Constraint.ALAP), days(5), days(1)]

    plan = schedule(network(tasks, [(0, 2), (1, 2)]))

    assert span(plan, 0) == ("2026-01-09T08:00", "2026-01-09T17:00")
    assert (plan.total_float[0], early(plan, 2)[0]) == (0, "2026-01-12T08:00")


def test_p6_as_late_as_possible_uses_up_its_free_float():
    tasks = [days(1, constraint=Constraint.ALAP), days(5), days(1)]

    plan = schedule(network(tasks, [(0, 2), (1, 2)]), mode="p6")

    assert early(plan, 0) == ("2026-01-09T08:00", "2026-01-09T17:00")
    assert plan.free_float.tolist() == [0, 0, 0]


def test_levelling_delay_holds_a_task_back():
    plan = schedule(network([days(1, delay=1440)]))

    assert early(plan, 0) == ("2026-01-06T08:00", "2026-01-06T17:00")


def test_external_dates_bound_p6_tasks():
    tasks = [days(1, external_start=at("2026-01-07T08:00")), days(1, external_finish=at("2026-01-06T17:00")), days(9)]

    plan = schedule(network(tasks), mode="p6")

    assert early(plan, 0) == ("2026-01-07T08:00", "2026-01-07T17:00")
    assert late(plan, 1)[1] == "2026-01-06T17:00"


@pytest.mark.parametrize(
    ("task", "mode", "code"),
    [
        (days(1, is_manual=True, manual_start=0, manual_finish=1), "p6", "manual_in_p6"),
        (days(1, constraint2=Constraint.FINISH_NO_LATER, constraint2_at=1), "msp", "second_constraint_in_msp"),
        (Task(kind=Kind.SUMMARY, constraint=Constraint.START_NO_EARLIER, constraint_at=1), "msp", "summary_constraint"),
    ],
)
def test_what_is_not_computed_is_told(task, mode, code):
    plan = schedule(network([days(1), task]), mode=mode)

    assert [(one.code, one.severity, one.task) for one in plan.findings] == [(code, "warning", 1)]


def test_progress_override_says_nothing_in_msp():
    built = network([days(1)])

    plan = schedule(built, options=Options(progress="override"))

    assert [(one.code, one.severity, one.task) for one in plan.findings] == [
        ("progress_override_in_msp", "warning", -1)
    ]
    assert plan.start.tolist() == schedule(built).start.tolist()
    assert schedule(built, mode="p6", options=Options(progress="override")).findings == ()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"progress": "actual_dates"}, "Progress by actual dates is not computed"),
        ({"progress": "guess"}, "progress is 'guess'"),
        ({"total_float": "larger"}, "total_float is 'larger'"),
        ({"lag_calendar": "moon"}, "lag_calendar is 'moon'"),
    ],
)
def test_options_that_cannot_be_computed_are_refused(asked, sentence):
    with pytest.raises(InvalidOptions, match=sentence) as refused:
        schedule(network([days(1)]), options=Options(**asked))

    assert len(refused.value.faults) == 1
    assert schedule(network([days(1)])).status == "ok"


@pytest.mark.parametrize(
    ("mode", "code", "told"), [("msp", "summary_without_tasks", 0), ("p6", "summary_link_in_p6", 0)]
)
def test_links_on_summaries_that_act_on_nothing_are_told(mode, code, told):
    plan = schedule(network([Task(kind=Kind.SUMMARY), days(1)], [(0, 1)]), mode=mode)

    assert [(one.code, one.task) for one in plan.findings] == [(code, told)]
    assert early(plan, 1)[0] == "2026-01-05T08:00"


@pytest.mark.parametrize("mode", MODES)
def test_a_date_outside_the_calendars_names_the_task(mode):
    short = Calendar.compile([[(480, 960)]] * 7, {}, at(MONDAY), at("2026-02-01T00:00"))

    with pytest.raises(HorizonExceeded) as refused:
        schedule(network([days(10), days(40)], [(0, 1)], [short]), mode=mode)

    assert refused.value.where == (1,)


def test_the_fingerprint_covers_mode_and_options():
    built = network([days(1)])

    prints = {
        schedule(built).fingerprint,
        schedule(built, mode="p6").fingerprint,
        schedule(built, options=Options(critical_float=60)).fingerprint,
    }

    assert len(prints) == 3
    assert schedule(built).fingerprint == schedule(network([days(1)])).fingerprint
    assert schedule(built).equals(schedule(network([days(1)])))
    assert not schedule(built).equals(schedule(network([days(2)])))


def test_a_bound_from_another_project_ends_a_late_start_that_a_link_hands_over():
    # The link from its start would leave a week more; the bound holds its finish, and so its start.
    tasks = [days(1, external_finish=at("2026-01-06T17:00")), days(1), days(9)]

    plan = schedule(network(tasks, [(0, 1, "SS")]), mode="p6")

    assert late(plan, 0) == ("2026-01-06T08:00", "2026-01-06T17:00")
    assert late(plan, 1)[0] == "2026-01-15T08:00"
