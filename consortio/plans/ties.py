"""
The way of each link between two bars, in CSS pixels. Pure.

A link leaves the finish at mid-height, goes along a vertical of its own and enters the start from the left; where there
is no room beside it, from above (from below, where the successor stands higher). Verticals stand on a grid of 5 px, so
that they keep apart from each other, from bars, words and today; links out of one item share one. Critical links choose
first. What cannot be avoided passes behind a bar: bars are drawn over links.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GRID = 5.0  # px between two verticals
TRIES = 6  # verticals that are looked at before one passes behind a bar
TRIES_ALL = 12  # and before one is shared
NEAR = 6.0  # px that a link keeps going straight out of a bar and into one
INTO = 16.0  # px from the start within which a link enters from above
STONE = 6.5  # half of a milestone's diamond
HALF = 8.0  # from a bar's middle to where an arrow's head ends above or below it


@dataclass(frozen=True, slots=True)
class End:
    """A bar as links see it: the row, the left and right end, the middle of its height."""

    row: int
    left: float
    right: float
    y: float
    is_stone: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A link to be drawn. `type` is FS, SS, FF or SF; links with one `key` and one side share their vertical."""

    key: object
    type: str
    before: End
    after: End
    is_critical: bool
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    path: str
    head: str
    is_critical: bool
    is_private: bool = False


class Grid:
    """Which verticals are taken in which rows: one number for each vertical, one bit for each row."""

    def __init__(self) -> None:
        self._bars: dict[int, int] = defaultdict(int)
        self._ways: dict[int, dict[object, int]] = defaultdict(dict)

    def block(self, left: float, right: float, row: int) -> None:
        """Keep verticals out of what stands in a row: a bar, words."""
        bit = 1 << row
        for column in range(_column(left - 2), _column(right + 2) + 1):
            self._bars[column] |= bit

    def block_always(self, x: float) -> None:
        self._bars[_column(x)] = -1

    def take(self, wanted: float, rows: tuple[int, int], key: object, *, step: int, limit: float) -> float:
        """
        Return the first free vertical from `wanted` on, and take it.

        Args:
            rows: first and last row that it passes.
            step: 1 to look to the right, -1 to the left.
            limit: no further than here; where none is free, the first is shared.
        """
        span = ((1 << (rows[1] - rows[0] + 1)) - 1) << rows[0]
        first = _column(wanted) + (1 if step > 0 and _column(wanted) * GRID < wanted else 0)
        last = _column(limit)
        found = [column for column in range(first, first + step * TRIES_ALL, step) if (column - last) * step <= 0]
        x = self._chosen(found, rows, span, key) * GRID if found else wanted
        taken = self._ways[_column(x)]
        taken[key] = taken.get(key, 0) | span
        return x

    def _chosen(self, columns: Sequence[int], rows: tuple[int, int], span: int, key: object) -> int:
        """Return the first that is free of bars and others; far from the first, of others; at last the first."""
        between = span & ~(1 << rows[0]) & ~(1 << rows[1])
        free = [column for column in columns if not self._is_taken(column, span, key)]
        near = columns[:TRIES]
        return next((one for one in free if one in near and not self._bars[one] & between), (free or columns)[0])

    def _is_taken(self, column: int, span: int, key: object) -> bool:
        return any(rows & span for other, rows in self._ways[column].items() if other != key)


def _column(x: float) -> int:
    return int(x // GRID)


def ties_of(
    ways: Iterable[Way], ends: Sequence[End], words: Iterable[tuple[float, float, int]], today: float | None
) -> list[Tie]:
    """
    Return the links' paths, those that are critical last, so that they are drawn on top.

    Args:
        ends: every bar of the chart.
        words: left end, right end and row of what is written in the chart.

    Cost:
        Linear in links, and in the width of all bars.
    """
    grid = Grid()
    for end in ends:
        grid.block(end.left, end.right, end.row)
    for left, right, row in words:
        grid.block(left, right, row)
    if today is not None:
        grid.block_always(today)
    # The shortest choose first among their like: they have the fewest verticals to choose from.
    ordered = sorted(ways, key=lambda way: (not way.is_critical, abs(way.after.row - way.before.row)))
    made = [_tie(way, grid) for way in ordered]
    return [tie for tie in made if not tie.is_critical] + [tie for tie in made if tie.is_critical]


def _tie(way: Way, grid: Grid) -> Tie:
    if way.type == "FS":
        return _finish_to_start(way, grid)
    if way.type == "SS":
        return _round_the_left(way, grid)
    if way.type == "FF":
        return _round_the_right(way, grid)
    return _start_to_finish(way, grid)


def _made(way: Way, path: str, head: str) -> Tie:
    return Tie(path, head, way.is_critical, way.is_private)


def _rows(way: Way) -> tuple[int, int]:
    return min(way.before.row, way.after.row), max(way.before.row, way.after.row)


def _finish_to_start(way: Way, grid: Grid) -> Tie:
    before, after = way.before, way.after
    x1, x2 = before.right, after.left
    is_beside = x2 >= x1 + 2 * NEAR + GRID
    if is_beside:
        bend = grid.take(x1 + NEAR, _rows(way), (way.key, "F"), step=1, limit=x2 - NEAR)
        return _made(way, f"M{_n(x1)} {_n(before.y)}H{_n(bend)}V{_n(after.y)}H{_n(x2 - 1)}", _east(x2, after.y))
    middle = (after.left + after.right) / 2
    if after.is_stone and abs(middle - x1) <= STONE:
        # It falls due the moment the work ends.
        path = f"M{_n(middle)} {_n(before.y)}V{_n(_edge(after, after.row > before.row))}"
        return _made(way, path, _vertical(middle, after, after.row > before.row))
    lowest = middle if after.is_stone else min(after.left + 3, middle)
    highest = middle if after.is_stone else min(after.left + INTO, max(after.right - 3, lowest))
    down = after.row > before.row
    if x1 + 3 <= highest:
        into = middle if after.is_stone else _into(way, grid, max(x1 + 3, lowest), highest)
        if into >= x1 + 3:
            return _straight(way, into, down)
    bend = grid.take(x1 + NEAR, _rows(way), (way.key, "F"), step=1, limit=x1 + 20 * GRID)
    turn = after.y - HALF - 6 if down else after.y + HALF + 6
    path = f"M{_n(x1)} {_n(before.y)}H{_n(bend)}V{_n(turn)}H{_n(lowest)}V{_n(_edge(after, down))}"
    return _made(way, path, _vertical(lowest, after, down))


def _into(way: Way, grid: Grid, lowest: float, highest: float) -> float:
    return grid.take(lowest, _rows(way), (way.key, "F"), step=1, limit=highest)


def _straight(way: Way, x: float, down: bool) -> Tie:
    path = f"M{_n(way.before.right)} {_n(way.before.y)}H{_n(x)}V{_n(_edge(way.after, down))}"
    return _made(way, path, _vertical(x, way.after, down))


def _round_the_left(way: Way, grid: Grid) -> Tie:
    x1, x2 = way.before.left, way.after.left
    bend = grid.take(min(x1, x2) - NEAR - 2, _rows(way), (way.key, "S"), step=-1, limit=min(x1, x2) - 20 * GRID)
    path = f"M{_n(x1)} {_n(way.before.y)}H{_n(bend)}V{_n(way.after.y)}H{_n(x2 - 1)}"
    return _made(way, path, _east(x2, way.after.y))


def _round_the_right(way: Way, grid: Grid) -> Tie:
    x1, x2 = way.before.right, way.after.right
    bend = grid.take(max(x1, x2) + NEAR + 2, _rows(way), (way.key, "F"), step=1, limit=max(x1, x2) + 20 * GRID)
    path = f"M{_n(x1)} {_n(way.before.y)}H{_n(bend)}V{_n(way.after.y)}H{_n(x2 + 1)}"
    return _made(way, path, _west(x2, way.after.y))


def _start_to_finish(way: Way, grid: Grid) -> Tie:
    """Out of the start to the left, along the row's edge, and into the finish from the right."""
    x1, x2 = way.before.left, way.after.right
    out = grid.take(x1 - NEAR, _rows(way), (way.key, "S"), step=-1, limit=x1 - 20 * GRID)
    down = way.after.row > way.before.row
    turn = way.after.y - HALF - 6 if down else way.after.y + HALF + 6
    back = x2 + NEAR + 2
    path = f"M{_n(x1)} {_n(way.before.y)}H{_n(out)}V{_n(turn)}H{_n(back)}V{_n(way.after.y)}H{_n(x2 + 1)}"
    if out >= back:
        path = f"M{_n(x1)} {_n(way.before.y)}H{_n(out)}V{_n(way.after.y)}H{_n(x2 + 1)}"
    return _made(way, path, _west(x2, way.after.y))


def _edge(after: End, down: bool) -> float:
    return after.y - HALF - 1 if down else after.y + HALF + 3


def _vertical(x: float, after: End, down: bool) -> str:
    edge = _edge(after, down)
    return f"M{_n(x - 3.2)} {_n(edge - 2)}h6.4l-3.2 5z" if down else f"M{_n(x - 3.2)} {_n(edge + 2)}h6.4l-3.2-5z"


def _east(x: float, y: float) -> str:
    return f"M{_n(x)} {_n(y)}l-5-3.2v6.4z"


def _west(x: float, y: float) -> str:
    return f"M{_n(x)} {_n(y)}l5-3.2v6.4z"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
