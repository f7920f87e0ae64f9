"""
Which column of a table of readings is what: guessed from the headings and the cells, shown, and correctable.

A long table has one reading in each row, with its KPI, its period and its value. A wide one has a KPI in each row and
a period in each column.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeAlias, get_args

from consortio.interchange.cells import DateOrder, DecimalSign, as_text, is_absent
from consortio.interchange.mapping import HEADER_ROWS_MAX, column_named, wished_header
from consortio.interchange.plan import Finding, Refused
from consortio.interchange.readings_numbers import is_formatted, settle_sign
from consortio.interchange.readings_periods import ParsePeriod, Span
from consortio.interchange.readings_words import DOUBTFUL, ReadingField, field_of
from consortio.interchange.settle import settle_date_order
from consortio.interchange.sheet import Row, Table, Value, column_letters
from consortio.interchange.values import clean_line, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.words import Field, normal

Layout: TypeAlias = Literal["long", "wide"]
SignBy: TypeAlias = Literal["wish", "cells", "nothing"]

FIELDS: tuple[ReadingField, ...] = get_args(ReadingField)
PERIOD_CHARS_MAX = 60
_OF_LONG: frozenset[ReadingField] = frozenset({"period", "start", "end", "value"})
_NUMBERED = re.compile(r"[^\W\d_]{1,6}[-–. ]?[0-9]{1,6}")
# What `settle_date_order` looks at, by its own names.
_DATED: Mapping[ReadingField, Field] = {
    "start": "start",
    "end": "finish",
    "as_of": "deadline",
    "period": "constraint_date",
}


@dataclass(frozen=True, slots=True)
class ReadingWishes:
    """What a person says about the columns; None and () leave it to the guess. Columns are headings or letters."""

    sheet: str | None = None
    header_row: int | None = None
    columns: tuple[tuple[str, str], ...] = ()
    layout: Layout | None = None
    date_order: DateOrder | None = None
    decimal_sign: DecimalSign | None = None


NO_READING_WISHES = ReadingWishes()


@dataclass(frozen=True, slots=True)
class PeriodColumn:
    """A column of a wide table; without days its heading names no period."""

    column: int
    text: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class ReadingColumns:
    """
    How a table is read. `header_row` is None where there is none; columns count from 0.

    `months` says that dates stand for months, `sign_by` what the decimal sign rests on. `doubts` are findings about
    the guess, `sheets` all those of the workbook.
    """

    sheet: str
    header_row: int | None
    layout: Layout
    columns: tuple[tuple[int, ReadingField], ...]
    headings: tuple[str, ...]
    periods: tuple[PeriodColumn, ...] = ()
    months: bool = False
    date_order: DateOrder = "dmy"
    decimal_sign: DecimalSign = "."
    sign_by: SignBy = "nothing"
    doubts: tuple[Finding, ...] = ()
    sheets: tuple[str, ...] = ()

    def column(self, field: ReadingField) -> int | None:
        return next((column for column, found in self.columns if found == field), None)

    def heading(self, column: int) -> str:
        given = self.headings[column] if column < len(self.headings) else ""
        return shorten(given) or f"column {column_letters(column)}"

    def to_json(self) -> dict[str, Any]:
        """Return the columns as people see and correct them."""
        taken = {column for column, field in self.columns if field != "none"}
        return {
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "header_row": self.header_row,
            "layout": self.layout,
            "columns": {
                field: self.heading(column) for column, field in self.columns if field not in ("none", "reading")
            },
            "periods": [
                {"heading": self.heading(one.column), "text": one.text, "start": _iso(one.start), "end": _iso(one.end)}
                for one in self.periods
            ],
            "unread": [
                self.heading(column) for column, given in enumerate(self.headings) if given and column not in taken
            ],
            "offered": self.offered(),
            "date_order": self.date_order,
            "decimal_sign": self.decimal_sign,
        }

    def offered(self) -> list[list[str]]:
        """Return of each column what a wish calls it, and its words."""
        return [[self._name(column), self.heading(column)] for column in range(len(self.headings))]

    def _name(self, column: int) -> str:
        given = self.headings[column]
        is_its_own = given and self.headings.count(given) == 1 and shorten(given) == given
        return given if is_its_own else column_letters(column)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def guess_columns(
    table: Table, parse_period: ParsePeriod, wishes: ReadingWishes = NO_READING_WISHES, sheets: Sequence[str] = ()
) -> ReadingColumns:
    """
    Return how the table is probably meant.

    Raises:
        Refused: no row heads readings, a column that they need is missing, or a wish names what does not exist.
    """
    heads = _Heads(table, parse_period, wishes)
    header = heads.find()
    headings, spans = heads.headings(header), heads.spans(header)
    body = [row for row in table.rows if header is None or row.number > header]
    columns = _wished(headings, table.width, wishes)
    layout = wishes.layout or _layout(headings, columns, spans)
    for column, field in _guesses(headings, body, columns, spans if layout == "wide" else {}):
        columns.setdefault(column, field)
    _name_by_content(columns, body, layout)
    if layout == "wide":
        columns = {column: field for column, field in columns.items() if field not in _OF_LONG}
    _refuse_incomplete(table, columns, layout)
    periods = [
        PeriodColumn(column, heads.period_text(header, column), *spans.get(column, (None, None)))
        for column, field in sorted(columns.items())
        if field == "reading"
    ]
    found = ReadingColumns(
        sheet=table.name,
        header_row=header,
        layout=layout,
        columns=tuple(sorted(columns.items())),
        headings=headings,
        periods=tuple(periods),
        months=heads.are_months(header) if layout == "wide" else _begin_months(body, columns),
        sheets=tuple(sheets),
    )
    return _settled(found, table, body, wishes)


class _Heads:
    """The rows that may hold the headings, and what period each of their cells names."""

    def __init__(self, table: Table, parse_period: ParsePeriod, wishes: ReadingWishes) -> None:
        self._table = table
        self._parse = parse_period
        self._wishes = wishes
        self._rows = {row.number: row for row in table.rows[: HEADER_ROWS_MAX + 1]}

    def find(self) -> int | None:
        """Return the number of the row of headings, None where a wish says that there is none."""
        if self._wishes.header_row is not None:
            return wished_header(self._table, self._wishes.header_row)
        wished = {normal(name) for name, _ in self._wishes.columns if not re.fullmatch("[A-Za-z]{1,2}", name)}
        named = (number for number in self._rows if wished and wished <= set(map(normal, self._texts(number))))
        header = next(named, None) or next(filter(self._heads_readings, self._rows), None)
        if header is None and (wished or not self._wishes.columns):
            raise _no_header(self._table)
        # Years above, quarters below: the lower row says more.
        if header and self._completed(header + 1) >= len(self.spans(header)) > 0:
            return header + 1
        return header

    def _completed(self, number: int) -> int:
        """Return how many words of the row are periods only with what stands above them."""
        row = self._rows.get(number)
        texts = [clean_line(as_text(value), PERIOD_CHARS_MAX + 1) for value in row.values] if row else []
        spans = self.spans(number)
        return sum(
            column in spans and self.period_text(number, column) != text and bool(re.search(r"[^\W\d_]", text))
            for column, text in enumerate(texts)
        )

    def _texts(self, number: int) -> list[str]:
        return [as_text(value) for value in self._rows[number].values if value is not None]

    def _heads_readings(self, number: int) -> bool:
        found = [one for one in map(field_of, self._texts(number)) if one]
        fields = {field for field, sureness in found if sureness > DOUBTFUL}
        named, spans = bool(fields & {"kpi", "number"}), len(self.spans(number))
        is_long = "value" in fields and bool(fields & {"period", "start"})
        # Without a word that says so, a row of periods is one of which most are; others hold dates too.
        is_wide = spans > 0 if named else spans > 1 and spans * 2 >= len(self._texts(number))
        return is_long or is_wide or (named and "value" in fields)

    def headings(self, header: int | None) -> tuple[str, ...]:
        """Return each column's heading; one that stands in the row above where the row itself has none."""
        row, above = self._rows.get(header or 0), self._rows.get((header or 0) - 1)
        found = []
        for column in range(self._table.width):
            given = row.value(column) if row else None
            if (
                given is None
                and above
                and isinstance(above.value(column), str)
                and field_of(as_text(above.value(column)))
            ):
                given = above.value(column)
            found.append(clean_line(self._shown(given, header)))
        return tuple(found)

    def _shown(self, value: Value, header: int | None) -> str:
        if isinstance(value, date):
            return value.strftime("%Y-%m") if self.are_months(header) else value.strftime("%Y-%m-%d")
        return as_text(value)

    def are_months(self, header: int | None) -> bool:
        """Whether the dates among the headings are first days of months, as spreadsheets keep months."""
        row = self._rows.get(header or 0)
        days = [value for value in row.values if isinstance(value, date)] if row else []
        return len(days) > 1 and all(day.day == 1 for day in days)

    def spans(self, header: int | None) -> dict[int, Span]:
        """Return the period of each column whose heading names one, alone or with the year above it."""
        row = self._rows.get(header or 0)
        found: dict[int, Span] = {}
        for column in range(len(row.values) if row else 0):
            text = self.period_text(header, column)
            span = self._parse(text) if 0 < len(text) <= PERIOD_CHARS_MAX else None
            if span:
                found[column] = span
        return found

    def period_text(self, header: int | None, column: int) -> str:
        """Return the heading, with what stands above where it names a period only together with that."""
        row, above = self._rows.get(header or 0), self._rows.get((header or 0) - 1)
        value = row.value(column) if row else None
        text = clean_line(self._shown(value, header), PERIOD_CHARS_MAX + 1)
        if not text or not above or isinstance(value, date) or self._parse(text):
            return text
        over = next((one for one in reversed(above.values[: column + 1]) if one is not None), None)
        both = f"{text} {clean_line(as_text(over), PERIOD_CHARS_MAX)}"
        return both if over is not None and len(both) <= PERIOD_CHARS_MAX and self._parse(both) else text


def _no_header(table: Table) -> Refused:
    first = [shorten(as_text(value), 20) for row in table.rows[:1] for value in row.values if value is not None][:6]
    message = Wording(
        "No row among the first {header_rows_max} heads readings; expected a KPI, a period and a value, or a KPI and "
        "one column for each period. The first row reads {names}. Name the columns to read it.",
        header_rows_max=HEADER_ROWS_MAX,
        names=", ".join(f"“{one}”" for one in first) or Wording("nothing"),
    )
    return Refused(message, code="no_header", where={"table": table.name} if table.name else {})


def _wished(headings: tuple[str, ...], width: int, wishes: ReadingWishes) -> dict[int, ReadingField]:
    columns: dict[int, ReadingField] = {}
    for name, field in wishes.columns:
        if field not in FIELDS:
            raise Refused(
                Wording("“{field}” is no field; fields are {names}.", field=shorten(field), names=", ".join(FIELDS)),
                code="mapping",
            )
        columns[column_named(name, headings, width)] = next(one for one in FIELDS if one == field)
    return columns


def _layout(headings: tuple[str, ...], wished: Mapping[int, ReadingField], spans: Mapping[int, Span]) -> Layout:
    if "reading" in wished.values():
        return "wide"
    fields = set(wished.values()) | {found[0] for one in headings if (found := field_of(one))}
    is_long = "value" in fields and bool(fields & {"period", "start"})
    return "long" if is_long or not spans else "wide"


def _guesses(
    headings: tuple[str, ...],
    body: Sequence[Row],
    wished: Mapping[int, ReadingField],
    spans: Mapping[int, Span],
) -> list[tuple[int, ReadingField]]:
    """Return a field for every other heading; the surest heading, then the fullest column has it."""
    filled = Counter(column for row in body for column, value in enumerate(row.values) if not is_absent(value))
    candidates = []
    for column, heading in enumerate(headings):
        found = None if column in spans or column in wished else field_of(heading)
        if found and (found != ("number", DOUBTFUL) or _are_numbered(body, column)):
            candidates.append((filled[column] > 0, found[1], filled[column], -column, found[0]))
    taken = set(wished.values())
    result: list[tuple[int, ReadingField]] = [(column, "reading") for column in spans]
    for _, _, _, place, field in sorted(candidates, reverse=True):
        if field not in taken:
            result.append((-place, field))
            taken |= {field} - {"none"}
    return result


def _are_numbered(body: Sequence[Row], column: int) -> bool:
    texts = [as_text(value).strip() for row in body if (value := row.value(column)) is not None]
    return sum(bool(_NUMBERED.fullmatch(text)) for text in texts) * 2 > len(texts)


def _name_by_content(columns: dict[int, ReadingField], body: Sequence[Row], layout: Layout) -> None:
    """Take the first column of differing texts for the KPI's where no heading names one."""
    if {"kpi", "number"} & set(columns.values()):
        return
    first = min((column for column, field in columns.items() if field == "reading"), default=None)
    width = max((len(row.values) for row in body), default=0)
    for column in range(width if layout == "long" or first is None else first):
        texts = {value for row in body if isinstance(value := row.value(column), str) and re.search(r"[^\W\d_]", value)}
        if column not in columns and texts and (layout == "wide" or len(texts) * 4 > len(body)):
            columns[column] = "kpi"
            return


def _refuse_incomplete(table: Table, columns: Mapping[int, ReadingField], layout: Layout) -> None:
    fields = set(columns.values())
    missing = None
    if not fields & {"kpi", "number"}:
        missing = Wording("a column that names the KPI")
    elif layout == "wide" and "reading" not in fields:
        missing = Wording("a column whose heading is a period")
    elif layout == "long" and "value" not in fields:
        missing = Wording("a column of values")
    elif layout == "long" and not fields & {"period", "start"}:
        missing = Wording("a column of periods, or one of their first days")
    if missing is not None:
        message = Wording("The table lacks {missing}; say which one it is.", missing=missing)
        raise Refused(message, code="no_column", where={"table": table.name} if table.name else {})


def _begin_months(body: Sequence[Row], columns: Mapping[int, ReadingField]) -> bool:
    """Whether a column of periods holds first days of months and nothing else."""
    at = next((column for column, field in columns.items() if field == "period"), None)
    cells = [value for row in body if at is not None and (value := row.value(at)) is not None]
    days = [value for value in cells if isinstance(value, date)]
    return len(set(days)) > 1 and len(days) == len(cells) and all(day.day == 1 for day in days)


def _settled(found: ReadingColumns, table: Table, body: Sequence[Row], wishes: ReadingWishes) -> ReadingColumns:
    """Return the columns with what the cells themselves say: order of dates and decimal sign."""
    order, doubts = settle_date_order(
        table, body, {_DATED[field]: column for column, field in found.columns if field in _DATED}
    )
    columns = [column for column, field in found.columns if field in ("value", "reading")]
    cells = (row.value(column) for row in body for column in columns)
    sign, is_shown = settle_sign(cell for cell in cells if not is_formatted(cell, table.format))
    return replace(
        found,
        date_order=wishes.date_order or order,
        decimal_sign=wishes.decimal_sign or sign,
        sign_by="wish" if wishes.decimal_sign else "cells" if is_shown else "nothing",
        doubts=() if wishes.date_order else doubts,
    )
