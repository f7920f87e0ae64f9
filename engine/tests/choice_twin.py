"""Choices found by looking at every one of them: slow, obvious, and with nothing of the engine's."""

from fractions import Fraction
from itertools import chain, combinations


def every_choice(count):
    return [
        frozenset(one) for one in chain.from_iterable(combinations(range(count), size) for size in range(count + 1))
    ]


def number(value):
    return Fraction(str(value))


def keeps(chosen, items, limits, without=None) -> bool:
    """Whether a choice keeps every rule, told in words; `without` is one (kind, index) that does not count."""
    for at, budget in enumerate(limits.budgets):
        if ("budget", at) != without and sum(number(items[i].uses.get(at, 0)) for i in chosen) > number(budget.most):
            return False
    for at, group in enumerate(limits.exclusions):
        if ("exclusion", at) != without and len(chosen & set(group)) > 1:
            return False
    for at, (who, share) in enumerate(limits.shares.items()):
        theirs = sum(number(items[i].worth.get(who, 0)) for i in chosen)
        if ("share", at) != without and theirs < number(share) * worth(chosen, items):
            return False
    for i, item in enumerate(items):
        if ("mandatory", i) != without and item.is_mandatory and i not in chosen:
            return False
        if ("need", i) != without and i in chosen and not set(item.needs) <= chosen:
            return False
    return True


def worth(chosen, items):
    return sum((number(items[i].value) for i in chosen), Fraction(0))


def allowed(items, limits, without=None):
    return [chosen for chosen in every_choice(len(items)) if keeps(chosen, items, limits, without)]


def best_worth(items, limits, without=None):
    return max((worth(chosen, items) for chosen in allowed(items, limits, without)), default=None)


def points(items, limits, organisations):
    """The points that no other point dominates."""
    found = {
        tuple(sum((number(items[i].worth.get(who, 0)) for i in chosen), Fraction(0)) for who in organisations)
        for chosen in allowed(items, limits)
    }
    return {
        point
        for point in found
        if not any(other != point and all(a >= b for a, b in zip(other, point, strict=True)) for other in found)
    }
