import numpy as np
import pytest
from engine_cases import MONDAY, WORKDAY, at, calendar, days, link, network

from consortio_engine import (
    ELAPSED,
    NONE,
    Constraint,
    Cycle,
    InvalidNetwork,
    Kind,
    Link,
    Network,
    Project,
    Task,
    schedule,
)
from consortio_engine.topology import Arcs, ordered, plain_arcs, pointers, shortest_cycle


def codes(refused) -> list[tuple[str, int]]:
    return [(fault.code, fault.index) for fault in refused.value.faults]


def test_rows_become_columns():
    built = network([days(2), days(1, constraint=Constraint.START_NO_EARLIER, constraint_at=7)], [(0, 1, "SS", 60)])

    assert built.duration.tolist() == [960, 480]
    assert built.constraint_at.tolist() == [NONE, 7]
    assert (built.type.tolist(), built.lag.tolist(), built.lag_calendar.tolist()) == ([3], [60], [-1])
    assert (built.task_count, built.link_count) == (2, 1)


def test_what_remains_is_all_or_nothing_unless_told():
    finished = Task(duration=480, actual_start=0, actual_finish=480)

    built = network([days(1), finished, days(1, remaining=60)])

    assert built.remaining.tolist() == [480, 0, 60]


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (Task(duration=-1), "negative_duration"),
        (Task(remaining=-1), "negative_remaining"),
        (Task(actual_duration=-2), "negative_actual"),
        (Task(constraint=Constraint.MUST_START_ON), "constraint_without_date"),
        (Task(constraint2=Constraint.FINISH_NO_LATER), "constraint_without_date"),
        (Task(actual_finish=5), "finish_without_start"),
        (Task(actual_start=6, actual_finish=5), "finish_before_start"),
        (Task(calendar=1), "unknown_calendar"),
        (Task(calendar=-1), "unknown_calendar"),
        (Task(project=1), "unknown_project"),
        (Task(parent=9), "unknown_parent"),
        (Task(parent=0), "parent_not_summary"),
    ],
)
def test_a_wrong_task_is_refused(task, code):
    with pytest.raises(InvalidNetwork) as refused:
        network([Task(), task])

    assert codes(refused) == [(code, 1)]


@pytest.mark.parametrize(
    "task",
    [
        Task(duration=0),
        Task(remaining=0),
        Task(actual_duration=0),
        Task(constraint=Constraint.ALAP),
        Task(constraint=Constraint.MUST_START_ON, constraint_at=5),
        Task(constraint2=Constraint.FINISH_NO_LATER, constraint2_at=5),
        Task(actual_start=5, actual_finish=5),
        Task(calendar=ELAPSED),
    ],
)
def test_the_permitted_twin_is_built(task):
    assert network([Task(), task]).task_count == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (link(0, 5), "unknown_successor"),
        (link(-1, 1), "unknown_predecessor"),
        (Link(predecessor=0, successor=1, lag_calendar=3), "unknown_lag_calendar"),
        (link(1, 1), "link_to_itself"),
    ],
)
def test_a_wrong_link_is_refused(wrong, code):
    with pytest.raises(InvalidNetwork) as refused:
        network([Task(), Task()], [link(0, 1), wrong])

    assert codes(refused) == [(code, 1)]


def test_everything_wrong_is_told_at_once():
    with pytest.raises(InvalidNetwork) as refused:
        network([Task(duration=-1), Task(actual_finish=3)], [(0, 0)])

    assert codes(refused) == [("negative_duration", 0), ("finish_without_start", 1), ("link_to_itself", 0)]
    assert str(refused.value) == "Task 0 has a negative duration: -1. (and 2 more)"


def test_a_link_into_the_own_summary_is_refused_and_one_beside_it_is_not():
    tree = [Task(kind=Kind.SUMMARY), Task(kind=Kind.SUMMARY, parent=0), Task(parent=1), Task()]

    with pytest.raises(InvalidNetwork) as refused:
        network(tree, [(0, 2), (2, 1), (0, 1), (0, 3)])

    assert codes(refused) == [("link_to_own_summary", at) for at in (0, 1, 2)]
    assert network(tree, [(0, 3), (3, 3 - 1)][:1]).link_count == 1


def test_a_tree_that_bites_its_tail_is_refused():
    with pytest.raises(InvalidNetwork) as refused:
        network([Task(kind=Kind.SUMMARY, parent=1), Task(kind=Kind.SUMMARY, parent=0)])

    assert [code for code, _ in codes(refused)] == ["parent_cycle"]


def test_a_network_needs_a_project_with_a_known_calendar():
    with pytest.raises(InvalidNetwork) as without:
        Network.build([], [], [calendar()], [])
    with pytest.raises(InvalidNetwork) as unknown:
        Network.build([], [], [calendar()], [Project(start=0, calendar=4)])

    assert codes(without) == [("no_project", -1)]
    assert codes(unknown) == [("unknown_calendar", 0)]


def test_an_empty_network_has_an_empty_schedule():
    plan = schedule(network([]))

    assert plan.start.tolist() == []
    assert plan.project_finish.tolist() == [NONE]


def test_a_cycle_is_told_by_a_shortest_ring():
    long, short = [(0, 1), (1, 2), (2, 3), (3, 0)], [(4, 5), (5, 6), (6, 4)]
    tasks = [days(1)] * 8

    with pytest.raises(Cycle) as refused:
        schedule(network(tasks, [*long, *short, (3, 4), (7, 0)]))

    assert refused.value.where == (4, 5, 6)
    assert shown_order(network(tasks, [*long[:-1], *short[:-1], (3, 4), (7, 0)])) == [7, 0, 1, 2, 3, 4, 5, 6]


def shown_order(built) -> list[int]:
    return np.lexsort((np.arange(built.task_count), schedule(built).start)).tolist()


def test_a_ring_through_a_summary_names_its_leaf():
    tasks = [Task(kind=Kind.SUMMARY), days(1, parent=0), days(1)]

    with pytest.raises(Cycle) as refused:
        schedule(network(tasks, [(0, 2), (2, 1)]))

    assert refused.value.where == (1, 2)


def test_one_ring_of_many_tasks_is_found_in_one_search():
    size = 20_000
    ring = np.arange(size, dtype=np.int64)

    found = shortest_cycle(Arcs(ring, (ring + 1) % size, ring))

    assert found == ring.tolist()


def test_tasks_keep_their_order_where_links_allow_it():
    built = network([days(1)] * 6, [(0, 1), (4, 2), (2, 1), (5, 0)])
    arcs = plain_arcs(built)

    order = ordered(built, arcs, arcs.by_predecessor(), pointers(arcs.predecessor, 6), "plain")

    # 3 is free; 4 lets 2 go; 5 lets 0 go, and with it 1.
    assert order.tolist() == [3, 4, 2, 5, 0, 1]


def test_arcs_are_sorted_alike_below_and_above_sixteen_bits():
    links = np.arange(4, dtype=np.int64)
    small = Arcs(np.array([2, 1, 2, 0]), np.array([3, 3, 1, 1]), links)
    large = Arcs(small.predecessor + 2**16, small.successor + 2**16, links)

    assert small.by_predecessor().tolist() == large.by_predecessor().tolist() == [3, 1, 0, 2]
    assert small.by_successor().tolist() == large.by_successor().tolist() == [2, 3, 0, 1]


def test_no_ring_is_found_where_there_is_none():
    ends = np.arange(5, dtype=np.int64)

    assert shortest_cycle(Arcs(ends, ends + 1, ends)) == []


def test_equal_input_has_one_fingerprint_and_any_change_another():
    def print_of(**changes):
        return network([days(1, **changes), days(2)], [(0, 1)]).fingerprint

    assert print_of() == print_of()
    changed = {"duration": 481, "deadline": 5, "is_manual": True, "calendar": ELAPSED}
    prints = {
        print_of(),
        *(network([Task(**{name: value}), days(2)], [(0, 1)]).fingerprint for name, value in changed.items()),
    }
    assert len(prints) == 1 + len(changed)


def test_the_fingerprint_sees_calendars_and_projects():
    office, short = calendar(), calendar([[(480, 600)]] * 7)
    start = at(MONDAY)

    prints = {
        Network.build([days(1)], [], [each], [Project(start=begins)]).fingerprint
        for each in (office, short)
        for begins in (start, start + WORKDAY)
    }

    assert len(prints) == 4
