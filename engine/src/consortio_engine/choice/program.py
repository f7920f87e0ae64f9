"""A choice as an exact linear program in zeros and ones: rows of fractions, each with the rule it stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, gcd, lcm

from consortio_engine.choice.items import Item, Limits, Rule, exact

SUM_MAX = 2**53  # sums beyond are left to a solver of floating-point numbers


@dataclass(frozen=True, eq=False)
class Row:
    """
    The chosen items' coefficients add up to `most` or less; an empty row with a negative `most` can never hold.

    Attributes:
        terms: item -> coefficient, none of them 0. rule: what it stands for; None: made while searching.
    """

    terms: Mapping[int, Fraction]
    most: Fraction
    rule: Rule | None = None

    def holds(self, chosen: frozenset[int]) -> bool:
        """Whether the row holds, exactly."""
        return self.total(chosen) <= self.most

    def total(self, chosen: frozenset[int]) -> Fraction:
        """What the chosen items add up to."""
        return sum((self.terms[item] for item in sorted(chosen) if item in self.terms), Fraction(0))

    @cached_property
    def whole(self) -> tuple[dict[int, int], int] | None:
        """The same row in whole numbers; None where they would become too large."""
        found = whole_numbers([*self.terms.values(), self.most])
        if found is None:
            return None
        *coefficients, most = found
        return dict(zip(self.terms, coefficients, strict=True)), most


@dataclass(frozen=True, eq=False)
class Program:
    """
    Maximise `value` within all rows; of each group of alternatives at least one row must hold.

    Attributes:
        count: of items. value: item -> Fraction. rows, alternatives: see above.
    """

    count: int
    value: Mapping[int, Fraction]
    rows: tuple[Row, ...]
    alternatives: tuple[tuple[Row, ...], ...] = ()

    def worth(self, chosen: frozenset[int]) -> Fraction:
        """The value of a choice, exactly."""
        return sum((self.value.get(item, Fraction(0)) for item in sorted(chosen)), Fraction(0))

    def allows(self, chosen: frozenset[int]) -> bool:
        """Whether a choice keeps every rule, exactly."""
        plain = all(row.holds(chosen) for row in self.rows)
        return plain and all(any(row.holds(chosen) for row in group) for group in self.alternatives)

    def without(self, rule: Rule) -> "Program":
        """The same without one rule."""
        return replace(self, rows=tuple(row for row in self.rows if row.rule != rule))

    def with_rows(self, *rows: Row) -> "Program":
        """The same with more rows."""
        return replace(self, rows=(*self.rows, *rows))


def whole_numbers(values: Sequence[Fraction]) -> list[int] | None:
    """The values times what makes all of them whole, by as little as possible; None where their sum passes SUM_MAX."""
    factor = lcm(*(value.denominator for value in values))
    scaled = [int(value * factor) for value in values]
    common = gcd(*scaled) or 1
    scaled = [value // common for value in scaled]
    return scaled if sum(map(abs, scaled)) < SUM_MAX else None


def program_of(items: Sequence[Item], limits: Limits) -> Program:
    """The program of checked items and limits."""
    value = {index: exact(item.value) for index, item in enumerate(items)}
    return Program(len(items), value, (*_budgets(items, limits), *_ties(items, limits), *_shares(items, limits)))


def _budgets(items: Sequence[Item], limits: Limits) -> list[Row]:
    terms: list[dict[int, Fraction]] = [{} for _ in limits.budgets]
    for index, item in enumerate(items):
        for at, use in item.uses.items():
            if use:
                terms[at][index] = exact(use)
    return [Row(terms[at], exact(budget.most), Rule("budget", at)) for at, budget in enumerate(limits.budgets)]


def _ties(items: Sequence[Item], limits: Limits) -> list[Row]:
    """Exclusions, mandatory items, and needs; the needs of one item are one rule."""
    one, zero = Fraction(1), Fraction(0)
    rows = [Row(dict.fromkeys(group, one), one, Rule("exclusion", at)) for at, group in enumerate(limits.exclusions)]
    for index, item in enumerate(items):
        if item.is_mandatory:
            rows.append(Row({index: -one}, -one, Rule("mandatory", index)))
        rows += [Row({index: one, other: -one}, zero, Rule("need", index)) for other in sorted(set(item.needs))]
    return rows


def _shares(items: Sequence[Item], limits: Limits) -> list[Row]:
    """Share x value of all that is chosen - worth to the organisation <= 0."""
    rows = []
    for at, (who, share) in enumerate(limits.shares.items()):
        terms = {
            index: exact(share) * exact(item.value) - exact(item.worth.get(who, 0)) for index, item in enumerate(items)
        }
        rows.append(Row({index: term for index, term in terms.items() if term}, Fraction(0), Rule("share", at)))
    return rows


def other_than(chosen: frozenset[int], count: int) -> Row:
    """The row that every choice but this one keeps."""
    terms = {item: Fraction(1 if item in chosen else -1) for item in range(count)}
    return Row(terms, Fraction(len(chosen) - 1))


def at_least(value: Mapping[int, Fraction], least: Fraction) -> Row:
    """The row that choices of at least that value keep; `least` is raised to a value that a sum can have."""
    size = step(value)
    return Row({item: -worth for item, worth in value.items() if worth}, -ceil(least / size) * size)


def step(value: Mapping[int, Fraction]) -> Fraction:
    """The largest amount of which every value is a whole multiple: two different sums lie at least that far apart."""
    values = list(value.values())
    return Fraction(gcd(*(one.numerator for one in values)) or 1, lcm(*(one.denominator for one in values)))
