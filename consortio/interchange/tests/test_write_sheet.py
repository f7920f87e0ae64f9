import csv
import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings

from consortio.interchange.cells import read_duration
from consortio.interchange.plan import Assignment, Item, Link, Plan, Project, Refused, Resource, StoredDates
from consortio.interchange.reading import read_file
from consortio.interchange.sheet_rows import HEADINGS, spelled_duration
from consortio.interchange.tabular import read_tabular
from consortio.interchange.tests.plans import plans
from consortio.interchange.tests.shared import files
from consortio.interchange.write_sheet import CELL_CHARS_MAX, write_csv, write_xlsx

WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
MARCH_2 = datetime(2026, 3, 2, 8)
MARCH_6 = datetime(2026, 3, 6, 17)
# What tables have columns for; the code becomes the number in the list where it is none.
KEPT = (
    "id name kind parent depth order outline milestone manual duration_minutes duration_elapsed duration_estimated "
    "constraint deadline actual_start actual_finish percent_complete stored work_minutes assignments responsible budget actual_cost "
    "currency notes"
).split()


def plan(*items: Item, **rest) -> Plan:
    return Plan("plan.csv", "csv", "msp", (Project("0", "House"),), items=items, **rest)


def kept(one: Plan) -> list[dict[str, object]]:
    return [{name: getattr(item, name) for name in KEPT} for item in one.items]


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def column(rows: list[list[str]], field: str) -> list[str]:
    place = rows[0].index(HEADINGS[field])
    return [row[place] for row in rows[1:]]


DIG = Item("a", "Dig", duration_minutes=2400, stored=StoredDates(MARCH_2, MARCH_6), percent_complete=45.0)


@pytest.mark.parametrize("format", WRITERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(one=plans(table=True))
def test_any_plan_comes_back_with_the_same_figures(format, one):
    assume(any(item.stored.start is not None and item.stored.start.minute for item in one.items))

    read = read_tabular(WRITERS[format](one), "plan", format)

    assert kept(read) == kept(one)
    assert read.links == one.links
    assert read.baselines == one.baselines
    assert [finding for finding in read.findings if finding.severity != "info"] == []


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize(("path", "truth"), files("mspdi", "mspdi-converted", "xer"))
def test_real_plans_come_back_with_the_same_figures(path, truth, format):
    try:
        one = read_file(path)
    except Refused:
        pytest.skip("refused for a stated reason")
    if not one.items:
        pytest.skip("a plan without items")
    read = read_tabular(WRITERS[format](one), path.name, format)

    found = {item.id: item for item in read.items}
    assert found.keys() == {item.id for item in one.items}
    assert {(link.pred, link.succ, link.kind, link.lag_minutes) for link in read.links} == {
        (link.pred, link.succ, link.kind, link.lag_minutes) for link in one.links
    }
    for item in one.items:
        same = ("name", "parent", "percent_complete", "duration_minutes", "constraint", "deadline", "notes")
        assert {name: getattr(found[item.id], name) for name in same} == {
            name: getattr(item, name) for name in same
        } | ({} if item.name else {"name": "(no name)"})
        if not item.is_milestone:
            assert (found[item.id].stored.start, found[item.id].stored.finish) == (
                item.stored.start,
                item.stored.finish,
            )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "=cmd|' /C calc'!A0", "'=1"])
def test_nothing_that_a_person_typed_is_run(text):
    one = plan(
        replace(DIG, name=text, notes=text, outline=text, assignments=(Assignment("r"),), responsible=(text,)),
        resources=(Resource("r", text, group=text),),
    )

    for row in rows_of(write_csv(one))[1:]:
        assert all(not cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row), row
    page = openpyxl.load_workbook(io.BytesIO(write_xlsx(one))).active
    assert {cell.data_type for cell in page[2] if cell.value is not None} <= {"s", "n", "d"}
    assert read_tabular(write_csv(one), "plan", "csv").items[0].name == " ".join(text.split())


def test_the_csv_is_what_excel_expects():
    data = write_csv(plan(DIG), delimiter=";")

    assert data.startswith(b"\xef\xbb\xbfID;WBS;Level;Name;Type;Start;Finish;Duration;% complete;Predecessors;")
    assert data.splitlines()[1].startswith(b"1;;1;Dig;Task;2026-03-02 08:00;2026-03-06 17:00;5 d;45%;;")
    assert data.endswith(b"\r\n")


def test_links_name_codes_that_are_numbers_and_else_rows():
    items = [replace(DIG, id=one, name=one, code=code) for one, code in (("a", "10"), ("b", "20"), ("c", "30"))]
    links = (
        Link("a", "c", "SS", 480),
        Link("b", "c"),
        Link("a", "b", "FF", -720),
        Link("c", "a", "SF", lag_percent=50.0),
    )

    by_code = rows_of(write_csv(plan(*items, links=links)))
    by_row = rows_of(write_csv(plan(*(replace(one, code="A10 x") for one in items), links=links)))

    assert column(by_code, "predecessors") == ["30SF+50%", "10FF-1.5 d", "10SS+1 d; 20"]
    assert column(by_row, "predecessors") == ["3SF+50%", "1FF-1.5 d", "1SS+1 d; 2"]


@pytest.mark.parametrize(
    ("minutes", "elapsed", "spelled"),
    [(2400, False, "5 d"), (720, False, "1.5 d"), (90, False, "1.5 h"), (7, False, "7 min"), (0, False, "0 d"), (2880, True, "2 ed"), (61, True, "61 emin")],
)  # fmt: skip
def test_durations_are_spelled_exactly(minutes, elapsed, spelled):
    assert spelled_duration(minutes, elapsed=elapsed) == spelled
    assert read_duration(spelled, "h", ".").minutes == minutes


def test_names_with_commas_and_semicolons_stay_whole():
    one = plan(
        replace(DIG, assignments=(Assignment("r", 0.5),), responsible=("Muster, Ann",)),
        replace(DIG, id="b", responsible=("Muster, Ann", "Bo")),
        resources=(Resource("r", "Muster, Ann", group="Acme"), Resource("s", "Bo")),
    )
    read = read_tabular(write_csv(one), "plan", "csv")

    assert [item.responsible for item in read.items] == [("Muster, Ann",), ("Muster, Ann", "Bo")]
    assert read.items[0].assignments == (Assignment("Muster, Ann", 0.5),)
    assert read.resources[0].group == "Acme"


def test_the_workbook_is_a_workbook_of_excel():
    one = plan(
        replace(DIG, kind="phase"),
        replace(DIG, id="b", name="Deep", parent="a", depth=2, notes="two\nlines"),
        replace(DIG, id="c", name="Deeper", parent="b", depth=3),
    )
    page = openpyxl.load_workbook(io.BytesIO(write_xlsx(one))).active
    start = page.cell(2, list(HEADINGS).index("start") + 1)
    name = list(HEADINGS).index("name") + 1

    assert (start.value, start.is_date, start.number_format) == (MARCH_2, True, "yyyy-mm-dd hh:mm")
    assert page.freeze_panes == "E2"
    assert [page.row_dimensions[number].outlineLevel for number in (2, 3, 4)] == [0, 1, 2]
    assert [page.cell(number, name).alignment.indent for number in (2, 3, 4)] == [0, 1, 2]
    assert page.cell(1, 1).font.bold and page.column_dimensions["D"].width > 40
    assert page.cell(2, list(HEADINGS).index("percent") + 1).number_format.endswith("%")


def test_the_same_plan_is_the_same_file():
    assert write_xlsx(plan(DIG)) == write_xlsx(plan(DIG))
    assert write_csv(plan(DIG)) == write_csv(plan(DIG))


def test_long_texts_are_cut_with_a_sign_and_nul_is_left_out():
    one = plan(replace(DIG, name="a\0b", notes="x" * 40_000))

    for format, write in WRITERS.items():
        (item,) = read_tabular(write(one), "plan", format).items
        assert item.name == "ab"
        assert (len(item.notes), item.notes[-1]) == (CELL_CHARS_MAX - 1, "…")


def test_headings_can_be_in_another_language():
    german = {"name": "Vorgangsname", "start": "Anfang", "finish": "Ende", "duration": "Dauer", "uid": "Eindeutige Nr."}
    data = write_csv(plan(DIG), headings=german)

    assert "Vorgangsname" in rows_of(data)[0]
    assert kept(read_tabular(data, "plan", "csv"))[0]["stored"] == DIG.stored


def test_several_projects_are_phases_of_the_table():
    one = plan(
        Item("a", "House", kind="project", depth=0),
        replace(DIG, id="b", parent="a"),
        Item("c", "Garden", kind="project", depth=0, order=2),
    )
    read = read_tabular(write_csv(one), "plan", "csv")

    assert [(item.name, item.kind, item.depth) for item in read.items] == [
        ("House", "phase", 1),
        ("Dig", "task", 2),
        ("Garden", "phase", 1),
    ]


def test_an_item_without_a_name_keeps_its_row():
    read = read_tabular(
        write_csv(plan(replace(DIG, name=""), replace(DIG, id="b"), links=(Link("a", "b"),))), "plan", "csv"
    )

    assert [item.name for item in read.items] == ["(no name)", "Dig"]
    assert read.links == (Link("a", "b"),)
