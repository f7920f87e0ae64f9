"""How far several views of the same items agree, and on which items they differ most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer, Cancelled, Status, Watch
from consortio_engine.choice.items import is_number
from consortio_engine.errors import Fault, InvalidChoice
from consortio_engine.fingerprint import digest
from consortio_engine.version import VERSION

Floats = NDArray[np.float64]

PERMUTATIONS = 9_999
BLOCK_NUMBERS = 2_000_000
METHOD = "Kendall's W with ties, p by permutation"


@dataclass(frozen=True)
class ItemViews:
    """
    How one item is seen.

    Attributes:
        item: its index. mean: of its ranks. spread: highest rank less lowest, 0 where all agree.
        lowest, highest: the indices of the first views that give it its lowest and highest rank.
    """

    item: int
    mean: float
    spread: float
    lowest: int
    highest: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement(Answer):
    """
    How far views agree.

    Attributes:
        status: "no_answer" where everybody ties everything: `w` and `p` are None.
        w: 0 (none) to 1 (all the same order).
        p: the chance of such a `w` or a higher one if nobody looked at the items.
        items: those on which views differ most first; ties by index.
    """

    w: float | None = None
    p: float | None = None
    items: tuple[ItemViews, ...] = ()


def kendall_w(
    ranks: Sequence[Sequence[float]],
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 1,
    watch: Watch | None = None,
) -> Agreement:
    """
    Return Kendall's coefficient of concordance, corrected for ties.

    Args:
        ranks: shape (views, items), two or more of each: ranks or scores, only their order counts; equal ones share
            the mean of their ranks.
        permutations: 1 to 1,000,000.

    Random:
        PCG64 of `seed` shuffles each view's ranks.

    Raises:
        InvalidChoice: with every value that is no finite number, and rows of different lengths.

    Cost:
        O(permutations x views x items).

    Source:
        Kendall and Babington Smith (1939); ties: Kendall and Gibbons (1990), Rank Correlation Methods, chapter 6.
    """
    _check(ranks, permutations)
    watch = watch or Watch()
    began = watch.clock()
    mean_ranks = np.array([_mean_ranks(row) for row in ranks])
    w = _concordance(mean_ranks)
    status: Status = "no_answer" if w is None else "ok"
    p = None
    try:
        p = None if w is None else _chance(mean_ranks, permutations, seed, watch)
    except Cancelled:
        status = "cancelled"
    fingerprint = digest([np.array(ranks, dtype=np.float64), permutations, seed, VERSION])
    return Agreement(
        status=status,
        method=METHOD,
        fingerprint=fingerprint,
        seed=seed,
        elapsed=watch.clock() - began,
        w=w,
        p=p,
        items=tuple(sorted(_views(mean_ranks), key=lambda one: (-one.spread, one.item))),
    )


def _check(ranks: Sequence[Sequence[float]], permutations: int) -> None:
    rows = [list(row) for row in ranks]
    faults = [
        Fault("not_a_number", item, f"View {view} gives item {item} {value!r:.40}, which is no finite number.")
        for view, row in enumerate(rows)
        for item, value in enumerate(row)
        if not is_number(value)
    ]
    if len(rows) < 2:
        faults.append(Fault("too_few", -1, f"{len(rows)} views, and must be at least 2."))
    elif {len(row) for row in rows} != {len(rows[0])} or len(rows[0]) < 2:
        faults.append(Fault("shape", -1, "Every view ranks the same items, two or more."))
    if not 1 <= permutations <= 1_000_000:
        faults.append(Fault("permutations", -1, f"{permutations} permutations, and must be 1 to 1,000,000."))
    if faults:
        raise InvalidChoice(faults)


def _mean_ranks(values: Sequence[float]) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, count = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    shared: Floats = (last - (count - 1) / 2)[place]
    return shared


def _concordance(ranks: Floats) -> float | None:
    """W = 12 S / (m^2 (n^3 - n) - m T), in whole numbers until the last division: ranks are halves."""
    views, items = ranks.shape
    doubled = (2 * ranks).astype(np.int64)
    most: int = views**2 * (items**3 - items) - views * sum(map(_ties, ranks))
    if most == 0:
        return None
    w: float = 3 * int(_spread(doubled[None])[0]) / (most * items)
    return w


def _ties(ranks: Floats) -> int:
    _, count = np.unique(ranks, return_counts=True)
    return int((count**3 - count).sum())


def _spread(doubled: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shape (trials, views, items) -> (trials,): items x the squared distances of twice the rank sums from their mean."""
    sums = doubled.sum(axis=1)
    items = sums.shape[1]
    result: NDArray[np.int64] = items * (sums**2).sum(axis=1) - sums.sum(axis=1) ** 2
    return result


def _chance(ranks: Floats, permutations: int, seed: int, watch: Watch) -> float:
    """Ties stay ties when ranks are shuffled, so that only S changes: whole numbers, compared exactly."""
    draw = np.random.Generator(np.random.PCG64(seed))
    doubled = (2 * ranks).astype(np.int64)
    seen = int(_spread(doubled[None])[0])
    block = max(BLOCK_NUMBERS // doubled.size, 1)
    reached = 0
    for first in range(0, permutations, block):
        count = min(block, permutations - first)
        shuffled = draw.permuted(np.broadcast_to(doubled, (count, *doubled.shape)), axis=2)
        reached += int((_spread(shuffled) >= seen).sum())
        watch.tell(first + count, permutations)
    return (1 + reached) / (1 + permutations)


def _views(ranks: Floats) -> Iterator[ItemViews]:
    for item in range(ranks.shape[1]):
        column: Any = ranks[:, item]
        low, high = int(column.argmin()), int(column.argmax())
        yield ItemViews(item, float(column.mean()), float(column[high] - column[low]), low, high)
