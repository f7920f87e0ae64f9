"""
What other features say beside a row, on its own page. They name themselves here when they are loaded:

    @beside("plans.item", order=2, gathers=_rulings)
    def decisions_on(actor, pk, found): ...

The page of the row knows none of them. It asks for its row with `columns_beside`, so that what they say comes with it
and costs no query more. Each part is a template and its values; one that has nothing to say is none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Subquery

from consortio.access import Actor


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: the template sees `values` under the name `part`."""

    template: str
    values: Mapping[str, Any]


Gather = Callable[[Actor, str], Subquery]  # the actor and the kind of row; what `consortio.gathered` makes
Say = Callable[[Actor, UUID, str | None], Part | None]  # the last: what was gathered


@dataclass(frozen=True, slots=True)
class _Saying:
    order: int
    name: str
    gathers: Gather
    says: Say


_sayings: dict[str, list[_Saying]] = {}


def beside(*kinds: str, order: int, gathers: Gather) -> Callable[[Say], Say]:
    """
    Register the decorated function for rows of these kinds ("plans.item"); parts stand by `order` on the page.

    Args:
        gathers: makes the column with what the part is about; `OuterRef("pk")` is the row.
    """

    def register(say: Say) -> Say:
        for kind in kinds:
            own = [one for one in _sayings.get(kind, ()) if one.name != say.__name__]
            made = _Saying(order, say.__name__, gathers, say)
            _sayings[kind] = sorted([*own, made], key=lambda one: (one.order, one.name))
        return say

    return register


def columns_beside(actor: Actor, kind: str) -> dict[str, Subquery]:
    """Return what a page asks for together with its row: `rows.annotate(**columns_beside(actor, kind))`."""
    return {one.name: one.gathers(actor, kind) for one in _sayings.get(kind, ())}


def names_beside(kind: str) -> tuple[str, ...]:
    """Return the names of these columns, by which a feature finds its own again."""
    return tuple(one.name for one in _sayings.get(kind, ()))


def parts_beside(actor: Actor, kind: str, row: Any) -> tuple[Part, ...]:
    """Return what stands beside a row that was asked for with its columns, within the reading of its page."""
    said = (one.says(actor, row.pk, getattr(row, one.name)) for one in _sayings.get(kind, ()))
    return tuple(part for part in said if part is not None)
