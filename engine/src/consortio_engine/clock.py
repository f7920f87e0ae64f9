"""
Kernels that convert between instants and working minutes.

All calendars of a network lie in one flat sequence `table` (made by `calendar.tables`), so that a kernel carries one
argument and plain Python indexes one list. A calendar `c` has a header of HEADER values at c * HEADER:

    0 first minute covered      1 last minute covered     2 position of the day table
    3 position of the buckets   4 first working minute's position in the intervals       5 total working minutes

An interval is three values: start, end, working minutes before it. One closing interval (FAR, FAR, total) ends the
list. The day table holds, per day, the position of the first interval whose end lies after that midnight; bucket k
the position of the interval that holds working minute k << BUCKET_SHIFT. Both make a conversion O(1).

A negative calendar runs around the clock: instants and working minutes are the same numbers. One below ELAPSED is a
crew, at that position of the table, sign turned: the calendar of its task, what it has done, how many assignments follow,
and for each its calendar and its minutes at completion, left and done. Only `add` and `work` know crews.

Every kernel raises HorizonExceeded where the answer lies outside the covered days; nothing is extrapolated.
"""

from consortio_engine.errors import HorizonExceeded
from consortio_engine.kernel import Numbers, kernel

Table = Numbers

HEADER = 6
BUCKET_SHIFT = 9
FAR = 2**62
DAY = 1440

# What a task with a crew takes, as a code to add instead of minutes: from WHOLE on all of it, from LEFT on what is left.
CREW_WHOLE, CREW_LEFT = 2**42, 2**41
CREW_HEADER, CREW_WIDTH = 3, 4


@kernel
def work(table: Table, c: int, t: int) -> int:
    """Working minutes of calendar c before instant t; of a crew, those of its task's calendar."""
    if c < -2:
        c = table[-c]
    if c < 0:
        return t
    h = c * 6
    first = table[h]
    if t < first or t > table[h + 1]:
        raise HorizonExceeded
    p = table[table[h + 2] + (t - first) // 1440]
    while table[p + 1] <= t:
        p += 3
    start = table[p]
    if t > start:
        return table[p + 2] + t - start
    return table[p + 2]


@kernel
def finish_at(table: Table, c: int, w: int) -> int:
    """The earliest instant with w working minutes before it (stays 17:00)."""
    if c < 0:
        return w
    h = c * 6
    if w <= 0 or w > table[h + 5]:
        raise HorizonExceeded
    p = table[table[h + 3] + ((w - 1) >> 9)]
    while table[p + 5] < w:
        p += 3
    return table[p] + w - table[p + 2]


@kernel
def start_at(table: Table, c: int, w: int) -> int:
    """The instant at which working minute w begins (17:00 becomes the next 08:00)."""
    if c < 0:
        return w
    h = c * 6
    if w < 0 or w >= table[h + 5]:
        raise HorizonExceeded
    p = table[table[h + 3] + (w >> 9)]
    while table[p + 5] <= w:
        p += 3
    return table[p] + w - table[p + 2]


@kernel
def add(table: Table, c: int, t: int, d: int) -> int:
    """
    The instant d working minutes after t (before it, if d is negative); t itself if d is 0.

    The same as finish_at(work(t) + d) or start_at(work(t) + d), written out: this is where schedules spend their time.
    """
    if d == 0:
        return t
    if c < 0:
        return t + d if c >= -2 else add_crew(table, -c, t, d)
    h = c * 6
    first = table[h]
    if t < first or t > table[h + 1]:
        raise HorizonExceeded
    p = table[table[h + 2] + (t - first) // 1440]
    while table[p + 1] <= t:
        p += 3
    w = table[p + 2] + d
    if t > table[p]:
        w += t - table[p]
    if d > 0:
        if w > table[h + 5]:
            raise HorizonExceeded
        p = table[table[h + 3] + ((w - 1) >> 9)]
        while table[p + 5] < w:
            p += 3
    else:
        if w < 0:
            raise HorizonExceeded
        p = table[table[h + 3] + (w >> 9)]
        while table[p + 5] <= w:
            p += 3
    return table[p] + w - table[p + 2]


@kernel
def add_crew(table: Table, at: int, t: int, d: int) -> int:
    """
    The instant at which the last assignment is over (before t, if d is negative: by which the first must have begun).

    d is a code: all of the work, what is left of it, or what is done.
    """
    size = d if d > 0 else -d
    column = 1
    if CREW_LEFT <= size < CREW_WHOLE:
        column = 2
    elif size == table[at + 1]:
        column = 3
    best = t
    for k in range(at + 3, at + 3 + table[at + 2] * 4, 4):
        c, minutes = table[k], table[k + column]
        if minutes == 0:
            continue
        if d > 0:
            best = max(best, finish_at(table, c, work(table, c, t) + minutes))
        else:
            best = min(best, start_at(table, c, work(table, c, t) - minutes))
    return best


@kernel
def own_calendar(table: Table, c: int, span_calendar: int) -> int:
    """The calendar of a task that begins in c: its own, where a crew decides its dates."""
    return table[-span_calendar] if span_calendar < -2 else c


@kernel
def next_start(table: Table, c: int, t: int) -> int:
    """The earliest instant from t on at which work goes on: start_at(work(t))."""
    if c < 0:
        return t
    h = c * 6
    first = table[h]
    if t < first or t > table[h + 1]:
        raise HorizonExceeded
    p = table[table[h + 2] + (t - first) // 1440]
    while table[p + 1] <= t:
        p += 3
    start = table[p]
    if t >= start:
        return t
    if start == FAR:
        raise HorizonExceeded
    return start


@kernel
def prev_finish(table: Table, c: int, t: int) -> int:
    """The latest instant up to t at which work has just been done: finish_at(work(t)); no work lies between."""
    if c < 0:
        return t
    h = c * 6
    first = table[h]
    if t < first or t > table[h + 1]:
        raise HorizonExceeded
    p = table[table[h + 2] + (t - first) // 1440]
    while table[p + 1] <= t:
        p += 3
    if t > table[p]:
        return t
    if p == table[h + 4]:
        raise HorizonExceeded
    return table[p - 2]


@kernel
def span_from(table: Table, c: int, t: int, d: int) -> tuple[int, int]:
    """
    The next start of work from t on, and the instant d working minutes after it; d is not negative.

    The same as next_start and add, which would both look for t: most tasks of most plans are placed so.
    """
    if c < 0:
        return t, t + d
    h = c * 6
    first = table[h]
    if t < first or t > table[h + 1]:
        raise HorizonExceeded
    p = table[table[h + 2] + (t - first) // 1440]
    while table[p + 1] <= t:
        p += 3
    start = table[p]
    w = table[p + 2] + d
    if t >= start:
        w += t - start
        start = t
    elif start == FAR:
        raise HorizonExceeded
    if d == 0:
        return start, start
    if w > table[h + 5]:
        raise HorizonExceeded
    p = table[table[h + 3] + ((w - 1) >> 9)]
    while table[p + 5] < w:
        p += 3
    return start, table[p] + w - table[p + 2]


@kernel
def span_to(table: Table, c: int, t: int, d: int) -> tuple[int, int]:
    """The instant d working minutes before the latest end of work up to t, and that end: prev_finish and add."""
    if c < 0:
        return t - d, t
    h = c * 6
    first = table[h]
    if t < first or t > table[h + 1]:
        raise HorizonExceeded
    p = table[table[h + 2] + (t - first) // 1440]
    while table[p + 1] <= t:
        p += 3
    w = table[p + 2] - d
    if t > table[p]:
        w += t - table[p]
        finish = t
    elif p == table[h + 4]:
        raise HorizonExceeded
    else:
        finish = table[p - 2]
    if d == 0:
        return finish, finish
    if w < 0:
        raise HorizonExceeded
    p = table[table[h + 3] + (w >> 9)]
    while table[p + 5] <= w:
        p += 3
    return table[p] + w - table[p + 2], finish


@kernel
def is_working(table: Table, c: int, t: int) -> bool:
    """Whether t lies in a period or on its edge; midnight counts for the day that it opens."""
    if c < 0 or next_start(table, c, t) == t:
        return True
    return t % 1440 != 0 and prev_finish(table, c, t) == t
