"""OR-Library's files of multi-dimensional knapsacks, as text."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from consortio_engine.choice.items import Budget, Item, Limits
from consortio_engine.errors import Fault, InvalidChoice

PROBLEMS_MAX = 1_000


@dataclass(frozen=True, eq=False)
class Knapsack:
    """
    One problem.

    Attributes:
        items, limits: as `choose` takes them. known: the best value that the file states; None where it states 0.
    """

    items: tuple[Item, ...]
    limits: Limits
    known: float | None


def read_mknap(text: str) -> tuple[Knapsack, ...]:
    """
    Read the numbers of an mknap file: how many problems; for each: items n, budgets m, best known value (0: unknown),
    n values, m rows of n uses, m budgets. A file of one problem of several items may leave out how many
    there are.

    Raises:
        InvalidChoice: something is no number, or there are too few or too many numbers.

    Source:
        Beasley (1990), OR-Library, files mknap1 and mknapcb1 to mknapcb9.
    """
    numbers = _Numbers(text)
    first = numbers.whole("the number of problems")
    try:
        found = tuple(_problem(numbers) for _ in range(min(first, PROBLEMS_MAX)))
        numbers.end()
        if not 0 < first <= PROBLEMS_MAX:
            raise _refused(f"It holds {first} problems, and may hold 1 to {PROBLEMS_MAX}.")
    except InvalidChoice:
        alone = _alone(text) if first > 1 else None  # a first number of 1 counts problems: what follows is cut off
        if alone is None:
            raise
        return (alone,)
    return found


def _alone(text: str) -> Knapsack | None:
    """The problem of a file that does not say how many there are; None where it is no such file."""
    numbers = _Numbers(text)
    try:
        found = _problem(numbers)
        numbers.end()
    except InvalidChoice:
        return None
    return found


class _Numbers:
    """The numbers of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self._words, self._at = text.split(), 0

    def next(self, what: str) -> Decimal:
        if self._at == len(self._words):
            raise _refused(f"It ends where {what} should stand.")
        word = self._words[self._at]
        self._at += 1
        try:
            value = Decimal(word)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise _refused(f"Word {self._at} is {word!r:.40}, and should be {what}.")
        return value

    def whole(self, what: str) -> int:
        value = self.next(what)
        if value != value.to_integral_value() or abs(value) > 10**9:
            raise _refused(f"Word {self._at} is {value}, and should be {what}.")
        return int(value)

    def many(self, count: int, what: str) -> list[Decimal]:
        if not 0 <= count <= len(self._words) - self._at:
            raise _refused(f"It ends before {count} numbers of {what}.")
        return [self.next(what) for _ in range(count)]

    def end(self) -> None:
        if self._at < len(self._words):
            raise _refused(f"{len(self._words) - self._at} numbers are left over.")


def _problem(numbers: _Numbers) -> Knapsack:
    count, rows = numbers.whole("the number of items"), numbers.whole("the number of budgets")
    known = numbers.next("the best known value")
    values = numbers.many(count, "values")
    uses = [numbers.many(count, f"uses of budget {row}") for row in range(rows)]
    budgets = tuple(Budget(most=most) for most in numbers.many(rows, "budgets"))
    items = tuple(
        Item(value=value, uses={row: uses[row][index] for row in range(rows) if uses[row][index]})
        for index, value in enumerate(values)
    )
    return Knapsack(items, Limits(budgets=budgets), float(known) if known else None)


def _refused(message: str) -> InvalidChoice:
    return InvalidChoice([Fault("mknap", -1, message)])
