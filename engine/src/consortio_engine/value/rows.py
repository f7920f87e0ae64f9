"""What a task was to cost and when, how it earns, and what it has cost: the input of earned value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args

import numpy as np

from consortio_engine.calendar import Calendar
from consortio_engine.errors import Fault, Faulty

Rule = Literal["0/100", "50/50", "percent", "planned_percent", "milestones", "units"]

RULES: tuple[str, ...] = get_args(Rule)
BY_MEASURE = ("percent", "units", "0/100", "50/50")  # by what is done alone
PLAIN_NUMBERS = (int, float)
LARGEST_AMOUNT = 10**15
LARGEST_MEASURE = 1e12


class InvalidValue(Faulty):
    """Tasks, plans or reports that are refused whole; `where` holds the rows."""

    code = "value"


@dataclass(frozen=True)
class Portion:
    """
    Part of a budget and when it is planned to be spent: evenly over the working time from start to finish.

    Attributes:
        start, finish: minutes since 1970. Without working time between them all of it falls due at the finish.
        amount: minor units of the currency, >= 0.
    """

    start: int
    finish: int
    amount: int


@dataclass(frozen=True)
class Milestone:
    """A step of a task: its weight among the steps, > 0, and whether it has been reached."""

    weight: float
    is_reached: bool = False


@dataclass(frozen=True, kw_only=True)
class CostedTask:
    """
    A task with a budget.

    Attributes:
        planned: one portion for a budget spread evenly, or one for every period of a plan by periods. They may overlap.
        responsible: the organisation that does it, and earns. payer: the one that bears its cost.
        rule: how it earns, see `docs/engine/earned-value.md`.
        done, of: how much of how much is done: percent of 100, or units of all units. 0 <= done <= of.
        is_started: for 50/50, where nothing has been measured yet.
        planned_done: for "planned_percent": how much was to be done by now, in the same measure as `done`.
        milestones: for the rule of that name.
        cost: what it has cost so far, minor units; None where nobody has said. A credit makes it negative.
        calendar: of its working time; None: around the clock.
    """

    planned: Sequence[Portion]
    responsible: str
    payer: str
    rule: Rule = "percent"
    done: float = 0
    of: float = 100
    is_started: bool = False
    planned_done: float | None = None
    milestones: Sequence[Milestone] = ()
    cost: int | None = None
    calendar: Calendar | None = None

    @property
    def budget(self) -> int:
        """All that was planned to be spent, minor units."""
        return sum([portion.amount for portion in self.planned])


def refuse_faulty(tasks: Sequence[CostedTask]) -> None:
    """Raise InvalidValue with every fault of every task."""
    doubtful = ((index, task) for index, task in enumerate(tasks) if not _is_plainly_sound(task))
    if faults := [fault for index, task in doubtful for fault in _faults(index, task)]:
        raise InvalidValue(faults)


def _is_plainly_sound(task: CostedTask) -> bool:
    """Tell of most sound tasks that nothing is wrong, in a tenth of the time that it takes to ask for every fault."""
    return (
        task.rule in BY_MEASURE
        and type(task.done) in PLAIN_NUMBERS
        and type(task.of) in PLAIN_NUMBERS
        and 0 <= task.done <= task.of <= LARGEST_MEASURE
        and task.of > 0
        and task.planned_done is None
        and (task.cost is None or (type(task.cost) is int and abs(task.cost) <= LARGEST_AMOUNT))
        and (type(task.responsible) is type(task.payer) is str)
        and bool(task.responsible and task.payer and task.planned)
        and all(is_plain(portion) for portion in task.planned)
    )


def is_plain(portion: Portion) -> bool:
    """Tell of most sound portions that nothing is wrong."""
    start, finish, amount = portion.start, portion.finish, portion.amount
    return (
        type(start) is type(finish) is type(amount) is int
        and -LARGEST_AMOUNT <= start <= finish <= LARGEST_AMOUNT
        and 0 <= amount <= LARGEST_AMOUNT
    )


def is_whole(value: object, largest: int = LARGEST_AMOUNT) -> bool:
    """Whether this is a whole number of sensible size."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and abs(int(value)) <= largest


def is_measure(value: object) -> bool:
    """Whether this is a finite number of sensible size."""
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return is_number and isfinite(value) and abs(float(value)) <= LARGEST_MEASURE  # type: ignore[arg-type]  # a number


def _faults(index: int, task: CostedTask) -> Iterator[Fault]:
    yield from _plan_faults(index, task)
    yield from _progress_faults(index, task)
    if task.rule not in RULES:
        yield Fault("rule", index, f"Task {index} earns by {task.rule!r}; the rules are {', '.join(RULES)}.")
    for name, organisation in (("responsible", task.responsible), ("payer", task.payer)):
        if not (isinstance(organisation, str) and organisation):
            yield Fault(name, index, f"Task {index} has {organisation!r} for the {name} organisation.")
    if task.cost is not None and not is_whole(task.cost):
        yield Fault("cost", index, f"Task {index} has the cost {task.cost!r}; it is whole minor units, or None.")


def _plan_faults(index: int, task: CostedTask) -> Iterator[Fault]:
    if not task.planned:
        yield Fault("no_plan", index, f"Task {index} has no planned portion.")
    for portion in task.planned:
        yield from portion_faults(index, portion)


def portion_faults(index: int, portion: Portion) -> Iterator[Fault]:
    """What is wrong with a portion of a task."""
    if not (is_whole(portion.amount) and portion.amount >= 0):
        text = f"Task {index} plans the amount {portion.amount!r}; it is whole minor units, not negative."
        yield Fault("amount", index, text)
    if not (is_whole(portion.start) and is_whole(portion.finish)):
        yield Fault("instant", index, f"Task {index} plans from {portion.start!r} to {portion.finish!r}.")
    elif portion.finish < portion.start:
        yield Fault("order", index, f"Task {index} plans to finish ({portion.finish}) before {portion.start}.")


def _progress_faults(index: int, task: CostedTask) -> Iterator[Fault]:
    if not (is_measure(task.of) and task.of > 0):
        yield Fault("of", index, f"Task {index} is measured by {task.of!r} in all; it is more than 0.")
    else:
        named = (("done", task.done), ("planned_done", task.planned_done))
        for name, value in named:
            if value is None and name == "planned_done":
                continue
            if not (is_measure(value) and 0 <= value <= task.of):  # type: ignore[operator]  # a number by now
                yield Fault(name, index, f"Task {index} has {name} {value!r}; it lies from 0 to {task.of!r}.")
    if task.rule == "planned_percent" and task.planned_done is None:
        yield Fault("planned_done", index, f"Task {index} earns by planned_percent and does not say planned_done.")
    if task.rule == "milestones" and not task.milestones:
        yield Fault("milestones", index, f"Task {index} earns by milestones and has none.")
    for milestone in task.milestones:
        if not (is_measure(milestone.weight) and milestone.weight > 0):
            yield Fault("weight", index, f"Task {index} has a milestone of weight {milestone.weight!r}; it is above 0.")
