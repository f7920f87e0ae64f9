"""A plan as files take it along, and bring it back."""

import csv
import io
import zipfile
from dataclasses import replace

import pytest
import time_machine

from consortio.interchange import plan as neutral
from consortio.interchange.reading import read_file
from consortio.plans.actions import NewItem, add_item
from consortio.plans.window import Look, tree_window
from tests.agreed import baseline_of_all

from .builders import DAY, NOON, START, bring_in, quay


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return bring_in(world, quay(), organisations={}, name="Quay")


def rows_of(world, plan_id, who="ada@Harbour", **look):
    return {row.name: row for row in tree_window(actor=world.actor(who), plan_id=plan_id, look=Look(**look)).rows}


def exported(world, plan_id, format, tmp_path):
    response = world.client("bo@Orchard").get(f"/plans/{plan_id}/export.{format}")
    assert response.status_code == 200
    assert f'filename="Quay.{format}"' in response["Content-Disposition"]
    path = tmp_path / f"quay.{format}"
    path.write_bytes(response.content)
    return path


def test_a_plan_that_leaves_as_xml_and_comes_back_is_the_same(world, plan, tmp_path):
    left = exported(world, plan, "xml", tmp_path)
    again = bring_in(world, read_file(str(left)), step="again", name="Quay")

    def told(plan_id):
        rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan_id, look=Look(level=9)).rows
        return [(row.name, row.kind, row.depth, row.start_at, row.finish_at, row.duration_minutes) for row in rows]

    assert told(again) == told(plan)
    second = exported(world, again, "xml", tmp_path)
    assert replace(read_file(str(second)), file="") == replace(read_file(str(left)), file="")


@pytest.mark.parametrize(("minutes", "said"), [(0, ""), (4 * DAY, "4 d")])
def test_the_work_that_nobody_gave_a_phase_in_a_baseline_is_missing_in_files(world, tmp_path, minutes, said):
    kept = [neutral.BaselineItem("A", START, START, minutes), neutral.BaselineItem("t1", START, START, DAY)]
    plan = bring_in(world, replace(quay(), baselines=(neutral.Baseline(0, tuple(kept), "Kept"),)))
    world.do("taken", baseline_of_all, "ada@Harbour", plan_id=plan, name="Taken")

    found = read_file(str(exported(world, plan, "xml", tmp_path)))
    table = list(csv.reader(io.StringIO(exported(world, plan, "csv", tmp_path).read_text(encoding="utf-8-sig"))))

    names = {item.id: item.name for item in found.items}
    works = [{names[one.item]: one.duration_minutes for one in baseline.items} for baseline in found.baselines]
    assert [(own["Phase A"], own["Task t1"]) for own in works] == [(minutes or None, DAY), (None, 2 * DAY)]
    column = table[0].index("Baseline duration")
    assert [line[column] for line in table[1:3]] == [said, "1 d"]
    again = bring_in(world, found, step="again", name="Quay")
    assert read_file(str(exported(world, again, "xml", tmp_path))).baselines == found.baselines


def test_a_plan_leaves_as_csv_and_xlsx_with_its_figures(world, plan, tmp_path):
    left = list(csv.reader(io.StringIO(exported(world, plan, "csv", tmp_path).read_text(encoding="utf-8-sig"))))
    book = zipfile.ZipFile(exported(world, plan, "xlsx", tmp_path))

    cells = {cell for line in left for cell in line}
    strings = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert len([line for line in left if line]) == 1 + 5
    for name, row in rows_of(world, plan).items():
        assert name in cells and name in strings
        assert any(row.finish_at.strftime("%Y-%m-%d") in cell for cell in cells)


def test_what_is_private_does_not_leave_with_the_plan(world, plan, tmp_path):
    ours = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    world.do("lease item", add_item, "ada@Harbour", **ours, item=NewItem("Lease of ours"))

    for format in ("xml", "csv", "xlsx"):
        mine = world.client("ada@Harbour").get(f"/plans/{plan}/export.{format}").content
        theirs = world.client("bo@Orchard").get(f"/plans/{plan}/export.{format}").content
        assert b"Lease of ours" not in mine
        if format != "xlsx":  # whose archive keeps times
            assert mine == theirs


def test_an_unknown_format_is_not_there(world, plan):
    assert world.client("ada@Harbour").get(f"/plans/{plan}/export.pdf").status_code == 404
    assert world.client("ada@Harbour").get(f"/plans/{plan}/export.csv").status_code == 200
