from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consortio.kpis.attainment import (
    Aggregate,
    BandWithoutWidth,
    DueBeforeStart,
    How,
    Keep,
    Reach,
    RollUp,
    Standing,
    Status,
    TargetIsBaseline,
    Weighted,
    WeightNotPositive,
    aggregate,
    attainment,
    expected_progress,
    roll_up,
    standing,
    status_words,
)
from consortio.kpis.intervals import Interval, NotAValue
from consortio.kpis.periods import Frequency, period_of

from .strategies import decimals, intervals, point_in, shares

UP, DOWN, BAND = Reach(D(100), D(200)), Reach(D(50), D(10)), Keep(D(80), D(90))
START, DUE = date(2031, 1, 1), date(2031, 4, 11)  # a hundred days
HALF = date(2031, 2, 20)
attained = st.tuples(*[st.decimals(min_value=0, max_value=D("1.2"), places=3)] * 2).map(Interval.of)
weights = st.decimals(min_value=D("0.1"), max_value=100, places=1)
goals = st.builds(Weighted, weights, st.none() | attained)


def exact(value):
    return Interval.exact(D(value))


def between(low, high):
    return Interval(D(low), D(high))


@pytest.mark.parametrize(
    ("actual", "aim", "expected"),
    [
        (exact(150), UP, exact("0.5")),
        (exact(230), UP, exact("1.2")),
        (exact(90), UP, exact(0)),
        (exact(20), DOWN, exact("0.75")),
        (exact(60), DOWN, exact(0)),
        (exact(2), DOWN, exact("1.2")),
        (between(120, 180), UP, between("0.2", "0.8")),
        (between(20, 40), DOWN, between("0.25", "0.75")),
        (exact(80), BAND, exact(1)),
        (exact(90), BAND, exact(1)),
        (exact(77), BAND, exact("0.7")),
        (exact(95), BAND, exact("0.5")),
        (exact(100), BAND, exact(0)),
        (exact(0), BAND, exact(0)),
        (between(77, 95), BAND, between("0.5", 1)),
        (between(75, 85), BAND, between("0.5", 1)),
        (between(92, 94), BAND, between("0.6", "0.8")),
    ],
)
def test_attainment_is_the_part_of_the_way_that_is_done(actual, aim, expected):
    assert attainment(actual, aim) == expected


@pytest.mark.parametrize(
    ("build", "error"),
    [
        (lambda: Reach(D("1.0"), D(1)), TargetIsBaseline),
        (lambda: Reach(D(1), D("NaN")), NotAValue),
        (lambda: Keep(D(5), D(5)), BandWithoutWidth),
        (lambda: Keep(D(6), D(5)), BandWithoutWidth),
        (lambda: Weighted(D(0), None), WeightNotPositive),
        (lambda: Weighted(D(-1), exact(1)), WeightNotPositive),
        (lambda: expected_progress(HALF, DUE, DUE), DueBeforeStart),
    ],
)
def test_a_goal_that_cannot_be_measured_is_refused(build, error):
    with pytest.raises(error):
        build()


def test_progress_is_expected_day_by_day():
    days = (date(2030, 1, 1), START, HALF, DUE, date(2032, 1, 1))

    assert [expected_progress(day, START, DUE) for day in days] == [D(0), D(0), D("0.5"), D(1), D(1)]


@pytest.mark.parametrize(
    ("actual", "on", "status"),
    [
        (exact(150), date(2030, 12, 31), Status.NOT_BEGUN),
        (None, date(2030, 12, 31), Status.NOT_BEGUN),
        (None, HALF, Status.UNKNOWN),
        (None, date(2031, 4, 12), Status.UNKNOWN),
        (exact(100), START, Status.ON_TRACK),
        (exact("147.5"), HALF, Status.ON_TRACK),
        (exact("147.4"), HALF, Status.BEHIND),
        (exact("142.5"), HALF, Status.BEHIND),
        (exact("142.4"), HALF, Status.AT_RISK),
        (exact(195), DUE, Status.ON_TRACK),
        (exact(195), date(2031, 4, 12), Status.MISSED),
        (exact(200), date(2031, 4, 12), Status.REACHED),
        (between(148, 190), HALF, Status.ON_TRACK),
        (between(140, 190), HALF, Status.CONTESTED),
        (between(100, 140), HALF, Status.AT_RISK),
        (between(199, 201), date(2031, 4, 12), Status.CONTESTED),
    ],
)
def test_a_status_follows_from_attainment_and_day(actual, on, status):
    assert standing(actual, UP, start=START, due=DUE, on=on).status == status


def test_a_standing_shows_what_it_rests_on():
    found = standing(between(140, 160), UP, start=START, due=DUE, on=HALF)

    assert found == Standing(Status.CONTESTED, between("0.4", "0.6"), D("0.5"), between("0.8", "1.2"))


def test_a_band_is_kept_from_the_first_day_on():
    assert standing(exact(85), BAND, start=START, due=DUE, on=START).status == Status.ON_TRACK
    assert standing(exact(91), BAND, start=START, due=DUE, on=START).status == Status.BEHIND
    assert standing(exact(95), BAND, start=START, due=DUE, on=HALF).status == Status.AT_RISK
    assert standing(exact(85), BAND, start=START, due=DUE, on=date(2030, 1, 1)).status == Status.NOT_BEGUN


def test_rounded_thirds_do_not_decide():
    aim, due = Reach(D(0), D(3)), date(2031, 1, 4)

    assert standing(exact("1.9"), aim, start=START, due=due, on=date(2031, 1, 3)).status == Status.ON_TRACK
    assert standing(exact("1.899"), aim, start=START, due=due, on=date(2031, 1, 3)).status == Status.BEHIND


def test_every_status_has_words():
    assert len({status_words(status) for status in Status}) == len(Status)
    assert status_words(Status.UNKNOWN) == "No reading yet"


@given(intervals, decimals, decimals, shares, st.dates(date(2030, 12, 1), date(2031, 5, 1)))
def test_what_is_said_of_a_range_holds_for_each_of_its_points(actual, one, other, share, on):
    assume(one != other)
    for aim in (Reach(one, other), Keep(min(one, other), max(one, other))):
        found = standing(actual, aim, start=START, due=DUE, on=on)

        at = standing(point_in(actual, share), aim, start=START, due=DUE, on=on)

        assert found.attainment.low <= at.attainment.low <= found.attainment.high
        assert found.status in (at.status, Status.CONTESTED)


MARCH, APRIL, MAY = (period_of(date(2031, month, 1), Frequency.MONTH) for month in (3, 4, 5))


@pytest.mark.parametrize(
    ("how", "values", "expected"),
    [
        (How.SUM, {MAY: exact(3), MARCH: exact(1), APRIL: exact(2)}, Aggregate(exact(6), (MARCH, APRIL, MAY), ())),
        (How.SUM, {MARCH: between(1, 2), APRIL: None, MAY: exact(4)}, Aggregate(between(5, 6), (MARCH, MAY), (APRIL,))),
        (
            How.MEAN,
            {MARCH: between(1, 2), APRIL: None, MAY: exact(4)},
            Aggregate(between("2.5", 3), (MARCH, MAY), (APRIL,)),
        ),
        (How.LAST, {MARCH: None, APRIL: exact(2), MAY: None}, Aggregate(exact(2), (APRIL,), (MAY,))),
        (How.LAST, {MARCH: exact(1), MAY: exact(3)}, Aggregate(exact(3), (MAY,), ())),
        (How.SUM, {MARCH: None}, Aggregate(None, (), (MARCH,))),
        (How.LAST, {MARCH: None}, Aggregate(None, (), (MARCH,))),
        (How.MEAN, {}, Aggregate(None, (), ())),
    ],
)
def test_readings_of_a_span_come_together(how, values, expected):
    assert aggregate(values, how) == expected
    assert expected.is_partial == bool(expected.missing)


def test_goals_roll_up_by_weight():
    parts = [Weighted(D(3), exact("0.8")), Weighted(D(1), between("0.4", "0.8"))]

    assert roll_up(parts) == RollUp(between("0.7", "0.8"), between("0.7", "0.8"), D(1))


def test_missing_goals_leave_a_band():
    parts = [Weighted(D(3), exact("0.8")), Weighted(D(1), None)]

    assert roll_up(parts) == RollUp(exact("0.8"), between("0.6", "0.85"), D("0.75"))
    assert roll_up([Weighted(D(1), None)]) == roll_up([]) == RollUp(None, between(0, 1), D(0))


def test_a_known_mean_above_one_stays_the_top_of_the_band():
    parts = [Weighted(D(1), exact("1.2")), Weighted(D(1), None)]

    assert roll_up(parts).band == between("0.6", "1.2")


@given(st.lists(goals, max_size=8), st.lists(st.builds(Weighted, weights, st.none()), min_size=1, max_size=4))
def test_a_further_missing_goal_never_narrows_the_band(parts, missing):
    before, after = roll_up(parts).band, roll_up([*parts, *missing]).band

    assert after.low <= before.low <= before.high <= after.high


@given(st.lists(goals, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_goals_does_not_matter(parts, random):
    assert roll_up(random.sample(parts, len(parts))) == roll_up(parts)


@given(st.lists(goals, min_size=1, max_size=8))
def test_a_contested_goal_is_not_averaged_away(parts):
    found = roll_up(parts)
    weight = sum(part.weight for part in parts)
    own = sum((part.weight * part.attainment.width for part in parts if part.attainment), D(0))

    assert found.band.width * weight >= own
    assert found.known is None or found.band.low <= found.known.low <= found.known.high <= found.band.high


@given(st.lists(goals, min_size=1, max_size=6), st.data())
def test_a_band_holds_what_every_choice_of_points_gives(parts, data):
    chosen = [
        Weighted(part.weight, point_in(part.attainment or between(0, 1), data.draw(shares, label="share")))
        for part in parts
    ]

    band = roll_up(parts).band
    assert band.low <= roll_up(chosen).band.low <= band.high
