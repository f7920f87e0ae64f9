"""The figures of earned value, and money that is divided without losing a unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from operator import attrgetter

from consortio_engine.errors import Fault
from consortio_engine.value.rows import InvalidValue, is_measure, is_whole

SUMMED = ("budget", "planned", "earned", "tasks", "unreported", "cost_known", "earned_known")
_SUMMED_OF = attrgetter(*SUMMED)


@dataclass(frozen=True)
class Figures:
    """
    Budget, planned and earned value and cost of some tasks, in minor units, and what follows from them.

    Attributes:
        budget: at completion (BAC). planned: to be earned by now (PV). earned: by now (EV).
        cost: so far (AC); None as soon as one task's is missing. tasks: how many. unreported: those without a cost.
        cost_known, earned_known: cost and earned value of the tasks whose cost is known.
    """

    budget: int = 0
    planned: int = 0
    earned: int = 0
    cost: int | None = 0
    tasks: int = 0
    unreported: int = 0
    cost_known: int = 0
    earned_known: int = 0

    @property
    def cv(self) -> int | None:
        """Cost variance EV - AC: below 0 is dearer than its worth."""
        return None if self.cost is None else self.earned - self.cost

    @property
    def sv(self) -> int:
        """Schedule variance EV - PV: below 0 is behind the plan."""
        return self.earned - self.planned

    @property
    def cpi(self) -> float | None:
        """Cost performance index EV / AC."""
        return _ratio(self.earned, self.cost)

    @property
    def cpi_known(self) -> float | None:
        """The same over the tasks whose cost is known."""
        return _ratio(self.earned_known, self.cost_known)

    @property
    def spi(self) -> float | None:
        """Schedule performance index EV / PV."""
        return _ratio(self.earned, self.planned)

    @property
    def eac_by_cpi(self) -> int | None:
        """Estimate at completion BAC / CPI: the rest costs as much per unit earned as so far."""
        if self.cost is None or self.earned == 0:
            return None
        return rounded(Fraction(self.budget * self.cost, self.earned))

    @property
    def eac_by_plan(self) -> int | None:
        """Estimate at completion AC + (BAC - EV): the rest costs what was planned."""
        return None if self.cost is None else self.cost + self.budget - self.earned

    @property
    def eac_by_both(self) -> int | None:
        """Estimate at completion AC + (BAC - EV) / (CPI SPI): being late costs too."""
        if self.cost is None or self.earned == 0:
            return None
        rest = Fraction((self.budget - self.earned) * self.cost * self.planned, self.earned**2)
        return rounded(self.cost + rest)

    @property
    def tcpi(self) -> float | None:
        """To-complete index (BAC - EV) / (BAC - AC): how well the rest must do. Below 0: the budget is spent."""
        return None if self.cost is None else _ratio(self.budget - self.earned, self.budget - self.cost)


def total(many: Iterable[Figures]) -> Figures:
    """The sums; the cost is None where one is."""
    rows = list(many)
    if not rows:
        return Figures()
    costs = [row.cost for row in rows if row.cost is not None]
    sums = {name: sum(column) for name, column in zip(SUMMED, zip(*map(_SUMMED_OF, rows), strict=True), strict=True)}
    return Figures(cost=sum(costs) if len(costs) == len(rows) else None, **sums)


def apportion(amount: int, weights: Sequence[float]) -> list[int]:
    """
    Divide an amount by weights into whole units that sum to it exactly.

    Args:
        amount: minor units. weights: shape (parts,), >= 0, at least one above 0.

    Returns:
        Shape (parts,); each lies less than one unit from its exact share.

    Raises:
        InvalidValue: an amount that is not whole, a weight below 0, or nothing but zeros.

    Source:
        Hamilton's method of largest remainders; ties go to the first. Cost: O(parts log parts).
    """
    faults = [
        Fault("weight", index, f"Weight {index} is {weight!r}; it is 0 or more.")
        for index, weight in enumerate(weights)
        if not (is_measure(weight) and weight >= 0)
    ]
    if not is_whole(amount):
        faults.append(Fault("amount", -1, f"The amount is {amount!r}; it is whole minor units."))
    if not faults and not any(weight > 0 for weight in weights):
        faults.append(Fault("weight", -1, "No weight is above 0."))
    if faults:
        raise InvalidValue(faults)
    exact = [Fraction(weight) for weight in weights]
    shares = [amount * weight / sum(exact) for weight in exact]
    parts = [floor(share) for share in shares]
    order = sorted(range(len(parts)), key=lambda part: (parts[part] - shares[part], part))
    for part in order[: int(amount) - sum(parts)]:
        parts[part] += 1
    return parts


def rounded(value: Fraction) -> int:
    """The nearest whole number; halves go up."""
    return ratio_rounded(value.numerator, value.denominator)


def ratio_rounded(above: int, below: int) -> int:
    """The whole number nearest to above / below, below > 0; halves go up."""
    return (2 * above + below) // (2 * below)


def _ratio(above: int, below: int | None) -> float | None:
    return None if below is None or below == 0 else above / below
