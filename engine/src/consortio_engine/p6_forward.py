"""
Forward pass by the rules of Primavera P6 under retained logic.

Kernels over `table`, the calendars (see `clock`), and `rows` and `arcs` (see `codes`); arcs are sorted by successor.
"""

from consortio_engine.clock import add, is_working, next_start, own_calendar, prev_finish, span_from, work
from consortio_engine.codes import (
    ALAP,
    ARC_WIDTH,
    ASKED,
    BEFORE_ALL,
    BEGUN,
    CALENDAR,
    DATA_DATE,
    DONE,
    EARLY_FINISH,
    EARLY_START,
    ENDED,
    EXPECTED,
    EXTERNAL_START,
    FF,
    FINISH_MILESTONE,
    FINISH_NO_EARLIER,
    FINISH_ON,
    FINISHED,
    FS,
    IN_FROM,
    IN_TO,
    KIND,
    LAG,
    LAG_CALENDAR,
    LEFT,
    LINK_TYPE,
    MUST_FINISH_ON,
    MUST_START_ON,
    NO_DATE,
    NOT_STARTED,
    OPENING,
    OTHER,
    PLAIN_IN,
    RULE,
    RULE_AT,
    SF,
    SPAN,
    SPAN_CALENDAR,
    SS,
    START_MILESTONE,
    START_NO_EARLIER,
    START_ON,
    STARTED,
    STATE,
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
def p6_forward(table: Numbers, order: Numbers, rows: Numbers, arcs: Numbers, now: Numbers) -> None:
    """
    Write early dates (of what remains, once started), and per arc the start it asks of its successor.

    Args:
        order: positions of rows, each after its predecessors.
        arcs: incoming.
        now: one cell, the task being worked on.
    """
    for i in order:
        now[0] = i
        low, high = rows[i + IN_FROM], rows[i + IN_TO]
        best = BEFORE_ALL
        for k in range(low, high, ARC_WIDTH):
            p, lag = arcs[k + OTHER], arcs[k + LAG]
            if arcs[k + LINK_TYPE] == FS and lag == 0:
                start = rows[p + EARLY_FINISH]
            elif arcs[k + LINK_TYPE] == FS and lag > 0 and rows[p + STATE] != FINISHED:
                start = add(table, arcs[k + LAG_CALENDAR], rows[p + EARLY_FINISH], lag)
            else:
                start = asked_start(table, i, k, rows, arcs)
            arcs[k + ASKED] = start
            if start > best:
                best = start
        if rows[i + PLAIN_IN]:
            best = best if best > rows[i + OPENING] else rows[i + OPENING]
            rows[i + EARLY_START], rows[i + EARLY_FINISH] = span_from(table, rows[i + CALENDAR], best, rows[i + SPAN])
            continue
        chosen = low
        if high - low > ARC_WIDTH and arcs[low + ASKED] != best:
            chosen = first_driver(table, rows[i + CALENDAR], rows[i + STATE], low, best, arcs)
        if rows[i + STATE] == NOT_STARTED:
            _place_unstarted(table, i, chosen, high, rows, arcs)
        else:
            _place_begun(table, i, best, rows)
        if rows[i + EXPECTED] != NO_DATE and rows[i + STATE] != FINISHED and rows[i + RULE] != ALAP:
            _expect_finish(table, i, rows, arcs)


@kernel
def asked_start(table: Numbers, i: int, k: int, rows: Numbers, arcs: Numbers) -> int:
    """The early start that arc k asks of its successor i."""
    p, c, d, now = arcs[k + OTHER], arcs[k + LAG_CALENDAR], arcs[k + LAG], rows[i + DATA_DATE]
    before, after = rows[p + STATE], rows[i + STATE]
    if arcs[k + LINK_TYPE] == FS:
        return fs_start(table, c, d, before, after, rows[p + EARLY_FINISH], rows[p + ENDED], now)
    if arcs[k + LINK_TYPE] == SS:
        return ss_start(table, c, d, before, after, rows[p + EARLY_START], rows[p + BEGUN], rows[p + DONE], now)
    if arcs[k + LINK_TYPE] == FF:
        if before == FINISHED and after == FINISHED:
            return rows[p + EARLY_FINISH]
        finish = ff_finish(table, c, d, before, rows[p + EARLY_FINISH], rows[p + ENDED], now)
        return add(table, rows[i + SPAN_CALENDAR], finish, -rows[i + LEFT])
    if after == FINISHED:
        return sf_start_of_finished(table, c, d, before, rows[p + EARLY_START], rows[i + CALENDAR], now)
    if after == NOT_STARTED:
        start = after_lag(table, c, add(table, rows[i + SPAN_CALENDAR], rows[p + EARLY_START], -rows[i + SPAN]), d, now)
        return min(start, now) if before == STARTED else start
    planned = add(table, rows[i + SPAN_CALENDAR], rows[i + BEGUN], rows[i + SPAN])
    finish = sf_finish(table, c, d, before, rows[p + EARLY_START], rows[p + BEGUN], planned, now)
    if finish == NO_DATE:
        return rows[p + EARLY_START]
    return add(table, rows[i + SPAN_CALENDAR], finish, -rows[i + LEFT])


@kernel
def first_driver(table: Numbers, c: int, state: int, low: int, best: int, arcs: Numbers) -> int:
    """The first arc that asks for the latest start; starts with no work between them are the same start."""
    bound = best
    if state != FINISHED:
        bound = prev_finish(table, c, best)
    k = low
    while arcs[k + ASKED] < bound:
        k += ARC_WIDTH
    return k


@kernel
def _place_unstarted(table: Numbers, i: int, chosen: int, high: int, rows: Numbers, arcs: Numbers) -> None:
    """Write the early dates of a task that has not started; `chosen` is the arc that drives it, if below `high`."""
    held = NO_DATE
    if chosen < high:
        start = arcs[chosen + ASKED]
        if start < rows[i + OPENING]:
            start = rows[i + OPENING]
        elif arcs[chosen + LINK_TYPE] == FF or arcs[chosen + LINK_TYPE] == SF:
            held = held_finish(table, i, chosen, rows, arcs)
    elif rows[i + RULE] == START_NO_EARLIER:
        start = max(rows[i + RULE_AT], rows[i + DATA_DATE])
    elif rows[i + RULE] == FINISH_NO_EARLIER:
        held = rows[i + RULE_AT]
        if not is_working(table, own_calendar(table, rows[i + CALENDAR], rows[i + SPAN_CALENDAR]), held):
            held = next_start(table, rows[i + CALENDAR], held)
        start = add(table, rows[i + SPAN_CALENDAR], held, -rows[i + SPAN])
    else:
        start = rows[i + OPENING]
    if rows[i + RULE] > ALAP:
        start, held = _constrained(
            table,
            rows[i + RULE],
            rows[i + RULE_AT],
            start,
            held,
            rows[i + CALENDAR],
            rows[i + SPAN_CALENDAR],
            rows[i + SPAN],
        )
    if rows[i + KIND] != FINISH_MILESTONE or start != prev_finish(table, rows[i + CALENDAR], start):
        start = next_start(table, rows[i + CALENDAR], start)
    if rows[i + KIND] == START_MILESTONE or rows[i + KIND] == FINISH_MILESTONE:
        held = start
    if rows[i + EXTERNAL_START] > start:
        start, held = rows[i + EXTERNAL_START], NO_DATE
    finish = add(table, rows[i + SPAN_CALENDAR], start, rows[i + SPAN]) if held == NO_DATE else held
    rows[i + EARLY_START], rows[i + EARLY_FINISH] = start, finish


@kernel
def held_finish(table: Numbers, i: int, k: int, rows: Numbers, arcs: Numbers) -> int:
    """The finish that the driving arc hands over as it is, or NO_DATE."""
    p, c = arcs[k + OTHER], rows[i + CALENDAR]
    own = own_calendar(table, c, rows[i + SPAN_CALENDAR])
    if arcs[k + LINK_TYPE] == FF:
        finish = after_lag(table, arcs[k + LAG_CALENDAR], rows[p + EARLY_FINISH], arcs[k + LAG], rows[i + DATA_DATE])
        return ff_held_finish(table, own, c, arcs[k + LAG], rows[p + STATE], rows[i + STATE], finish)
    if arcs[k + LINK_TYPE] != SF or rows[p + STATE] != NOT_STARTED or arcs[k + ASKED] <= rows[i + DATA_DATE]:
        return NO_DATE
    if arcs[k + LAG] == 0 and not is_working(table, own, rows[p + EARLY_START]):
        return NO_DATE
    # P6 shows the very instant at which the predecessor starts, be it the morning after the work is done.
    return after_lag(table, arcs[k + LAG_CALENDAR], rows[p + EARLY_START], arcs[k + LAG], rows[i + DATA_DATE])


@kernel
def _constrained(
    table: Numbers, rule: int, at: int, start: int, held: int, c: int, span_cal: int, span: int
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
        # Published: on nonworktime the early date moves on to the next worktime (docs/engine/judge.md, [1]).
        return bound, at if prev_finish(table, c, at) == at else next_start(table, c, at)
    if bound <= start:
        return start, held
    if rule == FINISH_NO_EARLIER:
        return bound, NO_DATE
    return bound, prev_finish(table, c, at)


@kernel
def _with_time_of_day(table: Numbers, c: int, at: int, start: int) -> int:
    """A date without a time takes the time of day of the start that it replaces, if that is working time."""
    if at % 1440 == 0 and start % 1440 != 0:
        moved = at + start % 1440
        if next_start(table, c, moved) < at + 1440:
            return moved
    return at


@kernel
def _place_begun(table: Numbers, i: int, asked: int, rows: Numbers) -> None:
    """Write the early dates of a task with an actual start; `asked` is BEFORE_ALL when no arc asks anything."""
    if rows[i + STATE] == FINISHED:
        start = rows[i + DATA_DATE] if asked == BEFORE_ALL else max(asked, rows[i + OPENING])
    elif asked != BEFORE_ALL:
        start = next_start(table, rows[i + CALENDAR], max(asked, rows[i + OPENING]))
    else:
        start = next_start(table, rows[i + CALENDAR], rows[i + DATA_DATE])
        if rows[i + DONE] > 0 and rows[i + LEFT] > 0:
            # By its at-completion duration; what is left never lies before the data date.
            planned = add(table, rows[i + SPAN_CALENDAR], rows[i + BEGUN], rows[i + SPAN])
            start = max(start, add(table, rows[i + SPAN_CALENDAR], planned, -rows[i + LEFT]))
    if rows[i + EXTERNAL_START] > start:
        start = rows[i + EXTERNAL_START]
    finish = add(table, rows[i + SPAN_CALENDAR], start, rows[i + LEFT])
    rows[i + EARLY_START], rows[i + EARLY_FINISH] = start, finish
    if rows[i + STATE] == STARTED:
        _update_span(table, i, rows, finish)


@kernel
def _update_span(table: Numbers, i: int, rows: Numbers, finish: int) -> None:
    """The at-completion duration of a started task, from where its finish now lies."""
    if rows[i + DONE] == 0:
        rows[i + SPAN] = rows[i + LEFT]
    elif rows[i + LEFT] == 0:
        rows[i + SPAN] = rows[i + DONE]
    else:
        rows[i + SPAN] = work(table, rows[i + SPAN_CALENDAR], finish) - work(
            table, rows[i + SPAN_CALENDAR], rows[i + BEGUN]
        )


@kernel
def _expect_finish(table: Numbers, i: int, rows: Numbers, arcs: Numbers) -> None:
    """Let an expected finish decide what is left, unless it lies too early or links drive the finish."""
    finish = rows[i + EXPECTED]
    if finish < rows[i + EARLY_START] or finish < rows[i + DATA_DATE]:
        return
    for k in range(rows[i + IN_FROM], rows[i + IN_TO], ARC_WIDTH):
        if arcs[k + LINK_TYPE] == FF or arcs[k + LINK_TYPE] == SF:
            return
    if work(table, rows[i + CALENDAR], finish) == work(table, rows[i + CALENDAR], rows[i + EARLY_FINISH]):
        return
    rows[i + EARLY_FINISH] = finish
    is_crew = rows[i + SPAN_CALENDAR] < -2
    if is_crew:
        rows[i + SPAN_CALENDAR] = rows[i + CALENDAR]  # it, and no crew's work, decides what is left
    rows[i + LEFT] = work(table, rows[i + SPAN_CALENDAR], finish) - work(
        table, rows[i + SPAN_CALENDAR], rows[i + EARLY_START]
    )
    if rows[i + STATE] == STARTED:
        _update_span(table, i, rows, finish)
    elif is_crew:
        rows[i + SPAN] = rows[i + LEFT]
