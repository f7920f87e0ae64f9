"""What is wrong with a levelling problem, as a list: it is refused whole, so everything is told at once."""

from collections.abc import Iterator, Sequence

from consortio_engine.calendar import Calendar
from consortio_engine.errors import Fault
from consortio_engine.resources.rows import Job, Resource
from consortio_engine.rows import DEFAULT, ELAPSED, Link, LinkType


def problem_faults(
    jobs: Sequence[Job], links: Sequence[Link], resources: Sequence[Resource], calendars: Sequence[Calendar]
) -> Iterator[Fault]:
    """Every fault of the rows, resources first, each with the index of its row."""
    for index, resource in enumerate(resources):
        yield from _resource_faults(index, resource, len(calendars))
    for index, job in enumerate(jobs):
        yield from _job_faults(index, job, len(resources), len(calendars))
    for index, link in enumerate(links):
        yield from _link_faults(index, link, len(jobs), len(calendars))


def _resource_faults(index: int, resource: Resource, calendars: int) -> Iterator[Fault]:
    name = f"Resource {index} ({resource.name})"
    if resource.calendar is not None and not 0 <= resource.calendar < calendars:
        yield Fault("unknown_calendar", index, f"{name} names calendar {resource.calendar}; there are {calendars}.")
    if resource.capacity is None:
        return
    if isinstance(resource.capacity, int):
        if resource.capacity < 0:
            yield Fault("negative_capacity", index, f"{name} has {resource.capacity} units.")
        return
    if not resource.renewable:
        yield Fault("bands_not_renewable", index, f"{name} is used up and has bands; it needs one number.")
    end = None
    for begin, finish, units in sorted(resource.capacity, key=lambda band: band[:2]):
        if finish <= begin:
            yield Fault("band_backwards", index, f"{name} has a band that ends at {finish} and begins at {begin}.")
        if end is not None and begin < end:
            yield Fault("bands_overlap", index, f"{name} has a band from {begin} while another lasts to {end}.")
        if units is not None and units < 0:
            yield Fault("negative_capacity", index, f"{name} has {units} units from {begin} on.")
        end = finish if end is None else max(end, finish)


def _job_faults(index: int, job: Job, resources: int, calendars: int) -> Iterator[Fault]:
    if job.calendar != ELAPSED and not 0 <= job.calendar < calendars:
        yield Fault("unknown_calendar", index, f"Job {index} names calendar {job.calendar}; there are {calendars}.")
    if job.weight < 0:
        yield Fault("negative_weight", index, f"Job {index} has weight {job.weight}.")
    if job.fixed_finish is not None and (job.fixed_at is None or job.fixed_finish < job.fixed_at):
        yield Fault("fixed_finish", index, f"Job {index} is fixed to finish at {job.fixed_finish}, before it starts.")
    if len(job.ways) > 1 and not all(mode.duration for mode in job.ways):
        yield Fault("mode_without_duration", index, f"Job {index} has several modes, one of them without a duration.")
    for mode in job.ways:
        if mode.duration < 0:
            yield Fault("negative_duration", index, f"Job {index} takes {mode.duration}.")
        for resource, units in mode.demand.items():
            if not 0 <= resource < resources:
                yield Fault("unknown_resource", index, f"Job {index} needs resource {resource}; there are {resources}.")
            if units < 0:
                yield Fault("negative_demand", index, f"Job {index} needs {units} units of resource {resource}.")


def _link_faults(index: int, link: Link, jobs: int, calendars: int) -> Iterator[Fault]:
    for name, job in (("predecessor", link.predecessor), ("successor", link.successor)):
        if not 0 <= job < jobs:
            yield Fault(f"unknown_{name}", index, f"Link {index} has {name} {job}; there are {jobs} jobs.")
    if link.predecessor == link.successor:
        yield Fault("link_to_itself", index, f"Link {index} joins job {link.predecessor} with itself.")
    if link.type not in list(LinkType):
        yield Fault("unknown_type", index, f"Link {index} has type {link.type}.")
    if link.lag_calendar not in (DEFAULT, ELAPSED) and not 0 <= link.lag_calendar < calendars:
        yield Fault("unknown_lag_calendar", index, f"Link {index} names lag calendar {link.lag_calendar}.")
