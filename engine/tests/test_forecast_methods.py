import numpy as np
import pytest
from forecast_twin import slow_level, slow_mixture, slow_promises
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import InvalidForecast
from consortio_engine.forecast import Series, analogues, fit_promises, reference_class, team_rate
from consortio_engine.forecast.baselines import linear, mean, naive
from consortio_engine.forecast.local_level import RATIOS, local_level
from consortio_engine.forecast.student import LEVELS, mixture_quantiles, student_cdf, student_quantiles
from consortio_engine.forecast.throughput import throughput

readings = st.lists(st.floats(-50, 50), min_size=3, max_size=12).filter(lambda row: np.ptp(row) > 1e-3)


@pytest.mark.parametrize(
    ("freedom", "at_90", "at_95", "at_99"),
    [(1, 3.078, 6.314, 31.821), (2, 1.886, 2.920, 6.965), (5, 1.476, 2.015, 3.365), (30, 1.310, 1.697, 2.457)],
)
def test_quantiles_of_student_are_those_of_the_tables(freedom, at_90, at_95, at_99):
    # Abramowitz and Stegun, table 26.10.
    found = student_quantiles(freedom)

    assert (found[89], found[94], found[98]) == pytest.approx((at_90, at_95, at_99), abs=6e-4)
    assert found[49] == 0


@given(st.integers(1, 61))
@settings(deadline=None, max_examples=20)
def test_a_quantile_has_its_level_below_it(freedom):
    assert student_cdf(student_quantiles(freedom), freedom) == pytest.approx(LEVELS, abs=1e-9)


def test_naive_goes_on_from_the_last_value():
    # Changes 1, -1, 2: root mean square sqrt(2); four steps ahead twice that; Student's t with 3 degrees: 1.638 at 90 %.
    found = naive(np.arange(4.0), np.array([0.0, 1.0, 0.0, 2.0]), 7.0)

    assert (found[49], found[89]) == pytest.approx((2.0, 2 + 1.6377 * 2 * 2**0.5), abs=1e-3)


def test_linear_is_the_prediction_of_the_line():
    # By hand: means 1.5 and 1.5; slope (1.5*1.5 + 0 + -0.25 + 3)/5 = 1; rest 0, 0.5, -1, 0.5; variance 1.5 / 2 = 0.75.
    found = linear(np.arange(4.0), np.array([0.0, 1.5, 1.0, 3.5]), 4.0)

    width = (0.75 * (1 + 1 / 4 + 2.5**2 / 5)) ** 0.5
    assert (found[49], found[89]) == pytest.approx((4.0, 4.0 + 1.8856 * width), abs=1e-3)


def test_mean_predicts_around_the_mean():
    found = mean(np.array([1.0, 2.0, 3.0]))

    assert (found[49], found[89]) == pytest.approx((2.0, 2 + 1.8856 * (4 / 3) ** 0.5), abs=1e-3)


def test_a_level_that_never_wanders_is_the_mean_and_one_that_only_wanders_is_the_last_value():
    values, gaps = np.array([1.0, 4.0, 2.0, 7.0]), np.ones(3)

    still = local_level(values, gaps, np.array([0.0]))
    restless = local_level(values, gaps, np.array([1e9]))

    assert (still.centre, float(still.spread[0]), still.freedom) == pytest.approx((3.5, 0.25, 5))
    assert restless.centre == pytest.approx(7.0)


@settings(deadline=None, max_examples=40)
@given(readings, st.data())
def test_the_filter_agrees_with_one_covariance_matrix(values, data):
    gaps = data.draw(st.lists(st.floats(0.1, 5), min_size=len(values) - 1, max_size=len(values) - 1))
    ratios = np.array([0.0, 0.3, 20.0])
    change = np.mean(np.abs(np.diff(values)))

    level = local_level(np.array(values), np.array(gaps), ratios)

    for at, ratio in enumerate(ratios):
        location, spread, squares, _ = slow_level(np.array(values), np.array(gaps), ratio)
        prior = 2 * np.pi / 2 * change**2 / (2 + ratio)
        assert level.location[at] == pytest.approx(location, abs=1e-6)
        assert level.spread[at] == pytest.approx(spread, abs=1e-9)
        assert level.scale2[at] * level.freedom == pytest.approx(prior + squares, rel=1e-6)


@settings(deadline=None, max_examples=30)
@given(readings)
def test_ratios_are_weighed_by_the_likelihood_of_the_readings(values):
    gaps, ratios = np.ones(len(values) - 1), np.array([0.0, 0.5, 30.0])
    change = np.mean(np.abs(np.diff(values)))
    prior = 2 * np.pi / 2 * change**2 / (2 + ratios)
    slow = [slow_level(np.array(values), gaps, ratio) for ratio in ratios]
    freedom = len(values) + 1
    likely = [
        np.log(mass) - determinant / 2 - freedom / 2 * np.log(mass + squares)
        for mass, (_, _, squares, determinant) in zip(prior, slow, strict=True)
    ]
    weight = np.exp(np.array(likely) - max(likely))

    assert local_level(np.array(values), gaps, ratios).weight == pytest.approx(weight / weight.sum(), abs=1e-6)


def test_mixtures_are_close_to_the_exact_ones():
    location, scale = np.array([0.0, 3.0, -1.0]), np.array([1.0, 0.4, 2.0])
    weight = np.array([0.5, 0.3, 0.2])

    quick, slow = mixture_quantiles(location, scale, weight, 4), slow_mixture(location, scale, weight, 4)

    assert quick[4:95] == pytest.approx(slow[4:95], abs=4e-3)
    assert quick == pytest.approx(slow, abs=4e-2)


@settings(deadline=None, max_examples=30)
@given(readings, st.floats(0.1, 30))
def test_ten_times_as_many_ratios_change_little(values, steps):
    fine = np.concatenate(([0.0], np.logspace(-2, 3, 71)))
    gaps = np.ones(len(values) - 1)

    coarse, twin = local_level(np.array(values), gaps, RATIOS), local_level(np.array(values), gaps, fine)

    width = np.ptp(twin.ahead(steps)[[9, 89]])
    assert np.abs(coarse.ahead(steps) - twin.ahead(steps))[[9, 49, 89]].max() < 0.25 * width


@settings(deadline=None, max_examples=30)
@given(readings)
def test_the_sum_over_one_step_is_the_reading_one_step_ahead(values):
    level = local_level(np.array(values), np.ones(len(values) - 1))

    assert level.sum_ahead(1.0) == pytest.approx(level.ahead(1.0))


def test_throughput_of_a_steady_pace_is_a_line():
    assert throughput(np.full(4, 3.0), np.arange(4.0), 2.5, seed=1) == pytest.approx(np.full(99, 7.5))
    assert throughput(np.full(4, 3.0), np.arange(4.0), 240.0, seed=1) == pytest.approx(np.full(99, 720.0))


def test_throughput_draws_recent_steps_more_often():
    # Ages 0 and 12 weigh 1 and 1/2: one step ahead, the recent 10 comes in two draws of three.
    found = throughput(np.array([0.0, 10.0]), np.array([12.0, 0.0]), 1.0, seed=5)

    assert [found[29], found[37]] == [0.0, 10.0]


@settings(deadline=None, max_examples=30)
@given(readings, st.floats(0.1, 200), st.integers(0, 2**63 - 1))
def test_throughput_stays_between_the_slowest_and_the_fastest(paces, steps, seed):
    found = throughput(np.array(paces), np.arange(len(paces))[::-1].astype(float), steps, seed)

    assert found.min() >= min(paces) * steps - 1e-6 and found.max() <= max(paces) * steps + 1e-6
    assert (np.diff(found) >= 0).all()


def test_a_reference_class_holds_the_errors_of_every_earlier_moment():
    many = [Series.of([0, 2, 0, 4]), Series.of([5, 5, 5, 9]), Series.of([1, 2, 3, 3, 1])]

    found = reference_class("comparable", many)

    # The second never changed before its end. Errors in mean absolute changes: 4 / 2; 0 / 1; -2 / (2 / 3).
    assert found.owner.tolist() == [0, 2, 2]
    assert found.from_last == pytest.approx([2.0, 0.0, -3.0])
    assert (found.scale, found.series_count, found.without(2).owner.tolist()) == (1.3333333333333333, 2, [0])
    assert found.errors(1.0, "last")[49] == 0
    assert found.errors(4.0, "last")[98] == pytest.approx(2 * found.errors(1.0, "last")[98])


def test_a_class_looks_further_ahead_only_as_far_as_it_may():
    found = reference_class("comparable", [Series.of([0, 2, 0, 4, 5])], most_ahead=2)

    assert found.horizon.tolist() == [1.0, 2.0, 1.0]
    with pytest.raises(InvalidForecast, match="7 readings ahead; 1 to 6."):
        reference_class("comparable", [], most_ahead=7)


many_series = st.lists(st.lists(st.integers(-99, 99), min_size=4, max_size=8).map(Series.of), min_size=1, max_size=5)


@settings(deadline=None, max_examples=30)
@given(many_series, st.integers(2, 9), st.floats(0.2, 20))
def test_errors_of_a_class_know_no_unit(many, times, steps):
    plain = reference_class("plain", many, most_ahead=2)
    scaled = reference_class("scaled", [Series.of([times * value + 7 for value in one.value]) for one in many], 2)

    assert scaled.from_last == pytest.approx(plain.from_last)
    assert scaled.from_level == pytest.approx(plain.from_level, abs=1e-9)
    assert scaled.scale == pytest.approx(times * plain.scale)
    if len(plain.owner):
        assert (np.diff(plain.errors(steps, "level")) >= 0).all()


@settings(deadline=None, max_examples=30)
@given(many_series)
def test_a_class_is_the_sum_of_its_series(many):
    whole = reference_class("whole", many)
    left_out = [len(whole.owner) - len(whole.without(index).owner) for index in range(len(many))]

    assert left_out == [len(reference_class("one", [series]).owner) for series in many]


def test_analogues_are_the_most_similar_cases_of_others():
    # 130 cases of another owner at 0 with the outcome 1, ten far away with 9; the asker's own are at 0 with 5.
    features = [[0.0]] * 130 + [[100.0]] * 10 + [[0.0]] * 200
    cases = analogues(features, [1.0] * 130 + [9.0] * 10 + [5.0] * 200, [1] * 140 + [2] * 200)

    assert cases.quantiles([0.0], owner=2).tolist() == [1.0] * 99
    assert cases.quantiles([0.0])[[0, 98]].tolist() == [1.0, 5.0]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-50, 50)), min_size=10, max_size=40),
    st.integers(1, 9),
)
def test_analogues_stay_within_the_outcomes_in_order(rows, times):
    features, outcomes = np.array([row[:2] for row in rows]), [row[2] for row in rows]

    found = analogues(features, outcomes, range(len(rows))).quantiles(features[0])

    assert (np.diff(found) >= 0).all() and min(outcomes) <= found[0] and found[98] <= max(outcomes)
    assert analogues(features, np.array(outcomes) * times, range(len(rows))).quantiles(features[0]) == pytest.approx(
        found * times
    )


def test_a_team_of_few_promises_is_like_the_others():
    assert team_rate(3, 4, 0.5) == 0.625
    assert team_rate(0, 0, 0.3) == pytest.approx(0.3)


def test_promises_are_learnt_as_slow_descent_learns_them():
    draw = np.random.default_rng(3)
    features = draw.normal(size=(60, 2)) * (1, 50)
    kept = (features[:, 0] + features[:, 1] / 50 + draw.normal(size=60) > 0).astype(float)

    model = fit_promises(features, kept)

    assert [model.intercept, *model.weights] == pytest.approx(slow_promises(features, kept, 2.0), abs=1e-6)


def test_where_every_promise_was_kept_the_share_alone_speaks():
    model = fit_promises([[1.0], [2.0], [3.0]], [True, True, True])

    assert model.probabilities([[9.0]]) == pytest.approx([3.5 / 4])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1, 1), st.booleans()), min_size=2, max_size=25))
def test_probabilities_are_numbers_within_their_bounds(rows):
    features, kept = [row[:2] for row in rows], [row[2] for row in rows]

    found = fit_promises(features, kept).probabilities(features)

    assert np.isfinite(found).all() and (found > 0).all() and (found < 1).all()


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1))
def test_a_rate_lies_between_the_own_and_the_common_share(kept, broken, base):
    own = kept / (kept + broken) if kept + broken else base

    assert min(own, base) - 1e-12 <= team_rate(kept, kept + broken, base) <= max(own, base) + 1e-12


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: reference_class("new", []).errors(1, "last"), "The class 'new' has no case."),
        (lambda: reference_class("new", []).errors(0, "last"), "0 steps ahead."),
        (lambda: team_rate(3, 2, 0.5), "3 of 2, base 0.5, weight 4.0."),
        (lambda: analogues([[1.0]] * 10, [1.0] * 10, [0] * 10).quantiles([1, 2]), "2 features; the cases have 1."),
        (lambda: analogues([[1.0]] * 10, [1.0] * 10, [0] * 10).quantiles([1], 0), "0 cases; at least 10."),
        (lambda: analogues([[1.0], [2.0]], [1.0, float("nan")], [0, 1]), "outcome 1 is nan."),
        (lambda: analogues([[1.0], [1e200]], [1.0, 1.0], [0, 1]), "Feature 1 is 1e+200."),
        (
            lambda: analogues([[1.0]], [1.0, 2.0], [0]),
            "Features, outcomes and owners of shapes (1, 1), (2,) and (1,) do not fit.",
        ),
        (lambda: fit_promises([[1.0], [float("nan")]], [0, 1]), "feature 1 is nan."),
        (lambda: fit_promises([1.0, 2.0], [0, 1]), "Features have 1 dimensions, not two."),
        (lambda: fit_promises([[1.0], [2.0]], [0, 2]), "Outcome 1 is 2.0, neither true nor false."),
        (lambda: fit_promises([[1.0], [2.0]], [0]), "2 rows of features and outcomes of shape (1,)."),
        (lambda: fit_promises([[1.0], [2.0]], [0, 1], ridge=0), "The ridge is 0."),
        (lambda: fit_promises([[1.0], [2.0]], [0, 1]).probabilities([[1, 2]]), "2 features; the model knows 1."),
    ],
)
def test_what_cannot_be_learnt_from_is_named(call, sentence):
    with pytest.raises(InvalidForecast) as refused:
        call()

    assert str(refused.value) == sentence
