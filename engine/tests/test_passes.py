"""
The dates of drawn plans stay what they are, to the minute.

`drawn_dates.txt` holds a fingerprint of every date, float and flag of two hundred drawn plans with everything the passes
know, and of half of them with assignments that decide their tasks. It says that something changed, never what is right: that say the hand-worked cases, the slow twin and the judge
(tests/judge). A rule that changes on purpose writes the file anew: `PYTHONPATH=engine/src .venv/bin/python engine/tests/test_passes.py`.
"""

import random
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from engine_cases import DAY, at, early
from engine_random import CALENDARS, START, random_link, random_task

from consortio_engine import (
    ELAPSED,
    Assignment,
    Constraint,
    EngineError,
    HorizonExceeded,
    Kind,
    Network,
    Options,
    Project,
    Schedule,
    Task,
    schedule,
)
from consortio_engine.fingerprint import digest

FILE = Path(__file__).with_name("drawn_dates.txt")
COUNT, CREWS = 100, 50  # plans of each mode, and how many of them with assignments too
MODES = ("msp", "p6")
SIZE = 22


def test_drawn_plans_have_the_dates_they_had():
    for line in FILE.read_text().splitlines():
        mode, seed, wanted = line.split()
        assert (mode, seed, fingerprint(mode, int(seed))) == (mode, seed, wanted)


def test_the_drawn_plans_know_everything():
    networks = [drawn(seed)[0] for seed in range(COUNT)]
    crewed = [with_crews(*drawn(seed), seed)[0] for seed in range(CREWS)]
    given = {
        item.name
        for network in networks
        for item in fields(network)
        if isinstance(values := getattr(network, item.name), np.ndarray) and len(set(values.tolist())) > 1
    }

    assert {item.name for item in fields(Network)} - given - {"calendars", "projects"} <= LEFT_OUT
    work = [one for network in crewed for one in network.assignments]
    assert {(one.remaining is None, one.done is None, one.opening is None, one.work == 0) for one in work} >= {
        (False, False, False, False),
        (True, True, True, True),
    }
    codes = [fingerprint(*question) for question in questions()]
    assert len(FILE.read_text().splitlines()) == len(codes) and sum(code.isalpha() for code in codes) < 15


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_another_duration_is_another_fingerprint(mode):
    network, options = drawn(3)
    longer = network.duration.copy()
    longer[network.kind == Kind.TASK] += 60
    columns = {item.name: getattr(network, item.name) for item in fields(Network)}

    assert dates_of(Network(**columns | {"duration": longer}), mode, options) != fingerprint(mode, 3)


@pytest.mark.parametrize("mode", ["msp", "p6"])
@pytest.mark.parametrize(
    "late",
    [
        Task(duration=9_000_000),  # forward, beyond the last day
        Task(duration=960, constraint=Constraint.FINISH_NO_LATER, constraint_at=CALENDARS[0].first + 600),  # backward
    ],
)
def test_a_date_outside_of_the_calendars_names_its_task(mode, late):
    tasks = [Task(duration=60), Task(duration=60), late, Task(duration=60)]

    with pytest.raises(HorizonExceeded) as refusal:
        schedule(Network.build(tasks, [], CALENDARS, [Project(start=START)]), mode=mode)

    assert refusal.value.where == (2,)


@pytest.mark.parametrize(
    ("kind", "finish"), [(Kind.FINISH_MILESTONE, "2026-01-12T08:00"), (Kind.TASK, "2026-01-09T17:00")]
)
def test_a_finish_milestone_that_is_to_finish_on_a_saturday_has_one_moment(kind, finish):
    saturday = at("2026-01-10T10:00")
    milestone = Task(kind=kind, constraint=Constraint.FINISH_ON, constraint_at=saturday)

    plan = schedule(Network.build([milestone], [], CALENDARS, [Project(start=START)]), mode="p6")

    assert early(plan, 0) == ("2026-01-12T08:00", finish)


LEFT_OUT: set[str] = {"project", "assignments"}  # the same for all, and asked of the plans that have some


def questions() -> list[tuple[str, int]]:
    """Return the mode and the seed of each drawn plan; a mode with a mark is asked with assignments."""
    plain = [(mode, seed) for mode in MODES for seed in range(COUNT)]
    return plain + [(f"{mode}+crews", seed) for mode in MODES for seed in range(CREWS)]


def fingerprint(mode: str, seed: int) -> str:
    network, options = drawn(seed)
    plain, _, crews = mode.partition("+")
    if crews:
        network, options = with_crews(network, options, seed)
    return dates_of(network, plain, options)


def dates_of(network: Network, mode: str, options: Options) -> str:
    """Everything that a schedule says, in sixteen signs; the word of the refusal where it refuses."""
    try:
        plan = schedule(network, mode=mode, options=options)
    except EngineError as refusal:
        return refusal.code
    said = [getattr(plan, item.name) for item in fields(Schedule)]
    return digest([one for one in said if isinstance(one, np.ndarray)] + [plan.findings])[:16]


def drawn(seed: int) -> tuple[Network, Options]:
    """A plan with everything, and options for it."""
    draw = random.Random(f"passes {seed}")
    summaries = [Task(kind=Kind.SUMMARY), Task(kind=Kind.SUMMARY, parent=0)]
    tasks = summaries + [_with_more(draw, random_task(draw, draw.randrange(-1, 2))) for _ in range(SIZE)]
    first = 0 if seed % 4 == 0 else 2
    links = [random_link(draw, 2, len(tasks)) for _ in range(int(SIZE * 1.3))]
    for link in links:
        link.lag_calendar = draw.choice([link.lag_calendar, 0, 1, 2])
        if first == 0 and draw.random() < 0.1:
            link.predecessor = draw.randrange(2)
    project = Project(
        start=START,
        data_date=draw.choice([None, START + 9 * DAY, START + 4 * DAY + 130]),
        must_finish_by=draw.choice([None, START + 60 * DAY]),
        calendar=draw.randrange(3),
    )
    links = [link for link in links if not (link.predecessor < 2 and tasks[link.successor].parent >= 0)]
    return Network.build(tasks, links, CALENDARS, [project]), _options(draw)


def with_crews(network: Network, options: Options, seed: int) -> tuple[Network, Options]:
    """The same plan, half of whose tasks last as long as up to three assignments need."""
    draw = random.Random(f"crews {seed}")
    of_a_kind = (network.kind == Kind.TASK) & ~network.is_elapsed
    tasks = [task for task in np.flatnonzero(of_a_kind).tolist() if draw.random() < 0.5]
    work = [_assignment(draw, task) for task in tasks for _ in range(draw.randint(1, 3))]
    return replace(network, assignments=tuple(work)), options


def _assignment(draw: random.Random, task: int) -> Assignment:
    work = draw.choice([0, 1, 480, draw.randint(1, 3000)])
    return Assignment(
        task=task,
        calendar=draw.choice([0, 1, 2, ELAPSED]),
        work=work,
        remaining=draw.choice([None, work // 3, 0]),
        done=draw.choice([None, None, draw.randint(0, 960)]),
        units=draw.choice([1.0, 1.0, 0.5]),
        opening=draw.choice([None, None, 0, 1]),
    )


def _options(draw: random.Random) -> Options:
    return Options(
        lag_calendar=draw.choice([None, None, "predecessor", "successor", "project", "elapsed"]),
        progress=draw.choice(["retained", "retained", "override"]),
        use_expected_finish=draw.random() < 0.5,
        total_float=draw.choice(["smaller", "smaller", "start", "finish"]),
        critical_float=draw.choice([0, 0, 240]),
    )


def _with_more(draw: random.Random, task: Task) -> Task:
    """What `random_task` leaves out: suspension, given work, expected finishes, outside dates, delays, levels of effort."""
    if draw.random() < 0.15:
        task.duration, task.remaining = 0, None
        task.kind = draw.choice([Kind.MILESTONE, Kind.START_MILESTONE, Kind.FINISH_MILESTONE])
        if draw.random() < 0.4:
            task.actual_start, task.actual_finish = START + draw.randint(0, 8) * DAY, None
    if task.is_manual and draw.random() < 0.5:
        task.remaining = draw.randint(0, 960)
    if task.constraint_at is not None and draw.random() < 0.4:
        task.constraint_at -= task.constraint_at % DAY  # Primavera takes midnight for no time of day
    if draw.random() < 0.1:
        hard = [Constraint.MUST_START_ON, Constraint.MUST_FINISH_ON, Constraint.FINISH_ON, Constraint.FINISH_ON]
        task.constraint = draw.choice(hard)
        task.constraint_at = START + draw.randint(5, 40) * DAY + draw.choice([90, 700])
    begun = task.actual_start
    if begun is not None and task.remaining and draw.random() < 0.2:
        task.remaining = 1
    if begun is not None and task.actual_finish is None:
        if draw.random() < 0.3:
            task.suspended_at = begun + draw.randint(0, 2) * DAY
            task.resumed_at = draw.choice([None, task.suspended_at + draw.randint(0, 3) * DAY])
        if draw.random() < 0.3:
            task.actual_duration = draw.randint(0, 960)
    if draw.random() < 0.15:
        task.expected_finish = START + draw.randint(0, 40) * DAY + 300
    if draw.random() < 0.1:
        task.external_start = START + draw.randint(0, 40) * DAY
    if draw.random() < 0.1:
        task.external_finish = START + draw.randint(0, 40) * DAY
    if draw.random() < 0.1:
        task.delay = draw.randint(0, 3) * 600
    if draw.random() < 0.05:
        task.kind = Kind.LEVEL_OF_EFFORT
    return task


def write() -> None:
    rows = [f"{mode} {seed} {fingerprint(mode, seed)}\n" for mode, seed in questions()]
    FILE.write_text("".join(rows))


if __name__ == "__main__":
    sys.exit(write())
