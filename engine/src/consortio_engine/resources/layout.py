"""From a problem to the rows that the kernels and the solver read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import Calendar, tables
from consortio_engine.resources.calendar_table import ON_AXIS, Axis, Workdays
from consortio_engine.resources.problem import Problem, ordered
from consortio_engine.resources.profiles import Room, rooms_of
from consortio_engine.resources.serial import ALONG, LINK_WIDTH, ROW_WIDTH
from consortio_engine.rows import DEFAULT, ELAPSED, LinkType

Ints = NDArray[np.int64]

ANY_TIME = 2**61
MIRRORED = {LinkType.FS: LinkType.FS, LinkType.FF: LinkType.SS, LinkType.SS: LinkType.FF, LinkType.SF: LinkType.SF}


@dataclass(frozen=True, eq=False)
class Way:
    """
    One mode of a job on the axis.

    Attributes:
        span: its duration. by: its calendar's number, ON_AXIS for every minute.
        needs: (index into `Layout.rooms`, units). used_up: (resource, units) of what is not renewable.
    """

    span: int
    by: int
    needs: tuple[tuple[int, int], ...]
    used_up: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Joint:
    """One link on the axis: `by` is ALONG, or a number in the table of lags; `opens` as in `serial`."""

    predecessor: int
    successor: int
    type: int
    lag: int
    by: int
    opens: int


@dataclass(frozen=True, eq=False)
class Layout:
    """
    A problem in positions of its axis.

    Attributes:
        ways: per job, its modes. joints: the links that have an effect. rooms: what is free over time, per resource
            and per set of calendars that share it.
        release: (jobs,), the position before which each does not start. opens: (jobs,), see `_opens`. latest, deadline: (jobs,), for its finish,
            ANY_TIME without. fixed_start, fixed_finish: (jobs,), of fixed jobs; fixed_instants the same in minutes since 1970.
        is_fixed: (jobs,). old: (jobs,), position of the old start, -ANY_TIME without. weight: (jobs,).
        lag_calendars: in instants, the axis first, if it has a calendar; lag_table: the same for kernels; axis_number: its number there, ELAPSED without a calendar.
    """

    problem: Problem
    axis: Axis
    ways: tuple[tuple[Way, ...], ...]
    joints: tuple[Joint, ...]
    rooms: tuple[Room, ...]
    order: Ints
    release: Ints
    opens: Ints
    latest: Ints
    deadline: Ints
    is_fixed: NDArray[np.bool_]
    fixed_start: Ints
    fixed_finish: Ints
    fixed_instants: tuple[tuple[int, int] | None, ...]
    old: Ints
    weight: Ints
    lag_calendars: tuple[Calendar, ...]
    lag_table: Ints
    axis_number: int

    @classmethod
    def of(cls, problem: Problem) -> "Layout":
        """
        Lay a problem out.

        Cost:
            Linear in jobs, links, modes and bands; with several calendars also in their periods up to the horizon.
        """
        workdays = Workdays(problem)
        axis = Axis.of(problem, workdays)
        rooms, ways = rooms_of(problem, axis, workdays)
        fixed = [workdays.fixed_dates(job) for job in problem.jobs]
        release = np.maximum(_positions(axis, [job.earliest for job in problem.jobs], 0), 0)
        opens = _opens(problem, axis, release)
        joints, lag_calendars = _joints(problem, axis, workdays, fixed, opens)
        starts = np.array([0 if pair is None else pair[0] for pair in fixed], dtype=np.int64)
        ends = np.array([0 if pair is None else pair[1] for pair in fixed], dtype=np.int64)
        return cls(
            problem=problem,
            axis=axis,
            ways=tuple(tuple(Way(*way) for way in of_job) for of_job in ways),
            joints=joints,
            rooms=rooms,
            order=np.array(problem.order, dtype=np.int64),
            release=release,
            opens=opens,
            latest=_positions(axis, [job.latest for job in problem.jobs], ANY_TIME),
            deadline=_positions(axis, [job.deadline for job in problem.jobs], ANY_TIME),
            is_fixed=np.array([pair is not None for pair in fixed], dtype=bool),
            fixed_start=axis.position_each(starts) if len(starts) else starts,
            fixed_finish=axis.position_each(ends) if len(ends) else ends,
            fixed_instants=tuple(fixed),
            old=_positions(axis, [job.old_start for job in problem.jobs], -ANY_TIME),
            weight=np.array([job.weight for job in problem.jobs], dtype=np.int64),
            lag_calendars=lag_calendars,
            lag_table=tables(lag_calendars),
            axis_number=ELAPSED if axis.calendar is None else 0,
        )

    @property
    def count(self) -> int:
        """The number of jobs."""
        return len(self.ways)

    def mirrored(self) -> "Layout":
        """
        The same with time running backwards, to put jobs as late as possible.

        Lags by a calendar become the working time they took: dates made with it serve as an order, not as an answer.
        """
        end = self.axis.extent
        parts = tuple(
            Calendar._of((end - one.end)[::-1].copy(), (end - one.start)[::-1].copy(), 0, end)
            for one in self.axis.parts
        )
        joints = tuple(
            Joint(one.successor, one.predecessor, MIRRORED[LinkType(one.type)], _along(self, one), ALONG, 0)
            for one in self.joints
        )
        return replace(
            self,
            axis=replace(self.axis, parts=parts),
            joints=joints,
            rooms=tuple(room.mirrored(end) for room in self.rooms),
            order=np.array(ordered(self.count, [(one.predecessor, one.successor) for one in joints]), dtype=np.int64),
            release=np.where(self.latest == ANY_TIME, 0, np.maximum(end - self.latest, 0)),
            fixed_start=end - self.fixed_finish,
            fixed_finish=end - self.fixed_start,
        )


def _positions(axis: Axis, dates: Sequence[int | None], without: int) -> Ints:
    given = [index for index, date in enumerate(dates) if date is not None]
    result = np.full(len(dates), without, dtype=np.int64)
    if given:
        result[given] = axis.position_each(np.array([dates[index] for index in given], dtype=np.int64))
    return result


def _opens(problem: Problem, axis: Axis, release: Ints) -> Ints:
    """
    Up to which position a job without a duration happens when work begins; after it, when the work before has ended.

    The first lies at the start of the problem, or where its own earliest date falls into a break. Shape (jobs,).
    """
    result = np.zeros(len(problem.jobs), dtype=np.int64)
    for index, job in enumerate(problem.jobs):
        if job.earliest is not None and release[index] > 0 and not any(mode.duration for mode in job.ways):
            in_break = axis.finish_instant(int(release[index])) < job.earliest
            result[index] = release[index] if in_break else release[index] - 1
    return result


def _joints(
    problem: Problem,
    axis: Axis,
    workdays: Workdays,
    fixed: Sequence[tuple[int, int] | None],
    opens: Ints,
) -> tuple[tuple[Joint, ...], tuple[Calendar, ...]]:
    """All links, with lags along the axis where that is the same."""
    lag_calendars: list[Calendar] = [] if axis.calendar is None else [axis.calendar]
    number: dict[tuple[int, ...], int] = {}
    joints = []
    for link in problem.links:
        key = lag_key(problem, workdays, link.successor, link.lag_calendar)
        calendar = workdays.calendar(key)
        along = link.lag == 0 or _is_axis(axis, key, calendar)
        if along or calendar is None:
            by = ALONG if along else ELAPSED
        else:
            if key not in number:
                number[key] = len(lag_calendars)
                lag_calendars.append(calendar)
            by = number[key]
        first, is_start = link.predecessor, link.type in (LinkType.SS, LinkType.SF)
        dates, lag = fixed[first], link.lag
        if dates is not None and not along:
            # What is fixed may lie in a break, of which positions know nothing: its lag is counted here.
            at = dates[0] if is_start else dates[1]
            asked = at + lag if calendar is None else calendar.add(at, lag)
            by, lag = ALONG, axis.position(asked) - axis.position(at)
        is_moment = not any(mode.duration for mode in problem.jobs[first].ways)
        until = ANY_TIME if is_start and not is_moment else int(opens[first])
        joints.append(Joint(first, link.successor, int(link.type), lag, by, until))
    return tuple(joints), tuple(lag_calendars)


def lag_key(problem: Problem, workdays: Workdays, successor: int, lag_calendar: int) -> tuple[int, ...]:
    """The calendar that a lag counts in: the link's own, or that of the successor's first mode."""
    if lag_calendar == ELAPSED:
        return ()
    if lag_calendar != DEFAULT:
        return (lag_calendar,)
    job = problem.jobs[successor]
    return () if job.calendar == ELAPSED else (job.calendar,)


def _is_axis(axis: Axis, key: tuple[int, ...], calendar: Calendar | None) -> bool:
    if calendar is None:
        return axis.calendar is None
    return axis.keys.get(key) == ON_AXIS


def _along(layout: Layout, joint: Joint) -> int:
    """A lag as so many positions, about."""
    if joint.by == ALONG:
        return joint.lag
    span = max(layout.problem.horizon - layout.problem.start, 1)
    return joint.lag * layout.axis.extent // span if joint.by == ELAPSED else joint.lag


def job_rows(layout: Layout, modes: Sequence[int], needs_at: Sequence[Sequence[tuple[int, int]]]) -> Ints:
    """Rows for `place_all` with these modes, shape (jobs, ROW_WIDTH); needs_at as `needs_of` returns it."""
    rows = np.full((layout.count, ROW_WIDTH), -1, dtype=np.int64)
    for index, (ways, mode) in enumerate(zip(layout.ways, modes, strict=True)):
        way = ways[mode]
        rows[index, :4] = way.span, way.by, *needs_at[index][mode]
    incoming = np.bincount(
        np.array([joint.successor for joint in layout.joints], dtype=np.int64), minlength=layout.count
    )
    edges = np.concatenate(([0], np.cumsum(incoming))) * LINK_WIDTH
    rows[:, 4], rows[:, 5] = edges[:-1], edges[1:]
    rows[:, 6], rows[:, 7] = layout.release, layout.is_fixed
    rows[:, 8] = np.where(layout.is_fixed, layout.fixed_start, 0)
    rows[:, 9] = np.where(layout.is_fixed, layout.fixed_finish, 0)
    return rows


def needs_of(layout: Layout) -> tuple[Ints, list[list[tuple[int, int]]]]:
    """All (profile, units) pairs in one sequence, and per job and mode where they begin and end."""
    flat: list[int] = []
    at = []
    for ways in layout.ways:
        of_job = []
        for way in ways:
            begin = len(flat)
            flat += [value for need in way.needs for value in need]
            of_job.append((begin, len(flat)))
        at.append(of_job)
    return np.array(flat, dtype=np.int64), at


def link_rows(layout: Layout) -> Ints:
    """Rows of links for `place_all`, sorted by successor, shape (links, LINK_WIDTH)."""
    rows = [
        (joint.successor, joint.predecessor * ROW_WIDTH, joint.type, joint.lag, joint.by, joint.opens)
        for joint in layout.joints
    ]
    rows.sort(key=lambda row: row[0])
    return np.array([row[1:] for row in rows], dtype=np.int64).reshape(len(rows), LINK_WIDTH)


def chain_of(layout: Layout) -> tuple[Ints, Ints, Ints]:
    """Free units as `place_all` wants them, with space for two more pieces per job: time, following, room."""
    edges = np.unique(np.concatenate([[-ANY_TIME, 0], *(room.begins for room in layout.rooms)])).astype(np.int64)
    pieces, space = len(edges), len(edges) + 2 * layout.count
    time = np.zeros(space, dtype=np.int64)
    following = np.zeros(space, dtype=np.int64)
    units = np.zeros((space, len(layout.rooms)), dtype=np.int64)
    time[:pieces] = edges
    following[:pieces] = np.minimum(np.arange(1, pieces + 1), pieces - 1)
    for index, room in enumerate(layout.rooms):
        units[:pieces, index] = room.at(edges)
    return time, following, units
