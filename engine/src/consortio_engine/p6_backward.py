"""
Backward pass by the rules of Primavera P6 under retained logic.

Kernels over `table`, the calendars (see `clock`), and `rows` and `arcs` (see `codes`); arcs are sorted by predecessor. A late start is `held` when a link hands it over as it is; otherwise it
follows from the late finish and the remaining duration.
"""

from consortio_engine.clock import add, is_working, next_start, own_calendar, prev_finish, span_to
from consortio_engine.codes import (
    AFTER_ALL,
    ALAP,
    ARC_WIDTH,
    BEGUN,
    CALENDAR,
    CLOSE,
    DATA_DATE,
    DONE,
    EARLY_FINISH,
    EARLY_START,
    END,
    ENDED,
    EXTERNAL_FINISH,
    FF,
    FINISH_MILESTONE,
    FINISH_NO_LATER,
    FINISH_ON,
    FINISHED,
    FS,
    KIND,
    LAG,
    LAG_CALENDAR,
    LATE_FINISH,
    LATE_START,
    LEFT,
    LINK_TYPE,
    MUST,
    MUST_FINISH_ON,
    MUST_START_ON,
    NO_DATE,
    NOT_STARTED,
    OTHER,
    OUT_FROM,
    OUT_TO,
    PLAIN_OUT,
    RULE,
    RULE2,
    RULE2_AT,
    RULE_AT,
    SPAN,
    SPAN_CALENDAR,
    SS,
    START_MILESTONE,
    START_NO_LATER,
    START_ON,
    STATE,
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
def p6_backward(table: Numbers, order: Numbers, rows: Numbers, arcs: Numbers, now: Numbers) -> None:
    """
    Write late dates, and push as-late-as-possible tasks towards their successors.

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
                if arcs[k + LINK_TYPE] == FS and arcs[k + LAG] == 0:
                    bound = rows[arcs[k + OTHER] + LATE_START]
                else:
                    bound, _ = _bound_by_finish(table, i, k, rows, arcs)
                if bound < finish:
                    finish = bound
            start, finish = span_to(table, rows[i + CALENDAR], finish, rows[i + LEFT])
            rows[i + LATE_START], rows[i + LATE_FINISH] = start, finish
            continue
        _place_bound(table, i, rows, arcs)


@kernel
def _place_bound(table: Numbers, i: int, rows: Numbers, arcs: Numbers) -> None:
    """Write the late dates of a task of which more is told than its duration."""
    finish, held = _bound_by_links(table, i, rows, arcs)
    if rows[i + STATE] != FINISHED:
        if rows[i + RULE] > ALAP or rows[i + RULE2] > ALAP:
            finish, held = _bound_by_constraints(table, i, finish, held, rows)
        if rows[i + KIND] != START_MILESTONE:
            finish = prev_finish(table, rows[i + CALENDAR], finish)
    if rows[i + EXTERNAL_FINISH] != NO_DATE and rows[i + EXTERNAL_FINISH] < finish:
        finish, held = rows[i + EXTERNAL_FINISH], NO_DATE
    # A crew may end before the hour that a link hands over: work that is left begins before its end.
    if held == NO_DATE or (held >= finish and rows[i + LEFT] > 0):
        held = _last_start(table, i, finish, rows)
    rows[i + LATE_START], rows[i + LATE_FINISH] = held, finish
    if rows[i + RULE] == ALAP:
        _push_late(table, i, rows, arcs)


@kernel
def _last_start(table: Numbers, i: int, finish: int, rows: Numbers) -> int:
    """Where what is left of task i must begin to end at `finish`; a crew begins in its own hours if it then can."""
    start = add(table, rows[i + SPAN_CALENDAR], finish, -rows[i + LEFT])
    if rows[i + SPAN_CALENDAR] != rows[i + CALENDAR] and rows[i + LEFT] > 0:
        opened = next_start(table, rows[i + CALENDAR], start)
        return opened if opened < finish else start
    return start


@kernel
def _bound_by_links(table: Numbers, i: int, rows: Numbers, arcs: Numbers) -> tuple[int, int]:
    """The late finish and held late start that the successors of task i leave; open ends take the project's."""
    if rows[i + OUT_FROM] == rows[i + OUT_TO]:
        if rows[i + STATE] == FINISHED:
            return rows[i + CLOSE], NO_DATE
        if rows[i + EXTERNAL_FINISH] != NO_DATE:
            return rows[i + EXTERNAL_FINISH], NO_DATE
        if rows[i + MUST] != NO_DATE and not is_working(table, rows[i + CALENDAR], rows[i + MUST]):
            return prev_finish(table, rows[i + CALENDAR], rows[i + MUST]), NO_DATE
        return rows[i + CLOSE], NO_DATE
    # Hours without work before a late finish are taken off after the constraints. That is soon enough but for a start
    # milestone, and for a crew, which may end after the last hour in which it begins: a start link would seem earlier.
    takes_off_once = rows[i + KIND] != START_MILESTONE and rows[i + SPAN_CALENDAR] >= -2
    best, held = AFTER_ALL, NO_DATE
    for k in range(rows[i + OUT_FROM], rows[i + OUT_TO], ARC_WIDTH):
        kept = NO_DATE
        if arcs[k + LINK_TYPE] == FS and arcs[k + LAG] == 0 and takes_off_once:
            finish = rows[arcs[k + OTHER] + LATE_START]
        elif arcs[k + LINK_TYPE] == SS:
            start, kept = _bound_by_start(table, i, k, rows, arcs)
            finish = add(table, rows[i + SPAN_CALENDAR], start, rows[i + LEFT])
        else:
            finish, kept = _bound_by_finish(table, i, k, rows, arcs)
        if finish < best:
            best, held = finish, kept
    if best > rows[i + CLOSE]:
        return prev_finish(table, rows[i + CALENDAR], rows[i + CLOSE]), NO_DATE
    return best, NO_DATE if rows[i + STATE] == FINISHED else held


@kernel
def _bound_by_start(table: Numbers, i: int, k: int, rows: Numbers, arcs: Numbers) -> tuple[int, int]:
    """The late start that a start-to-start arc leaves, and the held one."""
    s, c = arcs[k + OTHER], own_calendar(table, rows[i + CALENDAR], rows[i + SPAN_CALENDAR])
    before, after = rows[i + STATE], rows[s + STATE]
    if before != NOT_STARTED:
        # Nothing left to do counts as finished here, except for milestones.
        if rows[i + LEFT] == 0 and rows[i + KIND] != START_MILESTONE and rows[i + KIND] != FINISH_MILESTONE:
            before = FINISHED
        if (
            after != NOT_STARTED
            and rows[s + LEFT] == 0
            and rows[s + KIND] != START_MILESTONE
            and rows[s + KIND] != FINISH_MILESTONE
        ):
            after = FINISHED
    start = ss_late_start(
        table,
        arcs[k + LAG_CALENDAR],
        arcs[k + LAG],
        before,
        after,
        rows[s + LATE_START],
        rows[i + BEGUN],
        rows[i + DONE],
        c,
        rows[i + CALENDAR],
        rows[i + DATA_DATE],
    )
    return start, ss_held_start(
        table,
        arcs[k + LAG_CALENDAR],
        arcs[k + LAG],
        before,
        after,
        rows[s + LATE_START],
        rows[i + DONE],
        c,
        rows[i + CALENDAR],
    )


@kernel
def _bound_by_finish(table: Numbers, i: int, k: int, rows: Numbers, arcs: Numbers) -> tuple[int, int]:
    """The late finish that any other arc leaves, and the held late start."""
    s, c, d, now = arcs[k + OTHER], arcs[k + LAG_CALENDAR], arcs[k + LAG], rows[i + DATA_DATE]
    before, after = rows[i + STATE], rows[s + STATE]
    if arcs[k + LINK_TYPE] == FS:
        finish = fs_late_finish(
            table, c, d, before, after, rows[s + LATE_START], rows[i + ENDED], rows[s + DONE], rows[i + CALENDAR], now
        )
        return finish, NO_DATE
    if arcs[k + LINK_TYPE] == FF:
        return ff_late_finish(table, c, d, before, after, rows[s + LATE_FINISH], rows[i + ENDED], now), NO_DATE
    late = rows[s + LATE_FINISH]
    finish = sf_late_finish(
        table, c, d, before, after, late, rows[i + BEGUN], rows[i + SPAN_CALENDAR], rows[i + SPAN], rows[i + LEFT], now
    )
    return finish, sf_held_start(table, c, d, before, after, late)


@kernel
def _bound_by_constraints(table: Numbers, i: int, finish: int, held: int, rows: Numbers) -> tuple[int, int]:
    """Late finish and held late start after both constraints of an unfinished task."""
    rule, date = rows[i + RULE], rows[i + RULE_AT]
    must_start = rows[i + STATE] == NOT_STARTED and rule == MUST_START_ON
    if must_start:
        finish, held = _must_start(table, i, rows)
    elif rows[i + STATE] == NOT_STARTED and rule == START_ON:
        latest = add(table, rows[i + SPAN_CALENDAR], date, rows[i + SPAN])
        if finish > latest:
            finish, held = latest, date if held != NO_DATE else NO_DATE
            if rows[i + KIND] == START_MILESTONE and not is_working(table, rows[i + CALENDAR], latest):
                # Nothing is published of "start on"; here the reference goes back, too (docs/engine/judge.md).
                finish, held = prev_finish(table, rows[i + CALENDAR], latest), NO_DATE
    elif rule == MUST_FINISH_ON:
        finish, held = prev_finish(table, rows[i + CALENDAR], date), NO_DATE
    elif rule == START_NO_LATER:
        latest = add(table, rows[i + SPAN_CALENDAR], date, rows[i + SPAN])
        if finish > latest:
            finish, held = latest, NO_DATE
    elif (rule == FINISH_ON or rule == FINISH_NO_LATER) and finish > date:
        finish, held = date, NO_DATE
    if rows[i + RULE2] == START_NO_LATER:
        latest = add(table, rows[i + SPAN_CALENDAR], rows[i + RULE2_AT], rows[i + SPAN])
        if finish > latest:
            finish, held = latest, rows[i + RULE2_AT] if held != NO_DATE and not must_start else NO_DATE
    elif rows[i + RULE2] == FINISH_NO_LATER and finish > rows[i + RULE2_AT]:
        finish, held = rows[i + RULE2_AT], NO_DATE
    return finish, held


@kernel
def _must_start(table: Numbers, i: int, rows: Numbers) -> tuple[int, int]:
    """
    Late finish and held late start of a task that must start on a date: back to the end of work where nobody works then.

    Source:
        Oracle, "Activity constraint types": what mandatory constraints do on nonworktime (docs/engine/judge.md, [1]).
    """
    date = rows[i + RULE_AT]
    finish = add(table, rows[i + SPAN_CALENDAR], date, rows[i + SPAN])
    if next_start(table, rows[i + CALENDAR], date) == date:
        return finish, NO_DATE
    held = prev_finish(table, rows[i + CALENDAR], date)
    return held if finish == date else finish, held


@kernel
def _push_late(table: Numbers, i: int, rows: Numbers, arcs: Numbers) -> None:
    """Move the early dates of an as-late-as-possible task to where its successors' early dates still allow."""
    if rows[i + OUT_FROM] == rows[i + OUT_TO]:
        finish = prev_finish(table, rows[i + CALENDAR], rows[i + END])
        start = add(table, rows[i + SPAN_CALENDAR], finish, -rows[i + LEFT])
    else:
        start = AFTER_ALL
        for k in range(rows[i + OUT_FROM], rows[i + OUT_TO], ARC_WIDTH):
            start = min(start, _latest_start(table, i, k, rows, arcs))
        if start == AFTER_ALL:
            return
        if rows[i + STATE] != FINISHED and rows[i + KIND] == FINISH_MILESTONE:
            start = prev_finish(table, rows[i + CALENDAR], start)
        finish = add(table, rows[i + SPAN_CALENDAR], start, rows[i + LEFT])
    rows[i + EARLY_START], rows[i + EARLY_FINISH] = start, finish


@kernel
def _latest_start(table: Numbers, i: int, k: int, rows: Numbers, arcs: Numbers) -> int:
    """The start that one arc allows a task that is as late as possible; AFTER_ALL for start-to-finish."""
    s = arcs[k + OTHER]
    if arcs[k + LINK_TYPE] == SS:
        return next_start(
            table, rows[i + CALENDAR], add(table, arcs[k + LAG_CALENDAR], rows[s + EARLY_START], -arcs[k + LAG])
        )
    if arcs[k + LINK_TYPE] == FF:
        return add(
            table,
            rows[i + SPAN_CALENDAR],
            add(table, arcs[k + LAG_CALENDAR], rows[s + EARLY_FINISH], -arcs[k + LAG]),
            -rows[i + LEFT],
        )
    if arcs[k + LINK_TYPE] != FS:
        return AFTER_ALL
    if rows[i + STATE] == FINISHED:
        return (
            next_start(table, rows[i + CALENDAR], rows[i + DATA_DATE])
            if rows[s + STATE] == NOT_STARTED
            else rows[i + DATA_DATE]
        )
    start = add(
        table,
        arcs[k + LAG_CALENDAR],
        add(table, rows[i + SPAN_CALENDAR], rows[s + EARLY_START], -rows[i + LEFT]),
        -arcs[k + LAG],
    )
    if (
        rows[i + STATE] == NOT_STARTED
        and rows[s + STATE] == NOT_STARTED
        and not is_working(table, own_calendar(table, rows[i + CALENDAR], rows[i + SPAN_CALENDAR]), start)
    ):
        return next_start(table, rows[i + CALENDAR], start)
    return start
