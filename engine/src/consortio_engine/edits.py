"""Rows that replace others: the edited network, checked where it changed."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from consortio_engine.columns import Wrong, number_faults, whole
from consortio_engine.errors import Fault, Faulty, InvalidNetwork
from consortio_engine.network import ABSENT_DURATION, Network
from consortio_engine.rows import NONE, Constraint, Kind, Link, LinkType, Task

TASK_COLUMNS = {one.name: one for one in fields(Task)}
LINK_COLUMNS = {one.name: one for one in fields(Link)}
# What a row alone cannot tell to be right.
STRUCTURE = {"calendar", "project", "parent", "kind", "predecessor", "successor", "lag_calendar"}


class InvalidEdits(Faulty):
    """Edits that name rows which are not there."""

    code = "edits"


@dataclass(frozen=True, kw_only=True)
class Edits:
    """
    Tasks and links that take the places of others, by their indices.

    To add or to remove rows, build another network.
    """

    tasks: Mapping[int, Task] = field(default_factory=dict)
    links: Mapping[int, Link] = field(default_factory=dict)


def task_of(network: Network, index: int) -> Task:
    """
    Return a row of the network as `Network.build` took it; `dataclasses.replace` makes an edit of it.

    A remaining duration that is what it would be by itself, and an actual duration to be computed, come back as None.
    """
    row: dict[str, Any] = {name: getattr(network, name).item(index) for name in TASK_COLUMNS}
    is_finished = row["actual_finish"] != NONE
    if row["remaining"] == (0 if is_finished else row["duration"]):
        row["remaining"] = None
    if row["actual_duration"] == ABSENT_DURATION:
        row["actual_duration"] = None
    for name, value in row.items():
        if value == NONE:
            row[name] = None
    for name, kind in (("kind", Kind), ("constraint", Constraint), ("constraint2", Constraint)):
        row[name] = kind(row[name])
    for name in ("is_manual", "is_active", "is_elapsed"):
        row[name] = bool(row[name])
    return Task(**row)


def link_of(network: Network, index: int) -> Link:
    """Return a link of the network as `Network.build` took it."""
    row: dict[str, Any] = {name: getattr(network, name).item(index) for name in LINK_COLUMNS}
    return Link(**row | {"type": LinkType(row["type"])})


def edited(network: Network, edits: Edits) -> Network:
    """
    Return the network with the rows of the edits; the other one is not changed.

    Raises:
        InvalidEdits: a row that is not there.
        InvalidNetwork: with every fault of the edited network.

    Cost:
        Linear in rows for each column that changes, by copying; a fingerprint already known is carried along.
    """
    return with_changes(network, edits, changed_values(network, edits))


def with_changes(network: Network, edits: Edits, changes: Mapping[str, Mapping[int, int]]) -> Network:
    """As `edited`, where `changed_values` of the same two is known."""
    if not changes:
        return network
    columns = {}
    for name, values in changes.items():
        columns[name] = getattr(network, name).copy()
        for index, value in values.items():
            columns[name][index] = value
    made = replace(network, **columns)
    made.carry_marks(network, changes)
    if not _are_sound(edits, changes):
        made.check()
    return made


def changed_values(network: Network, edits: Edits) -> dict[str, dict[int, int]]:
    """
    Return the columns that the edits change, each with the new values by row.

    Raises:
        InvalidEdits: a row that is not there.
        InvalidNetwork: with every value that is no whole number of 64 bits.
    """
    _check_rows(network, edits)
    found: dict[str, dict[int, int]] = {}
    wrong: Wrong = {}
    columns: tuple[tuple[type, Mapping[str, Field[Any]], Mapping[int, Any]], ...] = (
        (Task, TASK_COLUMNS, edits.tasks),
        (Link, LINK_COLUMNS, edits.links),
    )
    for row_type, of_rows, rows in columns:
        for index, row in rows.items():
            for name, column in of_rows.items():
                value = _value(row, column)
                if value is None:
                    wrong[row_type, name, index] = getattr(row, name)
                elif getattr(network, name).item(index) != value:
                    found.setdefault(name, {})[index] = value
    if wrong:
        raise InvalidNetwork(number_faults(wrong))
    return found


def _value(row: Any, column: Field[Any]) -> int | None:
    """What the column holds of the row; None where it cannot."""
    value = whole(column, getattr(row, column.name))
    if value != NONE:
        return value
    if column.name == "remaining":
        return 0 if row.actual_finish is not None else max(whole(TASK_COLUMNS["duration"], row.duration) or 0, 0)
    return ABSENT_DURATION if column.name == "actual_duration" else NONE


def _check_rows(network: Network, edits: Edits) -> None:
    faults = []
    for word, rows, count in (("task", edits.tasks, network.task_count), ("link", edits.links, network.link_count)):
        for index in rows:
            if not 0 <= index < count:
                faults.append(Fault(f"unknown_{word}", int(index), f"There is no {word} {index}; there are {count}."))
    if faults:
        raise InvalidEdits(faults)


def _are_sound(edits: Edits, changes: Mapping[str, Mapping[int, int]]) -> bool:
    """Whether the edited rows are surely right, seen alone; where they are not, the whole network is checked."""
    types = all(0 <= link.type < len(LinkType) for link in edits.links.values())
    return types and not STRUCTURE & changes.keys() and all(_is_sound(task) for task in edits.tasks.values())


def _is_sound(task: Task) -> bool:
    spans = (task.duration, task.remaining or 0, task.actual_duration or 0)
    has_dates = (task.constraint <= Constraint.ALAP or task.constraint_at is not None) and (
        task.constraint2 <= Constraint.ALAP or task.constraint2_at is not None
    )
    is_known = 0 <= task.constraint < len(Constraint) and 0 <= task.constraint2 < len(Constraint)
    in_order = task.actual_finish is None or (task.actual_start is not None and task.actual_start <= task.actual_finish)
    return min(spans) >= 0 and has_dates and is_known and in_order
