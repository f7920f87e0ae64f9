"""A levelling problem: jobs, links, resources and calendars, checked whole and never changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heappop, heappush

import numpy as np

from consortio_engine.calendar import Calendar
from consortio_engine.errors import Cycle, Fault, Faulty, HorizonExceeded
from consortio_engine.fingerprint import digest
from consortio_engine.resources.faults import problem_faults
from consortio_engine.resources.rows import Job, Resource
from consortio_engine.resources.wording import Finding
from consortio_engine.rows import Link
from consortio_engine.topology import Arcs, shortest_cycle

FAR_STEPS = 2**40
WEIGHTED_MAX = 2**53


class InvalidProblem(Faulty):
    """A levelling problem that is refused whole; `where` holds the rows."""

    code = "problem"


@dataclass(frozen=True, eq=False, kw_only=True)
class Problem:
    """
    What is to be levelled.

    Attributes:
        jobs, links, resources, calendars: as given; links join jobs by index. A link's lag counts in its lag calendar,
            DEFAULT is the successor's.
        start: nothing movable starts before.
        horizon: everything ends by then; the calendars reach that far.
        freeze_until: jobs whose old start lies before it stay where they were.
        order: the jobs, every one after its predecessors.
        notes: findings of whoever made it, repeated in every answer.
    """

    jobs: tuple[Job, ...]
    links: tuple[Link, ...]
    resources: tuple[Resource, ...]
    calendars: tuple[Calendar, ...]
    start: int
    horizon: int
    freeze_until: int | None
    order: tuple[int, ...]
    notes: tuple[Finding, ...] = ()

    @classmethod
    def build(
        cls,
        jobs: Sequence[Job],
        links: Sequence[Link] = (),
        resources: Sequence[Resource] = (),
        calendars: Sequence[Calendar] = (),
        *,
        start: int = 0,
        horizon: int | None = None,
        freeze_until: int | None = None,
        notes: Sequence[Finding] = (),
    ) -> "Problem":
        """
        Make a problem of rows.

        Args:
            horizon: None: the last instant that all calendars cover; without calendars, when all jobs could have been
                done one after the other.

        Raises:
            InvalidProblem: with every fault: unknown indices, negative figures, calendars that do not reach from start to
                horizon, weights that sum up to too much, a fixed job that its calendar does not let finish.
            Cycle: `where` is a shortest ring of jobs.

        Cost:
            Linear in jobs, links and bands.
        """
        faults = list(problem_faults(jobs, links, resources, calendars))
        if faults:
            raise InvalidProblem(faults)
        end = _horizon(jobs, links, resources, calendars, start) if horizon is None else horizon
        uncovered = [*_uncovered(calendars, start, end), *_too_heavy(jobs, start, end)]
        if uncovered:
            raise InvalidProblem(uncovered)
        problem = cls(
            jobs=tuple(_frozen(job, freeze_until) for job in jobs),
            links=tuple(links),
            resources=tuple(resources),
            calendars=tuple(calendars),
            start=start,
            horizon=end,
            freeze_until=freeze_until,
            order=_order(len(jobs), links),
            notes=tuple(notes),
        )
        unplaced = [*_unplaced(problem)]
        if unplaced:
            raise InvalidProblem(unplaced)
        return problem

    @cached_property
    def fingerprint(self) -> str:
        """BLAKE2b-128 over everything that is asked, in hexadecimal."""
        parts: list[object] = [self.start, self.horizon, self.freeze_until]
        parts += [replace(job, demand=sorted(job.demand.items()), modes=_plain(job)) for job in self.jobs]  # type: ignore[arg-type]  # for its repr
        parts += [*self.links, *((one.name, _told(one), one.renewable, one.calendar) for one in self.resources)]
        return digest(parts + [part for calendar in self.calendars for part in (calendar.start, calendar.end)])

    def with_resources(self, resources: Sequence[Resource]) -> "Problem":
        """The same problem with other capacities; indices stay."""
        return Problem.build(
            self.jobs,
            self.links,
            resources,
            self.calendars,
            start=self.start,
            horizon=self.horizon,
            freeze_until=self.freeze_until,
            notes=self.notes,
        )


def _unplaced(problem: Problem) -> Iterator[Fault]:
    from consortio_engine.resources.calendar_table import Workdays  # it needs Problem

    workdays = Workdays(problem)
    for index, job in enumerate(problem.jobs):
        try:
            workdays.fixed_dates(job)
        except HorizonExceeded:
            text = f"Job {index} is fixed at {job.fixed_at}, and its calendar does not let it finish."
            yield Fault("fixed_without_time", index, text)


def _plain(job: Job) -> list[tuple[int, list[tuple[int, int]]]]:
    return [(mode.duration, sorted(mode.demand.items())) for mode in job.modes]


def _told(resource: Resource) -> object:
    """The capacity in one form, whatever sequence it came in."""
    if resource.capacity is None or isinstance(resource.capacity, int):
        return resource.capacity
    return [tuple(band) for band in resource.capacity]


def _frozen(job: Job, freeze_until: int | None) -> Job:
    if freeze_until is None or job.old_start is None or job.fixed_at is not None or job.old_start >= freeze_until:
        return job
    return replace(job, fixed_at=job.old_start)


def _horizon(
    jobs: Sequence[Job], links: Sequence[Link], resources: Sequence[Resource], calendars: Sequence[Calendar], start: int
) -> int:
    if calendars:
        return min(calendar.last for calendar in calendars)
    longest = sum(max(mode.duration for mode in job.ways) for job in jobs) + sum(abs(link.lag) for link in links)
    dates = [date for job in jobs for date in (job.earliest, job.fixed_at, job.fixed_finish) if date is not None]
    bands = [band for one in resources if isinstance(one.capacity, Sequence) for band in one.capacity]
    edges = [edge for first, last, _ in bands for edge in (first, last) if abs(edge) < FAR_STEPS]
    return max([start, *dates, *edges]) + longest


def _uncovered(calendars: Sequence[Calendar], start: int, horizon: int) -> list[Fault]:
    faults = []
    if horizon < start:
        faults.append(Fault("horizon", -1, f"The horizon {horizon} lies before the start {start}."))
    for index, calendar in enumerate(calendars):
        if calendar.first > start or calendar.last < horizon:
            span = f"{calendar.first} to {calendar.last}"
            faults.append(Fault("calendar_span", index, f"Calendar {index} covers {span}, not {start} to {horizon}."))
    return faults


def _too_heavy(jobs: Sequence[Job], start: int, horizon: int) -> list[Fault]:
    """Weighted minutes are summed up exactly, so that they must stay within what doubles count exactly."""
    old = max([abs(job.old_start - start) for job in jobs if job.old_start is not None], default=0)
    most = sum(job.weight for job in jobs) * (horizon - start + old)
    return [Fault("weights", -1, f"Weights are too large: {most} weighted minutes.")] if most > WEIGHTED_MAX else []


def _order(count: int, links: Sequence[Link]) -> tuple[int, ...]:
    order = ordered(count, [(link.predecessor, link.successor) for link in links])
    if len(order) < count:
        raise Cycle("Jobs wait for each other.", shortest_cycle(_arcs(links)))
    return tuple(order)


def ordered(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """
    Every job after those that come before it in a pair, the lowest index first among those that could be next.

    Shorter than `count` where pairs hold a ring.
    """
    waiting = [0] * count
    after: list[list[int]] = [[] for _ in range(count)]
    for first, second in pairs:
        waiting[second] += 1
        after[first].append(second)
    ready = [job for job in range(count) if not waiting[job]]
    order = []
    while ready:
        job = heappop(ready)
        order.append(job)
        for successor in after[job]:
            waiting[successor] -= 1
            if not waiting[successor]:
                heappush(ready, successor)
    return order


def _arcs(links: Sequence[Link]) -> Arcs:
    ends = np.array([(link.predecessor, link.successor) for link in links], dtype=np.int64)
    return Arcs(ends[:, 0], ends[:, 1], np.arange(len(ends), dtype=np.int64))
