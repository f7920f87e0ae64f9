"""`consortio results …`: what an IATI file holds, without a database."""

from collections.abc import Iterator
from typing import Any

import click

from consortio.cli.document import print_document
from consortio.cli.lazy import LazyGroup
from consortio.cli.plan import counted, finding_lines
from consortio.interchange.results import Results
from consortio.interchange.results_summary import summary

COMMANDS = {"read": "consortio.cli.results:read"}
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

results = LazyGroup(table=COMMANDS, name="results", help="Read results in IATI files, without a database.")


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the whole neutral results as JSON.")
def read(file: str, as_json: bool) -> None:
    """Print the activities and results in FILE, and what in it does not hold."""
    print_document(file, Results, summary, lines, as_json=as_json)


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
