"""What a later file says otherwise without changing anything, beside what does."""

from dataclasses import replace
from datetime import datetime

import pytest

from consortio.access import unscoped
from consortio.interchange import plan as neutral
from consortio.plans.importing import Choices, prepare_import
from consortio.plans.models import Calendar
from consortio.plans.reimporting import difference_of

from .builders import DAY, START, bring_in, quay
from .test_reimporting import again, changed, difference, edit, item, plan

__all__ = ["plan"]

LATER = datetime(2031, 6, 2, 17)


def fields(found):
    return [one.field for change in found.changes for one in change.fields]


@pytest.mark.parametrize(
    "values",
    [
        {"total_float_minutes": 5 * DAY, "free_float_minutes": DAY, "critical": True, "work_minutes": DAY},
        {"stored": neutral.StoredDates(START, LATER, early_start=START, late_finish=LATER)},
        {"priority": 500, "effort_kind": "fixed_units", "project": "1"},
        {"code": "17"},
    ],
)
def test_what_another_program_computed_or_counted_is_no_change(world, plan, values):
    assert difference(world, plan, changed("t1", **values)).changes == ()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"manual": True, "stored": neutral.StoredDates(START, LATER)}, "stored_finish_at"),
        ({"external": True, "stored": neutral.StoredDates(START, LATER)}, "stored_finish_at"),
        ({"suspended": START, "resumed": LATER}, "extra"),
        ({"responsible": ("Harbour",)}, "extra"),
        ({"percent_complete": 40.0}, "percent"),
    ],
)
def test_what_dates_follow_from_and_what_somebody_enters_is_one(world, plan, values, field):
    assert field in fields(difference(world, plan, changed("t1", **values)))


def test_the_row_number_is_a_change_where_people_give_it(world, plan):
    table = replace(changed("t1", code="A-7"), format="csv")
    assert fields(difference(world, plan, table)) == ["code"]


def test_what_a_phase_has_done_follows_from_its_items(world, plan):
    assert difference(world, plan, changed("A", percent_complete=60.0)).changes == ()


def test_ms_project_has_no_word_for_a_deliverable(world, plan):
    edit(world, "t1", kind="deliverable")
    again(world, plan, changed("t1", kind="deliverable"), version=1)

    assert difference(world, plan, quay()).changes == ()
    assert fields(difference(world, plan, changed("t1", kind="milestone", milestone="finish"))) == [
        "kind",
        "milestone_end",
    ]


def test_who_answers_stays_until_the_file_names_somebody_known(world):
    named = changed("t1", responsible=("Harbour",))
    pk = bring_in(world, named, organisations={"Harbour": world.ids["Harbour"]})
    orchard = Choices(organisations={"Harbour": world.ids["Orchard"]})
    ready = prepare_import(plan=named, circle_id=world.ids["coast"], choices=orchard)

    assert difference(world, pk, named).changes == ()
    assert fields(difference_of(actor=world.actor("ada@Harbour"), plan_id=pk, prepared=ready)) == ["organisation_id"]


def test_a_calendar_keeps_the_length_of_its_day_where_the_file_does_not_say_it(world, plan):
    (week,) = quay().calendars
    silent = replace(week, minutes_per_day=None)
    assert difference(world, plan, replace(quay(), calendars=(silent,))).changes == ()

    again(world, plan, replace(quay(), calendars=(replace(silent, name="Quay hours"),)))

    with unscoped("test"):
        assert [(row.name, row.day_minutes) for row in Calendar.objects.all()] == [("Quay hours", DAY)]


def test_words_of_the_file_that_speak_of_a_value_follow_it(world):
    pk = bring_in(world, changed("t1", percent_complete=None, priority=700))
    file = changed("t1", percent_complete=33.4, priority=500)

    again(world, pk, file)

    assert (item(world, "t1").percent, item(world, "t1").extra) == (33, {"percent_complete": 33.4, "priority": 700})


def test_a_change_of_other_particulars_keeps_the_figures_beside_them(world):
    pk = bring_in(world, changed("t1", total_float_minutes=DAY))

    again(world, pk, changed("t1", leveling_delay_minutes=60, total_float_minutes=0))

    assert item(world, "t1").extra == {"total_float_minutes": DAY, "leveling_delay_minutes": 60}
