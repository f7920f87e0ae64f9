"""Trends that fade, widening, weights by skill, calibration, backlogs and fans."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import InvalidForecast
from consortio_engine.forecast import (
    Coverage,
    Question,
    Series,
    brier,
    brier_parts,
    calibration,
    fan,
    forecast,
    pinball,
    pool,
    reach,
    reference_class,
    stretch_of,
    stretched,
    weights_of,
    work_off,
)
from consortio_engine.forecast.experts import own_quantiles, pooled
from consortio_engine.forecast.series import Target
from consortio_engine.forecast.student import LEVELS
from consortio_engine.forecast.trending import DOUBT, faded, slope_of, trend_in

NORMAL = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
CLIMB = [10, 13, 15, 19, 20, 24, 27, 28, 32, 34]
rows = st.lists(st.integers(-1000, 1000).map(lambda value: value / 8), min_size=3, max_size=12)


def test_a_slope_and_its_doubt_worked_by_hand():
    times, values = np.arange(5.0), np.array([1.0, 3, 2, 5, 4])

    flow, revised = slope_of(times, values, "flow"), slope_of(times, values, "revised")

    # 8 / 10; t = 0.8 / sqrt(3.6 / 3 / 10) = 2.309 with 3 degrees of freedom: 10.4 % beyond on both sides.
    assert flow == (pytest.approx(0.8), pytest.approx(0.1041, abs=1e-4))
    # The changes 2, -1, 3, -1 have the mean 0.75 and t = 0.75 / sqrt(12.75 / 3 / 4) = 0.7276.
    assert revised == (0.75, pytest.approx(0.5195, abs=1e-4))


def test_a_trend_is_carried_on_from_eight_readings_that_leave_no_doubt():
    times = np.arange(10.0)

    seven, ten = (trend_in(times[:n], np.array(CLIMB[:n], dtype=float), "flow", None) for n in (7, 10))
    told, denied = (trend_in(times[:7], np.array(CLIMB[:7], dtype=float), "flow", said) for said in (True, False))

    assert slope_of(times, np.array(CLIMB, dtype=float), "flow")[1] < DOUBT
    assert (seven, denied) == (0, 0)
    assert ten == pytest.approx(2.7, abs=0.1)
    assert told > 2


def test_a_trend_fades():
    assert faded(0) == 0
    assert (faded(1), faded(2), faded(1000)) == (pytest.approx(0.8), pytest.approx(1.44), pytest.approx(4))


def test_a_trend_moves_the_answer_and_is_told():
    series = Series.of(CLIMB[:7])

    said, plain = forecast(series, 8, kind="flow", trend=True), forecast(series, 8, kind="flow")

    assert (said.findings, plain.findings) == (("unproven", "trend"), ("unproven",))
    assert (said.slope, plain.slope) == (pytest.approx(78 / 28), 0)
    assert said.shown.middle > CLIMB[6] > plain.shown.middle


def test_a_trend_that_is_seen_moves_the_method():
    def middle(trend) -> float:
        asked = Question(series=Series.of(CLIMB), kind="flow", by=11, trend=trend)
        return float(pooled(asked, own_quantiles(asked))[49])

    # Two steps bring 1.44 times 2.68 to the end of the line, which is 34.25.
    assert middle(None) == middle(True) == pytest.approx(34.25 + 1.44 * 2.6788, abs=0.5)
    assert middle(False) < 30


def test_a_straight_line_never_becomes_a_certainty():
    asked = Question(series=Series.of([float(value) for value in range(10)]), kind="flow", by=12)

    row = pooled(asked, own_quantiles(asked))

    assert row[89] - row[9] > 0.1
    assert 10 < row[49] < 12


def test_a_class_of_revised_things_knows_how_they_drift():
    others = [Series.of([3, 5, 4, 6, 8, 7]), Series.of([1, 2, 4, 3, 5, 9]), Series.of([9, 8, 6, 7, 5, 4])] * 2
    reference = reference_class("comparable", others)

    seen, said = (
        Question(series=Series.of(CLIMB), kind="revised", by=11, reference=reference, trend=trend).slope
        for trend in (None, True)
    )

    assert (seen, said > 0) == (0, True)


@settings(max_examples=30, deadline=None)
@given(rows, st.sampled_from(["flow", "revised"]), st.sampled_from([-3.0, -0.5, 2.0, 8.0]), st.integers(-500, 500))
def test_neither_unit_nor_origin_matter_to_a_trend(row, kind, times, more):
    plain = forecast(Series.of(row), len(row) + 1, kind=kind, trend=True)

    other = forecast(Series.of([times * value + more for value in row]), len(row) + 1, kind=kind, trend=True)

    assert other.status == plain.status
    if plain.status == "ok" and plain.shown.method == other.shown.method:
        moved = [times * value + more for value in plain.quantiles]
        wide = max(abs(value) for value in moved) + abs(more)
        assert sorted(moved) == pytest.approx(list(other.quantiles), abs=1e-6 * wide)


def test_intervals_that_missed_are_widened_worked_by_hand():
    """Twenty forecasts of the same interval, outcomes in equal steps: the 17th of 21 needs 1.7 times as much."""
    half = NORMAL[89]
    past = [(NORMAL, step / 10 * half) for step in range(1, 21)]

    assert stretch_of(past) == pytest.approx(1.7)
    assert stretch_of(past[:19]) == 1
    assert stretch_of([(NORMAL, 0.1)] * 20) == 1
    assert stretch_of([(np.zeros(99), 1.0)] * 20) == 5
    assert stretched(NORMAL, 2)[89] == pytest.approx(2 * half)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=20, max_size=40), st.floats(0.1, 50), st.floats(-100, 100))
def test_widened_intervals_hold_as_many_as_they_promise(outcomes, times, more):
    past = [(NORMAL * times + more, outcome * times + more) for outcome in outcomes]

    factor = stretch_of(past)

    plain = stretch_of([(NORMAL, outcome) for outcome in outcomes])
    assert 1 <= factor <= 5 and factor == pytest.approx(plain, rel=1e-6)
    if factor < 5:
        wide = [stretched(row, factor * (1 + 1e-9)) for row, _ in past]
        assert np.mean([row[9] <= truth <= row[89] for row, (_, truth) in zip(wide, past, strict=True)]) >= 0.8
    assert np.all(np.diff(stretched(NORMAL, factor)) >= 0) and stretched(NORMAL, factor)[49] == NORMAL[49]


def test_a_long_series_that_missed_is_shown_wider():
    random = np.random.default_rng(3)
    calm = random.normal(0, 1, 30)
    jumping = np.where(random.random(40) < 0.3, 15, 1) * random.normal(0, 1, 40)

    widened = forecast(Series.of(jumping.cumsum().tolist()), 40)
    short = forecast(Series.of(calm[:20].tolist()), 20, kind="flow")

    assert (widened.stretch > 1) == ("widened" in widened.findings)
    assert short.stretch == 1
    found = [forecast(Series.of(np.where(np.arange(30) < at, 0.1, 9) * calm), 30) for at in range(5, 25, 5)]
    assert max(one.stretch for one in found) > 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda: stretched(NORMAL, 0.5),
        lambda: stretched(NORMAL, math.inf),
        lambda: stretched([1, 2], 2),
        lambda: stretch_of([(NORMAL[::-1], 0.0)] * 20),
        lambda: calibration([NORMAL], [0, 1]),
        lambda: weights_of([]),
        lambda: weights_of([[-1.0]]),
        lambda: pool([[1.0], [2.0]], [1.0]),
        lambda: pool([[1.0], [2.0]], [0.0, 0.0]),
        lambda: forecast(Series.of(CLIMB), 11, trend="yes"),
        lambda: work_off(-1, [1], [1], 1),
        lambda: work_off(1, [1, 2], [1], 1),
        lambda: work_off(1, [1] * 3, [-1] * 3, 0),
        lambda: work_off(math.nan, [1] * 3, [1] * 3, 1),
    ],
)
def test_what_makes_no_sense_is_refused(ask):
    with pytest.raises(InvalidForecast):
        ask()


def test_weights_are_equal_until_everybody_has_twenty_scores():
    assert weights_of([[1.0] * 30, [2.0] * 19]).tolist() == [0.5, 0.5]
    found = weights_of([[1.0] * 20, [3.0] * 20])
    # Half trust: losses 1 and 3 are 0.5 and 1.5 of their mean.
    skill = math.exp(-0.5) / (math.exp(-0.5) + math.exp(-1.5))
    assert found[0] == pytest.approx((0.5 + skill) / 2)
    assert weights_of([[0.0] * 20, [0.0] * 20]).tolist() == [0.5, 0.5]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=5), st.integers(20, 90), st.sampled_from([0.25, 8.0]), st.randoms()
)
def test_weights_favour_who_lost_less_in_any_unit_and_order(losses, count, unit, random):
    found = weights_of([[loss] * count for loss in losses])

    assert sum(found) == pytest.approx(1) and min(found) > 0
    assert all(
        found[i] >= found[j] - 1e-12 for i, one in enumerate(losses) for j, other in enumerate(losses) if one < other
    )
    order = random.sample(range(len(losses)), len(losses))
    mixed = weights_of([[unit * losses[at]] * count for at in order])
    assert mixed == pytest.approx(found[order])


@settings(max_examples=60, deadline=None)
@given(st.lists(rows.filter(lambda row: len(row) >= 3), min_size=1, max_size=4), st.data(), st.floats(-100, 100))
def test_a_weighted_pool_never_loses_more_than_its_members_so_weighted(many, data, outcome):
    answers = [sorted(row[:3]) for row in many]
    weights = data.draw(st.lists(st.floats(0.01, 1), min_size=len(answers), max_size=len(answers)))

    found = pinball((0.1, 0.5, 0.9), pool(answers, weights), outcome)

    single = np.average([pinball((0.1, 0.5, 0.9), row, outcome) for row in answers], weights=weights)
    assert found <= single + 1e-9 * (1 + abs(single))


def test_outcomes_are_counted_where_they_fell():
    found = calibration([NORMAL] * 20, [NormalDist().inv_cdf((step + 0.5) / 20) for step in range(20)])

    assert found.tenths == (2,) * 10
    assert found.mean == pytest.approx(0.5)
    assert (found.inner.hits, found.outer.hits, found.outer.count) == (10, 16, 20)
    assert found.outer.low < 0.8 < found.outer.high


def test_below_twenty_outcomes_there_are_counts_only():
    found = calibration([NORMAL] * 3, [-9, 0, 9])

    assert (found.tenths[0], found.tenths[9], sum(found.tenths), found.mean) == (1, 1, 3, None)
    assert found.outer == Coverage(1, 3, None, None)
    assert sum(calibration([], []).tenths) == 0
    assert brier_parts([0.5] * 19, [True] * 19) is None


def test_a_brier_score_comes_apart_worked_by_hand():
    said, happened = [0.25] * 8 + [0.75] * 12, [True] * 4 + [False] * 4 + [True] * 9 + [False] * 3

    found = brier_parts(said, happened)

    # Said .25, happened .5, of 8; said .75, happened .75, of 12; overall .65.
    assert found.reliability == pytest.approx(8 / 20 * 0.0625)
    assert found.resolution == pytest.approx(8 / 20 * 0.0225 + 12 / 20 * 0.01)
    assert (found.uncertainty, found.within) == (pytest.approx(0.2275), pytest.approx(0, abs=1e-12))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=20, max_size=60), st.integers(1, 12))
def test_the_parts_are_the_score(pairs, bins):
    said, happened = zip(*pairs, strict=True)

    found = brier_parts(said, happened, bins)

    whole = found.reliability - found.resolution + found.uncertainty + found.within
    assert whole == pytest.approx(found.score) == pytest.approx(brier(said, happened))
    assert min(found.reliability, found.resolution, found.uncertainty) >= 0


def test_a_backlog_that_always_shrinks_by_two_is_empty_when_it_must_be():
    found = work_off(10, [5, 5, 5], [3, 3, 3], ahead=4)

    assert (found.periods, found.chance, found.findings) == ({10: 5, 50: 5, 80: 5, 90: 5}, pytest.approx(0.01), ())
    assert set(found.left) == {2.0}
    assert work_off(10, [5, 5, 5], [3, 3, 3], ahead=5).chance == 0.99


def test_a_backlog_that_grows_is_never_sure_to_end():
    found = work_off(10, [3, 3, 3], [5, 5, 5], ahead=12)

    assert (found.periods[50], found.chance, found.findings) == (None, pytest.approx(0.01), ("grows",))
    assert work_off(10, [3], [5], ahead=2).findings == ("too_few_periods",)
    assert work_off(0, [3, 3, 3], [5, 5, 5], ahead=1).periods[90] == 0


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=3, max_size=10),
    st.integers(0, 60),
    st.integers(1, 60),
)
def test_more_time_helps_and_more_work_does_not(pairs, waiting, ahead):
    done, added = zip(*pairs, strict=True)

    found = work_off(waiting, done, added, ahead)
    later, more, again = (
        work_off(waiting, done, added, ahead + 5),
        work_off(waiting + 5, done, added, ahead),
        work_off(waiting, done, added, ahead),
    )

    assert more.chance <= found.chance <= later.chance
    assert (again.left, again.periods, again.fingerprint) == (found.left, found.periods, found.fingerprint)
    known = [math.inf if found.periods[level] is None else found.periods[level] for level in (10, 50, 80, 90)]
    assert known == sorted(known) and list(found.left) == sorted(found.left)


@pytest.mark.parametrize("kind", ["flow", "revised", "cumulative"])
def test_a_fan_ends_where_the_forecast_does(kind):
    series = Series.of(CLIMB)
    answer = reach(series, Target(40, 14), kind=kind, seed=7)

    found = fan(answer, series, 14, kind=kind, points=5)

    assert found.at == (10, 11, 12, 13, 14)
    assert found.quantiles[-1] == answer.quantiles
    assert all(list(row) == sorted(row) for row in found.quantiles)


def test_a_fan_of_a_class_alone_and_of_nothing():
    reference = reference_class("comparable", [Series.of([3, 5, 4, 6, 8, 7]), Series.of([1, 2, 4, 3, 5, 9])] * 3)
    none, two = Series(), Series.of([4, 5])

    first = forecast(none, 3, reference=reference)
    second = forecast(two, 3, reference=reference)

    assert fan(first, none, 3, reference=reference).quantiles == (first.quantiles,)
    assert fan(second, two, 3, reference=reference, points=2).quantiles[-1] == second.quantiles
    assert fan(forecast(none, 3), none, 3).at == ()
    with pytest.raises(InvalidForecast, match="0 points"):
        fan(second, two, 3, reference=reference, points=0)
