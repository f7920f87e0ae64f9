"""
Measure choice beside HiGHS, as OR-Tools carries it, on the same problems in the same run: processor time to the proof.

    python bench/choice.py [--seeds 5] [--seconds 60]

Problems are drawn by seed: uses of 1 to 1,000, budgets of half of all uses. "loose" values are drawn apart from the
uses, "close" ones are the mean use and up to 500 more, which makes items alike and the proof hard. HiGHS gets the same
exact program with a gap of 0. The last row has no proof within the limit: value, bound and gap.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from math import exp, log
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

from bench._timing import measured  # noqa: E402  # found only after the path is set
from consortio_engine.choice import Budget, Choice, Item, Limits, choose  # noqa: E402  # found only after the path is set

SIZES = [(30, 5, "loose"), (30, 5, "close"), (60, 12, "loose")]
LARGE = (200, 10, "close")


class Problem(NamedTuple):
    values: Sequence[float]
    uses: Sequence[Sequence[float]]
    budgets: Sequence[float]


class Compared(NamedTuple):
    """Seconds of processor time of both to their answers, our value, and whether it is proved."""

    ours: float
    theirs: float
    value: float
    is_proved: bool


def main() -> None:
    arguments = read_arguments()
    print(f"{'items':>6} {'budgets':>7} {'values':>6} {'choose s':>9} {'HiGHS s':>9} {'ratio':>6} {'proved':>9}")
    for size in SIZES:
        rows = race([drawn(*size, seed) for seed in range(arguments.seeds)], arguments.seconds)
        ours, theirs = median(row.ours for row in rows), median(row.theirs for row in rows)
        proved = f"{sum(row.is_proved for row in rows)}/{len(rows)}"
        print(f"{size[0]:>6} {size[1]:>7} {size[2]:>6} {ours:>9.3f} {theirs:>9.3f} {ratio_of(rows):>6.2f} {proved:>9}")
    large = drawn(*LARGE, seed=0)
    answer = chosen(large, arguments.seconds)
    value, bound = highs(large, arguments.seconds)
    print(f"\n{LARGE[0]} items, {LARGE[1]} budgets, {arguments.seconds:.0f} s:")
    print(f"choose {answer.value:,.0f}, bound {answer.bound:,.0f}, gap {answer.gap:.2%}")
    print(f"HiGHS  {value:,.0f}, bound {bound:,.0f}, gap {(bound - value) / value:.2%}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure choice beside HiGHS.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60)
    return parser.parse_args()


def drawn(count: int, rows: int, values: str, seed: int) -> Problem:
    draw = random.Random(f"{count} {rows} {values} {seed}")
    uses = [[draw.randint(1, 1000) for _ in range(count)] for _ in range(rows)]
    loose = [draw.randint(1, 1000) for _ in range(count)]
    close = [sum(row[i] for row in uses) // rows + draw.randint(0, 500) for i in range(count)]
    return Problem(loose if values == "loose" else close, uses, [sum(row) // 2 for row in uses])


def race(problems: Sequence[Problem], seconds: float, rounds: int = 1) -> list[Compared]:
    compared(drawn(5, 1, "loose", seed=0), seconds, 1)  # what importing costs once is not measured
    return [compared(problem, seconds, rounds) for problem in problems]


def ratio_of(rows: Sequence[Compared]) -> float:
    """The geometric mean of our time ÷ that of HiGHS."""
    return exp(mean(log(row.ours / row.theirs) for row in rows))


def compared(problem: Problem, seconds: float, rounds: int) -> Compared:
    """Both on one problem; where both have proofs, they agree."""
    answer, ours = measured(lambda: chosen(problem, seconds), rounds)
    (value, bound), theirs = measured(lambda: highs(problem, seconds), rounds)
    assert answer.value is not None and answer.bound is not None
    assert answer.value <= bound * (1 + 1e-6) and value <= answer.bound * (1 + 1e-6)
    return Compared(ours / 1000, theirs / 1000, answer.value, answer.status == "ok")


def chosen(problem: Problem, seconds: float) -> Choice:
    uses = problem.uses
    items = [
        Item(value=value, uses={at: row[index] for at, row in enumerate(uses)})
        for index, value in enumerate(problem.values)
    ]
    limits = Limits(budgets=[Budget(most=most) for most in problem.budgets])
    return choose(items, limits, limit_s=seconds, explain=False)


def highs(problem: Problem, seconds: float) -> tuple[float, float]:
    """Value and bound."""
    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    x = [model.add_binary_variable() for _ in problem.values]
    for row, most in zip(problem.uses, problem.budgets, strict=True):
        model.add_linear_constraint(expr=mathopt.fast_sum(use * one for use, one in zip(row, x, strict=True)), ub=most)
    model.maximize(mathopt.fast_sum(value * one for value, one in zip(problem.values, x, strict=True)))
    parameters = mathopt.SolveParameters(
        relative_gap_tolerance=0.0, absolute_gap_tolerance=0.0, time_limit=timedelta(seconds=seconds)
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    return result.objective_value(), result.best_objective_bound()


if __name__ == "__main__":
    main()
