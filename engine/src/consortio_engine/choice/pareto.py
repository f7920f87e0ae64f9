"""What is fair between organisations: the choices in which nobody can have more without another having less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from consortio_engine.answers import Answer, Cancelled, Status, Watch
from consortio_engine.choice.choose import check_limits
from consortio_engine.choice.items import Item, Limits, check_items, exact
from consortio_engine.choice.program import Program, Row, at_least, program_of, step
from consortio_engine.choice.solving import Chosen, Search
from consortio_engine.errors import Fault, InvalidChoice
from consortio_engine.fingerprint import digest
from consortio_engine.version import VERSION

EXACT_ORGANISATIONS_MAX = 3
SAMPLES = 200
POINTS_MAX = 500
WEIGHT_MAX = 1_000
EXACT = "epsilon-constraint, every point"
SAMPLED = "weighted sums, a sample"


@dataclass(frozen=True)
class FrontPlan:
    """One choice, and what it is worth to each organisation, in the order they were asked for."""

    chosen: tuple[int, ...]
    worth: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Front(Answer):
    """
    Choices in which nobody can have more without another having less.

    Attributes:
        status: "ok": these are all (one choice for each point); "feasible": there may be more.
        plans: the first organisation's best first.
        findings: `sample` (more than three organisations: points between are missing), `points_missing` (the limit, or
            500 points, came first).
    """

    plans: tuple[FrontPlan, ...] = ()
    findings: tuple[str, ...] = ()


def pareto(
    items: Sequence[Item],
    limits: Limits,
    organisations: Sequence[str],
    *,
    limit_s: float | None = None,
    effort: float | None = None,
    samples: int = SAMPLES,
    seed: int = 1,
    watch: Watch | None = None,
) -> Front:
    """
    Return the Pareto set between organisations, by each item's `worth` to them.

    Args:
        organisations: two or more. With up to three the set is exact; beyond, `samples` weighted sums are maximised.
        limit_s, effort: as for `choose`, for all searches together and for each.

    Random:
        PCG64 of `seed` draws the weights, beyond three organisations only.

    Raises:
        InvalidChoice: with every fault. SolverMissing: the extra `solve` is not installed.

    Cost:
        One search per point and one more; `samples` beyond three organisations.

    Source:
        Sylva and Crema (2004), A method for finding the set of non-dominated vectors, EJOR 158.
    """
    check_items(items, limits)
    check_limits(limit_s, effort)
    _check_organisations(items, organisations, samples)
    watch = watch or Watch()
    began = watch.clock()
    search = Search(watch, None if limit_s is None else began + limit_s, effort)
    goals = [_worth(items, who) for who in organisations]
    under = _Front(replace(program_of(items, limits), value=_sum(goals, [1] * len(goals))), goals, search)
    is_exact = len(goals) <= EXACT_ORGANISATIONS_MAX
    status: Status = "cancelled"
    try:
        status = under.every_point() if is_exact else under.sample(samples, seed)
    except Cancelled:
        pass
    parts: list[Any] = [*map(repr, items), repr(limits), tuple(organisations), limit_s, effort, samples, seed, VERSION]
    return Front(
        status=status,
        method=EXACT if is_exact else SAMPLED,
        fingerprint=digest(parts),
        seed=None if is_exact else seed,
        elapsed=watch.clock() - began,
        plans=under.plans(),
        findings=tuple(under.findings),
    )


def _check_organisations(items: Sequence[Item], organisations: Sequence[str], samples: int) -> None:
    faults = []
    known = {who for item in items for who in item.worth}
    if len(organisations) < 2 or len(set(organisations)) < len(organisations):
        faults.append(Fault("organisations", -1, "A Pareto set lies between two or more different organisations."))
    faults += [
        Fault("unknown_organisation", -1, f"No item is worth anything to {who!r}.")
        for who in organisations
        if who not in known and items
    ]
    if samples < 1:
        faults.append(Fault("samples", -1, f"{samples} samples, and must be at least 1."))
    if faults:
        raise InvalidChoice(faults)


def _worth(items: Sequence[Item], who: str) -> dict[int, Fraction]:
    return {index: exact(item.worth.get(who, 0)) for index, item in enumerate(items)}


def _sum(goals: Sequence[Mapping[int, Fraction]], weights: Sequence[int]) -> dict[int, Fraction]:
    return {
        item: sum((weight * goal[item] for goal, weight in zip(goals, weights, strict=True)), Fraction(0))
        for item in goals[0]
    }


class _Front:
    """A set under way: points and a choice for each."""

    def __init__(self, program: Program, goals: list[dict[int, Fraction]], search: Search) -> None:
        self._program, self._goals, self._search = program, goals, search
        self._points: dict[tuple[Fraction, ...], Chosen] = {}
        self.findings: list[str] = []

    def every_point(self) -> Status:
        """
        Ask for the best sum among choices that give somebody more than each known point does, until there is none.

        Whatever dominated such a choice would be among them, with a higher sum: so each answer is a point of the set.
        """
        program = self._program
        while len(self._points) < POINTS_MAX and not self._search.is_over():
            found = self._search.best(program)
            if found.status == "infeasible":
                return "ok" if self._points else "infeasible"
            if found.status != "ok" or found.chosen is None:
                break
            point = self._add(found.chosen)
            program = replace(program, alternatives=(*program.alternatives, self._more_than(point)))
            self._search.watch.tell(len(self._points), POINTS_MAX)
        self.findings.append("points_missing")
        return "feasible" if self._points else "limit"

    def _more_than(self, point: tuple[Fraction, ...]) -> tuple[Row, ...]:
        """One row per organisation: it has more than at the point. Worths are whole steps of something: one step more."""
        rows = []
        for goal, value in zip(self._goals, point, strict=True):
            rows.append(at_least(goal, value + step(goal)))
        return tuple(rows)

    def sample(self, count: int, seed: int) -> Status:
        """Maximise weighted sums; each weight is above 0, so that each answer is a point of the set."""
        draw = np.random.Generator(np.random.PCG64(seed))
        self.findings.append("sample")
        for number in range(count):
            weights = draw.integers(1, WEIGHT_MAX, size=len(self._goals), endpoint=True).tolist()
            if self._search.is_over():
                break
            found = self._search.best(replace(self._program, value=_sum(self._goals, weights)))
            if found.status == "infeasible":
                return "infeasible"
            if found.status != "ok" or found.chosen is None:
                break
            self._add(found.chosen)
            self._search.watch.tell(number + 1, count)
        else:
            return "feasible"
        self.findings.append("points_missing")
        return "feasible" if self._points else "limit"

    def _add(self, chosen: Chosen) -> tuple[Fraction, ...]:
        point = tuple(sum((goal[item] for item in sorted(chosen)), Fraction(0)) for goal in self._goals)
        self._points.setdefault(point, chosen)
        return point

    def plans(self) -> tuple[FrontPlan, ...]:
        """The points found, the first organisation's best first."""
        rows = sorted(self._points.items(), key=lambda row: [-value for value in row[0]])
        return tuple(FrontPlan(tuple(sorted(chosen)), tuple(map(float, point))) for point, chosen in rows)
