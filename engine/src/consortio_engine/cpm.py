"""
The critical path method: early and late dates, floats, driving links and the longest path.

Rules, with their sources, are in docs/engine/cpm.md. Kernels do the passes (`msp`, `p6_forward`, `p6_backward`);
floats and summaries are array arithmetic (`floats`, `rollup`).
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import STARTED, Dates
from consortio_engine.errors import HorizonExceeded
from consortio_engine.findings import findings_of
from consortio_engine.fingerprint import digest
from consortio_engine.floats import driving_arcs, free_floats, longest_path, total_floats
from consortio_engine.kernel import Speed, at_speed, empty_at, speed_of, values_at
from consortio_engine.msp import msp_backward, msp_forward
from consortio_engine.network import Network
from consortio_engine.p6_backward import p6_backward
from consortio_engine.p6_forward import p6_forward
from consortio_engine.prepare import Frame, Web, frame_of, msp_columns, p6_columns
from consortio_engine.results import Mode, Options, Schedule
from consortio_engine.rollup import any_child, levels, span_children, summary_states
from consortio_engine.rows import NONE, Constraint
from consortio_engine.topology import plain_arcs, scheduled_tasks, summary_links, with_summary_arcs
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

    @classmethod
    def of(cls, web: Web, out: Dates, project_finish: Ints) -> "Passes":
        """The written columns as arrays."""
        dates = {name: np.array(getattr(out, name), dtype=np.int64) for name in DATE_NAMES}
        return cls(web=web, asked=np.array(out.asked, dtype=np.int64), project_finish=project_finish, **dates)


def _msp_passes(network: Network, frame: Frame, speed: Speed) -> Passes:
    table, tasks = values_at(frame.table, speed), msp_columns(network, frame, speed)
    web = Web.of(network, frame, plain_arcs(network), speed)
    if len(summary_links(network)):
        # The earliest leaf of a summary is the earliest without the summaries' own links.
        out = _no_dates(network, web, speed)
        _run(speed, msp_forward, out, table, web.order, tasks, web.incoming, out, False)
        web = Web.of(network, frame, with_summary_arcs(network, web.arcs, out.early_start), speed)
    out = _no_dates(network, web, speed)
    _run(speed, msp_forward, out, table, web.order, tasks, web.incoming, out, False)
    finish = _project_finishes(network, np.array(out.early_finish, dtype=np.int64))
    close = values_at(finish[network.project], speed)
    _run(speed, msp_backward, out, table, web.order, tasks, web.outgoing, out, close)
    if (network.constraint[scheduled_tasks(network)] == Constraint.ALAP).any():
        _run(speed, msp_forward, out, table, web.order, tasks, web.incoming, out, True)
    passes = Passes.of(web, out, finish)
    is_open = (frame.state <= STARTED) & scheduled_tasks(network)
    return replace(
        passes,
        remaining_start=np.where(is_open, passes.early_start, NONE),
        remaining_finish=np.where(is_open, passes.early_finish, NONE),
    )


def _p6_passes(network: Network, frame: Frame, options: Options, speed: Speed) -> Passes:
    table, tasks = values_at(frame.table, speed), p6_columns(network, frame, options, speed)
    web = Web.of(network, frame, plain_arcs(network), speed)
    out = _no_dates(network, web, speed)
    _run(speed, p6_forward, out, table, web.order, tasks, web.incoming, out)
    finish = _project_finishes(network, np.array(out.early_finish, dtype=np.int64))
    must, latest = frame.must_finish_by, finish[network.project]
    bounds = [np.where(must != NONE, must, latest), must, np.maximum(must, latest)]
    _run(
        speed,
        p6_backward,
        out,
        table,
        web.order,
        tasks,
        web.outgoing,
        out,
        *(values_at(each, speed) for each in bounds),
    )
    return Passes.of(web, out, finish)


def _no_dates(network: Network, web: Web, speed: Speed) -> Dates:
    dates = {name: empty_at(network.task_count, speed, int(NONE)) for name in (*DATE_NAMES, "linked_start")}
    return Dates(**dates, asked=empty_at(len(web.arcs.origin), speed, int(NONE)), now=empty_at(1, speed, -1))


def _run(speed: Speed, function: Callable[..., None], out: Dates, *arguments: Any) -> None:
    """Run a pass; tell which task left the calendars."""
    try:
        at_speed(function, speed)(*arguments)
    except HorizonExceeded:
        task = int(out.now[0])
        raise HorizonExceeded(f"A date of task {task} lies outside the calendars.", [task]) from None


def _project_finishes(network: Network, early_finish: Ints) -> Ints:
    result = np.full(len(network.projects), NONE, dtype=np.int64)
    np.maximum.at(result, network.project, early_finish)
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
    free = free_floats(network, frame, passes.web, _counting(passes, frame, mode), total, mode, speed)
    is_open = (total != NONE) & (state <= STARTED)
    critical = is_open & (total <= options.critical_float)
    near = is_open & ~critical & (total <= options.near_float)
    links = np.zeros(network.link_count, dtype=bool)
    links[passes.web.arcs.origin[passes.web.incoming_positions[driving]]] = True
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
        given = (network.is_manual == 1) & (network.manual_start != NONE) & (network.manual_finish != NONE)
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
