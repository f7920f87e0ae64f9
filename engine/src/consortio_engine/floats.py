"""Floats, driving links and the longest path, from the dates that the passes left."""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.clock import BUCKET_SHIFT, HEADER, start_at, work
from consortio_engine.codes import FF, FINISHED, FS, NOT_STARTED, SF, SS
from consortio_engine.errors import HorizonExceeded
from consortio_engine.kernel import Numbers, Speed, at_speed, kernel, values_at
from consortio_engine.network import Network
from consortio_engine.prepare import Frame, Web
from consortio_engine.results import Mode, Options
from consortio_engine.rows import ELAPSED, NONE, Constraint
from consortio_engine.topology import pointers

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def work_of(table: Ints, c: Ints, t: Ints) -> Ints:
    """`clock.work` for arrays of calendars and instants of the same shape; 0 where t is NONE."""
    result = np.where(t == NONE, 0, t)
    at = np.flatnonzero((c >= 0) & (t != NONE))
    if not len(at):
        return result
    header, instant = c[at] * HEADER, t[at]
    first = table[header]
    if (instant < first).any() or (instant > table[header + 1]).any():
        raise HorizonExceeded("A late or asked date lies outside the calendars.")
    position = table[table[header + 2] + (instant - first) // 1440]
    while (passed := table[position + 1] <= instant).any():
        position = position + 3 * passed
    result[at] = table[position + 2] + np.maximum(instant - table[position], 0)
    return result


def total_floats(network: Network, frame: Frame, dates: list[Ints], state: Ints, mode: Mode, options: Options) -> Ints:
    """
    Working minutes between early and late dates in each task's calendar; NONE for tasks without dates.

    Args:
        dates: early start, early finish, late start, late finish, each (tasks,).
        state: (tasks,), with summaries' states.
    """
    early_start, early_finish, late_start, late_finish = (work_of(frame.table, frame.calendar, each) for each in dates)
    at_start, at_finish = late_start - early_start, late_finish - early_finish
    if options.total_float == "start":
        result = at_start
    elif options.total_float == "finish":
        result = at_finish
    else:
        result = np.where(state == NOT_STARTED, np.minimum(at_start, at_finish), at_finish)
    if mode == "p6":
        result = np.where(state == FINISHED, 0, result)
    else:
        result = np.where(network.constraint == Constraint.ALAP, 0, result)
    return np.where(dates[0] == NONE, NONE, result)


def free_floats(network: Network, frame: Frame, web: Web, early: list[Ints], total: Ints, mode: Mode) -> Ints:
    """
    How far a task can slip before it moves a successor: never negative, never more than its total float.

    Args:
        early: early start and finish, each (tasks,).
    """
    predecessor, successor = web.arcs.predecessor[web.outgoing], web.arcs.successor[web.outgoing]
    kept = np.flatnonzero(frame.state[successor] != FINISHED)
    slack = arc_slacks(network, frame, web, early, mode, kept)
    result = np.full(network.task_count, 2**62, dtype=np.int64)
    np.minimum.at(result, predecessor[kept], slack)
    # A task that holds the finish itself has no more to give than its total float.
    result = np.maximum(np.minimum(result, total), 0)
    zero = frame.state == FINISHED
    if mode == "p6":
        zero |= (network.constraint == Constraint.MUST_FINISH_ON) | (network.expected_finish != NONE)
    return np.where(total == NONE, NONE, np.where(zero, 0, result))


def arc_slacks(network: Network, frame: Frame, web: Web, early: list[Ints], mode: Mode, kept: Ints) -> Ints:
    """
    Working minutes, in the predecessor's calendar, that it can slip before an outgoing arc asks more than its successor has.

    p6: between what the arc asks and what the successor has. msp: between the predecessor's date and the latest from
    which the arc, its lag laid in the lag's own calendar, asks for no later start.

    Args:
        early: early start and finish, each (tasks,).
        kept: the outgoing arcs to look at; the result has their shape.
    """
    positions = web.outgoing[kept]
    predecessor, successor = web.arcs.predecessor[positions], web.arcs.successor[positions]
    origin = web.arcs.origin[positions]
    link_type, lag, c = network.type[origin], network.lag[origin], frame.calendar[predecessor]
    before = np.where((link_type == FS) | (link_type == FF), early[1][predecessor], early[0][predecessor])
    if mode == "p6":
        after = np.where((link_type == FS) | (link_type == SS), early[0][successor], early[1][successor])
        lag = np.where((link_type == SS) & (lag > 0), np.maximum(lag - frame.actual_duration[predecessor], 0), lag)
        before = _lagged(frame, frame.lag_calendar[origin], before, lag, frame.data_date[predecessor])
        return work_of(frame.table, c, after) - work_of(frame.table, c, before)
    start = early[0][successor]
    start = np.where(start == NONE, NONE, start - network.delay[successor])
    latest = latest_before(frame.table, frame.lag_calendar[origin], start, lag)
    span_calendar = np.where(frame.span_calendar < ELAPSED, frame.calendar, frame.span_calendar)[successor]
    span = work_of(frame.table, span_calendar, early[1][successor])
    span -= work_of(frame.table, span_calendar, early[0][successor])
    to_finish = (link_type == FF) | (link_type == SF)
    latest = latest_before(frame.table, span_calendar, latest, np.where(to_finish, -span, 0))
    is_start = ((link_type == SS) | (link_type == SF)) & (early[0][predecessor] != early[1][predecessor])
    return _position(frame.table, c, latest, is_start) - work_of(frame.table, c, before)


def latest_before(table: Ints, c: Ints, t: Ints, d: Ints) -> Ints:
    """
    The latest instants from which `clock.add` of d leads no further than t; what lies outside the calendars is their end.

    For arrays of calendars, instants and amounts of the same shape; t where d is 0.
    """
    result = np.where(t == NONE, NONE, t - np.where(c < 0, d, 0))
    at = np.flatnonzero((c >= 0) & (d != 0) & (t != NONE))
    position = _position(table, c[at], t[at], d[at] < 0) - d[at]
    result[at] = _beginning(table, c[at], position)
    return result


def _position(table: Ints, c: Ints, t: Ints, is_start: Flags) -> Ints:
    """The working minutes before the last finish up to t, or before the last minute that begins up to t."""
    at = np.flatnonzero((c >= 0) & (t != NONE))
    t = t.copy()
    t[at] = np.clip(t[at], table[c[at] * HEADER], table[c[at] * HEADER + 1])
    result = work_of(table, c, t)
    at = at[is_start[at]]
    result[at] -= _beginning(table, c[at], result[at]) > t[at]
    return result


def _beginning(table: Ints, c: Ints, w: Ints) -> Ints:
    """`clock.start_at` for arrays; of a working minute that is not there the nearest one."""
    h = c * HEADER
    w = np.clip(w, 0, table[h + 5] - 1)
    position = table[table[h + 3] + (w >> BUCKET_SHIFT)]
    while (passed := table[position + 5] <= w).any():
        position = position + 3 * passed
    return table[position] + w - table[position + 2]


def latest_one(table: Numbers, c: int, t: int, d: int) -> int:
    """As `latest_before`, for one instant."""
    if t == NONE or c < 0 or d == 0:
        return t if t == NONE or c >= 0 else t - d
    return _beginning_one(table, c, position_one(table, c, t, d < 0) - d)


def position_one(table: Numbers, c: int, t: int, is_start: bool) -> int:
    """As `_position`, for one instant."""
    if t == NONE or c < 0:
        return 0 if t == NONE else t
    t = min(max(t, table[c * HEADER]), table[c * HEADER + 1])
    w = work(table, c, t)
    return w - (is_start and _beginning_one(table, c, w) > t)


def _beginning_one(table: Numbers, c: int, w: int) -> int:
    return start_at(table, c, min(max(w, 0), table[c * HEADER + 5] - 1))


def _lagged(frame: Frame, lag_cal: Ints, t: Ints, lag: Ints, now: Ints) -> Ints:
    """The instants a lag after t; a lead does not land before the data date."""
    at = np.flatnonzero((lag != 0) & (t != NONE))
    moved = instant_after(frame.table, lag_cal[at], t[at], lag[at])
    result = t.copy()
    result[at] = np.where(lag[at] < 0, np.maximum(moved, now[at]), moved)
    return result


def instant_after(table: Ints, c: Ints, t: Ints, d: Ints) -> Ints:
    """`clock.add` for arrays of calendars, instants and amounts other than 0, all of the same shape."""
    result = work_of(table, c, t) + d
    at = np.flatnonzero(c >= 0)
    if not len(at):
        return result
    header, target, after = c[at] * HEADER, result[at], d[at] > 0
    if ((target < 0) | (target > table[header + 5])).any():
        raise HorizonExceeded("A lag leads out of the calendars.")
    # The interval of the last minute done, or of the first one to do.
    minute = np.where(after, target - 1, target)
    position = table[table[header + 3] + (minute >> BUCKET_SHIFT)]
    while (passed := table[position + 5] <= minute).any():
        position = position + 3 * passed
    result[at] = table[position] + target - table[position + 2]
    return result


def driving_arcs(frame: Frame, web: Web, asked: Ints, early_start: Ints) -> Flags:
    """Which incoming arcs ask for exactly the early start of their successor (no work lies between). Shape (arcs,)."""
    successor = web.arcs.successor[web.incoming]
    start, c = early_start[successor], frame.calendar[successor]
    result: Flags = asked == start
    # Only what asks for an earlier instant can still be the same start, seen across a break.
    maybe = np.flatnonzero((asked != NONE) & (asked < start) & (frame.state[successor] != FINISHED))
    same = work_of(frame.table, c[maybe], asked[maybe]) == work_of(frame.table, c[maybe], start[maybe])
    result[maybe[same]] = True
    return result


def longest_path(network: Network, web: Web, early_finish: Ints, close: Ints, driving: Flags, speed: Speed) -> Flags:
    """Tasks from which driving links lead to the latest early finish of their project."""
    on_path = np.zeros(network.task_count, dtype=np.int64)
    on_path[web.order] = early_finish[web.order] == close[web.order]
    marks = values_at(on_path, speed)
    kept = np.flatnonzero(driving)
    first = pointers(web.arcs.successor[web.incoming[kept]], network.task_count)
    predecessor = web.arcs.predecessor[web.incoming[kept]]
    order = values_at(web.order, speed)
    at_speed(_walk_back, speed)(order, values_at(first, speed), values_at(predecessor, speed), marks)
    return np.array(marks, dtype=np.int64).astype(bool)


@kernel
def _walk_back(order: Numbers, first: Numbers, predecessor: Numbers, marks: Numbers) -> None:
    """Mark the predecessors, by driving arcs, of every marked task."""
    for n in range(len(order) - 1, -1, -1):
        i = order[n]
        if marks[i]:
            for k in range(first[i], first[i + 1]):
                marks[predecessor[k]] = 1
