"""
The inner loops over tasks and trials, for numba alone: where it is missing, NumPy does the same in `spreads` and `steps`.

Results are equal to the bit: dates are whole numbers, and the few operations on fractions come in the same order.
"""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.clock import finish_at, start_at
from consortio_engine.codes import FF, FS
from consortio_engine.errors import HorizonExceeded
from consortio_engine.kernel import Numbers, kernel
from consortio_engine.simulate.draws import FIRST, SECOND, Words
from consortio_engine.simulate.spreads import CELLS, INSIDE_UNIT, LOWER_TAIL, TAIL_CELLS, UPPER_TAIL

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_FIRST, _SECOND = np.uint64(FIRST), np.uint64(SECOND)
_30, _27, _31, _11, _44 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11), np.uint64(44)
_INSIDE = np.uint64(2**44 - 1)

# Columns of `plain`, one row per plain task, and of `arcs`, one row per incoming arc.
TASK, ROW, IS_TASK, CALENDAR, SPAN, LEFT, OPENING, ARC_FROM, ARC_TO, PLAIN_WIDTH = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
BEFORE, SOURCE, TYPE, LAG, LAG_CALENDAR, ARCS_WIDTH = 0, 1, 2, 3, 4, 5


@kernel
def draw_rows(
    rows: Ints, keys: Words, steps: Words, offset: Ints, base: Floats, reach: Floats, flat: Floats, left: Ints
) -> None:
    """
    Write the remaining durations of the rows that nothing but their spread changes.

    Args:
        rows: (plain rows,), which row of `left` each is; keys, offset, base, reach: of each, see `Tables`.
        steps: (trials,). flat: the quantiles. left: (rows, trials), written.
    """
    words = np.empty(len(steps), dtype=np.uint64)
    for n in range(len(rows)):
        row, key, start, low, width = rows[n], keys[n], offset[n], base[n], reach[n]
        for t in range(len(steps)):  # in a loop of their own several words are made at once
            bits = key + steps[t]
            bits = (bits ^ (bits >> _30)) * _FIRST
            bits = (bits ^ (bits >> _27)) * _SECOND
            words[t] = (bits ^ (bits >> _31)) >> _11
        for t in range(len(steps)):
            bits = words[t]
            cell = np.int64(bits >> _44)
            inside = np.float64(bits & _INSIDE) * INSIDE_UNIT
            at = start + cell
            if cell == 0 or cell == CELLS - 1:
                inside = inside * TAIL_CELLS
                whole = np.int64(inside)
                inside = inside - whole
                at = start + whole + (LOWER_TAIL if cell == 0 else UPPER_TAIL)
            below = flat[at]
            value = below + (flat[at + 1] - below) * inside
            value = value * width + low + 0.5
            left[row, t] = np.int64(value) if value > 0 else 0


@kernel
def mark_of(table: Numbers, c: int, t: int) -> int:
    """The mark of an instant; one inside a break becomes the start of what follows. As `marks.marks`."""
    if c < 0:
        return t << 1
    h = c * 6
    first = table[h]
    if t < first or t > table[h + 1]:
        raise HorizonExceeded
    p = table[table[h + 2] + (t - first) // 1440]
    while table[p + 1] <= t:
        p += 3
    inside = t - table[p]
    if inside > 0:
        return (table[p + 2] + inside) << 1
    if inside < 0 and p > table[h + 4] and table[p - 2] == t:
        return table[p + 2] << 1
    return (table[p + 2] << 1) | 1


@kernel
def instant_of(table: Numbers, c: int, mark: int) -> int:
    """The instant of a mark. As `marks.instants`."""
    if c < 0:
        return mark >> 1
    if mark & 1:
        return start_at(table, c, mark >> 1)
    return finish_at(table, c, mark >> 1)


@kernel
def in_calendar(table: Numbers, source: int, target: int, mark: int) -> int:
    """The mark of the same instant in another calendar. As `marks.converted`."""
    if source == target:
        return mark
    return mark_of(table, target, instant_of(table, source, mark))


@kernel
def moved(mark: int, minutes: int) -> int:
    """The mark so many working minutes later. As `marks.shifted`."""
    if minutes == 0:
        return mark
    if minutes > 0:
        return (mark & -2) + 2 * minutes
    return (mark | 1) + 2 * minutes


@kernel
def asked_mark(table: Numbers, arc: Ints, own: int, left: int, opening: int, mark: int) -> int:
    """The mark of the start that an arc asks, from the mark of its predecessor. As `steps.place_plain`."""
    source, lag, lags = arc[SOURCE], arc[LAG], arc[LAG_CALENDAR]
    if arc[TYPE] != FF:
        if lag == 0:
            return in_calendar(table, source, own, mark)
        return in_calendar(table, lags, own, moved(in_calendar(table, source, lags, mark), lag))
    if lag != 0 and lags != own:
        before = instant_of(table, source, mark)
        if left > 0:
            before = instant_of(table, own, moved(mark_of(table, own, before), -left))
        asked = mark_of(table, own, instant_of(table, lags, moved(mark_of(table, lags, before), lag)))
    else:
        asked = moved(moved(in_calendar(table, source, own, mark), -left), lag)
    return asked if asked > opening else opening


@kernel
def place_run(
    table: Numbers,
    plain: Ints,
    arcs: Ints,
    spans: Ints,
    lefts: Ints,
    start: Ints,
    finish: Ints,
    driving: Flags,
) -> None:
    """
    Write the marks of plain tasks, each after its predecessors, in every trial.

    Args:
        plain, arcs: rows of the columns above. spans, lefts: (rows, trials), drawn.
        start, finish: (tasks, trials), written. driving: (arcs, trials), written; without rows where nobody asks.
    """
    count = start.shape[1]
    for n in range(len(plain)):
        task, row, own, opening = plain[n, TASK], plain[n, ROW], plain[n, CALENDAR], plain[n, OPENING]
        low, high = plain[n, ARC_FROM], plain[n, ARC_TO]
        if low == high:
            for t in range(count):
                start[task, t] = opening
        for k in range(low, high):
            side = finish if arcs[k, TYPE] == FS or arcs[k, TYPE] == FF else start
            before = arcs[k, BEFORE]
            if arcs[k, TYPE] != FF and arcs[k, LAG] == 0 and arcs[k, SOURCE] == own:
                if k == low:
                    for t in range(count):
                        start[task, t] = side[before, t]
                else:
                    for t in range(count):
                        start[task, t] = max(start[task, t], side[before, t])
                continue
            for t in range(count):
                left = lefts[row, t] if row >= 0 else plain[n, LEFT]
                asked = asked_mark(table, arcs[k], own, left, opening, side[before, t])
                start[task, t] = asked if k == low or asked > start[task, t] else start[task, t]
        _finish_run(plain[n], spans, start, finish)
        if len(driving):
            _drive_run(table, plain[n], arcs, lefts, start, finish, driving)


@kernel
def _finish_run(plain: Ints, spans: Ints, start: Ints, finish: Ints) -> None:
    """Round the starts up to the next working minute, where the task is none that may rest, and add the durations."""
    task, row = plain[TASK], plain[ROW]
    for t in range(start.shape[1]):
        span = spans[row, t] if row >= 0 else plain[SPAN]
        begins = start[task, t] | plain[IS_TASK]
        start[task, t] = begins
        finish[task, t] = (begins & -2) + 2 * span if span > 0 else begins


@kernel
def _drive_run(table: Numbers, plain: Ints, arcs: Ints, lefts: Ints, start: Ints, finish: Ints, driving: Flags) -> None:
    """Tell which arcs ask for the very start of the task: of several, those that ask for the latest."""
    task, row, own, opening = plain[TASK], plain[ROW], plain[CALENDAR], plain[OPENING]
    low, high = plain[ARC_FROM], plain[ARC_TO]
    for k in range(low, high):
        side = finish if arcs[k, TYPE] == FS or arcs[k, TYPE] == FF else start
        before = arcs[k, BEFORE]
        if high - low == 1:
            for t in range(start.shape[1]):
                driving[k, t] = True
        elif arcs[k, TYPE] != FF and arcs[k, LAG] == 0 and arcs[k, SOURCE] == own:
            for t in range(start.shape[1]):
                driving[k, t] = side[before, t] | 1 == start[task, t] | 1
        else:
            for t in range(start.shape[1]):
                left = lefts[row, t] if row >= 0 else plain[LEFT]
                asked = asked_mark(table, arcs[k], own, left, opening, side[before, t])
                driving[k, t] = asked | 1 == start[task, t] | 1


@kernel
def latest_of(rows: Ints, finish: Ints, latest: Ints) -> None:
    """Write the greatest mark of some tasks in each trial; `latest` holds marks already."""
    for n in range(len(rows)):
        for t in range(len(latest)):
            latest[t] = max(latest[t], finish[rows[n], t])


@kernel
def mark_last(rows: Ints, finish: Ints, even: Ints, odd: Ints, on_path: Flags) -> None:
    """Mark the trials in which a task of the rows finishes at one of two marks."""
    for n in range(len(rows)):
        for t in range(len(even)):
            on_path[rows[n], t] = (finish[rows[n], t] == even[t]) | (finish[rows[n], t] == odd[t])


@kernel
def walk_back(order: Ints, first: Ints, arcs: Ints, driving: Flags, on_path: Flags) -> None:
    """
    Mark the predecessors, by driving arcs, of every task on the longest path, trial by trial.

    Args:
        order: tasks, each after its predecessors. first: (tasks + 1,), where the incoming arcs of each begin.
        arcs: rows of the columns above. on_path: (tasks, trials), the last tasks marked; the others are written.
    """
    for n in range(len(order) - 1, -1, -1):
        task = order[n]
        for k in range(first[task], first[task + 1]):
            before = arcs[k, BEFORE]
            for t in range(on_path.shape[1]):
                on_path[before, t] |= on_path[task, t] & driving[k, t]
