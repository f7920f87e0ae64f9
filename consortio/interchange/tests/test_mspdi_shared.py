"""Real MS Project XML files, where they are at hand: every figure that is known about them."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import Calendar, Item, Plan, Refused
from consortio.interchange.tests.shared import files, schedules

NUMBERS = {"alap": "1", "mso": "2", "mfo": "3", "snet": "4", "snlt": "5", "fnet": "6", "fnlt": "7"}
LINKS = {"FF": "0", "FS": "1", "SF": "2", "SS": "3"}
PRIMAVERA = "aspose_BaselineProjects.xml"


def stamp(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def constraint(item: Item) -> str:
    return NUMBERS[item.constraint.kind] if item.constraint else "0"


def figures(plan: Plan) -> dict[str, Any]:
    leaves = [item for item in plan.items if not item.is_summary]
    from_outside = [one for one in plan.findings if one.code == "link_other_file"]
    kinds = Counter(LINKS[link.kind] for link in plan.links) + Counter("1" for _ in from_outside)
    return {
        "start": stamp(plan.start),
        "finish": stamp(plan.finish),
        "status_date": stamp(plan.data_date),
        "tasks_incl_project_summary": len(plan.items),
        "non_summary_tasks": len(leaves),
        "milestones": sum(item.is_milestone for item in leaves),
        "links": len(plan.links) + len(from_outside),
        "link_types(0FF,1FS,2SF,3SS)": dict(kinds),
        "links_with_lag": sum(bool(link.lag_minutes or link.lag_percent) for link in plan.links),
        "resources": len(plan.resources),
        "assignments": sum(len(item.assignments) for item in plan.items),
        "calendars": len(plan.calendars),
        "tasks_with_baseline0": sum(len(one.items) for one in plan.baselines if one.number == 0),
        "baseline_numbers": [one.number for one in plan.baselines],
        "constraint_types": dict(Counter(constraint(item) for item in leaves)),
        "percent_complete_100": sum(item.percent_complete == 100 for item in leaves),
        "critical_flag": sum(item.critical is True for item in leaves),
        "manual_tasks": sum(item.manual for item in leaves),
        "max_task_finish": stamp(max((one.stored.finish for one in leaves if one.stored.finish), default=None)),
    }


@pytest.mark.parametrize(("path", "truth"), files("mspdi", "mspdi-converted"))
def test_a_real_file_is_read_with_the_known_figures(path: Path, truth: dict[str, Any]) -> None:
    if path.name == PRIMAVERA:
        with pytest.raises(Refused, match="This is Primavera P6 XML"):
            read_mspdi(path.read_bytes(), path.name)
        return

    plan = read_mspdi(path.read_bytes(), path.name)

    read = figures(plan)
    assert read == {name: truth[name] for name in read}


def days_off(calendar: Calendar) -> set[date]:
    return {
        one.first + timedelta(days=number)
        for one in calendar.exceptions
        for number in range((one.last - one.first).days + 1)
    }


@pytest.mark.parametrize(("path", "truth"), files("mspdi", only="recurring"))
def test_recurring_exceptions_give_the_days_that_ms_project_lists_beside_them(
    path: Path, truth: dict[str, Any]
) -> None:
    text = path.read_text(encoding="utf-8")
    start, end = text.index("<Exceptions>"), text.index("</Exceptions>") + len("</Exceptions>")

    by_rule = read_mspdi(text.encode(), "rule.xml").calendars[0]
    as_listed = read_mspdi((text[:start] + text[end:]).encode(), "list.xml").calendars[0]

    assert truth["calendar_exceptions"] == 27
    assert days_off(by_rule) == days_off(as_listed)
    assert len(days_off(by_rule)) > 100


def expected_rows(name: str) -> dict[str, dict[str, str]]:
    """Return what another parser read from the file, by UID; nothing where nobody wrote it down."""
    folder = schedules()
    path = folder / "expected_tasks" / f"{name.replace('/', '__')}.csv" if folder else None
    if path is None or not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["UID"]: row for row in csv.DictReader(file)}


def seen(item: Item) -> dict[str, str]:
    dates = {
        "Start": item.stored.start,
        "Finish": item.stored.finish,
        "EarlyStart": item.stored.early_start,
        "EarlyFinish": item.stored.early_finish,
        "LateStart": item.stored.late_start,
        "LateFinish": item.stored.late_finish,
        "ActualStart": item.actual_start,
        "ActualFinish": item.actual_finish,
    }
    return {name: stamp(at) or "" for name, at in dates.items()} | {
        "OutlineLevel": str(item.depth),
        "Summary": str(int(item.is_summary)),
        "TotalSlack": "" if item.total_float_minutes is None else str(item.total_float_minutes * 10),
    }


@pytest.mark.parametrize(("path", "truth"), files("mspdi", "mspdi-converted"))
def test_every_task_has_the_dates_that_another_parser_read(path: Path, truth: dict[str, Any]) -> None:
    rows = expected_rows(f"{path.parent.name}/{path.name}")
    if path.name == PRIMAVERA:
        assert rows == {}
        return

    items = {item.id: seen(item) for item in read_mspdi(path.read_bytes(), path.name).items}

    assert len(items) == truth["tasks_incl_project_summary"]
    for uid, row in rows.items():
        assert items[uid] == {name: row[name] for name in items[uid]}
