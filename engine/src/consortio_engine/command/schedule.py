"""`consortio-engine schedule PLAN`: dates, floats, the critical and the longest path."""

import argparse
from typing import Any

from consortio_engine.command.lengths import instant_text
from consortio_engine.command.plan_file import PlanFile, read_plan
from consortio_engine.command.printing import ANSWERED, head_of, print_json, print_table
from consortio_engine.command.reading import Refused, read_json
from consortio_engine.command.words import add_command
from consortio_engine.cpm import schedule
from consortio_engine.errors import Cycle, HorizonExceeded
from consortio_engine.results import Schedule
from consortio_engine.rows import NONE, Kind

DATE_NAMES = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")
HEAD = ("id", "name", "start", "finish", "total float", "free float", "critical", "longest")


def add(subparsers: Any) -> None:
    """Add the command's words."""
    add_command(
        subparsers,
        "schedule",
        run,
        about="Compute the dates, floats and critical path of a plan.",
        reads="a plan in JSON",
        searches=False,
    )


def run(arguments: argparse.Namespace) -> int:
    """Schedule the plan and print its dates."""
    plan = read_plan(read_json(arguments.input, "plan"))
    answer = scheduled(plan)
    if arguments.json:
        print_json(report(plan, answer))
    else:
        _print(plan, answer)
    return ANSWERED


def scheduled(plan: PlanFile) -> Schedule:
    """
    Return the plan's dates by its own mode and options.

    Raises:
        Refused: a ring of links, or a date beyond the calendars; with the ids concerned.
    """
    try:
        return schedule(plan.network, mode=plan.mode, options=plan.options)
    except Cycle as refusal:
        ring = " -> ".join(plan.names[task] for task in (*refusal.where, *refusal.where[:1]))
        raise Refused([f"links: these tasks wait for each other: {ring}."]) from None
    except HorizonExceeded as refusal:
        who = ", ".join(f"tasks[{task}] ({plan.names[task]!r})" for task in refusal.where)
        raise Refused([f"{who or 'tasks'}: a date lies more than 60 years from the dates in the plan."]) from None


def report(plan: PlanFile, answer: Schedule) -> dict[str, Any]:
    """The answer as JSON has it; the schema is `schedule-answer`."""
    rows = [_row(plan, answer, task) for task in range(plan.network.task_count)]
    path = [
        row["id"]
        for row, kind in zip(rows, plan.network.kind, strict=True)
        if row["longest_path"] and kind != Kind.SUMMARY
    ]
    return {
        "status": answer.status,
        "finish": instant_text(int(answer.project_finish[0])),
        "tasks": rows,
        "longest_path": path,
        "driving": [int(link) for link in answer.driving.nonzero()[0]],
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "task": None if finding.task < 0 else plan.ids[finding.task],
                "value": finding.value,
            }
            for finding in answer.findings
        ],
        "mode": answer.mode,
        **head_of(answer),
    }


def _row(plan: PlanFile, answer: Schedule, task: int) -> dict[str, Any]:
    dates = {name: instant_text(int(getattr(answer, name)[task])) for name in DATE_NAMES}
    floats = {name: _minutes(int(getattr(answer, name)[task])) for name in ("total_float", "free_float")}
    flags = {name: bool(getattr(answer, name)[task]) for name in ("critical", "near_critical", "longest_path")}
    return {"id": plan.ids[task], "name": plan.titles[task], **dates, **floats, **flags}


def _minutes(value: int) -> int | None:
    return None if value == NONE else value


def _print(plan: PlanFile, answer: Schedule) -> None:
    found = report(plan, answer)
    shown = ("id", "name", "start", "finish", "total_float", "free_float", "critical", "longest_path")
    print_table(HEAD, [[_shown(row[name]) for name in shown] for row in found["tasks"]])
    print(f"\nFinish {_shown(found['finish']) or '-'}; floats in working minutes.")
    for finding in found["findings"]:
        where = f" {finding['task']}" if finding["task"] is not None else ""
        print(f"{finding['severity']}: {finding['code']}{where} ({finding['value']})")


def _shown(value: Any) -> Any:
    """Dates for people: a space instead of the T."""
    return value.replace("T", " ") if isinstance(value, str) and len(value) == 16 and value[10] == "T" else value
