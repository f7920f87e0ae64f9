"""Earned schedule: how late the work is in time instead of money."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from time import monotonic

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault
from consortio_engine.fingerprint import digest
from consortio_engine.results import Finding
from consortio_engine.value.rows import InvalidValue, is_measure, is_whole
from consortio_engine.version import VERSION


@dataclass(frozen=True, kw_only=True, eq=False)
class EarnedSchedule(Answer):
    """
    Times in periods of the plan.

    Attributes:
        at: the time that has passed (AT). earned: the time by which the plan was to have earned as much (ES).
        planned_duration: periods until all is planned to be earned (PD).
        variance: ES - AT: below 0 is late. spi: ES / AT; None at time 0.
        estimate: of the whole duration, PD / SPI(t) (IEAC(t)); None while nothing of the schedule has been earned.
        findings: `plan_stands_still` (the plan earns nothing around ES, so several times fit: the last is given; value: how
            many periods earlier it began to).
    """

    at: float
    earned: float
    planned_duration: int
    variance: float
    spi: float | None
    estimate: float | None
    findings: tuple[Finding, ...]


def earned_schedule(pv: Sequence[int], ev: int, at: float) -> EarnedSchedule:
    """
    Return when the plan was to have earned what has been earned.

    Args:
        pv: shape (periods,), cumulative planned value at the end of period 1, 2 and so on, minor units, never falling;
            the last one is above 0. See `planned_value`.
        ev: earned by now, minor units, 0 to the last planned value.
        at: periods that have passed, >= 0; parts of periods count.

    Raises:
        InvalidValue: with every fault.

    Source:
        Lipke (2003), Schedule is different. Cost: O(periods).
    """
    began = monotonic()
    if faults := _faults(pv, ev, at):
        raise InvalidValue(faults)
    curve = [0, *(int(value) for value in pv)]
    duration = curve.index(curve[-1])
    # The last end of a period by which no more than this was planned; behind the plan's end nothing is planned.
    c = max(period for period in range(duration + 1) if curve[period] <= ev)
    part = Fraction(ev - curve[c], curve[c + 1] - curve[c]) if c < duration else Fraction()
    earned, now = c + part, Fraction(at)
    still = c - curve.index(ev) if ev in curve[: c + 1] else 0
    return EarnedSchedule(
        status="ok",
        method="earned schedule",
        fingerprint=digest([VERSION, "earned schedule", curve, int(ev), float(at)]),
        elapsed=monotonic() - began,
        at=float(at),
        earned=float(earned),
        planned_duration=duration,
        variance=float(earned - now),
        spi=float(earned / now) if now else None,
        estimate=float(duration * now / earned) if now and earned else None,
        findings=(Finding("plan_stands_still", "warning", value=still),) if still else (),
    )


def _faults(pv: Sequence[int], ev: int, at: float) -> list[Fault]:
    faults = [
        Fault("pv", index, f"The planned value of period {index + 1} is {value!r}; it is whole and not below 0.")
        for index, value in enumerate(pv)
        if not (is_whole(value) and value >= 0)
    ]
    if not is_whole(ev) or ev < 0:
        faults.append(Fault("ev", -1, f"The earned value is {ev!r}; it is whole and not below 0."))
    if not (is_measure(at) and at >= 0):
        faults.append(Fault("at", -1, f"{at!r} periods have passed."))
    if faults:
        return faults
    for index, (before, after) in enumerate(pairwise(pv)):
        if after < before:
            faults.append(Fault("order", index + 1, f"The planned value falls to {after} in period {index + 2}."))
    if not len(pv) or pv[-1] == 0:
        faults.append(Fault("no_plan", -1, "Nothing is planned to be earned."))
    elif not faults and ev > pv[-1]:
        faults.append(Fault("ev", -1, f"{ev} has been earned; the whole plan is {pv[-1]}."))
    return faults
