"""
Writes the neutral plan as a table: CSV and XLSX that people can open and `consortio.interchange.tabular` reads back.

A table holds items, links, dates, progress, people and the first baseline, and no calendars. What a person typed is
never run as a formula: CSV neutralises it, XLSX writes it as text.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from consortio.interchange.plan import TEXT_MAX, Plan
from consortio.interchange.safe_text import safe_text
from consortio.interchange.sheet_rows import HEADINGS, Cell, Share, sheet_rows

Headings: TypeAlias = Mapping[str, str]

DATE_FORMAT = "yyyy-mm-dd hh:mm"
WIDTHS: Mapping[str, int] = {"name": 48, "notes": 40, "predecessors": 18, "responsible": 24, "resources": 24, "uid": 12}
DATE_WIDTH, USUAL_WIDTH = 17, 12
NUMBER_DIGITS_MAX = 15
LEVELS_MAX, INDENT_MAX = 7, 15
# Excel's own limit, one less than ours.
CELL_CHARS_MAX = min(TEXT_MAX, 32_767)
# Files are made the same every time, so they do not tell when.
CREATED = datetime(2000, 1, 1)


def write_csv(plan: Plan, *, headings: Headings | None = None, delimiter: str = ",") -> bytes:
    """
    Return the table as text in UTF-8 with a byte order mark, by which Excel knows it.

    Args:
        headings: other words than the English ones, by field.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    fields, rows = sheet_rows(plan)
    writer.writerow([safe_text(_heading(field, headings)) for field in fields])
    for _, row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _heading(field: str, headings: Headings | None) -> str:
    return (headings or {}).get(field) or HEADINGS[field]


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Share):
        return f"{cell.percent:.10g}%"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, Decimal):
        return spelled_amount(cell)
    return safe_text(_cut(cell)) if isinstance(cell, str) else str(cell)


def _cut(text: str) -> str:
    """Return the text without NUL, which no spreadsheet takes, as long as a cell may be."""
    bare = text.replace("\0", "")
    return bare if len(bare) < CELL_CHARS_MAX else bare[: CELL_CHARS_MAX - 2] + "…"


def write_xlsx(plan: Plan, *, headings: Headings | None = None) -> bytes:
    """Return the workbook: dates as dates, the tree as indents and row groups, headings that stay in sight."""
    import xlsxwriter  # here: a server holds 16 MB less until somebody wants a workbook

    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(packed, options) as book:
        book.set_properties({"created": CREATED})
        fields, rows = sheet_rows(plan)
        page = _Page(book, fields)
        page.write_headings([_heading(field, headings) for field in fields])
        for number, (level, row) in enumerate(rows, start=1):
            page.write_row(number, level, row)
    return packed.getvalue()


class _Page:
    def __init__(self, book: Any, fields: Sequence[str]) -> None:
        self._book = book
        self._fields = fields
        self._page = book.add_worksheet("Plan")
        self._date = book.add_format({"num_format": DATE_FORMAT, "align": "left"})
        self._share = book.add_format({"num_format": "0.######%"})
        self._amount = book.add_format({"num_format": "#,##0.00####"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._names: dict[tuple[int, bool], Any] = {}

    def write_headings(self, headings: Sequence[str]) -> None:
        bold = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for column, heading in enumerate(headings):
            self._page.write_string(0, column, heading, bold)
            self._page.set_column(column, column, self._width(self._fields[column]))
        self._page.freeze_panes(1, self._fields.index("name") + 1)
        # Phases stand above what belongs to them.
        self._page.outline_settings(symbols_below=False)

    def _width(self, field: str) -> int:
        is_date = field.endswith(("start", "finish", "date")) or field == "deadline"
        return WIDTHS.get(field, DATE_WIDTH if is_date else USUAL_WIDTH)

    def write_row(self, number: int, level: int, row: Sequence[Cell]) -> None:
        if level > 1:
            self._page.set_row(number, None, None, {"level": min(level - 1, LEVELS_MAX)})
        kind = row[self._fields.index("kind")]
        for column, cell in enumerate(row):
            if self._fields[column] == "name":
                self._page.write_string(number, column, _cut(str(cell)), self._name_format(level, kind == "Phase"))
            else:
                self._write(number, column, cell)

    def _name_format(self, level: int, is_phase: bool) -> Any:
        key = (min(max(level - 1, 0), INDENT_MAX), is_phase)
        if key not in self._names:
            self._names[key] = self._book.add_format({"indent": key[0], "bold": is_phase})
        return self._names[key]

    def _write(self, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, Share):
            self._page.write_number(row, column, cell.percent / 100, self._share)
        elif isinstance(cell, Decimal):
            self._write_amount(row, column, cell)
        elif isinstance(cell, datetime):
            self._page.write_datetime(row, column, cell, self._date)
        elif isinstance(cell, str):
            self._page.write_string(row, column, _cut(cell), self._wrapped if "\n" in cell else None)
        elif cell is not None:
            self._page.write_number(row, column, cell)

    def _write_amount(self, row: int, column: int, amount: Decimal) -> None:
        """Write it as a number, but for more digits than a spreadsheet keeps of one."""
        if len(amount.as_tuple().digits) > NUMBER_DIGITS_MAX:
            self._page.write_string(row, column, spelled_amount(amount))
        else:
            self._page.write_number(row, column, float(amount), self._amount)


def spelled_amount(amount: Decimal) -> str:
    """Return the amount with two decimals or as many as it has; never with three, which could be thousands."""
    text = format(amount, "f")
    decimals = len(text.partition(".")[2])
    return format(amount.quantize(Decimal("0.01")), "f") if decimals < 2 else text + "0" * (decimals == 3)
