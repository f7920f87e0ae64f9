"""
Early dates of a whole block of trials at once, by the rules of Microsoft Project.

Tasks are walked in an order in which each follows its predecessors; every step is array arithmetic over the trials.
Most tasks are plain: links and duration decide, and marks (see `marks`) of their own calendar are added and compared
without looking at a calendar. The others follow the text of `msp` step by step, in instants.
"""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FINISHED, FS, NOT_STARTED, SF
from consortio_engine.kernel import Speed
from consortio_engine.network import Network
from consortio_engine.prepare import Frame, Web, frame_of, has_given_dates
from consortio_engine.results import Options
from consortio_engine.rollup import levels
from consortio_engine.rows import Constraint, Kind
from consortio_engine.simulate.marks import both_marks, instants
from consortio_engine.simulate.steps import Arc, Board, Step, place
from consortio_engine.simulate.trial_pass import Dates, web_of
from consortio_engine.topology import scheduled_tasks

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

AROUND_THE_CLOCK = -1


def knows(network: Network) -> bool:
    """Whether the rules of the network are known here: as late as possible needs late dates in every trial."""
    return not (network.constraint == Constraint.ALAP).any()


class BlockPass:
    """One network by the rules of msp, ready for blocks of trials."""

    def __init__(self, network: Network, tasks: Ints, options: Options, speed: Speed) -> None:
        frame = frame_of(network, "msp", options, speed)
        web = web_of(network, frame, "msp", speed)
        self._network, self.table = network, frame.table
        given = has_given_dates(network)
        is_fixed = given | (frame.state == FINISHED)
        is_plain = _plain(network, frame, web) & ~is_fixed
        self.calendar = np.where(is_plain, np.maximum(frame.calendar, AROUND_THE_CLOCK), AROUND_THE_CLOCK)
        order = web.order.tolist()
        self._fixed = [task for task in order if is_fixed[task]]
        self._fixed_start = np.where(given, network.manual_start, network.actual_start)
        self._fixed_finish = np.where(given, network.manual_finish, network.actual_finish)
        builder = _Builder(network, frame, web, self.calendar, is_plain, tasks)
        self._steps = [builder.step(task) for task in order if not is_fixed[task]]
        self._backward = [(task, builder.arcs(task)) for task in reversed(order)]
        self._ends = _ends(network, web, self.calendar, is_plain)
        self._depths = levels(network)
        self._parts = _parts(network, self._depths, self.calendar, set(order))
        self._arc_count = len(web.arcs.origin)
        self._lead = (network.duration - network.remaining)[tasks]
        self._projects = len(network.projects)

    def run(self, tasks: Ints, left: Ints, wants_path: bool) -> Dates:
        """Place every task in every trial; as `TrialPass.run`. Raises: HorizonExceeded."""
        count = left.shape[1]
        shape = (self._network.task_count, count)
        span = left if not self._lead.any() else np.maximum(left + self._lead[:, None], 0)
        board = Board(
            table=self.table,
            start=np.empty(shape, dtype=np.int64),
            finish=np.zeros(shape, dtype=np.int64),  # rows without dates stay so
            driving=np.zeros((self._arc_count if wants_path else 0, count), dtype=bool),
            span=span,
            left=left,
            reach=2 * span - (span > 0),
        )
        for task in self._fixed:
            board.start[task], board.finish[task] = 2 * self._fixed_start[task], 2 * self._fixed_finish[task]
        for step in self._steps:
            place(step, board)
        close = self._close(board.finish)
        on_path = self._path(board, close) if wants_path else None
        self._fill_summaries(board.finish)
        return Dates(board.finish, close.max(axis=0), on_path)

    def _close(self, finish: Ints) -> Ints:
        """The latest early finish of each project; shape (projects, trials)."""
        result = np.full((self._projects, finish.shape[1]), np.iinfo(np.int64).min)
        for project, calendar, rows in self._ends:
            latest = instants(self.table, calendar, finish[rows].max(axis=0))
            np.maximum(result[project], latest, out=result[project])
        return result

    def _path(self, board: Board, close: Ints) -> Ints:
        """In how many trials each task is on the longest path of its project; shape (tasks,)."""
        on_path = np.zeros(board.finish.shape, dtype=bool)
        for project, calendar, rows in self._ends:
            even, odd = both_marks(self.table, calendar, close[project])
            finish = board.finish[rows]
            on_path[rows] = (finish == even) | (finish == odd)
        for task, arcs in self._backward:
            mine = on_path[task]
            for arc in arcs:
                on_path[arc.before] |= mine & board.driving[arc.at]
        for step in self._depths:
            for task in step.tolist():
                on_path[self._network.parent[task]] |= on_path[task]
        result: Ints = np.count_nonzero(on_path, axis=1).astype(np.int64)
        return result

    def _fill_summaries(self, finish: Ints) -> None:
        for summary, parts in self._parts:
            dates = [instants(self.table, calendar, finish[rows].max(axis=0)) for calendar, rows in parts]
            finish[summary] = 2 * np.maximum.reduce(dates)


def _plain(network: Network, frame: Frame, web: Web) -> Flags:
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


class _Builder:
    """Makes steps and arcs of rows."""

    def __init__(self, network: Network, frame: Frame, web: Web, calendar: Ints, is_plain: Flags, tasks: Ints) -> None:
        self._network, self._frame, self._web = network, frame, web
        self._calendar, self._is_plain = calendar, is_plain
        self._row = {int(task): row for row, task in enumerate(tasks)}

    def arcs(self, task: int) -> tuple[Arc, ...]:
        """Incoming arcs in the order of links."""
        network, web = self._network, self._web
        found = []
        for at in range(int(web.incoming_at[task]), int(web.incoming_at[task + 1])):
            arc = int(web.incoming[at])
            origin, before = int(web.arcs.origin[arc]), int(web.arcs.predecessor[arc])
            lags = max(int(self._frame.lag_calendar[origin]), AROUND_THE_CLOCK)
            kind, lag = int(network.type[origin]), int(network.lag[origin])
            found.append(Arc(at, before, int(self._calendar[before]), kind, lag, lags))
        return tuple(found)

    def step(self, task: int) -> Step:
        """The step of a task."""
        network, frame = self._network, self._frame
        calendar = max(int(frame.calendar[task]), AROUND_THE_CLOCK)
        return Step(
            task=task,
            row=self._row.get(task, -1),
            is_plain=bool(self._is_plain[task]),
            state=int(frame.state[task]),
            kind=int(network.kind[task]),
            calendar=calendar,
            span_calendar=AROUND_THE_CLOCK if network.is_elapsed[task] else calendar,
            span=int(network.duration[task]),
            left=int(network.remaining[task]),
            opening=int(frame.project_start[task]),
            delay=int(network.delay[task]),
            rule=int(network.constraint[task]),
            rule_at=int(network.constraint_at[task]),
            begun=int(network.actual_start[task]),
            arcs=self.arcs(task),
        )


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
