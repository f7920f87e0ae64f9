"""What a file says goes into rows and comes out again; and the dates of the rows are those of the file's plan."""

from dataclasses import replace
from datetime import datetime

import pytest

from consortio.ids import uuid7
from consortio.interchange import plan as neutral
from consortio.interchange.engine import schedule_plan
from consortio.interchange.reading import read_bytes
from consortio.interchange.tests.shared import files
from consortio.plans.importing import prepare_import
from consortio.plans.neutral import Rows, neutral_plan, without_contradicted

from .builders import START, file_of, phase, quay, task

CIRCLE = uuid7()


def back(plan):
    """Return the plan that the rows of a file say, under the file's ids."""
    prepared = prepare_import(plan=plan, circle_id=CIRCLE)
    prepared.plan.calendar_id = prepared.calendar_id
    keys = {row.pk: row.external_id for row in (*prepared.items, *prepared.calendars)}
    return neutral_plan(Rows(prepared.plan, prepared.items, prepared.links, prepared.calendars), keys)


def placed(item):
    """Leave out what follows from the tree."""
    return replace(item, depth=0, order=0, outline="")


RICH = task(
    "x", 3, percent_complete=12.5, code="C-1", notes="A note", remaining_minutes=900, calendar="1", manual=True,
    constraint=neutral.Constraint("snet", START), constraint2=neutral.Constraint("fnlt", datetime(2031, 6, 1, 17)),
    deadline=datetime(2031, 6, 2, 17), actual_start=START, stored=neutral.StoredDates(START, START, late_start=START),
    assignments=(neutral.Assignment("r1", 0.5, 100),), responsible=("Ann",), splits=(neutral.TimeSpan(START, START),),
    duration_elapsed=True, priority=700, effort_kind="fixed_work", work_minutes=333, physical_percent=3.5,
)  # fmt: skip


@pytest.mark.parametrize(
    "item",
    [
        RICH,
        replace(task("x"), duration_minutes=None, percent_complete=None),
        replace(task("x"), kind="loe"),
        replace(task("x"), name="n" * 600, code="c" * 150),
        replace(task("x"), milestone="start", kind="milestone"),
        replace(task("x"), constraint=neutral.Constraint("asap", START)),
        replace(task("x"), active=False, external=True, suspended=START, resumed=START),
    ],
    ids=["rich", "unknown", "level of effort", "long", "milestone", "asap with a date", "outside"],
)
def test_an_item_comes_out_as_it_went_in(item):
    found = back(file_of(phase("A"), item, resources=(neutral.Resource("r1", "Ann", calendar="1"),)))

    assert placed(found.items[1]) == placed(item)
    assert found.resources == (neutral.Resource("r1", "Ann", calendar="1"),)


def test_links_and_calendars_come_out_as_they_went_in():
    kinds = [neutral.Link("t1", "t2", "SS", 240), neutral.Link("t1", "t3", "FF", 60, True)]
    kinds += [neutral.Link("t2", "t3", "SF", lag_percent=12.5)]
    night = neutral.Calendar(
        "2", "Night", base="1", week=(((1320, 1800),),) + (None,) * 6,
        exceptions=(neutral.CalendarException(START.date(), START.date(), ((0, 60),), "May"),),
        weeks=(neutral.WorkWeek(START.date(), START.date(), (None,) * 7, "Spring"),), minutes_per_day=400,
    )  # fmt: skip
    plan = replace(quay(), links=tuple(kinds), calendars=(night, *quay().calendars))

    found = back(plan)

    assert set(found.links) == set(kinds)
    assert {one.id: one for one in found.calendars} == {one.id: one for one in plan.calendars}
    assert found.projects == plan.projects


def test_the_row_for_the_whole_file_is_the_plan():
    root = neutral.Item("0", "Quay", kind="project", depth=0)
    below = [replace(item, parent=item.parent or "0") for item in quay().items]

    found = back(replace(quay(), items=(root, *below)))

    assert [item.id for item in found.items] == ["A", "t1", "t2", "t3", "m"]
    assert found.items[0].parent is None


@pytest.mark.parametrize(("path", "truth"), files("mspdi", "mspdi-converted", "xer"))
def test_the_dates_of_the_rows_are_those_of_the_file(path, truth):
    try:
        plan = read_bytes(path.read_bytes(), path.name)
    except neutral.Refused as refused:
        pytest.skip(f"refused: {refused.code}")

    prepared = prepare_import(plan=plan, circle_id=CIRCLE)

    expected = schedule_plan(plan).items
    computed = {row.external_id: prepared.result.dates[row.pk] for row in prepared.items}
    assert {pk: (own.start_at, own.finish_at) for pk, own in computed.items() if own.is_computed} == {
        pk: (expected[pk].start, expected[pk].finish) for pk, own in computed.items() if own.is_computed
    }
    assert all(expected[pk].start is None for pk, own in computed.items() if not own.is_computed)


def test_an_edit_drops_the_words_of_the_file_that_it_contradicts():
    extra = {"percent_complete": 12.5, "assignments": [], "priority": 700, "actual_minutes": 5}

    assert without_contradicted(extra, ["percent", "remaining_minutes"]) == {"assignments": [], "priority": 700}
    assert without_contradicted(extra, ["name"]) == extra


def test_a_task_that_is_divided_is_a_phase_only_where_links_of_phases_are_computed():
    divided = [phase("A"), task("t", 5), task("u", 2, "t"), task("v", 3, "t")]

    assert [item.kind for item in back(file_of(*divided)).items] == ["phase", "phase", "task", "task"]
    assert [item.kind for item in back(file_of(*divided, mode="p6")).items] == ["phase", "task", "task", "task"]


def test_what_cannot_be_scheduled_shows_what_was_stored():
    ring = [neutral.Link("t1", "t2"), neutral.Link("t2", "t1")]
    stored = neutral.StoredDates(START, datetime(2031, 5, 6, 17))
    items = (phase("A"), task("t1", 2, stored=stored), task("t2", 1))

    prepared = prepare_import(plan=file_of(*items, links=ring), circle_id=CIRCLE)

    dates = {row.external_id: prepared.result.dates[row.pk] for row in prepared.items}
    assert (dates["t1"].start_at, dates["t1"].finish_at, dates["t1"].is_computed) == (START, stored.finish, False)
    assert prepared.result.refusal == "These items wait for each other: Task t1 → Task t2 → Task t1."
