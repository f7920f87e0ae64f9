"""Codes as plain integers, because compiled kernels know no enumerations, and the shapes that kernels share."""

from typing import NamedTuple

from consortio_engine.kernel import Numbers
from consortio_engine.rows import NONE, Constraint, Kind, LinkType

NOT_STARTED, STARTED, FINISHED = 0, 1, 2

NO_DATE = int(NONE)
BEFORE_ALL = -(2**62)
AFTER_ALL = 2**62

FF, FS, SF, SS = int(LinkType.FF), int(LinkType.FS), int(LinkType.SF), int(LinkType.SS)

MILESTONE, START_MILESTONE = int(Kind.MILESTONE), int(Kind.START_MILESTONE)
FINISH_MILESTONE = int(Kind.FINISH_MILESTONE)

ALAP = int(Constraint.ALAP)
MUST_START_ON, MUST_FINISH_ON = int(Constraint.MUST_START_ON), int(Constraint.MUST_FINISH_ON)
START_NO_EARLIER, START_NO_LATER = int(Constraint.START_NO_EARLIER), int(Constraint.START_NO_LATER)
FINISH_NO_EARLIER, FINISH_NO_LATER = int(Constraint.FINISH_NO_EARLIER), int(Constraint.FINISH_NO_LATER)
START_ON, FINISH_ON = int(Constraint.START_ON), int(Constraint.FINISH_ON)


class MspTasks(NamedTuple):
    """
    Columns of tasks for the kernels of `msp`: shape (tasks,), dates in minutes, NO_DATE for none.

    `span` is the duration at completion, counted in `span_calendar`; `left` and `done` are what remains and what is
    done; `begun` and `ended` are actual dates; `opening` is the project's start; `set_start` and `set_finish` are the
    given dates of tasks that are `manual`.
    """

    state: Numbers
    manual: Numbers
    kind: Numbers
    calendar: Numbers
    span_calendar: Numbers
    span: Numbers
    left: Numbers
    done: Numbers
    constraint: Numbers
    constraint_at: Numbers
    begun: Numbers
    ended: Numbers
    opening: Numbers
    delay: Numbers
    deadline: Numbers
    set_start: Numbers
    set_finish: Numbers


class P6Tasks(NamedTuple):
    """
    Columns of tasks for the kernels of `p6_forward` and `p6_backward`; see `MspTasks`.

    `second` is the secondary constraint; `opening` the later of project start and data date; `span` and `left` are
    rewritten by the forward pass where progress or an expected finish changes them.
    """

    state: Numbers
    kind: Numbers
    calendar: Numbers
    span_calendar: Numbers
    span: Numbers
    left: Numbers
    done: Numbers
    constraint: Numbers
    constraint_at: Numbers
    second: Numbers
    second_at: Numbers
    begun: Numbers
    ended: Numbers
    opening: Numbers
    data_date: Numbers
    expected: Numbers
    external_start: Numbers
    external_finish: Numbers


class ArcColumns(NamedTuple):
    """
    Arcs sorted by one end: those of task i are first[i] to first[i + 1] - 1, in the order of links.

    `first` has shape (tasks + 1,), the rest (arcs,); `other` is the task at the other end.
    """

    first: Numbers
    other: Numbers
    type: Numbers
    lag: Numbers
    lag_calendar: Numbers


class Dates(NamedTuple):
    """
    What the passes write: dates of shape (tasks,), and per incoming arc the start that it asked for.

    `linked_start` is the late start that links count from in msp (a started task shows its actual start instead);
    `now` has one cell: the task being worked on, for messages.
    """

    early_start: Numbers
    early_finish: Numbers
    late_start: Numbers
    late_finish: Numbers
    remaining_start: Numbers
    remaining_finish: Numbers
    linked_start: Numbers
    asked: Numbers
    now: Numbers
