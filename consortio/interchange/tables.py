"""
Spreadsheets as they are, cell by cell, on their way out of the process that opens a file.

What the columns mean is asked afterwards, of a file that can do no more harm: with other wishes, the same cells are
understood anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from consortio.interchange.cells import as_text
from consortio.interchange.plan import Finding, Refused
from consortio.interchange.plan_json import Json
from consortio.interchange.sheet import Row, Table, Value, read_csv
from consortio.interchange.wording import Wording
from consortio.interchange.workbook import read_xlsx

CELLS_MAX = 1_000_000

_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHERS = (b"<", b"ERMHDR", b"%PDF", b"{\\rtf")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    format: Literal["csv", "xlsx"]
    encoding: str = "utf-8"
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`sheet` counts from 0. A date is `{"day": ...}`, a date with a time `{"at": ...}`; the rest is as JSON has it."""

    sheet: int
    number: int
    cells: tuple[Any, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    file: str
    sheets: tuple[Sheet, ...]
    rows: tuple[SheetRow, ...] = ()
    findings: tuple[Finding, ...] = ()

    def tables(self) -> list[Table]:
        """Return the sheets as they were read."""
        rows: list[list[Row]] = [[] for _ in self.sheets]
        for one in self.rows:
            rows[one.sheet].append(Row(one.number, tuple(_value(cell) for cell in one.cells), line=one.line))
        return [
            Table(sheet.name, tuple(own), sheet.format, sheet.encoding, sheet.hidden)
            for sheet, own in zip(self.sheets, rows, strict=True)
        ]


def read_tables(data: bytes, file: str) -> Tables:
    """
    Return the sheets in the bytes of a CSV or XLSX file, or of a table that was pasted as text in UTF-8.

    Raises:
        Refused: no such file, a hostile or damaged one, or more than a limit allows.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Refused(Wording("The file is empty; expected a table."), code="empty")
    if data.startswith(_ARCHIVES):
        return _gathered(file, read_xlsx(data))
    if _start(data).startswith(_OTHERS):
        raise Refused(Wording("This is no table; expected CSV or XLSX."), code="format")
    return _gathered(file, [read_csv(data)])


def _start(data: bytes) -> bytes:
    start = data[:64]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip()


def _gathered(file: str, tables: Sequence[Table]) -> Tables:
    count = sum(len(row.values) for table in tables for row in table.rows)
    if count > CELLS_MAX:
        message = Wording(
            "The file has {count:,} cells; up to {cells_max:,} are read.", count=count, cells_max=CELLS_MAX
        )
        raise Refused(message, code="cells")
    return Tables(
        file,
        sheets=tuple(Sheet(one.name, one.format, one.encoding, one.hidden) for one in tables),
        rows=tuple(
            SheetRow(number, row.number, tuple(_cell(value) for value in row.values), row.line)
            for number, table in enumerate(tables)
            for row in table.rows
        ),
        findings=tuple(finding for table in tables for finding in table.findings),
    )


def _cell(value: Value) -> Json:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if value is None or isinstance(value, str | bool | int | float) else as_text(value)


def _value(cell: Json) -> Value:
    if not isinstance(cell, dict):
        value: Value = cell
        return value
    return date.fromisoformat(cell["day"]) if "day" in cell else datetime.fromisoformat(cell["at"])
