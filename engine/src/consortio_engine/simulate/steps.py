"""One task at a time, in every trial of a block: the early dates by the rules of Microsoft Project."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FF, FS, NOT_STARTED, SF, SS
from consortio_engine.rows import Constraint, Kind
from consortio_engine.simulate.marks import added, converted, instants, marks, shifted

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MILESTONES = (Kind.MILESTONE, Kind.START_MILESTONE, Kind.FINISH_MILESTONE)
AT_START = (Constraint.START_NO_EARLIER, Constraint.START_NO_LATER, Constraint.MUST_START_ON, Constraint.START_ON)
AT_FINISH = (Constraint.MUST_FINISH_ON, Constraint.FINISH_ON)


@dataclass(frozen=True, slots=True)
class Arc:
    """One incoming link: its position, the predecessor, the calendar of the predecessor's marks, type, lag."""

    at: int
    before: int
    calendar: int
    type: int
    lag: int
    lag_calendar: int


@dataclass(frozen=True, slots=True)
class Step:
    """
    One task to place; the calendar -1 runs around the clock.

    Attributes:
        row: its row in what is drawn, -1: none. span, left: as planned. opening: where it starts without links, and of a
            plain task `opening_mark`, in its calendar.
        is_plain: calendar, duration and links alone decide, and no link comes from a start to its finish.
    """

    task: int
    row: int
    is_plain: bool
    state: int
    kind: int
    calendar: int
    span_calendar: int
    span: int
    left: int
    opening: int
    delay: int
    rule: int
    rule_at: int
    begun: int
    opening_mark: int
    arcs: tuple[Arc, ...]


@dataclass(frozen=True, eq=False)
class Board:
    """
    The dates of a block under way.

    Attributes:
        table: calendars. start, finish: (tasks, trials), marks, in 32 bits if these hold all.
        driving: (arcs, trials), False until known; without rows where nobody asks.
        span, left: (rows, trials), durations at completion and remaining. reach: (rows, trials), from the mark of a
            start to that of its finish.
    """

    table: Ints
    start: Ints
    finish: Ints
    driving: Flags
    span: Ints
    left: Ints
    reach: Ints


def place_plain(step: Step, board: Board) -> None:
    """Write the marks of a plain task."""
    asked = [_asked_mark(step, arc, board) for arc in step.arcs]
    start, finish = board.start[step.task], board.finish[step.task]
    if not asked:
        start[:] = step.opening_mark
    elif len(asked) == 1:
        start[:] = asked[0]
    else:
        np.maximum(asked[0], asked[1], out=start)
        for each in asked[2:]:
            np.maximum(start, each, out=start)
    if step.kind == Kind.TASK:
        start |= 1
        np.add(start, board.reach[step.row] if step.row >= 0 else max(2 * step.span - 1, 0), out=finish)
    elif step.row >= 0:
        span = board.span[step.row]
        finish[:] = np.where(span > 0, (start & -2) + 2 * span, start)
    else:
        finish[:] = (start & -2) + 2 * step.span if step.span else start
    if len(board.driving) and len(asked) > 1:
        begins = start if step.kind == Kind.TASK else start | 1
        for arc, each in zip(step.arcs, asked, strict=True):
            np.equal(each | 1, begins, out=board.driving[arc.at])
    elif len(board.driving) and asked:
        board.driving[step.arcs[0].at] = True


def _asked_mark(step: Step, arc: Arc, board: Board) -> Ints:
    """The mark of the start that an arc asks of a plain task, in the task's calendar."""
    table, c, lags = board.table, step.calendar, arc.lag_calendar
    if arc.type in (FS, SS):
        mark = (board.finish if arc.type == FS else board.start)[arc.before]
        if arc.lag == 0:
            return converted(table, arc.calendar, c, mark)
        return converted(table, lags, c, shifted(converted(table, arc.calendar, lags, mark), arc.lag))
    if arc.lag and lags != c:
        # Of a task without duration the very instant counts, and it may lie in a break of its own calendar.
        return np.maximum(marks(table, c, _asked_instant(step, arc, _span(step, board), board)), step.opening_mark)
    mark = converted(table, arc.calendar, c, board.finish[arc.before])
    if step.row >= 0:
        left = board.left[step.row]
        mark = np.where(left > 0, (mark | 1) - 2 * left, mark)
    else:
        mark = shifted(mark, -step.left)
    return np.maximum(shifted(mark, arc.lag), step.opening_mark)


def place_begun(step: Step, board: Board) -> None:
    """Write the dates of a task under way: it keeps its start."""
    count = board.start.shape[1]
    begun = np.full(count, step.begun, dtype=np.int64)
    finish = added(board.table, step.span_calendar, begun, _span(step, board))
    if step.rule == Constraint.FINISH_NO_EARLIER:
        finish = np.maximum(finish, step.rule_at)
    board.start[step.task], board.finish[step.task] = begun * 2, finish * 2


def place_ruled(step: Step, board: Board) -> None:
    """Write the dates of a task with a constraint, a delay, elapsed time or a link from a start to its finish."""
    table, count = board.table, board.start.shape[1]
    span, held = _span(step, board), False
    asked = [_asked_instant(step, arc, span, board) for arc in step.arcs]
    rule_at = np.full(count, step.rule_at, dtype=np.int64)
    if asked:
        start = np.maximum.reduce(asked)
    elif step.rule == Constraint.START_NO_EARLIER:
        start = rule_at
    elif step.rule == Constraint.FINISH_NO_EARLIER:
        held, start = True, added(table, step.span_calendar, rule_at, -span)
    else:
        start = np.full(count, step.opening, dtype=np.int64)
    start = _resting(step, start, table)
    if step.delay:
        start = _resting(step, start + step.delay, table)
    linked = start
    if step.rule > Constraint.ALAP:
        start = _constrained(step, start, rule_at, span, table)
        held = held or step.rule in AT_FINISH
    finish = rule_at if held else added(table, step.span_calendar, start, span)
    if asked and not held:
        finish = _handed_over(step, asked, start == linked, finish, board)
    board.start[step.task], board.finish[step.task] = start * 2, finish * 2
    if len(board.driving):
        work = marks(table, step.calendar, start) >> 1
        for arc, each in zip(step.arcs, asked, strict=True):
            same = (each < start) & (marks(table, step.calendar, each) >> 1 == work)
            board.driving[arc.at] = (each == start) | same


def _span(step: Step, board: Board) -> Ints:
    """Working minutes at completion. Shape (trials,)."""
    if step.row >= 0:
        given: Ints = board.span[step.row]
        return given
    return np.full(board.start.shape[1], step.span, dtype=np.int64)


def _asked_instant(step: Step, arc: Arc, span: Ints, board: Board) -> Ints:
    table = board.table
    side = board.finish if arc.type in (FS, FF) else board.start
    before = instants(table, arc.calendar, side[arc.before])
    if arc.type == SF:
        before = added(table, step.span_calendar, before, -span)
    elif arc.type == FF:
        left = board.left[step.row] if step.row >= 0 else np.full_like(span, step.left)
        before = added(table, step.span_calendar, before, -left)
    asked = added(table, arc.lag_calendar, before, arc.lag)
    return np.maximum(asked, step.opening) if arc.type == FF else asked


def _resting(step: Step, instant: Ints, table: Ints) -> Ints:
    """The next start of work; a milestone may stay at the end of a period."""
    mark = marks(table, step.calendar, instant)
    return instants(table, step.calendar, mark if step.kind in MILESTONES else mark | 1)


def _constrained(step: Step, start: Ints, at: Ints, span: Ints, table: Ints) -> Ints:
    """The early start when constraints are honoured before links; on a day off they count from the next morning."""
    if step.rule in AT_START:
        if step.rule == Constraint.START_NO_EARLIER:
            start = np.maximum(start, at)
        elif step.rule == Constraint.START_NO_LATER:
            start = np.minimum(start, at)
        else:
            start = at
        return _resting(step, start, table)
    bound = added(table, step.span_calendar, at, -span)
    if step.rule == Constraint.FINISH_NO_EARLIER:
        return np.maximum(start, bound)
    if step.rule == Constraint.FINISH_NO_LATER:
        return np.minimum(start, bound)
    return bound


def _handed_over(step: Step, asked: list[Ints], is_linked: Flags, finish: Ints, board: Board) -> Ints:
    """The start that start-to-finish without a lag hands over as the finish, where no work lies between."""
    driver = np.argmax(np.array(asked), axis=0)
    for position, arc in enumerate(step.arcs):
        if arc.type != SF or arc.lag != 0:
            continue
        begins = instants(board.table, arc.calendar, board.start[arc.before])
        mark = marks(board.table, step.span_calendar, begins)
        works = instants(board.table, step.span_calendar, mark | 1) == begins
        same = marks(board.table, step.span_calendar, finish) >> 1 == mark >> 1
        finish = np.where((driver == position) & is_linked & (begins > finish) & works & same, begins, finish)
    return finish


def place(step: Step, board: Board) -> None:
    """Write the dates of any task that moves."""
    if step.is_plain:
        place_plain(step, board)
    elif step.state == NOT_STARTED:
        place_ruled(step, board)
    else:
        place_begun(step, board)
