"""
What one link asks, by the rules of Primavera P6 under retained logic.

`before` and `after` are the states of predecessor and successor. Early dates of finished tasks lie at the data date;
`lag_cal` counts the lag, and a lead never lands before the data date `now`.
"""

from consortio_engine.clock import add, is_working, next_start, prev_finish, work
from consortio_engine.codes import FINISHED, NO_DATE, NOT_STARTED, STARTED
from consortio_engine.kernel import Numbers, kernel


@kernel
def after_lag(table: Numbers, lag_cal: int, t: int, lag: int, now: int) -> int:
    """The instant a lag after t; with a lead, not before the data date."""
    moved = add(table, lag_cal, t, lag)
    if lag < 0 and moved < now:
        return now
    return moved


@kernel
def lag_left(table: Numbers, lag_cal: int, lag: int, since: int, now: int) -> int:
    """What is left, at the data date, of a lag that began to run at an actual date; never negative."""
    if since > now:
        return max(lag, 0)
    return max(lag - work(table, lag_cal, now) + work(table, lag_cal, since), 0)


@kernel
def fs_start(
    table: Numbers, lag_cal: int, lag: int, before: int, after: int, finish: int, finished_at: int, now: int
) -> int:
    """The start that finish-to-start asks; `finish` is the predecessor's early, `finished_at` its actual finish."""
    if before != FINISHED:
        return after_lag(table, lag_cal, finish, lag, now)
    if after == FINISHED or lag <= 0:
        return finish
    return add(table, lag_cal, finish, lag_left(table, lag_cal, lag, finished_at, now))


@kernel
def ss_start(
    table: Numbers, lag_cal: int, lag: int, before: int, after: int, start: int, begun: int, done: int, now: int
) -> int:
    """The start that start-to-start asks; `begun` and `done` are the predecessor's actual start and duration."""
    if before == NOT_STARTED:
        if after == NOT_STARTED and lag == 0:
            return next_start(table, lag_cal, start)
        return after_lag(table, lag_cal, start, lag, now)
    if after == FINISHED:
        return start
    if before == FINISHED:
        if after == STARTED and lag <= 0:
            return start
        moved = after_lag(table, lag_cal, begun, lag, now)
        if moved < now or (lag < 0 and moved == now):
            return start
        return moved
    if lag <= 0 or done >= lag or (after == NOT_STARTED and done == 0):
        return start
    return add(table, lag_cal, start, lag - done)


@kernel
def ff_finish(table: Numbers, lag_cal: int, lag: int, before: int, finish: int, finished_at: int, now: int) -> int:
    """The finish that finish-to-finish asks of an unfinished successor."""
    if before == FINISHED:
        return after_lag(table, lag_cal, finished_at, lag, now)
    return after_lag(table, lag_cal, finish, lag, now)


@kernel
def ff_held_finish(table: Numbers, own: int, c: int, lag: int, before: int, after: int, finish: int) -> int:
    """The finish that the successor takes over as it is, or NO_DATE: it then follows from its start."""
    if before != NOT_STARTED or after != NOT_STARTED or lag > 0:
        return NO_DATE
    if lag == 0 and not is_working(table, own, finish):
        return next_start(table, c, finish)
    return finish


@kernel
def sf_finish(
    table: Numbers, lag_cal: int, lag: int, before: int, start: int, begun: int, planned: int, now: int
) -> int:
    """
    The finish that start-to-finish asks of a started successor, or NO_DATE: it starts with its predecessor.

    `planned` is the successor's finish by its own duration, `begun` the predecessor's actual start.
    """
    if before == NOT_STARTED:
        return planned if lag <= 0 else add(table, lag_cal, start, lag)
    left = lag_left(table, lag_cal, lag, begun, now)
    if left == 0:
        return NO_DATE
    return add(table, lag_cal, start, left)


@kernel
def sf_start_of_finished(table: Numbers, lag_cal: int, lag: int, before: int, start: int, c: int, now: int) -> int:
    """The early start that start-to-finish leaves for a successor that is finished."""
    if lag == 0:
        return start
    if before == STARTED:
        return next_start(table, c, now)
    moved = after_lag(table, lag_cal, start, lag, now)
    return min(moved, now) if before == FINISHED else moved


@kernel
def fs_late_finish(
    table: Numbers, lag_cal: int, lag: int, before: int, after: int, start: int, finished_at: int, done: int,
    c: int, now: int,
) -> int:  # fmt: skip
    """The late finish that finish-to-start leaves; `start` is the successor's late start, `done` its actual duration."""
    if before == FINISHED:
        if after == STARTED:
            return add(table, lag_cal, start, -lag) if done == 0 else start
        return add(table, lag_cal, start, -lag_left(table, lag_cal, lag, finished_at, now))
    if after == FINISHED or (before == STARTED and after == STARTED and lag < 0 and done != 0):
        return start
    finish = add(table, lag_cal, start, -lag)
    if lag == 0 and before == NOT_STARTED and after == NOT_STARTED and not is_working(table, c, finish):
        return prev_finish(table, c, finish)
    return finish


@kernel
def ff_late_finish(
    table: Numbers, lag_cal: int, lag: int, before: int, after: int, finish: int, finished_at: int, now: int
) -> int:
    """The late finish that finish-to-finish leaves; `finish` is the successor's late finish."""
    if before != FINISHED:
        return add(table, lag_cal, finish, -lag)
    if after == STARTED:
        return finish
    return add(table, lag_cal, finish, -lag_left(table, lag_cal, lag, finished_at, now))


@kernel
def ss_late_start(
    table: Numbers, lag_cal: int, lag: int, before: int, after: int, start: int, begun: int, done: int,
    c: int, opening: int, now: int,
) -> int:  # fmt: skip
    """
    The late start that start-to-start leaves; `start` is the successor's late start, `opening` where the predecessor begins.

    Here `before` and `after` count a task without remaining work as finished.
    """
    if before == NOT_STARTED:
        if after != NOT_STARTED:
            return add(table, lag_cal, start, -lag)
        if lag == 0:
            return nearest(table, c, opening, start)
        return next_start(table, opening, add(table, lag_cal, start, -lag))
    if before == FINISHED:
        if after == STARTED:
            return start
        return add(table, lag_cal, start, -lag_left(table, lag_cal, lag, begun, now))
    if after == FINISHED or lag <= 0 or done >= lag:
        return start
    return add(table, lag_cal, start, done - lag)


@kernel
def ss_held_start(
    table: Numbers, lag_cal: int, lag: int, before: int, after: int, start: int, done: int, c: int, opening: int
) -> int:
    """The late start that the predecessor takes over as it is, or NO_DATE: it then follows from its late finish."""
    if before == NOT_STARTED:
        if after != NOT_STARTED or lag > 0:
            return NO_DATE
        return nearest(table, c, opening, start) if lag == 0 else add(table, lag_cal, start, -lag)
    if before == STARTED:
        if after == FINISHED and lag >= 0:
            return start
        if after == STARTED and lag > 0 and done >= lag:
            return start
    return NO_DATE


@kernel
def nearest(table: Numbers, c: int, opening: int, t: int) -> int:
    """t if it is working time, else the closer of the end of work before and the next start of its own (a tie: that)."""
    if is_working(table, c, t):
        return t
    ended, starts = prev_finish(table, c, t), next_start(table, opening, t)
    return ended if t - ended < starts - t else starts


@kernel
def sf_late_finish(
    table: Numbers, lag_cal: int, lag: int, before: int, after: int, finish: int, begun: int,
    c: int, span: int, left: int, now: int,
) -> int:  # fmt: skip
    """The late finish that start-to-finish leaves; `finish` is the successor's late finish, the rest the predecessor's."""
    if before == FINISHED and after == FINISHED:
        return finish
    if before == STARTED and after == NOT_STARTED:
        return add(table, c, finish, left)
    if before == STARTED and after == FINISHED:
        rest = lag_left(table, lag_cal, lag, begun, now)
        if rest == 0:
            return add(table, c, finish, left)
        return add(table, lag_cal, add(table, c, finish, span), -rest)
    return add(table, lag_cal, add(table, c, finish, span), -lag)


@kernel
def sf_held_start(table: Numbers, lag_cal: int, lag: int, before: int, after: int, finish: int) -> int:
    """As `ss_held_start`, for start-to-finish."""
    if before == NOT_STARTED and after == STARTED and lag <= 0:
        return add(table, lag_cal, finish, -lag)
    if before == STARTED and after == NOT_STARTED and lag > 0:
        return finish
    return NO_DATE
