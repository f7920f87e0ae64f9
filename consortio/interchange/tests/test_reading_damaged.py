"""Files damaged at random: read, or refused in one sentence; nothing else ever comes out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from consortio.interchange.plan import Plan, Refused, effective_calendar, plan_from_json
from consortio.interchange.reading import read_bytes
from consortio.interchange.tests.fixtures_mspdi import link, office, period, project, task, values, week_day
from consortio.interchange.tests.fixtures_xer import CALENDAR, ROOT, activity, hours, wbs, xer

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
damages = st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(PIECES) | st.binary(max_size=4))


@given(name=st.sampled_from(sorted(WHOLE)), wounds=st.lists(damages, max_size=6))
@settings(max_examples=400, deadline=None)
def test_a_damaged_file_is_read_or_refused_in_one_sentence(name: str, wounds: list[tuple[float, int, bytes]]) -> None:
    data = WHOLE[name]
    for place, length, piece in wounds:
        start = int(place * len(data))
        data = data[:start] + piece + data[start + length :]

    outcome = read_or_refusal(data, name)

    if isinstance(outcome, Plan):
        assert plan_from_json(outcome.to_json()) == outcome
        assert all_calendars_resolve(outcome)
        assert every_end_is_there(outcome)
    else:
        assert 0 < len(outcome) < 400 and "\n" not in outcome


def test_a_mark_of_utf_8_that_does_not_hold_is_refused_in_a_sentence():
    said = read_or_refusal(b"\xef\xbb\xbf\xff\xfe" + WHOLE["plan.xer"], "plan.xer")
    assert isinstance(said, str) and "expected ERMHDR" in said


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
