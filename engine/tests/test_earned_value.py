"""Earned value: the published workbook, cases worked by hand, sums that lose nothing, and a slow obvious twin."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from engine_cases import DAY, at, calendar, shared_cases, shared_folder
from engine_twin import MinuteCalendar
from engine_workbook import differing, workbook_figures
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import HorizonExceeded
from consortio_engine.results import Finding
from consortio_engine.value import (
    CostedTask,
    Figures,
    InvalidValue,
    Milestone,
    Portion,
    apportion,
    earned_value,
    planned_value,
    spread,
)

JANUARY_1 = at("2026-01-01T00:00")


def task(budget=1000, start=0, finish=100, **more) -> CostedTask:
    named = {"responsible": "North", "payer": "South", "cost": 0}
    return CostedTask(planned=[Portion(start, finish, budget)], **(named | more))


def earned(now=50, **more) -> int:
    return earned_value([task(**more)], now).joint.earned


def workbook(known: dict) -> Path:
    pytest.importorskip("openpyxl")
    return shared_folder("registers").parent / known["file"]


@pytest.mark.filterwarnings("ignore:Unknown extension")
def test_the_published_workbook():
    known = shared_cases("earned_value.json")

    found = workbook_figures(workbook(known), "planned_percent", known["at_period"])

    assert differing(found, known) == []
    assert len(found) == 13
    assert differing(found | {"EAC": known["EAC"] + 1, "ES": 4.7778}, known) == ["EAC", "ES"]


@pytest.mark.filterwarnings("ignore:Unknown extension")
def test_the_workbook_by_percent_of_budget():
    known = shared_cases("earned_value.json")

    found = workbook_figures(workbook(known), "percent", known["at_period"])

    assert found["EV"] == known["standard_rule_percent_of_budget"]["EV"]


def test_the_page_of_earned_value_worked_by_hand():
    tasks = [
        CostedTask(planned=[Portion(0, 1000, 8_000)], responsible="North", payer="North", done=50, cost=5_000),
        CostedTask(planned=[Portion(500, 1500, 6_000)], responsible="South", payer="North", done=25, cost=2_000),
        CostedTask(planned=[Portion(0, 500, 4_000)], responsible="South", payer="South", done=100, cost=3_000),
    ]

    found = earned_value(tasks, 1000)

    joint = found.joint
    assert (joint.budget, joint.planned, joint.earned, joint.cost) == (18_000, 15_000, 9_500, 10_000)
    assert (joint.cv, joint.sv, joint.cpi, joint.spi) == (-500, -5_500, 0.95, 9_500 / 15_000)
    assert (joint.eac_by_cpi, joint.eac_by_plan, joint.eac_by_both) == (18_947, 18_500, 24_127)
    assert joint.tcpi == 8_500 / 8_000
    north, south = found.organisations["North"], found.organisations["South"]
    assert (north.earned, north.borne, south.earned, south.borne) == (4_000, 7_000, 5_500, 3_000)
    assert south.responsible.cpi == 5_500 / 5_000


def test_rules_by_name():
    milestones = [Milestone(3, is_reached=True), Milestone(1), Milestone(2, is_reached=True)]

    found = {
        "0/100": (earned(rule="0/100", done=99), earned(rule="0/100", done=100)),
        "50/50": (
            earned(rule="50/50"),
            earned(rule="50/50", is_started=True),
            earned(rule="50/50", done=1),
            earned(rule="50/50", done=100),
        ),
        "percent": earned(done=60),
        "planned_percent": earned(rule="planned_percent", done=60, planned_done=80),
        "milestones": earned(rule="milestones", milestones=milestones),
        "units": earned(rule="units", done=7, of=28),
    }

    assert found == {
        "0/100": (0, 1000),
        "50/50": (0, 500, 500, 1000),
        "percent": 600,
        "planned_percent": 375,
        "milestones": 833,
        "units": 250,
    }


def test_planned_percent_without_anything_planned_earns_percent_of_budget():
    found = earned_value([task(rule="planned_percent", done=10, planned_done=0)], 50)

    assert found.joint.earned == 100
    assert found.findings == (Finding("nothing_planned", "warning", 0),)


def test_planned_percent_earns_no_more_than_the_budget():
    found = earned_value([task(rule="planned_percent", done=100, planned_done=40)], 50)

    assert found.joint.earned == 1000
    assert found.findings == (Finding("capped", "warning", 0, 250),)


def test_a_plan_in_working_time_stands_still_at_night():
    office = calendar()
    monday = task(start=at("2026-01-05T08:00"), finish=at("2026-01-06T17:00"), calendar=office)

    curve = planned_value([monday], [at(f"2026-01-0{day}") for day in ("5T12:00", "5T17:00", "6T08:00", "6T17:00")])

    assert curve == (250, 500, 500, 1000)


def test_a_portion_without_working_time_falls_due_at_its_finish():
    sunday = task(start=at("2026-01-11T08:00"), finish=at("2026-01-11T17:00"), calendar=calendar())

    curve = planned_value([sunday], [at("2026-01-11T16:59"), at("2026-01-11T17:00")])

    assert curve == (0, 1000)


def test_a_plan_outside_its_calendar_is_refused():
    beyond = task(start=at("2026-01-05T08:00"), finish=at("2040-01-05T08:00"), calendar=calendar())

    with pytest.raises(HorizonExceeded):
        planned_value([beyond], [at("2026-02-01T00:00")])


def test_missing_costs_stay_missing():
    found = earned_value([task(done=50, cost=400), task(done=100, cost=None, payer="West")], 50)

    assert found.joint == Figures(2000, 1000, 1500, None, 2, 1, 400, 500)
    assert (found.joint.cpi, found.joint.cv, found.joint.eac_by_cpi, found.joint.eac_by_plan) == (None,) * 4
    assert (found.joint.eac_by_both, found.joint.tcpi) == (None, None)
    assert (found.joint.cpi_known, found.joint.spi) == (1.25, 1.5)
    assert (found.organisations["South"].borne, found.organisations["West"].borne) == (400, None)
    assert found.findings == (Finding("cost_missing", "warning", 1),)


def test_what_would_be_divided_by_zero_is_missing():
    before = earned_value([task()], 0).joint
    spent = earned_value([task(cost=1000, done=50)], 50).joint

    assert (before.cpi, before.spi, before.eac_by_cpi, before.eac_by_both, before.tcpi) == (None,) * 4 + (1.0,)
    assert spent.tcpi is None


def test_nothing_is_asked_of_no_task():
    found = earned_value([], 0)

    assert (found.joint, found.organisations, found.tasks) == (Figures(), {}, ())


def test_all_that_is_wrong_is_told_at_once():
    wrong = [
        task(budget=-1, rule="guess", done=101),
        CostedTask(planned=[], responsible="", payer="South", cost=1.5),
        task(start=10, finish=5, of=0),
        task(rule="planned_percent"),
        task(rule="milestones"),
        task(rule="milestones", milestones=[Milestone(0)]),
        task(done=float("nan")),
    ]

    with pytest.raises(InvalidValue) as refused:
        earned_value(wrong, 0)

    assert [(fault.index, fault.code) for fault in refused.value.faults] == [
        (0, "amount"), (0, "done"), (0, "rule"), (1, "no_plan"), (1, "responsible"), (1, "cost"), (2, "order"), (2, "of"),
        (3, "planned_done"), (4, "milestones"), (5, "weight"), (6, "done"),
    ]  # fmt: skip
    assert earned_value([task()], 0).status == "ok"


def test_an_instant_is_whole_minutes():
    with pytest.raises(InvalidValue, match="whole minutes"):
        earned_value([task()], 0.5)


organisations = st.sampled_from(["North", "South", "West"])
amounts = st.integers(0, 10**7)


@st.composite
def portions(draw):
    start = draw(st.integers(JANUARY_1, JANUARY_1 + 5 * DAY))
    return Portion(start, start + draw(st.integers(0, 3 * DAY)), draw(amounts))


costed_tasks = st.builds(
    CostedTask,
    planned=st.lists(portions(), min_size=1, max_size=3),
    responsible=organisations,
    payer=organisations,
    rule=st.sampled_from(["0/100", "50/50", "percent", "planned_percent", "milestones", "units"]),
    done=st.floats(0, 100),
    is_started=st.booleans(),
    planned_done=st.floats(0, 100),
    milestones=st.lists(st.builds(Milestone, st.floats(0.1, 9), st.booleans()), min_size=1, max_size=3),
    cost=st.none() | st.integers(-100, 10**7),
    calendar=st.sampled_from([None, calendar()]),
)
instants = st.integers(JANUARY_1 - DAY, JANUARY_1 + 9 * DAY)


@settings(max_examples=60, deadline=None)
@given(st.lists(costed_tasks, max_size=6), instants)
def test_sums_over_organisations_are_the_total(tasks, now):
    found = earned_value(tasks, now)

    for side in ("responsible", "paying"):
        rows = [getattr(standing, side) for standing in found.organisations.values()]
        for name in ("budget", "planned", "earned", "tasks", "unreported", "cost_known", "earned_known"):
            assert sum(getattr(row, name) for row in rows) == getattr(found.joint, name)
        costs = [row.cost for row in rows]
        assert found.joint.cost == (None if None in costs else sum(costs))


@settings(max_examples=60, deadline=None)
@given(st.lists(costed_tasks, min_size=1, max_size=4), instants, st.integers(0, 5 * DAY))
def test_plans_only_rise_and_end_at_the_budget(tasks, now, later):
    budget = earned_value(tasks, now).joint.budget

    curve = planned_value(tasks, [JANUARY_1, now, now + later, JANUARY_1 + 9 * DAY])

    assert curve[0] <= max(curve[1:])
    assert 0 <= curve[1] <= curve[2] <= curve[3] == budget


@settings(max_examples=60, deadline=None)
@given(costed_tasks, instants)
def test_no_task_earns_less_than_nothing_or_more_than_its_budget(one, now):
    found = earned_value([one], now)

    assert 0 <= found.joint.earned <= found.joint.budget


@settings(max_examples=60, deadline=None)
@given(st.lists(costed_tasks, max_size=5), instants, st.randoms())
def test_the_order_of_tasks_changes_no_total(tasks, now, random):
    mixed = random.sample(tasks, len(tasks))

    found, again = earned_value(tasks, now), earned_value(mixed, now)

    assert (found.joint, found.organisations) == (again.joint, again.organisations)


@settings(max_examples=30, deadline=None)
@given(st.lists(costed_tasks, max_size=3), instants)
def test_equal_questions_have_equal_names(tasks, now):
    first, second = earned_value(tasks, now), earned_value(list(tasks), now)

    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != earned_value(tasks, now + 1).fingerprint


@settings(max_examples=20, deadline=None)
@given(portions(), instants)
def test_counting_every_minute_gives_the_same_plan(portion, now):
    week, first = [[(480, 720), (780, 1020)]] * 5 + [[], []], JANUARY_1 // DAY
    slow = MinuteCalendar(week, {}, first - 2, first + 12)
    one = CostedTask(planned=[portion], responsible="North", payer="North", calendar=calendar(week))
    whole = slow.work(portion.finish) - slow.work(portion.start)
    until = min(max(now, portion.start), portion.finish)
    part = slow.work(until) - slow.work(portion.start)

    planned = planned_value([one], [now])[0]

    exact = Fraction(portion.amount * part, whole) if whole else Fraction(portion.amount * (now >= portion.finish))
    assert abs(planned - (portion.amount if now >= portion.finish else exact)) <= Fraction(1, 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(costed_tasks, max_size=5), st.lists(instants, max_size=4), st.sampled_from([1, 10**8, 10**12]))
def test_all_at_once_is_planned_as_one_by_one(tasks, whens, times):
    """Amounts of every size: the products of the largest do not fit into 64 bits."""
    tasks = [
        replace(task, planned=[replace(one, amount=min(one.amount * times, 10**15)) for one in task.planned])
        for task in tasks
    ]

    curve = planned_value(tasks, whens)

    assert curve == tuple(
        sum(by_hand(one, task.calendar, at) for task in tasks for one in task.planned) for at in whens
    )


def by_hand(portion, calendar, at):
    """What a portion was to have spent, halves up."""
    if not portion.start < at < portion.finish:
        return portion.amount if at >= portion.finish else 0
    part, whole = (
        calendar.work_between(portion.start, until) if calendar else until - portion.start
        for until in (at, portion.finish)
    )
    return floor(Fraction(portion.amount * part, whole) + Fraction(1, 2)) if whole else 0


def test_sums_beyond_64_bits_are_exact():
    tasks = [task(10**15, start=0, finish=1000)] * 20_000

    assert planned_value(tasks, [500, 1000]) == (10**19, 2 * 10**19)


def test_what_is_spread_around_the_clock():
    assert spread([Portion(0, 100, 1000), Portion(50, 60, 5)], [0, 55, 100]) == (0, 553, 1005)
    assert spread([], [0, 50]) == (0, 0)


def test_what_cannot_be_spread_is_refused():
    with pytest.raises(InvalidValue) as refused:
        spread([Portion(0, 100, -1), Portion(10, 5, 1)], [0])

    assert [(fault.index, fault.code) for fault in refused.value.faults] == [(0, "amount"), (1, "order")]
    with pytest.raises(InvalidValue, match="whole minutes"):
        spread([], [0.5])


def test_tasks_of_equal_calendars_have_equal_names():
    def name(*hours):
        own = {"start": at("2026-01-05T08:00"), "finish": at("2026-01-06T17:00")}
        return earned_value([task(**own, calendar=one) for one in hours], own["start"]).fingerprint

    office, mornings = calendar(), calendar([[(480, 720)]] * 5 + [[], []])
    assert name(office, office) == name(office, calendar())
    assert len({name(office, office), name(office, mornings), name(mornings, office), name(office, None)}) == 4


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**12), 10**12), st.lists(st.floats(0, 1e6), min_size=1, max_size=6).filter(any))
def test_nothing_is_lost_in_dividing(amount, weights):
    parts = apportion(amount, weights)

    assert sum(parts) == amount
    exact = [amount * Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))


def test_what_cannot_be_divided_equally_goes_to_the_first():
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]


@pytest.mark.parametrize(("amount", "weights"), [(1.5, [1]), (1, []), (1, [0, 0]), (1, [-1, 2]), (1, [float("inf")])])
def test_what_cannot_be_divided_is_refused(amount, weights):
    with pytest.raises(InvalidValue):
        apportion(amount, weights)
