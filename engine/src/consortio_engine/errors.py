"""What the engine refuses, by name."""

from collections.abc import Sequence
from dataclasses import dataclass


class EngineError(Exception):
    """
    The base of all refusals.

    Attributes:
        code: one word for programs.
        where: indices of the tasks or links concerned; the caller knows their names.
    """

    code = "engine"

    def __init__(self, message: str = "", where: Sequence[int] = ()) -> None:
        super().__init__(message or self.code)
        self.where = tuple(int(index) for index in where)


class HorizonExceeded(EngineError):
    """A date lies outside the compiled part of a calendar, or no working time is left in it."""

    code = "horizon"


class InvalidPattern(EngineError):
    """A week pattern or an exception holds a period that is no period."""

    code = "pattern"


class Cycle(EngineError):
    """Tasks that wait for each other; `where` is a shortest such ring, each task before its successor."""

    code = "cycle"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input: a code, the row concerned (-1: none) and a sentence."""

    code: str
    index: int
    message: str


class Faulty(EngineError):
    """Input that is refused whole; `faults` lists everything wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0].message
        rest = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(first + rest, [fault.index for fault in faults])
        self.faults = tuple(faults)


class InvalidNetwork(Faulty):
    """A network that is refused whole."""

    code = "network"


class InvalidForecast(Faulty):
    """Readings, a target or forecasts that are refused whole; `where` holds the rows."""

    code = "forecast"


class InvalidChoice(Faulty):
    """Items, limits or ranks of a choice that are refused whole; `where` holds the items, or -1."""

    code = "choice"


class InvalidTies(Faulty):
    """Ties, deliverables, amounts or responsibilities that are refused whole; `where` holds their rows, or -1."""

    code = "ties"


class SolverMissing(EngineError):
    """A solver was asked for, and the extra `solve` is not installed."""

    code = "solver_missing"
