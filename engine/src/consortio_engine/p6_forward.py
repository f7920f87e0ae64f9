"""
Forward pass by the rules of Primavera P6 under retained logic.

Kernels: `table` is the calendars' (see `clock`), `tasks`, `arcs` and `out` are columns in the order in which `prepare`
makes them. Arcs are sorted by successor.
"""

from consortio_engine.clock import add, is_working, next_start, prev_finish, work
from consortio_engine.codes import (
    ALAP,
    BEFORE_ALL,
    FF,
    FINISH_MILESTONE,
    FINISH_NO_EARLIER,
    FINISH_ON,
    FINISHED,
    FS,
    MUST_FINISH_ON,
    MUST_START_ON,
    NO_DATE,
    NOT_STARTED,
    SF,
    SS,
    START_MILESTONE,
    START_NO_EARLIER,
    START_ON,
    STARTED,
    Columns,
)
from consortio_engine.kernel import Numbers, kernel
from consortio_engine.p6_links import (
    after_lag,
    ff_finish,
    ff_held_finish,
    fs_start,
    sf_finish,
    sf_start_of_finished,
    ss_start,
)


@kernel
def p6_forward(table: Numbers, order: Numbers, tasks: Columns, arcs: Columns, out: Columns) -> None:
    """Write early and remaining dates, and per arc the start it asks of its successor."""
    (state, _, cal, _, _, _, _, constraint, _, _, _, _, _, _, _, expected, _, _) = tasks
    (first, other, link_type, lag, _) = arcs
    (_, early_finish, _, _, _, _, asked, now) = out
    for i in order:
        now[0] = i
        low, high = first[i], first[i + 1]
        best = BEFORE_ALL
        for k in range(low, high):
            if link_type[k] == FS and lag[k] == 0:
                start = early_finish[other[k]]
            else:
                start = asked_start(table, i, k, tasks, arcs, out)
            asked[k] = start
            best = max(best, start)
        chosen = low
        if high - low > 1 and asked[low] != best:
            chosen = first_driver(table, cal[i], state[i], low, best, asked)
        if state[i] == NOT_STARTED:
            _place_unstarted(table, i, chosen, high, tasks, arcs, out)
        else:
            _place_begun(table, i, best, tasks, out)
        if expected[i] != NO_DATE and state[i] != FINISHED and constraint[i] != ALAP:
            _expect_finish(table, i, tasks, arcs, out)


@kernel
def asked_start(table: Numbers, i: int, k: int, tasks: Columns, arcs: Columns, out: Columns) -> int:
    """The early start that arc k asks of its successor i."""
    (state, _, cal, span_cal, span, left, done, _, _, _, _, begun, ended, _, data_date, _, _, _) = tasks
    (_, other, link_type, lag, lag_cal) = arcs
    (early_start, early_finish, _, _, _, _, _, _) = out
    p, c, d, now = other[k], lag_cal[k], lag[k], data_date[i]
    before, after = state[p], state[i]
    if link_type[k] == FS:
        return fs_start(table, c, d, before, after, early_finish[p], ended[p], now)
    if link_type[k] == SS:
        return ss_start(table, c, d, before, after, early_start[p], begun[p], done[p], now)
    if link_type[k] == FF:
        if before == FINISHED and after == FINISHED:
            return early_finish[p]
        finish = ff_finish(table, c, d, before, after, early_finish[p], ended[p], now)
        return add(table, span_cal[i], finish, -left[i])
    if after == FINISHED:
        return sf_start_of_finished(table, c, d, before, early_start[p], cal[i], now)
    if after == NOT_STARTED:
        start = after_lag(table, c, add(table, span_cal[i], early_start[p], -span[i]), d, now)
        return min(start, now) if before == STARTED else start
    planned = add(table, span_cal[i], begun[i], span[i])
    finish = sf_finish(table, c, d, before, early_start[p], begun[p], planned, now)
    if finish == NO_DATE:
        return early_start[p]
    return add(table, span_cal[i], finish, -left[i])


@kernel
def first_driver(table: Numbers, c: int, state: int, low: int, best: int, asked: Numbers) -> int:
    """The first arc that asks for the latest start; starts with no work between them are the same start."""
    bound = best
    if state != FINISHED:
        bound = prev_finish(table, c, best)
    k = low
    while asked[k] < bound:
        k += 1
    return k


@kernel
def _place_unstarted(
    table: Numbers, i: int, chosen: int, high: int, tasks: Columns, arcs: Columns, out: Columns
) -> None:
    """Write the early dates of a task that has not started; `chosen` is the arc that drives it, if below `high`."""
    (_, kind, cal, span_cal, span, _, _, rule, at, _, _, _, _, opening, data_date, _, external, _) = tasks
    held = NO_DATE
    if chosen < high:
        start = out[6][chosen]
        if start < opening[i]:
            start = opening[i]
        else:
            held = held_finish(table, i, chosen, tasks, arcs, out)
    elif rule[i] == START_NO_EARLIER:
        start = max(at[i], data_date[i])
    elif rule[i] == FINISH_NO_EARLIER:
        held = at[i] if is_working(table, cal[i], at[i]) else next_start(table, cal[i], at[i])
        start = add(table, span_cal[i], held, -span[i])
    else:
        start = opening[i]
    if rule[i] > ALAP:
        start, held = _constrained(table, rule[i], at[i], start, held, kind[i], cal[i], span_cal[i], span[i])
    if kind[i] != FINISH_MILESTONE or start != prev_finish(table, cal[i], start):
        start = next_start(table, cal[i], start)
    if kind[i] == START_MILESTONE:
        held = start
    if external[i] != NO_DATE and external[i] > start:
        start, held = external[i], NO_DATE
    finish = add(table, span_cal[i], start, span[i]) if held == NO_DATE else held
    out[0][i], out[1][i], out[4][i], out[5][i] = start, finish, start, finish


@kernel
def held_finish(table: Numbers, i: int, k: int, tasks: Columns, arcs: Columns, out: Columns) -> int:
    """The finish that the driving arc hands over as it is, or NO_DATE."""
    (state, _, cal, _, _, _, _, _, _, _, _, _, _, _, data_date, _, _, _) = tasks
    (_, other, link_type, lag, lag_cal) = arcs
    p = other[k]
    if link_type[k] == FF:
        finish = after_lag(table, lag_cal[k], out[1][p], lag[k], data_date[i])
        return ff_held_finish(table, cal[i], lag[k], state[p], state[i], finish)
    if link_type[k] == SF and lag[k] != 0 and state[p] == NOT_STARTED and out[6][k] > data_date[i]:
        return after_lag(table, lag_cal[k], out[0][p], lag[k], data_date[i])
    return NO_DATE


@kernel
def _constrained(
    table: Numbers, rule: int, at: int, start: int, held: int, kind: int, c: int, span_cal: int, span: int
) -> tuple[int, int]:
    """Early start and held finish after the task's own constraint; "no later" and secondary ones bound late dates."""
    if rule == START_NO_EARLIER and start < at:
        return _with_time_of_day(table, c, at, start), NO_DATE
    if rule == START_ON and start < at:
        return next_start(table, c, at), NO_DATE
    if rule == MUST_START_ON:
        return at, NO_DATE
    if rule != FINISH_NO_EARLIER and rule != MUST_FINISH_ON and rule != FINISH_ON:
        return start, held
    bound = add(table, span_cal, at, -span)
    if rule == MUST_FINISH_ON:
        return bound, at
    if bound <= start:
        return start, held
    if rule == FINISH_NO_EARLIER:
        return bound, NO_DATE
    return bound, bound if kind == FINISH_MILESTONE else prev_finish(table, c, at)


@kernel
def _with_time_of_day(table: Numbers, c: int, at: int, start: int) -> int:
    """A date without a time takes the time of day of the start that it replaces, if that is working time."""
    if at % 1440 == 0 and start % 1440 != 0:
        moved = at + start % 1440
        if next_start(table, c, moved) < at + 1440:
            return moved
    return at


@kernel
def _place_begun(table: Numbers, i: int, asked: int, tasks: Columns, out: Columns) -> None:
    """Write the early dates of a task with an actual start; `asked` is BEFORE_ALL when no arc asks anything."""
    (state, _, cal, span_cal, span, left, done, _, _, _, _, begun, _, opening, data_date, _, external, _) = tasks
    if state[i] == FINISHED:
        start = data_date[i] if asked == BEFORE_ALL else max(asked, opening[i])
    elif asked != BEFORE_ALL:
        start = next_start(table, cal[i], max(asked, opening[i]))
    else:
        start = next_start(table, cal[i], data_date[i])
        if done[i] > 0 and left[i] > 0:
            # By its at-completion duration; what is left never lies before the data date.
            planned = add(table, span_cal[i], begun[i], span[i])
            start = max(start, add(table, span_cal[i], planned, -left[i]))
    if external[i] != NO_DATE and external[i] > start:
        start = external[i]
    finish = add(table, span_cal[i], start, left[i])
    out[0][i], out[1][i] = start, finish
    if state[i] == STARTED:
        out[4][i], out[5][i] = start, finish
        _update_span(table, i, tasks, finish)


@kernel
def _update_span(table: Numbers, i: int, tasks: Columns, finish: int) -> None:
    """The at-completion duration of a started task, from where its finish now lies."""
    (_, _, _, span_cal, span, left, done, _, _, _, _, begun, _, _, _, _, _, _) = tasks
    if done[i] == 0:
        span[i] = left[i]
    elif left[i] == 0:
        span[i] = done[i]
    else:
        span[i] = work(table, span_cal[i], finish) - work(table, span_cal[i], begun[i])


@kernel
def _expect_finish(table: Numbers, i: int, tasks: Columns, arcs: Columns, out: Columns) -> None:
    """Let an expected finish decide what is left, unless it lies too early or links drive the finish."""
    (state, _, cal, span_cal, _, left, _, _, _, _, _, _, _, _, data_date, expected, _, _) = tasks
    (first, _, link_type, _, _) = arcs
    finish = expected[i]
    if finish < out[0][i] or finish < data_date[i]:
        return
    for k in range(first[i], first[i + 1]):
        if link_type[k] == FF or link_type[k] == SF:
            return
    if work(table, cal[i], finish) == work(table, cal[i], out[1][i]):
        return
    out[1][i], out[5][i] = finish, finish
    left[i] = work(table, span_cal[i], finish) - work(table, span_cal[i], out[4][i])
    if state[i] == STARTED:
        _update_span(table, i, tasks, finish)
