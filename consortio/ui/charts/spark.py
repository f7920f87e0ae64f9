"""The last readings of a measure in a line of text: gaps where they are missing, a bar where claims differ, a dot at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .plane import At, Axis, Number, Span, line, px
from .units import Unit, full_reach, reach

SMALL, LARGE = (96, 24), (220, 64)  # in a line or a cell; on a board
EDGE = 4
RING_ROOM = 7.0  # px between two readings that leave a ring in a gap its own place

Place = tuple[float, Span]  # x of a reading, and what it says


@dataclass(frozen=True, slots=True)
class Spark:
    """
    `course` joins readings that follow each other, `claims` is an upright bar for each range, `path` what was agreed
    and `target` its end.

    `rings` stand for missing readings, `dot` for the last one unless it is missing or a range.
    """

    width: int
    height: int
    course: str
    claims: str
    path: str
    target: str
    rings: tuple[At, ...]
    dot: At | None
    dots: tuple[At, ...]
    words: str


def spark(
    readings: Sequence[Span | None],
    unit: Unit,
    *,
    expected: Sequence[Number | None] = (),
    size: tuple[int, int] = SMALL,
) -> Spark:
    """
    Return the geometry and the sentence of a sparkline.

    Args:
        readings: in the order of time, one for each period; None is missing, a range is contested.
        expected: the agreed path, from the same period on; where it is longer it goes on to the right of the readings.
    """
    last_at = max(len(readings), len(expected), 1) - 1
    across = Axis(min(0, last_at - 1), last_at, EDGE, size[0] - EDGE)  # one reading alone stands at the end: it is now
    up = _up([*_ends(readings), *(float(one) for one in expected if one is not None)], size[1])
    known = [(across.at(at), one) for at, one in enumerate(readings) if one is not None]
    path = [(across.at(at), up.at(one)) for at, one in enumerate(expected) if one is not None]
    runs = list(_runs(readings, across, up))
    last = readings[-1] if readings else None
    return Spark(
        *size,
        course="".join(line(run) for run in runs),
        claims="".join(_claim(x, one, up) for x, one in known if one.is_range),
        path=line(path),
        target=line([(x - 3, y) for x, y in path[-1:]] + [(x + 3, y) for x, y in path[-1:]]),
        rings=tuple(_rings(readings, across, up)),
        dot=(known[-1][0], up.at(known[-1][1].low)) if last and not last.is_range else None,
        dots=tuple(run[0] for run in runs if len(run) == 1),
        words=_sentence(readings, unit),
    )


def _up(values: Sequence[float], height: int) -> Axis:
    return Axis(min(values, default=0), max(values, default=0), height - EDGE, EDGE)


def _ends(readings: Sequence[Span | None]) -> Iterator[float]:
    for one in readings:
        if one is not None:
            yield from (float(one.low), float(one.high))


def _runs(readings: Sequence[Span | None], across: Axis, up: Axis) -> Iterator[list[At]]:
    """Yield the stretches without a gap; what is contested is a gap in the line, too."""
    run: list[At] = []
    for at, one in enumerate(readings):
        if one is None or one.is_range:
            if run:
                yield run
            run = []
        else:
            run.append((across.at(at), up.at(one.low)))
    if run:
        yield run


def _claim(x: float, span: Span, up: Axis) -> str:
    low, high = up.at(span.low), up.at(span.high)
    ends = (line([(x - 2.5, y), (x + 2.5, y)]) for y in (low, high))
    return line([(x, high), (x, low)]) + "".join(ends)


def _rings(readings: Sequence[Span | None], across: Axis, up: Axis) -> Iterator[At]:
    """Yield where readings are missing: each of them where there is room, otherwise only at the end."""
    known = {at: _middle(one) for at, one in enumerate(readings) if one is not None}
    wide = len(readings) < 2 or across.at(1) - across.at(0) >= RING_ROOM
    for at in range(len(readings)):
        if at not in known and (wide or at == len(readings) - 1):
            yield across.at(at), up.at(between(known, at) if known else 0)


def _middle(span: Span) -> float:
    return (float(span.low) + float(span.high)) / 2  # the place of a sign, never a value that is said


def between(known: dict[int, float], at: int) -> float:
    """Return where a sign stands that has no value of its own: on the way from its neighbour to the next one."""
    before = max((one for one in known if one < at), default=None)
    after = min((one for one in known if one > at), default=None)
    if before is None or after is None:
        return known[next(one for one in (before, after) if one is not None)]
    return px(known[before] + (known[after] - known[before]) * (at - before) / (after - before))


def _sentence(readings: Sequence[Span | None], unit: Unit) -> str:
    known = [one for one in readings if one is not None]
    parts = [_course_words(known, unit)]
    missing, contested = len(readings) - len(known), sum(one.is_range for one in known)
    if missing:
        parts.append(ngettext("%(count)s reading missing", "%(count)s readings missing", missing) % {"count": missing})
    if contested:
        parts.append(ngettext("%(count)s contested", "%(count)s contested", contested) % {"count": contested})
    return "; ".join(parts)


def _course_words(known: Sequence[Span], unit: Unit) -> str:
    if not known:
        return _("No reading yet")
    last = full_reach(known[-1], unit)
    if len(known) == 1:
        return _("One reading, %(last)s") % {"last": last}
    told = {"first": reach(known[0], unit), "last": last, "count": len(known)}
    return _("%(count)s readings, from %(first)s to %(last)s") % told
