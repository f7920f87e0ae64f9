"""
Readings of KPIs in tables: CSV, XLSX and pasted text, by columns that are guessed, shown and correctable.

An empty cell is a missing value. Every cell that cannot be read becomes a finding with its place and what was expected
there, and so does every number that could be read in two ways.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from consortio.interchange.cells import Unreadable, as_text, is_absent, read_moment
from consortio.interchange.mapping import Wishes, columns_offered
from consortio.interchange.plan import Finding, Refused, Severity
from consortio.interchange.readings import READINGS_MAX, ReadingRow, ReadingsFile
from consortio.interchange.readings_columns import (
    NO_READING_WISHES,
    PERIOD_CHARS_MAX,
    PeriodColumn,
    ReadingColumns,
    ReadingWishes,
    guess_columns,
)
from consortio.interchange.readings_numbers import is_formatted, read_value
from consortio.interchange.readings_periods import ParsePeriod, Span
from consortio.interchange.readings_words import ReadingField
from consortio.interchange.sheet import Row, Table, Value, cell_place
from consortio.interchange.tables import Tables, read_tables
from consortio.interchange.values import Findings, clean_line, clean_lines, hides, shorten, unseen_words
from consortio.interchange.wording import Wording

T = TypeVar("T")

NAME_CHARS_MAX = 300
A_PERIOD = Wording("a period such as 2026-03 or Q1 2026")


def read_readings_bytes(
    data: bytes, file: str, parse_period: ParsePeriod, wishes: ReadingWishes = NO_READING_WISHES
) -> ReadingsFile:
    """
    Return the readings in the bytes of a file or of a pasted table. Reads in this process: for files of strangers
    there is `child.read_document_apart`, whose `Tables` `read_readings` takes.

    Raises:
        Refused: no table of readings, a hostile or damaged file, or more than a limit allows.
    """
    return read_readings(read_tables(data, file), parse_period, wishes)


def read_readings(tables: Tables, parse_period: ParsePeriod, wishes: ReadingWishes = NO_READING_WISHES) -> ReadingsFile:
    """
    Return the readings of one sheet, the wished one or the first in which some are found.

    Args:
        parse_period: returns the first and last day of a period by its words, None where they name none.

    Raises:
        Refused: no sheet holds readings, a wish names what does not exist, or more than a limit allows.
    """
    table, columns, others = _picked(tables, parse_period, wishes)
    body = [row for row in table.rows if columns.header_row is None or row.number > columns.header_row]
    if len(body) > READINGS_MAX:
        raise _too_many(
            Wording("The table has {count:,} rows; up to {most:,} are read.", count=len(body), most=READINGS_MAX)
        )
    reader = _Reader(table, columns, parse_period)
    rows = tuple(reader.read(body))
    findings = (*_about(table, others), *tables.findings, *columns.doubts, *reader.findings.all())
    return ReadingsFile(tables.file, columns, rows, findings)


def _about(table: Table, others: list[str]) -> tuple[Finding, ...]:
    """Return findings about the file as a whole."""
    findings = Findings()
    if table.encoding.startswith("cp"):
        page = f"Windows-{table.encoding[2:]}"
        message = Wording(
            "The text is not UTF-8 and was read as {page}; where letters look wrong, save it as UTF-8.", page=page
        )
        findings.add("info", "encoding", message, encoding=table.encoding)
    if others:
        names = ", ".join(f"“{shorten(name)}”" for name in others)
        message = Wording("These sheets look like readings too and were not read: {names}.", names=names)
        findings.add("info", "other_sheets", message, sheets=others)
    return findings.all()


def _too_many(message: Wording) -> Refused:
    return Refused(message, code="too_many_readings")


def _picked(
    tables: Tables, parse_period: ParsePeriod, wishes: ReadingWishes
) -> tuple[Table, ReadingColumns, list[str]]:
    sheets = [one.name for one in tables.sheets if one.name]
    # Hidden sheets hold what people do not mean to send; they come last.
    found = sorted(tables.tables(), key=lambda table: table.hidden)
    if wishes.sheet is not None:
        found = [table for table in found if table.name == wishes.sheet]
    if not found:
        names = ", ".join(f"“{shorten(name)}”" for name in sheets) or Wording("none")
        message = Wording(
            "The workbook has no sheet “{sheet}”; its sheets are {names}.",
            sheet=shorten(wishes.sheet or ""),
            names=names,
        )
        raise Refused(message, code="sheet", where={"sheets": sheets})
    guesses, refusals = [], []
    for table in found:
        try:
            guesses.append((table, guess_columns(table, parse_period, wishes, sheets)))
        except Refused as refusal:
            refusals.append(refusal)
    if not guesses:
        offered = columns_offered(found[0], Wishes(header_row=wishes.header_row))
        refusals[0].where |= {"columns": offered, "sheets": sheets}
        raise refusals[0]
    return guesses[0][0], guesses[0][1], [table.name for table, _ in guesses[1:]]


class _Reader:
    """Reads the rows of one table, and says where a cell cannot be understood."""

    def __init__(self, table: Table, columns: ReadingColumns, parse_period: ParsePeriod) -> None:
        self.findings = Findings()
        self._table = table
        self._columns = columns
        self._parse_period = parse_period
        self._places: dict[tuple[str, object], str] = {}
        self._count = 0

    def read(self, body: list[Row]) -> Iterator[ReadingRow]:
        self._say_months(body)
        for one in self._columns.periods:
            if one.start is None:
                self._say_no_period(one)
        for row in body:
            yield from self._row(row)

    def _say_months(self, body: list[Row]) -> None:
        if self._columns.months and body:
            message = Wording("Dates that begin months, such as 2026-03-01, were read as those months.")
            self.findings.add("info", "months", message, **self._table.where(body[0]))

    def _say_no_period(self, column: PeriodColumn) -> None:
        message = Wording(
            "The heading “{heading}” names no period, expected {expected}.",
            heading=self._columns.heading(column.column),
            expected=A_PERIOD,
        )
        self.findings.add("warning", "period", message, heading=self._columns.heading(column.column))

    def _row(self, row: Row) -> Iterator[ReadingRow]:
        kpi = self._line(row, "number", NAME_CHARS_MAX) or self._line(row, "kpi", NAME_CHARS_MAX)
        if not kpi:
            message = Wording("Row {row} names no KPI; it was left out.", row=row.number)
            self.findings.add("warning", "no_kpi", message, **self._table.where(row))
            return
        common = ReadingRow(
            kpi_text=kpi,
            period_text="",
            start=None,
            end=None,
            value=None,
            note=clean_lines(as_text(self._cell(row, "note"))),
            source=self._line(row, "source"),
            as_of=self._day(row, "as_of"),
            where=self._table.where(row),
        )
        readings = self._across(row, common) if self._columns.layout == "wide" else self._along(row, common)
        for reading in readings:
            self._count += 1
            if self._count > READINGS_MAX:
                raise _too_many(
                    Wording("The table has more than {most:,} readings; up to that many are read.", most=READINGS_MAX)
                )
            self._check_twice(reading)
            yield reading

    def _across(self, row: Row, common: ReadingRow) -> Iterator[ReadingRow]:
        """Yield the readings of a row in which each column is a period; empty cells say nothing."""
        for one in self._columns.periods:
            if row.value(one.column) is not None:
                yield replace(
                    common,
                    period_text=one.text,
                    start=one.start,
                    end=one.end,
                    value=self._value(row, one.column),
                    where=self._table.where(row, one.column),
                )

    def _along(self, row: Row, common: ReadingRow) -> Iterator[ReadingRow]:
        column = self._columns.column("value")
        text, start, end = self._period(row)
        if column is not None:
            yield replace(
                common,
                period_text=text,
                start=start,
                end=end,
                value=self._value(row, column),
                where=self._table.where(row, column),
            )

    def _period(self, row: Row) -> tuple[str, date | None, date | None]:
        """Return the words of the period with its days; columns of days say more than words."""
        text, span = self._spoken_period(row)
        start, end = self._day(row, "start"), self._day(row, "end")
        if not start and not end:
            if not span and not text:
                message = Wording("Row {row} names no period.", row=row.number)
                self.findings.add("warning", "no_period", message, **self._table.where(row))
            return text, *(span or (None, None))
        if start and end and span and (start, end) != span:
            self._say_other_days(row, text)
        if start and end and end < start:
            message = Wording(
                "In row {row} the last day {end} lies before the first {start}.",
                row=row.number,
                end=end.isoformat(),
                start=start.isoformat(),
            )
            self.findings.add("error", "dates_out_of_order", message, **self._table.where(row))
        if not (start and end):
            message = Wording("Row {row} lacks the first or the last day of its period.", row=row.number)
            self.findings.add("warning", "no_period", message, **self._table.where(row))
        shown = text or " – ".join(day.isoformat() for day in (start, end) if day)
        return shown, start, end

    def _spoken_period(self, row: Row) -> tuple[str, Span | None]:
        cell = self._cell(row, "period")
        if is_absent(cell):
            return "", None
        text = clean_line(_period_words(cell, months=self._columns.months), PERIOD_CHARS_MAX)
        span = self._parse_period(text) or self._parse_period(self._iso_day(cell))
        if span is None:
            self._say(row, self._columns.column("period") or 0, "period", A_PERIOD)
        return text, span

    def _iso_day(self, cell: Value) -> str:
        try:
            return read_moment(cell, self._columns.date_order).at.date().isoformat() if isinstance(cell, str) else ""
        except Unreadable:
            return ""

    def _say_other_days(self, row: Row, text: str) -> None:
        message = Wording(
            "In row {row} the days are others than those of “{period}”; the days were taken.",
            row=row.number,
            period=shorten(text),
        )
        self.findings.add("warning", "period_differs", message, **self._table.where(row))

    def _value(self, row: Row, column: int) -> Decimal | None:
        cell = row.value(column)
        if cell is None:
            return None
        if is_absent(cell):
            message = Wording(
                "{place} ({heading}) is “{value}”; it was taken for a missing value.", **self._shown(row, column)
            )
            self.findings.add("info", "absent", message, **self._table.where(row, column))
            return None
        is_exact = is_formatted(cell, self._table.format)
        try:
            number = read_value(cell, "." if is_exact else self._columns.decimal_sign)
        except Unreadable as problem:
            self._say(row, column, "cell", problem.expected)
            return None
        if number.is_ambiguous and not is_exact and self._columns.sign_by != "wish":
            self._say_ambiguous(row, column, number.value)
        return number.value

    def _say_ambiguous(self, row: Row, column: int, value: Decimal) -> None:
        message = Wording(
            "{place} ({heading}) is “{value}”, which can be read in two ways; it was read as {read}. The setting "
            "decimal_sign says otherwise.",
            **self._shown(row, column),
            read=format(value, "f"),
        )
        severity: Severity = "info" if self._columns.sign_by == "cells" else "warning"
        where = self._table.where(row, column) | {"setting": "decimal_sign"}
        self.findings.add(severity, "ambiguous_number", message, **where)

    def _check_twice(self, reading: ReadingRow) -> None:
        period = (reading.start, reading.end) if reading.start else reading.period_text
        place = str(reading.where.get("cell", reading.where["row"]))
        first = self._places.setdefault((reading.kpi_text.casefold(), period), place)
        if first != place and period:
            message = Wording(
                "{place} is a second reading of “{kpi}” for {period}; the first one is {first}.",
                place=place,
                kpi=shorten(reading.kpi_text),
                period=shorten(reading.period_text) or "…",
                first=first,
            )
            self.findings.add("warning", "twice", message, **reading.where)

    def _day(self, row: Row, field: ReadingField) -> date | None:
        def parse(cell: Value) -> date:
            return read_moment(cell, self._columns.date_order).at.date()

        return self._read(row, field, parse)

    def _read(self, row: Row, field: ReadingField, parse: Callable[[Value], T]) -> T | None:
        cell, column = self._cell(row, field), self._columns.column(field)
        if is_absent(cell) or column is None:
            return None
        try:
            return parse(cell)
        except Unreadable as problem:
            self._say(row, column, "cell", problem.expected)
            return None

    def _line(self, row: Row, field: ReadingField, length: int = 1000) -> str:
        text = as_text(self._cell(row, field))
        if hides(text):
            column = self._columns.column(field) or 0
            self.findings.add(
                "info", "unseen", unseen_words(self._columns.heading(column)), **self._table.where(row, column)
            )
        return clean_line(text, length)

    def _cell(self, row: Row, field: ReadingField) -> Value:
        column = self._columns.column(field)
        return None if column is None else row.value(column)

    def _say(self, row: Row, column: int, code: str, expected: Wording) -> None:
        def message() -> Wording:
            rest = Wording("expected {expected}; it was left empty", expected=expected)
            return Wording("{place} ({heading}) is “{value}”, {rest}.", **self._shown(row, column), rest=rest)

        self.findings.add("warning", code, message, **self._table.where(row, column))

    def _shown(self, row: Row, column: int) -> dict[str, str]:
        return {
            "place": cell_place(column, row.number),
            "heading": self._columns.heading(column),
            "value": shorten(as_text(row.value(column))),
        }


def _period_words(cell: Value, *, months: bool) -> str:
    if isinstance(cell, date):
        return cell.strftime("%Y-%m" if months else "%Y-%m-%d")
    return as_text(cell)
