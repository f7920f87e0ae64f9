"""What is wrong with a network, as a list: it is refused whole, so everything is told at once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from consortio_engine.errors import Fault
from consortio_engine.rows import DEFAULT, ELAPSED, NONE, Constraint, Kind, LinkType

if TYPE_CHECKING:
    from consortio_engine.network import Ints, Network


def network_faults(network: "Network") -> list[Fault]:
    """Every fault of the network, tasks first, each with the index of its row."""
    faults = [*_range_faults(network), *_assignment_range_faults(network)]
    if faults:
        return faults
    return [
        *_task_faults(network),
        *_tree_faults(network),
        *_link_faults(network),
        *_assignment_faults(network),
    ]


def _range_faults(network: "Network") -> Iterator[Fault]:
    """Indices and codes that name nothing: the other checks rely on these."""
    if not network.projects:
        yield Fault("no_project", -1, "A network needs at least one project.")
    tasks, calendars = network.task_count, len(network.calendars)
    yield from _outside("calendar", network.calendar, calendars, allowed=(ELAPSED,))
    yield from _outside("project", network.project, len(network.projects))
    yield from _outside("parent", network.parent, tasks, allowed=(-1,))
    yield from _outside("kind", network.kind, len(Kind))
    yield from _outside("constraint", network.constraint, len(Constraint))
    yield from _outside("constraint2", network.constraint2, len(Constraint))
    yield from _outside("predecessor", network.predecessor, tasks)
    yield from _outside("successor", network.successor, tasks)
    yield from _outside("type", network.type, len(LinkType))
    yield from _outside("lag_calendar", network.lag_calendar, calendars, allowed=(DEFAULT, ELAPSED))
    for index, project in enumerate(network.projects):
        if not (project.calendar == ELAPSED or 0 <= project.calendar < max(calendars, 1)):
            yield Fault("unknown_calendar", index, f"Project {index} names calendar {project.calendar}.")


def _assignment_range_faults(network: "Network") -> Iterator[Fault]:
    calendars = {ELAPSED, *range(len(network.calendars))}
    for index, one in enumerate(network.assignments):
        if not 0 <= one.task < network.task_count:
            yield Fault("unknown_task", index, f"Assignment {index} names task {one.task}.")
        if not {one.calendar, one.calendar if one.opening is None else one.opening} <= calendars:
            yield Fault("unknown_calendar", index, f"Assignment {index} names a calendar that is not there.")


def _assignment_faults(network: "Network") -> Iterator[Fault]:
    for index, one in enumerate(network.assignments):
        if network.kind[one.task] != Kind.TASK or network.is_elapsed[one.task]:
            text = f"Assignment {index} decides task {one.task}, which is no task counted in working time."
            yield Fault("assignment_of_no_task", index, text)
        if min(one.work, one.remaining or 0, one.done or 0) < 0:
            yield Fault("negative_work", index, f"Assignment {index} has negative work.")
        if not 0 < one.units < float("inf"):
            yield Fault("units", index, f"Assignment {index} has units of {one.units}; they lie above 0.")


def _outside(name: str, values: "Ints", count: int, allowed: tuple[int, ...] = ()) -> Iterator[Fault]:
    wrong = (values < 0) | (values >= count)
    for value in allowed:
        wrong &= values != value
    for index in np.flatnonzero(wrong):
        yield Fault(f"unknown_{name}", int(index), f"Row {index} has {name} {values[index]}; there are {count}.")


def _task_faults(network: "Network") -> Iterator[Fault]:
    started, finished = network.actual_start != NONE, network.actual_finish != NONE
    needs_date = network.constraint > Constraint.ALAP
    needs_date2 = network.constraint2 > Constraint.ALAP
    rules = [
        ("negative_duration", network.duration < 0, "has a negative duration"),
        ("negative_remaining", network.remaining < 0, "has a negative remaining duration"),
        ("negative_actual", network.actual_duration < -1, "has a negative actual duration"),
        ("constraint_without_date", needs_date & (network.constraint_at == NONE), "has a constraint without a date"),
        (
            "constraint_without_date",
            needs_date2 & (network.constraint2_at == NONE),
            "has a second constraint without a date",
        ),
        ("finish_without_start", finished & ~started, "has an actual finish without an actual start"),
        (
            "finish_before_start",
            finished & started & (network.actual_finish < network.actual_start),
            "finished before it started",
        ),
    ]
    for code, wrong, text in rules:
        for index in np.flatnonzero(wrong):
            yield Fault(code, int(index), f"Task {index} {text}.")


def _tree_faults(network: "Network") -> Iterator[Fault]:
    parent = network.parent.tolist()
    kind = network.kind.tolist()
    for index, above in enumerate(parent):
        if above >= 0 and kind[above] != Kind.SUMMARY:
            yield Fault("parent_not_summary", index, f"Task {index} lies under task {above}, which is no summary.")
    # 0 unknown, 1 on the way up, 2 known to reach a root.
    state = [0] * len(parent)
    for index in range(len(parent)):
        path, node = [], index
        while node >= 0 and state[node] == 0:
            state[node] = 1
            path.append(node)
            node = parent[node]
        if node >= 0 and state[node] == 1:
            yield Fault("parent_cycle", node, f"Task {node} lies under itself.")
        for visited in path:
            state[visited] = 2


def _link_faults(network: "Network") -> Iterator[Fault]:
    for index in np.flatnonzero(network.predecessor == network.successor).tolist():
        yield Fault("link_to_itself", index, f"Link {index} joins task {network.predecessor[index]} with itself.")
    kind, parent = network.kind.tolist(), network.parent.tolist()
    ends = zip(network.predecessor.tolist(), network.successor.tolist(), strict=True)
    for index, (first, second) in enumerate(ends):
        if first == second or Kind.SUMMARY not in (kind[first], kind[second]):
            continue
        if _lies_under(parent, first, second) or _lies_under(parent, second, first):
            yield Fault("link_to_own_summary", index, f"Link {index} joins a summary with a task inside it.")


def _lies_under(parent: list[int], low: int, high: int) -> bool:
    # Bounded by the number of tasks: a tree with a ring is reported elsewhere and must not hang here.
    for _ in parent:
        if low < 0 or low == high:
            break
        low = parent[low]
    return low == high
