"""What holds for public functions that no other property reaches."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from engine_random import random_network
from engine_small import TASKS, small_networks
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from levelling_random import Tried, random_problem
from test_calendar_properties import compiled, exceptions, instants, weeks
from test_simulate_properties import TRIALS, plans

from consortio_engine import ELAPSED, NONE, LinkType, float_bands, schedule, settled, unite
from consortio_engine import Assignment as Crew
from consortio_engine.choice import read_mknap
from consortio_engine.forecast import Series, calibration, fan, forecast
from consortio_engine.resources import (
    Assignment,
    Problem,
    Resource,
    bottlenecks,
    heuristic,
    level,
    load,
    problem_of,
    psplib,
    verify,
)
from consortio_engine.simulate import Cost, frontier, joint, simulate

SEEDS = st.integers(0, 2**20)
few = settings(max_examples=30, deadline=None)


@few
@given(weeks, weeks, exceptions, instants)
def test_united_calendars_commute_and_work_when_either_works(first, second, special, t):
    a, b = compiled(first, special), compiled(second, {})

    ab, ba = unite(a, b), unite(b, a)

    assert (ab.start.tolist(), ab.end.tolist()) == (ba.start.tolist(), ba.end.tolist())
    assert ab.work(t + 1) - ab.work(t) == max(a.work(t + 1) - a.work(t), b.work(t + 1) - b.work(t))
    assert unite(ab, a).start.tolist() == ab.start.tolist()


@pytest.mark.parametrize("mode", ["msp", "p6"])
@few
@given(seed=SEEDS, limits=st.lists(st.integers(-4800, 9600), max_size=4))
def test_every_open_task_lies_in_the_one_band_of_its_float(mode, seed, limits):
    built = random_network(seed, 20)
    plan = schedule(built, mode=mode)
    limits = sorted({*limits, *plan.total_float[plan.total_float != NONE].tolist()[:2]})  # a float may be a limit

    bands = float_bands(plan, limits)

    edges = [-np.inf, *limits, np.inf]
    for task, band in enumerate(bands.tolist()):
        if plan.total_float[task] == NONE or plan.remaining_start[task] == NONE:
            assert band == -1
        else:
            assert [
                index for index, (low, high) in enumerate(pairwise(edges)) if low < plan.total_float[task] <= high
            ] == [band]


crews = st.lists(
    st.builds(
        Crew,
        task=st.integers(0, TASKS - 1),
        calendar=st.sampled_from([0, 1, 2, ELAPSED]),
        work=st.integers(1, 1440),
        units=st.sampled_from([0.25, 0.5, 1.0]),
    ),
    max_size=6,
)


@pytest.mark.parametrize("mode", ["msp", "p6"])
@few
@given(built=small_networks(kinds=[LinkType.FS, LinkType.SS]), crew=crews)
def test_a_settled_network_keeps_its_dates_and_has_nothing_left_to_settle(mode, built, crew):
    built = replace(built, assignments=tuple(crew))
    plan = schedule(built, mode=mode)

    plain = settled(built, plan)

    again = schedule(plain, mode=mode)
    assert plain.assignments == ()
    assert (again.start.tolist(), again.finish.tolist()) == (plan.start.tolist(), plan.finish.tolist())
    assert settled(plain, again) is plain


@few
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 40), min_size=99, max_size=99).map(sorted), st.integers(-2, 42)),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_every_outcome_is_counted_once_where_it_fell(cases, random):
    found = calibration(*zip(*cases, strict=True))

    random.shuffle(cases)
    assert calibration(*zip(*cases, strict=True)).tenths == found.tenths
    assert sum(found.tenths) == found.inner.count == found.outer.count == len(cases)
    assert found.inner.hits <= found.outer.hits
    assert sum(found.tenths[1:9]) <= found.outer.hits
    assert found.tenths[0] >= sum(outcome < row[0] for row, outcome in cases)
    assert found.tenths[9] >= sum(outcome > row[-1] for row, outcome in cases)


@few
@given(
    st.lists(st.integers(-50, 50), min_size=3, max_size=8),
    st.integers(1, 6),
    st.integers(1, 5),
    st.sampled_from(["revised", "flow", "cumulative"]),
)
def test_a_fan_has_quantiles_in_order_and_ends_in_the_answer(values, ahead, points, kind):
    series, by = Series.of(values), len(values) - 1 + ahead
    answer = forecast(series, by, kind=kind)

    found = fan(answer, series, by, kind=kind, points=points)

    assume(answer.status == "ok")
    assert len(found.at) == points
    assert [series.at[-1], *found.at] == sorted({series.at[-1], *found.at})
    assert (np.diff(found.quantiles, axis=1) >= 0).all()
    assert found.at[-1] == by
    assert found.quantiles[-1] == pytest.approx(answer.quantiles)


@st.composite
def knapsacks(draw):
    """Values, uses per budget, budgets and the best known value, as whole numbers."""
    count, rows = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    numbers = st.integers(0, 999)
    uses = [draw(st.lists(numbers, min_size=count, max_size=count)) for _ in range(rows)]
    values = draw(st.lists(numbers, min_size=count, max_size=count))
    return values, uses, draw(st.lists(numbers, min_size=rows, max_size=rows)), draw(numbers)


@few
@given(st.lists(knapsacks(), min_size=1, max_size=3), st.sampled_from([" ", "\n", "\t  "]))
def test_written_knapsacks_are_read_as_they_were(problems, between):
    words = [len(problems)]
    for values, uses, budgets, known in problems:
        words += [len(values), len(budgets), known, *values, *(one for row in uses for one in row), *budgets]

    found = read_mknap(between.join(map(str, words)))

    assert [
        (
            [item.value for item in one.items],
            [[item.uses.get(row, 0) for item in one.items] for row in range(len(one.limits.budgets))],
            [budget.most for budget in one.limits.budgets],
            one.known or 0,
        )
        for one in found
    ] == problems


@st.composite
def projects(draw, modes: int):
    """Capacities, and per job its ways (duration and units) and its successors; links lead on."""
    kinds, count = draw(st.integers(1, 3)), draw(st.integers(2, 6))
    units = st.lists(st.integers(0, 4), min_size=kinds, max_size=kinds)
    capacities = draw(st.lists(st.integers(4, 9), min_size=kinds, max_size=kinds))
    # Of several ways, each takes time.
    ways = st.lists(st.tuples(st.integers(1, 9), units), min_size=1, max_size=modes)
    jobs = [
        (draw(ways), sorted(draw(st.sets(st.integers(job + 1, count - 1), max_size=3))) if job < count - 1 else [])
        for job in range(count)
    ]
    return capacities, jobs


def patterson(capacities, jobs) -> str:
    lines = [f"{len(jobs)} {len(capacities)}", " ".join(map(str, capacities))]
    for [(duration, units)], after in jobs:
        lines.append(" ".join(map(str, [duration, *units, len(after), *(one + 1 for one in after)])))
    return "\n".join(lines)


def progen(capacities, jobs) -> str:
    names = "  ".join(f"R {kind + 1}" for kind in range(len(capacities)))
    lines = ["PRECEDENCE RELATIONS:", "jobnr.    #modes  #successors   successors"]
    for job, (ways, after) in enumerate(jobs):
        lines.append("  ".join(map(str, [job + 1, len(ways), len(after), *(one + 1 for one in after)])))
    lines += ["*****", "REQUESTS/DURATIONS:", f"jobnr. mode duration  {names}", "-----"]
    for job, (ways, _) in enumerate(jobs):
        for number, (duration, units) in enumerate(ways):
            lines.append("  ".join(map(str, [*([job + 1] if number == 0 else []), number + 1, duration, *units])))
    lines += ["*****", "RESOURCEAVAILABILITIES:", f"  {names}", "   ".join(map(str, capacities)), "*****"]
    return "\n".join(lines)


def told(problem: Problem):
    """What `projects` draws, of a problem."""
    after = [[link.successor for link in problem.links if link.predecessor == job] for job in range(len(problem.jobs))]
    kinds = range(len(problem.resources))
    ways = [[(way.duration, [way.demand.get(kind, 0) for kind in kinds]) for way in job.ways] for job in problem.jobs]
    return [one.capacity for one in problem.resources], list(zip(ways, after, strict=True))


@few
@given(projects(modes=1), projects(modes=3))
def test_written_projects_are_read_as_they_were(simple, several):
    assert told(psplib(patterson(*simple))) == simple
    assert told(psplib(progen(*several))) == several


@few
@given(small_networks(kinds=[LinkType.FS, LinkType.SS]), st.lists(st.integers(0, 3), min_size=TASKS, max_size=TASKS))
def test_where_there_is_enough_of_everything_the_plan_is_its_own_levelling(built, units):
    plan = schedule(built)
    taken = [Assignment(task=task, resource=0, units=count) for task, count in enumerate(units)]

    problem = problem_of(built, plan, taken, [Resource(name="Crew", capacity=3 * TASKS)])

    assert [job.task for job in problem.jobs] == list(range(TASKS))
    assert [sum(job.demand.values()) for job in problem.jobs] == units
    assert verify(problem, Tried(plan.start.tolist(), plan.finish.tolist(), [0] * TASKS)) == []
    assert heuristic(problem, samples=1, speed="plain").finish_at == plan.project_finish[0]


@few
@given(SEEDS, st.booleans())
def test_load_over_time_is_the_work_of_all_jobs(seed, modes):
    problem = random_problem(seed, mixed=True, modes=modes, simple=True)
    plan = heuristic(problem, samples=2, speed="plain")
    assume(plan.finish_at is not None)

    found = load(problem, plan.start, plan.mode)

    chosen = [job.ways[mode] for job, mode in zip(problem.jobs, plan.mode.tolist(), strict=True)]
    assert [one.resource for one in found] == [0, 1]
    for one in found:
        assert (one.load * np.append(np.diff(one.at), 0)).sum() == sum(
            way.duration * way.demand.get(one.resource, 0) for way in chosen
        )
        assert (one.load >= 0).all()
        assert not one.over.any()


@few
@given(plans(), st.sampled_from([0.2, 0.5, 0.8, 1.0]), st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_no_pair_of_date_and_sum_beats_another_and_none_could_be_cheaper(plan, chance, rates):
    costs = {task: Cost(fixed=1.0, rate=float(rate)) for task, rate in enumerate(rates)}
    simulation = simulate(*plan, costs=costs, trials=TRIALS)

    pairs = frontier(simulation, chance)

    assert pairs
    for earlier, later in pairwise(pairs):
        assert earlier.finish < later.finish
        assert earlier.cost > later.cost
    for pair in pairs:
        assert joint(simulation, pair.finish, pair.cost).share >= chance - 1e-9
        assert joint(simulation, pair.finish, np.nextafter(pair.cost, 0)).share < chance
    assert pairs[-1].cost == np.sort(simulation.cost_samples)[int(np.ceil(chance * TRIALS - 1e-9)) - 1]


@settings(max_examples=4, deadline=None)
@given(SEEDS)
def test_one_more_unit_gains_what_solving_again_with_it_gains(seed):
    problem = random_problem(seed, jobs=5, mixed=False, simple=True)
    options = {"limit": None, "deterministic_limit": 0.5, "workers": 1}
    plan = level(problem, samples=5, stable=False, **options)
    assume(plan.status == "ok")

    found = bottlenecks(problem, plan, **options)

    asked = [row for row in found.rows if row.unit is not None and row.unit.proved]
    assume(asked)
    for row in asked:
        more = [one if index != row.resource else _more(one) for index, one in enumerate(problem.resources)]
        then = level(problem.with_resources(more), samples=5, stable=False, **options)
        assert row.unit.minutes <= found.ceiling
        assert then.status != "ok" or row.unit.minutes == plan.finish_at - then.finish_at


def _more(resource: Resource) -> Resource:
    if isinstance(resource.capacity, int):
        return replace(resource, capacity=resource.capacity + 1)
    return replace(resource, capacity=[(begin, end, (units or 0) + 1) for begin, end, units in resource.capacity or ()])
