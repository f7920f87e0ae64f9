"""From a network to the rows that the kernels read."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from consortio_engine import calendar
from consortio_engine.clock import work
from consortio_engine.codes import (
    ARC_WIDTH,
    BEGUN,
    CALENDAR,
    DATA_DATE,
    DEADLINE,
    DELAY,
    DONE,
    EARLY_FINISH,
    EARLY_START,
    ENDED,
    EXPECTED,
    EXTERNAL_FINISH,
    EXTERNAL_START,
    FINISHED,
    IN_FROM,
    IN_TO,
    KIND,
    LEFT,
    MANUAL,
    MSP_WIDTH,
    MUST,
    NO_DATE,
    NOT_STARTED,
    OPENING,
    OUT_FROM,
    OUT_TO,
    P6_WIDTH,
    PLAIN_IN,
    PLAIN_OUT,
    RULE,
    RULE2,
    RULE2_AT,
    RULE_AT,
    SPAN,
    SPAN_CALENDAR,
    STARTED,
    STATE,
)
from consortio_engine.crews import Crews, crews_of
from consortio_engine.kernel import Numbers, Speed, at_speed, empty_at, kernel, values_at
from consortio_engine.network import ABSENT_DURATION, Network
from consortio_engine.results import LagCalendar, Mode, Options
from consortio_engine.rows import DEFAULT, ELAPSED, NONE, Constraint, Kind, LinkType
from consortio_engine.topology import Arcs, ordered, pointers, scheduled_tasks

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_CREWS = Crews((), ())
FROM_START = (LinkType.SS, LinkType.SF)
DEFAULT_LAG_CALENDAR: dict[Mode, LagCalendar] = {"msp": "successor", "p6": "predecessor"}


@dataclass(frozen=True, eq=False)
class Frame:
    """
    What both passes share, as arrays.

    Attributes:
        table: the used calendars; `calendar` and `lag_calendar` count in it.
        numbers: the same as kernels want it.
        calendar: (tasks,), its calendar's number in the table, ELAPSED around the clock.
        lag_calendar: (links,), the same for lags.
        state: (tasks,), 0 not started, 1 started, 2 finished.
        project_start, data_date, must_finish_by: (tasks,), of each task's project; NONE without a must-finish-by.
        actual_duration: (tasks,), working minutes done by the data date.
        span_calendar, span, left: (tasks,), in what durations count, and the duration at completion and from now on:
            minutes, or codes of crews.
    """

    table: Ints
    numbers: Numbers
    calendar: Ints
    lag_calendar: Ints
    state: Ints
    project_start: Ints
    data_date: Ints
    must_finish_by: Ints
    actual_duration: Ints
    span_calendar: Ints
    span: Ints
    left: Ints


def frame_of(network: Network, mode: Mode, options: Options, speed: Speed) -> Frame:
    """Resolve calendars, projects and progress of every task."""
    lag = lag_calendars(network, options.lag_calendar or DEFAULT_LAG_CALENDAR[mode])
    crews = crews_of(network) if network.assignments else NO_CREWS
    calendars, own = (*network.calendars, *crews.unions), network.calendar
    every = np.concatenate((own, lag))
    if crews.crews:
        own = own.copy()
        own[[crew.task for crew in crews.crews]] = [crew.opening for crew in crews.crews]
        members = [member[0] for crew in crews.crews for member in crew.members]
        every = np.concatenate((every, own, np.array(members, dtype=np.int64)))
    used = np.flatnonzero(np.bincount(every[every >= 0]))
    number = np.full(max(len(calendars), 1), ELAPSED, dtype=np.int64)
    number[used] = np.arange(len(used))
    table, numbers = _tables(tuple(calendars[index] for index in used.tolist()), speed)
    state = np.where(
        network.actual_finish != NONE, FINISHED, np.where(network.actual_start != NONE, STARTED, NOT_STARTED)
    )
    starts = np.array([project.start for project in network.projects], dtype=np.int64)
    dates = np.array(
        [project.start if project.data_date is None else project.data_date for project in network.projects]
    )
    musts = np.array(
        [NONE if project.must_finish_by is None else project.must_finish_by for project in network.projects]
    )
    frame = Frame(
        table=table,
        numbers=numbers,
        calendar=_numbered(own, number),
        lag_calendar=_numbered(lag, number),
        state=state.astype(np.int64),
        project_start=starts[network.project],
        data_date=dates.astype(np.int64)[network.project],
        must_finish_by=musts.astype(np.int64)[network.project],
        actual_duration=network.actual_duration.copy(),
        span_calendar=np.where(network.is_elapsed == 1, ELAPSED, _numbered(own, number)),
        span=network.duration,
        left=network.remaining,
    )
    _fill_actual_durations(network, frame, mode, speed)
    return _with_crews(network, frame, crews, number, speed) if crews.crews else frame


def _numbered(calendars: Ints, number: Ints) -> Ints:
    """Calendars as the table counts them."""
    return np.where(calendars >= 0, number[np.maximum(calendars, 0)], ELAPSED)


def _with_crews(network: Network, frame: Frame, crews: Crews, number: Ints, speed: Speed) -> Frame:
    """Put the crews behind the calendars of the table, and their codes into the frame."""
    own = _numbered(network.calendar, number).tolist()
    span_calendar, span, left = frame.span_calendar.copy(), frame.span.copy(), frame.left.copy()
    blocks: list[int] = []
    for crew in crews.crews:
        task = crew.task
        span_calendar[task] = -(len(frame.table) + len(blocks))
        span[task] = crew.whole
        left[task] = 0 if frame.state[task] == FINISHED else crew.left
        blocks += crew.block(own[task], number.tolist())
        if network.actual_duration[task] == ABSENT_DURATION:
            frame.actual_duration[task] = crew.done
    table = np.concatenate((frame.table, np.array(blocks, dtype=np.int64)))
    numbers = values_at(table, speed)
    return replace(frame, table=table, numbers=numbers, span_calendar=span_calendar, span=span, left=left)


@lru_cache(maxsize=4)
def _tables(calendars: tuple[calendar.Calendar, ...], speed: Speed) -> tuple[Ints, Numbers]:
    """Calendars as one table, kept for the next edit of the plan: laying them out takes longer than scheduling a few tasks."""
    table = calendar.tables(calendars)
    return table, values_at(table, speed)


def lag_calendars(network: Network, default: LagCalendar) -> Ints:
    """The calendar index of every link's lag."""
    if default == "elapsed":
        chosen = np.full(network.link_count, ELAPSED, dtype=np.int64)
    elif default == "project":
        of_project = np.array([project.calendar for project in network.projects], dtype=np.int64)
        chosen = of_project[network.project[network.successor]]
    else:
        chosen = network.calendar[network.predecessor if default == "predecessor" else network.successor]
    return np.where(network.lag_calendar == DEFAULT, chosen, network.lag_calendar)


def _fill_actual_durations(network: Network, frame: Frame, mode: Mode, speed: Speed) -> None:
    """Where no actual duration is given: msp, what the remaining leaves; p6, the work done up to the data date."""
    done, absent = frame.actual_duration, network.actual_duration == ABSENT_DURATION
    if mode == "msp":
        done[absent] = np.maximum(network.duration - network.remaining, 0)[absent]
        return
    started = np.flatnonzero(absent & (frame.state == STARTED))
    done[absent] = 0
    columns = [frame.calendar, network.actual_start, frame.data_date, network.suspended_at, network.resumed_at]
    written = empty_at(len(started), speed, 0)
    at_speed(work_done, speed)(frame.numbers, tuple(values_at(column[started], speed) for column in columns), written)
    done[started] = np.array(written, dtype=np.int64)


@kernel
def work_done(table: Numbers, tasks: tuple[Numbers, ...], done: Numbers) -> None:
    """Work between actual start and data date, less what lies between suspension and resumption."""
    (cal, begun, data_date, suspended, resumed) = tasks
    for i in range(len(begun)):
        c, end, rest = cal[i], data_date[i], 0
        if begun[i] >= end:
            continue
        if suspended[i] != NO_DATE and suspended[i] <= end:
            if resumed[i] != NO_DATE and resumed[i] < end:
                rest = work(table, c, resumed[i]) - work(table, c, suspended[i])
            else:
                end = suspended[i]
        done[i] = max(work(table, c, end) - work(table, c, begun[i]) - rest, 0)


def msp_rows(network: Network, frame: Frame, web: "Web", speed: Speed) -> Ints:
    """The rows of tasks for `msp`, shape (tasks, MSP_WIDTH)."""
    rows = _common_rows(network, frame, web, MSP_WIDTH, speed)
    manual = has_given_dates(network)
    rows[:, MANUAL] = manual
    rows[:, OPENING] = frame.project_start
    rows[:, DELAY], rows[:, DEADLINE] = network.delay, network.deadline
    simple = _simple_tasks(network, frame) & ~manual & (network.delay == 0)
    rows[:, PLAIN_IN] = simple & ~_with_links(network, web, "successor", (LinkType.FF, LinkType.SF))
    rows[:, PLAIN_OUT] = simple & (network.deadline == NONE) & ~_with_links(network, web, "predecessor", FROM_START)
    rows[manual, EARLY_START], rows[manual, EARLY_FINISH] = network.manual_start[manual], network.manual_finish[manual]
    return rows


def p6_rows(network: Network, frame: Frame, web: "Web", options: Options, speed: Speed) -> Ints:
    """The rows of tasks for `p6_forward` and `p6_backward`, shape (tasks, P6_WIDTH)."""
    rows = _common_rows(network, frame, web, P6_WIDTH, speed)
    rows[:, OPENING] = np.maximum(frame.project_start, frame.data_date)
    rows[:, DATA_DATE], rows[:, MUST] = frame.data_date, frame.must_finish_by
    rows[:, RULE2], rows[:, RULE2_AT] = network.constraint2, network.constraint2_at
    rows[:, EXPECTED] = network.expected_finish if options.use_expected_finish else NO_DATE
    rows[:, EXTERNAL_START], rows[:, EXTERNAL_FINISH] = network.external_start, network.external_finish
    simple = _simple_tasks(network, frame) & (network.external_start == NONE) & (rows[:, EXPECTED] == NO_DATE)
    bound = (network.external_finish != NONE) | (network.constraint2 > Constraint.ALAP)
    rows[:, PLAIN_IN] = simple & ~_with_links(network, web, "successor", (LinkType.FF, LinkType.SF))
    rows[:, PLAIN_OUT] = simple & ~bound & ~_with_links(network, web, "predecessor", FROM_START)
    return rows


def _simple_tasks(network: Network, frame: Frame) -> Flags:
    """Tasks proper, not started, without a constraint, that count their duration in their own calendar."""
    result: Flags = (
        (network.kind == Kind.TASK)
        & (frame.state == NOT_STARTED)
        & (network.constraint == Constraint.ASAP)
        & (frame.span_calendar == frame.calendar)
        & (network.is_elapsed == 0)
    )
    return result


def _with_links(
    network: Network, web: "Web", end: Literal["predecessor", "successor"], types: tuple[int, ...]
) -> Flags:
    """Tasks at that end of a link of one of the types. Shape (tasks,)."""
    chosen = np.isin(network.type[web.arcs.origin], types)
    result = np.zeros(network.task_count, dtype=bool)
    result[getattr(web.arcs, end)[chosen]] = True
    return result


def _common_rows(network: Network, frame: Frame, web: "Web", width: int, speed: Speed) -> Ints:
    # Lists are made by columns, compiled kernels read by rows.
    rows = np.full((network.task_count, width), NO_DATE, dtype=np.int64, order="F" if speed == "plain" else "C")
    rows[:, STATE], rows[:, KIND], rows[:, CALENDAR] = frame.state, network.kind, frame.calendar
    rows[:, SPAN_CALENDAR] = frame.span_calendar
    rows[:, SPAN], rows[:, LEFT], rows[:, DONE] = frame.span, frame.left, frame.actual_duration
    rows[:, RULE], rows[:, RULE_AT] = network.constraint, network.constraint_at
    rows[:, BEGUN], rows[:, ENDED] = network.actual_start, network.actual_finish
    rows[:, IN_FROM], rows[:, IN_TO] = web.incoming_at[:-1] * ARC_WIDTH, web.incoming_at[1:] * ARC_WIDTH
    rows[:, OUT_FROM], rows[:, OUT_TO] = web.outgoing_at[:-1] * ARC_WIDTH, web.outgoing_at[1:] * ARC_WIDTH
    return rows


def arc_rows(network: Network, frame: Frame, web: "Web", width: int) -> tuple[Ints, Ints]:
    """Incoming and outgoing arcs, each of shape (arcs, ARC_WIDTH), for rows of that width."""
    sides = []
    for positions, other in ((web.incoming, web.arcs.predecessor), (web.outgoing, web.arcs.successor)):
        origin = web.arcs.origin[positions]
        columns = (other[positions] * width, network.type[origin], network.lag[origin], frame.lag_calendar[origin])
        asked = np.full(len(origin), NO_DATE, dtype=np.int64)
        sides.append(np.column_stack((*columns, asked)))
    return sides[0], sides[1]


def has_given_dates(network: Network) -> Flags:
    """Which scheduled tasks are manual and have both dates. Shape (tasks,)."""
    given = (network.manual_start != NONE) & (network.manual_finish != NONE)
    result: Flags = scheduled_tasks(network) & (network.is_manual == 1) & given
    return result


@dataclass(frozen=True, eq=False)
class Web:
    """
    Arcs sorted from both sides.

    Attributes:
        arcs: shape (arcs,), as found.
        order: (scheduled tasks,), every task after its predecessors.
        incoming, outgoing: (arcs,), positions in `arcs` sorted by successor and by predecessor.
        incoming_at, outgoing_at: (tasks + 1,), where each task's arcs begin in these.
    """

    arcs: Arcs
    order: Ints
    incoming: Ints
    outgoing: Ints
    incoming_at: Ints
    outgoing_at: Ints

    @classmethod
    def of(cls, network: Network, arcs: Arcs, speed: Speed) -> "Web":
        """
        Sort arcs and tasks.

        Raises:
            Cycle: the arcs hold a ring.
        """
        count = network.task_count
        outgoing, outgoing_at = arcs.by_predecessor(), pointers(arcs.predecessor, count)
        return cls(
            arcs=arcs,
            order=ordered(network, arcs, outgoing, outgoing_at, speed),
            incoming=arcs.by_successor(),
            outgoing=outgoing,
            incoming_at=pointers(arcs.successor, count),
            outgoing_at=outgoing_at,
        )
