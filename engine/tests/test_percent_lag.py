"""Lags in per cent of the predecessor's duration, by hand and against exact fractions."""

from fractions import Fraction

import pytest
from engine_cases import days, early, network
from hypothesis import given
from hypothesis import strategies as st

from consortio_engine import InvalidNetwork, percent_lag, schedule

DURATIONS = st.integers(0, 10**7)
PERCENTS = st.floats(-1000, 1000)


@pytest.mark.parametrize(
    ("duration", "percent", "lag"),
    [
        (480, 50, 240),
        (480, 50.0, 240),
        (480, 100, 480),
        (480, 250, 1200),
        (480, -25, -120),
        (480, 0, 0),
        (0, 50, 0),
        (100, 33.3, 33),
        (100, 33.7, 34),
        # A half goes to the even one: 0.5, 1.5, 2.5 and 3.5 minutes.
        (1, 50, 0),
        (3, 50, 2),
        (5, 50, 2),
        (7, 50, 4),
        (3, -50, -2),
        (5, -50, -2),
    ],
)
def test_a_share_of_a_duration_is_a_lag_in_whole_minutes(duration, percent, lag):
    found = percent_lag(duration, percent)

    assert (found, type(found)) == (lag, int)


@given(DURATIONS, PERCENTS)
def test_it_is_the_nearest_minute_and_a_lead_mirrors_a_lag(duration, percent):
    exact = duration * Fraction(percent) / 100
    slack = Fraction(1, 10**6)  # what binary fractions of this size can be off by

    assert abs(percent_lag(duration, percent) - exact) <= Fraction(1, 2) + slack
    assert percent_lag(duration, -percent) == -percent_lag(duration, percent)


@given(DURATIONS, PERCENTS, PERCENTS)
def test_more_per_cent_is_never_less_lag(duration, one, other):
    low, high = sorted((one, other))

    assert percent_lag(duration, low) <= percent_lag(duration, high)


def test_half_of_two_days_after_the_start_is_the_next_morning():
    plan = schedule(network([days(2), days(1)], [(0, 1, "SS", percent_lag(960, 50))]))

    assert early(plan, 1) == ("2026-01-06T08:00", "2026-01-06T17:00")


@pytest.mark.parametrize(
    ("duration", "percent", "said"),
    [
        (480, float("nan"), "A lag of nan per cent of 480 minutes is no number of minutes."),
        (480, float("inf"), "A lag of inf per cent of 480 minutes is no number of minutes."),
        (480, None, "A lag of None per cent of 480 minutes is no number of minutes."),
        ("x", 50, "A lag of 50 per cent of 'x' minutes is no number of minutes."),
    ],
)
def test_what_is_no_number_is_refused_by_its_value(duration, percent, said):
    with pytest.raises(InvalidNetwork) as refused:
        percent_lag(duration, percent)

    assert [(fault.code, fault.message) for fault in refused.value.faults] == [("link_percent", said)]
