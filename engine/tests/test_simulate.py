"""Simulations with known answers, and what is asked of them afterwards."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import fields
from importlib.util import find_spec

import numpy as np
import pytest
from engine_cases import DAY, MONDAY, WORKDAY, at, days, network, shared_cases
from engine_random import random_network
from simulate_twin import quantile, rank_correlation, scheduled_trials

from consortio_engine import ELAPSED, NONE, HorizonExceeded, Kind, Task, schedule
from consortio_engine.answers import Watch
from consortio_engine.prepare import frame_of
from consortio_engine.results import Options
from consortio_engine.simulate import (
    LEVELS,
    Branch,
    Cost,
    Driver,
    EventRisk,
    InvalidSimulation,
    NotKept,
    Spread,
    chance_by,
    frontier,
    joint,
    simulate,
    workspace,
)
from consortio_engine.simulate import figures as figures_module
from consortio_engine.simulate import model as model_module
from consortio_engine.simulate.durations import Durations
from consortio_engine.simulate.inputs import Question
from consortio_engine.simulate.model import open_tasks
from consortio_engine.simulate.samples import interval_positions

START = at(MONDAY)
UNIT = 1000  # minutes for one unit of the known answers, so that whole minutes do not matter
SPEEDS = ["plain", "fast"] if find_spec("numba") else ["plain"]
MEDIAN, P80, P95 = LEVELS.index(50), LEVELS.index(80), LEVELS.index(95)


def chain(*lengths, **project):
    """Tasks of so many days, one after the other."""
    links = [(before, before + 1) for before in range(len(lengths) - 1)]
    return network([days(each) for each in lengths], links, **project)


def around_the_clock(count, links=()):
    return network([Task(duration=UNIT, calendar=ELAPSED) for _ in range(count)], links)


def pert(low, likely, high):
    return Spread(low * WORKDAY, likely * WORKDAY, high * WORKDAY)


def units(result):
    """Project finishes in units after the start."""
    return (result.samples - START) / UNIT


def scaled(low, likely, high, shape="pert"):
    return Spread(low * UNIT, likely * UNIT, high * UNIT, shape)


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("seed", range(25))
def test_without_spread_every_trial_is_the_plan(mode, seed):
    drawn = random_network(seed, 30)
    plan = schedule(drawn, mode=mode)
    spreads = {task: Spread.fixed(float(drawn.remaining[task])) for task in np.flatnonzero(drawn.kind != Kind.SUMMARY)}

    result = simulate(drawn, spreads, trials=2, mode=mode)

    assert (result.finish == plan.finish[:, None]).all()
    assert set(result.samples.tolist()) == {int(plan.project_finish.max())}
    assert result.criticality.tolist() == plan.longest_path.astype(float).tolist()
    assert (result.planned.tolist(), result.planned_chance) == (plan.finish.tolist(), 1.0)
    assert "no_spread" in [note.code for note in result.findings]


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("seed", range(3))
def test_scheduling_every_trial_by_itself_gives_the_same_figures(mode, seed):
    drawn, trials = random_network(seed, 25), 40
    spreads = {
        task: Spread(0.5 * minutes, minutes, 3 * minutes + 60)
        for task, minutes in enumerate(drawn.remaining.tolist())
        if drawn.kind[task] != Kind.SUMMARY
    }
    state = frame_of(drawn, mode, Options(), "plain").state
    durations = Durations.of(drawn, open_tasks(drawn, state, mode), Question(spreads=spreads), 7)
    left = durations.draw(np.arange(trials)).left
    plans = scheduled_trials(drawn, durations.tasks, left, mode)

    result = simulate(drawn, spreads, trials=trials, seed=7, mode=mode)

    close = [int(plan.project_finish.max()) for plan in plans]
    assert result.samples.tolist() == sorted(close)
    assert result.criticality.tolist() == (sum(plan.longest_path.astype(int) for plan in plans) / trials).tolist()
    for task in np.flatnonzero(plans[0].finish != NONE).tolist():
        finishes = [int(plan.finish[task]) for plan in plans]
        assert result.finish[task].tolist() == [quantile(finishes, level) for level in LEVELS]
    expected = [rank_correlation(row.tolist(), close) for row in left]
    assert result.sensitivity[durations.tasks].tolist() == pytest.approx(expected, abs=1e-12)


def test_the_quantiles_of_a_sum_and_of_a_maximum():
    known = shared_cases("montecarlo.json")
    serial = around_the_clock(2, [(0, 1)])
    one, two = known["pert"]["A"], known["pert"]["B"]

    summed = units(simulate(serial, {0: scaled(*one), 1: scaled(*two)}, trials=20_000))
    longer = units(
        simulate(around_the_clock(2), {0: scaled(0, 0.5, 1, "uniform"), 1: scaled(0, 0.5, 1, "uniform")}, trials=20_000)
    )

    variance = known["pert"]["var"] + known["pert"]["var_B"]
    assert summed.mean() == pytest.approx(known["pert"]["mean"] + known["pert"]["mean_B"], abs=0.05)
    assert summed.var() == pytest.approx(variance, rel=0.04)
    assert longer.mean() == pytest.approx(known["two_uniform_max"]["mean"], abs=0.006)
    assert np.sort(longer)[int(0.8 * 20_000)] == pytest.approx(known["two_uniform_max"]["P80"], abs=0.006)


def test_a_shared_driver_makes_durations_move_together():
    known = shared_cases("montecarlo.json")
    serial = around_the_clock(2, [(0, 1)])
    spreads = {0: scaled(*known["pert"]["A"]), 1: scaled(*known["pert"]["B"])}
    factor = Driver(1.0, (0, 1), Spread(0.9, 1.05, 1.3, "triangular"))

    result = simulate(serial, spreads, drivers=[factor], trials=20_000)
    drawn = Durations.of(serial, np.ones(2, dtype=bool), Question(spreads=spreads, drivers=[factor]), 0).draw(
        np.arange(20_000)
    )

    finish = units(result)
    assert finish.mean() == pytest.approx(known["driver"]["finish_mean"], abs=0.08)
    assert finish.var() == pytest.approx(known["driver"]["finish_var"], rel=0.04)
    assert np.corrcoef(drawn.left)[0, 1] == pytest.approx(known["driver"]["correlation"], abs=0.03)
    found = (result.project_finish[[MEDIAN, P80, P95]] - START) / UNIT
    assert found.tolist() == pytest.approx(known["driver"]["finish_P50_80_95_by_2e6_trials"], abs=0.15)


def test_an_event_risk_happens_as_often_as_its_chance_says():
    known = shared_cases("montecarlo.json")["event_risk"]
    lone = around_the_clock(1)
    risk = EventRisk(known["p"], (0,), Spread.fixed(known["impact"] * UNIT), name="storm")

    result = simulate(lone, {0: Spread.fixed(0)}, risks=[risk], trials=10_000)

    found = ((result.project_finish[[MEDIAN, P80]] - START) / UNIT).tolist()
    assert found == [known["P50"], known["P80"]]
    assert units(result).mean() == pytest.approx(known["mean"], abs=0.15)
    effect = result.effects[0]
    assert (effect.p50, effect.p80, effect.name) == (0, known["impact"] * UNIT, "storm")
    assert effect.mean == pytest.approx(effect.happened * known["impact"] * UNIT, abs=1)


def test_the_interval_of_a_quantile_is_between_order_statistics():
    known = shared_cases("montecarlo.json")["order_statistic_interval"]

    low, high = interval_positions(100 * known["quantile"], known["trials"])

    assert [low + 1, high + 1] == known["ranks_95"]


def test_parallel_risks_overlap_and_additive_ones_add():
    lone, risks = around_the_clock(1), [EventRisk(1, (0,), Spread.fixed(each)) for each in (300, 500)]

    parallel = simulate(lone, {}, risks=risks, trials=1)
    additive = simulate(
        lone, {}, risks=[EventRisk(1, (0,), Spread.fixed(each), kind="additive") for each in (300, -500)], trials=1
    )

    assert parallel.samples.tolist() == [START + UNIT + 500]
    assert additive.samples.tolist() == [START + UNIT - 200]
    assert [effect.p80 for effect in parallel.effects] == [0, 200]


def test_of_alternatives_one_is_taken_and_the_others_take_no_time():
    branch = Branch(((0.25, (0,)), (0.5, (1,))))
    plan = network([Task(duration=each, calendar=ELAPSED) for each in (3000, 2000, 0)], [(0, 2), (1, 2)])

    result = simulate(
        plan, {}, branches=[branch], costs={0: Cost(fixed=100.0), 1: Cost(rate=0.1)}, trials=8000, keep=[2]
    )

    share = {int(when - START): float((result.samples == when).mean()) for when in np.unique(result.samples)}
    assert share == {
        0: pytest.approx(0.25, abs=0.02),
        2000: pytest.approx(0.5, abs=0.02),
        3000: pytest.approx(0.25, abs=0.02),
    }
    pairs = set(zip((result.samples - START).tolist(), result.cost_samples.tolist(), strict=True))
    assert pairs == {(0, 0.0), (2000, 200.0), (3000, 100.0)}
    assert result.curve(2) == result.curve()


def test_calendars_count_in_every_trial():
    # Monday 08:00; one to three days of work, and a weekend after Friday.
    plan = chain(4, 1)

    result = simulate(plan, {0: Spread.discrete([(4 * WORKDAY, 1), (5 * WORKDAY, 1)])}, trials=2000)

    friday, monday = at("2026-01-09T17:00"), at("2026-01-12T17:00")
    assert sorted(set(result.samples.tolist())) == [friday, monday]
    assert chance_by(result, friday).share == pytest.approx(0.5, abs=0.04)
    assert chance_by(result, monday).share == 1.0


def test_started_tasks_keep_their_start_and_finished_ones_their_dates():
    begun = at("2026-01-05T08:00")
    tasks = [
        days(2, actual_start=begun, actual_finish=begun + 3 * DAY),
        days(4, actual_start=begun, remaining=2 * WORKDAY),
    ]
    plan = network(tasks)

    result = simulate(plan, {0: pert(1, 5, 9), 1: Spread.fixed(3 * WORKDAY)}, trials=10)

    assert set(result.finish[0].tolist()) == {begun + 3 * DAY}
    assert set(result.finish[1].tolist()) == {at("2026-01-09T17:00")}
    assert [(note.code, note.task) for note in result.findings] == [("no_spread", -1), ("spread_ignored", 0)]


def test_costs_and_dates_are_met_together():
    plan = chain(10)
    risk = EventRisk(0.5, (0,), Spread.fixed(2 * WORKDAY), cost=Spread.fixed(1000), name="permit")

    result = simulate(plan, {0: pert(8, 10, 16)}, risks=[risk], costs={0: Cost(fixed=50, rate=2, units=3)}, trials=2000)

    finish, cost = int(result.project_finish[P80]), float(result.cost[P80])
    both = joint(result, finish, cost)
    assert both.low < both.share < both.high
    assert both.share <= min(chance_by(result, finish).share, float((result.cost_samples <= cost).mean()))
    for chance in (0.5, 0.7, 0.8):
        pairs = frontier(result, chance)
        assert all(joint(result, pair.finish, pair.cost).share >= chance for pair in pairs)
        assert [pair.finish for pair in pairs] == sorted(pair.finish for pair in pairs)
        assert [pair.cost for pair in pairs] == sorted((pair.cost for pair in pairs), reverse=True)
    with pytest.raises(NotKept):
        joint(simulate(plan, {}, trials=1), finish, cost)


def test_correlated_durations_have_that_rank_correlation():
    plan = around_the_clock(3)
    spreads = {task: scaled(1, 2, 6) for task in range(3)}

    alone, joined = (
        Durations.of(plan, np.ones(3, dtype=bool), Question(spreads=spreads, correlations=pairs), 0)
        for pairs in ({}, {(0, 2): 0.7})
    )
    left = joined.draw(np.arange(1500)).left

    assert rank_correlation(left[0].tolist(), left[2].tolist()) == pytest.approx(0.7, abs=0.04)
    assert abs(rank_correlation(left[0].tolist(), left[1].tolist())) < 0.08
    assert left[1].tolist() == alone.draw(np.arange(1500)).left[1].tolist()
    assert np.quantile(left, [0.1, 0.5, 0.9]).tolist() == pytest.approx(
        np.quantile(alone.draw(np.arange(1500)).left, [0.1, 0.5, 0.9]).tolist(), rel=0.03
    )


def test_correlations_that_cannot_be_are_changed_and_told():
    plan = around_the_clock(3)
    spreads = {task: scaled(1, 2, 6) for task in range(3)}
    asked = {(0, 1): 0.9, (1, 2): 0.9, (0, 2): -0.9}

    result = simulate(plan, spreads, correlations=asked, trials=10)

    note = next(note for note in result.findings if note.code == "correlation_changed")
    assert 100 < note.value < 1500
    possible = simulate(plan, spreads, correlations=asked | {(0, 2): 0.9}, trials=10)
    assert [note.code for note in possible.findings] == []


def test_trials_are_added_until_the_quantile_is_narrow():
    narrow = simulate(chain(100), {0: pert(99, 100, 101)})
    wide = simulate(chain(100), {0: pert(1, 100, 300)})

    assert (narrow.trials, narrow.findings) == (2000, ())
    assert wide.trials == 20_000
    assert [note.code for note in wide.findings] == ["not_converged"]
    assert narrow.interval[P80][1] - narrow.interval[P80][0] < 0.01 * (narrow.planned_finish - START)


def whole(result) -> dict:
    """Everything that an answer says but the time it took."""
    told = {field.name: getattr(result, field.name) for field in fields(result) if field.name != "elapsed"}
    told["kept"] = {task: samples.tolist() for task, samples in result.kept.items()}
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in told.items()}


def risky(drawn, **how):
    tasks = [task for task in range(drawn.task_count) if drawn.kind[task] != Kind.SUMMARY]
    spreads = {task: Spread(0.5 * WORKDAY, WORKDAY, 4 * WORKDAY) for task in tasks[::2]}
    risks = [
        EventRisk(0.4, tuple(tasks[:3]), pert(1, 2, 3), cost=Spread(1, 2, 3)),
        EventRisk(0.2, (tasks[-1],), pert(1, 2, 3)),
    ]
    drivers = [Driver(0.7, tuple(tasks[3:9]), Spread(0.9, 1.1, 1.5))]
    costs = {task: Cost(rate=0.37) for task in tasks}
    return simulate(drawn, spreads, risks=risks, drivers=drivers, costs=costs, keep=tasks[:2], trials=300, **how)


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_blocks_and_threads_change_nothing(mode, monkeypatch):
    drawn = random_network(3, 30)
    once, again = risky(drawn, mode=mode, seed=5), risky(drawn, mode=mode, seed=5)

    monkeypatch.setattr(model_module, "BLOCK_LEAST", 7)
    monkeypatch.setattr(model_module, "BLOCK_MOST", 7)
    small = risky(drawn, mode=mode, seed=5)
    with ThreadPoolExecutor(2) as threads:
        threaded = risky(drawn, mode=mode, seed=5, executor=threads)

    assert whole(once) == whole(again) == whole(small) == whole(threaded)
    assert whole(risky(drawn, mode=mode, seed=6))["samples"] != whole(once)["samples"]


@pytest.mark.parametrize("speed", SPEEDS)
def test_how_many_trials_are_ranked_and_stored_depends_on_no_block(speed, monkeypatch):
    drawn = random_network(3, 30)
    monkeypatch.setattr(figures_module, "RANKED_TRIALS", 100)
    monkeypatch.setattr(figures_module, "CELLS_MAX", 150 * drawn.task_count)
    once = risky(drawn, speed=speed)

    monkeypatch.setattr(model_module, "BLOCK_LEAST", 64)
    monkeypatch.setattr(model_module, "BLOCK_MOST", 64)

    assert whole(risky(drawn, speed=speed)) == whole(once)


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_thread_keeps_no_arrays_of_a_simulation(speed):
    risky(random_network(3, 30), speed=speed)
    assert workspace._own.arrays == {}


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("factor", [0, 1, 1.2, 1.5, 2.2, 1e6])
def test_what_32_bits_do_not_hold_is_refused_and_never_wrong(factor, speed):
    wide = Spread(1e9 - 2, 1e9 - 1, 1e9)
    drivers = [Driver(1.0, (0, 2), Spread.fixed(factor))] if factor else []
    with pytest.raises(HorizonExceeded):
        simulate(chain(2, 3, 1), {0: wide, 1: wide}, drivers=drivers, trials=70, speed=speed)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("kind", [Kind.TASK, Kind.MILESTONE])
def test_a_duration_that_32_bits_hold_but_not_its_mark_is_never_wrong_around_the_clock(kind, speed):
    plan = network([Task(duration=UNIT, calendar=ELAPSED, kind=kind)])
    drivers = [Driver(1.0, (0,), Spread.fixed(1.5))]
    with pytest.raises(HorizonExceeded):
        simulate(plan, {0: Spread(1e9 - 2, 1e9 - 1, 1e9)}, drivers=drivers, trials=70, speed=speed)


def test_processes_change_nothing():
    drawn = random_network(3, 30)

    with ProcessPoolExecutor(1) as processes:
        apart = risky(drawn, executor=processes)

    assert whole(apart) == whole(risky(drawn))


def test_named_risks_draw_the_same_numbers_in_any_order():
    plan, one, two = (
        chain(5, 5),
        EventRisk(0.5, (0,), pert(1, 2, 3), name="one"),
        EventRisk(0.5, (1,), pert(1, 2, 3), name="two"),
    )

    first, second = simulate(plan, {}, risks=[one, two], trials=100), simulate(plan, {}, risks=[two, one], trials=100)

    assert first.samples.tolist() == second.samples.tolist()
    assert [effect.p80 for effect in first.effects] == [effect.p80 for effect in second.effects][::-1]


def test_tasks_rest_on_the_first_trials_when_memory_is_short(monkeypatch):
    monkeypatch.setattr(figures_module, "CELLS_MAX", 0)
    monkeypatch.setattr(figures_module, "RANKED_TRIALS", 128)
    monkeypatch.setattr(model_module, "BLOCK_MOST", 128)
    plan, spreads = chain(5, 5), {0: pert(1, 5, 9), 1: pert(1, 5, 9)}

    result, first = simulate(plan, spreads, trials=512, keep=[1]), simulate(plan, spreads, trials=128, keep=[1])

    assert len(result.samples) == 512
    assert result.kept[1].tolist() == first.kept[1].tolist()
    assert result.finish.tolist() == first.finish.tolist()
    assert [(note.code, note.value) for note in result.findings] == [("first_trials", 128)]


def test_progress_is_told_and_cancelling_ends_without_figures():
    told = []
    watch = Watch(progress=lambda done, total, best: told.append((done, total)))
    plan, spreads = chain(5, 5), {0: pert(1, 5, 9)}

    ended = simulate(plan, spreads, trials=3000, watch=watch)
    cancelled = simulate(plan, spreads, trials=3000, watch=Watch(cancel=lambda: True))

    assert told[-1] == (3000, 3000)
    assert (ended.status, ended.trials, len(ended.samples)) == ("ok", 3000, 3000)
    assert (cancelled.status, cancelled.trials, len(cancelled.samples)) == ("cancelled", 0, 0)
    assert (cancelled.finish == NONE).all()
    assert cancelled.curve() == ()
    assert cancelled.fingerprint == ended.fingerprint


def test_samples_are_kept_for_named_tasks_only():
    plan = chain(5, 5)

    result = simulate(plan, {0: pert(1, 5, 9)}, trials=200, keep=[0])

    assert chance_by(result, int(result.finish[0][MEDIAN]), task=0).share >= 0.5
    assert result.curve(0)[-1].share == 1.0
    with pytest.raises(NotKept) as refused:
        chance_by(result, START, task=1)
    assert refused.value.where == (1,)


def test_lengths_that_no_calendar_holds_are_refused():
    plan = chain(1)
    million = [Driver(1, (0,), Spread.fixed(1e6), name=str(each)) for each in range(20)]

    for spread in (Spread(1, 2, 1e300), Spread(1, 2, 1e12, "lognormal")):
        with pytest.raises(InvalidSimulation):
            simulate(plan, {0: spread}, trials=1)
    with pytest.raises(HorizonExceeded):
        simulate(plan, {0: Spread(1, 2, 3)}, drivers=million, trials=1)
    assert simulate(plan, {0: Spread(1, 2, 1e5)}, trials=1).status == "ok"


def test_everything_wrong_is_told_at_once():
    plan = network([days(1), Task(kind=Kind.SUMMARY), days(1, parent=1)])

    with pytest.raises(InvalidSimulation) as refused:
        simulate(
            plan,
            {0: Spread(3, 2, 1), 1: pert(1, 2, 3), 9: pert(1, 2, 3), 2: Spread(-1, 2, 3)},
            risks=[EventRisk(1.5, (8,), Spread(1, float("nan"), 3)), EventRisk(0.5, (0,), Spread(-1, 0, 1))],
            drivers=[Driver(0.5, (0, 0), Spread(-1, 1, 2)), Driver(float("nan"), (1,), Spread(1, 1, 2))],
            branches=[Branch(((0.7, (0,)), (0.7, (2,))))],
            costs={5: Cost(), 0: Cost(rate=float("inf"))},
            correlations={(0, 0): 0.5, (0, 7): 2.0},
            keep=[77],
            trials=0,
        )

    codes = [fault.code for fault in refused.value.faults]
    assert sorted(set(codes)) == [
        "branch_chance", "correlation", "cost", "driver_chance", "driver_factor", "driver_on_summary", "driver_twice",
        "risk_chance", "risk_impact", "spread", "spread_of_summary", "trials", "unknown_task",
    ]  # fmt: skip
    assert all(fault.message.endswith(".") for fault in refused.value.faults)
    assert simulate(plan, {0: Spread(1, 2, 3)}, trials=1).status == "ok"
