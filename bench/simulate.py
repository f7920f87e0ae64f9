"""
Measure the simulation: plans of PERT tasks in office hours, in processor time and peak memory.

    python bench/simulate.py [--sizes 1000] [--trials 1000 10000] [--rounds 5] [--memory] [--peer]

Three things are timed. `trials`: drawing every duration, dating every task, and the longest path, from a prepared
network. `simulate`: the whole call with quantiles of every task, rank correlations and checks. `bare numpy`: what
anybody would write in an hour with NumPy alone: PERT from its generator, one calendar, finish-to-start links, no
longest path. `--peer` installs trueppm-scheduler into an environment that is thrown away, and runs its
`monte_carlo` on the same network in whole days, without calendars inside the trials; without a registry it is left
out, and why is said. `--memory` runs 10,000 tasks × 1,000 trials in a process of its own and prints its peak.
The generator is seeded: two runs measure the same work. Each figure is the best of the rounds.
"""

import argparse
import json
import random
import subprocess
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

from bench._peer import NAME, Peer, trueppm  # noqa: E402  # found only after the path is set
from bench._timing import best, peak_mb  # noqa: E402  # found only after the path is set
from consortio_engine import Calendar, Link, Network, Project, Task, schedule  # noqa: E402  # found only after the path is set
from consortio_engine.cpm import DEFAULT_OPTIONS  # noqa: E402  # found only after the path is set
from consortio_engine.kernel import Speed  # noqa: E402  # found only after the path is set
from consortio_engine.simulate import Spread, simulate  # noqa: E402  # found only after the path is set
from consortio_engine.simulate.inputs import Question  # noqa: E402  # found only after the path is set
from consortio_engine.simulate.model import Model, run_block  # noqa: E402  # found only after the path is set

DAY = 1440
MONDAY = 20_458 * DAY
WORKDAY = 480
LINKS_PER_TASK = 1.2
LAYERS = 20
LARGE = 10_000


def main() -> None:
    arguments = read_arguments()
    if arguments.one:
        run_large(*arguments.one)
        return
    speeds: list[Speed] = ["plain", "fast"] if find_spec("numba") else ["plain"]
    print(f"{'tasks':>7} {'trials':>7} {'what':>18} {'ms':>9}")
    with ExitStack() as stack:
        peer = stack.enter_context(trueppm()) if arguments.peer else None
        for size in arguments.sizes:
            for trials in arguments.trials:
                for what, spent in timed(size, trials, arguments.rounds, speeds, peer).items():
                    print(f"{size:>7} {trials:>7} {what:>18} {spent if isinstance(spent, str) else f'{spent:9.1f}'}")
    for speed in speeds if arguments.memory else ():
        seconds, megabytes = peak(speed)
        print(f"{LARGE} tasks x 1000 trials, {speed}: {seconds:.1f} s of processor time, peak {megabytes:.0f} MB")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the simulation in processor time.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000])
    parser.add_argument("--trials", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--one", nargs=1, help=argparse.SUPPRESS)
    return parser.parse_args()


def timed(size: int, trials: int, rounds: int, speeds: list[Speed], peer: Peer | None) -> dict[str, float | str]:
    """What was measured, in milliseconds, or why it was not."""
    days, links = random_plan(size)
    network, spreads = build(days, links)
    found: dict[str, float | str] = {}
    for speed in speeds:
        model = prepared(network, spreads, speed)
        found[f"trials, {speed}"] = best(lambda: run_all(model, trials), rounds)  # noqa: B023  # at once
        found[f"simulate, {speed}"] = best(lambda: simulate(network, spreads, trials=trials, speed=speed), rounds)  # noqa: B023  # same
    found["bare numpy"] = best(lambda: bare(days, links, trials), rounds)
    if peer:
        rows = [(*pair, "FS") for pair in links]
        found[NAME] = peer.milliseconds({"days": days, "links": rows, "rounds": rounds, "trials": trials})
    return found


def random_plan(size: int) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
    """Three estimates in days per task, and links between neighbours, each pair once."""
    draw = random.Random(size)
    days = []
    for _ in range(size):
        likely = draw.randint(2, 20)
        days.append((max(likely - draw.randint(0, likely // 2), 1), likely, likely + draw.randint(1, likely)))
    links: set[tuple[int, int]] = set()
    while len(links) < int(size * LINKS_PER_TASK):
        successor = draw.randrange(1, size)
        links.add((draw.randrange(max(0, successor - max(size // LAYERS, 1)), successor), successor))
    return days, sorted(links)


def build(days: list[tuple[int, int, int]], links: list[tuple[int, int]]) -> tuple[Network, dict[int, Spread]]:
    office = [(480, 720), (780, 1020)]
    calendar = Calendar.compile([office] * 5 + [[], []], {}, MONDAY, MONDAY + 40 * 366 * DAY)
    tasks = [Task(duration=likely * WORKDAY) for _, likely, _ in days]
    rows = [Link(predecessor=before, successor=after) for before, after in links]
    network = Network.build(tasks, rows, [calendar], [Project(start=MONDAY + 480)])
    return network, {task: Spread(*(WORKDAY * day for day in three)) for task, three in enumerate(days)}


def prepared(network: Network, spreads: dict[int, Spread], speed: Speed) -> Model:
    plan = schedule(network, speed=speed)
    return Model.of(network, plan, Question(spreads=spreads), 1, "msp", DEFAULT_OPTIONS, speed)


def run_all(model: Model, trials: int) -> None:
    for first in range(0, trials, model.block):
        count = min(model.block, trials - first)
        run_block(model, first, count, finishes=count, lefts=0)


def bare(days: list[tuple[int, int, int]], links: list[tuple[int, int]], trials: int) -> np.ndarray:
    """Finishes in working minutes; every link leads to a later task."""
    generator = np.random.default_rng(1)
    before: list[list[int]] = [[] for _ in days]
    for first, second in links:
        before[second].append(first)
    finish = np.empty((len(days), trials))
    for task, (low, likely, high) in enumerate(days):
        reach = high - low
        drawn = generator.beta(1 + 4 * (likely - low) / reach, 1 + 4 * (high - likely) / reach, trials)
        start = np.zeros(trials)
        for each in before[task]:
            np.maximum(start, finish[each], out=start)
        finish[task] = start + (low + reach * drawn) * WORKDAY
    return np.sort(finish.max(axis=0))


class Peak(NamedTuple):
    seconds: float
    megabytes: float


def peak(speed: Speed) -> Peak:
    """Processor time and most memory of a process that simulates the large plan; the second time kernels are compiled."""
    words = [sys.executable, __file__, "--one", speed]
    runs = [subprocess.run(words, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    return Peak(*json.loads(runs[-1]))


def run_large(speed: Speed) -> None:
    network, spreads = build(*random_plan(LARGE))
    began = process_time()
    simulate(network, spreads, trials=1000, speed=speed)
    print(json.dumps([process_time() - began, peak_mb()]))


if __name__ == "__main__":
    main()
