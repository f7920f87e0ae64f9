"""
How far a goal is, whether that is as far as expected by now, and how goals add up.

Everything is computed over intervals: where organisations differ, the attainment is a range, and what is said of it
holds for both of its ends. What is not read is missing, never zero.

Source of attainment, expected progress and the limits of health: docs/kpis.md, "Attainment" and "Status".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from .intervals import Interval, greatest, least, mean, total, weighted_mean
from .periods import Period

ZERO, ONE = Interval.exact(0), Interval.exact(1)
ATTAINMENT_MAX = Decimal("1.2")
ON_TRACK_FROM = Decimal("0.95")
BEHIND_FROM = Decimal("0.85")
HEALTH_PLACES = 12  # that thirds were rounded must not decide


class AimRefused(ValueError):
    """A goal cannot be measured as it is stated; the message says why, for people."""


class TargetIsBaseline(AimRefused):
    """Target and baseline are equal: there is no way to go."""


class BandWithoutWidth(AimRefused):
    """A band that does not reach from a lower to a higher value."""


class DueBeforeStart(AimRefused):
    """A goal is due on the day it starts, or before."""


class WeightNotPositive(ValueError):
    """A goal weighs nothing, or less."""


@dataclass(frozen=True, slots=True)
class Reach:
    """
    Come from a baseline to a target, which may lie above or below it; both in the KPI's unit.

    Raises:
        TargetIsBaseline, NotAValue.
    """

    baseline: Decimal
    target: Decimal

    def __post_init__(self) -> None:
        if Interval.exact(self.baseline) == Interval.exact(self.target):
            raise TargetIsBaseline(_("Target and baseline are the same. A value to hold is a band around it."))


@dataclass(frozen=True, slots=True)
class Keep:
    """
    Stay within a band, both ends included; in the KPI's unit.

    Raises:
        BandWithoutWidth, NotAValue.
    """

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if Interval.exact(self.low).low >= Interval.exact(self.high).high:
            raise BandWithoutWidth(_("A band reaches from a lower value to a higher one."))


Aim: TypeAlias = Reach | Keep


class Status(StrEnum):
    NOT_BEGUN = "not begun"
    UNKNOWN = "unknown"
    ON_TRACK = "on track"
    BEHIND = "behind"
    AT_RISK = "at risk"
    REACHED = "reached"
    MISSED = "missed"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Where a goal stands on a day.

    Attributes:
        attainment: 0 to 1.2; None when nothing is read.
        expected: 0 to 1, as of the day.
        health: attainment / expected; None when nothing is read or nothing is expected yet.
    """

    status: Status
    attainment: Interval | None
    expected: Decimal
    health: Interval | None


class How(StrEnum):
    LAST = "last"
    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """
    What several periods come to.

    Attributes:
        value: None when no period is read.
        rests_on: the periods whose readings are in it, in their order.
        missing: the periods that are not read and should be in it; of the last one, those after it.
    """

    value: Interval | None
    rests_on: tuple[Period, ...]
    missing: tuple[Period, ...]

    @property
    def is_partial(self) -> bool:
        return bool(self.missing)


@dataclass(frozen=True, slots=True)
class Weighted:
    """
    One goal in a roll-up.

    Args:
        weight: > 0.
        attainment: None when it is missing.

    Raises:
        WeightNotPositive, NotAValue.
    """

    weight: Decimal
    attainment: Interval | None

    def __post_init__(self) -> None:
        if Interval.exact(self.weight).low <= 0:
            raise WeightNotPositive(_("A weight is above zero."))


@dataclass(frozen=True, slots=True)
class RollUp:
    """
    What several goals come to.

    Attributes:
        known: the weighted mean of those that are read; None when none is.
        band: `known`, reaching on to where it would be if all missing ones were at 0, or at 1.
        coverage: the weight of those that are read, 0 to 1 of all weights.
    """

    known: Interval | None
    band: Interval
    coverage: Decimal


def attainment(actual: Interval, aim: Aim) -> Interval:
    """
    Return how much of the way is done: 0 to 1.2 of a target, 0 to 1 of a band.

    Of a target, (actual - baseline) / (target - baseline), clamped; the same for values that should fall. Of a band, 1
    inside, and outside 1 less the distance to its nearer end in widths of the band, at least 0: a value one width
    outside has attained nothing.

    Raises:
        TooLarge: the values lie beyond what is computed with.

    Source:
        Outside of a band, the linear two-sided desirability of Derringer and Suich (1980), Simultaneous Optimization of
        Several Response Variables, Journal of Quality Technology 12, with ramps as wide as the band.
    """
    if isinstance(aim, Keep):
        return _attained_of_band(actual, aim)
    baseline, target = Interval.exact(aim.baseline), Interval.exact(aim.target)
    return _clamped((actual - baseline) / (target - baseline), ATTAINMENT_MAX)


def _attained_of_band(actual: Interval, aim: Keep) -> Interval:
    low, high = Interval.exact(aim.low), Interval.exact(aim.high)
    outside = greatest([low - actual, actual - high, ZERO])
    return _clamped(ONE - outside / (high - low), Decimal(1))


def _clamped(value: Interval, most: Decimal) -> Interval:
    return least([greatest([value, ZERO]), Interval.exact(most)])


def expected_progress(on: date, start: date, due: date) -> Decimal:
    """
    Return how much of the way should be done on a day, linear from 0 at `start` to 1 at `due`.

    Raises:
        DueBeforeStart.
    """
    if due <= start:
        raise DueBeforeStart(_("A goal is due after the day it starts."))
    done = Interval.exact((min(max(on, start), due) - start).days)
    return (done / Interval.exact((due - start).days)).low


def standing(actual: Interval | None, aim: Aim, *, start: date, due: date, on: date) -> Standing:
    """
    Return where a goal stands on a day.

    Before `start` it has not begun, and without a reading nothing is known. Until `due`, that day included, its health
    tells: from 0.95 on track, from 0.85 behind, below at risk; on the first day nothing is expected, and all is on
    track. After `due` it is reached, from an attainment of 1, or missed. A band is to be kept from the first day on:
    its expected progress is 1. Where the two ends of a range would be told differently, the goal is contested.

    Raises:
        DueBeforeStart, TooLarge.
    """
    expected = expected_progress(on, start, due)
    if isinstance(aim, Keep) and on >= start:
        expected = Decimal(1)
    attained = None if actual is None else attainment(actual, aim)
    health = attained / Interval.exact(expected) if attained is not None and expected else None
    if on < start:
        return Standing(Status.NOT_BEGUN, attained, expected, health)
    if attained is None:
        return Standing(Status.UNKNOWN, None, expected, None)
    if on > due:
        status = _agreed(_status_at_end(attained.low), _status_at_end(attained.high))
    elif health is None:
        status = Status.ON_TRACK
    else:
        status = _agreed(_status_of(health.low), _status_of(health.high))
    return Standing(status, attained, expected, health)


def _agreed(one: Status, other: Status) -> Status:
    return one if one == other else Status.CONTESTED


def _status_at_end(attained: Decimal) -> Status:
    return Status.REACHED if attained >= 1 else Status.MISSED


def _status_of(health: Decimal) -> Status:
    health = round(health, HEALTH_PLACES)
    if health >= ON_TRACK_FROM:
        return Status.ON_TRACK
    return Status.BEHIND if health >= BEHIND_FROM else Status.AT_RISK


STATUS_WORDS = {
    Status.NOT_BEGUN: _lazy("Not begun"),
    Status.UNKNOWN: _lazy("No reading yet"),
    Status.ON_TRACK: _lazy("On track"),
    Status.BEHIND: _lazy("Behind"),
    Status.AT_RISK: _lazy("At risk"),
    Status.REACHED: _lazy("Reached"),
    Status.MISSED: _lazy("Missed"),
    Status.CONTESTED: _lazy("Contested"),
}


def status_words(status: Status) -> str:
    return str(STATUS_WORDS[status])


def aggregate(values: Mapping[Period, Interval | None], how: How) -> Aggregate:
    """
    Return what the readings of several periods come to.

    A sum or a mean is that of the periods that are read, and names the others; it never counts them as zero.

    Args:
        values: every period of the span, in any order -> its reading, None where there is none.

    Raises:
        TooLarge.
    """
    periods = sorted(values)
    read = [period for period in periods if values[period] is not None]
    missing = [period for period in periods if values[period] is None]
    if how == How.LAST and read:
        read = read[-1:]
        missing = [period for period in missing if period > read[0]]
    found = [value for period in read if (value := values[period]) is not None]
    combine = mean if how == How.MEAN else total
    return Aggregate(combine(found) if found else None, tuple(read), tuple(missing))


def roll_up(goals: Sequence[Weighted]) -> RollUp:
    """
    Return the weighted mean of goals, with the band that missing ones leave open.

    A further missing goal never narrows the band, and a range of one goal stays in it as wide as the goal weighs. A
    known mean above 1 stays the top of the band.

    Args:
        goals: in any order. Of none, nothing is known, and the band is 0 to 1.

    Source:
        The band of a composite score with missing dimensions, docs/kpis.md, "Several goals".
    """
    known = [(goal.attainment, goal.weight) for goal in goals if goal.attainment is not None]
    missing = [goal.weight for goal in goals if goal.attainment is None]
    if not known:
        return RollUp(None, Interval(Decimal(0), Decimal(1)), Decimal(0))
    of_known = weighted_mean(known)
    worst, best = (weighted_mean([*known, *((end, weight) for weight in missing)]) for end in (ZERO, ONE))
    coverage = weighted_mean([(ONE, weight) for _attained, weight in known] + [(ZERO, weight) for weight in missing])
    band = Interval(min(of_known.low, worst.low), max(of_known.high, best.high))
    return RollUp(of_known, band, coverage.low)
