"""Spreadsheets as plain tables: what a cell holds, where it stands, how much is read at most; and comma-separated text."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NoReturn, TypeAlias

from consortio.interchange.plan import TEXT_MAX, Finding, Refused
from consortio.interchange.wording import Wording

ROWS_MAX = 100_000
COLUMNS_MAX = 200
SAMPLE_CHARS = 64 * 1024
RAGGED_FINDINGS_MAX = 20
NO_TEXT = Wording("This is no text; expected text in UTF-8, UTF-16 or a Windows code page.")
DELIMITERS = (";", ",", "\t", "|")

Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts rows as a spreadsheet shows them, `line` counts lines of a text file, `level` is a row group's."""

    number: int
    values: tuple[Value, ...]
    line: int | None = None
    level: int = 0
    indents: tuple[tuple[int, int], ...] = ()

    def value(self, column: int) -> Value:
        return self.values[column] if column < len(self.values) else None

    def indent(self, column: int) -> int:
        return dict(self.indents).get(column, 0)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. Rows without any value are left out; the numbers of the others are unchanged."""

    name: str
    rows: tuple[Row, ...]
    format: Literal["csv", "xlsx"] = "csv"
    encoding: str = "utf-8"
    hidden: bool = False
    findings: tuple[Finding, ...] = field(default=())

    @property
    def width(self) -> int:
        return max((len(row.values) for row in self.rows), default=0)

    def where(self, row: Row, column: int | None = None) -> dict[str, Any]:
        """Return the place of a row, or of a cell in it, as findings tell it."""
        place: dict[str, Any] = {"table": self.name} if self.name else {}
        place |= {"row": row.number} | ({"line": row.line} if row.line is not None else {})
        return place | ({"cell": cell_place(column, row.number)} if column is not None else {})


def column_letters(column: int) -> str:
    """Return "A" for column 0, "AA" for column 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return 0 for "A", 26 for "AA"."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_place(column: int, row: int) -> str:
    return f"{column_letters(column)}{row}"


def read_csv(data: bytes) -> Table:
    """
    Return the text file's table: delimiter, encoding and line ends as the file has them.

    Raises:
        Refused: the text cannot be decoded, holds NUL, an endless quotation or more than is read.
    """
    text, encoding = decode_text(data)
    _refuse_nul(text)
    text, delimiter = _delimiter(text)
    quotation = _stray_quotation(text, delimiter)
    rows = tuple(_rows(text, delimiter))
    return Table(name="", rows=rows, encoding=encoding, findings=(*quotation, *_ragged(rows)))


def decode_text(data: bytes) -> tuple[str, str]:
    """
    Return the text and the name of its encoding.

    A byte order mark decides; without one UTF-16 shows by its zero bytes, UTF-8 by decoding, and the rest is one of
    the Windows code pages 1252, 1251 and 1250, told apart by the letters they would give.

    Raises:
        Refused: no encoding fits.
    """
    encoding = _marked_encoding(data) or _zero_byte_encoding(data) or "utf-8"
    try:
        return data.decode(encoding).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            if not _marked_encoding(data) and b"\n" not in data[: error.start]:
                raise Refused(NO_TEXT, code="encoding") from error
            line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
            raise Refused(
                Wording(
                    "Line {line} is not {encoding} text, which the file begins as.",
                    line=line,
                    encoding=encoding.upper(),
                ),
                code="encoding",
                where={"line": line},
            ) from error
    encoding = _code_page(data)
    return data.decode(encoding, "replace"), encoding


def _marked_encoding(data: bytes) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    return "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else None


def _zero_byte_encoding(data: bytes) -> str | None:
    sample = data[:4096]
    if sample[1::2].count(0) * 4 > len(sample) and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) * 4 > len(sample) and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _code_page(data: bytes) -> str:
    high = len(re.findall(rb"[\x80-\xff]", data))
    # Western letters beyond ASCII stand between others; Cyrillic words consist of nothing else.
    words = re.findall(
        rb"(?<![A-Za-z\x80-\xff])[\xa5\xa8\xaa\xaf\xb2-\xb4\xb8\xba\xbf-\xff]{2,}(?![A-Za-z\x80-\xff])", data
    )
    in_runs = sum(map(len, words))
    if in_runs * 2 > high:
        return "cp1251"
    # In the middle of a word these are Polish letters in one page, and superscripts, an inverted "?" or £ in the other.
    if re.search(rb"[A-Za-z][\xb3\xb9\xbf\x9f][A-Za-z\xea\xf3]|[A-Za-z][\xa3\xaf\x8c\xa5][A-Z]|\xb9[ ;,\t\r\n]", data):
        return "cp1250"
    return "cp1252"


def _refuse_nul(text: str) -> None:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        raise Refused(
            Wording("Line {line} holds a NUL character; a table of text was expected.", line=line),
            code="nul",
            where={"line": line},
        )


def _delimiter(text: str) -> tuple[str, str]:
    """Return the text without Excel's own `sep=;` line, and the delimiter that gives the most even columns."""
    named = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)
    if named:
        # The line stays as an empty one, so that the rows keep their numbers.
        return "\n" + text[named.end() :], named[1]
    sample = text[:SAMPLE_CHARS]
    return text, max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    """Return in how many records the commonest number of cells above one occurs, weighted by cells, then cells."""
    counts: Counter[int] = Counter()
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            counts[len(record)] += 1
    except csv.Error:
        return (0, 0)
    counts.pop(0, None)
    counts.pop(1, None)
    width, records = max(counts.items(), key=lambda one: (one[1] * one[0], one[0]), default=(0, 0))
    return (records * width, width)


def _stray_quotation(text: str, delimiter: str) -> list[Finding]:
    """
    Return a finding where quotation marks do not enclose whole cells, as in 5" disk.

    Raises:
        Refused: a quotation is still open at the end, which makes one cell of all that follows.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            message = Wording(
                "A cell in line {line} is longer than 131,072 signs; perhaps a quotation mark is never closed.",
                line=line,
            )
            raise Refused(message, code="cell", where={"line": line}) from error
        if "unexpected end" in str(error):
            message = Wording("A quotation mark opened in the cells of line {line} is never closed.", line=line)
            raise Refused(message, code="quotation", where={"line": line}) from error
        message = Wording("Line {line} has a quotation mark inside a cell; it was read as it stands.", line=line)
        return [Finding("warning", "quotation", {"line": line}, message)]
    return []


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    line = 1
    try:
        for number, record in enumerate(reader, start=1):
            _refuse_large(record, number=number, line=line)
            values = tuple(cell if cell.strip() else None for cell in record)
            if any(value is not None for value in values):
                yield Row(number=number, values=values, line=line)
            line = reader.line_num + 1
    except csv.Error as error:
        message = Wording("Line {line} cannot be read as cells; is a quotation mark left open?", line=line)
        raise Refused(message, code="quotation", where={"line": line}) from error


def _refuse_large(record: list[str], *, number: int, line: int) -> None:
    where: dict[str, Any] = {"line": line}
    if number > ROWS_MAX:
        raise Refused(
            Wording(
                "Line {line} is row {number:,}; up to {rows_max:,} rows are read.",
                line=line,
                number=number,
                rows_max=ROWS_MAX,
            ),
            code="rows",
            where=where,
        )
    if len(record) > COLUMNS_MAX and any(cell.strip() for cell in record[COLUMNS_MAX:]):
        message = Wording(
            "Line {line} has {count:,} columns; up to {columns_max} are read.",
            line=line,
            count=len(record),
            columns_max=COLUMNS_MAX,
        )
        raise Refused(message, code="columns", where=where)
    for column, cell in enumerate(record):
        if len(cell) > TEXT_MAX:
            refuse_long_text(len(cell), where | {"cell": cell_place(column, number)})


def refuse_long_text(length: int, where: dict[str, Any]) -> NoReturn:
    place = Wording("Cell {cell}", **where)
    if "line" in where:
        place = Wording("Cell {cell} (line {line})", **where)
    raise Refused(
        Wording(
            "{place} holds {length:,} characters; up to {text_max:,} are read.",
            place=place,
            length=length,
            text_max=TEXT_MAX,
        ),
        code="cell",
        where=where,
    )


def _ragged(rows: tuple[Row, ...]) -> list[Finding]:
    """Return findings for rows with more or fewer cells than most; titles above the table are no such rows."""
    widths = Counter(len(row.values) for row in rows if len(row.values) > 1)
    if not widths:
        return []
    usual = max(widths, key=lambda width: (widths[width], width))
    first = next(index for index, row in enumerate(rows) if len(row.values) == usual)
    ragged = [row for row in rows[first:] if len(row.values) != usual]
    findings = [_ragged_row(row, usual) for row in ragged[:RAGGED_FINDINGS_MAX]]
    if len(ragged) > RAGGED_FINDINGS_MAX:
        message = Wording(
            "More rows that have more or fewer cells than most: {count:,}.", count=len(ragged) - RAGGED_FINDINGS_MAX
        )
        findings.append(Finding("warning", "ragged_row", {"line": ragged[RAGGED_FINDINGS_MAX].line}, message))
    return findings


def _ragged_row(row: Row, usual: int) -> Finding:
    message = Wording(
        "Line {line} has {count} cells where most have {usual}.", line=row.line, count=len(row.values), usual=usual
    )
    return Finding("warning", "ragged_row", {"line": row.line, "row": row.number}, message)
