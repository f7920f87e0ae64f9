"""One row of a table as an item, without its place in the tree."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from consortio.interchange.amounts import currency_named
from consortio.interchange.cells import (
    Moment,
    Span,
    Unreadable,
    as_text,
    is_absent,
    read_amount,
    read_constraint,
    read_duration,
    read_flag,
    read_kind,
    read_mode,
    read_moment,
    read_percent,
)
from consortio.interchange.mapping import Mapping
from consortio.interchange.people import split_people
from consortio.interchange.plan import Assignment, BaselineItem, Constraint, Item, ItemKind, StoredDates
from consortio.interchange.safe_text import bare_text
from consortio.interchange.settle import DATE_FIELDS
from consortio.interchange.sheet import Row, Table, Value, cell_place
from consortio.interchange.values import Findings, clean_line, clean_lines, hides, shorten, unseen_words
from consortio.interchange.wording import Wording
from consortio.interchange.words import Field

CALENDAR = "standard"
AMOUNTS: tuple[Field, ...] = ("budget", "actual_cost")
NOT_BELOW_ZERO = Wording("an amount of money that is not below zero")
DAY_STARTS, DAY_ENDS = timedelta(hours=8), timedelta(hours=17)
FINISHES: frozenset[Field] = frozenset({"finish", "deadline", "actual_finish", "baseline_finish"})
FINISH_CONSTRAINTS = frozenset({"fnet", "fnlt", "mfo"})
# A Monday, before every date that is read.
EPOCH = datetime(1899, 12, 25)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draft:
    """An item with what its row says about others. `parent` is the position of another draft."""

    row: Row
    item: Item
    level: int | None = None
    parent: int | None = None
    parent_key: str = ""
    group: str = ""
    organisation: str = ""
    people: tuple[str, ...] = ()
    baseline: BaselineItem | None = None
    duration_counted: bool = False
    has_duration: bool = False
    is_only_a_group: bool = False


class RowReader:
    def __init__(self, table: Table, mapping: Mapping, findings: Findings) -> None:
        self._table = table
        self._mapping = mapping
        self._findings = findings
        self._columns = {field: column for column, field in mapping.columns}
        headings = [mapping.heading(self._columns[field]) for field in AMOUNTS if field in self._columns]
        self._currency = currency_named(" ".join(headings))
        self._ids: dict[str, Row] = {}
        self._key = self._key_field()
        self._has_times = self._any_time_of_day()

    def _key_field(self) -> Field | None:
        """Return the column that identifies rows: one made for it, or outline numbers that are all there and differ."""
        made: tuple[Field, ...] = ("uid", "id", "code")
        for field in made:
            if field in self._columns:
                return field
        if "outline" not in self._columns:
            return None
        named = [row for row in self._table.rows if row.number > (self._mapping.header_row or 0) and self._name(row)]
        numbers = [as_text(row.value(self._columns["outline"])).strip() for row in named]
        return "outline" if all(numbers) and len(set(numbers)) == len(numbers) else None

    def _any_time_of_day(self) -> bool:
        """Return whether any date has a time: a table where all are at midnight means whole days."""
        columns = [self._columns[field] for field in DATE_FIELDS if field in self._columns]
        return any(self._has_time(row.value(column)) for row in self._table.rows for column in columns)

    def _has_time(self, value: Value) -> bool:
        if isinstance(value, str) and ":" not in value and "." not in value and "h" not in value.lower():
            return False
        try:
            moment = read_moment(value, self._mapping.date_order)
        except Unreadable:
            return False
        return moment.has_time and (moment.at.hour, moment.at.minute) != (0, 0)

    def draft(self, row: Row) -> Draft:
        """Return the row as an item; what cannot be read is a finding and stays None."""
        name = self._name(row)
        group = self._text(row, "group")
        duration = self._duration(row, "duration")
        item = Item(
            id=self._id(row),
            name=name or group,
            kind=self._kind(row, duration),
            code=self._text(row, "code") or (self._text(row, "id") if self._key == "uid" else ""),
            outline=self._text(row, "outline"),
            manual=bool(self._read(row, "mode", read_mode)),
            duration_minutes=duration.minutes if duration else None,
            duration_elapsed=duration.elapsed if duration else False,
            duration_estimated=duration.estimated if duration else False,
            constraint=self._constraint(row),
            deadline=self._date(row, "deadline"),
            actual_start=self._date(row, "actual_start"),
            actual_finish=self._date(row, "actual_finish"),
            percent_complete=self._percent(row),
            stored=StoredDates(start=self._date(row, "start"), finish=self._date(row, "finish")),
            work_minutes=self._work(row),
            **self._costs(row),
            notes=clean_lines(as_text(self._cell(row, "notes"))),
        )
        draft = Draft(row, item, group=group, level=self._level(row), parent_key=self._text(row, "parent"))
        return self._with_people(
            replace(draft, baseline=self._baseline(row, item.id), has_duration=duration is not None)
        )

    def settled(self, draft: Draft, *, is_parent: bool) -> Draft:
        """Return the draft as what its place makes it: a row with others below is a phase, no length a milestone."""
        item = draft.item
        if is_parent:
            return replace(draft, item=replace(item, kind="phase", milestone=None))
        if item.kind == "milestone":
            return replace(draft, item=_as_milestone(item, self._date_only(draft.row)))
        start, finish = item.stored.start, item.stored.finish
        if item.duration_minutes is None and start is not None and finish is not None and not draft.has_duration:
            minutes = worked_minutes(start, finish)
            if minutes > 0:
                return replace(draft, item=replace(item, duration_minutes=minutes), duration_counted=True)
        return draft

    def _date_only(self, row: Row) -> bool:
        return not self._has_times

    def _name(self, row: Row) -> str:
        written = as_text(self._cell(row, "name"))
        if hides(written):
            self._findings.add("info", "unseen", unseen_words("name"), row=row.number)
        return clean_line(written)

    def _cell(self, row: Row, field: Field) -> Value:
        column = self._columns.get(field)
        value = row.value(column) if column is not None else None
        return bare_text(value) if isinstance(value, str) and self._table.format == "csv" else value

    def _text(self, row: Row, field: Field, length: int = 200) -> str:
        value = self._cell(row, field)
        return "" if is_absent(value) else clean_line(as_text(value), length)

    def _read(self, row: Row, field: Field, parse: Callable[[Value], T]) -> T | None:
        value = self._cell(row, field)
        if is_absent(value):
            return None
        try:
            return parse(value)
        except Unreadable as problem:
            self._say(row, field, Wording("expected {expected}; it was left empty", expected=problem.expected))
            return None

    def _say(self, row: Row, field: Field, rest: Wording) -> None:
        column = self._columns[field]

        def message() -> Wording:
            return Wording(
                "{place} ({heading}) is “{value}”, {rest}.",
                place=cell_place(column, row.number),
                heading=self._mapping.heading(column),
                value=shorten(as_text(row.value(column))),
                rest=rest,
            )

        where: dict[str, Any] = self._table.where(row, column)
        # A type of its own ("Bug") says nothing about the plan; its item is a task.
        self._findings.add("info" if field == "kind" else "warning", "cell", message, **where, field=field)

    def _id(self, row: Row) -> str:
        given = self._text(row, self._key) if self._key else ""
        if given and given not in self._ids:
            self._ids[given] = row
            return given
        fallback = f"row-{row.number}"
        if given and self._key:
            self._say(
                row,
                self._key,
                Wording("which row {number} has too; expected each to have its own", number=self._ids[given].number),
            )
        while fallback in self._ids:
            fallback += "-"
        self._ids[fallback] = row
        return fallback

    def _kind(self, row: Row, duration: Span | None) -> ItemKind:
        kind = self._read(row, "kind", read_kind)
        if self._read(row, "milestone", read_flag):
            return "milestone"
        if kind is not None and kind != "project":
            return kind
        return "milestone" if duration is not None and duration.minutes == 0 else "task"

    def _duration(self, row: Row, field: Field) -> Span | None:
        setting = self._mapping
        unit_word = self._cell(row, "duration_unit")
        return self._read(
            row, field, lambda value: read_duration(value, setting.duration_unit, setting.decimal_sign, unit_word)
        )

    def _work(self, row: Row) -> int | None:
        work = self._read(row, "work", lambda value: read_duration(value, "h", self._mapping.decimal_sign))
        return work.minutes if work else None

    def _costs(self, row: Row) -> dict[str, Any]:
        """Return budget and actual cost with their currency: a column's, the cell's, or the one in the headings."""
        budget = self._read(row, "budget", read_amount)
        actual = self._read(row, "actual_cost", read_amount)
        if budget is not None and budget[0] < 0:
            self._say(row, "budget", Wording("expected {expected}; it was left empty", expected=NOT_BELOW_ZERO))
            budget = None
        if budget is None and actual is None:
            return {}
        in_cells = {one[1] for one in (budget, actual) if one and one[1]}
        named = currency_named(self._text(row, "currency").upper()) or self._currency
        currency = next(iter(in_cells)) if len(in_cells) == 1 else named
        return {
            "budget": budget[0] if budget else None,
            "actual_cost": actual[0] if actual else None,
            "currency": currency,
        }

    def _percent(self, row: Row) -> float | None:
        setting = self._mapping
        return self._read(
            row,
            "percent",
            lambda value: read_percent(value, setting.decimal_sign, as_share=setting.percent_is_share),
        )

    def _moment(self, row: Row, field: Field) -> Moment | None:
        moment = self._read(row, field, lambda value: read_moment(value, self._mapping.date_order))
        return replace(moment, has_time=moment.has_time and self._has_times) if moment else None

    def _date(self, row: Row, field: Field) -> datetime | None:
        return _at(self._moment(row, field), at_end=field in FINISHES)

    def _constraint(self, row: Row) -> Constraint | None:
        moment = self._moment(row, "constraint_date")
        at = _at(moment, at_end=False)
        found = self._read(row, "constraint", lambda value: read_constraint(value, at))
        if found is None or found.kind not in FINISH_CONSTRAINTS:
            return found
        return replace(found, at=_at(moment, at_end=True))

    def _level(self, row: Row) -> int | None:
        value = self._cell(row, "level")
        text = as_text(value).strip()
        if is_absent(value):
            return None
        if text.isascii() and text.isdigit() and len(text) < 4:
            return int(text)
        self._say(row, "level", Wording("expected a whole number; the row above decided"))
        return None

    def _baseline(self, row: Row, item: str) -> BaselineItem | None:
        start, finish = self._date(row, "baseline_start"), self._date(row, "baseline_finish")
        duration = self._duration(row, "baseline_duration")
        if start is None and finish is None and duration is None:
            return None
        return BaselineItem(item, start, finish, duration.minutes if duration else None)

    def _with_people(self, draft: Draft) -> Draft:
        """Return the draft with who answers for it: the column for that, else who is assigned, else the organisation."""
        assigned = split_people(as_text(self._cell(draft.row, "resources")))
        named = split_people(as_text(self._cell(draft.row, "responsible")))
        organisation = self._text(draft.row, "organisation")
        people = tuple(dict.fromkeys(name for name, _ in (*named, *assigned)))
        answering = named if "responsible" in self._columns else assigned
        responsible = tuple(name for name, _ in answering) or ((organisation,) if organisation else ())
        assignments = tuple(Assignment(name, units) for name, units in assigned)
        item = replace(draft.item, responsible=responsible, assignments=assignments)
        return replace(draft, item=item, organisation=organisation, people=people)


def _at(moment: Moment | None, *, at_end: bool) -> datetime | None:
    """Return the instant; a whole day begins at 8:00 and ends at 17:00."""
    if moment is None or moment.has_time:
        return moment.at if moment else None
    return moment.at + (DAY_ENDS if at_end else DAY_STARTS)


def _as_milestone(item: Item, date_only: bool) -> Item:
    """Return the item at one instant: its finish, else its start, which as a whole day means the day's end."""
    at = item.stored.finish or item.stored.start
    if at is not None and date_only:
        at = at.replace(hour=17, minute=0)
    return replace(
        item, milestone="finish", duration_minutes=item.duration_minutes or 0, stored=StoredDates(start=at, finish=at)
    )


def worked_minutes(start: datetime, finish: datetime) -> int:
    """Return minutes from Monday to Friday, 8:00 to 12:00 and 13:00 to 17:00, between two instants."""
    return _worked_before(finish) - _worked_before(start)


def _worked_before(instant: datetime) -> int:
    weeks, day = divmod((instant - EPOCH).days, 7)
    minute = instant.hour * 60 + instant.minute
    today = min(max(minute - 480, 0), 240) + min(max(minute - 780, 0), 240) if day < 5 else 0
    return weeks * 2400 + min(day, 5) * 480 + today
