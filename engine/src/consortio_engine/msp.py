"""
Forward and backward pass by the rules of Microsoft Project.

Kernels over `table`, the calendars (see `clock`), and `rows` and `arcs` (see `codes`).
"""

from consortio_engine.clock import add, next_start, own_calendar, prev_finish, span_from, span_to, work
from consortio_engine.codes import (
    ALAP,
    ARC_WIDTH,
    ASKED,
    BEFORE_ALL,
    BEGUN,
    CALENDAR,
    CLOSE,
    DEADLINE,
    DELAY,
    DONE,
    EARLY_FINISH,
    EARLY_START,
    ENDED,
    FF,
    FINISH_MILESTONE,
    FINISH_NO_EARLIER,
    FINISH_NO_LATER,
    FINISH_ON,
    FINISHED,
    FS,
    IN_FROM,
    IN_TO,
    KIND,
    LAG,
    LAG_CALENDAR,
    LATE_FINISH,
    LATE_START,
    LEFT,
    LINK_TYPE,
    LINKED_START,
    MANUAL,
    MILESTONE,
    MUST_FINISH_ON,
    MUST_START_ON,
    NO_DATE,
    NOT_STARTED,
    OPENING,
    OTHER,
    OUT_FROM,
    OUT_TO,
    PLAIN_IN,
    PLAIN_OUT,
    RULE,
    RULE_AT,
    SF,
    SPAN,
    SPAN_CALENDAR,
    SS,
    START_NO_EARLIER,
    START_NO_LATER,
    START_ON,
    STARTED,
    STATE,
)
from consortio_engine.kernel import Numbers, kernel


@kernel
def msp_forward(table: Numbers, order: Numbers, rows: Numbers, arcs: Numbers, now: Numbers, is_second: bool) -> None:
    """
    Write early dates, and per arc the start it asks of its successor.

    Args:
        order: positions of rows, each after its predecessors.
        arcs: incoming.
        now: one cell, the task being worked on.
        is_second: as-late-as-possible predecessors now drive the others from their late dates.
    """
    for i in order:
        now[0] = i
        if rows[i + MANUAL]:
            continue
        if rows[i + STATE] != NOT_STARTED:
            rows[i + EARLY_START] = rows[i + BEGUN]
            rows[i + EARLY_FINISH] = _finish_of_started(table, i, rows)
            continue
        best, driver = BEFORE_ALL, -1
        for k in range(rows[i + IN_FROM], rows[i + IN_TO], ARC_WIDTH):
            p = arcs[k + OTHER]
            if is_second and rows[p + RULE] == ALAP and rows[i + RULE] != ALAP:
                candidate = _asked_start(table, i, k, rows[p + LATE_START], rows[p + LATE_FINISH], rows, arcs)
            elif arcs[k + LINK_TYPE] == FS and arcs[k + LAG] == 0:
                candidate = rows[p + EARLY_FINISH]
            else:
                candidate = _asked_start(table, i, k, rows[p + EARLY_START], rows[p + EARLY_FINISH], rows, arcs)
            arcs[k + ASKED] = candidate
            if candidate > best:
                best, driver = candidate, k
        if rows[i + PLAIN_IN]:
            best = rows[i + OPENING] if driver < 0 else best
            rows[i + EARLY_START], rows[i + EARLY_FINISH] = span_from(table, rows[i + CALENDAR], best, rows[i + SPAN])
        else:
            _place(table, i, best, driver, rows, arcs)


@kernel
def _finish_of_started(table: Numbers, i: int, rows: Numbers) -> int:
    if rows[i + STATE] == FINISHED:
        return rows[i + ENDED]
    finish = add(table, rows[i + SPAN_CALENDAR], rows[i + BEGUN], rows[i + SPAN])
    if rows[i + RULE] == FINISH_NO_EARLIER and finish < rows[i + RULE_AT]:
        return rows[i + RULE_AT]
    return finish


@kernel
def _asked_start(table: Numbers, i: int, k: int, start: int, finish: int, rows: Numbers, arcs: Numbers) -> int:
    """The start that arc k asks of task i, from its predecessor's dates. Lags to finishes are added to the start."""
    kind, lag, c = arcs[k + LINK_TYPE], arcs[k + LAG], arcs[k + LAG_CALENDAR]
    if kind == FS:
        return add(table, c, finish, lag)
    if kind == SS:
        return add(table, c, start, lag)
    if kind == SF:
        return add(table, c, add(table, rows[i + SPAN_CALENDAR], start, -rows[i + SPAN]), lag)
    asked = add(table, c, add(table, rows[i + SPAN_CALENDAR], finish, -rows[i + LEFT]), lag)
    if asked < rows[i + OPENING]:
        return rows[i + OPENING]
    return asked


@kernel
def _place(table: Numbers, i: int, asked: int, driver: int, rows: Numbers, arcs: Numbers) -> None:
    """Write the early dates of a task that has not started, from what its links ask (BEFORE_ALL: it has none)."""
    c, rule, finish = rows[i + CALENDAR], rows[i + RULE], NO_DATE
    if asked != BEFORE_ALL:
        start = asked
    elif rule == START_NO_EARLIER:
        start = rows[i + RULE_AT]
    elif rule == FINISH_NO_EARLIER:
        finish = rows[i + RULE_AT]
        start = add(table, rows[i + SPAN_CALENDAR], finish, -rows[i + SPAN])
    else:
        start = rows[i + OPENING]
    start = _resting_start(table, c, rows[i + KIND], start)
    if rows[i + DELAY]:
        start = _resting_start(table, c, rows[i + KIND], start + rows[i + DELAY])
    linked = start
    if rule > ALAP:
        start = _constrained(table, rule, rows[i + RULE_AT], start, rows[i + SPAN_CALENDAR], rows[i + SPAN])
        if rule == START_NO_EARLIER or rule == START_NO_LATER or rule == MUST_START_ON or rule == START_ON:
            # A constraint on a day off counts from the next morning.
            start = _resting_start(table, c, rows[i + KIND], start)
        if rule == MUST_FINISH_ON or rule == FINISH_ON:
            finish = rows[i + RULE_AT]
    rows[i + EARLY_START] = start
    if finish == NO_DATE:
        finish = add(table, rows[i + SPAN_CALENDAR], start, rows[i + SPAN])
        if driver >= 0 and start == linked and arcs[driver + LINK_TYPE] == SF and arcs[driver + LAG] == 0:
            c = rows[i + SPAN_CALENDAR] if rows[i + SPAN_CALENDAR] >= -2 else c
            finish = _same_moment(table, c, finish, rows[arcs[driver + OTHER] + EARLY_START])
    rows[i + EARLY_FINISH] = finish


@kernel
def _same_moment(table: Numbers, c: int, finish: int, at: int) -> int:
    """The start that start-to-finish hands over, where no work lies between it and the finish (17:00 is 08:00)."""
    if at > finish and work(table, c, at) == work(table, c, finish) and next_start(table, c, at) == at:
        return at
    return finish


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
def msp_backward(table: Numbers, order: Numbers, rows: Numbers, arcs: Numbers, now: Numbers) -> None:
    """
    Write late dates.

    Args:
        order: positions of rows, each after its predecessors; walked from the end.
        arcs: outgoing.
        now: one cell, the task being worked on.
    """
    for n in range(len(order) - 1, -1, -1):
        i = order[n]
        now[0] = i
        if rows[i + PLAIN_OUT]:
            finish = rows[i + CLOSE]
            for k in range(rows[i + OUT_FROM], rows[i + OUT_TO], ARC_WIDTH):
                s = arcs[k + OTHER]
                if rows[s + STATE] == FINISHED:
                    continue
                if arcs[k + LINK_TYPE] == FS:
                    bound = rows[s + LINKED_START]
                else:
                    bound = rows[s + LATE_FINISH]
                if arcs[k + LAG] != 0:
                    bound = add(table, arcs[k + LAG_CALENDAR], bound, -arcs[k + LAG])
                if bound < finish:
                    finish = bound
            start, finish = span_to(table, rows[i + CALENDAR], finish, rows[i + LEFT])
            rows[i + LINKED_START], rows[i + LATE_START], rows[i + LATE_FINISH] = start, start, finish
            continue
        c = rows[i + SPAN_CALENDAR]
        if rows[i + STATE] == FINISHED:
            finish = rows[i + ENDED]
        else:
            finish = _bound_by_links(table, i, rows, arcs)
            if rows[i + RULE] > ALAP:
                finish = _bound_by_rule(table, rows[i + RULE], rows[i + RULE_AT], finish, c, rows[i + SPAN])
            if NO_DATE < rows[i + DEADLINE] < finish:
                finish = rows[i + DEADLINE]
            finish = prev_finish(table, rows[i + CALENDAR], finish)
        start = add(table, c, finish, -rows[i + SPAN] if rows[i + MANUAL] else -rows[i + LEFT])
        rows[i + LINKED_START], rows[i + LATE_FINISH] = start, finish
        if rows[i + STATE] == FINISHED or (rows[i + STATE] == STARTED and not rows[i + MANUAL]):
            start = rows[i + BEGUN]
        rows[i + LATE_START] = start


@kernel
def _bound_by_links(table: Numbers, i: int, rows: Numbers, arcs: Numbers) -> int:
    """The late finish that the unfinished successors of task i leave; the project's finish without any."""
    best, has_successor = rows[i + CLOSE], False
    for k in range(rows[i + OUT_FROM], rows[i + OUT_TO], ARC_WIDTH):
        s = arcs[k + OTHER]
        if rows[s + STATE] == FINISHED:
            continue
        has_successor = True
        kind, lag, c = arcs[k + LINK_TYPE], arcs[k + LAG], arcs[k + LAG_CALENDAR]
        if kind == FS:
            finish = rows[s + LINKED_START]
            if lag != 0:
                finish = add(table, c, finish, -lag)
        elif kind == FF:
            finish = add(table, c, rows[s + LATE_FINISH], -lag)
        elif kind == SS:
            finish = _bound_by_start(table, i, k, rows, arcs)
        else:
            finish = add(table, c, add(table, rows[i + SPAN_CALENDAR], rows[s + LATE_FINISH], rows[i + SPAN]), -lag)
        if finish < best:
            best = finish
    if has_successor and rows[i + STATE] == STARTED and rows[i + SPAN] == 0:
        if MILESTONE <= rows[i + KIND] <= FINISH_MILESTONE:
            return rows[i + BEGUN]
    return best


@kernel
def _bound_by_start(table: Numbers, i: int, k: int, rows: Numbers, arcs: Numbers) -> int:
    """The late finish that a start-to-start link leaves: none that matters once the predecessor has started."""
    s = arcs[k + OTHER]
    is_last = rows[s + OUT_FROM] == rows[s + OUT_TO]
    if rows[i + STATE] != NOT_STARTED:
        return rows[i + CLOSE]
    if rows[s + STATE] == NOT_STARTED:
        if rows[i + MANUAL]:
            return rows[s + LATE_FINISH] if is_last else rows[i + CLOSE]
        own = own_calendar(table, rows[i + CALENDAR], rows[i + SPAN_CALENDAR])
        start = next_start(table, own, rows[s + LATE_START])
        start = add(table, arcs[k + LAG_CALENDAR], start, -arcs[k + LAG])
    elif is_last:
        return rows[i + CLOSE]
    else:
        start = add(table, rows[s + SPAN_CALENDAR], rows[s + BEGUN], rows[s + DONE])
    return add(table, rows[i + SPAN_CALENDAR], start, rows[i + SPAN])


@kernel
def _bound_by_rule(table: Numbers, rule: int, at: int, finish: int, c: int, span: int) -> int:
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
