"""The course of milestones: on one axis in SVG units, and as a sentence about all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consortio.ui.formats import month

from .reads import MILESTONES_MAX, MilestonesPage
from .rows import Row

WIDTH, MARGIN = 224, 8
WINDOW = MILESTONES_MAX
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 1200)  # months from one word to the next
WORD = 62.0  # px that "Sept 2026" needs, with room


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


@dataclass(frozen=True, slots=True)
class Course:
    """How the milestones fare against the baseline, in days; the longest slip is of those ahead."""

    reached: int
    reached_late: int
    ahead: int
    holding: int  # of those ahead that are in the baseline
    slipping: int
    longest: Row | None


def lane_of(page: MilestonesPage, today: date) -> Lane:
    """Return the axis that holds every date of the page and today."""
    days = [at.date() for at in _dates(page)] or [today]
    since, until = min(*days, today).replace(day=1), max(*days, today) + timedelta(days=31)
    made = Lane(since, until, None, ())
    return Lane(since, until, made.x(today), tuple(_ticks(made)))


def _ticks(lane: Lane) -> Iterable[tuple[float, str]]:
    """Yield first days of months, so many that their words stand apart."""
    months = (lane.until.year - lane.since.year) * 12 + lane.until.month - lane.since.month
    step = next(step for step in STEPS if step == STEPS[-1] or WIDTH / max(months / step, 1) >= WORD)
    count = lane.since.year * 12 + lane.since.month - 1
    while (day := date(count // 12, count % 12 + 1, 1)) < lane.until - timedelta(days=10):
        yield lane.x(day), month(day)
        count += step


def _dates(page: MilestonesPage) -> Iterable[datetime]:
    for row in rows_of(page):
        yield from (at for at in (row.finish_at, row.baseline_finish_at, row.house_finish_at) if at)


def rows_of(page: MilestonesPage) -> Sequence[Row]:
    return [row for _, rows in page.groups for row in rows]


def by_date(page: MilestonesPage) -> list[Row]:
    """Return the milestones of all organisations in one row, by date; those without a date last."""
    return sorted(rows_of(page), key=lambda row: (row.finish_at or datetime.max, row.number))


def is_reached(row: Row) -> bool:
    return row.actual_finish_at is not None or row.percent == 100


def days_moved(row: Row) -> int | None:
    if row.finish_at is None or row.baseline_finish_at is None:
        return None
    return (row.finish_at.date() - row.baseline_finish_at.date()).days


def course_of(page: MilestonesPage) -> Course:
    rows = rows_of(page)
    reached, ahead = [row for row in rows if is_reached(row)], [row for row in rows if not is_reached(row)]
    agreed = [(days_moved(row), row) for row in ahead]
    moved = [(days, row) for days, row in agreed if days is not None and days > 0]
    return Course(
        reached=len(reached),
        reached_late=sum((days_moved(row) or 0) > 0 for row in reached),
        ahead=len(ahead),
        holding=sum(days is not None and days <= 0 for days, _ in agreed),
        slipping=len(moved),
        longest=max(moved, key=lambda pair: pair[0])[1] if moved else None,
    )
