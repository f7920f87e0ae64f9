"""
The instant answer: serial generation by latest finish times, forward-backward justification, noisy samples.

Source:
    Kolisch (1996), Serial and parallel resource-constrained project scheduling methods revisited; Valls, Ballestin and
    Quintanilla (2005), Justification and RCPSP: a technique that pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import tables
from consortio_engine.errors import HorizonExceeded
from consortio_engine.kernel import Numbers, Speed, array_of, at_speed, empty_at, rows_at, values_at
from consortio_engine.resources.calendar_table import ON_AXIS
from consortio_engine.resources.layout import ANY_TIME, Layout, chain_of, job_rows, link_rows, needs_of
from consortio_engine.resources.serial import (
    BY,
    FINISH,
    NEED_FROM,
    NEED_TO,
    PLACED,
    RELEASE,
    ROW_WIDTH,
    START,
    keep_order,
    place_all,
)

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Placed:
    """Positions of start and finish, shape (jobs,), in the modes (jobs,) given."""

    start: Ints
    finish: Ints
    modes: tuple[int, ...]


class Generator:
    """Schedules of one layout, one per order of jobs; all that they share is made once."""

    def __init__(self, layout: Layout, speed: Speed) -> None:
        self.layout, self.speed = layout, speed
        needs, self._needs_at = needs_of(layout)
        self._needs = values_at(needs, speed)
        self._links = values_at(link_rows(layout).ravel(), speed)
        time, following, room = chain_of(layout)
        self._pieces = len(time) - 2 * layout.count
        self._chain = (values_at(time, speed), values_at(following, speed), values_at(room.ravel(), speed))
        self._calendars = (values_at(tables(layout.axis.parts), speed), values_at(layout.lag_table, speed))
        self._frame = (layout.axis_number, layout.axis.origin, layout.axis.extent)
        self._order = values_at(layout.order * ROW_WIDTH, speed)
        self._rows: dict[tuple[int, ...], Ints] = {}
        self.failed = -1  # the last job for which there was no room

    def rows(self, modes: tuple[int, ...]) -> Ints:
        """Rows of jobs with these modes; not to be changed."""
        if modes not in self._rows:
            if len(self._rows) > 64:
                self._rows.clear()
            self._rows[modes] = job_rows(self.layout, modes, self._needs_at)
        return self._rows[modes]

    def place(
        self,
        keys: Sequence[int] | Ints,
        modes: tuple[int, ...],
        release: Ints | None = None,
        *,
        unlimited: bool = False,
        blocked: Ints | None = None,
        bucket: int = ANY_TIME,
    ) -> Placed | None:
        """
        Place all jobs in ascending order of their keys, as links allow; ties by the order of jobs.

        Args:
            release: (jobs,), positions instead of the layout's.
            unlimited: as if nothing ran short.
            blocked: counts to be raised, shape (rooms × buckets,).

        Returns:
            None if a job has no room before the horizon; `failed` is that job.
        """
        rows = self.rows(modes).copy()
        if release is not None:
            rows[:, RELEASE] = release
        return self._run(rows, np.asarray(keys, dtype=np.int64), modes, unlimited, blocked, bucket)

    def _run(
        self,
        rows: Ints,
        keys: Ints,
        modes: tuple[int, ...],
        unlimited: bool = False,
        blocked: Ints | None = None,
        bucket: int = ANY_TIME,
    ) -> Placed | None:
        if unlimited:
            rows[:, NEED_FROM] = rows[:, NEED_TO]
        flat = rows_at(rows, self.speed)
        order = self._sorted(keys, flat)
        counts = (
            empty_at(max(len(self.layout.rooms), 1), self.speed, 0)
            if blocked is None
            else values_at(blocked, self.speed)
        )
        chain = (self._chain[0][:], self._chain[1][:], self._chain[2][:])
        if self.speed == "fast":
            chain = tuple(part.copy() for part in self._chain)  # type: ignore[attr-defined]  # arrays here
        try:
            failed = at_speed(place_all, self.speed)(
                self._calendars, self._frame, order, flat, self._links, self._needs, chain, self._pieces, counts, bucket
            )
        except HorizonExceeded:
            self.failed = -1
            return None
        if blocked is not None:
            blocked[:] = array_of(counts)
        if failed != PLACED:
            self.failed = int(failed) // ROW_WIDTH
            return None
        return Placed(array_of(flat[START::ROW_WIDTH]), array_of(flat[FINISH::ROW_WIDTH]), modes)

    def place_shortest(self) -> Placed | None:
        """As if nothing ran short and every job took its shortest mode, in every minute where calendars differ by mode."""
        ways = self.layout.ways
        modes = tuple(min(range(len(of_job)), key=lambda mode: of_job[mode].span) for of_job in ways)  # at once
        rows = self.rows(modes).copy()
        for index, of_job in enumerate(ways):
            if len({way.by for way in of_job}) > 1:
                rows[index, BY] = ON_AXIS
        return self._run(rows, np.zeros(self.layout.count, dtype=np.int64), modes, unlimited=True)

    def _sorted(self, keys: Ints, flat: Numbers) -> Numbers:
        """Positions of rows, sorted by key, every job after its predecessors."""
        # Ties go by index; where a link forbids that (jobs without a duration), by the order of links.
        held = values_at(keys * self.layout.count + np.arange(self.layout.count), self.speed)
        at_speed(keep_order, self.speed)(self._order, flat, self._links, held)
        order = self.layout.order
        ranked = order[np.argsort(array_of(held)[order], kind="stable")]
        return values_at(ranked * ROW_WIDTH, self.speed)


class Search:
    """Forward and backward generation together."""

    def __init__(self, layout: Layout, speed: Speed) -> None:
        self.layout = layout
        self.forward = Generator(layout, speed)
        self.backward = Generator(layout.mirrored(), speed)
        self.end = layout.axis.extent
        self._nothing = np.zeros(layout.count, dtype=np.int64)

    def earliest(self, modes: tuple[int, ...]) -> Placed | None:
        """Where links alone put all jobs."""
        return self.forward.place(self._nothing, modes, unlimited=True)

    def latest_finishes(self, modes: tuple[int, ...]) -> Ints:
        """Latest finish positions by links alone, for the finish that links allow; shape (jobs,)."""
        first = self.earliest(modes)
        if first is None:
            return np.zeros(self.layout.count, dtype=np.int64)
        release = np.maximum(self.backward.layout.release, self.end - makespan(first))
        last = self.backward.place(self._nothing, modes, release, unlimited=True)
        return first.finish if last is None else self.end - last.start

    def justified(self, placed: Placed) -> Placed:
        """
        Put all jobs as late, then as early as possible, as long as that brings the finish forward.

        Cost: two generations a round, some rounds.
        """
        while True:
            release = np.maximum(self.backward.layout.release, self.end - makespan(placed))
            late = self.backward.place(self.end - placed.finish, placed.modes, release)
            early = None if late is None else self.forward.place(self.end - late.finish, placed.modes)
            if early is None or makespan(early) >= makespan(placed):
                return placed
            placed = early


def makespan(placed: Placed) -> int:
    """The last finish, 0 without jobs."""
    return int(placed.finish.max()) if len(placed.finish) else 0
