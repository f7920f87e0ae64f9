"""
Tasks without dates of their own, after all others have theirs: levels of effort and WBS summaries.

A level of effort lasts from the first of the dates that links give its start to the last of those that they give its
finish, and drives nothing. A WBS summary spans the branch that it stands in.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from consortio_engine.clock import add, next_start, prev_finish
from consortio_engine.codes import FF, FS, SF, SS
from consortio_engine.network import Network
from consortio_engine.prepare import Frame
from consortio_engine.rows import NONE, Kind

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pair = tuple[Ints, Ints]


def effort_tasks(network: Network) -> Flags:
    """Which active tasks are levels of effort or WBS summaries. Shape (tasks,)."""
    result: Flags = (network.kind >= Kind.LEVEL_OF_EFFORT) & (network.is_active == 1)
    return result


class _Pull(NamedTuple):
    """A date that a link gives, and whether it has happened."""

    at: int
    is_actual: bool


class Efforts:
    """The levels of effort of a network and their links."""

    def __init__(self, network: Network, frame: Frame) -> None:
        self.network, self.frame = network, frame
        is_effort = (network.kind == Kind.LEVEL_OF_EFFORT) & (network.is_active == 1)
        self.tasks: list[int] = np.flatnonzero(is_effort).tolist()
        self._before: defaultdict[int, list[int]] = defaultdict(list)
        self._after: defaultdict[int, list[int]] = defaultdict(list)
        if self.tasks:
            for link in np.flatnonzero(is_effort[network.successor]).tolist():
                self._before[int(network.successor[link])].append(link)
            for link in np.flatnonzero(is_effort[network.predecessor]).tolist():
                self._after[int(network.predecessor[link])].append(link)

    def fill(self, shown: Pair, early: Pair, late: Pair) -> None:
        """
        Write the dates of every level of effort into arrays of shape (tasks,) that hold those of all other tasks.

        Cost:
            Links of levels of effort, times how deep these span each other.
        """
        for _ in self.tasks:  # one that spans another waits for it; a ring of them ends here
            if not self._round(shown, early, late):
                break

    def _round(self, shown: Pair, early: Pair, late: Pair) -> bool:
        changed = False
        for task in self.tasks:
            begun, ended = int(self.network.actual_start[task]), int(self.network.actual_finish[task])
            first, last = self._span(task, *shown)
            latest = self._span(task, *late)
            if begun != NONE and ended != NONE:
                first, last, latest = begun, ended, (begun, ended)
            found = ((begun if begun != NONE else first, last), (first, last), (min(latest), latest[1]))
            for (starts, finishes), (start, finish) in zip((shown, early, late), found, strict=True):
                changed |= bool(starts[task] != start or finishes[task] != finish)
                starts[task], finishes[task] = start, finish
        return changed

    def _span(self, task: int, starts: Ints, finishes: Ints) -> tuple[int, int]:
        """What has not happened lies at or after the data date, and does not end before it begins."""
        now, c = int(self.frame.data_date[task]), int(self.frame.calendar[task])
        begins = list(self._pulls(task, starts, finishes, (FS, SS), (SS, SF)))
        ends = list(self._pulls(task, starts, finishes, (FF, SF), (FS, FF)))
        start = min(begins, default=_Pull(now, False))
        if not start.is_actual:
            start = start._replace(at=next_start(self.frame.numbers, c, max(start.at, now)))
        ends = [one if one.is_actual else _Pull(prev_finish(self.frame.numbers, c, one.at), False) for one in ends]
        finish = max(ends, default=start)
        last = finish.at if finish.is_actual else max(finish.at, now)
        return int(start.at), int(max(start.at, last))

    def _pulls(
        self, task: int, starts: Ints, finishes: Ints, before: tuple[int, int], after: tuple[int, int]
    ) -> Iterator[_Pull]:
        """The dates that links of those types give: from predecessors with their lag, from successors against it."""
        network = self.network
        for link in self._before[task]:
            if network.type[link] in before:
                other, is_start = int(network.predecessor[link]), network.type[link] in (SS, SF)
                yield from self._pull(link, other, starts if is_start else finishes, is_start, 1)
        for link in self._after[task]:
            if network.type[link] in after:
                other, is_start = int(network.successor[link]), network.type[link] in (FS, SS)
                yield from self._pull(link, other, starts if is_start else finishes, is_start, -1)

    def _pull(self, link: int, other: int, dates: Ints, is_start: bool, sign: int) -> Iterator[_Pull]:
        at = int(dates[other])
        if at != NONE:
            actual = (self.network.actual_start if is_start else self.network.actual_finish)[other]
            lag, c = sign * int(self.network.lag[link]), int(self.frame.lag_calendar[link])
            yield _Pull(int(add(self.frame.numbers, c, at, lag)), bool(actual != NONE))


def span_branches(network: Network, pairs: list[Pair]) -> None:
    """Write the dates of WBS summaries: those of the summary above, or of all tasks of the project."""
    for task in np.flatnonzero((network.kind == Kind.WBS_SUMMARY) & (network.is_active == 1)).tolist():
        above = int(network.parent[task])
        for starts, finishes in pairs:
            if above >= 0:
                starts[task], finishes[task] = starts[above], finishes[above]
                continue
            inside = (network.project == network.project[task]) & (network.kind != Kind.WBS_SUMMARY) & (starts != NONE)
            if inside.any():
                starts[task], finishes[task] = starts[inside].min(), finishes[inside].max()
