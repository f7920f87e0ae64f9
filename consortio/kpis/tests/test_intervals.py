import operator
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consortio.kpis.intervals import (
    Interval,
    MayBeZero,
    NotAValue,
    TooLarge,
    greatest,
    least,
    mean,
    total,
    weighted_mean,
)

from .strategies import decimals, exact, intervals, point_in, shares

OPERATIONS = [operator.add, operator.sub, operator.mul, operator.truediv]


def between(low, high):
    return Interval(D(low), D(high))


def test_ranges_are_computed_by_their_ends():
    assert between(1, 2) + between(10, 20) == between(11, 22)
    assert between(1, 2) - between(10, 20) == between(-19, -8)
    assert between(-2, 3) * between(-5, 4) == between(-15, 12)
    assert between(10, 20) / between(-5, -4) == between(-5, -2)
    assert -between(-2, 3) == between(-3, 2)
    assert least([between(1, 9), between(3, 4)]) == between(1, 4)
    assert greatest([between(1, 9), between(3, 4)]) == between(3, 9)
    assert mean([between(1, 9), between(3, 4)]) == between(2, "6.5")
    assert weighted_mean([(between(1, 2), D(3)), (between(5, 5), D(1))]) == between(2, "2.75")


def test_the_claims_on_a_reading_make_one_range():
    assert Interval.of([D(7), D(5), D(6)]) == between(5, 7)


def test_an_exact_result_is_rounded_once():
    assert Interval.exact(2) / Interval.exact(3) == Interval.exact(D("0.6666666666666666666666666667"))
    assert (between(2, 2) / between(3, 4)) == between("0.5", "0.6666666666666666666666666667")
    assert (between(1, 2) / between(3, 3)).low == D("0.3333333333333333333333333333")


def test_the_parts_of_a_sum_may_cancel():
    huge = Interval.exact(D("1E+60"))
    assert total([huge, Interval.exact(1), -huge]) == Interval.exact(1)


@pytest.mark.parametrize("divisor", [between(0, 0), between(-1, 1), between(0, 5), between(-5, 0)])
def test_nothing_is_divided_by_what_may_be_zero(divisor):
    with pytest.raises(MayBeZero):
        Interval.exact(1) / divisor


def test_a_result_beyond_the_largest_value_is_refused():
    assert Interval.exact(D("1E+99")) / Interval.exact(1) == Interval.exact(D("1E+99"))
    with pytest.raises(TooLarge):
        Interval.exact(D("1E+99")) * Interval.exact(10)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1E+100", "1E-127", "0E-200", "0E+200"])
def test_what_cannot_be_computed_with_is_no_value(value):
    with pytest.raises(NotAValue):
        Interval.exact(D(value))


def test_ends_are_not_exchanged():
    assert between(1, 2).width == 1
    with pytest.raises(NotAValue):
        between(2, 1)


@given(intervals, intervals, shares, shares, st.sampled_from(OPERATIONS))
def test_a_result_holds_what_comes_out_of_every_choice_of_points(one, two, share, other, operate):
    assume(operate is not operator.truediv or two.low > 0 or two.high < 0)

    at = operate(point_in(one, share), point_in(two, other))

    result = operate(one, two)
    assert result.low <= at.low <= result.high


@given(exact, exact, st.sampled_from(OPERATIONS))
def test_exact_values_stay_exact(one, two, operate):
    assume(operate is not operator.truediv or two.low != 0)
    assert operate(one, two).is_exact


@given(st.lists(intervals, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(parts, random):
    shuffled = random.sample(parts, len(parts))

    for combine in (total, mean, least, greatest):
        assert combine(shuffled) == combine(parts)


@given(decimals, decimals, decimals)
def test_exact_arithmetic_is_that_of_decimals(one, two, three):
    assert Interval.exact(one) * Interval.exact(two) == Interval.exact(one * two)
    assert total(map_exact(one, two, three)) == Interval.exact(one + two + three)


def map_exact(*values):
    return [Interval.exact(value) for value in values]
