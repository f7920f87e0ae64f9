"""
From starts that the engine found to dates of a plan: what "starts no earlier than" has to say so that they come out.

The dates are those that the plan itself computes with these constraints, so that a preview promises what an
application does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio.plans.engine import Result, compute
from consortio.plans.neutral import Rows
from consortio.plans.starting import PLAIN

from .loads import instant_of

ROUNDS = 25
HELD = "snet"


@dataclass(frozen=True, slots=True)
class Settled:
    """
    Attributes:
        before, after: what the plan's rows say now, and would say.
        holds: items and the start that they are held to.
        moved: items, phases apart, that another start or finish comes out for, in the order of the new start.
    """

    before: Result
    after: Result
    holds: Mapping[UUID, datetime]
    moved: Sequence[UUID]


def kept_in(rows: Rows, circle_id: UUID) -> frozenset[UUID]:
    """Return the items that stay: those of wider circles, what has begun, is dated by hand or bound on purpose."""
    return frozenset(row.pk for row in rows.items if row.circle_id != circle_id or not is_free(row))


def is_free(row: Any) -> bool:
    return not row.is_manual and row.actual_start_at is None and row.constraint in PLAIN


def settle(rows: Rows, starts: Mapping[UUID, int], kept: Iterable[UUID]) -> Settled:
    """
    Return the dates that come out when items start no earlier than found, held as few as it takes.

    Cost: the plan is computed up to `ROUNDS` times.
    """
    before = compute(rows)
    stay = frozenset(kept) | {pk for pk in starts if pk not in before.leaves}
    wanted = {pk: instant_of(at) for pk, at in starts.items() if pk not in stay}
    holds: dict[UUID, datetime] = {}
    after = before
    for turn in range(ROUNDS):
        early = [pk for pk, at in wanted.items() if pk not in holds and _starts_before(after, pk, at)]
        if not early:
            break
        # What follows an item that is still too early may come to its place by itself.
        first_end = min(_end(after, pk, wanted[pk]) for pk in early)
        chosen = early if turn == ROUNDS - 2 else [pk for pk in early if wanted[pk] < first_end] or early
        holds |= {pk: wanted[pk] for pk in chosen}
        after = compute(held(rows, holds))
    moved = [pk for pk in before.leaves if _dates(before, pk) != _dates(after, pk)]
    return Settled(before, after, holds, sorted(moved, key=lambda pk: (after.dates[pk].start_at or datetime.max, pk)))


def held(rows: Rows, holds: Mapping[UUID, datetime]) -> Rows:
    items = [
        row._replace(constraint=HELD, constraint_at=holds[row.pk]) if row.pk in holds else row for row in rows.items
    ]
    return replace(rows, items=items)


def _starts_before(result: Result, pk: UUID, at: datetime) -> bool:
    start = result.dates[pk].start_at
    return start is not None and start < at


def _end(result: Result, pk: UUID, start: datetime) -> datetime:
    """Return when an item ends that is put to another start: about, as long as it takes now."""
    dates = result.dates[pk]
    assert dates.start_at is not None, "it has a start"
    return start + ((dates.finish_at or dates.start_at) - dates.start_at)


def _dates(result: Result, pk: UUID) -> tuple[datetime | None, datetime | None]:
    return result.dates[pk].start_at, result.dates[pk].finish_at
