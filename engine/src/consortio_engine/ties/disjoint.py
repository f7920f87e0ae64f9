"""How many people would have to leave before two organisations no longer know each other."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault, InvalidTies
from consortio_engine.fingerprint import digest
from consortio_engine.version import VERSION

METHOD = "maximum flow with every person once (Dinic)"

Tie = tuple[int, int, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ties(Answer):
    """
    Ties between two organisations that share nobody.

    Attributes:
        count: how many; 1 is a single thread, 0 is none.
        paths: the people of each, from the first organisation to the second.
        cut: as many people without whom no tie is left, ascending; of several such groups the one nearest to the first
            organisation.
    """

    count: int
    paths: tuple[tuple[int, ...], ...]
    cut: tuple[int, ...]


def disjoint(
    people: Sequence[str],
    ties: Sequence[Tie],
    first: str,
    second: str,
    *,
    level: str | None = None,
    through_others: bool = False,
) -> Ties:
    """
    Return the largest number of ties between two organisations that have no person in common.

    Args:
        people: the organisation of each person.
        ties: (person, person, level) in either order; each may stand there several times.
        level: only ties of that level count; None: all do.
        through_others: a tie may lead through people of third organisations.

    Raises:
        InvalidTies: a tie that names nobody or joins somebody with themselves, or two organisations that are one.

    Cost:
        O((people + ties) x root of people).

    Source:
        Menger (1927); Dinic (1970), Soviet Mathematics Doklady 11; unit capacities: Even and Tarjan (1975).
    """
    began = monotonic()
    _check(people, ties, first, second)
    allowed = [who in (first, second) or through_others for who in people]
    edges = {(min(a, b), max(a, b)) for a, b, at in ties if level in (None, at) and allowed[a] and allowed[b]}
    flow = _Flow(len(people))
    for person, who in enumerate(people):
        if who == first:
            flow.join(flow.source, 2 * person)
        elif who == second:
            flow.join(2 * person + 1, flow.sink)
        flow.join(2 * person, 2 * person + 1, room=1)
    for a, b in sorted(edges):
        flow.join(2 * a + 1, 2 * b)
        flow.join(2 * b + 1, 2 * a)
    count = flow.fill()
    parts = [tuple(people), sorted(edges), first, second, level, through_others, VERSION]
    return Ties(
        status="ok",
        method=METHOD,
        fingerprint=digest(parts),
        elapsed=monotonic() - began,
        count=count,
        paths=tuple(sorted(_between(path, people, first, second) for path in flow.paths())),
        cut=tuple(flow.cut()),
    )


def _between(path: tuple[int, ...], people: Sequence[str], first: str, second: str) -> tuple[int, ...]:
    """The part from the last person of the first organisation to the next one of the second."""
    begin = max(at for at, person in enumerate(path) if people[person] == first)
    end = next(at for at in range(begin, len(path)) if people[path[at]] == second)
    return path[begin : end + 1]


def _check(people: Sequence[str], ties: Sequence[Tie], first: str, second: str) -> None:
    faults = []
    if first == second:
        faults.append(Fault("one_organisation", -1, f"Ties lie between two organisations, not within {first!r}."))
    for index, (a, b, _) in enumerate(ties):
        if not (0 <= a < len(people) and 0 <= b < len(people)):
            faults.append(
                Fault("unknown_person", index, f"Tie {index} joins {a} and {b}; there are {len(people)} people.")
            )
        elif a == b:
            faults.append(Fault("tie_to_oneself", index, f"Tie {index} joins person {a} with themselves."))
    if faults:
        raise InvalidTies(faults)


class _Flow:
    """
    A network in which person p is the arc from node 2p to node 2p + 1; only these have limits, so that only people can
    be a cut. Arc 2k and arc 2k + 1 are each other's reverse; `room` is what still fits.
    """

    def __init__(self, people: int) -> None:
        self.source, self.sink = 2 * people, 2 * people + 1
        self._arcs: list[list[int]] = [[] for _ in range(2 * people + 2)]
        self._head: list[int] = []
        self._room: list[int] = []

    def join(self, tail: int, head: int, room: int | None = None) -> None:
        for start, end, fits in ((tail, head, len(self._arcs) if room is None else room), (head, tail, 0)):
            self._arcs[start].append(len(self._head))
            self._head.append(end)
            self._room.append(fits)

    def fill(self) -> int:
        """Send all that fits, along shortest ways first; return how much it is."""
        total = 0
        while (depth := self._depths())[self.sink] >= 0:
            at = [0] * len(self._arcs)
            while self._send(depth, at):
                total += 1
        return total

    def _depths(self) -> list[int]:
        """How many arcs with room lie between the source and each node; -1: it cannot be reached."""
        depth = [-1] * len(self._arcs)
        depth[self.source] = 0
        queue = deque([self.source])
        while queue:
            node = queue.popleft()
            for arc in self._arcs[node]:
                if self._room[arc] and depth[self._head[arc]] < 0:
                    depth[self._head[arc]] = depth[node] + 1
                    queue.append(self._head[arc])
        return depth

    def _send(self, depth: list[int], at: list[int]) -> bool:
        """Send one unit along a shortest way; `at` remembers, for each node, which arcs lead nowhere."""
        way: list[int] = []
        node = self.source
        while node != self.sink:
            if at[node] == len(self._arcs[node]):
                if not way:
                    return False
                node = self._head[way.pop() ^ 1]
                at[node] += 1
                continue
            arc = self._arcs[node][at[node]]
            if self._room[arc] and depth[self._head[arc]] == depth[node] + 1:
                way.append(arc)
                node = self._head[arc]
            else:
                at[node] += 1
        for arc in way:
            self._room[arc] -= 1
            self._room[arc ^ 1] += 1
        return True

    def paths(self) -> Iterator[tuple[int, ...]]:
        """The people along each unit that was sent."""
        for first in self._used(self.source):
            node, people = self._head[first], list[int]()
            while node != self.sink:
                if node % 2 == 0:
                    people.append(node // 2)
                node = self._head[next(self._used(node))]
            yield tuple(people)

    def _used(self, node: int) -> Iterator[int]:
        """The arcs out of a node that carry something: their reverse has room."""
        return (arc for arc in self._arcs[node] if arc % 2 == 0 and self._room[arc ^ 1])

    def cut(self) -> Iterator[int]:
        """The people who can still be reached, but not passed: as many as was sent."""
        depth = self._depths()
        for person in range(self.source // 2):
            if depth[2 * person] >= 0 > depth[2 * person + 1]:
                yield person
