"""Primavera calendars: rows of CALENDAR and the nested text in their clndr_data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from consortio.interchange.plan import Calendar, CalendarException, DayHours
from consortio.interchange.values import (
    FIRST_DAY,
    LAST_DAY,
    Findings,
    Values,
    merge_ranges,
    minute_range,
    parse_clock,
    shorten,
)
from consortio.interchange.wording import Wording
from consortio.interchange.xer_table import Row

DAY_ZERO = date(1899, 12, 30)
DEPTH_MAX = 16
USUAL_HOURS: DayHours = ((480, 720), (780, 1020))
USUAL_WEEK: tuple[DayHours, ...] = (USUAL_HOURS,) * 5 + ((), ())
# (0||name(attributes)( … )): the second bracket opens the children.
_SPACE = re.compile(r"[\s\x7f]+")
_OPENING = re.compile(r"\( ?\d* ?\|\|([^()|]*)\(([^()]*)\) ?\(")


class _Broken(ValueError):
    """The text is not nested as it should be, at this position."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


@dataclass(slots=True)
class _Part:
    name: str
    attributes: dict[str, str]
    parts: list["_Part"] = field(default_factory=list)

    def named(self, name: str) -> "_Part | None":
        return next((part for part in self.parts if part.name.casefold() == name.casefold()), None)


def read_calendar(row: Row, findings: Findings) -> Calendar:
    values = Values(row.values, findings, table="CALENDAR", line=row.line)
    name = values.text("clndr_name")
    base = values.raw("base_clndr_id") or None
    reader = _Reader(name, row.line, findings)
    week, exceptions = reader.read(row.values.get("clndr_data", ""))
    if week is None and base is None:
        reader.say(Wording("has no hours and was read as Monday to Friday 08:00–12:00, 13:00–17:00"))
    return Calendar(
        id=values.raw("clndr_id"),
        name=name,
        base=base,
        week=week or ((None,) * 7 if base else USUAL_WEEK),
        exceptions=exceptions,
        minutes_per_day=values.hours("day_hr_cnt"),
    )


class _Reader:
    def __init__(self, name: str, line: int, findings: Findings) -> None:
        self._name = name
        self._line = line
        self._findings = findings

    def read(self, text: str) -> tuple[tuple[DayHours, ...] | None, tuple[CalendarException, ...]]:
        """Return the week from Monday (None where the text has none) and the days that differ."""
        if not text.strip():
            return None, ()
        try:
            root = _parse(_SPACE.sub(" ", text))
        except _Broken as broken:
            self.say(
                Wording(
                    "the hours break off at character {position}, expected nested brackets",
                    position=broken.position + 1,
                )
            )
            return None, ()
        days = root.named("DaysOfWeek")
        week = self._week(days) if days and days.parts else None
        exceptions = root.named("Exceptions")
        return week, tuple(self._exceptions(exceptions)) if exceptions else ()

    def say(self, what: Wording) -> None:
        message = Wording("Calendar “{name}”: {what}.", name=shorten(self._name), what=what)
        self._findings.add("warning", "calendar_hours", message, table="CALENDAR", line=self._line)

    def _week(self, days: _Part) -> tuple[DayHours, ...]:
        """Return seven days from Monday; P6 counts from Sunday, which is 1."""
        week: list[DayHours] = [()] * 7
        for day in days.parts:
            if day.name in ("1", "2", "3", "4", "5", "6", "7"):
                week[(int(day.name) - 2) % 7] = self._hours(day)
            else:
                self.say(Wording("day “{name}” is not known, expected 1 to 7", name=shorten(day.name)))
        return tuple(week)

    def _exceptions(self, part: _Part) -> Iterator[CalendarException]:
        for one in part.parts:
            raw = one.attributes.get("d", "")
            day = DAY_ZERO + timedelta(days=int(raw)) if raw.isdecimal() and len(raw) < 7 else None
            if day is None or not FIRST_DAY <= day <= LAST_DAY:
                self.say(
                    Wording(
                        "an exception on day “{raw}” was left out, expected a day number since 1899-12-30",
                        raw=shorten(raw),
                    )
                )
            else:
                yield CalendarException(day, day, self._hours(one))

    def _hours(self, day: _Part) -> DayHours:
        ranges = []
        for shift in day.parts:
            try:
                start, finish = parse_clock(shift.attributes["s"]), parse_clock(shift.attributes["f"])
            except (KeyError, ValueError):
                self.say(
                    Wording(
                        "hours “{attributes}” were left out, expected a start and a finish",
                        attributes=shorten(str(shift.attributes)),
                    )
                )
                continue
            ranges.append(minute_range(start, finish))
        return merge_ranges(ranges)


def _parse(text: str) -> _Part:
    """
    Return the outermost part.

    Raises:
        _Broken: brackets do not nest.
    """
    root = _Part("", {})
    open_parts = [root]
    position = _skip_space(text, 0)
    while position < len(text):
        opening = _OPENING.match(text, position)
        if opening:
            part = _Part(opening[1].strip(), _attributes(opening[2]))
            open_parts[-1].parts.append(part)
            open_parts.append(part)
            position = opening.end()
            if len(open_parts) > DEPTH_MAX:
                raise _Broken(position)
        elif text[position] == ")" and len(open_parts) > 1:
            position = _close(text, position)
            open_parts.pop()
        else:
            raise _Broken(position)
        position = _skip_space(text, position)
    if len(open_parts) > 1 or not root.parts:
        raise _Broken(len(text))
    return root.parts[0]


def _close(text: str, position: int) -> int:
    """Return the position after the two brackets that end a part: of its children, and its own."""
    second = _skip_space(text, position + 1)
    if second >= len(text) or text[second] != ")":
        raise _Broken(second)
    return second + 1


def _skip_space(text: str, position: int) -> int:
    return position + 1 if text.startswith(" ", position) else position


def _attributes(text: str) -> dict[str, str]:
    cells = [cell.strip() for cell in text.split("|")]
    return dict(zip(cells[::2], cells[1::2], strict=False))
