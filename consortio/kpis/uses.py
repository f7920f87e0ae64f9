"""What KPIs are used for elsewhere: features above name here which of them they rest on."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from consortio.access import Actor

Find = Callable[[Actor, Collection[UUID]], Collection[UUID]]
Name = Callable[[Actor, Collection[UUID]], Sequence[str]]
_finds: dict[str, Find] = {}
_names: dict[str, Name] = {}
_asks: dict[str, Name] = {}


def uses_kpis(feature: str, find: Find) -> None:
    """Register how a feature finds which of some KPIs it uses, as far as an actor sees; one query."""
    _finds[feature] = find


def used_among(actor: Actor, kpi_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the KPIs that some feature uses. Runs inside a read."""
    return frozenset(pk for find in _finds.values() for pk in find(actor, kpi_ids)) if kpi_ids else frozenset()


def agrees_by_kpis(feature: str, name: Name, ask: Name) -> None:
    """Register how a feature names what all members agreed on by some KPIs, and what they are asked; one query each."""
    _names[feature], _asks[feature] = name, ask


def agreed_by(actor: Actor, kpi_ids: Collection[UUID]) -> tuple[str, ...]:
    """Return the numbers of what all members agreed on by one of the KPIs."""
    return tuple(number for name in _names.values() for number in name(actor, kpi_ids))


def asked_by(actor: Actor, kpi_ids: Collection[UUID]) -> tuple[str, ...]:
    """Return the numbers of what the members are asked to agree on by one of the KPIs."""
    return tuple(number for name in _asks.values() for number in name(actor, kpi_ids))
