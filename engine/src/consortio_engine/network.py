"""
A plan as arrays: built once, checked whole, never changed.

Rows come as `Task`, `Link` and `Project` (see `rows`); shapes below are (tasks,) or (links,), int64 unless named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import Calendar
from consortio_engine.checks import network_faults
from consortio_engine.columns import Wrong, columns_of
from consortio_engine.errors import InvalidNetwork
from consortio_engine.fingerprint import digest
from consortio_engine.rows import NONE, Assignment, Link, Project, Task

Ints = NDArray[np.int64]

ABSENT_DURATION = -1
BLOCK = 512  # rows that are hashed together


@dataclass(frozen=True, eq=False, kw_only=True)
class Network:
    """
    Tasks and links as arrays; every date in minutes since 1970, NONE where there is no date.

    Attributes:
        duration, remaining, actual_duration: (tasks,), minutes; actual_duration -1 where it is to be computed.
        calendar, project, parent, kind, constraint, constraint2: (tasks,), indices and codes.
        constraint_at, constraint2_at, deadline, expected_finish, external_start, external_finish, actual_start,
            actual_finish, suspended_at, resumed_at, manual_start, manual_finish: (tasks,), dates.
        is_manual, is_active, is_elapsed: (tasks,), 0 or 1.
        delay: (tasks,), minutes around the clock.
        predecessor, successor, type, lag, lag_calendar: (links,).
        calendars, projects: in the order of their indices. assignments: of tasks whose dates they decide.
    """

    duration: Ints
    remaining: Ints
    actual_duration: Ints
    calendar: Ints
    project: Ints
    parent: Ints
    kind: Ints
    constraint: Ints
    constraint_at: Ints
    constraint2: Ints
    constraint2_at: Ints
    deadline: Ints
    expected_finish: Ints
    external_start: Ints
    external_finish: Ints
    actual_start: Ints
    actual_finish: Ints
    suspended_at: Ints
    resumed_at: Ints
    is_manual: Ints
    manual_start: Ints
    manual_finish: Ints
    is_active: Ints
    is_elapsed: Ints
    delay: Ints
    predecessor: Ints
    successor: Ints
    type: Ints
    lag: Ints
    lag_calendar: Ints
    calendars: tuple[Calendar, ...]
    projects: tuple[Project, ...]
    assignments: tuple[Assignment, ...] = ()

    @classmethod
    def build(
        cls,
        tasks: Sequence[Task],
        links: Sequence[Link],
        calendars: Sequence[Calendar],
        projects: Sequence[Project],
        assignments: Sequence[Assignment] = (),
    ) -> "Network":
        """
        Make a network of rows.

        Raises:
            InvalidNetwork: with every fault found: what is no whole number of 64 bits (True is none), unknown indices,
                dates that contradict each other, a constraint without its date, a link of a task with itself or with
                its own summary. Trees and links are looked at once all numbers and indices are right.

        Cost:
            Linear in tasks and links.
        """
        wrong: Wrong = {}
        columns = columns_of(Task, tasks, wrong) | columns_of(Link, links, wrong)
        columns["remaining"] = _remaining(columns)
        columns["actual_duration"] = np.where(
            columns["actual_duration"] == NONE, ABSENT_DURATION, columns["actual_duration"]
        )
        network = cls(**columns, calendars=tuple(calendars), projects=tuple(projects), assignments=tuple(assignments))
        network._refuse(wrong)
        return network

    def check(self) -> None:
        """Raise InvalidNetwork with every fault; for arrays that did not come through `build`."""
        self._refuse({})

    def _refuse(self, wrong: Wrong) -> None:
        faults = network_faults(self, wrong)
        if faults:
            raise InvalidNetwork(faults)

    @property
    def task_count(self) -> int:
        """The number of tasks."""
        return len(self.duration)

    @property
    def link_count(self) -> int:
        """The number of links."""
        return len(self.predecessor)

    @cached_property
    def fingerprint(self) -> str:
        """BLAKE2b-128 over the arrays, calendars and projects, in hexadecimal."""
        return digest([self._surroundings, b"".join(mark for each in self._marks.values() for mark in each)])

    @cached_property
    def _marks(self) -> dict[str, list[bytes]]:
        """A hash of every block of every column, so that an edit needs to hash few rows again."""
        return {name: [_mark(name, values, at) for at in _blocks(values)] for name, values in self._arrays()}

    @cached_property
    def _surroundings(self) -> str:
        counts = {name: len(values) for name, values in self._arrays()}
        parts: list[Any] = [counts]
        parts += [part for calendar in self.calendars for part in (calendar.start, calendar.end)]
        return digest([*parts, *map(repr, self.projects), *map(repr, self.assignments)])

    def _arrays(self) -> list[tuple[str, Ints]]:
        found = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(name, value) for name, value in found if isinstance(value, np.ndarray)]

    def carry_marks(self, other: "Network", changed: Mapping[str, Iterable[int]]) -> None:
        """Take the hashes that another network knows of itself; `changed` tells where the columns differ from it."""
        if "_marks" not in vars(other):
            return
        marks = dict(other._marks)
        for name, rows in changed.items():
            marks[name] = list(marks[name])
            for at in {row // BLOCK * BLOCK for row in rows}:
                marks[name][at // BLOCK] = _mark(name, getattr(self, name), at)
        # Where cached properties keep what they found.
        vars(self).update(_marks=marks, _surroundings=other._surroundings)


def _blocks(values: Ints) -> range:
    return range(0, len(values), BLOCK)


def _mark(name: str, values: Ints, at: int) -> bytes:
    block = np.ascontiguousarray(values[at : at + BLOCK], dtype="<i8")
    return blake2b(block.tobytes(), digest_size=16, person=name.encode()[:16]).digest()


def _remaining(columns: dict[str, Ints]) -> Ints:
    # A negative duration is told once, as what it is.
    whole = np.where(columns["actual_finish"] != NONE, 0, np.maximum(columns["duration"], 0))
    return np.where(columns["remaining"] == NONE, whole, columns["remaining"])
