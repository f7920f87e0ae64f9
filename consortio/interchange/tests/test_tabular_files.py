"""What any table, and the tables of others, do to the reader of plans in tables."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio.interchange.child import read_apart
from consortio.interchange.plan import (
    Refused,
    StoredDates,
)
from consortio.interchange.safe_text import bare_text, safe_text
from consortio.interchange.tabular import read_tabular
from consortio.interchange.tests.shared import files, schedules
from consortio.interchange.tests.test_tabular import ROWS, workbook
from consortio.interchange.values import parse_iso_duration


def test_a_child_process_reads_tables_with_its_doors_closed():
    data = "\n".join(ROWS["Russian"]).encode("cp1251") + "\n4;1.3;Packed;1 нед.;20260105;12 марта 2026;;;;;".encode(
        "cp1251"
    )

    plan = read_apart(data, "plan.csv", options={"decimal_sign": ",", "columns": [["Примечание", "none"]]})
    book = read_apart(workbook([["Task", "Start"], ["Dig", datetime(2026, 1, 5)]]), "plan.xlsx")

    assert plan.items[3].stored == StoredDates(datetime(2026, 1, 5, 8), datetime(2026, 3, 12, 17))
    assert (plan.items[1].notes, book.items[0].stored.start) == ("", datetime(2026, 1, 5, 8))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=6), max_size=8), st.sampled_from(["utf-8", "utf-16"]))
def test_any_table_is_read_or_refused(rows, encoding):
    text = "ID;Task;Start;Duration;Predecessors;Level\n" + "\n".join(";".join(row) for row in rows)
    try:
        plan = read_tabular(text.encode(encoding), "plan.csv", "csv")
    except Refused as problem:
        assert problem.message
    else:
        assert len({item.id for item in plan.items}) == len(plan.items)


@given(TEXTS)
def test_neutral_texts_come_back_and_are_never_run(text):
    safe = safe_text(text)

    assert bare_text(safe) == text
    assert not safe.lstrip(" '\t\r\n").startswith(("=", "+", "-", "@")) or safe.startswith("'")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "'=1", "=cmd|' /C calc'!A0"])
def test_formulas_get_an_apostrophe(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Dig", "1.1", "it's", "'quoted'", "", "a=b"])
def test_plain_texts_stay_as_they_are(text):
    assert safe_text(text) == text


# What each workbook in the shared folder holds, counted by hand.
SPREADSHEETS = {
    "plan/hazem_cost_schedule.xlsx": ("numbered", 53, 6, 0, datetime(2019, 1, 1, 8)),
    "plan/packt_project_plan.xlsx": ("indent", 39, 9, 13, datetime(2023, 1, 2, 8)),
    "plan/rakesh_budget_wbs.xlsx": ("outline", 29, 0, 0, None),
    "plan/sofa5_activity_plan.xlsx": ("flat", 11, 0, 0, None),
}


@pytest.mark.skipif(schedules() is None, reason="the folder shared/data is not beside this checkout")
@pytest.mark.parametrize("name", SPREADSHEETS)
def test_real_spreadsheets_are_read(name):
    kind, items, phases, links, start = SPREADSHEETS[name]
    data = ((schedules() or Path()).parent / "registers" / name).read_bytes()
    plan = read_tabular(data, name, "xlsx")

    told = next(one for one in plan.findings if one.code == "mapping").where["mapping"]
    assert told["tree"] == kind
    assert (len(plan.items), sum(item.is_summary for item in plan.items), len(plan.links)) == (items, phases, links)
    assert plan.start == start
    assert not [one for one in plan.findings if one.code == "cell"]


@pytest.mark.parametrize(("path", "truth"), files("mspdi", "mspdi-converted"))
def test_tables_of_real_plans_hold_the_figures_of_the_plans(path, truth):
    table = path.parent.parent / "expected_tasks" / f"{path.parent.name}__{path.name}.csv"
    if not table.exists():
        pytest.skip("no table of this plan")
    data = table.read_bytes()
    rows = [line for line in data.decode().splitlines()[1:] if line]
    plan = read_tabular(data, table.name, "csv")

    named = [item for item in plan.items if item.kind != "project"]
    assert len(plan.items) == len(rows) - sum(row.split(",")[2] == "" for row in rows)
    assert (
        sum(item.percent_complete == 100 for item in plan.items if not item.is_summary) == truth["percent_complete_100"]
    )
    assert max(item.stored.finish for item in named if item.stored.finish).isoformat() == truth["max_task_finish"]
    by_id = {item.id: item for item in plan.items}
    plain = [row.split(",") for row in rows if '"' not in row]
    for row in plain:
        item = by_id.get(row[0])
        if item is not None and item.duration_minutes is not None:
            assert item.duration_minutes == parse_iso_duration(row[6])
