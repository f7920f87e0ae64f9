"""What was to be spent by an instant, of many portions at once: exact, each rounded to a whole unit."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from consortio_engine.calendar import Calendar
from consortio_engine.errors import Fault
from consortio_engine.value.figures import ratio_rounded
from consortio_engine.value.rows import CostedTask, InvalidValue, Portion, is_plain, is_whole, portion_faults

Ints = NDArray[np.int64]
LARGEST = 2**63 - 1


def spread(portions: Sequence[Portion], instants: Sequence[int]) -> tuple[int, ...]:
    """
    Return what some portions, each spent evenly around the clock, come to by each instant.

    Args:
        portions: of any tasks. instants: shape (periods,), minutes since 1970.

    Returns:
        Shape (periods,), minor units; each portion is rounded by itself, halves up.

    Raises:
        InvalidValue: with every fault.

    Cost:
        O(periods portions), in NumPy.
    """
    refuse_instants(instants)
    doubtful = ((index, portion) for index, portion in enumerate(portions) if not is_plain(portion))
    if faults := [fault for index, portion in doubtful for fault in portion_faults(index, portion)]:
        raise InvalidValue(faults)
    planned = Planned([(portion, None) for portion in portions], instants)
    return tuple(planned.total(at) for at in instants)


def refuse_instants(instants: Sequence[int]) -> None:
    wrong = [(index, at) for index, at in enumerate(instants) if not is_whole(at)]
    if wrong:
        raise InvalidValue(
            [Fault("at", index, f"Instant {index} is {at!r}; it is whole minutes.") for index, at in wrong]
        )


class Planned:
    """Portions, each with its calendar, as arrays: made once for the instants that are asked for."""

    def __init__(self, rows: Sequence[tuple[Portion, Calendar | None]], instants: Sequence[int]) -> None:
        self.start = _ints([portion.start for portion, _ in rows])
        self.finish = _ints([portion.finish for portion, _ in rows])
        self.amount = _ints([portion.amount for portion, _ in rows])
        numbers: dict[Calendar | None, int] = {}
        self.calendar = _ints([numbers.setdefault(calendar, len(numbers)) for _, calendar in rows])
        self.fits = sum(self.amount.tolist()) <= LARGEST  # so does every sum
        self.places = {at: place for place, at in enumerate(sorted(set(map(int, instants))))}
        self._measure(list(numbers), _ints(list(self.places)))

    @classmethod
    def of(cls, tasks: Sequence[CostedTask], instants: Sequence[int]) -> "Planned":
        return cls([(portion, task.calendar) for task in tasks for portion in task.planned], instants)

    def _measure(self, calendars: Sequence[Calendar | None], instants: Ints) -> None:
        """
        Work before each instant, and before the start and in all of each portion that is under way at one of them.

        `whole` is 0 of the others: their calendars are not asked for times that these may not cover.
        """
        self.before, self.whole = np.zeros_like(self.start), np.zeros_like(self.start)
        self.until = np.zeros((len(calendars), len(instants)), dtype=np.int64)
        first = np.searchsorted(instants, self.start, side="right")
        is_asked = first < np.searchsorted(instants, self.finish, side="left")
        for number, calendar in enumerate(calendars):
            own = is_asked & (self.calendar == number)
            self.before[own] = _work(calendar, self.start[own])
            self.whole[own] = _work(calendar, self.finish[own]) - self.before[own]
            self.until[number] = _work(calendar, instants if calendar is None else _within(calendar, instants))
        room = np.maximum(2 * self.whole, 1)
        self.is_large = self.amount > (LARGEST - self.whole) // room  # its product with minutes would not fit
        self.has_large = bool(self.is_large.any())

    def by_portion(self, at: int) -> Ints:
        """Shape (portions,): spent by one of the instants, minor units."""
        spent = np.where(self.finish <= at, self.amount, 0)
        under_way = np.flatnonzero((self.start < at) & (at < self.finish) & (self.whole > 0))
        amount, whole = self.amount[under_way], self.whole[under_way]
        done = self.until[self.calendar[under_way], self.places[int(at)]] - self.before[under_way]
        spent[under_way] = (2 * amount * done + whole) // (2 * whole)
        if self.has_large:
            self._correct(spent, under_way, done)
        return spent

    def _correct(self, spent: Ints, under_way: Ints, done: Ints) -> None:
        """Divide once more, with numbers of any size, what is too large for 64 bits."""
        large = self.is_large[under_way]
        for index, minutes in zip(under_way[large].tolist(), done[large].tolist(), strict=True):
            spent[index] = ratio_rounded(int(self.amount[index]) * minutes, int(self.whole[index]))

    def total(self, at: int) -> int:
        """Spent by one of the instants, all together."""
        spent = self.by_portion(at)
        return int(spent.sum()) if self.fits else sum(spent.tolist())


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _work(calendar: Calendar | None, instants: Ints) -> Ints:
    """Working minutes before instants, counted from anywhere; without a calendar, around the clock."""
    return instants if calendar is None else calendar.work_each(instants)


def _within(calendar: Calendar, instants: Ints) -> Ints:
    return np.clip(instants, calendar.first, calendar.last)
