"""Levelling: hand-worked plans, refusals, and every plan checked by the independent checker."""

from engine_cases import MONDAY, at, calendar, shown

from consortio_engine.resources import Job, Problem, Resource, heuristic, verify

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
