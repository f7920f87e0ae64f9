"""`consortio results …`: what an IATI file holds, and such a file from what is held, without a database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from consortio.cli.document import or_exit, print_document
from consortio.cli.lazy import LazyGroup
from consortio.cli.plan import counted, finding_lines
from consortio.interchange.child import read_document_apart
from consortio.interchange.iati_write import write_iati
from consortio.interchange.plan import Refused
from consortio.interchange.reading import shown_name
from consortio.interchange.results import Results
from consortio.interchange.results_summary import summary
from consortio.interchange.wording import Wording

COMMANDS = {"read": "consortio.cli.results:read", "write": "consortio.cli.results:write"}
ROLE_WORDS = {"1": "funding", "2": "accountable", "3": "extending", "4": "implementing"}
TRANSACTION_WORDS = {
    "1": "incoming funds",
    "2": "outgoing commitments",
    "3": "disbursements",
    "4": "expenditure",
    "5": "interest payments",
    "6": "loan repayments",
    "7": "reimbursements",
    "8": "purchases of equity",
    "9": "sales of equity",
    "10": "credit guarantees",
    "11": "incoming commitments",
    "12": "outgoing pledges",
    "13": "incoming pledges",
}
BUDGET_WORDS = {"type1": "original", "type1(default)": "original", "type2": "revised", "pd": "planned disbursements"}

results = LazyGroup(table=COMMANDS, name="results", help="Read and write results in IATI files, without a database.")


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the whole neutral results as JSON.")
def read(file: str, as_json: bool) -> None:
    """Print the activities and results in FILE, and what in it does not hold."""
    print_document(file, Results, summary, lines, as_json=as_json)


@click.command()
@click.argument("file", type=click.Path())
@click.argument("out", type=click.Path())
def write(file: str, out: str) -> None:
    """Write the results in FILE, IATI or the JSON of "results read --json", to OUT as IATI 2.03, and what was left out."""
    held = or_exit(lambda: read_document_apart(Path(file), Results))
    written = write_iati(held, generated_at=datetime.now(UTC))
    or_exit(lambda: _save(Path(out), written.data))
    click.echo(f"{Path(out).name} · IATI 2.03 · {counted(len(held.activities), 'activity', 'activities')}")
    findings = (*held.findings, *written.findings)
    for line in finding_lines(findings, len(findings)):
        click.echo(line)


def _save(path: Path, data: bytes) -> None:
    """
    Raises:
        Refused: the file cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Wording("The file {file} cannot be written: {reason}.", file=shown_name(path), reason=reason)
        raise Refused(message, code="unwritten") from None


def lines(read_results: Results, figures: dict[str, Any]) -> Iterator[str]:
    """Yield the results for people: how much of what, the money by currency, the findings."""
    yield f"{read_results.file} · IATI {read_results.version or 'without a version'}"
    yield ""
    words = {"activities": "activity", "results": "result", "indicators": "indicator", "periods": "period"}
    yield " · ".join(counted(figures[name], word, name) for name, word in words.items())
    roles = figures["participating_org_by_role"]
    yield "  " + (" · ".join(f"{ROLE_WORDS.get(role, role)} {roles[role]:,}" for role in sorted(roles)) or "nobody")
    yield from _money_lines("", figures["transactions"], TRANSACTION_WORDS)
    yield from _money_lines("budgets, ", figures["budgets"], BUDGET_WORDS)
    yield from _money_lines("", figures["planned_disbursements"], BUDGET_WORDS)
    yield from finding_lines(read_results.findings)


def _money_lines(before: str, amounts: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    for key, amount in amounts.items():
        kind, _, currency = key.partition("|")
        yield f"  {before}{words.get(kind, kind)}: {amount['n']:,} · {amount['sum']} {currency}"
