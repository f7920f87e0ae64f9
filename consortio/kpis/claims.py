"""
What several organisations' words on one reading come to. Pure: values in, state and range out.

    nobody else said anything    proposed; where nobody else is, confirmed
    all who spoke confirm it     confirmed
    somebody contests it         contested, from the smallest to the greatest figure that was claimed

Each organisation's newest word counts. Nothing is averaged, and the order of the words does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from .models import ReadingState


@dataclass(frozen=True, slots=True)
class Claim:
    """
    What an organisation says that a KPI was in a period.

    Attributes:
        start_on, end_on: the period, its end being the first day after it.
        as_of: the day on which it was read off, if that was said.
    """

    start_on: date
    end_on: date
    value: Decimal
    as_of: date | None = None
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What another organisation says to a claim; of one that contests, `value` is its own figure, if it has any."""

    organisation_id: UUID
    is_confirming: bool
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    state: ReadingState
    low: Decimal
    high: Decimal


def standing(value: Decimal, words: Iterable[Word], *, is_alone: bool) -> Standing:
    """
    Return what a claim has come to.

    Args:
        words: the newest of each other organisation.
        is_alone: no other organisation sits in the circle.
    """
    said = list(words)
    contesting = [word for word in said if not word.is_confirming]
    if contesting:
        figures = [value, *(word.value for word in contesting if word.value is not None)]
        return Standing(ReadingState.CONTESTED, min(figures), max(figures))
    is_confirmed = bool(said) or is_alone
    return Standing(ReadingState.CONFIRMED if is_confirmed else ReadingState.PROPOSED, value, value)


def carried_over(value: Decimal, words: Sequence[Word]) -> list[Word]:
    """Return what was said to a reading as far as it holds for its correction: who claimed that very figure confirms it."""
    return [Word(word.organisation_id, True) for word in words if word.value == value]


class Becoming(StrEnum):
    """What a claim becomes, by what is held of its period already."""

    NEW = "new"
    CORRECTS = "corrects"  # one's own reading
    CONFIRMS = "confirms"  # another organisation's
    CONTESTS = "contests"
    SAME = "same"  # it was said already
    SETTLED = "settled"  # the members have decided otherwise


class Held(Protocol):
    """A reading that holds."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def low(self) -> Decimal: ...


def becoming(value: Decimal, held: Held | None, words: Iterable[Word], organisation_id: UUID) -> Becoming:
    """
    Return what a claim of an organisation becomes.

    Args:
        held: the reading of the period, if there is one; `words` what the others say to it.
    """
    if held is None:
        return Becoming.NEW
    if held.state == ReadingState.RESOLVED:
        return Becoming.SAME if held.low == value else Becoming.SETTLED
    is_same = held.value == value
    if held.organisation_id == organisation_id:
        return Becoming.SAME if is_same else Becoming.CORRECTS
    own = next((word for word in words if word.organisation_id == organisation_id), None)
    if own and (own.is_confirming if is_same else not own.is_confirming and own.value == value):
        return Becoming.SAME
    return Becoming.CONFIRMS if is_same else Becoming.CONTESTS
