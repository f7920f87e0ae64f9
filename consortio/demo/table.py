"""The tables of the demo world, read: see `crossing` for what the columns mean."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from consortio.interchange.plan import Calendar, Constraint, DayHours, Item, Link, Plan, Project

from .cast import CAST, COMPANIES
from .holidays import closures, holidays

AFTER = re.compile(r"(?P<key>\w+)(:(?P<kind>SS|FF|SF))?(\+(?P<lag>\d+)(?P<unit>[de]))?")
MORNING, EVENING = time(8), time(17)
DAY: Mapping[str, int] = {"office": 480, "yard": 600, "night": 420}  # working minutes
ELAPSED_DAY = 1440
OFF: DayHours = ()
OFFICE_DAY: DayHours = ((480, 720), (780, 1020))
YARD_DAY: DayHours = ((390, 690), (720, 1020))
NIGHT: DayHours = ((1320, 1740),)  # ten in the evening to five in the morning


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `days` is None of a phase and 0 of a milestone; `more` holds what stands in the last column."""

    key: str
    parent: str | None
    depth: int
    kind: str
    days: int | None
    who: str
    after: tuple[str, ...]
    name: str
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def calendar(self) -> str:
        return self.more.get("cal", "office")

    @property
    def took(self) -> int:
        """How many days it really took, or will take."""
        return int(self.more.get("took", self.days or 0))

    @property
    def revision(self) -> int:
        """The revision of the plan that this row came in with."""
        return int(self.more.get("from", 1))

    def week(self, word: str) -> int | None:
        return int(self.more[word]) if word in self.more else None


def lines_of(text: str) -> tuple[Line, ...]:
    """Return the rows of a table; indentation makes the tree."""
    found: list[Line] = []
    above: list[str] = []
    for row in text.strip("\n").splitlines():
        key, size, who, after, name, more = (*(part.strip() for part in row.split("|")), "")[:6]
        depth = (len(row) - len(row.lstrip())) // 2
        del above[depth:]
        kind, days = _size(size)
        waits = tuple(part.strip() for part in after.split(",") if part.strip())
        options: dict[str, str] = {word: value for word, _, value in (part.partition("=") for part in more.split())}
        found.append(Line(key, above[-1] if above else None, depth + 1, kind, days, who, waits, name, options))
        above.append(key)
    return tuple(found)


def _size(words: str) -> tuple[str, int | None]:
    if not words:
        return "phase", None
    if words == "M":
        return "milestone", 0
    return ("deliverable", int(words[1:])) if words[0] == "D" else ("task", int(words))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table and the Monday that its weeks count from."""

    name: str
    file: str
    lines: tuple[Line, ...]
    monday: date
    begins: int  # the week in which the plan starts
    calendars: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    grant_at: datetime | None = None
    critical_days: int = 0  # of total float, up to which a row is critical

    def morning(self, week: int) -> datetime:
        return datetime.combine(self.monday + timedelta(weeks=week), MORNING)

    def friday(self, week: int) -> datetime:
        """Return the evening of the last Friday before a week: up to then progress is known."""
        return datetime.combine(self.monday + timedelta(weeks=week, days=-3), EVENING)

    def upto(self, revision: int) -> "Sheet":
        """Return the table without what came in later."""
        kept = [line for line in self.lines if line.revision <= revision]
        keys = {line.key for line in kept}
        made = [replace(one, after=tuple(word for word in one.after if parts(word)[0] in keys)) for one in kept]
        return replace(self, lines=tuple(made))

    def plan(self, items: Sequence[Item], data_at: datetime | None = None) -> Plan:
        start = self.morning(self.begins)
        first = Project("1", self.name, start=start, data_date=data_at, calendar="office")
        first = replace(first, critical_float_minutes=self.critical_days * DAY["office"])
        return Plan(
            file=self.file,
            format="mspdi",
            mode="msp",
            projects=(first,),
            items=tuple(items),
            links=tuple(links_of(self.lines)),
            calendars=tuple(calendars_of(self.calendars, start.year)),
            program="MS Project",
        )

    def item(self, line: Line, order: int) -> Item:
        """Return a row as the plan says it before anything has begun."""
        snet, deadline = line.week("snet"), line.week("deadline")
        at = self.friday(deadline + 1) if deadline is not None else None
        return Item(
            id=line.key,
            name=line.name,
            kind=line.kind,  # type: ignore[arg-type]  # one of the kinds
            parent=line.parent,
            depth=line.depth,
            order=order,
            milestone="finish" if line.kind == "milestone" else None,
            duration_minutes=None if line.days is None else line.days * DAY[line.calendar],
            calendar=line.calendar if line.calendar in self.calendars else None,
            constraint=Constraint("snet", self.morning(snet)) if snet is not None else None,
            deadline=self.grant_at if "grant" in line.more else at,
            responsible=responsible(line.who),
            notes=self.notes.get(line.key, ""),
        )


def parts(word: str) -> tuple[str, str, int, str]:
    """Return what a row waits for: key, kind of link, lag in days and their unit."""
    found = AFTER.fullmatch(word)
    assert found, word
    return found["key"], found["kind"] or "FS", int(found["lag"] or 0), found["unit"] or "d"


def links_of(lines: Iterable[Line]) -> Iterator[Link]:
    for line in lines:
        for word in line.after:
            key, kind, days, unit = parts(word)
            is_elapsed = unit == "e"
            lag = days * (ELAPSED_DAY if is_elapsed else DAY[line.calendar])
            yield Link(key, line.key, kind, lag, is_elapsed)  # type: ignore[arg-type]  # one of the kinds


def responsible(who: str) -> tuple[str, ...]:
    """Return the names of a person and their organisation, or of an organisation alone."""
    if who in CAST:
        return CAST[who].name, COMPANIES[CAST[who].company].name
    return (COMPANIES[who].name,) if who else ()


def calendars_of(names: Mapping[str, str], year: int) -> Iterator[Calendar]:
    """Yield office hours with public holidays and what rests on them, for the year before and the three after."""
    years = range(year - 1, year + 4)
    days = tuple(one for each in years for one in holidays(each))
    yield Calendar("office", "Office hours", week=(OFFICE_DAY,) * 5 + (OFF, OFF), exceptions=days, minutes_per_day=480)
    if "yard" in names:
        shut = tuple(closures(each) for each in years)
        week = (YARD_DAY,) * 4 + (OFF,) * 3
        yield Calendar("yard", names["yard"], "office", week, exceptions=shut, minutes_per_day=DAY["yard"])
    if "night" in names:  # Sunday night to Friday morning
        week = (NIGHT,) * 4 + (OFF, OFF, NIGHT)
        yield Calendar("night", names["night"], "office", week, minutes_per_day=DAY["night"])
