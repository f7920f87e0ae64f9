"""What of the joint goals is left when a partner leaves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from consortio_engine.answers import Answer
from consortio_engine.choice.items import is_number
from consortio_engine.errors import Fault, InvalidTies
from consortio_engine.fingerprint import digest
from consortio_engine.version import VERSION

METHOD = "best substitute of every need, through all predecessors"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deliverable:
    """
    Something the partners want to reach.

    Attributes:
        value: at least 0.
        needs: all of them must be met; each by one of the organisations named, with its readiness from 0 to 1.
        after: indices of deliverables that it builds on.
    """

    value: float
    needs: Sequence[Mapping[str, float]] = ()
    after: Sequence[int] = ()


@dataclass(frozen=True)
class Leaving:
    """
    What happens when somebody leaves.

    Attributes:
        who: the organisations that leave, as asked. remaining: the share of today's value that can still be reached.
        lost: the deliverables that are hit, hardest first, with the value that each loses.
    """

    who: tuple[str, ...]
    remaining: float
    lost: tuple[tuple[int, float], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resilience(Answer):
    """
    How much rests on single partners.

    Attributes:
        status: "no_answer" where nothing can be reached even together: `index` is None.
        index: the least share that remains when one organisation leaves. weakest: that organisation; ties: the first.
        reached: of each deliverable today, 0 to 1.
        leaving: each organisation alone in the order of its name, then the groups that were asked for.
    """

    index: float | None = None
    weakest: str | None = None
    reached: tuple[float, ...] = ()
    leaving: tuple[Leaving, ...] = ()


def resilience(deliverables: Sequence[Deliverable], *, together: Sequence[Sequence[str]] = ()) -> Resilience:
    """
    Return what remains when each organisation leaves.

    A deliverable is reached as far as its worst-met need and its worst predecessor; a need is met as far as the best
    organisation that is left is ready.

    Args:
        together: groups of organisations that leave at once.

    Raises:
        InvalidTies: a value below 0, a readiness outside 0 to 1, an index that names nothing, a ring of predecessors,
            an organisation in `together` that provides nothing.

    Cost:
        O(organisations x (needs + predecessors)).

    Source:
        docs/engine/resilience.md; the idea of substitutes: Simchi-Levi et al. (2014), Harvard Business Review 92.
    """
    began = monotonic()
    order = _order_or_refuse(deliverables, together)
    everybody = sorted({who for one in deliverables for need in one.needs for who in need})
    today = _reached(deliverables, order, frozenset())
    total = sum(one.value * share for one, share in zip(deliverables, today, strict=True))
    parts = [repr(list(deliverables)), repr(list(together)), VERSION]
    groups = [(who,) for who in everybody] + [tuple(group) for group in together]
    leaving = tuple(_leaving(deliverables, order, today, total, group) for group in groups) if total > 0 else ()
    weakest = min(leaving[: len(everybody)], key=lambda one: one.remaining, default=None)
    return Resilience(
        status="ok" if total > 0 else "no_answer",
        method=METHOD,
        fingerprint=digest(parts),
        elapsed=monotonic() - began,
        index=None if total <= 0 else 1.0 if weakest is None else weakest.remaining,
        weakest=None if weakest is None else weakest.who[0],
        reached=tuple(today),
        leaving=leaving,
    )


def _leaving(
    deliverables: Sequence[Deliverable], order: Sequence[int], today: list[float], total: float, who: tuple[str, ...]
) -> Leaving:
    left = _reached(deliverables, order, frozenset(who))
    losses = [one.value * (before - after) for one, before, after in zip(deliverables, today, left, strict=True)]
    lost = sorted(((index, loss) for index, loss in enumerate(losses) if loss > 0), key=lambda one: (-one[1], one[0]))
    kept = sum(one.value * share for one, share in zip(deliverables, left, strict=True))
    return Leaving(who, kept / total, tuple(lost))


def _reached(deliverables: Sequence[Deliverable], order: Sequence[int], gone: frozenset[str]) -> list[float]:
    result = [0.0] * len(deliverables)
    for index in order:
        one = deliverables[index]
        met = [max((ready for who, ready in need.items() if who not in gone), default=0.0) for need in one.needs]
        result[index] = min([1.0, *map(float, met), *(result[before] for before in one.after)])
    return result


@dataclass
class _Search:
    """A walk through predecessors: 0 not seen, 1 on the way, 2 done."""

    state: list[int]
    order: list[int] = field(default_factory=list)
    ring: tuple[int, ...] = ()


def _order_or_refuse(deliverables: Sequence[Deliverable], together: Iterable[Iterable[str]]) -> list[int]:
    known = {who for one in deliverables for need in one.needs for who in need}
    faults = [fault for index in range(len(deliverables)) for fault in _faults(deliverables, index)]
    faults += [
        Fault("unknown_organisation", -1, f"{who!r} provides nothing, and cannot leave.")
        for group in together
        for who in group
        if who not in known
    ]
    if faults:
        raise InvalidTies(faults)
    search = _Search([0] * len(deliverables))
    for index in range(len(deliverables)):
        _walk(deliverables, search, index)
    if search.ring:
        shown = " -> ".join(map(str, (*search.ring, search.ring[0])))
        raise InvalidTies(
            [Fault("ring", index, f"Deliverables wait for each other: {shown}.") for index in search.ring]
        )
    return search.order


def _faults(deliverables: Sequence[Deliverable], index: int) -> Iterator[Fault]:
    one = deliverables[index]
    if not (is_number(one.value) and one.value >= 0):
        yield Fault("no_value", index, f"Deliverable {index} has value {one.value}; it is at least 0.")
    for who, ready in ((who, ready) for need in one.needs for who, ready in need.items()):
        if not (is_number(ready) and 0 <= ready <= 1):
            text = f"Deliverable {index}: the readiness of {who!r} is {ready}; it lies within 0 and 1."
            yield Fault("no_readiness", index, text)
    for before in one.after:
        if not 0 <= before < len(deliverables):
            text = f"Deliverable {index} builds on {before}; there are {len(deliverables)}."
            yield Fault("unknown_deliverable", index, text)


def _walk(deliverables: Sequence[Deliverable], search: _Search, start: int) -> None:
    """Depth first without recursion; predecessors come first in the order."""
    path = [(start, iter(deliverables[start].after))] if search.state[start] == 0 else []
    while path:
        node, rest = path[-1]
        search.state[node] = 1
        for before in rest:
            if search.state[before] == 1 and not search.ring:
                nodes = [one for one, _ in path]
                search.ring = tuple(nodes[nodes.index(before) :])
            if search.state[before] == 0:
                path.append((before, iter(deliverables[before].after)))
                break
        else:
            search.state[node] = 2
            search.order.append(node)
            path.pop()
