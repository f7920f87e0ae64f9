"""What readings ask of somebody, over all their partnerships: one query for what is due, one for what wants a word."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from consortio import access
from consortio.access import Actor, Permission

from .measuring import points_of
from .models import Course, Kpi, Reading, ReadingState
from .reads import due_start

MOST = 200


@dataclass(frozen=True, slots=True)
class Due:
    """A KPI of which a reading is due from the organisation acted for."""

    kpi_id: UUID
    name: str
    partnership_id: UUID
    start_on: date
    frequency: str
    fiscal_start: int


@dataclass(frozen=True, slots=True)
class Asking:
    """A reading that wants a word: another organisation's that nobody has confirmed, or one's own that is contested."""

    reading_id: UUID
    version: int
    kpi: str
    partnership_id: UUID
    start_on: date
    frequency: str
    fiscal_start: int
    claimant_id: UUID
    claimed_at: datetime
    is_contested: bool


def _circles(actor: Actor) -> list[UUID]:
    return [pk for pk, granted in actor.permissions.items() if Permission.PROGRESS_UPDATE in granted]


@access.read
def due_in(*, actor: Actor, partnership_ids: Collection[UUID], today: date) -> tuple[Due, ...]:
    """Return what is due from the organisation acted for, headlines first; one query."""
    rows = access.visible(actor, Kpi).filter(circle__in=_circles(actor), circle__partnership__in=partnership_ids)
    rows = rows.filter(organisation=actor.organisation_id, retired_at=None, formula="").select_related("circle")
    kept = access.visible(actor, Course).filter(kpi=OuterRef("pk")).values("recent")[:1]
    found = rows.annotate(recent=Subquery(kept)).order_by("-is_headline", "circle", "number")[:MOST]
    return tuple(_due(found, today)) if actor.organisation_id and partnership_ids else ()


def _due(rows: QuerySet, today: date) -> Iterable[Due]:
    for kpi in rows:
        start_on = due_start(kpi, points_of(kpi.recent or ()), today)
        if start_on:
            calendar = (kpi.frequency, kpi.fiscal_start)
            yield Due(kpi.pk, kpi.name, kpi.circle.partnership_id, start_on, *calendar)


@access.read
def asking_in(*, actor: Actor, partnership_ids: Collection[UUID]) -> tuple[Asking, ...]:
    """Return the readings that want a word of the organisation acted for, the oldest first; one query."""
    is_new = Q(state=ReadingState.PROPOSED, kpi__is_headline=True) & ~Q(organisation=actor.organisation_id)
    is_ours = Q(state=ReadingState.CONTESTED, organisation=actor.organisation_id)
    rows = access.visible(actor, Reading).filter(is_new | is_ours, circle__in=_circles(actor), kpi__retired_at=None)
    rows = rows.filter(circle__partnership__in=partnership_ids).order_by("claimed_at", "pk")
    names = ("pk", "version", "kpi__name", "circle__partnership_id", "start_on", "kpi__frequency", "kpi__fiscal_start")
    found = rows.values_list(*names, "organisation_id", "claimed_at", "state")[:MOST]
    if actor.organisation_id is None or not partnership_ids:
        return ()
    return tuple(Asking(*row, is_contested=state == ReadingState.CONTESTED) for *row, state in found)
