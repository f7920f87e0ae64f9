"""docs/spreadsheets.md says what the code does."""

import re
from pathlib import Path
from typing import get_args

from consortio.interchange import mapping, plan, sheet, tabular, workbook
from consortio.interchange.mapping import Wishes, guess
from consortio.interchange.sheet import read_csv
from consortio.interchange.words import Field

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "spreadsheets.md").read_text(encoding="utf-8")
SOURCES = ("tabular.py", "tabular_row.py", "tabular_tree.py", "tabular_links.py", "settle.py", "sheet.py")


def test_the_limits_in_the_document_are_those_in_the_code() -> None:
    limits = DOCUMENT[DOCUMENT.index("## Limits") :]
    written = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", limits, re.MULTILINE))

    assert written.pop("what") == "most"
    assert written == {
        "items": f"{plan.ITEMS_MAX:,}",
        "sheets": f"{workbook.SHEETS_MAX}",
        "rows of a sheet": f"{sheet.ROWS_MAX:,}",
        "columns with values": f"{sheet.COLUMNS_MAX}",
        "characters in a cell": f"{plan.TEXT_MAX:,}",
        "members of a workbook's archive": f"{workbook.MEMBERS_MAX}",
        "size of the archive unpacked": f"{workbook.UNPACKED_MAX // 1024**2} MB",
        "unpacked to packed": f"{workbook.RATIO_MAX}",
        "XML elements of a workbook, nesting": f"{workbook.ELEMENTS_MAX:,}, {workbook.DEPTH_MAX}",
    }
    assert f"of {mapping.HEADER_ROWS_MAX} rows" in DOCUMENT


def test_every_field_is_in_the_document_and_its_heading_is_understood() -> None:
    table = DOCUMENT[DOCUMENT.index("## Columns") : DOCUMENT.index("Words are known")]
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|", table, re.MULTILINE)
    fields = [field for names, _ in rows for field in re.findall(r"`(\w+)`", names)]
    headings = [heading.strip() for _, given in rows for heading in given.split(",")]

    assert sorted(fields) == sorted(set(get_args(Field)) - {"none"})
    line = ";".join(headings)
    found = guess(read_csv(f"{line}\n".encode()), Wishes(columns=(("Task name", "name"),)))
    assert [field for _, field in found.columns] == fields


def test_every_finding_about_tables_is_in_the_document() -> None:
    folder = Path(tabular.__file__).parent
    text = "\n".join((folder / name).read_text(encoding="utf-8") for name in SOURCES)
    codes = set(re.findall(r'"(?:info|warning|error)"(?: if [^,]+ else "warning")?,\s*"(\w+)"', text))
    codes |= set(re.findall(r'_say\(position, column, "(\w+)"', text)) | set(re.findall(r'code="(too_\w+)"', text))

    missing = sorted(code for code in codes if f"`{code}`" not in DOCUMENT)

    assert (len(codes) > 18, missing) == (True, [])
