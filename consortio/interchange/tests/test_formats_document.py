"""docs/formats.md says what the code does."""

import re
from pathlib import Path

from consortio.interchange import (
    assembly,
    cordis_values,
    iati_values,
    mspdi_calendar,
    mspdi_xml,
    partners,
    plan,
    readings,
    results,
    tables,
    values,
    xer_table,
    yaml_tree,
)
from consortio.interchange.child import Limits

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
LIMITS = DOCUMENT[DOCUMENT.index("## Limits") :]


def test_the_limits_in_the_document_are_those_in_the_code() -> None:
    limits = Limits()
    rows = {
        "file": f"{plan.BYTES_MAX // 1024**2} MB",
        "items": f"{plan.ITEMS_MAX:,}",
        "activities of results": f"{results.ACTIVITIES_MAX:,}",
        "rows of partners": f"{partners.PARTNERS_MAX:,}",
        "readings, cells of their file": f"{readings.READINGS_MAX:,}, {tables.CELLS_MAX:,}",
        "YAML parts, nesting": f"{yaml_tree.PARTS_MAX:,}, {yaml_tree.DEPTH_MAX}",
        "an amount": f"{iati_values.DIGITS_MAX} characters",
        "links": f"{plan.LINKS_MAX:,}",
        "outline levels": f"{plan.OUTLINE_DEPTH_MAX}",
        "XML elements, nesting": f"{mspdi_xml.ELEMENTS_MAX:,}, {mspdi_xml.DEPTH_MAX}",
        "XER rows, columns, tables, characters in a line": (
            f"{xer_table.ROWS_MAX:,}, {xer_table.COLUMNS_MAX}, {xer_table.TABLES_MAX:,}, {xer_table.LINE_MAX:,}"
        ),
        "days in calendar exceptions, with what calendars inherit": f"{plan.EXCEPTION_DAYS_MAX:,}",
        "days of one recurring exception": f"{mspdi_calendar.OCCURRENCES_MAX:,}",
        "dates": f"{values.FIRST_DAY.year} to {values.LAST_DAY.year}",
        "a note": f"{plan.TEXT_MAX:,} characters",
    }

    written = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", LIMITS, re.MULTILINE))

    assert {name: written.get(name) for name in rows} == rows
    assert cordis_values.AMOUNT_LENGTH_MAX == iati_values.DIGITS_MAX
    assert f"{limits.memory_bytes // 1024**2} MB of memory, {limits.cpu_seconds} seconds" in LIMITS
    assert f"{limits.wall_seconds:.0f} seconds in all" in LIMITS


def test_every_finding_of_the_readers_is_in_the_document() -> None:
    folder = Path(assembly.__file__).parent
    names = (
        "mspdi*.py",
        "xer*.py",
        "iati*.py",
        "cordis*.py",
        "proposal.py",
        "assembly.py",
        "values.py",
        "readings*.py",
    )
    sources = [path for name in names for path in folder.glob(name)]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    codes = set(re.findall(r'(?:add|_say)\(\s*"(?:info|warning|error)",\s*"(\w+)"', text))
    codes |= set(re.findall(r'(?:\.say|_say)\(\s*"(?!info|warning|error)(\w+)"', text))
    codes |= set(re.findall(r'return "(link_\w+)"', text))

    missing = sorted(code for code in codes if f"`{code}`" not in DOCUMENT)

    assert (len(codes) > 20, missing) == (True, [])
