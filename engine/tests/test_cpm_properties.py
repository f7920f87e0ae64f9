from dataclasses import replace

import numpy as np
import pytest
from engine_random import random_network
from engine_small import QUICK, SLOW, START, TASKS, small_networks
from engine_twin import early_dates, late_dates
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consortio_engine import NONE, Constraint, Link, LinkType, Network, Options, Project, Task, schedule

EVERY_MODE = st.sampled_from(["msp", "p6"])


def rebuilt(network: Network, order=None, tasks=None, links=None) -> Network:
    """The same network, with its tasks in another order or with other rows."""
    rows, joins = tasks or task_rows(network), links or link_rows(network)
    if order is not None:
        place = {old: new for new, old in enumerate(order)}
        rows = [rows[old] for old in order]
        joins = [
            Link(predecessor=place[one.predecessor], successor=place[one.successor], type=one.type, lag=one.lag)
            for one in joins
        ]
    return Network.build(rows, joins, network.calendars, network.projects)


def task_rows(network: Network) -> list[Task]:
    columns = ("duration", "calendar", "constraint", "constraint_at")
    values = zip(*(getattr(network, name).tolist() for name in columns), strict=True)
    return [Task(**dict(zip(columns, each, strict=True))) for each in values]


def link_rows(network: Network) -> list[Link]:
    columns = ("predecessor", "successor", "type", "lag")
    values = zip(*(getattr(network, name).tolist() for name in columns), strict=True)
    return [Link(**dict(zip(columns, each, strict=True))) for each in values]


RULES = [Constraint.START_NO_EARLIER, Constraint.START_NO_LATER, Constraint.FINISH_NO_LATER, Constraint.MUST_START_ON]


@settings(max_examples=40, deadline=None)
@given(small_networks(rules=RULES))
def test_relaxing_until_nothing_changes_gives_the_same_early_dates(network):
    plan = schedule(network)

    assert pairs(plan.early_start, plan.early_finish) == early_dates(network, SLOW, "msp")


@settings(max_examples=40, deadline=None)
@given(small_networks(rules=[Constraint.MUST_START_ON], kinds=[LinkType.FS, LinkType.SS], lags=(60, 300)))
def test_relaxing_gives_the_same_early_dates_by_the_rules_of_p6(network):
    plan = schedule(network, mode="p6")

    assert pairs(plan.early_start, plan.early_finish) == early_dates(network, SLOW, "p6")


@settings(max_examples=40, deadline=None)
@given(small_networks(rules=RULES[1:], kinds=[LinkType.FS, LinkType.FF]))
def test_relaxing_gives_the_same_late_dates(network):
    plan = schedule(network)

    early = pairs(plan.early_start, plan.early_finish)
    assert pairs(plan.late_start, plan.late_finish) == late_dates(network, SLOW, early)


def pairs(starts, finishes) -> list[tuple[int, int]]:
    return list(zip(starts.tolist(), finishes.tolist(), strict=True))


@settings(deadline=None)
@given(small_networks(rules=[Constraint.START_NO_EARLIER]), EVERY_MODE)
def test_no_link_is_violated_without_constraints_that_hold_back(network, mode):
    plan = schedule(network, mode=mode)

    codes = {finding.code for finding in plan.findings}
    assert "link_broken" not in codes
    for one in link_rows(network):
        if one.type == LinkType.FS and one.lag == 0:
            assert plan.early_start[one.successor] >= plan.early_finish[one.predecessor]


@settings(deadline=None)
@given(small_networks(calendars=(0,), kinds=[LinkType.FS, LinkType.SS]), EVERY_MODE)
def test_early_dates_never_lie_after_late_dates_without_constraints(network, mode):
    plan = schedule(network, mode=mode)

    assert (plan.early_start <= plan.late_start).all()
    assert (plan.total_float >= 0).all()
    assert (plan.free_float <= plan.total_float).all()
    assert plan.longest_path.any()


@settings(deadline=None)
@given(
    small_networks(rules=RULES[:1], kinds=[LinkType.FS, LinkType.SS]),
    EVERY_MODE,
    st.integers(0, TASKS - 1),
    st.integers(1, 600),
)
def test_a_longer_duration_makes_no_date_earlier(network, mode, task, more):
    rows = task_rows(network)
    rows[task] = Task(
        duration=rows[task].duration + more,
        calendar=rows[task].calendar,
        constraint=rows[task].constraint,
        constraint_at=rows[task].constraint_at,
    )

    before, after = schedule(network, mode=mode), schedule(rebuilt(network, tasks=rows), mode=mode)

    assert (after.early_start >= before.early_start).all()
    assert (after.early_finish >= before.early_finish).all()


@settings(deadline=None)
@given(
    small_networks(rules=RULES[:1]), EVERY_MODE, st.integers(0, TASKS - 2), st.sampled_from([LinkType.FS, LinkType.SS])
)
def test_another_link_makes_no_start_earlier(network, mode, before, kind):
    another = Link(predecessor=before, successor=TASKS - 1, type=kind)
    # A task without links may lie before the project's start when a constraint says so, and at it otherwise.
    assume(TASKS - 1 in network.successor.tolist())

    lone, linked = (
        schedule(network, mode=mode),
        schedule(rebuilt(network, links=[*link_rows(network), another]), mode=mode),
    )

    assert (linked.early_start >= lone.early_start).all()


@settings(deadline=None)
@given(small_networks(rules=RULES), EVERY_MODE, st.permutations(range(TASKS)))
def test_the_order_of_tasks_changes_nothing(network, mode, order):
    plan, turned = schedule(network, mode=mode), schedule(rebuilt(network, order=order), mode=mode)

    for name in ("early_start", "early_finish", "late_start", "late_finish", "total_float", "free_float", "critical"):
        assert getattr(turned, name).tolist() == getattr(plan, name)[order].tolist(), name


@settings(deadline=None)
@given(small_networks(calendars=(2,), kinds=[LinkType.FS]))
def test_the_reversed_network_mirrors_the_backward_pass(network):
    # Around the clock, with finish-to-start links: early dates of the mirror are late dates seen from the finish.
    plan = schedule(network)
    back = [
        Link(predecessor=one.successor, successor=one.predecessor, type=one.type, lag=one.lag)
        for one in link_rows(network)
    ]

    mirror = schedule(rebuilt(network, links=back or None))

    close = int(plan.project_finish[0])
    assert (START + close - mirror.early_start).tolist() == plan.late_finish.tolist()
    assert (START + close - mirror.early_finish).tolist() == plan.late_start.tolist()


@pytest.mark.parametrize("mode", ["msp", "p6"])
@settings(deadline=None)
@given(duration=st.integers(2, 960), cut=st.integers(1, 959), calendar=st.sampled_from([0, 1, 2]))
def test_two_halves_in_a_row_take_as_long_as_the_whole(mode, duration, cut, calendar):
    assume(cut < duration)
    halves = [Task(duration=cut, calendar=calendar), Task(duration=duration - cut, calendar=calendar)]
    whole = Task(duration=duration, calendar=calendar)

    plan = schedule(
        Network.build([*halves, whole], [Link(predecessor=0, successor=1)], QUICK, [Project(start=START)]), mode=mode
    )

    assert plan.early_finish[1] == plan.early_finish[2]


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize("seed", range(30))
def test_scheduling_twice_changes_nothing(mode, seed):
    network = random_network(seed, 40)
    columns = {name: value.copy() for name, value in vars(network).items() if isinstance(value, np.ndarray)}

    first, second = schedule(network, mode=mode), schedule(network, mode=mode)

    assert first.equals(second)
    assert all(np.array_equal(getattr(network, name), value) for name, value in columns.items())


@pytest.mark.parametrize("seed", range(30))
def test_progress_override_is_retained_logic_without_the_links_that_it_ignores(seed):
    network = random_network(seed, 40)
    is_begun, is_over = network.actual_start != NONE, network.actual_finish != NONE
    kept = ~is_begun[network.successor] | is_over[network.predecessor]
    columns = ("predecessor", "successor", "type", "lag", "lag_calendar")
    fewer = replace(network, **{name: getattr(network, name)[kept] for name in columns})

    override, retained = schedule(network, mode="p6", options=Options(progress="override")), schedule(fewer, mode="p6")

    for name in (
        "start",
        "finish",
        "early_start",
        "late_start",
        "late_finish",
        "total_float",
        "free_float",
        "longest_path",
    ):
        assert getattr(override, name).tolist() == getattr(retained, name).tolist(), name
    assert override.driving[kept].tolist() == retained.driving.tolist()
    assert not override.driving[~kept].any()
