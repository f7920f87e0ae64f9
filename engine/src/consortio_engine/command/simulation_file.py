"""What simulate reads in a plan: spreads, risks, drivers, branches, costs, correlations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from consortio_engine.command.calendars_file import DEFAULT_CALENDAR, compile_calendars
from consortio_engine.command.lengths import Units, length_of
from consortio_engine.command.plan_file import PlanFile, read_plan
from consortio_engine.command.reading import Refused, checked
from consortio_engine.network import Network
from consortio_engine.rows import Link, Task
from consortio_engine.simulate import Branch, Cost, Driver, EventRisk, Spread

MINUTES_PER_HOUR = 60


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
    checked(data, "simulation")
    reading = _Reading(plan)
    spreads = {task: reading.spread(task, row) for task, row in enumerate(data["tasks"]) if "spread" in row}
    risks = [reading.risk(f"risks[{at}]", row) for at, row in enumerate(data.get("risks", []))]
    drivers = [reading.driver(f"drivers[{at}]", row) for at, row in enumerate(data.get("drivers", []))]
    branches = [reading.branch(f"branches[{at}]", row) for at, row in enumerate(data.get("branches", []))]
    wishes = data.get("simulation", {})
    correlations = dict(
        reading.correlation(f"simulation.correlations[{at}]", row)
        for at, row in enumerate(wishes.get("correlations", []))
    )
    if reading.faults:
        raise Refused(reading.faults)
    costs = {task: _cost(row["cost"]) for task, row in enumerate(data["tasks"]) if "cost" in row}
    network = _widened(plan, _longest(plan.network, spreads, risks, drivers))
    return SimulationFile(
        plan=replace(plan, network=network),
        spreads=spreads,
        risks=risks,
        drivers=drivers,
        branches=branches,
        costs=costs,
        correlations=correlations,
        trials=wishes.get("trials"),
    )


class _Reading:
    """One file under way: faults are collected."""

    def __init__(self, plan: PlanFile) -> None:
        self.plan, self.faults = plan, list[str]()

    def spread(self, task: int, row: Mapping[str, Any]) -> Spread:
        """The spread of a task's remaining duration."""
        value = row["spread"]
        if isinstance(value, dict) and "share" in value:
            remaining = int(self.plan.network.remaining[task])
            low, likely, high = (share * remaining for share in value["share"])
            return self._told(f"tasks[{task}].spread", Spread(low, likely, high, value.get("shape", "pert")))
        return self._told(f"tasks[{task}].spread", _time_spread(value, self.plan.units))

    def risk(self, place: str, row: Mapping[str, Any]) -> EventRisk:
        """An event risk."""
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

    def driver(self, place: str, row: Mapping[str, Any]) -> Driver:
        """A driver."""
        factor = self._told(f"{place}.factor", _spread(row["factor"]))
        return Driver(row["chance"], self._tasks(f"{place}.tasks", row["tasks"]), factor, row.get("name", ""))

    def branch(self, place: str, row: Mapping[str, Any]) -> Branch:
        """Alternatives."""
        alternatives = [
            (each["chance"], self._tasks(f"{place}.alternatives[{at}].tasks", each["tasks"]))
            for at, each in enumerate(row["alternatives"])
        ]
        return Branch(tuple(alternatives), row.get("name", ""))

    def correlation(self, place: str, row: Mapping[str, Any]) -> tuple[tuple[int, int], float]:
        """A pair of tasks and its rank correlation."""
        found = self._tasks(f"{place}.tasks", row["tasks"])
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
