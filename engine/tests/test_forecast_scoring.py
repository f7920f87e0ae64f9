import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import InvalidForecast
from consortio_engine.forecast import Bin, Coverage, brier, coverage, pinball, pool, reliability, wilson

LEVELS = (0.1, 0.5, 0.9)
numbers = st.floats(-1e6, 1e6)
chances = st.floats(0, 1)


def test_pinball_weighs_both_sides_by_the_level():
    # Outcome 12: 0.1 * 4, 0.5 * 2, (1 - 0.9) * 2.
    assert pinball(LEVELS, (8, 10, 14), 12) == pytest.approx((0.4 + 1.0 + 0.2) / 3)


def test_brier_is_the_mean_squared_distance():
    assert brier((0.9, 0.2), (True, False)) == pytest.approx((0.01 + 0.04) / 2)
    assert brier((0.5, 0.5), (True, False)) == 0.25


@pytest.mark.parametrize(
    ("hits", "count", "interval"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_wilson_gives_the_published_intervals(hits, count, interval):
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    assert wilson(hits, count) == pytest.approx(interval, abs=5e-5)


def test_wilson_of_nothing_claims_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


def test_coverage_below_twenty_forecasts_counts_only():
    assert coverage((0, 0, 0), (1, 1, 1), (0, 1, 2)) == Coverage(2, 3, None, None)
    assert coverage((), (), ()) == Coverage(0, 0, None, None)


def test_coverage_of_twenty_forecasts_has_an_interval():
    found = coverage([0] * 20, [1] * 20, [0.5] * 16 + [2] * 4)

    assert found == Coverage(16, 20, *wilson(16, 20))


def test_reliability_groups_by_what_was_said():
    said, happened = (0.05, 0.15, 0.16, 1.0), (0, 0, 1, 1)

    rows = reliability(said, happened)

    assert rows == (
        Bin(1, 0.05, 0.0, None, None),
        Bin(2, pytest.approx(0.155), 0.5, None, None),
        Bin(1, 1.0, 1.0, None, None),
    )


def test_a_pool_is_the_mean_of_each_number():
    assert pool([(1, 2, 3), (3, 4, 8)]).tolist() == [2.0, 3.0, 5.5]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: pinball(LEVELS, (1, float("nan"), 3), 2), "quantile 1 is nan."),
        (lambda: pinball((0.1, 1.5), (1, 2), 2), "level 1 is 1.5: lies outside 0 to 1."),
        (lambda: pinball(LEVELS, (1, 2), 2), "levels and quantiles: shapes (3,) and (2,) do not fit, or are empty."),
        (lambda: brier((), ()), "probabilities and outcomes: shapes (0,) and (0,) do not fit, or are empty."),
        (lambda: brier((1.2,), (True,)), "probability 0 is 1.2: lies outside 0 to 1."),
        (lambda: brier(("high",), (True,)), "probability holds something that is no number."),
        (lambda: wilson(3, 2), "3 of 2 is no share."),
        (lambda: reliability((0.5,), (True,), bins=0), "0 bins are too few."),
        (lambda: pool([]), "There is no answer to pool."),
        (lambda: pool([(1, 2), (1, 2, 3)]), "Answer 1 has 3 numbers; the first has 2."),
        (lambda: pool([(1, 2), (1, float("inf"))]), "answer 1, number 1 is inf."),
    ],
)
def test_what_cannot_be_scored_is_named(call, sentence):
    with pytest.raises(InvalidForecast) as refused:
        call()

    assert str(refused.value) == sentence


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(numbers, numbers, numbers).map(sorted), min_size=1, max_size=6), numbers)
def test_a_pooled_forecast_never_loses_more_than_the_single_ones_on_average(answers, outcome):
    single = np.mean([pinball(LEVELS, answer, outcome) for answer in answers])

    assert pinball(LEVELS, pool(answers), outcome) <= single + 1e-9 * (1 + abs(single))


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 5).flatmap(lambda k: st.lists(st.lists(chances, min_size=k, max_size=k), min_size=1)), st.data())
def test_a_pooled_probability_never_loses_more_than_the_single_ones_on_average(answers, data):
    outcomes = data.draw(st.lists(st.booleans(), min_size=len(answers[0]), max_size=len(answers[0])))

    assert brier(pool(answers), outcomes) <= np.mean([brier(answer, outcomes) for answer in answers]) + 1e-12


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_the_share(count, data):
    hits = data.draw(st.integers(0, count))

    low, high = wilson(hits, count)

    assert 0 <= low <= hits / count <= high <= 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(chances, st.booleans()), min_size=1, max_size=60), st.integers(1, 12))
def test_the_bins_hold_every_forecast_once(rows, bins):
    said, happened = zip(*rows, strict=True)

    found = reliability(said, happened, bins)

    assert sum(row.count for row in found) == len(rows)
    assert sum(row.count * row.happened for row in found) == pytest.approx(sum(happened))
    assert sum(row.count * row.said for row in found) == pytest.approx(sum(said))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(numbers, numbers, numbers), max_size=40))
def test_coverage_counts_what_lies_inside(rows):
    found = coverage([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    assert (found.hits, found.count) == (sum(low <= y <= high for low, high, y in rows), len(rows))
