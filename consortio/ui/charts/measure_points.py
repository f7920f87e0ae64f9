"""The points of a measure's course, whose claims they are, and the words that say what a sign means."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from consortio.ui.marks import Mark

from .labels import Box, Label, Room, close_to, led_to, width_of
from .measure import Claim, Measure, Reading
from .measure_plot import Frame, edges_of, forecast_of, on_line, ring_y, settled_runs
from .measure_words import reading_said
from .plane import At, px
from .units import brief

REACH = 20.0  # px to both sides of a point that answer for it, up to the middle between two
MARK, MARK_SMALL = 20.0, 14.0
MARKS_APART, MARKS_CLOSE = 34.0, 15.0  # px between readings: with figures, and without
DOT, DOT_SMALL = 3.5, 2.0
DOTS_CLOSE = 12.0
LABEL_TALL = 15.0
UNIT_CHARS_MAX = 12

# What the signs are called, in the order in which they look for a place.
SIGNS: dict[str, str | Promise] = {
    "confirmed": _lazy("confirmed"),
    "proposed": _lazy("proposed"),
    "missing": _lazy("missing"),
    "resolved": _lazy("resolved"),
    "corrected": _lazy("corrected"),
    "path": _lazy("agreed path"),
    "proposed-path": _lazy("proposed path"),
    "half": _lazy("half of the outcomes"),
    "fan": _lazy("four in five"),
    "contested": _lazy("contested"),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that is explained below the picture."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class MarkAt:
    """An organisation's mark at its claim, with the figure where there is room; x and y are its upper left corner."""

    mark: Mark
    x: float
    y: float
    size: float
    figure: Label | None


@dataclass(frozen=True, slots=True)
class Said:
    """A reading in words; `brief` is without a unit that is a sentence: that stands above the picture."""

    words: str
    brief: str


@dataclass(frozen=True, slots=True)
class Point:
    """
    A reading: at `x` and `y`, a contested one from `y` down to `low_y`, other claims `between`; `struck_y` was before.

    `left` and `width` are the column that answers for it, `said` its words while somebody points there.
    """

    kind: str
    x: float
    y: float
    low_y: float
    between: tuple[float, ...]
    struck_y: float | None
    radius: float
    left: float
    width: float
    words: str
    said: Label
    ground: tuple[float, float, float]  # x, y and width of what lies below those words
    href: str


def said_of(measure: Measure) -> tuple[Said, ...]:
    """Return the words of each reading, which are the same in every width."""
    brief = measure
    if len(measure.unit.name) > UNIT_CHARS_MAX:
        brief = replace(measure, unit=replace(measure.unit, name=""))
    words = [reading_said(reading, measure) for reading in measure.readings]
    shorter = words if brief is measure else [reading_said(reading, brief) for reading in measure.readings]
    return tuple(Said(*both) for both in zip(words, shorter, strict=True))


def points_of(measure: Measure, frame: Frame, said: Sequence[Said]) -> tuple[Point, ...]:
    xs = [frame.across.at(reading.on.toordinal()) for reading in measure.readings]
    radius = DOT_SMALL if xs and (xs[-1] - xs[0]) / len(xs) < DOTS_CLOSE else DOT
    halves = [px((one + other) / 2) for one, other in pairwise(xs)]
    points = []
    for at, x in enumerate(xs):
        left = max(halves[at - 1] if at else 0.0, x - REACH)
        right = min(halves[at] if at < len(halves) else frame.width, x + REACH)
        points.append(_point(measure, frame, at, radius, (px(left), px(right - left)), said[at]))
    return tuple(points)


def apart_of(xs: Sequence[float]) -> float:
    return min((other - one for one, other in pairwise(xs)), default=REACH * 2)


def _point(measure: Measure, frame: Frame, at: int, radius: float, column: At, said: Said) -> Point:
    reading = measure.readings[at]
    x, span = frame.across.at(reading.on.toordinal()), reading.span
    y = frame.up.at(span.high) if span else ring_y(measure, at, frame)
    label = _said(x, y, said.brief, frame)
    box = label.box
    return Point(
        kind=reading.state,
        x=x,
        y=y,
        low_y=frame.up.at(span.low) if span else y,
        between=tuple(frame.up.at(claim.value) for claim in _sorted(reading.claims)[1:-1]),
        struck_y=None if reading.struck is None else frame.up.at(reading.struck),
        radius=radius,
        left=column[0],
        width=column[1],
        words=said.words,
        said=label,
        ground=(px(box.left - 5), px(label.y - 14), px(box.right - box.left + 10)),
        href=reading.href,
    )


def _said(x: float, y: float, words: str, frame: Frame) -> Label:
    half = width_of(words) / 2 + 6
    anchor = "start" if x - half < 0 else "end" if x + half > frame.width else "middle"
    return Label(x, px(max(y - 18, 16)), words, anchor, is_loud=True)


def marks_of(measure: Measure, frame: Frame, room: Room) -> tuple[MarkAt, ...]:
    """Return the marks at the ends of each range: with letters and figures where there is room, and always at the last one."""
    contested = [reading for reading in measure.readings if reading.claims]
    apart = apart_of([frame.across.at(reading.on.toordinal()) for reading in measure.readings])
    told = contested if apart >= MARKS_APART else contested[-1:]
    plain = contested[: len(contested) - len(told)] if apart >= MARKS_CLOSE else []
    found = [one for reading in plain for one in _plain_marks(reading, frame)]
    room.take(*(Box(one.x, one.y, one.x + one.size, one.y + one.size) for one in found))
    return (*found, *(one for reading in reversed(told) for one in _told_marks(reading, measure, frame, room)))


def _sorted(claims: Sequence[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (claim.value, claim.organisation.name))


def _plain_marks(reading: Reading, frame: Frame) -> Iterator[MarkAt]:
    """Yield marks without words at both ends of a range."""
    claims = _sorted(reading.claims)
    for claim, side in ((claims[0], 1), (claims[-1], -1)):
        x, y = frame.spot(reading.on, claim.value)
        top = y + side * (MARK_SMALL / 2 + 6) - MARK_SMALL / 2
        yield MarkAt(claim.organisation, px(x - MARK_SMALL / 2), px(top), MARK_SMALL, None)


def _told_marks(reading: Reading, measure: Measure, frame: Frame, room: Room) -> Iterator[MarkAt]:
    claims = _sorted(reading.claims)
    for nth, claim in enumerate(claims):
        side = 1 if nth == 0 and len(claims) > 1 else -1 if nth == len(claims) - 1 else 0
        yield _mark(claim, frame.spot(reading.on, claim.value), side, brief(claim.value, measure.unit), room)


def _mark(claim: Claim, spot: At, side: int, figure: str, room: Room) -> MarkAt:
    """Place a mark with its figure: beyond its end of the range, else beside it, else beside and farther off."""
    wide = MARK + 4 + width_of(figure)
    places = [
        (Box(left, y - MARK / 2, left + wide, y + MARK / 2), first) for left, y, first in _mark_places(spot, side, wide)
    ]
    box, first = next((place for place in places if room.free(place[0])), places[0])
    room.take(box)
    x = box.left if first else box.right - MARK
    words_x, anchor = (x + MARK + 4, "start") if first else (x - 4, "end")
    return MarkAt(
        claim.organisation, px(x), px(box.top), MARK, Label(px(words_x), px(box.top + 14), figure, anchor, is_loud=True)
    )


def _mark_places(spot: At, side: int, wide: float) -> Iterator[tuple[float, float, bool]]:
    """
    Yield left edge, middle, and whether the mark comes before its figure, of places for one end of a range.

    A `side` of 0 is a claim inside the range.
    """
    x, y = spot
    for away in (16.0, 30.0, 44.0):
        if side:
            yield x - MARK / 2, y + side * away, True
            yield x + MARK / 2 - wide, y + side * away, False
            yield x + 9, y + side * (away - 8), True
            yield x - 9 - wide, y + side * (away - 8), False
        else:
            yield x + 9, y + 16 - away, True
            yield x - 9 - wide, y + 16 - away, False
            yield x + 9, y - 16 + away, True
            yield x - 9 - wide, y - 16 + away, False


def room_of(measure: Measure, frame: Frame, points: Sequence[Point], today: date) -> Room:
    """Return what lines and points have taken before any word looks for a place."""
    room = Room(frame.bounds)
    for run in settled_runs(measure.readings, frame):
        room.take_line(run)
    if measure.path:
        room.take_line([frame.spot(stop.on, stop.value) for stop in measure.path.stops])
        due = frame.up.at(measure.path.due.value)
        room.take_line([(frame.across.end - 40, due), (frame.across.end, due)])
    room.take_line([frame.spot(step.on, step.median) for step in forecast_of(measure)] if measure.forecast else [])
    if frame.across.low <= today.toordinal() <= frame.across.high:
        x = frame.across.at(today.toordinal())
        room.take(Box(x - 2, frame.up.end - 8, x + 2, frame.up.start))
    room.take(*(Box(one.x - 5, one.y - 5, one.x + 5, one.low_y + 5) for one in points))
    room.take(
        *(Box(one.x - 3, one.struck_y - 3, one.x + 3, one.struck_y + 3) for one in points if one.struck_y is not None)
    )
    return room


def labels_of(
    measure: Measure, frame: Frame, points: Sequence[Point], room: Room
) -> tuple[tuple[Label, ...], tuple[Sign, ...]]:
    """Return the words on the picture, and the signs for whose words there was no room: those are explained below it."""
    placed, left_over = [], []
    for sign, places in _wanted(measure, frame, points):
        label = room.place(places)
        placed += [label] if label else []
        left_over += [] if label else [sign]
    contested = [one for one in points if one.kind == "contested"]
    if len(contested) > 1 and apart_of([one.x for one in points]) < MARKS_CLOSE:
        left_over.append("contested")
    return tuple(placed), tuple(Sign(kind, str(SIGNS[kind])) for kind in left_over)


def _wanted(measure: Measure, frame: Frame, points: Sequence[Point]) -> Iterator[tuple[str, Iterable[Label]]]:
    for kind in ("confirmed", "proposed", "missing", "resolved"):
        if spots := [(one.x, one.y) for one in points if one.kind == kind]:
            yield kind, _near(spots, str(SIGNS[kind]))
    if struck := [(one.x, one.struck_y) for one in points if one.struck_y is not None]:
        yield "corrected", _near(struck, str(SIGNS["corrected"]))
    if measure.path:
        sign = "path" if measure.path.is_agreed else "proposed-path"
        path = [frame.spot(stop.on, stop.value) for stop in measure.path.stops]
        yield sign, _near([on_line(path, share) for share in (0.8, 0.65, 0.5, 0.35, 0.2)], str(SIGNS[sign]))
    if measure.forecast:
        steps = forecast_of(measure)
        p90, p75, median, p25, p10 = edges_of(steps, frame)
        yield "half", [*_inside(p75, median, _("half")), *_inside(median, p25, _("half"))]
        yield "fan", [*_inside(p90, p75, str(SIGNS["fan"])), *_inside(p25, p10, str(SIGNS["fan"]))]


def _near(spots: Sequence[At], words: str) -> Iterator[Label]:
    yield from (label for spot in spots for label in close_to(spot, words))
    yield from (label for spot in spots for label in led_to(spot, words))


def _inside(upper: Sequence[At], lower: Sequence[At], words: str) -> list[Label]:
    """Return places between two lines of the fan, from its end on, where it is wide enough to hold words."""
    places = []
    first, last = upper[0][0], upper[-1][0]
    for right in (last - 6, last - 24, last - 60, last - 100):
        left = right - width_of(words)
        tall = [on_line(lower, share)[1] - on_line(upper, share)[1] for share in _shares(first, last, left, right)]
        if left > first and min(tall) >= LABEL_TALL:
            (share,) = _shares(first, last, (left + right) / 2)
            middle = (on_line(lower, share)[1] + on_line(upper, share)[1]) / 2
            places.append(Label(px(right), px(middle + 4), words, "end"))
    return places


def _shares(first: float, last: float, *xs: float) -> list[float]:
    return [(x - first) / (last - first) for x in xs]
