"""Earned schedule and the trend of milestones: hand-worked, properties, and every order of few reports."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consortio_engine.forecast import Series, reference_class
from consortio_engine.results import Finding
from consortio_engine.value import InvalidValue, earned_schedule, trend
from consortio_engine.value.trend import _inversions

curves = (
    st.lists(st.integers(0, 1000), min_size=1, max_size=12)
    .map(np.cumsum)
    .map(np.ndarray.tolist)
    .filter(lambda c: c[-1])
)


def test_the_page_of_earned_schedule_worked_by_hand():
    found = earned_schedule([100, 300, 600, 1000], 450, 3)

    assert (found.earned, found.variance, found.planned_duration) == (2.5, -0.5, 4)
    assert (found.spi, found.estimate) == (2.5 / 3, 4.8)
    assert (found.findings, found.status) == ((), "ok")


def test_finished_work_has_earned_the_planned_duration():
    found = earned_schedule([50, 100, 100], 100, 4)

    assert (found.earned, found.planned_duration, found.spi, found.estimate) == (2, 2, 0.5, 4)


def test_nothing_has_an_estimate_before_something_is_earned_or_time_passes():
    early, idle = earned_schedule([50, 100], 20, 0), earned_schedule([50, 100], 0, 1)

    assert (early.earned, early.spi, early.estimate) == (0.4, None, None)
    assert (idle.earned, idle.spi, idle.estimate) == (0, 0, None)


def test_a_plan_that_stands_still_gives_its_last_moment_and_says_so():
    found = earned_schedule([0, 50, 50, 50, 100], 50, 3)

    assert found.earned == 4
    assert found.findings == (Finding("plan_stands_still", "warning", value=2),)


def test_more_than_all_cannot_be_earned():
    with pytest.raises(InvalidValue, match="the whole plan is 100"):
        earned_schedule([50, 100], 101, 1)
    assert earned_schedule([50, 100], 100, 1).earned == 2


@pytest.mark.parametrize(
    ("pv", "ev", "at", "codes"),
    [
        ([], 0, 1, ["no_plan"]),
        ([0, 0], 0, 1, ["no_plan"]),
        ([5, 4, 3], 0, 1, ["order", "order"]),
        ([1.5, -1], 0.5, float("nan"), ["pv", "pv", "ev", "at"]),
    ],
)
def test_plans_that_are_none_are_refused(pv, ev, at, codes):
    with pytest.raises(InvalidValue) as refused:
        earned_schedule(pv, ev, at)

    assert [fault.code for fault in refused.value.faults] == codes


@settings(max_examples=100, deadline=None)
@given(curves, st.data())
def test_earning_more_is_never_earlier(curve, data):
    less, more = sorted(data.draw(st.tuples(*[st.integers(0, curve[-1])] * 2)))

    first, second = earned_schedule(curve, less, 1), earned_schedule(curve, more, 1)

    assert 0 <= first.earned <= second.earned <= first.planned_duration


@settings(max_examples=100, deadline=None)
@given(curves, st.data())
def test_the_plan_itself_is_always_on_time(curve, data):
    """Reading the curve at the time that was earned gives what was earned."""
    ev = data.draw(st.integers(0, curve[-1]))

    found = earned_schedule(curve, ev, 1)

    assert np.interp(found.earned, range(len(curve) + 1), [0, *curve]) == pytest.approx(ev, abs=1e-6)


def test_a_milestone_that_slips_half_a_day_a_day_worked_by_hand():
    reports = [(0, 100), (10, 104), (20, 110), (30, 116), (40, 120)]

    found = trend(reports)

    # The ten slopes: .4 .5 .5333 .5 | .6 .6 .5333 | .6 .5 | .4, in order .4 .4 .5 .5 .5 .5333 .5333 .6 .6 .6.
    assert (found.slip, found.slope) == (20, pytest.approx((0.5 + 16 / 30) / 2))
    # Of the 120 orders of five reports 1 + 4 have one inversion or none: 1 - 2 * 5 / 120 holds, 9 more would not.
    assert found.slope_interval == (pytest.approx(0.4), pytest.approx(0.6))
    assert found.slope_confidence == pytest.approx(1 - 10 / 120)
    assert found.meets == pytest.approx(40 + 80 / (1 - found.slope))
    assert (found.low, found.high, found.findings) == (None, None, ("no_class",))


def test_too_few_reports_say_so():
    assert (trend([]).status, trend([]).slip) == ("no_answer", None)
    assert trend([(0, 10), (1, 12)]).findings == ("too_few_reports",)
    assert trend([(0, 10), (1, 12)]).slip == 2
    three, four = trend([(0, 10), (1, 11), (2, 11)]), trend([(0, 10), (1, 11), (2, 11), (3, 11)])
    assert (three.slope, three.slope_interval, three.findings[0]) == (0.5, None, "interval_unknown")
    assert (four.slope_interval, four.slope_confidence) == ((0, 1), pytest.approx(1 - 2 / 24))


def test_a_milestone_that_recedes_is_never_met():
    found = trend([(0, 10), (5, 16), (10, 22), (15, 28)])

    assert (found.slope, found.meets) == (1.2, None)
    assert "recedes" in found.findings


def test_a_milestone_that_is_due_has_no_date_ahead():
    found = trend([(0, 10), (5, 10), (10, 10), (15, 10)])

    assert (found.meets, found.low, found.findings) == (None, None, ("due",))


def test_the_date_is_what_comparable_milestones_did():
    random = np.random.default_rng(1)
    others = [
        Series(tuple(range(0, 80, 10)), tuple((100 + random.normal(3, 4, 8).cumsum()).tolist())) for _ in range(30)
    ]
    reference = reference_class("releases", others, 6)

    found = trend([(0, 100), (10, 104), (20, 106), (30, 112)], reference)

    errors = reference.errors((112 - 30) / 10, "last")
    assert (found.low, found.high) == (pytest.approx(112 + 4 * errors[9]), pytest.approx(112 + 4 * errors[89]))
    assert found.low < found.high and found.findings == ()


def test_a_class_without_a_scale_lends_no_date():
    others = [Series.of([0, 3, 1, 4, 2, 5, 3])] * 4
    reference = replace(reference_class("releases", others), scale=0.0)

    found = trend([(0, 10), (1, 10), (2, 10), (3, 10)], reference)

    assert (found.low, found.findings) == (None, ("no_class",))


@pytest.mark.parametrize(
    ("reports", "codes"),
    [
        ([(0, 1), (0, 2)], ["order"]),
        ([(0, float("nan")), (1, 2, 3)], ["report", "report"]),
        ([(day, 9) for day in range(61)], ["too_many_reports"]),
    ],
)
def test_reports_that_are_none_are_refused(reports, codes):
    with pytest.raises(InvalidValue) as refused:
        trend(reports)

    assert [fault.code for fault in refused.value.faults] == codes


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_orders_are_counted_as_by_looking_at_each(count):
    seen = [0] * (count * (count - 1) // 2 + 1)
    for order in permutations(range(count)):
        seen[sum(order[i] > order[j] for i in range(count) for j in range(i + 1, count))] += 1

    assert _inversions(count) == seen


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=4, max_size=8),
    st.integers(-100, 100),
    st.floats(-3, 3).map(lambda slope: round(slope, 2)),
)
def test_another_origin_moves_nothing_and_a_steady_drift_adds_itself(forecasts, origin, drift):
    plain = trend(list(enumerate(forecasts)))

    moved = trend([(day + origin, said + origin) for day, said in enumerate(forecasts)])
    drifting = trend([(day, said + drift * day) for day, said in enumerate(forecasts)])

    assert moved.slope == pytest.approx(plain.slope)
    assert drifting.slope == pytest.approx(plain.slope + drift)
    assert plain.slope_interval[0] <= plain.slope <= plain.slope_interval[1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=4, max_size=7))
def test_the_interval_holds_every_true_slope_as_often_as_it_says(noise):
    """Over all orders of the same errors, a steady slope of 0 lies within in exactly the share that is promised."""
    assume(len(set(noise)) == len(noise))
    noise = noise[:5]

    held = [trend(list(enumerate(order))).slope_interval for order in permutations(noise)]

    share = np.mean([low <= 0 <= high for low, high in held])
    assert share >= trend(list(enumerate(noise))).slope_confidence - 1e-12
