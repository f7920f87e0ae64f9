"""
What other features say beside a row, on its own page. They name themselves here when they are loaded:

    @beside("plans.item", order=2)
    def decisions_on(actor, pk): ...

The page of the row knows none of them. Each part is a template and its values; one that has nothing to say is none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from consortio.access import Actor


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: the template sees `values` under the name `part`."""

    template: str
    values: Mapping[str, Any]


Say = Callable[[Actor, UUID], Part | None]
_says: dict[str, list[tuple[int, str, Say]]] = {}


def beside(*kinds: str, order: int) -> Callable[[Say], Say]:
    """Register the decorated function for rows of these kinds ("plans.item"); parts stand by `order` on the page."""

    def register(say: Say) -> Say:
        for kind in kinds:
            own = [one for one in _says.get(kind, ()) if one[1] != say.__qualname__]
            _says[kind] = sorted([*own, (order, say.__qualname__, say)], key=lambda one: one[:2])
        return say

    return register


def parts_beside(actor: Actor, kind: str, pk: UUID) -> tuple[Part, ...]:
    """Return what stands beside a row, within the reading of its page."""
    said = (say(actor, pk) for _, _, say in _says.get(kind, ()))
    return tuple(part for part in said if part is not None)
