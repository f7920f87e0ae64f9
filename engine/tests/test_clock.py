"""Every question to the clock at every minute of a week, of three calendars in one table, beside counting on fingers."""

import numpy as np
import pytest
from engine_cases import DAY, at

from consortio_engine import Calendar, HorizonExceeded
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

FIRST, LAST = at("2026-01-06T00:00"), at("2026-01-12T00:00")
WEEKS = [
    # Periods of 256 minutes: working minutes 512, 1,024, ... lie on their edges. Two end at midnight, one begins there.
    [[(480, 736), (800, 1056)], [(0, 256), (1184, 1440)], [(1184, 1440)], [(0, 256)], [], [(100, 356)], [(600, 856)]],
    # Nights that end in the next day, one of them in one that is off.
    [[(1320, 1800)], [(1320, 1800)], [], [(1380, 1500)], [(1, 2), (3, 4)], [], []],
    # Around the clock but for one minute.
    [[(0, 1440)]] * 4 + [[(0, 700), (701, 1440)]] + [[(0, 1440)]] * 2,
]
LENGTHS = (0, 1, 2, 255, 256, 257, 511, 512, 513, 1024, 4000)


class Fingers:
    """Working minutes counted one by one."""

    def __init__(self, calendar: Calendar) -> None:
        self.first, self.last = calendar.first, calendar.last
        self.minutes = [
            minute for begin, end in zip(calendar.start, calendar.end, strict=True) for minute in range(begin, end)
        ]
        self.is_worked = set(self.minutes)
        self.before = {self.first: 0}
        for minute in range(self.first, self.last):
            self.before[minute + 1] = self.before[minute] + (minute in self.is_worked)

    def work(self, t):
        return self.before.get(t)

    def finish_at(self, w):
        return self.minutes[w - 1] + 1 if 0 < w <= len(self.minutes) else None

    def start_at(self, w):
        return self.minutes[w] if 0 <= w < len(self.minutes) else None

    def add(self, t, d):
        if d == 0:
            return t
        done = self.work(t)
        if done is None:
            return None
        return self.finish_at(done + d) if d > 0 else self.start_at(done + d)

    def next_start(self, t):
        done = self.work(t)
        return None if done is None else self.start_at(done)

    def prev_finish(self, t):
        done = self.work(t)
        return None if done is None else self.finish_at(done)

    def span_from(self, t, d):
        start = self.next_start(t)
        finish = None if start is None else self.add(start, d)
        return None if finish is None else (start, finish)

    def span_to(self, t, d):
        finish = self.prev_finish(t)
        start = None if finish is None else self.add(finish, -d)
        return None if start is None else (start, finish)

    def is_working(self, t):
        """On the edge of a period or in it; None where that needs days before or after those that are covered."""
        if self.next_start(t) is None:
            return None
        if t in self.is_worked or t % DAY == 0:
            return t in self.is_worked
        return t - 1 in self.is_worked if self.work(t) else None


def told(function, *arguments):
    """The answer; None: outside of the calendar."""
    try:
        return function(*arguments)
    except HorizonExceeded:
        return None


@pytest.fixture(scope="module")
def calendars() -> list[Calendar]:
    return [Calendar.compile(week, {}, FIRST, LAST) for week in WEEKS]


@pytest.fixture(scope="module")
def table(calendars) -> list[int]:
    return tables(calendars).tolist()


@pytest.mark.parametrize("c", range(3))
def test_every_minute_is_counted_as_on_fingers(c, calendars, table):
    fingers = Fingers(calendars[c])
    instants = range(fingers.first - 2, fingers.last + 3)

    for name, kernel in [
        ("work", work),
        ("next_start", next_start),
        ("prev_finish", prev_finish),
        ("is_working", is_working),
    ]:
        wanted = [getattr(fingers, name)(t) for t in instants]
        assert [told(kernel, table, c, t) for t in instants] == wanted, name


@pytest.mark.parametrize("c", range(3))
def test_every_working_minute_begins_and_ends_as_on_fingers(c, calendars, table):
    fingers = Fingers(calendars[c])
    minutes = range(-2, len(fingers.minutes) + 3)

    assert len(fingers.minutes) == calendars[c].total
    assert [told(finish_at, table, c, w) for w in minutes] == [fingers.finish_at(w) for w in minutes]
    assert [told(start_at, table, c, w) for w in minutes] == [fingers.start_at(w) for w in minutes]


@pytest.mark.parametrize("c", range(3))
@pytest.mark.parametrize("d", LENGTHS)
def test_every_span_of_work_lies_as_on_fingers(c, d, calendars, table):
    fingers = Fingers(calendars[c])
    edges = {int(edge) for edge in (*calendars[c].start, *calendars[c].end, fingers.first, fingers.last)}
    near = {edge + step for edge in edges for step in (-d - 1, -d, -d + 1, -2, -1, 0, 1, 2, d - 1, d, d + 1)}
    instants = sorted({*near, *range(fingers.first - 2, fingers.last + 3, 7)})

    assert [told(add, table, c, t, d) for t in instants] == [fingers.add(t, d) for t in instants]
    assert [told(add, table, c, t, -d) for t in instants] == [fingers.add(t, -d) for t in instants]
    assert [told(span_from, table, c, t, d) for t in instants] == [fingers.span_from(t, d) for t in instants]
    assert [told(span_to, table, c, t, d) for t in instants] == [fingers.span_to(t, d) for t in instants]


def test_a_negative_calendar_runs_around_the_clock(table):
    for c in (-1, -2):
        assert [each(table, c, 77) for each in (work, finish_at, start_at, next_start, prev_finish)] == [77] * 5
        assert (add(table, c, 77, 5), add(table, c, 77, -5), is_working(table, c, 77)) == (82, 72, True)
        assert (span_from(table, c, 77, 5), span_to(table, c, 77, 5)) == ((77, 82), (72, 77))


@pytest.mark.parametrize("c", range(3))
def test_arrays_and_methods_answer_like_kernels(c, calendars):
    calendar, fingers = calendars[c], Fingers(calendars[c])
    instants = np.arange(fingers.first, fingers.last + 1, 3)
    minutes = np.arange(1, calendar.total, 3)

    assert calendar.work_each(instants).tolist() == [fingers.work(t) for t in instants.tolist()]
    assert calendar.finish_at_each(minutes).tolist() == [fingers.finish_at(w) for w in minutes.tolist()]
    assert calendar.start_at_each(minutes).tolist() == [fingers.start_at(w) for w in minutes.tolist()]
    for d in (-130, -1, 0, 1, 130):
        middle = np.array([t for t in instants.tolist() if fingers.add(t, d) is not None])
        assert calendar.add_each(middle, np.int64(d)).tolist() == [fingers.add(t, d) for t in middle.tolist()]
    for t in instants[10:-10:50].tolist():
        assert [calendar.work(t), told(calendar.next_start, t), told(calendar.prev_finish, t)] == [
            fingers.work(t),
            fingers.next_start(t),
            fingers.prev_finish(t),
        ]
        assert told(calendar.equiv_finish, t) == fingers.prev_finish(t)
        assert calendar.work_between(fingers.first, t) == fingers.work(t) == -calendar.work_between(t, fingers.first)


@pytest.mark.parametrize("c", range(3))
def test_arrays_are_refused_outside_of_the_calendar(c, calendars):
    calendar = calendars[c]
    one = np.array([0])
    for each, good, wrong in [
        (calendar.work_each, [calendar.first, calendar.last], [calendar.first - 1, calendar.last + 1]),
        (calendar.finish_at_each, [1, calendar.total], [0, calendar.total + 1]),
        (calendar.start_at_each, [0, calendar.total - 1], [-1, calendar.total]),
    ]:
        assert len(each(np.array(good))) == 2
        for value in wrong:
            with pytest.raises(HorizonExceeded):
                each(one + value)


def test_the_table_begins_with_a_header_for_each_calendar(calendars, table):
    position = 18
    for c, calendar in enumerate(calendars):
        first, last, days, buckets, intervals, total = table[6 * c : 6 * c + 6]
        assert (first, last, intervals, total) == (calendar.first, calendar.last, position, calendar.total)
        assert days == position + 3 * (len(calendar.start) + 1)
        assert buckets == days + (calendar.last - calendar.first) // DAY + 1
        position = buckets + calendar.total // 512 + 1
    assert position == len(table)
