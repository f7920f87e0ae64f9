"""A survey: what is agreed before anybody answers, the ballots, and what is told of them."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from consortio_engine.errors import Fault
from consortio_engine.privacy.faults import InvalidSurvey
from consortio_engine.privacy.rule import DEFAULT_K, Release, Round

SMALLEST_AGREED_K = 5
DEFAULT_TEXT_K = 10
LARGEST = 1e6


@dataclass(frozen=True)
class Dimension:
    """
    One thing that is asked.

    Attributes:
        name: for the reader. low, high: the ends of the scale. favourable: from which answer on it is a good one.
        is_reversed: a high answer is a bad one; it is turned round before anything is computed.
    """

    name: str
    low: float = 1
    high: float = 5
    favourable: float = 4
    is_reversed: bool = False


@dataclass(frozen=True)
class Ballot:
    """
    What one person answered.

    Attributes:
        organisation: index. values: shape (dimensions,), None where it was left out. text: free words, or None.
    """

    organisation: int
    values: Sequence[float | None]
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    What is agreed and shown before anybody answers, and never changed after.

    Attributes:
        dimensions: what is asked. eligible: shape (organisations,), who is asked, by any key.
        closes_at: minutes since 1970; before it nothing is told.
        k: the smallest group that is told about, >= 5. text_k: how many must have answered before any text is shown, >= k.
        by_organisation: whether averages of single organisations are shown where they may be.
        coalitions: unions of organisations that are expected to put together what they know.
        earlier: shape (dimensions,), the earlier rounds of each dimension; or () for none.
        seed: of the order of texts.

    Raises: InvalidSurvey with every fault.
    """

    dimensions: Sequence[Dimension]
    eligible: Sequence[frozenset[Hashable]]
    closes_at: int
    k: int = DEFAULT_K
    text_k: int = DEFAULT_TEXT_K
    by_organisation: bool = True
    coalitions: Sequence[frozenset[int]] = ()
    earlier: Sequence[Sequence[Round]] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if faults := list(_plan_faults(self)):
            raise InvalidSurvey(faults)


@dataclass(frozen=True)
class Banded:
    """A figure in coarse steps; towards the ends only that it lies beyond: `bound` is "at_least" or "at_most"."""

    value: float
    bound: Literal["", "at_least", "at_most"] = ""


@dataclass(frozen=True)
class Cell:
    """
    What is told of a group.

    Attributes:
        mean: in fortieths of the scale (0.1 from 1 to 5), never nearer to its ends than an eighth of it.
        favourable: the share of good answers in tenths, never below 0.2 or above 0.8.
        answers: how many, as a band: fewest and most; None: no most.
    """

    mean: Banded
    favourable: Banded
    answers: tuple[int, int | None]


@dataclass(frozen=True)
class Results:
    """
    What is told of a dimension; None where it is not.

    Attributes:
        release: what was allowed, and why. slices: by organisation. total: over all answers. gap: the largest less the
            smallest mean of an organisation. over_organisations: the mean of their means.
    """

    release: Release
    slices: dict[int, Cell] = field(default_factory=dict)
    total: Cell | None = None
    gap: float | None = None
    over_organisations: float | None = None


def refuse_faulty(ballots: Sequence[Ballot], plan: Plan) -> None:
    """Raise InvalidSurvey with every fault of every ballot."""
    if faults := [fault for index, ballot in enumerate(ballots) for fault in _faults(index, ballot, plan)]:
        raise InvalidSurvey(faults)


def _faults(index: int, ballot: Ballot, plan: Plan) -> Iterator[Fault]:
    if ballot.organisation not in range(len(plan.eligible)):
        yield Fault("organisation", index, f"Ballot {index} is of organisation {ballot.organisation!r}.")
    if len(ballot.values) != len(plan.dimensions):
        text = f"Ballot {index} has {len(ballot.values)} values; {len(plan.dimensions)} were asked."
        yield Fault("shapes", index, text)
        return
    for dimension, value in zip(plan.dimensions, ballot.values, strict=True):
        if value is not None and not (_is_number(value) and dimension.low <= value <= dimension.high):
            text = f"Ballot {index} answers {value!r}; {dimension.name} goes from {dimension.low} to {dimension.high}."
            yield Fault("value", index, text)


def _plan_faults(plan: Plan) -> Iterator[Fault]:
    if plan.k < SMALLEST_AGREED_K:
        yield Fault("k", -1, f"k is {plan.k}; a survey is agreed with {SMALLEST_AGREED_K} at least.")
    if plan.text_k < plan.k:
        yield Fault("text_k", -1, f"Texts are shown from {plan.text_k} answers on; k is {plan.k}.")
    if plan.earlier and len(plan.earlier) != len(plan.dimensions):
        yield Fault(
            "earlier", -1, f"Earlier rounds of {len(plan.earlier)} dimensions; {len(plan.dimensions)} are asked."
        )
    for index, dimension in enumerate(plan.dimensions):
        ends = (dimension.low, dimension.favourable, dimension.high)
        if not all(_is_number(end) for end in ends) or not dimension.low < dimension.favourable <= dimension.high:
            yield Fault("scale", index, f"Dimension {index} has the scale {ends!r}.")


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isfinite(value) and abs(value) <= LARGEST  # type: ignore[arg-type]  # a number
