"""What KPIs are used for elsewhere: features above name here which of them they rest on."""

from collections.abc import Callable, Collection
from uuid import UUID

from consortio.access import Actor

Find = Callable[[Actor, Collection[UUID]], Collection[UUID]]
_finds: dict[str, Find] = {}


def uses_kpis(feature: str, find: Find) -> None:
    """Register how a feature finds which of some KPIs it uses, as far as an actor sees; one query."""
    _finds[feature] = find


def used_among(actor: Actor, kpi_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the KPIs that some feature uses. Runs inside a read."""
    return frozenset(pk for find in _finds.values() for pk in find(actor, kpi_ids)) if kpi_ids else frozenset()
