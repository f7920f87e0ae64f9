"""Real Primavera XER files, where they are at hand: every figure that is known about them."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from consortio.interchange.plan import Item, Plan
from consortio.interchange.tests.shared import files
from consortio.interchange.xer import read_xer

NUMBERS = {"snet": "CS_MSOA", None: "<none>"}


def stamp(instant: datetime | None) -> str | None:
    return None if instant is None else instant.strftime("%Y-%m-%d %H:%M")


def activities(plan: Plan) -> list[Item]:
    return [item for item in plan.items if not item.id.startswith("wbs-")]


def kind(item: Item) -> str:
    if item.is_milestone:
        return "TT_Mile" if item.milestone == "start" else "TT_FinMile"
    return {"loe": "TT_LOE", "wbs_summary": "TT_WBS"}.get(item.kind, "TT_Rsrc" if item.resource_driven else "TT_Task")


def figures(plan: Plan) -> dict[str, Any]:
    items = activities(plan)
    floats = [
        one.total_float_minutes for one in items if one.actual_finish is None and one.total_float_minutes is not None
    ]
    return {
        "tables": {
            "PROJECT": len(plan.projects),
            "CALENDAR": len(plan.calendars),
            "TASK": len(items),
            "TASKPRED": len(plan.links),
            "RSRC": len(plan.resources),
            "TASKRSRC": sum(len(item.assignments) for item in items),
        },
        "wbs": len(plan.items) - len(items),
        "projects": [(project.code, stamp(project.data_date), stamp(project.start)) for project in plan.projects],
        "task_types": Counter(kind(item) for item in items),
        "link_types": Counter(link.kind for link in plan.links),
        "links_with_lag": sum(link.lag_minutes != 0 for link in plan.links),
        "constraints": Counter(NUMBERS[item.constraint.kind if item.constraint else None] for item in items),
        "open_tasks_with_float": len(floats),
        "zero_or_negative_float": sum(one <= 0 for one in floats),
        "negative_float": sum(one < 0 for one in floats),
        "sum_target_duration_hours": sum(item.duration_minutes or 0 for item in items) / 60,
        "sum_remaining_duration_hours": sum(item.remaining_minutes or 0 for item in items) / 60,
    }


def known(truth: dict[str, Any]) -> dict[str, Any]:
    tables = truth["tables"]
    names = ("PROJECT", "CALENDAR", "TASK", "TASKPRED", "RSRC", "TASKRSRC")
    same = (
        "links_with_lag open_tasks_with_float zero_or_negative_float negative_float sum_target_duration_hours "
        "sum_remaining_duration_hours task_types constraints"
    )
    return {name: truth[name] for name in same.split()} | {
        "tables": {name: tables.get(name, 0) for name in names},
        "wbs": tables.get("PROJWBS", tables.get("WBS")),
        "projects": [
            (one["proj_short_name"], one["last_recalc_date"], one["plan_start_date"]) for one in truth["projects"]
        ],
        "link_types": {name.removeprefix("PR_"): count for name, count in truth["link_types"].items()},
    }


@pytest.mark.parametrize(("path", "truth"), files("xer"))
def test_a_real_file_is_read_with_the_known_figures(path: Path, truth: dict[str, Any]) -> None:
    expected = known(truth)
    if path.name.startswith("malformed"):
        # Its data date stands in a column of another name, which the figures do not know and the reader does.
        expected["projects"] = [("DEMO", "2024-01-01 00:00", None)]

    plan = read_xer(path.read_bytes(), path.name)

    assert figures(plan) == expected


@pytest.mark.parametrize(("path", "truth"), files("xer"))
def test_cyrillic_text_is_readable_even_where_the_code_page_is_said_to_be_western(
    path: Path, truth: dict[str, Any]
) -> None:
    cyrillic = {"aspose_encoding1251.xer", "aspose_MultiprojectWithExternal.xer"}

    plan = read_xer(path.read_bytes(), path.name)

    assert plan.encoding == ("cp1251" if path.name in cyrillic else truth["encoding"])
    assert ("Задача 1" in [item.name for item in plan.items]) == (path.name in cyrillic)
