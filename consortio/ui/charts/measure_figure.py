"""The whole figure of a measure: its course in three widths, so that letters keep their size, and the same as words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .labels import Label
from .measure import Measure
from .measure_axes import Tick, days_of, values_of
from .measure_plot import End, Frame, Lines, ends_of, frame_of, lines_of
from .measure_points import MarkAt, Point, Said, Sign, labels_of, marks_of, points_of, room_of, said_of
from .measure_words import ForecastRow, Row, description, forecast_rows, rows, title

SIZES = {"small": (344, 300), "medium": (580, 330), "large": (760, 340)}
FOCUSED_MOST = 12  # points that keys stop at; more are reached in the table, which holds the same links


@dataclass(frozen=True, slots=True)
class Picture:
    """`key` names the signs for whose words there was no room in the picture."""

    size: str
    frame: Frame
    steps: tuple[Tick, ...]
    days: tuple[Tick, ...]
    lines: Lines
    points: tuple[Point, ...]
    marks: tuple[MarkAt, ...]
    labels: tuple[Label, ...]
    ends: tuple[End, ...]
    key: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class MeasureFigure:
    """Without anything to draw there are no pictures, and the description says so."""

    title: str
    description: str
    unit: str
    pictures: tuple[Picture, ...]
    rows: tuple[Row, ...]
    forecast: tuple[ForecastRow, ...]
    is_stopped_at: bool


def measure_figure(measure: Measure, *, today: date) -> MeasureFigure:
    return MeasureFigure(
        title=title(measure, *days_of(measure, today)),
        description=description(measure),
        unit=measure.unit.words,
        pictures=_pictures(measure, today) if values_of(measure) else (),
        rows=rows(measure),
        forecast=forecast_rows(measure),
        is_stopped_at=len(measure.readings) <= FOCUSED_MOST,
    )


def _pictures(measure: Measure, today: date) -> tuple[Picture, ...]:
    said = said_of(measure)
    return tuple(_picture(measure, today, size, said) for size in SIZES)


def _picture(measure: Measure, today: date, size: str, said: Sequence[Said]) -> Picture:
    frame, steps, days = frame_of(measure, today, *SIZES[size])
    points = points_of(measure, frame, said)
    room = room_of(measure, frame, points, today)
    marks = marks_of(measure, frame, room)
    labels, key = labels_of(measure, frame, points, room)
    return Picture(
        size=size,
        frame=frame,
        steps=tuple(steps),
        days=tuple(days),
        lines=lines_of(measure, frame, today),
        points=points,
        marks=marks,
        labels=labels,
        ends=ends_of(measure, frame),
        key=key,
    )
