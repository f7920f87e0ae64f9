"""The three ways to date a block of trials agree with each other and with the schedule of one plan."""

from dataclasses import replace

import numpy as np
import pytest
from engine_random import random_network

from consortio_engine import NONE, Kind, Options, schedule
from consortio_engine.prepare import frame_of
from consortio_engine.rows import Constraint
from consortio_engine.simulate.block_pass import BlockPass
from consortio_engine.simulate.marks import instants
from consortio_engine.simulate.trial_pass import TrialPass

OPTIONS = Options()


def without_late(network):
    """The network with its as-late-as-possible tasks as soon as possible."""
    return replace(network, constraint=np.where(network.constraint == Constraint.ALAP, 0, network.constraint))


def drawn_durations(network, seed, trials):
    """Remaining durations at random, some of them 0, of every task that is not finished."""
    draw = np.random.default_rng(seed)
    state = frame_of(network, "msp", OPTIONS, "plain").state
    tasks = np.flatnonzero((state != 2) & (network.kind != Kind.SUMMARY)).astype(np.int64)
    left = network.remaining[tasks][:, None] + draw.integers(-600, 900, (len(tasks), trials))
    return tasks, np.maximum(left, 0) * draw.integers(0, 5, left.shape).clip(0, 1)


def shown(network, dates, calendar, table):
    has_dates = schedule(network).finish != NONE
    rows = [instants(table, int(calendar[task]), dates.finish[task]) for task in np.flatnonzero(has_dates)]
    return np.array(rows)


@pytest.mark.parametrize("seed", range(60))
def test_blocks_give_what_single_trials_give(seed):
    network = without_late(random_network(seed, 40))
    tasks, left = drawn_durations(network, seed, 12)
    blocks, single = BlockPass(network, tasks, OPTIONS, "plain"), TrialPass(network, "msp", OPTIONS, "plain")

    ours, theirs = blocks.run(tasks, left, True), single.run(tasks, left, True)

    assert ours.close.tolist() == theirs.close.tolist()
    assert ours.on_path.tolist() == theirs.on_path.tolist()
    assert (
        shown(network, ours, blocks.calendar, blocks.table) == shown(network, theirs, single.calendar, blocks.table)
    ).all()
