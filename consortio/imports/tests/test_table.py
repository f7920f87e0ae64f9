"""How a table is read is shown, corrected on the page and through the API, and kept with the draft."""

import io
from typing import get_args

import pytest
import xlsxwriter

from consortio.cli.plan import table_options
from consortio.imports.api import MappingIn
from consortio.imports.table_words import COLUMNS, GROUPS, SETTINGS
from consortio.interchange.cells import DateOrder, DecimalSign
from consortio.interchange.mapping import Wishes
from consortio.interchange.settle import LinkKey, Tree
from consortio.interchange.words import Field, Unit

from .test_flow import draft_of, partnership, run_jobs, upload

OLD = [["Task", "Start", "Duration"], ["Old survey", "2030-01-07", 3]]
PLAN = [
    ["Coast works 2031"],
    ["Task", "Kind of", "Under", "Hours", "Start", "Duration"],
    ["Works", "phase", "", "", "", ""],
    ["Dredge", "task", "Works", 40, "2031-05-05", 2],
    ["Handed over", "deliverable", "Works", "", "2031-05-12", 1],
]
COMMON = {"column-parent": "Under", "column-kind": "Kind of", "column-work": "Hours", "duration_unit": "w"}


def workbook(**sheets) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return packed.getvalue()


@pytest.fixture
def read(world):
    """Ada has uploaded a workbook of two sheets, of which the first was taken."""
    return ada_with(world, workbook(Old=OLD, Plan=PLAN), "coast.xlsx")


def ada_with(world, content, name):
    ada = world.client("ada@Harbour")
    assert (
        upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], content, name).status_code == 302
    )
    run_jobs()
    return ada, draft_of(world)


def corrected(world, ada, **said):
    draft = draft_of(world)
    answer = ada.post(f"/imports/{draft.pk}/mapping", {"version": draft.version} | said)
    run_jobs()
    return answer, draft_of(world)


def posted(client, draft, **body):
    sent = {"version": draft.version} | body
    return client.post(f"/api/v1/imports/{draft.pk}/mapping", sent, content_type="application/json")


def test_everything_that_the_command_takes_is_offered():
    command = table_options(lambda: None)
    options = {parameter.name for parameter in command.__click_params__}

    assert options == {"sheet", "header_row", "columns", *SETTINGS} == set(Wishes.__dataclass_fields__)
    assert options | {"version", "left_out"} == set(MappingIn.model_fields)
    assert {*COLUMNS, "none"} == set(get_args(Field))
    assert sorted(name for _words, names in GROUPS for name in names) == sorted(COLUMNS)
    kinds = {"date_order": DateOrder, "decimal_sign": DecimalSign, "duration_unit": Unit, "tree": Tree}
    kinds |= {"link_key": LinkKey}
    for name, kind in kinds.items():
        assert list(SETTINGS[name][1]) == list(get_args(kind))
        assert get_args(MappingIn.model_fields[name].annotation) == ("", *get_args(kind))


def test_sheet_and_settings_that_were_found_are_shown(world, read):
    ada, draft = read
    page = ada.get(f"/imports/{draft.pk}").content.decode()

    assert draft.summary["mapping"]["sheets"] == ["Old", "Plan"]
    for words in ("as found: Plan", "found in row 2.", "as found: Start", "as found: days", '<option value="Under">'):
        assert words in page
    assert draft.summary["mapping"]["sheet"] == "Plan"


def test_sheet_and_row_of_headings_are_chosen(world, read):
    ada, _ = read
    answer, draft = corrected(world, ada, sheet="Old", **COMMON)  # its columns are found anew: it has no "Under"

    assert answer.status_code == 302 and draft.state == "read"
    assert draft.choices["mapping"] == {"sheet": "Old", "duration_unit": "w", "columns": []}
    assert draft.summary["mapping"]["sheet"] == "Old" and draft.summary["counts"]["items"] == 1
    assert '<option value="Old" selected>' in ada.get(f"/imports/{draft.pk}").content.decode()

    _, back = corrected(world, ada, sheet="Plan", header_row="2")
    assert (back.summary["mapping"]["sheet"], back.summary["mapping"]["header_row"]) == ("Plan", 2)


def test_columns_unit_and_levels_are_corrected_and_stay(world, read):
    ada, draft = read
    _, draft = corrected(world, ada, **COMMON, tree="parent")

    mapping = draft.summary["mapping"]
    assert {name: mapping["columns"][name] for name in ("parent", "kind", "work")} == {
        "parent": "Under", "kind": "Kind of", "work": "Hours",
    }  # fmt: skip
    assert (mapping["duration_unit"], mapping["tree"], draft.summary["counts"]["phases"]) == ("w", "parent", 1)
    page = ada.get(f"/imports/{draft.pk}").content.decode()
    for chosen in (
        '<option value="Under" selected>',
        '<option value="w" selected>',
        '<option value="parent" selected>',
    ):
        assert chosen in page


def test_a_column_is_left_out_and_taken_back(world, read):
    ada, _ = read
    _, draft = corrected(world, ada, left_out=["Duration", "Start"], **{"column-deadline": "Hours"})
    mapping = draft.summary["mapping"]
    assert not {"duration", "start"} & mapping["columns"].keys() and {"Start", "Duration"} <= set(mapping["unread"])
    assert ada.get(f"/imports/{draft.pk}").content.decode().count("checked") == 2

    _, draft = corrected(world, ada)
    assert {"duration", "start"} <= draft.summary["mapping"]["columns"].keys()


def test_a_table_without_headings_is_read_by_letters(world):
    ada, draft = ada_with(world, "Dredge,2031-05-06\nOpen,2031-05-07\n", "a.csv")
    assert draft.state == "refused"
    _, draft = corrected(world, ada, header_row="0")
    assert (draft.state, draft.summary["mapping"]["offered"]) == ("refused", [["A", "column A"], ["B", "column B"]])

    _, draft = corrected(world, ada, header_row="0", **{"column-name": "A", "column-start": "B"})

    assert (draft.state, draft.summary["counts"]["items"]) == ("read", 2)


def test_of_two_columns_with_one_heading_each_has_its_letter(world):
    ada, draft = ada_with(world, "Name,Start,Note,Note\nDredge,2031-05-06,x,y\n", "a.csv")
    assert draft.summary["mapping"]["offered"] == [["Name", "Name"], ["Start", "Start"], ["C", "Note"], ["D", "Note"]]

    _, draft = corrected(world, ada, **{"column-code": "D"})
    assert draft.state == "read" and draft.choices["mapping"]["columns"] == [["D", "code"]]


def test_what_the_reader_refuses_is_corrected_on_the_page_that_says_so(world, read):
    ada, _ = read
    _, draft = corrected(world, ada, header_row="99")
    page = ada.get(f"/imports/{draft.pk}").content.decode()
    assert draft.state == "refused" and "Row 99 holds nothing; expected the row of headings, up to row" in page
    assert 'value="99"' in page and '<option value="Old">' in page

    _, draft = corrected(world, ada, header_row="2", sheet="Plan")
    assert draft.state == "read"


@pytest.mark.parametrize(
    ("bad", "field", "words"),
    [
        ({"sheet": "Secret"}, "sheet", "“Secret” is not offered"),
        ({"header_row": "-1"}, "header_row", "Expected a row from 1 to 100,000"),
        ({"header_row": "two"}, "header_row", "Expected a row from 1 to 100,000"),
        ({"header_row": "100001"}, "header_row", "Expected a row from 1 to 100,000"),
        ({"duration_unit": "fortnight"}, "duration_unit", "“fortnight” is not offered"),
        ({"tree": "oak"}, "tree", "“oak” is not offered"),
        ({"column-parent": "Salary"}, "column-parent", "“Salary” is not offered"),
        ({"column-parent": "Under", "column-work": "Under"}, "column-work", "stands for something else already"),
        ({"column-parent": "Under", "left_out": "Under"}, "left_out", "stands for something else already"),
        ({"left_out": "Salary"}, "left_out", "Name columns by the headings that were found."),
    ],
)
def test_a_bad_choice_is_told_at_its_field_and_nothing_is_lost(world, read, bad, field, words):
    ada, draft = read
    answer, after = corrected(world, ada, **({"link_key": "name"} | bad))
    page = answer.content.decode()

    assert answer.status_code == 422 and words in page and f'id="id_{field}' in page
    assert '<option value="name" selected>' in page
    assert (after.version, after.state) == (draft.version, "read")
    assert corrected(world, ada, **COMMON)[0].status_code == 302


def test_the_api_takes_what_the_page_takes(world, read):
    ada, draft = read
    body = {"columns": {"parent": "Under", "kind": "Kind of", "work": "Hours"}, "left_out": ["Start"]}
    body |= {"sheet": "Plan", "header_row": 2, "duration_unit": "w", "tree": "parent", "link_key": "name"}

    assert posted(ada, draft, **body).status_code == 202
    run_jobs()

    shown = ada.get(f"/api/v1/imports/{draft.pk}").json()["summary"]["mapping"]
    assert shown["columns"] == {
        "name": "Task", "kind": "Kind of", "parent": "Under", "work": "Hours", "duration": "Duration",
    }  # fmt: skip
    assert (shown["duration_unit"], shown["tree"], shown["link_key"]) == ("w", "parent", "name")
    said = draft_of(world).choices["mapping"]
    assert said.pop("columns") == [["Under", "parent"], ["Kind of", "kind"], ["Hours", "work"], ["Start", "none"]]
    assert said == {name: body[name] for name in said} and len(said) == 5


@pytest.mark.parametrize(
    ("bad", "field", "words"),
    [
        ({"sheet": "Secret"}, "sheet", "The workbook has the sheets “Old”, “Plan”; choose one."),
        ({"header_row": -1}, "header_row", "greater than or equal to 0"),
        ({"header_row": "two"}, "header_row", "valid integer"),
        ({"duration_unit": "fortnight"}, "duration_unit", "'mon'"),
        ({"tree": "oak"}, "tree", "'outline'"),
        ({"columns": {"salary": "Task"}}, "columns/salary", "Expected one of “name”"),
        ({"columns": {"work": "Salary"}}, "columns/work", "by the headings that were found"),
        ({"columns": {"work": "Hours", "id": "Hours"}}, "columns/id", "“Hours” stands for something else already"),
        ({"left_out": ["Salary"]}, "left_out", "by the headings that were found"),
        ({"columns": {"work": "Hours"}, "left_out": ["Hours"]}, "left_out", "“Hours” stands for something else"),
    ],
)
def test_a_bad_choice_is_named_by_the_api(world, read, bad, field, words):
    ada, draft = read
    answer = posted(ada, draft, **bad)

    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["field"]) == (422, field) and words in str(fault)
    assert draft_of(world).version == draft.version
    assert posted(ada, draft, tree="flat").status_code == 202


def test_a_table_without_sheets_takes_none(world):
    ada, draft = ada_with(world, "Name,Start\nDredge,2031-05-06\n", "a.csv")
    answer = posted(ada, draft, sheet="Plan")
    assert answer.status_code == 422 and "has no sheets" in answer.content.decode()
    assert 'name="sheet"' not in ada.get(f"/imports/{draft.pk}").content.decode()
