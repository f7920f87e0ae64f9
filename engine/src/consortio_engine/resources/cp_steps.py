"""The solver's steps: how coarse time may be, and functions of time as pieces."""

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import Calendar
from consortio_engine.resources.calendar_table import Axis
from consortio_engine.resources.layout import ANY_TIME, Joint, Layout
from consortio_engine.resources.serial import ALONG
from consortio_engine.rows import ELAPSED

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

STEPS_MAX = 20_000


@dataclass(frozen=True)
class Steps:
    """
    The solver's unit of time.

    Attributes:
        size: positions per step. count: steps up to the last position.
        is_exact: every date of a best plan lies on a step; otherwise durations, lags and gaps are rounded up.
    """

    size: int
    count: int
    is_exact: bool

    @classmethod
    def of(cls, layout: Layout, end: int) -> "Steps":
        """The coarsest steps that lose nothing up to that position, or STEPS_MAX of them."""
        size = _common_divisor(layout, end)
        old = [int(x) for x in layout.old if x != -ANY_TIME]
        with_old = gcd(size, *old)
        if end <= with_old * STEPS_MAX:
            size = with_old
        if end <= size * STEPS_MAX:
            return cls(size, -(-end // size), True)
        size *= -(-end // (size * STEPS_MAX))
        return cls(size, -(-end // size), False)

    def up(self, x: int) -> int:
        """The first step at or after a position."""
        return -(-x // self.size)

    def up_each(self, x: Ints) -> Ints:
        """`up` for an array."""
        result: Ints = -(-x // self.size)
        return result


def _common_divisor(layout: Layout, end: int) -> int:
    movable = [ways for ways, fixed in zip(layout.ways, layout.is_fixed.tolist(), strict=True) if not fixed]
    values = [way.span for ways in movable for way in ways]
    values += [joint.lag for joint in layout.joints]
    values += [x for x in layout.release[~layout.is_fixed].tolist() if x < end]
    for joint in layout.joints:
        for job in (joint.predecessor, joint.successor):
            if layout.is_fixed[job]:
                values += [int(layout.fixed_start[job]), int(layout.fixed_finish[job])]
    edges = [room.begins for room in layout.rooms] + [
        side for part in layout.axis.parts for side in (part.start, part.end)
    ]
    if edges:
        inside = np.unique(np.concatenate(edges))
        inside = inside[(inside > 0) & (inside < end)]
        if len(inside):
            values.append(int(np.gcd.reduce(inside)))
    return max(gcd(*values), 1) if values else 1


@dataclass(frozen=True, eq=False)
class Piece:
    """A stretch of steps first..last on which a function is step + shift, or, without a shift, that one value."""

    first: int
    last: int
    shift: int | None
    value: int


def pieces_of(values: Ints, valid: Flags) -> list[Piece]:
    """
    Cut a function into stretches on which it rises by one per step, or not at all.

    Args:
        values, valid: (steps,), its value at every step, and where it has one.
    """
    rise = np.diff(values)
    is_smooth = valid[:-1] & valid[1:] & ((rise == 0) | (rise == 1))
    cut = ~is_smooth
    cut[1:] |= is_smooth[1:] & is_smooth[:-1] & (rise[1:] != rise[:-1])
    firsts, lasts = np.append(0, np.flatnonzero(cut) + 1), np.append(np.flatnonzero(cut), len(values) - 1)
    found = []
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        if valid[first]:
            value = int(values[first])
            is_flat = last > first and rise[first] == 0
            found.append(Piece(first, last, None if is_flat else value - first, value))
    return found


def stretches(layout: Layout) -> int:
    """About how many pieces the finishes of all jobs have up to the horizon."""
    periods = [len(part.start) for part in layout.axis.parts]
    return sum(2 * periods[way.by] for ways in layout.ways for way in ways if way.by >= 0)


def finishes(part: Calendar, span: int, steps: Steps, first: int) -> tuple[Ints, Flags]:
    """
    Per step, the step at which a job that starts there ends.

    Valid from the step `first` on, where its calendar works and it ends within the steps.
    """
    x = np.arange(steps.count + 1, dtype=np.int64) * steps.size
    inside = np.minimum(x, part.last)
    work = part.work_each(inside)
    at = np.searchsorted(part.end, inside, side="right")
    works = np.append(part.start, 2**62)[at] <= inside
    target = work + span
    valid = works & (x < part.last) & (target <= part.total)
    result = part.finish_at_each(np.where(valid, target, max(min(span, part.total), 1))) if part.total else x
    ends = steps.up_each(result)
    valid &= ends <= steps.count
    valid[:first] = False
    return ends, valid


def asked_steps(layout: Layout, joint: Joint, steps: Steps) -> tuple[Ints, Flags]:
    """Per step at which the predecessor's end lies, the position that the link asks for, before rounding."""
    x = np.arange(steps.count + 1, dtype=np.int64) * steps.size
    if joint.lag == 0 or joint.by == ALONG:
        return x + joint.lag, np.ones(len(x), dtype=bool)
    return lagged_each(layout.axis, lag_calendar(layout, joint), joint, x)


def lag_calendar(layout: Layout, joint: Joint) -> Calendar | None:
    """The calendar of a link's lag; None is around the clock."""
    return None if joint.by == ELAPSED else layout.lag_calendars[joint.by]


def lagged_each(axis: Axis, by: Calendar | None, joint: Joint, x: Ints) -> tuple[Ints, Flags]:
    """`serial.lagged` for an array, and where the answer lies within the calendars."""
    inside = np.minimum(x, axis.extent)
    if axis.calendar is None:
        t = inside + axis.origin
    else:
        work = inside + axis.origin
        from_start = (work <= 0) | (x <= joint.opens)
        ends = axis.calendar.finish_at_each(np.maximum(work, 1))
        begins = axis.calendar.start_at_each(np.minimum(work, axis.calendar.total - 1))
        t = np.where(from_start & (work < axis.calendar.total), begins, ends)
    valid = np.ones(len(x), dtype=bool)
    if by is None:
        t = t + joint.lag
    else:
        target = by.work_each(np.clip(t, by.first, by.last)) + joint.lag
        valid = (target > 0) & (target < by.total)
        t = by.add_each(np.clip(t, by.first, by.last), np.where(valid, joint.lag, 0))
    return axis.position_each(t), valid


def prev_finishes(part: Calendar, x: Ints) -> Ints:
    """Per position, the end of the part's last work before it; 0 where there is none."""
    work = part.work_each(np.clip(x, 0, part.last))
    result: Ints = np.where(work > 0, part.finish_at_each(np.maximum(work, 1)), 0)
    return result
