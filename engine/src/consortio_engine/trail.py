"""
A scheduled network that stays ready for the next edit: what the passes read and wrote, as plain lists.

An edit writes the rows that it changes and lets the kernels work on one task after another, in the order of the links,
for as long as dates change. What was there before is kept, so that another edit of the same schedule can begin there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from heapq import heapify, heappop, heappush
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import (
    ARC_WIDTH,
    ASKED,
    BEGUN,
    CALENDAR,
    DEADLINE,
    DELAY,
    DONE,
    EARLY_FINISH,
    EARLY_START,
    ENDED,
    EXPECTED,
    EXTERNAL_FINISH,
    EXTERNAL_START,
    FF,
    FINISHED,
    IN_FROM,
    IN_TO,
    LAG,
    LATE_FINISH,
    LATE_START,
    LEFT,
    LINK_TYPE,
    LINKED_START,
    MANUAL,
    NO_DATE,
    NOT_STARTED,
    OTHER,
    OUT_FROM,
    OUT_TO,
    PLAIN_IN,
    PLAIN_OUT,
    RULE,
    RULE2,
    RULE2_AT,
    RULE_AT,
    SF,
    SPAN,
    SPAN_CALENDAR,
    SS,
    STARTED,
    STATE,
)
from consortio_engine.floats import driving_arcs
from consortio_engine.msp import msp_backward, msp_forward
from consortio_engine.network import ABSENT_DURATION, Network
from consortio_engine.p6_backward import p6_backward
from consortio_engine.p6_forward import p6_forward
from consortio_engine.passes import backward, forward_work, project_finishes
from consortio_engine.prepare import frame_of, work_done
from consortio_engine.results import Mode, Options, Schedule
from consortio_engine.rows import ELAPSED, Constraint, Kind, LinkType
from consortio_engine.topology import summary_links

Ints = NDArray[np.int64]

# Columns whose edits leave calendars, order and arcs as they are.
QUICK_TASKS = frozenset(
    "duration remaining actual_duration constraint constraint_at constraint2 constraint2_at deadline expected_finish "
    "external_start external_finish actual_start actual_finish suspended_at resumed_at is_manual manual_start "
    "manual_finish is_elapsed delay".split()
)
QUICK_LINKS = frozenset({"lag", "type"})


class Trail:
    """
    Rows and arcs of one network after both passes.

    Attributes:
        head: fingerprint of the schedule whose dates are in the rows.
        base: fingerprint of the one before the last edit; `stand_at` can go back to it.
        touched: tasks on which a kernel worked since then; their answers are to be made again.
    """

    def __init__(self, network: Network, mode: Mode, options: Options, fingerprint: str) -> None:
        frame = frame_of(network, mode, options, "plain")
        self.network, self.mode, self.options, self.lock = network, mode, options, Lock()
        self.frame = replace(frame, state=frame.state.copy(), actual_duration=frame.actual_duration.copy())
        self.work = forward_work(network, self.frame, mode, options, "plain")
        self.project_finish = backward(network, self.frame, self.work, mode)
        web = self.work.web
        self.tasks: list[int] = web.order.tolist()
        self.place = np.full(network.task_count, -1, dtype=np.int64)
        self.place[web.order] = np.arange(len(web.order))
        early_start = self.work.column(EARLY_START)
        self.driving: list[bool] = driving_arcs(self.frame, web, self.work.asked(), early_start).tolist()
        self.links: list[int] = web.arcs.origin[web.incoming].tolist()
        # For each outgoing arc, where it stands among the incoming ones.
        self.twins: list[int] = np.argsort(web.incoming)[web.outgoing].tolist()
        self.has_many_arcs = len(np.unique(web.arcs.origin)) < len(web.arcs.origin)
        self.children = _children(network)
        self.head, self.base = fingerprint, ""
        self._forget()

    def __reduce__(self) -> tuple[Any, ...]:
        return (_nothing, ())  # it does not travel; a schedule that arrives elsewhere begins anew

    def is_about(self, network: Network, fingerprint: str) -> bool:
        """Whether this very network was the last one, and its schedule has this fingerprint."""
        return network is self.network and fingerprint == self.head

    def stand_at(self, fingerprint: str) -> bool:
        """Go back to the schedule before the last edit, if that is asked for; return whether the trail is there now."""
        if fingerprint == self.base:
            self.undo()
        return fingerprint == self.head

    def write(self, network: Network, changes: Mapping[str, Iterable[int]], fingerprint: str) -> None:
        """Begin an edit: write the rows and arcs that changed."""
        self._forget()
        self._before = (self.network, self.project_finish, self.driving)
        self.network, self.base, self.head = network, self.head, fingerprint
        self.edited.update(task for name in QUICK_TASKS & changes.keys() for task in changes[name])
        for link in sorted({link for name in QUICK_LINKS & changes.keys() for link in changes[name]}):
            self._write_link(link)
        for task in self.edited:
            self.save(task)
            self._write_task(task)
        self.edited |= self._linked
        for task in self.edited:
            self._write_plainness(task)

    def undo(self) -> None:
        """Take the last edit back."""
        if self._all_rows:
            self.work.rows[:] = self._all_rows
        for task, (row, low, arcs) in self._saved.items():
            at = task * self.work.width
            self.work.rows[at : at + self.work.width] = row
            self.work.incoming[low : low + len(arcs)] = arcs
        for sequence, at, value in reversed(self._cells):
            sequence[at] = value
        self.network, self.project_finish, self.driving = self._before
        self.head, self.base = self.base, ""
        self._forget()

    def _forget(self) -> None:
        self.edited: set[int] = set()
        self.touched: set[int] = set()
        self._linked: set[int] = set()
        self._respanned: set[int] = set()
        self._saved: dict[int, tuple[Any, int, Any]] = {}
        self._cells: list[tuple[Any, int, Any]] = []
        self._all_rows: Any = None

    def save(self, task: int) -> None:
        """Keep a task's row and what its links ask, before they change."""
        if task not in self._saved:
            at, rows = task * self.work.width, self.work.rows
            low, high = rows[at + IN_FROM], rows[at + IN_TO]
            self._saved[task] = (rows[at : at + self.work.width], low, self.work.incoming[low:high])

    def set_cell(self, sequence: Any, at: int, value: Any) -> None:
        """Write one value that `undo` can take back."""
        self._cells.append((sequence, at, sequence[at]))
        sequence[at] = value

    def forward(self) -> dict[int, int]:
        """Write early dates from the edited tasks on; return the former early finishes of tasks whose own changed."""
        rows, width, network = self.work.rows, self.work.width, self.network
        kernel: Any = msp_forward if self.mode == "msp" else p6_forward
        arguments = (False,) if self.mode == "msp" else ()
        heap = [int(self.place[task]) for task in self.edited]
        heapify(heap)
        moved: dict[int, int] = {}
        while heap:
            at = heappop(heap)
            while heap and heap[0] == at:
                heappop(heap)
            task = self.tasks[at]
            i = task * width
            self.save(task)
            self.touched.add(task)
            row = self._saved[task][0]  # an edit may have written dates already
            before, span = (row[EARLY_START], row[EARLY_FINISH]), (row[SPAN], row[LEFT])
            if self.mode == "p6":
                rows[i + SPAN], rows[i + LEFT] = network.duration.item(task), network.remaining.item(task)
            self.work.run_over([i], kernel, self.work.incoming, *arguments)
            if span != (rows[i + SPAN], rows[i + LEFT]):
                self._respanned.add(task)
            if before[1] != rows[i + EARLY_FINISH]:
                moved[task] = before[1]
            if before != (rows[i + EARLY_START], rows[i + EARLY_FINISH]) or task in self.edited:
                for other in self.successors(task):
                    heappush(heap, int(self.place[other]))
        return moved

    def moves_a_finish(self, moved: Mapping[int, int]) -> bool:
        """Whether a project ends at another instant now; `moved` holds former early finishes."""
        network, rows, width = self.network, self.work.rows, self.work.width
        shrunk = set()
        for task, before in moved.items():
            project = network.project.item(task)
            if rows[task * width + EARLY_FINISH] > self.project_finish[project]:
                return True
            if before == self.project_finish[project]:
                shrunk.add(project)
        if not shrunk:
            return False
        latest = project_finishes(network, self.work.column(EARLY_FINISH), self.work.web)
        return not np.array_equal(latest, self.project_finish)

    def backward(self) -> None:
        """Write late dates from the edited tasks back."""
        rows, width = self.work.rows, self.work.width
        kernel: Any = msp_backward if self.mode == "msp" else p6_backward
        linked = LINKED_START if self.mode == "msp" else LATE_START
        sources = self.edited | self._respanned
        heap = [-int(self.place[task]) for task in sources]
        heapify(heap)
        while heap:
            at = heappop(heap)
            while heap and heap[0] == at:
                heappop(heap)
            task = self.tasks[-at]
            i = task * width
            self.save(task)
            self.touched.add(task)
            before = rows[i + LATE_START], rows[i + LATE_FINISH], rows[i + linked]
            self.work.run_over([i], kernel, self.work.outgoing)
            if before != (rows[i + LATE_START], rows[i + LATE_FINISH], rows[i + linked]) or task in sources:
                for other in self.predecessors(task):
                    heappush(heap, -int(self.place[other]))

    def backward_whole(self) -> None:
        """Write all late dates, because a project's finish has moved."""
        self._all_rows = list(self.work.rows)
        self.project_finish = backward(self.network, self.frame, self.work, self.mode)
        early_start = self.work.column(EARLY_START)
        self.driving = driving_arcs(self.frame, self.work.web, self.work.asked(), early_start).tolist()

    def successors(self, task: int) -> Iterable[int]:
        """The tasks to which arcs lead."""
        i, width = task * self.work.width, self.work.width
        for k in range(self.work.rows[i + OUT_FROM], self.work.rows[i + OUT_TO], ARC_WIDTH):
            yield self.work.outgoing[k + OTHER] // width

    def predecessors(self, task: int) -> Iterable[int]:
        """The tasks from which arcs come."""
        i, width = task * self.work.width, self.work.width
        for k in range(self.work.rows[i + IN_FROM], self.work.rows[i + IN_TO], ARC_WIDTH):
            yield self.work.incoming[k + OTHER] // width

    def _write_link(self, link: int) -> None:
        web = self.work.web
        for positions, arcs, ends in (
            (web.incoming, self.work.incoming, web.arcs.successor),
            (web.outgoing, self.work.outgoing, web.arcs.predecessor),
        ):
            for position in np.flatnonzero(web.arcs.origin[positions] == link).tolist():
                self.set_cell(arcs, position * ARC_WIDTH + LINK_TYPE, self.network.type.item(link))
                self.set_cell(arcs, position * ARC_WIDTH + LAG, self.network.lag.item(link))
                task = int(ends[positions[position]])
                self.save(task)
                self._linked.add(task)

    def _write_task(self, task: int) -> None:
        """The columns of a row that `prepare` fills, for one task."""
        network, rows, i = self.network, self.work.rows, task * self.work.width
        begun, ended = network.actual_start.item(task), network.actual_finish.item(task)
        state = FINISHED if ended != NO_DATE else STARTED if begun != NO_DATE else NOT_STARTED
        self.set_cell(self.frame.state, task, state)
        done = self._done(task, state)
        self.set_cell(self.frame.actual_duration, task, done)
        rows[i + STATE], rows[i + DONE], rows[i + BEGUN], rows[i + ENDED] = state, done, begun, ended
        rows[i + SPAN], rows[i + LEFT] = network.duration.item(task), network.remaining.item(task)
        rows[i + SPAN_CALENDAR] = ELAPSED if network.is_elapsed.item(task) else rows[i + CALENDAR]
        self.set_cell(self.frame.span_calendar, task, rows[i + SPAN_CALENDAR])
        rows[i + RULE], rows[i + RULE_AT] = network.constraint.item(task), network.constraint_at.item(task)
        if self.mode == "p6":
            rows[i + RULE2], rows[i + RULE2_AT] = network.constraint2.item(task), network.constraint2_at.item(task)
            expected = network.expected_finish.item(task) if self.options.use_expected_finish else NO_DATE
            rows[i + EXPECTED], rows[i + EXTERNAL_START] = expected, network.external_start.item(task)
            rows[i + EXTERNAL_FINISH] = network.external_finish.item(task)
            return
        rows[i + DELAY], rows[i + DEADLINE] = network.delay.item(task), network.deadline.item(task)
        dates = network.manual_start.item(task), network.manual_finish.item(task)
        rows[i + MANUAL] = int(network.is_manual.item(task) and NO_DATE not in dates)
        if rows[i + MANUAL]:
            rows[i + EARLY_START], rows[i + EARLY_FINISH] = dates
        if rows[i + MANUAL] or state != NOT_STARTED:
            for k in range(rows[i + IN_FROM], rows[i + IN_TO], ARC_WIDTH):
                self.work.incoming[k + ASKED] = NO_DATE  # nobody asks it any more

    def _done(self, task: int, state: int) -> int:
        network = self.network
        given: int = network.actual_duration.item(task)
        if given != ABSENT_DURATION:
            return given
        if self.mode == "msp":
            return max(network.duration.item(task) - network.remaining.item(task), 0)
        if state != STARTED:
            return 0
        columns = (
            self.frame.calendar,
            network.actual_start,
            self.frame.data_date,
            network.suspended_at,
            network.resumed_at,
        )
        written = [0]
        work_done(self.frame.numbers, tuple([column.item(task)] for column in columns), written)
        return written[0]

    def _write_plainness(self, task: int) -> None:
        """Whether nothing but duration and links decide the dates; as in `prepare.msp_rows` and `p6_rows`."""
        network, rows, i = self.network, self.work.rows, task * self.work.width
        simple = (
            network.kind.item(task) == Kind.TASK
            and rows[i + STATE] == NOT_STARTED
            and rows[i + RULE] == Constraint.ASAP
            and not network.is_elapsed.item(task)
        )
        if self.mode == "msp":
            simple = simple and not rows[i + MANUAL] and rows[i + DELAY] == 0
            is_bound = rows[i + DEADLINE] != NO_DATE
        else:
            simple = simple and rows[i + EXTERNAL_START] == NO_DATE == rows[i + EXPECTED]
            is_bound = rows[i + EXTERNAL_FINISH] != NO_DATE or rows[i + RULE2] > Constraint.ALAP
        incoming = self.work.incoming[rows[i + IN_FROM] + LINK_TYPE : rows[i + IN_TO] : ARC_WIDTH]
        outgoing = self.work.outgoing[rows[i + OUT_FROM] + LINK_TYPE : rows[i + OUT_TO] : ARC_WIDTH]
        rows[i + PLAIN_IN] = int(simple and FF not in incoming and SF not in incoming)
        rows[i + PLAIN_OUT] = int(simple and not is_bound and SS not in outgoing and SF not in outgoing)


def are_quick(network: Network, changes: Mapping[str, Mapping[int, int]], previous: Schedule) -> bool:
    """Whether the changes leave the net itself as it is, and no date depends on one that lies after it."""
    if not changes.keys() <= QUICK_TASKS | QUICK_LINKS:
        return False
    if previous.options.progress == "override" and {"actual_start", "actual_finish"} & changes.keys():
        return False  # links come and go
    tasks = {task for name in QUICK_TASKS & changes.keys() for task in changes[name]}
    if not all(network.kind.item(task) < Kind.SUMMARY and network.is_active.item(task) for task in tasks):
        return False
    if Constraint.ALAP in changes.get("constraint", {}).values():
        return False
    if previous.trail is None and not _is_straight(network, previous.mode):
        return False
    return previous.mode == "p6" or not set(changes.get("type", ())) & set(summary_links(network).tolist())


def _is_straight(network: Network, mode: Mode) -> bool:
    """Nothing is as late as possible, an effort or a crew's, and no link acts on whatever task is the earliest."""
    if (
        network.assignments
        or (network.constraint == Constraint.ALAP).any()
        or (network.kind >= Kind.LEVEL_OF_EFFORT).any()
    ):
        return False
    types = network.type[summary_links(network)]
    return mode == "p6" or not ((types == LinkType.SS) | (types == LinkType.SF)).any()


def _children(network: Network) -> dict[int, Ints]:
    """The children of every summary."""
    order = np.argsort(network.parent, kind="stable")
    above = network.parent[order]
    cuts = np.flatnonzero(np.diff(above)) + 1
    groups = np.split(order, cuts) if len(order) else []
    return {int(network.parent[group[0]]): group for group in groups if network.parent[group[0]] >= 0}


def _nothing() -> None:
    return None
