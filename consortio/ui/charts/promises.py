"""Promises of organisations, counted one by one: kept and renegotiated to the right of a line, broken to its left."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from consortio.ui.formats import number
from consortio.ui.marks import Mark

from .chance import Share, rate
from .plane import hatch, px

WIDTH, EDGE = 240.0, 1.0
TOP, BOTTOM = 3.0, 15.0
CELL_MAX, CELL_MIN = 12.0, 4.0  # px a promise: wider ones look like amounts, narrower ones cannot be counted
GAP = 1.5

Cell = tuple[float, float]  # x and width


@dataclass(frozen=True, slots=True)
class PromiseCount:
    """
    What became of the promises that were due. `receiver` is whom they were made to, None for all.

    `low` and `high` are the interval of the share that was kept, None where there are too few.
    """

    organisation: Mark
    kept: int
    renegotiated: int
    broken: int
    receiver: Mark | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    count: PromiseCount
    kept: tuple[Cell, ...]
    renegotiated: tuple[Cell, ...]
    strokes: str  # the hatching of what was renegotiated
    broken: tuple[Cell, ...]
    share: Share
    words: str


@dataclass(frozen=True, slots=True)
class PromiseBars:
    width: float
    zero: float
    rows: tuple[PromiseRow, ...]


def promise_bars(counts: Sequence[PromiseCount]) -> PromiseBars:
    """Return one bar for each count, in the order given, all on one scale."""
    left = max((one.broken for one in counts), default=0)
    right = max((one.kept + one.renegotiated for one in counts), default=0)
    each = min(CELL_MAX, (WIDTH - 2 * EDGE) / max(left + right, 1))
    zero = px(EDGE + left * each)
    return PromiseBars(WIDTH, zero, tuple(_row(one, zero, each) for one in counts))


def _row(count: PromiseCount, zero: float, each: float) -> PromiseRow:
    renegotiated = _cells(zero + count.kept * each, count.renegotiated, each)
    return PromiseRow(
        count=count,
        kept=_cells(zero, count.kept, each),
        renegotiated=renegotiated,
        strokes="".join(hatch(x, x + width, TOP, BOTTOM) for x, width in renegotiated),
        broken=_cells(zero - count.broken * each, count.broken, each),
        share=rate(count.kept, count.kept + count.broken, low=count.low, high=count.high),
        words=_words(count),
    )


def _cells(left: float, count: int, each: float) -> tuple[Cell, ...]:
    """Return one cell for each promise, or one for all of them where they would be too narrow to be counted."""
    if not count:
        return ()
    if each < CELL_MIN:
        return ((px(left + GAP / 2), px(max(count * each - GAP, 1))),)
    return tuple((px(left + nth * each + GAP / 2), px(each - GAP)) for nth in range(count))


def _words(count: PromiseCount) -> str:
    told = {"kept": number(count.kept), "moved": number(count.renegotiated), "broken": number(count.broken)}
    return _("%(kept)s kept, %(moved)s renegotiated in time, %(broken)s broken") % told
