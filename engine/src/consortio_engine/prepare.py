"""From a network to the columns that the kernels read, at the speed at which they run."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine import calendar
from consortio_engine.clock import work
from consortio_engine.codes import FINISHED, NO_DATE, NOT_STARTED, STARTED, ArcColumns, MspTasks, P6Tasks
from consortio_engine.kernel import Numbers, Speed, at_speed, empty_at, kernel, values_at
from consortio_engine.network import ABSENT_DURATION, Network
from consortio_engine.results import LagCalendar, Mode, Options
from consortio_engine.rows import DEFAULT, ELAPSED, NONE
from consortio_engine.topology import Arcs, ordered, pointers

Ints = NDArray[np.int64]

DEFAULT_LAG_CALENDAR: dict[Mode, LagCalendar] = {"msp": "successor", "p6": "predecessor"}


@dataclass(frozen=True, eq=False)
class Frame:
    """
    What both passes share, as arrays.

    Attributes:
        table: the used calendars for the kernels; `calendar` and `lag_calendar` count in it.
        calendar: (tasks,), its calendar's number in the table, ELAPSED around the clock.
        lag_calendar: (links,), the same for lags.
        state: (tasks,), 0 not started, 1 started, 2 finished.
        project_start, data_date, must_finish_by: (tasks,), of each task's project; NONE without a must-finish-by.
        actual_duration: (tasks,), working minutes done by the data date.
    """

    table: Ints
    calendar: Ints
    lag_calendar: Ints
    state: Ints
    project_start: Ints
    data_date: Ints
    must_finish_by: Ints
    actual_duration: Ints


def frame_of(network: Network, mode: Mode, options: Options, speed: Speed) -> Frame:
    """Resolve calendars, projects and progress of every task."""
    lag = _lag_calendars(network, options.lag_calendar or DEFAULT_LAG_CALENDAR[mode])
    used = np.unique(np.concatenate((network.calendar, lag)))
    used = used[used >= 0]
    number = np.full(max(len(network.calendars), 1), ELAPSED, dtype=np.int64)
    number[used] = np.arange(len(used))
    table = calendar.tables([network.calendars[index] for index in used.tolist()])
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
        calendar=np.where(network.calendar >= 0, number[np.maximum(network.calendar, 0)], ELAPSED),
        lag_calendar=np.where(lag >= 0, number[np.maximum(lag, 0)], ELAPSED),
        state=state.astype(np.int64),
        project_start=starts[network.project],
        data_date=dates.astype(np.int64)[network.project],
        must_finish_by=musts.astype(np.int64)[network.project],
        actual_duration=network.actual_duration.copy(),
    )
    _fill_actual_durations(network, frame, mode, speed)
    return frame


def _lag_calendars(network: Network, default: LagCalendar) -> Ints:
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
    at_speed(_work_done, speed)(
        values_at(frame.table, speed), tuple(values_at(column[started], speed) for column in columns), written
    )
    done[started] = np.array(written, dtype=np.int64)


@kernel
def _work_done(table: Numbers, tasks: tuple[Numbers, ...], done: Numbers) -> None:
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


def msp_columns(network: Network, frame: Frame, speed: Speed) -> MspTasks:
    """The columns of tasks for `msp`."""
    manual = (network.is_manual == 1) & (network.manual_start != NONE) & (network.manual_finish != NONE)
    columns = [
        frame.state, manual.astype(np.int64), network.kind, frame.calendar, _span_calendar(network, frame),
        network.duration, network.remaining, frame.actual_duration, network.constraint, network.constraint_at,
        network.actual_start, network.actual_finish, frame.project_start, network.delay, network.deadline,
        network.manual_start, network.manual_finish,
    ]  # fmt: skip
    return MspTasks(*(values_at(column, speed) for column in columns))


def p6_columns(network: Network, frame: Frame, options: Options, speed: Speed) -> P6Tasks:
    """The columns of tasks for `p6_forward` and `p6_backward`; their own, since the forward pass writes into them."""
    expected = network.expected_finish if options.use_expected_finish else np.full_like(network.expected_finish, NONE)
    columns = [
        frame.state, network.kind, frame.calendar, _span_calendar(network, frame), network.duration.copy(),
        network.remaining.copy(), frame.actual_duration, network.constraint, network.constraint_at,
        network.constraint2, network.constraint2_at, network.actual_start, network.actual_finish,
        np.maximum(frame.project_start, frame.data_date), frame.data_date, expected,
        network.external_start, network.external_finish,
    ]  # fmt: skip
    return P6Tasks(*(values_at(column, speed) for column in columns))


def _span_calendar(network: Network, frame: Frame) -> Ints:
    return np.where(network.is_elapsed == 1, ELAPSED, frame.calendar)


@dataclass(frozen=True, eq=False)
class Web:
    """Arcs in both directions, and the order of tasks."""

    arcs: Arcs
    order: Numbers
    incoming: ArcColumns
    outgoing: ArcColumns
    incoming_positions: Ints
    outgoing_positions: Ints

    @classmethod
    def of(cls, network: Network, frame: Frame, arcs: Arcs, speed: Speed) -> "Web":
        """
        Sort arcs and tasks.

        Raises:
            Cycle: the arcs hold a ring.
        """
        order = values_at(ordered(network, arcs, speed), speed)
        into, out_of = arcs.by_successor(), arcs.by_predecessor()
        return cls(
            arcs=arcs,
            order=order,
            incoming=_arc_columns(network, frame, arcs, into, arcs.successor, arcs.predecessor, speed),
            outgoing=_arc_columns(network, frame, arcs, out_of, arcs.predecessor, arcs.successor, speed),
            incoming_positions=into,
            outgoing_positions=out_of,
        )


def _arc_columns(
    network: Network, frame: Frame, arcs: Arcs, positions: Ints, end: Ints, other: Ints, speed: Speed
) -> ArcColumns:
    origin = arcs.origin[positions]
    columns = [
        pointers(end, network.task_count), other[positions], network.type[origin], network.lag[origin],
        frame.lag_calendar[origin],
    ]  # fmt: skip
    return ArcColumns(*(values_at(column, speed) for column in columns))
