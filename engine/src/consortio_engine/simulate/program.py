"""From a network to what blocks of trials walk through: plain tasks as rows of numbers, the others as steps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import NOT_STARTED, SF
from consortio_engine.network import Network
from consortio_engine.prepare import Frame, Web
from consortio_engine.rows import Constraint, Kind
from consortio_engine.simulate.block_kernels import (
    ARC_FROM,
    ARC_TO,
    ARCS_WIDTH,
    BEFORE,
    CALENDAR,
    IS_TASK,
    LAG,
    LAG_CALENDAR,
    LEFT,
    OPENING,
    PLAIN_WIDTH,
    ROW,
    SOURCE,
    SPAN,
    TASK,
    TYPE,
)
from consortio_engine.simulate.marks import marks
from consortio_engine.simulate.steps import Arc, Step
from consortio_engine.topology import scheduled_tasks

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

AROUND_THE_CLOCK = -1


def plain_tasks(network: Network, frame: Frame, web: Web) -> Flags:
    """Which tasks calendar, duration and links decide alone, without a link from a start to their finish."""
    from_start = np.zeros(network.task_count, dtype=bool)
    from_start[web.arcs.successor[network.type[web.arcs.origin] == SF]] = True
    result: Flags = (
        (frame.state == NOT_STARTED)
        & (network.constraint == Constraint.ASAP)
        & (network.is_elapsed == 0)
        & (network.delay == 0)
        & ~from_start
        & scheduled_tasks(network)
    )
    return result


def arc_table(network: Network, frame: Frame, web: Web, calendar: Ints) -> Ints:
    """Incoming arcs by successor, each task's in the order of links: the columns of `block_kernels`."""
    arc = web.incoming
    origin, before = web.arcs.origin[arc], web.arcs.predecessor[arc]
    table = np.empty((len(arc), ARCS_WIDTH), dtype=np.int64)
    table[:, BEFORE], table[:, SOURCE] = before, calendar[before]
    table[:, TYPE], table[:, LAG] = network.type[origin], network.lag[origin]
    table[:, LAG_CALENDAR] = np.maximum(frame.lag_calendar[origin], AROUND_THE_CLOCK)
    return table


class Program:
    """Makes what is walked through of the tasks that move."""

    def __init__(self, network: Network, frame: Frame, web: Web, arcs: Ints, is_plain: Flags, tasks: Ints) -> None:
        count = network.task_count
        row = np.full(count, -1, dtype=np.int64)
        row[tasks] = np.arange(len(tasks))
        calendar = np.maximum(frame.calendar, AROUND_THE_CLOCK)
        self._is_plain = is_plain
        self._opening = frame.project_start
        self._table = frame.table
        self._plain = np.zeros((count, PLAIN_WIDTH), dtype=np.int64)
        self._plain[:, TASK], self._plain[:, ROW] = np.arange(count), row
        self._plain[:, IS_TASK], self._plain[:, CALENDAR] = network.kind == Kind.TASK, calendar
        self._plain[:, SPAN], self._plain[:, LEFT] = network.duration, network.remaining
        self._plain[:, ARC_FROM], self._plain[:, ARC_TO] = web.incoming_at[:-1], web.incoming_at[1:]
        elapsed = np.where(network.is_elapsed == 1, AROUND_THE_CLOCK, calendar)
        columns = [is_plain, frame.state, network.kind, calendar, elapsed, network.duration, network.remaining]
        columns += [frame.project_start, network.delay, network.constraint, network.constraint_at, network.actual_start]
        self._fill_openings(np.flatnonzero(is_plain))
        columns.append(self._plain[:, OPENING])
        # Lists, because single values of arrays are slow to read.
        self._rows: list[Any] = list(
            zip(range(count), row.tolist(), *(column.tolist() for column in columns), strict=True)
        )
        self._first = web.incoming_at.tolist()
        self._arcs = arcs.tolist()

    def runs(self, moving: Ints) -> list[Ints | Step]:
        """Rows of plain tasks that follow each other, and steps between them."""
        change = np.flatnonzero(np.diff(self._is_plain[moving])) + 1
        found: list[Ints | Step] = []
        for part in np.split(moving, change):
            if len(part) and self._is_plain[part[0]]:
                found.append(self._plain[part])
            else:
                found += [self.step(task) for task in part.tolist()]
        return found

    def _fill_openings(self, tasks: Ints) -> None:
        """The marks of the start of each task's project in the task's calendar."""
        for calendar in np.unique(self._plain[tasks, CALENDAR]).tolist():
            chosen = tasks[self._plain[tasks, CALENDAR] == calendar]
            self._plain[chosen, OPENING] = marks(self._table, calendar, self._opening[chosen])

    def step(self, task: int) -> Step:
        """One task alone."""
        return Step(*(*self._rows[task], self._arcs_of(task)))

    def _arcs_of(self, task: int) -> tuple[Arc, ...]:
        at = range(self._first[task], self._first[task + 1])
        return tuple(Arc(each, *self._arcs[each]) for each in at)
