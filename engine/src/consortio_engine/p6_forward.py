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
    ArcColumns,
    Dates,
    P6Tasks,
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
def p6_forward(table: Numbers, order: Numbers, tasks: P6Tasks, arcs: ArcColumns, out: Dates) -> None:
    """Write early and remaining dates, and per arc the start it asks of its successor."""
    for i in order:
        out.now[0] = i
        low, high = arcs.first[i], arcs.first[i + 1]
        best = BEFORE_ALL
        for k in range(low, high):
            if arcs.type[k] == FS and arcs.lag[k] == 0:
                start = out.early_finish[arcs.other[k]]
            else:
                start = asked_start(table, i, k, tasks, arcs, out)
            out.asked[k] = start
            best = max(best, start)
        chosen = low
        if high - low > 1 and out.asked[low] != best:
            chosen = first_driver(table, tasks.calendar[i], tasks.state[i], low, best, out.asked)
        if tasks.state[i] == NOT_STARTED:
            _place_unstarted(table, i, chosen, high, tasks, arcs, out)
        else:
            _place_begun(table, i, best, tasks, out)
        if tasks.expected[i] != NO_DATE and tasks.state[i] != FINISHED and tasks.constraint[i] != ALAP:
            _expect_finish(table, i, tasks, arcs, out)


@kernel
def asked_start(table: Numbers, i: int, k: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates) -> int:
    """The early start that arc k asks of its successor i."""
    p, c, d, now = arcs.other[k], arcs.lag_calendar[k], arcs.lag[k], tasks.data_date[i]
    before, after = tasks.state[p], tasks.state[i]
    if arcs.type[k] == FS:
        return fs_start(table, c, d, before, after, out.early_finish[p], tasks.ended[p], now)
    if arcs.type[k] == SS:
        return ss_start(table, c, d, before, after, out.early_start[p], tasks.begun[p], tasks.done[p], now)
    if arcs.type[k] == FF:
        if before == FINISHED and after == FINISHED:
            return out.early_finish[p]
        finish = ff_finish(table, c, d, before, after, out.early_finish[p], tasks.ended[p], now)
        return add(table, tasks.span_calendar[i], finish, -tasks.left[i])
    if after == FINISHED:
        return sf_start_of_finished(table, c, d, before, out.early_start[p], tasks.calendar[i], now)
    if after == NOT_STARTED:
        start = after_lag(table, c, add(table, tasks.span_calendar[i], out.early_start[p], -tasks.span[i]), d, now)
        return min(start, now) if before == STARTED else start
    planned = add(table, tasks.span_calendar[i], tasks.begun[i], tasks.span[i])
    finish = sf_finish(table, c, d, before, out.early_start[p], tasks.begun[p], planned, now)
    if finish == NO_DATE:
        return out.early_start[p]
    return add(table, tasks.span_calendar[i], finish, -tasks.left[i])


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
    table: Numbers, i: int, chosen: int, high: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates
) -> None:
    """Write the early dates of a task that has not started; `chosen` is the arc that drives it, if below `high`."""
    held = NO_DATE
    if chosen < high:
        start = out.asked[chosen]
        if start < tasks.opening[i]:
            start = tasks.opening[i]
        else:
            held = held_finish(table, i, chosen, tasks, arcs, out)
    elif tasks.constraint[i] == START_NO_EARLIER:
        start = max(tasks.constraint_at[i], tasks.data_date[i])
    elif tasks.constraint[i] == FINISH_NO_EARLIER:
        held = (
            tasks.constraint_at[i]
            if is_working(table, tasks.calendar[i], tasks.constraint_at[i])
            else next_start(table, tasks.calendar[i], tasks.constraint_at[i])
        )
        start = add(table, tasks.span_calendar[i], held, -tasks.span[i])
    else:
        start = tasks.opening[i]
    if tasks.constraint[i] > ALAP:
        start, held = _constrained(
            table,
            tasks.constraint[i],
            tasks.constraint_at[i],
            start,
            held,
            tasks.kind[i],
            tasks.calendar[i],
            tasks.span_calendar[i],
            tasks.span[i],
        )
    if tasks.kind[i] != FINISH_MILESTONE or start != prev_finish(table, tasks.calendar[i], start):
        start = next_start(table, tasks.calendar[i], start)
    if tasks.kind[i] == START_MILESTONE:
        held = start
    if tasks.external_start[i] != NO_DATE and tasks.external_start[i] > start:
        start, held = tasks.external_start[i], NO_DATE
    finish = add(table, tasks.span_calendar[i], start, tasks.span[i]) if held == NO_DATE else held
    out.early_start[i], out.early_finish[i], out.remaining_start[i], out.remaining_finish[i] = (
        start,
        finish,
        start,
        finish,
    )


@kernel
def held_finish(table: Numbers, i: int, k: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates) -> int:
    """The finish that the driving arc hands over as it is, or NO_DATE."""
    p = arcs.other[k]
    if arcs.type[k] == FF:
        finish = after_lag(table, arcs.lag_calendar[k], out.early_finish[p], arcs.lag[k], tasks.data_date[i])
        return ff_held_finish(table, tasks.calendar[i], arcs.lag[k], tasks.state[p], tasks.state[i], finish)
    if arcs.type[k] == SF and arcs.lag[k] != 0 and tasks.state[p] == NOT_STARTED and out.asked[k] > tasks.data_date[i]:
        return after_lag(table, arcs.lag_calendar[k], out.early_start[p], arcs.lag[k], tasks.data_date[i])
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
def _place_begun(table: Numbers, i: int, asked: int, tasks: P6Tasks, out: Dates) -> None:
    """Write the early dates of a task with an actual start; `asked` is BEFORE_ALL when no arc asks anything."""
    if tasks.state[i] == FINISHED:
        start = tasks.data_date[i] if asked == BEFORE_ALL else max(asked, tasks.opening[i])
    elif asked != BEFORE_ALL:
        start = next_start(table, tasks.calendar[i], max(asked, tasks.opening[i]))
    else:
        start = next_start(table, tasks.calendar[i], tasks.data_date[i])
        if tasks.done[i] > 0 and tasks.left[i] > 0:
            # By its at-completion duration; what is left never lies before the data date.
            planned = add(table, tasks.span_calendar[i], tasks.begun[i], tasks.span[i])
            start = max(start, add(table, tasks.span_calendar[i], planned, -tasks.left[i]))
    if tasks.external_start[i] != NO_DATE and tasks.external_start[i] > start:
        start = tasks.external_start[i]
    finish = add(table, tasks.span_calendar[i], start, tasks.left[i])
    out.early_start[i], out.early_finish[i] = start, finish
    if tasks.state[i] == STARTED:
        out.remaining_start[i], out.remaining_finish[i] = start, finish
        _update_span(table, i, tasks, finish)


@kernel
def _update_span(table: Numbers, i: int, tasks: P6Tasks, finish: int) -> None:
    """The at-completion duration of a started task, from where its finish now lies."""
    if tasks.done[i] == 0:
        tasks.span[i] = tasks.left[i]
    elif tasks.left[i] == 0:
        tasks.span[i] = tasks.done[i]
    else:
        tasks.span[i] = work(table, tasks.span_calendar[i], finish) - work(
            table, tasks.span_calendar[i], tasks.begun[i]
        )


@kernel
def _expect_finish(table: Numbers, i: int, tasks: P6Tasks, arcs: ArcColumns, out: Dates) -> None:
    """Let an expected finish decide what is left, unless it lies too early or links drive the finish."""
    finish = tasks.expected[i]
    if finish < out.early_start[i] or finish < tasks.data_date[i]:
        return
    for k in range(arcs.first[i], arcs.first[i + 1]):
        if arcs.type[k] == FF or arcs.type[k] == SF:
            return
    if work(table, tasks.calendar[i], finish) == work(table, tasks.calendar[i], out.early_finish[i]):
        return
    out.early_finish[i], out.remaining_finish[i] = finish, finish
    tasks.left[i] = work(table, tasks.span_calendar[i], finish) - work(
        table, tasks.span_calendar[i], out.remaining_start[i]
    )
    if tasks.state[i] == STARTED:
        _update_span(table, i, tasks, finish)
