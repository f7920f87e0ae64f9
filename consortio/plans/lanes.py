"""The course of milestones on one axis, in SVG units: promised, forecast, reached, today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from consortio.ui.formats import month

WIDTH, MARGIN, TICKS = 224, 8, 4


@dataclass(frozen=True, slots=True)
class Lane:
    """One axis for all milestones of a page, so that places compare."""

    since: date
    until: date
    today: float | None
    ticks: tuple[tuple[float, str], ...]

    def x(self, at: datetime | date) -> float:
        day = at.date() if isinstance(at, datetime) else at
        share = (day - self.since).days / max((self.until - self.since).days, 1)
        return round(MARGIN + (WIDTH - 2 * MARGIN) * min(max(share, 0), 1), 1)


def lane_of(page: Any, today: date) -> Lane:
    """Return the axis that holds every date of the page and today."""
    days = [at.date() for at in _dates(page)] or [today]
    since, until = min(days).replace(day=1), max(days) + timedelta(days=31)
    made = Lane(since, until, None, ())
    ticks = [since + (until - since) * n / TICKS for n in range(TICKS)]
    inside = made.x(today) if since <= today <= until else None
    return Lane(since, until, inside, tuple((made.x(day), month(day)) for day in ticks))


def _dates(page: Any) -> Iterable[datetime]:
    for _, rows in page.groups:
        for row in rows:
            yield from (at for at in (row.finish_at, row.baseline_finish_at, row.house_finish_at) if at)
