"""The load of resources over time, before and after levelling, under the line of what there is."""

from collections.abc import Callable, Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from consortio_engine.resources import Load

Ints = NDArray[np.int64]

WIDTH, PANEL, LEFT, RIGHT, TOP, GAP = 760, 120, 120, 24, 64, 34
COLUMNS_MAX = 200
LABELS = 5
TITLE_MAX = 80
NAME_MAX = 14
PANELS_MAX = 40
INK = "#1a1a1a"


def load_picture(
    before: Sequence[Load], after: Sequence[Load], *, title: str, step: int, label: Callable[[int], str]
) -> str:
    """
    Return an SVG picture with one panel per resource.

    Args:
        before, after: loads of the same resources in the same order. step: the least width of a column in minutes; each
            column shows the most that is taken in it. label: a date as text.
    """
    shown = title if len(title) <= TITLE_MAX else f"{title[: TITLE_MAX - 1]}…"
    pairs = list(zip(before, after, strict=True))[:PANELS_MAX]
    edges = _edges(pairs, step)
    height = TOP + len(pairs) * (PANEL + GAP) + 24
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="13" fill="{INK}">',
        f'<title id="title">{escape(shown)}</title>',
        f'<desc id="desc">{escape(" ".join(_told(one, other) for one, other in pairs))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="16">{escape(shown)}</text>',
        *_legend(),
    ]
    for at, (one, other) in enumerate(pairs):
        lines += _panel(_Area(edges, TOP + at * (PANEL + GAP), _top_of(one, other)), one, other, label)
    return "\n".join([*lines, "</svg>"]) + "\n"


class _Area:
    """Where instants and units lie in one panel."""

    def __init__(self, edges: Ints, top: int, most: int) -> None:
        self.edges, self.top, self.most = edges, top, max(most, 1)

    def x(self, when: int) -> float:
        """From the left."""
        first, last = int(self.edges[0]), int(self.edges[-1])
        return round(LEFT + (min(max(when, first), last) - first) / (last - first) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, units: int) -> float:
        """From the top."""
        return round(self.top + PANEL * (1 - min(units / self.most, 1.0)), 1)

    def steps(self, values: Ints) -> str:
        """The points of a step line over the columns."""
        points = []
        for begin, end, value in zip(self.edges[:-1].tolist(), self.edges[1:].tolist(), values.tolist(), strict=True):
            points += [f"{self.x(begin)},{self.y(value)}", f"{self.x(end)},{self.y(value)}"]
        return " ".join(points)


def _edges(pairs: Sequence[tuple[Load, Load]], step: int) -> Ints:
    """The edges of the columns, from the first load to the last, whole steps wide."""
    busy = [load.at[np.flatnonzero(load.load)] for pair in pairs for load in pair]
    ends = [load.at[np.flatnonzero(load.load) + 1] for pair in pairs for load in pair]
    instants = np.concatenate([*busy, *ends]) if pairs else np.zeros(0, dtype=np.int64)
    first = int(instants.min()) // step * step if len(instants) else 0
    last = max(int(instants.max()), first + step) if len(instants) else step
    width = step * -(-(last - first) // (step * COLUMNS_MAX))
    return np.arange(first, last + width, width, dtype=np.int64)


def most_in(load: Load, values: Ints, edges: Ints) -> Ints:
    """The largest value of a step function in every column; shape (columns,)."""
    begins = np.searchsorted(load.at, edges[:-1], side="right") - 1
    ends = np.searchsorted(load.at, edges[1:], side="left")
    found = [
        int(values[max(begin, 0) : end].max()) if end > max(begin, 0) else 0
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]
    return np.array(found, dtype=np.int64)


def _top_of(before: Load, after: Load) -> int:
    """What the panel must hold: all loads, and the line unless it lies far above them."""
    loads = max(int(before.load.max(initial=0)), int(after.load.max(initial=0)), 1)
    return max(loads, min(int(after.capacity.max(initial=0)), 2 * loads))


def _told(before: Load, after: Load) -> str:
    peaks = [int(load.load.max(initial=0)) for load in (before, after)]
    return f"{after.name}: at most {peaks[0]} before, {peaks[1]} after, of {int(after.capacity.max(initial=0))}."


def _legend() -> Iterator[str]:
    yield f'<rect x="{LEFT}" y="34" width="22" height="12" fill="#b8c4d6" stroke="{INK}"/>'
    yield f'<text x="{LEFT + 28}" y="45">levelled</text>'
    yield f'<line x1="{LEFT + 110}" y1="41" x2="{LEFT + 140}" y2="41" stroke="{INK}" stroke-dasharray="4 3"/>'
    yield f'<text x="{LEFT + 146}" y="45">before</text>'
    yield f'<line x1="{LEFT + 220}" y1="41" x2="{LEFT + 250}" y2="41" stroke="{INK}" stroke-width="3"/>'
    yield f'<text x="{LEFT + 256}" y="45">capacity</text>'


def _panel(area: _Area, before: Load, after: Load, label: Callable[[int], str]) -> Iterator[str]:
    bottom, first, last = area.top + PANEL, int(area.edges[0]), int(area.edges[-1])
    name = after.name if len(after.name) <= NAME_MAX else f"{after.name[: NAME_MAX - 1]}…"
    yield f'<text x="{LEFT - 36}" y="{area.top + 14}" text-anchor="end">{escape(name)}</text>'
    yield f'<text x="{LEFT - 6}" y="{area.top + 10}" text-anchor="end" font-size="11">{area.most}</text>'
    yield f'<text x="{LEFT - 6}" y="{bottom}" text-anchor="end" font-size="11">0</text>'
    levelled = area.steps(most_in(after, after.load, area.edges))
    corners = f"{area.x(first)},{bottom} {levelled} {area.x(last)},{bottom}"
    yield f'<polygon fill="#b8c4d6" stroke="{INK}" points="{corners}"/>'
    dashes = f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="4 3"'
    yield f'<polyline fill="none" {dashes} points="{area.steps(most_in(before, before.load, area.edges))}"/>'
    capacity = area.steps(most_in(after, after.capacity, area.edges))
    yield f'<polyline fill="none" stroke="{INK}" stroke-width="3" points="{capacity}"/>'
    yield f'<line x1="{LEFT}" y1="{bottom}" x2="{WIDTH - RIGHT}" y2="{bottom}" stroke="{INK}"/>'
    for at in range(LABELS):
        when = first + (last - first) * (2 * at + 1) // (2 * LABELS)
        x = area.x(when)
        yield f'<line x1="{x}" y1="{bottom}" x2="{x}" y2="{bottom + 5}" stroke="{INK}"/>'
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle" font-size="11">{escape(label(when))}</text>'
