"""
Measure the engine: calendars, building, scheduling and editing generated networks, in processor time.

    python bench/schedule.py [--sizes 1000 10000] [--rounds 7] [--edits 1000]

The ratios of `docs/engine/cpm.md` come from here: a million conversions beside `numpy.busday_offset` (whole days only);
a schedule beside the whole-day scheduler `trueppm-scheduler`, where it is installed; an edit beside the whole schedule.

Networks have three calendars, 1.2 links per task of all four types (most finish-to-start), lags, constraints and some
progress; the generator is seeded, so that two runs measure the same work. Each figure is the best of the rounds.
`schedule` counts everything from a built network to the answer; `build` is rows to a checked network. The compiled
kernels are left out where numba is missing; what compiling costs once is shown apart.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "engine" / "src"))

from consortio_engine import (  # after the path
    Calendar,
    Constraint,
    Edits,
    Link,
    LinkType,
    Network,
    Options,
    Project,
    Task,
    edited,
    reschedule,
    schedule,
    task_of,
)
from consortio_engine.clock import finish_at, work  # after the path
from consortio_engine.kernel import Numbers, Speed, at_speed, kernel  # after the path
from consortio_engine.msp import msp_backward, msp_forward  # after the path
from consortio_engine.p6_backward import p6_backward  # after the path
from consortio_engine.p6_forward import p6_forward  # after the path
from consortio_engine.passes import backward, forward_work  # after the path
from consortio_engine.prepare import frame_of  # after the path
from consortio_engine.results import Mode  # after the path

T = TypeVar("T")

DAY = 1440
START = 20_457 * DAY + 480  # Monday 2026-01-05 08:00
LINKS_PER_TASK = 1.2
LAYERS = 20  # a predecessor lies at most one layer back
MODES: tuple[Mode, ...] = ("msp", "p6")
CONVERSIONS = 1_000_000
SUMMER = {
    day for year in range(22) for day in range(20_000 + year * 365, 20_014 + year * 365)
}  # off, in days since 1970


def main() -> None:
    arguments = read_arguments()
    speeds: list[Speed] = ["plain", "fast"] if find_spec("numba") else ["plain"]
    calendars, compile_ms = measured(three_calendars, arguments.rounds)
    print(f"three calendars of twenty-two years: {compile_ms:.1f} ms")
    if "fast" in speeds:
        network = build(*random_rows(40), calendars)
        _, first_ms = measured(lambda: [schedule(network, mode=mode, speed="fast") for mode in MODES], rounds=1)
        print(f"first fast schedule of both modes (compile, or load from cache): {first_ms:.0f} ms")
    print(f"\n{'tasks':>7} {'mode':>5} {'speed':>6} {'build ms':>9} {'schedule ms':>12}")
    for size in arguments.sizes:
        tasks, links = random_rows(size)
        network, build_ms = measured(lambda: build(tasks, links, calendars), arguments.rounds)  # noqa: B023  # at once
        for mode, speed in product(MODES, speeds):
            _, spent = measured(lambda: schedule(network, mode=mode, speed=speed), arguments.rounds)  # noqa: B023  # same
            print(f"{size:>7} {mode:>5} {speed:>6} {build_ms:>9.1f} {spent:>12.1f}")
    show_conversions(calendars[0], "fast" in speeds, arguments.rounds)
    for speed in speeds:
        show_passes(max(arguments.sizes), calendars, speed, arguments.rounds)
    show_peer(max(arguments.sizes), arguments.rounds)
    for mode in MODES:
        show_edits(max(arguments.sizes), calendars, mode, arguments.edits)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the engine in processor time.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--edits", type=int, default=1000)
    return parser.parse_args()


def measured(action: Callable[[], T], rounds: int) -> tuple[T, float]:
    """What the action returns, and the least processor time of the rounds in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        result = action()
        times.append((time.process_time() - began) * 1000)
    return result, min(times)


def show_conversions(calendar: Calendar, has_numba: bool, rounds: int) -> None:
    """A million conversions each way, beside NumPy's additions of business days with the same days off."""
    draw = np.random.default_rng(1)
    t = draw.integers(START, START + 10 * 365 * DAY, CONVERSIONS)
    w = draw.integers(1, calendar.total, CONVERSIONS)
    days, steps = t.astype("datetime64[m]").astype("datetime64[D]"), w % 20
    week = np.busdaycalendar(holidays=np.array(sorted(SUMMER), dtype="datetime64[D]"))
    _, peer = measured(lambda: np.busday_offset(days, steps, roll="forward", busdaycal=week), rounds)
    _, there = measured(lambda: calendar.work_each(t), rounds)
    _, back = measured(lambda: calendar.finish_at_each(w), rounds)
    print(f"\na million conversions: busday_offset {peer:.0f} ms; NumPy {there:.0f} and {back:.0f} ms", end="")
    print(f" ({(there + back) / 2 / peer:.2f} of it)", end="")
    if has_numba:
        table, out = np.array(calendar.table, dtype=np.int64), np.empty(CONVERSIONS, dtype=np.int64)
        took = []
        for loop, given in ((work_every, t), (finish_every, w)):
            compiled = at_speed(loop, "fast")
            compiled(table, given[:1], out[:1])
            took.append(measured(lambda: compiled(table, given, out), rounds)[1])  # noqa: B023  # at once
        print(f"; compiled {took[0]:.0f} and {took[1]:.0f} ms ({sum(took) / 2 / peer:.2f} of it)", end="")
    print()


@kernel
def work_every(table: Numbers, t: Numbers, out: Numbers) -> None:
    for i in range(len(t)):
        out[i] = work(table, 0, t[i])


@kernel
def finish_every(table: Numbers, w: Numbers, out: Numbers) -> None:
    for i in range(len(w)):
        out[i] = finish_at(table, 0, w[i])


def show_passes(size: int, calendars: list[Calendar], speed: Speed, rounds: int) -> None:
    """Forward and backward pass alone, over rows that lie ready."""
    network, options = build(*random_rows(size), calendars), Options()
    for mode, forward, back in (("msp", msp_forward, msp_backward), ("p6", p6_forward, p6_backward)):
        frame = frame_of(network, mode, options, speed)
        work = forward_work(network, frame, mode, options, speed)
        backward(network, frame, work, mode)
        more = (False,) if mode == "msp" else ()
        _, spent = measured(
            lambda: [work.run(forward, work.incoming, *more), work.run(back, work.outgoing)],  # noqa: B023  # at once
            rounds,
        )
        print(f"both passes alone, {size} tasks, {mode}, {speed}: {spent:.1f} ms")


def show_peer(size: int, rounds: int) -> None:
    """The same links and durations, in whole days of one calendar, by the other scheduler."""
    if not find_spec("trueppm_scheduler"):
        print("trueppm-scheduler is not installed: nothing to compare with")
        return
    from trueppm_scheduler import Calendar as Week
    from trueppm_scheduler import Dependency, DependencyType
    from trueppm_scheduler import Project as Plan
    from trueppm_scheduler import Task as Activity
    from trueppm_scheduler import schedule as their_schedule

    tasks, links = random_rows(size)
    links = list({(one.predecessor, one.successor): one for one in links}.values())  # it takes one for each pair
    plan = Plan(
        id="1", name="Drawn", start_date=date(2026, 1, 5), calendar=Week(),
        tasks=[Activity(id=str(at), name=str(at), duration=timedelta(days=max(one.duration // 480, 1))) for at, one in enumerate(tasks)],
        dependencies=[
            Dependency(predecessor_id=str(one.predecessor), successor_id=str(one.successor), dep_type=DependencyType(one.type.name))
            for one in links
        ],
    )  # fmt: skip
    _, theirs = measured(lambda: their_schedule(plan), min(rounds, 3))
    print(f"trueppm-scheduler, {size} tasks, whole days: {theirs:.0f} ms")


def show_edits(size: int, calendars: list[Calendar], mode: Mode, count: int) -> None:
    """Random durations, one after another, each beside a whole schedule; a few are compared with it."""
    draw = random.Random(7)
    network = build(*random_rows(size), calendars)
    plan = schedule(network, mode=mode, speed="plain")
    times, whole = [], []
    for number in range(count + 1):
        task = draw.randrange(size)
        edits = Edits(tasks={task: replace(task_of(network, task), duration=draw.randint(1, 40) * 240)})
        found, spent = measured(lambda: reschedule(network, plan, edits), 1)  # noqa: B023  # at once
        times.append(spent)
        network = edited(network, edits)
        if number % (count // 20 or 1) == 0:
            again, took = measured(lambda: schedule(network, mode=mode, speed="plain"), 1)  # noqa: B023  # at once
            assert again.equals(found)
            whole.append(took)
        plan = found
    median, full = statistics.median(times[1:]), statistics.median(whole)  # the first one prepares
    late = sorted(times[1:])[int(0.95 * count)]
    print(f"{count} edits, {size} tasks, {mode}: median {median:.2f} ms, 95 of 100 within {late:.2f} ms", end="")
    print(f"; whole schedule {full:.0f} ms: {full / median:.0f} times")


def three_calendars() -> list[Calendar]:
    """Office hours with a fortnight off each summer, a long four-day week, around the clock by shifts."""
    office, long_day, shifts = (
        [(480, 720), (780, 1020)],
        [(420, 720), (750, 1050)],
        [(360, 840), (840, 1320), (1320, 1800)],
    )
    summer = {day: [] for day in SUMMER}
    first, last = START - 2 * 365 * DAY, START + 20 * 365 * DAY
    weeks = [([office] * 5 + [[], []], summer), ([long_day] * 4 + [[]] * 3, {}), ([shifts] * 7, {})]
    return [Calendar.compile(week, exceptions, first, last) for week, exceptions in weeks]


def build(tasks: list[Task], links: list[Link], calendars: list[Calendar]) -> Network:
    return Network.build(tasks, links, calendars, [Project(start=START, data_date=START + 20 * DAY)])


def random_rows(size: int) -> tuple[list[Task], list[Link]]:
    draw = random.Random(size)
    tasks = [random_task(draw, index) for index in range(size)]
    return tasks, [random_link(draw, size) for _ in range(int(size * LINKS_PER_TASK))]


def random_task(draw: random.Random, index: int) -> Task:
    """One in ten has a constraint, the first of a hundred are under way."""
    duration = draw.randint(1, 40) * 240
    calendar = draw.randrange(3)
    if draw.random() < 0.1:
        at = START + draw.randint(0, 700) * DAY
        constraint = draw.choice(
            [Constraint.START_NO_EARLIER, Constraint.FINISH_NO_EARLIER, Constraint.FINISH_NO_LATER]
        )
        return Task(duration=duration, calendar=calendar, constraint=constraint, constraint_at=at)
    if index % 100 == 0:
        return Task(duration=duration, remaining=duration // 2, calendar=calendar, actual_start=START + DAY)
    return Task(duration=duration, calendar=calendar)


def random_link(draw: random.Random, size: int) -> Link:
    """A link between neighbours; four in five finish-to-start, three in ten with a lag."""
    successor = draw.randrange(1, size)
    predecessor = draw.randrange(max(0, successor - size // LAYERS), successor)
    kind = LinkType.FS if draw.random() < 0.8 else draw.choice(list(LinkType))
    lag = draw.randint(-4, 10) * 240 if draw.random() < 0.3 else 0
    return Link(predecessor=predecessor, successor=successor, type=kind, lag=lag)


if __name__ == "__main__":
    main()
