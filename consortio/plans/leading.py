"""
Where a plan's pages lead on to: pages of other features about the whole plan, which name themselves here when loaded.

    lead_on("plan_simulation", lambda: _("How likely the dates are"), sign="clock", order=1)
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Lead:
    words: str
    url: str
    sign: str


@dataclass(frozen=True, slots=True)
class _Way:
    order: int
    name: str
    words: Callable[[], str]
    sign: str


_ways: dict[str, _Way] = {}


def lead_on(name: str, words: Callable[[], str], *, sign: str, order: int) -> None:
    """Register the address (its name takes the plan's id) and what it is called in the reader's language."""
    _ways[name] = _Way(order, name, words, sign)


def leads_of(plan_id: UUID) -> tuple[Lead, ...]:
    """Return the pages about a plan, in their order."""
    ways = sorted(_ways.values(), key=lambda way: (way.order, way.name))
    return tuple(Lead(way.words(), reverse(way.name, args=[plan_id]), way.sign) for way in ways)
