"""The critical work inside folded phases: what their bars show as heavy stretches."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from consortio import access
from consortio.access import Actor

from .heads import PlanHead
from .models import Scheduled
from .tree import end_of
from .window import Row

STRETCHES_MAX = 2000
Stretch = tuple[datetime, datetime]


@access.read
def critical_inside(*, actor: Actor, head: PlanHead, rows: Sequence[Row]) -> Mapping[UUID, tuple[Stretch, ...]]:
    """
    Return start and finish of the critical items below each folded phase of these rows, by phase; at most one query.

    They are those of the plan's circle, like the phase's bar: what is private makes no mark on it.
    """
    folded = [row.id for row in rows if row.has_children and not row.is_open and row.is_critical]
    if not folded:
        return {}
    found = access.visible(actor, Scheduled).filter(plan=head.id, circle=head.circle.id, item__withdrawn_at=None)
    found = found.filter(Q(item__in=folded) | Q(is_critical=True, item__is_summary=False)).order_by("item__path")
    columns = ("item", "item__path", "item__is_summary", "start_at", "finish_at")
    phases: dict[UUID, str] = {}
    work: list[tuple[str, Stretch]] = []
    for pk, path, is_summary, start, finish in found.values_list(*columns)[: STRETCHES_MAX + len(folded)]:
        if is_summary:
            phases[pk] = path
        elif start and finish:
            work.append((path, (start, finish)))
    paths = [path for path, _ in work]
    return {
        pk: tuple(one for _, one in work[bisect_left(paths, path) : bisect_left(paths, end_of(path))])
        for pk, path in phases.items()
    }
