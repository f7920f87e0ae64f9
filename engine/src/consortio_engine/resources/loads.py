"""What a plan takes of every resource over time, beside what there is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.resources.calendar_table import Workdays
from consortio_engine.resources.problem import Problem
from consortio_engine.resources.profiles import capacity_steps, spans_between
from consortio_engine.resources.rows import Job
from consortio_engine.rows import NONE

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Load:
    """
    Load and capacity of one renewable resource as steps.

    Attributes:
        resource, name: which.
        at: (steps,), instants at which load or capacity changes, ascending; the last step has no end and no load.
        load, capacity: (steps,), units from that instant on. A job loads only while it works. Capacity is that of the
            resource; breaks of its calendar are not cut out.
    """

    resource: int
    name: str
    at: Ints
    load: Ints
    capacity: Ints

    @property
    def over(self) -> Ints:
        """Units by which load exceeds capacity, 0 where it does not; shape (steps,)."""
        missing: Ints = np.maximum(self.load - self.capacity, 0)
        return missing


def load(problem: Problem, starts: Sequence[int] | Ints, modes: Sequence[int] | Ints | None = None) -> tuple[Load, ...]:
    """
    Return load and capacity of every renewable resource over time, for a picture before and after.

    Args:
        starts: (jobs,), minutes since 1970, of any plan, valid or not; NONE for a job that takes nothing.
        modes: (jobs,), None: each job's first.

    Raises:
        HorizonExceeded: a job ends outside of its calendar.

    Cost:
        A step per working period of every job that takes something.
    """
    chosen = [0] * len(problem.jobs) if modes is None else [int(mode) for mode in modes]
    workdays = Workdays(problem)
    found = []
    for index, resource in enumerate(problem.resources):
        if not resource.renewable:
            continue
        begins, units = capacity_steps(resource, problem.start, problem.horizon)
        changes: dict[int, int] = {}
        for job, start, mode in zip(problem.jobs, starts, chosen, strict=True):
            taken = job.ways[mode].demand.get(index, 0)
            if taken and int(start) != NONE:
                for begin, end in _worked(problem, workdays, job, int(start), mode):
                    changes[begin] = changes.get(begin, 0) + taken
                    changes[end] = changes.get(end, 0) - taken
        found.append(_steps(index, resource.name, begins, units, changes))
    return tuple(found)


def _worked(problem: Problem, workdays: Workdays, job: Job, start: int, mode: int) -> list[tuple[int, int]]:
    calendar, span = workdays.of(job, job.ways[mode]), job.ways[mode].duration
    if start == job.fixed_at and job.fixed_finish is not None:
        return spans_between(calendar, start, job.fixed_finish)
    finish = start + span if calendar is None else calendar.add(start, span)
    return spans_between(calendar, start, finish)


def _steps(index: int, name: str, begins: list[int], units: list[int], changes: dict[int, int]) -> Load:
    at = np.array(sorted({*begins, *changes}), dtype=np.int64)
    load_then = np.cumsum([changes.get(instant, 0) for instant in at.tolist()]).astype(np.int64)
    capacity = np.array(units, dtype=np.int64)[np.maximum(np.searchsorted(begins, at, side="right") - 1, 0)]
    kept = np.ones(len(at), dtype=bool)
    kept[1:] = (load_then[1:] != load_then[:-1]) | (capacity[1:] != capacity[:-1])
    return Load(index, name, at[kept], load_then[kept], capacity[kept])
