"""What holds for every simulation."""

import numpy as np
from engine_cases import AROUND_THE_CLOCK, DAY, MONDAY, NIGHT_WEEK, OFFICE_WEEK, WORKDAY, at
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import Calendar, Link, LinkType, Network, Project, Task
from consortio_engine.simulate import LEVELS, Driver, EventRisk, Spread, chance_by, simulate

START = at(MONDAY)
CALENDARS = [
    Calendar.compile(week, {}, START - 40 * DAY, START + 400 * DAY)
    for week in (OFFICE_WEEK, NIGHT_WEEK, AROUND_THE_CLOCK)
]
TASKS = 6
TRIALS = 60

minutes = st.integers(0, 2 * WORKDAY)
spreads = st.tuples(minutes, minutes, minutes).map(lambda three: Spread(*map(float, sorted(three))))


@st.composite
def plans(draw) -> tuple[Network, dict[int, Spread]]:
    """A few tasks in three calendars, linked from finish or start to start, with spreads."""
    tasks = [Task(duration=draw(minutes), calendar=draw(st.integers(0, 2))) for _ in range(TASKS)]
    links = []
    for task in range(1, TASKS):
        for before in draw(st.sets(st.integers(0, task - 1), max_size=2)):
            kind, lag = draw(st.sampled_from([LinkType.FS, LinkType.SS])), draw(st.sampled_from([0, 0, 120]))
            links.append(Link(predecessor=before, successor=task, type=kind, lag=lag))
    chosen = draw(st.dictionaries(st.integers(0, TASKS - 1), spreads, min_size=1))
    return Network.build(tasks, links, CALENDARS, [Project(start=START)]), chosen


@settings(max_examples=25, deadline=None)
@given(plans())
def test_quantiles_rise_and_chances_agree_with_them(plan):
    result = simulate(*plan, trials=TRIALS)

    assert (np.diff(result.finish, axis=1) >= 0).all()
    assert (np.diff(result.project_finish) >= 0).all()
    assert (result.interval[:, 0] <= result.project_finish).all()
    assert (result.project_finish <= result.interval[:, 1]).all()
    for level, when in zip(LEVELS, result.project_finish.tolist(), strict=True):
        assert chance_by(result, when).share >= level / 100
        assert chance_by(result, when - 1).share < level / 100
    curve = result.curve()
    assert [point.finish for point in curve] == sorted(point.finish for point in curve)
    assert curve[-1].share == 1.0


@settings(max_examples=25, deadline=None)
@given(plans(), st.sets(st.integers(0, TASKS - 1), min_size=1), st.floats(0, 1), spreads)
def test_another_risk_or_driver_lowers_no_quantile(plan, tasks, chance, impact):
    network, chosen = plan
    hit = tuple(sorted(tasks))

    calm = simulate(network, chosen, trials=TRIALS)
    risky = simulate(network, chosen, risks=[EventRisk(chance, hit, impact)], trials=TRIALS)
    driven = simulate(network, chosen, drivers=[Driver(chance, hit, Spread(1.0, 1.1, 2.0))], trials=TRIALS)

    for result in (risky, driven):
        assert (result.finish >= calm.finish).all()
        assert (result.samples >= calm.samples).all()
        effect = result.effects[0]
        assert (effect.p50, effect.p80) == tuple(
            int(result.project_finish[at] - calm.project_finish[at]) for at in (LEVELS.index(50), LEVELS.index(80))
        )


@settings(max_examples=25, deadline=None)
@given(plans())
def test_the_longest_path_crosses_every_cut(plan):
    network, chosen = plan

    result = simulate(network, chosen, trials=TRIALS)

    is_first = ~np.isin(np.arange(TASKS), network.successor)
    assert result.criticality[is_first].sum() >= 1
    assert ((result.criticality >= 0) & (result.criticality <= 1)).all()
    assert (np.abs(result.sensitivity) <= 1 + 1e-12).all()
    assert (result.cruciality <= result.criticality).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), spreads), min_size=1, max_size=5))
def test_every_task_of_a_chain_is_critical(rows):
    tasks = [Task(duration=60, calendar=calendar) for calendar, _ in rows]
    links = [Link(predecessor=before, successor=before + 1) for before in range(len(rows) - 1)]
    network = Network.build(tasks, links, CALENDARS, [Project(start=START)])

    result = simulate(network, {task: spread for task, (_, spread) in enumerate(rows)}, trials=TRIALS)

    assert result.criticality.tolist() == [1.0] * len(rows)


@settings(max_examples=20, deadline=None)
@given(plans(), st.integers(-(2**70), 2**70))
def test_the_seed_decides_everything(plan, seed):
    one, two = (simulate(*plan, trials=TRIALS, seed=seed) for _ in range(2))

    assert one.finish.tolist() == two.finish.tolist()
    assert (one.fingerprint, one.seed) == (two.fingerprint, seed)
