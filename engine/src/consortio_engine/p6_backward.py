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
    ArcColumns,
    Dates,
    P6Tasks,
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
    table: Numbers, order: Numbers, tasks: P6Tasks, arcs: ArcColumns, out: Dates, close: Numbers, must: Numbers,
    end: Numbers,
) -> None:  # fmt: skip
    """
    Write late dates, and push as-late-as-possible tasks towards their successors.

    Args:
        close: (tasks,), where late dates begin: the project's must-finish-by or its latest early finish.
        must: (tasks,), the project's must-finish-by, or NO_DATE.
        end: (tasks,), the later of must-finish-by and latest early finish, for open ends pushed late.
    """
    for n in range(len(order) - 1, -1, -1):
        i = order[n]
        out.now[0] = i
        finish, held = _bound_by_links(table, i, tasks, arcs, out, close[i], must[i])
        if tasks.state[i] != FINISHED:
            finish, held = _bound_by_constraints(table, i, finish, held, tasks)
            if tasks.kind[i] != START_MILESTONE:
                finish = prev_finish(table, tasks.calendar[i], finish)
        if tasks.external_finish[i] != NO_DATE and tasks.external_finish[i] < finish:
            finish = tasks.external_finish[i]
        start = held
        if held == NO_DATE:
            start = add(table, tasks.span_calendar[i], finish, -tasks.left[i])
            if tasks.left[i] > 0 and tasks.kind[i] != START_MILESTONE and tasks.kind[i] != FINISH_MILESTONE:
                start = next_start(table, tasks.calendar[i], start)
        out.late_start[i], out.late_finish[i] = start, finish
        if tasks.constraint[i] == ALAP:
            _push_late(table, i, tasks, arcs, out, end[i])


@kernel
def _bound_by_links(
    table: Numbers, i: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates, close: int, must: int
) -> tuple[int, int]:
    """The late finish and held late start that the successors of task i leave; open ends take the project's."""
    if arcs.first[i] == arcs.first[i + 1]:
        if tasks.state[i] == FINISHED:
            return close, NO_DATE
        if tasks.external_finish[i] != NO_DATE:
            return tasks.external_finish[i], NO_DATE
        if must != NO_DATE and not is_working(table, tasks.calendar[i], must):
            return prev_finish(table, tasks.calendar[i], must), NO_DATE
        return close, NO_DATE
    best, held = AFTER_ALL, NO_DATE
    for k in range(arcs.first[i], arcs.first[i + 1]):
        kept = NO_DATE
        if arcs.type[k] == SS:
            start, kept = _bound_by_start(table, i, k, tasks, arcs, out)
            finish = add(table, tasks.span_calendar[i], start, tasks.left[i])
        else:
            finish, kept = _bound_by_finish(table, i, k, tasks, arcs, out)
        if finish < best:
            best, held = finish, kept
    if best > close:
        return prev_finish(table, tasks.calendar[i], close), NO_DATE
    return best, NO_DATE if tasks.state[i] == FINISHED else held


@kernel
def _bound_by_start(table: Numbers, i: int, k: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates) -> tuple[int, int]:
    """The late start that a start-to-start arc leaves, and the held one."""
    s = arcs.other[k]
    before, after = tasks.state[i], tasks.state[s]
    if before != NOT_STARTED:
        # Nothing left to do counts as finished here, except for milestones.
        if tasks.left[i] == 0 and tasks.kind[i] != START_MILESTONE and tasks.kind[i] != FINISH_MILESTONE:
            before = FINISHED
        if (
            after != NOT_STARTED
            and tasks.left[s] == 0
            and tasks.kind[s] != START_MILESTONE
            and tasks.kind[s] != FINISH_MILESTONE
        ):
            after = FINISHED
    start = ss_late_start(
        table,
        arcs.lag_calendar[k],
        arcs.lag[k],
        before,
        after,
        out.late_start[s],
        tasks.begun[i],
        tasks.done[i],
        tasks.calendar[i],
        tasks.data_date[i],
    )
    return start, ss_held_start(
        table, arcs.lag_calendar[k], arcs.lag[k], before, after, out.late_start[s], tasks.done[i], tasks.calendar[i]
    )


@kernel
def _bound_by_finish(table: Numbers, i: int, k: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates) -> tuple[int, int]:
    """The late finish that any other arc leaves, and the held late start."""
    s, c, d, now = arcs.other[k], arcs.lag_calendar[k], arcs.lag[k], tasks.data_date[i]
    before, after = tasks.state[i], tasks.state[s]
    if arcs.type[k] == FS:
        finish = fs_late_finish(
            table, c, d, before, after, out.late_start[s], tasks.ended[i], tasks.done[s], tasks.calendar[i], now
        )
        return finish, NO_DATE
    if arcs.type[k] == FF:
        return ff_late_finish(table, c, d, before, after, out.late_finish[s], tasks.ended[i], now), NO_DATE
    late = out.late_finish[s]
    finish = sf_late_finish(
        table, c, d, before, after, late, tasks.begun[i], tasks.span_calendar[i], tasks.span[i], tasks.left[i], now
    )
    return finish, sf_held_start(table, c, d, before, after, late)


@kernel
def _bound_by_constraints(table: Numbers, i: int, finish: int, held: int, tasks: P6Tasks) -> tuple[int, int]:
    """Late finish and held late start after both constraints of an unfinished task."""
    rule, date = tasks.constraint[i], tasks.constraint_at[i]
    if tasks.state[i] == NOT_STARTED and (rule == START_ON or rule == MUST_START_ON):
        latest = add(table, tasks.span_calendar[i], date, tasks.span[i])
        if rule == MUST_START_ON:
            finish, held = latest, NO_DATE
        elif finish > latest:
            finish, held = latest, date if held != NO_DATE else NO_DATE
    elif rule == MUST_FINISH_ON:
        finish, held = date, NO_DATE
    elif rule == START_NO_LATER:
        latest = add(table, tasks.span_calendar[i], date, tasks.span[i])
        if finish > latest:
            finish, held = latest, NO_DATE
    elif (rule == FINISH_ON or rule == FINISH_NO_LATER) and finish > date:
        finish, held = date, NO_DATE
    if tasks.second[i] == START_NO_LATER:
        latest = add(table, tasks.span_calendar[i], tasks.second_at[i], tasks.span[i])
        if finish > latest:
            finish, held = latest, tasks.second_at[i] if held != NO_DATE else NO_DATE
    elif tasks.second[i] == FINISH_NO_LATER and finish > tasks.second_at[i]:
        finish, held = tasks.second_at[i], NO_DATE
    return finish, held


@kernel
def _push_late(table: Numbers, i: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates, end: int) -> None:
    """Move the early dates of an as-late-as-possible task to where its successors' early dates still allow."""
    if arcs.first[i] == arcs.first[i + 1]:
        finish = prev_finish(table, tasks.calendar[i], end)
        start = add(table, tasks.span_calendar[i], finish, -tasks.left[i])
    else:
        start = AFTER_ALL
        for k in range(arcs.first[i], arcs.first[i + 1]):
            start = min(start, _latest_start(table, i, k, tasks, arcs, out))
        if start == AFTER_ALL:
            return
        if tasks.state[i] != FINISHED and tasks.kind[i] == FINISH_MILESTONE:
            start = prev_finish(table, tasks.calendar[i], start)
        finish = add(table, tasks.span_calendar[i], start, tasks.left[i])
    out.early_start[i], out.early_finish[i] = start, finish
    if tasks.state[i] != FINISHED:
        out.remaining_start[i], out.remaining_finish[i] = start, finish


@kernel
def _latest_start(table: Numbers, i: int, k: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates) -> int:
    """The start that one arc allows a task that is as late as possible; AFTER_ALL for start-to-finish."""
    s = arcs.other[k]
    if arcs.type[k] == SS:
        return next_start(table, tasks.calendar[i], add(table, arcs.lag_calendar[k], out.early_start[s], -arcs.lag[k]))
    if arcs.type[k] == FF:
        return add(
            table,
            tasks.span_calendar[i],
            add(table, arcs.lag_calendar[k], out.early_finish[s], -arcs.lag[k]),
            -tasks.left[i],
        )
    if arcs.type[k] != FS:
        return AFTER_ALL
    if tasks.state[i] == FINISHED:
        return (
            next_start(table, tasks.calendar[i], tasks.data_date[i])
            if tasks.state[s] == NOT_STARTED
            else tasks.data_date[i]
        )
    start = add(
        table,
        arcs.lag_calendar[k],
        add(table, tasks.span_calendar[i], out.early_start[s], -tasks.left[i]),
        -arcs.lag[k],
    )
    if (
        tasks.state[i] == NOT_STARTED
        and tasks.state[s] == NOT_STARTED
        and not is_working(table, tasks.calendar[i], start)
    ):
        return next_start(table, tasks.calendar[i], start)
    return start
