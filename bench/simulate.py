"""
Measure the simulation: plans of PERT tasks in office hours, in processor time and peak memory.

    python bench/simulate.py [--sizes 1000] [--trials 1000 10000] [--rounds 5] [--memory] [--peer]

Three things are timed. `trials`: drawing every duration, dating every task, and the longest path, from a prepared
network. `simulate`: the whole call with quantiles of every task, rank correlations and checks. `bare numpy`: what
anybody would write in an hour with NumPy alone: PERT from its generator, one calendar, finish-to-start links, no
longest path. `--peer` installs trueppm-scheduler 0.4.0rc2 into an environment that is thrown away, and runs its
`monte_carlo` on the same network in whole days, without calendars inside the trials; without a registry it is left
out, and why is said. `--memory` runs 10,000 tasks × 1,000 trials in a process of its own and prints its peak.
The generator is seeded: two runs measure the same work. Each figure is the best of the rounds.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "engine" / "src"))

from consortio_engine import Calendar, Link, Network, Project, Task, schedule  # after the path
from consortio_engine.cpm import DEFAULT_OPTIONS  # after the path
from consortio_engine.kernel import Speed  # after the path
from consortio_engine.simulate import Spread, simulate  # after the path
from consortio_engine.simulate.inputs import Question  # after the path
from consortio_engine.simulate.model import Model, run_block  # after the path

DAY = 1440
MONDAY = 20_458 * DAY
WORKDAY = 480
LINKS_PER_TASK = 1.2
LAYERS = 20
PEER = "trueppm-scheduler==0.4.0rc2"
PEER_TEXT = """
import json, sys, time
from datetime import date, timedelta
from trueppm_scheduler import Dependency, DependencyType, Project, Task, monte_carlo
rows = json.load(open(sys.argv[1]))
tasks = [Task(id=str(n), name=str(n), duration=timedelta(days=m), optimistic_duration=timedelta(days=o),
              most_likely_duration=timedelta(days=m), pessimistic_duration=timedelta(days=p))
         for n, (o, m, p) in enumerate(rows["days"])]
links = [Dependency(predecessor_id=str(a), successor_id=str(b), dep_type=DependencyType.FS) for a, b in rows["links"]]
project = Project(id="p", name="p", start_date=date(2026, 1, 5), tasks=tasks, dependencies=links)
best = 1e9
for _ in range(rows["rounds"]):
    began = time.process_time()
    monte_carlo(project, runs=rows["trials"], seed=1)
    best = min(best, time.process_time() - began)
print(best * 1000)
"""


def main() -> None:
    arguments = read_arguments()
    if arguments.one:
        peak(*arguments.one)
        return
    speeds: list[Speed] = ["plain", "fast"] if find_spec("numba") else ["plain"]
    print(f"{'tasks':>7} {'trials':>7} {'what':>18} {'ms':>9}")
    for size in arguments.sizes:
        days, links = random_plan(size)
        for trials in arguments.trials:
            for what, spent in timed(days, links, trials, arguments.rounds, speeds, arguments.peer):
                print(f"{size:>7} {trials:>7} {what:>18} {spent if isinstance(spent, str) else f'{spent:9.1f}'}")
    if arguments.memory:
        for speed in speeds:
            words = [sys.executable, __file__, "--one", speed]
            print(subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip())


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the simulation in processor time.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000])
    parser.add_argument("--trials", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--one", nargs=1, help=argparse.SUPPRESS)
    return parser.parse_args()


def timed(
    days: list[tuple[int, int, int]],
    links: list[tuple[int, int]],
    trials: int,
    rounds: int,
    speeds: list[Speed],
    has_peer: bool,
) -> list[tuple[str, float | str]]:
    """What was measured, in milliseconds, or why it was not."""
    network, spreads = build(days, links)
    found: list[tuple[str, float | str]] = []
    for speed in speeds:
        model = prepared(network, spreads, speed)
        found.append((f"trials, {speed}", best(lambda: run_all(model, trials), rounds)))  # noqa: B023  # at once
        found.append(
            (f"simulate, {speed}", best(lambda: simulate(network, spreads, trials=trials, speed=speed), rounds))  # noqa: B023  # same
        )
    found.append(("bare numpy", best(lambda: bare(days, links, trials), rounds)))
    if has_peer:
        found.append((PEER.split("==")[0], peer(days, links, trials, rounds)))
    return found


def best(action: Callable[[], Any], rounds: int) -> float:
    """The least processor time of the rounds in milliseconds; one more before them does not count."""
    action()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        action()
        times.append((time.process_time() - began) * 1000)
    return min(times)


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
        run_block(model, first, min(model.block, trials - first), stores_finish=True, stores_left=False)


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


def peer(days: list[tuple[int, int, int]], links: list[tuple[int, int]], trials: int, rounds: int) -> float | str:
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "environment" / "bin" / "python"
        rows = Path(folder) / "rows.json"
        rows.write_text(json.dumps({"days": days, "links": links, "trials": trials, "rounds": rounds}))
        steps = [
            [sys.executable, "-m", "venv", str(python.parent.parent)],
            [str(python), "-m", "pip", "install", "--quiet", PEER],
            [str(python), "-c", PEER_TEXT, str(rows)],
        ]
        for words in steps:
            done = subprocess.run(words, capture_output=True, text=True)
            if done.returncode:
                return f"left out: {(done.stderr.strip() or 'failed').splitlines()[-1]:.120}"
        return float(done.stdout)


def peak(speed: Speed) -> None:
    """Run the large plan and print the most memory that this process ever had."""
    network, spreads = build(*random_plan(10_000))
    began = time.process_time()
    simulate(network, spreads, trials=1000, speed=speed)
    spent, most = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"10000 tasks x 1000 trials, {speed}: {spent:.1f} s of processor time, peak {most // 1024} MB")


if __name__ == "__main__":
    main()
