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
from consortio_engine.rollup import span_children
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

    def fill(self, shown: Pair, early: Pair, late: Pair, close: Ints) -> Flags:
        """
        Write the dates of every level of effort into arrays of shape (tasks,) that hold those of all other tasks.

        Args:
            close: (tasks,), where late dates begin.

        Cost:
            Links of levels of effort, times how deep these span each other.

        Returns:
            Shape (tasks,): levels of effort that are over by the data date, because what gave their finish has happened.
        """
        for _ in self.tasks:  # one that spans another waits for it; a ring of them ends here
            if not self._round(shown, early, late, close):
                break
        over = np.zeros(self.network.task_count, dtype=bool)
        over[[task for task in self.tasks if self._is_over(task, *shown)]] = True
        return over

    def _is_over(self, task: int, starts: Ints, finishes: Ints) -> bool:
        if self.network.actual_finish[task] != NONE:
            return True
        begins = self._pulls(task, starts, finishes, (FS, SS), (SS, SF))
        last = max(self._ends(task, starts, finishes), default=min(begins, default=_Pull(NONE, False)))
        return last.is_actual and last.at == finishes[task] and last.at <= self.frame.data_date[task]

    def _round(self, shown: Pair, early: Pair, late: Pair, close: Ints) -> bool:
        changed = False
        for task in self.tasks:
            found = (*self._span(task, *shown), self._late_span(task, *late, int(close[task])))
            begun, ended = int(self.network.actual_start[task]), int(self.network.actual_finish[task])
            if begun != NONE and ended != NONE:
                found = ((begun, ended),) * 3
            elif begun != NONE:
                found = ((begun, found[0][1]), *found[1:])
            for (starts, finishes), (start, finish) in zip((shown, early, late), found, strict=True):
                changed |= bool(starts[task] != start or finishes[task] != finish)
                starts[task], finishes[task] = start, finish
        return changed

    def _span(self, task: int, starts: Ints, finishes: Ints) -> tuple[tuple[int, int], tuple[int, int]]:
        """
        The dates to show, and the early ones.

        What has not happened lies at or after the data date and in working time; nothing ends before it begins.
        """
        now, c = int(self.frame.data_date[task]), int(self.frame.calendar[task])
        begins = list(self._pulls(task, starts, finishes, (FS, SS), (SS, SF)))
        start = min(begins, default=_Pull(now, False))
        opens = int(next_start(self.frame.numbers, c, max(start.at, now)))
        first = start.at if start.is_actual else opens
        finish = max(self._ends(task, starts, finishes), default=start)
        last = max(first, finish.at if finish.is_actual else max(finish.at, opens))
        return (first, last), (opens, last)

    def _late_span(self, task: int, starts: Ints, finishes: Ints, close: int) -> tuple[int, int]:
        """By late dates, and by actual ones of what has happened; what nothing says is the end of the project."""
        network, c = self.network, int(self.frame.calendar[task])
        # A start is late for as long as anything depends on it: it counts although the predecessor has begun.
        begun = np.where(network.actual_start != NONE, network.actual_start, starts)
        over = np.where(network.actual_finish != NONE, network.actual_finish, finishes)
        over = np.where(network.kind == Kind.START_MILESTONE, starts, over)
        begins = [
            *self._pulls(task, starts, over, (FS, SS), ()),
            *self._pulls(
                task, begun, np.where(network.actual_finish != NONE, network.actual_finish, finishes), (), (SS, SF)
            ),
        ]
        ends = self._ends(task, begun, np.where(network.actual_finish != NONE, network.actual_finish, finishes))
        finish = max(ends, default=_Pull(close, False)).at
        start = min(begins, default=_Pull(finish, False)).at
        return next_start(self.frame.numbers, c, min(start, finish)), finish

    def _ends(self, task: int, starts: Ints, finishes: Ints) -> list[_Pull]:
        """The dates that links give the finish, back on the end of work unless they have happened."""
        found = self._pulls(task, starts, finishes, (FF, SF), (FS, FF))
        c = int(self.frame.calendar[task])
        return [one if one.is_actual else _Pull(prev_finish(self.frame.numbers, c, one.at), False) for one in found]

    def _pulls(
        self, task: int, starts: Ints, finishes: Ints, before: tuple[int, ...], after: tuple[int, ...]
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


def span_branches(network: Network, steps: list[Ints], is_over: Flags, pairs: dict[str, Pair]) -> None:
    """
    Write the dates of WBS summaries: shown, those of the summary above or of the whole project; others, of what is open.

    Args:
        steps: from `rollup.levels`. is_over: (tasks,), finished; of summaries it does not count.
        pairs: starts and finishes with summaries filled in; "" for those to show.
    """
    tasks = np.flatnonzero((network.kind == Kind.WBS_SUMMARY) & (network.is_active == 1)).tolist()
    if not tasks:
        return
    is_over = is_over & (network.kind != Kind.SUMMARY)
    for name, (starts, finishes) in pairs.items():
        inside = (starts, finishes)
        if name:
            inside = span_children(network, steps, *(np.where(is_over, NONE, dates) for dates in (starts, finishes)))
        for task in tasks:
            starts[task], finishes[task] = _around(network, task, *inside)


def _around(network: Network, task: int, starts: Ints, finishes: Ints) -> tuple[int, int]:
    above = int(network.parent[task])
    if above >= 0:
        return int(starts[above]), int(finishes[above])
    dated = (network.project == network.project[task]) & (network.kind != Kind.WBS_SUMMARY) & (starts != NONE)
    return (int(starts[dated].min()), int(finishes[dated].max())) if dated.any() else (NONE, NONE)
