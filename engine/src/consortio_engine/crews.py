"""
Tasks that are as long as their assignments need, for the kernels.

A row counts the duration of such a task in a crew (see `clock`) and begins it when any assignment can begin.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

from consortio_engine.calendar import Calendar, unite
from consortio_engine.clock import CREW_LEFT, CREW_WHOLE
from consortio_engine.network import Network
from consortio_engine.rows import ELAPSED, Assignment


@dataclass(frozen=True)
class Crew:
    """
    The assignments of one task.

    Attributes:
        opening: index of the calendar in which the task can begin; the network's, or after these one of `Crews.unions`.
        members: calendar index, minutes at completion, left and done of each.
    """

    task: int
    opening: int
    members: tuple[tuple[int, int, int, int], ...]

    @property
    def whole(self) -> int:
        """The code for all of the work; 0 without any."""
        return CREW_WHOLE if any(member[1] for member in self.members) else 0

    @property
    def left(self) -> int:
        """The code for what is left of it; 0 when nothing is."""
        return CREW_LEFT if any(member[2] for member in self.members) else 0

    @property
    def done(self) -> int:
        """Working minutes done, of the assignment that has done most."""
        return max(member[3] for member in self.members)

    def block(self, own: int, numbers: Sequence[int]) -> list[int]:
        """The crew as `clock.add_crew` reads it; `own` and `numbers` are calendars as the table counts them."""
        found = [own, self.done, len(self.members)]
        for calendar, *minutes in self.members:
            found += [numbers[calendar] if calendar >= 0 else ELAPSED, *minutes]
        return found


@dataclass(frozen=True)
class Crews:
    """All crews of a network, and the calendars that work when any of several does."""

    crews: tuple[Crew, ...]
    unions: tuple[Calendar, ...]


def crews_of(network: Network) -> Crews:
    """Resolve the assignments of every active task that is not planned by hand."""
    of_task: defaultdict[int, list[Assignment]] = defaultdict(list)
    for one in network.assignments:
        if network.is_active[one.task] and not network.is_manual[one.task]:
            of_task[one.task].append(one)
    found: list[Crew] = []
    unions: list[Calendar] = []
    places: dict[tuple[int, ...], int] = {}
    for task, members in sorted(of_task.items()):
        openings = tuple(sorted({one.calendar if one.opening is None else one.opening for one in members}))
        if ELAPSED in openings:
            openings = (ELAPSED,)
        if len(openings) > 1 and openings not in places:
            places[openings] = len(network.calendars) + len(unions)
            unions.append(union_of(tuple(network.calendars[index] for index in openings)))
        opening = places[openings] if len(openings) > 1 else openings[0]
        found.append(Crew(task, opening, tuple(_member(one) for one in members)))
    return Crews(tuple(found), tuple(unions))


@lru_cache(maxsize=16)
def union_of(calendars: tuple[Calendar, ...]) -> Calendar:
    """The calendar that works when any of these does; kept for the next edit of the plan."""
    return reduce(unite, calendars)


def _member(one: Assignment) -> tuple[int, int, int, int]:
    left = one.work if one.remaining is None else one.remaining
    done = max(one.work - left, 0) if one.done is None else one.done
    whole, remaining, spent = (round(minutes / one.units) for minutes in (one.work, left, done))
    return one.calendar, whole, remaining, spent
