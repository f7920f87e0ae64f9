"""Primavera XER: one small file per rule."""

from datetime import date, datetime
from typing import Any

import pytest

from consortio.interchange.plan import (
    Assignment,
    Baseline,
    BaselineItem,
    CalendarException,
    Constraint,
    Item,
    Link,
    Plan,
    effective_calendar,
)
from consortio.interchange.tests.fixtures_xer import CALENDAR, PROJECT, ROOT, Rows, activity, hours, wbs, xer
from consortio.interchange.xer import read_xer

DAY = ((480, 720), (780, 1020))


def read(tasks: Rows = (), **tables: Any) -> Plan:
    return read_xer(xer(tasks, **tables), "plan.xer")


def only(**fields: Any) -> Item:
    return read([activity(1, **fields)]).items[1]


def codes(plan: Plan) -> list[str]:
    return [one.code for one in plan.findings]


def test_the_wbs_is_the_tree_and_activities_stand_before_the_nodes_inside() -> None:
    nodes = [ROOT, wbs(30, 10, seq_num=2), wbs(20, 10, seq_num=1), wbs(40, 20)]

    plan = read([activity(1, wbs_id=40), activity(2), activity(3, wbs_id=20)], PROJWBS=nodes)

    assert [(item.id, item.kind, item.parent, item.depth) for item in plan.items] == [
        ("wbs-10", "project", None, 0),
        ("2", "task", "wbs-10", 1),
        ("wbs-20", "phase", "wbs-10", 1),
        ("3", "task", "wbs-20", 2),
        ("wbs-40", "phase", "wbs-20", 2),
        ("1", "task", "wbs-40", 3),
        ("wbs-30", "phase", "wbs-10", 1),
    ]
    assert [item.order for item in plan.items] == list(range(7))
    assert (plan.items[4].outline, plan.findings) == ("W10.W20.W40", ())


def test_a_wbs_in_a_circle_is_read_as_a_top_row() -> None:
    plan = read([activity(1, wbs_id=21)], PROJWBS=[ROOT, wbs(20, 21), wbs(21, 20)])

    assert [(item.id, item.parent) for item in plan.items] == [
        ("wbs-10", None),
        ("wbs-20", None),
        ("wbs-21", "wbs-20"),
        ("1", "wbs-21"),
    ]
    assert codes(plan) == ["wbs_circle"]


def test_an_activity_of_an_unknown_wbs_or_project_is_kept() -> None:
    plan = read([activity(1, wbs_id=99), activity(2, proj_id=77)])

    assert [(item.id, item.parent, item.project) for item in plan.items[1:]] == [("2", "wbs-10", "1"), ("1", None, "1")]
    assert codes(plan) == ["unknown_project", "unknown_wbs"]


@pytest.mark.parametrize(
    ("written", "kind", "edge", "by_resource"),
    [
        ("TT_Task", "task", None, False),
        ("TT_Rsrc", "task", None, True),
        ("TT_Mile", "milestone", "start", False),
        ("TT_FinMile", "milestone", "finish", False),
        ("TT_LOE", "loe", None, False),
        ("TT_WBS", "wbs_summary", None, False),
    ],
)
def test_activity_types(written: str, kind: str, edge: str | None, by_resource: bool) -> None:
    item = only(task_type=written)

    assert (item.kind, item.milestone, item.resource_driven) == (kind, edge, by_resource)


def test_an_unknown_type_is_a_task_with_a_finding() -> None:
    plan = read([activity(1, task_type="TT_New")])

    assert (plan.items[1].kind, codes(plan)) == ("task", ["task_type"])


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("CS_MSOA", "snet"),
        ("CS_MSOB", "snlt"),
        ("CS_MEOA", "fnet"),
        ("CS_MEOB", "fnlt"),
        ("CS_MSO", "start_on"),
        ("CS_MEO", "finish_on"),
        ("CS_MANDSTART", "mso"),
        ("CS_MANDFIN", "mfo"),
    ],
)
def test_constraints_first_and_second(written: str, kind: Any) -> None:
    at = "2026-02-02 08:00"
    item = only(cstr_type=written, cstr_date=at, cstr_type2=written, cstr_date2=at)

    assert item.constraint == item.constraint2 == Constraint(kind, datetime(2026, 2, 2, 8))


def test_as_late_as_possible_needs_no_date_and_the_others_do() -> None:
    undated = read([activity(1, cstr_type="CS_MSOA"), activity(2, cstr_type="CS_NEW", cstr_date="2026-02-02 08:00")])

    assert only(cstr_type="CS_ALAP").constraint == Constraint("alap")
    assert [item.constraint for item in undated.items[1:]] == [None, None]
    assert codes(undated) == ["constraint", "constraint"]


def test_durations_progress_and_dates_are_read() -> None:
    item = only(
        status_code="TK_Active",
        target_drtn_hr_cnt="80",
        remain_drtn_hr_cnt="20,5",
        total_float_hr_cnt="-12.5",
        act_start_date="2026-01-05 08:00",
        early_start_date="2026-01-12 08:00",
        early_end_date="2026-01-14 12:30",
        late_end_date="2026-01-13 12:30",
        target_start_date="2026-01-06 08:00",
        target_end_date="2026-01-19 17:00",
        restart_date="2026-01-12 08:00",
        reend_date="2026-01-14 12:30",
        expect_end_date="2026-01-15 17:00",
        suspend_date="2026-01-07 08:00",
        resume_date="2026-01-08 08:00",
        external_early_start_date="2026-01-02 08:00",
        external_late_end_date="2026-03-02 17:00",
        duration_type="DT_FixedRate",
    )

    assert (item.duration_minutes, item.remaining_minutes, item.total_float_minutes) == (4800, 1230, -750)
    assert (item.actual_start, item.actual_finish, item.percent_complete) == (datetime(2026, 1, 5, 8), None, 74.38)
    assert (item.stored.start, item.stored.finish) == (datetime(2026, 1, 5, 8), datetime(2026, 1, 14, 12, 30))
    assert (item.stored.early_start, item.stored.target_finish) == (datetime(2026, 1, 12, 8), datetime(2026, 1, 19, 17))
    assert (item.stored.remaining_start, item.stored.remaining_finish) == (
        datetime(2026, 1, 12, 8),
        datetime(2026, 1, 14, 12, 30),
    )
    assert (item.expected_finish, item.suspended, item.resumed) == (
        datetime(2026, 1, 15, 17),
        datetime(2026, 1, 7, 8),
        datetime(2026, 1, 8, 8),
    )
    assert (item.external_early_start, item.external_late_finish) == (datetime(2026, 1, 2, 8), datetime(2026, 3, 2, 17))
    assert (item.effort_kind, item.critical, item.calendar) == ("fixed_units", True, "5")


def test_without_early_dates_the_planned_ones_are_stored() -> None:
    item = only(target_start_date="2026-01-06 08:00", target_end_date="2026-01-06 17:00")

    assert (item.stored.start, item.stored.finish) == (datetime(2026, 1, 6, 8), datetime(2026, 1, 6, 17))


@pytest.mark.parametrize(
    ("fields", "percent"),
    [
        ({"complete_pct_type": "CP_Phys", "phys_complete_pct": "35"}, 35.0),
        ({"complete_pct_type": "CP_Units", "act_work_qty": 10, "remain_work_qty": 30}, 25.0),
        ({"complete_pct_type": "CP_Drtn", "target_drtn_hr_cnt": 8, "remain_drtn_hr_cnt": 2}, 75.0),
        ({"status_code": "TK_Complete", "remain_drtn_hr_cnt": ""}, 100.0),
        ({"complete_pct_type": "CP_Drtn", "target_drtn_hr_cnt": 0, "remain_drtn_hr_cnt": 0}, 0.0),
    ],
)
def test_percent_complete_follows_its_kind(fields: dict[str, Any], percent: float) -> None:
    assert only(**fields).percent_complete == percent


def test_critical_is_by_float_or_by_longest_path_as_the_project_says() -> None:
    tasks = [activity(1, total_float_hr_cnt=8, driving_path_flag="Y"), activity(2, total_float_hr_cnt=9)]
    by_float = read(tasks, PROJECT=[{**PROJECT, "critical_path_type": "CT_TotFloat", "critical_drtn_hr_cnt": 8}])
    by_path = read(tasks, PROJECT=[{**PROJECT, "critical_path_type": "CT_DrivPath"}])

    assert [item.critical for item in by_float.items[1:]] == [True, False]
    assert [item.critical for item in by_path.items[1:]] == [True, None]


def test_links_with_their_lags() -> None:
    links = [
        {"task_id": 2, "pred_task_id": 1, "pred_type": kind, "lag_hr_cnt": lag}
        for kind, lag in (("PR_FS", 0), ("PR_SS", "1.5"), ("PR_FF", -8), ("PR_SF", ""))
    ]

    plan = read([activity(1), activity(2)], TASKPRED=links)

    assert plan.links == (
        Link("1", "2", "FS"),
        Link("1", "2", "SS", 90),
        Link("1", "2", "FF", -480),
        Link("1", "2", "SF"),
    )


def test_links_to_activities_that_are_not_in_the_file_are_findings() -> None:
    links = [{"task_id": 1, "pred_task_id": 99, "pred_type": "PR_FS"}, {"task_id": 1, "pred_task_id": 1}]
    kinds = [{"task_id": 2, "pred_task_id": 1, "pred_type": "PR_XX"}, {"task_id": 2, "pred_task_id": 1}]

    plan = read([activity(1), activity(2)], TASKPRED=links + kinds)

    assert plan.links == (Link("1", "2"),)
    assert codes(plan) == ["link_kind", "link_unknown_item", "link_to_itself"]


def calendar(data: str, **fields: object) -> Plan:
    return read([activity(1)], CALENDAR=[{**CALENDAR, "clndr_data": data, **fields}])


def test_a_calendar_has_hours_in_either_order_and_days_that_differ() -> None:
    nights = "(0||2()((0||0(f|06:00|s|22:00)())))(0||3()((0||0(s|00:00|f|00:00)())))(0||4()((0||0(s|08:00|f|12:00)())(0||1(s|12:00|f|16:00)())))"
    exceptions = "(0||0(d|46023)())(0||1(d|46024)((0||0(s|8:00|f|12:00)())))"

    (one,) = calendar(hours(nights, exceptions), day_hr_cnt=8).calendars

    assert one.week == (((1320, 1800),), ((0, 1440),), ((480, 960),), (), (), (), ())
    assert one.exceptions == (
        CalendarException(date(2026, 1, 1), date(2026, 1, 1)),
        CalendarException(date(2026, 1, 2), date(2026, 1, 2), ((480, 720),)),
    )
    assert one.minutes_per_day == 480


def test_line_breaks_and_unknown_parts_in_a_calendar_do_not_matter() -> None:
    data = hours(exceptions="(0||0(d|46023)())").replace(")(", ")\x7f\x7f  (")
    data = data.replace("(0||Exceptions", "(0||VIEW(ShowTotal|N)())  (0||Exceptions")

    plan = calendar(data)

    assert plan.calendars[0].week == (DAY, DAY, DAY, DAY, DAY, (), ())
    assert (len(plan.calendars[0].exceptions), plan.findings) == (1, ())


@pytest.mark.parametrize("cut", [5, 30, 60, -3])
def test_a_calendar_that_breaks_off_is_a_finding_and_gets_usual_hours(cut: int) -> None:
    plan = calendar(hours()[:cut])

    assert plan.calendars[0].week == (DAY,) * 5 + ((), ())
    assert codes(plan) == ["calendar_hours", "calendar_hours"]


def test_a_calendar_inherits_the_holidays_of_its_base_and_its_week_when_it_has_none() -> None:
    base = {**CALENDAR, "clndr_data": hours(exceptions="(0||0(d|46023)())")}
    derived = {"clndr_id": 6, "clndr_name": "Derived", "base_clndr_id": 5, "clndr_data": ""}
    lost = {"clndr_id": 7, "clndr_name": "Lost", "base_clndr_id": 99, "clndr_data": hours()}

    plan = read([activity(1)], CALENDAR=[base, derived, lost])

    resolved = effective_calendar("6", {one.id: one for one in plan.calendars})
    assert (resolved.hours(date(2026, 1, 1)), resolved.hours(date(2026, 1, 8))) == ((), DAY)
    assert (plan.calendars[2].base, codes(plan)) == (None, ["calendar_base"])


def test_resources_assignments_and_who_is_responsible() -> None:
    resources = [
        {"rsrc_id": 3, "rsrc_name": "Ann", "rsrc_short_name": "A", "rsrc_type": "RT_Labor", "clndr_id": 5},
        {"rsrc_id": 4, "rsrc_name": "Crane", "rsrc_type": "RT_Equip", "parent_rsrc_id": 3},
    ]
    rows = [
        {
            "task_id": 1,
            "rsrc_id": 3,
            "target_qty": 40,
            "remain_qty": 30,
            "target_qty_per_hr": 1,
            "remain_qty_per_hr": 0.5,
        },
        {"task_id": 1, "rsrc_id": 4, "target_qty": 8, "target_lag_drtn_hr_cnt": 2},
        {"task_id": 1, "role_id": 9, "target_qty": 8},
    ]

    plan = read([activity(1)], RSRC=resources, RSRCRATE=[{"rsrc_id": 3, "max_qty_per_hr": 2}], TASKRSRC=rows)

    assert [(one.name, one.kind, one.units_max) for one in plan.resources] == [
        ("Ann", "work", 2.0),
        ("Crane", "equipment", None),
    ]
    assert plan.items[1].assignments == (
        Assignment("3", 1.0, 2400, 1800, 0.5),
        Assignment("4", work_minutes=480, delay_minutes=120),
        Assignment(None, work_minutes=480),
    )
    assert plan.items[1].responsible == ("Ann",)


def test_notes_lose_their_markup() -> None:
    memo = "<html><body><p>First &amp; second</p>\x7f\x7f<p>third</p></body></html>"

    assert read([activity(1)], TASKMEMO=[{"task_id": 1, "task_memo": memo}]).items[1].notes == "First & second\n\nthird"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("predecessor", "retained_logic", False, "finish")),
        (
            {"sched_calendar_on_relationship_lag": "rcal_Successor", "sched_retained_logic": "N"},
            ("successor", "actual_dates", False, "finish"),
        ),
        (
            {
                "sched_calendar_on_relationship_lag": "rcal_24Hour",
                "sched_progress_override": "Y",
                "sched_float_type": "FT_SF",
            },
            ("elapsed", "progress_override", False, "start"),
        ),
        (
            {"sched_calendar_on_relationship_lag": "rcal_ProjDefault", "sched_use_expect_end_flag": "Y"},
            ("project", "retained_logic", True, "finish"),
        ),
    ],
)
def test_scheduling_options(options: dict[str, str], expected: tuple[Any, ...]) -> None:
    (one,) = read([activity(1)], SCHEDOPTIONS=[{"proj_id": 1, **options}]).projects

    assert (one.lag_calendar, one.progress, one.uses_expected_finish, one.float_by) == expected


def test_a_project_keeps_its_dates_and_takes_its_name_from_the_wbs() -> None:
    row = {**PROJECT, "plan_end_date": "2026-12-01 17:00", "scd_end_date": "2026-11-01 17:00"}

    (one,) = read([activity(1)], PROJECT=[row]).projects

    assert (one.name, one.code, one.calendar) == ("The project", "ONE", "5")
    assert (one.start, one.data_date) == (datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 8))
    assert (one.finish, one.must_finish_by) == (datetime(2026, 11, 1, 17), datetime(2026, 12, 1, 17))


def test_several_projects_stand_side_by_side_with_links_between() -> None:
    other = {**PROJECT, "proj_id": 2, "proj_short_name": "TWO"}
    plan = read(
        [activity(1), activity(2, proj_id=2, wbs_id=50)],
        PROJECT=[PROJECT, other],
        PROJWBS=[ROOT, wbs(50, 999, proj_id=2, proj_node_flag="Y")],
        TASKPRED=[{"task_id": 2, "pred_task_id": 1, "pred_type": "PR_FS"}],
    )

    assert [(item.id, item.project, item.depth) for item in plan.items] == [
        ("wbs-10", "1", 0),
        ("1", "1", 1),
        ("wbs-50", "2", 0),
        ("2", "2", 1),
    ]
    assert (len(plan.projects), plan.links) == (2, (Link("1", "2"),))


def test_a_project_that_is_a_baseline_of_another_becomes_its_baseline() -> None:
    baseline = {**PROJECT, "proj_id": 2, "proj_short_name": "ONE - B1", "orig_proj_id": 1}
    dates = {"target_start_date": "2026-01-05 08:00", "target_end_date": "2026-01-05 17:00"}
    plan = read(
        [activity(1), activity(2, proj_id=2, wbs_id=50, task_code="A1", **dates), activity(3, proj_id=2, wbs_id=50)],
        PROJECT=[PROJECT, baseline],
        PROJWBS=[ROOT, wbs(50, proj_id=2, proj_node_flag="Y")],
        TASKPRED=[{"task_id": 2, "pred_task_id": 3, "pred_type": "PR_FS"}],
    )

    row = BaselineItem("1", datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 17), 480)
    assert ([item.id for item in plan.items], plan.links) == (["wbs-10", "1"], ())
    assert plan.baselines == (Baseline(0, (row,), "ONE - B1"),)
    assert codes(plan) == ["baseline_gone"]


def test_unknown_tables_are_findings_and_known_ones_that_say_nothing_are_not() -> None:
    plan = read([activity(1)], UDFVALUE=[{"udf_type_id": 1}], MYTABLE=[{"a": 1}, {"a": 2}])

    assert [one.message for one in plan.findings] == ["Table “MYTABLE” is not known; its 2 rows were left out."]


def test_columns_in_another_order_or_unknown_do_not_matter() -> None:
    reversed_row = dict(reversed(activity(1, brand_new_column="x").items()))

    assert read([reversed_row]).items[1] == read([activity(1)]).items[1]


def test_a_line_break_inside_a_value_belongs_to_the_value() -> None:
    data = xer([activity(1, task_name="One\r\ntwo"), activity(2)])

    plan = read_xer(data, "plan.xer")

    assert [item.name for item in plan.items[1:]] == ["One two", "Activity 2"]


def test_rows_that_are_too_short_or_too_long_are_findings() -> None:
    data = xer([activity(1)]).replace(b"\t8\t8\r\n", b"\t8\r\n")
    longer = xer([activity(1)]).replace(b"\t8\t8\r\n", b"\t8\t8\t9\r\n")

    short_plan, long_plan = read_xer(data, "plan.xer"), read_xer(longer, "plan.xer")

    assert (codes(short_plan), short_plan.items[1].remaining_minutes) == (["short_row"], None)
    assert (codes(long_plan), long_plan.items[1].remaining_minutes) == (["long_row"], 480)
    assert short_plan.findings[0].where == {"table": "TASK", "line": 13}
