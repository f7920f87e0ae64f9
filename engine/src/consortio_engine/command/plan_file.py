"""A plan in JSON as a network; what the names in it stand for, and which of them stand for nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from consortio_engine.command.calendars_file import DEFAULT_CALENDAR, check_calendars, compile_calendars
from consortio_engine.command.lengths import Length, Units, instant_of, length_of
from consortio_engine.command.reading import Refused, checked
from consortio_engine.errors import InvalidNetwork
from consortio_engine.network import Network
from consortio_engine.results import Mode, Options
from consortio_engine.rows import DEFAULT, ELAPSED, Constraint, Kind, Link, LinkType, Project, Task

T = TypeVar("T")

AROUND_THE_CLOCK = "elapsed"
# Names in a task's object, and the attributes of `Task` that they fill.
DATES = {
    "at": "constraint_at",
    "at2": "constraint2_at",
    "deadline": "deadline",
    "expected_finish": "expected_finish",
    "actual_start": "actual_start",
    "actual_finish": "actual_finish",
    "external_start": "external_start",
    "external_finish": "external_finish",
    "suspended_at": "suspended_at",
    "resumed_at": "resumed_at",
    "start": "manual_start",
    "finish": "manual_finish",
}


@dataclass(frozen=True, eq=False)
class PlanFile:
    """
    A plan as it was written, and as the engine takes it.

    Attributes:
        network: tasks and links in the order of the file.
        names: the id of each task, as text. titles: its name, or its id.
        data: the whole file, for what single commands read in it.
        mode, options: whose rules, and how to schedule. units: of lengths written in days and weeks.
    """

    network: Network
    names: tuple[str, ...]
    titles: tuple[str, ...]
    data: Mapping[str, Any]
    mode: Mode
    options: Options
    units: Units

    @property
    def ids(self) -> tuple[str | int, ...]:
        """The id of each task as it stands in the file: text or a whole number."""
        return tuple(row["id"] for row in self.data["tasks"])

    def index_of(self, id_: str | int) -> int | None:
        """The index of the task with that id; None: there is none."""
        return self._indices.get(str(id_))

    _indices: dict[str, int] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._indices.update({name: index for index, name in enumerate(self.names)})


def read_plan(data: Any) -> PlanFile:
    """
    Make a network of a plan in JSON.

    Args:
        data: what JSON gave; it is checked against the schema `plan`.

    Raises:
        Refused: every fault that the schema, the names or the network has, each with its place.
    """
    checked(data, "plan")
    reading = _Reading(data)
    tasks = [reading.task(index, row) for index, row in enumerate(data["tasks"])]
    links = [reading.link(index, row, tasks) for index, row in enumerate(data.get("links", []))]
    project, options = reading.project(), reading.options()
    if reading.faults:
        raise Refused(reading.faults)
    calendars = compile_calendars(reading.calendars, project, tasks, links)
    try:
        network = Network.build(tasks, links, calendars, [project])
    except InvalidNetwork as refusal:
        raise Refused(
            [_placed(fault.code, fault.index, fault.message, reading.names) for fault in refusal.faults]
        ) from None
    mode: Mode = data.get("options", {}).get("mode", "msp")
    titles = tuple(row.get("name") or name for row, name in zip(data["tasks"], reading.names, strict=True))
    return PlanFile(network, reading.names, titles, data, mode, options, reading.units)


class _Reading:
    """One file under way: faults are collected, and what is faulty is read as nothing."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data, self.faults = data, list[str]()
        wishes = data.get("options", {})
        day = int(wishes.get("minutes_per_day", 480))
        self.units = Units(day, int(wishes.get("minutes_per_week", 5 * day)))
        self.calendars = data.get("calendars") or [DEFAULT_CALENDAR]
        self.names = tuple(str(row["id"]) for row in data["tasks"])
        self._index = self._unique("tasks", "id", self.names)
        self._calendar = self._unique("calendars", "name", [row["name"] for row in self.calendars])
        self._calendar.setdefault(AROUND_THE_CLOCK, ELAPSED)
        self._parents = {str(row["parent"]) for row in data["tasks"] if row.get("parent") is not None}
        self.faults += check_calendars(self.calendars)

    def _unique(self, rows: str, what: str, names: tuple[str, ...] | list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for index, name in enumerate(names):
            if name in found:
                self.faults.append(f"{rows}[{index}].{what}: {name!r} is also the {what} of {rows}[{found[name]}].")
            found.setdefault(name, index)
        return found

    def task(self, index: int, row: Mapping[str, Any]) -> Task:
        place = f"tasks[{index}]"
        kind = self._kind(row)
        duration = self._length(row.get("duration"))
        if duration is None and kind == Kind.TASK:
            self.faults.append(f"{place}.duration: is missing; a milestone has a duration of 0.")
        remaining = self._length(row.get("remaining"))
        dates = {attribute: self._instant(f"{place}.{name}", row.get(name)) for name, attribute in DATES.items()}
        return Task(
            duration=0 if duration is None else duration.minutes,
            remaining=None if remaining is None else remaining.minutes,
            is_elapsed=duration is not None and duration.is_elapsed,
            kind=kind,
            calendar=self._named(f"{place}.calendar", "calendar", self._calendar, row.get("calendar"), 0),
            parent=self._named(f"{place}.parent", "task", self._index, row.get("parent"), -1),
            constraint=Constraint[row.get("constraint", "asap").upper()],
            constraint2=Constraint[row.get("constraint2", "asap").upper()],
            is_manual=row.get("manual", False),
            is_active=row.get("active", True),
            **dates,  # type: ignore[arg-type]  # dates only, by DATES
        )

    def _kind(self, row: Mapping[str, Any]) -> Kind:
        if "kind" in row:
            return Kind[row["kind"].upper()]
        if str(row["id"]) in self._parents:
            return Kind.SUMMARY
        return Kind.MILESTONE if row.get("duration") == 0 else Kind.TASK

    def link(self, index: int, row: Mapping[str, Any], tasks: list[Task]) -> Link:
        place = f"links[{index}]"
        first = self._named(f"{place}.from", "task", self._index, row["from"], 0)
        second = self._named(f"{place}.to", "task", self._index, row["to"], 0)
        lag = length_of(row.get("lag", 0), self.units)
        is_elapsed = lag.is_elapsed
        minutes = lag.minutes
        if lag.is_share:
            minutes = round(tasks[first].duration * minutes / 100)
            is_elapsed = tasks[first].is_elapsed
        kind = LinkType[row.get("type", "FS")]
        where = ELAPSED if is_elapsed else DEFAULT
        return Link(predecessor=first, successor=second, type=kind, lag=minutes, lag_calendar=where)

    def project(self) -> Project:
        dates = {name: self._instant(name, self.data.get(name)) for name in ("start", "data_date", "must_finish_by")}
        return Project(start=dates["start"] or 0, data_date=dates["data_date"], must_finish_by=dates["must_finish_by"])

    def options(self) -> Options:
        wishes = dict(self.data.get("options", {}))
        for name in ("mode", "minutes_per_day", "minutes_per_week"):
            wishes.pop(name, None)
        for name in ("critical_float", "near_float"):
            if name in wishes:
                wishes[name] = length_of(wishes[name], self.units).minutes
        wishes.setdefault("near_float", max(10 * self.units.day, wishes.get("critical_float", 0)))
        return Options(**wishes)

    def _length(self, value: int | str | None) -> Length | None:
        return None if value is None else length_of(value, self.units)

    def _instant(self, place: str, text: str | None) -> int | None:
        return None if text is None else self._tried(place, instant_of, text)

    def _tried(self, place: str, read: Callable[[str], T], text: str) -> T | None:
        try:
            return read(text)
        except ValueError:
            self.faults.append(f"{place}: there is no {text!r}.")
            return None

    def _named(self, place: str, what: str, known: Mapping[str, int], name: str | int | None, absent: int) -> int:
        if name is None:
            return absent
        if str(name) not in known:
            self.faults.append(f"{place}: there is no {what} {str(name)!r}.")
            return absent
        return known[str(name)]


def _placed(code: str, index: int, message: str, names: tuple[str, ...]) -> str:
    """The network's sentence, with the place in the file and the id before it."""
    if index < 0:
        return message
    if code.startswith("link_"):
        return f"links[{index}]: {message}"
    return f"tasks[{index}] ({names[index]!r}): {message}"
