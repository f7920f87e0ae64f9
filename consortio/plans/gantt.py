"""
The bars of a plan as geometry: where each shape of the chart stands, in CSS pixels. Pure; the template only draws.

A row is 32 px high and the head 44, as in the table beside the bars.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from consortio.ui.formats import month, month_short

from .window import LinkRow, Row, Window

HEAD, ROW = 44, 32
PX_PER_DAY = {"day": 26.0, "week": 8.0, "month": 1.52, "quarter": 0.62}
DAYS_MAX = {"day": 92, "week": 400, "month": 1900, "quarter": 4600}
SHORTEST = 3.0  # px: a task of an hour is still seen
BEFORE_TODAY = 0.33  # of the pane, where a plan is longer than the pane


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    words: str
    is_major: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One row's shapes. What is None is not drawn."""

    kind: str  # task, milestone, open, folded, none
    y: float
    hue: str
    shape: str
    x: float = 0
    width: float = 0
    done: float = 0
    is_done: bool = False
    is_critical: bool = False
    ghost: tuple[float, float] | None = None  # x and width of the baseline
    float_to: float | None = None
    house_to: float | None = None
    slip: str = ""
    words: str = ""  # for what lies outside the pane

    @property
    def middle(self) -> float:
        return self.y + ROW / 2

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Tie:
    path: str
    head: str
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Chart:
    width: float
    height: float
    since: date
    until: date
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    ties: tuple[Tie, ...]
    heavy: tuple[tuple[float, float, float], ...]  # critical stretches within open phases: x, y, width
    today: float | None
    weekends: tuple[tuple[float, float], ...]
    earlier: date | None
    later: date | None


def chart_of(window: Window, *, zoom: str, today: datetime, since: date | None = None, hue: str = "") -> Chart:
    """
    Return the chart of a window of rows.

    Args:
        today: now, on the plan's own clock.
        since: the first day to be drawn; otherwise the plan's start, or so that today lies a third into the pane.
        hue: of the organisation acted for, for what stands "in our house".
    """
    scale = _Scale.over(window, zoom, today.date(), since)
    bars = tuple(_bar(row, index, scale) for index, row in enumerate(window.rows))
    places = {row.id: (row, bar) for row, bar in zip(window.rows, bars, strict=True)}
    return Chart(
        width=scale.width,
        height=HEAD + ROW * len(bars),
        since=scale.since,
        until=scale.until,
        ticks=tuple(_ticks(scale)),
        bars=bars,
        ties=tuple(_ties(window.links, places)),
        heavy=tuple(_heavy(window.rows, bars)),
        today=scale.x(today) if scale.holds(today) else None,
        weekends=tuple(_weekends(scale)) if zoom in ("day", "week") else (),
        earlier=scale.earlier,
        later=scale.later,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    since: date
    until: date
    zoom: str
    earlier: date | None
    later: date | None

    @classmethod
    def over(cls, window: Window, zoom: str, today: date, since: date | None) -> "_Scale":
        first = (window.start_at.date() if window.start_at else today) - timedelta(days=_margin(zoom))
        last = (window.finish_at.date() if window.finish_at else today) + timedelta(days=2 * _margin(zoom))
        most = timedelta(days=DAYS_MAX[zoom])
        begin = first
        if since is not None:
            begin = min(max(since, first), last)
        elif last - first > most and today > first:
            begin = min(max(first, today - most * BEFORE_TODAY), last - most)
        begin = _at_step(begin, zoom)
        end = min(last, begin + most)
        earlier = max(first, begin - most) if begin > _at_step(first, zoom) else None
        return cls(begin, end, zoom, earlier, end if end < last else None)

    @property
    def width(self) -> float:
        return round((self.until - self.since).days * PX_PER_DAY[self.zoom], 1)

    def x(self, at: datetime) -> float:
        days = (at - datetime.combine(self.since, datetime.min.time())).total_seconds() / 86_400
        return round(days * PX_PER_DAY[self.zoom], 1)

    def holds(self, at: datetime) -> bool:
        return self.since <= at.date() < self.until

    def clipped(self, start: datetime, finish: datetime) -> tuple[float, float]:
        left = max(self.x(start), -8.0)
        return left, round(max(min(self.x(finish), self.width + 8), left + SHORTEST) - left, 1)


def _margin(zoom: str) -> int:
    return {"day": 2, "week": 7, "month": 15, "quarter": 45}[zoom]


def _at_step(day: date, zoom: str) -> date:
    if zoom == "day":
        return day
    if zoom == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1)


def _ticks(scale: _Scale) -> Iterable[Tick]:
    day, step = scale.since, {"day": 1, "week": 7}.get(scale.zoom)
    while day < scale.until:
        x = scale.x(datetime.combine(day, datetime.min.time()))
        first = day == scale.since
        if step:
            is_major = first or day.day <= step
            yield Tick(x, str(day.day), False)
            if is_major:
                yield Tick(x, month(day), True)
            day += timedelta(days=step)
        else:
            yield Tick(x, month_short(day), False)
            if first or day.month == 1:
                yield Tick(x, str(day.year), True)
            day = _months_on(day, 3 if scale.zoom == "quarter" else 1)


def _months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _weekends(scale: _Scale) -> Iterable[tuple[float, float]]:
    day = scale.since - timedelta(days=(scale.since.weekday() - 5) % 7 and scale.since.weekday() + 2)
    while day < scale.until:
        left = max(scale.x(datetime.combine(day, datetime.min.time())), 0)
        right = min(scale.x(datetime.combine(day + timedelta(days=2), datetime.min.time())), scale.width)
        if right > left:
            yield left, round(right - left, 1)
        day += timedelta(days=7)


def _bar(row: Row, index: int, scale: _Scale) -> Bar:
    y = HEAD + ROW * index
    mark = row.organisation.mark if row.organisation else None
    look = {"hue": mark.hue if mark else "", "shape": mark.shape if mark else ""}
    finish = row.finish_at or row.start_at
    start = row.start_at or finish
    if start is None or finish is None:
        return Bar("none", y, **look)
    if finish.date() < scale.since and row.kind != "phase":
        return Bar("none", y, **look, words="before")
    x, width = scale.clipped(start, finish)
    common = {"y": y, **look, "is_critical": row.is_critical or row.is_on_longest_path, "ghost": _ghost(row, scale)}
    if row.kind == "phase" or (row.has_children and row.kind != "milestone"):
        return Bar("open" if row.is_open else "folded", x=x, width=width, **common)
    house = scale.x(row.house_finish_at) if row.house_finish_at and scale.holds(row.house_finish_at) else None
    if row.kind == "milestone":
        done = row.actual_finish_at is not None or row.percent == 100
        at = scale.x(finish)
        return Bar("milestone", x=at, is_done=done, house_to=house, slip=_slip(row), **common)
    whisker = row.late_finish_at if (row.total_float_minutes or 0) > 0 and row.percent < 100 else None
    return Bar(
        "task",
        x=x,
        width=width,
        done=round(width * row.percent / 100, 1),
        float_to=min(scale.x(whisker), scale.width) if whisker and whisker > finish else None,
        house_to=house,
        **common,
    )


def _ghost(row: Row, scale: _Scale) -> tuple[float, float] | None:
    if row.baseline_finish_at is None:
        return None
    if row.kind == "milestone":
        return (scale.x(row.baseline_finish_at), 0) if scale.holds(row.baseline_finish_at) else None
    start = row.baseline_start_at or row.baseline_finish_at
    if row.baseline_finish_at.date() < scale.since or start.date() >= scale.until:
        return None
    return scale.clipped(start, row.baseline_finish_at)


def _slip(row: Row) -> str:
    """Return how far a milestone has moved since the baseline: "+10 wk", "−3 d"."""
    if row.baseline_finish_at is None or row.finish_at is None:
        return ""
    days = (row.finish_at.date() - row.baseline_finish_at.date()).days
    if not days:
        return ""
    sign = "+" if days > 0 else "−"
    return f"{sign}{abs(days) // 7} wk" if abs(days) >= 14 else f"{sign}{abs(days)} d"


def _heavy(rows: Sequence[Row], bars: Sequence[Bar]) -> Iterable[tuple[float, float, float]]:
    """Yield the critical stretches inside each open phase: those of the rows right below it."""
    above: list[tuple[int, Bar]] = []
    for row, bar in zip(rows, bars, strict=True):
        while above and above[-1][0] >= row.depth:
            above.pop()
        if bar.kind == "task" and bar.is_critical:
            yield from ((bar.x, phase.y + 18, bar.width) for _, phase in above)
        if bar.kind == "open":
            above.append((row.depth, bar))


def _ties(links: Iterable[LinkRow], places: dict[UUID, tuple[Row, Bar]]) -> Iterable[Tie]:
    used: dict[UUID, int] = {}
    for link in links:
        if link.predecessor_id not in places or link.successor_id not in places:
            continue
        (before, from_bar), (after, to_bar) = places[link.predecessor_id], places[link.successor_id]
        if "none" in (from_bar.kind, to_bar.kind):
            continue
        lane = used[link.predecessor_id] = used.get(link.predecessor_id, -1) + 1
        is_critical = before.is_critical and after.is_critical and from_bar.is_critical and to_bar.is_critical
        yield _tie(link.type, from_bar, to_bar, 6 + 5 * (lane % 4), is_critical)


def _tie(type: str, before: Bar, after: Bar, lane: float, is_critical: bool) -> Tie:
    leaves_end, enters_start = type[0] == "F", type[1] == "S"
    half = 6.5 if before.kind == "milestone" else 0
    x1 = round(before.end + half if leaves_end else before.x - half, 1)
    own = 6.5 if after.kind == "milestone" else 0
    x2 = round(after.x - own if enters_start else after.end + own, 1)
    y1, y2 = before.middle, after.middle
    bend = round(x1 + lane if leaves_end else x1 - lane, 1)
    if enters_start and leaves_end and x2 >= bend + 5:
        return Tie(f"M{x1} {y1}H{bend}V{y2}H{x2 - 1}", f"M{x2} {y2}l-5-3.2v6.4z", is_critical)
    if enters_start and leaves_end:
        return _from_above(x1, y1, bend, after, is_critical)
    if not leaves_end and enters_start:
        bend = round(min(x1, x2) - lane, 1)
        return Tie(f"M{x1} {y1}H{bend}V{y2}H{x2 - 1}", f"M{x2} {y2}l-5-3.2v6.4z", is_critical)
    bend = round(max(x1, x2) + lane, 1)
    return Tie(f"M{x1} {y1}H{bend}V{y2}H{x2 + 1}", f"M{x2} {y2}l5-3.2v6.4z", is_critical)


def _from_above(x1: float, y1: float, bend: float, after: Bar, is_critical: bool) -> Tie:
    """Go into the start from above (from below, where the successor stands higher) where there is no room beside it."""
    down = after.middle > y1
    edge = after.middle - 7 if down else after.middle + 7
    into = round(after.x + (4 if after.kind != "milestone" else 0), 1)
    turn = edge - 7 if down else edge + 7
    way = f"V{edge - 2}" if abs(into - bend) < 1 and down else f"V{turn}H{into}V{edge - 2 if down else edge + 2}"
    head = f"M{into - 3.2} {edge - 4}h6.4l-3.2 5z" if down else f"M{into - 3.2} {edge + 4}h6.4l-3.2-5z"
    return Tie(f"M{x1} {y1}H{bend}{way}", head, is_critical)
