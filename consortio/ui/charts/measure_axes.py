"""The axes of a measure's course: which days and values it holds, and the few that are named."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from consortio.ui.formats import day, month, month_short

from .labels import width_of
from .measure import Measure
from .plane import Axis, Number, px, steps_between
from .units import Unit, on_axis

TODAY_BEYOND = 0.25  # of the line: a goal that was due long ago does not shrink to hold today
FROM_ZERO = 0.35  # a line that comes this near to zero starts there
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
DAYS = (1, 2, 7, 14)
DAY_ROOM, MONTH_ROOM = 62.0, 46.0  # px between two named days, and between two named months
STEPS_MOST = 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A named step; `words_at` is the middle of a day's words, which stay inside the picture."""

    at: float
    words: str
    words_at: float = 0
    is_zero: bool = False


def days_of(measure: Measure, today: date) -> tuple[date, date]:
    """Return the first and the last day of the picture; today is in it unless all ended long ago."""
    days = [reading.on for reading in measure.readings]
    days += [stop.on for stop in measure.path.stops] if measure.path else []
    days += [step.on for step in measure.forecast]
    first, last = min(days, default=today), max(days, default=today)
    if last < today <= last + (last - first) * TODAY_BEYOND:
        last = today
    if last - first < timedelta(days=2):
        return first - timedelta(days=30), last + timedelta(days=30)
    return first, last


def across(first: date, last: date, left: float, right: float) -> Axis:
    return Axis(first.toordinal(), last.toordinal(), left, right)


def values_of(measure: Measure) -> list[float]:
    """Return all that is drawn: without any of it there is no picture."""
    return [float(value) for value in _values(measure) if value is not None]


def _values(measure: Measure) -> Iterator[Number | None]:
    for reading in measure.readings:
        yield reading.struck
        if reading.span is not None:
            yield from (reading.span.low, reading.span.high)
    if measure.path:
        yield from (stop.value for stop in measure.path.stops)
    if measure.band:
        yield from (measure.band.low, measure.band.high)
    for step in measure.forecast:
        yield from (step.p10, step.p90)


def upwards(values: list[float], unit: Unit, top: float, bottom: float) -> tuple[Axis, list[Tick]]:
    """Return the axis of values and its named steps."""
    low, high = min(values), max(values)
    if 0 < low < high * FROM_ZERO:
        low = 0
    if 0 > high > low * FROM_ZERO:
        high = 0
    steps = steps_between(low, high, STEPS_MOST)
    axis = Axis(float(steps[0]), float(steps[-1]), bottom, top)
    return axis, [
        Tick(axis.at(step), words, is_zero=step == 0) for step, words in zip(steps, on_axis(steps, unit), strict=True)
    ]


def named_days(axis: Axis, grain: str, width: float) -> list[Tick]:
    """Return days at an even distance with room for their words: the year stands at the first one and where it changes."""
    return [_inside(tick, width) for tick in _named_days(axis, grain)]


def _inside(tick: Tick, width: float) -> Tick:
    half = width_of(tick.words) / 2
    return replace(tick, words_at=px(min(max(tick.at, half), width - half)))


def _named_days(axis: Axis, grain: str) -> list[Tick]:
    first, last = date.fromordinal(int(axis.low)), date.fromordinal(int(axis.high))
    px_per_day = (axis.end - axis.start) / (axis.high - axis.low)
    for step in DAYS if grain == "day" else ():
        if step * px_per_day >= DAY_ROOM:
            return _ticks([first + timedelta(days=nth) for nth in range(0, (last - first).days + 1, step)], axis, "day")
    for step in MONTHS:
        if step * 30.4 * px_per_day >= MONTH_ROOM or step == MONTHS[-1]:
            break
    return _ticks(list(_months(first, last, step)), axis, "year" if step >= 12 else "month")


def _months(first: date, last: date, step: int) -> Iterator[date]:
    count = first.year * 12 + first.month - 1
    count += -count % step
    while (one := date(count // 12, count % 12 + 1, 1)) <= last:
        if one >= first:
            yield one
        count += step


def _ticks(days: list[date], axis: Axis, grain: str) -> list[Tick]:
    new = [True, *(before.year != one.year for before, one in pairwise(days))]
    return [
        Tick(px(axis.at(one.toordinal())), _named(one, grain, is_new)) for one, is_new in zip(days, new, strict=False)
    ]


def _named(one: date, grain: str, is_new: bool) -> str:
    if grain == "year":
        return str(one.year)
    if grain == "day":
        return day(one, None if is_new else one)
    return month(one) if is_new else month_short(one)
