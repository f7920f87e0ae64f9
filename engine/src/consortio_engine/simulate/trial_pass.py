"""Dates trial by trial, by the very kernels that schedule one plan: exact for every rule of both modes, and slow."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import CLOSE, EARLY_FINISH, EARLY_START, END, LATE_FINISH, LATE_START, LEFT, SPAN
from consortio_engine.effort import Efforts, span_branches
from consortio_engine.floats import driving_arcs, longest_path
from consortio_engine.kernel import Numbers, Speed
from consortio_engine.msp import msp_backward, msp_forward
from consortio_engine.network import Network
from consortio_engine.p6_backward import p6_backward
from consortio_engine.p6_forward import p6_forward
from consortio_engine.passes import Work
from consortio_engine.prepare import Frame, Web, frame_of, has_given_dates, msp_rows, p6_rows
from consortio_engine.results import Mode, Options
from consortio_engine.rollup import any_child, levels, span_children
from consortio_engine.rows import NONE, Constraint
from consortio_engine.topology import plain_arcs, scheduled_tasks, summary_links, with_summary_arcs

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Dates:
    """
    What a pass says of one block of trials.

    Attributes:
        finish: (tasks, trials), the finishes to show, as marks (see `marks`); of tasks without dates anything.
        close: (trials,), the latest early finish, minutes since 1970.
        on_path: (tasks,), in how many of the trials the task is on the longest path; None where not asked.
    """

    finish: Ints
    close: Ints
    on_path: Ints | None


def web_of(network: Network, frame: Frame, mode: Mode, options: Options, speed: Speed) -> Web:
    """The arcs of the passes; the leaf that a link from the start of a summary counts from is chosen once, as planned."""
    web = Web.of(network, plain_arcs(network, override=mode == "p6" and options.progress == "override"), speed)
    if mode == "p6" or not len(summary_links(network)):
        return web
    first = Work(network, frame, web, msp_rows(network, frame, web, speed), speed)
    first.run(msp_forward, first.incoming, False)
    return Web.of(network, with_summary_arcs(network, web.arcs, first.column(EARLY_START).tolist()), speed)


class TrialPass:
    """One network, ready to be scheduled again and again with other durations; nothing in it changes."""

    def __init__(self, network: Network, mode: Mode, options: Options, speed: Speed) -> None:
        self.network, self.mode, self.speed = network, mode, speed
        self.frame = frame_of(network, mode, options, speed)
        self.web = web_of(network, self.frame, mode, options, speed)
        self.rows = (
            msp_rows(network, self.frame, self.web, speed)
            if mode == "msp"
            else p6_rows(network, self.frame, self.web, options, speed)
        )
        self.steps = levels(network)
        self.efforts = Efforts(network, self.frame)
        self.has_late = bool((network.constraint[self.web.order] == Constraint.ALAP).any())
        self.calendar = np.full(network.task_count, -1, dtype=np.int64)
        # What `cpm` shows instead of early dates: given ones stay, late ones in msp, then actual ones.
        is_given = has_given_dates(network) if mode == "msp" else np.zeros(network.task_count, dtype=bool)
        moves = scheduled_tasks(network) & ~is_given
        self.is_late = moves & (network.constraint == Constraint.ALAP) & (mode == "msp")
        self.has_begun, self.has_ended = moves & (network.actual_start != NONE), moves & (network.actual_finish != NONE)

    def run(self, tasks: Ints, left: Ints, wants_path: bool) -> Dates:
        """
        Schedule every trial.

        Args:
            tasks: (rows,), whose durations vary. left: (rows, trials), their remaining durations.
            wants_path: whether to look for the longest path.

        Raises: HorizonExceeded.
        """
        run = _Run(self)
        count = left.shape[1]
        finish = np.empty((self.network.task_count, count), dtype=np.int64)
        close = np.empty(count, dtype=np.int64)
        on_path = np.zeros(self.network.task_count, dtype=np.int64) if wants_path else None
        for trial in range(count):
            run.refresh(tasks, left[:, trial])
            latest = run.schedule()
            finish[:, trial] = run.shown()
            close[trial] = latest.max()
            if on_path is not None:
                on_path += run.path(latest)
        return Dates(np.where(finish == NONE, 0, finish * 2), close, on_path)


class _Run:
    """Rows and arcs of one block under way: threads do not share them."""

    def __init__(self, given: TrialPass) -> None:
        self._given = given
        self._work = Work(given.network, given.frame, given.web, given.rows, given.speed)
        self._fresh: Numbers = self._work.rows[:] if given.speed == "plain" else np.array(self._work.rows)  # type: ignore[assignment]  # indexable alike
        if given.speed == "fast":
            self._work.rows = np.array(self._work.rows)  # type: ignore[assignment]  # same: else all runs would write the given rows

    def refresh(self, tasks: Ints, left: Ints) -> None:
        """Begin the next trial."""
        rows, width = self._work.rows, self._work.width
        rows[:] = self._fresh
        if self._given.speed == "fast":
            array: Any = rows
            at = tasks * width
            array[at + SPAN] = np.maximum(array[at + SPAN] + left - array[at + LEFT], 0)
            array[at + LEFT] = left
            return
        for i, minutes in zip((tasks * width).tolist(), left.tolist(), strict=True):
            rows[i + SPAN] = max(rows[i + SPAN] + minutes - rows[i + LEFT], 0)
            rows[i + LEFT] = minutes

    def schedule(self) -> Ints:
        """Run the passes; the latest early finish of each project."""
        work, network = self._work, self._given.network
        if self._given.mode == "p6":
            work.run(p6_forward, work.incoming)
            latest = self._latest()
            if self._given.has_late:
                # As late as possible without delaying a successor: early dates move in the backward pass.
                must = self._given.frame.must_finish_by
                work.fill(CLOSE, np.where(must != NONE, must, latest[network.project]))
                work.fill(END, np.maximum(must, latest[network.project]))
                work.run(p6_backward, work.outgoing)
            return latest
        work.run(msp_forward, work.incoming, False)
        latest = self._latest()
        if self._given.has_late:
            work.fill(CLOSE, latest[network.project])
            work.run(msp_backward, work.outgoing)
            work.run(msp_forward, work.incoming, True)
        return latest

    def _latest(self) -> Ints:
        network, order, finish = self._given.network, self._given.web.order, self._work.column(EARLY_FINISH)
        result = np.full(len(network.projects), NONE, dtype=np.int64)
        np.maximum.at(result, network.project[order], finish[order])
        return result

    def shown(self) -> Ints:
        """The finishes to show, summaries and levels of effort included, as `cpm` shows them."""
        given, network, column = self._given, self._given.network, self._work.column
        start, finish = column(EARLY_START), column(EARLY_FINISH)
        if given.has_late:
            start = np.where(given.is_late, column(LATE_START), start)
            finish = np.where(given.is_late, column(LATE_FINISH), finish)
        start = np.where(given.has_begun, network.actual_start, start)
        finish = np.where(given.has_ended, network.actual_finish, finish)
        if given.efforts.tasks:
            spare = [(start.copy(), finish.copy()) for _ in range(2)]  # nobody asks for their early and late dates
            given.efforts.fill((start, finish), *spare)
        pair = span_children(network, given.steps, start, finish)
        span_branches(network, [pair])
        return pair[1]

    def path(self, latest: Ints) -> Flags:
        """Which tasks are on the longest path of their project, summaries included."""
        given, start, finish = self._given, self._work.column(EARLY_START), self._work.column(EARLY_FINISH)
        driving = driving_arcs(given.frame, given.web, self._work.asked(), start)
        close = latest[given.network.project]
        path = longest_path(given.network, given.web, finish, close, driving, given.speed)
        return any_child(given.network, given.steps, path)
