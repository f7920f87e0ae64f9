"""Compiled, a simulation gives the same figures to the bit."""

from dataclasses import fields, replace
from importlib.util import find_spec

import numpy as np
import pytest
from engine_random import random_network
from test_simulate_passes import OPTIONS, drawn_durations, without_late

from consortio_engine import Calendar, HorizonExceeded, Kind, Link, Network, Project, Task
from consortio_engine.simulate import Cost, Driver, EventRisk, Spread, simulate
from consortio_engine.simulate.block_pass import BlockPass
from consortio_engine.simulate.samples import doubled_ranks, spearman

pytestmark = pytest.mark.skipif(find_spec("numba") is None, reason="the extra `fast` (numba) is not installed")

SHAPES = ("pert", "triangular", "uniform", "lognormal")


@pytest.mark.parametrize("seed", range(60))
def test_dates_and_paths_are_equal(seed):
    network = without_late(random_network(seed, 40))
    tasks, left = drawn_durations(network, seed, 20)

    plain, fast = (BlockPass(network, tasks, OPTIONS, speed).run(tasks, left, True) for speed in ("plain", "fast"))

    assert (fast.finish == plain.finish).all()
    assert fast.close.tolist() == plain.close.tolist()
    assert fast.on_path.tolist() == plain.on_path.tolist()


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_whole_answers_are_equal(mode):
    drawn = random_network(8, 40)
    drawn = drawn if mode == "p6" else without_late(drawn)
    tasks = np.flatnonzero(drawn.kind != Kind.SUMMARY).tolist()
    spreads = {task: Spread(100, 300 + task, 2000, SHAPES[task % 4]) for task in tasks[::2]}
    how = {
        "risks": [EventRisk(0.3, tuple(tasks[2:6]), Spread(60, 600, 900), cost=Spread(1, 2, 9))],
        "drivers": [Driver(0.5, tuple(tasks[5:9]), Spread(0.8, 1.0, 1.4))],
        "costs": {task: Cost(rate=0.1) for task in tasks},
        "trials": 200,
        "seed": 11,
        "mode": mode,
    }

    plain, fast = (simulate(drawn, spreads, speed=speed, **how) for speed in ("plain", "fast"))

    for field in fields(plain):
        if field.name != "elapsed":
            one, two = getattr(plain, field.name), getattr(fast, field.name)
            assert one.tolist() == two.tolist() if isinstance(one, np.ndarray) else one == two, field.name


def test_rank_correlations_are_equal_whether_counted_or_sorted():
    draw = np.random.default_rng(3)
    near, far = draw.integers(0, 40, (5, 300)), draw.integers(0, 9, (5, 300)) * 2**20
    values, other = np.concatenate((near, far, np.full((1, 300), 7))), draw.integers(0, 100, 300)

    plain, fast = spearman(values, other), spearman(values, other, "fast")

    assert fast.tolist() == plain.tolist()
    assert doubled_ranks(np.array([[5, 5, 1]]))[0].tolist() == [[2, 5, 5]]


def test_a_trial_beyond_the_calendars_is_refused_alike():
    day = 20_458 * 1440
    calendar = Calendar.compile([[(480, 1020)]] * 7, {}, day, day + 30 * 1440)
    network = Network.build(
        [Task(duration=60), Task(duration=60)],
        [Link(predecessor=0, successor=1)],
        [calendar, replace(calendar)],
        [Project(start=day)],
    )
    network = replace(network, calendar=np.array([0, 1]))
    spreads = {0: Spread(60, 15_000, 40 * 540)}

    for speed in ("plain", "fast"):
        with pytest.raises(HorizonExceeded):
            simulate(network, spreads, trials=200, speed=speed)
        assert simulate(network, {0: Spread(60, 600, 4000)}, trials=200, speed=speed).status == "ok"
