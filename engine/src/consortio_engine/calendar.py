"""
Compiled calendars: working time as sorted intervals, for exact conversion between instants and working minutes.

Instants are whole minutes since 1970-01-01T00:00 (a Thursday), local wall time. A pattern is seven lists of periods,
Monday first; a period (from, to) counts minutes from its day's midnight, and `to` may pass 1440 for a night shift,
which belongs to the day it starts on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from consortio_engine import clock
from consortio_engine.clock import BUCKET_SHIFT, DAY, FAR, HEADER
from consortio_engine.errors import HorizonExceeded, InvalidPattern

Ints = NDArray[np.int64]
Period = tuple[int, int]
Week = Sequence[Sequence[Period]]
Exceptions = Mapping[int, Sequence[Period]]

LONGEST_PERIOD = 2 * DAY
MONDAY_OF_DAY_0 = 3  # 1970-01-01 was a Thursday: the fourth list of a week


@dataclass(frozen=True, eq=False)
class Calendar:
    """
    Working time between two instants.

    Attributes:
        start, end: shape (intervals,), int64 minutes: sorted, disjoint, touching ones merged.
        first, last: the covered span, whole days; outside of it every question raises HorizonExceeded.
    """

    start: Ints
    end: Ints
    first: int
    last: int

    @classmethod
    def compile(cls, week: Week, exceptions: Exceptions, first: int, last: int) -> "Calendar":
        """
        Lay a week pattern and dated exceptions out over a span.

        Args:
            week: seven lists of periods, Monday first, minutes of the day; ends up to 2880.
            exceptions: day number since 1970 -> the periods that replace that whole day's list (empty: a holiday).
            first, last: minutes; the days that hold them are covered, and one day before `first`, so that the tail of
                a night shift that began the evening before is there.

        Raises:
            InvalidPattern: not seven lists, or a period that ends before it starts or lies outside 0 to 2880.

        Cost:
            Linear in days: some milliseconds for twenty years.
        """
        _check_pattern(week, exceptions)
        first_day, last_day = first // DAY - 1, -(-last // DAY)
        if last_day <= first_day:
            raise InvalidPattern(f"The span ends ({last}) before it begins ({first}).")
        # The evening before the first covered day may reach into it: lay out one more, then clip.
        start, end = _lay_out(week, exceptions, first_day - 2, last_day)
        start, end = np.maximum(start, first_day * DAY), np.minimum(end, last_day * DAY)
        return cls._of(start, end, first_day * DAY, last_day * DAY)

    @classmethod
    def _of(cls, start: Ints, end: Ints, first: int, last: int) -> "Calendar":
        kept = end > start
        start, end = _merged(start[kept], end[kept])
        return cls(start, end, first, last)

    @cached_property
    def before(self) -> Ints:
        """Shape (intervals + 1,): working minutes before each interval, and the total."""
        return np.concatenate(([0], np.cumsum(self.end - self.start))).astype(np.int64)

    @cached_property
    def total(self) -> int:
        """All working minutes of the covered span."""
        return int(self.before[-1])

    @cached_property
    def table(self) -> list[int]:
        """The calendar alone as a kernel table; see `clock`."""
        return tables([self]).tolist()  # type: ignore[no-any-return]  # NumPy's stub says Any

    def work(self, t: int) -> int:
        """Working minutes before t, counted from the first covered minute. Never falls as t grows."""
        return clock.work(self.table, 0, t)

    def work_between(self, t: int, u: int) -> int:
        """Working minutes from t to u; negative when u lies before t."""
        return self.work(u) - self.work(t)

    def start_at(self, w: int) -> int:
        """The instant at which working minute w begins: the end of a period becomes the start of the next."""
        return clock.start_at(self.table, 0, w)

    def finish_at(self, w: int) -> int:
        """The earliest instant with w working minutes before it: the end of a period stays."""
        return clock.finish_at(self.table, 0, w)

    def add(self, t: int, d: int) -> int:
        """The instant d working minutes after t, or before it when d < 0; t itself, unchanged, when d = 0."""
        return clock.add(self.table, 0, t, d)

    def next_start(self, t: int) -> int:
        """The earliest instant from t on at which work goes on."""
        return clock.next_start(self.table, 0, t)

    def prev_finish(self, t: int) -> int:
        """The latest instant up to t at which work has just been done."""
        return clock.prev_finish(self.table, 0, t)

    def equiv_finish(self, t: int) -> int:
        """The same as `prev_finish`: no work can lie between that instant and t, so it is always equivalent."""
        return clock.prev_finish(self.table, 0, t)

    def work_each(self, t: Ints) -> Ints:
        """`work` for an array of instants; the same shape."""
        self._check_span(t)
        at = np.searchsorted(self.end, t, side="right")
        inside = np.maximum(t - np.append(self.start, FAR)[at], 0)
        result: Ints = self.before[at] + inside
        return result

    def finish_at_each(self, w: Ints) -> Ints:
        """`finish_at` for an array of working minutes; the same shape."""
        self._check_work((w > 0) & (w <= self.total))
        at = np.searchsorted(self.before, w, side="left") - 1
        return self.start[at] + w - self.before[at]

    def start_at_each(self, w: Ints) -> Ints:
        """`start_at` for an array of working minutes; the same shape."""
        self._check_work((w >= 0) & (w < self.total))
        at = np.searchsorted(self.before, w, side="right") - 1
        return self.start[at] + w - self.before[at]

    def add_each(self, t: Ints, d: Ints) -> Ints:
        """`add` for arrays of instants and working minutes, which are broadcast together."""
        t, d = np.broadcast_arrays(t, d)
        result = t.astype(np.int64)
        target = self.work_each(t) + d
        forward, backward = d > 0, d < 0
        result[forward] = self.finish_at_each(target[forward])
        result[backward] = self.start_at_each(target[backward])
        return result

    def _check_span(self, t: Ints) -> None:
        if t.size and (t.min() < self.first or t.max() > self.last):
            raise HorizonExceeded(f"The calendar covers {self.first} to {self.last}; asked for {t.min()} to {t.max()}.")

    def _check_work(self, inside: NDArray[np.bool_]) -> None:
        if not inside.all():
            raise HorizonExceeded(f"The calendar holds {self.total} working minutes; asked for a minute outside.")


def combine(a: Calendar, b: Calendar) -> Calendar:
    """Return the calendar that works when both work, over the span that both cover."""
    first, last = max(a.first, b.first), min(a.last, b.last)
    if last <= first:
        raise HorizonExceeded(f"The calendars share no day: {a.first}-{a.last} and {b.first}-{b.last}.")
    edges = np.unique(np.concatenate((a.start, a.end, b.start, b.end, [first, last])))
    edges = edges[(edges >= first) & (edges <= last)]
    start, end = edges[:-1], edges[1:]
    both = _works_at(a, start) & _works_at(b, start)
    return Calendar._of(start[both], end[both], first, last)


def unite(a: Calendar, b: Calendar) -> Calendar:
    """Return the calendar that works when either works, over the span that both cover."""
    first, last = max(a.first, b.first), min(a.last, b.last)
    if last <= first:
        raise HorizonExceeded(f"The calendars share no day: {a.first}-{a.last} and {b.first}-{b.last}.")
    start = np.maximum(np.concatenate((a.start, b.start)), first)
    end = np.minimum(np.concatenate((a.end, b.end)), last)
    return Calendar._of(start, end, first, last)


def tables(calendars: Sequence[Calendar]) -> Ints:
    """Return all calendars as one flat int64 array for the kernels; the layout is told in `clock`."""
    header = np.zeros(HEADER * len(calendars), dtype=np.int64)
    parts, position = [header], len(header)
    for index, calendar in enumerate(calendars):
        intervals = np.column_stack(
            (np.append(calendar.start, FAR), np.append(calendar.end, FAR), calendar.before)
        ).astype(np.int64)
        midnights = np.arange(calendar.first, calendar.last + DAY, DAY, dtype=np.int64)
        days = position + 3 * np.searchsorted(calendar.end, midnights, side="right")
        marks = np.arange((calendar.total >> BUCKET_SHIFT) + 1, dtype=np.int64) << BUCKET_SHIFT
        buckets = position + 3 * (np.searchsorted(calendar.before, marks, side="right") - 1)
        size = intervals.size
        header[index * HEADER : (index + 1) * HEADER] = (
            calendar.first, calendar.last, position + size, position + size + len(days), position, calendar.total,
        )  # fmt: skip
        parts += [intervals.ravel(), days, buckets]
        position += size + len(days) + len(buckets)
    return np.concatenate(parts).astype(np.int64)


def _check_pattern(week: Week, exceptions: Exceptions) -> None:
    if len(week) != 7:
        raise InvalidPattern(f"A week has seven lists of periods, not {len(week)}.")
    for periods in (*week, *exceptions.values()):
        for begin, end in periods:
            if not 0 <= begin < end <= LONGEST_PERIOD or begin >= DAY:
                raise InvalidPattern(f"The period {begin} to {end} must start within the day and end after its start.")


def _lay_out(week: Week, exceptions: Exceptions, first_day: int, last_day: int) -> tuple[Ints, Ints]:
    """Every period of every day, unsorted: whole weekdays at once, exceptional days one by one."""
    days = np.arange(first_day, last_day, dtype=np.int64)
    special = np.isin(days, np.fromiter(exceptions, dtype=np.int64, count=len(exceptions)))
    weekday = (days + MONDAY_OF_DAY_0) % 7
    starts: list[Ints] = [np.empty(0, dtype=np.int64)]
    ends: list[Ints] = [np.empty(0, dtype=np.int64)]
    for number, periods in enumerate(week):
        midnights = days[(weekday == number) & ~special] * DAY
        for begin, end in periods:
            starts.append(midnights + begin)
            ends.append(midnights + end)
    inside = [(day * DAY, periods) for day, periods in exceptions.items() if first_day <= day < last_day]
    single = [(midnight + begin, midnight + end) for midnight, periods in inside for begin, end in periods]
    starts.append(np.array([begin for begin, _ in single], dtype=np.int64))
    ends.append(np.array([end for _, end in single], dtype=np.int64))
    return np.concatenate(starts), np.concatenate(ends)


def _merged(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Sorted intervals in which overlapping and touching ones have become one."""
    if not len(start):
        return start, end
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order])
    opens = np.concatenate(([True], start[1:] > reach[:-1]))
    closes = np.append(np.flatnonzero(opens)[1:] - 1, len(start) - 1)
    return start[opens], reach[closes]


def _works_at(calendar: Calendar, t: Ints) -> NDArray[np.bool_]:
    at = np.searchsorted(calendar.end, t, side="right")
    return np.append(calendar.start, FAR)[at] <= t
