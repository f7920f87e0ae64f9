"""
Where goals stand: what was attained, what is expected by now, which word follows from both. Pure.

What a measure has come to is its newest reading; of a KPI whose periods are added up, the sum since the goal began. Where
organisations contest a reading both of its ends are carried on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortio.kpis.attainment import Aim, How, Keep, Reach, Standing, Status, expected_progress, standing
from consortio.kpis.intervals import Interval, total
from consortio.kpis.measuring import Point
from consortio.plans.aimed import AimedItem

from .models import Direction
from .terms import GoalTerms


@dataclass(frozen=True, slots=True)
class Measured:
    """
    A goal by its readings.

    Attributes:
        actual: what it has come to by `as_of`; none without a reading since it began.
        expected: the value that lies on the way from baseline to target today; none of a band.
    """

    standing: Standing
    actual: Interval | None
    as_of: date | None
    expected: Decimal | None


def aim_of(terms: GoalTerms) -> Aim | None:
    """Return what is to be attained; none of a milestone."""
    if terms.direction == Direction.BAND and terms.band_low is not None and terms.band_high is not None:
        return Keep(terms.band_low, terms.band_high)
    if terms.baseline is not None and terms.target is not None:
        return Reach(terms.baseline, terms.target)
    return None


def measured(terms: GoalTerms, points: Sequence[Point], aggregation: str, on: date) -> Measured | None:
    """Return where a goal with a KPI stands on a day."""
    aim = aim_of(terms)
    if aim is None:
        return None
    own = counted(terms, points, aggregation)
    actual = own[-1].interval if own else None
    now = standing(actual, aim, start=terms.start_on, due=terms.due_on, on=on)
    return Measured(now, actual, own[-1].end_on if own else None, expected_value(terms, on))


def counted(terms: GoalTerms, points: Sequence[Point], aggregation: str) -> tuple[Point, ...]:
    """Return the points that tell of a goal: of added periods, their running total since it began."""
    if aggregation != How.SUM:
        return tuple(points)
    own = [point for point in points if point.end_on > terms.start_on]
    sums = [total([point.interval for point in own[: at + 1]]) for at in range(len(own))]
    return tuple(
        Point(point.start_on, point.end_on, found.low, found.high, point.state)
        for point, found in zip(own, sums, strict=True)
    )


def expected_value(terms: GoalTerms, on: date) -> Decimal | None:
    """Return the value that lies on the straight way from the baseline to the target on a day."""
    if terms.baseline is None or terms.target is None:
        return None
    done = expected_progress(on, terms.start_on, terms.due_on)
    return terms.baseline + (terms.target - terms.baseline) * done


@dataclass(frozen=True, slots=True)
class Finished:
    """A goal by the items that it waits for."""

    status: Status
    done: int
    of: int
    finish_on: date | None  # when the last of them is done, as the plan says


def finished(terms: GoalTerms, items: Sequence[AimedItem], on: date) -> Finished:
    """
    Return where a goal that waits for items stands on a day.

    On track is what the plan finishes in time, at risk what it does not; nothing is said where it waits for no item, or
    where an item has no dates.
    """
    there = [item for item in items if not item.is_withdrawn]
    done = sum(item.finished_on is not None for item in there)
    ends = [item.finished_on or item.finish_on for item in there]
    last = max((end for end in ends if end), default=None)
    if not there or (None in ends and done < len(there)):
        return Finished(Status.UNKNOWN, done, len(there), last)
    if done == len(there) and last:
        return Finished(Status.REACHED if last <= terms.due_on else Status.MISSED, done, len(there), last)
    if on > terms.due_on:
        return Finished(Status.MISSED, done, len(there), last)
    if on < terms.start_on and not done:
        return Finished(Status.NOT_BEGUN, done, len(there), last)
    is_in_time = last is not None and last <= terms.due_on
    return Finished(Status.ON_TRACK if is_in_time else Status.AT_RISK, done, len(there), last)
