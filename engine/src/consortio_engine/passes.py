"""The passes over a network: rows and arcs as kernels want them, and the dates that they leave."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import (
    ARC_WIDTH,
    ASKED,
    CLOSE,
    EARLY_FINISH,
    EARLY_START,
    END,
    LATE_FINISH,
    LATE_START,
    STARTED,
)
from consortio_engine.errors import HorizonExceeded
from consortio_engine.kernel import Numbers, Speed, array_of, at_speed, empty_at, rows_at, values_at
from consortio_engine.msp import msp_backward, msp_forward
from consortio_engine.network import Network
from consortio_engine.p6_backward import p6_backward
from consortio_engine.p6_forward import p6_forward
from consortio_engine.prepare import Frame, Web, arc_rows, msp_rows, p6_rows
from consortio_engine.results import Mode, Options
from consortio_engine.rows import NONE, Constraint
from consortio_engine.topology import plain_arcs, summary_links, with_summary_arcs

Ints = NDArray[np.int64]

PASS_NAMES = ("early_start", "early_finish", "late_start", "late_finish")
DATE_NAMES = (*PASS_NAMES, "remaining_start", "remaining_finish")


@dataclass(frozen=True, eq=False)
class Passes:
    """Dates of scheduled tasks (NONE elsewhere), what each incoming arc asked, and the latest early finishes."""

    web: Web
    early_start: Ints
    early_finish: Ints
    late_start: Ints
    late_finish: Ints
    remaining_start: Ints
    remaining_finish: Ints
    asked: Ints
    project_finish: Ints


class Work:
    """Rows and arcs of one network under way, as the kernels want them."""

    def __init__(self, network: Network, frame: Frame, web: Web, rows: Ints, speed: Speed) -> None:
        self.width = rows.shape[1]
        incoming, outgoing = arc_rows(network, frame, web, self.width)
        self.web = web
        self._speed = speed
        self.rows = rows_at(rows, speed)
        self.incoming, self.outgoing = rows_at(incoming, speed), rows_at(outgoing, speed)
        self.table, self.order = frame.numbers, values_at(web.order * self.width, speed)
        self._now = empty_at(1, speed, -1)

    def run(self, function: Callable[..., None], arcs: Numbers, *arguments: Any) -> None:
        """Run a pass over every task."""
        self.run_over(self.order, function, arcs, *arguments)

    def run_over(self, order: Numbers, function: Callable[..., None], arcs: Numbers, *arguments: Any) -> None:
        """Run a pass over some tasks; tell which one left the calendars."""
        try:
            at_speed(function, self._speed)(self.table, order, self.rows, arcs, self._now, *arguments)
        except HorizonExceeded:
            task = int(self._now[0]) // self.width
            raise HorizonExceeded(f"A date of task {task} lies outside the calendars.", [task]) from None

    def column(self, position: int) -> Ints:
        """One column of the rows, shape (tasks,)."""
        return array_of(self.rows[position :: self.width])

    def fill(self, position: int, values: Ints) -> None:
        """Write one column of the rows."""
        self.rows[position :: self.width] = values_at(values, self._speed)

    def asked(self) -> Ints:
        """The starts that incoming arcs asked for, shape (arcs,)."""
        return array_of(self.incoming[ASKED::ARC_WIDTH])


def forward_work(network: Network, frame: Frame, mode: Mode, options: Options, speed: Speed) -> Work:
    """
    Run the forward pass.

    Raises:
        Cycle: tasks wait for each other.
        HorizonExceeded: a date lies outside the calendars.
    """
    arcs = plain_arcs(network, override=mode == "p6" and options.progress == "override")
    web = Web.of(network, arcs, speed)
    if mode == "p6":
        work = Work(network, frame, web, p6_rows(network, frame, web, options, speed), speed)
        work.run(p6_forward, work.incoming)
        return work
    if len(summary_links(network)):
        # The earliest leaf of a summary is the earliest without the summaries' own links.
        first = Work(network, frame, web, msp_rows(network, frame, web, speed), speed)
        first.run(msp_forward, first.incoming, False)
        early_start = first.column(EARLY_START).tolist()
        web = Web.of(network, with_summary_arcs(network, web.arcs, early_start), speed)
    work = Work(network, frame, web, msp_rows(network, frame, web, speed), speed)
    work.run(msp_forward, work.incoming, False)
    return work


def backward(network: Network, frame: Frame, work: Work, mode: Mode) -> Ints:
    """Run the backward pass from each project's finish, and return these: shape (projects,)."""
    finish = project_finishes(network, work.column(EARLY_FINISH), work.web)
    if mode == "p6":
        must, latest = frame.must_finish_by, finish[network.project]
        work.fill(CLOSE, np.where(must != NONE, must, latest))
        work.fill(END, np.maximum(must, latest))
        work.run(p6_backward, work.outgoing)
        return finish
    work.fill(CLOSE, finish[network.project])
    work.run(msp_backward, work.outgoing)
    if (network.constraint[work.web.order] == Constraint.ALAP).any():
        work.run(msp_forward, work.incoming, True)
    return finish


def passes_of(frame: Frame, work: Work, project_finish: Ints) -> Passes:
    """What the passes left, as arrays."""
    dates = [work.column(position) for position in (EARLY_START, EARLY_FINISH, LATE_START, LATE_FINISH)]
    is_open = (frame.state <= STARTED) & (dates[0] != NONE)
    left = [np.where(is_open, early, NONE) for early in dates[:2]]
    columns = dict(zip(DATE_NAMES, [*dates, *left], strict=True))
    return Passes(web=work.web, **columns, asked=work.asked(), project_finish=project_finish)


def project_finishes(network: Network, early_finish: Ints, web: Web) -> Ints:
    """The latest early finish of each project; NONE for one without tasks."""
    result = np.full(len(network.projects), NONE, dtype=np.int64)
    np.maximum.at(result, network.project[web.order], early_finish[web.order])
    return result
