"""Put what was measured into a document."""

from collections.abc import Mapping
from pathlib import Path


def write_tables(document: Path, tables: Mapping[str, str]) -> None:
    """Put each table between its two comments of the document."""
    text = document.read_text(encoding="utf-8")
    for name, table in tables.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise SystemExit(f"{document} has no place for the table of {name}.")
        text = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    document.write_text(text, encoding="utf-8")
