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
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "engine" / "src"))

from consortio_engine.kernel import Speed  # after the path
from consortio_engine.resources import Levelling, Problem, heuristic, level, psplib, verify  # after the path

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "engine" / "psplib"
FAMILIES = ("j30", "j60", "j120")


def main() -> None:
    arguments = read_arguments()
    if not FOLDER.is_dir():
        sys.exit(f"There are no instances in {FOLDER}.")
    known: dict[str, dict[str, int]] = json.loads((FOLDER / "truth.json").read_text())
    families = {family: _named(known, family, arguments.first) for family in arguments.instances}
    problems = {name: psplib((FOLDER / name).read_text()) for names in families.values() for name in names}
    measure_instant(families, problems, known, arguments.samples)
    for seconds in arguments.seconds:
        measure_solver(families, problems, known, {"limit": seconds}, arguments.workers, peer=arguments.peer)
    for work in arguments.work:
        limits = {"limit": None, "deterministic_limit": work}
        measure_solver(families, problems, known, limits, arguments.workers, peer=False)


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


def _named(known: dict[str, dict[str, int]], family: str, first: int | None) -> list[str]:
    return [name for name in known if name.startswith(f"{family}_")][:first]


def measure_instant(
    families: dict[str, list[str]], problems: dict[str, Problem], known: dict[str, dict[str, int]], samples: list[int]
) -> None:
    speeds: list[Speed] = ["fast", "plain"] if find_spec("numba") else ["plain"]
    print(f"{'instant':>8} {'n':>4} {'samples':>8} {'speed':>6} {'gap %':>7} {'mean ms':>8} {'most ms':>8}")
    for family, names in families.items():
        for count in samples:
            for speed in speeds[: 1 if count > 100 else None]:
                heuristic(problems[names[0]], samples=1, speed=speed)  # compiled, or loaded from the cache, by now
                gaps, spent = [], []
                for name in names:
                    began = time.process_time()
                    plan = heuristic(problems[name], samples=count, speed=speed)
                    spent.append((time.process_time() - began) * 1000)
                    gaps.append(gap_of(problems[name], plan, known[name]))
                row = f"{100 * mean(gaps):>7.2f} {mean(spent):>8.1f} {max(spent):>8.1f}"
                print(f"{family:>8} {len(names):>4} {count:>8} {speed:>6} {row}", flush=True)


def measure_solver(
    families: dict[str, list[str]],
    problems: dict[str, Problem],
    known: dict[str, dict[str, int]],
    limits: dict[str, float | None],
    workers: int,
    *,
    peer: bool,
) -> None:
    speed: Speed = "fast" if find_spec("numba") else "plain"
    seconds = limits["limit"] or 0.0
    told = f"{seconds} s" if seconds else f"{limits['deterministic_limit']} w"
    head = (
        f"{'solver':>8} {'n':>4} {'limit':>8} {'workers':>8} {'who':>7} {'gap %':>7} {'proved':>7} {'bound/finish':>13}"
    )
    print(f"\n{head}")
    for family, names in families.items():
        rows: dict[str, list[tuple[float, bool, float]]] = {}
        for name in names:
            plan = level(problems[name], **limits, workers=workers, speed=speed)  # type: ignore[arg-type]  # both are limits
            assert plan.finish_at is not None and plan.bound is not None  # every instance has a plan
            gap = gap_of(problems[name], plan, known[name])
            rows.setdefault("level", []).append((gap, plan.status == "ok", plan.bound / plan.finish_at))
            if peer:
                rows.setdefault("CP-SAT", []).append(peer_of(problems[name], known[name], seconds, workers))
        for who, of_who in rows.items():
            gaps, proofs, bounds = zip(*of_who, strict=True)
            row = f"{100 * mean(gaps):>7.2f} {sum(proofs):>7} {mean(bounds):>13.2f}"
            print(f"{family:>8} {len(names):>4} {told:>8} {workers:>8} {who:>7} {row}", flush=True)


def gap_of(problem: Problem, plan: Levelling, known: dict[str, int]) -> float:
    """How far from the best known; every plan is checked first."""
    faults = verify(problem, plan)
    if faults or plan.finish_at is None or plan.finish_at < known["lower_bound"]:
        sys.exit(f"A plan is wrong: {faults or plan.finish_at}")
    return plan.finish_at / known["best_known"] - 1


def peer_of(problem: Problem, known: dict[str, int], seconds: float, workers: int) -> tuple[float, bool, float]:
    """CP-SAT as its guide models such problems: intervals, precedences, cumulatives."""
    from ortools.sat.python import cp_model

    model: Any = cp_model.CpModel()
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
    return value / known["best_known"] - 1, proved, solver.best_objective_bound / value


if __name__ == "__main__":
    main()
