"""
Forward and backward pass by the rules of Microsoft Project.

Kernels: `table` is the calendars' (see `clock`), `tasks`, `arcs` and `out` are columns in the order in which `prepare`
makes them: each kernel unpacks them first. Arcs are sorted by the task they are looked up from.
"""

from consortio_engine.clock import add, next_start, prev_finish
from consortio_engine.codes import (
    ALAP,
    BEFORE_ALL,
    FF,
    FINISH_MILESTONE,
    FINISH_NO_EARLIER,
    FINISH_NO_LATER,
    FINISH_ON,
    FINISHED,
    FS,
    MILESTONE,
    MUST_FINISH_ON,
    MUST_START_ON,
    NO_DATE,
    NOT_STARTED,
    SS,
    START_NO_EARLIER,
    START_NO_LATER,
    START_ON,
    STARTED,
    Columns,
)
from consortio_engine.kernel import Numbers, kernel


@kernel
def msp_forward(table: Numbers, order: Numbers, tasks: Columns, arcs: Columns, out: Columns, is_second: bool) -> None:
    """
    Write early dates, and per arc the start it asks of its successor.

    Args:
        is_second: as-late-as-possible predecessors now drive the others from their late dates.
    """
    (
        state,
        manual,
        kind,
        cal,
        span_cal,
        span,
        left,
        done,
        constraint,
        at,
        begun,
        ended,
        opening,
        delay,
        _,
        set_start,
        set_finish,
    ) = tasks
    (first, other, link_type, lag, lag_cal) = arcs
    (early_start, early_finish, late_start, late_finish, _, asked, now) = out
    for i in order:
        now[0] = i
        if manual[i]:
            early_start[i], early_finish[i] = set_start[i], set_finish[i]
            continue
        if state[i] != NOT_STARTED:
            early_start[i] = begun[i]
            early_finish[i] = _finish_of_started(table, i, tasks)
            continue
        best = BEFORE_ALL
        for k in range(first[i], first[i + 1]):
            p = other[k]
            if is_second and constraint[p] == ALAP and constraint[i] != ALAP:
                start, finish = late_start[p], late_finish[p]
            else:
                start, finish = early_start[p], early_finish[p]
            if link_type[k] == FS:
                candidate = add(table, lag_cal[k], finish, lag[k])
            elif link_type[k] == SS:
                candidate = add(table, lag_cal[k], start, lag[k])
            elif link_type[k] == FF:
                candidate = add(table, lag_cal[k], add(table, span_cal[i], finish, -left[i]), lag[k])
                candidate = max(candidate, opening[i])
            else:
                candidate = add(table, lag_cal[k], add(table, span_cal[i], start, -span[i]), lag[k])
            asked[k] = candidate
            best = max(best, candidate)
        _place(table, i, best, tasks, out)


@kernel
def _finish_of_started(table: Numbers, i: int, tasks: Columns) -> int:
    (state, _, _, _, span_cal, span, _, _, constraint, at, begun, ended, _, _, _, _, _) = tasks
    if state[i] == FINISHED:
        return ended[i]
    finish = add(table, span_cal[i], begun[i], span[i])
    if constraint[i] == FINISH_NO_EARLIER:
        return max(finish, at[i])
    return finish


@kernel
def _place(table: Numbers, i: int, asked: int, tasks: Columns, out: Columns) -> None:
    """Write the early dates of a task that has not started, from what its links ask (BEFORE_ALL: it has none)."""
    (_, _, kind, cal, span_cal, span, _, _, constraint, at, _, _, opening, delay, _, _, _) = tasks
    rule, finish = constraint[i], NO_DATE
    if asked != BEFORE_ALL:
        start = asked
    elif rule == START_NO_EARLIER:
        start = at[i]
    elif rule == FINISH_NO_EARLIER:
        finish = at[i]
        start = add(table, span_cal[i], finish, -span[i])
    else:
        start = _resting_start(table, cal[i], kind[i], opening[i]) + delay[i]
    start = _resting_start(table, cal[i], kind[i], start)
    if rule > ALAP:
        start = _constrained(table, rule, at[i], start, span_cal[i], span[i])
        if rule == MUST_FINISH_ON or rule == FINISH_ON:
            finish = at[i]
    out[0][i] = start
    out[1][i] = add(table, span_cal[i], start, span[i]) if finish == NO_DATE else finish


@kernel
def _resting_start(table: Numbers, c: int, kind: int, t: int) -> int:
    """The next start of work; a milestone may stay at the end of a period."""
    start = next_start(table, c, t)
    if start > t and MILESTONE <= kind <= FINISH_MILESTONE and prev_finish(table, c, t) == t:
        return t
    return start


@kernel
def _constrained(table: Numbers, rule: int, at: int, start: int, c: int, span: int) -> int:
    """The early start when constraints are honoured before links."""
    if rule == START_NO_EARLIER:
        return max(start, at)
    if rule == START_NO_LATER:
        return min(start, at)
    if rule == MUST_START_ON or rule == START_ON:
        return at
    bound = add(table, c, at, -span)
    if rule == FINISH_NO_EARLIER:
        return max(start, bound)
    if rule == FINISH_NO_LATER:
        return min(start, bound)
    return bound


@kernel
def msp_backward(table: Numbers, order: Numbers, tasks: Columns, arcs: Columns, out: Columns, close: Numbers) -> None:
    """
    Write late dates.

    Args:
        close: (tasks,), the latest early finish of each task's project.
    """
    (state, manual, kind, cal, span_cal, span, left, _, constraint, at, begun, ended, _, _, deadline, _, _) = tasks
    (_, _, late_start, late_finish, linked_start, _, now) = out
    for n in range(len(order) - 1, -1, -1):
        i = order[n]
        now[0] = i
        if state[i] == FINISHED:
            finish = ended[i]
        else:
            finish = _bound_by_links(table, i, tasks, arcs, out, close[i])
            finish = _bound_by_constraint(table, constraint[i], at[i], finish, span_cal[i], span[i])
            if deadline[i] != NO_DATE:
                finish = min(finish, deadline[i])
            finish = prev_finish(table, cal[i], finish)
        start = add(table, span_cal[i], finish, -(span[i] if manual[i] else left[i]))
        linked_start[i], late_finish[i] = start, finish
        if state[i] == FINISHED or (state[i] == STARTED and not manual[i]):
            start = begun[i]
        late_start[i] = start


@kernel
def _bound_by_links(table: Numbers, i: int, tasks: Columns, arcs: Columns, out: Columns, close: int) -> int:
    """The late finish that the unfinished successors of task i leave; the project's finish without any."""
    (state, _, kind, _, span_cal, span, _, _, _, _, begun, _, _, _, _, _, _) = tasks
    (first, other, link_type, lag, lag_cal) = arcs
    (_, _, _, late_finish, linked_start, _, _) = out
    best, has_successor = close, False
    for k in range(first[i], first[i + 1]):
        s = other[k]
        if state[s] == FINISHED:
            continue
        has_successor = True
        if link_type[k] == FS:
            finish = add(table, lag_cal[k], linked_start[s], -lag[k])
        elif link_type[k] == FF:
            finish = add(table, lag_cal[k], late_finish[s], -lag[k])
        elif link_type[k] == SS:
            finish = _bound_by_start(table, i, k, tasks, arcs, out, close)
        else:
            finish = add(table, lag_cal[k], add(table, span_cal[i], late_finish[s], span[i]), -lag[k])
        best = min(best, finish)
    if has_successor and state[i] == STARTED and span[i] == 0 and MILESTONE <= kind[i] <= FINISH_MILESTONE:
        return begun[i]
    return best


@kernel
def _bound_by_start(table: Numbers, i: int, k: int, tasks: Columns, arcs: Columns, out: Columns, close: int) -> int:
    """The late finish that a start-to-start link leaves: none that matters once the predecessor has started."""
    (state, manual, _, cal, span_cal, span, _, done, _, _, begun, _, _, _, _, _, _) = tasks
    (first, other, _, lag, lag_cal) = arcs
    (_, _, late_start, late_finish, _, _, _) = out
    s = other[k]
    is_last = first[s] == first[s + 1]
    if state[i] != NOT_STARTED:
        return close
    if state[s] == NOT_STARTED:
        if manual[i]:
            return late_finish[s] if is_last else close
        start = add(table, lag_cal[k], next_start(table, cal[i], late_start[s]), -lag[k])
    elif is_last:
        return close
    else:
        start = add(table, span_cal[s], begun[s], done[s])
    return add(table, span_cal[i], start, span[i])


@kernel
def _bound_by_constraint(table: Numbers, rule: int, at: int, finish: int, c: int, span: int) -> int:
    """The late finish after the task's own constraint."""
    if rule == MUST_START_ON:
        return add(table, c, at, span)
    if rule == MUST_FINISH_ON or rule == FINISH_ON:
        return at
    if rule == START_NO_LATER:
        return min(finish, add(table, c, at, span))
    if rule == FINISH_NO_LATER:
        return min(finish, at)
    return finish
