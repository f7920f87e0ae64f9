"""Whether items can wait for each other: a look at who waits for whom, without computing a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from .loading import Source
from .models import Item, Link, Mode, Plan

IN, OUT = 0, 1  # of a summary: what waits for it, and what it waits for, are places of their own
Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Waits:
    """Who waits for whom in a plan: of each link its ends, what is waited for first; of each item what holds it."""

    links: list[Pair]
    holders: list[Pair]

    def may_ring(self, more: Iterable[Pair] = ()) -> bool:
        """
        Tell whether the links, and these further ones, may close a ring. It is told too often rather than too seldom.

        What waits for a summary waits for all that lies in it; each summary has a place before and one after all that.
        It is told of some rings that bind nothing (of what is inactive, of a link with one's own summary): only
        computing knows.

        Cost:
            Linear in items and links; a tenth of computing.
        """
        return _has_ring([*self.links, *more], self.holders)


def waits_of(plan: Plan, source: Source) -> Waits:
    """
    Args:
        source: returns the rows of a model to look at.
    """
    links = source(Link).filter(plan=plan, withdrawn_at=None)
    holders = []
    if plan.mode == Mode.MSP:
        held = source(Item).filter(plan=plan, withdrawn_at=None).exclude(parent=None)
        holders = list(held.values_list("parent_id", "pk"))
    return Waits(list(links.values_list("predecessor_id", "successor_id")), holders)


def _has_ring(links: list[Pair], holders: list[Pair]) -> bool:
    """
    Args:
        links: of each its two ends, what is waited for first.
        holders: of each item that lies in another one, that one and itself.
    """
    summaries = {holder for holder, _ in holders}
    after: dict[object, list[object]] = {}
    for first, second in links:
        after.setdefault((first, OUT) if first in summaries else first, []).append(
            (second, IN) if second in summaries else second
        )
    for holder, held in holders:
        begin, end = ((held, IN), (held, OUT)) if held in summaries else (held, held)
        after.setdefault((holder, IN), []).append(begin)
        after.setdefault(end, []).append((holder, OUT))
    waiting: dict[object, int] = {}
    for targets in after.values():
        for one in targets:
            waiting[one] = waiting.get(one, 0) + 1
    free = [one for one in after if one not in waiting]
    while free:
        for one in after.pop(free.pop(), ()):
            waiting[one] -= 1
            if not waiting[one]:
                free.append(one)
    return bool(after)
