"""
The bars of a plan as geometry: where each shape of the chart stands, in CSS pixels. Pure; the template only draws.

A row is 32 px high and the head 44, as in the table beside the bars.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from .scale import Scale, Tick, scale_over, ticks_of, weekends_of
from .ties import STONE, End, Tie, Way, ties_of
from .window import LinkRow, Row, Window

HEAD, ROW = 44, 32
SHORTEST = 3.0  # px: a task of an hour is still seen
SLIP_ROOM = 64.0  # px between promise and forecast that hold the words on their line
LETTER = 6.2  # px that a letter of 11 px takes, on average

Inside = Mapping[UUID, Sequence[tuple[datetime, datetime]]]


@dataclass(frozen=True, slots=True)
class Signs:
    """Which signs the chart bears beside bars and links."""

    critical: bool = True
    floats: bool = True
    baseline: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    words: str
    anchor: str  # start, middle or end
    rise: float = 0  # px above the line it usually stands on

    @property
    def left(self) -> float:
        return self.x - self.width * {"start": 0, "middle": 0.5, "end": 1}[self.anchor]

    @property
    def width(self) -> float:
        return len(self.words) * LETTER


@dataclass(frozen=True, slots=True)
class Bar:
    """One row's shapes. What is None is not drawn."""

    kind: str  # task, milestone, open, folded, before, none
    y: float
    hue: str = ""
    shape: str = ""
    x: float = 0
    width: float = 0
    done: float = 0
    is_done: bool = False
    is_critical: bool = False
    ghost: tuple[float, float] | None = None  # x and width of the baseline
    float_to: float | None = None
    house_to: float | None = None
    label: Label | None = None
    heavy: tuple[tuple[float, float], ...] = ()  # x and width of the critical work inside a phase

    @property
    def middle(self) -> float:
        return self.y + 15

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    width: float
    height: float
    since: date
    until: date
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    ties: tuple[Tie, ...]
    today: float | None
    weekends: tuple[tuple[float, float], ...]
    earlier: date | None
    later: date | None
    px_per_day: float


def chart_of(
    window: Window,
    *,
    zoom: str,
    today: datetime,
    since: date | None = None,
    signs: Signs | None = None,
    inside: Inside | None = None,
) -> Chart:
    """
    Return the chart of a window of rows.

    Args:
        today: now, on the plan's own clock.
        since: the first day to be drawn; otherwise the plan's start, or so that today lies a third into the pane.
        inside: the critical work below folded phases, by phase.
    """
    signs = signs or Signs()
    scale = scale_over(window.start_at, window.finish_at, zoom=zoom, today=today.date(), since=since)
    drawn = _Drawing(scale, signs, inside or {}).bars(window.rows)
    now = scale.x(today) if scale.holds(today) else None
    return Chart(
        width=scale.width,
        height=HEAD + ROW * len(drawn),
        since=scale.since,
        until=scale.until,
        ticks=tuple(ticks_of(scale)),
        bars=drawn,
        ties=tuple(_ties(window, drawn, signs, now)),
        today=now,
        weekends=tuple(weekends_of(scale)),
        earlier=scale.earlier,
        later=scale.later,
        px_per_day=round(scale.px_per_day, 3),
    )


class _Drawing:
    def __init__(self, scale: Scale, signs: Signs, inside: Inside) -> None:
        self.scale, self.signs, self.inside = scale, signs, inside

    def bars(self, rows: Sequence[Row]) -> tuple[Bar, ...]:
        heavy = self._heavy(rows) if self.signs.critical else {}
        return tuple(self._bar(row, HEAD + ROW * index, heavy) for index, row in enumerate(rows))

    def _bar(self, row: Row, y: float, heavy: Mapping[UUID, tuple[tuple[float, float], ...]]) -> Bar:
        finish = row.finish_at or row.start_at
        start = row.start_at or finish
        if start is None or finish is None or start.date() >= self.scale.until:
            return Bar("none", y)
        if finish.date() < self.scale.since:
            return Bar("before", y)
        if row.kind == "milestone":
            return self._milestone(row, y, finish)
        x, width = self._clipped(start, finish)
        if row.has_children or row.kind == "phase":
            kind = "open" if row.is_open else "folded"
            return Bar(kind, y, x=x, width=width, heavy=heavy.get(row.id, ()), house_to=self._house(row))
        return self._task(row, y, x, width)

    def _task(self, row: Row, y: float, x: float, width: float) -> Bar:
        hue, shape = _look(row)
        return Bar(
            "task",
            y,
            hue,
            shape,
            x,
            width,
            done=round(width * row.percent / 100, 1),
            is_critical=self.signs.critical and row.is_critical,
            ghost=self._ghost(row),
            float_to=self._whisker(row),
            house_to=self._house(row),
        )

    def _milestone(self, row: Row, y: float, finish: datetime) -> Bar:
        x, ghost = self.scale.x(finish), self._ghost(row)
        is_done = row.actual_finish_at is not None or row.percent == 100
        return Bar(
            "milestone",
            y,
            x=x,
            is_done=is_done,
            is_critical=self.signs.critical and row.is_critical,
            ghost=ghost,
            house_to=self._house(row),
            label=_slip(row, ghost[0], x) if ghost else None,
        )

    def _clipped(self, start: datetime, finish: datetime) -> tuple[float, float]:
        left = max(self.scale.x(start), -8.0)
        return left, round(max(min(self.scale.x(finish), self.scale.width + 8), left + SHORTEST) - left, 1)

    def _house(self, row: Row) -> float | None:
        at = row.house_finish_at
        return self.scale.x(at) if at and at != row.finish_at and self.scale.holds(at) else None

    def _whisker(self, row: Row) -> float | None:
        """Return where an unfinished task's float ends."""
        late = row.late_finish_at
        if not self.signs.floats or late is None or row.finish_at is None or late <= row.finish_at:
            return None
        if row.percent >= 100 or (row.total_float_minutes or 0) <= 0:
            return None
        return min(self.scale.x(late), self.scale.width + 8)

    def _ghost(self, row: Row) -> tuple[float, float] | None:
        """Return where the baseline had it; nothing where it did not move."""
        finish = row.baseline_finish_at
        if not self.signs.baseline or finish is None:
            return None
        if row.kind == "milestone":
            moved = row.finish_at is not None and row.finish_at.date() != finish.date()
            return (self.scale.x(finish), 0) if moved and self.scale.holds(finish) else None
        start = row.baseline_start_at or finish
        if finish.date() < self.scale.since or start.date() >= self.scale.until:
            return None
        if (
            row.start_at
            and row.finish_at
            and (start.date(), finish.date()) == (row.start_at.date(), row.finish_at.date())
        ):
            return None
        return self._clipped(start, finish)

    def _heavy(self, rows: Sequence[Row]) -> Mapping[UUID, tuple[tuple[float, float], ...]]:
        """Return the critical stretches inside each phase, from the rows below it and from what is folded there."""
        found: dict[UUID, list[tuple[datetime, datetime]]] = {}
        above: list[Row] = []
        for row in rows:
            while above and above[-1].depth >= row.depth:
                above.pop()
            own = list(self.inside.get(row.id, ()))
            if row.is_critical and not row.has_children and row.circle is None and row.start_at and row.finish_at:
                own.append((row.start_at, row.finish_at))
            for phase in [*above, row] if row.has_children else above:
                found.setdefault(phase.id, []).extend(own)
            if row.has_children:
                above.append(row)
        return {pk: self._joined(stretches) for pk, stretches in found.items()}

    def _joined(self, stretches: Iterable[tuple[datetime, datetime]]) -> tuple[tuple[float, float], ...]:
        """Return stretches that touch as one, so that a phase of a hundred critical items is a few shapes."""
        joined: list[list[float]] = []
        for start, finish in sorted(stretches):
            if finish.date() < self.scale.since or start.date() >= self.scale.until:
                continue
            left, width = self._clipped(start, finish)
            if joined and left <= joined[-1][1] + 1:
                joined[-1][1] = max(joined[-1][1], left + width)
            else:
                joined.append([left, left + width])
        return tuple((round(left, 1), round(right - left, 1)) for left, right in joined)


def _look(row: Row) -> tuple[str, str]:
    mark = row.organisation.mark if row.organisation else None
    return (mark.hue, mark.shape) if mark else ("", "")


def _slip(row: Row, ghost: float, x: float) -> Label | None:
    """Say how far a milestone has moved since the baseline: on the line where there is room, else before it."""
    words = slip_words(row.baseline_finish_at, row.finish_at)
    if not words:
        return None
    low, high = min(ghost, x), max(ghost, x)
    if high - low >= SLIP_ROOM:
        return Label(round((low + high) / 2, 1), words, "middle", rise=8)
    if low - 10 - len(words) * LETTER > 0:
        return Label(low - 10, words, "end")
    return Label(high + 12, words, "start")


def slip_words(agreed: datetime | None, now: datetime | None) -> str:
    """Return how far a date has moved: "+10 wk", "−3 d"; nothing where it has not."""
    days = (now.date() - agreed.date()).days if agreed and now else 0
    if not days:
        return ""
    sign = "+" if days > 0 else "−"
    if abs(days) >= 14:
        return sign + _("%(n)s wk") % {"n": round(abs(days) / 7)}
    return sign + _("%(n)s d") % {"n": abs(days)}


def _ties(window: Window, bars: Sequence[Bar], signs: Signs, today: float | None) -> list[Tie]:
    ends = {row.id: _end(at, bar) for at, (row, bar) in enumerate(zip(window.rows, bars, strict=True))}
    critical = {row.id for row in window.rows if row.is_critical and signs.critical}
    drawn = {row.id for row, bar in zip(window.rows, bars, strict=True) if bar.kind not in ("none", "before")}
    ways = [_way(link, ends, critical) for link in window.links if {link.predecessor_id, link.successor_id} <= drawn]
    words = [(bar.label.left - 2, bar.label.left + bar.label.width + 2, at) for at, bar in enumerate(bars) if bar.label]
    return ties_of(ways, [one for pk, one in ends.items() if pk in drawn], words, today)


def _end(at: int, bar: Bar) -> End:
    half = STONE if bar.kind == "milestone" else 0
    return End(at, bar.x - half, bar.end + half, bar.middle, is_stone=bool(half))


def _way(link: LinkRow, ends: Mapping[UUID, End], critical: set[UUID]) -> Way:
    pair = (link.predecessor_id, link.successor_id)
    return Way(pair[0], link.type, ends[pair[0]], ends[pair[1]], set(pair) <= critical, link.is_private)
