"""Where a minute, a tie or the end of a calendar decides: hand-worked schedules that larger plans seldom hold."""

import pytest
from engine_cases import AROUND_THE_CLOCK, OFFICE_WEEK, at, calendar, days, early, late, network, span

from consortio_engine import Calendar, Constraint, HorizonExceeded, Kind, Task, schedule
from consortio_engine.calendar import tables
from consortio_engine.codes import (
    AFTER_ALL,
    ARC_WIDTH,
    ASKED,
    BEFORE_ALL,
    BEGUN,
    CALENDAR,
    CLOSE,
    DATA_DATE,
    DONE,
    EARLY_FINISH,
    EARLY_START,
    EXPECTED,
    EXTERNAL_FINISH,
    EXTERNAL_START,
    FF,
    FINISH_MILESTONE,
    FINISH_NO_LATER,
    FINISH_ON,
    FINISHED,
    FS,
    KIND,
    LAG,
    LAG_CALENDAR,
    LATE_FINISH,
    LATE_START,
    LEFT,
    LINK_TYPE,
    MUST,
    NO_DATE,
    NOT_STARTED,
    OPENING,
    OTHER,
    OUT_TO,
    P6_WIDTH,
    RULE,
    RULE2,
    RULE2_AT,
    RULE_AT,
    SF,
    SPAN,
    SPAN_CALENDAR,
    SS,
    START_MILESTONE,
    START_NO_EARLIER,
    START_NO_LATER,
    START_ON,
    STARTED,
    STATE,
)
from consortio_engine.p6_backward import _bound_by_constraints, _bound_by_start, _latest_start, _place_bound
from consortio_engine.p6_forward import (
    _constrained,
    _expect_finish,
    _place_begun,
    _place_unstarted,
    _with_time_of_day,
    first_driver,
    held_finish,
)

FAR = "2026-12-31T17:00"
TASK = 0
A_CREW = -3  # as a calendar: any number below -2 says where a crew stands
DAY = at("2026-01-07T00:00")


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("more", [{}, {"constraint": Constraint.START_NO_LATER, "constraint_at": at(FAR)}])
def test_a_lag_of_one_minute_counts_on_both_ways(mode, more):
    plan = schedule(network([days(1, **more), days(1, **more)], [(0, 1, "FS", 1)]), mode=mode)

    assert span(plan, 1) == ("2026-01-06T08:01", "2026-01-07T08:01")
    assert late(plan, 0)[0] == "2026-01-05T08:00"
    assert plan.total_float[0] == 0


def test_a_milestone_that_is_held_back_to_the_end_of_a_day_rests_there():
    plan = schedule(
        network([days(1), Task(kind=Kind.MILESTONE, duration=0, delay=1440), days(1, delay=1440)], [(0, 1), (0, 2)])
    )

    assert span(plan, 1) == ("2026-01-06T17:00", "2026-01-06T17:00")
    assert span(plan, 2) == ("2026-01-07T08:00", "2026-01-07T17:00")


def test_of_links_that_ask_for_the_same_start_the_first_one_decides_the_finish():
    """A start-to-finish link hands the start of its predecessor over, 08:00 and not 17:00 of the day before."""
    tuesday, wednesday = (
        {"constraint": Constraint.START_NO_EARLIER, "constraint_at": at(day)}
        for day in ("2026-01-06T08:00", "2026-01-07T08:00")
    )
    rows, links = [days(1, **tuesday), days(1, **wednesday), days(1)], [(0, 2, "SS"), (1, 2, "SF")]

    assert span(schedule(network(rows, links)), 2) == ("2026-01-06T08:00", "2026-01-06T17:00")
    assert span(schedule(network(rows, links[::-1])), 2) == ("2026-01-06T08:00", "2026-01-07T08:00")


def test_the_early_dates_of_what_is_as_late_as_possible_do_not_follow_the_late_ones_of_another():
    rows = [days(1, constraint=Constraint.ALAP), days(1, constraint=Constraint.ALAP), days(1), days(5)]

    plan = schedule(network(rows, [(0, 1), (1, 2)]))

    assert [span(plan, task)[0] for task in range(3)] == ["2026-01-07T08:00", "2026-01-08T08:00", "2026-01-09T08:00"]
    assert [early(plan, task)[0] for task in range(3)] == ["2026-01-05T08:00", "2026-01-06T08:00", "2026-01-09T08:00"]


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("more", [{}, {"deadline": at(FAR)}])
def test_whoever_must_begin_before_all_calendars_is_named(mode, more):
    must = {"constraint": Constraint.MUST_FINISH_ON, "constraint_at": at("2025-02-03T17:00")}

    with pytest.raises(HorizonExceeded) as refused:
        schedule(network([days(1), days(300, **more), days(1, **must)], [(1, 2)]), mode=mode)

    assert refused.value.where == (1,)
    assert str(refused.value) == "A date of task 1 lies outside the calendars."


def test_a_finish_milestone_that_is_due_on_a_day_off_has_one_date():
    due = {"constraint": Constraint.FINISH_ON, "constraint_at": at("2026-01-10T12:00")}

    plan = schedule(network([days(1), Task(kind=Kind.FINISH_MILESTONE, duration=0, **due)], [(0, 1)]), mode="p6")

    assert early(plan, 1) == ("2026-01-12T08:00", "2026-01-12T08:00")


def test_one_minute_of_work_done_is_progress():
    """What is left of three days, one day, ends where the three days would, counted from the actual start."""
    begun = days(3, actual_start=at("2026-01-09T16:59"), remaining=480)

    plan = schedule(network([begun], data_date="2026-01-12T08:00"), mode="p6")

    assert early(plan, 0) == ("2026-01-13T16:59", "2026-01-14T16:59")


def test_a_date_takes_a_time_of_day_over_where_work_goes_on_before_midnight():
    tuesday, wednesday = at("2026-01-06T00:00"), at("2026-01-07T00:00")
    week = [[], [(480, 720)], [(0, 240)], [], [], [], []]
    table = tables([Calendar.compile(week, {}, at("2026-01-05T00:00"), at("2026-01-12T00:00"))]).tolist()
    ten, one, minute = tuesday - 1440 + 600, tuesday - 1440 + 780, tuesday - 1440 + 1

    taken = [
        _with_time_of_day(table, 0, date, start)
        for date, start in ((tuesday, ten), (tuesday, one), (wednesday, minute))
    ]

    # At 10:00 somebody works on Tuesday, after 13:00 only from midnight on; on Wednesday also at 00:01.
    assert taken == [tuesday + 600, tuesday, wednesday + 1]
    assert _with_time_of_day(table, 0, tuesday + 60, ten) == tuesday + 60


@pytest.mark.parametrize("followed", [False, True])
@pytest.mark.parametrize(
    ("rule", "date", "bound"),
    [
        (Constraint.MUST_START_ON, "2026-01-10T10:00", "2026-01-09T17:00"),  # a Saturday
        (Constraint.START_ON, "2026-01-10T10:00", "2026-01-09T17:00"),
        (Constraint.START_NO_LATER, "2026-01-10T10:00", "2026-01-10T10:00"),
        (Constraint.MUST_START_ON, "2026-01-12T00:00", "2026-01-09T17:00"),  # midnight, as a date without a time
        (Constraint.START_ON, "2026-01-08T12:30", "2026-01-08T12:00"),  # at lunch
        (Constraint.MUST_START_ON, "2026-01-12T08:00", "2026-01-12T08:00"),  # as work begins
        (Constraint.START_ON, "2026-01-12T08:00", "2026-01-12T08:00"),
        (Constraint.MUST_START_ON, "2026-01-09T17:00", "2026-01-09T17:00"),  # as work ends
        (Constraint.START_ON, "2026-01-09T17:00", "2026-01-09T17:00"),
    ],
)
def test_a_p6_start_milestone_on_a_minute_without_work_is_late_where_work_ended(rule, date, bound, followed):
    """Also where a successor's start hands over a late start; who works around the clock before it has until then."""
    tasks = [
        Task(duration=1440, calendar=1),
        Task(kind=Kind.START_MILESTONE, constraint=rule, constraint_at=at(date)),
        days(2),
        days(20),
    ]
    links = [(0, 1), (1, 2, "SS")] if followed else [(0, 1)]

    plan = schedule(network(tasks, links, [calendar(), calendar(AROUND_THE_CLOCK)]), mode="p6")

    assert late(plan, 1) == (bound, bound)
    assert late(plan, 0)[1] == bound


def test_a_p6_task_that_is_to_start_on_a_saturday_is_late_from_monday_on():
    saturday = {"constraint": Constraint.START_ON, "constraint_at": at("2026-01-10T10:00")}

    plan = schedule(network([days(1, **saturday), days(20)]), mode="p6")

    assert late(plan, 0) == ("2026-01-12T08:00", "2026-01-12T17:00")


@pytest.mark.parametrize(
    ("where", "rule", "date", "bound"),
    [
        ((RULE, RULE_AT), START_ON, DAY, (DAY + 480, DAY)),
        ((RULE, RULE_AT), START_NO_LATER, DAY, (DAY + 480, NO_DATE)),
        ((RULE, RULE_AT), FINISH_ON, DAY + 480, (DAY + 480, NO_DATE)),
        ((RULE, RULE_AT), FINISH_NO_LATER, DAY + 480, (DAY + 480, NO_DATE)),
        ((RULE2, RULE2_AT), START_NO_LATER, DAY, (DAY + 480, DAY)),
        ((RULE2, RULE2_AT), FINISH_NO_LATER, DAY + 480, (DAY + 480, NO_DATE)),
    ],
)
def test_a_constraint_that_is_just_kept_leaves_late_dates_as_links_hand_them_over(where, rule, date, bound):
    """Also a late start that stands in hours without work: only a minute later the constraint takes its place."""
    table = round_the_clock()
    row = [0] * P6_WIDTH
    row[SPAN], row[where[0]], row[where[1]] = 480, rule, date
    handed = DAY - 60

    assert _bound_by_constraints(table, 0, DAY + 480, handed, row) == (DAY + 480, handed)
    assert _bound_by_constraints(table, 0, DAY + 481, handed, row) == bound


@pytest.mark.parametrize(
    ("state", "kind", "left", "next_state", "next_kind", "next_left", "earlier"),
    [
        (STARTED, TASK, 0, NOT_STARTED, TASK, 1, 300),  # counts as finished: what is left of the lag since it began
        (STARTED, TASK, 1, NOT_STARTED, TASK, 1, 500),  # the lag less what is done
        (STARTED, START_MILESTONE, 0, NOT_STARTED, TASK, 1, 500),
        (STARTED, FINISH_MILESTONE, 0, NOT_STARTED, TASK, 1, 500),
        (STARTED, TASK, 1, STARTED, TASK, 0, 0),
        (STARTED, TASK, 1, STARTED, TASK, 1, 500),
        (STARTED, TASK, 1, STARTED, START_MILESTONE, 0, 500),
        (STARTED, TASK, 1, STARTED, FINISH_MILESTONE, 0, 500),
        (STARTED, TASK, 1, NOT_STARTED, TASK, 0, 500),
        (STARTED, TASK, 0, STARTED, TASK, 0, 300),
        (STARTED, TASK, 0, STARTED, TASK, 1, 0),
        (NOT_STARTED, TASK, 0, NOT_STARTED, TASK, 1, 600),
        (NOT_STARTED, TASK, 0, STARTED, TASK, 0, 600),
    ],
)
def test_what_is_begun_and_has_nothing_left_counts_as_finished_unless_it_is_a_milestone(
    state, kind, left, next_state, next_kind, next_left, earlier
):
    """Where a start-to-start link leads, late; 600 minutes of lag, of which 100 are done and 300 gone by."""
    start, held = bound_by_start(state, kind, left, next_state, next_kind, next_left)

    assert DAY + 900 - start == earlier
    assert held == (start if (next_left, next_kind, next_state, left) == (0, TASK, STARTED, 1) else NO_DATE)


@pytest.mark.parametrize(("lag", "start", "held"), [(100, DAY + 900, DAY + 900), (101, DAY + 899, NO_DATE)])
def test_a_lag_that_is_done_hands_the_late_start_over(lag, start, held):
    assert bound_by_start(STARTED, TASK, 1, STARTED, TASK, 1, lag) == (start, held)


def bound_by_start(state, kind, left, next_state, next_kind, next_left, lag=600):
    row, following = [0] * P6_WIDTH, [0] * P6_WIDTH
    row[STATE], row[KIND], row[LEFT], row[DONE] = state, kind, left, 100
    row[BEGUN], row[DATA_DATE] = DAY - 300, DAY
    following[STATE], following[KIND], following[LEFT], following[LATE_START] = (
        next_state,
        next_kind,
        next_left,
        DAY + 900,
    )
    arc = [0] * ARC_WIDTH
    arc[OTHER], arc[LINK_TYPE], arc[LAG] = 2 * P6_WIDTH, SS, lag
    rows, arcs = [[7] * P6_WIDTH, row, following], [[7] * ARC_WIDTH, arc]  # the first of each is another one's
    return _bound_by_start(round_the_clock(), P6_WIDTH, ARC_WIDTH, sum(rows, []), sum(arcs, []))


def round_the_clock() -> list[int]:
    return tables([Calendar.compile([[(0, 1440)]] * 7, {}, DAY - 14400, DAY + 14400)]).tolist()


@pytest.mark.parametrize(
    ("link", "state", "next_state", "start"),
    [
        (SS, NOT_STARTED, NOT_STARTED, 480),  # 09:00 less two hours round the clock, and on to the next working time
        (FF, NOT_STARTED, NOT_STARTED, 960 - 1440),  # 10:00 less two hours, and an hour of work before
        (FS, NOT_STARTED, NOT_STARTED, 480),  # 09:00 less an hour of work less two hours, and on
        (FS, STARTED, NOT_STARTED, 360),
        (FS, NOT_STARTED, STARTED, 360),
        (FS, FINISHED, NOT_STARTED, 480),  # the data date, 07:00, and on
        (FS, FINISHED, STARTED, 420),
        (SF, NOT_STARTED, NOT_STARTED, AFTER_ALL - DAY),
    ],
)
def test_where_a_link_lets_a_task_begin_that_is_as_late_as_possible(link, state, next_state, start):
    """Its hour of work lies in office hours, the lag of two hours in a calendar without nights."""
    table = office_and_round_the_clock()
    row, following = [0] * P6_WIDTH, [0] * P6_WIDTH
    row[STATE], row[LEFT], row[CALENDAR], row[SPAN_CALENDAR], row[DATA_DATE] = state, 60, 0, 0, DAY + 420
    following[STATE], following[EARLY_START], following[EARLY_FINISH] = next_state, DAY + 540, DAY + 600
    arc = [0] * ARC_WIDTH
    arc[OTHER], arc[LINK_TYPE], arc[LAG], arc[LAG_CALENDAR] = 2 * P6_WIDTH, link, 120, 1
    rows, arcs = [[7] * P6_WIDTH, row, following], [[7] * ARC_WIDTH, arc]

    assert _latest_start(table, P6_WIDTH, ARC_WIDTH, sum(rows, []), sum(arcs, [])) == DAY + start


@pytest.mark.parametrize(
    ("left", "start"),
    [(600, DAY + 480), (1, DAY + 899), (0, DAY + 900)],  # 05:00, and on to 08:00 where work begins; 14:59; nothing left
)
def test_what_is_left_is_counted_in_a_calendar_of_its_own_and_begins_in_the_task_s(left, start):
    row = [0] * P6_WIDTH
    row[LEFT], row[CALENDAR], row[SPAN_CALENDAR], row[CLOSE] = left, 0, 1, DAY + 900
    row[EXTERNAL_FINISH] = row[MUST] = NO_DATE
    other = [0] * (P6_WIDTH - 2) + [1, 0]  # which stands before the task's row

    rows = other + row
    _place_bound(office_and_round_the_clock(), P6_WIDTH, rows, [])

    assert (rows[P6_WIDTH + LATE_START], rows[P6_WIDTH + LATE_FINISH]) == (start, DAY + 900)


def test_one_minute_that_is_left_over_night_begins_before_its_end():
    """Somebody else needs it at 05:00, before the day begins; what follows it here, at 15:00."""
    row, following, arc = [0] * P6_WIDTH, [0] * P6_WIDTH, [0] * ARC_WIDTH
    row[LEFT], row[CALENDAR], row[SPAN_CALENDAR], row[CLOSE] = 1, 0, 1, DAY + 1440
    row[EXTERNAL_FINISH], row[OUT_TO] = DAY + 300, ARC_WIDTH
    following[LATE_START] = DAY + 900
    arc[OTHER], arc[LINK_TYPE] = P6_WIDTH, FS

    rows = row + following
    _place_bound(office_and_round_the_clock(), 0, rows, arc)

    assert (rows[LATE_START], rows[LATE_FINISH]) == (DAY + 299, DAY + 300)


def test_a_late_start_that_a_link_hands_over_stays_where_somebody_else_needs_no_earlier_finish():
    """The successor begins late at 19:00: the end of that day's work is closer than the next one's beginning."""
    row, following, arc = [0] * P6_WIDTH, [0] * P6_WIDTH, [0] * ARC_WIDTH
    row[LEFT], row[SPAN], row[CLOSE], row[OUT_TO] = 60, 60, DAY + 1440, ARC_WIDTH
    row[EXTERNAL_FINISH] = DAY + 540
    following[LATE_START] = DAY - 300
    arc[OTHER], arc[LINK_TYPE] = P6_WIDTH, SS

    rows = row + following
    _place_bound(office_and_round_the_clock(), 0, rows, arc)

    assert (rows[LATE_START], rows[LATE_FINISH]) == (DAY - 420, DAY + 540)


@pytest.mark.parametrize(
    ("begins", "data_date", "expected", "left"),
    [
        (DAY, DAY - 100, DAY, 0),  # as it begins: nothing is left
        (DAY - 100, DAY, DAY, 100),  # on the data date
        (DAY - 100, DAY, DAY - 1, 480),  # before it: the estimate stays
        (DAY, DAY - 100, DAY - 1, 480),  # before it begins
    ],
)
def test_an_expected_finish_counts_from_the_moment_on_at_which_it_can_be(begins, data_date, expected, left):
    row = [0] * P6_WIDTH
    row[EARLY_START], row[EARLY_FINISH], row[LEFT] = begins, begins + 480, 480
    row[DATA_DATE], row[EXPECTED] = data_date, expected
    rows = [7] * P6_WIDTH + row

    _expect_finish(round_the_clock(), P6_WIDTH, rows, [])

    assert rows[P6_WIDTH + LEFT] == left


def test_an_expected_finish_takes_the_place_of_a_crew_s_work():
    row = [0] * P6_WIDTH
    row[SPAN_CALENDAR], row[EARLY_START], row[EARLY_FINISH], row[EXPECTED] = A_CREW, DAY, DAY + 480, DAY + 50

    _expect_finish(round_the_clock(), 0, row, [])

    assert (row[SPAN_CALENDAR], row[LEFT], row[SPAN]) == (0, 50, 50)


@pytest.mark.parametrize(("asked", "start"), [(BEFORE_ALL, DAY), (DAY + 30, DAY + 70), (DAY + 90, DAY + 90)])
def test_what_is_finished_lies_on_the_data_date_unless_a_link_asks(asked, start):
    """No earlier than it may begin, where one does."""
    row = [0] * P6_WIDTH
    row[STATE], row[DATA_DATE], row[OPENING] = FINISHED, DAY, DAY + 70
    rows = [7] * P6_WIDTH + row

    _place_begun(round_the_clock(), P6_WIDTH, asked, rows)

    assert (rows[P6_WIDTH + EARLY_START], rows[P6_WIDTH + EARLY_FINISH]) == (start, start)


def test_a_link_hands_its_finish_over_to_a_task_that_may_begin_just_then():
    """Also where somebody else lets it begin at that very minute; it need not take its duration."""
    row, before, arc = [0] * P6_WIDTH, [0] * P6_WIDTH, [0] * ARC_WIDTH
    row[SPAN], row[OPENING], row[EXTERNAL_START] = 60, DAY, DAY
    before[EARLY_FINISH] = DAY + 500
    arc[LINK_TYPE], arc[ASKED] = FF, DAY
    rows = before + row

    _place_unstarted(round_the_clock(), P6_WIDTH, 0, ARC_WIDTH, rows, arc)

    assert (rows[P6_WIDTH + EARLY_START], rows[P6_WIDTH + EARLY_FINISH]) == (DAY, DAY + 500)


@pytest.mark.parametrize("rule", [START_NO_EARLIER, START_ON])
def test_a_date_that_is_just_reached_leaves_the_finish_that_a_link_hands_over(rule):
    noon = DAY + 720

    asked = [_constrained(round_the_clock(), rule, noon, start, DAY + 900, 0, 0, 60) for start in (noon, noon - 1)]

    assert asked == [(noon, DAY + 900), (noon, NO_DATE)]


@pytest.mark.parametrize(("state", "driver"), [(NOT_STARTED, 0), (FINISHED, ARC_WIDTH)])
def test_the_first_link_drives_that_asks_for_the_same_start_but_for_what_is_finished(state, driver):
    """The end of a day's work and the beginning of the next have no work between them."""
    arcs = [0] * 2 * ARC_WIDTH
    arcs[ASKED], arcs[ARC_WIDTH + ASKED] = DAY - 420, DAY + 480

    assert first_driver(office_and_round_the_clock(), 0, state, 0, DAY + 480, arcs) == driver


@pytest.mark.parametrize(("link", "column"), [(FF, EARLY_FINISH), (SF, EARLY_START)])
@pytest.mark.parametrize(("lead", "finish"), [(-60, DAY), (-20, DAY + 10)])
def test_a_lead_hands_no_finish_over_that_lies_before_the_data_date(link, column, lead, finish):
    row, before, arc = [0] * P6_WIDTH, [0] * P6_WIDTH, [0] * ARC_WIDTH
    row[DATA_DATE], before[column] = DAY, DAY + 30
    arc[OTHER], arc[LINK_TYPE], arc[LAG], arc[ASKED] = 2 * P6_WIDTH, link, lead, DAY + 1

    assert held_finish(round_the_clock(), P6_WIDTH, 0, [7] * P6_WIDTH + row + before, arc) == finish


def test_a_date_takes_any_time_of_day_over():
    """Whatever its number of minutes since 1970 can be divided by."""
    start = 1441 * (DAY // 1441)

    assert _with_time_of_day(round_the_clock(), 0, DAY, start) == DAY + start % 1440 > DAY


def office_and_round_the_clock() -> list[int]:
    span, around = (at("2025-12-01T00:00"), at("2026-02-01T00:00")), [[(0, 1440)]] * 7
    return tables([Calendar.compile(week, {}, *span) for week in (OFFICE_WEEK, around)]).tolist()
