"""What simulate reads in a plan: spreads, risks, drivers, branches, costs, correlations."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from consortio_engine.command.calendars_file import DEFAULT_CALENDAR, compile_calendars
from consortio_engine.command.lengths import Units, length_of
from consortio_engine.command.plan_file import PlanFile, read_plan
from consortio_engine.command.reading import Refused, checked
from consortio_engine.command.schema import FAULTS_MAX
from consortio_engine.errors import Fault
from consortio_engine.network import Network
from consortio_engine.rows import Link, Task
from consortio_engine.simulate import Branch, Cost, Driver, EventRisk, InvalidSimulation, Spread
from consortio_engine.simulate.inputs import Question, check

T = TypeVar("T")
D = TypeVar("D")

MINUTES_PER_HOUR = 60
SECTIONS = {"risk": "risks", "driver": "drivers", "branch": "branches"}
_PLACE = re.compile(r"[a-z.]+(\[[0-9]+\])?")


@dataclass(frozen=True, eq=False)
class SimulationFile:
    """
    A plan with what may happen to it, as `simulate` takes it.

    Attributes:
        plan: with calendars that reach as far as the longest trial.
        trials: None: as many as the figures need.
    """

    plan: PlanFile
    spreads: Mapping[int, Spread]
    risks: Sequence[EventRisk]
    drivers: Sequence[Driver]
    branches: Sequence[Branch]
    costs: Mapping[int, Cost]
    correlations: Mapping[tuple[int, int], float]
    trials: int | None


def read_simulation(data: Any) -> SimulationFile:
    """
    Make everything that is simulated of a plan in JSON.

    Args:
        data: what JSON gave; it is checked against the schemas `plan` and `simulation`.

    Raises:
        Refused: every fault that the schemas, the names or the network has, each with its place.
    """
    plan = read_plan(data)
    reading = _Reading(plan, _schema_faults(data))
    spreads = reading.of_tasks("spread", reading.spread)
    risks = reading.rows("risks", reading.risk, EventRisk(0, (), Spread.fixed(0)))
    drivers = reading.rows("drivers", reading.driver, Driver(0, (), Spread.fixed(1)))
    branches = reading.rows("branches", reading.branch, Branch(()))
    costs = reading.of_tasks("cost", reading.cost)
    correlations = dict(filter(None, reading.rows("simulation.correlations", reading.correlation, None)))
    question = Question(
        spreads=spreads, risks=risks, drivers=drivers, branches=branches, costs=costs, correlations=correlations
    )
    reading.faults += _question_faults(plan, question)
    if reading.faults:
        raise Refused(reading.faults)
    network = _widened(plan, _longest(plan.network, spreads, risks, drivers))
    return SimulationFile(
        plan=replace(plan, network=network),
        spreads=spreads,
        risks=risks,
        drivers=drivers,
        branches=branches,
        costs=costs,
        correlations=correlations,
        trials=data.get("simulation", {}).get("trials"),
    )


def _schema_faults(data: Any) -> list[str]:
    try:
        checked(data, "simulation")
    except Refused as refusal:
        if len(refusal.faults) > FAULTS_MAX:  # cut: which rows are right is not known
            raise
        return list(refusal.faults)
    return []


def _question_faults(plan: PlanFile, question: Question) -> list[str]:
    """What the engine would refuse, each with its place in the file and the name that it has there."""
    try:
        check(plan.network, question, trials=None)
    except InvalidSimulation as refusal:
        return [f"{_place_of(plan, fault)}: {fault.message}" for fault in refusal.faults]
    return []


def _place_of(plan: PlanFile, fault: Fault) -> str:
    word, _, about = fault.code.partition("_")
    if word not in SECTIONS:
        place = "simulation.correlations" if word == "correlation" else f"tasks[{fault.index}].{word}"
        return f"{place} ({plan.names[fault.index]!r})"
    section = SECTIONS[word]
    name = plan.data[section][fault.index].get("name")
    part = f".{about}" if about in ("impact", "cost", "factor") else ""
    return f"{section}[{fault.index}]{part}" + (f" ({name!r})" if name else "")


class _Reading:
    """One file under way: faults are collected, and rows that have some are left out of what is looked at next."""

    def __init__(self, plan: PlanFile, faults: list[str]) -> None:
        self.plan, self.faults = plan, faults
        self._broken = {found[0] for fault in faults if (found := _PLACE.match(fault))}

    def rows(self, section: str, read: Callable[[int, Any], T], instead: T) -> list[T]:
        """The rows of a section; `instead` for one that has faults."""
        first, _, second = section.partition(".")
        if {first, section} & self._broken:
            return []
        found = self.plan.data.get(first, {})
        found = found.get(second, []) if second else found
        return [self._read(f"{section}[{at}]", at, row, read, instead) for at, row in enumerate(found)]

    def of_tasks(self, name: str, read: Callable[[int, Any], T]) -> dict[int, T]:
        """What tasks say under a name, without those that have faults."""
        said = [(at, row) for at, row in enumerate(self.plan.data["tasks"]) if name in row]
        found = ((at, self._read(f"tasks[{at}]", at, row, read, None)) for at, row in said)
        return {at: one for at, one in found if one is not None}

    def _read(self, place: str, at: int, row: Any, read: Callable[[int, Any], T], instead: D) -> T | D:
        if place in self._broken:
            return instead
        count = len(self.faults)
        one = read(at, row)
        if len(self.faults) > count:
            self._broken.add(place)
            return instead
        return one

    def cost(self, task: int, row: Mapping[str, Any]) -> Cost:
        """The cost of a task."""
        return _cost(row["cost"])

    def spread(self, task: int, row: Mapping[str, Any]) -> Spread:
        """The spread of a task's remaining duration."""
        value = row["spread"]
        if isinstance(value, dict) and "share" in value:
            remaining = int(self.plan.network.remaining[task])
            low, likely, high = (share * remaining for share in value["share"])
            return self._told(f"tasks[{task}].spread", Spread(low, likely, high, value.get("shape", "pert")))
        return self._told(f"tasks[{task}].spread", _time_spread(value, self.plan.units))

    def risk(self, at: int, row: Mapping[str, Any]) -> EventRisk:
        """An event risk."""
        place = f"risks[{at}]"
        impact = row.get("impact", 0)
        spread = _time_spread(impact, self.plan.units) if isinstance(impact, dict | list) else None
        if isinstance(impact, dict) and "share" in impact:
            self.faults.append(f"{place}.impact: is a share, and must be a length of time.")
            spread = None
        return EventRisk(
            chance=row["chance"],
            tasks=self._tasks(f"{place}.tasks", row["tasks"]),
            impact=self._told(
                f"{place}.impact",
                Spread.fixed(0 if isinstance(impact, dict | list) else length_of(impact, self.plan.units).minutes)
                if spread is None
                else spread,
            ),
            kind=row.get("kind", "parallel"),
            cost=self._told(f"{place}.cost", _spread(row["cost"])) if "cost" in row else None,
            name=row.get("name", ""),
        )

    def driver(self, at: int, row: Mapping[str, Any]) -> Driver:
        """A driver."""
        place = f"drivers[{at}]"
        factor = self._told(f"{place}.factor", _spread(row["factor"]))
        return Driver(row["chance"], self._tasks(f"{place}.tasks", row["tasks"]), factor, row.get("name", ""))

    def branch(self, at: int, row: Mapping[str, Any]) -> Branch:
        """Alternatives."""
        place = f"branches[{at}].alternatives"
        alternatives = [
            (each["chance"], self._tasks(f"{place}[{number}].tasks", each["tasks"]))
            for number, each in enumerate(row["alternatives"])
        ]
        return Branch(tuple(alternatives), row.get("name", ""))

    def correlation(self, at: int, row: Mapping[str, Any]) -> tuple[tuple[int, int], float] | None:
        """A pair of tasks and its rank correlation; None where the spread of one of them has faults."""
        found = self._tasks(f"simulation.correlations[{at}].tasks", row["tasks"])
        if any(f"tasks[{task}]" in self._broken for task in found):
            return None
        return (found[0], found[1]), float(row["rank"])

    def _tasks(self, place: str, ids: Sequence[str | int]) -> tuple[int, ...]:
        found = []
        for at, id_ in enumerate(ids):
            task = self.plan.index_of(id_)
            if task is None:
                self.faults.append(f"{place}[{at}]: there is no task {str(id_)!r}.")
            found.append(-1 if task is None else task)
        return tuple(found)

    def _told(self, place: str, spread: Spread) -> Spread:
        self.faults += [f"{place}: {fault}." for fault in spread.faults()]
        return spread


def _time_spread(value: Any, units: Units) -> Spread:
    """Of a list of three lengths, or an object with lengths in it; a share is read elsewhere."""
    if isinstance(value, list):
        low, likely, high = (float(length_of(each, units).minutes) for each in value)
        return Spread(low, likely, high)
    if "values" in value:
        lengths = [float(length_of(each, units).minutes) for each in value["values"]]
        if "weights" not in value:
            return Spread.empirical(lengths)
        pairs = list(zip(lengths, value["weights"], strict=False))
        if len(pairs) < max(len(lengths), len(value["weights"])):
            return Spread(min(lengths), lengths[0], max(lengths), "discrete", tuple(lengths), tuple(value["weights"]))
        return Spread.discrete(pairs)
    if "share" in value:
        return Spread.fixed(0)
    low, likely, high = (float(length_of(value[name], units).minutes) for name in ("low", "likely", "high"))
    return Spread(low, likely, high, value.get("shape", "pert"))


def _spread(value: Any) -> Spread:
    """Of money or a factor."""
    if isinstance(value, list):
        return Spread(*value)
    if isinstance(value, dict):
        return Spread(value["low"], value["likely"], value["high"], value.get("shape", "pert"))
    return Spread.fixed(value)


def _cost(value: Any) -> Cost:
    if isinstance(value, dict):
        return Cost(value.get("fixed", 0.0), value.get("per_hour", 0.0) / MINUTES_PER_HOUR, value.get("units", 1.0))
    return Cost(fixed=value)


def _longest(
    network: Network, spreads: Mapping[int, Spread], risks: Sequence[EventRisk], drivers: Sequence[Driver]
) -> int:
    """The most working minutes that all tasks together can take."""
    longest = [float(minutes) for minutes in network.remaining.tolist()]
    for task, spread in spreads.items():
        longest[task] = max(longest[task], spread.greatest)
    for driver in drivers:
        for task in driver.tasks:
            longest[task] *= max(driver.factor.greatest, 1.0)
    for risk in risks:
        for task in risk.tasks:
            longest[task] += max(risk.impact.greatest, 0.0)
    return int(min(sum(longest), 2**40)) + 1


def _widened(plan: PlanFile, work: int) -> Network:
    """The network with calendars that reach so many working minutes further."""
    network = plan.network
    ends = [Task(constraint_at=network.calendars[0].first), Task(constraint_at=network.calendars[0].last)]
    rows = plan.data.get("calendars") or [DEFAULT_CALENDAR]
    links: list[Link] = []
    calendars = compile_calendars(rows, network.projects[0], [*ends, Task(duration=work)], links)
    return replace(network, calendars=tuple(calendars))
