"""The lines of a Primavera XER file as rows of tables."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consortio.interchange.plan import BYTES_MAX, Refused
from consortio.interchange.values import Findings, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.xer_text import encoding_of

LINE_MAX = 1024 * 1024
CELL_MAX = 512 * 1024
COLUMNS_MAX = 500
TABLES_MAX = 1000
ROWS_MAX = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One %R line: `values` has no entry for a column that is empty or missing."""

    table: str
    line: int
    values: Mapping[str, str]


class Tables:
    """
    Reads the rows of an XER file one after the other.

    After the last row, `header` holds what ERMHDR said, `encoding` how the file is encoded and `seen` the tables.
    """

    def __init__(self, data: bytes, wanted: frozenset[str], findings: Findings) -> None:
        if len(data) > BYTES_MAX:
            raise Refused(
                Wording(
                    "The file has {count:,} bytes; expected at most {bytes_max:,}.",
                    count=len(data),
                    bytes_max=BYTES_MAX,
                ),
                code="too_large",
            )
        decode_as, self.encoding = encoding_of(data)
        self._replaces = decode_as != "utf-8"  # which was looked through; a mark at the beginning only promises it
        self.header: list[str] = []
        self.seen: dict[str, int] = {}
        self._text = io.TextIOWrapper(
            io.BytesIO(data), decode_as, "replace" if self._replaces else "strict", newline="\n"
        )
        self._wanted = wanted
        self._findings = findings
        self._table = ""
        self._columns: list[str] = []
        self._ended = False
        self._replaced_line = 0
        self._line = 0
        self._row_count = 0
        self._odd_tables: set[tuple[str, str]] = set()

    def rows(self) -> Iterator[Row]:
        """
        Yield the rows of the wanted tables.

        Raises:
            Refused: the file is no XER file, breaks off, or passes a limit.
        """
        last = 0
        held: list[str] = []
        for number, line in self._lines():
            if held and not line.startswith("%"):
                # Some programs leave a line break inside a value as it is.
                held.append(line)
            else:
                if held:
                    yield self._row(last, held)
                last, held = number, self._take_line(number, line)
                if self._ended:
                    return
        raise self._refused(
            Wording("The file ends after line {line} without %E, its end mark: it seems cut off.", line=self._line),
            last,
        )

    def _take_line(self, number: int, line: str) -> list[str]:
        """Return the line when it begins a wanted row, else nothing."""
        mark = line[:2]
        if mark == "%R":
            return self._take_row(number, line)
        if mark == "%T":
            self._take_table(line)
        elif mark == "%F":
            self._take_columns(number, line)
        elif mark == "%E":
            self._ended = True
        elif line.strip() and (self._table in self._wanted or not self._table):
            message = Wording(
                "Line {number} begins with “{line}”, expected %T, %F, %R or %E; it was left out.",
                number=number,
                line=shorten(line, 12),
            )
            self._findings.add("warning", "line", message, line=number)
        return []

    def _lines(self) -> Iterator[tuple[int, str]]:
        while line := self._text.readline(LINE_MAX):
            self._line += 1
            number = self._line
            if len(line) >= LINE_MAX:
                raise self._refused(
                    Wording(
                        "Line {number} has more than {line_max:,} characters; expected fewer.",
                        number=number,
                        line_max=LINE_MAX,
                    ),
                    number,
                )
            if "\0" in line:
                raise self._refused(Wording("Line {number} holds a zero byte; expected text.", number=number), number)
            if number == 1:
                self._take_header(line.removeprefix("\ufeff").rstrip("\r\n"))
            else:
                self._note_unreadable(number, line)
                yield number, line.rstrip("\r\n")
        if self._line == 0:
            raise self._refused(Wording("The file is empty; expected ERMHDR on line 1."), 1)

    def _note_unreadable(self, number: int, line: str) -> None:
        if self._replaces and not self._replaced_line and self._table in self._wanted and "\ufffd" in line:
            self._replaced_line = number
            message = Wording(
                "Some characters are no {encoding}, the first on line {number}; they are shown as “\ufffd”.",
                encoding=self.encoding,
                number=number,
            )
            self._findings.add("warning", "encoding", message, line=number)

    def _take_header(self, line: str) -> None:
        parts = line.split("\t")
        if parts[0].strip() != "ERMHDR":
            raise self._refused(
                Wording("Line 1 begins with “{parts}”; expected ERMHDR, as P6 writes it.", parts=shorten(parts[0], 20)),
                1,
            )
        self.header = [part.strip() for part in parts[1:20]]

    def _take_table(self, line: str) -> None:
        parts = line.split("\t", 2)
        self._table = parts[1].strip().upper()[:60] if len(parts) > 1 else ""
        self._columns = []
        self.seen.setdefault(self._table, 0)
        if len(self.seen) > TABLES_MAX:
            raise self._refused(
                Wording("The file has more than {tables_max} tables; expected fewer.", tables_max=TABLES_MAX),
                self._line,
            )

    def _take_columns(self, number: int, line: str) -> None:
        self._columns = [part.strip().lower() for part in line.split("\t")[1:]]
        if len(self._columns) > COLUMNS_MAX:
            raise self._refused(
                Wording(
                    "Table {table} has more than {columns_max} columns (line {number}).",
                    table=self._table,
                    columns_max=COLUMNS_MAX,
                    number=number,
                ),
                number,
            )

    def _take_row(self, number: int, line: str) -> list[str]:
        self.seen[self._table] = self.seen.get(self._table, 0) + 1
        self._row_count += 1
        if self._row_count > ROWS_MAX:
            raise self._refused(
                Wording(
                    "The file has more than {rows_max:,} rows (line {number}); expected fewer.",
                    rows_max=ROWS_MAX,
                    number=number,
                ),
                number,
            )
        if self._table not in self._wanted:
            return []
        if not self._columns:
            raise self._refused(
                Wording(
                    "A row of {table} stands on line {number} before any %F; expected the column names.",
                    table=shorten(self._table),
                    number=number,
                ),
                number,
            )
        return [line]

    def _row(self, number: int, lines: list[str]) -> Row:
        cells = "\n".join(lines).split("\t")[1:]
        missing, extra = len(self._columns) - len(cells), cells[len(self._columns) :]
        if missing > 0 or any(cell.strip() for cell in extra):
            self._note_length(number, len(cells), short=missing > 0)
        pairs = zip(self._columns, cells, strict=False)
        return Row(self._table, number, {column: cell[:CELL_MAX] for column, cell in pairs if cell})

    def _note_length(self, number: int, length: int, *, short: bool) -> None:
        code = "short_row" if short else "long_row"
        if (self._table, code) in self._odd_tables:
            return
        self._odd_tables.add((self._table, code))
        counts = {"table": self._table, "line": number, "values": length, "columns": len(self._columns)}
        more = Wording(
            "Rows of {table} have more values than columns, the first on line {line} ({values} for {columns}); "
            "what is too much was left out.",
            **counts,
        )
        fewer = Wording(
            "Rows of {table} have fewer values than columns, the first on line {line} ({values} for {columns}); "
            "what is missing was left empty.",
            **counts,
        )
        where = {"table": self._table, "line": number}
        self._findings.add("info" if short else "warning", code, fewer if short else more, **where)

    def _refused(self, problem: Wording, line: int) -> Refused:
        return Refused(problem, code="xer", where={"line": line})
