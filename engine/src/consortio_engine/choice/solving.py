"""
The best choice of a program, by CP-SAT in whole numbers; by HiGHS where these would become too large.

One worker, always: knapsacks of this size are proved no later by it, and the same program has the same answer on every
run and machine with the same solver. OR-Tools is imported here only, when it is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from importlib.util import find_spec
from math import floor
from threading import Thread
from typing import Any, Literal

from consortio_engine.answers import Watch
from consortio_engine.choice.program import Program, Row, other_than, whole_numbers
from consortio_engine.errors import SolverMissing

POLL_SECONDS = 0.05
HIGHS_SECONDS_MAX = 60.0  # each time: it cannot be stopped, and whoever cancels waits for it
SEED = 1

Chosen = frozenset[int]
Solver = Literal["cp-sat", "highs"]
METHODS: dict[Solver, str] = {
    "cp-sat": "CP-SAT in whole numbers, exact",
    "highs": "HiGHS in floating-point numbers, proved to its tolerance",
}


@dataclass(frozen=True, eq=False)
class Found:
    """
    What one search found.

    Attributes:
        status: "ok" (best, proved), "feasible" (best so far), "infeasible", "limit" (nothing yet).
        chosen: None without one. value: of it, exactly. bound: no choice is worth more; None where none is known. solver: which one searched.
    """

    status: Literal["ok", "feasible", "infeasible", "limit"]
    chosen: Chosen | None = None
    value: Fraction | None = None
    bound: Fraction | None = None
    solver: Solver = "cp-sat"


@dataclass(eq=False)
class Search:
    """
    How long and for whom searches go on, one after the other.

    Attributes:
        watch: is asked every 50 ms.
        deadline: on the watch's clock; None: until the proof.
        effort: CP-SAT's deterministic time of each search, the same on every machine; None: no limit.
    """

    watch: Watch
    deadline: float | None = None
    effort: float | None = None

    def left(self) -> float | None:
        """Seconds that are left; None: no limit."""
        return None if self.deadline is None else max(self.deadline - self.watch.clock(), 0.0)

    def is_over(self) -> bool:
        """Whether the time is used up."""
        return self.left() == 0.0

    def best(self, program: Program, hint: Chosen | None = None) -> Found:
        """
        Return the best choice of the program.

        Raises:
            SolverMissing: OR-Tools is not installed.
            Cancelled: the watch's caller does not want it any more.
        """
        if find_spec("ortools") is None:
            raise SolverMissing("A choice needs OR-Tools: install consortio-engine[solve].")
        self.watch.check()
        if any(not row.terms and row.most < 0 for row in program.rows):
            return Found("infeasible")
        whole = _whole(program)
        found = self._by_highs(program) if whole is None else self._by_cp_sat(program, whole, hint)
        self.watch.check()
        return found

    def _by_cp_sat(self, program: Program, objective: dict[int, int], hint: Chosen | None) -> Found:
        from ortools.sat.python import cp_model  # lazily: 0.3 s that other answers do not pay

        model = cp_model.CpModel()
        x = [model.new_bool_var("") for _ in range(program.count)]

        def add(row: Row) -> Any:
            assert row.whole is not None
            terms, most = row.whole
            return model.add(
                cp_model.LinearExpr.weighted_sum([x[item] for item in terms], list(terms.values())) <= most
            )

        for row in program.rows:
            if row.terms:
                add(row)
        for group in program.alternatives:
            switches = [model.new_bool_var("") for _ in group]
            model.add_bool_or(switches)
            for switch, row in zip(switches, group, strict=True):
                if row.terms:
                    add(row).only_enforce_if(switch)
                elif row.most < 0:
                    model.add(switch == 0)
        model.maximize(cp_model.LinearExpr.weighted_sum(x, [objective.get(item, 0) for item in range(program.count)]))
        for item in range(program.count) if hint is not None else ():
            model.add_hint(x[item], item in (hint or ()))
        solver = cp_model.CpSolver()
        self._set(solver.parameters)
        status = self._run(lambda: solver.solve(model), solver.stop_search)
        if status == cp_model.INFEASIBLE:
            return Found("infeasible")
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found("limit")
        chosen = frozenset(item for item in range(program.count) if solver.boolean_value(x[item]))
        bound = Fraction(floor(solver.best_objective_bound + 0.5)) / _factor(program, objective)
        return _found(program, chosen, bound, "cp-sat", is_proved=status == cp_model.OPTIMAL)

    def _set(self, parameters: Any) -> None:
        parameters.num_workers, parameters.random_seed = 1, SEED
        parameters.linearization_level = 2
        parameters.catch_sigint_signal = False  # Ctrl-C is the watch's business
        left = self.left()
        if left is not None:
            parameters.max_time_in_seconds = left
        if self.effort is not None:
            parameters.max_deterministic_time = self.effort

    def _by_highs(self, program: Program) -> Found:
        """A choice that breaks a row by no more than the solver's tolerance breaks it: it is forbidden, and asked again."""
        while True:
            found = self._once_by_highs(program)
            if found.chosen is None or program.allows(found.chosen):
                return found
            program = program.with_rows(other_than(found.chosen, program.count))

    def _once_by_highs(self, program: Program) -> Found:
        from ortools.math_opt.python import mathopt

        model = mathopt.Model()
        x = [model.add_binary_variable() for _ in range(program.count)]
        for row in program.rows:
            model.add_linear_constraint(expr=_scaled(row, x), ub=float(row.most / _size(row)))
        for group in program.alternatives:
            switches = [model.add_binary_variable() for _ in group]
            model.add_linear_constraint(expr=mathopt.fast_sum(switches), lb=1)
            for switch, row in zip(switches, group, strict=True):
                # Where the switch is off, the row may add up to all that it can.
                reach = sum((term for term in row.terms.values() if term > 0), Fraction(0)) - row.most
                slack = float(reach / _size(row))
                model.add_linear_constraint(
                    expr=_scaled(row, x) + slack * switch, ub=float(row.most / _size(row)) + slack
                )
        model.maximize(mathopt.fast_sum(float(value) * x[item] for item, value in program.value.items()))
        left = self.left()
        seconds = HIGHS_SECONDS_MAX if left is None else min(left, HIGHS_SECONDS_MAX)
        parameters = mathopt.SolveParameters(
            relative_gap_tolerance=0.0, absolute_gap_tolerance=0.0, time_limit=timedelta(seconds=seconds)
        )
        result = self._run(lambda: mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters), lambda: None)
        if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
            return Found("infeasible", solver="highs")
        if not result.has_primal_feasible_solution():
            return Found("limit", solver="highs")
        chosen = frozenset(item for item, value in enumerate(result.variable_values(x)) if value > 0.5)
        is_proved = result.termination.reason == mathopt.TerminationReason.OPTIMAL
        return _found(program, chosen, Fraction(result.best_objective_bound()), "highs", is_proved=is_proved)

    def _run(self, solve: Callable[[], Any], stop: Callable[[], Any]) -> Any:
        """
        Solve beside the caller's thread, which asks the watch meanwhile: a solver hears neither Ctrl-C nor a token.
        """
        results: list[Any] = []
        thread = Thread(target=lambda: results.append(solve()), daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(POLL_SECONDS)
                self.watch.check()
        except BaseException:
            while thread.is_alive():  # once is not enough where the search has not begun yet
                stop()
                thread.join(POLL_SECONDS)
            raise
        return results[0]


def _size(row: Row) -> Fraction:
    """The largest coefficient: rows are divided by it, as solvers measure errors absolutely."""
    return max((abs(term) for term in row.terms.values()), default=Fraction(1))


def _scaled(row: Row, x: list[Any]) -> Any:
    from ortools.math_opt.python import mathopt

    return mathopt.fast_sum(float(term / _size(row)) * x[item] for item, term in row.terms.items())


def _whole(program: Program) -> dict[int, int] | None:
    """The objective in whole numbers; None where it or a row has none."""
    rows = [*program.rows, *(row for group in program.alternatives for row in group)]
    if any(row.whole is None for row in rows):
        return None
    scaled = whole_numbers(list(program.value.values()))
    return None if scaled is None else dict(zip(program.value, scaled, strict=True))


def _factor(program: Program, objective: dict[int, int]) -> Fraction:
    """What the values were multiplied by to become whole."""
    return next((whole / program.value[item] for item, whole in objective.items() if whole), Fraction(1))


def _found(program: Program, chosen: Chosen, bound: Fraction, solver: Solver, *, is_proved: bool) -> Found:
    value = program.worth(chosen)
    if is_proved:
        return Found("ok", chosen, value, value, solver)
    return Found("feasible", chosen, value, max(bound, value), solver)
