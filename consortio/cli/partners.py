"""`consortio partners …`: who takes part in the projects of a list, without a database."""

from collections.abc import Iterator
from typing import Any

import click

from consortio.cli.document import print_document
from consortio.cli.lazy import LazyGroup
from consortio.cli.plan import ROWS_SHOWN, counted, finding_lines
from consortio.interchange.partners import Partners, summary

COMMANDS = {"read": "consortio.cli.partners:read"}

partners = LazyGroup(table=COMMANDS, name="partners", help="Read lists of partners, without a database.")


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the whole neutral list as JSON.")
def read(file: str, as_json: bool) -> None:
    """Print the projects and partners in FILE, and what in it was not understood."""
    print_document(file, Partners, summary, lines, as_json=as_json)


def lines(read_partners: Partners, figures: dict[str, Any]) -> Iterator[str]:
    """Yield the projects or the proposal for people, with sums, and the findings."""
    yield read_partners.file
    yield ""
    yield from _proposal_lines(read_partners, figures) if read_partners.parts else _list_lines(figures)
    yield from finding_lines(read_partners.findings)


def _list_lines(figures: dict[str, Any]) -> Iterator[str]:
    yield " · ".join((counted(figures["projects"], "project"), counted(figures["rows"], "row")))
    for number, one in list(figures["by_project"].items())[:ROWS_SHOWN]:
        name = " ".join(part for part in (number, one["acronym"]) if part)
        lead = one["coordinator"] or "no coordinator"
        money = f"{one['coordinator_plus_participants_eu']} of {one['eu_contribution'] or 'unknown'}"
        yield f"  {name} · {lead} and {counted(one['participants'], 'participant')} · {money}"
    if figures["projects"] > ROWS_SHOWN:
        yield f"  … and {figures['projects'] - ROWS_SHOWN:,} more projects (--json prints all)"


def _proposal_lines(read_partners: Partners, figures: dict[str, Any]) -> Iterator[str]:
    (project,) = read_partners.projects
    yield " ".join(part for part in (project.id, project.acronym, project.title) if part)
    counts = {"partner": len(project.partners), "work package": len(project.work_packages)}
    counts["deliverable"] = len(project.deliverables)
    yield " · ".join(counted(count, word) for word, count in counts.items())
    for name, months in list(figures["person_months_by_site"].items())[:ROWS_SHOWN]:
        yield f"  {name}: {months} person months"
