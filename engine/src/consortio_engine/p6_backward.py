"""
Backward pass by the rules of Primavera P6 under retained logic.

Kernels: `table` is the calendars' (see `clock`), `tasks`, `arcs` and `out` are columns in the order in which `prepare`
makes them. Arcs are sorted by predecessor. A late start is `held` when a link hands it over as it is; otherwise it
follows from the late finish and the remaining duration.
"""

from consortio_engine.clock import add, is_working, next_start, prev_finish
from consortio_engine.codes import (
    AFTER_ALL,
    ALAP,
    FF,
    FINISH_MILESTONE,
    FINISH_NO_LATER,
    FINISH_ON,
    FINISHED,
    FS,
    MUST_FINISH_ON,
    MUST_START_ON,
    NO_DATE,
    NOT_STARTED,
    SS,
    START_MILESTONE,
    START_NO_LATER,
    START_ON,
    Columns,
)
from consortio_engine.kernel import Numbers, kernel
from consortio_engine.p6_links import (
    ff_late_finish,
    fs_late_finish,
    sf_held_start,
    sf_late_finish,
    ss_held_start,
    ss_late_start,
)


@kernel
def p6_backward(
    table: Numbers, order: Numbers, tasks: Columns, arcs: Columns, out: Columns, close: Numbers, must: Numbers,
    end: Numbers,
) -> None:  # fmt: skip
    """
    Write late dates, and push as-late-as-possible tasks towards their successors.

    Args:
        close: (tasks,), where late dates begin: the project's must-finish-by or its latest early finish.
        must: (tasks,), the project's must-finish-by, or NO_DATE.
        end: (tasks,), the later of must-finish-by and latest early finish, for open ends pushed late.
    """
    (state, kind, cal, span_cal, _, left, _, constraint, _, _, _, _, _, _, _, _, _, external) = tasks
    for n in range(len(order) - 1, -1, -1):
        i = order[n]
        out[7][0] = i
        finish, held = _bound_by_links(table, i, tasks, arcs, out, close[i], must[i])
        if state[i] != FINISHED:
            finish, held = _bound_by_constraints(table, i, finish, held, tasks)
            if kind[i] != START_MILESTONE:
                finish = prev_finish(table, cal[i], finish)
        if external[i] != NO_DATE and external[i] < finish:
            finish = external[i]
        start = held
        if held == NO_DATE:
            start = add(table, span_cal[i], finish, -left[i])
            if left[i] > 0 and kind[i] != START_MILESTONE and kind[i] != FINISH_MILESTONE:
                start = next_start(table, cal[i], start)
        out[2][i], out[3][i] = start, finish
        if constraint[i] == ALAP:
            _push_late(table, i, tasks, arcs, out, end[i])


@kernel
def _bound_by_links(
    table: Numbers, i: int, tasks: Columns, arcs: Columns, out: Columns, close: int, must: int
) -> tuple[int, int]:
    """The late finish and held late start that the successors of task i leave; open ends take the project's."""
    (state, _, cal, span_cal, _, left, _, _, _, _, _, _, _, _, _, _, _, external) = tasks
    (first, other, link_type, lag, _) = arcs
    if first[i] == first[i + 1]:
        if state[i] == FINISHED:
            return close, NO_DATE
        if external[i] != NO_DATE:
            return external[i], NO_DATE
        if must != NO_DATE and not is_working(table, cal[i], must):
            return prev_finish(table, cal[i], must), NO_DATE
        return close, NO_DATE
    best, held = AFTER_ALL, NO_DATE
    for k in range(first[i], first[i + 1]):
        kept = NO_DATE
        if link_type[k] == SS:
            start, kept = _bound_by_start(table, i, k, tasks, arcs, out)
            finish = add(table, span_cal[i], start, left[i])
        else:
            finish, kept = _bound_by_finish(table, i, k, tasks, arcs, out)
        if finish < best:
            best, held = finish, kept
    if best > close:
        return prev_finish(table, cal[i], close), NO_DATE
    return best, NO_DATE if state[i] == FINISHED else held


@kernel
def _bound_by_start(table: Numbers, i: int, k: int, tasks: Columns, arcs: Columns, out: Columns) -> tuple[int, int]:
    """The late start that a start-to-start arc leaves, and the held one."""
    (state, kind, cal, _, _, left, done, _, _, _, _, begun, _, _, data_date, _, _, _) = tasks
    (_, other, _, lag, lag_cal) = arcs
    s = other[k]
    before, after = state[i], state[s]
    if before != NOT_STARTED:
        # Nothing left to do counts as finished here, except for milestones.
        if left[i] == 0 and kind[i] != START_MILESTONE and kind[i] != FINISH_MILESTONE:
            before = FINISHED
        if after != NOT_STARTED and left[s] == 0 and kind[s] != START_MILESTONE and kind[s] != FINISH_MILESTONE:
            after = FINISHED
    start = ss_late_start(table, lag_cal[k], lag[k], before, after, out[2][s], begun[i], done[i], cal[i], data_date[i])
    return start, ss_held_start(table, lag_cal[k], lag[k], before, after, out[2][s], done[i], cal[i])


@kernel
def _bound_by_finish(table: Numbers, i: int, k: int, tasks: Columns, arcs: Columns, out: Columns) -> tuple[int, int]:
    """The late finish that any other arc leaves, and the held late start."""
    (state, _, cal, span_cal, span, left, done, _, _, _, _, begun, ended, _, data_date, _, _, _) = tasks
    (_, other, link_type, lag, lag_cal) = arcs
    s, c, d, now = other[k], lag_cal[k], lag[k], data_date[i]
    before, after = state[i], state[s]
    if link_type[k] == FS:
        finish = fs_late_finish(table, c, d, before, after, out[2][s], ended[i], done[s], cal[i], now)
        return finish, NO_DATE
    if link_type[k] == FF:
        return ff_late_finish(table, c, d, before, after, out[3][s], ended[i], now), NO_DATE
    late = out[3][s]
    finish = sf_late_finish(table, c, d, before, after, late, begun[i], span_cal[i], span[i], left[i], now)
    return finish, sf_held_start(table, c, d, before, after, late)


@kernel
def _bound_by_constraints(table: Numbers, i: int, finish: int, held: int, tasks: Columns) -> tuple[int, int]:
    """Late finish and held late start after both constraints of an unfinished task."""
    (state, _, cal, span_cal, span, _, _, constraint, at, second, second_at, _, _, _, _, _, _, _) = tasks
    rule, date = constraint[i], at[i]
    if state[i] == NOT_STARTED and (rule == START_ON or rule == MUST_START_ON):
        latest = add(table, span_cal[i], date, span[i])
        if rule == MUST_START_ON:
            finish, held = latest, NO_DATE
        elif finish > latest:
            finish, held = latest, date if held != NO_DATE else NO_DATE
    elif rule == MUST_FINISH_ON:
        finish, held = date, NO_DATE
    elif rule == START_NO_LATER:
        latest = add(table, span_cal[i], date, span[i])
        if finish > latest:
            finish, held = latest, NO_DATE
    elif (rule == FINISH_ON or rule == FINISH_NO_LATER) and finish > date:
        finish, held = date, NO_DATE
    if second[i] == START_NO_LATER:
        latest = add(table, span_cal[i], second_at[i], span[i])
        if finish > latest:
            finish, held = latest, second_at[i] if held != NO_DATE else NO_DATE
    elif second[i] == FINISH_NO_LATER and finish > second_at[i]:
        finish, held = second_at[i], NO_DATE
    return finish, held


@kernel
def _push_late(table: Numbers, i: int, tasks: Columns, arcs: Columns, out: Columns, end: int) -> None:
    """Move the early dates of an as-late-as-possible task to where its successors' early dates still allow."""
    (state, kind, cal, span_cal, span, left, _, _, _, _, _, _, _, _, _, _, _, _) = tasks
    (first, _, _, _, _) = arcs
    if first[i] == first[i + 1]:
        finish = prev_finish(table, cal[i], end)
        start = add(table, span_cal[i], finish, -left[i])
    else:
        start = AFTER_ALL
        for k in range(first[i], first[i + 1]):
            start = min(start, _latest_start(table, i, k, tasks, arcs, out))
        if start == AFTER_ALL:
            return
        if state[i] != FINISHED and kind[i] == FINISH_MILESTONE:
            start = prev_finish(table, cal[i], start)
        finish = add(table, span_cal[i], start, left[i])
    out[0][i], out[1][i] = start, finish
    if state[i] != FINISHED:
        out[4][i], out[5][i] = start, finish


@kernel
def _latest_start(table: Numbers, i: int, k: int, tasks: Columns, arcs: Columns, out: Columns) -> int:
    """The start that one arc allows a task that is as late as possible; AFTER_ALL for start-to-finish."""
    (state, _, cal, span_cal, _, left, _, _, _, _, _, _, _, _, data_date, _, _, _) = tasks
    (_, other, link_type, lag, lag_cal) = arcs
    s = other[k]
    if link_type[k] == SS:
        return next_start(table, cal[i], add(table, lag_cal[k], out[0][s], -lag[k]))
    if link_type[k] == FF:
        return add(table, span_cal[i], add(table, lag_cal[k], out[1][s], -lag[k]), -left[i])
    if link_type[k] != FS:
        return AFTER_ALL
    if state[i] == FINISHED:
        return next_start(table, cal[i], data_date[i]) if state[s] == NOT_STARTED else data_date[i]
    start = add(table, lag_cal[k], add(table, span_cal[i], out[0][s], -left[i]), -lag[k])
    if state[i] == NOT_STARTED and state[s] == NOT_STARTED and not is_working(table, cal[i], start):
        return next_start(table, cal[i], start)
    return start
