"""
Words on a picture where they cover nothing: each label has places in the order of taste, and takes the first free one.

A picture of many readings tries some hundred places in each of its widths: boxes and labels are tuples, the cheapest to make.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import hypot
from typing import NamedTuple

from .plane import At, px

LETTER, TALL = 6.4, 12.0  # px of an average letter of 12 px, and of a line
STRIP = 16.0  # px
SAMPLE = 5.0  # px between the points by which a line stands in the way
SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}  # of the words' width that lie to the left


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class Label(NamedTuple):
    """
    Words at `x` on the line `y`; `anchor` is start, middle or end.

    `lead` is the x, the beginning and the end of an upright line to what is meant.
    """

    x: float
    y: float
    words: str
    anchor: str = "start"
    is_loud: bool = False
    lead: tuple[float, float, float] | None = None

    @property
    def box(self) -> Box:
        x, y, words, anchor, *_ = self
        width = len(words) * LETTER
        left = x - width * SHARES[anchor]
        return Box(left - 1, y - TALL + 2, left + width + 1, y + 3)


def width_of(words: str) -> float:
    return len(words) * LETTER


class Room:
    """What is taken of a picture, kept by upright strips, so that a place is compared with its neighbours alone."""

    def __init__(self, bounds: Box) -> None:
        self._bounds = bounds
        self._strips: dict[int, list[Box]] = {}

    def take(self, *boxes: Box) -> None:
        for box in boxes:
            for strip in _strips(box):
                self._strips.setdefault(strip, []).append(box)

    def take_line(self, points: Sequence[At]) -> None:
        self.take(*(Box(x - 2, y - 2, x + 2, y + 2) for x, y in _samples(points)))

    def free(self, box: Box) -> bool:
        left, top, right, bottom = box
        least_x, least_y, most_x, most_y = self._bounds
        if left < least_x or right > most_x or top < least_y or bottom > most_y:
            return False
        for strip in _strips(box):
            for from_x, from_y, to_x, to_y in self._strips.get(strip, ()):
                if top < to_y and from_y < bottom and left < to_x and from_x < right:  # by height most are told apart
                    return False
        return True

    def place(self, labels: Iterable[Label]) -> Label | None:
        """Return the first of these places that is free, and take it; None where none is."""
        barred = None  # several places in a row have the same line
        for label in labels:
            if label.lead is not None and label.lead is barred:
                continue
            lead = _lead_box(label)
            if lead and not self.free(lead):
                barred = label.lead
            elif self.free(label.box):
                self.take(label.box, *([lead] if lead else ()))
                return label
        return None


def _strips(box: Box) -> range:
    return range(int(box.left // STRIP), int(box.right // STRIP) + 1)


def _lead_box(label: Label) -> Box | None:
    if label.lead is None:
        return None
    x, begin, end = label.lead
    return Box(x - 1, min(begin, end), x + 1, max(begin, end))


def _samples(points: Sequence[At]) -> Iterator[At]:
    for (x, y), (to_x, to_y) in zip(points, points[1:], strict=False):
        steps = max(1, int(hypot(to_x - x, to_y - y) / SAMPLE))
        for nth in range(steps + 1):
            yield x + (to_x - x) * nth / steps, y + (to_y - y) * nth / steps


def close_to(at: At, words: str, far: float = 8) -> Iterator[Label]:
    """Yield places at a point: above, below, beside."""
    x, y = at
    middle = px(x)
    yield Label(middle, px(y - far), words, "middle")
    yield Label(middle, px(y + far + 9), words, "middle")
    for side, anchor in ((1, "start"), (-1, "end")):
        yield Label(px(x + side * far), px(y + 4), words, anchor)


def led_to(at: At, words: str) -> Iterator[Label]:
    """Yield places farther off, with a line that leads to the point."""
    x, y = at
    places = [(px(x + shift), anchor) for shift, anchor in ((0, "middle"), (3, "end"), (-3, "start"))]
    for away in (24.0, 38.0, 54.0, 70.0):
        for side, drop in ((-1, 0), (1, 9)):
            lead = (places[0][0], px(y + side * 6), px(y + side * (away - 3)))
            line = px(y + side * away + drop)
            for left, anchor in places:
                yield Label(left, line, words, anchor, lead=lead)


def spread(wanted: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """
    Return places near those that are wanted, at least `least` apart and within `low` and `high` while there is room.

    The order of those wanted is kept, equal ones in the order given.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed: list[float] = []
    for at in order:
        placed.append(max(wanted[at], placed[-1] + least if placed else low))
    floor = high
    for nth in range(len(placed) - 1, -1, -1):
        placed[nth] = min(placed[nth], floor)
        floor = placed[nth] - least
    return [px(placed[order.index(at)]) for at in range(len(wanted))]
