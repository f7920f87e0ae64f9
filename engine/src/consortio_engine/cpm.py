"""
The critical path method: early and late dates, floats, driving links and the longest path.

Rules, with their sources, are in docs/engine/cpm.md. Kernels do the passes (`msp`, `p6_forward`, `p6_backward`, led by
`passes`); floats, summaries and levels of effort are array arithmetic and what follows (`floats`, `rollup`, `effort`).
"""

from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FINISHED, STARTED
from consortio_engine.effort import Efforts, effort_tasks, span_branches
from consortio_engine.findings import findings_of
from consortio_engine.fingerprint import digest
from consortio_engine.floats import driving_arcs, free_floats, longest_path, total_floats
from consortio_engine.kernel import Speed, speed_of
from consortio_engine.network import Network
from consortio_engine.passes import PASS_NAMES, Passes, Work, backward, forward_work, passes_of
from consortio_engine.prepare import Frame, frame_of, has_given_dates
from consortio_engine.results import Mode, Options, Schedule, check_options
from consortio_engine.rollup import any_child, levels, span_children, summary_states
from consortio_engine.rows import NONE, Constraint, Kind
from consortio_engine.version import VERSION

__all__ = ["DEFAULT_OPTIONS", "Work", "answer_of", "fingerprint_of", "schedule"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DEFAULT_OPTIONS = Options()

METHODS: dict[Mode, str] = {
    "msp": "critical path by the rules of Microsoft Project",
    "p6": "critical path by the rules of Primavera P6",
}


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
        InvalidOptions: options that cannot be computed.
        Cycle: `where` is a shortest ring of tasks.
        HorizonExceeded: a date lies outside the calendars; `where` is the task, when known.
        NumbaMissing: fast was asked for and numba is not installed.

    Cost:
        Linear in tasks and links. Links between summaries count as links between all their leaves.

    Source:
        Kelley and Walker (1959), Critical-Path Planning and Scheduling; the tables in docs/engine/cpm.md.
    """
    began, chosen = monotonic(), speed_of(speed)
    check_options(options)
    frame = frame_of(network, mode, options, chosen)
    work = forward_work(network, frame, mode, options, chosen)
    passes = passes_of(frame, work, backward(network, frame, work, mode))
    return answer_of(network, frame, passes, mode, options, chosen, began)


def fingerprint_of(network: Network, mode: Mode, options: Options) -> str:
    """The name of the question: equal inputs have equal fingerprints."""
    return digest([network.fingerprint, mode, options, VERSION])


def answer_of(
    network: Network, frame: Frame, passes: Passes, mode: Mode, options: Options, speed: Speed, began: float
) -> Schedule:
    """Everything that follows from the dates of the passes."""
    steps = levels(network)
    has_dates = passes.early_start != NONE
    state = summary_states(network, steps, frame.state, has_dates)
    driving = driving_arcs(frame, passes.web, passes.asked, passes.early_start)
    close = passes.project_finish[network.project]
    path = longest_path(network, passes.web, passes.early_finish, close, driving, speed)
    spans = _spans(network, frame, steps, passes, _shown(network, passes, mode))
    total = total_floats(network, frame, [spans[name] for name in PASS_NAMES], state, mode, options)
    free = free_floats(network, frame, passes.web, [passes.early_start, passes.early_finish], total, mode)
    is_open = (total != NONE) & (state <= STARTED) & ~effort_tasks(network)
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
        fingerprint=fingerprint_of(network, mode, options),
        method=METHODS[mode],
        mode=mode,
        options=options,
        status="ok",
        elapsed=monotonic() - began,
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
    network: Network, frame: Frame, steps: list[Ints], passes: Passes, shown: tuple[Ints, Ints]
) -> dict[str, Any]:
    """All pairs of dates, with those of levels of effort, summaries and WBS summaries filled in."""
    pairs = {
        "": shown,
        "early_": (passes.early_start, passes.early_finish),
        "late_": (passes.late_start, passes.late_finish),
        "remaining_": (passes.remaining_start, passes.remaining_finish),
    }
    efforts, is_over = Efforts(network, frame), frame.state == FINISHED
    if efforts.tasks:
        pairs = {name: (one.copy(), two.copy()) for name, (one, two) in pairs.items()}
        close = np.maximum(frame.must_finish_by, passes.project_finish[network.project])
        is_over |= efforts.fill(pairs[""], pairs["early_"], pairs["late_"], close)
        is_left = (network.kind == Kind.LEVEL_OF_EFFORT) & ~is_over
        for left, early in zip(pairs["remaining_"], pairs["early_"], strict=True):
            left[is_left] = early[is_left]
    rolled = {name: span_children(network, steps, *pair) for name, pair in pairs.items()}
    span_branches(network, steps, is_over, rolled)
    return {f"{name}{side}": dates[at] for name, dates in rolled.items() for at, side in enumerate(("start", "finish"))}
