"""A levelling problem from a plan: a network, its schedule, and who works on what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from consortio_engine.calendar import Calendar
from consortio_engine.errors import Fault
from consortio_engine.network import Network
from consortio_engine.resources.problem import InvalidProblem, Problem
from consortio_engine.resources.rows import Assignment, Job, Mode, Resource
from consortio_engine.resources.wording import Finding
from consortio_engine.results import Schedule
from consortio_engine.rows import DEFAULT, ELAPSED, NONE, Constraint, Link, LinkType
from consortio_engine.topology import Arcs, plain_arcs, scheduled_tasks, summary_links, with_summary_arcs

NAILED = (Constraint.MUST_START_ON, Constraint.MUST_FINISH_ON)
NO_EARLIER = (Constraint.START_NO_EARLIER, Constraint.START_ON)
FINISH_NO_EARLIER = (Constraint.FINISH_NO_EARLIER, Constraint.FINISH_ON)
NO_LATER = (Constraint.START_NO_LATER, Constraint.START_ON)
FINISH_NO_LATER = (Constraint.FINISH_NO_LATER, Constraint.FINISH_ON)


def problem_of(
    network: Network,
    schedule: Schedule,
    assignments: Sequence[Assignment],
    resources: Sequence[Resource],
    *,
    modes: Mapping[int, Sequence[Mode]] | None = None,
    weights: Mapping[int, int] | None = None,
    horizon: int | None = None,
    freeze_until: int | None = None,
) -> Problem:
    """
    Return what is to be levelled in a plan.

    Every scheduled task becomes a job, in the order of tasks; `Job.task` tells which. What has started or finished,
    has dates by hand or must start or finish on a date stays as the schedule has it, with its units. The rest moves from
    the data date of its project on, and its start in the schedule is its old start. Start and finish "no later than" are
    mandatory dates (`Job.latest`), "no earlier than" moves nothing before. Links on summaries act on their tasks.

    Args:
        schedule: of this network, with dates.
        assignments: units of tasks; several on one task and resource add up. Those of summaries, level of effort and
            inactive tasks take nothing, and a finding says so.
        modes: by task, ways to do it instead of its own duration and assignments; what stays has the first.
        weights: by task, 1 for the others.
        horizon: as for `Problem.build`.

    Raises:
        InvalidProblem: an assignment names no task or resource, or has negative units; else as `Problem.build`.

    Cost:
        Linear in tasks, links and assignments; a link between two summaries becomes leaves × leaves links.
    """
    faults = [*_assignment_faults(network, assignments, resources)]
    if faults:
        raise InvalidProblem(faults)
    has_job = scheduled_tasks(network) & (schedule.start != NONE)
    tasks = np.flatnonzero(has_job).tolist()
    number = {task: job for job, task in enumerate(tasks)}
    demand: dict[int, dict[int, int]] = {task: {} for task in tasks}
    notes = []
    for assignment in assignments:
        if assignment.task in number:
            of_task = demand[assignment.task]
            of_task[assignment.resource] = of_task.get(assignment.resource, 0) + assignment.units
        else:
            notes.append(Finding("takes_nothing", "warning", resource=assignment.resource, value=assignment.task))
    for task in tasks:
        if network.constraint[task] == Constraint.ALAP:
            notes.append(Finding("as_soon_as_possible", "warning", number[task]))
    data_dates = [project.start if project.data_date is None else project.data_date for project in network.projects]
    start = min(data_dates)
    return Problem.build(
        [
            replace(
                _job(network, schedule, task, demand[task], data_dates),
                modes=tuple((modes or {}).get(task, ())),
                weight=(weights or {}).get(task, 1),
            )
            for task in tasks
        ],
        [*_links(network, schedule, number)],
        resources,
        network.calendars,
        start=start,
        horizon=horizon,
        freeze_until=freeze_until,
        notes=notes,
    )


def _assignment_faults(
    network: Network, assignments: Sequence[Assignment], resources: Sequence[Resource]
) -> Iterator[Fault]:
    for index, one in enumerate(assignments):
        if not 0 <= one.task < network.task_count:
            text = f"Assignment {index} names task {one.task}; there are {network.task_count}."
            yield Fault("unknown_task", index, text)
        if not 0 <= one.resource < len(resources):
            text = f"Assignment {index} names resource {one.resource}; there are {len(resources)}."
            yield Fault("unknown_resource", index, text)
        if one.units < 0:
            yield Fault("negative_demand", index, f"Assignment {index} has {one.units} units.")


def _job(network: Network, schedule: Schedule, task: int, demand: dict[int, int], data_dates: Sequence[int]) -> Job:
    start, finish = int(schedule.start[task]), int(schedule.finish[task])
    span = int(network.duration[task] if schedule.mode == "msp" else network.remaining[task])
    number = ELAPSED if network.is_elapsed[task] else int(network.calendar[task])
    deadline = int(network.deadline[task])
    has_begun = network.actual_start[task] != NONE
    by_hand = network.is_manual[task] and network.manual_start[task] != NONE and network.manual_finish[task] != NONE
    if has_begun or (by_hand and schedule.mode == "msp") or network.constraint[task] in NAILED:
        return Job(
            duration=span, demand=demand, calendar=number, fixed_at=start, fixed_finish=finish, task=task,
            deadline=None if deadline == NONE else deadline,
        )  # fmt: skip
    calendar = None if number == ELAPSED else network.calendars[number]
    earliest = max([data_dates[int(network.project[task])], *_earliest(network, task, calendar, span)])
    latest = [*_latest(network, task, calendar, span)]
    return Job(
        duration=span, demand=demand, calendar=number, earliest=earliest, latest=min(latest, default=None),
        deadline=None if deadline == NONE else deadline, old_start=start, task=task,
    )  # fmt: skip


def _earliest(network: Network, task: int, calendar: Calendar | None, span: int) -> Iterator[int]:
    rule, date = network.constraint[task], int(network.constraint_at[task])
    if rule in NO_EARLIER:
        yield date
    if rule in FINISH_NO_EARLIER:
        yield _shifted(calendar, date, -span)
    if network.external_start[task] != NONE:
        yield int(network.external_start[task])


def _latest(network: Network, task: int, calendar: Calendar | None, span: int) -> Iterator[int]:
    pairs = ((network.constraint, network.constraint_at), (network.constraint2, network.constraint2_at))
    for rules, dates in pairs:
        rule, date = rules[task], int(dates[task])
        if rule in NO_LATER:
            yield _shifted(calendar, date, span)
        if rule in FINISH_NO_LATER:
            yield date
    if network.external_finish[task] != NONE:
        yield int(network.external_finish[task])


def _shifted(calendar: Calendar | None, at: int, minutes: int) -> int:
    return at + minutes if calendar is None else calendar.add(at, minutes)


def _links(network: Network, schedule: Schedule, number: dict[int, int]) -> Iterator[Link]:
    arcs: Arcs = plain_arcs(network)
    if schedule.mode == "msp" and len(summary_links(network)):
        arcs = with_summary_arcs(network, arcs, schedule.early_start.tolist())
    columns = (arcs.predecessor.tolist(), arcs.successor.tolist(), arcs.origin.tolist())
    for before, after, origin in zip(*columns, strict=True):
        if before not in number or after not in number:
            continue
        lag_calendar = int(network.lag_calendar[origin])
        if lag_calendar == DEFAULT and schedule.mode == "p6":
            lag_calendar = int(network.calendar[before])
        yield Link(
            predecessor=number[before], successor=number[after], type=LinkType(int(network.type[origin])),
            lag=int(network.lag[origin]), lag_calendar=lag_calendar,
        )  # fmt: skip
