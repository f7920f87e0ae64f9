"""A plan with resources in JSON, or a PSPLIB file, as a levelling problem."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from consortio_engine.command.lengths import Units, instant_of, instant_text, length_of
from consortio_engine.command.plan_file import PlanFile, read_plan
from consortio_engine.command.reading import Refused, checked, parse_json, read_text
from consortio_engine.command.schedule import scheduled
from consortio_engine.errors import Cycle
from consortio_engine.resources import (
    Aim,
    Assignment,
    InvalidProblem,
    Mode,
    Problem,
    Resource,
    problem_of,
    psplib,
)
from consortio_engine.rows import NONE

PSPLIB_FORMS = {".sm": "sm", ".mm": "mm", ".rcp": "rcp"}


@dataclass(frozen=True, eq=False)
class LevelFile:
    """
    What is to be levelled, and how it is told again.

    Attributes:
        problem: of the engine. title: of the plan, or the file's name.
        ids, names: of the jobs. slots: per task of the file, its job; None: not levelled.
        before: starts of the jobs before levelling, NONE for none.
        objective, samples, stable: as for `level`.
        step: the least column of a picture, minutes. told: an instant in JSON. label: an instant in a picture.
    """

    problem: Problem
    title: str
    ids: tuple[str | int, ...]
    names: tuple[str, ...]
    slots: tuple[int | None, ...]
    before: tuple[int, ...]
    objective: tuple[Aim, ...]
    samples: int
    stable: bool
    step: int
    told: Callable[[int | None], str | int | None]
    label: Callable[[int], str]


def read_level(place: str, name: str) -> LevelFile:
    """
    Read a file for `level`: PSPLIB by its ending, or by text that does not begin like JSON.

    Raises:
        Refused: every fault with its place.
    """
    text = read_text(place)
    form = next((form for ending, form in PSPLIB_FORMS.items() if place.lower().endswith(ending)), None)
    if form is not None or (text.strip() and not text.lstrip().startswith(("{", "["))):
        return _of_psplib(text, form, name)
    return of_plan(parse_json(text, name))


def _of_psplib(text: str, form: Any, name: str) -> LevelFile:
    try:
        problem = psplib(text, form)
    except InvalidProblem as refusal:
        raise Refused([f"{name}: {fault.message}" for fault in refusal.faults]) from None
    except Cycle as refusal:
        ring = " -> ".join(str(job + 1) for job in (*refusal.where, refusal.where[0]))
        raise Refused([f"{name}: these jobs wait for each other: {ring}."]) from None
    count = len(problem.jobs)
    return LevelFile(
        problem=problem,
        title=PurePath(name).name,
        ids=tuple(range(1, count + 1)),
        names=("",) * count,
        slots=tuple(range(count)),
        before=tuple(_by_links_alone(problem)),
        objective=("finish",),
        samples=100,
        stable=True,
        step=1,
        told=lambda at: None if at is None or at == NONE else int(at),
        label=str,
    )


def _by_links_alone(problem: Problem) -> list[int]:
    """Starts as if there were plenty of everything."""
    starts = [problem.start] * len(problem.jobs)
    for job in problem.order:
        for link in problem.links:
            if link.predecessor == job:
                finish = starts[job] + problem.jobs[job].ways[0].duration
                starts[link.successor] = max(starts[link.successor], finish)
    return starts


def of_plan(data: Any) -> LevelFile:
    """
    Make a problem of a plan in JSON; the schemas are `plan` and `level`.

    Raises:
        Refused: every fault with its place.
    """
    plan = read_plan(data)
    checked(data, "level")
    reading = _Reading(plan)
    resources = [reading.resource(at, row) for at, row in enumerate(data["resources"])]
    assignments = [one for task, row in enumerate(data["tasks"]) for one in reading.assignments(task, row)]
    modes = {task: reading.modes(task, row) for task, row in enumerate(data["tasks"]) if row.get("modes")}
    wishes = data.get("levelling", {})
    freeze = reading.instant("levelling.freeze_until", wishes.get("freeze_until"))
    if reading.faults:
        raise Refused(reading.faults)
    schedule = scheduled(plan)
    try:
        problem = problem_of(
            plan.network,
            schedule,
            assignments,
            resources,
            modes=modes,
            weights={task: int(row["weight"]) for task, row in enumerate(data["tasks"]) if "weight" in row},
            freeze_until=freeze,
        )
    except InvalidProblem as refusal:
        raise Refused([fault.message for fault in refusal.faults]) from None
    except Cycle as refusal:
        raise Refused([f"links: tasks wait for each other ({len(refusal.where)} of them)."]) from None
    tasks = [job.task for job in problem.jobs]
    slot = {task: job for job, task in enumerate(tasks)}
    return LevelFile(
        problem=problem,
        title=data.get("name", "Load"),
        ids=tuple(plan.ids[task] for task in tasks),
        names=tuple(plan.titles[task] for task in tasks),
        slots=tuple(slot.get(task) for task in range(plan.network.task_count)),
        before=tuple(int(schedule.start[task]) for task in tasks),
        objective=tuple(wishes.get("objective", ["finish"])),
        samples=int(wishes.get("samples", 100)),
        stable=wishes.get("stable", True),
        step=1440,
        told=instant_text,
        label=lambda at: (instant_text(at) or "")[:10],
    )


class _Reading:
    """Resources and needs under way: faults are collected, and what is faulty is read as nothing."""

    def __init__(self, plan: PlanFile) -> None:
        self.faults: list[str] = []
        self._units: Units = plan.units
        rows = plan.data["resources"]
        self._resource: dict[str, int] = {}
        for at, row in enumerate(rows):
            if row["name"] in self._resource:
                self.faults.append(f"resources[{at}].name: {row['name']!r} is there already.")
            self._resource.setdefault(row["name"], at)
        names = [row["name"] for row in plan.data.get("calendars") or [{"name": "standard"}]]
        self._calendar = {name: at for at, name in enumerate(names)}

    def instant(self, place: str, text: str | None) -> int | None:
        """An instant, or a fault."""
        try:
            return None if text is None else instant_of(text)
        except ValueError:
            self.faults.append(f"{place}: there is no {text!r}.")
            return None

    def resource(self, at: int, row: Mapping[str, Any]) -> Resource:
        """One row of `resources`."""
        place = f"resources[{at}]"
        calendar = row.get("calendar")
        if calendar is not None and calendar not in self._calendar:
            self.faults.append(f"{place}.calendar: there is no calendar {calendar!r}.")
        if ("capacity" in row) == ("bands" in row):
            self.faults.append(f"{place}: has a capacity or bands, one of them.")
        capacity: Any = row.get("capacity")
        if "bands" in row:
            capacity = [self._band(f"{place}.bands[{band}]", one) for band, one in enumerate(row["bands"])]
        return Resource(
            name=row["name"],
            capacity=capacity,
            renewable=row.get("renewable", True),
            calendar=self._calendar.get(calendar) if calendar is not None else None,
        )

    def _band(self, place: str, row: Mapping[str, Any]) -> tuple[int, int, int | None]:
        begin, end = self.instant(f"{place}.from", row["from"]), self.instant(f"{place}.to", row["to"])
        if begin is not None and end is not None and end <= begin:
            self.faults.append(f"{place}: ends before it begins.")
        return begin or 0, end or 1, row.get("units")

    def assignments(self, task: int, row: Mapping[str, Any]) -> list[Assignment]:
        """What the task's `needs` say."""
        demand = self._demand(f"tasks[{task}].needs", row.get("needs", {}))
        return [Assignment(task=task, resource=resource, units=units) for resource, units in demand.items()]

    def modes(self, task: int, row: Mapping[str, Any]) -> Sequence[Mode]:
        """The task's `modes`."""
        place = f"tasks[{task}].modes"
        return [
            Mode(
                duration=length_of(mode["duration"], self._units).minutes,
                demand=self._demand(f"{place}[{at}].needs", mode.get("needs", {})),
            )
            for at, mode in enumerate(row["modes"])
        ]

    def _demand(self, place: str, needs: Mapping[str, int]) -> dict[int, int]:
        for name in needs:
            if name not in self._resource:
                self.faults.append(f"{place}: there is no resource {name!r}.")
        return {self._resource[name]: units for name, units in needs.items() if name in self._resource}


__all__ = ["LevelFile", "of_plan", "read_level"]
