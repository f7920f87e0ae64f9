"""
Early dates of a whole block of trials at once, by the rules of Microsoft Project.

Tasks are walked in an order in which each follows its predecessors; every step is array arithmetic over the trials.
Most tasks are plain: links and duration decide, and marks (see `marks`) of their own calendar are added and compared
without looking at a calendar. The others follow the text of `msp` step by step, in instants.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FINISHED, FS
from consortio_engine.effort import effort_tasks
from consortio_engine.errors import HorizonExceeded
from consortio_engine.kernel import Speed, at_speed
from consortio_engine.network import Network
from consortio_engine.prepare import Web, frame_of, has_given_dates
from consortio_engine.results import Options
from consortio_engine.rollup import levels
from consortio_engine.rows import Constraint, Kind
from consortio_engine.simulate.block_kernels import BEFORE, LAG, latest_of, mark_last, place_run, walk_back
from consortio_engine.simulate.marks import BEYOND, both_marks, instants
from consortio_engine.simulate.program import AROUND_THE_CLOCK, Program, arc_table, plain_tasks
from consortio_engine.simulate.reach import Whole, farthest, kind_of
from consortio_engine.simulate.steps import Board, Step, place
from consortio_engine.simulate.trial_pass import Dates, web_of
from consortio_engine.simulate.workspace import array

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def knows(network: Network) -> bool:
    """
    Whether the rules of the network are known here.

    As late as possible needs late dates in every trial; levels of effort need the dates of all others.
    """
    return not ((network.constraint == Constraint.ALAP).any() or effort_tasks(network).any())


class BlockPass:
    """One network by the rules of msp, ready for blocks of trials; nothing in it changes."""

    def __init__(self, network: Network, tasks: Ints, options: Options, speed: Speed) -> None:
        frame = frame_of(network, "msp", options, speed)
        web = web_of(network, frame, "msp", options, speed)
        self._network, self.table, self._speed = network, frame.table, speed
        given = has_given_dates(network)
        is_fixed = given | (frame.state == FINISHED)
        is_plain = plain_tasks(network, frame, web) & ~is_fixed
        self.calendar = np.where(is_plain, np.maximum(frame.calendar, AROUND_THE_CLOCK), AROUND_THE_CLOCK)
        self._order, self._first = web.order, web.incoming_at
        self._fixed = web.order[is_fixed[web.order]]
        self._fixed_start = 2 * np.where(given, network.manual_start, network.actual_start)[self._fixed, None]
        self._fixed_finish = 2 * np.where(given, network.manual_finish, network.actual_finish)[self._fixed, None]
        self._arcs = arc_table(network, frame, web, self.calendar)
        moving = web.order[~is_fixed[web.order]]
        program = Program(network, frame, web, self._arcs, is_plain, tasks)
        self._runs = program.runs(moving) if speed == "fast" else [program.step(task) for task in moving.tolist()]
        self._ends = _ends(network, web, self.calendar, is_plain)
        self._depths = levels(network)
        self._parts = _parts(network, self._depths, self.calendar, set(web.order.tolist()))
        self._lead = (network.duration - network.remaining)[tasks]
        self._bound = farthest(network, frame.table, self._arcs[:, LAG], tasks)
        self._projects = len(network.projects)

    def run(self, tasks: Ints, left: Ints, wants_path: bool) -> Dates:
        """Place every task in every trial; as `TrialPass.run`. Raises: HorizonExceeded."""
        count = left.shape[1]
        shape = (self._network.task_count, count)
        span = left if not self._lead.any() else np.maximum(left + self._lead[:, None], 0)
        kind = kind_of(self._bound, span)
        driving = array("driving", (len(self._arcs) if wants_path else 0, count), np.bool_)
        driving.fill(False)
        board = Board(
            table=self.table,
            start=array("start", shape, kind),
            finish=np.zeros(shape, dtype=kind),  # rows without dates stay so
            driving=driving,
            span=span,
            left=left,
            reach=left if self._speed == "fast" else _reach(span, kind),  # compiled, it is done on the way
        )
        board.start[self._fixed], board.finish[self._fixed] = self._fixed_start, self._fixed_finish
        for step in self._runs:
            if isinstance(step, Step):
                place(step, board)
            else:
                self._place_run(step, board)
        close = self._close(board.finish)
        on_path = self._path(board, close) if wants_path else None
        self._fill_summaries(board.finish)
        return Dates(board.finish, close.max(axis=0), on_path)

    def _place_run(self, plain: Ints, board: Board) -> None:
        placed = at_speed(place_run, "fast")
        table: Any = self.table
        try:
            placed(table, plain, self._arcs, board.span, board.left, board.start, board.finish, board.driving)
        except HorizonExceeded:
            raise HorizonExceeded(BEYOND) from None

    def _close(self, finish: Ints) -> Ints:
        """The latest early finish of each project; shape (projects, trials)."""
        result = np.full((self._projects, finish.shape[1]), np.iinfo(np.int64).min)
        for project, calendar, rows in self._ends:
            if self._speed == "fast":
                mark = finish[rows[0]].copy()
                at_speed(latest_of, "fast")(rows, finish, mark)
            else:
                mark = finish[rows].max(axis=0)
            np.maximum(result[project], instants(self.table, calendar, mark), out=result[project])
        return result

    def _path(self, board: Board, close: Ints) -> Ints:
        """In how many trials each task is on the longest path of its project; shape (tasks,)."""
        finish = board.finish
        on_path = array("on_path", finish.shape, np.bool_)
        on_path.fill(False)
        for project, calendar, rows in self._ends:
            even, odd = (mark.astype(finish.dtype) for mark in both_marks(self.table, calendar, close[project]))
            if self._speed == "fast":
                at_speed(mark_last, "fast")(rows, finish, even, odd, on_path)
            else:
                on_path[rows] = (finish[rows] == even) | (finish[rows] == odd)
        if self._speed == "fast":
            at_speed(walk_back, "fast")(self._order, self._first, self._arcs, board.driving, on_path)
        else:
            first, before = self._first.tolist(), self._arcs[:, BEFORE].tolist()
            for task in reversed(self._order.tolist()):
                for arc in range(first[task], first[task + 1]):
                    on_path[before[arc]] |= on_path[task] & board.driving[arc]
        for step in self._depths:
            for task in step.tolist():
                on_path[self._network.parent[task]] |= on_path[task]
        result: Ints = np.count_nonzero(on_path, axis=1).astype(np.int64)
        return result

    def _fill_summaries(self, finish: Ints) -> None:
        for summary, parts in self._parts:
            dates = [instants(self.table, calendar, finish[rows].max(axis=0)) for calendar, rows in parts]
            finish[summary] = 2 * np.maximum.reduce(dates)


def _reach(span: Whole, kind: type[np.signedinteger]) -> Whole:
    """From the odd mark of a start to the mark of the finish: an even one, unless there is nothing to do."""
    result = array("reach", span.shape, kind)
    np.multiply(span, 2, out=result)
    if span.size and span.min() > 0:
        result -= 1
    else:
        result -= span > 0
    return result


def _ends(network: Network, web: Web, calendar: Ints, is_plain: Flags) -> list[tuple[int, int, Ints]]:
    """
    The tasks that can be the last of their project: (project, calendar of their marks, tasks).

    A task that a plain one of the same project follows, finish to start without a lead, is never later than that one;
    where both finish together, the link drives and the longest path leads through it.
    """
    before, after, origin = web.arcs.predecessor, web.arcs.successor, web.arcs.origin
    follows = (network.type[origin] == FS) & (network.lag[origin] >= 0) & is_plain[after]
    follows &= network.project[before] == network.project[after]
    is_end = np.zeros(network.task_count, dtype=bool)
    is_end[web.order] = True
    is_end[before[follows]] = False
    found = []
    tasks = np.flatnonzero(is_end)
    pairs = sorted(set(zip(network.project[tasks].tolist(), calendar[tasks].tolist(), strict=True)))
    for project, own in pairs:
        chosen = tasks[(network.project[tasks] == project) & (calendar[tasks] == own)]
        found.append((project, own, chosen))
    return found


def _parts(
    network: Network, depths: list[Ints], calendar: Ints, scheduled: set[int]
) -> list[tuple[int, list[tuple[int, Ints]]]]:
    """Summaries with dates, deepest first: (summary, [(calendar of the marks, children)])."""
    found = []
    has_dates = set(scheduled)
    children: dict[int, list[int]] = {}
    for step in depths:
        for task in step.tolist():
            if task in children and network.kind[task] == Kind.SUMMARY:
                found.append((task, _grouped(children[task], calendar)))
                has_dates.add(task)
            if task in has_dates:
                children.setdefault(int(network.parent[task]), []).append(task)
    roots = [task for task in children if network.parent[task] < 0]
    found += [(task, _grouped(children[task], calendar)) for task in sorted(roots)]
    return found


def _grouped(tasks: list[int], calendar: Ints) -> list[tuple[int, Ints]]:
    groups: dict[int, list[int]] = {}
    for task in tasks:
        groups.setdefault(int(calendar[task]), []).append(task)
    return [(own, np.array(rows, dtype=np.int64)) for own, rows in sorted(groups.items())]
