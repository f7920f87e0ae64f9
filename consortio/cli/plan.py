"""`consortio plan …`: what can be done with a plan file without a database."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from consortio.cli.lazy import LazyGroup
from consortio.interchange.cells import DateOrder, DecimalSign
from consortio.interchange.child import read_apart
from consortio.interchange.plan import Finding, Item, Plan, Project, Refused
from consortio.interchange.plan_json import allowed_words
from consortio.interchange.settle import LinkKey, Tree
from consortio.interchange.words import Unit

Command = TypeVar("Command", bound=Callable[..., Any])

REFUSED = 3
ROWS_SHOWN, FINDINGS_SHOWN = 25, 20
KIND_WORDS = {
    "project": "project row",
    "phase": "phase",
    "task": "task",
    "milestone": "milestone",
    "deliverable": "deliverable",
    "loe": "level-of-effort row",
    "wbs_summary": "WBS summary row",
}

COMMANDS = {
    "read": "consortio.cli.plan:read",
    "schedule": "consortio.cli.plan_schedule:schedule",
}

plan = LazyGroup(table=COMMANDS, name="plan", help="Read and schedule plan files, without a database.")


def read_or_exit(file: str, options: dict[str, Any] | None = None) -> Plan:
    """Return the plan; a refused file is one sentence on standard error and exit code 3."""
    try:
        return read_apart(Path(file), options=options)
    except Refused as refused:
        click.echo(refused.message, err=True)
        sys.exit(REFUSED)


def table_options(command: Command) -> Command:
    """Add the options that correct how the columns of a CSV or XLSX file are understood."""
    for option in reversed(
        (
            click.option("--sheet", help="XLSX: the sheet with the plan."),
            click.option("--header-row", type=int, help="Tables: the row of headings; 0 says that there is none."),
            click.option(
                "--map",
                "--column",
                "columns",
                multiple=True,
                metavar="HEADING=FIELD",
                help="Tables: what a column holds.",
            ),
            click.option("--date-order", type=click.Choice(allowed_words(DateOrder)), help="Tables: 03/04 is what?"),
            click.option("--decimal-sign", type=click.Choice(allowed_words(DecimalSign)), help="Tables."),
            click.option("--duration-unit", type=click.Choice(allowed_words(Unit)), help="Tables: of bare numbers."),
            click.option("--tree", type=click.Choice(allowed_words(Tree)), help="Tables: what makes the levels."),
            click.option("--link-key", type=click.Choice(allowed_words(LinkKey)), help="Tables: what links refer to."),
        )
    ):
        command = option(command)
    return command


def options_given(wishes: dict[str, Any]) -> dict[str, Any]:
    """
    Return the options that `read_apart` takes, of those that `table_options` added.

    Raises:
        click.BadParameter: a column without "=".
    """
    given = {name: value for name, value in wishes.items() if value not in (None, ())}
    if "columns" in given:
        given["columns"] = [_heading_and_field(one) for one in given["columns"]]
    return given


def _heading_and_field(text: str) -> list[str]:
    heading, sign, field = text.rpartition("=")
    if not sign:
        raise click.BadParameter(f"“{text}” is no HEADING=FIELD", param_hint="--map")
    return [heading.strip(), field.strip()]


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the whole neutral plan as JSON.")
@table_options
def read(file: str, as_json: bool, **wishes: Any) -> None:
    """Print the plan in FILE, and what in it was not understood."""
    read_plan = read_or_exit(file, options_given(wishes))
    if as_json:
        click.echo(json.dumps(read_plan.to_json(), ensure_ascii=False, indent=1))
    else:
        for line in lines(read_plan):
            click.echo(line)


def lines(read_plan: Plan) -> Iterator[str]:
    """Yield the plan for people: how much of what, the first rows of the tree, the findings."""
    yield " · ".join(part for part in (read_plan.file, read_plan.program) if part)
    for project in read_plan.projects:
        yield ""
        yield from _project_lines(project)
    yield ""
    yield _counts(read_plan)
    yield from _tree_lines(read_plan.items)
    yield from finding_lines(read_plan.findings)


def _project_lines(project: Project) -> Iterator[str]:
    yield " ".join(dict.fromkeys(part for part in (project.code, project.name) if part))
    dates = (
        ("start", project.start),
        ("finish", project.finish),
        ("data date", project.data_date),
        ("must finish by", project.must_finish_by),
    )
    shown = [f"{name} {_stamp(at)}" for name, at in dates if at is not None]
    if shown:
        yield "  " + " · ".join(shown)


def _counts(read_plan: Plan) -> str:
    kinds = Counter(item.kind for item in read_plan.items)
    of = ", ".join(counted(count, KIND_WORDS[kind]) for kind, count in kinds.items())
    rest = {
        "link": len(read_plan.links),
        "calendar": len(read_plan.calendars),
        "resource": len(read_plan.resources),
        "baseline": len(read_plan.baselines),
    }
    counts = [counted(len(read_plan.items), "item") + (f" ({of})" if of else "")]
    return " · ".join(counts + [counted(count, word) for word, count in rest.items()])


def counted(count: int, word: str, words: str = "") -> str:
    """Return the number with the word, in the plural `words` where that is not the word with an s."""
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def _tree_lines(items: tuple[Item, ...]) -> Iterator[str]:
    shown = items[:ROWS_SHOWN]
    names = ["  " * item.depth + (f"{item.code} " if item.code else "") + item.name for item in shown]
    width = min(max((len(name) for name in names), default=0), 60)
    for item, name in zip(shown, names, strict=True):
        start, finish = _stamp(item.stored.start), _stamp(item.stored.finish)
        marks = [mark for mark in (item.milestone and "milestone", item.critical and "critical") if mark]
        yield f"  {name[:60]:<{width}}  {start:16}  {finish:16}  {' '.join(marks)}".rstrip()
    if len(items) > ROWS_SHOWN:
        yield f"  … and {len(items) - ROWS_SHOWN:,} more items (--json prints all)"


def finding_lines(findings: tuple[Finding, ...], shown_max: int = FINDINGS_SHOWN) -> Iterator[str]:
    """Yield the first findings for people."""
    yield ""
    yield counted(len(findings), "finding") + ":" if findings else "No findings: everything was understood."
    for one in findings[:shown_max]:
        where = ", ".join(f"{name} {value}" for name, value in one.where.items() if isinstance(value, str | int))
        yield f"  {one.severity}: {one.message}" + (f" [{where}]" if where else "")
    if len(findings) > shown_max:
        yield f"  … and {len(findings) - shown_max:,} more findings (--json prints all)"


def _stamp(at: datetime | None) -> str:
    return "" if at is None else at.strftime("%Y-%m-%d %H:%M")
