"""Distributions: against closed forms, and what holds for all of them."""

from math import sqrt

import numpy as np
import pytest
from engine_cases import shared_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine.simulate import Spread
from consortio_engine.simulate.draws import Stream, key_of, keys_of, steps_of, uniforms, words
from consortio_engine.simulate.spreads import (
    CELLS,
    LOWER_TAIL,
    PROBABILITIES,
    UPPER_TAIL,
    pert_quantiles,
    sampled,
    unit_row,
)

EVEN = ((np.arange(2**14) * 2 + 1) << 38).astype(np.uint64)  # the middles of 2**14 equal parts of 53 bits


def moments(spread):
    """Mean and variance by going evenly through all probabilities."""
    values = sampled(spread, EVEN)
    return values.mean(), values.var()


def test_pert_has_the_moments_of_its_formula():
    known = shared_cases("montecarlo.json")["pert"]

    assert moments(Spread(*known["A"])) == pytest.approx((known["mean"], known["var"]), rel=1e-3)
    assert moments(Spread(*known["B"])) == pytest.approx((known["mean_B"], known["var_B"]), rel=1e-3)


@pytest.mark.parametrize("place", [0.0, 0.1, 1 / 3, 0.5, 0.77, 1.0])
def test_pert_of_any_mode_is_a_beta_distribution(place):
    mean, reach = (1 + 4 * place) / 6, 1.0

    found = moments(Spread(0.0, place, reach))

    assert found == pytest.approx((mean, mean * (1 - mean) / 7), abs=2e-4)


def test_pert_with_its_mode_at_the_edge_has_a_closed_form():
    # The mode at 0 leaves 1 - (1 - x)⁵, tails included.
    wanted = 1 - (1 - PROBABILITIES) ** 0.2

    assert pert_quantiles(0.0).tolist() == pytest.approx(wanted.tolist(), abs=1e-6)
    assert pert_quantiles(1.0)[: CELLS + 1].tolist() == pytest.approx((1 - wanted[CELLS::-1]).tolist(), abs=1e-6)


def test_triangular_and_uniform_have_closed_forms():
    low, likely, high = 2.0, 3.0, 10.0
    bits = (np.array([0.0005, 0.1, 0.125, 0.5, 0.9, 0.9995]) * 2**53).astype(np.uint64)

    triangular = sampled(Spread(low, likely, high, "triangular"), bits)
    uniform = sampled(Spread(low, likely, high, "uniform"), bits)

    probability = bits / 2**53
    rising, falling = low + np.sqrt(probability * 8 * 1), high - np.sqrt((1 - probability) * 8 * 7)
    wanted = np.where(probability < 0.125, rising, falling)
    assert triangular.tolist() == pytest.approx(wanted.tolist(), abs=3e-3)
    assert uniform.tolist() == pytest.approx((low + probability * (high - low)).tolist(), abs=1e-9)


@pytest.mark.parametrize("three", [(10, 20, 60), (10, 50, 60), (10, 20, 30)])
def test_lognormal_keeps_the_quantiles_it_was_given(three):
    values = np.sort(sampled(Spread(*three, "lognormal"), EVEN))

    found = [values[int(share * len(values))] for share in (0.1, 0.5, 0.9)]

    assert found == pytest.approx(three, rel=2e-3)
    assert values[0] < three[0] and values[-1] > three[2]


def test_discrete_and_empirical_values_come_as_often_as_they_should():
    discrete = sampled(Spread.discrete([(7, 1), (3, 3)]), EVEN)
    empirical = sampled(Spread.empirical([5, 1, 2, 9]), EVEN)

    assert {value: float((discrete == value).mean()) for value in (3.0, 7.0)} == {3.0: 0.75, 7.0: 0.25}
    assert (empirical.min(), empirical.max()) == (pytest.approx(1, abs=0.01), pytest.approx(9, abs=0.01))
    assert float((empirical <= 2).mean()) == pytest.approx(1 / 3, abs=0.01)


@pytest.mark.parametrize(
    "spread",
    [
        Spread(1, 2, 6),
        Spread(1, 2, 6, "triangular"),
        Spread(1, 2, 6, "uniform"),
        Spread(1, 2, 6, "lognormal"),
        Spread.discrete([(1, 1), (6, 2)]),
        Spread.empirical([1, 2, 3, 9]),
        Spread.fixed(3),
    ],
)
def test_the_mean_is_that_of_the_values(spread):
    assert spread.mean == pytest.approx(moments(spread)[0], rel=2e-3)


shapes = st.sampled_from(["pert", "triangular", "uniform"])
threes = st.tuples(*[st.floats(0, 1e6)] * 3).map(sorted)


@settings(max_examples=40, deadline=None)
@given(threes, shapes)
def test_values_rise_with_the_number_and_stay_between_the_extremes(three, shape):
    values = sampled(Spread(*three, shape), EVEN)

    assert (np.diff(values) >= -1e-9 * three[2]).all()
    assert values.min() >= three[0] * (1 - 1e-12)
    assert values.max() <= three[2] * (1 + 1e-12)


def test_tables_of_quantiles_join_their_tails():
    row = unit_row(Spread(0, 0.3, 1))[2]

    assert (row[LOWER_TAIL], row[UPPER_TAIL - 1]) == (row[0], row[1])
    assert (row[UPPER_TAIL], row[-1]) == (pytest.approx(row[CELLS - 1]), row[CELLS])


def test_random_numbers_are_even_and_independent():
    steps = steps_of(np.arange(100_000, dtype=np.int64))

    one, two = uniforms(key_of(0, Stream.TASK, 0), steps), uniforms(key_of(0, Stream.TASK, 1), steps)

    ordered, even = np.sort(one), (np.arange(100_000) + 0.5) / 100_000
    assert np.abs(ordered - even).max() < 1.63 / sqrt(100_000)  # Kolmogorov and Smirnov, 1 %
    for other in (
        two,
        np.roll(one, 1),
        uniforms(key_of(0, Stream.RISK, 0), steps),
        uniforms(key_of(1, Stream.TASK, 0), steps),
    ):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.01


def test_a_number_depends_on_nothing_but_seed_item_and_trial():
    all_trials = words(keys_of(3, Stream.TASK, np.array([4, 5])), steps_of(np.arange(10, dtype=np.int64)))
    some = words(keys_of(3, Stream.TASK, np.array([5])), steps_of(np.array([7, 2], dtype=np.int64)))

    assert some[0].tolist() == all_trials[1][[7, 2]].tolist()
    # The value itself, so that stored simulations stay comparable.
    assert words(keys_of(1, Stream.TASK, np.array([2])), steps_of(np.array([0], dtype=np.int64))).tolist() == [[KNOWN]]


KNOWN = 6_156_038_980_373_152
