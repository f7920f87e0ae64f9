"""
The words that limited resources are told in: resources, modes, jobs, assignments.

Instants are whole minutes since 1970, durations whole working minutes of the job's calendar (or plain steps from 0 on,
around the clock). Units are whole numbers: tell parts of a person in hundredths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consortio_engine.rows import ELAPSED

Profile = Sequence[tuple[int, int, int | None]]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """
    Something of which there is only so much.

    Attributes:
        name: for sentences.
        capacity: units at every instant; or bands (from, to, units) that do not overlap, outside of which there are
            none; or, not renewable, units in all. None, for the whole or for a band, is a question nobody answered:
            it counts as 0, and a finding lists it.
        renewable: the units come back when a job ends; otherwise they are used up, and capacity is one number.
        calendar: index of the calendar it works by; a job works only while its resources do. None: always.
    """

    name: str
    capacity: int | Profile | None
    renewable: bool = True
    calendar: int | None = None


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One way to do a job: working minutes, and units by index of the resource while it works (or in all)."""

    duration: int
    demand: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Job:
    """
    Something to be done without a break but those of its calendar.

    Attributes:
        duration, demand: the only way to do it; or else `modes`, of which exactly one is chosen (several: each takes time).
        calendar: index into the problem's calendars, or ELAPSED for around the clock.
        earliest: it does not start before.
        latest: mandatory date: it should finish by then before anything else is wished for.
        deadline: wished date of its finish; counts for the objective "lateness".
        weight: of a minute late, and of a minute moved.
        fixed_at, fixed_finish: it starts (and finishes) then, whatever links and capacity say; its units are taken
            first. Without fixed_finish the duration runs in the calendar.
        old_start: in the plan as it was, for staying near it.
        task: index of the network's task it stands for, -1 for none.
    """

    duration: int = 0
    demand: Mapping[int, int] = field(default_factory=dict)
    modes: tuple[Mode, ...] = ()
    calendar: int = ELAPSED
    earliest: int | None = None
    latest: int | None = None
    deadline: int | None = None
    weight: int = 1
    fixed_at: int | None = None
    fixed_finish: int | None = None
    old_start: int | None = None
    task: int = -1

    @property
    def ways(self) -> tuple[Mode, ...]:
        """The modes; a job without any has one, made of its own duration and demand."""
        return self.modes or (Mode(duration=self.duration, demand=self.demand),)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A task of a network takes so many units of a resource while it works."""

    task: int
    resource: int
    units: int
