"""Every reading that holds, of many KPIs at once: for files that leave."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .models import Reading, ReadingState


@dataclass(frozen=True, slots=True)
class Holding:
    """A reading that holds, as it is handed out."""

    start_on: date
    end_on: date
    low: Decimal
    high: Decimal
    state: str
    note: str
    claimant_id: UUID


@access.read
def readings_in(*, actor: Actor, kpi_ids: Collection[UUID]) -> Mapping[UUID, tuple[Holding, ...]]:
    """Return every reading that holds of KPIs, oldest first; one query."""
    found: dict[UUID, list[Holding]] = defaultdict(list)
    rows = access.visible(actor, Reading).filter(kpi__in=kpi_ids).exclude(state=ReadingState.CORRECTED)
    columns = ("kpi_id", "start_on", "end_on", "low", "high", "state", "note", "organisation_id")
    for kpi_id, *held in rows.order_by("start_on", "pk").values_list(*columns) if kpi_ids else ():
        found[kpi_id].append(Holding(*held))
    return {pk: tuple(held) for pk, held in found.items()}
