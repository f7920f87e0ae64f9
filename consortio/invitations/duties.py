"""What a person answers for, as far as somebody has told: the feature that keeps it says so when it is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from consortio.access import Actor


@dataclass(frozen=True, slots=True)
class Duty:
    """An open item that somebody answers for, with its finish in the plan's own zone."""

    id: UUID
    number: str
    name: str
    partnership_id: UUID
    plan_id: UUID
    plan: str
    organisation_id: UUID | None
    finish_at: datetime | None
    percent: int
    state: Literal["late", "working", "ahead"]


@dataclass(frozen=True, slots=True)
class PlanDuties:
    """How many items they answer for in one plan, and where the table shows those only."""

    plan_id: UUID
    plan: str
    items: int
    url: str


@dataclass(frozen=True, slots=True)
class Duties:
    rows: tuple[Duty, ...] = ()  # the first ones to finish
    plans: tuple[PlanDuties, ...] = ()  # by name

    @property
    def total(self) -> int:
        return sum(plan.items for plan in self.plans)


Told = Callable[[Actor, UUID], Duties]


def _nothing(actor: Actor, person_id: UUID) -> Duties:
    return Duties()


_told: Told = _nothing


def duties_told_by(function: Told) -> Told:
    """Decorate the function that returns what a person answers for, of what the actor sees and nothing else."""
    global _told
    _told = function
    return function


def duties_of(actor: Actor, person_id: UUID) -> Duties:
    return _told(actor, person_id)
