"""The line of time above the bars: which days it holds, where a day stands, and what is written there. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date

from consortio.ui.formats import locale_name, month, month_short, quarter

PX_PER_DAY = {"day": 26.0, "week": 8.0, "month": 1.52, "quarter": 0.62}
DAYS_MAX = {"day": 92, "week": 400, "month": 1900, "quarter": 4600}
MARGINS = {"day": 2, "week": 7, "month": 15, "quarter": 45}
LEAST = 620.0  # px that the pane of a wide screen shows: a short plan fills it
WHOLE = 640.0  # px for the whole plan: beside its table that is the width of a page, on paper too
BEFORE_TODAY = 0.33  # of the days drawn, where a plan has more of them
MAJOR_ROOM = 62.0  # px that "Sept 2026" needs before the next one

# From how many px a day the small marks are days, weeks, months, quarters; below that they are years.
STEPS = ((18.0, "day"), (5.0, "week"), (1.1, "month"), (0.3, "quarter"))


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    words: str
    is_major: bool


@dataclass(frozen=True, slots=True)
class Scale:
    since: date
    until: date
    px_per_day: float
    earlier: date | None  # where the days before begin that are not drawn, and those after
    later: date | None

    @property
    def width(self) -> float:
        return round((self.until - self.since).days * self.px_per_day, 1)

    @property
    def step(self) -> str:
        return next((step for least, step in STEPS if self.px_per_day >= least), "year")

    def x(self, at: datetime) -> float:
        days = (at - datetime.combine(self.since, datetime.min.time())).total_seconds() / 86_400
        return round(days * self.px_per_day, 1)

    def at_day(self, day: date) -> float:
        return round((day - self.since).days * self.px_per_day, 1)

    def holds(self, at: datetime) -> bool:
        return self.since <= at.date() < self.until


def scale_over(
    first_at: datetime | None, last_at: datetime | None, *, zoom: str, today: date, since: date | None = None
) -> Scale:
    """
    Return the line that holds these dates and, as far as the zoom lets it, all between.

    Args:
        zoom: one of PX_PER_DAY, or "whole" for all of it in one width.
        since: the first day to be drawn; otherwise the plan's start, or so that today lies a third into the line.
    """
    first = (first_at.date() if first_at else today) - timedelta(days=MARGINS.get(zoom, 3))
    last = (last_at.date() if last_at else today) + timedelta(days=2 * MARGINS.get(zoom, 5) + 1)
    if zoom not in PX_PER_DAY:
        return Scale(first, last, min(WHOLE / (last - first).days, PX_PER_DAY["day"]), None, None)
    most, px = timedelta(days=DAYS_MAX[zoom]), PX_PER_DAY[zoom]
    begin = first
    if since is not None:
        begin = min(max(since, first), last - timedelta(days=1))
    elif last - first > most and today > first:
        begin = min(max(first, today - most * BEFORE_TODAY), last - most)
    begin = _at_step(begin, zoom)
    end = max(min(last, begin + most), begin + timedelta(days=int(LEAST / px) + 1))
    earlier = max(first, begin - most) if begin > _at_step(first, zoom) else None
    return Scale(begin, end, px, earlier, end if end < last else None)


def _at_step(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    if step == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(day=1) if step == "month" else day


def ticks_of(scale: Scale) -> Iterable[Tick]:
    """Yield what is written above the bars: small marks, and larger ones where a month, a quarter or a year begins."""
    majors: list[Tick] = []
    for day in _days(scale):
        x = scale.at_day(day)
        yield Tick(x, _minor(day, scale.step), False)
        if _is_major(day, scale.step) or not majors:
            majors.append(Tick(x, _major(day, scale.step), True))
    if scale.step != "year":
        for at, tick in enumerate(majors):
            # The first one stands at the edge, not where its month begins: it gives way to the next.
            if at or len(majors) == 1 or majors[1].x - tick.x >= MAJOR_ROOM:
                yield tick


def _days(scale: Scale) -> Iterable[date]:
    step = scale.step
    if step in ("day", "week"):
        day, days = _at_step(scale.since, step), {"day": 1, "week": 7}[step]
        while day < scale.until:
            if day >= scale.since:
                yield day
            day += timedelta(days=days)
        return
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    day = _at_step(scale.since, step) if step != "year" else scale.since.replace(month=1, day=1)
    while day < scale.until:
        if day >= scale.since:
            yield day
        day = _months_on(day, months)


def _months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _is_major(day: date, step: str) -> bool:
    """Months, quarters and years are written so often that one is in sight wherever the pane is scrolled to."""
    if step == "day":
        return day.weekday() == 0
    return day.day <= 7 if step == "week" else day.month in ((1, 4, 7, 10) if step == "month" else (1,))


def _major(day: date, step: str) -> str:
    if step in ("day", "week"):
        return month(day)
    return quarter(day) if step == "month" else str(day.year)


def _minor(day: date, step: str) -> str:
    if step in ("day", "week"):
        return str(day.day)
    if step == "month":
        return month_short(day)
    return _quarter(day, locale_name()) if step == "quarter" else str(day.year)


@lru_cache(maxsize=1024)
def _quarter(day: date, locale: str) -> str:
    return format_date(day, "QQQ", locale=locale)


def weekends_of(scale: Scale) -> Iterable[tuple[float, float]]:
    """Yield x and width of each Saturday and Sunday, where days are wide enough to be told apart."""
    if scale.step not in ("day", "week"):
        return
    saturday = scale.since - timedelta(days=(scale.since.weekday() + 2) % 7)
    while saturday < scale.until:
        left = max(scale.at_day(saturday), 0)
        right = min(scale.at_day(saturday + timedelta(days=2)), scale.width)
        if right > left:
            yield left, round(right - left, 1)
        saturday += timedelta(days=7)
