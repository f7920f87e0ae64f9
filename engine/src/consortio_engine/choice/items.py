"""What can be chosen, and within which limits; checked whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Literal, TypeGuard

from consortio_engine.errors import Fault, InvalidChoice

Number = int | float | Decimal | Fraction
RuleKind = Literal["budget", "exclusion", "mandatory", "need", "share"]

ITEMS_MAX = 5_000
NUMBER_MAX = 10**15


@dataclass(frozen=True, order=True)
class Rule:
    """
    One thing that a choice must keep.

    Attributes:
        kind: which list it stands in.
        index: of the budget, the group of exclusions, the mandatory item, the item that needs, or the share in order.
    """

    kind: RuleKind
    index: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """
    Something that is done as a whole, or not at all.

    Attributes:
        value: agreed points, or a careful quantile of simulated benefit; may be negative (a duty).
        uses: index of a budget -> how much of it the item takes.
        needs: indices of items without which this one cannot be chosen.
        is_mandatory: it is chosen in any case.
        worth: organisation -> what the item is worth to it; for `pareto` and minimum shares.
    """

    value: Number
    uses: Mapping[int, Number] = field(default_factory=dict)
    needs: Sequence[int] = ()
    is_mandatory: bool = False
    worth: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """
    Money or capacity of one organisation in one period; `most` is all there is. The words are for its reader only.
    """

    most: Number
    organisation: str = ""
    period: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """
    What choices must keep.

    Attributes:
        budgets: none may be exceeded.
        exclusions: groups of items of which at most one may be chosen.
        shares: organisation -> the least share (0 to 1) of the chosen items' value that must be its `worth`.
    """

    budgets: Sequence[Budget] = ()
    exclusions: Sequence[Sequence[int]] = ()
    shares: Mapping[str, Number] = field(default_factory=dict)


def exact(value: Number) -> Fraction:
    """The number as it is written: 0.1 is one tenth, not the nearest binary fraction."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def check_items(items: Sequence[Item], limits: Limits) -> None:
    """
    Refuse items and limits whole.

    Raises:
        InvalidChoice: with every fault: no finite number, an index that names nothing, an item that needs itself, a
            share outside 0 to 1, shares of more than 1 together. `where` holds items, or -1 for a limit.
    """
    faults = [*_item_faults(items, len(limits.budgets)), *_limit_faults(limits, len(items))]
    if faults:
        raise InvalidChoice(faults)


def _item_faults(items: Sequence[Item], budgets: int) -> Iterator[Fault]:
    if len(items) > ITEMS_MAX:
        yield Fault("too_many_items", -1, f"{len(items):,} items, and may be at most {ITEMS_MAX:,}.")
    for index, item in enumerate(items):
        numbers = [("value", item.value), *((f"use of budget {at}", use) for at, use in item.uses.items())]
        numbers += [(f"worth to {who}", worth) for who, worth in item.worth.items()]
        for name, number in numbers:
            if not is_number(number):
                yield Fault("not_a_number", index, f"Item {index}: its {name} is {number}.")
        for at in item.uses:
            if not 0 <= at < budgets:
                yield Fault("unknown_budget", index, f"Item {index} uses budget {at}; there are {budgets}.")
        for other in item.needs:
            if not 0 <= other < len(items):
                yield Fault("unknown_item", index, f"Item {index} needs item {other}; there are {len(items)}.")
            elif other == index:
                yield Fault("needs_itself", index, f"Item {index} needs itself.")


def _limit_faults(limits: Limits, items: int) -> Iterator[Fault]:
    for index, budget in enumerate(limits.budgets):
        if not is_number(budget.most):
            yield Fault("not_a_number", -1, f"Budget {index} is {budget.most}.")
    for index, group in enumerate(limits.exclusions):
        for other in group:
            if not 0 <= other < items:
                yield Fault("unknown_item", -1, f"Exclusion {index} names item {other}; there are {items}.")
        if len(set(group)) < len(group):
            yield Fault("item_twice", -1, f"Exclusion {index} names an item twice.")
    shares = limits.shares
    for who, share in shares.items():
        if not (is_number(share) and 0 <= exact(share) <= 1):
            yield Fault("no_share", -1, f"The share of {who} is {share}; it lies within 0 and 1.")
    if all(map(is_number, shares.values())) and sum(map(exact, shares.values())) > 1:
        yield Fault("shares_above_one", -1, "The shares are more than 1 together.")


def is_number(value: object) -> TypeGuard[Number]:
    """Whether it is a finite number of a size that can be computed with."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return False
    if isinstance(value, float | Decimal) and not isfinite(value):
        return False
    return abs(Fraction(value)) <= NUMBER_MAX
