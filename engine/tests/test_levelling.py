"""Levelling: plans worked by hand, what is refused, what is told, and how a run ends."""

import random

import pytest
from engine_cases import AROUND_THE_CLOCK, MONDAY, OFFICE, at, calendar, days, link, network, shown

from consortio_engine import ELAPSED, Constraint, Cycle, Link, LinkType, schedule
from consortio_engine.answers import Watch
from consortio_engine.resources import (
    Assignment,
    InvalidProblem,
    Job,
    Mode,
    Problem,
    Resource,
    heuristic,
    level,
    load,
    problem_of,
    verify,
)

DAY = 1440
TWO_DAYS = 960
ADA = Resource(name="Ada", capacity=1)
SIX_DAYS = [OFFICE] * 6 + [[]]
FIRST, LAST = at("2025-12-01T00:00"), at("2027-01-01T00:00")


def problem(jobs, links=(), resources=(ADA,), calendars=None, **options) -> Problem:
    rows = [one if isinstance(one, Link) else link(*one) for one in links]
    return Problem.build(jobs, rows, resources, calendars or [calendar()], start=at(MONDAY), **options)


def work(minutes: int = TWO_DAYS, units: int = 1, **attributes) -> Job:
    """A job of Ada's in the first calendar."""
    return Job(**({"duration": minutes, "demand": {0: units}, "calendar": 0} | attributes))


def solved(asked: Problem, **options):
    """The solver's plan, the same on every run."""
    return level(asked, limit=None, deterministic_limit=2.0, workers=1, **options)


def spans(plan) -> list[tuple[str | None, str | None]]:
    return [(shown(start), shown(finish)) for start, finish in zip(plan.start, plan.finish, strict=True)]


def codes(plan) -> list[tuple[str, int, int, int]]:
    return [(one.code, one.job, one.resource, one.value) for one in plan.findings]


@pytest.mark.parametrize("answer", [heuristic, solved])
def test_two_tasks_of_one_person_follow_each_other(answer):
    asked = problem([work(), work()])

    plan = answer(asked)

    assert spans(plan) == [("2026-01-05T08:00", "2026-01-06T17:00"), ("2026-01-07T08:00", "2026-01-08T17:00")]
    assert (plan.status, plan.finish_at, plan.bound, plan.gap) == (
        "ok",
        at("2026-01-08T17:00"),
        at("2026-01-08T17:00"),
        0,
    )
    assert verify(asked, plan) == []


def test_a_task_waits_for_room_over_its_whole_length_and_a_short_one_goes_before_it():
    # Two units until Wednesday, then one: the task of two units for two days fits only at once, the others after it.
    edge = at("2026-01-07T00:00")
    pair = Resource(name="Pair", capacity=[(FIRST, edge, 2), (edge, LAST, 1)])
    asked = problem([work(units=2), work(480), work(480)], resources=[pair])

    plan = solved(asked)

    assert [one[0] for one in spans(plan)][0] == "2026-01-05T08:00"
    assert sorted(one[0] for one in spans(plan)[1:]) == ["2026-01-07T08:00", "2026-01-08T08:00"]
    assert plan.status == "ok" and verify(asked, plan) == []


@pytest.mark.parametrize(
    ("kind", "lag", "begins"),
    [
        ("FS", 480, "2026-01-08T08:00"),  # after Tuesday evening, and a day of work
        ("SS", 480, "2026-01-06T08:00"),
        ("FF", 480, "2026-01-07T08:00"),  # one day long, it ends a day of work after Tuesday evening
        ("SF", 1440, "2026-01-07T08:00"),  # ends three days of work after Monday morning
    ],
)
def test_links_of_all_types_hold_without_any_resource(kind, lag, begins):
    asked = problem([work(demand={}), work(480, demand={})], [(0, 1, kind, lag)])

    assert [spans(answer(asked))[1][0] for answer in (heuristic, solved)] == [begins, begins]


def test_a_lag_around_the_clock_runs_through_the_weekend():
    elapsed = Link(predecessor=0, successor=1, type=LinkType.FS, lag=2 * DAY, lag_calendar=ELAPSED)
    asked = problem([work(5 * 480), work(480)], [elapsed])

    plan = solved(asked)

    assert spans(plan)[1] == ("2026-01-12T08:00", "2026-01-12T17:00")
    assert verify(asked, plan) == []


@pytest.mark.parametrize("answer", [heuristic, solved])
def test_lags_around_the_clock_count_from_where_a_milestone_stands(answer):
    # The first stands where the plan begins, the second where work has ended, the third at its own date in a weekend.
    lag = {"type": LinkType.FS, "lag": 240, "lag_calendar": ELAPSED}
    moment, saturday = Job(calendar=0), Job(calendar=0, earliest=at("2026-01-10T12:00"))
    links = [
        Link(predecessor=0, successor=3, **lag),
        link(4, 1),
        Link(predecessor=1, successor=5, **lag),
        Link(predecessor=2, successor=6, **lag),
    ]
    asked = problem(
        [moment, moment, saturday, work(480), work(480, demand={}), work(480, demand={}), work(480, demand={})], links
    )

    plan = answer(asked)

    assert spans(plan)[:3] == [(one, one) for one in (MONDAY, "2026-01-05T17:00", "2026-01-12T08:00")]
    assert [one[0] for one in spans(plan)[3:]] == ["2026-01-05T13:00", MONDAY, "2026-01-06T08:00", "2026-01-12T13:00"]
    assert verify(asked, plan) == []


def test_somebody_with_another_week_keeps_units_only_while_working():
    # One machine. Office work of six days from Monday pauses on Saturday; a Saturday job may use the machine then.
    calendars = [calendar(), calendar(SIX_DAYS)]
    saturday = Job(duration=480, demand={0: 1}, calendar=1, earliest=at("2026-01-10T00:00"))
    asked = problem([work(6 * 480), saturday], resources=[Resource(name="Machine", capacity=1)], calendars=calendars)

    plans = [heuristic(asked), solved(asked)]

    expected = [("2026-01-05T08:00", "2026-01-12T17:00"), ("2026-01-10T08:00", "2026-01-10T17:00")]
    assert [spans(plan) for plan in plans] == [expected, expected]
    assert [verify(asked, plan) for plan in plans] == [[], []]


def test_a_job_works_only_while_its_resources_do():
    no_monday = calendar([[], OFFICE, OFFICE, OFFICE, OFFICE, [], []])
    ada = Resource(name="Ada", capacity=1, calendar=1)

    plan = solved(problem([work(5 * 480)], resources=[ada], calendars=[calendar(), no_monday]))

    assert spans(plan) == [("2026-01-06T08:00", "2026-01-13T17:00")]


def test_capacity_that_nobody_answered_counts_as_none_and_is_listed():
    edge = at("2026-01-12T00:00")
    asked = Resource(name="Team", capacity=[(FIRST, edge, None), (edge, LAST, 1)])
    plan = solved(problem([work()], resources=[asked, Resource(name="Nobody", capacity=None)]))

    assert spans(plan) == [("2026-01-12T08:00", "2026-01-13T17:00")]
    assert codes(plan) == [("unanswered", -1, 0, 1), ("unanswered", -1, 1, 1)]


@pytest.mark.parametrize("answer", [heuristic, solved])
def test_a_job_that_never_fits_is_told_with_its_resource(answer):
    plan = answer(problem([work(), work(units=2)]))

    assert (plan.status, plan.finish_at, plan.stages) == ("infeasible", None, ())
    assert codes(plan) == [("never_enough", 1, 0, 2)]


def test_a_job_whose_calendars_share_no_time_is_told():
    night = calendar([[(1320, 1439)]] * 7)

    plan = heuristic(
        problem([work()], resources=[Resource(name="Owl", capacity=1, calendar=1)], calendars=[calendar(), night])
    )

    assert (plan.status, codes(plan)) == ("infeasible", [("no_time", 0, -1, TWO_DAYS)])


@pytest.mark.parametrize("answer", [heuristic, solved])
def test_of_two_modes_the_fast_one_is_taken_only_while_money_lasts(answer):
    money = Resource(name="Money", capacity=10, renewable=False)
    slow, fast = Mode(duration=TWO_DAYS, demand={0: 1, 1: 2}), Mode(duration=480, demand={0: 1, 1: 8})
    asked = problem([Job(modes=(slow, fast), calendar=0) for _ in range(2)], resources=[ADA, money])

    plan = answer(asked)

    assert (plan.status, sorted(plan.mode.tolist()), shown(plan.finish_at)) == (
        "feasible" if answer is heuristic else "ok",
        [0, 1],
        "2026-01-07T17:00",
    )
    assert verify(asked, plan) == []


def test_more_used_up_than_there_is_has_no_plan():
    plan = solved(
        problem([Job(duration=60, demand={0: 6})] * 2, resources=[Resource(name="Money", capacity=10, renewable=False)])
    )

    assert (plan.status, codes(plan)) == ("infeasible", [("used_up", -1, 0, 2)])


def test_fixed_jobs_take_their_units_first_and_may_take_too_many():
    fixed = work(480, units=2, fixed_at=at("2026-01-05T08:00"))
    asked = problem([fixed, work(480)])

    plan = solved(asked)

    assert spans(plan)[1] == ("2026-01-06T08:00", "2026-01-06T17:00")
    assert codes(plan) == [("taken_by_fixed", -1, 0, 1)]
    assert verify(asked, plan) == []


def test_a_mandatory_date_goes_before_the_finish_and_is_told_where_it_cannot_be_kept():
    urgent = work(480, latest=at("2026-01-05T17:00"))
    hopeless = work(480, latest=at("2026-01-05T12:00"))
    both = problem([work(), urgent], [])
    one = problem([hopeless], [])

    assert [shown(start) for start in solved(both).start] == ["2026-01-06T08:00", "2026-01-05T08:00"]
    assert [stage[:2] for stage in solved(one).stages] == [("dates", 1), ("finish", at("2026-01-05T17:00"))]
    assert codes(solved(one)) == [("date_broken", 0, -1, 240)]


def test_a_fixed_job_does_not_wait_but_what_comes_before_it_hurries():
    fixed = Job(duration=480, calendar=0, fixed_at=at("2026-01-06T08:00"))
    asked = problem([work(480), work(480), fixed], [(1, 2)])

    plan = solved(asked)

    assert [shown(start) for start in plan.start[:2]] == ["2026-01-06T08:00", "2026-01-05T08:00"]
    assert plan.stages[0][:2] == ("dates", 0)


def test_weighted_lateness_lets_the_heavier_job_go_first():
    asked = problem([work(480, deadline=at("2026-01-05T17:00"), weight=weight) for weight in (1, 3)])

    plan = solved(asked, objective=("lateness",))

    assert [shown(start) for start in plan.start] == ["2026-01-06T08:00", "2026-01-05T08:00"]
    assert plan.stages == (("lateness", 480, 480, True),)
    assert codes(plan) == [("deadline_missed", 0, -1, 480)]


def test_the_heaviest_weights_that_are_taken_are_summed_exactly():
    asked = problem([work(480, deadline=at(MONDAY), weight=2**29), work(480, deadline=at(MONDAY), weight=2**30)])

    plan = solved(asked, objective=("lateness",))

    assert (plan.status, plan.stages[0].value) == ("ok", 480 * 2**30 + 960 * 2**29)


def test_levelled_use_spreads_what_could_stand_together():
    two = Resource(name="Pair", capacity=2)
    asked = problem([work(), work(480), work(480)], resources=[two], horizon=at("2026-01-08T00:00"))

    plan = solved(asked, objective=("finish", "levelled"))

    assert [(stage.aim, stage.value) for stage in plan.stages] == [("finish", at("2026-01-06T17:00")), ("levelled", 2)]
    assert len({int(start) for start in plan.start[1:]}) == 2


def test_replanning_what_has_not_changed_moves_nothing():
    first = solved(problem([work(480), work(TWO_DAYS), work(480)]))
    jobs = [work(960 if at_ == 1 else 480, old_start=int(start)) for at_, start in enumerate(first.start)]

    plan = solved(problem(jobs))

    assert (plan.moved_count, plan.moved_minutes, plan.moved_days_count) == (0, 0, 0)
    assert (plan.start == first.start).all()


def test_jobs_before_the_freeze_stay_although_moving_them_would_help():
    # Whoever is frozen on Tuesday splits the week: the task of two days has no room before.
    old = [at("2026-01-06T08:00"), at("2026-01-07T08:00")]
    jobs = [work(480, old_start=old[0]), work(old_start=old[1])]

    frozen = solved(problem(jobs, freeze_until=at("2026-01-07T00:00")))
    free = solved(problem(jobs))

    assert [shown(one) for one in (frozen.finish_at, free.finish_at)] == ["2026-01-08T17:00", "2026-01-07T17:00"]
    assert frozen.start[0] == old[0]


def test_a_plan_of_a_network_is_levelled_around_what_is_fixed():
    must = days(1, constraint=Constraint.MUST_START_ON, constraint_at=at("2026-01-07T08:00"))
    plan_network = network([days(2), days(3), days(1), must], [(0, 1), (0, 2, "SS", 240)])
    assignments = [Assignment(task=task, resource=0, units=1) for task in range(4)]
    asked = problem_of(plan_network, schedule(plan_network), assignments, [ADA])

    plan = solved(asked)

    assert [shown(one)[5:10] for one in plan.start] == ["01-05", "01-09", "01-08", "01-07"]
    assert (plan.status, shown(plan.finish_at), plan.gap) == ("ok", "2026-01-13T17:00", 0.0)
    # Of two plans that end then, this one moves two and two and a half days of work, the other one and five and a half.
    assert [stage.value for stage in plan.stages if stage.aim == "moved"] == [960 + 1200]
    assert verify(asked, plan) == []


def test_what_has_begun_stays_and_the_rest_moves_from_the_data_date_on():
    begun = days(3, actual_start=at("2026-01-05T08:00"))
    done = days(1, actual_start=at("2026-01-05T08:00"), actual_finish=at("2026-01-05T17:00"))
    alap = days(1, constraint=Constraint.ALAP)
    plan_network = network([begun, done, days(1), alap], [(1, 2)], data_date="2026-01-06T08:00")
    assignments = [Assignment(task=task, resource=0, units=1) for task in range(4)]

    plan = solved(problem_of(plan_network, schedule(plan_network), assignments, [Resource(name="Pair", capacity=2)]))

    assert spans(plan)[:3] == [
        ("2026-01-05T08:00", "2026-01-07T17:00"),
        ("2026-01-05T08:00", "2026-01-05T17:00"),
        ("2026-01-06T08:00", "2026-01-06T17:00"),
    ]
    assert codes(plan) == [("as_soon_as_possible", 3, -1, 0)]


def test_whoever_watches_is_told_the_finish_of_the_best_plan():
    asked, told = problem([work(), work()]), []

    plan = heuristic(asked, watch=Watch(progress=lambda done, total, best: told.append(best)))

    assert told[-1] == plan.finish_at


def test_load_is_told_before_and_after():
    asked = problem([work(480), work(480)], calendars=[calendar(AROUND_THE_CLOCK)])
    monday, half = at(MONDAY), 480

    before, after = (load(asked, starts)[0] for starts in ([monday, monday], [monday, monday + half]))

    assert [part.tolist() for part in (before.at, before.load, before.capacity)] == [
        [monday, monday + half],
        [2, 0],
        [1, 1],
    ]
    assert [part.tolist() for part in (after.at, after.load, after.over)] == [
        [monday, monday + 2 * half],
        [1, 0],
        [0, 0],
    ]


def test_a_run_that_is_cancelled_gives_the_best_so_far():
    asked = problem([work(), work()])
    told: list[int] = []
    watch = Watch(progress=lambda done, total, best: told.append(done), cancel=lambda: len(told) > 0)

    plan = heuristic(asked, watch=watch)

    assert (plan.status, verify(asked, plan)) == ("cancelled", [])
    assert level(asked, watch=Watch(cancel=lambda: True)).status == "cancelled"


def test_without_the_solver_the_heuristic_answers_and_says_so(monkeypatch):
    monkeypatch.setattr("consortio_engine.resources.cp_model.find_spec", lambda name: None)

    plan = level(problem([work(), work()], resources=[Resource(name="Pair", capacity=2)]))

    assert (plan.solver, plan.status, [one.code for one in plan.findings]) == ("heuristic", "ok", ["no_solver"])


def test_calendars_that_cut_time_too_finely_leave_the_heuristics_answer(monkeypatch):
    monkeypatch.setattr("consortio_engine.resources.cp_build.PIECES_MAX", 0)
    asked = problem(
        [work(6 * 480), Job(duration=480, demand={0: 1}, calendar=1)], calendars=[calendar(), calendar(SIX_DAYS)]
    )

    plan = solved(asked)

    assert ([one.code for one in plan.findings], verify(asked, plan)) == (["too_large"], [])


def test_the_solver_ends_when_it_is_not_wanted_any_more():
    draw = random.Random(7)
    jobs = [Job(duration=draw.randint(2, 9), demand={draw.randrange(3): draw.randint(2, 6)}) for _ in range(80)]
    links = [Link(predecessor=after // 2, successor=after) for after in range(1, 80)]
    asked = Problem.build(jobs, links, [Resource(name=name, capacity=9) for name in "ABC"])
    told: list[tuple[int, int, float | None]] = []
    watch = Watch(progress=lambda *so_far: told.append(so_far), cancel=lambda: len(told) > 1)

    plan = level(asked, limit=60, workers=1, samples=0, watch=watch)

    assert (plan.status, verify(asked, plan), plan.solver) == ("cancelled", [], "cp_sat")
    assert told[0][1] == 600 and all(best is not None for _, _, best in told)


def test_steps_too_many_for_the_solver_are_rounded_and_told():
    # Minutes of no common divisor over some months: no more than twenty thousand steps are asked of the solver.
    jobs = [work(19_997 + step) for step in range(3)]
    asked = problem(jobs)

    plan = solved(asked)

    assert [one.code for one in plan.findings] == ["coarsened"]
    assert verify(asked, plan) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"jobs": [work(-1)]}, "Job 0 takes -1."),
        ({"jobs": [work(demand={3: 1})]}, "Job 0 needs resource 3; there are 1."),
        ({"jobs": [work(units=-1)]}, "Job 0 needs -1 units of resource 0."),
        ({"jobs": [work(calendar=4)]}, "Job 0 names calendar 4; there are 1."),
        ({"jobs": [Job(modes=(Mode(duration=1), Mode(duration=0)))]}, "Job 0 has several modes, one of them without a duration."),
        ({"jobs": [work(weight=2**50)]}, "Weights are too large"),
        ({"jobs": [work(weight=-2)]}, "Job 0 has weight -2."),
        ({"jobs": [work(fixed_at=9, fixed_finish=5)]}, "Job 0 is fixed to finish at 5, before it starts."),
        ({"jobs": [work()], "links": [(0, 0)]}, "Link 0 joins job 0 with itself."),
        ({"jobs": [work()], "links": [(0, 7)]}, "Link 0 has successor 7; there are 1 jobs."),
        ({"jobs": [], "resources": [Resource(name="A", capacity=-1)]}, "Resource 0 (A) has -1 units."),
        ({"jobs": [], "resources": [Resource(name="A", capacity=[(5, 5, 1)])]}, "Resource 0 (A) has a band that ends at 5 and begins at 5."),
        ({"jobs": [], "resources": [Resource(name="A", capacity=[(0, 5, 1), (4, 9, 1)])]}, "Resource 0 (A) has a band from 4 while another lasts to 5."),
        ({"jobs": [], "resources": [Resource(name="A", capacity=[(0, 5, 1)], renewable=False)]}, "Resource 0 (A) is used up and has bands; it needs one number."),
        ({"jobs": [], "horizon": at("2040-01-01T00:00")}, "Calendar 0 covers"),
        ({"jobs": [work(10**9, fixed_at=at(MONDAY))]}, "and its calendar does not let it finish."),
    ],
)  # fmt: skip
def test_faulty_problems_are_refused_with_a_sentence(rows, said):
    with pytest.raises(InvalidProblem) as refusal:
        problem(**rows)

    assert said in refusal.value.faults[0].message


def test_equal_problems_have_equal_fingerprints_and_others_do_not():
    bands = [(FIRST, LAST, 2)]
    same = [problem([work()], resources=[Resource(name="A", capacity=kind(bands))]) for kind in (list, tuple)]
    others = [
        problem([work()], resources=[Resource(name="A", capacity=3)]),
        problem([work(units=2)], resources=[Resource(name="A", capacity=bands)]),
        problem([work()], resources=[Resource(name="A", capacity=bands)], horizon=LAST - DAY),
        problem([work()], resources=[Resource(name="A", capacity=bands)], freeze_until=at(MONDAY)),
    ]

    assert same[0].fingerprint == same[1].fingerprint
    assert len({one.fingerprint for one in (*others, *same)}) == 5


def test_jobs_that_wait_for_each_other_are_refused():
    with pytest.raises(Cycle) as refusal:
        problem([work(), work()], [(0, 1), (1, 0)])

    assert refusal.value.where == (0, 1)


@pytest.mark.parametrize("change", [{"start": 15}, {"finish": 15}, {"mode": 1}])
def test_the_checker_sees_a_plan_that_is_touched(change):
    asked = problem([work(), work()], [(0, 1)])
    plan = solved(asked)
    touched = {name: getattr(plan, name).copy() for name in ("start", "finish", "mode")}
    for name, by in change.items():
        touched[name][1] -= by

    assert verify(asked, plan) == []
    assert verify(asked, type("Plan", (), touched)) != []


def test_the_checker_names_link_and_resource():
    free = problem([work(), work()])
    linked = problem([work(), work()], [(0, 1)])
    monday, tuesday = at(MONDAY), at("2026-01-06T17:00")
    plan = type("Plan", (), {"start": [monday] * 2, "finish": [tuesday] * 2, "mode": [0, 0]})

    assert [(one.code, one.index) for one in verify(free, plan)] == [("capacity", 0)]
    assert [(one.code, one.index) for one in verify(linked, plan)] == [("link", 0), ("capacity", 0)]
