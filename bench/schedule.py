"""
Measure the engine: calendars, building and scheduling of generated networks, in processor time.

    python bench/schedule.py [--sizes 1000 10000] [--rounds 7]

Networks have three calendars, 1.2 links per task of all four types (most finish-to-start), lags, constraints and some
progress; the generator is seeded, so that two runs measure the same work. Each figure is the best of the rounds.
`schedule` counts everything from a built network to the answer; `build` is rows to a checked network. The compiled
kernels are left out where numba is missing; what compiling costs once is shown apart.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "engine" / "src"))

from consortio_engine import (  # after the path
    Calendar,
    Constraint,
    Link,
    LinkType,
    Network,
    Project,
    Task,
    schedule,
)
from consortio_engine.kernel import Speed  # after the path
from consortio_engine.results import Mode  # after the path

T = TypeVar("T")

DAY = 1440
START = 20_457 * DAY + 480  # Monday 2026-01-05 08:00
LINKS_PER_TASK = 1.2
LAYERS = 20  # a predecessor lies at most one layer back
MODES: tuple[Mode, ...] = ("msp", "p6")


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


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the engine in processor time.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


def measured(action: Callable[[], T], rounds: int) -> tuple[T, float]:
    """What the action returns, and the least processor time of the rounds in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        result = action()
        times.append((time.process_time() - began) * 1000)
    return result, min(times)


def three_calendars() -> list[Calendar]:
    """Office hours with a fortnight off each summer, a long four-day week, around the clock by shifts."""
    office, long_day, shifts = (
        [(480, 720), (780, 1020)],
        [(420, 720), (750, 1050)],
        [(360, 840), (840, 1320), (1320, 1800)],
    )
    summer = {day: [] for year in range(22) for day in range(20_000 + year * 365, 20_014 + year * 365)}
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
