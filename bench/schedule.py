"""
Measure the engine: calendars, building, scheduling and editing generated networks, in processor time.

    python bench/schedule.py [--sizes 1000 10000] [--rounds 7] [--edits 1000] [--peer]

A million conversions stand beside `numpy.busday_offset` (whole days only), an edit beside the whole schedule. `--peer`
installs the whole-day scheduler trueppm-scheduler into an environment that is thrown away, and lets it schedule the same
links and durations in whole days of one calendar; without a registry it is left out, and why is said.

Networks have three calendars, 1.2 links per task of all four types (most finish-to-start), lags, constraints and some
progress; the generator is seeded, so that two runs measure the same work. Each figure is the best of the rounds.
`schedule` counts everything from a built network to the answer; `build` is rows to a checked network. The compiled
kernels are left out where numba is missing; what compiling costs once is shown apart.
"""

import argparse
import random
import statistics
import sys
from dataclasses import replace
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

from bench._peer import NAME, Peer, trueppm  # noqa: E402  # found only after the path is set
from bench._timing import measured  # noqa: E402  # found only after the path is set
from consortio_engine import (  # noqa: E402  # found only after the path is set
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
from consortio_engine.clock import finish_at, work  # noqa: E402  # found only after the path is set
from consortio_engine.kernel import Numbers, Speed, at_speed, kernel  # noqa: E402  # found only after the path is set
from consortio_engine.msp import msp_backward, msp_forward  # noqa: E402  # found only after the path is set
from consortio_engine.p6_backward import p6_backward  # noqa: E402  # found only after the path is set
from consortio_engine.p6_forward import p6_forward  # noqa: E402  # found only after the path is set
from consortio_engine.passes import backward, forward_work  # noqa: E402  # found only after the path is set
from consortio_engine.prepare import frame_of  # noqa: E402  # found only after the path is set
from consortio_engine.results import Mode  # noqa: E402  # found only after the path is set

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
            spent = whole_schedule(network, mode, speed, arguments.rounds)
            print(f"{size:>7} {mode:>5} {speed:>6} {build_ms:>9.1f} {spent:>12.1f}")
    show_conversions(calendars[0], arguments.rounds)
    largest = max(arguments.sizes)
    for speed, mode in product(speeds, MODES):
        spent = passes_alone(largest, calendars, mode, speed, arguments.rounds)
        print(f"both passes alone, {largest} tasks, {mode}, {speed}: {spent:.1f} ms")
    if arguments.peer:
        with trueppm() as peer:
            theirs = peer_schedule(peer, largest, min(arguments.rounds, 3))
        print(f"{NAME}, {largest} tasks, whole days: {theirs if isinstance(theirs, str) else f'{theirs:.0f} ms'}")
    for mode in MODES:
        show_edits(largest, calendars, mode, arguments.edits)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the engine in processor time.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--peer", action="store_true")
    return parser.parse_args()


class Conversions(NamedTuple):
    """
    Milliseconds of a million conversions.

    Attributes:
        business_days: of NumPy's additions of business days with the same days off.
        arrays, compiled: of ours, to working minutes and back; compiled is None without numba.
    """

    business_days: float
    arrays: tuple[float, float]
    compiled: tuple[float, float] | None


def conversions(calendar: Calendar, rounds: int) -> Conversions:
    draw = np.random.default_rng(1)
    t = draw.integers(START, START + 10 * 365 * DAY, CONVERSIONS)
    w = draw.integers(1, calendar.total, CONVERSIONS)
    days, steps = t.astype("datetime64[m]").astype("datetime64[D]"), w % 20
    week = np.busdaycalendar(holidays=np.array(sorted(SUMMER), dtype="datetime64[D]"))
    _, peer = measured(lambda: np.busday_offset(days, steps, roll="forward", busdaycal=week), rounds)
    _, there = measured(lambda: calendar.work_each(t), rounds)
    _, back = measured(lambda: calendar.finish_at_each(w), rounds)
    compiled = compiled_conversions(calendar, t, w, rounds) if find_spec("numba") else None
    return Conversions(peer, (there, back), compiled)


def compiled_conversions(calendar: Calendar, t: np.ndarray, w: np.ndarray, rounds: int) -> tuple[float, float]:
    table, out = np.array(calendar.table, dtype=np.int64), np.empty(CONVERSIONS, dtype=np.int64)
    there, back = at_speed(work_every, "fast"), at_speed(finish_every, "fast")
    there(table, t[:1], out[:1])
    back(table, w[:1], out[:1])
    _, there_ms = measured(lambda: there(table, t, out), rounds)
    _, back_ms = measured(lambda: back(table, w, out), rounds)
    return there_ms, back_ms


def show_conversions(calendar: Calendar, rounds: int) -> None:
    found = conversions(calendar, rounds)
    print(f"\na million conversions: busday_offset {found.business_days:.0f} ms")
    for name, pair in (("NumPy", found.arrays), ("compiled", found.compiled)):
        if pair:
            there, back = pair
            share = (there + back) / 2 / found.business_days
            print(f"  {name} {there:.0f} and {back:.0f} ms ({share:.2f} of it)")


@kernel
def work_every(table: Numbers, t: Numbers, out: Numbers) -> None:
    for i in range(len(t)):
        out[i] = work(table, 0, t[i])


@kernel
def finish_every(table: Numbers, w: Numbers, out: Numbers) -> None:
    for i in range(len(w)):
        out[i] = finish_at(table, 0, w[i])


def whole_schedule(network: Network, mode: Mode, speed: Speed, rounds: int) -> float:
    """Milliseconds from a built network to the answer, with floats, drivers and findings."""
    return measured(lambda: schedule(network, mode=mode, speed=speed), rounds)[1]


def passes_alone(size: int, calendars: list[Calendar], mode: Mode, speed: Speed, rounds: int) -> float:
    """Milliseconds of forward and backward pass alone, over rows that lie ready."""
    forward, back = (msp_forward, msp_backward) if mode == "msp" else (p6_forward, p6_backward)
    network, options = build(*random_rows(size), calendars), Options()
    frame = frame_of(network, mode, options, speed)
    work = forward_work(network, frame, mode, options, speed)
    backward(network, frame, work, mode)
    more = (False,) if mode == "msp" else ()
    return measured(lambda: [work.run(forward, work.incoming, *more), work.run(back, work.outgoing)], rounds)[1]


def peer_schedule(peer: Peer, size: int, rounds: int) -> float | str:
    """Milliseconds of the other scheduler for the same links and durations, or why there are none."""
    tasks, links = random_rows(size)
    days = [max(one.duration // 480, 1) for one in tasks]
    kinds = {(one.predecessor, one.successor): one.type.name for one in links}  # it takes one link for each pair
    rows = [(*pair, kind) for pair, kind in kinds.items()]
    return peer.milliseconds({"days": [(day,) * 3 for day in days], "links": rows, "rounds": rounds, "trials": 0})


class EditTimes(NamedTuple):
    """Milliseconds of edits, and of whole schedules after some of them, which were equal."""

    edits: list[float]
    whole: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.edits)

    @property
    def whole_median(self) -> float:
        return statistics.median(self.whole)


def edit_times(size: int, calendars: list[Calendar], mode: Mode, count: int, compared: int) -> EditTimes:
    """
    Random durations, one after another; some are compared with a whole schedule.

    Raises:
        AssertionError: a schedule after an edit is not what the whole schedule is.
    """
    draw = random.Random(7)
    network = build(*random_rows(size), calendars)
    plan = schedule(network, mode=mode, speed="plain")
    found = EditTimes([], [])
    for number in range(count + 1):
        task = draw.randrange(size)
        edits = Edits(tasks={task: replace(task_of(network, task), duration=draw.randint(1, 40) * 240)})
        plan, spent = measured(lambda: reschedule(network, plan, edits), 1)  # noqa: B023  # at once
        network = edited(network, edits)
        if not number:  # the first one prepares
            continue
        found.edits.append(spent)
        if number % max(count // compared, 1) == 0:
            again, took = measured(lambda: schedule(network, mode=mode, speed="plain"), 1)  # noqa: B023  # at once
            assert again.equals(plan)
            found.whole.append(took)
    return found


def show_edits(size: int, calendars: list[Calendar], mode: Mode, count: int) -> None:
    found = edit_times(size, calendars, mode, count, compared=20)
    late = sorted(found.edits)[int(0.95 * count)]
    print(f"{count} edits, {size} tasks, {mode}: median {found.median:.2f} ms, 95 of 100 within {late:.2f} ms", end="")
    print(f"; whole schedule {found.whole_median:.0f} ms: {found.whole_median / found.median:.0f} times")


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
