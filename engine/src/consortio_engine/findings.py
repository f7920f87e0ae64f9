"""What the reader of a schedule should know: wishes that cannot be met, and what was not computed as asked."""

from collections.abc import Iterator
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FINISHED, NOT_STARTED
from consortio_engine.floats import work_of
from consortio_engine.network import Network
from consortio_engine.prepare import Frame, Web
from consortio_engine.results import Finding, Mode, Options
from consortio_engine.rows import NONE, Constraint, Kind
from consortio_engine.topology import Leaves, summary_links

Ints = NDArray[np.int64]


def findings_of(
    network: Network,
    frame: Frame,
    web: Web,
    asked: Ints,
    dates: dict[str, Ints],
    total: Ints,
    mode: Mode,
    options: Options,
) -> tuple[Finding, ...]:
    """
    Every finding, those of the whole network first, then by task.

    Args:
        asked: (arcs,), the starts that incoming arcs ask for.
        dates: as in `Schedule`. total: (tasks,), total float.
    """
    found = [
        *_of_options(mode, options),
        *_not_computed(network, mode),
        *_broken_links(frame, web, asked, dates["early_start"]),
        *_late(network, frame, dates, total),
    ]
    return tuple(sorted(found, key=attrgetter("task")))


def _of_options(mode: Mode, options: Options) -> Iterator[Finding]:
    if options.progress == "override" and mode == "msp":
        yield Finding("progress_override_in_msp", "warning")


def _not_computed(network: Network, mode: Mode) -> Iterator[Finding]:
    is_summary = network.kind == Kind.SUMMARY
    undated = (network.manual_start == NONE) | (network.manual_finish == NONE)
    is_manual = (network.is_manual == 1) & ~is_summary
    rules = {
        "summary_constraint": is_summary & (network.constraint != Constraint.ASAP),
        "manual_without_dates": is_manual & undated,
    }
    if mode == "p6":
        rules["manual_in_p6"] = is_manual
    else:
        rules["second_constraint_in_msp"] = network.constraint2 != Constraint.ASAP
    for code, wrong in rules.items():
        yield from (Finding(code, "warning", int(task)) for task in np.flatnonzero(wrong & (network.is_active == 1)))
    yield from _idle_summary_links(network, mode)


def _idle_summary_links(network: Network, mode: Mode) -> Iterator[Finding]:
    """Links on summaries that act on nothing."""
    at = summary_links(network)
    if mode == "p6":
        ends = network.predecessor[at]
        summaries = np.where(network.kind[ends] == Kind.SUMMARY, ends, network.successor[at])
        yield from (Finding("summary_link_in_p6", "warning", int(task)) for task in np.unique(summaries))
    elif len(at):
        leaves = Leaves(network)
        for task in np.unique((network.predecessor[at], network.successor[at])).tolist():
            if network.kind[task] == Kind.SUMMARY and not leaves.of(task):
                yield Finding("summary_without_tasks", "warning", task)


def _broken_links(frame: Frame, web: Web, asked: Ints, early_start: Ints) -> Iterator[Finding]:
    """Tasks that a constraint holds earlier than a link asks."""
    successor = web.arcs.successor[web.incoming]
    late = np.flatnonzero((asked > early_start[successor]) & (frame.state[successor] == NOT_STARTED))
    task, c = successor[late], frame.calendar[successor[late]]
    minutes = work_of(frame.table, c, asked[late]) - work_of(frame.table, c, early_start[task])
    worst: dict[int, int] = {}
    for index, missing in zip(task.tolist(), minutes.tolist(), strict=True):
        worst[index] = max(worst.get(index, 0), missing)
    yield from (Finding("link_broken", "error", index, missing) for index, missing in worst.items() if missing > 0)


def _late(network: Network, frame: Frame, dates: dict[str, Ints], total: Ints) -> Iterator[Finding]:
    is_leaf = (network.kind < Kind.SUMMARY) & (total != NONE)
    negative = np.flatnonzero(is_leaf & (total < 0) & (frame.state != FINISHED))
    for task, value in zip(negative.tolist(), total[negative].tolist(), strict=True):
        yield Finding("negative_float", "error", task, value)
    overdue = dates["finish"] - network.deadline
    missed = np.flatnonzero(is_leaf & (network.deadline != NONE) & (dates["finish"] > network.deadline))
    for task, value in zip(missed.tolist(), overdue[missed].tolist(), strict=True):
        yield Finding("deadline_missed", "error", task, value)
