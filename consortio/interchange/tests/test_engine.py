"""Rules of the mapping between the neutral plan and the engine, one hand-worked case each."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from consortio.interchange.computed import NO_DATES, stored_dates
from consortio.interchange.engine import schedule_plan
from consortio.interchange.plan import (
    Assignment,
    Calendar,
    CalendarException,
    Constraint,
    Item,
    Link,
    Plan,
    Project,
    Resource,
    StoredDates,
    TimeSpan,
)

OFFICE = Calendar("office", "Office", week=(((480, 720), (780, 1020)),) * 5 + ((), ()))
NIGHT = Calendar("night", "Night", week=(((1320, 1800),),) * 5 + ((), ()))
LATE = Calendar("late", "Afternoons", week=(((840, 1080),),) * 5 + ((), ()))
MONDAY = datetime(2026, 1, 5, 8, 0)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute)


def task(item_id: str, minutes: int = 480, **more) -> Item:
    return Item(id=item_id, name=f"Task {item_id}", duration_minutes=minutes, remaining_minutes=minutes, **more)


def plan(*items: Item, links: tuple[Link, ...] = (), mode: str = "msp", **more) -> Plan:
    project = Project("1", "Bridge", start=MONDAY, calendar="office", lag_calendar="successor")
    parts = {"projects": (project,), "calendars": (OFFICE, NIGHT, LATE)} | more
    return Plan(file="bridge", format="mspdi" if mode == "msp" else "xer", mode=mode, items=items, links=links, **parts)


def spans(answer: Plan) -> dict[str, tuple[datetime | None, datetime | None]]:
    return {item_id: (one.start, one.finish) for item_id, one in schedule_plan(answer).items.items()}


def codes(answer: Plan) -> list[str]:
    return [one.code for one in schedule_plan(answer).findings]


def test_a_chain_runs_through_the_week():
    made = plan(task("a", 960), task("b", 1440), links=(Link("a", "b"),))

    assert spans(made) == {"a": (at(5, 8), at(6, 17)), "b": (at(7, 8), at(9, 17))}


def test_a_lag_in_per_cent_is_a_share_of_the_predecessor():
    made = plan(task("a", 960), task("b"), links=(Link("a", "b", lag_percent=50.0),))

    assert spans(made)["b"] == (at(8, 8), at(8, 17))


def test_an_elapsed_lag_runs_around_the_clock():
    made = plan(task("a"), task("b"), links=(Link("a", "b", lag_minutes=600, lag_elapsed=True),))

    assert spans(made)["b"] == (at(6, 8), at(6, 17))


@pytest.mark.parametrize(
    ("way", "start"),
    [("predecessor", at(7, 14)), ("elapsed", at(6, 14)), ("successor", at(8, 15)), ("project", at(7, 14))],
)
def test_p6_measures_lags_as_the_project_says(way, start):
    made = plan(task("a"), task("b", calendar="late"), links=(Link("a", "b", lag_minutes=600),), mode="p6")
    project = replace(made.projects[0], lag_calendar=way)

    found = spans(replace(made, projects=(project,)))

    # Ten hours from Monday 17:00: Wednesday 10:00 at the office, Tuesday 03:00 by the clock, Thursday 15:00 of afternoons.
    assert (found["a"][1], found["b"][0]) == (at(5, 17), start)


def test_a_derived_calendar_and_its_holiday_count():
    holiday = CalendarException(date(2026, 1, 6), date(2026, 1, 6), name="Epiphany")
    own = Calendar("own", "Own", base="office", exceptions=(holiday,))

    made = plan(task("a", 960, calendar="own"), calendars=(OFFICE, own))

    assert spans(made)["a"] == (at(5, 8), at(7, 17))


def test_a_task_with_its_own_and_a_resource_calendar_works_in_both():
    crew = Resource("r", "Crew", calendar="office")
    worked = task("a", 180, calendar="late", effort_kind="fixed_units", assignments=(Assignment("r", 1.0, 180, 180),))

    made = plan(worked, resources=(crew,))

    assert spans(made)["a"] == (at(5, 14), at(5, 17))
    assert spans(replace(made, items=(replace(worked, ignores_resource_calendar=True),)))["a"] == (at(5, 14), at(5, 17))
    assert spans(replace(made, items=(replace(worked, effort_kind="fixed_duration"),)))["a"] == (at(5, 14), at(5, 17))


def test_the_first_resource_begins_and_the_last_one_ends():
    crews = (Resource("d", "Day", calendar="office"), Resource("n", "Night", calendar="night"))
    shares = (Assignment("d", 1.0, 480, 480), Assignment("n", 0.5, 480, 480))

    made = plan(task("a", 480, effort_kind="fixed_units", assignments=shares), resources=crews)

    # By day until Monday 17:00; half of the nights of Monday and Tuesday, until Wednesday 06:00.
    assert spans(made)["a"] == (at(5, 8), at(7, 6))


@pytest.mark.parametrize("leading", ["a", "p"])
def test_a_start_left_over_by_a_successor_is_taken_into_the_items_own_hours(leading):
    crew, phase = Resource("r", "Crew", calendar="late"), Item(id="p", name="Phase", kind="phase")
    worked = task("a", 60, parent="p", effort_kind="fixed_units", assignments=(Assignment("r", 1.0, 60, 60),))
    link = Link(leading, "b", "SS", lag_minutes=60)

    made = schedule_plan(plan(phase, worked, task("b"), task("c", 960), resources=(crew,), links=(link,))).items

    # The other one starts on Tuesday at 08:00 at the latest, and so this one on Monday at 16:00 instead of Tuesday.
    assert made["b"].late_start == at(6, 8)
    assert (made["a"].late_start, made["a"].late_finish) == (at(5, 16), at(5, 17))


def test_a_p6_activity_driven_by_its_resource_works_the_resource_s_hours():
    crew = Resource("r", "Crew", calendar="late")
    driven = task("a", 480, resource_driven=True, calendar="office", assignments=(Assignment("r", 1.0, 480, 480),))

    made = plan(driven, mode="p6", resources=(crew,))

    assert spans(made)["a"] == (at(5, 14), at(6, 18))
    assert spans(replace(made, items=(replace(driven, resource_driven=False),)))["a"] == (at(5, 8), at(5, 17))


def test_a_levelling_delay_holds_back_a_linked_task_around_the_clock():
    made = plan(task("a"), task("b", leveling_delay_minutes=2 * 1440), links=(Link("a", "b"),))

    assert spans(made)["b"] == (at(8, 8), at(8, 17))


def test_a_start_constraint_on_a_day_off_counts_from_the_next_morning():
    made = plan(task("a"), task("b", constraint=Constraint("snet", at(10, 8))), links=(Link("a", "b"),))

    assert spans(made)["b"] == (at(12, 8), at(12, 17))


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_start_to_finish_without_lag_shows_the_start_as_the_finish(mode):
    first = task("a", constraint=Constraint("snet", at(12, 8)))

    made = plan(first, task("b"), links=(Link("a", "b", "SF"),), mode=mode)

    assert spans(made)["b"] == (at(9, 8), at(12, 8))


def test_pauses_of_a_split_task_count():
    parts = (TimeSpan(at(5, 8), at(5, 17)), TimeSpan(at(7, 8), at(7, 17)))

    assert spans(plan(task("a", 960, splits=parts)))["a"] == (at(5, 8), at(7, 17))


def test_what_is_left_of_a_begun_task_starts_when_ms_project_resumes_it():
    begun = task("a", 960, actual_start=at(5, 8), actual_minutes=480, suspended=at(5, 17), resumed=at(7, 8))

    assert spans(plan(replace(begun, remaining_minutes=480)))["a"] == (at(5, 8), at(7, 17))


def test_what_is_left_in_p6_starts_at_the_data_date_or_when_it_is_resumed():
    begun = replace(task("a", 960, actual_start=at(5, 8)), remaining_minutes=480)
    project = Project("1", "Bridge", start=MONDAY, data_date=at(7, 8), calendar="office", lag_calendar="predecessor")

    made = plan(begun, mode="p6", projects=(project,))

    assert spans(made)["a"] == (at(5, 8), at(7, 17))
    suspended = replace(begun, suspended=at(5, 17), resumed=at(9, 8))
    assert spans(replace(made, items=(suspended,)))["a"] == (at(5, 8), at(9, 17))


def test_progress_override_lets_work_go_on_that_began_out_of_turn():
    begun = replace(task("b", 960, actual_start=at(5, 8)), remaining_minutes=480)
    retained = Project("1", "Bridge", start=MONDAY, data_date=at(6, 8), calendar="office", lag_calendar="predecessor")
    overriding = replace(retained, progress="progress_override")

    made = plan(task("a", 960), begun, links=(Link("a", "b"),), mode="p6", projects=(retained,))

    assert spans(made)["b"] == (at(5, 8), at(8, 17))
    assert spans(replace(made, projects=(overriding,)))["b"] == (at(5, 8), at(6, 17))


def test_manual_and_external_tasks_keep_their_dates_and_drive_others():
    dates = StoredDates(start=at(7, 10), finish=at(7, 11))
    for flag in ("manual", "external"):
        made = plan(task("a", stored=dates, **{flag: True}), task("b"), links=(Link("a", "b"),))

        assert spans(made) == {"a": (at(7, 10), at(7, 11)), "b": (at(7, 11), at(8, 11))}


def test_tasks_below_a_manual_summary_begin_with_it_unless_they_wait():
    phase = Item(
        id="p", name="Phase", kind="phase", manual=True, stored=StoredDates(start=at(12, 8), finish=at(20, 17))
    )
    inside = (task("a", parent="p"), task("b", parent="p"))

    made = plan(phase, *inside, task("c"), links=(Link("c", "b"),))

    assert spans(made)["a"] == (at(12, 8), at(12, 17))
    assert spans(made)["b"] == (at(6, 8), at(6, 17))


def test_a_summary_that_starts_no_earlier_holds_back_every_task_below():
    phase = Item(id="p", name="Phase", kind="phase", constraint=Constraint("snet", at(12, 8)))

    made = plan(phase, task("a", parent="p"), task("b", parent="p"), task("c"), links=(Link("c", "b"),))

    assert [spans(made)[one][0] for one in ("p", "a", "b", "c")] == [at(12, 8), at(12, 8), at(12, 8), at(5, 8)]


def test_inactive_tasks_have_no_dates_and_hold_nobody():
    made = plan(task("a", active=False), task("b"), links=(Link("a", "b"),))

    assert spans(made) == {"a": (None, None), "b": (at(5, 8), at(5, 17))}


def test_several_projects_keep_their_own_starts_and_ends():
    other = Project("2", "Tunnel", start=at(12, 8), calendar="office", lag_calendar="predecessor")
    made = plan(task("a", project="1"), task("b", project="2"), mode="p6")

    found = schedule_plan(replace(made, projects=(*made.projects, other))).items

    assert {name: (one.start, one.late_finish) for name, one in found.items()} == {
        "a": (at(5, 8), at(5, 17)),
        "b": (at(12, 8), at(12, 17)),
    }


def test_a_level_of_effort_spans_what_it_hangs_on_and_drives_nothing():
    items = (task("a", 960), task("b"), Item(id="m", name="Management", kind="loe", calendar="office"), task("c"))
    links = (Link("a", "b"), Link("a", "m", "SS"), Link("b", "m", "FF"), Link("m", "c"))

    made = plan(*items, links=links, mode="p6")

    assert spans(made)["m"] == (at(5, 8), at(7, 17))
    assert spans(made)["c"] == (at(5, 8), at(5, 17))


def test_a_wbs_summary_spans_its_branch():
    phase = Item(id="wbs-1", name="Phase", kind="phase")
    items = (
        phase,
        task("a", parent="wbs-1"),
        task("b", parent="wbs-1"),
        Item(id="s", name="S", kind="wbs_summary", parent="wbs-1"),
    )

    assert spans(plan(*items, links=(Link("a", "b"),), mode="p6"))["s"] == (at(5, 8), at(6, 17))


def test_a_ring_is_told_by_names_and_nothing_has_dates():
    made = plan(task("a"), task("b"), links=(Link("a", "b"), Link("b", "a")))

    answer = schedule_plan(made)

    assert dict(answer.items) == {"a": NO_DATES, "b": NO_DATES}
    assert [(one.severity, one.code, one.message) for one in answer.findings] == [
        ("error", "cycle", "These items wait for each other: Task a → Task b → Task a.")
    ]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (plan(task("a"), links=(Link("a", "gone"),)), "link_to_nothing"),
        (plan(task("a"), links=(Link("a", "a"),)), "link_to_itself"),
        (plan(task("a", actual_finish=at(5, 17))), "finish_without_start"),
        (plan(task("a", actual_start=at(6, 8), actual_finish=at(5, 17))), "finish_before_start"),
        (plan(task("a", constraint=Constraint("snet"))), "constraint_without_date"),
        (plan(task("a", -60)), "negative_duration"),
        (plan(task("a"), calendars=()), "no_calendar"),
        (plan(task("a"), calendars=(OFFICE,), projects=(Project("1", "P", start=MONDAY),)), "no_project_calendar"),
        (plan(task("a", calendar="never"), calendars=(OFFICE, Calendar("never", "Never"))), "calendar_without_work"),
        (plan(task("a"), projects=(Project("1", "P", calendar="office"),)), "no_project_start"),
        (plan(task("a"), projects=(Project("1", "P", start=MONDAY, schedule_from="finish"),)), "schedule_from_finish"),
        (plan(task("a"), projects=(Project("1", "P", start=MONDAY, progress="actual_dates"),)), "actual_dates"),
    ],
)
def test_what_contradicts_itself_is_told_and_the_rest_is_scheduled(made, code):
    answer = schedule_plan(made)

    assert code in [one.code for one in answer.findings]
    assert answer.items["a"].start is not None
    assert codes(plan(task("a"))) == []


def test_a_date_out_of_reach_is_told():
    far = datetime(9000, 1, 1)

    answer = schedule_plan(plan(task("a", constraint=Constraint("snet", far))))

    assert [one.code for one in answer.findings] == ["horizon"]


def test_a_plan_without_items_has_no_dates():
    assert dict(schedule_plan(plan()).items) == {}


def test_stored_dates_are_actual_then_early_then_planned_in_p6_and_shown_ones_in_ms_project():
    stored = StoredDates(
        start=at(8, 8),
        finish=at(8, 17),
        early_start=at(6, 8),
        early_finish=at(6, 17),
        target_start=at(7, 8),
        target_finish=at(7, 17),
    )
    item = task("a", stored=stored)

    assert stored_dates(item, "p6") == (at(6, 8), at(6, 17))
    assert stored_dates(replace(item, actual_start=at(5, 9)), "p6") == (at(5, 9), at(6, 17))
    planned = replace(stored, early_start=None, early_finish=None)
    assert stored_dates(replace(item, stored=planned), "p6") == (at(7, 8), at(7, 17))
    assert stored_dates(item, "msp") == (at(8, 8), at(8, 17))


@pytest.mark.parametrize(
    ("more", "span"),
    [
        ({"stored": StoredDates(finish=at(9, 17))}, (at(9, 8), at(9, 17))),
        ({"stored": StoredDates(start=at(9, 8))}, (at(9, 8), at(9, 17))),
        ({"stored": StoredDates(finish=at(10, 17))}, (at(10, 17), at(10, 17))),  # a Saturday
        ({"stored": StoredDates(start=at(10, 8))}, (at(10, 8), at(10, 8))),
        ({"stored": StoredDates(finish=at(9, 17)), "minutes": 960}, (at(8, 8), at(9, 17))),
        ({"stored": StoredDates(start=at(9, 8)), "minutes": 960}, (at(9, 8), at(12, 17))),
        ({"stored": StoredDates(start=at(9, 14)), "minutes": 240, "calendar": "late"}, (at(9, 14), at(9, 18))),
        ({"stored": StoredDates(finish=at(9, 17)), "minutes": 960, "duration_elapsed": True}, (at(9, 1), at(9, 17))),
        ({"stored": StoredDates(start=at(9, 8)), "minutes": 0}, (at(9, 8), at(9, 8))),
        ({"stored": StoredDates(finish=at(9, 17)), "milestone": "finish"}, (at(9, 17), at(9, 17))),
    ],
)
def test_an_item_with_one_date_by_hand_takes_the_other_from_it(more, span):
    made = plan(task("a", **({"minutes": None} | more), manual=True))

    assert (spans(made)["a"], codes(made)) == (span, [])


def test_a_plan_whose_items_have_finishes_only_begins_with_the_first_of_their_days():
    undated = (Project("1", "Bridge", calendar="office"),)
    made = plan(*(task(str(day), 60, stored=StoredDates(finish=at(day, 17))) for day in (9, 7)), projects=undated)

    assert [str(one.message) for one in schedule_plan(made).findings] == [
        "Project 'Bridge' has no start; its earliest date, 2026-01-07 08:00, is taken."
    ]


def test_a_plan_without_any_date_begins_where_the_caller_says():
    made = plan(task("a", 960), projects=(Project("1", "Bridge", calendar="office"),))

    found = schedule_plan(made, begins_at=at(7, 8))

    assert found.items["a"].start == at(7, 8)
    assert [str(one.message) for one in found.findings] == [
        "Project 'Bridge' has no start and no other date; 2026-01-07 08:00 is taken."
    ]
