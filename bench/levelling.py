"""
Measure levelling on instances of the project scheduling library: how far from the best known, in how much time.

    python bench/levelling.py [--samples 0 100 1000] [--seconds 5] [--workers 2] [--instances j30 j60 j120] [--first N] [--peer]

The instances lie in the optional folder `shared` beside the repository. First the instant answer, by number of samples,
compiled (and, to a hundred, plain), in processor time of whole calls (laying out, samples, the answer); then the solver with a limit by the
clock, from the instant answer on; with --peer beside a plain CP-SAT model that gets no hint, in the same run. Gaps are means
over instances of finish ÷ best known - 1. On a machine that others use, limits by the clock give less; --work does not depend
on it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

from bench._timing import measured  # noqa: E402  # found only after the path is set
from consortio_engine.kernel import Speed  # noqa: E402  # found only after the path is set
from consortio_engine.resources import Levelling, Problem, heuristic, level, psplib, verify  # noqa: E402  # found only after the path is set

FOLDER = ROOT.parent / "shared" / "data" / "engine" / "psplib"
FAMILIES = ("j30", "j60", "j120")


class Instance(NamedTuple):
    problem: Problem
    best_known: int
    lower_bound: int


class Instant(NamedTuple):
    """Mean gap to the best known, and the mean and the most milliseconds of processor time of a whole call."""

    gap: float
    mean_ms: float
    most_ms: float


class Solved(NamedTuple):
    """Mean gap to the best known, how many were proved, and the mean of bound ÷ finish."""

    gap: float
    proved: int
    bound: float


def main() -> None:
    arguments = read_arguments()
    if not FOLDER.is_dir():
        sys.exit(f"There are no instances in {FOLDER}.")
    families = {family: instances(FOLDER, family, arguments.first) for family in arguments.instances}
    show_instant(families, arguments.samples)
    for seconds in arguments.seconds:
        show_solver(families, {"limit": seconds}, arguments.workers, peer=arguments.peer)
    for work in arguments.work:
        limits = {"limit": None, "deterministic_limit": work}
        show_solver(families, limits, arguments.workers, peer=False)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure levelling on PSPLIB instances.")
    parser.add_argument("--samples", type=int, nargs="*", default=[0, 100, 1000])
    parser.add_argument("--seconds", type=float, nargs="*", default=[5.0])
    parser.add_argument("--work", type=float, nargs="*", default=[], help="CP-SAT's own measure instead of the clock")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--instances", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    parser.add_argument("--first", type=int, default=None, help="so many of each family")
    parser.add_argument("--peer", action="store_true", help="also CP-SAT without a hint")
    return parser.parse_args()


def instances(folder: Path, family: str, first: int | None = None) -> list[Instance]:
    known: dict[str, dict[str, int]] = json.loads((folder / "truth.json").read_text())
    names = [name for name in known if name.startswith(f"{family}_")][:first]
    return [
        Instance(psplib((folder / name).read_text()), known[name]["best_known"], known[name]["lower_bound"])
        for name in names
    ]


def show_instant(families: dict[str, list[Instance]], samples: list[int]) -> None:
    speeds: list[Speed] = ["fast", "plain"] if find_spec("numba") else ["plain"]
    print(f"{'instant':>8} {'n':>4} {'samples':>8} {'speed':>6} {'gap %':>7} {'mean ms':>8} {'most ms':>8}")
    for family, of in families.items():
        for count in samples:
            for speed in speeds[: 1 if count > 100 else None]:
                found = instant(of, count, speed)
                row = f"{100 * found.gap:>7.2f} {found.mean_ms:>8.1f} {found.most_ms:>8.1f}"
                print(f"{family:>8} {len(of):>4} {count:>8} {speed:>6} {row}", flush=True)


def instant(of: Sequence[Instance], count: int, speed: Speed, rounds: int = 1) -> Instant:
    heuristic(of[0].problem, samples=1, speed=speed)  # compiled, or loaded from the cache, by now
    gaps, spent = [], []
    for one in of:
        plan, took = measured(lambda: heuristic(one.problem, samples=count, speed=speed), rounds)  # noqa: B023  # at once
        spent.append(took)
        gaps.append(gap_of(one, plan))
    return Instant(mean(gaps), mean(spent), max(spent))


def show_solver(
    families: dict[str, list[Instance]], limits: dict[str, float | None], workers: int, *, peer: bool
) -> None:
    told = f"{limits['limit']} s" if limits["limit"] else f"{limits['deterministic_limit']} w"
    head = (
        f"{'solver':>8} {'n':>4} {'limit':>8} {'workers':>8} {'who':>7} {'gap %':>7} {'proved':>7} {'bound/finish':>13}"
    )
    print(f"\n{head}")
    for family, of in families.items():
        for who, found in solved(of, limits, workers, peer=peer).items():
            row = f"{100 * found.gap:>7.2f} {found.proved:>7} {found.bound:>13.2f}"
            print(f"{family:>8} {len(of):>4} {told:>8} {workers:>8} {who:>7} {row}", flush=True)


def solved(of: Sequence[Instance], limits: dict[str, float | None], workers: int, *, peer: bool) -> dict[str, Solved]:
    """What `level` reaches within the limits and, beside it, instance by instance, plain CP-SAT within the same seconds."""
    speed: Speed = "fast" if find_spec("numba") else "plain"
    rows: dict[str, list[tuple[float, bool, float]]] = {"level": []} | ({"CP-SAT": []} if peer else {})
    for one in of:
        plan = level(one.problem, **limits, workers=workers, speed=speed)  # type: ignore[arg-type]  # both are limits
        assert plan.finish_at is not None and plan.bound is not None  # every instance has a plan
        rows["level"].append((gap_of(one, plan), plan.status == "ok", plan.bound / plan.finish_at))
        if peer:
            rows["CP-SAT"].append(peer_of(one, limits["limit"] or 0.0, workers))
    found = {who: tuple(zip(*of_who, strict=True)) for who, of_who in rows.items()}
    return {who: Solved(mean(gaps), sum(proofs), mean(bounds)) for who, (gaps, proofs, bounds) in found.items()}


def gap_of(one: Instance, plan: Levelling) -> float:
    """How far from the best known; every plan is checked first."""
    faults = verify(one.problem, plan)
    if faults or plan.finish_at is None or plan.finish_at < one.lower_bound:
        sys.exit(f"A plan is wrong: {faults or plan.finish_at}")
    return plan.finish_at / one.best_known - 1


def peer_of(one: Instance, seconds: float, workers: int) -> tuple[float, bool, float]:
    """CP-SAT as its guide models such problems: intervals, precedences, cumulatives."""
    from ortools.sat.python import cp_model

    problem, model = one.problem, cp_model.CpModel()
    starts = [model.new_int_var(0, problem.horizon, "") for _ in problem.jobs]
    spans = [job.duration for job in problem.jobs]
    intervals = [model.new_fixed_size_interval_var(start, span, "") for start, span in zip(starts, spans, strict=True)]
    for link in problem.links:
        model.add(starts[link.successor] >= starts[link.predecessor] + spans[link.predecessor])
    for index, resource in enumerate(problem.resources):
        taking = [(at, job.demand[index]) for at, job in enumerate(problem.jobs) if job.demand.get(index)]
        model.add_cumulative([intervals[at] for at, _ in taking], [units for _, units in taking], resource.capacity)
    model.minimize(starts[-1])
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, workers
    proved = solver.status_name(solver.solve(model)) == "OPTIMAL"
    value = solver.objective_value
    return value / one.best_known - 1, proved, solver.best_objective_bound / value


if __name__ == "__main__":
    main()
