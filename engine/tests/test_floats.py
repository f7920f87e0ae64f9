"""How far tasks can slip: lags laid over whole arrays as the clock lays one, and what progress takes away from them."""

import numpy as np
import pytest
from engine_cases import WORKDAY, at, days, network
from test_clock import FIRST, LAST, LENGTHS, WEEKS

from consortio_engine import Calendar, Constraint, HorizonExceeded, schedule
from consortio_engine.calendar import tables
from consortio_engine.clock import add
from consortio_engine.floats import instant_after, work_of

CALENDARS = [Calendar.compile(week, {}, FIRST, LAST) for week in WEEKS]
TABLE = tables(CALENDARS)


def one_by_one(c: int, d: int) -> tuple[list[int], list[int]]:
    """The instants from which an amount of work stays within the calendar, and where it ends."""
    starts, ends, listed = [], [], TABLE.tolist()
    for t in range(CALENDARS[c].first, CALENDARS[c].last + 1):
        try:
            ends.append(add(listed, c, t, d))
            starts.append(t)
        except HorizonExceeded:
            pass
    return starts, ends


@pytest.mark.parametrize("c", range(3))
def test_lags_over_arrays_end_where_the_clock_ends_them(c):
    asked = 0
    for d in (sign * length for length in LENGTHS[1:] for sign in (1, -1)):
        starts, ends = one_by_one(c, d)

        found = instant_after(TABLE, np.full(len(starts), c), np.array(starts), np.full(len(starts), d))

        asked += len(ends)
        assert found.tolist() == ends
    assert asked > 20_000


@pytest.mark.parametrize("c", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_lags_over_arrays_end_at_the_ends_of_the_calendar(c, way):
    whole = CALENDARS[c].total
    edge = CALENDARS[c].first if way > 0 else CALENDARS[c].last

    found = instant_after(TABLE, np.array([c]), np.array([edge]), np.array([way * whole]))

    assert found.tolist() == [add(TABLE.tolist(), c, edge, way * whole)]
    with pytest.raises(HorizonExceeded, match=r"^A lag leads out of the calendars\.$"):
        instant_after(TABLE, np.array([c, c]), np.array([edge, edge]), np.array([way, way * (whole + 1)]))


def test_a_lag_around_the_clock_needs_no_calendar():
    assert instant_after(TABLE, np.array([-1, -1]), np.array([5, 9]), np.array([7, -7])).tolist() == [12, 2]


@pytest.mark.parametrize("lag", [1, 60, 2 * WORKDAY])
def test_a_start_that_has_happened_uses_up_its_lag(lag):
    """From Monday on two days are done; the next one waits for its own date, and nobody else for that day."""
    begun = days(3, actual_start=at("2026-01-05T08:00"), remaining=WORKDAY)
    held = days(1, constraint=Constraint.START_NO_EARLIER, constraint_at=at("2026-01-08T08:00"))

    plan = schedule(network([begun, held, days(3)], [(0, 1, "SS", lag)], data_date="2026-01-07T08:00"), mode="p6")

    assert plan.free_float[0] == WORKDAY


@pytest.mark.parametrize("c", range(3))
@pytest.mark.parametrize("out", [-1, 1])
def test_dates_outside_of_the_calendar_are_refused_on_either_side(c, out):
    first, last = CALENDARS[c].first, CALENDARS[c].last

    assert work_of(TABLE, np.array([c, c]), np.array([first, last])).tolist() == [0, CALENDARS[c].total]
    with pytest.raises(HorizonExceeded, match=r"^A late or asked date lies outside the calendars\.$"):
        work_of(TABLE, np.array([c, c]), np.array([first, (last if out > 0 else first) + out]))
