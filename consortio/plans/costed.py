"""
What a plan's file says of the costs of its items. The feature that keeps costs names itself here when it is loaded.

Importing, reading again and exporting know nothing of how costs are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from django.db.models import Model, QuerySet

from consortio.access import Actor
from consortio.interchange import plan as neutral
from consortio.interchange.amounts import exact

COST_FIELDS = ("budget", "actual_cost", "currency")
Source: TypeAlias = Callable[[type[Model]], QuerySet]


@dataclass(frozen=True, slots=True)
class ItemCost:
    """As a file says it, see `interchange.plan.Item`."""

    budget: Decimal | None = None
    actual_cost: Decimal | None = None
    currency: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """Return them as plain values; what is not there is left out."""
        said = {name: plain_amount(getattr(self, name)) for name in ("budget", "actual_cost")}
        return {name: value for name, value in (said | {"currency": self.currency}).items() if value}


@dataclass(frozen=True, slots=True)
class KeptCost:
    """What the file said of an item when it came in, and what is kept here now, as plain values."""

    then: Mapping[str, Any]
    here: Mapping[str, Any]


class Keeper(Protocol):
    """Keeps the costs of items in the plan's circle. Called within the action, or the reading, that asks."""

    def bring(self, actor: Actor, circle_id: UUID, costs: Mapping[UUID, ItemCost], import_id: UUID) -> None:
        """Keep what a file says of new items."""

    def kept(self, actor: Actor, plan_id: UUID, circle_id: UUID) -> Mapping[UUID, KeptCost]:
        """Return what is kept, by item."""

    def change(self, actor: Actor, circle_id: UUID, changes: Mapping[UUID, Mapping[str, Any]], import_id: UUID) -> None:
        """Set these plain values of these items, as a later file says them."""

    def exported(self, plan_id: UUID, source: Source, house_id: UUID | None) -> Mapping[UUID, ItemCost]:
        """Return the costs of a plan for a file; in a house its own before the others'."""


_keepers: list[Keeper] = []


def keeps_costs(keeper: Keeper) -> None:
    """Name the one who keeps costs."""
    _keepers[:] = [keeper]


def keeper() -> Keeper | None:
    return _keepers[0] if _keepers else None


def cost_said(item: neutral.Item) -> ItemCost | None:
    if item.budget is None and item.actual_cost is None:
        return None
    return ItemCost(item.budget, item.actual_cost, item.currency)


def plain_amount(amount: Decimal | None) -> str | None:
    return None if amount is None else format(exact(amount), "f")
