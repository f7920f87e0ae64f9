"""Earned value: what was planned, what has been earned and what it cost, of every task, organisation and together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from time import monotonic

import numpy as np

from consortio_engine.answers import Answer
from consortio_engine.calendar import Calendar
from consortio_engine.fingerprint import digest
from consortio_engine.results import Finding
from consortio_engine.value.figures import Figures, ratio_rounded, rounded, total
from consortio_engine.value.rows import CostedTask, refuse_faulty
from consortio_engine.value.spread import Planned, refuse_instants
from consortio_engine.version import VERSION

AS_DONE = ("percent", "units")


@dataclass(frozen=True)
class Standing:
    """
    One organisation: whoever is responsible earns, whoever pays bears the cost.

    Attributes:
        responsible: the tasks it is responsible for, whoever pays. paying: the tasks that it pays, whoever does them.
    """

    responsible: Figures
    paying: Figures

    @property
    def earned(self) -> int:
        """What it has earned by its work."""
        return self.responsible.earned

    @property
    def borne(self) -> int | None:
        """What it has paid; None where a cost is missing."""
        return self.paying.cost


@dataclass(frozen=True, kw_only=True, eq=False)
class EarnedValue(Answer):
    """
    The figures of one day.

    Attributes:
        at: minutes since 1970. tasks: in the order given.
        joint: of all tasks. organisations: by name, in its order. Summed over all organisations, `responsible` and
            `paying` each give `joint` exactly.
        findings: `cost_missing` (the task's cost is not known), `nothing_planned` (by "planned_percent", none of it was
            to be done by now: it earned percent of budget), `capped` (by "planned_percent" it would have earned more
            than its budget; value: by how much).
    """

    at: int
    tasks: tuple[Figures, ...]
    joint: Figures
    organisations: dict[str, Standing]
    findings: tuple[Finding, ...]


def earned_value(tasks: Sequence[CostedTask], at: int) -> EarnedValue:
    """
    Return planned value, earned value and cost of a day, of every task, of every organisation and together.

    Args:
        tasks: with progress and cost as of that day.
        at: minutes since 1970, end of what counts.

    Raises:
        InvalidValue: with every fault. HorizonExceeded: a portion lies outside its task's calendar.

    Source:
        ANSI/EIA-748; Fleming and Koppelman (2010), Earned Value Project Management. Cost: O(portions log intervals).
    """
    began = monotonic()
    refuse_instants([at])
    refuse_faulty(tasks)
    rows, findings = [], []
    for index, (task, planned) in enumerate(zip(tasks, _planned(tasks, at), strict=True)):
        earned, codes = _earned(task, planned)
        if task.cost is None:
            codes.append(("cost_missing", 0))
        findings += [Finding(code, "warning", index, value) for code, value in codes]
        rows.append(_figures(task, planned, earned))
    return EarnedValue(
        status="ok",
        method="earned value",
        fingerprint=digest([VERSION, "earned value", at, *_parts(tasks)]),
        elapsed=monotonic() - began,
        at=at,
        tasks=tuple(rows),
        joint=total(rows),
        organisations=_standings(tasks, rows),
        findings=tuple(findings),
    )


def planned_value(tasks: Sequence[CostedTask], instants: Sequence[int]) -> tuple[int, ...]:
    """
    Return what all tasks were to have earned by each instant, in minor units: the curve that `earned_schedule` reads.

    Args:
        tasks: as for `earned_value`. instants: shape (periods,), minutes since 1970, mostly the ends of periods.

    Raises: as `earned_value`. Cost: O(periods portions), in NumPy.
    """
    refuse_instants(instants)
    refuse_faulty(tasks)
    planned = Planned.of(tasks, instants)
    return tuple(planned.total(at) for at in instants)


def _planned(tasks: Sequence[CostedTask], at: int) -> Iterator[int]:
    """Of each task, up to an instant."""
    spent = iter(Planned.of(tasks, [at]).by_portion(at).tolist())
    return (sum(islice(spent, len(task.planned))) for task in tasks)


def _earned(task: CostedTask, planned: int) -> tuple[int, list[tuple[str, int]]]:
    """Earned value by the task's rule, and findings with their values."""
    if task.rule == "planned_percent":
        return _by_planned_percent(task, planned)
    if task.rule in AS_DONE and type(task.done) is type(task.of) is int:
        return ratio_rounded(int(task.budget) * task.done, task.of), []
    return rounded(task.budget * _share(task)), []


def _share(task: CostedTask) -> Fraction:
    """The earned part of the budget, 0 to 1."""
    done = Fraction(task.done) / Fraction(task.of)
    if task.rule == "0/100":
        return Fraction(int(done == 1))
    if task.rule == "50/50":
        return Fraction(1) if done == 1 else Fraction(int(done > 0 or task.is_started), 2)
    if task.rule == "milestones":
        weights = [(Fraction(milestone.weight), milestone.is_reached) for milestone in task.milestones]
        return sum((weight for weight, reached in weights if reached), Fraction()) / sum(
            weight for weight, _ in weights
        )
    return done


def _by_planned_percent(task: CostedTask, planned: int) -> tuple[int, list[tuple[str, int]]]:
    if not task.planned_done:
        codes = [("nothing_planned", 0)] if task.done else []
        return rounded(task.budget * Fraction(task.done) / Fraction(task.of)), codes
    earned = rounded(planned * Fraction(task.done) / Fraction(task.planned_done))
    excess = earned - task.budget
    return (earned, []) if excess <= 0 else (task.budget, [("capped", excess)])


def _figures(task: CostedTask, planned: int, earned: int) -> Figures:
    is_known = task.cost is not None
    return Figures(
        budget=task.budget,
        planned=planned,
        earned=earned,
        cost=task.cost,
        tasks=1,
        unreported=int(not is_known),
        cost_known=task.cost or 0,
        earned_known=earned if is_known else 0,
    )


def _standings(tasks: Sequence[CostedTask], rows: Sequence[Figures]) -> dict[str, Standing]:
    doing: dict[str, list[Figures]] = {}
    paying: dict[str, list[Figures]] = {}
    for task, row in zip(tasks, rows, strict=True):
        doing.setdefault(task.responsible, []).append(row)
        paying.setdefault(task.payer, []).append(row)
    names = sorted(doing.keys() | paying.keys())
    return {name: Standing(total(doing.get(name, [])), total(paying.get(name, []))) for name in names}


def _parts(tasks: Sequence[CostedTask]) -> Iterator[object]:
    """Everything that decides, in a stable form. A calendar is named once for all of its tasks."""
    names: dict[Calendar | None, str] = {None: ""}
    for calendar in {task.calendar: None for task in tasks if task.calendar is not None}:
        names[calendar] = digest([calendar.start, calendar.end])
    portions = [(portion.start, portion.finish, portion.amount) for task in tasks for portion in task.planned]
    yield np.array(portions, dtype=np.int64).reshape(-1, 3)
    yield np.array([(task.done, task.of) for task in tasks], dtype=np.float64).reshape(-1, 2)
    yield [
        (
            len(task.planned), task.responsible, task.payer, task.rule, bool(task.is_started),
            None if task.cost is None else int(task.cost), names[task.calendar],
        )
        for task in tasks
    ]  # fmt: skip
    yield [
        (
            index,
            None if task.planned_done is None else float(task.planned_done),
            [(float(milestone.weight), bool(milestone.is_reached)) for milestone in task.milestones],
        )
        for index, task in enumerate(tasks)
        if task.planned_done is not None or task.milestones
    ]
