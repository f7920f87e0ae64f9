"""
XLSX workbooks as plain tables, read by our own bounded pass over their XML.

The archive is checked before anything is unpacked, nothing is written to disk, a DOCTYPE is refused, and only cells
that hold a value cost anything: a sheet with one cell at XFD1048576 is refused by its place, not filled up.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from consortio.interchange.plan import TEXT_MAX, Refused
from consortio.interchange.sheet import (
    COLUMNS_MAX,
    ROWS_MAX,
    Row,
    Table,
    Value,
    cell_place,
    column_number,
    refuse_long_text,
)
from consortio.interchange.wording import Wording
from consortio.interchange.xlsx_cells import Attributes, Strings, Style, Styles, iso_moment, number_of, unescape, whole
from consortio.interchange.xml_encoding import is_known_to_expat, shown_encoding

MEMBERS_MAX = 500
UNPACKED_MAX = 200 * 1024 * 1024
RATIO_MAX = 100
# Small members of one repeated character pack better than any bomb and harm nobody.
RATIO_COUNTS_FROM = 1024 * 1024
SHEETS_MAX = 20
DEPTH_MAX = 64
ELEMENTS_MAX = 2_000_000
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class _SheetPart:
    name: str
    path: str
    hidden: bool


def sheet_names(data: bytes) -> list[str]:
    """Return the names of the workbook's sheets in order. Raises Refused as `read_xlsx` does."""
    with _open(data) as archive:
        return [part.name for part in _Workbook(archive).sheets]


def read_xlsx(data: bytes, *, sheet: str | None = None) -> list[Table]:
    """
    Return the workbook's sheets, or the named one, with the values that its formulas last had.

    Dates and percentages are told by the cells' number formats: a percentage comes as text ("45%").

    Raises:
        Refused: no workbook, a damaged or hostile one, one beyond the limits, or no sheet of that name.
    """
    with _open(data) as archive:
        workbook = _Workbook(archive)
        parts = [part for part in workbook.sheets if sheet is None or part.name == sheet]
        if not parts:
            names = ", ".join(f"“{part.name}”" for part in workbook.sheets) or Wording("none")
            raise Refused(
                Wording("The workbook has no sheet “{sheet}”; its sheets are {names}.", sheet=sheet, names=names),
                code="sheet",
            )
        return [workbook.table(part) for part in parts]


def _open(data: bytes) -> zipfile.ZipFile:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            Wording(
                "This is an old Excel file or one with a password. In Excel: File › Save as › Excel workbook (.xlsx), "
                "without a password."
            ),
            code="old_excel",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Refused(Wording("This is no readable Excel workbook: its archive is damaged."), code="archive") from error
    _check_archive(archive, len(data))
    return archive


def _check_archive(archive: zipfile.ZipFile, packed: int) -> None:
    members = archive.infolist()
    if len(members) > MEMBERS_MAX:
        raise Refused(
            Wording(
                "The archive has {count:,} members; up to {members_max} are read.",
                count=len(members),
                members_max=MEMBERS_MAX,
            ),
            code="members",
        )
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_MAX:
        raise Refused(
            Wording(
                "The archive unpacks to {unpacked:,} bytes; up to {unpacked_max:,} are read.",
                unpacked=unpacked,
                unpacked_max=UNPACKED_MAX,
            ),
            code="unpacked",
        )
    for member in members:
        _check_member(member)
    if unpacked > max(RATIO_MAX * packed, RATIO_COUNTS_FROM):
        raise Refused(
            Wording("The archive unpacks to more than {ratio_max} times its size.", ratio_max=RATIO_MAX), code="ratio"
        )


def _check_member(member: zipfile.ZipInfo) -> None:
    where = {"member": member.filename[:200]}
    if member.flag_bits & 1:
        raise Refused(Wording("The workbook has a password; save it without one."), code="password", where=where)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(
            Wording("{member} is packed in an unusual way.", member=where["member"]), code="archive", where=where
        )
    if member.file_size > max(RATIO_MAX * member.compress_size, RATIO_COUNTS_FROM):
        message = Wording(
            "{member} unpacks to more than {ratio_max} times its size.", member=where["member"], ratio_max=RATIO_MAX
        )
        raise Refused(message, code="ratio", where=where)


class _Xml:
    """One bounded walk over a member; the limits on elements hold for the whole workbook."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._elements = 0
        self._depth = 0
        self._path = ""

    def walk(
        self,
        path: str,
        *,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Call back with local names, whatever the namespaces: strict and transitional workbooks differ only there."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._refuse_encoding
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = lambda name, found: start(self._enter(name), found)
        parser.EndElementHandler = lambda name: self._leave(name, end)
        if text is not None:
            parser.CharacterDataHandler = text
        self._path, self._depth = path, 0
        try:
            self._feed(parser, path)
        except expat.ExpatError as error:
            message = Wording(
                "{path} in the workbook is damaged at line {line}, column {column}.",
                path=path,
                line=error.lineno,
                column=error.offset,
            )
            raise Refused(message, code="xml", where={"member": path, "line": error.lineno}) from error
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, LookupError, zlib.error) as error:
            raise Refused(
                Wording("{path} in the workbook is damaged.", path=path), code="archive", where={"member": path}
            ) from error

    def _feed(self, parser: expat.XMLParserType, path: str) -> None:
        # The archive's own name table says how much may come; what is longer fails its checksum.
        with self._archive.open(path) as member:
            while chunk := member.read(CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _enter(self, name: str) -> str:
        self._elements += 1
        self._depth += 1
        if self._elements > ELEMENTS_MAX:
            message = Wording(
                "The workbook has more than {elements_max:,} cells and other elements.", elements_max=ELEMENTS_MAX
            )
            raise Refused(message, code="elements", where={"member": self._path})
        if self._depth > DEPTH_MAX:
            message = Wording("{path} is nested deeper than {depth_max} levels.", path=self._path, depth_max=DEPTH_MAX)
            raise Refused(message, code="depth", where={"member": self._path})
        return name.rpartition(" ")[2]

    def _leave(self, name: str, end: Callable[[str], None] | None) -> None:
        self._depth -= 1
        if end is not None:
            end(name.rpartition(" ")[2])

    def _refuse_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if not is_known_to_expat(encoding or ""):
            message = Wording(
                "{path} in the workbook says that it is in {encoding}; expected UTF-8 or UTF-16, as Excel writes.",
                path=self._path,
                encoding=shown_encoding(encoding or ""),
            )
            raise Refused(message, code="xml", where={"member": self._path, "line": 1})

    def _refuse_doctype(self, *_: object) -> None:
        message = Wording("{path} in the workbook has a DOCTYPE, which no Excel file has.", path=self._path)
        raise Refused(message, code="doctype", where={"member": self._path})


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._xml = _Xml(archive)
        self._names = frozenset(archive.namelist())
        self._epoch_1904 = False
        self._path = self._main_part()
        self._related = self._relations(self._path)
        self.sheets = self._sheets()
        self._strings: list[str] = self._shared_strings()
        self._styles: list[Style] = self._read_styles()

    def _main_part(self) -> str:
        if "mimetype" in self._names:
            raise Refused(
                Wording("This is an OpenDocument file; save it as Excel workbook (.xlsx) or CSV."), code="opendocument"
            )
        related = self._relations("") if "_rels/.rels" in self._names else {}
        path = next((path for kind, path in related.values() if kind == "officeDocument"), "xl/workbook.xml")
        if path not in self._names:
            raise Refused(Wording("This archive holds no Excel workbook."), code="archive")
        if path.endswith(".bin"):
            raise Refused(
                Wording("This is a binary Excel file; save it as Excel workbook (.xlsx)."), code="binary_excel"
            )
        return path

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return for each relation's id its kind and the path of the part within the archive."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(element: str, given: Attributes) -> None:
            if element == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", ""))).lstrip("/")
                found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], target)

        if path in self._names:
            self._xml.walk(path, start=start)
        return found

    def _sheets(self) -> list[_SheetPart]:
        found: list[_SheetPart] = []

        def start(element: str, given: Attributes) -> None:
            if element == "workbookPr":
                self._epoch_1904 = given.get("date1904") in ("1", "true")
            if element == "sheet":
                found.extend(self._sheet_part(given))

        self._xml.walk(self._path, start=start)
        if len(found) > SHEETS_MAX:
            raise Refused(
                Wording(
                    "The workbook has {count} sheets; up to {sheets_max} are read.",
                    count=len(found),
                    sheets_max=SHEETS_MAX,
                ),
                code="sheets",
            )
        if not found:
            raise Refused(Wording("The workbook has no sheet with cells."), code="sheets")
        return found

    def _sheet_part(self, given: Attributes) -> Iterator[_SheetPart]:
        identifier = next((value for name, value in given.items() if name.endswith(" id")), "")
        kind, path = self._related.get(identifier, ("", ""))
        if kind != "worksheet":
            return
        if path not in self._names:
            raise Refused(
                Wording("The sheet “{name}” is missing from the archive.", name=given.get("name", "")[:100]),
                code="archive",
            )
        yield _SheetPart(given.get("name", ""), path, hidden=given.get("state", "visible") != "visible")

    def _part(self, kind: str) -> str | None:
        path = next((path for found, path in self._related.values() if found == kind), None)
        return path if path in self._names else None

    def _shared_strings(self) -> list[str]:
        path = self._part("sharedStrings")
        if path is None:
            return []
        reader = Strings()
        self._xml.walk(path, start=reader.start, end=reader.end, text=reader.text)
        return reader.found

    def _read_styles(self) -> list[Style]:
        path = self._part("styles")
        if path is None:
            return [Style()]
        reader = Styles()
        self._xml.walk(path, start=reader.start, end=reader.end)
        return reader.found or [Style()]

    def table(self, part: _SheetPart) -> Table:
        reader = _Sheet(part.name, self._strings, self._styles, epoch_1904=self._epoch_1904)
        self._xml.walk(part.path, start=reader.start, end=reader.end, text=reader.text)
        rows = tuple(reader.rows[number] for number in sorted(reader.rows))
        return Table(name=part.name, rows=rows, format="xlsx", hidden=part.hidden)


class _Sheet:
    """One sheet's cells with values, each checked against the limits where it stands."""

    def __init__(self, name: str, strings: list[str], styles: list[Style], *, epoch_1904: bool) -> None:
        self.rows: dict[int, Row] = {}
        self._name, self._strings, self._styles, self._epoch_1904 = name, strings, styles, epoch_1904
        self._number = 0
        self._level = 0
        self._column = -1
        self._cells: dict[int, Value] = {}
        self._indents: list[tuple[int, int]] = []
        self._type = "n"
        self._style = Style()
        self._pieces: list[str] = []
        self._length = 0
        self._in_value = False
        self._in_phonetic = False

    def start(self, element: str, given: Attributes) -> None:
        if element == "row":
            self._start_row(given)
        elif element == "c":
            self._start_cell(given)
        elif element == "rPh":
            self._in_phonetic = True
        elif element == "v" or (element == "t" and self._type == "inlineStr"):
            self._in_value = not self._in_phonetic

    def _start_row(self, given: Attributes) -> None:
        self._number = _row_number(given["r"], self._name) if "r" in given else self._number + 1
        self._level = min(whole(given.get("outlineLevel")), 15)
        self._column, self._cells, self._indents = -1, {}, []

    def _start_cell(self, given: Attributes) -> None:
        self._column = self._cell_column(given["r"]) if "r" in given else self._column + 1
        self._type = given.get("t", "n")
        style = whole(given.get("s"))
        self._style = self._styles[style] if style < len(self._styles) else Style()
        self._pieces, self._length = [], 0

    def _cell_column(self, place: str) -> int:
        found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", place)
        if found is None:
            message = Wording(
                "Sheet “{name}” has a cell at “{place}”; a place such as B17 was expected.",
                name=self._name,
                place=place[:40],
            )
            raise Refused(message, code="place", where={"table": self._name, "row": self._number})
        return column_number(found[1])

    def text(self, piece: str) -> None:
        if self._in_value:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > TEXT_MAX:
                refuse_long_text(self._length, self._where())

    def end(self, element: str) -> None:
        if element in ("v", "t"):
            self._in_value = False
        elif element == "rPh":
            self._in_phonetic = False
        elif element == "c":
            self._end_cell()
        elif element == "row" and self._cells:
            width = max(self._cells) + 1
            values = tuple(self._cells.get(column) for column in range(width))
            indents = tuple(self._indents)
            self.rows[self._number] = Row(self._number, values, level=self._level, indents=indents)

    def _end_cell(self) -> None:
        raw = "".join(self._pieces)
        self._pieces = []
        if not raw.strip():
            return
        self._refuse_far_cell()
        self._cells[self._column] = self._value(raw)
        if self._style.indent:
            self._indents.append((self._column, self._style.indent))

    def _refuse_far_cell(self) -> None:
        if self._number > ROWS_MAX:
            message = Wording(
                "Sheet “{name}” has a value in row {number:,}; up to {rows_max:,} rows are read.",
                name=self._name,
                number=self._number,
                rows_max=ROWS_MAX,
            )
            raise Refused(message, code="rows", where=self._where())
        if self._column >= COLUMNS_MAX:
            message = Wording(
                "Sheet “{name}” has a value in {place}; up to {columns_max} columns are read.",
                name=self._name,
                place=self._place(),
                columns_max=COLUMNS_MAX,
            )
            raise Refused(message, code="columns", where=self._where())

    def _value(self, raw: str) -> Value:
        if self._type == "s":
            return self._shared(raw)
        if self._type in ("inlineStr", "str"):
            return unescape(raw)
        if self._type == "b":
            return raw.strip() in ("1", "true")
        if self._type == "e":
            return raw
        if self._type == "d":
            return iso_moment(raw)
        return number_of(raw, self._style.kind, epoch_1904=self._epoch_1904)

    def _shared(self, raw: str) -> str | None:
        index = int(raw) if re.fullmatch(r"\s*\d{1,9}\s*", raw) else -1
        if not 0 <= index < len(self._strings):
            message = Wording(
                "Sheet “{name}”: cell {place} names a text that the workbook does not hold.",
                name=self._name,
                place=self._place(),
            )
            raise Refused(message, code="shared_text", where=self._where())
        return self._strings[index] if self._strings[index].strip() else None

    def _place(self) -> str:
        return cell_place(self._column, self._number)

    def _where(self) -> dict[str, object]:
        return {"table": self._name, "row": self._number, "cell": self._place()}


def _row_number(given: str, sheet: str) -> int:
    if not re.fullmatch(r"\d{1,7}", given) or int(given) < 1:
        message = Wording(
            "Sheet “{sheet}” has a row numbered “{given}”; a whole number from 1 was expected.",
            sheet=sheet,
            given=given[:40],
        )
        raise Refused(message, code="place", where={"table": sheet})
    return int(given)
