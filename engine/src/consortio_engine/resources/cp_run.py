"""One run of CP-SAT, with its caller looking on."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

from consortio_engine.answers import Cancelled

LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Limits:
    """
    How long, how wide, from which random numbers.

    Attributes:
        seconds: by the clock; None where only `deterministic` counts.
        deterministic: CP-SAT's own measure of work; with one worker runs are then equal.
    """

    seconds: float | None
    deterministic: float | None
    workers: int
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What a run found: CP-SAT's word, the value of expressions in its solution, the bound of the objective."""

    word: str
    value: Callable[[Any], int] | None
    bound: float
    deterministic: float


def solve(cp: Any, limits: Limits, look: Callable[[float | None], None]) -> Outcome:
    """
    Solve a model in a thread of its own, while the caller's thread looks on.

    So `look` (progress and cancelling) is always called in the thread that asked, never in one of the solver's.

    Args:
        look: called some twenty times a second with the best objective so far; raising Cancelled ends the run.
    """
    from ortools.sat.python import cp_model  # lazily: see `cp_build`

    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = limits.workers
    parameters.random_seed = limits.seed
    parameters.catch_sigint_signal = False  # Python's own handler stays: the caller's thread is interrupted
    if limits.seconds is not None:
        parameters.max_time_in_seconds = max(limits.seconds, 0.01)
    if limits.deterministic is not None:
        parameters.max_deterministic_time = max(limits.deterministic, 0.001)

    class Watcher(cp_model.CpSolverSolutionCallback):  # type: ignore[misc, name-defined, unused-ignore]  # untyped base
        best: float | None = None

        def on_solution_callback(self) -> None:
            self.best = self.objective_value

    watcher = Watcher()
    words: list[str] = []
    run = Thread(target=lambda: words.append(solver.status_name(solver.solve(cp, watcher))))
    run.start()
    try:
        while run.is_alive():
            run.join(LOOK_SECONDS)
            look(watcher.best)
    except Cancelled:
        solver.stop_search()
        run.join()
        words.append("CANCELLED")
    except BaseException:
        solver.stop_search()
        run.join()
        raise
    assert words and words[0] != "MODEL_INVALID", cp.validate()  # only we can cause that
    has_plan = words[0] in ("OPTIMAL", "FEASIBLE")
    spent = solver.response_proto.deterministic_time
    value = (lambda expression: int(solver.value(expression))) if has_plan else None
    return Outcome(words[-1], value, solver.best_objective_bound if has_plan else 0.0, spent)
