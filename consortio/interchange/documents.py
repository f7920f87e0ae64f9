"""What is read from files beside plans: a head of single values, and lists of rows, among them the findings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from consortio.interchange.partners import Partners, Project
from consortio.interchange.plan import Finding
from consortio.interchange.plan_json import encode
from consortio.interchange.results import Activity, Results
from consortio.interchange.tables import SheetRow, Tables, read_tables

HEAD = "head"

Document = TypeVar("Document", Results, Partners, Tables)
# The lists of each kind of document, which go through pipes in pieces.
_ROWS: Mapping[str, Mapping[str, type]] = {
    "Results": {"activities": Activity, "findings": Finding},
    "Partners": {"projects": Project, "findings": Finding},
    "Tables": {"rows": SheetRow, "findings": Finding},
}


def row_classes(kind: type) -> Mapping[str, type]:
    return _ROWS[kind.__name__]


def document_reader(name: str) -> Callable[[bytes, str], Results | Partners | Tables]:
    """Return the reader of `Results`, `Partners` or `Tables`, imported only now."""
    if name == "Results":
        from consortio.interchange.results_file import read_results

        return read_results
    if name == "Tables":
        return read_tables
    from consortio.interchange.partner_files import read_partners

    return read_partners


def document_pieces(document: Results | Partners | Tables, length: int) -> Iterator[dict[str, Any]]:
    """Yield the document's JSON in pieces, so that it is never in memory as a whole."""
    rows = row_classes(type(document))
    single = (field.name for field in fields(document) if field.name not in rows)
    yield {HEAD: {name: encode(getattr(document, name), sparse=True) for name in single}}
    for name in rows:
        all_rows = getattr(document, name)
        for start in range(0, len(all_rows), length):
            yield {name: [encode(row, sparse=True) for row in all_rows[start : start + length]]}
