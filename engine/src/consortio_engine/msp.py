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
    ArcColumns,
    Dates,
    MspTasks,
)
from consortio_engine.kernel import Numbers, kernel


@kernel
def msp_forward(table: Numbers, order: Numbers, tasks: MspTasks, arcs: ArcColumns, out: Dates, is_second: bool) -> None:
    """
    Write early dates, and per arc the start it asks of its successor.

    Args:
        is_second: as-late-as-possible predecessors now drive the others from their late dates.
    """
    for i in order:
        out.now[0] = i
        if tasks.manual[i]:
            out.early_start[i], out.early_finish[i] = tasks.set_start[i], tasks.set_finish[i]
            continue
        if tasks.state[i] != NOT_STARTED:
            out.early_start[i] = tasks.begun[i]
            out.early_finish[i] = _finish_of_started(table, i, tasks)
            continue
        best = BEFORE_ALL
        for k in range(arcs.first[i], arcs.first[i + 1]):
            p = arcs.other[k]
            if is_second and tasks.constraint[p] == ALAP and tasks.constraint[i] != ALAP:
                start, finish = out.late_start[p], out.late_finish[p]
            else:
                start, finish = out.early_start[p], out.early_finish[p]
            if arcs.type[k] == FS:
                candidate = add(table, arcs.lag_calendar[k], finish, arcs.lag[k])
            elif arcs.type[k] == SS:
                candidate = add(table, arcs.lag_calendar[k], start, arcs.lag[k])
            elif arcs.type[k] == FF:
                candidate = add(
                    table, arcs.lag_calendar[k], add(table, tasks.span_calendar[i], finish, -tasks.left[i]), arcs.lag[k]
                )
                candidate = max(candidate, tasks.opening[i])
            else:
                candidate = add(
                    table, arcs.lag_calendar[k], add(table, tasks.span_calendar[i], start, -tasks.span[i]), arcs.lag[k]
                )
            out.asked[k] = candidate
            best = max(best, candidate)
        _place(table, i, best, tasks, out)


@kernel
def _finish_of_started(table: Numbers, i: int, tasks: MspTasks) -> int:
    if tasks.state[i] == FINISHED:
        return tasks.ended[i]
    finish = add(table, tasks.span_calendar[i], tasks.begun[i], tasks.span[i])
    if tasks.constraint[i] == FINISH_NO_EARLIER:
        return max(finish, tasks.constraint_at[i])
    return finish


@kernel
def _place(table: Numbers, i: int, asked: int, tasks: MspTasks, out: Dates) -> None:
    """Write the early dates of a task that has not started, from what its links ask (BEFORE_ALL: it has none)."""
    rule, finish = tasks.constraint[i], NO_DATE
    if asked != BEFORE_ALL:
        start = asked
    elif rule == START_NO_EARLIER:
        start = tasks.constraint_at[i]
    elif rule == FINISH_NO_EARLIER:
        finish = tasks.constraint_at[i]
        start = add(table, tasks.span_calendar[i], finish, -tasks.span[i])
    else:
        start = _resting_start(table, tasks.calendar[i], tasks.kind[i], tasks.opening[i]) + tasks.delay[i]
    start = _resting_start(table, tasks.calendar[i], tasks.kind[i], start)
    if rule > ALAP:
        start = _constrained(table, rule, tasks.constraint_at[i], start, tasks.span_calendar[i], tasks.span[i])
        if rule == MUST_FINISH_ON or rule == FINISH_ON:
            finish = tasks.constraint_at[i]
    out.early_start[i] = start
    out.early_finish[i] = add(table, tasks.span_calendar[i], start, tasks.span[i]) if finish == NO_DATE else finish


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
def msp_backward(table: Numbers, order: Numbers, tasks: MspTasks, arcs: ArcColumns, out: Dates, close: Numbers) -> None:
    """
    Write late dates.

    Args:
        close: (tasks,), the latest early finish of each task's project.
    """
    for n in range(len(order) - 1, -1, -1):
        i = order[n]
        out.now[0] = i
        if tasks.state[i] == FINISHED:
            finish = tasks.ended[i]
        else:
            finish = _bound_by_links(table, i, tasks, arcs, out, close[i])
            finish = _bound_by_constraint(
                table, tasks.constraint[i], tasks.constraint_at[i], finish, tasks.span_calendar[i], tasks.span[i]
            )
            if tasks.deadline[i] != NO_DATE:
                finish = min(finish, tasks.deadline[i])
            finish = prev_finish(table, tasks.calendar[i], finish)
        start = add(table, tasks.span_calendar[i], finish, -(tasks.span[i] if tasks.manual[i] else tasks.left[i]))
        out.linked_start[i], out.late_finish[i] = start, finish
        if tasks.state[i] == FINISHED or (tasks.state[i] == STARTED and not tasks.manual[i]):
            start = tasks.begun[i]
        out.late_start[i] = start


@kernel
def _bound_by_links(table: Numbers, i: int, tasks: MspTasks, arcs: ArcColumns, out: Dates, close: int) -> int:
    """The late finish that the unfinished successors of task i leave; the project's finish without any."""
    best, has_successor = close, False
    for k in range(arcs.first[i], arcs.first[i + 1]):
        s = arcs.other[k]
        if tasks.state[s] == FINISHED:
            continue
        has_successor = True
        if arcs.type[k] == FS:
            finish = add(table, arcs.lag_calendar[k], out.linked_start[s], -arcs.lag[k])
        elif arcs.type[k] == FF:
            finish = add(table, arcs.lag_calendar[k], out.late_finish[s], -arcs.lag[k])
        elif arcs.type[k] == SS:
            finish = _bound_by_start(table, i, k, tasks, arcs, out, close)
        else:
            finish = add(
                table,
                arcs.lag_calendar[k],
                add(table, tasks.span_calendar[i], out.late_finish[s], tasks.span[i]),
                -arcs.lag[k],
            )
        best = min(best, finish)
    if (
        has_successor
        and tasks.state[i] == STARTED
        and tasks.span[i] == 0
        and MILESTONE <= tasks.kind[i] <= FINISH_MILESTONE
    ):
        return tasks.begun[i]
    return best


@kernel
def _bound_by_start(table: Numbers, i: int, k: int, tasks: MspTasks, arcs: ArcColumns, out: Dates, close: int) -> int:
    """The late finish that a start-to-start link leaves: none that matters once the predecessor has started."""
    s = arcs.other[k]
    is_last = arcs.first[s] == arcs.first[s + 1]
    if tasks.state[i] != NOT_STARTED:
        return close
    if tasks.state[s] == NOT_STARTED:
        if tasks.manual[i]:
            return out.late_finish[s] if is_last else close
        start = add(table, arcs.lag_calendar[k], next_start(table, tasks.calendar[i], out.late_start[s]), -arcs.lag[k])
    elif is_last:
        return close
    else:
        start = add(table, tasks.span_calendar[s], tasks.begun[s], tasks.done[s])
    return add(table, tasks.span_calendar[i], start, tasks.span[i])


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
