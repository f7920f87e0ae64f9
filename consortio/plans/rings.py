"""Whether items can wait for each other: a look at who waits for whom, without computing a date."""

from collections.abc import Collection
from uuid import UUID

from .models import Item, Link, Mode, Plan

IN, OUT = 0, 1  # of a summary: what waits for it, and what it waits for, are places of their own


def may_ring(plan: Plan, circles: Collection[UUID]) -> bool:
    """
    Tell whether links that these circles see may close a ring. It is told too often rather than too seldom.

    What waits for a summary waits for all that lies in it; each summary has a place before and one after all that. It
    is told of some rings that bind nothing (of what is inactive, of a link with one's own summary): only computing knows.

    Cost:
        Linear in items and links, with two ids of each; a tenth of computing.
    """
    links = Link.objects.filter(plan=plan, withdrawn_at=None, circle__in=circles)
    holders = []
    if plan.mode == Mode.MSP:
        held = Item.objects.filter(plan=plan, withdrawn_at=None, circle__in=circles).exclude(parent=None)
        holders = list(held.values_list("parent_id", "pk"))
    return _has_ring(list(links.values_list("predecessor_id", "successor_id")), holders)


def _has_ring(links: list[tuple[UUID, UUID]], holders: list[tuple[UUID, UUID]]) -> bool:
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
