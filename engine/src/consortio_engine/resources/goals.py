"""What a plan is measured by."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FF, FS, SS
from consortio_engine.resources.justify import Placed, makespan
from consortio_engine.resources.layout import ANY_TIME, Joint, Layout
from consortio_engine.resources.serial import ALONG, lagged

Ints = NDArray[np.int64]

Aim = Literal["dates", "finish", "lateness", "moved", "levelled"]
AIMS: tuple[Aim, ...] = get_args(Aim)


def aims_of(layout: Layout, objective: Sequence[Aim], *, stable: bool) -> tuple[Aim, ...]:
    """The objectives in their order: mandatory dates first, and moves last where there is an old plan to stay near."""
    has_dates = bool(((layout.latest != ANY_TIME) & ~layout.is_fixed).any() or bound_joints(layout))
    chosen: list[Aim] = ["dates"] if has_dates and "dates" not in objective else []
    chosen += objective
    if stable and "moved" not in chosen and (movable_old(layout)).any():
        chosen.append("moved")
    return tuple(chosen)


def movable_old(layout: Layout) -> NDArray[np.bool_]:
    """Which jobs move and have an old start. Shape (jobs,)."""
    result: NDArray[np.bool_] = (layout.old != -ANY_TIME) & ~layout.is_fixed
    return result


def bound_joints(layout: Layout) -> list[Joint]:
    """Links from movable to fixed jobs: a fixed job does not wait, so that these are dates to meet."""
    return [one for one in layout.joints if layout.is_fixed[one.successor] and not layout.is_fixed[one.predecessor]]


def measure(layout: Layout, placed: Placed, aim: Aim) -> int:
    """The plan's figure for that aim, in positions; less is better."""
    if aim == "finish":
        return makespan(placed)
    if aim == "dates":
        late = (placed.finish > layout.latest) & ~layout.is_fixed
        return int(late.sum()) + sum(broken_by(layout, placed, joint) > 0 for joint in bound_joints(layout))
    if aim == "lateness":
        late_by = np.where(layout.deadline == ANY_TIME, 0, np.maximum(placed.finish - layout.deadline, 0))
        return int((late_by * layout.weight)[~layout.is_fixed].sum())
    if aim == "moved":
        moved = np.abs(placed.start - layout.old)[movable_old(layout)]
        return int((moved * layout.weight[movable_old(layout)]).sum())
    return sum(peaks(layout, placed))


def broken_by(layout: Layout, placed: Placed, joint: Joint) -> int:
    """By how many positions a plan misses what the link asks; 0 where it obeys."""
    end = placed.finish if joint.type in (FS, FF) else placed.start
    own = placed.start if joint.type in (FS, SS) else placed.finish
    return max(asked_position(layout, joint, int(end[joint.predecessor])) - int(own[joint.successor]), 0)


def asked_position(layout: Layout, joint: Joint, x: int) -> int:
    """The position that a link asks for when its predecessor's end lies at x."""
    if joint.lag == 0 or joint.by == ALONG:
        return x + joint.lag
    frame = (layout.axis_number, layout.axis.origin, layout.axis.extent)
    return lagged(layout.lag_table.tolist(), frame, x, joint.lag, joint.by, joint.opens)


def peaks(layout: Layout, placed: Placed) -> list[int]:
    """The most units that movable jobs take at once, per renewable resource."""
    found = []
    for index, resource in enumerate(layout.problem.resources):
        if not resource.renewable:
            continue
        changes: dict[int, int] = {}
        for job, mode in enumerate(placed.modes):
            units = layout.problem.jobs[job].ways[mode].demand.get(index, 0)
            if units and not layout.is_fixed[job]:
                changes[int(placed.start[job])] = changes.get(int(placed.start[job]), 0) + units
                changes[int(placed.finish[job])] = changes.get(int(placed.finish[job]), 0) - units
        load = peak = 0
        for at in sorted(changes):
            load += changes[at]
            peak = max(peak, load)
        found.append(peak)
    return found
