import numpy as np
import pytest
from engine_cases import WORKDAY, days, network
from engine_random import random_network

from consortio_engine import schedule
from consortio_engine.simulate import EventRisk, Spread, chance_by, simulate


def chain(*lengths):
    return network([days(each) for each in lengths], [(at, at + 1) for at in range(len(lengths) - 1)])


def pert(low, likely, high):
    return Spread(low * WORKDAY, likely * WORKDAY, high * WORKDAY)


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("seed", range(12))
def test_without_spread_every_trial_is_the_plan(mode, seed):
    drawn = random_network(seed, 30)
    plan = schedule(drawn, mode=mode)
    open_tasks = np.flatnonzero((drawn.kind != 4) & (drawn.duration > 0)).tolist()

    result = simulate(
        drawn, {task: Spread.fixed(float(drawn.remaining[task])) for task in open_tasks}, trials=3, mode=mode
    )

    assert (result.finish == plan.finish[:, None]).all()
    assert set(result.samples.tolist()) == {int(plan.project_finish.max())}
    assert (result.criticality == plan.longest_path).all()


def test_a_risk_shows_what_it_costs():
    plan = chain(10, 5)
    risk = EventRisk(0.5, (0,), Spread.fixed(2 * WORKDAY), name="permit")

    result = simulate(plan, {0: pert(8, 10, 16), 1: pert(4, 5, 8)}, risks=[risk], trials=1000)

    assert result.status == "ok"
    assert result.trials == 1000
    assert result.effects[0].p80_work > 0
    assert result.criticality.tolist() == [1.0, 1.0]
    assert chance_by(result, int(result.project_finish[15])).share >= 0.8
