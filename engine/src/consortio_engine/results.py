"""What a schedule is asked with, and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault, Faulty

if TYPE_CHECKING:
    from consortio_engine.trail import Trail

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Mode = Literal["msp", "p6"]
LagCalendar = Literal["predecessor", "successor", "project", "elapsed"]
Progress = Literal["retained", "override", "actual_dates"]

NEAR_CRITICAL_MINUTES = 10 * 480


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    How to schedule.

    Attributes:
        lag_calendar: for links with the DEFAULT lag calendar. None: the successor's in msp, the predecessor's in p6.
        progress: p6's. "override": once a task has started, its links from unfinished tasks no longer count.
            "actual_dates" is refused: no file at hand shows what it does.
        use_expected_finish: p6's option.
        total_float: the smaller of start and finish float, or one of them.
        critical_float: working minutes; total float up to this is critical.
        near_float: working minutes; total float above `critical_float` and up to this is near critical.
    """

    lag_calendar: LagCalendar | None = None
    progress: Progress = "retained"
    use_expected_finish: bool = False
    total_float: Literal["smaller", "start", "finish"] = "smaller"
    critical_float: int = 0
    near_float: int = NEAR_CRITICAL_MINUTES


class InvalidOptions(Faulty):
    """Options that are refused."""

    code = "options"


def check_options(options: Options) -> None:
    """Raise InvalidOptions with everything that cannot be computed."""
    faults = list(_option_faults(options))
    if faults:
        raise InvalidOptions(faults)


def _option_faults(options: Options) -> Iterator[Fault]:
    known = {
        "lag_calendar": (None, "predecessor", "successor", "project", "elapsed"),
        "progress": ("retained", "override"),
        "total_float": ("smaller", "start", "finish"),
    }
    for name, allowed in known.items():
        value = getattr(options, name)
        if value == "actual_dates":
            yield Fault("actual_dates", -1, "Progress by actual dates is not computed; ask for retained or override.")
        elif value not in allowed:
            yield Fault(name, -1, f"The option {name} is {value!r}; it may be one of {allowed}.")


class Finding(NamedTuple):
    """
    Something the reader of a schedule should know.

    Attributes:
        code: `negative_float` (value: the float), `link_broken` (a constraint holds the task earlier than a link asks;
            value: by how much work), `deadline_missed` (value: minutes around the clock); not computed as asked:
            `progress_override_in_msp` (what has started there keeps its dates anyway),
            `manual_without_dates`, `manual_in_p6` (scheduled by links), `summary_constraint`,
            `second_constraint_in_msp`, `summary_link_in_p6`, `summary_without_tasks` (ignored).
        severity: "error" (a wish of the plan cannot be met) or "warning" (not computed as asked).
        task: index of the task, -1: the whole network.
        value: a number for the message, minutes; 0 where there is none.
    """

    code: str
    severity: Literal["error", "warning"]
    task: int = -1
    value: int = 0


@dataclass(frozen=True, eq=False, kw_only=True)
class Schedule(Answer):
    """
    Dates of every task, in the order of the network; NONE where a task has none (inactive, or not computed).

    Attributes:
        start, finish: what to show: actual dates, else manual, else early (msp as-late-as-possible: late) dates;
            summaries span their children. Shape (tasks,), minutes since 1970, as all dates here.
        early_start, early_finish, late_start, late_finish: the passes. A finished p6 task has its early dates at the
            data date, for its successors' sake.
        remaining_start, remaining_finish: early dates of the work that is left; NONE when finished.
        total_float, free_float: working minutes of the task's calendar; 0 when finished, NONE without dates.
        critical: total float <= `Options.critical_float`, not finished. near_critical: the next ones.
        longest_path: on a driving path back from the project's latest early finish.
        driving: shape (links,): this link decides the early start of its successor.
        project_finish: shape (projects,): latest early finish; NONE for a project without tasks.
        findings: in the order of tasks.
        fingerprint: of network, options, mode and engine version.
        mode: "msp" or "p6". options: as asked.
        trail: what `reschedule` keeps for the next edit; None elsewhere.

    Arrays are shared between the schedules of successive edits: they are read, never written.
    """

    start: Ints
    finish: Ints
    early_start: Ints
    early_finish: Ints
    late_start: Ints
    late_finish: Ints
    remaining_start: Ints
    remaining_finish: Ints
    total_float: Ints
    free_float: Ints
    critical: Flags
    near_critical: Flags
    longest_path: Flags
    driving: Flags
    project_finish: Ints
    findings: tuple[Finding, ...]
    mode: Mode
    options: Options
    trail: "Trail | None" = field(default=None, repr=False)

    def equals(self, other: "Schedule") -> bool:
        """Whether both hold the same answers to the same question."""
        names = [item.name for item in fields(self) if item.name not in ("elapsed", "trail")]
        pairs = [(getattr(self, name), getattr(other, name)) for name in names]
        return all(np.array_equal(one, two) if isinstance(one, np.ndarray) else one == two for one, two in pairs)
