"""Blocks of trials, single trials and the schedule of one plan agree, whatever rules a network has."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from engine_random import random_network
from simulate_twin import scheduled_trials

from consortio_engine import NONE, Kind, Options
from consortio_engine.prepare import frame_of
from consortio_engine.rows import Constraint
from consortio_engine.simulate import reach
from consortio_engine.simulate.block_pass import BlockPass
from consortio_engine.simulate.marks import added, both_marks, instants, marks
from consortio_engine.simulate.trial_pass import TrialPass

OPTIONS = Options()
SPEEDS = ["plain", "fast"] if find_spec("numba") else ["plain"]


def without_late(network):
    """The network with its as-late-as-possible tasks as soon as possible."""
    return replace(network, constraint=np.where(network.constraint == Constraint.ALAP, 0, network.constraint))


def drawn_durations(network, seed, trials):
    """Remaining durations at random, some of them 0, of every task that is not finished."""
    draw = np.random.default_rng(seed)
    state = frame_of(network, "msp", OPTIONS, "plain").state
    tasks = np.flatnonzero((state != 2) & (network.kind != Kind.SUMMARY)).astype(np.int64)
    left = network.remaining[tasks][:, None] + draw.integers(-600, 900, (len(tasks), trials))
    return tasks, np.maximum(left, 0) * (draw.random(left.shape) > 0.2)


def with_efforts(network):
    """The network with some of its tasks as levels of effort and WBS summaries."""
    task = np.arange(network.task_count)
    leaf = network.kind != Kind.SUMMARY
    kind = np.where(leaf & (task % 9 == 4), Kind.LEVEL_OF_EFFORT, network.kind)
    return replace(network, kind=np.where(leaf & (task % 13 == 7), Kind.WBS_SUMMARY, kind))


def assert_as_scheduled(network, tasks, left, dates, calendar, table, mode):
    """What a pass says is what the schedules of the trials say."""
    plans = scheduled_trials(network, tasks, left, mode)
    finish = np.array([plan.finish for plan in plans]).T
    for task in np.flatnonzero(finish[:, 0] != NONE).tolist():
        assert instants(table, int(calendar[task]), dates.finish[task]).tolist() == finish[task].tolist(), task
    assert dates.close.tolist() == [int(plan.project_finish.max()) for plan in plans]
    assert dates.on_path.tolist() == sum(plan.longest_path.astype(int) for plan in plans).tolist()


@pytest.mark.parametrize("seed", range(80))
def test_blocks_give_what_schedules_give(seed):
    network = without_late(random_network(seed, 40))
    tasks, left = drawn_durations(network, seed, 6)
    ours = BlockPass(network, tasks, OPTIONS, "plain")

    dates = ours.run(tasks, left, True)

    assert_as_scheduled(network, tasks, left, dates, ours.calendar, ours.table, "msp")


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("seed", range(40))
def test_blocks_in_32_bits_give_what_those_in_64_give(seed, speed, monkeypatch):
    network = without_late(random_network(seed, 40))
    tasks, left = drawn_durations(network, seed, 9)
    small = BlockPass(network, tasks, OPTIONS, speed).run(tasks, left.astype(np.int32), True)

    monkeypatch.setattr(reach, "SMALL_MAX", 0)
    wide = BlockPass(network, tasks, OPTIONS, speed).run(tasks, left, True)

    assert (small.finish.dtype, wide.finish.dtype) == (np.int32, np.int64)
    assert (small.finish == wide.finish).all()
    assert small.close.tolist() == wide.close.tolist()
    assert small.on_path.tolist() == wide.on_path.tolist()


@pytest.mark.parametrize("seed", range(40))
def test_no_mark_lies_beyond_the_bound_that_chooses_the_bits(seed):
    network = without_late(random_network(seed, 40))
    tasks, left = drawn_durations(network, seed, 9)
    ours = BlockPass(network, tasks, OPTIONS, "plain")

    found = np.abs(ours.run(tasks, left, True).finish).max()

    assert found <= 2 * (ours._bound + left.max(axis=1).sum()) + 2


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("seed", range(20))
def test_single_trials_give_what_schedules_give(mode, seed):
    network = random_network(seed, 40)
    tasks, left = drawn_durations(network, seed, 4)
    ours = TrialPass(network, mode, OPTIONS, "plain")
    table = frame_of(network, mode, OPTIONS, "plain").table

    dates = ours.run(tasks, left, True)

    assert_as_scheduled(network, tasks, left, dates, ours.calendar, table, mode)


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("seed", range(8))
def test_levels_of_effort_last_as_long_as_others_in_every_trial(mode, seed):
    network = with_efforts(random_network(seed, 40))
    tasks, left = drawn_durations(network, seed, 3)
    ours = TrialPass(network, mode, OPTIONS, "plain")

    dates = ours.run(tasks, left, True)

    assert_as_scheduled(network, tasks, left, dates, ours.calendar, ours.frame.table, mode)


def test_progress_override_holds_in_every_trial():
    differs = 0
    for seed in range(6):
        network, options = random_network(seed, 40), Options(progress="override")
        tasks, left = drawn_durations(network, seed, 1)
        plan = scheduled_trials(network, tasks, left, "p6", options)[0]

        dates = TrialPass(network, "p6", options, "plain").run(tasks, left, False)

        assert dates.close.tolist() == [int(plan.project_finish.max())]
        differs += dates.close[0] != TrialPass(network, "p6", OPTIONS, "plain").run(tasks, left, False).close[0]
    assert differs > 0


def test_marks_keep_instants_and_their_order():
    network = random_network(1, 40)
    frame = frame_of(network, "msp", OPTIONS, "plain")
    hours = np.arange(20_458 * 1440, 20_470 * 1440, 30, dtype=np.int64)

    for calendar, own in enumerate(network.calendars[: int(frame.calendar.max()) + 1]):
        found = marks(frame.table, calendar, hours)

        assert (np.diff(found) >= 0).all()
        assert (found >> 1).tolist() == own.work_each(hours).tolist()
        for each, mark in zip(hours.tolist(), found, strict=True):
            kept = own.prev_finish(each) if own.prev_finish(each) == each else own.next_start(each)
            assert instants(frame.table, calendar, np.array([mark])).tolist() == [kept]
        even, odd = both_marks(frame.table, calendar, hours)
        assert (instants(frame.table, calendar, even[even >= 0]) == hours[even >= 0]).all()
        assert (instants(frame.table, calendar, odd[odd >= 0]) == hours[odd >= 0]).all()
        by = np.resize(np.array([-700, 0, 90]), hours.shape)
        assert added(frame.table, calendar, hours, by).tolist() == own.add_each(hours, by).tolist()
