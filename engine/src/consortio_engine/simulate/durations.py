"""Durations and money of every trial, before any date."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consortio_engine.kernel import Speed, at_speed
from consortio_engine.network import Network
from consortio_engine.simulate.block_kernels import draw_rows
from consortio_engine.simulate.correlation import Copula
from consortio_engine.simulate.draws import (
    Stream,
    Words,
    key_of,
    keys_of,
    name_number,
    steps_of,
    uniforms,
    words,
)
from consortio_engine.simulate.inputs import Branch, Driver, EventRisk, Question
from consortio_engine.simulate.reach import SMALL_MAX, Whole
from consortio_engine.simulate.spreads import Spread, Tables, sampled
from consortio_engine.simulate.workspace import array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Which risk or driver is off: its kind and its position. None: all are on.
Off = tuple[str, int] | None

LONGEST = 2.0**40  # minutes; many drivers at once may multiply to more than whole numbers hold
CHUNK_CELLS = 2**15  # durations that are drawn at once: what fits near the processor


@dataclass(frozen=True, eq=False)
class Durations:
    """
    What is drawn in every trial. Made by `of`; picklable.

    Attributes:
        tasks: (rows,), the tasks whose duration can vary, ascending.
        remaining: (rows,), their remaining durations as planned.
        spreads: (rows,), None for one that only risks, drivers or branches change. keys: (rows,).
        span: (tasks of the network,), working minutes at completion as planned.
        plain: the rows that nothing but their spread changes, and `tables` with their quantiles. other: the other rows.
        copula: of the rows that are said to move together; None without any.
    """

    tasks: Ints
    remaining: Ints
    spreads: tuple[Spread | None, ...]
    keys: Words
    question: Question
    seed: int
    span: Ints
    plain: Ints
    other: tuple[int, ...]
    tables: Tables
    copula: Copula | None
    speed: Speed

    @classmethod
    def of(cls, network: Network, is_open: Flags, question: Question, seed: int, speed: Speed = "plain") -> "Durations":
        """Choose the tasks that vary, of those that can: `is_open` has the shape (tasks,)."""
        named = set(question.spreads) | question.touched
        open_tasks = [task for task in sorted(named) if is_open[task]]
        tasks = np.array(open_tasks, dtype=np.int64)
        spreads = tuple(question.spreads.get(task) for task in open_tasks)
        alone = [_is_alone(task, spread, question) for task, spread in zip(open_tasks, spreads, strict=True)]
        return cls(
            tasks=tasks,
            remaining=network.remaining[tasks],
            spreads=spreads,
            keys=keys_of(seed, Stream.TASK, tasks),
            question=question,
            seed=seed,
            span=network.duration,
            plain=np.flatnonzero(alone).astype(np.int64),
            other=tuple(row for row, is_alone in enumerate(alone) if not is_alone),
            tables=Tables.of([spread for spread, is_alone in zip(spreads, alone, strict=True) if is_alone and spread]),
            copula=Copula.of(open_tasks, question.correlations),
            speed=speed,
        )

    def draw(self, trials: Ints, off: Off = None, *, lasts: bool = True) -> "Draw":
        """
        Return the durations and the money of some trials.

        Args:
            trials: (trials,), their numbers. off: the risk or driver that does not happen.
            lasts: whether the durations outlive the next draw of the same thread.
        """
        steps = steps_of(trials)
        events = Events(self.question, self.seed, steps, off)
        shape = len(self.tasks), len(trials)
        small = np.int32  # which holds FIGURE_MAX, the most of a spread
        left: Whole = np.empty(shape, dtype=small) if lasts else array("left", shape, small)
        self._draw_plain(steps, left)
        joined = self._joined(steps)
        for row in self.other:
            task, spread = int(self.tasks[row]), self.spreads[row]
            if spread is None:
                value = np.full(len(trials), float(self.remaining[row]))
            else:
                bits = joined[row] if row in joined else words(self.keys[row : row + 1], steps)[0]
                value = sampled(spread, bits)
            value = np.floor(events.changed(task, value) + 0.5)
            if left.dtype == np.int32 and value.max(initial=0.0) > SMALL_MAX // 2:  # as a mark it is doubled
                left = left.astype(np.int64)
            left[row] = value
        return Draw(left, events.money + self._costs(left, events))

    def _draw_plain(self, steps: Words, left: Whole) -> None:
        """Write the durations of the rows that nothing but their spread changes."""
        if self.speed == "fast" and len(self.plain):
            tables, keys = self.tables, self.keys[self.plain]
            at_speed(draw_rows, "fast")(
                self.plain, keys, steps, tables.offset, tables.base, tables.reach, tables.flat, left
            )
            return
        chunk = max(CHUNK_CELLS // max(len(steps), 1), 1)
        for first in range(0, len(self.plain), chunk):
            rows = self.plain[first : first + chunk]
            value = self.tables.draw(slice(first, first + chunk), words(self.keys[rows], steps))
            value += 0.5
            left[rows] = np.maximum(value, 0.0, out=value)

    def _joined(self, steps: Words) -> dict[int, Words]:
        """The random bits of rows that move together."""
        if self.copula is None:
            return {}
        bits = self.copula.join(words(self.keys[self.copula.rows], steps))
        return dict(zip(self.copula.rows.tolist(), bits, strict=True))

    def happens(self, cause: tuple[str, int], count: int) -> Flags:
        """In which of the first trials a risk or driver happens. Shape (trials,)."""
        kind, index = cause
        rows: Sequence[EventRisk] | Sequence[Driver] = self.question.risks if kind == "risk" else self.question.drivers
        stream = Stream.RISK if kind == "risk" else Stream.DRIVER
        steps = steps_of(np.arange(count, dtype=np.int64))
        return happens(self.seed, stream, items_of(rows)[index], rows[index].chance, steps)

    def _costs(self, left: Whole, events: "Events") -> Floats:
        total = np.zeros(left.shape[1])
        if not self.question.costs:
            return total
        rows = {task: row for row, task in enumerate(self.tasks.tolist())}
        for task, cost in sorted(self.question.costs.items()):
            minutes: Whole | int = int(self.span[task])
            if task in rows:
                minutes = np.maximum(minutes + left[rows[task]] - self.remaining[rows[task]], 0)
            spent = cost.fixed + cost.rate * cost.units * minutes
            total += np.where(events.untaken[task], 0.0, spent) if task in rows and task in events.untaken else spent
        return total


def _is_alone(task: int, spread: Spread | None, question: Question) -> bool:
    """Whether nothing but its spread changes a duration, and a table holds the spread."""
    if spread is None or (spread.shape == "discrete" and not spread.is_fixed):
        return False
    return task not in question.touched


@dataclass(frozen=True, eq=False)
class Draw:
    """
    One block of trials.

    Attributes:
        left: (rows, trials), remaining working minutes, in 32 bits if these hold all.
        money: (trials,), of tasks and of risks.
    """

    left: Whole
    money: Floats


class Events:
    """What happens in the trials of one block: risks, drivers, and which alternative is taken."""

    def __init__(self, question: Question, seed: int, steps: Words, off: Off) -> None:
        self.money = np.zeros(len(steps))
        self.untaken: dict[int, Flags] = {}
        self._factors: dict[int, list[Floats]] = {}
        self._additive: dict[int, list[Floats]] = {}
        self._parallel: dict[int, list[Floats]] = {}
        for branch, item in zip(question.branches, items_of(question.branches), strict=True):
            self._take(branch, uniforms(key_of(seed, Stream.BRANCH, item), steps))
        for index, (driver, item) in enumerate(zip(question.drivers, items_of(question.drivers), strict=True)):
            if off != ("driver", index):
                self._drive(driver, seed, item, steps)
        for index, (risk, item) in enumerate(zip(question.risks, items_of(question.risks), strict=True)):
            if off != ("risk", index):
                self._hit(risk, seed, item, steps)

    def _take(self, branch: Branch, number: Floats) -> None:
        reached = 0.0
        for chance, tasks in branch.alternatives:
            taken = (number >= reached) & (number < reached + chance)
            reached += chance
            for task in tasks:
                self.untaken[task] = self.untaken[task] | ~taken if task in self.untaken else ~taken

    def _drive(self, driver: Driver, seed: int, item: int, steps: Words) -> None:
        acts = happens(seed, Stream.DRIVER, item, driver.chance, steps)
        factor = sampled(driver.factor, words(np.array([key_of(seed, Stream.FACTOR, item)], dtype=np.uint64), steps)[0])
        factor = np.where(acts, factor, 1.0)
        for task in driver.tasks:
            self._factors.setdefault(task, []).append(factor)

    def _hit(self, risk: EventRisk, seed: int, item: int, steps: Words) -> None:
        occurs = happens(seed, Stream.RISK, item, risk.chance, steps)
        impact = sampled(risk.impact, words(np.array([key_of(seed, Stream.IMPACT, item)], dtype=np.uint64), steps)[0])
        impact = np.where(occurs, impact, 0.0)
        for task in risk.tasks:
            (self._additive if risk.kind == "additive" else self._parallel).setdefault(task, []).append(impact)
        if risk.cost is not None:
            money = sampled(risk.cost, words(np.array([key_of(seed, Stream.MONEY, item)], dtype=np.uint64), steps)[0])
            self.money += np.where(occurs, money, 0.0)

    def changed(self, task: int, value: Floats) -> Floats:
        """The duration of a task after drivers, risks and branches; never negative. Shape (trials,)."""
        for factor in self._factors.get(task, ()):
            value = value * factor
        for impact in self._additive.get(task, ()):
            value = value + impact
        if task in self._parallel:
            value = value + np.maximum.reduce(self._parallel[task])
        if task in self.untaken:
            value = np.where(self.untaken[task], 0.0, value)
        return np.clip(value, 0.0, LONGEST)


def happens(seed: int, stream: Stream, item: int, chance: float, steps: Words) -> Flags:
    """In which trials something with this chance happens. Shape (trials,)."""
    result: Flags = uniforms(key_of(seed, stream, item), steps) < chance
    return result


def items_of(rows: Sequence[EventRisk] | Sequence[Driver] | Sequence[Branch]) -> list[int]:
    """What identifies the random numbers of each row: its name and how many of that name came before, or its position."""
    seen: dict[str, int] = {}
    items = []
    for position, name in enumerate([row.name for row in rows]):
        before = seen[name] = seen.get(name, -1) + 1
        items.append(name_number(f"{name}\n{before}") if name else position)
    return items
