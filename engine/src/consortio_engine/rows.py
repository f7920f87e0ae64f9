"""
The words a network is made of: kinds, constraints, links, tasks, projects.

Instants are whole minutes since 1970-01-01T00:00, local wall time of the plan. Durations and lags are whole working
minutes of their calendar. `None` in a row and `NONE` in an array mean that there is no such date.
"""

from dataclasses import dataclass
from enum import IntEnum

from consortio_engine.errors import Fault, InvalidNetwork

NONE = -(2**63)
ELAPSED = -2
DEFAULT = -1


class Kind(IntEnum):
    """
    What a task is.

    MILESTONE may stay at the end of a working period (Microsoft Project); the two others are Primavera's. SUMMARY is
    never scheduled: it shows what its children span. A LEVEL_OF_EFFORT lasts as long as its links say and a WBS_SUMMARY
    as long as the branch that it stands in; neither drives anything, and neither is critical.
    """

    TASK = 0
    MILESTONE = 1
    START_MILESTONE = 2
    FINISH_MILESTONE = 3
    SUMMARY = 4
    LEVEL_OF_EFFORT = 5
    WBS_SUMMARY = 6


class Constraint(IntEnum):
    """The numbers are Microsoft Project's; START_ON and FINISH_ON are Primavera's "start on" and "finish on"."""

    ASAP = 0
    ALAP = 1
    MUST_START_ON = 2
    MUST_FINISH_ON = 3
    START_NO_EARLIER = 4
    START_NO_LATER = 5
    FINISH_NO_EARLIER = 6
    FINISH_NO_LATER = 7
    START_ON = 8
    FINISH_ON = 9


class LinkType(IntEnum):
    """The numbers are Microsoft Project's; the first letter is the predecessor's side."""

    FF = 0
    FS = 1
    SF = 2
    SS = 3


@dataclass(kw_only=True, slots=True)  # never changed, but freezing thousands takes longer than to compute them
class Task:
    """
    One row of a network.

    Attributes:
        duration: working minutes at completion; plain minutes when `is_elapsed`.
        remaining: working minutes left. None: the duration, or 0 when finished.
        actual_duration: working minutes done. None: the work between actual start and data date, less suspension.
        calendar: index into the network's calendars, or ELAPSED for around the clock.
        project: index into the network's projects.
        parent: index of a task of kind SUMMARY, or -1.
        constraint2, constraint2_at: Primavera's secondary constraint.
        deadline: Microsoft Project's deadline: bounds the late finish only.
        expected_finish: Primavera's, used with `Options.use_expected_finish`.
        external_start, external_finish: bounds from links to projects that are not here (early start, late finish).
        suspended_at, resumed_at: Primavera's; the work between them is not counted as done.
        is_manual: dates are given in `manual_start` and `manual_finish`; the task drives others and is never moved.
        is_active: an inactive task is skipped, and so are its links.
        is_elapsed: the duration runs around the clock, while the start keeps to the calendar.
        delay: minutes around the clock by which Microsoft Project's levelling holds back a task without predecessors.
    """

    duration: int = 0
    remaining: int | None = None
    actual_duration: int | None = None
    calendar: int = 0
    project: int = 0
    parent: int = -1
    kind: Kind = Kind.TASK
    constraint: Constraint = Constraint.ASAP
    constraint_at: int | None = None
    constraint2: Constraint = Constraint.ASAP
    constraint2_at: int | None = None
    deadline: int | None = None
    expected_finish: int | None = None
    external_start: int | None = None
    external_finish: int | None = None
    actual_start: int | None = None
    actual_finish: int | None = None
    suspended_at: int | None = None
    resumed_at: int | None = None
    is_manual: bool = False
    manual_start: int | None = None
    manual_finish: int | None = None
    is_active: bool = True
    is_elapsed: bool = False
    delay: int = 0


@dataclass(kw_only=True, slots=True)
class Link:
    """
    One dependency.

    Attributes:
        predecessor, successor: indices of tasks.
        lag: working minutes of the lag calendar, negative for a lead. For one in per cent see `percent_lag`.
        lag_calendar: index of a calendar, ELAPSED for around the clock, DEFAULT for what the options say.
    """

    predecessor: int
    successor: int
    type: LinkType = LinkType.FS
    lag: int = 0
    lag_calendar: int = DEFAULT


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """
    The work of one resource on a task whose dates it decides: in msp a task that is not of fixed duration, in p6 one
    that is resource dependent. Such a task is as long as the assignment that takes longest; its own duration and
    remaining duration do not count.

    Attributes:
        task: index of a task of kind TASK.
        calendar: index of the calendar in which the resource works, or ELAPSED.
        work: working minutes at completion; with `units` 0.5 they take twice as long.
        remaining: working minutes left. None: the work.
        done: working minutes done. None: the work less what remains.
        units: the share of the resource's time that goes into the task, above 0.
        opening: index of the calendar in which the work can begin. None: the same calendar.
    """

    task: int
    calendar: int
    work: int
    remaining: int | None = None
    done: int | None = None
    units: float = 1.0
    opening: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """
    What the tasks of one project share.

    Attributes:
        start: the earliest start of tasks without predecessors.
        data_date: the instant up to which progress is known (p6); None: the start.
        must_finish_by: late finish of open ends (p6); None: the latest early finish of the project.
        calendar: for lags in the project's calendar.
    """

    start: int
    data_date: int | None = None
    must_finish_by: int | None = None
    calendar: int = 0


def percent_lag(duration: int, percent: float) -> int:
    """
    Return a lag that is a share of the predecessor's duration, in whole minutes (a half goes to the even one).

    Args:
        duration: of the predecessor, working minutes.
        percent: 50.0 is half of it; negative for a lead.

    Raises:
        InvalidNetwork: one of them is no finite number.

    Source:
        Microsoft Project's percentage lags: MSPDI, LagFormat 19.
    """
    try:
        return round(duration * percent / 100)
    except (TypeError, ValueError, OverflowError):
        text = f"A lag of {percent!r:.40} per cent of {duration!r:.40} minutes is no number of minutes."
        raise InvalidNetwork([Fault("link_percent", -1, text)]) from None
