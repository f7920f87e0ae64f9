"""
Where a plan stands, told with the dates when they are computed: who answers for what, which milestones are next and
last, and what holds up others. Each circle's own, from what everybody in it sees, like the dates themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from .models import Kind, LinkType
from .neutral import Rows

WAY_MAX = 5
REACHED_MAX, AHEAD_MAX = 3, 5  # of the milestones that are shown
CANDIDATES_MAX = 40  # what waits is counted behind so many: those that end first
NOBODY = ""  # in place of an organisation
AFTER_START = (LinkType.SS, LinkType.SF)  # these wait for a start, the others for a finish


def standing_of(rows: Rows, dates: Mapping[UUID, Any], leaves: Collection[UUID]) -> dict[str, Any]:
    """
    Return what is kept of a schedule beside its counts, as plain values; summaries are no items here.

    Keys:
        organisations: of each that is in charge of items, "" for nobody: how many there are, done, working, late,
            critical, without a person (of those that are open), and the open one that ends first ("due").
        next, last: the milestone not reached that ends first, and the one of all that ends last.
        stones: a choice of milestones in the order of time, the latest reached and the next ones among them.
        way: what can be worked on, has no float and holds up others, those that hold up most first: the item, how many
            wait for it, and how many of each organisation.

    Cost:
        Linear in items and links.
    """
    active = [row for row in rows.items if row.pk in leaves and row.is_active]
    stones = [row for row in active if row.kind == Kind.MILESTONE and dates[row.pk].finish_at]
    ahead = [row for row in stones if not is_done(row)]
    return {
        "organisations": _by_organisation(active, dates),
        "next": _first(ahead, dates),
        "last": _first(stones, dates, last=True),
        "stones": _chosen(stones, dates),
        "way": list(_in_the_way(rows, active, dates)),
    }


def is_done(row: Any) -> bool:
    return row.percent >= 100 or row.actual_finish_at is not None


def _by_organisation(active: list[Any], dates: Mapping[UUID, Any]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in active:
        groups[str(row.organisation_id or NOBODY)].append(row)
    return {name: _sums(own, dates) for name, own in sorted(groups.items())}


def _sums(own: list[Any], dates: Mapping[UUID, Any]) -> dict[str, Any]:
    still = [row for row in own if not is_done(row)]
    return {
        "items": len(own),
        "done": len(own) - len(still),
        "working": sum(_has_begun(row) for row in still),
        "late": sum(dates[row.pk].is_late for row in still),
        "critical": sum(dates[row.pk].is_critical for row in still),
        "nobody": sum(row.person_id is None for row in still),
        "due": _first([row for row in still if dates[row.pk].finish_at], dates),
    }


def _has_begun(row: Any) -> bool:
    return row.percent > 0 or row.actual_start_at is not None


def _first(rows: list[Any], dates: Mapping[UUID, Any], *, last: bool = False) -> str | None:
    """Return the one that ends first, or last; of those that end together, the first in the tree."""

    def ends(row: Any) -> datetime:
        return dates[row.pk].finish_at

    found = max(rows, key=ends, default=None) if last else min(rows, key=ends, default=None)
    return str(found.pk) if found else None


def _chosen(stones: list[Any], dates: Mapping[UUID, Any]) -> list[str]:
    """Return the latest ones reached, the next ones, and the very last; by date, then by place in the tree."""
    in_order = sorted(stones, key=lambda row: dates[row.pk].finish_at)
    ahead = [row for row in in_order if not is_done(row)]
    near = {row.pk for row in [*[row for row in in_order if is_done(row)][-REACHED_MAX:], *ahead[:AHEAD_MAX]]}
    return [str(row.pk) for row in in_order if row.pk in near or row is in_order[-1]]


def _in_the_way(rows: Rows, active: list[Any], dates: Mapping[UUID, Any]) -> Iterator[dict[str, Any]]:
    critical = [row for row in active if dates[row.pk].is_critical and not is_done(row)]
    if not critical:
        return
    net = _Net(rows)
    free = [row for row in critical if _has_begun(row) or not net.is_waiting(row)]
    found = []
    for row in sorted(free, key=lambda row: dates[row.pk].finish_at or datetime.max)[:CANDIDATES_MAX]:
        if waiting := net.behind(row):
            found.append((sum(waiting.values()), row, waiting))
    for count, row, waiting in sorted(found, key=lambda one: -one[0])[:WAY_MAX]:
        yield {"item": str(row.pk), "waiting": count, "organisations": dict(sorted(waiting.items()))}


class _Net:
    """Who waits for whom, through links and through phases: what waits for a phase waits for all that lies in it."""

    def __init__(self, rows: Rows) -> None:
        self.items = {row.pk: row for row in rows.items}
        self.children: dict[UUID, list[Any]] = defaultdict(list)
        self.after: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
        self.before: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
        for row in rows.items:
            if row.parent_id:
                self.children[row.parent_id].append(row)
        for link in rows.links:
            self.after[link.predecessor_id].append((link.successor_id, link.type))
            self.before[link.successor_id].append((link.predecessor_id, link.type))
        self.is_held: dict[UUID, bool] = {}

    def is_waiting(self, row: Any) -> bool:
        """Tell whether something that is not done yet must happen before this item can begin."""
        own = any(self._holds(pk, kind) for pk, kind in self.before[row.pk])
        if own or row.parent_id is None or row.parent_id not in self.items:
            return own
        if row.parent_id not in self.is_held:
            self.is_held[row.parent_id] = self.is_waiting(self.items[row.parent_id])
        return self.is_held[row.parent_id]

    def _holds(self, pk: UUID, kind: str) -> bool:
        row = self.items.get(pk)
        if row is None or not row.is_active:
            return False
        below = self.children.get(pk)
        if below:
            return any(self._holds(child.pk, kind) for child in below)
        return not is_done(row) and not (kind in AFTER_START and _has_begun(row))

    def behind(self, first: Any) -> Counter[str]:
        """Return how many open items of each organisation wait for this one, directly or through others."""
        waiting: Counter[str] = Counter()
        seen: set[UUID] = {first.pk}
        holding = [first]
        while holding:
            row = holding.pop()
            for pk, kind in self._links_from(row):
                if kind in AFTER_START and _has_begun(row):
                    continue
                for other in self._leaves(pk, seen):
                    if other.is_active and not is_done(other):
                        waiting[str(other.organisation_id or NOBODY)] += 1
                        holding.append(other)
        return waiting

    def _links_from(self, row: Any) -> Iterator[tuple[UUID, str]]:
        while row is not None:
            yield from self.after[row.pk]
            row = self.items.get(row.parent_id) if row.parent_id else None

    def _leaves(self, pk: UUID, seen: set[UUID]) -> Iterator[Any]:
        """Yield the item, or what lies in it, unless it was seen before."""
        if pk in seen or pk not in self.items:
            return
        seen.add(pk)
        below = self.children.get(pk)
        if not below:
            yield self.items[pk]
        for child in below or ():
            yield from self._leaves(child.pk, seen)
