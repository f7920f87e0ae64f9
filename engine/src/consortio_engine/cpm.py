"""
The critical path method: early and late dates, floats, driving links and the longest path.

Rules, with their sources, are in docs/engine/cpm.md. Kernels do the passes (`msp`, `p6_forward`, `p6_backward`);
floats and summaries are array arithmetic (`floats`, `rollup`).
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass
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
from consortio_engine.findings import findings_of
from consortio_engine.fingerprint import digest
from consortio_engine.floats import driving_arcs, free_floats, longest_path, total_floats
from consortio_engine.kernel import Numbers, Speed, array_of, at_speed, empty_at, rows_at, speed_of, values_at
from consortio_engine.msp import msp_backward, msp_forward
from consortio_engine.network import Network
from consortio_engine.p6_backward import p6_backward
from consortio_engine.p6_forward import p6_forward
from consortio_engine.prepare import Frame, Web, arc_rows, frame_of, has_given_dates, msp_rows, p6_rows
from consortio_engine.results import Mode, Options, Schedule
from consortio_engine.rollup import any_child, levels, span_children, summary_states
from consortio_engine.rows import NONE, Constraint
from consortio_engine.topology import plain_arcs, summary_links, with_summary_arcs
from consortio_engine.version import VERSION

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DEFAULT_OPTIONS = Options()

PASS_NAMES = ("early_start", "early_finish", "late_start", "late_finish")
DATE_NAMES = (*PASS_NAMES, "remaining_start", "remaining_finish")


def schedule(
    network: Network, *, mode: Mode = "msp", options: Options = DEFAULT_OPTIONS, speed: Speed | None = None
) -> Schedule:
    """
    Return the dates, floats and critical path of every task.

    Args:
        network: as built by `Network.build`; minutes since 1970 throughout.
        mode: whose rules: "msp" for Microsoft Project's (plans made here), "p6" for Primavera's.
        options: see `Options`.
        speed: "plain" or "fast"; None asks CONSORTIO_KERNELS, else plain. Results do not depend on it.

    Raises:
        Cycle: `where` is a shortest ring of tasks.
        HorizonExceeded: a date lies outside the calendars; `where` is the task, when known.
        NumbaMissing: fast was asked for and numba is not installed.

    Cost:
        Linear in tasks and links. Links between summaries count as links between all their leaves.

    Source:
        Kelley and Walker (1959), Critical-Path Planning and Scheduling; the tables in docs/engine/cpm.md.
    """
    chosen = speed_of(speed)
    frame = frame_of(network, mode, options, chosen)
    passes = _msp_passes(network, frame, chosen) if mode == "msp" else _p6_passes(network, frame, options, chosen)
    return _answer(network, frame, passes, mode, options, chosen)


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
        self._speed = speed
        self.rows = rows_at(rows, speed)
        self.incoming, self.outgoing = rows_at(incoming, speed), rows_at(outgoing, speed)
        self._table, self._order = frame.numbers, values_at(web.order * self.width, speed)
        self._now = empty_at(1, speed, -1)

    def run(self, function: Callable[..., None], arcs: Numbers, *arguments: Any) -> None:
        """Run a pass; tell which task left the calendars."""
        try:
            at_speed(function, self._speed)(self._table, self._order, self.rows, arcs, self._now, *arguments)
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


def _msp_passes(network: Network, frame: Frame, speed: Speed) -> Passes:
    web = Web.of(network, plain_arcs(network), speed)
    if len(summary_links(network)):
        # The earliest leaf of a summary is the earliest without the summaries' own links.
        first = Work(network, frame, web, msp_rows(network, frame, web, speed), speed)
        first.run(msp_forward, first.incoming, False)
        early_start = first.column(EARLY_START).tolist()
        web = Web.of(network, with_summary_arcs(network, web.arcs, early_start), speed)
    work = Work(network, frame, web, msp_rows(network, frame, web, speed), speed)
    work.run(msp_forward, work.incoming, False)
    finish = _project_finishes(network, work.column(EARLY_FINISH), web)
    work.fill(CLOSE, finish[network.project])
    work.run(msp_backward, work.outgoing)
    if (network.constraint[web.order] == Constraint.ALAP).any():
        work.run(msp_forward, work.incoming, True)
    return _passes(frame, web, work, finish)


def _p6_passes(network: Network, frame: Frame, options: Options, speed: Speed) -> Passes:
    web = Web.of(network, plain_arcs(network), speed)
    work = Work(network, frame, web, p6_rows(network, frame, web, options, speed), speed)
    work.run(p6_forward, work.incoming)
    finish = _project_finishes(network, work.column(EARLY_FINISH), web)
    must, latest = frame.must_finish_by, finish[network.project]
    work.fill(CLOSE, np.where(must != NONE, must, latest))
    work.fill(END, np.maximum(must, latest))
    work.run(p6_backward, work.outgoing)
    return _passes(frame, web, work, finish)


def _passes(frame: Frame, web: Web, work: Work, project_finish: Ints) -> Passes:
    dates = [work.column(position) for position in (EARLY_START, EARLY_FINISH, LATE_START, LATE_FINISH)]
    is_open = (frame.state <= STARTED) & (dates[0] != NONE)
    left = [np.where(is_open, early, NONE) for early in dates[:2]]
    columns = dict(zip(DATE_NAMES, [*dates, *left], strict=True))
    return Passes(web=web, **columns, asked=work.asked(), project_finish=project_finish)


def _project_finishes(network: Network, early_finish: Ints, web: Web) -> Ints:
    result = np.full(len(network.projects), NONE, dtype=np.int64)
    np.maximum.at(result, network.project[web.order], early_finish[web.order])
    return result


def _answer(network: Network, frame: Frame, passes: Passes, mode: Mode, options: Options, speed: Speed) -> Schedule:
    steps = levels(network)
    has_dates = passes.early_start != NONE
    state = summary_states(network, steps, frame.state, has_dates)
    driving = driving_arcs(frame, passes.web, passes.asked, passes.early_start)
    close = passes.project_finish[network.project]
    path = longest_path(network, passes.web, passes.early_finish, close, driving, speed)
    shown = _shown(network, passes, mode)
    spans = _spans(network, steps, passes, shown, mode)
    total = total_floats(network, frame, [spans[name] for name in PASS_NAMES], state, mode, options)
    free = free_floats(network, frame, passes.web, _counting(passes, frame, mode), total, mode)
    is_open = (total != NONE) & (state <= STARTED)
    critical = is_open & (total <= options.critical_float)
    near = is_open & ~critical & (total <= options.near_float)
    links = np.zeros(network.link_count, dtype=bool)
    links[passes.web.arcs.origin[passes.web.incoming[driving]]] = True
    return Schedule(
        **spans,
        total_float=total,
        free_float=free,
        critical=any_child(network, steps, critical),
        near_critical=near,
        longest_path=any_child(network, steps, path),
        driving=links,
        project_finish=passes.project_finish,
        findings=findings_of(network, frame, passes.web, passes.asked, spans, total, mode, options),
        fingerprint=digest([network.fingerprint, mode, *astuple(options), VERSION]),
        version=VERSION,
        mode=mode,
        status="ok",
    )


def _shown(network: Network, passes: Passes, mode: Mode) -> tuple[Ints, Ints]:
    """Start and finish to show: actual dates first; as late as possible shows its late dates in msp."""
    start, finish = passes.early_start, passes.early_finish
    if mode == "msp":
        late = network.constraint == Constraint.ALAP
        start, finish = np.where(late, passes.late_start, start), np.where(late, passes.late_finish, finish)
        given = has_given_dates(network)
        start, finish = np.where(given, passes.early_start, start), np.where(given, passes.early_finish, finish)
    else:
        given = np.zeros(network.task_count, dtype=bool)
    has_dates = passes.early_start != NONE
    start = np.where(has_dates & ~given & (network.actual_start != NONE), network.actual_start, start)
    finish = np.where(has_dates & ~given & (network.actual_finish != NONE), network.actual_finish, finish)
    return start, finish


def _spans(
    network: Network, steps: list[Ints], passes: Passes, shown: tuple[Ints, Ints], mode: Mode
) -> dict[str, Ints]:
    """All pairs of dates with summaries filled in."""
    early, late = (passes.early_start, passes.early_finish), (passes.late_start, passes.late_finish)
    rolled = {
        "": span_children(network, steps, *shown),
        "early_": span_children(network, steps, *early),
        "late_": span_children(network, steps, *late),
        "remaining_": span_children(network, steps, passes.remaining_start, passes.remaining_finish),
    }
    return {f"{name}{side}": dates[at] for name, dates in rolled.items() for at, side in enumerate(("start", "finish"))}


def _counting(passes: Passes, frame: Frame, mode: Mode) -> list[Ints]:
    """Dates that count for free float: as predecessor (p6: what remains), then as successor."""
    early = [passes.early_start, passes.early_finish]
    if mode == "msp":
        return [*early, *early]
    is_started = frame.state == STARTED
    left = [
        np.where(is_started, passes.remaining_start, early[0]),
        np.where(is_started, passes.remaining_finish, early[1]),
    ]
    return [*left, *early]
