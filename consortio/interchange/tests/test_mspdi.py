"""MS Project XML: one small file per rule."""

from datetime import date, datetime
from typing import Any

import pytest

from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import (
    Assignment,
    Baseline,
    BaselineItem,
    Constraint,
    Item,
    Link,
    Plan,
    Refused,
    TimeSpan,
    WorkWeek,
    effective_calendar,
)
from consortio.interchange.tests.fixtures_mspdi import STANDARD, link, office, period, project, task, values, week_day

DAY = ((480, 720), (780, 1020))


def read(*tasks: str, **parts: str) -> Plan:
    return read_mspdi(project(*tasks, **parts), "plan.xml")


def only(*tasks: str, **parts: str) -> Item:
    (item,) = read(*tasks, **parts).items
    return item


def codes(plan: Plan) -> list[str]:
    return [one.code for one in plan.findings]


def test_the_tree_follows_the_outline_levels() -> None:
    plan = read(
        task(0, OutlineLevel=0, Name="Bridge"),
        task(1, Summary=1),
        task(2, OutlineLevel=2),
        task(3, OutlineLevel=2, Milestone=1, Duration="PT0H0M0S"),
        task(4),
    )

    assert [(item.id, item.kind, item.parent, item.depth, item.milestone) for item in plan.items] == [
        ("0", "project", None, 0, None),
        ("1", "phase", "0", 1, None),
        ("2", "task", "1", 2, None),
        ("3", "milestone", "1", 2, "finish"),
        ("4", "task", "0", 1, None),
    ]
    assert plan.findings == ()


@pytest.mark.parametrize(
    ("written", "guid"),
    [
        ("0197F3A2-5C1E-7B44-9D0A-3F6E2B8C1D55", "0197f3a2-5c1e-7b44-9d0a-3f6e2b8c1d55"),
        ("{0197F3A2-5C1E-7B44-9D0A-3F6E2B8C1D55}", "0197f3a2-5c1e-7b44-9d0a-3f6e2b8c1d55"),
        ("seventeen", ""),
        ("", ""),
    ],
)
def test_a_guid_is_read_as_it_is_written_here(written: str, guid: str) -> None:
    assert only(task(1, GUID=written)).guid == guid


def test_a_skipped_level_is_a_finding_and_the_row_stays_under_the_one_above() -> None:
    plan = read(task(1, Summary=1), task(2, OutlineLevel=4))

    assert (plan.items[1].parent, plan.items[1].depth) == ("1", 2)
    assert codes(plan) == ["outline_level"]


def test_blank_rows_are_left_out_and_counted() -> None:
    plan = read(task(1), "<Task><UID>2</UID><IsNull>1</IsNull></Task>")

    assert [item.id for item in plan.items] == ["1"]
    assert codes(plan) == ["blank_rows"]


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("PT8H0M0S", 480),
        ("PT0H30M0S", 30),
        ("PT1H30M29S", 90),
        ("PT1H30M31S", 91),
        ("P2DT1H0M0S", 2940),
        ("PT2.5H", 150),
    ],
)
def test_durations_are_minutes_rounded(written: str, minutes: int) -> None:
    assert only(task(1, Duration=written)).duration_minutes == minutes


def test_elapsed_and_estimated_durations_are_told_apart() -> None:
    elapsed = only(task(1, Duration="PT48H0M0S", DurationFormat=8, Estimated=1))
    working = only(task(1, Duration="PT48H0M0S", DurationFormat=7))

    assert (elapsed.duration_minutes, elapsed.duration_elapsed, elapsed.duration_estimated) == (2880, True, True)
    assert (working.duration_minutes, working.duration_elapsed, working.duration_estimated) == (2880, False, False)


def test_a_duration_that_is_none_is_a_finding_with_its_place() -> None:
    plan = read(task(1, Duration="soon"))

    assert plan.items[0].duration_minutes is None
    assert [(one.severity, one.code, one.where["uid"]) for one in plan.findings] == [
        ("warning", "value", "1"),
        ("warning", "no_duration", "1"),
    ]
    assert plan.findings[0].message == ("Duration is “soon”, expected a duration such as PT8H0M0S; it was left empty.")


@pytest.mark.parametrize(("number", "kind"), list(enumerate(["mso", "mfo", "snet", "snlt", "fnet", "fnlt"], 2)))
def test_dated_constraints_are_read(number: int, kind: str) -> None:
    item = only(task(1, ConstraintType=number, ConstraintDate="2026-02-02T08:00:00"))

    assert item.constraint == Constraint(kind, datetime(2026, 2, 2, 8))  # type: ignore[arg-type]


def test_undated_constraints_are_as_late_as_possible_or_none() -> None:
    assert only(task(1, ConstraintType=1)).constraint == Constraint("alap")
    assert only(task(1, ConstraintType=0, ConstraintDate="2026-02-02T08:00:00")).constraint is None


@pytest.mark.parametrize(
    "fields", [{"ConstraintType": 4}, {"ConstraintType": 9, "ConstraintDate": "2026-02-02T08:00:00"}]
)
def test_a_constraint_that_cannot_hold_is_a_finding(fields: dict[str, Any]) -> None:
    plan = read(task(1, **fields))

    assert plan.items[0].constraint is None
    assert codes(plan) == ["constraint"]


def test_what_a_task_says_about_itself_is_read() -> None:
    item = only(
        task(
            1,
            Active=0,
            Manual=1,
            Deadline="2026-03-01T17:00:00",
            ActualStart="2026-01-05T08:00:00",
            PercentComplete=40,
            PhysicalPercentComplete=30,
            TotalSlack=4800,
            Critical=1,
            Type=1,
            EffortDriven=1,
            IgnoreResourceCalendar=1,
            Start="2026-01-05T08:00:00",
            Finish="2026-01-05T17:00:00",
            LateFinish="2026-01-06T17:00:00",
            WBS="A.1",
            Notes="Two\nlines",
            LevelingDelay=600,
        )
    )

    assert (item.active, item.manual, item.critical, item.effort_driven) == (False, True, True, True)
    assert (item.deadline, item.actual_start) == (datetime(2026, 3, 1, 17), datetime(2026, 1, 5, 8))
    assert (item.percent_complete, item.physical_percent, item.total_float_minutes) == (40, 30, 480)
    assert (item.effort_kind, item.ignores_resource_calendar, item.outline) == ("fixed_duration", True, "A.1")
    assert (item.stored.start, item.stored.finish) == (datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 17))
    assert (item.stored.late_finish, item.notes) == (datetime(2026, 1, 6, 17), "Two\nlines")
    assert (item.leveling_delay_minutes, item.leveling_delay_elapsed) == (60, True)


@pytest.mark.parametrize(("number", "kind"), [(0, "FF"), (1, "FS"), (2, "SF"), (3, "SS")])
def test_link_types_are_read(number: int, kind: str) -> None:
    plan = read(task(1), task(2, more=link(1, number)))

    assert plan.links == (Link("1", "2", kind),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lag", "lag_format", "expected"),
    [
        (4800, 7, Link("1", "2", lag_minutes=480)),
        (-600, 5, Link("1", "2", lag_minutes=-60)),
        (28800, 8, Link("1", "2", lag_minutes=2880, lag_elapsed=True)),
        (50, 19, Link("1", "2", lag_percent=50.0)),
        (-25, 20, Link("1", "2", lag_percent=-25.0, lag_elapsed=True)),
    ],
)
def test_lags_are_working_elapsed_or_a_share(lag: int, lag_format: int, expected: Link) -> None:
    assert read(task(1), task(2, more=link(1, lag=lag, lag_format=lag_format))).links == (expected,)


def test_links_that_lead_nowhere_are_findings_and_the_others_stay() -> None:
    plan = read(
        task(1),
        task(2, more=link(1) + link(1) + link(2) + link(99) + link(1, 8)),
        task(3, more=link(1, more="<CrossProject>1</CrossProject><CrossProjectName>b.mpp\\7</CrossProjectName>")),
    )

    assert plan.links == (Link("1", "2"),)
    assert sorted(codes(plan)) == ["link_kind", "link_other_file", "link_to_itself", "link_twice", "link_unknown_item"]


def test_tasks_of_other_files_are_findings() -> None:
    plan = read(task(1, ExternalTask=1), task(2, IsSubproject=1), task(3))

    assert [item.external for item in plan.items] == [True, False, False]
    assert codes(plan) == ["external_task", "inserted_project"]


def test_a_calendar_week_runs_from_monday_and_inherits_what_it_does_not_say() -> None:
    own = (
        "<Calendar><UID>2</UID><Name>Late</Name><BaseCalendarUID>1</BaseCalendarUID>"
        f"<WeekDays>{week_day(6, ('22:00:00', '02:00:00'))}</WeekDays></Calendar>"
    )

    calendars = {one.id: one for one in read(task(1), calendars=office() + own).calendars}

    assert calendars["1"].week == (DAY, DAY, DAY, DAY, DAY, (), ())
    assert calendars["2"].week == (None, None, None, None, ((1320, 1560),), None, None)
    assert effective_calendar("2", calendars).week == (DAY, DAY, DAY, DAY, ((1320, 1560),), (), ())


def test_hours_until_midnight_and_round_the_clock_end_with_the_day() -> None:
    days = week_day(2, ("20:00:00", "00:00:00")) + week_day(3, ("00:00:00", "00:00:00"))

    (calendar,) = read(task(1), calendars=STANDARD.format(days=days, more="")).calendars

    assert calendar.week[:2] == (((1200, 1440),), ((0, 1440),))


def exception(first: str, last: str, *hours: tuple[str, str], **fields: object) -> str:
    times = "".join(f"<WorkingTime>{values(FromTime=a, ToTime=b)}</WorkingTime>" for a, b in hours)
    working = values(DayWorking=int(bool(hours)), **fields)
    return f"<Exception>{period(first, last)}{working}<WorkingTimes>{times}</WorkingTimes></Exception>"


def exception_days(*exceptions: str, old: str = "") -> dict[date, object]:
    more = f"<Exceptions>{''.join(exceptions)}</Exceptions>" if exceptions else ""
    calendars = STANDARD.format(days=old, more=more)
    plan = read(task(1), calendars=calendars)
    return dict(sorted(effective_calendar("1", {one.id: one for one in plan.calendars}).days.items()))


def test_an_exception_covers_its_days_with_its_hours() -> None:
    days = exception_days(
        exception("2026-12-24", "2026-12-25", Name="Christmas"),
        exception("2026-12-31", "2026-12-31", ("08:00:00", "12:00:00")),
    )

    assert days == {date(2026, 12, 24): (), date(2026, 12, 25): (), date(2026, 12, 31): ((480, 720),)}


def test_old_files_keep_exceptions_among_the_week_days_and_new_ones_win() -> None:
    old = f"<WeekDay>{values(DayType=0, DayWorking=0)}{period('2026-05-01', '2026-05-02')}</WeekDay>"

    assert exception_days(old=old) == {date(2026, 5, 1): (), date(2026, 5, 2): ()}
    assert exception_days(exception("2026-05-04", "2026-05-04"), old=old) == {date(2026, 5, 4): ()}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Type": 7, "Period": 3}, ["01-05", "01-08", "01-11"]),
        ({"Type": 6, "Period": 2, "DaysOfWeek": 0b0010100}, ["01-06", "01-08", "01-20"]),
        ({"Type": 4, "Period": 1, "MonthDay": 31}, ["01-31", "02-28", "03-31"]),
        ({"Type": 5, "Period": 1, "MonthItem": 4, "MonthPosition": 4}, ["01-26", "02-23", "03-30"]),
        ({"Type": 5, "Period": 1, "MonthItem": 1, "MonthPosition": 0}, ["02-02", "03-02", "04-01"]),
        ({"Type": 5, "Period": 1, "MonthItem": 2, "MonthPosition": 1}, ["02-07", "03-07", "04-05"]),
    ],
)
def test_recurring_exceptions_are_expanded(fields: dict[str, object], expected: list[str]) -> None:
    days = exception_days(exception("2026-01-05", "2026-12-31", EnteredByOccurrences=1, Occurrences=3, **fields))

    assert [day.strftime("%m-%d") for day in days] == expected


def test_yearly_exceptions_stop_at_their_last_day() -> None:
    by_day = exception_days(exception("2026-01-01", "2028-12-24", Type=2, Month=11, MonthDay=25))
    by_position = exception_days(exception("2026-01-01", "2027-12-31", Type=3, Month=4, MonthItem=4, MonthPosition=0))

    assert list(by_day) == [date(2026, 12, 25), date(2027, 12, 25)]
    assert list(by_position) == [date(2026, 5, 4), date(2027, 5, 3)]


def test_a_work_week_is_another_week_for_a_time() -> None:
    more = (
        f"<WorkWeeks><WorkWeek>{period('2026-07-01', '2026-07-10')}<Name>Summer</Name>"
        f"<WeekDays>{week_day(6, ('08:00:00', '12:00:00'))}</WeekDays></WorkWeek></WorkWeeks>"
    )

    (calendar,) = read(task(1), calendars=office(more)).calendars

    fridays = (None, None, None, None, ((480, 720),), None, None)
    assert calendar.weeks == (WorkWeek(date(2026, 7, 1), date(2026, 7, 10), fridays, "Summer"),)
    resolved = effective_calendar("1", {"1": calendar})
    assert [resolved.hours(date(2026, 7, day)) for day in (2, 3, 10, 17)] == [DAY, ((480, 720),), ((480, 720),), DAY]


def test_calendars_that_lead_in_a_circle_or_nowhere_lose_the_base() -> None:
    def derived(uid: int, base: int) -> str:
        return f"<Calendar>{values(UID=uid, Name=f'C{uid}', BaseCalendarUID=base)}</Calendar>"

    plan = read(task(1), calendars=office() + derived(2, 3) + derived(3, 2) + derived(4, 99) + derived(5, 1))

    assert {one.id: one.base for one in plan.calendars} == {"1": None, "2": None, "3": "2", "4": None, "5": "1"}
    assert codes(plan) == ["calendar_base", "calendar_base"]


def test_resources_and_assignments_name_who_is_responsible() -> None:
    resources = (
        f"<Resource>{values(UID=7, Name='Ann', Type=1, MaxUnits=0.5, Initials='A', EmailAddress='a@example.org')}</Resource>"
        f"<Resource>{values(UID=8, Name='Steel', Type=0)}</Resource>"
        f"<Resource>{values(UID=9, Name='Travel', Type=2)}</Resource>"
    )
    assignments = (
        "".join(
            f"<Assignment>{values(UID=uid, TaskUID=1, ResourceUID=uid, Units=0.5, Work='PT4H0M0S')}</Assignment>"
            for uid in (7, 8, -65535)
        )
        + f"<Assignment>{values(UID=3, TaskUID=44, ResourceUID=7)}</Assignment>"
    )

    plan = read(task(1), resources=resources, assignments=assignments)

    assert [(one.name, one.kind, one.units_max) for one in plan.resources] == [
        ("Ann", "work", 0.5),
        ("Steel", "material", None),
        ("Travel", "cost", None),
    ]
    assert plan.items[0].responsible == ("Ann",)
    assert plan.items[0].assignments == tuple(
        Assignment(resource, units=0.5, work_minutes=240) for resource in ("7", "8", None)
    )
    assert codes(plan) == ["assignment_unknown_item"]


def timephased(*rows: tuple[str, str, str]) -> str:
    parts = (values(Type=1, Start=start, Finish=finish) + value for start, finish, value in rows)
    rows_text = "".join(f"<TimephasedData>{one}</TimephasedData>" for one in parts)
    return f"<Assignment>{values(UID=1, TaskUID=1, ResourceUID=-65535)}{rows_text}</Assignment>"


def test_a_split_task_keeps_its_parts_and_a_weekend_is_no_split() -> None:
    work, none = "<Value>PT8H0M0S</Value>", "<Value>PT0H0M0S</Value>"
    first = ("2026-01-05T08:00:00", "2026-01-05T17:00:00", work)
    pause = ("2026-01-05T17:00:00", "2026-01-06T17:00:00", none)
    second = ("2026-01-07T08:00:00", "2026-01-07T17:00:00", work)
    friday = ("2026-01-09T08:00:00", "2026-01-09T17:00:00", work)
    weekend = ("2026-01-09T17:00:00", "2026-01-12T08:00:00", none)
    monday = ("2026-01-12T08:00:00", "2026-01-12T17:00:00", work)

    split = read(task(1), assignments=timephased(first, pause, second))
    whole = read(task(1), assignments=timephased(friday, weekend, monday))

    assert split.items[0].splits == (
        TimeSpan(datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 17)),
        TimeSpan(datetime(2026, 1, 7, 8), datetime(2026, 1, 7, 17)),
    )
    assert (codes(split), codes(whole), whole.items[0].splits) == (["split_task"], [], ())


def test_baselines_are_kept_by_number() -> None:
    def baseline(number: int) -> str:
        return f"<Baseline>{values(Number=number, Start='2026-01-05T08:00:00', Duration='PT8H0M0S')}</Baseline>"

    plan = read(task(1, more=baseline(10) + baseline(0)))

    row = BaselineItem("1", datetime(2026, 1, 5, 8), None, 480)
    assert plan.baselines == (Baseline(0, (row,)), Baseline(10, (row,)))


def test_the_project_keeps_its_settings() -> None:
    head = values(
        StatusDate="2026-02-01T17:00:00", CriticalSlackLimit=2, MinutesPerDay=450, DefaultStartTime="07:30:00"
    )

    (one,) = read(task(1), head=head).projects

    assert (one.name, one.start, one.data_date) == ("Plan", datetime(2026, 1, 5, 8), datetime(2026, 2, 1, 17))
    assert (one.critical_float_minutes, one.minutes_per_day, one.day_starts_at_minute) == (900, 450, 450)


def test_the_namespace_and_its_prefix_do_not_matter() -> None:
    plain = project(task(1)).replace(b' xmlns="http://schemas.microsoft.com/project"', b"")
    prefixed = (
        b'<p:Project xmlns:p="http://schemas.microsoft.com/project"><p:Tasks><p:Task><p:UID>1</p:UID>'
        b"<p:Name>Task 1</p:Name><p:Duration>PT8H0M0S</p:Duration></p:Task></p:Tasks></p:Project>"
    )

    names = [[item.name for item in read_mspdi(data, "plan.xml").items] for data in (plain, prefixed)]

    assert names == [["Task 1"], ["Task 1"]]


def test_two_tasks_with_one_uid_are_refused_and_two_with_two_are_not() -> None:
    with pytest.raises(Refused, match="^Two tasks have the UID 1; expected each to have its own.$"):
        read(task(1), task(1))

    assert len(read(task(1), task(2)).items) == 2
