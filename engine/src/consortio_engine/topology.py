"""
Which tasks are scheduled, by which links, in which order.

Summaries, levels of effort, WBS summaries and inactive tasks are no part of the passes. In msp a link on a summary acts
on its leaves: as a successor on every one; as a predecessor on every one for FS and FF, on the earliest for SS and SF.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Cycle
from consortio_engine.kernel import Numbers, Speed, at_speed, empty_at, kernel, values_at
from consortio_engine.network import Network
from consortio_engine.rows import NONE, Kind, LinkType

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Arcs:
    """Links between scheduled tasks, in the order of links: `origin` is the link behind each. Shape (arcs,)."""

    predecessor: Ints
    successor: Ints
    origin: Ints

    def by_successor(self) -> Ints:
        """Positions sorted by successor, each task's in the order of links."""
        return self._by(self.successor)

    def by_predecessor(self) -> Ints:
        """Positions sorted by predecessor, each task's in the order of links."""
        return self._by(self.predecessor)

    def _by(self, ends: Ints) -> Ints:
        # Arcs come in the order of links, and a stable sort keeps it. Sorting 16-bit keys takes a tenth of the time.
        small = len(ends) == 0 or int(ends.max()) < 2**16
        return np.argsort(ends.astype(np.uint16) if small else ends, kind="stable")


def scheduled_tasks(network: Network) -> Flags:
    """Shape (tasks,): which tasks take part in the passes."""
    result: Flags = (network.kind <= Kind.FINISH_MILESTONE) & (network.is_active == 1)
    return result


def plain_arcs(network: Network, *, override: bool = False) -> Arcs:
    """
    The links that join two scheduled tasks.

    Args:
        override: leave out those from unfinished tasks to started ones (progress override).
    """
    scheduled = scheduled_tasks(network)
    counts = scheduled[network.predecessor] & scheduled[network.successor]
    if override:
        is_begun = (network.actual_start != NONE)[network.successor]
        counts &= ~is_begun | (network.actual_finish != NONE)[network.predecessor]
    kept = np.flatnonzero(counts)
    return Arcs(network.predecessor[kept], network.successor[kept], kept.astype(np.int64))


def summary_links(network: Network) -> Ints:
    """Indices of links with a summary at an end."""
    is_summary = network.kind == Kind.SUMMARY
    return np.flatnonzero(is_summary[network.predecessor] | is_summary[network.successor]).astype(np.int64)


def with_summary_arcs(network: Network, arcs: Arcs, early_start: Sequence[int]) -> Arcs:
    """
    Return the arcs with those added that stand for links on summaries.

    Args:
        early_start: shape (tasks,), from a pass without these links; the earliest leaf is chosen by it.

    Cost:
        A link between two summaries becomes leaves × leaves arcs.
    """
    leaves = Leaves(network)
    added = [(arcs.predecessor, arcs.successor, arcs.origin)]
    for link in summary_links(network).tolist():
        before = leaves.of(int(network.predecessor[link]))
        if network.type[link] in (LinkType.SS, LinkType.SF):
            before = sorted(before, key=lambda leaf: early_start[leaf])[:1]
        after = leaves.of(int(network.successor[link]))
        first = np.repeat(np.array(before, dtype=np.int64), len(after))
        second = np.tile(np.array(after, dtype=np.int64), len(before))
        added.append((first, second, np.full(len(first), link, dtype=np.int64)))
    together = Arcs(*(np.concatenate(parts) for parts in zip(*added, strict=True)))
    order = np.argsort(together.origin, kind="stable")
    return Arcs(together.predecessor[order], together.successor[order], together.origin[order])


class Leaves:
    """The scheduled tasks below each summary; asked for a leaf, the leaf itself."""

    def __init__(self, network: Network) -> None:
        self._scheduled = scheduled_tasks(network).tolist()
        self._kind = network.kind.tolist()
        self._active = network.is_active.tolist()
        self._children: dict[int, list[int]] = {}
        for index, parent in enumerate(network.parent.tolist()):
            self._children.setdefault(parent, []).append(index)

    def of(self, task: int) -> list[int]:
        """Own leaves first, then those of deeper summaries; nothing below an inactive summary."""
        if self._kind[task] != Kind.SUMMARY:
            return [task] if self._scheduled[task] else []
        found, open_summaries = [], deque([task] if self._active[task] else [])
        while open_summaries:
            children = self._children.get(open_summaries.popleft(), [])
            found += [child for child in children if self._scheduled[child]]
            open_summaries += [child for child in children if self._kind[child] == Kind.SUMMARY and self._active[child]]
        return found


def pointers(ends: Ints, count: int) -> Ints:
    """Shape (tasks + 1,): where each task's arcs begin in arcs sorted by that end."""
    return np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=count)))).astype(np.int64)


def ordered(network: Network, arcs: Arcs, outgoing: Ints, outgoing_at: Ints, speed: Speed) -> Ints:
    """
    Return the scheduled tasks, every one after its predecessors.

    Args:
        outgoing, outgoing_at: positions of arcs by predecessor, and where each task's begin.

    Raises:
        Cycle: with a shortest ring.

    Cost:
        Linear in tasks and arcs; each ring search is linear too.
    """
    scheduled = scheduled_tasks(network)
    waiting = np.where(scheduled, np.bincount(arcs.successor, minlength=network.task_count), -1).astype(np.int64)
    order = empty_at(network.task_count, speed, -1)
    done = at_speed(sort_by_links, speed)(
        values_at(waiting, speed), values_at(outgoing_at, speed), values_at(arcs.successor[outgoing], speed), order
    )
    if done < int(scheduled.sum()):
        raise Cycle("Tasks wait for each other.", shortest_cycle(arcs))
    return np.array(order[:done], dtype=np.int64)


@kernel
def sort_by_links(waiting: Numbers, first: Numbers, successor: Numbers, order: Numbers) -> int:
    """
    Fill `order` with tasks whose predecessors all come before, and return how many there are.

    Tasks keep their given order where links allow it: neighbours in a plan are neighbours in memory.

    Args:
        waiting: (tasks,), the number of predecessors, -1 for tasks to leave out; it is used up.
        first, successor: arcs by predecessor.
        order: (tasks,), written.
    """
    done, at = 0, 0
    for i in range(len(waiting)):
        if waiting[i] != 0:
            continue
        order[done] = i
        done += 1
        while at < done:
            task = order[at]
            at += 1
            for k in range(first[task], first[task + 1]):
                j = successor[k]
                waiting[j] -= 1
                # Later tasks are still to be looked at; earlier ones have been passed and go now.
                if waiting[j] == 0 and j < i:
                    order[done] = j
                    done += 1
    return done


def shortest_cycle(arcs: Arcs) -> list[int]:
    """
    Return a shortest ring of tasks, each before its successor; the smallest index comes first. Empty without a ring.

    Every ring through one task is found by one search; then that task can be taken out, and whatever waits for
    nothing or drives nothing any more falls away with it.
    """
    after: dict[int, set[int]] = {}
    before: dict[int, set[int]] = {}
    for first, second in zip(arcs.predecessor.tolist(), arcs.successor.tolist(), strict=True):
        after.setdefault(first, set()).add(second)
        before.setdefault(second, set()).add(first)
    best: list[int] = []
    _trim(after, before, [*after, *before])
    while after:
        start = min(after)
        ring = _ring_through(start, after, len(best))
        if ring:
            best = ring
        _remove(start, after, before)
    if best:
        turn = best.index(min(best))
        best = best[turn:] + best[:turn]
    return best


def _trim(after: dict[int, set[int]], before: dict[int, set[int]], suspects: list[int]) -> None:
    """Take out every task that cannot lie on a ring."""
    while suspects:
        task = suspects.pop()
        if (task in after or task in before) and not (after.get(task) and before.get(task)):
            neighbours = [*after.get(task, ()), *before.get(task, ())]
            _cut(task, after, before)
            suspects += neighbours


def _remove(task: int, after: dict[int, set[int]], before: dict[int, set[int]]) -> None:
    neighbours = [*after[task], *before[task]]
    _cut(task, after, before)
    _trim(after, before, neighbours)


def _cut(task: int, after: dict[int, set[int]], before: dict[int, set[int]]) -> None:
    for successor in after.pop(task, set()):
        before[successor].discard(task)
    for predecessor in before.pop(task, set()):
        if predecessor in after:
            after[predecessor].discard(task)


def _ring_through(start: int, after: dict[int, set[int]], limit: int) -> list[int]:
    """The shortest ring through `start`, if it has fewer than `limit` tasks (0: any number)."""
    came_from = {start: start}
    level, length = [start], 1
    while level and (limit == 0 or length < limit):
        following = []
        for task in level:
            for successor in sorted(after[task]):
                if successor == start:
                    return _walk_back(task, came_from)
                if successor not in came_from:
                    came_from[successor] = task
                    following.append(successor)
        level, length = following, length + 1
    return []


def _walk_back(task: int, came_from: dict[int, int]) -> list[int]:
    ring = [task]
    while came_from[task] != task:
        task = came_from[task]
        ring.append(task)
    return ring[::-1]
