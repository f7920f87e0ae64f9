"""`consortio readings …`: which readings of KPIs a table holds, without a database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from consortio.cli.document import or_exit, show_document
from consortio.cli.lazy import LazyGroup
from consortio.cli.plan import ROWS_SHOWN, counted, finding_lines, options_given
from consortio.interchange.cells import DateOrder, DecimalSign
from consortio.interchange.child import read_document_apart
from consortio.interchange.plan_json import allowed_words, decode
from consortio.interchange.readings import ReadingRow, ReadingsFile, summary
from consortio.interchange.readings_columns import Layout, ReadingWishes
from consortio.interchange.readings_periods import plain_period
from consortio.interchange.readings_table import read_readings
from consortio.interchange.tables import Tables

COMMANDS = {"read": "consortio.cli.readings:read"}

readings = LazyGroup(table=COMMANDS, name="readings", help="Read tables of readings of KPIs, without a database.")


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the whole neutral readings as JSON.")
@click.option("--sheet", help="XLSX: the sheet with the readings.")
@click.option("--header-row", type=int, help="The row of headings; 0 says that there is none.")
@click.option(
    "--map",
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=FIELD",
    help="What a column holds; see the document.",
)
@click.option(
    "--layout", type=click.Choice(allowed_words(Layout)), help="long: a reading a row; wide: a period a column."
)
@click.option("--date-order", type=click.Choice(allowed_words(DateOrder)), help="03/04 is what?")
@click.option("--decimal-sign", type=click.Choice(allowed_words(DecimalSign)), help="1.234 is what?")
def read(file: str, as_json: bool, **wishes: Any) -> None:
    """Print the readings in FILE, and what in it was not understood."""
    wished = decode(ReadingWishes, options_given(wishes))
    found = or_exit(lambda: read_readings(read_document_apart(Path(file), Tables), plain_period, wished))
    show_document(found, summary(found), lines, as_json=as_json)


def lines(found: ReadingsFile, figures: dict[str, Any]) -> Iterator[str]:
    """Yield the readings for people: how the table was read, the first of them, the findings."""
    columns = found.columns.to_json()
    yield f"{found.file} · {'a period a column' if found.columns.layout == 'wide' else 'a reading a row'}"
    yield ""
    yield " · ".join(f"{field}: {heading}" for field, heading in columns["columns"].items())
    if columns["periods"]:
        yield "periods: " + ", ".join(one["text"] for one in columns["periods"])
    yield f"{counted(figures['rows'], 'reading')} of {counted(len(figures['by_kpi']), 'KPI')}"
    for row in found.rows[:ROWS_SHOWN]:
        yield f"  {row.kpi_text[:40]} · {row.period_text} · {_value(row)}"
    if len(found.rows) > ROWS_SHOWN:
        yield f"  … and {len(found.rows) - ROWS_SHOWN:,} more readings (--json prints all)"
    yield from finding_lines(found.findings)


def _value(row: ReadingRow) -> str:
    return "no value" if row.value is None else format(row.value, "f")
