"""`consortio plan schedule FILE`: our dates beside those in the file, item by item."""

import json
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import click

from consortio.cli.plan import options_given, read_or_exit, table_options
from consortio.interchange.computed import Computed, ItemDates, stored_dates
from consortio.interchange.engine import schedule_plan
from consortio.interchange.plan import Finding, Item, Plan

SHOWN_MAX = 20


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print both dates of every item as JSON.")
@table_options
def schedule(file: str, as_json: bool, **wishes: Any) -> None:
    """Compute the dates of the plan in FILE and compare them with those in it."""
    plan = read_or_exit(file, options_given(wishes))
    answer = report(plan, schedule_plan(plan, begins_at=datetime.combine(datetime.now(), time(8))))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for line in lines(answer):
            click.echo(line)


def report(plan: Plan, computed: Computed) -> dict[str, Any]:
    """
    Return the answer of `plan schedule --json`.

    `of` counts the active items that are no summaries and have both stored dates, `agree` those whose computed start
    and finish are the stored ones to the minute.
    """
    projects = {project.id: project.code or project.name for project in plan.projects}
    items = [_row(plan, item, computed.items[item.id], projects) for item in plan.items]
    counted = [row for row, item in zip(items, plan.items, strict=True) if is_counted(item, plan)]
    return {
        "file": plan.file,
        "items": items,
        "agree": sum(row["agrees"] is True for row in counted),
        "of": len(counted),
        "findings": [_finding(one) for one in (*plan.findings, *computed.findings)],
    }


def is_counted(item: Item, plan: Plan) -> bool:
    """Return whether the item takes part in the comparison."""
    return item.active and not item.is_summary and None not in stored_dates(item, plan.mode)


def _row(plan: Plan, item: Item, dates: ItemDates, projects: dict[str, str]) -> dict[str, Any]:
    start, finish = stored_dates(item, plan.mode)
    counted = is_counted(item, plan)
    return {
        "id": item.id,
        "code": item.code,
        "project": projects.get(item.project or "", projects[plan.projects[0].id]),
        "name": item.name,
        "manual": item.manual,
        "stored": {"start": _text(start), "finish": _text(finish)},
        "computed": {"start": _text(dates.start), "finish": _text(dates.finish)},
        "agrees": (start, finish) == (dates.start, dates.finish) if counted else None,
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="minutes")


def _finding(one: Finding) -> dict[str, Any]:
    return {"severity": one.severity, "code": one.code, "where": dict(one.where), "message": one.message}


def lines(answer: dict[str, Any]) -> Iterator[str]:
    """Yield the answer for people: the count, the first items that differ, then the findings."""
    yield f"{answer['agree']} of {answer['of']} items come out at the dates in the file."
    differing = [row for row in answer["items"] if row["agrees"] is False]
    for row in differing[:SHOWN_MAX]:
        yield f"  {row['code'] or row['id']} {row['name']}" + (" (manual)" if row["manual"] else "")
        yield f"    in the file  {_span(row['stored'])}"
        yield f"    computed     {_span(row['computed'])}"
    if len(differing) > SHOWN_MAX:
        yield f"  … and {len(differing) - SHOWN_MAX} more; --json lists all."
    for one in answer["findings"][:SHOWN_MAX]:
        yield f"{one['severity']}: {one['message']}"
    if len(answer["findings"]) > SHOWN_MAX:
        yield f"… and {len(answer['findings']) - SHOWN_MAX:,} more findings; --json lists all."


def _span(dates: dict[str, str | None]) -> str:
    return f"{dates['start'] or '—'} to {dates['finish'] or '—'}".replace("T", " ")
