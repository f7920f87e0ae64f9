"""What an indicator comes to, and what is said of that which is left out."""

from datetime import date
from decimal import Decimal

import pytest

from consortio.interchange.iati import read_iati
from consortio.kpis.claims import Claim
from consortio.kpis.periods import Frequency, Period
from consortio.results.periods import Rhythm, rhythm_of, span_of
from consortio.results.sketching import GoalSketch, sketches_of

from .files import LEAKS, WATER, actual, baseline, file, indicator, lagoon, period, result, target

TODAY = date(2031, 5, 6)


def sketched(*results: str):
    (activity,) = read_iati(file(lagoon(*results)), "lagoon.xml").activities
    return sketches_of(activity, source="IATI, lagoon.xml", today=TODAY)


def only(*inside: str, **more: str):
    (sketch,) = sketched(result("A result", indicator("An indicator", *inside, **more)))
    return sketch


def test_an_indicator_becomes_a_kpi_a_goal_and_readings():
    (water,) = sketched(WATER)

    assert (water.name, water.unit, water.decimals, water.better) == ("Households with water", "number", 1, "up")
    assert water.external_id == "XX-1-LAGOON/1/1" and water.rhythm == Rhythm(Frequency.YEAR)
    assert water.goal == GoalSketch(
        "Water for all", "", "up", Decimal(100), Decimal(500), date(2017, 12, 31), date(2020, 12, 31)
    )
    source = "IATI, lagoon.xml"
    assert water.readings == (
        Claim(date(2018, 1, 1), date(2019, 1, 1), Decimal("180.5"), source=source, note="counted in May"),
        Claim(date(2020, 1, 1), date(2021, 1, 1), Decimal(410), source=source),
    )
    assert water.missing == 1
    assert water.notes == (
        "The last target is the goal; targets before it are left out: 2018-01-01–2018-12-31, 2019-01-01–2019-12-31.",
    )


def test_percentages_quarters_and_what_is_to_fall():
    lost, feeling = sketched(LEAKS)

    assert (lost.unit, lost.better, lost.rhythm) == ("percent", "down", Rhythm(Frequency.QUARTER))
    assert lost.goal.direction == "down" and lost.goal.due_on == date(2022, 3, 31)
    assert lost.goal.name == "Fewer leaks: Water lost"
    assert not feeling.is_offered and "qualitative" in feeling.notes[0]


@pytest.mark.parametrize(
    ("spans", "rhythm"),
    [
        ([("2031-01-06", "2031-01-12")], Rhythm(Frequency.WEEK)),
        ([("2031-02-01", "2031-02-28")], Rhythm(Frequency.MONTH)),
        ([("2031-02-01", "2031-04-30")], Rhythm(Frequency.QUARTER, 2)),
        ([("2031-10-01", "2032-03-31")], Rhythm(Frequency.HALF_YEAR, 4)),
        ([("2031-04-01", "2032-03-31")], Rhythm(Frequency.YEAR, 4)),
        ([("2031-01-01", "2031-12-31"), ("2032-01-01", "2032-12-31"), ("2033-01-01", "2033-01-31")], Rhythm(Frequency.YEAR)),
        ([("2031-01-15", "2031-04-14")], Rhythm(Frequency.QUARTER)),
        ([("2015-03-15", "2019-03-14")], Rhythm(Frequency.YEAR)),
        ([], Rhythm(Frequency.YEAR)),
    ],
)  # fmt: skip
def test_the_calendar_is_guessed_from_the_periods(spans, rhythm):
    days = [[date.fromisoformat(day) for day in span] for span in spans]

    assert rhythm_of([span_of(*both) for both in days]) == rhythm


def test_decimals_are_those_that_are_needed():
    assert only(period("2030-01-01", "2030-12-31", actual("40.00"))).decimals == 0
    assert only(period("2030-01-01", "2030-12-31", actual("500"))).decimals == 0
    assert only(period("2030-01-01", "2030-12-31", actual("4.050"))).decimals == 2


def test_goals_under_one_title_are_told_apart():
    aim = (baseline("1", "2029-01-01"), period("2030-01-01", "2030-12-31", target("5")))
    one, other, third = sketched(
        result("Indicators", indicator("Pumps", *aim)),
        result("Indicators", indicator("Wells", *aim)),
        result("Water", indicator("Litres", *aim)),
    )

    assert [sketch.goal.name for sketch in (one, other, third)] == ["Indicators: Pumps", "Indicators: Wells", "Water"]


def test_a_period_without_order_is_none():
    assert span_of(date(2031, 1, 2), date(2031, 1, 1)) is None
    assert span_of(date(2031, 1, 1), date(2031, 1, 1)) == Period(date(2031, 1, 1), date(2031, 1, 2))


def test_an_odd_period_is_the_reading_of_the_one_in_which_it_ends():
    sketch = only(
        period("2028-01-01", "2028-12-31", actual("1")),
        period("2029-01-01", "2029-12-31", actual("2")),
        period("2029-03-15", "2030-03-14", actual("3")),
        period("2029-03-15", "2029-06-14", actual("4")),
    )

    assert [(one.start_on.year, one.value) for one in sketch.readings] == [(2028, 1), (2029, 2), (2030, 3)]
    assert sketch.readings[2].note == "2029-03-15–2030-03-14"
    odd, twice = sketch.notes
    assert "no whole year: 2029-03-15–2030-03-14." in odd and twice.endswith("left out: 2029-03-15–2029-06-14.")


def test_several_values_in_a_period_are_left_out_and_never_added_up():
    sketch = only(
        baseline("1", "2028-01-01"),
        period("2029-01-01", "2029-12-31", target("5"), target("6"), actual("2"), actual("3")),
        period("2030-01-01", "2030-12-31", target("9"), actual("4")),
    )

    assert [one.value for one in sketch.readings] == [4] and sketch.goal.target == 9
    assert [note.partition(" in one")[0] for note in sketch.notes] == ["Several actual values", "Several targets"]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ((period("2032-01-01", "2032-12-31", actual("4")),), "have not begun"),
        ((period("2030-01-01", "2030-12-31", actual("many")),), "no number"),
        ((period("2030-01-01", "2030-12-31", actual("9" * 41)),), "no number"),
        ((period("2030-12-31", "2030-01-01", actual("4")),), "without a first and a last day"),
    ],
)
def test_what_is_no_reading_is_left_out_with_a_word(inside, words):
    sketch = only(*inside)

    assert sketch.readings == () and words in sketch.notes[0]


@pytest.mark.parametrize(
    ("start", "wanted", "attributes", "words"),
    [
        ("", "5", "", "no baseline"),
        (baseline("5", "2029-01-01"), "5", "", "good side"),
        (baseline("9", "2029-01-01"), "5", "", "good side"),
        (baseline("1", "2029-01-01"), "5", ' ascending="0"', "good side"),
        (baseline("1", "2031-01-01"), "5", "", "not before"),
        (baseline("1", "2029-01-01") + baseline("2", "2029-01-01"), "5", "", "several baselines"),
    ],
)
def test_a_goal_begins_somewhere_and_goes_somewhere(start, wanted, attributes, words):
    sketch = only(start, period("2030-01-01", "2030-12-31", target(wanted)), attributes='measure="1"' + attributes)

    assert sketch.goal is None and any(words in note for note in sketch.notes)
