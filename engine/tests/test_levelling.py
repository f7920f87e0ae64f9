"""Levelling: hand-worked plans, refusals, and every plan checked by the independent checker."""

from engine_cases import MONDAY, at, calendar, days, network, shown

from consortio_engine import Constraint, schedule
from consortio_engine.resources import Assignment, Job, Problem, Resource, heuristic, level, problem_of, verify

ONE = [Resource(name="Ada", capacity=1)]
TWO_DAYS = 960


def test_two_tasks_of_one_person_follow_each_other():
    jobs = [Job(duration=TWO_DAYS, demand={0: 1}, calendar=0) for _ in range(2)]
    problem = Problem.build(jobs, [], ONE, [calendar()], start=at(MONDAY))

    plan = heuristic(problem)

    assert [shown(one) for one in plan.start] == ["2026-01-05T08:00", "2026-01-07T08:00"]
    assert [shown(one) for one in plan.finish] == ["2026-01-06T17:00", "2026-01-08T17:00"]
    assert (plan.status, shown(plan.finish_at), shown(plan.bound)) == ("ok", "2026-01-08T17:00", "2026-01-08T17:00")
    assert verify(problem, plan) == []


def test_a_plan_of_a_network_is_levelled_around_what_is_fixed():
    plan_network = network(
        [days(2), days(3), days(1), days(1, constraint=Constraint.MUST_START_ON, constraint_at=at("2026-01-07T08:00"))],
        [(0, 1), (0, 2, "SS", 240)],
    )
    assignments = [Assignment(task=task, resource=0, units=1) for task in range(4)]
    problem = problem_of(plan_network, schedule(plan_network), assignments, ONE)

    plan = level(problem, limit=None, deterministic_limit=1.0, workers=1)

    assert [shown(one)[5:10] for one in plan.start] == ["01-05", "01-09", "01-08", "01-07"]
    assert (plan.status, shown(plan.finish_at), plan.gap) == ("ok", "2026-01-13T17:00", 0.0)
    # Of two plans that end then, this one moves two and two and a half days of work, the other one and five and a half.
    assert [stage.value for stage in plan.stages if stage.aim == "moved"] == [960 + 1200]
    assert verify(problem, plan) == []
