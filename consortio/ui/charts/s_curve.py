"""How likely it is to have finished by a day: the share of many computed courses, as a rising line in three widths."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations, product
from typing import NamedTuple

from django.utils.translation import gettext as _

from consortio.ui.formats import day, percent

from .labels import width_of
from .measure_axes import Tick, across, named_days
from .measure_figure import SIZES
from .plane import At, Axis, line, px

LEVELS = (0.0, 0.5, 0.8, 1.0)
TOLD = (10, 50, 80, 90)  # levels in the table, in per cent
LEFT, RIGHT, TOP, FOOT = 48.0, 16.0, 40.0, 28.0
ROWS, FLAG_ROOM = 3, 8.0  # above the curve, and between the words of two days


@dataclass(frozen=True, slots=True)
class Day:
    """A day that the curve is held against: as computed, as agreed."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A line up from a day, its words on one of two rows, and the point where it meets the curve."""

    x: float
    words: str
    words_x: float
    words_y: float
    anchor: str
    meets: At


@dataclass(frozen=True, slots=True)
class CurvePicture:
    size: str
    width: float
    height: float
    left: float
    right: float
    top: float
    foot: float
    shares: tuple[Tick, ...]
    days: tuple[Tick, ...]
    curve: str
    fourfifths: str  # from the axis to the curve at four of five, and down to its day
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class CurveFigure:
    title: str
    description: str
    pictures: tuple[CurvePicture, ...]
    rows: tuple[tuple[str, date, date, date], ...]  # share in words, its day, and from when to when that lies


def s_curve(
    points: Sequence[tuple[date, float]],
    levels: Sequence[tuple[int, date, date, date]],
    days: Sequence[Day],
) -> CurveFigure:
    """
    Return the figure of a distribution of finishes.

    Args:
        points: days, ascending, and the share (0 to 1) that has finished by then.
        levels: share in per cent, its day, and the interval of that day; for the table.
        days: which are held against the curve; at most three.
    """
    told = {level: on for level, on, _low, _high in levels}
    words = ", ".join(
        _("%(share)s by %(day)s") % {"share": percent(level / 100), "day": day(told[level])}
        for level in TOLD
        if level in told
    )
    held = "; ".join(f"{one.words}: {percent(_share_at(points, one.on))}" for one in days)
    return CurveFigure(
        title=_("How likely it is to have finished by a day"),
        description=". ".join(filter(None, [words, held])),
        pictures=tuple(_picture(size, points, told, days) for size in SIZES) if points else (),
        rows=tuple((percent(level / 100), on, low, high) for level, on, low, high in levels if level in TOLD),
    )


def _share_at(points: Sequence[tuple[date, float]], on: date) -> float:
    return max((share for at, share in points if at <= on), default=0.0)


def _picture(
    size: str, points: Sequence[tuple[date, float]], told: dict[int, date], days: Sequence[Day]
) -> CurvePicture:
    width, height = SIZES[size]
    right, foot = width - RIGHT, height - FOOT
    named = [on for on, _share in points] + [one.on for one in days]
    first, last = min(named), max(named)
    margin = max((last - first) // 20, timedelta(days=1))
    along, up = across(first - margin, last + margin, LEFT, right), Axis(0, 1, foot, TOP)
    stops = [(along.at(on.toordinal()), up.at(share)) for on, share in points]
    eighty = told.get(80)
    reach = [] if eighty is None else [(LEFT, up.at(0.8)), (along.at(eighty.toordinal()), up.at(0.8))]
    return CurvePicture(
        size=size,
        width=width,
        height=height,
        left=LEFT,
        right=right,
        top=TOP,
        foot=foot,
        shares=tuple(Tick(up.at(share), percent(share), is_zero=share == 0) for share in LEVELS),
        days=tuple(named_days(along, "day" if last - first < timedelta(days=60) else "month", width)),
        curve=line([(LEFT, up.at(0)), (stops[0][0], up.at(0)), *stops, (right, up.at(1))]),
        fourfifths=line([*reach, (reach[1][0], up.at(0))]) if reach else "",
        flags=_flags(points, days, along, up, width),
    )


def _flags(
    points: Sequence[tuple[date, float]], days: Sequence[Day], along: Axis, up: Axis, width: float
) -> tuple[Flag, ...]:
    """Return the days with their words beside them, where no words meet others or another day's line."""
    said = sorted(days, key=lambda one: one.on)
    offered = (_places(along.at(one.on.toordinal()), width_of(one.words), width) for one in said)
    places = min(product(*offered), key=lambda some: (_clashes(some), sum(one.row for one in some)))
    return tuple(
        Flag(at.x, one.words, px(at.begins), px(11 + 13 * at.row), "start", (at.x, up.at(_share_at(points, one.on))))
        for one, at in zip(said, places, strict=True)
    )


class _Place(NamedTuple):
    """Where a day's line stands, from where to where its words go, and on which row."""

    x: float
    begins: float
    ends: float
    row: int


def _places(x: float, wide: float, width: float) -> list[_Place]:
    """Return where words may stand: right of their line, or where the picture ends, up to its edge or left of it."""
    last = width - wide - 2
    begins = [x + 4] if x + 4 <= last else [last, max(x - 4 - wide, 2)]
    return [_Place(x, begin, begin + wide, row) for row in range(ROWS) for begin in begins]


def _clashes(places: Sequence[_Place]) -> int:
    """Count words that meet others on their row, or the line of a day whose words stand above them."""
    return sum(
        (one.row == other.row and one.begins < other.ends + FLAG_ROOM and other.begins < one.ends + FLAG_ROOM)
        or (one.row > other.row and one.begins < other.x < one.ends)
        for one, other in permutations(places, 2)
    )
