"""Files damaged at random: read, or refused in one sentence; nothing else ever comes out."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio.interchange.partner_files import read_partners
from consortio.interchange.plan import Plan, Refused, effective_calendar, plan_from_json
from consortio.interchange.reading import read_bytes
from consortio.interchange.results_file import read_results
from consortio.interchange.tables import read_tables
from consortio.interchange.tests.fixtures_mspdi import link, office, period, project, task, values, week_day
from consortio.interchange.tests.fixtures_xer import CALENDAR, ROOT, activity, hours, wbs, xer
from consortio.interchange.tests.test_proposal import PROPOSAL

EXCEPTION = f"<Exceptions><Exception>{period('2026-01-01', '2026-03-01')}{values(Type=6, DaysOfWeek=4)}</Exception></Exceptions>"
DERIVED = f"<Calendar>{values(UID=2, Name='B', BaseCalendarUID=1)}<WeekDays>{week_day(2)}</WeekDays></Calendar>"
WHOLE = {
    "plan.xml": project(
        task(0, OutlineLevel=0),
        task(1, Summary=1),
        task(2, OutlineLevel=2, ConstraintType=4, ConstraintDate="2026-01-07T08:00:00", CalendarUID=2),
        task(3, OutlineLevel=2, Milestone=1, more=link(2, 3, 50, 19)),
        calendars=office(EXCEPTION) + DERIVED,
        assignments=f"<Assignment>{values(UID=1, TaskUID=2, ResourceUID=-65535, Units=1)}</Assignment>",
    ),
    "plan.xer": xer(
        [activity(1, cstr_type="CS_MSO", cstr_date="2026-01-07 08:00"), activity(2, wbs_id=20, task_type="TT_Mile")],
        CALENDAR=[{**CALENDAR, "clndr_data": hours(exceptions="(0||0(d|46023)())")}],
        PROJWBS=[ROOT, wbs(20, 10)],
        TASKPRED=[{"task_id": 2, "pred_task_id": 1, "pred_type": "PR_SS", "lag_hr_cnt": 4}],
    ),
}
PIECES = [
    b"",
    b"\0",
    b"\t",
    b"\n",
    b"-",
    b"0",
    b"9" * 400,
    b"1e308",
    b"<",
    b"&",
    b"%T\t",
    b"(0||",
    b")",
    b"\xff\xfe",
    b"0001",
]
IATI = (
    '<?xml version="1.0" encoding="iso-8859-2"?><iati-activities version="2.03"><iati-activity><iati-identifier>A-1'
    "</iati-identifier><title><narrative>Pompy Łódź</narrative></title></iati-activity></iati-activities>"
).encode("iso-8859-2")
KINDS: dict[str, Callable[[bytes, str], object]] = {
    "results": read_results,
    "partners": read_partners,
    "tables": read_tables,
    "plan": read_bytes,
}
OTHERS = {
    "results.xml": IATI,
    "results.json": json.dumps(read_results(IATI, "a.xml").to_json()).encode(),
    "partners.csv": b"project id;participant_name;participant_eu_contribution\n101;Harbour;1963982,50\n",
    "partners.yml": PROPOSAL.encode(),
    "tables.csv": b"kpi;period;value\nPumps;2026-01;12\n",
    "plan.csv": b"Name;Start;Finish\nPaint;2.2.2026;3.2.2026\n",
}
INTERNALS = re.compile(r"\w(Error|Exception)\b|Error in|<frozen|\.py\b|Traceback|object at 0x|consortio\.\w")
damages = st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(PIECES) | st.binary(max_size=4))


@given(name=st.sampled_from(sorted(WHOLE)), wounds=st.lists(damages, max_size=6))
@settings(max_examples=400, deadline=None)
def test_a_damaged_file_is_read_or_refused_in_one_sentence(name: str, wounds: list[tuple[float, int, bytes]]) -> None:
    outcome = read_or_refusal(damaged(WHOLE[name], wounds), name)

    if isinstance(outcome, Plan):
        assert plan_from_json(outcome.to_json()) == outcome
        assert all_calendars_resolve(outcome)
        assert every_end_is_there(outcome)
    else:
        assert is_a_sentence(outcome)


@given(name=st.sampled_from(sorted(OTHERS)), wounds=st.lists(damages, max_size=4))
@settings(max_examples=300, deadline=None)
def test_another_damaged_document_is_read_or_refused_in_one_sentence(
    name: str, wounds: list[tuple[float, int, bytes]]
) -> None:
    try:
        read(damaged(OTHERS[name], wounds), name)
    except Refused as refused:
        assert is_a_sentence(refused.message)


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_document_undamaged_is_read(name: str) -> None:
    assert read(OTHERS[name], name)


def test_what_is_no_sentence_is_known_as_such() -> None:
    assert is_a_sentence("Line 1 says that the file is in hex, which is not read here; expected UTF-8 or UTF-16.")
    for said in ("An OSError in <frozen importlib>", "a KeyError", "mspdi.py, line 3", "two\nlines", "", "x" * 400):
        assert not is_a_sentence(said)


def test_a_mark_of_utf_8_that_does_not_hold_is_refused_in_a_sentence():
    said = read_or_refusal(b"\xef\xbb\xbf\xff\xfe" + WHOLE["plan.xer"], "plan.xer")
    assert isinstance(said, str) and "expected ERMHDR" in said


def read(data: bytes, name: str) -> object:
    return KINDS[name.partition(".")[0]](data, name)


def damaged(data: bytes, wounds: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, piece in wounds:
        start = int(place * len(data))
        data = data[:start] + piece + data[start + length :]
    return data


def is_a_sentence(said: str) -> bool:
    return 0 < len(said) < 400 and "\n" not in said and not INTERNALS.search(said)


def read_or_refusal(data: bytes, name: str) -> Plan | str:
    try:
        return read_bytes(data, name)
    except Refused as refused:
        return refused.message


def all_calendars_resolve(plan: Plan) -> bool:
    calendars = {one.id: one for one in plan.calendars}
    return all(len(effective_calendar(one, calendars).week) == 7 for one in calendars)


def every_end_is_there(plan: Plan) -> bool:
    ids = [item.id for item in plan.items]
    ends = {end for link in plan.links for end in (link.pred, link.succ)}
    parents = {item.parent for item in plan.items} - {None}
    before = all(item.parent is None or item.parent in ids[:place] for place, item in enumerate(plan.items))
    return len(set(ids)) == len(ids) and ends | parents <= set(ids) and before
