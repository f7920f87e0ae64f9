"""
Whether a plan keeps what it must, told minute by minute: obvious code that shares nothing with the search.

Cost: a step per working period of every job; written to be read, not to be fast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import Calendar, combine
from consortio_engine.resources.problem import Problem
from consortio_engine.resources.rows import Job, Mode
from consortio_engine.rows import DEFAULT, ELAPSED, NONE, Link, LinkType

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Violation:
    """One thing that a plan does not keep: a code, the job, link or resource concerned, and a sentence."""

    code: str
    index: int
    message: str


class Plan(Protocol):
    """Anything with start, finish and mode per job, such as a `Levelling`."""

    @property
    def start(self) -> Sequence[int] | Ints: ...
    @property
    def finish(self) -> Sequence[int] | Ints: ...
    @property
    def mode(self) -> Sequence[int] | Ints: ...


def verify(problem: Problem, plan: Plan) -> list[Violation]:
    """
    Return everything that the plan does not keep, jobs first, then links, then resources; empty when it is valid.

    Fixed jobs keep nothing but their dates: links to them are not checked, and where they alone take more than there
    is, that counts as what there is. Mandatory dates are wishes of the objective and not checked here.
    """
    if any(int(start) == NONE for start in plan.start):
        return [Violation("no_plan", -1, "The plan has jobs without dates.")]
    found = [fault for index in range(len(problem.jobs)) for fault in _job(problem, plan, index)]
    if found:
        return found  # without sound dates and modes the rest means nothing
    found += [fault for index, link in enumerate(problem.links) for fault in _link(problem, plan, index, link)]
    found += [fault for index in range(len(problem.resources)) for fault in _resource(problem, plan, index)]
    return found


def calendar_of(problem: Problem, job: Job, mode: Mode) -> Calendar | None:
    """What a job works by: its calendar and those of the resources it takes, together; None is around the clock."""
    numbers = {job.calendar} | {problem.resources[one].calendar for one, units in mode.demand.items() if units}
    made = None
    for number in sorted(numbers - {None, ELAPSED}, key=str):
        assert number is not None
        one = problem.calendars[number]
        made = one if made is None else combine(made, one)
    return made


def _job(problem: Problem, plan: Plan, index: int) -> list[Violation]:
    job, start, finish, chosen = problem.jobs[index], int(plan.start[index]), int(plan.finish[index]), plan.mode[index]
    if not 0 <= chosen < len(job.ways):
        return [Violation("mode", index, f"Job {index} has mode {chosen} of {len(job.ways)}.")]
    mode = job.ways[chosen]
    found = []
    if job.fixed_at is not None:
        if start != job.fixed_at or (job.fixed_finish is not None and finish != job.fixed_finish):
            found.append(Violation("fixed", index, f"Job {index} is fixed at {job.fixed_at} and starts at {start}."))
        return found
    earliest = problem.start if job.earliest is None else max(problem.start, job.earliest)
    calendar = calendar_of(problem, job, mode)
    if start < earliest and (mode.duration or _work(calendar, start, earliest)):
        found.append(Violation("earliest", index, f"Job {index} starts at {start}, before {earliest}."))
    if finish > problem.horizon:
        found.append(Violation("horizon", index, f"Job {index} ends at {finish}, after {problem.horizon}."))
    if mode.duration and not _works_at(calendar, start):
        found.append(Violation("calendar", index, f"Job {index} starts at {start}, when it does not work."))
    ends_at = start + mode.duration if calendar is None else calendar.add(start, mode.duration)
    if ends_at != finish:
        found.append(Violation("duration", index, f"Job {index} ends at {finish}; its work ends at {ends_at}."))
    return found


def _work(calendar: Calendar | None, t: int, u: int) -> int:
    return u - t if calendar is None else calendar.work_between(t, u)


def _works_at(calendar: Calendar | None, t: int) -> bool:
    return calendar is None or calendar.next_start(t) == t


def _link(problem: Problem, plan: Plan, index: int, link: Link) -> list[Violation]:
    after = problem.jobs[link.successor]
    if after.fixed_at is not None:
        return []
    kind = LinkType(link.type)
    begins = kind in (LinkType.SS, LinkType.SF)
    asked = int((plan.start if begins else plan.finish)[link.predecessor])
    if link.lag:
        number = after.calendar if link.lag_calendar == DEFAULT else link.lag_calendar
        asked = asked + link.lag if number == ELAPSED else problem.calendars[number].add(asked, link.lag)
    is_start = kind in (LinkType.FS, LinkType.SS)
    given = int((plan.start if is_start else plan.finish)[link.successor])
    mode = after.ways[plan.mode[link.successor]]
    missing = _work(calendar_of(problem, after, mode), given, asked) if given < asked else 0
    if missing > 0:
        names = f"{link.predecessor} to {link.successor} ({kind.name})"
        return [Violation("link", index, f"Link {index} from job {names} asks for {asked}; it has {given}.")]
    return []


def _resource(problem: Problem, plan: Plan, index: int) -> list[Violation]:
    resource = problem.resources[index]
    modes = [job.ways[mode] for job, mode in zip(problem.jobs, plan.mode, strict=True)]
    if not resource.renewable:
        used = sum(mode.demand.get(index, 0) for mode in modes)
        amount = resource.capacity if isinstance(resource.capacity, int) else 0
        if used > amount:
            text = f"Resource {index} ({resource.name}): {used} of {amount} units are used up."
            return [Violation("used_up", index, text)]
        return []
    changes = [(edge, 0, 0) for edge in _edges(problem, index)]  # (instant, units, units of movable jobs)
    for number, (job, mode) in enumerate(zip(problem.jobs, modes, strict=True)):
        units = mode.demand.get(index, 0)
        movable = units if job.fixed_at is None else 0
        if units:
            calendar = calendar_of(problem, job, mode)
            for begin, end in _working(calendar, int(plan.start[number]), int(plan.finish[number])):
                changes += [(begin, units, movable), (end, -units, -movable)]
    changes.sort()
    load = load_of_movable = 0
    for place, (at, units, movable) in enumerate(changes):
        load, load_of_movable = load + units, load_of_movable + movable
        is_last_of_instant = place + 1 == len(changes) or changes[place + 1][0] > at
        if is_last_of_instant and load_of_movable:
            free = max(_capacity(problem, index, at), load - load_of_movable)
            if load > free:
                text = f"Resource {index} ({resource.name}): {load} units are taken at {at}, there are {free}."
                return [Violation("capacity", index, text)]
    return []


def _working(calendar: Calendar | None, start: int, finish: int) -> list[tuple[int, int]]:
    if calendar is None:
        return [(start, finish)] if finish > start else []
    pairs = zip(calendar.start.tolist(), calendar.end.tolist(), strict=True)
    cut = [(max(begin, start), min(end, finish)) for begin, end in pairs if end > start and begin < finish]
    return [(begin, end) for begin, end in cut if end > begin]


def _edges(problem: Problem, index: int) -> list[int]:
    """Where capacity may fall: the beginning and the end of every band."""
    capacity = problem.resources[index].capacity
    if capacity is None or isinstance(capacity, int):
        return []
    return [edge for begin, end, _ in capacity for edge in (begin, end)]


def _capacity(problem: Problem, index: int, at: int) -> int:
    capacity = problem.resources[index].capacity
    if capacity is None or isinstance(capacity, int):
        return capacity or 0
    return sum(units or 0 for begin, end, units in capacity if begin <= at < end)
