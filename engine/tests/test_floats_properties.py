"""Free float is what it says: by so much a task slips and nobody moves, by a minute more and a successor does."""

import random
from dataclasses import replace

from engine_random import CALENDARS, START, random_link
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import ELAPSED, Constraint, Kind, LinkType, Network, Project, Schedule, Task, schedule
from consortio_engine.calendar import tables
from consortio_engine.clock import start_at, work

TABLE = tables(CALENDARS).tolist()
SIZE = 8


def unhindered(seed: int) -> Network:
    """Tasks in several calendars, with links of all types and lags of all kinds; nothing has begun, nothing is constrained."""
    draw = random.Random(seed)
    tasks = []
    for _ in range(SIZE):
        duration = draw.randint(0, 6) * 240
        kind = Kind.TASK if duration else draw.choice([Kind.TASK, Kind.MILESTONE])
        own = {"calendar": draw.choice([0, 0, 1, 2, ELAPSED]), "is_elapsed": duration > 0 and draw.random() < 0.1}
        tasks.append(Task(duration=duration, kind=kind, **own))
    links = [random_link(draw, 0, SIZE) for _ in range(SIZE)]
    # Without a lag a start is handed over to a finish, and then the end of a period is the next one's beginning.
    known = {(link.predecessor, link.successor): link for link in links if link.type != LinkType.SF or link.lag}
    return Network.build(tasks, list(known.values()), CALENDARS, [Project(start=START)])


def slipped(network: Network, plan: Schedule, task: int, minutes: int) -> Schedule:
    """The schedule where the task starts so many minutes of its calendar later."""
    c = network.calendar.item(task)
    at = start_at(TABLE, c, work(TABLE, c, plan.early_start.item(task)) + minutes)
    constraint, constraint_at = network.constraint.copy(), network.constraint_at.copy()
    constraint[task], constraint_at[task] = Constraint.START_NO_EARLIER, at
    return schedule(replace(network, constraint=constraint, constraint_at=constraint_at), mode="msp")


def moved(one: Schedule, other: Schedule) -> set[int]:
    is_other = (one.early_start != other.early_start) | (one.early_finish != other.early_finish)
    return set(is_other.nonzero()[0].tolist())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_a_task_slips_by_its_free_float_and_moves_nobody_and_by_a_minute_more_a_successor(seed):
    network = unhindered(seed)
    plan = schedule(network, mode="msp")

    for task in ((network.duration > 0) & (network.is_elapsed == 0)).nonzero()[0].tolist():
        free = plan.free_float.item(task)
        assert moved(plan, slipped(network, plan, task, free)) <= {task}
        if free < plan.total_float.item(task):
            behind = set(network.successor[network.predecessor == task].tolist())
            assert moved(plan, slipped(network, plan, task, free + 1)) & behind
