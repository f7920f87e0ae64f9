"""Files whose dates an independent scheduler reproduced: ours must come out the same, item by item."""

from pathlib import Path

import pytest

from consortio.interchange.computed import stored_dates
from consortio.interchange.engine import schedule_plan
from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import Plan
from consortio.interchange.tests.shared import files, is_exact, schedules
from consortio.interchange.xer import read_xer

ALL = files("mspdi", "mspdi-converted", "xer")
EXACT = [one for one in ALL if one.marks or is_exact(one.values[1])]


def read(path: Path) -> Plan:
    reader = read_xer if path.suffix == ".xer" else read_mspdi
    return reader(path.read_bytes(), path.name)


@pytest.mark.parametrize(("path", "truth"), EXACT)
def test_every_item_comes_out_at_its_stored_dates(path, truth):
    plan = read(path)
    counted = [
        one for one in plan.items if one.active and not one.is_summary and None not in stored_dates(one, plan.mode)
    ]

    dates = schedule_plan(plan).items

    assert counted
    stored = {item.id: stored_dates(item, plan.mode) for item in counted}
    assert {item.id: (dates[item.id].start, dates[item.id].finish) for item in counted} == stored
    counts = truth["independent_reschedule_mpxj"]
    if counts["late_finish_match"] == counts["tasks"]:
        late = {item.id: item.stored.late_finish for item in counted if item.stored.late_finish}
        assert {item_id: dates[item_id].late_finish for item_id in late} == late


@pytest.mark.skipif(schedules() is None, reason="the folder shared/data/schedules is not beside this checkout")
def test_the_exact_files_are_as_many_as_there_were():
    endings = [one.values[0].suffix for one in EXACT]

    assert endings.count(".xml") == 25
    assert endings.count(".xer") == 8
