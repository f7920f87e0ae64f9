"""For how many open items somebody has to be named, beyond what was counted when the dates were computed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Seat

from .models import Item, Nomination
from .rows import is_gone


@dataclass(frozen=True, slots=True)
class Unnamed:
    """
    Open items of one organisation in one circle that have an accountable person who sits there no more (`is_gone`),
    or nobody; and whether somebody was asked to answer for them.
    """

    circle_id: UUID
    organisation_id: UUID | None
    is_gone: bool
    is_asked: bool
    items: int


def unnamed_in(actor: Actor, plan_ids: Collection[UUID]) -> Mapping[UUID, list[Unnamed]]:
    """
    Return, by plan, the items whose person has gone, and those without one that somebody was asked to answer for; one
    query. Those without either are counted with the dates.
    """
    found: dict[UUID, list[Unnamed]] = defaultdict(list)
    for plan_id, *columns in _COUNTED.ask(actor, plan_ids) if plan_ids else ():
        found[plan_id].append(Unnamed(*columns))
    return found


def _counted(actor: Actor, plan_ids: Collection[UUID]) -> QuerySet:
    def source(model: Any) -> QuerySet:
        return access.visible(actor, model)

    asked = source(Nomination).filter(state=Nomination.State.OPEN)
    here = Exists(asked.filter(item=OuterRef("pk"), circle=OuterRef("circle")))
    ended = source(Seat).exclude(ended_at=None)
    rows = source(Item).filter(plan__in=plan_ids, withdrawn_at=None, is_active=True, is_summary=False)
    rows = rows.filter(percent__lt=100, actual_finish_at=None)
    # First by what is rare, found by indexes, so that nobody's seat is looked for beside each item of a plan.
    left = source(Item).filter(
        plan__in=plan_ids, withdrawn_at=None, person__isnull=False, person__in=ended.values("person")
    )
    rows = rows.filter(pk__in=left.values("pk").union(asked.values("item"), all=True))
    rows = rows.annotate(gone=is_gone(source), asked=here)
    rows = rows.filter(Q(gone=True) | Q(person=None))
    columns = ("plan_id", "circle_id", "organisation_id", "gone", "asked")
    return rows.order_by().values_list(*columns).annotate(n=Count("pk"))


_COUNTED = access.Question(_counted, Actor, [UUID])
