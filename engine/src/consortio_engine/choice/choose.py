"""The choice worth most within its limits; what each rule costs, and what else would be almost as good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from consortio_engine.answers import Answer, Cancelled, Status, Watch
from consortio_engine.choice.items import Item, Limits, Rule, check_items
from consortio_engine.choice.program import Program, Row, at_least, other_than, program_of
from consortio_engine.choice.solving import METHODS, Chosen, Found, Search
from consortio_engine.errors import Fault, InvalidChoice
from consortio_engine.fingerprint import digest
from consortio_engine.version import VERSION

NEAR_SHARE = Fraction(2, 100)
NEAR_MAX = 10


@dataclass(frozen=True)
class Plan:
    """One choice: the items, ascending, and their value."""

    chosen: tuple[int, ...]
    value: float


@dataclass(frozen=True)
class Price:
    """
    What a rule costs.

    Attributes:
        rule: which one. gain: how much more could be had without it. is_proved: else it is at least that.
    """

    rule: Rule
    gain: float
    is_proved: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(Answer):
    """
    The choice, how good it is, and what stands in its way.

    Attributes:
        chosen: items, ascending; empty without an answer. value: of them; None without an answer.
        bound: no choice is worth more. gap: (bound - value) / |value|, 0 when proved; None without both.
        used: of each budget; empty without an answer.
        is_explained: prices and near choices were asked for.
        prices: what each rule costs, in the order of kinds and indices; those that cannot cost anything are left out.
        near: other choices within 2 % of the value, best first, at most ten.
        near_is_complete: there are no others within 2 %.
        conflict: when infeasible: rules that cannot hold together, each of them needed for that.
        findings: `unproved` (the limit came before the proof), `prices_missing`, `near_missing` (it left no time for
            them).
    """

    chosen: tuple[int, ...] = ()
    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    used: tuple[float, ...] = ()
    is_explained: bool = False
    prices: tuple[Price, ...] = ()
    near: tuple[Plan, ...] = ()
    near_is_complete: bool = False
    conflict: tuple[Rule, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def binding(self) -> tuple[int, ...]:
        """Indices of the budgets without which more could be had."""
        return tuple(price.rule.index for price in self.prices if price.rule.kind == "budget" and price.gain > 0)


@dataclass(eq=False)
class _Under:
    """A choice under way: what is known when it is cancelled or the time is over."""

    program: Program
    search: Search
    explain: bool
    found: Found = field(default_factory=lambda: Found("limit"))
    prices: list[Price] = field(default_factory=list)
    near: list[tuple[Fraction, Chosen]] = field(default_factory=list)
    near_is_complete: bool = False
    conflict: tuple[Rule, ...] = ()
    findings: list[str] = field(default_factory=list)


def choose(
    items: Sequence[Item],
    limits: Limits,
    *,
    limit_s: float | None = None,
    effort: float | None = None,
    explain: bool = True,
    watch: Watch | None = None,
) -> Choice:
    """
    Return the choice of items worth most within the limits.

    Args:
        items, limits: see there; values, uses and budgets in any unit.
        limit_s: seconds for everything; None: until all is proved. What it cuts off is not the same on every run.
        effort: CP-SAT's deterministic time for each search; with it, and no `limit_s`, every run answers the same.
        explain: also find prices and near choices, each of which is another search.

    Raises:
        InvalidChoice: with every fault.
        SolverMissing: the extra `solve` is not installed.

    Cost:
        Exponential in the worst case. Thirty items are proved in some hundredths of a second, sixty under twelve
        budgets in one to twenty seconds; for hundreds expect a bound and a gap.

    Source:
        Kellerer, Pferschy and Pisinger (2004), Knapsack Problems, chapter 9; docs/engine/choice.md.
    """
    check_items(items, limits)
    check_limits(limit_s, effort)
    watch = watch or Watch()
    began = watch.clock()
    search = Search(watch, None if limit_s is None else began + limit_s, effort)
    under = _Under(program_of(items, limits), search, explain)
    status: Status = "cancelled"
    try:
        _solve(under)
        status = under.found.status
    except Cancelled:
        pass
    fingerprint = digest([*map(repr, items), repr(limits), limit_s, effort, explain, VERSION])
    return _answer(under, status, fingerprint, watch.clock() - began)


def check_limits(limit_s: float | None, effort: float | None) -> None:
    """Raise InvalidChoice where a limit of time is no number above 0."""
    for name, value in (("limit_s", limit_s), ("effort", effort)):
        if value is not None and not 0 < value < float("inf"):
            raise InvalidChoice([Fault("no_limit", -1, f"{name} is {value}, and must be above 0.")])


def _solve(under: _Under) -> None:
    rules = _rules_that_may_cost(under.program) if under.explain else []
    steps = 1 + (NEAR_MAX + len(rules) if under.explain else 0)
    under.found = under.search.best(under.program)
    _tell(under, 1, steps)
    if under.found.status == "infeasible":
        under.conflict = _conflict(under)
    elif under.found.chosen is not None:
        if under.found.status == "feasible":
            under.findings.append("unproved")
        if under.explain:
            _find_near(under, steps)
            _find_prices(under, rules, steps)
    _tell(under, steps, steps)


def _tell(under: _Under, done: int, steps: int) -> None:
    value = under.found.value
    under.search.watch.tell(done, steps, None if value is None else float(value))


def _find_near(under: _Under, steps: int) -> None:
    """Forbid what is known and ask again, until nothing within 2 % is left."""
    chosen, value = under.found.chosen, under.found.value
    assert chosen is not None and value is not None
    least = at_least(under.program.value, value - NEAR_SHARE * abs(value))
    program = under.program.with_rows(least, other_than(chosen, under.program.count))
    while len(under.near) < NEAR_MAX:
        found = Found("limit") if under.search.is_over() else under.search.best(program)
        if found.status == "infeasible":
            under.near_is_complete = True
            return
        if found.status != "ok" or found.chosen is None or found.value is None:
            under.findings.append("near_missing")
            return
        under.near.append((found.value, found.chosen))
        program = program.with_rows(other_than(found.chosen, program.count))
        _tell(under, 1 + len(under.near), steps)
    under.near_is_complete = under.search.best(program).status == "infeasible"


def _rules_that_may_cost(program: Program) -> list[Rule]:
    """Every rule once, without those that no choice could break."""
    rules: dict[Rule, None] = {}
    for row in program.rows:
        largest = sum(term for term in row.terms.values() if term > 0)
        if row.rule is not None and largest > row.most:
            rules[row.rule] = None
    return list(rules)


def _find_prices(under: _Under, rules: Sequence[Rule], steps: int) -> None:
    chosen, value, bound = under.found.chosen, under.found.value, under.found.bound
    assert chosen is not None and value is not None
    for number, rule in enumerate(rules):
        if under.search.is_over():
            under.findings.append("prices_missing")
            return
        found = under.search.best(under.program.without(rule), hint=chosen)
        gain = Fraction(0) if found.value is None else max(found.value - value, Fraction(0))
        is_proved = found.status == "ok" and bound == value
        under.prices.append(Price(rule, float(gain), is_proved))
        _tell(under, 1 + NEAR_MAX + number, steps)


def _conflict(under: _Under) -> tuple[Rule, ...]:
    """Leave out one rule after the other where the rest still cannot hold: what stays is needed."""
    program = under.program
    rules: dict[Rule, None] = {row.rule: None for row in program.rows if row.rule is not None}
    for rule in rules:
        fewer = program.without(rule)
        if under.search.is_over():
            return ()
        if under.search.best(fewer).status == "infeasible":
            program = fewer
    return tuple(dict.fromkeys(row.rule for row in program.rows if row.rule is not None))


def _answer(under: _Under, status: Status, fingerprint: str, elapsed: float) -> Choice:
    found = under.found
    value = None if found.value is None else float(found.value)
    bound = None if found.bound is None else float(found.bound)
    chosen = found.chosen if found.chosen is not None else frozenset()
    near = sorted(under.near, key=lambda one: (-one[0], sorted(one[1])))
    return Choice(
        status=status,
        method=METHODS[found.solver],
        fingerprint=fingerprint,
        elapsed=elapsed,
        chosen=tuple(sorted(chosen)),
        value=value,
        bound=bound,
        gap=_gap(found),
        used=tuple(_used(under.program, chosen)) if value is not None else (),
        is_explained=under.explain,
        prices=tuple(under.prices),
        near=tuple(Plan(tuple(sorted(items)), float(worth)) for worth, items in near),
        near_is_complete=under.near_is_complete,
        conflict=under.conflict,
        findings=tuple(under.findings),
    )


def _gap(found: Found) -> float | None:
    if found.value is None or found.bound is None or (found.value == 0 and found.bound != 0):
        return None
    return float((found.bound - found.value) / abs(found.value)) if found.value else 0.0


def _used(program: Program, chosen: Chosen) -> Iterator[float]:
    rows: list[Row] = [row for row in program.rows if row.rule is not None and row.rule.kind == "budget"]
    yield from (float(row.total(chosen)) for row in rows)
