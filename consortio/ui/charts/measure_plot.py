"""One picture of a measure's course: where each line, area, point and word of it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from consortio.ui.formats import day

from .labels import Box, spread, width_of
from .measure import Band, ForecastStep, Measure, Reading
from .measure_axes import Tick, across, days_of, named_days, upwards, values_of
from .measure_words import band_said
from .plane import At, Axis, Number, Span, area, hatch, line, px
from .spark import between
from .units import brief

TOP, FOOT, EDGE = 30.0, 26.0, 8.0
RIGHT_MIN = 24.0  # px beside the plot: half a word of the last named day
BESIDE_MOST = 0.4  # of the width
END_TALL = 30.0  # px of two lines of words


@dataclass(frozen=True, slots=True)
class Frame:
    width: float
    height: float
    across: Axis
    up: Axis

    def spot(self, on: date, value: Number) -> At:
        return self.across.at(on.toordinal()), self.up.at(value)

    @property
    def bounds(self) -> Box:
        return Box(self.across.start, self.up.end - 8, self.across.end, self.up.start)


@dataclass(frozen=True, slots=True)
class End:
    """What a line means, in two lines of words at its end; `lead` goes there from the line."""

    y: float
    word: str
    figure: str
    lead: str


@dataclass(frozen=True, slots=True)
class Fan:
    outer: str
    inner: str
    edges: str
    inner_edges: str
    median: str


@dataclass(frozen=True, slots=True)
class Zone:
    strokes: str
    edges: str


@dataclass(frozen=True, slots=True)
class Today:
    x: float
    flag_x: float
    flag_width: float
    words: str


@dataclass(frozen=True, slots=True)
class Lines:
    """All that is no point: `course` joins what is settled, `links` leads to what is not, `path` to the target."""

    course: str
    links: str
    path: str
    target: str
    zone: Zone | None
    fan: Fan | None
    today: Today | None


def frame_of(measure: Measure, today: date, width: float, height: float) -> tuple[Frame, list[Tick], list[Tick]]:
    """Return the plot with the named steps of both axes; what stands beside it decides how wide it is."""
    up, steps = upwards(values_of(measure), measure.unit, TOP, height - FOOT)
    left = px(max(width_of(step.words) for step in steps) + EDGE + 2)
    beside = max((max(width_of(word), width_of(figure)) for _y, word, figure in _ends(measure, up)), default=0)
    right = px(width - min(max(RIGHT_MIN, beside + EDGE if beside else 0), width * BESIDE_MOST))
    axis = across(*days_of(measure, today), left, right)
    return Frame(width, height, axis, up), steps, named_days(axis, measure.grain, width)


def ends_of(measure: Measure, frame: Frame) -> tuple[End, ...]:
    """Return the words beside the plot, moved apart where two lines end close to each other."""
    found = list(_ends(measure, frame.up))
    places = spread([y - 4 for y, _word, _figure in found], END_TALL, TOP - 8, frame.up.start - 16)
    edge = frame.across.end
    return tuple(
        End(at, word, figure, f"M{edge + 1} {y}L{edge + 6} {px(at + 4)}")
        for (y, word, figure), at in zip(found, places, strict=True)
    )


def _ends(measure: Measure, up: Axis) -> Iterator[tuple[float, str, str]]:
    if measure.path:
        yield up.at(measure.path.due.value), _("Target"), brief(measure.path.due.value, measure.unit)
    if measure.forecast:
        yield up.at(measure.forecast[-1].median), _("Forecast"), brief(measure.forecast[-1].median, measure.unit)
    if measure.band and (words := band_said(measure.band, replace(measure.unit, name=""))):
        yield _band_middle(measure.band, up), _("Agreed"), words


def _band_middle(band: Band, up: Axis) -> float:
    low, high = band.low, band.high
    ends = [up.start if low is None else up.at(low), up.end if high is None else up.at(high)]
    return px(sum(ends) / 2)


def lines_of(measure: Measure, frame: Frame, today: date) -> Lines:
    path = [frame.spot(stop.on, stop.value) for stop in measure.path.stops] if measure.path else []
    return Lines(
        course="".join(line(run) for run in settled_runs(measure.readings, frame)),
        links="".join(_links(measure.readings, frame)),
        path=line(path),
        target=line([(max(path[-1][0] - 32, frame.across.start), path[-1][1]), (frame.across.end, path[-1][1])])
        if path
        else "",
        zone=_zone(measure.band, frame) if measure.band else None,
        fan=_fan(forecast_of(measure), frame) if measure.forecast else None,
        today=_today(measure, frame, today),
    )


def settled_runs(readings: Sequence[Reading], frame: Frame) -> Iterator[list[At]]:
    """Yield the stretches of readings that are settled and follow each other."""
    run: list[At] = []
    for reading in readings:
        if reading.is_settled and reading.value is not None:
            run.append(frame.spot(reading.on, reading.value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _links(readings: Sequence[Reading], frame: Frame) -> Iterator[str]:
    """Yield fine lines between neighbours of which one is not settled; from a range they leave at both ends."""
    for before, after in pairwise(readings):
        if before.span is None or after.span is None or (before.is_settled and after.is_settled):
            continue
        pairs = {(before.span.low, after.span.low), (before.span.high, after.span.high)}
        for one, other in sorted(pairs):
            yield line([frame.spot(before.on, one), frame.spot(after.on, other)])


def forecast_of(measure: Measure) -> Sequence[ForecastStep]:
    """Return the steps; where there is but one, it begins at the last reading."""
    known = [(one.on, span) for one in measure.readings if (span := one.span) is not None]
    if len(measure.forecast) > 1 or not known or known[-1][0] >= measure.forecast[0].on:
        return measure.forecast
    on, span = known[-1]
    low, high = float(span.low), float(span.high)
    return [ForecastStep(on, low, low, (low + high) / 2, high, high), *measure.forecast]


def _fan(steps: Sequence[ForecastStep], frame: Frame) -> Fan:
    p90, p75, median, p25, p10 = edges_of(steps, frame)
    return Fan(
        outer=area(p90, p10),
        inner=area(p75, p25),
        edges=line(p90) + line(p10),
        inner_edges=line(p75) + line(p25),
        median=line(median),
    )


def edges_of(steps: Sequence[ForecastStep], frame: Frame) -> tuple[list[At], ...]:
    """Return the lines of the fan from the upper edge to the lower one, the median in the middle."""
    return tuple(
        [frame.spot(step.on, getattr(step, name)) for step in steps] for name in ("p90", "p75", "median", "p25", "p10")
    )


def on_line(points: Sequence[At], share: float) -> At:
    """Return the point of a line at this share of its width."""
    x = points[0][0] + (points[-1][0] - points[0][0]) * share
    for (from_x, from_y), (to_x, to_y) in pairwise(points):
        if from_x <= x <= to_x and to_x > from_x:
            return x, from_y + (to_y - from_y) * (x - from_x) / (to_x - from_x)
    return points[-1]


def _zone(band: Band, frame: Frame) -> Zone:
    left, right = frame.across.start, frame.across.end
    top = frame.up.end if band.high is None else frame.up.at(band.high)
    bottom = frame.up.start if band.low is None else frame.up.at(band.low)
    edges = [y for y, end in ((top, band.high), (bottom, band.low)) if end is not None]
    return Zone(hatch(left, right, top, bottom, 10), "".join(line([(left, y), (right, y)]) for y in edges))


def _today(measure: Measure, frame: Frame, today: date) -> Today | None:
    if not frame.across.low <= today.toordinal() <= frame.across.high:
        return None
    words = _("Today %(day)s") % {"day": day(today, today)}
    x, wide = frame.across.at(today.toordinal()), px(width_of(words) * 0.92 + 12)
    return Today(x, px(min(max(x - wide / 2, 0), frame.width - wide)), wide, words)


def ring_y(measure: Measure, at: int, frame: Frame) -> float:
    """Return where the sign of a missing reading stands: between its neighbours, else on the agreed path, never at zero."""
    known = {nth: _middle(one.span, frame) for nth, one in enumerate(measure.readings) if one.span is not None}
    if known:
        return between(known, at)
    if not measure.path:
        return px((frame.up.start + frame.up.end) / 2)
    path = [frame.spot(stop.on, stop.value) for stop in measure.path.stops]
    x, wide = frame.across.at(measure.readings[at].on.toordinal()), path[-1][0] - path[0][0]
    return px(on_line(path, min(max((x - path[0][0]) / wide, 0), 1))[1]) if wide else path[0][1]


def _middle(span: Span, frame: Frame) -> float:
    return (frame.up.at(span.low) + frame.up.at(span.high)) / 2
