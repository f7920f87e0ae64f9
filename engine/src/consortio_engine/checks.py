"""What is wrong with a network, as a list: it is refused whole, so everything is told at once."""

from collections.abc import Iterator
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from consortio_engine.columns import Wrong, columns_of, number_faults
from consortio_engine.errors import Fault
from consortio_engine.rows import DEFAULT, ELAPSED, NONE, Assignment, Constraint, Kind, Link, LinkType, Project, Task

if TYPE_CHECKING:
    from consortio_engine.network import Ints, Network


def network_faults(network: "Network", wrong: Wrong) -> list[Fault]:
    """
    Every fault of the network, tasks first, each with the index of its row.

    Args:
        wrong: values that the columns could not take; what a column holds in their place is not looked at.
    """
    wrong = dict(wrong)
    columns_of(Project, network.projects, wrong)
    columns_of(Assignment, network.assignments, wrong)
    faults = [*number_faults(wrong), *_range_faults(network, wrong), *_assignment_range_faults(network, wrong)]
    if faults:
        return [*faults, *_task_faults(network, wrong)]
    return [
        *_task_faults(network, wrong),
        *_tree_faults(network),
        *_link_faults(network),
        *_assignment_faults(network),
    ]


def _range_faults(network: "Network", wrong: Wrong) -> Iterator[Fault]:
    """Indices and codes that name nothing: the other checks rely on these."""
    if not network.projects:
        yield Fault("no_project", -1, "A network needs at least one project.")
    tasks, calendars = network.task_count, len(network.calendars)
    columns: list[tuple[type, str, int, tuple[int, ...]]] = [
        (Task, "calendar", calendars, (ELAPSED,)),
        (Task, "project", len(network.projects), ()),
        (Task, "parent", tasks, (-1,)),
        (Task, "kind", len(Kind), ()),
        (Task, "constraint", len(Constraint), ()),
        (Task, "constraint2", len(Constraint), ()),
        (Link, "predecessor", tasks, ()),
        (Link, "successor", tasks, ()),
        (Link, "type", len(LinkType), ()),
        (Link, "lag_calendar", calendars, (DEFAULT, ELAPSED)),
    ]
    for row_type, name, count, allowed in columns:
        values = getattr(network, name)
        for index in _outside(values, count, allowed):
            if (row_type, name, index) not in wrong:
                text = f"{row_type.__name__} {index} has {name} {values[index]}; there are {count}."
                yield Fault(f"unknown_{name}", index, text)
    for index, project in enumerate(network.projects):
        is_known = (Project, "calendar", index) in wrong or project.calendar == ELAPSED
        if not (is_known or 0 <= project.calendar < max(calendars, 1)):
            yield Fault("unknown_calendar", index, f"Project {index} names calendar {project.calendar}.")


def _outside(values: "Ints", count: int, allowed: tuple[int, ...]) -> list[int]:
    wrong = (values < 0) | (values >= count)
    for value in allowed:
        wrong &= values != value
    return [int(index) for index in np.flatnonzero(wrong)]


def _assignment_range_faults(network: "Network", wrong: Wrong) -> Iterator[Fault]:
    calendars = {ELAPSED, *range(len(network.calendars))}
    for index, one in enumerate(network.assignments):
        units: object = one.units
        if isinstance(units, bool) or not isinstance(units, Real):
            yield Fault("units", index, f"Assignment {index} has units of {units!r:.40}; they must be a number.")
        if (Assignment, "task", index) not in wrong and not 0 <= one.task < network.task_count:
            yield Fault("unknown_task", index, f"Assignment {index} names task {one.task}.")
        for name, calendar in (("calendar", one.calendar), ("opening", one.opening)):
            is_known = calendar is None or (Assignment, name, index) in wrong or calendar in calendars
            if not is_known:
                yield Fault("unknown_calendar", index, f"Assignment {index} names calendar {calendar}.")


def _assignment_faults(network: "Network") -> Iterator[Fault]:
    for index, one in enumerate(network.assignments):
        if network.kind[one.task] != Kind.TASK or network.is_elapsed[one.task]:
            text = f"Assignment {index} decides task {one.task}, which is no task counted in working time."
            yield Fault("assignment_of_no_task", index, text)
        least = min(one.work, one.remaining or 0, one.done or 0)
        if least < 0:
            yield Fault("negative_work", index, f"Assignment {index} has negative work: {least}.")
        if not 0 < one.units < float("inf"):
            yield Fault("units", index, f"Assignment {index} has units of {one.units}; they lie above 0.")


def _task_faults(network: "Network", wrong: Wrong) -> Iterator[Fault]:
    started, finished = network.actual_start != NONE, network.actual_finish != NONE
    is_backwards = finished & started & (network.actual_finish < network.actual_start)
    actual = ("actual_start", "actual_finish")
    # Code, where it is so, the columns that it is about, and the sentence with their values.
    rules: list[tuple[str, NDArray[np.bool_], tuple[str, ...], str]] = [
        ("negative_duration", network.duration < 0, ("duration",), "has a negative duration: {}"),
        ("negative_remaining", network.remaining < 0, ("remaining",), "has a negative remaining duration: {}"),
        (
            "negative_actual",
            network.actual_duration < -1,
            ("actual_duration",),
            "has a negative actual duration: {}",
        ),
        (
            "constraint_without_date",
            _needs_date(network.constraint) & (network.constraint_at == NONE),
            ("constraint", "constraint_at"),
            "has a constraint without a date: {}",
        ),
        (
            "constraint_without_date",
            _needs_date(network.constraint2) & (network.constraint2_at == NONE),
            ("constraint2", "constraint2_at"),
            "has a second constraint without a date: {}",
        ),
        ("finish_without_start", finished & ~started, actual, "has an actual finish without an actual start: {1}"),
        ("finish_before_start", is_backwards, actual, "finished before it started: {1} is before {0}"),
    ]
    for code, is_wrong, columns, text in rules:
        for index in np.flatnonzero(is_wrong).tolist():
            if not any((Task, name, index) in wrong for name in columns):
                values = [_said(name, int(getattr(network, name)[index])) for name in columns]
                yield Fault(code, index, f"Task {index} {text.format(*values)}.")


def _needs_date(constraint: "Ints") -> NDArray[np.bool_]:
    return (constraint > Constraint.ALAP) & (constraint < len(Constraint))


def _said(name: str, value: int) -> str:
    if name in ("constraint", "constraint2"):
        return Constraint(value).name.lower()
    if name.startswith("actual_") and name != "actual_duration":
        return str(np.datetime64(value, "m")).replace("T", " ")
    return str(value)


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
            text = f"Link {index} joins a summary with a task inside it: {first} with {second}."
            yield Fault("link_to_own_summary", index, text)


def _lies_under(parent: list[int], low: int, high: int) -> bool:
    # Bounded by the number of tasks: a tree with a ring is reported elsewhere and must not hang here.
    for _ in parent:
        if low < 0 or low == high:
            break
        low = parent[low]
    return low == high
