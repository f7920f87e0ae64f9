import numpy as np
from engine_cases import DAY, at
from engine_twin import MinuteCalendar
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consortio_engine import Calendar, HorizonExceeded, combine
from consortio_engine.calendar import tables
from consortio_engine.clock import (
    add,
    finish_at,
    is_working,
    next_start,
    prev_finish,
    span_from,
    span_to,
    start_at,
    work,
)
from consortio_engine.floats import instant_after, work_of

FIRST_DAY = at("2026-01-05T00:00") // DAY
LAST_DAY = FIRST_DAY + 21


@st.composite
def periods(draw):
    """A day's periods; the last may pass midnight."""
    edges = sorted(draw(st.lists(st.integers(0, 1439), min_size=0, max_size=4, unique=True)))
    found = [(edges[at], edges[at + 1]) for at in range(0, len(edges) - 1, 2)]
    if draw(st.booleans()):
        begin = draw(st.integers(found[-1][1] if found else 0, 1439))
        found.append((begin, draw(st.integers(begin + 1, 2400))))
    return found


weeks = st.lists(periods(), min_size=7, max_size=7).map(lambda week: [[(540, 600)], *week[1:]])
exceptions = st.dictionaries(st.integers(FIRST_DAY, LAST_DAY - 1), periods(), max_size=3)
instants = st.integers((FIRST_DAY + 7) * DAY, (LAST_DAY - 8) * DAY)


def compiled(week, special) -> Calendar:
    return Calendar.compile(week, special, FIRST_DAY * DAY, LAST_DAY * DAY)


@settings(max_examples=60, deadline=None)
@given(weeks, exceptions, instants, st.integers(-50, 50))
def test_counting_every_minute_gives_the_same(week, special, t, d):
    quick, slow = compiled(week, special), MinuteCalendar(week, special, FIRST_DAY - 1, LAST_DAY)

    assert quick.work(t) == slow.work(t)
    assert quick.add(t, d) == slow.add(t, d)
    assert quick.next_start(t) == slow.next_start(t)
    assert quick.prev_finish(t) == slow.prev_finish(t)


@settings(max_examples=200, deadline=None)
@given(weeks, exceptions, instants)
def test_work_and_its_inverses_agree(week, special, t):
    calendar = compiled(week, special)
    w = calendar.work(t)
    assume(0 < w < calendar.total)  # no minute ends where none was worked, none begins where all are

    assert calendar.work(calendar.finish_at(w)) == calendar.work(calendar.start_at(w)) == w
    assert calendar.finish_at(w) <= t <= calendar.start_at(w)


@settings(deadline=None)
@given(weeks, exceptions, instants)
def test_work_grows_by_one_minute_at_most(week, special, t):
    calendar = compiled(week, special)

    assert calendar.work(t + 1) - calendar.work(t) in (0, 1)


@settings(deadline=None)
@given(weeks, exceptions, instants, st.integers(1, 200), st.integers(1, 200))
def test_adding_twice_is_adding_the_sum(week, special, t, a, b):
    calendar = Calendar.compile(week, special, FIRST_DAY * DAY, (FIRST_DAY + 400) * DAY)

    assert calendar.add(calendar.add(t, a), b) == calendar.add(t, a + b)


@settings(deadline=None)
@given(weeks, exceptions, instants, st.integers(-200, 200).filter(bool))
def test_add_is_spelled_out_as_work_and_its_inverse(week, special, t, d):
    calendar = Calendar.compile(week, special, (FIRST_DAY - 400) * DAY, (FIRST_DAY + 400) * DAY)
    inverse = finish_at if d > 0 else start_at

    assert calendar.add(t, d) == inverse(calendar.table, 0, work(calendar.table, 0, t) + d)
    assert calendar.next_start(t) == start_at(calendar.table, 0, calendar.work(t))
    assert calendar.prev_finish(t) == finish_at(calendar.table, 0, calendar.work(t))


@settings(deadline=None)
@given(weeks, exceptions, st.lists(st.tuples(instants, st.integers(-200, 200).filter(bool)), min_size=1, max_size=9))
def test_arrays_over_several_calendars_convert_like_single_instants(week, special, pairs):
    calendars = [
        Calendar.compile(each, special, (FIRST_DAY - 400) * DAY, (FIRST_DAY + 400) * DAY)
        for each in (week, [[(0, 1440)]] * 7)
    ]
    t, d = (np.array(each, dtype=np.int64) for each in zip(*pairs, strict=True))
    c = np.arange(len(t), dtype=np.int64) % 3 - 1
    table = tables(calendars)

    works, moved = work_of(table, c, t), instant_after(table, c, t, d)

    rows = list(zip(c.tolist(), t.tolist(), d.tolist(), strict=True))
    assert works.tolist() == [work(table.tolist(), *row[:2]) for row in rows]
    assert moved.tolist() == [add(table.tolist(), *row) for row in rows]


@settings(deadline=None)
@given(weeks, exceptions, instants)
def test_working_time_has_its_edges(week, special, t):
    calendar = compiled(week, special)
    inside = any(begin <= t <= end for begin, end in zip(calendar.start, calendar.end, strict=True))
    ends_at_midnight = t % DAY == 0 and t not in calendar.start and not (calendar.work(t + 1) - calendar.work(t))

    assert is_working(calendar.table, 0, t) == (inside and not ends_at_midnight)


@settings(deadline=None)
@given(weeks, weeks, exceptions, instants)
def test_combining_commutes_and_never_adds_work(first, second, special, t):
    a, b = compiled(first, special), compiled(second, {})

    ab, ba = combine(a, b), combine(b, a)

    assert (ab.start.tolist(), ab.end.tolist()) == (ba.start.tolist(), ba.end.tolist())
    assert ab.work(t + 1) - ab.work(t) == min(a.work(t + 1) - a.work(t), b.work(t + 1) - b.work(t))


@settings(deadline=None)
@given(weeks, exceptions, st.integers(FIRST_DAY, LAST_DAY - 1))
def test_a_holiday_never_adds_work(week, special, day):
    with_holiday = compiled(week, special | {day: []})

    assert with_holiday.total <= compiled(week, special).total


@settings(max_examples=200, deadline=None)
@given(weeks, exceptions, instants, st.integers(0, 3000), st.sampled_from([0, -1]))
def test_a_span_is_an_edge_of_work_and_the_work_from_there(week, special, t, d, c):
    table = compiled(week, special).table

    def told(function, *arguments):
        try:
            return function(*arguments)
        except HorizonExceeded:
            return None

    def forward():
        start = next_start(table, c, t)
        return start, add(table, c, start, d)

    def backward():
        finish = prev_finish(table, c, t)
        return add(table, c, finish, -d), finish

    assert told(span_from, table, c, t, d) == told(forward)
    assert told(span_to, table, c, t, d) == told(backward)
