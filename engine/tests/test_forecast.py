import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consortio_engine import InvalidForecast
from consortio_engine.forecast import Question, Series, Target, backtest, chance, forecast, reach, reference_class
from consortio_engine.forecast.scoring import SCORED_LEVELS, pinball

KINDS = ("revised", "flow", "cumulative")
WALK = [10, 12, 11, 15, 14, 16, 18, 17, 20, 19, 22, 21]
COMPARABLE = [
    Series.of(row) for row in ([3, 5, 4, 6, 8, 7], [1, 2, 4, 3, 5, 9], [9, 8, 6, 7, 5, 4], [2, 2, 3, 2, 4, 3])
]
kinds = st.sampled_from(KINDS)
values = st.lists(st.floats(-1000, 1000), min_size=3, max_size=9)
targets = st.floats(-2000, 2000)


def comparable():
    return reference_class("comparable", COMPARABLE)


def numbers_of(answer) -> list[float]:
    found = [*answer.quantiles, *(answer.interval or ())]
    for outlook in (answer.shown, *answer.baselines):
        if outlook is not None:
            found += [outlook.low, outlook.middle, outlook.high, outlook.probability or 0.0]
    for record in answer.records:
        found += [*record.losses, record.pinball or 0.0, record.brier or 0.0]
    return found


def test_a_sure_spread_is_answered_from_its_quantiles():
    quantiles = np.arange(1.0, 100.0)

    assert chance(quantiles, Target(30, 1)) == pytest.approx(0.7)
    assert chance(quantiles, Target(30.5, 1, "down")) == pytest.approx(0.305)
    assert chance(quantiles, Target(20, 1, "band", 60)) == pytest.approx(0.4)
    assert (chance(quantiles, Target(500, 1)), chance(quantiles, Target(-500, 1))) == (pytest.approx(0.01), 0.99)


def test_where_every_quantile_is_equal_meeting_it_exactly_counts():
    quantiles = np.full(99, 5.0)

    assert [chance(quantiles, Target(5, 1, way)) for way in ("up", "down")] == [0.99, 0.99]
    assert chance(quantiles, Target(5, 1, "band", 5)) == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("kind", "reference", "method"),
    [
        ("revised", None, "local_level"),
        ("revised", comparable(), "reference_class"),
        ("flow", None, "mean+local_level"),
        ("flow", comparable(), "mean+local_level+reference_class"),
        ("cumulative", None, "local_level+throughput"),
        ("cumulative", comparable(), "local_level+throughput"),
    ],
)
def test_the_kind_chooses_the_method(kind, reference, method):
    answer = reach(Series.of(WALK[:6]), Target(15, 6), kind=kind, reference=reference)

    assert (answer.status, answer.shown.method, answer.findings) == ("ok", method, ("unproven",))
    assert [each.method for each in answer.baselines] == ["naive", "linear"]
    assert [record.method for record in answer.records] == ["method", "naive", "linear"]


def test_no_reading_is_answered_by_what_comparable_measures_read():
    alone, answer = (reach(Series(), Target(5, 6), kind="flow", reference=one) for one in (None, comparable()))
    total = reach(Series(), Target(5, 6), kind="cumulative", reference=comparable())

    assert (alone.status, alone.shown, alone.findings) == ("no_answer", None, ("no_readings",))
    assert (answer.status, answer.findings) == ("ok", ("no_readings", "class_alone"))
    assert (answer.shown.method, answer.shown.middle) == ("reference_class", pytest.approx(4, abs=0.5))
    assert total.status == "no_answer"


@pytest.mark.parametrize(("row", "why"), [([4, 5], "too_few_readings"), ([4, 4, 4, 4], "no_spread")])
def test_too_little_of_its_own_needs_a_class(row, why):
    alone = reach(Series.of(row), Target(6, 4))
    lent = reach(Series.of(row), Target(6, 4), reference=comparable())

    assert (alone.status, alone.findings) == ("no_answer", (why,))
    assert (lent.status, lent.findings, lent.shown.method) == ("ok", (why, "class_alone"), "reference_class")
    assert (lent.baselines, lent.records) == ((), ())


def test_a_class_of_fewer_than_ten_cases_is_no_class():
    small = reference_class("small", COMPARABLE[:2])

    assert reach(Series.of([4, 5]), Target(6, 4), reference=small).status == "no_answer"


def test_a_total_that_always_grows_by_the_same_tells_nothing_of_its_spread():
    assert reach(Series.of([2, 4, 6, 8]), Target(20, 8), kind="cumulative").findings == ("no_spread",)
    assert reach(Series.of([2, 4, 6, 9]), Target(20, 8), kind="cumulative").status == "ok"


def test_a_straight_climb_is_left_to_the_line():
    climb = [index + 0.1 * (-1) ** index for index in range(14)]

    answer = reach(Series.of(climb), Target(14, 16))

    method, naive, linear = answer.records
    assert (answer.shown.method, answer.findings) == ("linear", ("baseline_held_better",))
    assert linear.pinball < min(method.pinball, naive.pinball)
    assert answer.shown.middle == pytest.approx(16, abs=0.2)


def test_a_flow_around_its_mean_keeps_its_method():
    flow = [10, 2, 9, 1, 11, 3, 10, 2, 9, 1, 10, 3]

    answer = reach(Series.of(flow), Target(5, 12), kind="flow")

    assert (answer.shown.method, answer.findings) == ("mean+local_level", ())
    assert answer.records[0].pinball < min(record.pinball for record in answer.records[1:])


def test_the_record_asks_as_far_ahead_as_now_but_leaves_five_moments():
    near, far = (backtest(Question(series=Series.of(WALK), kind="revised", by=by)) for by in (14, 40))

    assert [(record.count, record.steps) for record in near] == [(7, 3)] * 3
    assert [(record.count, record.steps) for record in far] == [(5, 5)] * 3


def test_without_readings_the_record_is_empty():
    records = backtest(Question(series=Series(), kind="flow", by=3))

    assert [(record.method, record.count, record.pinball) for record in records] == [
        ("method", 0, None),
        ("naive", 0, None),
        ("linear", 0, None),
    ]


def test_the_record_holds_what_each_earlier_answer_lost():
    records = backtest(Question(series=Series.of(WALK[:5]), kind="flow", by=5), Target(14.5, 5))
    first, second = (forecast(Series.of(WALK[:count]), count, kind="flow") for count in (3, 4))
    levels = [round(level * 100) - 1 for level in SCORED_LEVELS]
    losses = [
        pinball(SCORED_LEVELS, [answer.quantiles[at] for at in levels], WALK[count])
        for answer, count in ((first, 3), (second, 4))
    ]
    said = [reach(Series.of(WALK[:count]), Target(14.5, count), kind="flow").shown.probability for count in (3, 4)]

    assert records[0].losses == pytest.approx(losses)
    assert records[0].brier == pytest.approx(((said[0] - 1) ** 2 + said[1] ** 2) / 2)


def test_the_interval_is_wide_where_little_is_known():
    intervals = []
    for count in (4, 12):
        series = Series.of(WALK[:count])
        middle = forecast(series, count, kind="flow").shown.middle
        intervals.append(reach(series, Target(middle, count), kind="flow").interval)

    (low, high), (long_low, long_high) = intervals

    assert 0 <= low < long_low < 0.5 < long_high < high <= 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Series((0, 1), (1, math.nan)), "Reading 1 has the value nan."),
        (lambda: Series((0, math.inf), (1, 2)), "Reading 1 has the time inf."),
        (lambda: Series((0, 1), (1, "2")), "Reading 1 has the value '2'."),
        (lambda: Series((0, 0), (1, 2)), "Reading 1 does not lie after the one before it."),
        (lambda: Series((0,), (1, 2)), "1 times do not fit 2 values."),
        (lambda: Series.of(range(61)), "61 readings; at most 60."),
        (lambda: Series((0, 1), (math.nan, math.inf)), "Reading 0 has the value nan. (and 1 more)"),
        (lambda: Target(math.nan, 1), "The target is nan."),
        (lambda: Target(1, math.inf), "The day of the target is inf."),
        (lambda: Target(1, 1, "sideways"), "The direction is 'sideways'."),
        (lambda: Target(1, 1, "up", 4), "A up target has the highest value 4."),
        (lambda: Target(1, 1, "band"), "A band target has the highest value None."),
        (lambda: Target(1, 1, "band", math.nan), "The highest value of the band is nan."),
        (lambda: Target(3, 1, "band", 2), "The band ends at 2, before it begins at 3."),
        (lambda: reach(Series.of([1, 2]), Target(1, 1)), "The day asked for, 1, does not lie after the last reading."),
        (lambda: reach(Series.of([1, 2]), Target(1, 9), kind="mood"), "The kind is 'mood'."),
        (lambda: reach(Series.of([1, 2]), Target(1, 9), seed=-1), "The seed is -1."),
        (lambda: forecast(Series.of([1, 2]), math.nan), "The day asked for is nan."),
    ],
)
def test_what_cannot_be_asked_is_named(call, sentence):
    with pytest.raises(InvalidForecast) as refused:
        call()

    assert str(refused.value) == sentence


def test_equal_questions_have_equal_fingerprints_and_others_have_not():
    series, target = Series.of(WALK), Target(20, 13)
    asked = [
        reach(series, target),
        reach(series, replace(target, value=21)),
        reach(series, target, kind="flow"),
        reach(series, target, seed=1),
        reach(series, target, reference=comparable()),
        forecast(series, 13),
    ]

    assert reach(Series.of([float(value) for value in WALK]), target) == asked[0]
    assert len({answer.fingerprint for answer in asked}) == len(asked)


@settings(deadline=None, max_examples=40)
@given(values, targets, kinds, st.booleans())
def test_every_answer_is_made_of_numbers_in_order(row, goal, kind, has_class):
    answer = reach(Series.of(row), Target(goal, len(row) + 1), kind=kind, reference=comparable() if has_class else None)

    assert np.isfinite(numbers_of(answer)).all()
    assert (np.diff(answer.quantiles) >= 0).all()
    if answer.shown:
        assert answer.shown.low <= answer.shown.middle <= answer.shown.high
        assert answer.interval[0] <= answer.shown.probability <= answer.interval[1]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.floats(-1e12, 1e12), st.floats()), max_size=8), st.floats(), st.floats(), st.floats(), kinds
)
def test_any_input_is_answered_in_numbers_or_refused(rows, goal, highest, by, kind):
    rows = sorted(rows, key=lambda row: row[0])
    try:
        series = Series(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
        answer = reach(series, Target(goal, by, "band", highest), kind=kind)
    except InvalidForecast as refused:
        assert refused.faults
    else:
        assert np.isfinite(numbers_of(answer)).all()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=9), kinds, st.integers(1, 50), st.integers(-500, 500))
def test_another_unit_and_origin_change_nothing_else(row, kind, times, plus):
    plain = forecast(Series.of(row), len(row), kind=kind, reference=comparable())
    moved = forecast(Series.of([times * value + plus for value in row]), len(row), kind=kind, reference=comparable())
    # What a class lends is in the unit of the class.
    assume(plain.shown and "class_alone" not in plain.findings)

    if moved.findings == plain.findings:
        assert np.array(moved.quantiles) == pytest.approx(times * np.array(plain.quantiles) + plus, rel=1e-6, abs=1e-5)


@settings(deadline=None, max_examples=30)
@given(values, kinds, st.floats(0.5, 30))
def test_another_unit_of_time_changes_nothing(row, kind, times):
    stretched = tuple(index * times for index in range(len(row)))
    plain = forecast(Series.of(row), len(row) + 1, kind=kind)
    assume(plain.shown and np.ptp(np.diff(row)) > 1e-3)

    answer = forecast(Series(stretched, tuple(row)), (len(row) + 1) * times, kind=kind)

    if answer.findings == plain.findings:
        assert np.array(answer.quantiles) == pytest.approx(np.array(plain.quantiles), rel=1e-5, abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-1e6, 1e6), min_size=99, max_size=99).map(sorted), targets, targets)
def test_a_higher_target_is_never_more_likely(quantiles, one, two):
    low, high = sorted((one, two))
    row = np.array(quantiles)

    assert chance(row, Target(high, 1)) <= chance(row, Target(low, 1))
    assert chance(row, Target(high, 1, "down")) >= chance(row, Target(low, 1, "down"))
    assert chance(row, Target(low, 1, "band", high)) <= chance(row, Target(low, 1))


@settings(deadline=None, max_examples=30)
@given(values, targets, st.sampled_from(("revised", "flow")))
def test_falling_below_is_rising_above_in_the_mirror(row, goal, kind):
    up = reach(Series.of(row), Target(goal, len(row)), kind=kind)
    down = reach(Series.of([-value for value in row]), Target(-goal, len(row), "down"), kind=kind)

    if up.shown and up.findings == down.findings:
        assert up.shown.probability == pytest.approx(down.shown.probability, abs=2e-3)


@settings(deadline=None, max_examples=25)
@given(values, kinds)
def test_a_record_never_knows_the_future(row, kind):
    ahead = backtest(Question(series=Series.of(row), kind=kind, by=len(row)))
    longer = backtest(Question(series=Series.of([*row, 77.0]), kind=kind, by=len(row) + 1))

    for before, after in zip(ahead, longer, strict=True):
        assert after.losses[: before.count] == before.losses
