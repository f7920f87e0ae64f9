"""Levelling: what holds for every problem, against the checker and against a twin that tries every order."""

from dataclasses import replace
from importlib.util import find_spec

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from levelling_random import best_finish, random_problem

from consortio_engine.resources import Problem, Resource, heuristic, level, verify

SEEDS = st.integers(0, 2**20)
OBJECTIVES = [("finish",), ("lateness", "finish"), ("finish", "levelled")]


def solved(asked: Problem, **options):
    return level(asked, limit=None, deterministic_limit=0.5, workers=1, samples=5, **options)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.booleans(), st.booleans())
def test_every_plan_of_the_heuristic_keeps_everything_and_ends_after_its_bound(seed, mixed, modes):
    asked = random_problem(seed, mixed=mixed, modes=modes)

    plan = heuristic(asked, samples=5, speed="plain")

    assert plan.status in ("ok", "feasible", "infeasible", "no_answer")
    if plan.finish_at is not None:
        assert verify(asked, plan) == []
        assert plan.bound <= plan.finish_at


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.booleans(), st.sampled_from(OBJECTIVES))
def test_every_plan_of_the_solver_keeps_everything_and_is_no_worse_than_the_heuristics(seed, modes, objective):
    asked = random_problem(seed, modes=modes)
    quick = heuristic(asked, samples=5, objective=objective)

    plan = solved(asked, objective=objective)

    assume(quick.finish_at is not None)
    assert verify(asked, plan) == []
    assert [stage.value for stage in plan.stages] <= [stage.value for stage in quick.stages]
    assert all(stage.bound is None or stage.bound <= stage.value for stage in plan.stages)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.booleans())
def test_the_proved_finish_is_the_one_that_trying_every_order_finds(seed, mixed):
    asked = random_problem(seed, jobs=4, mixed=mixed, simple=True)

    plan = solved(asked, stable=False)

    assume(plan.status == "ok")
    assert plan.finish_at == best_finish(asked)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_more_units_or_one_link_less_never_worsen_a_proved_finish(seed):
    asked = random_problem(seed, jobs=5, simple=True)
    plan = solved(asked, stable=False)
    assume(plan.status == "ok")

    more = solved(asked.with_resources([_more(one) for one in asked.resources]), stable=False)
    fewer = solved(_without_a_link(asked), stable=False)

    assert more.bound <= plan.finish_at and fewer.bound <= plan.finish_at
    assert [other.finish_at <= plan.finish_at for other in (more, fewer) if other.status == "ok"].count(False) == 0


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_planning_again_what_has_not_changed_moves_nothing(seed):
    asked = random_problem(seed, jobs=5)
    plan = solved(asked, stable=False)
    assume(plan.status == "ok")
    again = [replace(job, old_start=int(start)) for job, start in zip(asked.jobs, plan.start, strict=True)]

    after = solved(
        Problem.build(again, asked.links, asked.resources, asked.calendars, start=asked.start, horizon=asked.horizon)
    )

    assert (after.moved_count, after.status, after.finish_at) == (0, "ok", plan.finish_at)


@pytest.mark.skipif(find_spec("numba") is None, reason="the extra `fast` (numba) is not installed")
@settings(max_examples=30, deadline=None)
@given(SEEDS, st.booleans())
def test_compiled_and_plain_kernels_give_the_same_plan(seed, modes):
    asked = random_problem(seed, modes=modes)

    plain, fast = (heuristic(asked, samples=5, speed=speed) for speed in ("plain", "fast"))

    assert [part.tolist() for part in (plain.start, plain.mode)] == [part.tolist() for part in (fast.start, fast.mode)]
    assert (plain.fingerprint, plain.stages) == (fast.fingerprint, fast.stages)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_two_runs_are_equal(seed):
    asked = random_problem(seed, jobs=6, kinds=3)

    one, other = solved(asked), solved(asked)

    assert one.start.tolist() == other.start.tolist()
    assert (one.stages, one.fingerprint, one.findings) == (other.stages, other.fingerprint, other.findings)


def _more(resource: Resource) -> Resource:
    if isinstance(resource.capacity, int):
        return replace(resource, capacity=resource.capacity + 1)
    return replace(resource, capacity=[(begin, end, (units or 0) + 1) for begin, end, units in resource.capacity or ()])


def _without_a_link(asked: Problem) -> Problem:
    return Problem.build(
        asked.jobs, asked.links[1:], asked.resources, asked.calendars, start=asked.start, horizon=asked.horizon
    )
