"""
Why a task lies where it lies, and which chains of tasks come next.

`drivers` names what decides one task's start; `float_paths` the most critical chains towards a task or a project's end;
`float_bands` sorts tasks by their total float.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from consortio_engine.clock import add, next_start
from consortio_engine.codes import EARLY_START, FINISHED, NOT_STARTED, STARTED
from consortio_engine.cpm import fingerprint_of
from consortio_engine.errors import Fault, Faulty, HorizonExceeded
from consortio_engine.floats import arc_slacks, driving_arcs, work_of
from consortio_engine.network import Network
from consortio_engine.passes import Work, backward, forward_work
from consortio_engine.prepare import Frame, Web, frame_of, has_given_dates
from consortio_engine.results import Schedule
from consortio_engine.rows import NONE, Constraint, Kind
from consortio_engine.topology import Leaves

Ints = NDArray[np.int64]

FAR = 2**62

Reason = Literal[
    "link", "constraint", "manual", "actual_start", "external_start", "data_date", "project_start", "late_dates"
]


class InvalidQuestion(Faulty):
    """A question about a task that is not there or has no dates, or with a schedule of another network."""

    code = "question"


class Driver(NamedTuple):
    """
    One reason why a task starts when it starts.

    Attributes:
        reason: "link" (it waits for a predecessor), "constraint" (its own), "manual" (its dates are given),
            "actual_start" (it has started, and nothing moves what is left of it), "external_start", "data_date",
            "project_start" (nothing else holds it), "late_dates" (it is as late as possible).
        link: index of the link, of a summary above the task where it came from there; -1 without one.
        predecessor: index of the task waited for; -1 without one.
        at: the start that it asks for, minutes since 1970.
    """

    reason: Reason
    link: int
    predecessor: int
    at: int


@dataclass(frozen=True, eq=False)
class FloatPath:
    """
    A chain of tasks in which each link drives the next.

    Attributes:
        tasks: indices, the earliest first.
        slack: working minutes by which the chain can slip before it moves the task, or the project's end, asked about.
        into: the task of an earlier path that the chain leads to; -1: the end of the project, or the path of the task.
    """

    tasks: tuple[int, ...]
    slack: int
    into: int


def drivers(network: Network, schedule: Schedule, task: int) -> tuple[Driver, ...]:
    """
    Return everything that decides the early start of a task (of what is left of it, once started in p6).

    Args:
        network: the one that was scheduled.
        schedule: its schedule.
        task: index; for a summary, what drives its earliest tasks.

    Returns:
        Links first, in the order of links; never empty.

    Raises:
        InvalidQuestion: no such task, one without dates, or a schedule of another network.

    Cost:
        As both passes.
    """
    _check(network, schedule, [task])
    known = _Known(network, schedule)
    if network.kind[task] != Kind.SUMMARY:
        return tuple(known.drivers(task))
    leaves = Leaves(network).of(task)
    first = min(int(schedule.early_start[leaf]) for leaf in leaves)
    found = [one for leaf in leaves if schedule.early_start[leaf] == first for one in known.drivers(leaf)]
    return tuple(dict.fromkeys(found))


def float_paths(
    network: Network, schedule: Schedule, task: int | None = None, *, project: int = 0, count: int = 10
) -> tuple[FloatPath, ...]:
    """
    Return the chains of tasks that lead to a task, or to the end of a project, the most critical first.

    The first path drives. Every further one begins at the task with the least slack that is on no path yet, and follows
    driving links back for as long as these lead to tasks on no path; equal slacks: the later finish, then the index.
    A finished task is on no path.

    Args:
        task: where the chains lead; None: the end of the project.
        project: the one whose end is meant.
        count: how many paths, at least 1.

    Raises:
        InvalidQuestion: no such task or project, a task without dates, a schedule of another network, no count.

    Cost:
        As both passes, and linear in links.

    Source:
        The multiple float paths of Primavera P6, by free float of relationships.
    """
    _check(network, schedule, [] if task is None else [task], project=project, count=count)
    known = _Known(network, schedule)
    slack, following = known.slacks(task, project)
    return tuple(known.chains(slack, following, count))


def float_bands(schedule: Schedule, limits: Sequence[int]) -> Ints:
    """
    Return which band of total float each task lies in: 0 up to the first limit, and so on.

    Args:
        schedule: any.
        limits: working minutes, rising: (0, 2400, 4800) is critical, a week, a fortnight of five days of eight hours.

    Returns:
        Shape (tasks,); len(limits) above the last limit, -1 for tasks without dates and finished ones.

    Raises:
        InvalidQuestion: limits that do not rise.
    """
    if any(later <= earlier for earlier, later in zip(limits, limits[1:], strict=False)):
        raise InvalidQuestion([Fault("limits", -1, f"The limits {tuple(limits)} do not rise.")])
    is_open = (schedule.total_float != NONE) & (schedule.remaining_start != NONE)
    bands = np.searchsorted(np.array(limits, dtype=np.int64), schedule.total_float, side="left")
    return np.where(is_open, bands, -1).astype(np.int64)


def _check(network: Network, schedule: Schedule, tasks: list[int], *, project: int = 0, count: int = 1) -> None:
    faults = []
    if schedule.fingerprint != fingerprint_of(network, schedule.mode, schedule.options):
        faults.append(Fault("other_network", -1, "The schedule is not one of this network."))
    elif not 0 <= project < len(network.projects):
        faults.append(Fault("unknown_project", project, f"There is no project {project}."))
    for task in tasks:
        if not 0 <= task < network.task_count:
            faults.append(Fault("unknown_task", task, f"There is no task {task}; there are {network.task_count}."))
        elif not faults and (schedule.early_start[task] == NONE or network.kind[task] > Kind.SUMMARY):
            faults.append(Fault("undated_task", task, f"Task {task} has no dates by links."))
    if count < 1:
        faults.append(Fault("count", -1, f"{count} paths were asked for; ask for one at least."))
    if faults:
        raise InvalidQuestion(faults)


class _Known:
    """The arcs of a schedule and what they asked, found again."""

    def __init__(self, network: Network, schedule: Schedule) -> None:
        self.network, self.schedule = network, schedule
        self.frame: Frame = frame_of(network, schedule.mode, schedule.options, "plain")
        self.work: Work = forward_work(network, self.frame, schedule.mode, schedule.options, "plain")
        self.web: Web = self.work.web
        backward(network, self.frame, self.work, schedule.mode)  # moves what is as late as possible
        self.asked, self.early_start = self.work.asked(), self.work.column(EARLY_START)

    def drivers(self, task: int) -> Iterator[Driver]:
        """The drivers of a task that is no summary."""
        network, mode = self.network, self.schedule.mode
        start = int(self.early_start[task])
        if mode == "msp":
            if has_given_dates(network)[task]:
                yield Driver("manual", -1, -1, int(network.manual_start[task]))
                return
            if self.frame.state[task] != NOT_STARTED:
                yield Driver("actual_start", -1, -1, int(network.actual_start[task]))
                return
        found = [*self._links(task, start), *self._own(task, start)]
        if network.constraint[task] == Constraint.ALAP and self.frame.state[task] == NOT_STARTED:
            found = [Driver("late_dates", -1, -1, int(self.schedule.start[task]))]
        yield from found or [self._opening(task, start)]

    def _links(self, task: int, start: int) -> Iterator[Driver]:
        web = self.web
        low, high = web.incoming_at[task], web.incoming_at[task + 1]
        driving = driving_arcs(self.frame, web, self.asked, self.early_start)
        for at in range(low, high):
            arc = web.incoming[at]
            if driving[at]:
                yield Driver("link", int(web.arcs.origin[arc]), int(web.arcs.predecessor[arc]), int(self.asked[at]))

    def _own(self, task: int, start: int) -> Iterator[Driver]:
        """The task's constraint and external bound, where they ask for this very start."""
        network, c = self.network, int(self.frame.calendar[task])
        rule, date = int(network.constraint[task]), int(network.constraint_at[task])
        if rule > Constraint.ALAP and self.frame.state[task] == NOT_STARTED:
            if rule in (
                Constraint.FINISH_NO_EARLIER,
                Constraint.FINISH_NO_LATER,
                Constraint.MUST_FINISH_ON,
                Constraint.FINISH_ON,
            ):
                date = add(self.frame.numbers, c, date, -int(network.duration[task]))
            if start in (date, self._resting(c, date)):
                yield Driver("constraint", -1, -1, start)
        if self.schedule.mode == "p6" and network.external_start[task] == start:
            yield Driver("external_start", -1, -1, start)

    def _resting(self, c: int, t: int) -> int:
        try:
            return next_start(self.frame.numbers, c, t)
        except HorizonExceeded:
            return t

    def _opening(self, task: int, start: int) -> Driver:
        data_date, opening = int(self.frame.data_date[task]), int(self.frame.project_start[task])
        if self.schedule.mode == "msp" or opening > data_date:
            return Driver("project_start", -1, -1, opening)
        if self.frame.state[task] != NOT_STARTED and start > self._resting(int(self.frame.calendar[task]), data_date):
            return Driver("actual_start", -1, -1, int(self.network.actual_start[task]))
        return Driver("data_date" if data_date > opening else "project_start", -1, -1, data_date)

    def slacks(self, target: int | None, project: int) -> tuple[Ints, Ints]:
        """
        Working minutes that each task can slip before the target moves, FAR where it leads nowhere near; and the task
        that follows on the most critical way, -1 at the end.
        """
        network, web = self.network, self.web
        slack = np.full(network.task_count, FAR, dtype=np.int64)
        following = np.full(network.task_count, -1, dtype=np.int64)
        if target is None:
            end = int(self.schedule.project_finish[project])
            own = web.order[network.project[web.order] == project]
            ends = np.full(len(own), end, dtype=np.int64)
            c = self.frame.calendar[own]
            reach = work_of(self.frame.table, c, ends) - work_of(self.frame.table, c, self.schedule.early_finish[own])
            slack[own] = np.maximum(reach, 0)
        else:
            for leaf in Leaves(network).of(target):
                slack[leaf] = 0
        early = [self.schedule.early_start, self.schedule.early_finish]
        every = np.arange(len(web.outgoing), dtype=np.int64)
        each = arc_slacks(network, self.frame, web, early, self.schedule.mode, every)
        is_moved = self.frame.state < (STARTED if self.schedule.mode == "msp" else FINISHED)
        if self.schedule.mode == "msp":
            is_moved &= ~has_given_dates(network)
        for task in web.order[::-1].tolist():
            for at in range(web.outgoing_at[task], web.outgoing_at[task + 1]):
                other = int(web.arcs.successor[web.outgoing[at]])
                total = int(slack[other]) + max(int(each[at]), 0)
                is_nearer = total < slack[task] or (total == slack[task] and following[task] < 0)
                if is_moved[other] and slack[other] < FAR and is_nearer:
                    slack[task], following[task] = total, other
        return slack, following

    def chains(self, slack: Ints, following: Ints, count: int) -> Iterator[FloatPath]:
        """Tasks by their slack, each taken back along what drives it."""
        finish = self.schedule.early_finish
        is_open = (slack < FAR) & (self.schedule.remaining_start != NONE)
        order = [task for task in np.lexsort((np.arange(len(slack)), -finish, slack)).tolist() if is_open[task]]
        before: dict[int, list[int]] = {}
        for task in reversed(order):
            before.setdefault(int(following[task]), []).append(task)
        taken: set[int] = set()
        for task in order:
            if task in taken:
                continue
            if count == 0:
                return
            count -= 1
            chain = [task]
            taken.add(task)
            while nearest := [
                one for one in before.get(chain[-1], ()) if one not in taken and slack[one] == slack[task]
            ]:
                chain.append(nearest[-1])
                taken.add(nearest[-1])
            yield FloatPath(tuple(reversed(chain)), int(slack[task]), int(following[task]))
