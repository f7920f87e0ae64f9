"""Edits one after another: the schedule after each is the very one that a whole pass gives."""

import pickle
import random
from dataclasses import fields, replace

import numpy as np
import pytest
from engine_cases import at, calendar, days, network, shown, span
from engine_random import START, random_link, random_network, random_task
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import (
    NONE,
    Constraint,
    Edits,
    HorizonExceeded,
    InvalidEdits,
    InvalidNetwork,
    Kind,
    Link,
    LinkType,
    Network,
    Options,
    Task,
    edited,
    link_of,
    reschedule,
    schedule,
    task_of,
)

DAY = 1440
OPTIONS = {
    "msp": [Options(), Options(total_float="start", critical_float=480), Options(lag_calendar="elapsed")],
    "p6": [
        Options(use_expected_finish=True),
        Options(progress="override"),
        Options(lag_calendar="project", total_float="finish"),
    ],
}


def straight_network(seed: int, size: int) -> Network:
    """A drawn network in which nothing is as late as possible: its edits need no whole pass."""
    drawn = random_network(seed, size)
    later = np.where(drawn.constraint == Constraint.ALAP, Constraint.START_NO_EARLIER, drawn.constraint)
    return replace(drawn, constraint=later.astype(np.int64))


def random_edits(draw: random.Random, before: Network) -> Edits:
    """One or two tasks or links, a little or wholly different."""
    tasks, links = {}, {}
    for _ in range(draw.choice([1, 1, 2])):
        if draw.random() < 0.2 and before.link_count:
            index = draw.randrange(before.link_count)
            drawn = random_link(draw, 0, before.task_count)
            links[index] = replace(link_of(before, index), lag=drawn.lag, type=drawn.type)
            continue
        index = draw.randrange(before.task_count)
        row = task_of(before, index)
        other = random_task(draw, row.parent) if row.kind != Kind.SUMMARY else row
        if other.constraint == Constraint.ALAP and draw.random() < 0.9:
            other = replace(other, constraint=Constraint.ASAP)
        kept = {} if draw.random() < 0.05 else {name: getattr(row, name) for name in ("kind", "calendar", "is_active")}
        if row.kind > Kind.TASK:
            kept["duration"] = row.duration
        if draw.random() < 0.2:
            kept["expected_finish"] = START + draw.randint(0, 40) * DAY
        only_duration = draw.random() < 0.5 and row.kind == Kind.TASK
        tasks[index] = replace(row, duration=draw.randint(0, 6) * 240) if only_duration else replace(other, **kept)
    return Edits(tasks=tasks, links=links)


def same_answers(one, two) -> list[str]:
    """The names of the answers that differ."""
    names = [item.name for item in fields(one) if item.name not in ("elapsed", "trail")]
    return [name for name in names if not np.array_equal(getattr(one, name), getattr(two, name))]


@pytest.mark.parametrize("mode", ["msp", "p6"])
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), straight=st.booleans())
def test_a_row_of_edits_gives_what_whole_passes_give(mode, seed, straight):
    draw = random.Random(seed)
    built = (straight_network if straight else random_network)(seed, 30)
    options = draw.choice(OPTIONS[mode])
    plan = schedule(built, mode=mode, options=options)

    for _ in range(8):
        edits = random_edits(draw, built)
        after = edited(built, edits)
        found, whole = reschedule(built, plan, edits), schedule(after, mode=mode, options=options)
        assert same_answers(found, whole) == []
        # Every other time another edit of the same schedule follows, as when somebody tries things out.
        if draw.random() < 0.5:
            built, plan = after, found


def test_most_edits_need_no_whole_pass():
    draw, built, trails = random.Random(5), straight_network(5, 60), 0
    plan = schedule(built)

    for _ in range(40):
        edits = random_edits(draw, built)
        built, plan = edited(built, edits), reschedule(built, plan, edits)
        trails += plan.trail is not None

    assert trails > 25


def test_a_longer_task_moves_what_follows_and_nothing_else():
    built = network([days(2), days(3), days(9)], [(0, 1)])
    plan = schedule(built)

    after = reschedule(built, plan, Edits(tasks={0: days(4)}))

    assert span(after, 1) == ("2026-01-09T08:00", "2026-01-13T17:00")
    assert span(plan, 1) == ("2026-01-07T08:00", "2026-01-09T17:00")
    assert after.start is plan.start or shown(after.start[2]) == shown(plan.start[2])
    assert after.early_finish[2] == plan.early_finish[2]


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_a_task_that_is_planned_by_hand_from_now_on_ends_the_project(mode):
    built = network([days(2), days(3), days(9)], [(0, 1)])
    by_hand = days(3, is_manual=True, manual_start=at("2026-03-02T08:00"), manual_finish=at("2026-03-04T17:00"))

    after = reschedule(built, schedule(built, mode=mode), Edits(tasks={1: by_hand}))

    assert after.equals(schedule(network([days(2), by_hand, days(9)], [(0, 1)]), mode=mode))


def test_an_edit_that_changes_nothing_returns_the_same_schedule():
    built = network([days(2), days(3)], [(0, 1)])
    plan = schedule(built)

    assert reschedule(built, plan, Edits(tasks={0: task_of(built, 0)}, links={0: link_of(built, 0)})) is plan
    assert edited(built, Edits()) is built


def test_a_row_comes_back_as_it_was_given():
    rows = [
        days(2),
        days(3, remaining=60, actual_start=at("2026-01-05T08:00"), actual_duration=7, is_elapsed=True),
        days(1, constraint=Constraint.MUST_START_ON, constraint_at=at("2026-02-05T08:00"), is_active=False),
        days(1, actual_start=at("2026-01-05T08:00"), actual_finish=at("2026-01-06T08:00")),
    ]
    built = network(rows, [(0, 1, "SF", -30)])

    assert [task_of(built, index) for index in range(4)] == rows
    assert link_of(built, 0) == Link(predecessor=0, successor=1, type=LinkType.SF, lag=-30)


def test_the_edited_network_is_the_one_that_its_rows_build():
    built = network([days(2), days(3)], [(0, 1)])
    built.fingerprint  # noqa: B018  # known hashes are carried along

    after = edited(
        built,
        Edits(tasks={1: days(4, deadline=at("2026-01-09T17:00"))}, links={0: Link(predecessor=0, successor=1, lag=60)}),
    )

    same = network([days(2), days(4, deadline=at("2026-01-09T17:00"))], [(0, 1, "FS", 60)])
    assert after.fingerprint == same.fingerprint != built.fingerprint
    assert built.duration.tolist() == [960, 1440]


def test_edits_are_refused_as_rows_are():
    built = network([days(2), days(3)], [(0, 1)])
    plan = schedule(built)

    with pytest.raises(InvalidNetwork, match="negative duration"):
        reschedule(built, plan, Edits(tasks={0: Task(duration=-1)}))
    with pytest.raises(InvalidNetwork, match="constraint without a date"):
        reschedule(built, plan, Edits(tasks={0: Task(duration=1, constraint=Constraint.MUST_START_ON)}))
    with pytest.raises(InvalidNetwork, match="calendar 7"):
        reschedule(built, plan, Edits(tasks={0: Task(duration=1, calendar=7)}))
    with pytest.raises(InvalidEdits, match="no task 2") as refused:
        reschedule(built, plan, Edits(tasks={2: days(1)}, links={-1: link_of(built, 0)}))
    assert [fault.code for fault in refused.value.faults] == ["unknown_task", "unknown_link"]
    with pytest.raises(InvalidEdits, match="not one of this network"):
        reschedule(network([days(5)]), plan, Edits())


def test_a_refused_edit_leaves_the_schedule_as_it_was():
    short = calendar(first="2025-01-01T00:00", last="2026-03-01T00:00")
    built = network([days(2), days(3), days(20)], [(0, 1)], calendars=[short])
    plan = reschedule(built, schedule(built), Edits(tasks={1: days(4)}))
    built = edited(built, Edits(tasks={1: days(4)}))

    with pytest.raises(HorizonExceeded) as refused:
        reschedule(built, plan, Edits(tasks={0: days(80)}))

    assert refused.value.where == (0,)
    wanted = Edits(tasks={0: days(3)})
    assert reschedule(built, plan, wanted).equals(schedule(edited(built, wanted)))


def test_an_older_schedule_can_be_gone_on_from():
    built = network([days(2), days(3), days(20)], [(0, 1)])
    plan = schedule(built)
    first = reschedule(built, plan, Edits(tasks={0: days(3)}))
    second = edited(built, Edits(tasks={0: days(3)}))
    reschedule(second, first, Edits(tasks={0: days(4)}))

    again = reschedule(built, plan, Edits(tasks={1: days(1)}))

    assert again.equals(schedule(edited(built, Edits(tasks={1: days(1)}))))


def test_a_schedule_travels_without_its_trail():
    built = network([days(2), days(3)], [(0, 1)])
    plan = reschedule(built, schedule(built), Edits(tasks={0: days(3)}))

    arrived = pickle.loads(pickle.dumps(plan))  # noqa: S301  # our own, just written

    assert plan.trail is not None
    assert arrived.trail is None
    assert arrived.equals(plan)
    assert arrived.start[0] != NONE
