"""Files whose dates an independent scheduler reproduced: ours must come out the same, item by item."""

import json
from pathlib import Path

import pytest

from consortio.interchange.computed import stored_dates
from consortio.interchange.engine import schedule_plan
from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import Refused
from consortio.interchange.xer import read_xer


def shared_folder():
    """The optional folder beside the project, looked for upwards."""
    for above in Path(__file__).resolve().parents:
        if (above / "shared" / "data" / "schedules" / "truth.json").is_file():
            return above / "shared" / "data" / "schedules"
    return None


def exact_files():
    """Paths with tasks == start_match == finish_match, and whether late finishes match too."""
    folder = shared_folder()
    if folder is None:
        return []
    files = json.loads((folder / "truth.json").read_text())["files"]
    found = []
    for name, truth in files.items():
        counts = truth.get("independent_reschedule_mpxj") or {}
        readable = name.endswith((".xer", ".xml")) and "/pmxml/" not in name
        if readable and counts.get("tasks") and counts["tasks"] == counts["start_match"] == counts["finish_match"]:
            path = folder / name.removeprefix("shared/")
            found.append(pytest.param(path, counts["late_finish_match"] == counts["tasks"], id=path.name))
    return found


EXACT = exact_files()
pytestmark = pytest.mark.skipif(not EXACT, reason="needs the shared schedules, which are no part of the project")


def read(path):
    reader = read_xer if path.suffix == ".xer" else read_mspdi
    return reader(path.read_bytes(), path.name)


@pytest.mark.parametrize(("path", "late_too"), EXACT)
def test_every_item_comes_out_at_its_stored_dates(path, late_too):
    plan = read(path)
    counted = [
        item for item in plan.items if item.active and not item.is_summary and None not in stored_dates(item, plan.mode)
    ]

    dates = schedule_plan(plan).items

    stored = {item.id: stored_dates(item, plan.mode) for item in counted}
    assert {item.id: (dates[item.id].start, dates[item.id].finish) for item in counted} == stored
    if late_too:
        late = {item.id: item.stored.late_finish for item in counted if item.stored.late_finish}
        assert {item_id: dates[item_id].late_finish for item_id in late} == late


def test_the_exact_files_are_as_many_as_measured():
    counts = {".xml": 0, ".xer": 0}
    for param in EXACT:
        counts[param.values[0].suffix] += 1

    assert counts[".xml"] >= 25
    assert counts[".xer"] >= 8


def test_a_refused_file_says_so():
    with pytest.raises(Refused):
        read_mspdi(b"<Nothing/>", "nothing.xml")
