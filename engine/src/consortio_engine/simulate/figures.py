"""Run trials in blocks, until there are enough, and count what they gave."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import islice
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Watch
from consortio_engine.errors import HorizonExceeded
from consortio_engine.rows import NONE
from consortio_engine.simulate.durations import Off
from consortio_engine.simulate.marks import instants
from consortio_engine.simulate.model import Block, Model, closes_without, run_block
from consortio_engine.simulate.outcome import LEVELS, Effect, Note, quantiles
from consortio_engine.simulate.samples import Z95, at_level, interval_positions, order_statistics, spearman
from consortio_engine.simulate.workspace import forget

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST_TRIALS = 2_000
MOST_TRIALS = 20_000
WIDTH_SHARE = 0.01  # enough when the 95 % interval of the 80 % quantile is narrower than this share
CELLS_MAX = 32_000_000  # finishes of tasks × trials that are stored; beyond, tasks' figures rest on the first trials
RANKED_TRIALS = 1_024  # a rank correlation of so many is within 0.06 of that of all
IN_FLIGHT = 16


class Tally:
    """What has been counted so far, in the order of trials; `count` says how many."""

    def __init__(self, model: Model) -> None:
        tasks = model.network.task_count
        self.stored_max = max(CELLS_MAX // max(tasks, 1), RANKED_TRIALS)
        self.count = 0
        self._close: list[Ints] = []
        self._money: list[Floats] = []
        self.on_path = np.zeros(tasks, dtype=np.int64)
        self._finish: list[NDArray[np.int32]] = []
        self._left: list[NDArray[np.int32]] = []

    @property
    def close(self) -> Ints:
        """Project finishes, shape (trials,)."""
        self._close = [np.concatenate(self._close)]
        return self._close[0]

    @property
    def money(self) -> Floats:
        """Shape (trials,)."""
        return np.concatenate(self._money)

    def add(self, block: Block) -> None:
        """Take the next trials in."""
        self.count += len(block.close)
        self._close.append(block.close)
        self._money.append(block.money)
        self.on_path += block.on_path
        self._finish.append(block.finish)
        self._left.append(block.left)

    def finishes(self, tasks: slice | Sequence[int]) -> NDArray[np.int32]:
        """Marks of the stored trials; shape (tasks, trials)."""
        return np.concatenate([part[tasks] for part in self._finish], axis=1)

    def durations(self) -> Ints:
        """Of the ranked trials; shape (rows, trials)."""
        return np.concatenate(self._left, axis=1).astype(np.int64)


def figures_of(model: Model, trials: int | None, executor: Executor | None, watch: Watch) -> dict[str, Any]:
    """
    Run the trials and return every figure of a `Simulation`, by name.

    Raises: Cancelled, HorizonExceeded.
    """
    try:
        return _counted(model, trials, executor, watch)
    finally:
        forget()


def _counted(model: Model, trials: int | None, executor: Executor | None, watch: Watch) -> dict[str, Any]:
    tally = Tally(model)
    target = FIRST_TRIALS if trials is None else trials
    watch.tell(0, target)
    while True:
        for block in _blocks(model, tally, target, executor):
            tally.add(block)
            watch.tell(tally.count, target)
        if trials is not None or target >= MOST_TRIALS or _width(model, tally) <= _enough(model):
            break
        target = min(target + FIRST_TRIALS, MOST_TRIALS)
    effects = tuple(_effects(model, tally, executor, watch))
    return _summed_up(model, tally, effects, trials)


def _blocks(model: Model, tally: Tally, target: int, executor: Executor | None) -> Iterator[Block]:
    size = model.block
    jobs = [(first, min(size, target - first)) for first in range(tally.count, target, size)]
    stored = (tally.stored_max, RANKED_TRIALS)
    rows = [(model, first, count, *(min(max(most - first, 0), count) for most in stored)) for first, count in jobs]
    yield from _mapped(executor, run_block, rows)


def _mapped(executor: Executor | None, function: Callable[..., Any], rows: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    """The results in order; no more than some blocks wait in an executor at a time."""
    if executor is None:
        yield from (function(*row) for row in rows)
        return
    waiting = iter(rows)
    futures: list[Future[Any]] = [executor.submit(function, *row) for row in islice(waiting, IN_FLIGHT)]
    try:
        while futures:
            yield futures.pop(0).result()
            futures += [executor.submit(function, *row) for row in islice(waiting, 1)]
    finally:
        for future in futures:
            future.cancel()


def _width(model: Model, tally: Tally) -> int:
    """Of the 95 % interval of the 80 % quantile, in minutes."""
    ordered = np.sort(tally.close)
    low, high = interval_positions(80, len(ordered))
    return int(ordered[high] - ordered[low])


def _enough(model: Model) -> float:
    """The width below which there are enough trials: a hundredth of what remains of the plan."""
    begins = min(
        project.start if project.data_date is None else project.data_date for project in model.network.projects
    )
    return WIDTH_SHARE * max(model.planned_finish - begins, 0)


def _effects(model: Model, tally: Tally, executor: Executor | None, watch: Watch) -> Iterator[Effect]:
    """Only trials in which it happened can end otherwise without it."""
    question, ordered = model.durations.question, np.sort(tally.close)
    causes: list[tuple[Any, int, Any]] = [("risk", index, risk) for index, risk in enumerate(question.risks)]
    causes += [("driver", index, driver) for index, driver in enumerate(question.drivers)]
    trials = [np.flatnonzero(model.durations.happens((kind, index), tally.count)) for kind, index, _ in causes]
    total, done = tally.count + sum(map(len, trials)), tally.count
    for (kind, index, cause), happened in zip(causes, trials, strict=True):
        off: Off = (kind, index)
        parts = [happened[at : at + model.block] for at in range(0, len(happened), model.block)]
        without = tally.close.copy()
        rows = [(model, part, off) for part in parts]
        for part, close in zip(parts, _mapped(executor, closes_without, rows), strict=True):
            without[part] = close
            done += len(part)
            watch.tell(done, total)
        yield _effect(model, kind, index, cause, len(happened) / tally.count, ordered, without)


def _effect(model: Model, kind: Any, index: int, cause: Any, happened: float, ordered: Ints, without: Ints) -> Effect:
    positions = [at_level(level, len(ordered)) for level in (50, 80)]
    better = np.sort(without)
    minutes = [int(ordered[at] - better[at]) for at in positions]
    work = _working(model, ordered[positions]) - _working(model, better[positions])
    mean = round((int(ordered.sum()) - int(better.sum())) / len(ordered))
    return Effect(
        kind, index, cause.name, tuple(cause.tasks), happened, minutes[0], minutes[1], mean, int(work[0]), int(work[1])
    )


def _working(model: Model, instant: Ints) -> Ints:
    """Working minutes of the project's calendar before instants; around the clock where it does not reach so far."""
    project = model.network.projects[0]
    if 0 <= project.calendar < len(model.network.calendars):
        try:
            return model.network.calendars[project.calendar].work_each(instant)
        except HorizonExceeded:
            pass
    return instant


def _summed_up(model: Model, tally: Tally, effects: tuple[Effect, ...], trials: int | None) -> dict[str, Any]:
    order = np.argsort(tally.close, kind="stable")
    samples = tally.close[order]
    at = np.array([interval_positions(level, len(samples)) for level in LEVELS])
    interval = samples[at]
    money = tally.money[order].round(2) if _knows_money(model) else None
    finish, kept = _finishes(model, tally)
    width = _width(model, tally)
    is_enough = trials is not None or width <= _enough(model)
    return {
        "trials": len(samples),
        "finish": finish,
        "project_finish": quantiles(samples),
        "interval": interval,
        "standard_error": (interval[:, 1] - interval[:, 0]) / (2 * Z95),
        "planned_chance": int(np.searchsorted(samples, model.planned_finish, side="right")) / len(samples),
        **_measures(model, tally),
        "effects": effects,
        "cost": None if money is None else np.sort(money)[[at_level(level, len(money)) for level in LEVELS]],
        "samples": samples,
        "cost_samples": money,
        "kept": kept,
        "findings": tuple(_notes(model, tally, None if is_enough else width)),
    }


def _knows_money(model: Model) -> bool:
    question = model.durations.question
    return bool(question.costs) or any(risk.cost is not None for risk in question.risks)


def _finishes(model: Model, tally: Tally) -> tuple[Ints, dict[int, Ints]]:
    """Quantiles of every task, (tasks, levels), and the samples to keep."""
    calendar, has_dates = model.dates.calendar, model.plan.finish != NONE
    count = model.network.task_count
    result = np.full((count, len(LEVELS)), NONE, dtype=np.int64)
    step = 256  # rows at a time: a copy of all of them would double the memory
    for first in range(0, count, step):
        found = order_statistics(tally.finishes(slice(first, first + step)), LEVELS)
        rows = np.flatnonzero(has_dates[first : first + step])
        for own in np.unique(calendar[first + rows]).tolist():
            chosen = rows[calendar[first + rows] == own]
            result[first + chosen] = instants(model.table, own, found[chosen])
    kept = {}
    for task in model.durations.question.keep:
        if has_dates[task]:
            marks = np.sort(tally.finishes([task])[0]).astype(np.int64)
            kept[task] = instants(model.table, int(calendar[task]), marks)
    return result, kept


def _measures(model: Model, tally: Tally) -> dict[str, Floats]:
    tasks, count = model.durations.tasks, tally.count
    criticality = tally.on_path / count
    sensitivity, deviation = np.zeros(len(criticality)), np.zeros(len(criticality))
    if len(tasks):
        durations = tally.durations()
        sensitivity[tasks] = spearman(durations, tally.close[: durations.shape[1]], model.durations.speed)
        deviation[tasks] = durations.std(axis=1)
    length = _working(model, tally.close)
    spread = float(np.sqrt(((length - length.mean()) ** 2).mean()))
    return {
        "criticality": criticality,
        "sensitivity": sensitivity,
        "cruciality": criticality * np.abs(sensitivity),
        "schedule_sensitivity": criticality * deviation / spread if spread else np.zeros(len(criticality)),
    }


def _notes(model: Model, tally: Tally, width: int | None) -> Iterator[Note]:
    durations = model.durations
    if not len(durations.tasks) or (np.ptp(tally.durations(), axis=1) == 0).all():
        yield Note("no_spread")
    if width is not None:
        yield Note("not_converged", value=width)
    if tally.count > tally.stored_max:
        yield Note("first_trials", value=tally.stored_max)
    if durations.copula is not None and durations.copula.change > 0:
        yield Note("correlation_changed", value=ceil(1000 * durations.copula.change))
    alive = set(durations.tasks.tolist())
    for task in sorted(durations.question.spreads):
        if task not in alive:
            yield Note("spread_ignored", task)


def no_figures(model: Model) -> dict[str, Any]:
    """The figures of a simulation that was cancelled: none."""
    tasks, levels_ = model.network.task_count, len(LEVELS)
    nothing = np.zeros(tasks)
    return {
        "trials": 0,
        "finish": np.full((tasks, levels_), NONE, dtype=np.int64),
        "project_finish": np.full(levels_, NONE, dtype=np.int64),
        "interval": np.full((levels_, 2), NONE, dtype=np.int64),
        "standard_error": np.zeros(levels_),
        "planned_chance": 0.0,
        "criticality": nothing,
        "sensitivity": nothing,
        "cruciality": nothing,
        "schedule_sensitivity": nothing,
        "effects": (),
        "cost": None,
        "samples": np.zeros(0, dtype=np.int64),
        "cost_samples": None,
        "kept": {},
        "findings": (),
    }
