"""How much of somebody is needed, week by week, against how much there is: bars below a line, what is too much above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import day, number

from .plane import hatch, px

WIDE, TALL, EDGE = 9.0, 40.0, 2.0  # px of a week, of the picture, and above the highest bar
WEEK = timedelta(days=7)
LEAST = 100  # percent that the picture reaches up to at least


@dataclass(frozen=True, slots=True)
class WeekNeed:
    """So many percent of one full-time person in a week; `capacity` is None where nothing limits it."""

    begins_on: date
    percent: int
    capacity: int | None = None

    @property
    def is_over(self) -> bool:
        return self.capacity is not None and self.percent > self.capacity


@dataclass(frozen=True, slots=True)
class LoadBar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LoadFigure:
    """
    Attributes:
        bars: what is needed, up to what there is.
        over: what is needed above that, drawn so that it is seen without colours.
        strokes: the hatching of it.
        line: how much there is.
        today: where the week of today begins, if it is shown.
    """

    width: float
    height: float
    bars: tuple[LoadBar, ...]
    over: tuple[LoadBar, ...]
    strokes: str
    line: str
    today: float | None
    words: str


def load_figure(
    weeks: Sequence[WeekNeed], *, since: date, count: int, today: date, beside: Sequence[WeekNeed] = ()
) -> LoadFigure:
    """
    Return a picture of so many weeks from a Monday on.

    Args:
        weeks: those in which somebody is needed, in any order; others are empty.
        beside: those of another picture that this one is held against, so that both are of one scale.
    """
    shown, other = (_within(some, since, count) for some in (weeks, beside))
    most = max([LEAST, *(max(week.percent, week.capacity or 0) for week in (*shown.values(), *other.values()))])
    per = (TALL - EDGE) / most
    bars, over = [], []
    for nth, week in sorted(shown.items()):
        limit = week.percent if week.capacity is None else min(week.percent, week.capacity)
        bars.append(_bar(nth, 0, limit, per))
        if week.is_over:
            over.append(_bar(nth, limit, week.percent, per))
    now = (today - timedelta(days=today.weekday()) - since) // WEEK
    return LoadFigure(
        width=count * WIDE,
        height=TALL,
        bars=tuple(bars),
        over=tuple(over),
        strokes="".join(hatch(bar.x, bar.x + bar.width, bar.y, bar.y + bar.height) for bar in over if bar.height > 2),
        line="".join(
            f"M{px(nth * WIDE)} {px(TALL - week.capacity * per)}h{px(WIDE)}"
            for nth, week in sorted(shown.items())
            if week.capacity is not None
        ),
        today=px(now * WIDE) if 0 <= now < count else None,
        words=_words(list(shown.values())),
    )


def _within(weeks: Sequence[WeekNeed], since: date, count: int) -> dict[int, WeekNeed]:
    numbered = {(week.begins_on - since) // WEEK: week for week in weeks}
    return {nth: week for nth, week in numbered.items() if 0 <= nth < count}


def _bar(nth: int, low: int, high: int, per: float) -> LoadBar:
    return LoadBar(px(nth * WIDE + 0.5), px(TALL - high * per), px(WIDE - 1), px((high - low) * per))


def _words(weeks: Sequence[WeekNeed]) -> str:
    over = [week for week in weeks if week.is_over]
    if not weeks:
        return _("not needed in these weeks")
    most = max(weeks, key=lambda week: week.percent)
    told = {"n": number(len(weeks)), "percent": number(most.percent), "day": day(most.begins_on)}
    words = ngettext(
        "needed in %(n)s week, at most %(percent)s percent in that of %(day)s",
        "needed in %(n)s weeks, at most %(percent)s percent in that of %(day)s",
        len(weeks),
    )
    said = words % told
    if over:
        full = ngettext("%(n)s week is too full", "%(n)s weeks are too full", len(over)) % {"n": number(len(over))}
        return f"{said}; {full}"
    return said
